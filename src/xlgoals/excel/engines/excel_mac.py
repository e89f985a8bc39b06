"""Protection, links and document properties of Excel on a Mac, through AppleScript.

Not run in Excel by its authors, who had none.

The terms are those of Excel's scripting dictionary, as xlwings ships it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from xlgoals.excel.engines.excel_host import ExcelHost, as_text
from xlgoals.excel.host import Cell, Locked, Protection

if TYPE_CHECKING:
    import xlwings as xw

_OPTIONS = {
    "AllowFormattingCells": "allow_formatting_cells",
    "AllowFormattingColumns": "allow_formatting_columns",
    "AllowFormattingRows": "allow_formatting_rows",
    "AllowInsertingColumns": "allow_inserting_columns",
    "AllowInsertingRows": "allow_inserting_rows",
    "AllowInsertingHyperlinks": "allow_inserting_hyperlinks",
    "AllowDeletingColumns": "allow_deleting_columns",
    "AllowDeletingRows": "allow_deleting_rows",
    "AllowSorting": "allow_sorting",
    "AllowFiltering": "allow_filtering",
    "AllowUsingPivotTables": "allow_using_pivot_table",
}


class MacHost(ExcelHost):
    """See :class:`xlgoals.excel.host.Host`."""

    def properties(self, book: xw.Book) -> Mapping[str, str]:
        """The custom document properties."""
        held = book.api.custom_document_properties.get()
        return {str(each.name.get()): as_text(each.value.get()) for each in held or ()}

    def protection(self, sheet: xw.Sheet) -> Protection | None:
        """``protect contents`` and every option of the ``protection object``."""
        native = sheet.api
        if not native.protect_contents.get():
            return None
        options = native.protection_object
        return Protection(
            allowed=frozenset(name for name, term in _OPTIONS.items() if getattr(options, term).get()),
            objects=bool(native.protect_drawing_objects.get()),
            scenarios=bool(native.protect_scenarios.get()),
        )

    def unprotect(self, sheet: xw.Sheet) -> None:
        """With an empty password, so that Excel does not ask for one."""
        native = sheet.api
        try:
            native.unprotect(password="")
        except Exception as fault:
            raise Locked(sheet.name) from fault
        if native.protect_contents.get():
            raise Locked(sheet.name)

    def protect(self, sheet: xw.Sheet, protection: Protection) -> None:
        """With the same options."""
        options = {term: name in protection.allowed for name, term in _OPTIONS.items()}
        sheet.api.protect_worksheet(
            drawing_objects=protection.objects,
            worksheet_contents=True,
            scenarios=protection.scenarios,
            **options,
        )

    def link(self, sheet: xw.Sheet, links: Mapping[Cell, tuple[str, str]]) -> None:
        """A link each, with the text that stands in the cell."""
        for cell, (target, place) in links.items():
            quoted = target.replace("'", "''")
            there = sheet.range(cell)
            there.add_hyperlink(f"#'{quoted}'!{place}", str(there.value or place))
