"""Sums for 总览, taken while the rows pass by; nothing is kept of a row but its numbers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from xlgoals.catalogue import rule_page
from xlgoals.consolidation.chase import UnitLine
from xlgoals.consolidation.events import State
from xlgoals.consolidation.merge import Arrival
from xlgoals.findings import Finding, Severity, count_by_severity
from xlgoals.library import guess_type, load_library
from xlgoals.masterform import MasterForm
from xlgoals.messages import Language
from xlgoals.model import Project, Submission
from xlgoals.rules.roster import Roster
from xlgoals.write.master.rows import ProjectRow, Row, Sources

_MONEY = ("budget", "fiscal", "other")
_NO_MONEY = dict.fromkeys(_MONEY, Decimal(0))
_NO_FINDINGS = dict.fromkeys(Severity, 0)


@dataclass(slots=True)
class Sum:
    """What comes together under one heading."""

    units: int = 0
    projects: int = 0
    indicators: int = 0
    quantitative: int = 0
    guessed: int = 0
    """Projects whose type the unit left blank and the words of the project tell."""
    money: dict[str, Decimal] = field(default_factory=_NO_MONEY.copy)
    findings: dict[Severity, int] = field(default_factory=_NO_FINDINGS.copy)

    def add_project(self, project: Project) -> None:
        """Counts a project with its money; what is no number is no zero either, and is not summed."""
        self.projects += 1
        self.indicators += len(project.indicators)
        for name in _MONEY:
            self.money[name] += getattr(project, name).amount or 0

    def add_findings(self, findings: Iterable[Finding]) -> None:
        """Counts what is not explained."""
        for severity, count in count_by_severity(findings).items():
            self.findings[severity] += count

    def row(self) -> Row:
        """The numbers by column key."""
        return {
            "units": self.units,
            "projects": self.projects,
            "indicators": self.indicators,
            "quantitative": self.quantitative,
            "share": self.quantitative / self.indicators if self.indicators else None,
            "guessed": self.guessed,
            **{name: float(amount) for name, amount in self.money.items()},
            **{severity.value: count for severity, count in self.findings.items()},
        }


class Totals:
    """All sums of one master."""

    def __init__(self, form: MasterForm, roster: Roster, sources: Sources) -> None:
        self._form, self._roster, self._sources = form, roster, sources
        self.all = Sum()
        self.years: set[int] = set()
        self._units: list[Row] = []
        self._departments: dict[tuple[str, str], Sum] = {}
        self._types: dict[str, Sum] = {}
        self._levels: defaultdict[tuple[str, str], Sum] = defaultdict(Sum)
        self._rules: defaultdict[tuple[Severity, str], Sum] = defaultdict(Sum)

    def add(self, arrival: Arrival, submission: Submission, rows: Iterable[ProjectRow]) -> None:
        """Counts one submission and its rows."""
        unit = Sum()
        levels: dict[tuple[str, str], None] = {}
        for each in rows:
            unit.add_project(each.project)
            self._add_type(each)
            self._add_levels(each, levels)
        unit.add_findings(arrival.findings)
        for level in levels:
            self._levels[level].units += 1
        self._add_rules(arrival.findings)
        code = submission.unit.code.strip()
        expected = self._roster.get(code)
        key = (submission.unit.department if code else "", expected.department if expected else "")
        department = self._departments.setdefault(key, Sum())
        for total in (self.all, department):
            total.units += 1
            total.projects += unit.projects
            total.indicators += unit.indicators
            for name, amount in unit.money.items():
                total.money[name] += amount
            for severity, count in unit.findings.items():
                total.findings[severity] += count
        if submission.year is not None:
            self.years.add(submission.year)
        self._units.append(
            {
                "unit_code": submission.unit.code,
                "unit_name": submission.unit.name,
                **unit.row(),
                "file": self._sources.file(arrival.path),
            }
        )

    @property
    def figures(self) -> Row:
        """The figures on top of 总览."""
        row = self.all.row()
        plural = {"errors": "error", "warnings": "warning", "advice": "advice"}
        return {**row, **{name: row[key] for name, key in plural.items()}}

    def tables(self, silent: Iterable[UnitLine]) -> Mapping[str, list[Row]]:
        """The rows of every table of 总览, by its key; ``silent`` are units of which no file came."""
        return {
            "department": self._department_rows(silent),
            "unit": self._units,
            "type": self._type_rows(),
            "level2": [
                {"level1": level1, "level2": level2, **total.row()}
                for (level1, level2), total in self._in_tree_order()
            ],
            "rule": self._rule_rows(),
        }

    def _in_tree_order(self) -> list[tuple[tuple[str, str], Sum]]:
        """Level 2 below its level 1, each in the order in which it first came."""
        order = {level1: number for number, (level1, _) in enumerate(reversed(self._levels))}
        return sorted(self._levels.items(), key=lambda item: -order[item[0][0]])

    def _add_type(self, each: ProjectRow) -> None:
        name, is_guessed = each.project.type.strip(), False
        if not name:
            name = _guessed(each.project)
            is_guessed = bool(name)
        total = self._types.setdefault(name or self._form.overview.no_type, Sum())
        total.add_project(each.project)
        total.guessed += is_guessed
        total.add_findings(each.findings)

    def _add_levels(self, each: ProjectRow, levels: dict[tuple[str, str], None]) -> None:
        own: defaultdict[tuple[str, str], dict[int, Finding]] = defaultdict(dict)
        for row in each.indicators:
            level = (row.indicator.level1, row.indicator.level2)
            total = self._levels[level]
            total.indicators += 1
            total.quantitative += row.is_quantitative
            own[level].update({id(finding): finding for finding in row.findings})
        for level, findings in own.items():
            self._levels[level].projects += 1
            self._levels[level].add_findings(findings.values())
            levels[level] = None

    def _add_rules(self, findings: Iterable[Finding]) -> None:
        projects: defaultdict[tuple[Severity, str], list[str]] = defaultdict(list)
        for finding in findings:
            if not finding.waived:
                projects[finding.severity, finding.code].append(finding.project)
        for key, names in projects.items():
            total = self._rules[key]
            total.findings[key[0]] += len(names)
            total.projects += len({*names} - {""})
            total.units += 1

    def _department_rows(self, silent: Iterable[UnitLine]) -> list[Row]:
        missing: dict[tuple[str, str], list[str]] = {}
        for line in silent:
            if line.state is State.MISSING:
                key = (line.code[:3], line.department)
                missing.setdefault(key, []).append(line.code)
        listed = sorted({*self._departments, *missing}, key=lambda key: (not key[0], key))
        separator = self._form.decisions["separator"]
        return [
            {
                "code": code or self._form.overview.no_department,
                "name": name,
                **self._departments.get((code, name), Sum()).row(),
                "missing": separator.join(missing.get((code, name), ())),
            }
            for code, name in listed
        ]

    def _type_rows(self) -> list[Row]:
        none = self._form.overview.no_type
        ranked = sorted(self._types.items(), key=lambda item: (item[0] == none, -item[1].projects, item[0]))
        return [
            {"number": str(number), "name": name, **total.row()}
            for number, (name, total) in enumerate(ranked, start=1)
        ]

    def _rule_rows(self) -> list[Row]:
        """The gravest first, then the most frequent."""
        ranked = sorted(
            self._rules.items(), key=lambda item: (item[0][0].rank, -item[1].findings[item[0][0]], item[0][1])
        )
        return [
            {
                "code": code,
                "title": rule_page(code).words[Language.ZH].title,
                "severity": self._form.severities[severity],
                "count": total.findings[severity],
                "projects": total.projects,
                "units": total.units,
            }
            for (severity, code), total in ranked
        ]


def _guessed(project: Project) -> str:
    """The name of the type that the words of a project tell; empty where they tell none."""
    guess = guess_type(project, load_library())
    return guess.type.name if guess else ""
