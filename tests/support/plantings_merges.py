"""Faults between the files of a department: each is planted into a merge of the clean tables."""

from __future__ import annotations

import dataclasses
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from msgspec.structs import replace

from tests.support.examples import row_location
from tests.support.planting import clean_submissions, with_project
from xlgoals.form import load_form
from xlgoals.model import Address, Project, Submission, Unit
from xlgoals.rules import Department, Expected

OTHER = Unit(code="306301", name="天津市另一单位")
EVENT = "，用于参加津洽大会的支出"


@dataclass(frozen=True, slots=True, kw_only=True)
class Merge:
    """One kind of fault between files; ``change`` gives the department and every cell it is found at."""

    code: str
    kind: str
    change: Callable[[int, random.Random], tuple[Department, tuple[Address, ...]]]
    """Gets the number of a project of the first unit."""


def clean_department() -> Department:
    """Both units, with a roster that agrees with them."""
    return Department(standing=clean_submissions(), roster=_roster())


def _roster(**changes: Expected | None) -> Mapping[str, Expected]:
    known = {each.unit.code: Expected(name=each.unit.name, total=each.budget) for each in clean_submissions()}
    return {code: each for code, each in {**known, **changes}.items() if each is not None}


def _with_roster(code: str, change: Callable[[Expected], Expected | None], field: str) -> Merge:
    def planted(at: int, rng: random.Random) -> tuple[Department, tuple[Address, ...]]:
        submission = rng.choice(clean_submissions())
        unit = submission.unit
        changed = change(Expected(name=unit.name, total=submission.budget))
        roster = _roster(**{unit.code: changed})
        department = Department(standing=clean_submissions(), roster=roster)
        return department, (submission.location.address(field),)

    return Merge(code=code, kind=f"the roster's {field}", change=planted)


def _project_left_behind(at: int, rng: random.Random) -> tuple[Department, tuple[Address, ...]]:
    first, second = clean_submissions()
    newer = replace(first, projects=(*first.projects[:at], *first.projects[at + 1 :]))
    roster = _roster(**{first.unit.code: Expected(total=newer.budget)})
    department = Department(standing=(newer, second), replaced=((first, newer),), roster=roster)
    return department, (newer.location.address("unit_code"),)


def _sent_again(at: int, rng: random.Random) -> tuple[Department, tuple[Address, ...]]:
    submission = rng.choice(clean_submissions())
    again = replace(submission, file=f"更正_{submission.file}")
    department = Department(standing=clean_submissions(), replaced=((again, submission),), roster=_roster())
    return department, (submission.location.address("unit_code"),)


def _named_otherwise(at: int, rng: random.Random) -> tuple[Department, tuple[Address, ...]]:
    standing = list(clean_submissions())
    number = rng.randrange(len(standing))
    renamed = replace(standing[number], file=f"306{rng.randrange(400, 999)}_2022_绩效目标.xlsx")
    standing[number] = renamed
    department = Department(standing=tuple(standing), roster=_roster())
    return department, (renamed.location.address("unit_code"),)


def _with_second(project: Project, first: Submission) -> tuple[Department, Submission]:
    """A second unit's file with one project, on rows of its own."""
    form, file = load_form(), "306301_2022_绩效目标.xlsx"

    rows = tuple(
        replace(row, location=replace(row_location(form.indicators, 4 + number), file=file))
        for number, row in enumerate(project.indicators)
    )
    own = replace(project, indicators=rows, location=replace(row_location(form.projects, 4), file=file))
    second = clean_submissions()[1]
    submission = replace(second, unit=OTHER, file=file, projects=(own,))
    roster = _roster(
        **{OTHER.code: Expected(name=OTHER.name), first.unit.code: Expected(name=first.unit.name)}
    )
    return Department(standing=(first, submission), roster=roster), submission


def _in_two_files(at: int, rng: random.Random) -> tuple[Department, tuple[Address, ...]]:
    first = clean_submissions()[0]
    project = first.projects[at]
    department, second = _with_second(replace(project, indicators=project.indicators[:2]), first)
    places = (project.location.address("project"), second.projects[0].location.address("project"))
    return department, places


def _one_event(at: int, rng: random.Random) -> tuple[Department, tuple[Address, ...]]:
    first, other = clean_submissions()
    project = replace(first.projects[at], purpose=f"{first.projects[at].purpose}{EVENT}")
    own = other.projects[0]
    changed = with_project(first, at, project)
    department, second = _with_second(replace(own, purpose=f"{own.purpose}{EVENT}"), changed)
    places = (project.location.address("purpose"), second.projects[0].location.address("purpose"))
    return department, places


def _copied_table(at: int, rng: random.Random) -> tuple[Department, tuple[Address, ...]]:
    first = clean_submissions()[0]
    project = first.projects[at]
    renamed = replace(project, name="另一项目", purpose="用于另一件工作的支出", budget=project.other)
    # Names that no other table has, so that the copy can be of this one only.
    rows = tuple(replace(row, name=f"{row.name}甲") for row in project.indicators)
    origin = with_project(first, at, replace(project, indicators=rows))
    department, second = _with_second(replace(renamed, indicators=rows), origin)
    return department, (second.projects[0].indicators[0].location.address("name"),)


def merges() -> tuple[Merge, ...]:
    """Every kind of fault between files."""
    return (
        _with_roster("SUB-01", lambda each: None, "unit_code"),
        _with_roster("SUB-01", lambda each: dataclasses.replace(each, name="某某局"), "unit_name"),
        _with_roster("SUB-04", lambda each: dataclasses.replace(each, total=_further(each)), "unit_code"),
        Merge(code="SUB-02", kind="a project left behind", change=_project_left_behind),
        Merge(code="SUB-03", kind="sent again as it was", change=_sent_again),
        Merge(code="SUB-05", kind="another unit's file name", change=_named_otherwise),
        Merge(code="HDR-06", kind="a project in two files", change=_in_two_files),
        Merge(code="DUP-04", kind="one event in two units", change=_one_event),
        Merge(code="DUP-05", kind="a copied table", change=_copied_table),
    )


def _further(expected: Expected) -> Decimal:
    return (expected.total or Decimal(0)) + 10
