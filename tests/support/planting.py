"""The clean tables that faults are planted in, and the small steps of which every kind of fault is made.

A :class:`Planting` is one kind of fault. Its ``change`` gets a submission, the number of a project in it and
a generator of its own, and answers with the submission that has the fault and the cell where it must be
found; None where the fault cannot stand there.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from msgspec.structs import replace

import xlgoals
from tests.support.examples import findings_in, row_location
from xlgoals.folding import Row, row_of
from xlgoals.form import load_form
from xlgoals.model import Address, Indicator, Project, RowLocation, Submission
from xlgoals.profile import load_profile
from xlgoals.read.money import read_money

CORRECTED = Path(__file__).parent.parent.parent / "examples" / "corrected"
PROFILE = load_profile("tianjin-2022")
_ROOM = 20
"""Rows left free behind every project, for rows that are put in."""

LEVELS = {
    "数": ("产出指标", "数量指标"),
    "质": ("产出指标", "质量指标"),
    "时": ("产出指标", "时效指标"),
    "成": ("产出指标", "成本指标"),
    "经": ("效益指标", "经济效益指标"),
    "社": ("效益指标", "社会效益指标"),
    "满": ("满意度指标", "服务对象满意度指标"),
}

Change = Callable[[Submission, int, random.Random], tuple[Submission, Address] | None]
ProjectChange = Callable[[Project, random.Random], tuple[Project, Address] | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Planting:
    """One kind of fault."""

    code: str
    kind: str
    change: Change
    is_alone: bool = False
    """Whether the rules find it in the one project by itself, so that the others need not be looked at."""


@cache
def clean_submissions() -> tuple[Submission, ...]:
    """The corrected tables: no error and no warning stands in them, so whatever is found was planted."""
    files = sorted(CORRECTED.glob("*.xlsx"))
    return tuple(_laid_out(each) for file in files for each in xlgoals.load(file))


def _laid_out(submission: Submission) -> Submission:
    form = load_form()
    row, projects = 4, []
    for number, project in enumerate(submission.projects):
        indicators = []
        for indicator in project.indicators:
            indicators.append(replace(indicator, location=row_location(form.indicators, row)))
            row += 1
        row += _ROOM
        # The blank 其他资金 of every table would hide the fault of BUD-03.
        location, other = row_location(form.projects, 4 + number), read_money("0.00")
        projects.append(replace(project, other=other, location=location, indicators=tuple(indicators)))
    return replace(submission, projects=tuple(projects))


def in_project(change: ProjectChange) -> Change:
    """A change of one project as a change of its submission."""

    def planted(submission: Submission, at: int, rng: random.Random) -> tuple[Submission, Address] | None:
        done = change(submission.projects[at], rng)
        return None if done is None else (with_project(submission, at, done[0]), done[1])

    return planted


def in_submission(change: Callable[[Submission, random.Random], tuple[Submission, Address] | None]) -> Change:
    """A change of a whole submission, made once and not once a project."""

    def planted(submission: Submission, at: int, rng: random.Random) -> tuple[Submission, Address] | None:
        return change(submission, rng) if at == 0 else None

    return planted


def with_project(submission: Submission, at: int, project: Project) -> Submission:
    projects = (*submission.projects[:at], project, *submission.projects[at + 1 :])
    return replace(submission, projects=projects)


def with_row(project: Project, old: Indicator, new: Indicator) -> Project:
    rows = tuple(new if row is old else row for row in project.indicators)
    return replace(project, indicators=rows)


def changed_field(field: str, change: Callable[[str], str], *, of: str = "row") -> ProjectChange:
    """A text changed: of the project, of any row, or of a row under 时效指标."""

    def planted(project: Project, rng: random.Random) -> tuple[Project, Address] | None:
        if of == "project":
            name = "name" if field == "project" else field
            values: dict[str, Any] = {name: change(getattr(project, name))}
            return replace(project, **values), project.location.address(field)
        rows = [row for row in project.indicators if of == "row" or "时效" in row.level2]
        if not rows:
            return None
        row = rng.choice(rows)
        values = {field: change(getattr(row, field))}
        return with_row(project, row, replace(row, **values)), row.location.address(field)

    return planted


def put_in(
    project: Project, *rows: tuple[str, ...], rng: random.Random | None = None
) -> tuple[Project, tuple[Indicator, ...]]:
    """The project with further rows, each among its like: anywhere among them with ``rng``, else behind."""
    last = max(row_number(row) for row in project.indicators)
    new = tuple(
        Indicator(
            level1=r[0],
            level2=r[1],
            name=r[2],
            description=r[3],
            target=r[4],
            location=row_location(load_form().indicators, last + 1 + n),
        )
        for n, r in enumerate(rows)
    )
    standing = list(project.indicators)
    for row in new:
        # The order of levels is a rule of its own.
        alike = [place for place, other in enumerate(standing) if other.level2 == row.level2]
        later = [place for place, other in enumerate(standing) if _order(other) > _order(row)]
        place = alike[-1] + 1 if alike else later[0] if later else len(standing)
        if alike and rng is not None:
            place = rng.randint(alike[0], alike[-1] + 1)
        standing.insert(place, row)
    return replace(project, indicators=tuple(standing)), new


def _order(row: Indicator) -> int:
    """Where the tree has a row; behind all others where it has no place for it."""
    branches = [(level1, level2) for level1, branch in PROFILE.tree.items() for level2 in branch]
    pair = (PROFILE.level(row.level1), PROFILE.level(row.level2))
    return branches.index(pair) if pair in branches else len(branches)


@cache
def _findings_by_row() -> Counter[Row | None]:
    found = (finding for submission in clean_submissions() for finding in findings_in(submission))
    return Counter(row_of(place) for each in found for place in (each.address, *each.also))


def quiet_rows(project: Project, rng: random.Random, count: int) -> list[Indicator]:
    """Rows about which little is said, so that a copy of them says little more; none of 成本指标."""
    rows = [row for row in project.indicators if row.level2 != "成本指标"]
    rng.shuffle(rows)
    rows.sort(key=lambda row: _findings_by_row()[row_of(row.location.address("name"))])
    return rows[:count]


def row_number(row: Indicator) -> int:
    assert isinstance(row.location, RowLocation)
    return row.location.row


def split_lines(table: str) -> Iterator[list[str]]:
    """The lines of a table in a string, split at its bars."""
    for line in table.strip().splitlines():
        yield [part.strip() for part in line.split("|")]
