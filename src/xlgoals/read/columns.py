"""Which column of a list holds which field: by the form's head texts, or as the user said and we remember.

A mapping is a YAML file of head text → field, ``skip`` for a column that is not to be read::

    单位: measure
    权重: skip
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from xlgoals.errors import CannotDo
from xlgoals.form import Form, normal_label
from xlgoals.messages import Language, say
from xlgoals.model import Unit
from xlgoals.read.cells import Book
from xlgoals.read.flat_form import FIELDS, load_flat
from xlgoals.read.grid import Box, Grid
from xlgoals.read.labels import Labels
from xlgoals.yamlfile import load_yaml

SKIP = "skip"
MONEY_FIELDS = ("budget", "fiscal", "other")
_HEAD_ROWS = 20
_MARKS = "*＊：:"
_BRACKET = re.compile(r"[（(](?P<inside>[^（()）]*)[)）]")
_NEEDED = frozenset({"project", "name"})
_FEWEST = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadColumn:
    """How one column was read; ``field`` is None where it was not."""

    head: str
    cell: str
    field: str | None
    left: int
    right: int
    money_unit: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """The head of a list: the rows it takes, and its columns from left to right."""

    top: int
    bottom: int
    columns: tuple[ReadColumn, ...]


def load_mapping(file: Path) -> Mapping[str, str]:
    """Head texts, as labels are compared, → field or ``skip``.

    Raises:
        CannotDo: no such file, no YAML, or a field that a list cannot hold; with the line.
    """
    entry = load_yaml(file)
    return {normal_label(head): entry.choice(head, (*FIELDS, SKIP)) for head in entry.keys}


def remembered_mapping(folder: Path, book: Book, unit: Unit | None) -> Mapping[str, str]:
    """What earlier imports into ``folder`` kept for the units that the workbook names, or for ``unit``.

    Raises:
        CannotDo: a kept file is wrong; with the line.
    """
    before, after = load_flat().file_name.split("{code}")
    mapping: dict[str, str] = {}
    for file in sorted(folder.glob(f"{before}*{after}")):
        code = file.name.removeprefix(before).removesuffix(after)
        named = any(code in cell.text for sheet in book.sheets for cell in sheet.cells.values())
        if code and (named or (unit is not None and unit.code == code)):
            mapping |= load_mapping(file)
    return mapping


def mapping_text(columns: Iterable[ReadColumn]) -> str:
    """The YAML that :func:`load_mapping` reads back; heads as they are compared."""
    lines = {normal_label(column.head): column.field or SKIP for column in columns}
    notes = "".join(f"# {say('legacy.columns_note', language)}\n" for language in Language)
    return notes + "".join(
        f"{json.dumps(head, ensure_ascii=False)}: {name}\n" for head, name in lines.items()
    )


def find_head(grid: Grid, form: Form, mapping: Mapping[str, str], file: str) -> Head | None:
    """The head of a list, or None where the sheet holds none: the row that names most fields.

    Raises:
        CannotDo: a field stands twice, or a head means two things; both are for the user to say.
    """
    best: tuple[int, list[ReadColumn]] = (0, [])
    for row, boxes in grid:
        if row > _HEAD_ROWS:
            break
        right = max(box.right for box in boxes)
        columns = _columns(grid, row, right, form, mapping)
        known = {column.field for column in columns if column.field}
        if (
            known >= _NEEDED
            and len(known) >= _FEWEST
            and len(known) > len({c.field for c in best[1]} - {None})
        ):
            best = (row, columns)
    if not best[1]:
        return None
    _refuse_unclear(best[1], mapping, f"{grid.sheet.name}!", file)
    boxes = [grid.box(best[0], column.left) for column in best[1]]
    top, bottom = min(box.top for box in boxes), max(box.bottom for box in boxes)
    return Head(top=top, bottom=bottom, columns=tuple(best[1]))


def _columns(grid: Grid, row: int, right: int, form: Form, mapping: Mapping[str, str]) -> list[ReadColumn]:
    """The columns as a row names them; a head merged from above counts as if it stood in the row."""
    columns: list[ReadColumn] = []
    column = 1
    # A row below merged heads may end before them.
    widest = max([right, *(merge[3] for merge in grid.sheet.merges if merge[0] <= row <= merge[2])])
    while column <= min(widest, right + 50):
        box = grid.box(row, column)
        if box.piece.text.strip():
            columns.append(_column(box, form, mapping))
        column = box.right + 1
    return columns


def _column(box: Box, form: Form, mapping: Mapping[str, str]) -> ReadColumn:
    plain = normal_label(box.piece.text)
    inside = [match["inside"] for match in _BRACKET.finditer(plain)]
    bare = _BRACKET.sub("", plain).strip(_MARKS)
    labels = Labels(form, exact=False)
    unit = next((found for text in inside if (found := labels.money_unit(text))), "")
    field = mapping.get(plain) or mapping.get(bare)
    if field is None:
        field = next((key for key, texts in load_flat().columns.items() if _is_one(bare, texts)), None)
    return ReadColumn(
        head=box.piece.text.strip(),
        cell=box.piece.cell,
        field=None if field == SKIP else field,
        left=box.left,
        right=box.right,
        money_unit=unit if field in MONEY_FIELDS else "",
    )


def _is_one(plain: str, texts: tuple[str, ...]) -> bool:
    return plain in {normal_label(text) for text in texts}


def _refuse_unclear(columns: list[ReadColumn], mapping: Mapping[str, str], sheet: str, file: str) -> None:
    for column in columns:
        plain = normal_label(column.head)
        if _is_one(plain, load_flat().unclear) and plain not in mapping:
            allowed = ", ".join((*FIELDS, SKIP))
            raise CannotDo(
                "legacy.column_unclear", file=file, cell=sheet + column.cell, head=plain, allowed=allowed
            )
    counts = Counter(column.field for column in columns if column.field)
    twice = [column for column in columns if column.field and counts[column.field] > 1]
    if twice:
        heads = "、".join(f"{column.head}({column.cell})" for column in twice)
        raise CannotDo("legacy.column_twice", file=file, cell=sheet + twice[0].cell, heads=heads)
