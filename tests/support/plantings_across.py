"""Faults that several rows or projects make together, those of the guide, and those of 说明."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from typing import Any

from msgspec.structs import replace

from tests.support.examples import findings_in, row_location
from tests.support.planting import (
    LEVELS,
    Change,
    Planting,
    in_project,
    in_submission,
    put_in,
    with_project,
    with_row,
)
from xlgoals.folding import row_of
from xlgoals.form import load_form
from xlgoals.model import BLANK_MONEY, Address, Project, Submission, Unit

Planted = tuple[Submission, Address] | None
SIBLINGS = "前方指挥部工作经费"
EVENT = "，用于参加津洽大会的支出"


def _guide(change: Callable[[Submission], dict[str, Any]], field: str) -> Change:
    def planted(submission: Submission, rng: random.Random) -> Planted:
        return replace(submission, **change(submission)), submission.location.address(field)

    return in_submission(planted)


def _contact(submission: Submission) -> dict[str, Any]:
    return {"contact": {**submission.contact, "nothing": "今年没有项目支出"}}


def _nameless(project: Project, rng: random.Random) -> tuple[Project, Address]:
    return replace(project, name=" "), project.location.address("project")


def _out_of_order(project: Project, rng: random.Random) -> tuple[Project, Address] | None:
    """The last row moved to the front; the row that was first stands too late then."""
    *rows, last = project.indicators
    if last.level2 == rows[0].level2:
        return None
    return replace(project, indicators=(last, *rows)), rows[0].location.address("level2")


def _under_no_project(submission: Submission, at: int, rng: random.Random) -> Planted:
    """A row whose project is named with a slip."""
    project = submission.projects[at]
    row = rng.choice([row for row in project.indicators if row.level2 != "成本指标"])
    alike = [each for each in project.indicators if each.level2 == row.level2]
    if len(alike) == 1:  # else its level would be missing, which is a fault of its own
        return None
    rest = tuple(each for each in project.indicators if each is not row)
    stray = Project(
        name=f"{project.name}（一）",
        budget=BLANK_MONEY,
        fiscal=BLANK_MONEY,
        other=BLANK_MONEY,
        purpose="",
        goals="",
        indicators=(row,),
        declared=False,
        location=row.location,
    )
    changed = with_project(submission, at, replace(project, indicators=rest))
    return replace(changed, projects=(*changed.projects, stray)), row.location.address("project")


def _named_twice(submission: Submission, at: int, rng: random.Random) -> Planted:
    project = submission.projects[at]
    location = row_location(load_form().projects, 4 + len(submission.projects))
    again = replace(
        project,
        indicators=(),
        location=location,
        purpose=f"用于{project.name}第二批的支出",
        goals=f"1.完成{project.name}第二批事项3件。",
    )
    return replace(submission, projects=(*submission.projects, again)), location.address("project")


def _written_otherwise(submission: Submission, at: int, rng: random.Random) -> Planted:
    """A pair of places without its comma; the tables write it with one."""
    project = submission.projects[at]
    usual, rare = "上海、广州", "上海广州"
    if rare in project.purpose or not any(usual in each.name for each in submission.projects):
        return None
    changed = replace(project, purpose=f"{project.purpose}（不含{rare}）")
    return with_project(submission, at, changed), project.location.address("purpose")


def _one_event(submission: Submission, at: int, rng: random.Random) -> Planted:
    if at == 0:
        return None
    first = submission.projects[rng.randrange(at)]
    changed = {
        each.name: replace(each, purpose=f"{each.purpose}{EVENT}")
        for each in (first, submission.projects[at])
    }
    projects = tuple(changed.get(each.name, each) for each in submission.projects)
    return replace(submission, projects=projects), submission.projects[at].location.address("purpose")


def _copied_rows(submission: Submission, at: int, rng: random.Random) -> Planted:
    """Two rows that stand in an earlier table, too."""
    if at == 0:
        return None
    before = rng.randrange(at)
    rows = [
        (*LEVELS["数"], "联系企业数量", "按联系记录统计", "≥50家"),
        (*LEVELS["质"], "设备完好率", "按巡检记录统计", "≥95%"),
    ]
    earlier, _ = put_in(submission.projects[before], *rows, rng=rng)
    copied, new = put_in(submission.projects[at], *rows, rng=rng)
    changed = with_project(with_project(submission, before, earlier), at, copied)
    return changed, new[0].location.address("name")


def _lacks_what_siblings_have(submission: Submission, at: int, rng: random.Random) -> Planted:
    project = submission.projects[at]
    if not project.name.endswith(SIBLINGS):
        return None
    gone = rng.choice(["时效指标", "质量指标", "社会效益指标"])
    rows = tuple(row for row in project.indicators if row.level2 != gone)
    changed = with_project(submission, at, replace(project, indicators=rows))
    return changed, project.location.address("project")


def _waiver(waiver: str, *, on_findings: bool) -> Change:
    """A 说明 on a random row that has findings, or has none."""

    def planted(submission: Submission, at: int, rng: random.Random) -> Planted:
        project = submission.projects[at]
        found = {
            row_of(address)
            for finding in findings_in(submission)
            for address in (finding.address, *finding.also)
        }
        rows = [
            row
            for row in project.indicators
            if not row.waiver and (row_of(row.location.address("waiver")) in found) == on_findings
        ]
        if not rows:
            return None
        row = rng.choice(rows)
        changed = with_row(project, row, replace(row, waiver=waiver))
        return with_project(submission, at, changed), row.location.address("waiver")

    return planted


def across_plantings() -> Iterator[Planting]:
    """Every kind of fault that the rules look at a whole submission for."""
    unit = "天津市人民政府合作交流办公室"
    kinds: list[tuple[str, str, Change]] = [
        ("HDR-01", "five digits", _guide(lambda s: {"unit": Unit(code="30610", name=unit)}, "unit_code")),
        ("HDR-01", "no code", _guide(lambda s: {"unit": Unit(code="", name=unit)}, "unit_code")),
        ("HDR-01", "no name", _guide(lambda s: {"unit": Unit(code="306101", name=" ")}, "unit_name")),
        ("HDR-03", "no year", _guide(lambda s: {"year": None}, "year")),
        ("HDR-03", "a year long gone", _guide(lambda s: {"year": 1922}, "year")),
        ("HDR-04", "no name", in_project(_nameless)),
        ("HDR-08", "no project", _guide(lambda s: {"projects": ()}, "nothing")),
        ("HDR-09", "denied", _guide(_contact, "nothing")),
        ("STR-08", "last row first", in_project(_out_of_order)),
        ("STR-09", "a slip in the project's name", _under_no_project),
        ("STR-10", "a name twice", _named_twice),
        ("TXT-04", "places without their comma", _written_otherwise),
        ("DUP-01", "one event in two projects", _one_event),
        ("DUP-02", "two rows copied", _copied_rows),
        ("DUP-03", "a level that siblings have", _lacks_what_siblings_have),
        ("WAI-01", "nothing to explain", _waiver("受疫情影响，活动改为线上举办", on_findings=False)),
        ("WAI-02", "no reason", _waiver("无", on_findings=True)),
    ]
    for code, kind, change in kinds:
        yield Planting(code=code, kind=kind, change=change)
