"""Sheets and their cells, read in one pass over zipfile and expat, with what the usual readers lose.

An error value, a formula, a missing cached value, a percent or date format, hidden rows and merged
cells are all facts of a :class:`Cell` or a :class:`Sheet`; nothing is turned into a blank.
"""

from __future__ import annotations

import datetime
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from xlgoals.errors import CannotDo
from xlgoals.read.package import Attributes, Package, XmlHandler
from xlgoals.read.parts import TRUE, Outline, Properties, SharedStrings, Styles, unescape, whole

MOST_ROWS = 1_048_576
MOST_COLUMNS = 16_384
MOST_CELLS = 2_000_000
_REFERENCE = re.compile(r"([A-Z]{1,3})([1-9]\d{0,6})", re.ASCII)
# Where the parts of a validation go; its cells are an element of their own in the form of Excel 2010.
_GUARD_PARTS = {"formula1": "formula1", "formula2": "formula2", "sqref": "area"}


class CellKind(StrEnum):
    """What sort of value stands in a cell."""

    TEXT = "text"
    NUMBER = "number"
    TRUTH = "truth"
    ERROR = "error"
    BLANK = "blank"


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell that holds something. ``raw`` is the stored value; ``text`` what a person sees."""

    kind: CellKind
    raw: str
    text: str
    formula: bool


BLANK = Cell(CellKind.BLANK, "", "", False)


@dataclass(slots=True)
class Validation:
    """One rule on what may be typed: type, formulas, and the cells it guards as the file lists them."""

    kind: str
    formula1: str = ""
    formula2: str = ""
    area: str = ""


@dataclass(slots=True)
class Sheet:
    """A worksheet by (row, column), both from 1; blank cells are left out."""

    name: str
    state: str
    cells: dict[tuple[int, int], Cell] = field(default_factory=dict)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    merges: list[tuple[int, int, int, int]] = field(default_factory=list)
    """First row, first column, last row, last column."""
    formulas: dict[tuple[int, int], str] = field(default_factory=dict)
    """Formula texts as stored; empty for a follower of a shared formula."""
    shared: dict[tuple[int, int], str] = field(default_factory=dict)
    """The group of each cell whose formula is shared."""
    validations: list[Validation] = field(default_factory=list)
    protected: bool = False
    open_columns: set[int] = field(default_factory=set)
    """Columns whose own style is unlocked."""
    other_lock: set[tuple[int, int]] = field(default_factory=set)
    """Cells whose lock differs from that of their column."""

    def is_open(self, row: int, column: int) -> bool:
        """Whether a cell can be filled in while the sheet is protected."""
        return (column in self.open_columns) != ((row, column) in self.other_lock)

    def at(self, row: int, column: int) -> Cell:
        """The cell there, :data:`BLANK` when nothing stands in it."""
        return self.cells.get((row, column), BLANK)

    def rows(self) -> dict[int, dict[int, Cell]]:
        """The cells by row, then column, in reading order."""
        grouped: dict[int, dict[int, Cell]] = {}
        for (row, column), cell in sorted(self.cells.items()):
            grouped.setdefault(row, {})[column] = cell
        return grouped


@dataclass(frozen=True, slots=True)
class Book:
    """All worksheets of a workbook in their order, and its custom document properties."""

    sheets: tuple[Sheet, ...]
    properties: Mapping[str, str]
    names: Mapping[str, str] = field(default_factory=dict)
    """Defined names of the whole workbook and what they refer to."""
    structure_locked: bool = False

    def sheet(self, name: str) -> Sheet | None:
        """The sheet of that name, if there is one."""
        return next((sheet for sheet in self.sheets if sheet.name == name), None)


def column_letters(column: int) -> str:
    """``1`` → ``A``, ``27`` → ``AA``."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


TOP_LEFT = f"{column_letters(1)}1"
"""Where a finding about a whole sheet points to."""


