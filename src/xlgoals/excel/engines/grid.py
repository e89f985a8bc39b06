"""What an engine of ours must be able to do: a program with documents, a document with grids of cells.

xlwings' many classes are written once, in :mod:`.adapter`, over these few; so locking and the way that Excel
reads a text that is put into a cell are the same on every engine.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from xlgoals.excel.host import Cell, Colour, Protection

LAST_ROW, LAST_COLUMN = 1_048_576, 16_384
_ADDRESS = re.compile(r"\$?([A-Za-z]{1,3})\$?([0-9]{1,7})(?::\$?([A-Za-z]{1,3})\$?([0-9]{1,7}))?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Area:
    """A rectangle of cells, its corners counted from 1 and included."""

    top: int
    left: int
    bottom: int
    right: int

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        return self.bottom - self.top + 1, self.right - self.left + 1

    def cells(self) -> Iterator[Cell]:
        """Every cell, row by row."""
        for row in range(self.top, self.bottom + 1):
            for column in range(self.left, self.right + 1):
                yield row, column

    def address(self, *, row_absolute: bool = True, column_absolute: bool = True) -> str:
        """As a formula names it."""
        before_column, before_row = "$" * column_absolute, "$" * row_absolute
        corners = dict.fromkeys(((self.top, self.left), (self.bottom, self.right)))
        return ":".join(f"{before_column}{letters(c)}{before_row}{r}" for r, c in corners)


def letters(column: int) -> str:
    """The letters of a column, counted from 1.

    >>> letters(28)
    'AB'
    """
    name = ""
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name


def column_number(name: str) -> int:
    """The number of a column, from 1.

    >>> column_number("AB")
    28
    """
    number = 0
    for letter in name.upper():
        number = number * 26 + ord(letter) - 64
    return number


def area_at(address: str) -> Area | None:
    """The area of an address such as one of a cell or a block; None for anything else, e.g. a name."""
    match = _ADDRESS.fullmatch(address)
    if match is None:
        return None
    left, top, right, bottom = match.groups()
    return Area(
        int(top),
        column_number(left),
        int(bottom or top),
        column_number(right) if right else column_number(left),
    )


def blocks(cells: Iterable[Cell]) -> list[Area]:
    """As few rectangles as easily found that hold exactly these cells: runs in a row, equal runs stacked."""
    finished: list[Area] = []
    growing: dict[tuple[int, int], Area] = {}
    rows: dict[int, list[int]] = {}
    for row, column in cells:
        rows.setdefault(row, []).append(column)
    for row in sorted(rows):
        grown: dict[tuple[int, int], Area] = {}
        for left, right in _runs(sorted(set(rows[row]))):
            above = growing.pop((left, right), None)
            joins = above is not None and above.bottom == row - 1
            if above is not None and not joins:
                finished.append(above)
            top = above.top if above is not None and joins else row
            grown[left, right] = Area(top, left, row, right)
        finished.extend(growing.values())
        growing = grown
    return [*finished, *growing.values()]


def _runs(numbers: Sequence[int]) -> Iterator[tuple[int, int]]:
    first = last = numbers[0]
    for number in numbers[1:]:
        if number != last + 1:
            yield first, last
            first = number
        last = number
    yield first, last


@dataclass(frozen=True, slots=True)
class CellError:
    """An error in a cell, as it is shown."""

    text: str


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula to be put into a cell, with its equals sign, English names and commas."""

    text: str


Value = None | bool | float | str | dt.datetime | CellError
"""What a cell shows."""
Entry = None | bool | float | str | dt.datetime | Formula
"""What is put into a cell, literally: a str stays the text that it is."""


class Grid(Protocol):
    """One sheet. What it writes is written whatever the locks say: whoever calls has looked at them."""

    @property
    def name(self) -> str:
        """The sheet's name."""

    @property
    def visible(self) -> bool:
        """Whether the user sees it."""

    def used(self) -> Area:
        """From the first cell to the last one that holds something."""

    def values(self, area: Area) -> list[list[Value]]:
        """What the cells show, row by row; 0 rows of it are never asked for."""

    def typed(self, area: Area) -> list[list[str]]:
        """What was typed, see :meth:`xlgoals.excel.host.Host.formulas`."""

    def put(self, area: Area, rows: Sequence[Sequence[Entry]]) -> None:
        """Fills an area, at once; the rows have its shape."""

    def takes_text(self, area: Area) -> list[list[bool]]:
        """Which cells have the number format of text."""

    def any_locked(self, areas: Sequence[Area]) -> bool:
        """Whether the lock is set on one of the cells; it holds while the sheet is protected."""

    def protection(self) -> Protection | None:
        """How the sheet is protected now."""

    def unprotect(self) -> None:
        """Raises Locked where a password is asked for."""

    def protect(self, protection: Protection) -> None:
        """Without a password."""

    def fills(self, areas: Sequence[Area]) -> dict[Cell, Colour | None]:
        """The fill of every cell of the areas."""

    def paint(self, fills: Mapping[Colour | None, Sequence[Area]]) -> None:
        """Each area in its colour."""

    def number_format(self, area: Area) -> str | None:
        """The format code that all cells share; None where they differ."""

    def set_number_format(self, area: Area, code: str) -> None:
        """One format code for all cells."""

    def notes(self) -> dict[Cell, str]:
        """All notes."""

    def write_notes(self, notes: Mapping[Cell, str | None]) -> None:
        """In place of those that are there; None takes one away."""

    def link(self, links: Mapping[Cell, tuple[str, str]]) -> None:
        """The text that stands in each cell becomes a link to (sheet, cell)."""

    def show(self, area: Area | None = None) -> None:
        """Brings the sheet to the front and selects the area."""


class Document(Protocol):
    """One open workbook."""

    @property
    def path(self) -> str:
        """Where it was opened from."""

    def grids(self) -> Sequence[Grid]:
        """Its sheets in order."""

    def active(self) -> Grid:
        """The sheet in front."""

    def selected(self) -> tuple[Grid, Area]:
        """What the user has selected."""

    def names(self) -> Mapping[str, str]:
        """Defined names of the whole workbook and what they stand for, without the equals sign."""

    def properties(self) -> Mapping[str, str]:
        """The custom document properties."""

    def save(self, path: str | None) -> None:
        """Saves where it lies, or to a path."""

    def close(self) -> None:
        """Closes without saving."""


class Program(Protocol):
    """The application: its documents and its window."""

    name: str
    """The engine's name: ``libreoffice`` or ``file``."""

    def documents(self) -> Sequence[Document]:
        """What is open, the active one first."""

    def open(self, path: str) -> Document:
        """Opens a workbook."""

    def status(self, text: str | None) -> None:
        """See the host."""

    def ask(self, question: str) -> bool:
        """See the host."""

    def tell(self, text: str) -> None:
        """See the host."""

    def refresh(self, paused: bool) -> None:
        """See the host."""

    def compute(self) -> None:
        """Computes all formulas."""

    def look_at(self, path: str) -> None:
        """Opens a file of any kind, for the user to look at."""
