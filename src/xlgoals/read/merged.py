"""A master book → the submissions that it was made of, each value with its cell in the master.

Sheets are known by the form of the master, columns by their heads. A sheet that goes on
in further ones, since it is longer than Excel allows, is read to its end.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from xlgoals.errors import CannotDo
from xlgoals.form import normal_label
from xlgoals.masterform import MasterForm, MasterSheet
from xlgoals.model import (
    BLANK_MONEY,
    CellsLocation,
    Indicator,
    Money,
    Project,
    RowLocation,
    Submission,
    Unit,
)
from xlgoals.read.cells import TOP_LEFT, Book, Cell, CellKind, Sheet, column_letters
from xlgoals.read.money import money_of_number, read_money
from xlgoals.read.opening import open_book

_ID = "xlgoals_template_id"
_HEAD_ROWS = 10


@dataclass(slots=True)
class _Unit:
    """What the master holds of one unit, while it is read."""

    unit: Unit
    location: RowLocation
    projects: dict[str, Project] = field(default_factory=dict)
    rows: dict[str, list[Indicator]] = field(default_factory=dict)


def is_master(book: Book, form: MasterForm) -> bool:
    """Whether a workbook says that it is a master of ours."""
    return book.properties.get(_ID) == form.id


def read_master(path: Path, form: MasterForm) -> tuple[Submission, ...]:
    """The submissions in a master, by unit in its order; their year is None, for a master states none.

    Raises:
        CannotDo: it cannot be read, is no master, or lacks a sheet or a column.
    """
    opened = open_book(path)
    if not is_master(opened.book, form):
        raise CannotDo("diff.no_master", file=path.name)
    return master_submissions(opened.book, form, path.name, opened.digest)


def master_submissions(book: Book, form: MasterForm, file: str, digest: str) -> tuple[Submission, ...]:
    """The submissions in a master that was read already; raises CannotDo as :func:`read_master`."""
    units: dict[tuple[str, str, str], _Unit] = {}
    for cells, location in _records(book, form.sheets["projects"], file):
        held = _unit_of(units, cells, location)
        name = _text(cells, "name")
        key = normal_label(name)
        while key in held.projects:  # two rows of one name are two projects
            key += "\0"
        held.projects[key] = Project(
            name=name,
            type=_text(cells, "type"),
            budget=_money(cells, "budget"),
            fiscal=_money(cells, "fiscal"),
            other=_money(cells, "other"),
            purpose=_text(cells, "purpose"),
            goals=_text(cells, "goals"),
            waiver=_text(cells, "waiver"),
            indicators=(),
            location=location,
        )
    for cells, location in _records(book, form.sheets["indicators"], file):
        held = _unit_of(units, cells, location)
        name = normal_label(_text(cells, "project"))
        if name not in held.projects:
            held.projects[name] = _undeclared(_text(cells, "project"), location)
        held.rows.setdefault(name, []).append(
            Indicator(
                level1=_text(cells, "level1"),
                level2=_text(cells, "level2"),
                name=_text(cells, "name"),
                description=_text(cells, "description"),
                target=_text(cells, "target"),
                waiver=_text(cells, "waiver"),
                location=location,
            )
        )
    return tuple(_submission(held, file, digest) for held in units.values())


def _records(book: Book, spec: MasterSheet, file: str) -> Iterator[tuple[Mapping[str, Cell], RowLocation]]:
    """The rows of a sheet and of those that it goes on in, by column key."""
    sheets = [sheet for sheet in book.sheets if sheet.name.startswith(spec.name)]
    found = False
    for sheet in sheets:
        head, columns = _head(sheet, spec)
        if not head:
            continue
        found = True
        letters = {key: column_letters(column) for column, key in columns.items()}
        for number, row in sheet.rows().items():
            cells = {columns[column]: cell for column, cell in row.items() if column in columns}
            if number > head and any(cell.text.strip() for cell in cells.values()):
                yield cells, RowLocation(file=file, sheet=sheet.name, row=number, columns=letters)
    if not found:
        names = "、".join(sheet.name for sheet in book.sheets)
        raise CannotDo("workbook.sheet_missing", file=file, missing=spec.name, found=names)


def _head(sheet: Sheet, spec: MasterSheet) -> tuple[int, dict[int, str]]:
    """The row whose texts are the heads of this sheet, and the key of each of its columns; 0 for none."""
    keys = {normal_label(column.label): column.key for column in spec.columns}
    for number, row in sheet.rows().items():
        if number > _HEAD_ROWS:
            break
        columns = {
            column: keys[normal_label(cell.text)]
            for column, cell in row.items()
            if normal_label(cell.text) in keys
        }
        if {"unit_code", "name"} <= set(columns.values()):
            return number, columns
    return 0, {}


def _unit_of(
    units: dict[tuple[str, str, str], _Unit], cells: Mapping[str, Cell], location: RowLocation
) -> _Unit:
    code, name = _text(cells, "unit_code"), _text(cells, "unit_name")
    # Two files of one unit, of two years or without a code, are told apart by their file.
    return units.setdefault((code, name, _text(cells, "file")), _Unit(Unit(code=code, name=name), location))


def _submission(held: _Unit, file: str, digest: str) -> Submission:
    projects = tuple(
        Project(
            name=project.name,
            type=project.type,
            budget=project.budget,
            fiscal=project.fiscal,
            other=project.other,
            purpose=project.purpose,
            goals=project.goals,
            waiver=project.waiver,
            indicators=tuple(held.rows.get(key, ())),
            declared=project.declared,
            location=project.location,
        )
        for key, project in held.projects.items()
    )
    return Submission(
        unit=held.unit,
        year=None,
        profile="",
        template_version="",
        projects=projects,
        file=file,
        digest=digest,
        location=CellsLocation(
            file=file,
            sheet=held.location.sheet,
            cells={key: held.location.address(key).cell for key in ("unit_code", "unit_name")},
            start=held.location.address("unit_code").cell or TOP_LEFT,
        ),
    )


def _undeclared(name: str, location: RowLocation) -> Project:
    return Project(
        name=name,
        budget=BLANK_MONEY,
        fiscal=BLANK_MONEY,
        other=BLANK_MONEY,
        purpose="",
        goals="",
        indicators=(),
        declared=False,
        location=location,
    )


def _text(cells: Mapping[str, Cell], key: str) -> str:
    return cells[key].text if key in cells else ""


def _money(cells: Mapping[str, Cell], key: str) -> Money:
    cell = cells.get(key)
    if cell is None or cell.kind is CellKind.BLANK:
        return BLANK_MONEY
    return money_of_number(cell.raw) if cell.kind is CellKind.NUMBER else read_money(cell.text)
