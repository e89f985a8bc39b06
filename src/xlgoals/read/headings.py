"""Head rows that someone changed: every column's field by label, alias, loose comparison or closeness.

:mod:`xlgoals.read.template` takes labels and aliases only. A rescue also takes a heading with other
punctuation, one split over two rows, and the closest one, and tells how it read it.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from xlgoals.form import InputSheet
from xlgoals.read.cells import Cell, Sheet

_HEAD_ROWS = 20
# Two labels of four characters that differ in one (一级指标, 二级指标) are at 0.75 and mean different things.
_CLOSE = 0.8
_MARGIN = 0.05
_BRACKETED = re.compile(r"[（(]\s*([^（()）]*?)\s*[)）]")
_TWO_ROWS = 0.05


class How(StrEnum):
    """How a heading was taken for a field."""

    LABEL = "label"
    LOOSE = "loose"
    SPLIT = "split"
    CLOSEST = "closest"


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """A column that is understood: its field, what its heading says, and how that was read."""

    column: int
    key: str
    text: str
    how: How


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """The head of a sheet: its rows (from 1) and the columns that are understood, by number."""

    first_row: int
    last_row: int
    columns: Mapping[int, Heading]
    repeated: Mapping[int, str]
    """Columns whose heading says what one before them says already, and the field."""
    used: frozenset[tuple[int, int]]
    """Cells of the head that were taken into a heading."""


NO_HEAD = Head(first_row=0, last_row=0, columns={}, repeated={}, used=frozenset())


def loose(text: str) -> str:
    """A text as it is compared loosely: letters and digits only, full-width ones as half-width.

    >>> loose(" 其中 ： 财政资金（万元）")
    '其中财政资金万元'
    """
    return "".join(c for c in unicodedata.normalize("NFKC", text) if unicodedata.category(c)[0] in "LN")


def closest(text: str, names: Mapping[str, Sequence[str]]) -> str | None:
    """The key whose label or alias is closest to ``text``; None when none is near or two are alike near."""
    wanted = loose(text)
    if not wanted:
        return None
    ratios = sorted(
        (
            max(difflib.SequenceMatcher(None, wanted, loose(name)).ratio() for name in spellings),
            key,
        )
        for key, spellings in names.items()
    )[::-1]
    if not ratios or ratios[0][0] < _CLOSE:
        return None
    if len(ratios) > 1 and ratios[0][0] - ratios[1][0] < _MARGIN:
        return None
    return ratios[0][1]


def find_head(sheet: Sheet, spec: InputSheet, other_units: frozenset[str] = frozenset()) -> Head:
    """The head that names the most fields, in one row or split over two; :data:`NO_HEAD` without any.

    A heading that states one of ``other_units`` (预算数（元）) is not understood: its amounts would be wrong.
    """
    rows = {number: row for number, row in sheet.rows().items() if number <= _HEAD_ROWS}
    best, most = NO_HEAD, 0.0
    for number in rows:
        for height in (1, 2):
            head = _head_at(rows, number, height, spec, other_units)
            # A sure heading wins over a close one, and one row over two that say the same.
            score = sum(0.9 if h.how is How.CLOSEST else 1.0 for h in head.columns.values())
            if score - _TWO_ROWS * (height - 1) > most:
                best, most = head, score - _TWO_ROWS * (height - 1)
    return best


def _head_at(
    rows: Mapping[int, Mapping[int, Cell]],
    first: int,
    height: int,
    spec: InputSheet,
    other_units: frozenset[str],
) -> Head:
    texts: dict[int, list[tuple[int, str]]] = {}
    for row in range(first, first + height):
        for column, cell in rows.get(row, {}).items():
            if cell.text.strip():
                texts.setdefault(column, []).append((row, cell.text))
    columns: dict[int, Heading] = {}
    repeated: dict[int, str] = {}
    used: set[tuple[int, int]] = set()
    unknown: dict[int, list[tuple[int, str]]] = {}
    for column, pieces in sorted(texts.items()):
        if any(unit in other_units for _, text in pieces for unit in _BRACKETED.findall(text)):
            continue
        choice = _exact(column, pieces, spec)
        if choice is None:
            unknown[column] = pieces
            continue
        heading, taken = choice
        used |= {(row, column) for row in taken}
        if heading.key in {each.key for each in columns.values()}:
            repeated[column] = heading.key
        else:
            columns[column] = heading
    for column, pieces in unknown.items():
        taken_keys = {each.key for each in columns.values()}
        names = {c.key: (c.label, *c.aliases) for c in spec.columns if c.key not in taken_keys}
        text = "".join(text for _, text in pieces)
        key = closest(text, names)
        if key is not None:
            columns[column] = Heading(column=column, key=key, text=text, how=How.CLOSEST)
            used |= {(row, column) for row, _ in pieces}
    return Head(
        first_row=first,
        last_row=first + height - 1,
        columns=columns,
        repeated=repeated,
        used=frozenset(used),
    )


def _exact(
    column: int, pieces: Sequence[tuple[int, str]], spec: InputSheet
) -> tuple[Heading, tuple[int, ...]] | None:
    """The field that the pieces of a heading name together, or else one of them alone; the rows taken."""
    whole = "".join(text for _, text in pieces)
    readings = [(whole, tuple(row for row, _ in pieces))]
    readings += [(text, (row,)) for row, text in reversed(pieces) if len(pieces) > 1]
    known = {loose(name): c.key for c in reversed(spec.columns) for name in (*c.aliases, c.label)}
    for text, taken in readings:
        key = spec.key_of(text)
        how = How.LABEL
        if key is None:
            bare = _BRACKETED.sub("", text)  # 项目名称（必填）
            key, how = known.get(loose(text)) or known.get(loose(bare)), How.LOOSE
        if key is not None:
            how = How.SPLIT if len(taken) > 1 else how
            return Heading(column=column, key=key, text=text, how=how), taken
    return None
