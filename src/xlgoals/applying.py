"""Edits made in a submission: a pure function, matched by where each record says its values stand."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, TypeVar

from msgspec.structs import replace

from xlgoals.findings import Edit
from xlgoals.folding import Row, row_of
from xlgoals.form import normal_label
from xlgoals.model import BLANK_MONEY, Indicator, Money, Project, RowLocation, Submission, Unit
from xlgoals.owners import Record, text_of
from xlgoals.read.money import read_money

_PROJECT = "project"
_NAME = "name"
_YEAR = "year"
_UNIT_CODE, _UNIT_NAME = "unit_code", "unit_name"
_YEAR_DIGITS = 4
AnyRecord = TypeVar("AnyRecord", bound=Record)


@dataclass(frozen=True, slots=True, kw_only=True)
class Applied:
    """A submission after its edits; ``stale`` ones found another text in the cell, or no such cell."""

    submission: Submission
    applied: tuple[Edit, ...]
    stale: tuple[Edit, ...]


def apply_edits(submission: Submission, edits: Iterable[Edit]) -> Applied:
    """The submission with the edits made; every other value is the same object as before.

    An edit is made where a record has the cell for the field and holds exactly ``old``. An edit of the field
    ``project`` of an indicator moves the row to the project of that name. A project that is renamed keeps
    its rows.
    """
    work = _Work(edits)
    changed = work.on(submission)
    projects: list[Project] = []
    moved: list[tuple[str, Indicator]] = []
    for old in submission.projects:
        named = work.on(old) if old.declared else old
        rows = []
        for indicator in old.indicators:
            row = work.on(indicator)
            name = work.moves_to(old, row)
            if name is None or normal_label(name) == normal_label(named.name):
                rows.append(row)
            else:
                moved.append((name, row))
        same = all(one is other for one, other in zip(rows, old.indicators, strict=False))
        is_whole = same and len(rows) == len(old.indicators)
        if named.declared or rows:
            # A project that only rows name stands where the first of them does.
            place = named.location if named.declared else rows[0].location
            projects.append(named if is_whole else replace(named, indicators=tuple(rows), location=place))
    for name, row in moved:
        _receive(projects, name, row)
    return Applied(
        submission=replace(changed, projects=tuple(projects)),
        applied=tuple(work.done),
        stale=tuple(edit for edit in work.edits if edit not in work.done),
    )


def followers(submission: Submission, edit: Edit) -> tuple[Edit, ...]:
    """The edits of 指标 that go with the new name of a project, one a row; for a sheet, not for the model.

    A row may name its project with other white space than ``old`` has.
    """
    if edit.field not in (_NAME, _PROJECT):
        return ()
    for project in submission.projects:
        if project.declared and project.location.address(edit.field) == edit.address:
            cells = (row.location.address(_PROJECT) for row in project.indicators)
            return tuple(replace(edit, address=cell, field=_PROJECT) for cell in cells if cell.sheet)
    return ()


def _receive(projects: list[Project], name: str, row: Indicator) -> None:
    """Adds a moved row behind the rows of its new project, a project that only it names if need be."""
    for number, project in enumerate(projects):
        if normal_label(project.name) == normal_label(name):
            projects[number] = replace(project, indicators=(*project.indicators, row))
            return
    projects.append(
        Project(
            name=name,
            budget=BLANK_MONEY,
            fiscal=BLANK_MONEY,
            other=BLANK_MONEY,
            purpose="",
            goals="",
            indicators=(row,),
            declared=False,
            location=row.location,
        )
    )


class _Work:
    """The edits, by cell, and which of them are made."""

    def __init__(self, edits: Iterable[Edit]) -> None:
        self.edits = tuple(dict.fromkeys(edits))
        self.done: dict[Edit, None] = {}
        self._rows: dict[Row | None, list[Edit]] = {}
        for edit in self.edits:
            self._rows.setdefault(row_of(edit.address), []).append(edit)

    def on(self, record: AnyRecord) -> AnyRecord:
        """The record with its edits made; itself where there are none."""
        for edit in self._near(record):
            is_row_of_project = isinstance(record, Indicator) and edit.field == _PROJECT
            if edit in self.done or is_row_of_project or record.location.address(edit.field) != edit.address:
                continue
            if _holds(record, edit.field) and text_of(record, edit.field) == edit.old:
                record = replace(record, **_changes(record, edit.field, edit.new))
                self.done[edit] = None
        return record

    def moves_to(self, project: Project, row: Indicator) -> str | None:
        """The project that an edit sends the row to."""
        for edit in self._near(row):
            is_here = edit.field == _PROJECT and row.location.address(_PROJECT) == edit.address
            if is_here and edit not in self.done and normal_label(edit.old) == normal_label(project.name):
                self.done[edit] = None
                return edit.new
        return None

    def _near(self, record: Record) -> list[Edit]:
        """Edits on the record's row; all of them for a record whose values are scattered."""
        if not isinstance(record.location, RowLocation):
            return list(self.edits)
        return self._rows.get(row_of(record.location.address(_NAME)), [])


def _holds(record: Record, field: str) -> bool:
    if isinstance(record, Submission):
        return field in (_UNIT_CODE, _UNIT_NAME, _YEAR) or field in record.contact
    if isinstance(record, Project) and field == _PROJECT:
        return True
    return isinstance(getattr(record, field, None), str | Money)


def _changes(record: Record, field: str, text: str) -> dict[str, Any]:
    """What a reader would have read otherwise with ``text`` in the cell of ``field``."""
    if isinstance(record, Submission):
        return _guide_changes(record, field, text)
    if isinstance(record, Project) and field == _PROJECT:
        return {_NAME: text}
    return {field: read_money(text) if isinstance(getattr(record, field), Money) else text}


def _guide_changes(submission: Submission, field: str, text: str) -> dict[str, Any]:
    unit = submission.unit
    if field == _UNIT_CODE:
        return {"unit": Unit(code=text, name=unit.name)}
    if field == _UNIT_NAME:
        return {"unit": Unit(code=unit.code, name=text)}
    if field == _YEAR:
        is_year = text.isascii() and text.isdigit() and len(text) == _YEAR_DIGITS
        return {_YEAR: int(text) if is_year else None}
    return {"contact": {**submission.contact, field: text}}
