"""A master → its rows as they stand, by column key, each with its place: what a report is made of.

Sheets are known by their names, columns by their headings; an older layout may lack some, a newer one may
have more. Nothing is computed or corrected here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from xlgoals.errors import CannotDo
from xlgoals.form import normal_label
from xlgoals.masterform import MasterForm, MasterSheet
from xlgoals.model import BLANK_MONEY, Money
from xlgoals.read.cells import Book, Cell, CellKind, Sheet
from xlgoals.read.merged import is_master
from xlgoals.read.money import money_of_number, read_money
from xlgoals.read.opening import open_book

_HEAD_ROWS = 10
_WANTED = ("projects", "indicators", "findings", "ledger")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One row of a sheet of the master."""

    sheet: str
    row: int
    cells: Mapping[str, Cell]

    def text(self, key: str) -> str:
        """What a person sees in a column; empty where the master has no such column."""
        cell = self.cells.get(key)
        return "" if cell is None else cell.text

    def money(self, key: str) -> Money:
        """An amount in 万元, without one where the cell holds something else."""
        cell = self.cells.get(key)
        if cell is None:
            return BLANK_MONEY
        return money_of_number(cell.raw) if cell.kind is CellKind.NUMBER else read_money(cell.text)

    def count(self, key: str) -> int:
        """A whole number; 0 where none stands."""
        text = self.text(key).strip()
        return int(text) if text.isdecimal() else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class MasterLines:
    """All rows of a master, by sheet key."""

    file: str
    digest: str
    projects: tuple[Line, ...]
    indicators: tuple[Line, ...]
    findings: tuple[Line, ...]
    ledger: tuple[Line, ...]


def read_master_lines(path: Path, form: MasterForm) -> MasterLines:
    """The rows of the master at ``path``.

    Raises:
        CannotDo: there is no such file, it cannot be read, or it is no master of ours.
    """
    if not path.exists():
        raise CannotDo("file.missing", file=path)
    opened = open_book(path)
    if not is_master(opened.book, form):
        raise CannotDo("report.not_a_master", file=path.name)
    lines = {key: tuple(_lines(opened.book, form.sheets[key], path.name)) for key in _WANTED}
    return MasterLines(file=path.name, digest=opened.digest, **lines)


def _lines(book: Book, spec: MasterSheet, file: str) -> Iterator[Line]:
    pattern = re.compile(rf"{re.escape(spec.name)}( \([0-9]+\))?")
    sheets = [sheet for sheet in book.sheets if pattern.fullmatch(sheet.name)]
    if not sheets:
        names = ", ".join(sheet.name for sheet in book.sheets)
        raise CannotDo("workbook.sheet_missing", file=file, missing=spec.name, found=names)
    for sheet in sheets:
        head, columns = _head(sheet, spec)
        for number, row in sheet.rows().items():
            cells = {columns[column]: cell for column, cell in row.items() if column in columns}
            if number > head and any(cell.text.strip() for cell in cells.values()):
                yield Line(sheet=sheet.name, row=number, cells=cells)


def _head(sheet: Sheet, spec: MasterSheet) -> tuple[int, Mapping[int, str]]:
    """The row with most of the headings, and the key of each column."""
    keys = {normal_label(column.label): column.key for column in spec.columns}
    best: tuple[int, Mapping[int, str]] = (0, {})
    for number, row in sheet.rows().items():
        if number > _HEAD_ROWS:
            break
        labels = {column: normal_label(cell.text) for column, cell in row.items()}
        found = {column: keys[label] for column, label in labels.items() if label in keys}
        if len(found) > len(best[1]):
            best = number, found
    return best
