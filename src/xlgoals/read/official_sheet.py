"""Workbooks laid out as official forms, ours and units' own, → submissions.

Labels are found by text wherever they stand; a table begins at its title, unit line, money unit or project
name, and several may stand below each other. Whatever finds no field is observed with its cell. A layout
that can be read in two ways is refused, for a value in the wrong field is worse than none.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from xlgoals.errors import CannotDo
from xlgoals.form import Form, normal_label
from xlgoals.model import Sighting, Submission, Unit
from xlgoals.profile import Profile
from xlgoals.read.assembly import (
    MONEY_KEYS,
    Assembly,
    Piece,
    Refusal,
    Table,
    TableRow,
    head_key,
    refusal,
    year_of,
)
from xlgoals.read.cells import TOP_LEFT, Book, Sheet
from xlgoals.read.grid import Box, Grid, oddity
from xlgoals.read.labels import Label, Labels
from xlgoals.read.money import read_money

_FEWEST_HEADS = 3
_UNCOMPUTED = "="
_SHORT = 12
_MOST_ABOVE = 2
_YEAR_DIGITS = 4
_UNIT_KEYS = ("unit", "unit_code", "unit_name")


@dataclass(frozen=True, slots=True)
class _Head:
    """One column of the indicator table; ``key`` is None where its text is not known."""

    key: str | None
    left: int
    right: int


def holds_official(sheet: Sheet, form: Form) -> bool:
    """Whether the sheet has an official table: a row of indicator heads, or a project name and an amount."""
    labels = Labels(form, exact=False)
    found: set[str] = set()
    for _, boxes in Grid(sheet):
        if find_heads(boxes, form):
            return True
        keys = {label.key for label in labels.find(boxes)}
        if not {"name", "budget"} <= keys:  # side by side they are heads of a list of projects
            found |= keys
    return {"name", "budget"} <= found


def read_official(
    book: Book,
    file: str,
    digest: str,
    form: Form,
    profile: Profile,
    year: int | None = None,
    unit: Unit | None = None,
) -> tuple[Submission, ...]:
    """Every official table of a workbook, as one submission a unit, in the order the units first appear.

    ``year`` is taken from the caller, else from the book that we printed, a label, or the texts themselves.

    Raises:
        CannotDo: a table has no name, no unit, or columns that stand twice; or no year can be found.
    """
    ours = book.properties.get("xlgoals_template_id") == form.official.printed.id
    carried = book.properties if ours else {}
    readers: list[_SheetReader] = []
    assembly = Assembly(file, form, profile, unit)
    shared = []
    for sheet in book.sheets:
        if ours and sheet.name == form.official.printed.contents:
            continue
        if sheet.state == "visible" and holds_official(sheet, form):
            readers.append(_SheetReader(sheet, file, form, profile, carried, unit))
        elif sheet.cells:
            (_, cell) = min(sheet.cells.items())
            shared.append(
                assembly.observe(Sighting.UNKNOWN_SHEET, Piece(cell.text, TOP_LEFT, sheet.name), "")
            )
    for number, table in enumerate((t for reader in readers for t in reader.tables()), start=1):
        assembly.add(number, table)
    said, seen = _year(book, readers, form, year, carried.get("xlgoals_year", ""))
    if said is None:
        raise CannotDo("legacy.no_year", file=file)
    if seen is not None:
        shared.append(assembly.observe(Sighting.YEAR_FROM_TEXT, seen, str(said)))
    start = Piece("", readers[0].place, readers[0].name)
    return assembly.submissions(said, digest, start, shared)


def _year(
    book: Book, readers: Sequence[_SheetReader], form: Form, year: int | None, carried: str
) -> tuple[int | None, Piece | None]:
    labelled = {reader.year for reader in readers if reader.year}
    if year or carried:
        return year or int(carried), None
    if len(labelled) == 1:
        return int(labelled.pop()), None
    pieces = (box.piece for sheet in book.sheets for _, boxes in Grid(sheet) for box in boxes)
    return year_of(pieces, form.official.year)


class _SheetReader:
    """One sheet while it is read from above; :meth:`tables` gives each table when the next begins."""

    def __init__(
        self,
        sheet: Sheet,
        file: str,
        form: Form,
        profile: Profile,
        carried: Mapping[str, str],
        given: Unit | None,
    ) -> None:
        """``given`` is the unit that the caller named."""
        self.name = sheet.name
        self.place = sheet.place(1, 1)
        self.year = ""
        self._grid = Grid(sheet)
        self._file = file
        self._form = form
        self._profile = profile
        self._carried = carried
        self._given = given
        self._exact = bool(carried)
        self._halves: set[str] = set()
        self._labels = Labels(form, exact=self._exact)
        self._begins = ""
        self._begin()

    def tables(self) -> Iterator[Table]:
        """The tables of the sheet in their order.

        Raises:
            CannotDo: see :func:`read_official`.
        """
        finished: list[Table] = []
        for row, boxes in self._grid:
            if self._begins_another(boxes):
                finished.append(self._finish())
                self._begin()
            self._begins = self._begins or boxes[0].piece.cell
            self._read_row(row, boxes)
        last = self._table
        if "name" in last.values or last.heads:
            finished.append(self._finish())
        elif finished:  # what stands below the last table belongs to it
            end = finished[-1]
            end.unit = end.unit or last.unit
            end.money_unit = end.money_unit or last.money_unit
            end.stray.extend([*last.stray, *last.values.values()])
            end.seen.extend(last.seen)
        if finished:
            finished[0].stray.extend(self._grid.buried)
        yield from finished

    def _begin(self) -> None:
        self._table = Table()
        self._columns: list[_Head] = []
        self._unit: dict[str, Piece] = {}
        self._goals_end = self._left = 0
        self._waiting: list[tuple[str, int, int]] = []
        self._begins = ""

    def _finish(self) -> Table:
        if "name" not in self._table.values:
            raise refusal(Refusal.NO_NAME, self._file, Piece("", self._begins, self.name))
        parts = [self._unit[key] for key in ("unit_code", "unit_name") if key in self._unit]
        unit = self._labels.unit_line("".join(piece.label for piece in parts))[0]
        if self._table.unit not in (None, unit) or unit is None:
            self._table.stray.extend(piece for piece in parts if piece.text.strip())
        self._table.unit = self._table.unit or unit
        return self._table

    def _begins_another(self, boxes: Sequence[Box]) -> bool:
        """Whether a row opens the next table: a project name again, or a line above a table."""
        table = self._table
        if "name" not in table.values or self._exact:  # in our own book every table has a sheet of its own
            return False
        first = boxes[0]
        if table.heads and self._grid.box(first.top, self._columns[0].left).top < first.top:
            return False  # beside a merged level: an indicator, whatever it says
        labels = self._labels.find(boxes[:_FEWEST_HEADS])
        if any(label.key == "name" and label.first == 0 for label in labels):
            return not find_heads(boxes, self._form)
        return bool(table.heads) and len(boxes) <= _MOST_ABOVE and self._is_preface(first)

    def _is_preface(self, box: Box) -> bool:
        text = box.piece.text.strip()
        unit, money = self._labels.unit_line(text)
        lone = "\n" not in text
        return lone and (self._form.official.title_line.search(text) is not None or bool(unit or money))

    def _joined(self, boxes: Sequence[Box]) -> list[Box]:
        """A row with labels put together whose second half stands in the cell below."""
        whole = []
        for box in boxes:
            below = None if self._exact else self._grid.filled(box.bottom + 1, box.left)
            text = box.piece.text
            if below and not self._labels.key_of(text) and self._labels.key_of(text + below.piece.text):
                self._halves.add(below.piece.cell)
                piece = Piece(text + below.piece.text, box.piece.cell, self.name)
                whole.append(Box(box.top, box.left, below.bottom, box.right, box.content, piece))
            elif box.piece.cell not in self._halves:
                whole.append(box)
        return whole

    def _read_row(self, row: int, boxes: list[Box]) -> None:
        table = self._table
        for box in boxes:
            sighting = oddity(box, self._grid.sheet)
            if sighting is not None:
                table.seen.append((sighting, box.piece, box.area))
        heads = find_heads(boxes, self._form)
        if heads and table.heads and not self._exact:
            # The head row again, as on a second page.
            table.stray.extend(box.piece for box in boxes if head_key(self._form, box.piece.text) is None)
            return
        if heads and not table.heads:
            self._take_heads(heads)
        elif table.heads and not self._labels_after_rows(boxes):
            self._take_indicator(row, boxes)
        elif not self._take_below(boxes):
            self._take_labelled(row, self._joined(boxes))

    def _labels_after_rows(self, boxes: Sequence[Box]) -> bool:
        labels = self._labels.find(boxes[:1])
        return bool(labels) and not self._exact and labels[0].key not in ("name", "purpose", "type")

    def _take_heads(self, heads: list[tuple[str | None, Box]]) -> None:
        keys = [key for key, _ in heads if key]
        twice = [box.piece.text for key, box in heads if key and keys.count(key) > 1]
        if twice:
            raise refusal(Refusal.COLUMN_TWICE, self._file, heads[0][1].piece, heads="、".join(twice))
        self._columns = [_Head(key, box.left, box.right) for key, box in heads]
        self._table.heads = [key for key, _ in heads]
        self._table.stray.extend(box.piece for key, box in heads if key is None)

    def _take_indicator(self, row: int, boxes: Sequence[Box]) -> None:
        """The boxes of a row by the head they stand under; what spans heads or stands outside is stray."""
        cells: list[Piece] = [self._grid.blank(row, head.left) for head in self._columns]
        filled: set[str | None] = set()
        stray: list[Piece] = []
        for box in boxes:
            under = [
                number
                for number, head in enumerate(self._columns)
                if box.left <= head.right and head.left <= box.right
            ]
            if len(under) == 1 and not cells[under[0]].text:
                cells[under[0]] = box.piece
                filled.add(self._columns[under[0]].key)
            else:
                stray.append(box.piece)
        texts = {head.key: piece.text for head, piece in zip(self._columns, cells, strict=True)}
        if not (self._exact or filled & {"name", "target"} or self._is_known_level(texts)):
            # A signature, a remark or a total below the table, no indicator.
            self._table.stray.extend(box.piece for box in boxes)
            return
        self._table.stray.extend(stray)
        covered = [(head, self._grid.box(row, head.left)) for head in self._columns]
        merged = [(head, box) for head, box in covered if head.key and box.top < row and box.piece.text]
        levels = frozenset(str(head.key) for head, _ in merged)
        for head, box in merged:
            if head.key not in ("level1", "level2"):
                self._table.seen.append((Sighting.MERGED_INPUT, box.piece, box.area))
        self._table.rows.append(TableRow(cells, levels if self._exact else None))

    def _is_known_level(self, texts: Mapping[str | None, str]) -> bool:
        tree, level = self._profile.tree, self._profile.level
        branches = {level2 for branch in tree.values() for level2 in branch}
        level1, level2 = level(texts.get("level1", "")), level(texts.get("level2", ""))
        return level1 in tree or (not level1 and level2 in branches)

    def _take_below(self, boxes: Sequence[Box]) -> bool:
        """Amounts that stand below their labels; only plain amounts, each in the columns of its label."""
        waiting, self._waiting = self._waiting, []
        pairs = [
            (key, box)
            for key, left, right in waiting
            for box in boxes
            if left <= box.left and box.right <= right
        ]
        whole = len(pairs) == len(boxes) == len({key for key, _ in pairs})
        if not pairs or not whole or any(read_money(b.piece.text).amount is None for _, b in pairs):
            return False
        for key, box in pairs:
            self._table.values[key] = box.piece
        return True

    def _take_labelled(self, row: int, boxes: list[Box]) -> None:
        labels = self._labels.find(boxes)
        ends = [*(label.first for label in labels), len(boxes)][1:]
        left_over = list(boxes[: labels[0].first]) if labels else boxes
        for label, end in zip(labels, ends, strict=True):
            own = boxes[label.first + label.count : end]
            if label.key == "name":
                self._left = boxes[label.first].left
            if label.key == "block":
                self._table.money_unit = self._table.money_unit or label.money_unit
                left_over += own
                if not label.is_known:
                    self._table.stray.extend(
                        box.piece for box in boxes[label.first : label.first + label.count]
                    )
                continue
            left_over += own[0 if label.inline is not None else 1 :]
            self._take_value(row, boxes[label.first + label.count - 1], label, own)
        self._wait_for_amounts(boxes, labels)
        for box in left_over:
            self._take_loose(row, box, alone=len(left_over) == 1)

    def _take_value(self, row: int, label_box: Box, label: Label, own: Sequence[Box]) -> None:
        """The value of one label: in its own cell after the colon, else the next text to the right."""
        blank = self._grid.blank(row, label_box.right + 1)
        piece = own[0].piece if own else blank
        if own and label.key in MONEY_KEYS and own[0].content.formula and not piece.text:
            piece = Piece(_UNCOMPUTED, piece.cell, piece.sheet)
        if label.inline is not None:
            piece = Piece(label.inline, label_box.piece.cell, self.name)
        if label.money_unit:
            self._table.money_unit = self._table.money_unit or label.money_unit
        if label.key in _UNIT_KEYS:
            self._take_unit(label.key, piece)
        elif label.key == "year":
            digits = piece.text.strip()[:_YEAR_DIGITS]
            if digits.isascii() and digits.isdigit():
                self.year = digits
            elif piece.text.strip():
                self._table.stray.append(piece)
        elif self._table.values.get(label.key, blank).text.strip():
            if piece.text.strip():
                self._table.stray.append(piece)
        else:
            self._table.values[label.key] = piece
            if label.key == "goals":
                self._goals_end = label_box.bottom

    def _take_unit(self, key: str, piece: Piece) -> None:
        unit, money = self._labels.unit_line(piece.text)
        if unit is not None:
            self._table.unit = unit
        elif key == "unit" and piece.text.strip():
            # A name without its code: nothing new where it is the unit that the caller named.
            if self._given is None or normal_label(self._given.name) != piece.label:
                self._table.stray.append(piece)
        else:
            self._unit[key] = piece
        self._table.money_unit = self._table.money_unit or money

    def _wait_for_amounts(self, boxes: Sequence[Box], labels: Sequence[Label]) -> None:
        """Amount labels side by side, without room between for values: these stand in the row below."""
        money = [label for label in labels if label.key in MONEY_KEYS and label.inline is None]
        spans = [
            (each.key, boxes[each.first].left, boxes[each.first + each.count - 1].right) for each in money
        ]
        touching = all(one[2] + 1 == two[1] for one, two in itertools.pairwise(spans))
        blank = all(not self._table.values[key].text.strip() for key, _, _ in spans)
        if len(spans) > 1 and touching and blank:
            self._waiting = spans

    def _take_loose(self, row: int, box: Box, *, alone: bool) -> None:
        """A text without a label: a line above the table, the purpose below the amounts, or stray."""
        table, text = self._table, box.piece.text
        unit, money = self._labels.unit_line(text)
        if row <= self._goals_end and "goals" in table.values and alone:
            goals = table.values["goals"]
            whole = f"{goals.text}\n{text}" if goals.text.strip() else text
            first = goals if goals.text.strip() else box.piece
            table.values["goals"] = Piece(whole, first.cell, first.sheet)
        elif self._is_purpose(box) and alone:
            table.values["purpose"] = box.piece
        elif unit is not None or money:
            table.unit = table.unit or self._printed_unit(unit)
            table.money_unit = table.money_unit or money
        elif not table.title and self._form.official.title_line.search(text.strip()):
            table.title = text.strip()
        elif not (len(normal_label(text)) <= _SHORT and self._form.official.year.search(text)):
            table.stray.append(box.piece)

    def _is_purpose(self, box: Box) -> bool:
        """Below the amounts, and right of where labels stand: else it is a heading over what follows."""
        values = self._table.values
        return "budget" in values and "purpose" not in values and box.left > self._left

    def _printed_unit(self, unit: Unit | None) -> Unit | None:
        """The unit of our own book with the spaces that its name may have."""
        code, name = self._carried.get("xlgoals_unit_code", ""), self._carried.get("xlgoals_unit_name", "")
        same = unit is not None and normal_label(code + name) == unit.code + unit.name
        return Unit(code=code, name=name) if same else unit


def find_heads(boxes: Sequence[Box], form: Form) -> list[tuple[str | None, Box]]:
    """The row of indicator heads, empty if it is none; a label beside the whole table is no head."""
    found = [(head_key(form, box.piece.text), box) for box in boxes]
    keys = {key for key, _ in found}
    known = {"level1", "name"} <= keys or {"level1", "level2", "target"} <= keys
    if not known or len(keys - {None, "number"}) < _FEWEST_HEADS:
        return []
    bottom = min(box.bottom for key, box in found if key == "level1")
    return [(key, box) for key, box in found if box.bottom <= bottom]
