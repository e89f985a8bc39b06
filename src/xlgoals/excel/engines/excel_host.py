"""The host over xlwings' own Excel: what both platforms share.

Not run in Excel by its authors, who had none; it is kept thin for that reason. Microsoft's documentation of
the object model is its source;
``docs/windows-checklist.md`` says what a person checks on a machine with Excel.
"""

from __future__ import annotations

import datetime as dt
import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import xlwings as xw

from xlgoals.excel.engines.grid import Area, blocks
from xlgoals.excel.host import Cell, Colour, Locked

TITLE = "xlgoals"
TEXT_FORMAT = "@"
_MANUAL = "manual"


class ExcelHost:
    """What xlwings itself offers on Windows and Mac alike; protection is each platform's own."""

    name = "excel"

    def __init__(self, app: xw.App) -> None:
        """Over a running Excel."""
        self.app = app
        self._calculation = ""

    def formulas(self, sheet: xw.Sheet, area: tuple[Cell, Cell]) -> list[list[str]]:
        """What was typed, in two calls; a text that looks like a formula is its own value."""
        block = sheet.range(*area)
        typed = _rows(block.formula)
        values = block.options(ndim=2).value
        return [
            [_as_typed(text, value) for text, value in zip(texts, row, strict=True)]
            for texts, row in zip(typed, values, strict=True)
        ]

    def write_formulas(self, sheet: xw.Sheet, cells: Mapping[Cell, str | float | None]) -> None:
        """Values and formulas; an apostrophe keeps other texts what they are."""
        self._put(sheet, {cell: _literal(value) for cell, value in cells.items()})

    def write_texts(self, sheet: xw.Sheet, cells: Mapping[Cell, str]) -> None:
        """Texts, each behind an apostrophe, which Excel takes for "this is text" and does not show."""
        self._put(sheet, {cell: f"'{text}" if text else None for cell, text in cells.items()})

    def fills(self, sheet: xw.Sheet, cells: Sequence[Cell]) -> list[Colour | None]:
        """The fill of each cell, one call each: Excel tells no colours of a block."""
        return [sheet.range(cell).color for cell in cells]

    def paint(self, sheet: xw.Sheet, fills: Mapping[Cell, Colour | None]) -> None:
        """One call for each block of one colour."""
        cells_of: dict[Colour | None, list[Cell]] = {}
        for cell, colour in fills.items():
            cells_of.setdefault(colour, []).append(cell)
        for colour, cells in cells_of.items():
            for area in blocks(cells):
                _range(sheet, area).color = colour

    def notes(self, sheet: xw.Sheet) -> dict[Cell, str]:
        """All notes."""
        return {(note.location.row, note.location.column): str(note.text) for note in sheet.notes}

    def write_notes(self, sheet: xw.Sheet, notes: Mapping[Cell, str | None]) -> None:
        """Each cell's note, one call each: there is no other way."""
        for cell, text in notes.items():
            place = sheet.range(cell)
            if (there := place.note) is not None:
                there.delete()
            if text is not None:
                place.add_note(text)

    def go_to(self, sheet: xw.Sheet, cell: Cell) -> None:
        """Shows a cell."""
        sheet.activate()
        sheet.range(cell).select()

    def ask(self, question: str) -> bool:
        """Yes or no."""
        return self.app.alert(question, TITLE, "yes_no") == "yes"

    def tell(self, text: str) -> None:
        """A sentence that the user closes."""
        self.app.alert(text, TITLE)

    def status(self, text: str | None) -> None:
        """The line in the status bar; False gives it back to Excel."""
        self.app.status_bar = text if text is not None else False

    def refresh(self, paused: bool) -> None:
        """Pauses redrawing and computing; a user who computes by hand keeps doing so."""
        if paused:
            self._calculation = self.app.calculation
            self.app.screen_updating = False
            self.app.calculation = _MANUAL
        else:
            self.app.calculation = self._calculation or "automatic"
            self.app.screen_updating = True

    def open_files(self, paths: Iterable[str]) -> None:
        """Workbooks in this Excel, other files in the program that the system has for them."""
        for path in paths:
            if path.lower().endswith((".xlsx", ".xlsm")):
                self.app.books.open(path)
            elif sys.platform == "win32":
                os.startfile(path)  # noqa: S606 a file that a handler has just written

    def _put(self, sheet: xw.Sheet, cells: Mapping[Cell, object]) -> None:
        for area in blocks(cells):
            rows, columns = area.shape
            block = [
                [cells[area.top + row, area.left + column] for column in range(columns)]
                for row in range(rows)
            ]
            with refusals_as_locked(sheet, area):
                _range(sheet, area).value = block


class refusals_as_locked:  # noqa: N801 it is used as a function
    """Excel refuses to write a locked cell with an error of its bridge; here it becomes ours."""

    def __init__(self, sheet: xw.Sheet, area: Area) -> None:
        self._place = f"{sheet.name}!{area.address()}"

    def __enter__(self) -> None:
        """Nothing to prepare."""

    def __exit__(self, kind: type[BaseException] | None, fault: BaseException | None, _trace: Any) -> None:
        """The errors of both bridges, by name: their packages exist on one platform each."""
        if kind is not None and kind.__name__ in ("com_error", "CommandError"):
            raise Locked(self._place) from fault


def _range(sheet: xw.Sheet, area: Area) -> xw.Range:
    return sheet.range((area.top, area.left), (area.bottom, area.right))


def _rows(block: object) -> list[list[str]]:
    """Excel gives a block of one cell as a scalar, one row or column as a flat list on some platforms."""
    if not isinstance(block, (list, tuple)):
        return [[str(block)]]
    return [list(map(str, row)) if isinstance(row, (list, tuple)) else [str(row)] for row in block]


def _as_typed(text: str, value: object) -> str:
    return f"'{text}" if text.startswith(("=", "'")) and text == value else text


def _literal(value: str | float | None) -> object:
    if not isinstance(value, str):
        return value
    if value.startswith(("'", "=")):
        return value
    return f"'{value}" if value else None


def as_text(value: object) -> str:
    """A document property as text."""
    return value.isoformat() if isinstance(value, (dt.date, dt.datetime)) else str(value)
