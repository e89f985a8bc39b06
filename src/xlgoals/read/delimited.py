"""A list as a system exports it as text, with commas, semicolons or tabs between its columns → a sheet."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

from xlgoals.errors import CannotDo
from xlgoals.form import Form
from xlgoals.read.cells import MOST_CELLS, MOST_ROWS, Book, Cell, CellKind, Sheet
from xlgoals.read.encodings import decoded
from xlgoals.read.flat_list import holds_flat
from xlgoals.read.intake import read_bytes
from xlgoals.read.opening import Opened

_DELIMITERS = ",;\t"


def open_delimited(path: Path, form: Form, mapping: Mapping[str, str]) -> Opened | None:
    """The list in a text as a workbook with one sheet; None for a text that holds no list.

    Every value is a text, as it stands; the sheet bears the file's name, as office programs call it.

    Raises:
        CannotDo: the file cannot be read as text, or has more cells than any list.
    """
    data = read_bytes(path)
    text = decoded(data, path.name)
    for delimiter in _DELIMITERS:
        sheet = _sheet(text, delimiter, path)
        if sheet is not None and holds_flat(sheet, form, mapping, path.name):
            return Opened(Book((sheet,), {}), sha256(data).hexdigest())
    return None


def _sheet(text: str, delimiter: str, path: Path) -> Sheet | None:
    """None where the text is not written in that way."""
    sheet = Sheet(path.stem, "visible")
    lines = text.replace("\r\n", "\n").replace("\r", "\n").splitlines(keepends=True)
    try:
        for row, fields in enumerate(csv.reader(lines, delimiter=delimiter, strict=True), start=1):
            for column, value in enumerate(fields, start=1):
                if value.strip():
                    sheet.cells[row, column] = Cell(CellKind.TEXT, value, value, False)
            if row > MOST_ROWS or len(sheet.cells) > MOST_CELLS:
                raise CannotDo("workbook.hostile", file=path.name, part=sheet.name)
    except csv.Error:
        return None
    return sheet
