"""Protection, links and document properties of Excel on Windows, through COM.

Not run in Excel by its authors, who had none.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from xlgoals.excel.engines.excel_host import ExcelHost, as_text
from xlgoals.excel.host import Cell, Locked, Protection

if TYPE_CHECKING:
    import xlwings as xw

_OPTIONS = (
    "AllowFormattingCells",
    "AllowFormattingColumns",
    "AllowFormattingRows",
    "AllowInsertingColumns",
    "AllowInsertingRows",
    "AllowInsertingHyperlinks",
    "AllowDeletingColumns",
    "AllowDeletingRows",
    "AllowSorting",
    "AllowFiltering",
    "AllowUsingPivotTables",
)


class WindowsHost(ExcelHost):
    """See :class:`xlgoals.excel.host.Host`."""

    def properties(self, book: xw.Book) -> Mapping[str, str]:
        """The custom document properties."""
        return {str(each.Name): as_text(each.Value) for each in book.api.CustomDocumentProperties}

    def protection(self, sheet: xw.Sheet) -> Protection | None:
        """``ProtectContents`` and every option of ``Protection``."""
        native = sheet.api
        if not native.ProtectContents:
            return None
        options = native.Protection
        return Protection(
            allowed=frozenset(name for name in _OPTIONS if getattr(options, name)),
            objects=bool(native.ProtectDrawingObjects),
            scenarios=bool(native.ProtectScenarios),
        )

    def unprotect(self, sheet: xw.Sheet) -> None:
        """With an empty password, so that Excel does not ask for one."""
        native = sheet.api
        try:
            native.Unprotect("")
        except Exception as fault:
            raise Locked(sheet.name) from fault
        if native.ProtectContents:
            raise Locked(sheet.name)

    def protect(self, sheet: xw.Sheet, protection: Protection) -> None:
        """With the same options."""
        options = {name: name in protection.allowed for name in _OPTIONS}
        sheet.api.Protect(
            DrawingObjects=protection.objects, Contents=True, Scenarios=protection.scenarios, **options
        )

    def link(self, sheet: xw.Sheet, links: Mapping[Cell, tuple[str, str]]) -> None:
        """A link each; the text that stands in the cell stays."""
        for cell, (target, place) in links.items():
            quoted = target.replace("'", "''")
            sheet.api.Hyperlinks.Add(
                Anchor=sheet.range(cell).api, Address="", SubAddress=f"'{quoted}'!{place}"
            )
