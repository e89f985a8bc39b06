"""What stands where in a document: goal tables with the lines above them, lists, other forms, and prose."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from xlgoals.errors import CannotDo
from xlgoals.form import Form, normal_label
from xlgoals.form.word import WordReading
from xlgoals.model import Sighting
from xlgoals.places import place_in_document
from xlgoals.read.flat_list import holds_flat
from xlgoals.read.grid import Grid
from xlgoals.read.labels import Labels
from xlgoals.read.word.flow import Loss, Paragraph, Table
from xlgoals.read.word.heads import HeadRow, Heads, fitted, losses, onto, within
from xlgoals.read.word.other_forms import other_form
from xlgoals.read.word.rows import Line, Spot, lines_of, sheet_of

_LONGEST_PREFACE = 120
_LABELS_BELOW = frozenset({"name", "purpose", "type"})
_PROJECT_LABELS = frozenset({"name", "budget", "fiscal", "other", "purpose", "goals", "block"})
_BRACKETS = re.compile(r"[（(][^（()）]*[)）]")


@dataclass(slots=True)
class Found:
    """A document sorted: rows of goal tables, rows of lists, and what is neither."""

    goals: list[list[Line]] = field(default_factory=list)
    """Each goal table with the lines above it."""
    lists: list[list[Line]] = field(default_factory=list)
    losses: list[Loss] = field(default_factory=list)
    others: list[tuple[str, str, str]] = field(default_factory=list)
    """Other forms and tables: which, place, first text."""
    prose: list[Paragraph] = field(default_factory=list)
    after: list[Line] = field(default_factory=list)
    """Lines that stand below the last goal table and may belong to it."""


class Layout:
    """Sorts the blocks of one document."""

    def __init__(self, form: Form, words: WordReading, file: str) -> None:
        self._form = form
        self._words = words
        self._file = file
        self._labels = Labels(form, exact=False)
        self._heads = Heads(form, words)
        self._head: HeadRow | None = None
        """The heads in force."""
        self._anchor: HeadRow | None = None
        """The first heads of the project: where its indicators stand in the sheet."""

    def sort(self, blocks: Sequence[Paragraph | Table]) -> Found:
        """Every block of the document in its drawer."""
        found = Found()
        waiting: list[Paragraph] = []
        for block in self._flat(blocks):
            if isinstance(block, Paragraph):
                if block.text.strip() and not block.is_contents:
                    waiting.append(block)
                continue
            lines = self._lines(block, found.losses)
            if any(line.filled for line in lines):
                self._sort_table(found, lines, waiting)
                waiting = []
        if found.goals:
            found.after = self._preface(waiting, found.prose, below=True)
        else:
            found.prose += waiting
        return found

    def _sort_table(self, found: Found, lines: list[Line], waiting: list[Paragraph]) -> None:
        above = waiting[-1].text if waiting else ""
        kind = other_form(lines, above, self._words)
        is_goal_table = self._is_goal_table(lines)
        goes_on = (
            self._head is not None
            and not any(self._is_title(each.text) for each in waiting)
            and not self._names_project(lines, waiting)
            and (is_goal_table or all(fitted(line, self._head) is not None for line in lines))
        )
        if kind is None and holds_flat(sheet_of(lines), self._form, {}, self._file):
            found.lists.append(lines)
            found.prose += waiting
        elif kind is None and (is_goal_table or goes_on):
            if not goes_on:
                self._head = self._anchor = None
            preface = [] if goes_on else self._preface(waiting, found.prose)
            found.goals.append([*preface, *self._normal(lines, found.losses)])
            return
        elif kind is None and self._extends_list(lines, found.lists):
            found.lists[-1] += lines
            found.prose += waiting
        else:
            self._other(found, lines, kind or "", waiting)
        self._head = self._anchor = None

    def _names_project(self, lines: Sequence[Line], waiting: Sequence[Paragraph]) -> bool:
        """Whether a table, or a line above it, begins with the name of a project."""
        rows = [*(Line([Spot(1, 1, each.text, each.place)]) for each in waiting), *lines]
        for _, boxes in Grid(sheet_of(rows)):
            labels = self._labels.find(boxes)
            if labels and labels[0].key == "name" and labels[0].first == 0:
                return True
        return False

    def _flat(self, blocks: Iterable[Paragraph | Table]) -> Iterator[Paragraph | Table]:
        """A table that only frames others gives way to what stands in its cells."""
        for block in blocks:
            if isinstance(block, Table) and self._is_frame(block):
                for row in block.rows:
                    for cell in row.cells:
                        if not (row.is_deleted or row.is_hidden):
                            yield from self._flat(cell.blocks)
            else:
                yield block

    def _is_frame(self, table: Table) -> bool:
        cells = [cell for row in table.rows for cell in row.cells]
        inner = any(cell.tables for cell in cells)
        return inner and not any(self._labels.key_of(c.text) or self._heads.key(c.text) for c in cells)

    def _lines(self, table: Table, lost: list[Loss]) -> list[Line]:
        """The rows of a table, those of goal tables inside its cells behind the row that holds them."""
        lines: list[Line] = []
        kept = [row for row in table.rows if not (row.is_deleted or row.is_hidden)]
        for row, line in zip(kept, lines_of(table), strict=True):
            lines.append(line)
            for inner in (each for cell in row.cells for each in cell.tables):
                within_it = self._lines(inner, lost)
                if self._is_goal_table(within_it):
                    lines += within_it
                else:
                    lost += losses(Sighting.NOT_UNDERSTOOD, within_it)
        return lines

    def _is_goal_table(self, lines: Sequence[Line]) -> bool:
        """Whether a table has heads of indicators, or a label of a project with its value beside it."""
        if any(self._heads.row_at(lines, number) for number in range(len(lines))):
            return True
        for _, boxes in Grid(sheet_of(lines)):
            labels = [label for label in self._labels.find(boxes) if label.key in _PROJECT_LABELS]
            count = sum(label.count for label in labels)
            is_list = len(labels) > 1 and count == len(boxes) and "block" not in {e.key for e in labels}
            if labels and labels[0].first == 0 and not is_list:
                return True
        return False

    def _extends_list(self, lines: Sequence[Line], lists: Sequence[list[Line]]) -> bool:
        """Whether a table is the next page of a list: as many cells in every row as the list's head has."""
        if not lists:
            return False
        counts = {len(line.spots) for line in lines}
        return counts == {len(lists[-1][0].spots)} and len(lists[-1][-1].spots) in counts

    def _other(self, found: Found, lines: Sequence[Line], kind: str, waiting: list[Paragraph]) -> None:
        first = next(line.filled[0] for line in lines if line.filled)
        text = waiting[-1].text if waiting and kind else first.text
        found.others.append((kind, first.place, text))
        found.prose += waiting[:-1] if kind else waiting

    # ---- lines above a table ------------------------------------------------------------------------

    def _is_title(self, text: str) -> bool:
        return self._form.official.title_line.search(text.strip()) is not None

    def _preface(
        self, waiting: Sequence[Paragraph], prose: list[Paragraph], *, below: bool = False
    ) -> list[Line]:
        """The paragraphs that belong to a table; of several titles the last one. The rest is prose."""
        titles = [each for each in waiting if self._is_title(each.text)]
        taken: list[Line] = []
        for each in waiting:
            is_title = bool(titles) and each is titles[-1] and not below
            if is_title or (each not in titles and self._belongs(each.text, each.place)):
                taken.append(Line([Spot(1, 1, each.text, each.place)]))
            else:
                prose.append(each)
        return taken

    def _belongs(self, text: str, place: str) -> bool:
        plain = normal_label(text)
        if not plain or len(plain) > _LONGEST_PREFACE:
            return False
        unit, money = self._labels.unit_line(text)
        stated = self._form.official.money_unit.match(plain)
        if stated and not (unit or money) and self._words.money_line.search(plain):
            known = ", ".join(self._form.official.money_units)
            raise CannotDo(
                "word.money_unit",
                file=self._file,
                place=place_in_document(place),
                unit=stated["unit"],
                known=known,
            )
        boxes = next((boxes for _, boxes in Grid(sheet_of([Line([Spot(1, 1, text, "")])]))), [])
        is_year = self._form.official.year.search(text) is not None and len(plain) <= 12
        return bool(unit or money or is_year) or any(
            label.inline is not None for label in self._labels.find(boxes)
        )

    # ---- rows in the order of the published layout ---------------------------------------------------

    def _normal(self, origin: Sequence[Line], lost: list[Loss]) -> list[Line]:
        """The rows with heads in the published words and without other terms."""
        lines = self._one_term(origin, lost)
        rows: list[Line] = []
        number = 0
        skipping = False
        while number < len(lines):
            line = lines[number]
            found = self._heads.row_at(origin, number)
            if found is not None:
                head, count = found
                skipping = self._is_of_longer_term(origin, number, head)
                if skipping:
                    lost += losses(Sighting.LONGER_TERM, lines[number : number + count])
                else:
                    rows += self._take_heads(head)
                number += count
                continue
            number += 1
            if skipping and not self._ends_block(line):
                lost += losses(Sighting.LONGER_TERM, [line])
                continue
            skipping = False
            if self._head is not None and self._begins_labels(line):
                self._head = None
            if self._head is None or not line.filled:
                if self._head is None and self._names_project([line], ()):
                    self._anchor = None
                rows.append(line)
                continue
            placed = self._placed(line, self._head, lost)
            if placed is None:
                _hand_down(line, lines[number:])
            else:
                rows.append(placed)
        return rows

    def _take_heads(self, head: HeadRow) -> list[Line]:
        """The head row of a project; on its further pages only remembered."""
        self._head = head
        if self._anchor is not None:
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
        placed = Line([spot for spot in placed.spots if spot not in other], line.table, line.width)
        if self._anchor is None or self._anchor is head:
            return placed
        moved, rest = onto(placed, head, self._anchor)
        lost += losses(Sighting.NOT_UNDERSTOOD, [Line(rest)])
        return moved

    def _begins_labels(self, line: Line) -> bool:
        boxes = next((boxes for _, boxes in Grid(sheet_of([Line(line.filled)]))), [])
        labels = self._labels.find(boxes[:1])
        return bool(labels) and labels[0].key not in _LABELS_BELOW

    def _ends_block(self, line: Line) -> bool:
        first = line.filled[:1]
        return self._begins_labels(line) or any(self._heads.is_annual(spot.text) for spot in first)

    def _is_of_longer_term(self, lines: Sequence[Line], number: int, head: HeadRow) -> bool:
        """Whether the block under a head row is for several years: beside it, or alone above it."""
        first = head.line.spots[0].left if not head.side else head.line.spots[head.side].left
        beside = [
            spot
            for upper, line in enumerate(lines[: number + 1])
            for spot in line.shown
            if spot.right < first and upper + spot.height > number
        ]
        texts = [spot.text for spot in beside if spot.text.strip()]
        if not texts and number and len(lines[number - 1].filled) == 1:
            texts = [lines[number - 1].filled[0].text]
        return any(self._heads.is_longer(text) for text in texts)

    def _one_term(self, lines: Sequence[Line], lost: list[Loss]) -> list[Line]:
        """Rows that state something for several years and for the year side by side, with the year alone."""
        result: list[Line] = []
        area: tuple[int, int] | None = None
        border = 0
        for number, line in enumerate(lines):
            is_head = self._heads.row_at(lines, number) is not None
            longer = [spot for spot in line.filled if self._heads.is_longer(spot.text)]
            annual = [spot for spot in line.filled if self._heads.is_annual(spot.text)]
            if is_head:
                area = None
            elif longer and annual:
                left, right = longer[0].left, annual[0].left
                area = (left, right - 1) if left < right else (left, line.width)
                border = max(left, right)
            elif any(spot.left < border <= spot.right for spot in line.filled):
                area = None
            if area is None:
                result.append(line)
                continue
            other = [spot for spot in line.spots if within(spot, [area])]
            lost += losses(Sighting.LONGER_TERM, [Line(other)])
            result.append(Line([s for s in line.spots if s not in other], line.table, line.width))
        return self._goals_beside(result)

    def _goals_beside(self, lines: list[Line]) -> list[Line]:
        """A text below its label 年度目标 is put beside it, where values are looked for."""
        for upper, lower in itertools.pairwise(lines):
            below = lower.filled
            for spot in upper.filled:
                bare = _BRACKETS.sub("", normal_label(spot.text))
                is_label = self._heads.is_annual(spot.text) and self._labels.key_of(bare) == "goals"
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
