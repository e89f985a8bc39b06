"""xlwings' ranges over any :class:`Grid`: the locks, and Excel's way with a text, are looked after here."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Protocol, TypeAlias

from xlwings import base_classes as base

from xlgoals.excel.engines.grid import (
    LAST_COLUMN,
    LAST_ROW,
    Area,
    CellError,
    Entry,
    Grid,
    Value,
    area_at,
)
from xlgoals.excel.engines.typing_in import as_typed
from xlgoals.excel.host import Cell, Colour, Locked

if TYPE_CHECKING:
    Place: TypeAlias = "str | tuple[int, ...] | Range"
    """As xlwings gives it: an address or name, (row, column), (row, column, rows, columns), or a range."""

WHOLE = Area(1, 1, LAST_ROW, LAST_COLUMN)
_STEPS = {"down": (1, 0), "up": (-1, 0), "right": (0, 1), "left": (0, -1)}


def area_named(place: Place, names: Mapping[str, str]) -> Area:
    """The area of what xlwings names a range by.

    Raises:
        KeyError: no address, and no such name.
    """
    if isinstance(place, Range):
        return place.area
    if isinstance(place, tuple):
        row, column = place[:2]
        rows, columns = place[2:] if len(place) > 2 else (1, 1)
        return Area(row, column, row + rows - 1, column + columns - 1)
    area = area_at(place) or area_at(names.get(place, "").rpartition("!")[2])
    if area is None:
        raise KeyError(place)
    return area


def guard(grid: Grid, areas: Sequence[Area]) -> None:
    """Raises Locked where Excel would: the sheet is protected and one of the cells is locked."""
    if areas and grid.protection() is not None and grid.any_locked(areas):
        raise Locked(f"{grid.name}!{areas[0].address()}")


def guard_formats(grid: Grid, areas: Sequence[Area]) -> None:
    """The same for colours and formats, which a protected sheet refuses in unlocked cells, too."""
    protection = grid.protection()
    if areas and protection is not None and "AllowFormattingCells" not in protection.allowed:
        raise Locked(f"{grid.name}!{areas[0].address()}")


def guard_notes(grid: Grid) -> None:
    """The same for notes, which lie on the sheet's layer of objects."""
    protection = grid.protection()
    if protection is not None and protection.objects:
        raise Locked(grid.name)


def put_as_excel(grid: Grid, area: Area, data: object, today: dt.date | None = None) -> None:
    """Fills an area as ``Range.Value`` does: a scalar everywhere, a text as if a person had typed it.

    Raises:
        Locked: one of the cells is locked.
    """
    guard(grid, [area])
    rows, columns = area.shape
    table = data if isinstance(data, (list, tuple)) else [[data] * columns] * rows
    today = today or dt.date.today()
    read = [[_typed(value, today) for value in row] for row in table]
    # Only where it matters: the formats of a large block take their time.
    if any(not (entry is None or isinstance(entry, str)) for row in read for entry in row):
        text_cells = grid.takes_text(area)
        read = [
            [_as_text(value) if is_text else entry for entry, value, is_text in zip(*each, strict=True)]
            for each in zip(read, table, text_cells, strict=True)
        ]
    grid.put(area, read)


def _typed(value: object, today: dt.date) -> Entry:
    if isinstance(value, str):
        entry = as_typed(value, today)
        return None if entry == "" else value if entry == value and isinstance(entry, str) else entry
    if value is None or isinstance(value, (bool, float, dt.datetime)):
        return value
    if isinstance(value, int):
        return float(value)
    raise TypeError(f"no cell holds a {type(value).__name__}")


def _as_text(value: object) -> Entry:
    """In a cell with the format of text even a number becomes one."""
    match value:
        case bool() | dt.datetime():
            return value
        case int() | float():
            return f"{value:.15g}"
        case str():
            return value.removeprefix("'") or None
    return None


class SheetOfBook(Protocol):
    """What a range asks of the sheet that it lies in."""

    @property
    def name(self) -> str:
        """The sheet's name."""

    @property
    def grid(self) -> Grid:
        """Its cells."""

    @property
    def book(self) -> base.Book:
        """The book that it is in."""


