"""A sheet of a workbook file, through openpyxl: what :class:`.grid.Grid` asks for, on cells in memory.

openpyxl computes nothing: a formula shows the value that the file keeps for it, and one that was put in shows
none. A cell that does not exist has the style of its row or column, as in Excel.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from copy import copy
from typing import Any

from openpyxl.cell.cell import Cell as FileCell
from openpyxl.cell.cell import MergedCell
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.worksheet import Worksheet

from xlgoals.escapes import escaped, unescaped
from xlgoals.excel.engines.grid import Area, CellError, Entry, Formula, Value, column_number, letters
from xlgoals.excel.host import Cell, Colour, Locked, Protection

# Excel's names, and the attributes of the file format, where 1 means forbidden.
_ALLOWED = {
    "AllowFormattingCells": "formatCells",
    "AllowFormattingColumns": "formatColumns",
    "AllowFormattingRows": "formatRows",
    "AllowInsertingColumns": "insertColumns",
    "AllowInsertingRows": "insertRows",
    "AllowInsertingHyperlinks": "insertHyperlinks",
    "AllowDeletingColumns": "deleteColumns",
    "AllowDeletingRows": "deleteRows",
    "AllowSorting": "sort",
    "AllowFiltering": "autoFilter",
    "AllowUsingPivotTables": "pivotTables",
}
_TEXT_FORMAT = "@"
_DATE_FORMAT = "yyyy-mm-dd"


class FileGrid:
    """One sheet; ``computed`` gives the same sheet with the values that the file keeps for formulas."""

    def __init__(self, sheet: Worksheet, computed: Callable[[], Worksheet | None]) -> None:
        """Over a sheet that openpyxl loaded."""
        self.sheet = sheet
        self._computed = computed
        self._put: set[Cell] = set()

    @property
    def name(self) -> str:
        """The sheet's name."""
        return str(self.sheet.title)

    @property
    def visible(self) -> bool:
        """Whether the user sees it."""
        return bool(self.sheet.sheet_state == "visible")

    def used(self) -> Area:
        """From the first row and column, as openpyxl counts, to the last."""
        sheet = self.sheet
        return Area(sheet.min_row, sheet.min_column, sheet.max_row, sheet.max_column)

    def values(self, area: Area) -> list[list[Value]]:
        """What the cells show."""
        return self._table(area, self._shown)

    def typed(self, area: Area) -> list[list[str]]:
        """What was typed."""
        return self._table(area, _typed)

    def put(self, area: Area, rows: Sequence[Sequence[Entry]]) -> None:
        """Fills an area."""
        entries = (entry for row in rows for entry in row)
        for place, entry in zip(area.cells(), entries, strict=True):
            if entry is not None or self._existing(place) is not None:
                self._fill_in(place, entry)

    def takes_text(self, area: Area) -> list[list[bool]]:
        """Which cells have the number format of text."""
        style = self._style
        cells = [style(place).number_format == _TEXT_FORMAT for place in area.cells()]
        width = area.shape[1]
        return [cells[start : start + width] for start in range(0, len(cells), width)]

    def any_locked(self, areas: Sequence[Area]) -> bool:
        """Whether one of the cells is locked."""
        return any(self._style(place).protection.locked for area in areas for place in area.cells())

    def protection(self) -> Protection | None:
        """From the attributes of the sheet's protection."""
        lock = self.sheet.protection
        if not lock.sheet:
            return None
        allowed = frozenset(name for name, attribute in _ALLOWED.items() if not getattr(lock, attribute))
        return Protection(allowed=allowed, objects=bool(lock.objects), scenarios=bool(lock.scenarios))

    def unprotect(self) -> None:
        """Takes the lock off, keeping the other attributes."""
        lock = self.sheet.protection
        if lock.password or lock.hashValue:
            raise Locked(self.name)
        lock.sheet = False

    def protect(self, protection: Protection) -> None:
        """Puts the lock on."""
        lock = self.sheet.protection
        for name, attribute in _ALLOWED.items():
            setattr(lock, attribute, name not in protection.allowed)
        lock.objects, lock.scenarios, lock.sheet = protection.objects, protection.scenarios, True

    def fills(self, areas: Sequence[Area]) -> dict[Cell, Colour | None]:
        """Solid fills; any other pattern counts for its ground."""
        return {place: _colour(self._style(place).fill) for area in areas for place in area.cells()}

    def paint(self, fills: Mapping[Colour | None, Sequence[Area]]) -> None:
        """Solid fills."""
        for colour, areas in fills.items():
            fill = PatternFill()
            if colour is not None:
                fill = PatternFill("solid", start_color="FF{:02X}{:02X}{:02X}".format(*colour))
            for area in areas:
                for place in area.cells():
                    self._made(place).fill = fill

    def number_format(self, area: Area) -> str | None:
        """The code that all cells share."""
        codes = {self._style(place).number_format for place in area.cells()}
        return str(codes.pop()) if len(codes) == 1 else None

    def set_number_format(self, area: Area, code: str) -> None:
        """One code for all."""
        for place in area.cells():
            self._made(place).number_format = code

    def notes(self) -> dict[Cell, str]:
        """All notes."""
        cells = self.sheet._cells.items()  # the cells that exist; its public ways would make the others
        return {place: unescaped(str(cell.comment.text)) for place, cell in cells if cell.comment is not None}

    def write_notes(self, notes: Mapping[Cell, str | None]) -> None:
        """In place of those that are there."""
        for place, text in notes.items():
            self._made(place).comment = None if text is None else Comment(escaped(text), author="")

    def link(self, links: Mapping[Cell, tuple[str, str]]) -> None:
        """Links within the workbook."""
        for place, (sheet, cell) in links.items():
            made = self._made(place)
            value, kind, style = made.value, made.data_type, copy(made._style)
            quoted = sheet.replace("'", "''")
            made.hyperlink = Hyperlink(ref=made.coordinate, location=f"'{quoted}'!{cell}")
            if value is not None:
                made.data_type, made._style = kind, style

    def show(self, area: Area | None = None) -> None:
        """Makes the sheet the active one."""
        book = self.sheet.parent
        for sheet in book.worksheets:
            sheet.sheet_view.tabSelected = sheet is self.sheet
        book.active = self.sheet
        if area is not None:
            selection = self.sheet.sheet_view.selection[-1]
            selection.activeCell = f"{letters(area.left)}{area.top}"
            selection.sqref = area.address(row_absolute=False, column_absolute=False)

    def _existing(self, place: Cell) -> FileCell | None:
        return self.sheet._cells.get(place)  # `cell()` would make it

    def _style(self, place: Cell) -> Any:
        """Whatever gives a cell its style: itself, or for want of it its row or its column."""
        cell = self._existing(place)
        if cell is not None:
            return cell
        row, column = place
        if (band := self.sheet.row_dimensions.get(row)) is not None and band.has_style:
            return band
        for band in self.sheet.column_dimensions.values():
            first = band.min or column_number(band.index)
            if first <= column <= (band.max or first):
                return band
        return FileCell(self.sheet, row=row, column=column)

    def _made(self, place: Cell) -> FileCell:
        """The cell, made in the style of its row or column if it does not exist."""
        cell = self._existing(place)
        if cell is None:
            style = self._style(place)._style
            cell = self.sheet.cell(*place)
            cell._style = copy(style)
        return cell

    def _fill_in(self, place: Cell, entry: Entry) -> None:
        cell = self._made(place)
        self._put.add(place)
        if isinstance(cell, MergedCell):
            if entry is not None:
                raise Locked(f"{self.name}!{cell.coordinate}")
            return
        if isinstance(entry, Formula):
            cell.value = escaped(entry.text)
            return
        code = cell.number_format
        cell.value = escaped(entry) if isinstance(entry, str) else entry
        if isinstance(entry, str):
            cell.data_type = "s"  # openpyxl takes =… for a formula and #N/A for an error
        elif isinstance(entry, dt.datetime) and code != "General":
            cell.number_format = code if cell.is_date and code != _TEXT_FORMAT else _DATE_FORMAT

    def _table(self, area: Area, look: Callable[[FileCell | None], Any]) -> list[list[Any]]:
        cells = [look(self._existing(place)) for place in area.cells()]
        width = area.shape[1]
        return [cells[start : start + width] for start in range(0, len(cells), width)]

    def _shown(self, cell: FileCell | None) -> Value:
        if cell is None or isinstance(cell, MergedCell):
            return None
        value = cell.value
        if cell.data_type == "f":
            sheet = None if (cell.row, cell.column) in self._put else self._computed()
            if sheet is None:
                return None
            cell = sheet._cells.get((cell.row, cell.column))
            if cell is None:
                return None
            value = cell.value
        if cell.data_type == "e":
            return CellError(str(value))
        return _plain(value)


def _plain(value: object) -> Value:
    match value:
        case None | bool() | float() | dt.datetime():
            return value
        case int():
            return float(value)
        case dt.date():
            return dt.datetime(value.year, value.month, value.day)
        case dt.time():
            return (value.hour * 3600 + value.minute * 60 + value.second) / 86400
        case dt.timedelta():
            return value.total_seconds() / 86400
    return unescaped(str(value))


def _typed(cell: FileCell | None) -> str:
    if cell is None or cell.value is None:
        return ""
    value = cell.value
    if cell.data_type == "f":
        return str(getattr(value, "text", value))
    if isinstance(value, str):
        value = unescaped(value)
        return f"'{value}" if value.startswith(("=", "'")) else value
    if isinstance(value, bool):
        return str(value).upper()
    return f"{value:.15g}" if isinstance(value, (int, float)) else str(value)


def _colour(fill: Any) -> Colour | None:
    if fill.fill_type is None or fill.start_color.type != "rgb":
        return None
    red, green, blue = bytes.fromhex(fill.start_color.rgb[-6:])
    return red, green, blue
