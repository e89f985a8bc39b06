"""Our own workbook → Submission: sheets by name, columns by head text, every value with its cell.

Nothing is guessed: a blank project or level stays blank, a column we do not know is observed with what
it holds, and rows that name an unknown project make a project of their own instead of vanishing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from xlgoals.errors import CannotDo
from xlgoals.form import Form, InputSheet, Kind, normal_label
from xlgoals.model import (
    BLANK_MONEY,
    Address,
    CellsLocation,
    Indicator,
    Money,
    Observation,
    Project,
    RowLocation,
    Sighting,
    Submission,
    Unit,
)
from xlgoals.read.cells import BLANK, TOP_LEFT, UNCOMPUTED, Book, Cell, CellKind, Sheet, column_letters
from xlgoals.read.contents import Content
from xlgoals.read.money import money_of_number, read_money
from xlgoals.read.opening import open_book
from xlgoals.read.version import Identity, Standing, identify

_HEAD_ROWS = 20
_UNCOMPUTED = "="
_CARRIED = {
    Content.MACROS: Sighting.HAS_MACROS,
    Content.EXTERNAL: Sighting.HAS_EXTERNAL_LINKS,
    Content.OBJECTS: Sighting.HAS_OBJECTS,
}
# How many digits a code has left when it began with zero and was stored as a number: less than the six of
# a unit, and a telephone number without the zero of its area code.
_CUT_SHORT = {"unit_code": range(1, 6), "phone": range(9, 11)}


class _Row(NamedTuple):
    """One row of an input sheet: the cell of each known field, and where it stands."""

    cells: Mapping[str, Cell]
    location: RowLocation

    def text(self, key: str) -> str:
        return self.cells.get(key, BLANK).text

    def money(self, key: str) -> Money:
        cell = self.cells.get(key)
        if cell is None or (cell.kind is CellKind.BLANK and not cell.formula):
            return BLANK_MONEY
        if cell.kind is CellKind.BLANK:  # a formula that was never computed is no blank amount
            return Money(raw=_UNCOMPUTED, amount=None)
        return money_of_number(cell.raw) if cell.kind is CellKind.NUMBER else read_money(cell.text)


Inspection = Callable[[Book, Identity, str], tuple[Observation, ...]]
"""Looks at the structure of a workbook: the book, what it says it is, the file's name."""


def read_template(path: Path, form: Form, inspect: Inspection | None = None) -> Submission:
    """The submission in a workbook made from our template.

    ``inspect`` compares its structure with the template as it left us; what it sees is observed, too.

    Raises:
        CannotDo: it cannot be read, is not ours, is of another version, or lacks a sheet or column.
    """
    opened = open_book(path)
    return submission_of(opened.book, form, path.name, opened.digest, inspect)


def submission_of(
    book: Book, form: Form, file: str, digest: str, inspect: Inspection | None = None
) -> Submission:
    """The submission in a workbook that was read already: from its file, or cell by cell while it is open.

    ``file`` is its name as people know it; ``digest`` is empty for a workbook that no file holds yet.

    Raises:
        CannotDo: it is not ours, is of another version, or lacks a sheet or column.
    """
    identity = identify(book, form, file)
    reader = _Reader(file, form, book)
    projects = reader.projects()
    values, cells = reader.guide()
    year = values.pop("year", "")
    observed = [*reader.observations, *(inspect(book, identity, file) if inspect else ())]
    if identity.standing is not Standing.SAME:
        older = identity.standing is Standing.OLDER
        sighting = Sighting.OLDER_VERSION if older else Sighting.IDENTITY_MISSING
        place = Address(file=file, sheet=form.guide.name, cell=TOP_LEFT)
        told = identity.version if older else ""
        observed.append(Observation(sighting=sighting, address=place, value=told, used=form.version))
    return Submission(
        unit=Unit(code=values.pop("unit_code", ""), name=values.pop("unit_name", "")),
        year=int(year) if year.isascii() and year.isdigit() and len(year) == 4 else None,
        profile=identity.told.get("profile", ""),
        template_version=identity.told.get("template_version", ""),
        projects=projects,
        contact=values,
        observations=tuple(observed),
        file=file,
        digest=digest,
        location=CellsLocation(file=file, sheet=form.guide.name, cells=cells, start=TOP_LEFT),
    )


