"""What a report counts: a master's rows by unit, by type, by rule and by submission."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from xlgoals.findings import Severity
from xlgoals.masterform import MasterForm
from xlgoals.read.reported import Line, MasterLines

MONEY = ("budget", "fiscal", "other")


@dataclass(slots=True)
class Tally:
    """Projects of one unit or type, their money, and findings that nobody has explained."""

    name: str
    projects: list[Line] = field(default_factory=list)
    indicators: int = 0
    money: dict[str, Decimal] = field(default_factory=lambda: dict.fromkeys(MONEY, Decimal(0)))
    findings: Counter[Severity] = field(default_factory=Counter)
    rules: dict[tuple[Severity, str], list[Line]] = field(default_factory=dict)
    waived: list[Line] = field(default_factory=list)

    def add(self, project: Line) -> None:
        """A project with its money."""
        self.projects.append(project)
        self.indicators += project.count("indicators")
        for key in MONEY:
            self.money[key] += project.money(key).amount or Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tallies:
    """All that a page shows, counted."""

    units: Sequence[Tally]
    types: Sequence[Tally]
    rules: Mapping[tuple[Severity, str], Mapping[int, int]]
    """Severity and rule → number of the unit → how many."""
    unread: Sequence[Line]
    """Projects with an amount that is no number."""
    resubmitted: Sequence[Sequence[Line]]
    """Ledger lines of each unit that sent more than once, in the order in which they came."""


def tally(lines: MasterLines, form: MasterForm, no_unit: str, no_type: str) -> Tallies:
    """Counts the rows of a master."""
    units = _Units(lines, no_unit)
    types: dict[str, Tally] = {}
    type_of: dict[tuple[_Key, str], Tally] = {}
    unread = []
    for project in lines.projects:
        key, name = _unit_key(project), project.text("type").strip() or no_type
        units.tallies[key].add(project)
        type_of[key, project.text("name")] = types.setdefault(name, Tally(name))
        types[name].add(project)
        if any(project.money(each).amount is None and not project.money(each).is_blank for each in MONEY):
            unread.append(project)
    severities = {label: Severity(key) for key, label in form.severities.items()}
    for finding in lines.findings:
        key = units.of(finding)
        severity = severities.get(finding.text("severity").strip(), Severity.ADVICE)
        if finding.text("waived").strip():
            units.tallies[key].waived.append(finding)
            continue
        units.tallies[key].findings[severity] += 1
        units.tallies[key].rules.setdefault((severity, finding.text("code")), []).append(finding)
        if (of_type := type_of.get((key, finding.text("project")))) is not None:
            of_type.findings[severity] += 1
    return Tallies(
        units=list(units.tallies.values()),
        types=sorted(types.values(), key=lambda each: (-each.money["budget"], each.name)),
        rules=_rules(units.tallies.values()),
        unread=unread,
        resubmitted=_resubmitted(lines.ledger),
    )


_Key = tuple[str, str]


def _unit_key(line: Line) -> _Key:
    return line.text("unit_code").strip(), line.text("unit_name").strip()


class _Units:
    """Units in the order of the master, and which one a line of the list of findings is about.

    Such a line names its file, and its unit without a code.
    """

    def __init__(self, lines: MasterLines, no_unit: str) -> None:
        self.tallies: dict[_Key, Tally] = {}
        self._no_unit = no_unit
        self._by_file: dict[str, _Key] = {}
        self._by_name: dict[str, _Key] = {}
        for line in lines.projects:
            self._add(line)
        for line in lines.ledger:
            if any(_unit_key(line)):
                self._add(line)

    def _add(self, line: Line) -> None:
        key = _unit_key(line)
        self.tallies.setdefault(key, Tally(" ".join(filter(None, key)) or self._no_unit))
        self._by_file.setdefault(line.text("file"), key)
        self._by_name.setdefault(key[1], key)

    def of(self, finding: Line) -> _Key:
        """The unit of a finding; one that is not otherwise named in the master becomes a unit of its own."""
        name = finding.text("unit_name").strip()
        key = self._by_file.get(finding.text("file"), self._by_name.get(name, ("", name)))
        self.tallies.setdefault(key, Tally(name or self._no_unit))
        return key


def _rules(units: Iterable[Tally]) -> dict[tuple[Severity, str], dict[int, int]]:
    found: dict[tuple[Severity, str], dict[int, int]] = {}
    for number, unit in enumerate(units, start=1):
        for rule, findings in unit.rules.items():
            found.setdefault(rule, {})[number] = len(findings)
    ranked = sorted(found.items(), key=lambda item: (item[0][0].rank, -sum(item[1].values()), item[0][1]))
    return dict(ranked)


def _resubmitted(ledger: Iterable[Line]) -> list[list[Line]]:
    by_unit: dict[str, list[Line]] = {}
    for line in ledger:
        code = line.text("unit_code").strip()
        if code and line.text("error").strip():
            by_unit.setdefault(f"{code}\0{line.text('year')}", []).append(line)
    return [
        sorted(each, key=lambda line: line.text("received")) for each in by_unit.values() if len(each) > 1
    ]
