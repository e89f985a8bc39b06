"""The host over our own engines, LibreOffice and the file: one class, for both are grids below."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from xlgoals.excel.engines.adapter import grid_of
from xlgoals.excel.engines.grid import Area, Entry, Formula, Grid, Program, blocks
from xlgoals.excel.engines.ranges import guard, guard_formats, guard_notes
from xlgoals.excel.host import Cell, Colour, Protection

if TYPE_CHECKING:
    import xlwings as xw


class GridHost:
    """See :class:`xlgoals.excel.host.Host`; cells that lie together are read and written at once."""

    def __init__(self, program: Program) -> None:
        """Over one running program."""
        self.program = program
        self.name = program.name

    def properties(self, book: xw.Book) -> Mapping[str, str]:
        """The custom document properties."""
        held: Mapping[str, str] = book.impl.document.properties()
        return held

    def protection(self, sheet: xw.Sheet) -> Protection | None:
        """How the sheet is protected now; None when it is not."""
        return grid_of(sheet).protection()

    def unprotect(self, sheet: xw.Sheet) -> None:
        """Takes protection off; Locked where it asks for a password."""
        grid_of(sheet).unprotect()

    def protect(self, sheet: xw.Sheet, protection: Protection) -> None:
        """Puts protection on."""
        grid_of(sheet).protect(protection)

    def formulas(self, sheet: xw.Sheet, area: tuple[Cell, Cell]) -> list[list[str]]:
        """What was typed."""
        first, last = area
        return grid_of(sheet).typed(Area(*first, *last))

    def write_formulas(self, sheet: xw.Sheet, cells: Mapping[Cell, str | float | None]) -> None:
        """Values and formulas as typed."""
        _put(grid_of(sheet), {cell: _as_typed(value) for cell, value in cells.items()})

    def write_texts(self, sheet: xw.Sheet, cells: Mapping[Cell, str]) -> None:
        """Texts, literally."""
        _put(grid_of(sheet), {cell: text or None for cell, text in cells.items()})

    def fills(self, sheet: xw.Sheet, cells: Sequence[Cell]) -> list[Colour | None]:
        """The fill of each cell."""
        found = grid_of(sheet).fills(blocks(cells)) if cells else {}
        return [found[cell] for cell in cells]

    def paint(self, sheet: xw.Sheet, fills: Mapping[Cell, Colour | None]) -> None:
        """Each cell in its colour."""
        cells_of: dict[Colour | None, list[Cell]] = {}
        for cell, colour in fills.items():
            cells_of.setdefault(colour, []).append(cell)
        areas = {colour: blocks(cells) for colour, cells in cells_of.items()}
        grid = grid_of(sheet)
        guard_formats(grid, [area for each in areas.values() for area in each])
        grid.paint(areas)

    def notes(self, sheet: xw.Sheet) -> dict[Cell, str]:
        """All notes."""
        return grid_of(sheet).notes()

    def write_notes(self, sheet: xw.Sheet, notes: Mapping[Cell, str | None]) -> None:
        """Each cell's note."""
        grid = grid_of(sheet)
        guard_notes(grid)
        grid.write_notes(notes)

    def link(self, sheet: xw.Sheet, links: Mapping[Cell, tuple[str, str]]) -> None:
        """Links to other cells of the workbook."""
        grid = grid_of(sheet)
        guard(grid, blocks(links))
        grid.link(links)

    def go_to(self, sheet: xw.Sheet, cell: Cell) -> None:
        """Shows a cell."""
        grid_of(sheet).show(Area(*cell, *cell))

    def ask(self, question: str) -> bool:
        """Yes or no; False where nobody can answer."""
        return self.program.ask(question)

    def tell(self, text: str) -> None:
        """A sentence that the user closes."""
        self.program.tell(text)

    def status(self, text: str | None) -> None:
        """The line in the status bar."""
        self.program.status(text)

    def refresh(self, paused: bool) -> None:
        """Pauses redrawing and computing, and resumes both."""
        self.program.refresh(paused)

    def open_files(self, paths: Iterable[str]) -> None:
        """For the user to look at."""
        for path in paths:
            self.program.look_at(path)


def _as_typed(value: str | float | None) -> Entry:
    if isinstance(value, str):
        if value.startswith("'"):
            return value[1:]
        return Formula(value) if value.startswith("=") and len(value) > 1 else value or None
    return value if value is None or isinstance(value, bool) else float(value)


def _put(grid: Grid, cells: Mapping[Cell, Entry]) -> None:
    areas = blocks(cells)
    guard(grid, areas)
    for area in areas:
        rows, columns = area.shape
        grid.put(
            area,
            [[cells[area.top + row, area.left + column] for column in range(columns)] for row in range(rows)],
        )
