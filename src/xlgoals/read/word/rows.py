"""Tables of a document as rows of boxes on a grid, and back into the sheets that the other readers know."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from xlgoals.read.cells import MOST_COLUMNS, Cell, CellKind, Sheet
from xlgoals.read.word.flow import Table


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


@dataclass(slots=True)
class Line:
    """One row on the grid, of a table or a paragraph by itself."""

    spots: list[Spot]
    table: str = ""
    """Number of its table; empty for a paragraph."""
    width: int = 0
    """Grid columns of the whole row."""

    @property
    def shown(self) -> list[Spot]:
        """Its cells without those that are merged with a cell above."""
        return [spot for spot in self.spots if not spot.buried]

    @property
    def filled(self) -> list[Spot]:
        """Its visible cells that hold something."""
        return [spot for spot in self.spots if spot.text.strip() and not spot.buried]


@dataclass(slots=True)
class WordSheet(Sheet):
    """Rows of a document as a sheet; each cell is called by its table, row and cell, or its paragraph."""

    places: dict[tuple[int, int], str] = field(default_factory=dict)
    starts: dict[int, str] = field(default_factory=dict)
    """A place for each row that holds something."""

    def place(self, row: int, column: int) -> str:
        """``T2R5C3`` or ``P12``."""
        found = self.places.get((row, column)) or self.starts.get(row)
        return found or next(iter(self.starts.values()), "")


def lines_of(table: Table) -> list[Line]:
    """The rows of a table as a person sees them; deleted and hidden rows are left out."""
    lines: list[Line] = []
    above: dict[tuple[int, int], tuple[int, int]] = {}
    for row in table.rows:
        if row.is_deleted or row.is_hidden:
            continue
        spots: list[Spot] = []
        column, covering = row.before + 1, dict[tuple[int, int], tuple[int, int]]()
        for cell in row.cells:
            right = min(column + cell.span - 1, MOST_COLUMNS)
            if cell.is_beside and spots:
                before = spots[-1]
                text = f"{before.text}\n{cell.text}" if cell.text.strip() else before.text
                spots[-1] = replace(before, right=right, text=text)
                column = right + 1
                continue
            begun = above.get((column, right)) if cell.is_below else None
            if begun is not None:
                line, position = begun
                upper = lines[line].spots[position]
                lines[line].spots[position] = replace(upper, height=len(lines) - line + 1)
                covering[column, right] = begun
            else:
                covering[column, right] = (len(lines), len(spots))
            spots.append(Spot(column, right, cell.text, cell.place, buried=begun is not None))
            column = right + 1
        above = covering
        lines.append(Line(spots, table.number, column - 1 + row.after))
    return lines


def sheet_of(lines: Sequence[Line], name: str = "") -> WordSheet:
    """Rows below each other as one sheet; a merged cell reaches as far as cells below say so."""
    sheet = WordSheet(name, "visible")
    for number, line in enumerate(lines, start=1):
        for spot in line.spots:
            height = 1 if spot.buried else 1 + _covered(lines, number, line, spot)
            for row in range(number, number + height):
                for column in range(spot.left, spot.right + 1):
                    sheet.places.setdefault((row, column), spot.place)
            sheet.places[number, spot.left] = spot.place
            sheet.starts.setdefault(number, spot.place)
            if spot.text:
                sheet.cells[number, spot.left] = Cell(CellKind.TEXT, spot.text, spot.text, False)
            if height > 1 or spot.right > spot.left:
                sheet.merges.append((number, spot.left, number + height - 1, spot.right))
    return sheet


def _covered(lines: Sequence[Line], first: int, line: Line, spot: Spot) -> int:
    """How many of the rows from ``first`` on hold a cell that is merged with ``spot``."""
    if spot.height == 1:
        return 0
    count = 0
    for lower in lines[first:]:
        same = any(s.buried and (s.left, s.right) == (spot.left, spot.right) for s in lower.spots)
        if lower.table != line.table or not same:
            break
        count += 1
    return count


def texts(lines: Iterable[Line]) -> list[Spot]:
    """Everything that stands in some rows, buried texts included."""
    return [spot for line in lines for spot in line.spots if spot.text.strip()]
