"""What stands in the master: rows of values by column key, one submission after another.

Every row of a project, an indicator or a finding carries the file and the cell it came from.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from xlgoals.catalogue import cure, field_label, message
from xlgoals.consolidation.chase import UnitLine
from xlgoals.consolidation.conflicts import BOTH, Claim, Conflict
from xlgoals.consolidation.events import Entry, Kind, told_time
from xlgoals.consolidation.merge import Arrival, LedgerLine
from xlgoals.consolidation.opinions import Orphan
from xlgoals.findings import Finding, Severity, count_by_severity
from xlgoals.masterform import REVIEW, MasterForm
from xlgoals.messages import Language
from xlgoals.model import Address, Indicator, Money, Project, Submission, TargetKind
from xlgoals.places import places
from xlgoals.rules.roster import Roster
from xlgoals.target import comparator_sign, read_target
from xlgoals.write.streaming import Link, Value, as_target

Row = dict[str, object]
"""Values (:data:`xlgoals.write.streaming.Value`) by column key; a column without one is blank."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IndicatorRow:
    """A row of 指标 with what the summaries need of it."""

    row: Row
    indicator: Indicator
    findings: tuple[Finding, ...]
    is_quantitative: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectRow:
    """A row of 项目, its findings, and its indicators."""

    row: Row
    project: Project
    findings: tuple[Finding, ...]
    indicators: tuple[IndicatorRow, ...]


