"""Tables of a document as rows of boxes on a grid."""

from __future__ import annotations

from dataclasses import replace

from xlgoals.read.cells import MOST_COLUMNS
from xlgoals.read.declaration.lines import Line, Spot
from xlgoals.read.word.flow import Table


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
