"""Lists with one indicator a row, as other systems export them → submissions.

Columns are found by their head texts; sign, value and unit of a 指标值 in columns of their own are joined to
one text. Rows that sum others are listed and not read. What belongs to no field is told, never dropped.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from xlgoals.errors import CannotDo
from xlgoals.form import Form, normal_label
from xlgoals.model import Observation, Sighting, Submission, Unit
from xlgoals.profile import Profile
from xlgoals.read.assembly import INDICATOR_KEYS, Assembly, Piece, Table, TableRow, is_serial, year_of
from xlgoals.read.cells import TOP_LEFT, Book, CellKind, Sheet
from xlgoals.read.columns import Head, ReadColumn, find_head
from xlgoals.read.flat_form import load_flat
from xlgoals.read.grid import Box, Grid, oddity
from xlgoals.read.joining import SIGN, TARGET, UNIT, Parts
from xlgoals.read.labels import Labels

_PROJECT_FIELDS = ("type", "budget", "fiscal", "other", "purpose", "goals")
_UNIT_FIELDS = ("unit", "unit_code", "unit_name")
# What a list merges downwards because it is the same for all rows; levels are filled down by the assembly.
_REPEATED = frozenset({*_PROJECT_FIELDS, *_UNIT_FIELDS, "project", "year"})
_ROW_FIELDS = ("level1", "level2", "name", "description", "comparator", "target", "measure")
_LEVELS = ("level1", "level2")
_YEAR_DIGITS = 4
_UNCOMPUTED = "="
_CODE = re.compile(r"\d{6}", re.ASCII)


@dataclass(frozen=True, slots=True)
class FlatRead:
    """The submissions of a list, and how each of its columns was read."""

    submissions: tuple[Submission, ...]
    columns: tuple[ReadColumn, ...]


@dataclass(slots=True)
class _Above:
    """What the rows above say for a row that leaves it blank."""

    project: Piece | None = None
    unit: Unit | None = None
    told: bool = False


def holds_flat(sheet: Sheet, form: Form, mapping: Mapping[str, str], file: str) -> bool:
    """Whether the sheet has the head of a list: project and indicator name in one row."""
    return find_head(Grid(sheet), form, mapping, file) is not None


def read_flat(
    book: Book,
    file: str,
    digest: str,
    form: Form,
    profile: Profile,
    year: int | None = None,
    unit: Unit | None = None,
    mapping: Mapping[str, str] | None = None,
) -> FlatRead:
    """Every list of a workbook, as one submission a unit, in the order the units first appear.

    Raises:
        CannotDo: a column is unclear or stands twice, a unit has no code, or no year can be found.
    """
    assembly = Assembly(file, form, profile, unit)
    readers: list[_ListReader] = []
    shared: list[Observation] = []
    for sheet in book.sheets:
        grid = Grid(sheet)
        head = find_head(grid, form, mapping or {}, file) if sheet.state == "visible" else None
        if head is not None:
            readers.append(_ListReader(grid, head, file, form, unit))
        elif sheet.cells:
            shared.append(
                assembly.observe(Sighting.UNKNOWN_SHEET, Piece("", TOP_LEFT, sheet.name), sheet.name)
            )
    tables = [table for reader in readers for table in reader.tables()]
    if not tables:
        raise CannotDo("legacy.no_project", file=file, sheet=readers[0].name)
    for number, table in enumerate(tables, start=1):
        assembly.add(number, table)
    shared += [
        assembly.observe(sighting, piece, used) for reader in readers for sighting, piece, used in reader.seen
    ]
    years = {reader.year for reader in readers if reader.year}
    said, seen = (year or (int(years.pop()) if len(years) == 1 else None)), None
    if said is None:
        pieces = (box.piece for sheet in book.sheets for _, boxes in Grid(sheet) for box in boxes)
        said, seen = year_of(pieces, form.official.year)
    if said is None:
        raise CannotDo("legacy.no_year", file=file)
    if seen is not None:
        shared.append(assembly.observe(Sighting.YEAR_FROM_TEXT, seen, str(said)))
    start = Piece("", TOP_LEFT, readers[0].name)
    columns = tuple(column for reader in readers for column in reader.columns)
    return FlatRead(assembly.submissions(said, digest, start, shared), columns)


@dataclass(slots=True)
class _Row:
    """The boxes of one row by field; ``merged`` are those that began above."""

    number: int
    boxes: dict[str, Box]
    merged: set[str] = field(default_factory=set)

    def text(self, key: str) -> str:
        return self.boxes[key].piece.text.strip() if key in self.boxes else ""


class _ListReader:
    """One list while it is read from above."""

    def __init__(self, grid: Grid, head: Head, file: str, form: Form, unit: Unit | None) -> None:
        self.name = grid.sheet.name
        self.columns = head.columns
        self.year = ""
        self.seen: list[tuple[Sighting, Piece, str]] = [
            (Sighting.NOT_UNDERSTOOD, piece, "") for piece in grid.buried
        ]
        self._grid = grid
        self._head = head
        self._file = file
        self._labels = Labels(form, exact=False)
        self._flat = load_flat()
        self._official = form.official
        self._heads_from = head.top
        self._stated = unit
        self._tables: dict[tuple[Unit | None, str], Table] = {}
        self._joined = False
        self._years: set[str] = set()
        self._unit_above, self._money_unit = self._lines_above()

    def tables(self) -> list[Table]:
        """One table for each project of each unit, in the order of the list."""
        above = _Above(unit=self._unit_above)
        self._tell_unread()
        for row in self._rows():
            self._take(row, above)
        self.year = self._years.pop() if len(self._years) == 1 else ""
        return list(self._tables.values())

    def _lines_above(self) -> tuple[Unit | None, str]:
        """Unit and money unit in the lines above the head, and in the heads of the amounts."""
        unit, money = None, ""
        for row, boxes in self._grid:
            if row > self._head.bottom:
                break
            for box in boxes:
                text = box.piece.text
                found_unit, found_money = self._labels.unit_line(text)
                unit, money = unit or found_unit, money or found_money
                known = found_unit or found_money or self._official.title_line.search(text.strip())
                # Beside the heads it is none of them; above one it names the group that this belongs to.
                group = box.bottom >= self._heads_from and any(
                    column.left <= box.right and box.left <= column.right for column in self.columns
                )
                if not (group or known or self._official.year.search(text)):
                    self.seen.append((Sighting.NOT_UNDERSTOOD, box.piece, ""))
        units = {column.money_unit for column in self.columns if column.money_unit}
        if len(units) > 1:
            told = "、".join(sorted(units))
            raise CannotDo("legacy.money_units_differ", file=self._file, sheet=self.name, units=told)
        return unit, (units.pop() if units else money)

    def _tell_unread(self) -> None:
        """A column that is not read is told once, with the first text in it."""
        heads = {column.left: column for column in self.columns if column.field is None}
        covered = {number for column in self.columns for number in range(column.left, column.right + 1)}
        told: set[int] = set()
        for row, boxes in self._grid:
            for box in boxes:
                if row <= self._head.bottom or box.left in told:
                    continue
                if box.left in heads:
                    told.add(box.left)
                    self.seen.append((Sighting.UNKNOWN_COLUMN, box.piece, heads[box.left].head))
                elif box.left not in covered:
                    told.add(box.left)
                    self.seen.append((Sighting.UNKNOWN_COLUMN, box.piece, ""))

    def _rows(self) -> Iterator[_Row]:
        for number, boxes in self._grid:
            if number <= self._head.bottom:
                continue
            row = _Row(number, {})
            for column in self.columns:
                if column.field is None:
                    continue
                inside = [box for box in boxes if column.left <= box.left <= column.right]
                cover = self._grid.box(number, column.left)
                if inside:
                    row.boxes[column.field] = inside[0]
                    self.seen += [(Sighting.NOT_UNDERSTOOD, box.piece, "") for box in inside[1:]]
                elif cover.top < number and cover.piece.text.strip() and column.field in _REPEATED:
                    row.boxes[column.field] = cover
                    row.merged.add(column.field)
            if any(key not in row.merged and key != "number" for key in row.boxes):
                yield row

    def _take(self, row: _Row, above: _Above) -> None:
        """One row: an indicator, a project without indicators yet, or a row that sums others."""
        own = [key for key in _ROW_FIELDS if row.text(key) and key not in row.merged]
        project = row.boxes["project"].piece if row.text("project") else None
        if self._sums_others(row, project, bool(own)):
            told = " ".join(box.piece.text.strip() for key, box in row.boxes.items() if key not in row.merged)
            first = next(box.piece for key, box in row.boxes.items() if key not in row.merged)
            self.seen.append((Sighting.SUBTOTAL_ROW, Piece(told, first.cell, first.sheet), ""))
            above.project, above.told = None, False
            return
        unit = self._unit_of(row, above.unit) or above.unit
        if unit != above.unit:
            above.project = project  # a blank project does not reach over into another unit
        above.unit = unit
        if project is None and above.project is None:
            self.seen += [(Sighting.NOT_UNDERSTOOD, row.boxes[key].piece, "") for key in row.boxes]
            return
        if project is None and above.project is not None:
            project = above.project
            if not above.told:
                first = row.boxes[own[0] if own else next(iter(row.boxes))].piece
                self.seen.append((Sighting.PROJECT_FILLED_DOWN, first, project.text.strip()))
                above.told = True
        elif project is not None and (above.project is None or above.project.text != project.text):
            above.told = False
        above.project = project
        if project is not None:
            self._add(row, unit, project, own)

    def _sums_others(self, row: _Row, project: Piece | None, has_indicator: bool) -> bool:
        words = [
            row.text(key) for key in (*_UNIT_FIELDS, "number", "project", "level1") if key not in row.merged
        ]
        starts = tuple(self._flat.totals)
        if any(normal_label(text).startswith(starts) for text in words if text) and not row.text("name"):
            return True
        if has_indicator:
            return False
        department = any(self._flat.department.match(row.text(key)) for key in _UNIT_FIELDS)
        return project is None or department

    def _add(self, row: _Row, unit: Unit | None, project: Piece, own: Sequence[str]) -> None:
        key = (unit, normal_label(project.text))
        table = self._tables.get(key)
        if table is None:
            table = self._tables[key] = Table(title=self.name, unit=unit, money_unit=self._money_unit)
            table.values["name"] = project
            table.heads = list(INDICATOR_KEYS)
        for box_key, box in row.boxes.items():
            sighting = oddity(box, self._grid.sheet)
            if sighting is not None and box_key not in row.merged:
                table.seen.append((sighting, box.piece, box.area))
        number = row.boxes.get("number")
        if number is not None and not is_serial(number.piece):
            table.stray.append(number.piece)
        for field_key in _PROJECT_FIELDS:
            if field_key in row.boxes:
                self._take_value(table, field_key, row.boxes[field_key])
        if row.text("year"):
            digits = row.text("year")[:_YEAR_DIGITS]
            if digits.isascii() and digits.isdigit():
                self._years.add(digits)
            else:
                table.stray.append(row.boxes["year"].piece)
        if own:
            self._tell_merged(row, table)
            table.rows.append(TableRow([self._piece(row, name) for name in INDICATOR_KEYS]))
        elif row.text("waiver") and "waiver" not in row.merged:
            table.stray.append(row.boxes["waiver"].piece)

    def _tell_merged(self, row: _Row, table: Table) -> None:
        """A value merged over several indicators belongs to the first of them; the others are told."""
        for column in self.columns:
            cover = self._grid.box(row.number, column.left)
            shared = column.field in _ROW_FIELDS and column.field not in _LEVELS
            if shared and cover.top < row.number and cover.piece.text.strip():
                table.seen.append((Sighting.MERGED_INPUT, cover.piece, cover.area))

    @staticmethod
    def _take_value(table: Table, key: str, box: Box) -> None:
        """A value of the project; the rows repeat it, and one that says otherwise is told."""
        piece = box.piece
        if box.content.kind is CellKind.BLANK and box.content.formula:
            piece = Piece(_UNCOMPUTED, piece.cell, piece.sheet)
        known = table.values.setdefault(key, piece)
        if normal_label(known.text) != normal_label(piece.text):
            table.stray.append(piece)

    def _piece(self, row: _Row, key: str) -> Piece:
        if key == "target":
            return self._target(row)
        if key in row.boxes:
            return row.boxes[key].piece
        column = next((each for each in self.columns if each.field == key), self.columns[0])
        return self._grid.blank(row.number, column.left)

    def _target(self, row: _Row) -> Piece:
        """Sign, value and unit as one text: ``≥``, ``90`` and ``%`` are ``≥90%``; nothing is said twice."""
        parts = Parts(row.text(SIGN), row.text(TARGET), row.text(UNIT))
        if TARGET not in row.boxes:
            for key in (SIGN, UNIT):
                if not parts.says_nothing(row.text(key), self._flat):
                    self.seen.append((Sighting.NOT_UNDERSTOOD, row.boxes[key].piece, ""))
            column = next((each for each in self.columns if each.field == "target"), self.columns[0])
            return self._grid.blank(row.number, column.left)
        found = row.boxes[TARGET].piece
        joined = Piece(parts.joined(self._flat), found.cell, found.sheet)
        if joined.text == parts.value:
            return found
        if not self._joined:
            self._joined = True
            told = Piece(parts.told(), found.cell, found.sheet)
            self.seen.append((Sighting.TARGET_JOINED, told, joined.text))
        return joined

    def _unit_of(self, row: _Row, above: Unit | None) -> Unit | None:
        """The unit that a row names: code and name in one cell or in two."""
        whole = "".join(normal_label(row.text(key)) for key in ("unit_code", "unit_name"))
        for text in (row.text("unit"), row.text("unit_name"), whole):
            found, _ = self._labels.unit_line(text)
            if found is not None:
                return found
        stated, name = self._stated, row.text("unit_name") or row.text("unit")
        code = normal_label(row.text("unit_code"))
        if _CODE.fullmatch(code) and not name:
            known = next((u for u in (stated, above) if u is not None and u.code == code), None)
            return known or Unit(code=code, name="")
        if not (name or code):
            return None
        same = stated is not None and normal_label(stated.name) in ("", normal_label(name))
        if stated is not None and same and not code:
            return Unit(code=stated.code, name=stated.name or normal_label(name))
        box = next(row.boxes[key] for key in _UNIT_FIELDS if row.text(key))
        cell = f"{self.name}!{box.piece.cell}"
        raise CannotDo("legacy.unit_without_code", file=self._file, cell=cell, name=name or code)
