"""Head rows of indicators in a form: found under any known name, put into one row, freed of longer terms.

Declaration forms name their columns in many ways, split heads over two rows, and set a block for several
years beside or above the block of the year. The rows leave here as the published layout has them; what
belongs to another term, or fits under no head, is told with its place.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from xlgoals.form import Form, normal_label
from xlgoals.form.declaration import DeclarationWords
from xlgoals.read.assembly import INDICATOR_KEYS, head_key
from xlgoals.read.declaration.lines import Line, Spot
from xlgoals.read.flat_form import load_flat
from xlgoals.read.joining import SIGN, TARGET, UNIT

_FEWEST = 3
_BRACKETS = re.compile(r"[（(][^（()）]*[)）]")
_NUMBER = "number"


@dataclass(frozen=True, slots=True)
class HeadRow:
    """A row of heads: its line in the published words, and the columns that belong to another term."""

    line: Line
    source: Line
    """The row as it stands in the form."""
    keys: tuple[str | None, ...]
    """The field of each cell of ``line``."""
    longer: tuple[tuple[int, int], ...]
    side: int
    """How many cells stand beside the indicators, left of their heads."""
    parts: Mapping[str, tuple[int, int]]
    """The columns of sign, value and unit where a 指标值 stands in several; ``line`` has the value alone."""


class Heads:
    """What the head texts of one form mean, in its own words and in those of other forms."""

    def __init__(self, form: Form, words: DeclarationWords) -> None:
        self._form = form
        self._words = words
        self._others = {normal_label(text): key for text, key in words.heads.items()}
        columns = load_flat().columns
        self._parts = {normal_label(text): key for key in (SIGN, UNIT) for text in columns[key]}
        self._names = {normal_label(text) for text in words.names}

    def key(self, text: str) -> str | None:
        """The field of an indicator that a text heads."""
        bare = _BRACKETS.sub("", normal_label(text))
        return head_key(self._form, text) or self._others.get(normal_label(text)) or self._others.get(bare)

    def part(self, text: str) -> str | None:
        """Whether a text heads the sign or the unit of a 指标值."""
        return self._parts.get(normal_label(text))

    def is_longer(self, text: str) -> bool:
        """Whether a text heads what is stated for more than a year."""
        return self._words.longer.search(normal_label(text)) is not None

    def is_annual(self, text: str) -> bool:
        """Whether a text heads what is stated for the year."""
        return self._words.annual.search(normal_label(text)) is not None

    def row_at(self, lines: Sequence[Line], number: int) -> tuple[HeadRow, int] | None:
        """The head row that begins at a line, and how many lines it takes; None where there is none."""
        found = self._head(lines[number], lines, number)
        if number + 1 < len(lines):
            joined = _joined(lines[number], lines[number + 1])
            deeper = self._head(joined, lines, number) if joined else None
            if deeper and (found is None or _fields(deeper) > _fields(found)):
                return deeper, 2
        return (found, 1) if found else None

    def _head(self, line: Line, lines: Sequence[Line], number: int) -> HeadRow | None:
        """``line`` as heads, if it is a row of them; ``number`` is where it stands among ``lines``."""
        filled = [spot for spot in line.spots if spot.text.strip()]
        longer = [spot for spot in line.shown if self.is_longer(spot.text)]
        plain = [None if spot in longer else self.key(spot.text) for spot in line.spots]
        keys = _without_heading(plain)
        if "name" not in keys or not _is_known(self._form, line):
            keys = [
                "name" if normal_label(spot.text) in self._names and not spot.buried else key
                for spot, key in zip(line.spots, keys, strict=True)
            ]
            keys = _without_heading(keys)
            if keys.count("name") > 1:
                keys = _without_heading(plain)
        fields = {key for key in keys if key in INDICATOR_KEYS}
        whole = {"level1", "name"} <= fields or {"level1", "level2", "target"} <= fields
        if not whole or len(fields) < _FEWEST or not filled:
            return None
        twins = self._other_twin(line, keys, lines[:number])
        dropped = [(spot.left, spot.right) for spot in (*longer, *twins)]
        parts = self._target_parts(line, keys)
        said = self._form.official.heads
        first = min(n for n, key in enumerate(keys) if key in (*INDICATOR_KEYS, _NUMBER))
        kept = [
            (key, replace(spot, text=said[key]) if key is not None and key in said else spot)
            for number, (spot, key) in enumerate(zip(line.spots, keys, strict=True))
            if spot not in longer
            and spot not in twins
            and (key or self.part(spot.text) not in parts)
            and not (number < first and self._is_heading(spot))
        ]
        new = line.with_spots([spot for _, spot in kept])
        return HeadRow(new, line, tuple(key for key, _ in kept), tuple(dropped), first, parts)

    def _is_heading(self, spot: Spot) -> bool:
        """Whether a cell beside the heads is no more than the heading of them all, such as 绩效指标."""
        return spot.height == 1 and not spot.buried and self.key(spot.text) is not None

    def _target_parts(self, line: Line, keys: Sequence[str | None]) -> Mapping[str, tuple[int, int]]:
        """Where sign, value and unit stand; nothing for a value alone, or when one stands twice."""
        found = [
            (key if key == TARGET else self.part(spot.text), (spot.left, spot.right))
            for spot, key in zip(line.spots, keys, strict=True)
            if key == TARGET or (key is None and self.part(spot.text))
        ]
        parts = {key: area for key, area in found if key}
        return parts if len(parts) == len(found) > 1 and TARGET in parts else {}

    def _other_twin(self, line: Line, keys: Sequence[str | None], above: Sequence[Line]) -> list[Spot]:
        """Of heads that stand twice, those of the longer term; a row above says which are which."""
        places: dict[str, list[int]] = {}
        for number, key in enumerate(keys):
            if key in INDICATOR_KEYS:
                places.setdefault(key, []).append(number)
        twice = {key: numbers for key, numbers in places.items() if len(numbers) == 2}
        if not twice or any(len(numbers) > 2 for numbers in places.values()):
            return []
        for upper in reversed(above):
            if upper.table != line.table:
                return []
            longer = [spot for spot in upper.shown if self.is_longer(spot.text)]
            annual = [spot for spot in upper.shown if self.is_annual(spot.text)]
            if longer and annual:
                which = 0 if longer[0].left < annual[0].left else 1
                return [line.spots[numbers[which]] for numbers in twice.values()]
        return []


def _without_heading(keys: Sequence[str | None]) -> list[str | None]:
    """What stands left of 一级指标 is a label beside the table, unless it heads serial numbers."""
    first = keys.index("level1") if "level1" in keys else 0
    return [key if at >= first or key == _NUMBER else None for at, key in enumerate(keys)]


def within(spot: Spot, areas: Iterable[tuple[int, int]]) -> bool:
    """Whether a cell lies in one of some spans of columns."""
    return any(left <= spot.left and spot.right <= right for left, right in areas)


def fitted(line: Line, head: HeadRow) -> Line | None:
    """A row of indicators under its heads, cell by cell where its grid is another; None if it cannot be."""
    source = head.source
    if line.table == source.table and line.width == source.width:
        return line
    spots = source.spots
    if len(line.spots) == len(spots) - head.side:
        spots = spots[head.side :]
    if len(line.spots) != len(spots):
        return None
    moved = [
        replace(spot, left=above.left, right=above.right)
        for spot, above in zip(line.spots, spots, strict=True)
    ]
    return line.with_spots(moved)


def onto(line: Line, head: HeadRow, anchor: HeadRow) -> tuple[Line, list[Spot]]:
    """A row below one head row as it would stand below another, field by field; and what finds no field."""
    wanted = dict(_columns(anchor))
    spots: list[Spot] = []
    lost: list[Spot] = []
    for spot in line.spots:
        keys = [key for key, above in _columns(head) if within(spot, [(above.left, above.right)])]
        above = wanted.get(keys[0]) if keys else None
        if above is not None:
            spots.append(replace(spot, left=above.left, right=above.right))
        elif spot.text.strip():
            lost.append(spot)
    return line.with_spots(spots), lost


def _columns(head: HeadRow) -> list[tuple[str, Spot]]:
    pairs = zip(head.keys, head.line.spots, strict=True)
    return [(key, spot) for key, spot in pairs if key is not None]


def _is_known(form: Form, line: Line) -> bool:
    """Whether a row has a column of third-level indicators by its own name."""
    return any(normal_label(spot.text) == normal_label(form.official.heads["name"]) for spot in line.spots)


def _fields(head: HeadRow) -> int:
    return len({key for key in head.keys if key in INDICATOR_KEYS})


def _joined(upper: Line, lower: Line) -> Line | None:
    """Two rows of heads as one: a head over several columns gives way to those below it."""
    if upper.table != lower.table or not any(spot.height > 1 for spot in upper.spots):
        return None
    groups = [spot for spot in upper.shown if spot.height == 1]
    below = [spot for spot in lower.shown if spot.text.strip()]
    if not below or not all(within(spot, [(g.left, g.right) for g in groups]) for spot in below):
        return None
    stay = [s for s in upper.spots if not any(within(lowers, [(s.left, s.right)]) for lowers in below)]
    return upper.with_spots(sorted([*stay, *below], key=lambda spot: spot.left))
