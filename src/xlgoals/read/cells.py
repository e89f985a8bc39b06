"""Cells, sheets and books as they were read, with what the usual readers lose.

An error value, a formula, a missing cached value, a percent or date format, hidden rows and merged
cells are all facts of a :class:`Cell` or a :class:`Sheet`; nothing is turned into a blank.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from xlgoals.read.contents import Content

MOST_ROWS = 1_048_576
MOST_COLUMNS = 16_384
MOST_CELLS = 2_000_000
MOST_CHARACTERS = 32_767
"""What one cell of Excel holds, counted as Excel counts: in units of UTF-16."""


class CellKind(StrEnum):
    """What sort of value stands in a cell."""

    TEXT = "text"
    NUMBER = "number"
    TRUTH = "truth"
    ERROR = "error"
    BLANK = "blank"


class Cell(NamedTuple):
    """One cell that holds something. ``raw`` is the stored value; ``text`` what a person sees."""

    kind: CellKind
    raw: str
    text: str
    formula: bool


BLANK = Cell(CellKind.BLANK, "", "", False)
UNCOMPUTED = Cell(CellKind.BLANK, "", "", True)
"""A formula whose value was never computed, or is nothing."""


@dataclass(frozen=True, slots=True)
class Validation:
    """One rule on what may be typed: type, formulas, and the cells it guards as the file lists them."""

    kind: str
    formula1: str = ""
    formula2: str = ""
    area: str = ""


@dataclass(slots=True)
class Sheet:
    """A worksheet by (row, column), both from 1; blank cells are left out."""

    name: str
    state: str
    cells: dict[tuple[int, int], Cell] = field(default_factory=dict)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    merges: list[tuple[int, int, int, int]] = field(default_factory=list)
    """First row, first column, last row, last column."""
    formulas: dict[tuple[int, int], str] = field(default_factory=dict)
    """Formula texts as stored; empty for a follower of a shared formula."""
    shared: dict[tuple[int, int], str] = field(default_factory=dict)
    """The group of each cell whose formula is shared."""
    validations: list[Validation] = field(default_factory=list)
    protected: bool = False
    open_columns: set[int] = field(default_factory=set)
    """Columns whose own style is unlocked."""
    other_lock: set[tuple[int, int]] = field(default_factory=set)
    """Cells whose lock differs from that of their column."""

    def is_open(self, row: int, column: int) -> bool:
        """Whether a cell can be filled in while the sheet is protected."""
        return (column in self.open_columns) != ((row, column) in self.other_lock)

    def place(self, row: int, column: int) -> str:
        """What a cell is called in an address."""
        return f"{column_letters(column)}{row}"

    def at(self, row: int, column: int) -> Cell:
        """The cell there, :data:`BLANK` when nothing stands in it."""
        return self.cells.get((row, column), BLANK)

    def rows(self) -> dict[int, dict[int, Cell]]:
        """The cells by row, then column, in reading order."""
        grouped: dict[int, dict[int, Cell]] = {}
        for (row, column), cell in sorted(self.cells.items()):
            grouped.setdefault(row, {})[column] = cell
        return grouped


@dataclass(frozen=True, slots=True)
class Book:
    """All worksheets of a workbook in their order, and its custom document properties."""

    sheets: tuple[Sheet, ...]
    properties: Mapping[str, str]
    names: Mapping[str, str] = field(default_factory=dict)
    """Defined names of the whole workbook and what they refer to."""
    structure_locked: bool = False
    contents: Mapping[Content, str] = field(default_factory=dict)
    """What it carries beside its sheets: the first member of each kind, by name."""
    converted: bool = False
    """Whether it is of an old or foreign kind: formulas, locks, hidden parts and errors were not seen."""
    whole: bool = True
    """False when it was read from an open workbook, of which cells and locks are seen, but no lists of
    choices, defined names, merged or hidden parts."""

    def sheet(self, name: str) -> Sheet | None:
        """The sheet of that name, if there is one."""
        return next((sheet for sheet in self.sheets if sheet.name == name), None)


def column_letters(column: int) -> str:
    """``1`` → ``A``, ``27`` → ``AA``."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def characters(text: str) -> int:
    """The length of a text as Excel counts it: a character beyond the first 65,536 is two."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


TOP_LEFT = f"{column_letters(1)}1"
"""Where a finding about a whole sheet points to."""


def column_number(letters: str) -> int:
    """``A`` → 1, ``AA`` → 27."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number