class Range(base.Range):
    """A rectangle of one sheet."""

    has_array = False
    max_cells_per_read = None
    max_cells_per_write = None

    def __init__(self, sheet: SheetOfBook, area: Area) -> None:
        self._sheet = sheet
        self.area = area
        self.options: dict[str, object] = {}

    @property
    def grid(self) -> Grid:
        """The grid that it lies in."""
        return self._sheet.grid

    @property
    def api(self) -> Range:
        return self

    @property
    def sheet(self) -> SheetOfBook:
        return self._sheet

    @property
    def row(self) -> int:
        return self.area.top

    @property
    def column(self) -> int:
        return self.area.left

    @property
    def shape(self) -> tuple[int, int]:
        return self.area.shape

    @property
    def coords(self) -> tuple[str, int, int, int, int]:
        return self._sheet.name, self.area.top, self.area.left, *self.area.shape

    def __len__(self) -> int:
        rows, columns = self.area.shape
        return rows * columns

    def __bool__(self) -> bool:
        """Asked by xlwings before it writes."""
        return True

    def __call__(self, row: int, column: int | None = None) -> Range:
        if column is None:
            down, right = divmod(row - 1, self.area.shape[1])
        else:
            down, right = row - 1, column - 1
        top, left = self.area.top + down, self.area.left + right
        return Range(self._sheet, Area(top, left, top, left))

    def get_address(
        self, row_absolute: bool = True, column_absolute: bool = True, external: bool = False
    ) -> str:
        address = self.area.address(row_absolute=row_absolute, column_absolute=column_absolute)
        return f"'[{self._sheet.book.name}]{self._sheet.name}'!{address}" if external else address

    @property
    def address(self) -> str:
        return self.get_address()

    @property
    def raw_value(self) -> list[list[Value]]:
        return self.grid.values(self.area)

    @raw_value.setter
    def raw_value(self, data: object) -> None:
        put_as_excel(self.grid, self.area, data)

    @property
    def formula(self) -> str | tuple[tuple[str, ...], ...]:
        rows = self.grid.typed(self.area)
        bare = tuple(tuple(text.removeprefix("'") for text in row) for row in rows)
        return bare[0][0] if len(self) == 1 else bare

    @formula.setter
    def formula(self, data: object) -> None:
        put_as_excel(self.grid, self.area, data)

    def clear_contents(self) -> None:
        guard(self.grid, [self.area])
        rows, columns = self.area.shape
        self.grid.put(self.area, [[None] * columns] * rows)

    @property
    def color(self) -> Colour | None:
        fills = set(self.grid.fills([self.area]).values())
        return fills.pop() if len(fills) == 1 else None

    @color.setter
    def color(self, colour: Colour | str | None) -> None:
        guard_formats(self.grid, [self.area])
        if isinstance(colour, str):
            red, green, blue = bytes.fromhex(colour.removeprefix("#"))
            colour = (red, green, blue)
        self.grid.paint({colour: [self.area]})

    @property
    def number_format(self) -> str | None:
        return self.grid.number_format(self.area)

    @number_format.setter
    def number_format(self, code: str) -> None:
        guard_formats(self.grid, [self.area])
        self.grid.set_number_format(self.area, code)

    def select(self) -> None:
        self.grid.show(self.area)

    @property
    def note(self) -> Note | None:
        cell = (self.area.top, self.area.left)
        return Note(self, cell) if cell in self.grid.notes() else None

    def add_note(self, text: str) -> Note:
        guard_notes(self.grid)
        cell = (self.area.top, self.area.left)
        self.grid.write_notes({cell: text})
        return Note(self, cell)

    def end(self, direction: str) -> Range:
        row, column = _end(self.grid, self.area, _STEPS[direction])
        return Range(self._sheet, Area(row, column, row, column))

    @property
    def current_region(self) -> Range:
        return Range(self._sheet, _region(self.grid, self.area))


class Note(base.Note):
    """The note of a cell."""

    def __init__(self, place: Range, cell: Cell) -> None:
        self._place = place
        self._cell = cell

    @property
    def api(self) -> Note:
        return self

    @property
    def text(self) -> str:
        return self._place.grid.notes()[self._cell]

    @text.setter
    def text(self, text: str) -> None:
        guard_notes(self._place.grid)
        self._place.grid.write_notes({self._cell: text})

    @property
    def location(self) -> Range:
        return Range(self._place.sheet, Area(*self._cell, *self._cell))

    def delete(self) -> None:
        guard_notes(self._place.grid)
        self._place.grid.write_notes({self._cell: None})


def _filled(grid: Grid) -> set[Cell]:
    used = grid.used()
    table = grid.values(used)
    return {
        (row, column)
        for row, column in used.cells()
        if not _is_blank(table[row - used.top][column - used.left])
    }


def _is_blank(value: Value | CellError) -> bool:
    return value is None or value == ""


def _end(grid: Grid, area: Area, step: tuple[int, int]) -> Cell:
    """Where Ctrl and an arrow key lead: the end of a run, or over a gap to the next cell."""
    filled = _filled(grid)
    here = (area.top, area.left)
    way = list(_way(here, step, grid.used()))
    if not way:
        return here
    if here in filled and way[0] in filled:
        run = next((number for number, cell in enumerate(way) if cell not in filled), len(way))
        return way[run - 1]
    edge = {(1, 0): (LAST_ROW, here[1]), (-1, 0): (1, here[1]), (0, 1): (here[0], LAST_COLUMN)}
    return next((cell for cell in way if cell in filled), edge.get(step, (here[0], 1)))


def _way(here: Cell, step: tuple[int, int], used: Area) -> Iterator[Cell]:
    row, column = here
    while True:
        row, column = row + step[0], column + step[1]
        if not (1 <= row <= max(used.bottom, here[0]) + 1 and 1 <= column <= max(used.right, here[1]) + 1):
            return
        if row > LAST_ROW or column > LAST_COLUMN:
            return
        yield row, column


def _region(grid: Grid, area: Area) -> Area:
    """The block of filled cells around a cell, up to blank rows and columns."""
    filled = _filled(grid)
    while True:
        near = {
            (row, column)
            for row, column in filled
            if area.top - 1 <= row <= area.bottom + 1 and area.left - 1 <= column <= area.right + 1
        }
        rows, columns = [row for row, _ in near], [column for _, column in near]
        grown = Area(
            min([area.top, *rows]),
            min([area.left, *columns]),
            max([area.bottom, *rows]),
            max([area.right, *columns]),
        )
        if grown == area:
            return area
        area = grown
