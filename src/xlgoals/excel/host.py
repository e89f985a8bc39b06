"""The seam to the application that shows the workbook: what xlwings cannot do, in one place.

Handlers speak plain xlwings (``sheet.range(…).value`` in blocks) and, for the rest, a :class:`Host`. There is
one host for each engine; nothing else in the program touches ``.api`` or knows which application runs.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import xlwings as xw

Cell = tuple[int, int]
"""Row and column, counted from 1."""
Colour = tuple[int, int, int]
"""Red, green, blue, 0 to 255 each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Protection:
    """What a protected sheet leaves to the user: the names of Excel's ``Protect`` arguments."""

    allowed: frozenset[str]
    """E.g. ``AllowFiltering``, ``AllowFormattingColumns``, ``AllowFormattingRows``."""
    objects: bool = True
    """Whether notes and shapes are protected, too: ``DrawingObjects``."""
    scenarios: bool = True
    """Whether what-if scenarios are protected, too: ``Scenarios``."""


class Locked(Exception):
    """A locked cell of a protected sheet was to be written, or a password stands before the sheet.

    On a protected sheet no colour, format or note changes either, as in Excel.
    """


class Host(Protocol):
    """What one application does for the handlers. Cells are written and read many at a time."""

    name: str
    """``excel``, ``libreoffice`` or ``file``."""

    def properties(self, book: xw.Book) -> Mapping[str, str]:
        """The custom document properties of a workbook, which say whose template it is."""

    def protection(self, sheet: xw.Sheet) -> Protection | None:
        """How the sheet is protected now; None when it is not."""

    def unprotect(self, sheet: xw.Sheet) -> None:
        """Takes protection off.

        Raises:
            Locked: it asks for a password.
        """

    def protect(self, sheet: xw.Sheet, protection: Protection) -> None:
        """Puts protection on, without a password, leaving the same to the user as before."""

    def formulas(self, sheet: xw.Sheet, area: tuple[Cell, Cell]) -> list[list[str]]:
        """What was typed into each cell of a block, row by row: ``=A1`` where a formula stands, else text.

        A number stands here as its digits: take values that are put back from ``sheet.range(…).value``.
        A text that starts with an equals sign or an apostrophe has an apostrophe before it, as it is typed.
        """

    def write_formulas(self, sheet: xw.Sheet, cells: Mapping[Cell, str | float | None]) -> None:
        """Puts values and formulas into single cells as typed; a text never turns into a number or date.

        A string that starts with ``=`` is a formula only here, where we put it or a snapshot took it.
        One that starts with an apostrophe is the text behind it.
        """

    def write_texts(self, sheet: xw.Sheet, cells: Mapping[Cell, str]) -> None:
        """Puts texts into single cells, literally: ``007``, ``1/2`` and ``=1+1`` stay what they are."""

    def fills(self, sheet: xw.Sheet, cells: Sequence[Cell]) -> list[Colour | None]:
        """The fill colour of each cell; None for no fill."""

    def paint(self, sheet: xw.Sheet, fills: Mapping[Cell, Colour | None]) -> None:
        """Gives each cell its fill; None takes it away."""

    def notes(self, sheet: xw.Sheet) -> dict[Cell, str]:
        """All notes of a sheet."""

    def write_notes(self, sheet: xw.Sheet, notes: Mapping[Cell, str | None]) -> None:
        """Gives each cell its note, in place of one that it has; None takes it away."""

    def link(self, sheet: xw.Sheet, links: Mapping[Cell, tuple[str, str]]) -> None:
        """Makes the text of each cell jump within the workbook, to (sheet, cell)."""

    def go_to(self, sheet: xw.Sheet, cell: Cell) -> None:
        """Shows the sheet and selects the cell."""

    def ask(self, question: str) -> bool:
        """Puts a question with yes and no before the user; False where nobody can answer."""

    def tell(self, text: str) -> None:
        """Shows a sentence that the user closes."""

    def status(self, text: str | None) -> None:
        """Shows a line in the status bar; None gives the bar back to the application."""

    def refresh(self, paused: bool) -> None:
        """Pauses redrawing and computing while a handler writes, and resumes both."""

    def open_files(self, paths: Iterable[str]) -> None:
        """Opens files that a handler wrote, for the user to look at."""
