"""SUB: do the files of a department agree with its roster, with their names, and with those they replace?"""

from __future__ import annotations

import re
from collections.abc import Iterator
from string import Formatter

from xlgoals.form import Form, normal_label
from xlgoals.model import Submission
from xlgoals.rules.registry import Department, Hit, department_rule, hit

_UNIT_CODE = re.compile(r"\d{6}", re.ASCII)
_SHAPES = {"code": r"(?P<code>\d{6})", "year": r"(?P<year>\d{4})"}
_SHOWN_NAMES = 5

Found = Iterator[tuple[Submission, Hit]]


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