class _Reader:
    """One workbook while it is read; collects what the values alone do not show."""

    def __init__(self, file: str, form: Form, book: Book) -> None:
        self._file = file
        self._form = form
        self._book = book
        self.observations: list[Observation] = []
        known = {form.guide.name, form.projects.name, form.indicators.name, form.meta, form.lists}
        known |= {form.results.name, form.preview.name}
        for content, member in book.contents.items():
            self._observe_file(_CARRIED[content], member)
        if book.converted:
            self._observe_file(Sighting.CONVERTED, "")
        for sheet in book.sheets:
            if sheet.name not in known and sheet.cells:
                (row, column), cell = min(sheet.cells.items())
                self._observe(Sighting.UNKNOWN_SHEET, sheet, row, column, cell.text)

    def guide(self) -> tuple[dict[str, str], dict[str, str]]:
        """The identity fields and their cells: the value stands right of its label."""
        sheet = self._sheet(self._form.guide.name)
        keys = {normal_label(field.label): field.key for field in self._form.guide.fields}
        values: dict[str, str] = {}
        cells: dict[str, str] = {}
        for (row, column), label in sorted(sheet.cells.items()):
            key = keys.get(normal_label(label.text))
            if key is not None and key not in cells:
                cell = sheet.at(row, column + 1)
                self._observe_cell(sheet, row, column + 1, cell)
                self._observe_code(sheet, row, column + 1, cell, key)
                values[key] = cell.text.strip()
                cells[key] = f"{column_letters(column + 1)}{row}"
        return values, cells

    def projects(self) -> tuple[Project, ...]:
        """Projects in the order of their sheet, each with its indicators in the order of theirs."""
        rows_of: dict[str, list[_Row]] = {}
        for row in self._rows(self._form.indicators):
            rows_of.setdefault(normal_label(row.text("project")), []).append(row)
        projects = []
        for row in self._rows(self._form.projects):
            own = rows_of.pop(normal_label(row.text("name")), [])
            projects.append(_project(row, tuple(_indicator(each) for each in own)))
        projects.extend(
            _undeclared(rows[0], tuple(_indicator(each) for each in rows)) for rows in rows_of.values()
        )
        return tuple(projects)

    def _sheet(self, name: str) -> Sheet:
        sheet = self._book.sheet(name)
        if sheet is None:
            raise CannotDo("workbook.sheet_missing", file=self._file, missing=name, found="")
        return sheet

    def _rows(self, spec: InputSheet) -> Iterator[_Row]:
        """The filled rows below the head row."""
        sheet = self._sheet(spec.name)
        # Most cells of a prepared sheet are formulas of ours that hold nothing: they are not even sorted.
        filled = [place for place, cell in sheet.cells.items() if cell is not UNCOMPUTED]
        head_row, known = self._head(spec, _by_row(sheet, [p for p in filled if p[0] <= _HEAD_ROWS]))
        inputs = {column.key for column in spec.inputs}
        columns = {column: key for column, key in known.items() if key in inputs}
        letters = {key: column_letters(column) for column, key in columns.items()}
        uncomputed = [
            place for place, cell in sheet.cells.items() if cell is UNCOMPUTED and place[1] in columns
        ]
        by_row = _by_row(sheet, filled + uncomputed)
        amounts = {key for key in columns.values() if spec.column(key).kind is Kind.MONEY}
        self._observe_merges(sheet, head_row, columns)
        self._observe_unknown_columns(sheet, head_row, known, by_row)
        before, first = head_row, next(iter(columns))
        at = {key: column for column, key in columns.items()}
        for number, row in by_row.items():
            if number <= head_row:
                continue
            cells = {columns[column]: cell for column, cell in row.items() if column in columns}
            if not any(cell.formula or cell.text.strip() for cell in cells.values()):
                continue
            if number > before + 1:
                self._observe(Sighting.BLANK_ROW_INSIDE, sheet, before + 1, first, "")
            before = number
            if number in sheet.hidden_rows:
                self._observe(Sighting.HIDDEN_WITH_DATA, sheet, number, first, _summary(cells))
            for key, cell in cells.items():
                if cell.formula or cell.kind is CellKind.ERROR:
                    self._observe_cell(sheet, number, at[key], cell)
                if key in amounts:
                    self._observe_amount(sheet, number, at[key], cell, key)
            yield _Row(cells, RowLocation(file=self._file, sheet=sheet.name, row=number, columns=letters))

    def _head(self, spec: InputSheet, by_row: Mapping[int, Mapping[int, Cell]]) -> tuple[int, dict[int, str]]:
        """The row whose texts are our labels, and the field of each of its columns."""
        best: tuple[int, dict[int, str]] = (0, {})
        keys = spec.keys_by_label()
        for number, row in by_row.items():
            columns: dict[int, str] = {}
            for column, cell in row.items():
                key = keys.get(normal_label(cell.text))
                if key is not None and key not in columns.values():
                    columns[column] = key
            if len(columns) > len(best[1]):
                best = (number, columns)
        missing = [c.label for c in spec.inputs if c.required and c.key not in best[1].values()]
        if missing:
            raise CannotDo(
                "workbook.column_missing", file=self._file, sheet=spec.name, missing="、".join(missing)
            )
        order = [column.key for column in spec.columns]
        return best[0], dict(sorted(best[1].items(), key=lambda item: order.index(item[1])))

    def _observe_unknown_columns(
        self,
        sheet: Sheet,
        head_row: int,
        columns: Mapping[int, str],
        by_row: Mapping[int, Mapping[int, Cell]],
    ) -> None:
        seen: set[int] = set()
        for number, row in by_row.items():
            if number <= head_row:
                continue
            for column, cell in row.items():
                if column not in columns and column not in seen and cell.text.strip():
                    seen.add(column)
                    head = sheet.at(head_row, column).text
                    self._observe(Sighting.UNKNOWN_COLUMN, sheet, number, column, cell.text, used=head)

    def _observe_merges(self, sheet: Sheet, head_row: int, columns: Mapping[int, str]) -> None:
        for top, left, bottom, right in sheet.merges:
            if bottom > head_row and any(left <= column <= right for column in columns):
                area = f"{column_letters(left)}{top}:{column_letters(right)}{bottom}"
                self._observe(Sighting.MERGED_INPUT, sheet, top, left, sheet.at(top, left).text, used=area)

    def _observe_cell(self, sheet: Sheet, row: int, column: int, cell: Cell) -> None:
        if cell.kind is CellKind.ERROR:
            self._observe(Sighting.ERROR_VALUE, sheet, row, column, cell.raw)
        elif cell.formula and cell.kind is CellKind.BLANK:
            self._observe(Sighting.FORMULA_WITHOUT_VALUE, sheet, row, column, "")
        elif cell.formula:
            self._observe(Sighting.FORMULA_IN_INPUT, sheet, row, column, cell.text)

    def _observe_amount(self, sheet: Sheet, row: int, column: int, cell: Cell, key: str) -> None:
        if cell.kind is CellKind.TEXT and read_money(cell.text).amount is not None:
            self._observe(Sighting.NUMBER_AS_TEXT, sheet, row, column, cell.text, used=key)

    def _observe_code(self, sheet: Sheet, row: int, column: int, cell: Cell, key: str) -> None:
        if cell.kind is CellKind.NUMBER and len(cell.text) in _CUT_SHORT.get(key, ()):
            self._observe(Sighting.CODE_AS_NUMBER, sheet, row, column, cell.text, used=key)

    def _observe_file(self, sighting: Sighting, value: str) -> None:
        """What is true of the file as a whole stands where the unit names itself."""
        place = Address(file=self._file, sheet=self._form.guide.name, cell=TOP_LEFT)
        self.observations.append(Observation(sighting=sighting, address=place, value=value))

    def _observe(
        self, sighting: Sighting, sheet: Sheet, row: int, column: int, value: str, used: str = ""
    ) -> None:
        address = Address(file=self._file, sheet=sheet.name, cell=f"{column_letters(column)}{row}")
        self.observations.append(Observation(sighting=sighting, address=address, value=value, used=used))


