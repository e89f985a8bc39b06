"""The rows of a form in the order of the published layout: heads in its words, one term, texts beside labels.

Declaration forms of other places state a goal for several years and for the year, beside or above each other,
name their columns in many ways, and put texts below their labels. Of all that only what the published layout
knows is left here; everything else is told with its place.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import replace

from xlgoals.form import Form, normal_label
from xlgoals.form.declaration import DeclarationWords
from xlgoals.model import Sighting
from xlgoals.read.declaration.heads import HeadRow, Heads, fitted, onto, within
from xlgoals.read.declaration.lines import Line, Loss, losses, sheet_of
from xlgoals.read.flat_form import load_flat
from xlgoals.read.grid import Grid
from xlgoals.read.joining import SIGN, TARGET, UNIT, Parts
from xlgoals.read.labels import Labels

_LABELS_BELOW = frozenset({"name", "purpose", "type"})
_WITHOUT_TERMS = frozenset({"name", "purpose", "type", "unit", "unit_code", "unit_name"})
_FARTHEST = 100
"""Rows above a head row in which a label beside it may begin."""
_BRACKETS = re.compile(r"[（(][^（()）]*[)）]")


class Arrangement:
    """Puts the rows of one file in order, table after table."""

    def __init__(self, form: Form, words: DeclarationWords) -> None:
        self._labels = Labels(form, exact=False)
        self._flat = load_flat()
        self._told_joined = False
        self.heads = Heads(form, words)
        self.head: HeadRow | None = None
        """The heads in force."""
        self._anchor: HeadRow | None = None
        """The first heads of the project: where its indicators stand in the sheet."""

    def forget(self) -> None:
        """What comes next is another project's."""
        self.head = self._anchor = None

    def names_project(self, rows: Sequence[Line]) -> bool:
        """Whether one of some rows begins with the name of a project."""
        for _, boxes in Grid(sheet_of(rows)):
            labels = self._labels.find(boxes)
            if labels and labels[0].key == "name" and labels[0].first == 0:
                return True
        return False

    def arranged(self, origin: Sequence[Line], lost: list[Loss]) -> list[Line]:
        """The rows with heads in the published words and without other terms."""
        lines = self._one_term(origin, lost)
        rows: list[Line] = []
        number = 0
        skipping = False
        while number < len(lines):
            line = lines[number]
            found = self.heads.row_at(origin, number)
            if found is not None:
                head, count = found
                skipping = self._is_of_longer_term(origin, number, head)
                if skipping:
                    lost += losses(Sighting.LONGER_TERM, lines[number : number + count])
                else:
                    rows += self._take_heads(head, lost)
                number += count
                continue
            number += 1
            if self.head is not None and self._opens_project(line):
                self.forget()
            if skipping and not self._ends_block(line):
                lost += losses(Sighting.LONGER_TERM, [line])
                continue
            skipping = False
            if self.head is not None and self._begins_labels(line):
                self.head = None
            if self.head is None or not line.filled:
                if self.head is None and self.names_project([line]):
                    self._anchor = None
                rows.append(line)
                continue
            placed = self._placed(line, self.head, lost)
            if placed is None:
                _hand_down(line, lines[number : number + 1])
            else:
                rows.append(placed)
        return rows

    def _take_heads(self, head: HeadRow, lost: list[Loss]) -> list[Line]:
        """The head row of a project; on its further pages only remembered."""
        self.head = head
        if self._anchor is not None:
            unknown = [spot for spot in head.line.spots if self.heads.key(spot.text) is None]
            lost += losses(Sighting.NOT_UNDERSTOOD, [Line(unknown)])
            return []
        self._anchor = head
        return [head.line]

    def _placed(self, line: Line, head: HeadRow, lost: list[Loss]) -> Line | None:
        """A row of indicators where the first heads of its project stand; None if it fits under no heads."""
        placed = fitted(line, head)
        if placed is None:
            lost += losses(Sighting.NOT_UNDERSTOOD, [line])
            return None
        other = [spot for spot in placed.spots if within(spot, head.longer)]
        lost += losses(Sighting.LONGER_TERM, [Line(other)])
        placed = line.with_spots([spot for spot in placed.spots if spot not in other])
        placed = self._with_whole_target(placed, head, lost)
        if self._anchor is None or self._anchor is head:
            return placed
        moved, rest = onto(placed, head, self._anchor)
        lost += losses(Sighting.NOT_UNDERSTOOD, [Line(rest)])
        return moved

    def _with_whole_target(self, line: Line, head: HeadRow, lost: list[Loss]) -> Line:
        """The row with sign, value and unit of the 指标值 in one cell, where they stand in several."""
        own = {key: spot for key, area in head.parts.items() for spot in line.spots if within(spot, [area])}
        if not own.keys() - {TARGET}:
            return line
        parts = Parts(*(own[key].text.strip() if key in own else "" for key in (SIGN, TARGET, UNIT)))
        target = own.pop(TARGET, None)
        kept = [spot for spot in line.spots if spot not in own.values()]
        if target is None or not parts.value:
            said = [s for s in own.values() if not parts.says_nothing(s.text.strip(), self._flat)]
            lost += losses(Sighting.NOT_UNDERSTOOD, [Line(said)])
            return line.with_spots(kept)
        joined = parts.joined(self._flat)
        if joined == parts.value:
            return line.with_spots(kept)
        if not self._told_joined:
            self._told_joined = True
            lost.append(Loss(Sighting.TARGET_JOINED, target.place, parts.told(), joined))
        kept[kept.index(target)] = replace(target, text=joined)
        return line.with_spots(kept)

    def _opens_project(self, line: Line) -> bool:
        """Whether a row below indicators begins with the name of the next project."""
        first = line.filled[:1]
        is_beside = any(spot.buried and spot.left < each.left for each in first for spot in line.spots)
        return not is_beside and self.names_project([line])

    def _begins_labels(self, line: Line) -> bool:
        boxes = next((boxes for _, boxes in Grid(sheet_of([Line(line.filled)]))), [])
        labels = self._labels.find(boxes[:1])
        return bool(labels) and labels[0].key not in _LABELS_BELOW

    def _ends_block(self, line: Line) -> bool:
        first = line.filled[:1]
        return self._begins_labels(line) or any(self.heads.is_annual(spot.text) for spot in first)

    def _is_of_longer_term(self, lines: Sequence[Line], number: int, head: HeadRow) -> bool:
        """Whether the block under a head row is for several years: beside it, or alone above it."""
        first = head.line.spots[0].left if not head.side else head.line.spots[head.side].left
        beside = [
            spot
            for upper, line in itertools.islice(enumerate(lines), max(0, number - _FARTHEST), number + 1)
            for spot in line.shown
            if spot.right < first and upper + spot.height > number
        ]
        texts = [spot.text for spot in beside if spot.text.strip()]
        if not texts and number and len(lines[number - 1].filled) == 1:
            texts = [lines[number - 1].filled[0].text]
        return any(self.heads.is_longer(text) for text in texts)

    def _one_term(self, lines: Sequence[Line], lost: list[Loss]) -> list[Line]:
        """Rows that state something for several years and for the year side by side, with the year alone."""
        result: list[Line] = []
        area: tuple[int, int] | None = None
        border = 0
        for number, line in enumerate(lines):
            is_head = self.heads.row_at(lines, number) is not None
            longer = [spot for spot in line.filled if self.heads.is_longer(spot.text)]
            annual = [spot for spot in line.filled if self.heads.is_annual(spot.text)]
            if is_head:
                area = None
            elif longer and annual:
                left, right = longer[0].left, annual[0].left
                area = (left, right - 1) if left < right else (left, line.width)
                border = max(left, right)
            elif any(spot.left < border <= spot.right for spot in line.filled) or self._has_no_term(line):
                area = None
            if area is None:
                result.append(line)
                continue
            other = [spot for spot in line.spots if within(spot, [area])]
            lost += losses(Sighting.LONGER_TERM, [Line(other)])
            result.append(line.with_spots([spot for spot in line.spots if spot not in other]))
        return self._goals_beside(result)

    def _has_no_term(self, line: Line) -> bool:
        """Whether a row begins with a label of what no form states by terms."""
        return any(self._labels.key_of(spot.text) in _WITHOUT_TERMS for spot in line.filled[:1])

    def _goals_beside(self, lines: list[Line]) -> list[Line]:
        """A text below its label 年度目标 is put beside it, where values are looked for."""
        for upper, lower in itertools.pairwise(lines):
            below = lower.filled
            for spot in upper.filled:
                bare = _BRACKETS.sub("", normal_label(spot.text))
                is_label = self.heads.is_annual(spot.text) and self._labels.key_of(bare) == "goals"
                if not is_label or spot is not upper.filled[-1]:
                    continue
                if upper.table == lower.table and len(below) == 1 and below[0].left >= spot.left:
                    text = replace(below[0], left=spot.right + 1, right=spot.right + 1, height=1)
                    upper.spots[upper.spots.index(spot)] = replace(spot, text=bare)
                    upper.spots = [each for each in upper.spots if each.left <= spot.right] + [text]
                    lower.spots = [each for each in lower.spots if each is not below[0]]
        return lines


def _hand_down(line: Line, below: Sequence[Line]) -> None:
    """A merged cell of a row that is left out stands in the next of its rows instead."""
    for spot in line.shown:
        if spot.height == 1 or not below or below[0].table != line.table:
            continue
        for position, lower in enumerate(below[0].spots):
            if lower.buried and (lower.left, lower.right) == (spot.left, spot.right):
                below[0].spots[position] = replace(spot, height=spot.height - 1)