class Sources:
    """Links to the files that were merged, from the folder in which the master lies."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder.resolve()
        self._path: Path | None = None
        self._target = ""

    def file(self, path: Path) -> Link:
        """A link to a file as a whole, by its name."""
        return Link(name_of(path), self._target_of(path))

    def cell(self, path: Path, label: str, address: Address) -> Link:
        """A link to a cell; to the file where a place is no cell of a sheet."""
        sheet = address.sheet.replace("'", "''")
        place = f"'{sheet}'!{address.cell}" if sheet and address.cell else ""
        return Link(label, self._target_of(path), place)

    def _target_of(self, path: Path) -> str:
        if path is not self._path:  # one file is linked to many times before the next one comes
            self._path, self._target = path, as_target(path, self._folder)
        return self._target


def name_of(path: Path) -> str:
    """The name of a file in letters that can be written down."""
    return path.name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def project_rows(arrival: Arrival, submission: Submission, sources: Sources) -> list[ProjectRow]:
    """The rows of 项目 and 指标 of one submission; 序号 is left to whoever puts them behind others."""
    by_project: dict[str, list[Finding]] = {}
    by_row: dict[tuple[str, str], list[Finding]] = {}
    for finding in arrival.findings:
        by_project.setdefault(finding.project, []).append(finding)
        for address in (finding.address, *finding.also):
            by_row.setdefault(_row_of(address), []).append(finding)
    shared: Row = {**_unit(submission), "file": name_of(arrival.path)}
    rows = []
    for project in submission.projects:
        own = tuple(by_project.get(project.name, ()))
        address = project.location.address("name" if project.declared else "project")
        source = sources.cell(arrival.path, str(address), address)
        indicators = tuple(
            _indicator_row(shared, arrival, project, each, by_row, sources) for each in project.indicators
        )
        row = {**shared, **_project_values(project), **_counts(own), "source": source}
        rows.append(ProjectRow(row=row, project=project, findings=own, indicators=indicators))
    return rows


def finding_rows(
    form: MasterForm, arrival: Arrival, submission: Submission, sources: Sources
) -> Iterable[Row]:
    """The rows of 问题清单 of one submission: what is not explained first, the gravest first."""
    shared: Row = {**_unit(submission), "file": name_of(arrival.path)}
    for finding in sorted(arrival.findings, key=lambda each: (bool(each.waived), each.severity.rank)):
        place = finding.address
        label = places((place, *finding.also), Language.ZH)
        yield {
            **shared,
            "severity": form.severities[finding.severity],
            "place": sources.cell(arrival.path, label, place),
            "project": finding.project,
            "field": field_label(finding.field),
            "value": finding.value,
            "message": message(finding, Language.ZH),
            "fix": cure(finding, Language.ZH),
            "code": finding.code,
            "opinion": "" if finding.opinion is None else form.opinions[str(finding.opinion)],
            "waived": finding.waived,
        }


def ledger_row(form: MasterForm, line: LedgerLine, roster: Roster, sources: Sources) -> Row:
    """A file in 报送台账."""
    arrival, submission = line.arrival, line.arrival.submission
    if arrival.refusal is not None:
        reason = arrival.refusal.sentence(Language.ZH)
    else:
        reason = line.why or (name_of(line.stands.path) if line.stands is not None else "")
    row: Row = {
        "state": form.states[line.state],
        "file": sources.file(arrival.path),
        "received": _moment(arrival.received),
        "digest": arrival.fingerprint,
        "reason": reason,
    }
    if submission is None:
        return row
    expected = roster.get(submission.unit.code.strip())
    return {
        **row,
        **_unit(submission),
        "due": expected.due.isoformat() if expected and expected.due else "",
        "contact": expected.contact if expected else "",
        "version": submission.template_version,
        "projects": len(submission.projects),
        "indicators": sum(len(project.indicators) for project in submission.projects),
        "budget": float(submission.budget),
        **_by_key(arrival.counts),
    }


def silent_row(form: MasterForm, line: UnitLine) -> Row:
    """A unit without a file in 报送台账: nothing came, or it declared by letter that it has no project."""
    return {
        "unit_code": line.code,
        "unit_name": line.name,
        "state": form.states[line.state],
        "year": "" if line.year is None else str(line.year),
        "due": line.due.isoformat() if line.due else "",
        "contact": line.contact,
        "received": told_time(line.when),
        "reason": line.why,
    }


def conflict_rows(form: MasterForm, conflict: Conflict, sources: Sources, folder: Path) -> Iterable[Row]:
    """The claims of a conflict, one a row; ``folder`` is the one that paths in claims are told from."""
    labels = {column.key: column.label for column in form.sheets["conflicts"].columns}
    differing = form.decisions["separator"].join(labels[key] for key in conflict.differing)
    for claim in conflict.claims:
        path = folder / claim.path
        address = claim.addresses["name"]
        is_recommended = claim is conflict.recommended
        yield {
            "conflict": conflict.key,
            "project": claim.project,
            "year": "" if claim.year is None else str(claim.year),
            "unit_code": claim.unit_code,
            "unit_name": claim.unit_name,
            "source": sources.cell(path, str(address), address),
            "differing": differing,
            **claim.values,
            "received": _moment(claim.received),
            "recommended": form.recommendations[conflict.reason] if is_recommended else "",
            "decision": _decision(form, conflict, claim),
            "file": name_of(path),
        }


def orphan_row(form: MasterForm, orphan: Orphan) -> Row:
    """An opinion without a row, with everything that was known of its row."""
    reviewed = orphan.reviewed
    spec = form.sheets[reviewed.sheet]
    values = dict(reviewed.values)
    record = values.pop("record", "")
    if not reviewed.is_orphan:
        labels = {column.key: column.label for column in spec.columns}
        parts = [(labels[key], text) for key, text in values.items() if key in labels and key not in REVIEW]
        field = form.record["field"]
        record = "\n".join(
            field.format(label=label, value=text)
            for label, text in (*parts, *reviewed.others.items())
            if text
        )
    if reviewed.sheet == "projects":
        values["project"] = values.pop("name", "")
    kept = ("unit_code", "unit_name", "year", "project", "level1", "level2", "name", "changed", *REVIEW)
    return {
        **{key: values.get(key, "") for key in kept},
        "sheet": spec.name,
        "reason": form.orphan_reasons[orphan.why],
        "record": record,
        "row_key": str(reviewed.key),
    }


def journal_row(form: MasterForm, entry: Entry) -> Row:
    """An entry of the ledger in 日志."""
    event = entry.event
    is_state = event.kind is Kind.STATE and event.state is not None
    return {
        "when": told_time(entry.when),
        "who": entry.who,
        "what": form.states[str(event.state)] if is_state else form.decisions["made"],
        "unit_code": event.unit,
        "unit_name": event.unit_name,
        "file": event.file,
        "reason": event.why,
    }


def _project_values(project: Project) -> Row:
    return {
        "name": project.name,
        "type": project.type,
        "budget": _money(project.budget),
        "fiscal": _money(project.fiscal),
        "other": _money(project.other),
        "purpose": project.purpose,
        "goals": project.goals,
        "indicators": len(project.indicators),
        "waiver": project.waiver,
    }


def _indicator_row(
    shared: Mapping[str, object],
    arrival: Arrival,
    project: Project,
    indicator: Indicator,
    by_row: Mapping[tuple[str, str], list[Finding]],
    sources: Sources,
) -> IndicatorRow:
    target = read_target(indicator.target)
    address = indicator.location.address("name")
    found = tuple(by_row.get(_row_of(address), ()))
    row: Row = {
        **shared,
        "project": project.name,
        "level1": indicator.level1,
        "level2": indicator.level2,
        "name": indicator.name,
        "description": indicator.description,
        "target": indicator.target,
        "comparator": comparator_sign(target.comparator) if target.comparator else "",
        "value": target.value if target.value is not None else _range(target.low, target.high),
        "unit": target.unit,
        "findings": " ".join(dict.fromkeys([finding.code for finding in found])),
        "waiver": indicator.waiver,
        "source": sources.cell(arrival.path, str(address), address),
    }
    is_quantitative = target.kind is not TargetKind.QUALITATIVE
    return IndicatorRow(row=row, indicator=indicator, findings=found, is_quantitative=is_quantitative)


def _decision(form: MasterForm, conflict: Conflict, claim: Claim) -> str:
    words, decision = form.decisions, conflict.decision
    if decision is None:
        return words["none"]
    if decision.keeps == BOTH:
        told = words["both"]
    elif decision.keeps == claim.claimant:
        told = words["keeps"]
    else:
        told = words["aside"]
    made = words["by"].format(
        who=decision.entry.who, when=told_time(decision.entry.when), why=decision.entry.event.why
    )
    return "\n".join([told, made, *([words["changed"]] if conflict.changed_since else [])])


def _unit(submission: Submission) -> Row:
    year = "" if submission.year is None else str(submission.year)
    return {"unit_code": submission.unit.code, "unit_name": submission.unit.name, "year": year}


def _counts(findings: Iterable[Finding]) -> Row:
    return _by_key(count_by_severity(findings))


def _by_key(counts: Mapping[Severity, int]) -> Row:
    return {severity.value: count for severity, count in counts.items()}


def _money(money: Money) -> Value:
    """A number where it is one; otherwise the text as it stands, never a zero."""
    return money.raw.strip() if money.amount is None else float(money.amount)


def _moment(seconds: float) -> str:
    return dt.datetime.fromtimestamp(seconds, tz=dt.UTC).astimezone().strftime("%Y-%m-%d %H:%M")


def _range(low: str | None, high: str | None) -> str:
    return f"{low}—{high}" if low is not None and high is not None else low or high or ""


def _row_of(address: Address) -> tuple[str, str]:
    return address.sheet, address.cell.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
