"""Submissions and findings as pandas frames; pandas is imported when it is asked for, not before."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from xlgoals.catalogue import finding_to_json
from xlgoals.findings import Finding
from xlgoals.messages import Language
from xlgoals.model import Submission
from xlgoals.write.document import indicator_to_json

if TYPE_CHECKING:
    import pandas


def to_frame(
    things: Submission | Iterable[Submission] | Iterable[Finding], language: Language = Language.ZH
) -> pandas.DataFrame:
    """Submissions as one row an indicator, or findings as one row each.

    Amounts are Decimal in 万元 and None where the cell is blank or unreadable; every row carries file
    and cell. A project without indicators has one row with empty indicator columns.
    """
    import pandas  # noqa: PLC0415 costs most of a second, so only callers that want a frame pay

    records: list[dict[str, object]] = []
    each: Iterable[Submission | Finding] = [things] if isinstance(things, Submission) else things
    for thing in each:
        if isinstance(thing, Submission):
            records.extend(_indicator_records(thing))
        else:
            records.append(finding_to_json(thing, language))
    return pandas.DataFrame.from_records(records)


def _indicator_records(submission: Submission) -> Iterable[dict[str, object]]:
    for project in submission.projects:
        about = {
            "unit_code": submission.unit.code,
            "unit_name": submission.unit.name,
            "year": submission.year,
            "project": project.name,
            "budget": project.budget.amount,
            "fiscal": project.fiscal.amount,
            "other": project.other.amount,
        }
        for indicator in project.indicators:
            yield {**about, **indicator_to_json(indicator), "file": submission.file}
        if not project.indicators:
            yield {**about, "cell": str(project.location.address("name")), "file": submission.file}
