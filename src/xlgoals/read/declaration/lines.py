"""A form as rows of boxes on a grid, wherever it came from, and back into a sheet that the readers know."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from xlgoals.model import Sighting
from xlgoals.read.cells import Cell, CellKind, Sheet


@dataclass(frozen=True, slots=True)
class Loss:
    """Something that is no part of a value: what it is, where it stands, and its text."""

    sighting: Sighting
    place: str
    text: str
    used: str = ""
    """What was made of it."""


@dataclass(frozen=True, slots=True)
class Spot:
    """One cell on the grid: its columns, counted from 1, how many rows it takes, its text, its place."""

    left: int
    right: int
    text: str
    place: str
    height: int = 1
    buried: bool = False
    """Under a cell that is merged downwards: nobody sees it."""
    content: Cell | None = None
    """What a workbook holds there beyond the text."""

    @property
    def cell(self) -> Cell:
        """The spot as a cell of a sheet; a text that was put in place of another is no more than a text."""
        is_own = self.content is not None and self.content.text == self.text
        return self.content if is_own and self.content else Cell(CellKind.TEXT, self.text, self.text, False)

    @property
    def holds_something(self) -> bool:
        """Whether there is a text, or a formula that shows none."""
        return bool(self.text.strip()) or (self.content is not None and self.content.formula)


@dataclass(slots=True)
class Line:
    """One row on the grid, of a table or a paragraph by itself."""

    spots: list[Spot]
    table: str = ""
    """Number of its table, or name of its sheet; empty for a paragraph."""
    width: int = 0
    """Grid columns of the whole row."""
    row: int = 0
    """Its row in a sheet, from 1; 0 where rows have no numbers."""

    @property
    def shown(self) -> list[Spot]:
        """Its cells without those that are merged with a cell above."""
        return [spot for spot in self.spots if not spot.buried]

    @property
    def filled(self) -> list[Spot]:
        """Its visible cells that hold something."""
        return [spot for spot in self.spots if spot.text.strip() and not spot.buried]

    def with_spots(self, spots: list[Spot]) -> Line:
        """The same row with other cells."""
        return Line(spots, self.table, self.width, self.row)


@dataclass(slots=True)
class PlacedSheet(Sheet):
    """Rows as a sheet; each cell is called by the place it came from."""

    places: dict[tuple[int, int], str] = field(default_factory=dict)
    starts: dict[int, str] = field(default_factory=dict)
    """A place for each row that holds something."""

    def place(self, row: int, column: int) -> str:
        """``T2R5C3`` or ``P12`` in a document, ``C5`` in a workbook."""
        found = self.places.get((row, column)) or self.starts.get(row)
        return found or next(iter(self.starts.values()), "")


def sheet_of(lines: Sequence[Line]) -> PlacedSheet:
    """Rows below each other as one sheet; a merged cell reaches as far as cells below say so."""
    sheet = PlacedSheet("", "visible")
    fill(sheet, lines)
    return sheet


def fill(sheet: PlacedSheet, lines: Sequence[Line]) -> None:
    """Puts rows into a sheet, as :func:`sheet_of`."""
    for at, line in enumerate(lines, start=1):
        number = line.row or at
        for spot in line.spots:
            last = number if spot.buried else _last_row(lines, at, line, spot)
            for row in range(number, last + 1):
                for column in range(spot.left, spot.right + 1):
                    sheet.places.setdefault((row, column), spot.place)
            sheet.places[number, spot.left] = spot.place
            sheet.starts.setdefault(number, spot.place)
            if spot.holds_something:
                sheet.cells[number, spot.left] = spot.cell
            if last > number or spot.right > spot.left:
                sheet.merges.append((number, spot.left, last, spot.right))


def _last_row(lines: Sequence[Line], first: int, line: Line, spot: Spot) -> int:
    """The last of the rows from ``first`` on that holds a cell merged with ``spot``."""
    last = line.row or first
    if spot.height == 1:
        return last
    for at, lower in enumerate(lines[first : first + spot.height], start=first + 1):
        same = any(s.buried and (s.left, s.right) == (spot.left, spot.right) for s in lower.spots)
        if lower.table != line.table or not same:
            break
        last = lower.row or at
    return last


def texts(lines: Iterable[Line]) -> list[Spot]:
    """Everything that stands in some rows, buried texts included."""
    return [spot for line in lines for spot in line.spots if spot.text.strip()]


def losses(sighting: Sighting, lines: Iterable[Line]) -> list[Loss]:
    """Everything in some rows, as lost."""
    return [Loss(sighting, spot.place, spot.text) for spot in texts(lines)]