def column_number(letters: str) -> int:
    """``A`` → 1, ``AA`` → 27."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def read_book(package: Package) -> Book:
    """Every worksheet of the package.

    Raises:
        CannotDo: no workbook inside, a part missing or damaged, or two answers for one cell.
    """
    main = [r.target for r in package.relations("").values() if r.kind == "officeDocument" and not r.external]
    if not main:
        raise CannotDo("workbook.not_one", file=package.name)
    if main[0].endswith(".bin"):
        raise CannotDo("workbook.binary", file=package.name)
    outline = Outline()
    package.parse(main[0], outline)
    if not outline.sheets:
        raise CannotDo("workbook.not_one", file=package.name)
    relations = package.relations(main[0])
    shared, formats = SharedStrings(package.name), Styles()
    for relation in relations.values():
        if relation.kind == "sharedStrings" and not relation.external:
            package.parse(relation.target, shared)
        elif relation.kind == "styles" and not relation.external:
            package.parse(relation.target, formats)
    sheets = []
    for name, state, identity in outline.sheets:
        found = relations.get(identity)
        if found is None or found.external:
            raise CannotDo("workbook.damaged_part", file=package.name, part=name)
        if found.kind != "worksheet":
            continue  # a chart or dialog sheet holds no cells
        reader = _SheetReader(package.name, Sheet(name, state), shared.texts, formats, outline.from_1904)
        package.parse(found.target, reader)
        sheets.append(reader.sheet)
    names = {name: "".join(pieces).strip() for name, pieces in outline.names.items()}
    return Book(tuple(sheets), _custom_properties(package), names, outline.locked)


def _custom_properties(package: Package) -> Mapping[str, str]:
    properties = Properties()
    for relation in package.relations("").values():
        if relation.kind == "custom-properties" and not relation.external and package.has(relation.target):
            package.parse(relation.target, properties)
    return properties.found


class _SheetReader(XmlHandler):
    """One worksheet; a cell that is given twice is refused, a cell outside of the grid too."""

    def __init__(self, file: str, sheet: Sheet, shared: list[str], formats: Styles, from_1904: bool) -> None:
        self.sheet = sheet
        self._file = file
        self._shared = shared
        self._formats = formats
        self._epoch = datetime.date(1904, 1, 1) if from_1904 else datetime.date(1899, 12, 30)
        self._row = self._column = self._style = 0
        self._type = "n"
        self._formula = self._grab = self._in_cell = self._in_guide = False
        self._value: list[str] | None = None
        self._formula_text: list[str] | None = None
        self._shared_group = ""
        self._validation: Validation | None = None
        self._part = ""

    def start(self, name: str, attributes: Attributes) -> None:
        if name == "c":
            self._start_cell(attributes)
        elif name in ("v", "t"):
            if self._in_cell and not self._in_guide:
                self._grab = True
                self._value = self._value or []
        elif name == "f":
            if self._in_cell:
                self._formula, self._formula_text = True, []
                self._shared_group = attributes.get("si", "") if attributes.get("t") == "shared" else ""
        elif name == "rPh":
            self._in_guide = True
        elif name == "row":
            self._start_row(attributes)
        elif name == "col":
            self._column_style(attributes)
        elif name == "mergeCell":
            self._merge(attributes.get("ref", ""))
        elif name == "sheetProtection":
            self.sheet.protected = attributes.get("sheet") in TRUE
        elif name == "dataValidation":
            self._validation = Validation(attributes.get("type", "none"), area=attributes.get("sqref", ""))
            self.sheet.validations.append(self._validation)
        elif self._validation is not None and name in _GUARD_PARTS:
            self._part = name

    def end(self, name: str) -> None:
        if name in ("v", "t"):
            self._grab = False
        elif name == "rPh":
            self._in_guide = False
        elif name == "c":
            self._in_cell = False
            if (self._style in self._formats.open) != (self._column in self.sheet.open_columns):
                self.sheet.other_lock.add((self._row, self._column))
            if self._value is not None or self._formula:
                self._store("".join(self._value or ()))
        elif name == "f" and self._in_cell:
            self._keep_formula()
        elif name == "dataValidation":
            self._validation = None
        elif name in _GUARD_PARTS:
            self._part = ""

    def text(self, data: str) -> None:
        if self._grab and self._value is not None:
            self._value.append(data)
        elif self._formula_text is not None:
            self._formula_text.append(data)
        elif self._part and self._validation is not None:
            part = _GUARD_PARTS[self._part]
            setattr(self._validation, part, getattr(self._validation, part) + data.strip())

    def _keep_formula(self) -> None:
        place = (self._row, self._column)
        self.sheet.formulas[place] = "".join(self._formula_text or ())
        self._formula_text = None
        if self._shared_group:
            self.sheet.shared[place] = self._shared_group

    def _column_style(self, attributes: Attributes) -> None:
        columns = range(
            whole(attributes.get("min", "")), min(whole(attributes.get("max", "")), MOST_COLUMNS) + 1
        )
        if attributes.get("hidden") in TRUE:
            self.sheet.hidden_columns.update(columns)
        if whole(attributes.get("style", "0")) in self._formats.open:
            self.sheet.open_columns.update(columns)

    def _start_row(self, attributes: Attributes) -> None:
        number = attributes.get("r")
        self._row = self._row + 1 if number is None else whole(number)
        self._column = 0
        if not 0 < self._row <= MOST_ROWS:
            raise self._damaged()
        if attributes.get("hidden") in TRUE:
            self.sheet.hidden_rows.add(self._row)

    def _start_cell(self, attributes: Attributes) -> None:
        reference = attributes.get("r")
        if reference is None:
            self._column += 1
        else:
            match = _REFERENCE.fullmatch(reference)
            if match is None:
                raise self._damaged()
            self._column, self._row = column_number(match[1]), int(match[2])
        if not (0 < self._column <= MOST_COLUMNS and 0 < self._row <= MOST_ROWS):
            raise self._damaged()
        self._type = attributes.get("t", "n")
        self._style = whole(attributes.get("s", "0"))
        self._formula, self._value, self._in_cell = False, None, True

    def _store(self, raw: str) -> None:
        place = (self._row, self._column)
        if place in self.sheet.cells:
            raise CannotDo(
                "workbook.cell_twice", file=self._file, cell=f"{self.sheet.name}!{self._reference()}"
            )
        cell = self._cell(raw)
        if cell.kind is CellKind.BLANK and not cell.formula:
            return
        self.sheet.cells[place] = cell
        if len(self.sheet.cells) > MOST_CELLS:
            raise CannotDo("workbook.hostile", file=self._file, part=self.sheet.name)

    def _cell(self, raw: str) -> Cell:
        kind, text = CellKind.TEXT, raw
        if self._type == "s":
            index = whole(raw)
            if not raw or index >= len(self._shared):
                raise self._damaged()
            text = self._shared[index]
        elif self._type in ("str", "inlineStr"):
            text = unescape(raw)
        elif self._type == "b":
            kind, text = CellKind.TRUTH, "TRUE" if raw in ("1", "true") else "FALSE"
        elif self._type == "e":
            kind = CellKind.ERROR
        elif self._type == "n" and raw.strip():
            kind, text = CellKind.NUMBER, self._number_as_shown(raw)
        if not text:
            kind = CellKind.BLANK
        return Cell(kind, raw if self._type in ("n", "b", "e") else text, text, self._formula)

    def _number_as_shown(self, raw: str) -> str:
        """A number as its format shows it where the format changes its meaning: percentages and dates."""
        try:
            number = float(raw)
        except ValueError:
            raise self._damaged() from None
        if not math.isfinite(number):
            raise self._damaged()
        if self._style in self._formats.percent:
            return f"{number * 100:.12g}%"
        if self._style in self._formats.date and 0 < number < 2_958_466:  # 9999-12-31
            return (self._epoch + datetime.timedelta(days=int(number))).isoformat()
        return f"{Decimal(format(number, '.15g')):f}"

    def _merge(self, reference: str) -> None:
        first, _, last = reference.partition(":")
        corners = [_REFERENCE.fullmatch(corner) for corner in (first, last or first)]
        if corners[0] is None or corners[1] is None:
            raise self._damaged()
        top, bottom = corners[0], corners[1]
        self.sheet.merges.append(
            (int(top[2]), column_number(top[1]), int(bottom[2]), column_number(bottom[1]))
        )

    def _reference(self) -> str:
        return f"{column_letters(self._column)}{self._row}"

    def _damaged(self) -> CannotDo:
        return CannotDo("workbook.damaged_part", file=self._file, part=self.sheet.name)
