"""One worksheet part → :class:`Sheet`, in one pass; a cell that is given twice or off the grid is refused."""

from __future__ import annotations

import re
from functools import lru_cache

from xlgoals.errors import CannotDo
from xlgoals.read.cells import (
    MOST_CELLS,
    MOST_COLUMNS,
    MOST_ROWS,
    CellKind,
    Sheet,
    Validation,
    column_letters,
    column_number,
)
from xlgoals.read.package import LARGEST_KEPT, Attributes, XmlHandler, parsed
from xlgoals.read.parts import TRUE, Formats, whole
from xlgoals.read.values import Damaged, Values

_REFERENCE = re.compile(r"([A-Z]{1,3})([1-9]\d{0,6})", re.ASCII)
# Where the parts of a validation go; its cells are an element of their own in the form of Excel 2010.
_GUARD_PARTS = {"formula1": "formula1", "formula2": "formula2", "sqref": "area"}


class SheetReader(XmlHandler):
    """Collects a worksheet while a parser walks through it."""

    def __init__(self, file: str, sheet: Sheet, values: Values) -> None:
        """Fills ``sheet``; ``file`` is its name for a refusal."""
        self.sheet = sheet
        self.values = values
        self._file = file
        self._row = self._column = self._style = 0
        self._type = "n"
        self._formula = self._grab = self._in_cell = self._in_inline = self._in_guide = False
        self._value: list[str] | None = None
        self._formula_text: list[str] | None = None
        self._shared_group = ""
        self._guard: dict[str, str] | None = None
        self._part = ""

    def start(self, name: str, attributes: Attributes) -> None:
        """An element begins."""
        if name == "c":
            self._start_cell(attributes)
        elif name in ("v", "t", "is"):
            self._start_value(name)
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
            self._keep_guard()
            self._guard = {"kind": attributes.get("type", "none"), "area": attributes.get("sqref", "")}
        elif self._guard is not None and name in _GUARD_PARTS:
            self._part = name

    def end(self, name: str) -> None:
        """An element ends."""
        if name in ("v", "t"):
            self._grab = False
        elif name == "rPh":
            self._in_guide = False
        elif name == "is":
            self._in_inline = False
        elif name == "c":
            self._end_cell()
        elif name == "f" and self._in_cell:
            self._keep_formula()
        elif name == "dataValidation":
            self._keep_guard()
        elif name in _GUARD_PARTS:
            self._part = ""

    def text(self, data: str) -> None:
        """Character data."""
        if self._grab and self._value is not None:
            self._value.append(data)
        elif self._formula_text is not None:
            self._formula_text.append(data)
        elif self._part and self._guard is not None:
            part = _GUARD_PARTS[self._part]
            self._guard[part] = self._guard.get(part, "") + data.strip()

    def damaged(self) -> CannotDo:
        """The refusal of a part that cannot be right."""
        return CannotDo("workbook.damaged_part", file=self._file, part=self.sheet.name)

    def twice(self, row: int, column: int) -> CannotDo:
        """The refusal of a sheet that has two answers for one cell."""
        cell = f"{self.sheet.name}!{column_letters(column)}{row}"
        return CannotDo("workbook.cell_twice", file=self._file, cell=cell)

    def too_many(self) -> CannotDo:
        """The refusal of more cells than any real submission has."""
        return CannotDo("workbook.hostile", file=self._file, part=self.sheet.name)

    def _keep_guard(self) -> None:
        if self._guard is not None:
            self.sheet.validations.append(Validation(**self._guard))
        self._guard = None

    def _keep_formula(self) -> None:
        place = (self._row, self._column)
        self.sheet.formulas[place] = "".join(self._formula_text or ())
        self._formula_text = None
        if self._shared_group:
            self.sheet.shared[place] = self._shared_group

    def _start_value(self, name: str) -> None:
        """A stored value, a text in the cell, or a piece of such a text; a cell has one of the former two."""
        if not self._in_cell or self._in_guide or (name == "t" and not self._in_inline):
            return
        if name != "t" and self._value is not None:
            raise self.twice(self._row, self._column)
        if name == "is":
            self._in_inline = True
        else:
            self._grab = True
            self._value = self._value or []

    def _column_style(self, attributes: Attributes) -> None:
        columns = range(
            whole(attributes.get("min", "")), min(whole(attributes.get("max", "")), MOST_COLUMNS) + 1
        )
        if attributes.get("hidden") in TRUE:
            self.sheet.hidden_columns.update(columns)
        if whole(attributes.get("style", "0")) in self.values.open_styles:
            self.sheet.open_columns.update(columns)

    def _start_row(self, attributes: Attributes) -> None:
        number = attributes.get("r")
        self._row = self._row + 1 if number is None else whole(number)
        self._column = 0
        if not 0 < self._row <= MOST_ROWS:
            raise self.damaged()
        if attributes.get("hidden") in TRUE:
            self.sheet.hidden_rows.add(self._row)

    def _start_cell(self, attributes: Attributes) -> None:
        reference = attributes.get("r")
        if reference is None:
            self._column += 1
        else:
            match = _REFERENCE.fullmatch(reference)
            if match is None:
                raise self.damaged()
            self._column, self._row = column_number(match[1]), int(match[2])
        if not (0 < self._column <= MOST_COLUMNS and 0 < self._row <= MOST_ROWS):
            raise self.damaged()
        self._type = attributes.get("t", "n")
        self._style = whole(attributes.get("s", "0"))
        self._formula, self._value, self._in_cell = False, None, True

    def _end_cell(self) -> None:
        self._in_cell = False
        if (self._style in self.values.open_styles) != (self._column in self.sheet.open_columns):
            self.sheet.other_lock.add((self._row, self._column))
        if self._value is None and not self._formula:
            return
        # A text that is missing altogether leaves a formula without a value, of whatever type.
        kind = self._type if self._value is not None else "n"
        try:
            cell = self.values.cell(kind, self._style, "".join(self._value or ()), self._formula)
        except Damaged:
            raise self.damaged() from None
        if cell.kind is CellKind.BLANK and not cell.formula:
            return
        place = (self._row, self._column)
        if place in self.sheet.cells:
            raise self.twice(*place)
        self.sheet.cells[place] = cell
        if len(self.sheet.cells) > MOST_CELLS:
            raise self.too_many()

    def _merge(self, reference: str) -> None:
        first, _, last = reference.partition(":")
        corners = [_REFERENCE.fullmatch(corner) for corner in (first, last or first)]
        if corners[0] is None or corners[1] is None:
            raise self.damaged()
        top, bottom = corners[0], corners[1]
        self.sheet.merges.append(
            (int(top[2]), column_number(top[1]), int(bottom[2]), column_number(bottom[1]))
        )


