"""The workbook that is open now, seen from outside: for machines on which macros are forbidden."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from xlgoals.errors import CannotDo

if TYPE_CHECKING:
    import xlwings as xw

    from xlgoals.excel.host import Host


def active_book() -> tuple[xw.Book, Host]:
    """The workbook in front in Excel, or where there is none, in the LibreOffice of ``xlgoals live``.

    Raises:
        CannotDo: no workbook is open.
    """
    if sys.platform in ("win32", "darwin"):
        from xlgoals.excel.engines import excel  # noqa: PLC0415 each platform has one of the two

        return excel.active_book()
    from xlgoals.excel.engines import libreoffice, record  # noqa: PLC0415

    program = libreoffice.LibreOffice(record.running_office())
    documents = program.documents()
    if not documents:
        raise CannotDo("click.no_live")
    return libreoffice.book_and_host(program, documents[0])
