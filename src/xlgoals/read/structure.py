"""Was the template changed? A received workbook against the one that left us, by meaning and cell by cell.

Nothing about the layout is written here: all of it is read from the pristine workbook. Style, order of
sheets, the structure lock and the degree of hiding are not compared: other programs change them by saving.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from xlgoals.form import PROJECT_TYPES, Form, InputSheet
from xlgoals.model import Address, Observation, Sighting
from xlgoals.read.cells import MOST_ROWS, TOP_LEFT, Book, Cell, Sheet, column_letters, column_number
from xlgoals.read.formulas import normal_formula, normal_formulas

_AREA = re.compile(r"\$?([A-Z]{1,3})\$?(\d+)(?::\$?([A-Z]{1,3})\$?(\d+))?", re.ASCII)
_SPACES = re.compile(r"\s+")
_PLACEHOLDER = re.compile(r"\\\{\w+\\\}")
_ROW = re.compile(r"R(\d+)")
_OURS = "_xlnm."
# A formula that stands in so many rows of a column is one that was filled down.
_FILLED_DOWN = 20
_SLACK = 20
_ENDS_KEPT = 16


@lru_cache(maxsize=1 << 13)
def normal_text(text: str) -> str:
    """A fixed text as it is compared: full-width and half-width alike, white space ignored."""
    return _SPACES.sub("", unicodedata.normalize("NFKC", text))


@dataclass(frozen=True, slots=True)
class _Guard:
    """What may be typed into a column: the rule relative to its first cell, and the rows it holds for."""

    rule: tuple[str, str, str]
    first: int
    last: int
    rows: int


@dataclass(frozen=True, slots=True)
class _Shape:
    """A sheet of either workbook, ready to be compared."""

    sheet: Sheet
    formulas: Mapping[tuple[int, int], str]
    guards: Mapping[int, _Guard]
    end: int
    """Last prepared row: the one that most lists and filled-down formulas end in."""
    wanted: dict[int, Mapping[tuple[int, int], str]] = field(default_factory=dict)
    """Of a template: the formulas it would have if it were prepared down to another row, by that row."""


@dataclass(frozen=True, slots=True)
class _Labels:
    """The fixed texts of a sheet of the template, in reading order."""

    texts: Mapping[tuple[int, int], str]
    last: int
    """The last row with one."""
    by_row: tuple[tuple[str, ...], ...]
    """As they are compared, by row from the first; the line that names the unit tells no row."""
    known: frozenset[str]
    """All of ``by_row``."""
    head: Mapping[int, str]
    """By column: those of the row with most of them."""
    head_row: int


def _labels(ours: _Shape, but: int | None) -> _Labels:
    """``but`` is a column that holds none, whatever stands in it."""
    texts = {
        (row, column): cell.text
        for (row, column), cell in sorted(ours.sheet.cells.items())
        if cell.text and not ours.sheet.is_open(row, column) and (row, column) not in ours.formulas
        if column != but
    }
    telling = [(row, normal_text(text)) for (row, _), text in texts.items() if "{" not in text]
    by_row: list[list[str]] = [[] for _ in range(max((row for row, _ in telling), default=0))]
    for row, text in telling:
        by_row[row - 1].append(text)
    per_row = Counter(row for row, _ in texts)
    head = max(per_row, key=lambda row: (per_row[row], row), default=0)
    return _Labels(
        texts=texts,
        last=max(per_row, default=0),
        by_row=tuple(map(tuple, by_row)),
        known=frozenset(text for _, text in telling),
        head={column: text for (row, column), text in texts.items() if row == head},
        head_row=head,
    )


def _shape(sheet: Sheet, like: _Shape | None = None) -> _Shape:
    """``like`` is the same sheet of the template: a formula spelled as there means the same."""
    is_same = like is not None and (sheet.formulas, sheet.shared, sheet.validations) == (
        *(like.sheet.formulas, like.sheet.shared, like.sheet.validations),
    )
    if like is not None and is_same:  # as it left us: the usual case by far
        return _Shape(sheet, like.formulas, like.guards, like.end)
    known = (like.sheet.formulas, like.formulas) if like else None
    formulas, guards = normal_formulas(sheet, known), _guards(sheet)
    ends = Counter(guard.last for guard in guards.values())
    lowest: dict[int, int] = {}
    for row, column in formulas:
        if row > lowest.get(column, 0):
            lowest[column] = row
    ends.update(lowest.values())
    return _Shape(sheet, formulas, guards, ends.most_common(1)[0][0] if ends else 0)


def _guards(sheet: Sheet) -> dict[int, _Guard]:
    guards: dict[int, _Guard] = {}
    for validation in sheet.validations:
        if validation.kind == "none":  # a prompt and no rule
            continue
        for match in _AREA.finditer(validation.area):
            left, first = column_number(match[1]), int(match[2])
            right, last = column_number(match[3] or match[1]), int(match[4] or match[2])
            rule = (
                validation.kind,
                normal_formula(validation.formula1, first, left),
                normal_formula(validation.formula2, first, left).removeprefix("0"),  # LibreOffice adds a 0
            )
            for column in range(left, min(right, left + _SLACK) + 1):
                had = guards.get(column)
                if had is None or had.rule != rule:
                    guards[column] = _Guard(rule, first, last, last - first + 1)
                else:
                    rows = had.rows + last - first + 1
                    guards[column] = _Guard(rule, min(first, had.first), max(last, had.last), rows)
    return guards


_kept: dict[int, tuple[Book, Mapping[str, tuple[_Shape, _Labels]]]] = {}


def _shapes_of(pristine: Book, form: Form) -> Mapping[str, tuple[_Shape, _Labels]]:
    """The shapes of a pristine workbook, made once; the entry keeps it alive, so an id is its alone."""
    if id(pristine) not in _kept:
        proposals = _AREA.search(pristine.names.get(PROJECT_TYPES, ""))
        proposed = column_number(proposals[1]) if proposals else None
        shapes = {sheet.name: _shape(sheet) for sheet in pristine.sheets}
        told = {
            name: (shape, _labels(shape, proposed if name == form.lists else None))
            for name, shape in shapes.items()
        }
        _kept[id(pristine)] = (pristine, told)
    return _kept[id(pristine)][1]


def structure_differences(book: Book, pristine: Book, form: Form, file: str) -> tuple[Observation, ...]:
    """Everything in which ``book`` differs from the template as it left us, in the order of the template.

    ``pristine`` is the blank workbook of the same version and profile. Each observation has its cell,
    what stands there, and what should stand there (``used``).
    """
    return tuple(_Comparison(book, pristine, form, file).run())


class _Comparison:
    """One workbook while it is compared."""

    def __init__(self, book: Book, pristine: Book, form: Form, file: str) -> None:
        self._book, self._form, self._file = book, form, file
        self._pristine = _shapes_of(pristine, form)
        self._names = pristine.names
        proposals = _AREA.search(pristine.names.get(PROJECT_TYPES, ""))
        self._proposed = column_number(proposals[1]) if proposals else None
        self._inputs: Mapping[str, InputSheet] = {s.name: s for s in (form.projects, form.indicators)}
        self._ends: dict[str, tuple[int, int]] = {}
        self._moved: set[str] = set()

    def run(self) -> Iterator[Observation]:
        for name, (ours, labels) in self._pristine.items():
            sheet = self._book.sheet(name)
            if sheet is None:
                yield self._at(Sighting.SHEET_GONE, name, 0, 0, "", used=name)
                continue
            if ours.sheet.state == "visible" and sheet.state != "visible":
                yield self._at(Sighting.PART_HIDDEN, name, 0, 0, "", used=name)
            if ours.sheet.protected and not sheet.protected:
                yield self._at(Sighting.PROTECTION_OFF, name, 0, 0, name)
            if name != self._form.meta:  # the identity is judged by its version
                yield from self._compare(ours, labels, _shape(sheet, ours))
        if self._book.whole:
            yield from self._compare_names()

    def _compare(self, ours: _Shape, labels: _Labels, theirs: _Shape) -> Iterator[Observation]:
        name = ours.sheet.name
        self._ends[name] = (ours.end, theirs.end)
        # All that the texts are looked for in: below it are rows by the thousand.
        top = {place: cell for place, cell in theirs.sheet.cells.items() if place[0] <= labels.last + _SLACK}
        rows = _row_map(labels, top)
        columns = self._column_map(labels, rows, top) if name in self._inputs else {}
        yield from self._compare_labels(name, labels.texts, rows, columns, theirs.sheet)
        if self._book.whole:
            yield from self._compare_hidden(ours.sheet, theirs.sheet, labels.texts, columns)
        shift = next((new for old, new in sorted(rows.items()) if new != old), None)
        moved = next(((old, new) for old, new in sorted(columns.items()) if new != old), None)
        if shift is not None or moved is not None:
            self._moved.add(name)
            head = rows.get(labels.last, labels.last)
            row, column = (shift - 1, 1) if shift is not None else (head, moved[1] if moved else 1)
            text = theirs.sheet.at(row, column).text
            yield self._at(Sighting.LAYOUT_SHIFTED, name, max(row, 1), column, text)
            return
        if self._book.whole:
            yield from self._compare_guards(ours, theirs)
        yield from self._compare_formulas(ours, theirs)
        yield from self._compare_outside(ours, labels, theirs.sheet)

    def _compare_labels(
        self,
        name: str,
        labels: Mapping[tuple[int, int], str],
        rows: Mapping[int, int],
        columns: Mapping[int, int],
        sheet: Sheet,
    ) -> Iterator[Observation]:
        spec = self._inputs.get(name)
        for (row, column), wanted in labels.items():
            # A row whose own texts changed went where the one above it went.
            above = max((each for each in rows if each <= row), default=0) if rows else 0
            at = (row + rows.get(above, 0) - above, columns.get(column, column))
            found = sheet.at(*at).text
            if _is_text(found, wanted):
                continue
            key = spec.key_of(found) if spec and found.strip() else None
            is_same_field = spec is not None and key is not None and key == spec.key_of(wanted)
            if name == self._form.lists:
                yield self._at(Sighting.LIST_CHANGED, name, *at, found, used=wanted)
            elif spec is not None and not is_same_field:
                yield self._at(Sighting.LABEL_CHANGED, name, *at, found, used=wanted)
            else:
                yield self._at(Sighting.TEXT_CHANGED, name, *at, found, used=wanted)

    def _column_map(
        self, labels: _Labels, rows: Mapping[int, int], top: Mapping[tuple[int, int], Cell]
    ) -> dict[int, int]:
        """Where the columns of the head went, by their texts."""
        head = rows.get(labels.head_row, labels.head_row)
        there = {normal_text(top[place].text): place[1] for place in sorted(top) if place[0] == head}
        return {column: there.get(normal_text(text), column) for column, text in labels.head.items()}

    def _compare_hidden(
        self,
        ours: Sheet,
        theirs: Sheet,
        labels: Mapping[tuple[int, int], str],
        columns: Mapping[int, int],
    ) -> Iterator[Observation]:
        hidden = theirs.hidden_columns - ours.hidden_columns
        used = {columns.get(column, column) for _, column in ours.cells} if hidden else set()
        for column in sorted(hidden & used):
            row = max((row for row, at in labels if columns.get(at, at) == column), default=1)
            text = theirs.at(row, column).text or column_letters(column)
            yield self._at(Sighting.PART_HIDDEN, ours.name, row, column, "", used=text)
        newly = theirs.hidden_rows - ours.hidden_rows
        for row in sorted(newly & {row for row, _ in labels} if newly else ()):
            yield self._at(Sighting.PART_HIDDEN, ours.name, row, 1, "", used=str(row))

    def _compare_guards(self, ours: _Shape, theirs: _Shape) -> Iterator[Observation]:
        for column, guard in sorted(ours.guards.items()):
            found = theirs.guards.get(column)
            last = theirs.end if guard.last == ours.end else guard.last
            covers = found is not None and found.first <= guard.first and found.last >= last
            if found is None or not covers or found.rows < last - guard.first + 1 or found.rule != guard.rule:
                label = ours.sheet.at(guard.first - 1, column).text or column_letters(column)
                yield self._at(Sighting.LIST_CHANGED, ours.sheet.name, guard.first, column, "", used=label)

    def _compare_formulas(self, ours: _Shape, theirs: _Shape) -> Iterator[Observation]:
        if theirs.end not in ours.wanted:
            if len(ours.wanted) >= _ENDS_KEPT:
                ours.wanted.clear()
            ours.wanted[theirs.end] = self._wanted(ours, theirs.end)
        wanted = ours.wanted[theirs.end]
        # The first is the usual case, and three times as fast to tell.
        if wanted == theirs.formulas or wanted.items() <= theirs.formulas.items():
            return
        told: dict[int, tuple[int, Sighting]] = {}
        for (row, column), formula in sorted(wanted.items()):
            found = theirs.formulas.get((row, column))
            if found == formula:
                continue
            sighting = Sighting.FORMULA_REMOVED if found is None else Sighting.FORMULA_CHANGED
            before = told.get(column)
            told[column] = (row, sighting)
            if before == (row - 1, sighting):
                continue  # a run of rows is one cause and is told once, at its first cell
            cell = theirs.sheet.at(row, column)
            value = theirs.sheet.formulas.get((row, column), "") or cell.text
            own = ours.sheet.formulas.get((row, column), "")
            yield self._at(sighting, ours.sheet.name, row, column, value, used=own)

    def _wanted(self, ours: _Shape, end: int) -> Mapping[tuple[int, int], str]:
        """The formulas of the template, what is filled down in it filled down to ``end``."""
        counts = Counter(column for _, column in ours.formulas)
        wanted = dict(ours.formulas)
        for column in [
            c for c, count in counts.items() if count >= _FILLED_DOWN and ours.sheet.name in self._inputs
        ]:
            first = min(row for row, at in ours.formulas if at == column)
            formula = ours.formulas[first, column]
            for row in range(first, max(end, first) + 1):
                wanted[row, column] = formula
            for row in range(end + 1, ours.end + 1):
                wanted.pop((row, column), None)
        return wanted

    def _compare_outside(self, ours: _Shape, labels: _Labels, theirs: Sheet) -> Iterator[Observation]:
        """Values in cells that are locked and were blank; beyond the head of an input sheet STR-12 tells."""
        name = theirs.name
        is_headed = name in self._inputs or name == self._form.results.name
        last = labels.last if is_headed else MOST_ROWS
        filled = [
            (place, cell)
            for place, cell in theirs.cells.items()
            if place[0] <= last and place not in labels.texts and cell.text
        ]
        for (row, column), cell in sorted(filled):
            is_known = (row, column) in ours.formulas or ours.sheet.is_open(row, column)
            is_known |= name == self._form.lists and column == self._proposed
            if not is_known and cell.text.strip():
                yield self._at(Sighting.OUTSIDE_INPUT, name, row, column, cell.text)

    def _compare_names(self) -> Iterator[Observation]:
        for name, meaning in sorted(self._names.items()):
            if name.startswith(_OURS) or any(moved in meaning for moved in self._moved):
                continue
            found = self._book.names.get(name, "")
            if self._bounded(found, 1) != self._bounded(meaning, 0):
                yield self._at(Sighting.LIST_CHANGED, self._form.lists, 0, 0, found, used=name)

    def _bounded(self, meaning: str, which: int) -> str:
        """What a name refers to, its last prepared row replaced: it depends on how much was filled in."""
        formula = normal_formula(meaning, 1, 1)
        ends = {ends[which] for name, ends in self._ends.items() if name in meaning and name in self._inputs}
        return _ROW.sub(lambda match: "R*" if int(match[1]) in ends else match[0], formula)

    def _at(
        self, sighting: Sighting, sheet: str, row: int, column: int, value: str, used: str = ""
    ) -> Observation:
        cell = f"{column_letters(column)}{row}" if row else TOP_LEFT
        address = Address(file=self._file, sheet=sheet, cell=cell)
        return Observation(sighting=sighting, address=address, value=value, used=used)


def _is_text(found: str, wanted: str) -> bool:
    """Whether a fixed text is the one that we wrote; a placeholder stands for the unit."""
    if found == wanted or normal_text(found) == normal_text(wanted):
        return True
    pattern = _PLACEHOLDER.sub(".*", re.escape(normal_text(wanted)))
    return "{" in wanted and re.fullmatch(pattern, normal_text(found)) is not None


def _row_map(labels: _Labels, top: Mapping[tuple[int, int], Cell]) -> dict[int, int]:
    """Row of the template → row where its labels stand now, by the texts of whole rows."""
    wanted = labels.by_row
    found: list[list[str]] = [[] for _ in range(len(wanted) + _SLACK)]
    for row, column in sorted(place for place in top if place[0] <= len(found)):
        if (text := normal_text(top[row, column].text)) in labels.known:
            found[row - 1].append(text)
    if all(tuple(found[number]) == texts for number, texts in enumerate(wanted) if texts):
        return {}
    matcher = difflib.SequenceMatcher(None, list(map(_key, wanted)), list(map(_key, found)), autojunk=False)
    rows: dict[int, int] = {}
    for block in matcher.get_matching_blocks():
        for offset in range(block.size):
            if wanted[block.a + offset]:
                rows[block.a + offset + 1] = block.b + offset + 1
    return rows


def _key(texts: Sequence[str]) -> str:
    return "\t".join(texts)
