"""A sheet of a document that LibreOffice has open: what :class:`.grid.Grid` asks for, over its bridge.

Each call over the bridge costs about as much as a thousand cells: values go as whole arrays, formats by the
ranges that LibreOffice itself groups by format. No loop below makes a call for each cell, but for notes,
which it takes one by one.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from xlgoals.excel.engines.bridge import load_bridge, struct
from xlgoals.excel.engines.formula_text import to_excel, to_office
from xlgoals.excel.engines.grid import Area, CellError, Entry, Formula, Value, blocks
from xlgoals.excel.engines.typing_in import EPOCH
from xlgoals.excel.host import Cell, Colour, Locked, Protection

# com.sun.star.util.NumberFormat, sheet.CellFlags, sheet.FormulaResult
_DATE, _TEXT, _LOGICAL = 2, 256, 1024
_FORMULA, _NOTE = 16, 8
_ERROR = 4
_ERRORS = {
    502: "#VALUE!",
    503: "#NUM!",
    519: "#VALUE!",
    524: "#REF!",
    525: "#NAME?",
    532: "#DIV/0!",
    32767: "#N/A",
}
# Our own links only: a formula of the user's that has another shape stays a formula.
_LINK = re.compile(r'=HYPERLINK\("#(?:[^"]|"")+";"((?:[^"]|"")*)"\)')
_BACKGROUND = "CellBackColor"


class UnoGrid:
    """One sheet."""

    def __init__(self, document: Any, sheet: Any, show: Callable[[Any, Area | None], None]) -> None:
        """Over a sheet of LibreOffice's; ``show`` brings an area of it to the front."""
        self._document = document
        self.sheet = sheet
        self._show = show
        self._name: str = sheet.Name
        self._formats: dict[int, int] = {}

    @property
    def name(self) -> str:
        """The sheet's name."""
        return self._name

    @property
    def visible(self) -> bool:
        """Whether the user sees it."""
        return bool(self.sheet.IsVisible)

    def used(self) -> Area:
        """From the first cell to the last one that holds something."""
        cursor = self.sheet.createCursor()
        cursor.gotoStartOfUsedArea(False)
        cursor.gotoEndOfUsedArea(True)
        return _area(cursor.RangeAddress)

    def values(self, area: Area) -> list[list[Value]]:
        """What the cells show; numbers in a cell with the format of dates are dates."""
        block = self._range(area)
        table: list[list[Value]] = [
            [None if value == "" else value for value in row] for row in block.getDataArray()
        ]
        if any(isinstance(value, float) for row in table for value in row):
            self._read_kinds(block, area, table)
        if any(value is None for row in table for value in row):
            self._read_errors(block, area, table)
        return table

    def typed(self, area: Area) -> list[list[str]]:
        """What was typed."""
        block = self._range(area)
        table = [[_digits(value) for value in row] for row in block.getDataArray()]
        formulas = block.getFormulaArray()
        for row, column in self._cells(block.queryContentCells(_FORMULA)):
            down, right = row - area.top, column - area.left
            link = _LINK.fullmatch(formulas[down][right])
            table[down][right] = _digits(_unquoted(link[1])) if link else to_excel(formulas[down][right])
        return table

    def put(self, area: Area, rows: Sequence[Sequence[Entry]]) -> None:
        """Fills an area in one call, formulas in one more for each block of them."""
        # An empty text clears a cell; a Python None would end LibreOffice.
        self._range(area).setDataArray(tuple(tuple(_data(entry) for entry in row) for row in rows))
        entries = {
            cell: entry
            for cell, entry in zip(area.cells(), (entry for row in rows for entry in row), strict=True)
            if isinstance(entry, (bool, dt.datetime, Formula))
        }
        formulas = {
            cell: to_office(entry.text) for cell, entry in entries.items() if isinstance(entry, Formula)
        }
        for part in blocks(formulas):
            rows_of = [formulas[cell] for cell in part.cells()]
            width = part.shape[1]
            self._range(part).setFormulaArray(
                tuple(tuple(rows_of[start : start + width]) for start in range(0, len(rows_of), width))
            )
        self._give_kind([cell for cell, entry in entries.items() if isinstance(entry, bool)], _LOGICAL)
        self._give_kind([cell for cell, entry in entries.items() if isinstance(entry, dt.datetime)], _DATE)

    def takes_text(self, area: Area) -> list[list[bool]]:
        """Which cells have the number format of text."""
        rows, columns = area.shape
        table = [[False] * columns for _ in range(rows)]
        for group in _groups(self._range(area)):
            if self._kind(group.NumberFormat) & _TEXT:
                for row, column in self._cells(group):
                    table[row - area.top][column - area.left] = True
        return table

    def any_locked(self, areas: Sequence[Area]) -> bool:
        """Whether one of the cells is locked."""
        together = self._ranges(areas)
        state = together.getPropertyState("CellProtection").value
        return state == "AMBIGUOUS_VALUE" or bool(together.CellProtection.IsLocked)

    def protection(self) -> Protection | None:
        """LibreOffice tells nobody what is allowed; it keeps that itself, and :meth:`protect` restores it."""
        return Protection(allowed=frozenset()) if self.sheet.isProtected() else None

    def unprotect(self) -> None:
        """Raises Locked where a password is asked for."""
        refused = load_bridge().getClass("com.sun.star.lang.IllegalArgumentException")
        try:
            self.sheet.unprotect("")
        except refused:
            raise Locked(self.name) from None
        if self.sheet.isProtected():
            raise Locked(self.name)

    def protect(self, protection: Protection) -> None:
        """As the sheet was protected before; what is allowed cannot be told to LibreOffice."""
        self.sheet.protect("")

    def fills(self, areas: Sequence[Area]) -> dict[Cell, Colour | None]:
        """The fill of every cell, read at once over all of them."""
        wanted = {cell for area in areas for cell in area.cells()}
        box = Area(
            min(area.top for area in areas),
            min(area.left for area in areas),
            max(area.bottom for area in areas),
            max(area.right for area in areas),
        )
        found: dict[Cell, Colour | None] = {}
        for group in _groups(self._range(box)):
            colour = _colour(group.CellBackColor)
            found.update((cell, colour) for cell in self._cells(group) if cell in wanted)
        return found

    def paint(self, fills: Mapping[Colour | None, Sequence[Area]]) -> None:
        """One call for each colour."""
        for colour, areas in fills.items():
            if areas:
                self._ranges(areas).setPropertyValue(_BACKGROUND, _number(colour))

    def number_format(self, area: Area) -> str | None:
        """The code that all cells share."""
        keys = {group.NumberFormat for group in _groups(self._range(area))}
        formats = self._document.NumberFormats
        return str(formats.getByKey(keys.pop()).FormatString) if len(keys) == 1 else None

    def set_number_format(self, area: Area, code: str) -> None:
        """One code for all."""
        self._range(area).NumberFormat = self._format_key(code)

    def notes(self) -> dict[Cell, str]:
        """All notes."""
        notes = self.sheet.Annotations
        return {
            (note.Position.Row + 1, note.Position.Column + 1): str(note.String)
            for note in (notes.getByIndex(index) for index in range(notes.Count))
        }

    def write_notes(self, notes: Mapping[Cell, str | None]) -> None:
        """In place of those that are there, which go all at once."""
        if not notes:
            return
        self._ranges(blocks(notes)).clearContents(_NOTE)
        there = self.sheet.Annotations
        place = struct("table.CellAddress", Sheet=self.sheet.RangeAddress.Sheet)
        for (row, column), text in notes.items():
            if text is not None:
                place.Row, place.Column = row - 1, column - 1
                there.insertNew(place, text)

    def link(self, links: Mapping[Cell, tuple[str, str]]) -> None:
        """By formulas, a block at once: the fields that LibreOffice has for links go in one by one.

        :meth:`values` and :meth:`typed` show the text, as they do for a link in Excel.
        """
        for area in blocks(links):
            shown = self._range(area).getDataArray()
            texts = [
                str(value) if isinstance(value, str) else _digits(value) for row in shown for value in row
            ]
            formulas = [
                _link_formula(*links[cell], text) for cell, text in zip(area.cells(), texts, strict=True)
            ]
            width = area.shape[1]
            self._range(area).setFormulaArray(
                tuple(tuple(formulas[start : start + width]) for start in range(0, len(formulas), width))
            )

    def show(self, area: Area | None = None) -> None:
        """Brings the sheet to the front."""
        self._show(self.sheet, area)

    def _range(self, area: Area) -> Any:
        return self.sheet.getCellRangeByPosition(area.left - 1, area.top - 1, area.right - 1, area.bottom - 1)

    def _ranges(self, areas: Iterable[Area]) -> Any:
        """Many ranges as one object, which has the properties of cells."""
        together = self._document.createInstance("com.sun.star.sheet.SheetCellRanges")
        number = self.sheet.RangeAddress.Sheet
        together.addRangeAddresses(
            tuple(
                struct(
                    "table.CellRangeAddress",
                    Sheet=number,
                    StartColumn=area.left - 1,
                    StartRow=area.top - 1,
                    EndColumn=area.right - 1,
                    EndRow=area.bottom - 1,
                )
                for area in areas
            ),
            False,
        )
        return together

    def _cells(self, ranges: Any) -> Iterator[Cell]:
        for address in ranges.getRangeAddresses():
            yield from _area(address).cells()

    def _kind(self, key: int) -> int:
        """What a number format shows: a date, a text …; asked for once."""
        if key not in self._formats:
            self._formats[key] = self._document.NumberFormats.getByKey(key).Type
        return self._formats[key]

    def _read_kinds(self, block: Any, area: Area, table: list[list[Value]]) -> None:
        for group in _groups(block):
            kind = self._kind(group.NumberFormat)
            if not kind & (_DATE | _LOGICAL):
                continue
            for row, column in self._cells(group):
                value = table[row - area.top][column - area.left]
                if isinstance(value, float):
                    table[row - area.top][column - area.left] = (
                        EPOCH + dt.timedelta(seconds=round(value * 86400)) if kind & _DATE else bool(value)
                    )

    def _read_errors(self, block: Any, area: Area, table: list[list[Value]]) -> None:
        for row, column in self._cells(block.queryFormulaCells(_ERROR)):
            code = self.sheet.getCellByPosition(column - 1, row - 1).getError()
            table[row - area.top][column - area.left] = CellError(_ERRORS.get(code, f"Err:{code}"))

    def _give_kind(self, cells: Sequence[Cell], kind: int) -> None:
        """The standard format of dates or truth values, where a cell has not one of that kind."""
        if not cells:
            return
        standard = self._document.NumberFormats.getStandardFormat(kind, struct("lang.Locale"))
        wanted = set(cells)
        for area in blocks(cells):
            for group in _groups(self._range(area)):
                if not self._kind(group.NumberFormat) & kind:
                    here = [cell for cell in self._cells(group) if cell in wanted]
                    self._ranges(blocks(here)).setPropertyValue("NumberFormat", standard)

    def _format_key(self, code: str) -> int:
        formats, locale = self._document.NumberFormats, struct("lang.Locale", Language="en", Country="US")
        key = formats.queryKey(code, locale, False)
        return int(key if key != -1 else formats.addNew(code, locale))


