"""Whether a workbook is one of ours: the buttons work on no other.

The name of a handler comes from a button, the workbook from whoever sent it; so what a click works on is
looked at before anything is done.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from xlgoals.errors import CannotDo
from xlgoals.form import load_form
from xlgoals.masterform import load_master_form
from xlgoals.workbench import load_workbench

if TYPE_CHECKING:
    import xlwings as xw

    from xlgoals.excel.host import Host

# These look at the machine and at our own rules, not at the workbook.
_WITHOUT_BOOK = frozenset({"doctor", "rules"})
_MOST_ENTRIES = 40
_PREFIX = "xlgoals_"


def identity_of(book: xw.Book, host: Host) -> Mapping[str, str]:
    """Template id, version, profile …: from the hidden sheet, or else from the document properties.

    The same answer as :func:`xlgoals.read.version.identity_in` gives for the saved file.
    """
    carried = {
        key.removeprefix(_PREFIX): value
        for key, value in host.properties(book).items()
        if key.startswith(_PREFIX)
    }
    meta = load_form().meta
    sheet = next((each for each in book.sheets if each.name == meta), None)
    if sheet is None:
        return carried
    rows = sheet.range((1, 1), (_MOST_ENTRIES, 2)).options(ndim=2).value
    return {
        **carried,
        **{key: value for key, value in rows if isinstance(key, str) and isinstance(value, str)},
    }


def is_ours(book: xw.Book, host: Host) -> bool:
    """Whether it says that it is a unit's workbook, a master, a workbench or a printed book of ours."""
    form = load_form()
    ids = {form.id, form.official.printed.id, load_master_form().id, load_workbench().id}
    return identity_of(book, host).get("template_id") in ids


def admit(handler: str, book: xw.Book, host: Host) -> None:
    """Lets a click through, or not.

    Raises:
        CannotDo: the workbook is none of ours.
    """
    if handler not in _WITHOUT_BOOK and not is_ours(book, host):
        raise CannotDo("click.not_ours", book=book.name)
