"""What stands in the master: rows of values by column key, in the order of units, projects and indicators.

Every row of a project, an indicator or a finding carries the file and the cell it came from.
"""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from xlgoals.catalogue import cure, field_label, message, rule_page
from xlgoals.consolidation.merge import Arrival, LedgerLine, Merged
from xlgoals.findings import Finding, Severity, count_by_severity
from xlgoals.masterform import MasterForm
from xlgoals.messages import Language
from xlgoals.model import Address, Indicator, Money, Project, Submission
from xlgoals.places import places
from xlgoals.target import comparator_sign, read_target


@dataclass(frozen=True, slots=True)
class Link:
    """A text that leads to a cell of a file; to the file as a whole without a cell."""

    label: str
    file: Path | None
    sheet: str = ""
    cell: str = ""

    def __str__(self) -> str:
        return self.label


Value = str | int | float | Link | None
Row = Mapping[str, Value]


def master_rows(form: MasterForm, merged: Merged) -> Mapping[str, list[Row]]:
    """The rows of every data sheet, by sheet key."""
    projects: list[Row] = []
    indicators: list[Row] = []
    for arrival, submission in merged.submissions:
        by_project: dict[str, list[Finding]] = {}
        by_row: dict[tuple[str, str], list[Finding]] = {}
        for finding in arrival.findings:
            by_project.setdefault(finding.project, []).append(finding)
            for address in (finding.address, *finding.also):
                by_row.setdefault(_row_of(address), []).append(finding)
        for project in submission.projects:
            own = by_project.get(project.name, [])
            projects.append(_project_row(arrival, submission, project, own, len(projects) + 1))
            for indicator in project.indicators:
                place = _row_of(indicator.location.address("name"))
                found = by_row.get(place, [])
                number = len(indicators) + 1
                indicators.append(_indicator_row(arrival, submission, project, indicator, found, number))
    return {
        "projects": projects,
        "indicators": indicators,
        "findings": [
            _finding_row(form, arrival, submission, finding)
            for arrival, submission in merged.submissions
            for finding in sorted(arrival.findings, key=lambda each: (bool(each.waived), each.severity.rank))
        ],
        "ledger": [_ledger_row(form, line) for line in merged.ledger],
    }


def overview_figures(merged: Merged) -> Mapping[str, Value]:
    """The figures on top of 总览."""
    submissions = [submission for _, submission in merged.submissions]
    counts = count_by_severity(merged.findings)
    return {
        "units": len(submissions),
        "projects": sum(len(s.projects) for s in submissions),
        "indicators": sum(len(p.indicators) for s in submissions for p in s.projects),
        "budget": float(sum((s.budget for s in submissions), Decimal(0))),
        "errors": counts[Severity.ERROR],
        "warnings": counts[Severity.WARNING],
        "advice": counts[Severity.ADVICE],
    }


def unit_rows(form: MasterForm, merged: Merged) -> list[Row]:
    """One row a unit: what it sent, its money, its findings."""
    rows: list[Row] = []
    for arrival, submission in merged.submissions:
        projects = submission.projects
        rows.append(
            {
                **_unit(submission),
                "projects": len(projects),
                "indicators": sum(len(project.indicators) for project in projects),
                "budget": _sum(project.budget for project in projects),
                "fiscal": _sum(project.fiscal for project in projects),
                "other": _sum(project.other for project in projects),
                **_counts(arrival.findings),
                "file": Link(arrival.path.name, arrival.path),
            }
        )
    return rows


def rule_rows(form: MasterForm, merged: Merged) -> list[Row]:
    """One row a rule that found something not explained: gravest first, then most frequent."""
    counts = Counter((finding.severity, finding.code) for finding in merged.findings if not finding.waived)
    ranked = sorted(counts.items(), key=lambda item: (item[0][0].rank, -item[1], item[0][1]))
    return [
        {
            "code": code,
            "title": rule_page(code).words[Language.ZH].title,
            "severity": form.severities[severity],
            "count": count,
        }
        for (severity, code), count in ranked
    ]