def _by_row(sheet: Sheet, places: Iterable[tuple[int, int]]) -> dict[int, dict[int, Cell]]:
    """Some cells of a sheet by row, then column, in reading order."""
    grouped: dict[int, dict[int, Cell]] = {}
    for place in sorted(places):
        grouped.setdefault(place[0], {})[place[1]] = sheet.cells[place]
    return grouped


def _summary(cells: Mapping[str, Cell]) -> str:
    return " ".join(cell.text.strip() for cell in cells.values() if cell.text.strip())[:60]


def _indicator(row: _Row) -> Indicator:
    return Indicator(
        level1=row.text("level1"),
        level2=row.text("level2"),
        name=row.text("name"),
        description=row.text("description"),
        target=row.text("target"),
        waiver=row.text("waiver"),
        location=row.location,
    )


def _project(row: _Row, indicators: tuple[Indicator, ...]) -> Project:
    return Project(
        name=row.text("name"),
        type=row.text("type"),
        budget=row.money("budget"),
        fiscal=row.money("fiscal"),
        other=row.money("other"),
        purpose=row.text("purpose"),
        goals=row.text("goals"),
        waiver=row.text("waiver"),
        indicators=indicators,
        location=row.location,
    )


def _undeclared(row: _Row, indicators: tuple[Indicator, ...]) -> Project:
    """A project that only indicator rows name; its address is the first of these rows."""
    return Project(
        name=row.text("project"),
        budget=BLANK_MONEY,
        fiscal=BLANK_MONEY,
        other=BLANK_MONEY,
        purpose="",
        goals="",
        indicators=indicators,
        declared=False,
        location=row.location,
    )
