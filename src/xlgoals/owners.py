"""Whose is a cell? Records by the cells that hold them, and their values by field key."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from msgspec.structs import replace

from xlgoals.findings import Finding
from xlgoals.folding import Row, row_of
from xlgoals.form import Form
from xlgoals.model import Indicator, Money, Project, Submission

Record = Submission | Project | Indicator


def text_of(record: Record, field: str) -> str:
    """What stands in the cell of ``field``, as written.

    The project of an indicator is not the indicator's to know: its name is asked of the project.
    """
    if isinstance(record, Submission):
        year = "" if record.year is None else str(record.year)
        unit = {"unit_code": record.unit.code, "unit_name": record.unit.name, "year": year}
        return unit[field] if field in unit else record.contact[field]
    if isinstance(record, Project) and field == "project":
        return record.name
    stands = getattr(record, field)
    return stands.raw if isinstance(stands, Money) else str(stands)


def records(submission: Submission) -> Iterator[tuple[Project, Project | Indicator]]:
    """Every project and indicator, each with its project."""
    for project in submission.projects:
        if project.declared:
            yield project, project
        for indicator in project.indicators:
            yield project, indicator


def with_owners(submission: Submission, findings: Sequence[Finding], form: Form) -> list[Finding]:
    """The findings, those with project and field that name only a cell.

    A reader that meets something in a cell does not know yet whose row it will be.
    """
    if all(finding.project for finding in findings):
        return list(findings)
    owners: dict[Row, tuple[Project, Project | Indicator]] = {}
    for project, record in records(submission):
        row = row_of(record.location.address("name"))
        if row is not None:
            owners.setdefault(row, (project, record))
    return [finding if finding.project else _owned(finding, owners, form) for finding in findings]


def _owned(
    finding: Finding, owners: Mapping[Row, tuple[Project, Project | Indicator]], form: Form
) -> Finding:
    row = row_of(finding.address)
    if row is None or row not in owners:
        return finding
    project, record = owners[row]
    return replace(finding, project=project.name, field=finding.field or _field_at(finding, record, form))


def _field_at(finding: Finding, record: Project | Indicator, form: Form) -> str:
    """The field that stands in the cell; empty for a cell of no field."""
    sheet = form.projects if isinstance(record, Project) else form.indicators
    keys = [column.key for column in sheet.inputs]
    # What has no cell of its own answers with the first of the record.
    return next((key for key in keys if record.location.address(key) == finding.address), "")