def _project_row(
    arrival: Arrival, submission: Submission, project: Project, findings: Iterable[Finding], number: int
) -> Row:
    return {
        "number": number,
        **_unit(submission),
        "name": project.name,
        "type": project.type,
        "budget": _money(project.budget),
        "fiscal": _money(project.fiscal),
        "other": _money(project.other),
        "purpose": project.purpose,
        "goals": project.goals,
        "indicators": len(project.indicators),
        **_counts(findings),
        "waiver": project.waiver,
        **_source(arrival, project.location.address("name" if project.declared else "project")),
    }


def _indicator_row(
    arrival: Arrival,
    submission: Submission,
    project: Project,
    indicator: Indicator,
    findings: Iterable[Finding],
    number: int,
) -> Row:
    target = read_target(indicator.target)
    return {
        "number": number,
        **_unit(submission),
        "project": project.name,
        "level1": indicator.level1,
        "level2": indicator.level2,
        "name": indicator.name,
        "description": indicator.description,
        "target": indicator.target,
        "comparator": comparator_sign(target.comparator) if target.comparator else "",
        "value": target.value if target.value is not None else _range(target.low, target.high),
        "unit": target.unit,
        "findings": " ".join(dict.fromkeys(finding.code for finding in findings)),
        "waiver": indicator.waiver,
        **_source(arrival, indicator.location.address("name")),
    }


def _finding_row(form: MasterForm, arrival: Arrival, submission: Submission, finding: Finding) -> Row:
    place = finding.address
    label = places((place, *finding.also), Language.ZH)
    return {
        "severity": form.severities[finding.severity],
        **_unit(submission),
        "place": Link(label, arrival.path, place.sheet, place.cell),
        "project": finding.project,
        "field": field_label(finding.field),
        "value": finding.value,
        "message": message(finding, Language.ZH),
        "fix": cure(finding, Language.ZH),
        "code": finding.code,
        "opinion": "" if finding.opinion is None else form.opinions[str(finding.opinion)],
        "waived": finding.waived,
        "file": arrival.path.name,
    }


def _ledger_row(form: MasterForm, line: LedgerLine) -> Row:
    arrival, submission = line.arrival, line.arrival.submission
    received = datetime.datetime.fromtimestamp(arrival.received, tz=datetime.UTC).astimezone()
    shared: dict[str, Value] = {
        "state": form.states[line.state],
        "file": Link(arrival.path.name, arrival.path),
        "received": received.strftime("%Y-%m-%d %H:%M"),
        "reason": arrival.refusal.sentence(Language.ZH) if arrival.refusal else line.replaced_by,
    }
    if submission is None:
        return shared
    return {
        **shared,
        **_unit(submission),
        "year": "" if submission.year is None else str(submission.year),
        "version": submission.template_version,
        "projects": len(submission.projects),
        "indicators": sum(len(project.indicators) for project in submission.projects),
        "budget": float(submission.budget),
        **_counts(arrival.findings),
        "digest": submission.digest,
    }


def _unit(submission: Submission) -> dict[str, Value]:
    return {"unit_code": submission.unit.code, "unit_name": submission.unit.name}


def _source(arrival: Arrival, address: Address) -> dict[str, Value]:
    return {
        "file": arrival.path.name,
        "source": Link(str(address), arrival.path, address.sheet, address.cell),
    }


def _counts(findings: Iterable[Finding]) -> dict[str, Value]:
    return {severity.value: count for severity, count in count_by_severity(findings).items()}


def _money(money: Money) -> Value:
    """A number where it is one; otherwise the text as it stands, never a zero."""
    return money.raw.strip() if money.amount is None else float(money.amount)


def _sum(amounts: Iterable[Money]) -> float:
    return float(sum((money.amount for money in amounts if money.amount is not None), Decimal(0)))


def _range(low: str | None, high: str | None) -> str:
    return f"{low}—{high}" if low is not None and high is not None else low or high or ""


def _row_of(address: Address) -> tuple[str, str]:
    return address.sheet, address.cell.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
