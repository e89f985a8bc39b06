"""SUB, HDR-06, DUP-04 and DUP-05: do the files of a department agree with its roster and with each other?"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from itertools import combinations
from string import Formatter
from typing import NamedTuple

from xlgoals.form import Form, normal_label
from xlgoals.model import Indicator, Project, Submission
from xlgoals.rules.across import Place, events_of, hit_at, is_standard, own_names
from xlgoals.rules.registry import Department, Hit, department_rule, hit, hit_in

_UNIT_CODE = re.compile(r"\d{6}", re.ASCII)
_SHAPES = {"code": r"(?P<code>\d{6})", "year": r"(?P<year>\d{4})"}
_COPIED_ROWS = 5
_MOST_OF = 0.8
_SHOWN_NAMES = 5

Found = Iterator[tuple[Submission, Hit]]


def _who(submission: Submission) -> str:
    """A submission as people name it."""
    unit = submission.unit
    return " ".join(part for part in (unit.code.strip(), unit.name.strip(), submission.file) if part)


def _same_year(one: Submission, other: Submission) -> bool:
    return one.year is None or other.year is None or one.year == other.year


@department_rule("SUB-01")
def rule_units_are_on_the_roster(department: Department, form: Form) -> Found:
    """The code of a unit that reports is on the department's roster, with the name that stands there.

    Known false negatives: a unit that is on the roster and has sent nothing; it has no file to point at.
    """
    for submission in department.standing if department.roster else ():
        code, name = submission.unit.code.strip(), submission.unit.name.strip()
        if not _UNIT_CODE.fullmatch(code):
            continue  # HDR-01
        expected = department.roster.get(code)
        if expected is None:
            yield submission, hit(submission, "unit_code", value=code, known=name or "—")
        elif expected.name and name and normal_label(expected.name) != normal_label(name):
            yield submission, hit(submission, "unit_name", value=name, known=expected.name)


@department_rule("SUB-02")
def rule_a_newer_file_leaves_no_project_behind(department: Department, form: Form) -> Found:
    """Every project of a file that was replaced by a newer one stands in the newer one, too.

    Only the newest file of a unit and year goes into the master. Known false negatives: a project that was
    renamed is told, though nothing is lost.
    """
    for older, newer in department.replaced:
        names = {normal_label(project.name) for project in newer.projects}
        left = [
            project
            for project in older.projects
            if project.declared and project.name.strip() and normal_label(project.name) not in names
        ]
        if left:
            shown = "、".join(project.name.strip() for project in left[:_SHOWN_NAMES])
            count, other = len(left), older.file
            yield newer, hit(newer, "unit_code", value=newer.file, start=shown, count=count, other=other)


@department_rule("SUB-03")
def rule_a_resubmission_changes_something(department: Department, form: Form) -> Found:
    """A newer file says something else than the one that it replaces.

    Harmless, hence advice; but whoever was asked to correct a file has sent it again as it was.
    Known false negatives: a change of blanks or of the contact only counts as one.
    """
    for older, newer in department.replaced:
        if _content(older) == _content(newer):
            yield newer, hit(newer, "unit_code", value=newer.file, other=older.file)


def _content(submission: Submission) -> tuple[object, ...]:
    return (
        submission.unit,
        tuple(sorted(submission.contact.items())),
        tuple(
            (
                *(project.name, project.type, project.purpose, project.goals, project.waiver),
                *(project.budget, project.fiscal, project.other),
                tuple(
                    (row.level1, row.level2, row.name, row.description, row.target, row.waiver)
                    for row in project.indicators
                ),
            )
            for project in submission.projects
        ),
    )


@department_rule("SUB-04")
def rule_projects_sum_up_to_the_control_total(department: Department, form: Form) -> Found:
    """The budgets of a unit sum up to its control total, where the department's roster states one.

    Silent while one budget cannot be read: BUD-01 tells that first.
    Known false negatives: two wrong budgets that make up for each other.
    """
    for submission in department.standing:
        expected = department.roster.get(submission.unit.code.strip())
        if expected is None or expected.total is None:
            continue
        budgets = [project.budget for project in submission.projects if project.declared]
        if any(money.amount is None for money in budgets):
            continue
        if submission.budget != expected.total:
            yield (
                submission,
                hit(
                    submission,
                    "unit_code",
                    value=submission.unit.code,
                    total=f"{submission.budget:.2f}",
                    control=f"{expected.total:.2f}",
                    difference=f"{submission.budget - expected.total:+.2f}",
                ),
            )


@department_rule("SUB-05")
def rule_file_names_tell_no_other_unit(department: Department, form: Form) -> Found:
    """A file that is named by the naming rule bears the code and year that stand in it.

    A name of another shape is left alone, since the file says itself whose it is.
    Known false negatives: another unit's name in a file name of another shape.
    """
    shape = _file_name_shape(form)
    for submission in department.standing:
        found = shape.match(submission.file)
        if found is None:
            continue
        told = {"code": found["code"], "year": found["year"]}
        stands = {"code": submission.unit.code.strip(), "year": str(submission.year or "")}
        if any(stands[key] and told[key] != stands[key] for key in told):
            holds = f"{stands['code']} {stands['year']}"
            yield submission, hit(submission, "unit_code", value=submission.file, holds=holds.strip())


def _file_name_shape(form: Form) -> re.Pattern[str]:
    """The naming rule up to the last of its fields, as a pattern."""
    parts = []
    for literal, field, _, _ in Formatter().parse(form.file_name):
        if field is None:
            break
        parts.append(re.escape(literal) + _SHAPES[field])
    return re.compile("".join(parts))


class _Twin(NamedTuple):
    """A project in two files."""

    first: Submission
    one: Project
    second: Submission
    other: Project


@department_rule("HDR-06")
def rule_a_project_stands_in_one_file(department: Department, form: Form) -> Found:
    """No project of one year stands in the files of two units, or in two files of one unit.

    Of two units: same name, budget and purpose. Of one unit (known by its name where a code is missing): the
    same name is enough. Known false negatives: a project that was renamed in one of the files.
    """
    for first, one, second, other in _twins(department):
        yield first, _twin_hit(one, second, other)
        yield second, _twin_hit(other, first, one)


def _twin_hit(project: Project, elsewhere: Submission, other: Project) -> Hit:
    where = str(other.location.address("project"))
    return hit_in(project, project, "project", value=project.name, other=_who(elsewhere), where=where)


def _twins(department: Department) -> Iterator[_Twin]:
    by_name: defaultdict[str, list[tuple[Submission, Project]]] = defaultdict(list)
    for submission in department.standing:
        for project in submission.projects:
            if project.declared and project.name.strip():
                by_name[normal_label(project.name)].append((submission, project))
    for found in by_name.values():
        for (first, one), (second, other) in _likely_pairs(found):
            if first is second or not _same_year(first, second):
                continue
            if _same_unit(first, second) or _same_money_and_purpose(one, other):
                yield _Twin(first, one, second, other)


_Named = tuple[Submission, Project]


def _likely_pairs(found: Sequence[_Named]) -> Iterator[tuple[_Named, _Named]]:
    """Pairs that share unit or money, in order; of a name that a thousand units use, not every pair."""
    alike: defaultdict[tuple[str, object], list[int]] = defaultdict(list)
    for number, (submission, project) in enumerate(found):
        unit = submission.unit
        for mark in (
            ("code", unit.code.strip()),
            ("name", normal_label(unit.name)),
            ("money", project.budget.amount and (project.budget.amount, normal_label(project.purpose))),
        ):
            if mark[1]:
                alike[mark].append(number)
    numbers = {pair for group in alike.values() for pair in combinations(group, 2)}
    return ((found[one], found[other]) for one, other in sorted(numbers))


def _same_unit(first: Submission, second: Submission) -> bool:
    if first is second:
        return True
    if first.unit.code.strip() and second.unit.code.strip():
        return first.unit.code.strip() == second.unit.code.strip()
    name = normal_label(first.unit.name)
    return bool(name) and name == normal_label(second.unit.name)


def _same_money_and_purpose(one: Project, other: Project) -> bool:
    purpose = normal_label(one.purpose)
    same_purpose = bool(purpose) and purpose == normal_label(other.purpose)
    return same_purpose and one.budget.amount is not None and one.budget.amount == other.budget.amount


@department_rule("DUP-04")
def rule_an_activity_has_one_unit(department: Department, form: Form) -> Found:
    """No named event is funded by two units; advice, since units may well share one and split its costs.

    Known false negatives: as DUP-01.
    """
    seen: dict[str, tuple[Submission, Place]] = {}
    for submission in department.standing:
        own: dict[str, Place] = {}
        for project in submission.projects:
            for event, place in events_of(project).items():
                own.setdefault(event, place)
        for event, place in own.items():
            first, there = seen.setdefault(event, (submission, place))
            if (
                first is not submission
                and not _same_unit(first, submission)
                and _same_year(first, submission)
            ):
                yield first, _event_hit(event, there, submission, place)
                yield submission, _event_hit(event, place, first, there)


def _event_hit(event: str, place: Place, elsewhere: Submission, there: Place) -> Hit:
    where = str(there.record.location.address(there.field))
    return hit_at(
        place,
        start=event,
        other=_who(elsewhere),
        other_project=there.project.name,
        where=where,
    )


@department_rule("DUP-05")
def rule_tables_are_the_units_own(department: Department, form: Form) -> Found:
    """A table does not repeat most rows of another unit's table, name and 指标值.

    Standard indicators and names that any project has are not counted; five rows and four fifths it takes.
    Known false negatives: a copied table whose names or values were changed.
    """
    first_with: dict[tuple[str, str], _Row] = {}
    for submission in department.standing:
        for project in submission.projects:
            shared: defaultdict[int, list[tuple[_Row, Indicator]]] = defaultdict(list)
            rows = own_names(project)
            for name, row in rows.items():
                target = normal_label(row.target)
                first = first_with.setdefault((name, target), _Row(submission, project, row))
                if target and not _same_unit(first.submission, submission):
                    shared[id(first.project)].append((first, row))
            for pairs in shared.values():
                if _is_a_copy(pairs, rows.values()):
                    yield submission, _copy_hit(project, pairs)


class _Row(NamedTuple):
    """A row and where it belongs."""

    submission: Submission
    project: Project
    indicator: Indicator


def _is_a_copy(pairs: Sequence[tuple[_Row, Indicator]], rows: Collection[Indicator]) -> bool:
    if len(pairs) < _COPIED_ROWS:
        return False
    copied = sum(not is_standard(row) for _, row in pairs)
    own = sum(not is_standard(row) for row in rows)
    return copied >= max(_COPIED_ROWS, _MOST_OF * own)


def _copy_hit(project: Project, pairs: Sequence[tuple[_Row, Indicator]]) -> Hit:
    (first, copy), *others = pairs
    return hit_in(
        project,
        copy,
        "name",
        also=tuple(row.location.address("name") for _, row in others),
        rows=len(pairs),
        other=_who(first.submission),
        other_project=first.project.name,
        where=str(first.indicator.location.address("name")),
    )
