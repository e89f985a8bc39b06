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

MOST_ROWS = 1_048_576
MOST_COLUMNS = 16_384
MOST_CELLS = 2_000_000
MOST_SHARED_CHARACTERS = 64 << 20
_REFERENCE = re.compile(r"([A-Z]{1,3})([1-9]\d{0,6})", re.ASCII)
# Half of a surrogate pair is no character: it stays the text it is.
_ESCAPED = re.compile(r"_x((?![Dd][89A-Fa-f])[0-9A-Fa-f]{4})_")
# Built-in number formats; every other number of a style stands in the styles part itself.
_BUILT_IN_PERCENT = frozenset({9, 10})
_BUILT_IN_DATE = frozenset({*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)})
_QUOTED = re.compile(r'"[^"]*"|\[[^\]]*\]|\\.|_.|\*.')


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
class Sheet:
    """A worksheet by (row, column), both from 1; blank cells are left out."""

    name: str
    state: str
    cells: dict[tuple[int, int], Cell] = field(default_factory=dict)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    merges: list[tuple[int, int, int, int]] = field(default_factory=list)
    """First row, first column, last row, last column."""

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
    outline = _Outline()
    package.parse(main[0], outline)
    if not outline.sheets:
        raise CannotDo("workbook.not_one", file=package.name)
    relations = package.relations(main[0])
    shared, formats = _SharedStrings(package.name), _Styles()
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
    return Book(tuple(sheets), _custom_properties(package))


def _custom_properties(package: Package) -> Mapping[str, str]:
    properties = _Properties()
    for relation in package.relations("").values():
        if relation.kind == "custom-properties" and not relation.external and package.has(relation.target):
            package.parse(relation.target, properties)
    return properties.found


class _Properties(XmlHandler):
    def __init__(self) -> None:
        self.found: dict[str, str] = {}
        self._name = ""

    def start(self, name: str, attributes: Attributes) -> None:
        if name == "property":
            self._name = attributes.get("name", "")
            self.found[self._name] = ""

    def text(self, data: str) -> None:
        if self._name:
            self.found[self._name] += data.strip()


class _Outline(XmlHandler):
    def __init__(self) -> None:
        self.sheets: list[tuple[str, str, str]] = []
        self.from_1904 = False

    def start(self, name: str, attributes: Attributes) -> None:
        if name == "sheet":
            # The id comes in one of two namespaces: transitional or strict.
            identity = next((value for key, value in attributes.items() if key.endswith(" id")), "")
            self.sheets.append((attributes.get("name", ""), attributes.get("state", "visible"), identity))
        elif name == "workbookPr":
            self.from_1904 = attributes.get("date1904") in ("1", "true")


class _SharedStrings(XmlHandler):
    """Texts by index; phonetic guides are not part of a text."""

    def __init__(self, file: str) -> None:
        self._file = file
        self.texts: list[str] = []
        self._pieces: list[str] = []
        self._in_text = False
        self._in_guide = False
        self._characters = 0

    def start(self, name: str, attributes: Attributes) -> None:
        if name == "si":
            self._pieces = []
        elif name == "rPh":
            self._in_guide = True
        elif name == "t":
            self._in_text = not self._in_guide

    def end(self, name: str) -> None:
        if name == "si":
            self.texts.append(_unescape("".join(self._pieces)))
        elif name == "rPh":
            self._in_guide = False
        elif name == "t":
            self._in_text = False

    def text(self, data: str) -> None:
        if self._in_text:
            self._pieces.append(data)
            self._characters += len(data)
            if self._characters > MOST_SHARED_CHARACTERS:
                raise CannotDo("workbook.hostile", file=self._file, part="sharedStrings")


class _Styles(XmlHandler):
    """Which cell formats show a number as a percentage or a date."""

    def __init__(self) -> None:
        self.percent: set[int] = set()
        self.date: set[int] = set()
        self._codes: dict[int, str] = {}
        self._in_formats = False
        self._index = 0

    def start(self, name: str, attributes: Attributes) -> None:
        if name == "numFmt":
            self._codes[_whole(attributes.get("numFmtId", ""))] = attributes.get("formatCode", "")
        elif name == "cellXfs":
            self._in_formats = True
        elif name == "xf" and self._in_formats:
            number = _whole(attributes.get("numFmtId", ""))
            code = _QUOTED.sub("", self._codes.get(number, "")).lower()
            if number in _BUILT_IN_PERCENT or "%" in code:
                self.percent.add(self._index)
            elif number in _BUILT_IN_DATE or any(letter in code for letter in "ymd"):
                self.date.add(self._index)
            self._index += 1

    def end(self, name: str) -> None:
        if name == "cellXfs":
            self._in_formats = False


class _SheetReader(XmlHandler):
    """One worksheet; a cell that is given twice is refused, a cell outside of the grid too."""

    def __init__(self, file: str, sheet: Sheet, shared: list[str], formats: _Styles, from_1904: bool) -> None:
        self.sheet = sheet
        self._file = file
        self._shared = shared
        self._formats = formats
        self._epoch = datetime.date(1904, 1, 1) if from_1904 else datetime.date(1899, 12, 30)
        self._row = self._column = self._style = 0
        self._type = "n"
        self._formula = self._grab = self._in_cell = self._in_guide = False
        self._value: list[str] | None = None

    def start(self, name: str, attributes: Attributes) -> None:
        if name == "c":
            self._start_cell(attributes)
        elif name in ("v", "t"):
            if self._in_cell and not self._in_guide:
                self._grab = True
                self._value = self._value or []
        elif name == "f":
            self._formula = self._in_cell
        elif name == "rPh":
            self._in_guide = True
        elif name == "row":
            self._start_row(attributes)
        elif name == "col" and attributes.get("hidden") in ("1", "true"):
            first, last = _whole(attributes.get("min", "")), _whole(attributes.get("max", ""))
            self.sheet.hidden_columns.update(range(first, min(last, MOST_COLUMNS) + 1))
        elif name == "mergeCell":
            self._merge(attributes.get("ref", ""))

    def end(self, name: str) -> None:
        if name in ("v", "t"):
            self._grab = False
        elif name == "rPh":
            self._in_guide = False
        elif name == "c":
            self._in_cell = False
            if self._value is not None or self._formula:
                self._store("".join(self._value or ()))

    def text(self, data: str) -> None:
        if self._grab and self._value is not None:
            self._value.append(data)

    def _start_row(self, attributes: Attributes) -> None:
        number = attributes.get("r")
        self._row = self._row + 1 if number is None else _whole(number)
        self._column = 0
        if not 0 < self._row <= MOST_ROWS:
            raise self._damaged()
        if attributes.get("hidden") in ("1", "true"):
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
        self._style = _whole(attributes.get("s", "0"))
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
            index = _whole(raw)
            if not raw or index >= len(self._shared):
                raise self._damaged()
            text = self._shared[index]
        elif self._type in ("str", "inlineStr"):
            text = _unescape(raw)
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


def _unescape(text: str) -> str:
    """Excel writes a control character as ``_x000D_``, and the underscore of such a text as ``_x005F_``."""
    if "_x" not in text:
        return text
    return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text)


def _whole(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