def surround(sheet: Sheet, head: bytes, tail: bytes, open_styles: frozenset[int]) -> bool:
    """Puts into ``sheet`` what stands before and behind its rows; False when only the parser can tell.

    The bytes are parsed once however many files have the same.
    """
    is_small = len(head) + len(tail) <= LARGEST_KEPT
    found = (_around if is_small else _around.__wrapped__)(head, tail, open_styles)
    if found is None:
        return False
    sheet.hidden_columns.update(found.hidden_columns)
    sheet.open_columns.update(found.open_columns)
    sheet.merges.extend(found.merges)
    sheet.validations.extend(found.validations)
    sheet.protected = found.protected
    return True


@lru_cache(maxsize=64)
def _around(head: bytes, tail: bytes, open_styles: frozenset[int]) -> Sheet | None:
    """A sheet without its rows, not to be changed; None when there is a fault, or rows in odd places."""
    formats = Formats(frozenset(), frozenset(), open_styles)
    reader = SheetReader("", Sheet("", ""), Values((), formats, from_1904=False))
    try:
        parsed(head + tail, reader)
    except CannotDo:
        return None
    sheet = reader.sheet
    has_rows = sheet.cells or sheet.formulas or sheet.hidden_rows or sheet.other_lock
    return None if has_rows else sheet
