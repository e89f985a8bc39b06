"""What of all findings is told, and how shortly: follow-ons left out, one cause said once, counts.

Follow-ons are left out of everything, the JSON too. Folding is for the terminal: it shows one line for one
cause. The master's list, which people filter, the JSON and the frames have every finding.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from xlgoals.catalogue import After, Scope, message, rule_pages
from xlgoals.findings import Finding, Severity, cell_order, count_by_severity
from xlgoals.messages import Language
from xlgoals.model import Address

Row = tuple[str, str, int]
"""File, sheet and number of a row."""

_Spot = tuple[Scope, object]


def row_of(address: Address) -> Row | None:
    """What tells one row of a sheet from another; None for a line of a text, where rows have no columns."""
    return (address.file, address.sheet, cell_order(address.cell)[0]) if address.sheet else None


def without_follow_ons(findings: Sequence[Finding]) -> list[Finding]:
    """The findings, less those that only follow from another one.

    An empty cell is one finding, the gravest: whatever else a rule says of a cell in which nothing stands
    follows from that. Beyond that a rule's page says after which findings it is not told (``after``).
    """
    kept = _one_for_an_empty_cell(findings)
    pages = rule_pages()
    followers = [finding for finding in kept if pages[finding.code].after]
    wanted = {after.code for finding in followers for after in pages[finding.code].after}
    causes: dict[str, dict[_Spot, list[Finding]]] = {}
    for cause in kept:
        if cause.code in wanted:
            spots = causes.setdefault(cause.code, {})
            for spot in _spots(cause):
                spots.setdefault(spot, []).append(cause)
    if not causes:
        return kept
    left_out = {
        id(finding)
        for finding in followers
        if any(_follows(finding, after, causes) for after in pages[finding.code].after)
    }
    return [finding for finding in kept if id(finding) not in left_out]


def _one_for_an_empty_cell(findings: Sequence[Finding]) -> list[Finding]:
    blank = [finding for finding in findings if finding.field and not finding.value.strip()]
    if not blank:
        return list(findings)
    gravest: dict[tuple[Address, str], Finding] = {}
    order = {code: number for number, code in enumerate(rule_pages())}

    def gravity(finding: Finding) -> tuple[int, int]:
        return (finding.severity.rank, order[finding.code])

    for finding in blank:
        best = gravest.setdefault((finding.address, finding.field), finding)
        if gravity(finding) < gravity(best):
            gravest[finding.address, finding.field] = finding
    left_out = {
        id(finding) for finding in blank if gravest[finding.address, finding.field].code != finding.code
    }
    return [finding for finding in findings if id(finding) not in left_out]


def _spots(cause: Finding) -> list[_Spot]:
    """Where a finding speaks for others."""
    addresses = (cause.address, *cause.also)
    return [
        *((Scope.CELL, address) for address in addresses),
        *((Scope.ROW, row_of(address)) for address in addresses),
        *((Scope.AGAIN, row_of(address)) for address in cause.also),
        (Scope.PROJECT, (cause.address.file, cause.project)),
    ]


def _follows(finding: Finding, after: After, causes: dict[str, dict[_Spot, list[Finding]]]) -> bool:
    if after.code not in causes:
        return False
    if after.scope is Scope.CELL:
        spot: object = finding.address
    elif after.scope is Scope.PROJECT:
        spot = (finding.address.file, finding.project) if finding.project else None
    else:
        spot = row_of(finding.address)
    if spot is None:
        return False
    found = causes[after.code].get((after.scope, spot), ())
    return any(cause is not finding and after.field in ("", cause.field) for cause in found)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fold:
    """The findings of one rule with one severity, in reading order."""

    code: str
    severity: Severity
    findings: tuple[Finding, ...]

    @property
    def addresses(self) -> tuple[Address, ...]:
        """Every cell that is named, further ones included."""
        return tuple(address for finding in self.findings for address in (finding.address, *finding.also))

    def causes(self, language: Language) -> list[Fold]:
        """Findings in the same words are one cause: fourteen blank cells are said once."""
        groups: dict[str, list[Finding]] = {}
        for finding in self.findings:
            groups.setdefault(message(finding, language), []).append(finding)
        return [
            Fold(code=self.code, severity=self.severity, findings=tuple(group)) for group in groups.values()
        ]


def fold(findings: Iterable[Finding]) -> list[Fold]:
    """Findings by rule: gravest first, then by where the rule found something first."""
    groups: dict[tuple[Severity, str], list[Finding]] = {}
    for finding in findings:
        groups.setdefault((finding.severity, finding.code), []).append(finding)
    folds = [
        Fold(code=code, severity=severity, findings=tuple(group))
        for (severity, code), group in groups.items()
    ]
    return sorted(folds, key=lambda each: each.severity.rank)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """Counts for one rule or one project. What is explained (waived) is counted apart."""

    name: str
    """Rule code or project; empty for what concerns the whole file."""
    counts: dict[Severity, int]
    explained: int

    @property
    def open(self) -> int:
        """Findings that await a correction or an explanation."""
        return sum(self.counts.values())


def tally_by_rule(findings: Iterable[Finding]) -> list[Tally]:
    """One tally a rule: gravest first, then most frequent."""
    tallies = _tally(findings, by_rule=True)

    def key(tally: Tally) -> tuple[object, ...]:
        return (*(-tally.counts[severity] for severity in Severity), -tally.explained, tally.name)

    return sorted(tallies, key=key)


def tally_by_project(findings: Iterable[Finding]) -> list[Tally]:
    """One tally a project, in reading order; what concerns the whole file comes first."""
    return sorted(_tally(findings, by_rule=False), key=lambda tally: tally.name != "")


def _tally(findings: Iterable[Finding], *, by_rule: bool) -> list[Tally]:
    groups: dict[str, list[Finding]] = {}
    for finding in findings:
        groups.setdefault(finding.code if by_rule else finding.project, []).append(finding)
    return [
        Tally(
            name=name,
            counts=count_by_severity(group),
            explained=sum(1 for finding in group if finding.waived),
        )
        for name, group in groups.items()
    ]