def _link_formula(sheet: str, cell: str, text: str) -> str:
    quoted = sheet.replace("'", "''")
    target = f"#'{quoted}'!{cell}".replace('"', '""')
    return f'=HYPERLINK("{target}";"{(text or cell).replace(chr(34), chr(34) * 2)}")'


def _unquoted(text: str) -> str:
    return text.replace('""', '"')


def _groups(block: Any) -> Iterator[Any]:
    """The parts of a block that share one format each."""
    groups = block.getUniqueCellFormatRanges()
    return (groups.getByIndex(index) for index in range(groups.Count))


def _area(address: Any) -> Area:
    return Area(address.StartRow + 1, address.StartColumn + 1, address.EndRow + 1, address.EndColumn + 1)


def _data(entry: Entry) -> str | float:
    match entry:
        case None | Formula():
            return ""
        case bool():
            return float(entry)
        case dt.datetime():
            return (entry - EPOCH).total_seconds() / 86400
    return entry


def _digits(value: object) -> str:
    if isinstance(value, str):
        return f"'{value}" if value.startswith(("=", "'")) else value
    return f"{value:.15g}" if isinstance(value, float) else ""


def _colour(number: int) -> Colour | None:
    return None if number == -1 else (number >> 16 & 255, number >> 8 & 255, number & 255)


def _number(colour: Colour | None) -> int:
    return -1 if colour is None else colour[0] << 16 | colour[1] << 8 | colour[2]
