"""A submission as one JSON document: the exchange format of ``xlgoals export`` and of the API."""

from __future__ import annotations

from xlgoals.model import Indicator, Money, Project, Submission
from xlgoals.target import read_target


def submission_to_json(submission: Submission) -> dict[str, object]:
    """The JSON of a submission.

    Money comes as decimal strings in 万元, null where the cell is blank; ``goals`` is one text with line
    feeds; ``target`` is as written. ``unread`` lists what stands in an amount cell but is no amount, so
    that nothing is lost behind a null.
    """
    return {
        "unit": {"code": submission.unit.code, "name": submission.unit.name},
        "year": submission.year,
        "profile": submission.profile,
        "template_version": submission.template_version,
        "projects": [_project(project) for project in submission.projects],
        "unread": [
            {"cell": str(project.location.address(field)), "field": field, "value": money.raw}
            for project in submission.projects
            for field, money in _amounts(project).items()
            if not money.is_readable
        ],
    }


def _amounts(project: Project) -> dict[str, Money]:
    return {"budget": project.budget, "fiscal": project.fiscal, "other": project.other}


def _project(project: Project) -> dict[str, object]:
    amounts = {key: None if money.amount is None else str(money) for key, money in _amounts(project).items()}
    return {
        "name": project.name,
        "type": project.type,
        **amounts,
        "purpose": project.purpose,
        "goals": project.goals,
        "indicators": [indicator_to_json(indicator) for indicator in project.indicators],
    }


def indicator_to_json(indicator: Indicator) -> dict[str, object]:
    """The JSON of one indicator: as written, what its 指标值 says, and the cell of that."""
    target = read_target(indicator.target)
    return {
        "level1": indicator.level1,
        "level2": indicator.level2,
        "name": indicator.name,
        "description": indicator.description,
        "target": indicator.target,
        "comparator": target.comparator.value if target.comparator else None,
        "value": target.value,
        "unit": target.unit or None,
        "waiver": indicator.waiver or None,
        "cell": str(indicator.location.address("target")),
    }
