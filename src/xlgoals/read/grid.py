"""A sheet made by hand as a person sees it: merged cells as one box, each text with its place.

What a box alone does not show (a formula, an error value, a hidden row) is told by :func:`oddity`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from xlgoals.model import Sighting
from xlgoals.read.assembly import Piece
from xlgoals.read.cells import BLANK, Cell, CellKind, Sheet, column_letters


@dataclass(frozen=True, slots=True)
class Box:
    """One cell, or several merged ones; all counted from 1. ``content`` is the cell of the upper left."""

    top: int
    left: int
    bottom: int
    right: int
    content: Cell
    piece: Piece

    @property
    def area(self) -> str:
        """``B3:D3``, or ``B3`` for a single cell."""
        first = f"{column_letters(self.left)}{self.top}"
        last = f"{column_letters(self.right)}{self.bottom}"
        return first if first == last else f"{first}:{last}"


class Grid:
    """The boxes of a sheet that hold something, by row."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet
        self.buried: list[Piece] = []
        """Texts under a merged cell: no one sees them, but they are there."""
        self._merged: dict[int, list[tuple[int, int, int, int]]] = {}
        for merge in sheet.merges:
            # A merge over whole columns is no box of a table, and would cost a million entries.
            for row in range(merge[0], min(merge[2], merge[0] + 2000) + 1):
                self._merged.setdefault(row, []).append(merge)
        self._rows: dict[int, list[Box]] = {}
        for (row, column), cell in sorted(sheet.cells.items()):
            if not cell.text.strip() and not cell.formula:
                continue
            box = self.box(row, column)
            if (box.top, box.left) == (row, column):
                self._rows.setdefault(row, []).append(box)
            else:
                self.buried.append(self._piece(row, column, cell))

    def __iter__(self) -> Iterator[tuple[int, list[Box]]]:
        """Rows that hold something, from above; boxes from left to right, each in its uppermost row."""
        return iter(self._rows.items())

    def box(self, row: int, column: int) -> Box:
        """The box that covers a cell, filled or not."""
        for top, left, bottom, right in self._merged.get(row, ()):
            if left <= column <= right:
                cell = self.sheet.at(top, left)
                return Box(top, left, bottom, right, cell, self._piece(top, left, cell))
        cell = self.sheet.at(row, column)
        return Box(row, column, row, column, cell, self._piece(row, column, cell))

    def reaching(self, row: int) -> list[Box]:
        """The boxes that hold something, begin above a row and reach into it."""
        boxes = [self.box(row, left) for top, left, _, _ in self._merged.get(row, ()) if top < row]
        return [box for box in boxes if box.piece.text.strip() or box.content.formula]

    def filled(self, row: int, column: int) -> Box | None:
        """The box that begins at a cell, if it holds something."""
        return next((box for box in self._rows.get(row, ()) if box.left == column), None)

    def blank(self, row: int, column: int) -> Piece:
        """A piece without text at a cell."""
        return self._piece(row, column, BLANK)

    def _piece(self, row: int, column: int, cell: Cell) -> Piece:
        number = cell.raw if cell.kind is CellKind.NUMBER else ""
        return Piece(cell.text, self.sheet.place(row, column), self.sheet.name, number)


def oddity(box: Box, sheet: Sheet) -> Sighting | None:
    """What is to be told about a cell beyond its value."""
    cell = box.content
    if cell.kind is CellKind.ERROR:
        return Sighting.ERROR_VALUE
    if cell.formula:
        return Sighting.FORMULA_WITHOUT_VALUE if cell.kind is CellKind.BLANK else Sighting.FORMULA_IN_INPUT
    if box.top in sheet.hidden_rows or box.left in sheet.hidden_columns:
        return Sighting.HIDDEN_WITH_DATA
    return None
