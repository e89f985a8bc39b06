"""A worksheet that holds a form of another place → the same as the published layout would have it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from xlgoals.form import Form
from xlgoals.form.declaration import DeclarationWords
from xlgoals.model import Sighting
from xlgoals.read.cells import Sheet, column_letters
from xlgoals.read.declaration.arrangement import Arrangement
from xlgoals.read.declaration.lines import Line, Loss, PlacedSheet, Spot, fill
from xlgoals.read.grid import Box, Grid


@dataclass(slots=True)
class ArrangedSheet(PlacedSheet):
    """Rows keep their numbers; a cell that was moved is called by the place it came from."""

    def place(self, row: int, column: int) -> str:
        """``C5``, whatever stands there now."""
        return self.places.get((row, column)) or f"{column_letters(column)}{row}"


def arranged_sheet(
    grid: Grid, lines: Sequence[Line], form: Form, words: DeclarationWords
) -> tuple[Sheet, list[Loss]]:
    """A sheet in the published order, and what has no place in it; ``form`` knows all words.

    ``lines`` are what :func:`lines_in` makes of ``grid``.
    """
    sheet = grid.sheet
    lost = [Loss(Sighting.NOT_UNDERSTOOD, piece.cell, piece.text) for piece in grid.buried]
    rows = Arrangement(form, words).arranged(lines, lost)
    arranged = ArrangedSheet(
        sheet.name, sheet.state, hidden_rows=sheet.hidden_rows, hidden_columns=sheet.hidden_columns
    )
    fill(arranged, rows)
    return arranged, lost


def lines_in(grid: Grid) -> list[Line]:
    """The rows in which a text begins; what is merged downwards stands in each that it reaches."""
    sheet = grid.sheet
    width = max((column for _, column in sheet.cells), default=0)
    lines = []
    for row, boxes in grid:
        spots = [_spot(box) for box in boxes]
        spots += [
            Spot(box.left, box.right, "", sheet.place(row, box.left), buried=True)
            for box in grid.reaching(row)
        ]
        lines.append(Line(sorted(spots, key=lambda spot: spot.left), sheet.name, width, row))
    return lines


def _spot(box: Box) -> Spot:
    height = box.bottom - box.top + 1
    return Spot(box.left, box.right, box.piece.text, box.piece.cell, height, content=box.content)
