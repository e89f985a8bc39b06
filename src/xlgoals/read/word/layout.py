"""What stands where in a document: goal tables with the lines above them, lists, other forms, and prose."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from xlgoals.errors import CannotDo
from xlgoals.form import Form, normal_label
from xlgoals.form.declaration import DeclarationWords
from xlgoals.form.word import WordReading
from xlgoals.model import Sighting
from xlgoals.places import place_in_document
from xlgoals.read.declaration.arrangement import Arrangement
from xlgoals.read.declaration.heads import fitted
from xlgoals.read.declaration.lines import Line, Loss, Spot, losses, sheet_of
from xlgoals.read.declaration.other_forms import other_form
from xlgoals.read.flat_list import holds_flat
from xlgoals.read.grid import Grid
from xlgoals.read.labels import Labels
from xlgoals.read.word.flow import Paragraph, Table
from xlgoals.read.word.rows import lines_of

_LONGEST_PREFACE = 120
_PROJECT_LABELS = frozenset({"name", "budget", "fiscal", "other", "purpose", "goals", "block"})


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

    def __init__(self, form: Form, words: DeclarationWords, reading: WordReading, file: str) -> None:
        self._form = form
        self._words = words
        self._reading = reading
        self._file = file
        self._labels = Labels(form, exact=False)
        self._arrangement = Arrangement(form, words)
        self._heads = self._arrangement.heads

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
            (head := self._arrangement.head) is not None
            and not any(self._is_title(each.text) for each in waiting)
            and not self._names_project(lines, waiting)
            and (is_goal_table or all(fitted(line, head) is not None for line in lines))
        )
        if kind is None and holds_flat(sheet_of(lines), self._form, {}, self._file):
            found.lists.append(lines)
            found.prose += waiting
        elif kind is None and (is_goal_table or goes_on):
            if not goes_on:
                self._arrangement.forget()
            preface = [] if goes_on else self._preface(waiting, found.prose)
            found.goals.append([*preface, *self._arrangement.arranged(lines, found.losses)])
            return
        elif kind is None and self._extends_list(lines, found.lists):
            found.lists[-1] += lines
            found.prose += waiting
        else:
            self._other(found, lines, kind or "", waiting)
        self._arrangement.forget()

    def _names_project(self, lines: Sequence[Line], waiting: Sequence[Paragraph]) -> bool:
        """Whether a table, or a line above it, begins with the name of a project."""
        rows = [*(Line([Spot(1, 1, each.text, each.place)]) for each in waiting), *lines]
        return self._arrangement.names_project(rows)

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
        if stated and not (unit or money) and self._reading.money_line.search(plain):
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
