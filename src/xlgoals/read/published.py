"""Published goal tables as plain text, the way Word documents of a budget opening are exported.

One cell starts at a tab and runs to the next tab; a blank line ends a row. The labels come from the
form's ``official`` section and are compared without white space. What the tables leave out is taken
from the table before and observed; what is not understood is observed, never dropped.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256
from pathlib import Path

from xlgoals.errors import CannotDo
from xlgoals.form import Form, normal_label
from xlgoals.model import Sighting, Submission, Unit
from xlgoals.profile import Profile
from xlgoals.read.assembly import MONEY_KEYS, Assembly, Piece, Table, TableRow, head_key, year_of
from xlgoals.read.encodings import decoded
from xlgoals.read.intake import read_bytes

_BOOKMARK = re.compile(r"\[bookmark:[^\]]*\]")


def read_published(
    path: Path, form: Form, profile: Profile, year: int | None = None, unit: Unit | None = None
) -> tuple[Submission, ...]:
    """Every goal table of a text, as one submission a unit, in the order the units first appear.

    ``year`` is taken from the caller, else from the dates of the text itself; ``unit`` stands in for
    tables at the head of the text that name none.

    Raises:
        CannotDo: the file cannot be read as text, holds no goal table, or names no unit.
    """
    data = read_bytes(path)
    lines = decoded(data, path.name).replace("\r\n", "\n").replace("\r", "\n").split("\n")
    tables = list(_tables(_rows(lines), form))
    if not tables:
        raise CannotDo("published.no_table", file=path.name)
    pieces = (_piece(line.strip(), number) for number, line in enumerate(lines, start=1))
    said_year, year_seen = (year, None) if year else year_of(pieces, form.official.year)
    if said_year is None:
        raise CannotDo("published.no_year", file=path.name)
    assembly = Assembly(path.name, form, profile, unit)
    for number, table in enumerate(tables, start=1):
        assembly.add(number, table)
    observations = (
        [] if year_seen is None else [assembly.observe(Sighting.YEAR_FROM_TEXT, year_seen, str(said_year))]
    )
    return assembly.submissions(said_year, sha256(data).hexdigest(), _piece("", 1), observations)


def _piece(text: str, line: int) -> Piece:
    return Piece(text, f"L{line}")


def _rows(lines: Sequence[str]) -> Iterator[list[Piece]]:
    """Rows of cells; text outside of any cell comes as a row of one cell."""
    row: list[Piece] = []
    in_cell = False
    for number, line in enumerate(lines, start=1):
        if "\t" not in line:
            if not line.strip():
                if row:
                    yield row
                row, in_cell = [], False
            elif in_cell:
                row[-1] = Piece(f"{row[-1].text}\n{line}", row[-1].cell)
            else:
                yield [_piece(line, number)]
            continue
        before, *cells = line.split("\t")
        if before and row:  # a paragraph mark before the tab: a new table begins without a blank line
            yield row
            row = []
        if before.strip():
            yield [_piece(before, number)]
        row.extend(_piece(text, number) for text in cells)
        in_cell = True
    if row:
        yield row


def _tables(rows: Iterator[list[Piece]], form: Form) -> Iterator[Table]:
    """Groups rows into tables: a table begins at its title, unit line, money unit or project name."""
    official = form.official
    labels = {normal_label(text): key for key, text in official.labels.items()}
    table = Table()
    for whole in rows:
        row = whole
        while row:
            first = row[0]
            begun = "name" in table.values
            if _is_preface(first, official.title_suffix, form) or labels.get(first.label) == "name":
                if begun:
                    yield table
                    table = Table()
                row = _read_opening(table, row, form, labels)
            elif begun and (labels.get(first.label) in ("block", "goals") or not table.heads):
                row = _read_block(table, row, form, labels)
            elif table.heads:
                table.rows.append(TableRow(row[: len(table.heads)]))
                row = row[len(table.heads) :]
            else:
                table.stray.extend(cell for cell in row if cell.text.strip())
                row = []
    if "name" in table.values:
        yield table


def _is_preface(cell: Piece, suffix: str, form: Form) -> bool:
    text = _BOOKMARK.sub("", cell.text).strip()
    lone = "\n" not in text
    return lone and (
        text.endswith(suffix)
        or form.official.unit_line.match(normal_label(text)) is not None
        or form.official.money_unit.match(normal_label(text)) is not None
    )


def _read_opening(table: Table, row: list[Piece], form: Form, labels: Mapping[str, str]) -> list[Piece]:
    """Takes one title, unit line, money unit or project name off the row; returns what is left."""
    first, rest = row[0], row[1:]
    text = _BOOKMARK.sub("", first.text).strip()
    plain = normal_label(text)
    if labels.get(plain) == "name":
        if rest:
            table.values["name"] = rest[0]
        return rest[1:]
    if unit := form.official.unit_line.match(plain):
        table.unit = Unit(code=unit["code"], name=unit["name"])
    elif money := form.official.money_unit.match(plain):
        table.money_unit = money["unit"]
    else:
        table.title = text
    return rest


def _read_block(table: Table, row: list[Piece], form: Form, labels: Mapping[str, str]) -> list[Piece]:
    """Takes the budget line, the purpose, the goals or the head row; returns what is left."""
    keys = [labels.get(cell.label) for cell in row]
    if keys[0] == "goals" and len(row) > 1:
        table.values["goals"] = row[1]
        return row[2:]
    if any(key in MONEY_KEYS for key in keys):
        for position, key in enumerate(keys[:-1]):
            if key in MONEY_KEYS and keys[position + 1] is None:
                table.values[key] = row[position + 1]
        return []
    known = [head_key(form, cell.text) for cell in row]
    if sum(key is not None for key in known) >= len(form.official.heads) - 1:
        table.heads = known
        table.stray.extend(cell for cell, key in zip(row, known, strict=True) if key is None)
        return []
    filled = [cell for cell in row if cell.text.strip()]
    if "purpose" not in table.values and "budget" in table.values and len(filled) == 1:
        table.values["purpose"] = filled[0]
    else:
        table.stray.extend(filled)
    return []
