"""冲突: one project claimed by two files that both stand, what is recommended, and what was decided.

Nothing is chosen silently: until somebody decides, every claim stays in the master. A decision is an event of
the ledger and holds for later runs, as long as the same units claim the project.
"""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from xlgoals.consolidation.events import Entry, Kind
from xlgoals.form import normal_label
from xlgoals.model import Address, Project, Submission
from xlgoals.rules.roster import Roster

COMPARED = ("budget", "fiscal", "other", "purpose", "goals", "indicators")
"""Fields of a claim that are laid side by side."""
BOTH = "both"
"""The decision that every claim stands: projects of one name that have nothing to do with each other."""
_KEY_DIGITS = 10
_NUMBERS = re.compile(r"[\d.,，、%％]+")
_FEWEST_CHARACTERS = 6


class Reason(StrEnum):
    """Why a claim is recommended."""

    SAME = "same"
    """All say the same; the first unit by code."""
    ROSTER = "roster"
    """It alone comes from a unit on the roster."""
    TOTAL = "total"
    """With it its unit meets the control total, and no other does."""
    NEWEST = "newest"
    """It came last."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A project in one file, with what is compared and where it stands."""

    claimant: str
    """Unit code; the path of the file where a code is missing."""
    unit_code: str
    unit_name: str
    year: int | None
    project: str
    path: str
    """Of the file, as the ledger names it."""
    digest: str
    received: float
    values: Mapping[str, str]
    """By field of :data:`COMPARED`; of indicators their number."""
    addresses: Mapping[str, Address]
    amount: Decimal | None
    """预算数 in 万元, where it can be read."""
    unit_total: Decimal
    """Sum of the unit's readable budgets in 万元, this one included."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What somebody decided on a conflict."""

    keeps: str
    """The claimant whose project stands, or :data:`BOTH`."""
    entry: Entry
    digests: frozenset[str]
    """The files it was decided on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """One project, two claims or more."""

    key: str
    """Short and stable: what a decision names. It stays when a unit sends a new file."""
    project: str
    year: int | None
    claims: tuple[Claim, ...]
    recommended: Claim
    reason: Reason
    decision: Decision | None = None

    @property
    def differing(self) -> tuple[str, ...]:
        """The fields in which the claims differ, in the order of :data:`COMPARED`."""
        return tuple(key for key in COMPARED if len({claim.values[key] for claim in self.claims}) > 1)

    @property
    def set_aside(self) -> tuple[Claim, ...]:
        """Claims that a decision leaves out of sums and sheets; they stay in the list of conflicts."""
        if self.decision is None or self.decision.keeps == BOTH:
            return ()
        return tuple(claim for claim in self.claims if claim.claimant != self.decision.keeps)

    @property
    def changed_since(self) -> bool:
        """Whether a file is another than when it was decided: the decision holds, and is to be seen."""
        now = {claim.digest for claim in self.claims}
        return self.decision is not None and not now <= self.decision.digests


class Source(NamedTuple):
    """A file that stands, as the ledger names it, and when it was saved."""

    submission: Submission
    path: str
    received: float


def find_conflicts(
    sources: Sequence[Source], decisions: Mapping[str, Decision], roster: Roster
) -> tuple[Conflict, ...]:
    """Projects that two standing files or more claim, by name of project.

    Claims belong together when name and year agree, and the unit, or purpose or goals but for their numbers.
    Projects whose name stands in one file alone are only counted, so that ten thousand files cost little.
    """
    by_name: defaultdict[str, list[_Lead]] = defaultdict(list)
    shared = _shared_names(sources)
    for number, source in enumerate(sources):
        for place, project in enumerate(source.submission.projects if shared else ()):
            if project.declared and (name := normal_label(project.name)) in shared:
                marks = _likeness(source.submission, project)
                by_name[name].append(_Lead(number, place, source.submission.year, marks))
    found: list[Conflict] = []
    for name, leads in sorted(by_name.items()):
        for group in _groups(leads):
            if len({lead.source for lead in group}) > 1:
                claims = [_claim(sources[lead.source], lead.place) for lead in group]
                claims.sort(key=lambda each: (each.unit_code, each.path))
                found.append(_conflict(name, claims, decisions, roster))
    return tuple(found)


class _Lead(NamedTuple):
    """A project that may be claimed twice: by number of its source, and by its place in it."""

    source: int
    place: int
    year: int | None
    marks: frozenset[int]
    """Hashes; two projects of one name and year that share one of these are the same."""


def _shared_names(sources: Sequence[Source]) -> set[str]:
    """Names of projects that stand in two files or more."""
    first_in: dict[str, int] = {}
    shared: set[str] = set()
    for number, source in enumerate(sources):
        for project in source.submission.projects:
            name = normal_label(project.name)
            if name and first_in.setdefault(name, number) != number:
                shared.add(name)
    return shared


def _claim(source: Source, place: int) -> Claim:
    submission, path, received = source
    project = submission.projects[place]
    return Claim(
        claimant=submission.unit.code.strip() or path,
        unit_code=submission.unit.code,
        unit_name=submission.unit.name,
        year=submission.year,
        project=project.name,
        path=path,
        digest=submission.digest,
        received=received,
        values={key: _value(project, key) for key in COMPARED},
        addresses={
            key: project.location.address("name" if key == "indicators" else key)
            for key in (*COMPARED, "name")
        },
        amount=project.budget.amount,
        unit_total=submission.budget,
    )


def decisions_in(entries: Iterable[Entry]) -> dict[str, Decision]:
    """The decisions in force, by key of the conflict: the last one on each; one taken back is none."""
    found: dict[str, Decision] = {}
    for entry in entries:
        event = entry.event
        if event.kind is not Kind.DECISION:
            continue
        key, keeps = event.details["conflict"], event.details["keeps"]
        found.pop(key, None)
        if keeps:
            digests = frozenset(event.details.get("digests", "").split())
            found[key] = Decision(keeps=keeps, entry=entry, digests=digests)
    return found


def _groups(leads: Sequence[_Lead]) -> list[list[_Lead]]:
    """What is likely one project, each in one group."""
    leader = list(range(len(leads)))

    def led_by(number: int) -> int:
        while leader[number] != number:
            leader[number] = leader[leader[number]]
            number = leader[number]
        return number

    first_with: dict[tuple[int, int | None], int] = {}
    for number, lead in enumerate(leads):
        for mark in lead.marks:
            first = first_with.setdefault((mark, lead.year), number)
            leader[led_by(number)] = led_by(first)
    groups: dict[int, list[_Lead]] = {}
    for number, lead in enumerate(leads):
        groups.setdefault(led_by(number), []).append(lead)
    return list(groups.values())


def _conflict(name: str, claims: list[Claim], decisions: Mapping[str, Decision], roster: Roster) -> Conflict:
    claimants = sorted({claim.claimant for claim in claims})
    told = "\0".join([name, str(claims[0].year), *claimants])
    key = hashlib.sha256(told.encode("utf-8", "surrogatepass")).hexdigest()[:_KEY_DIGITS]
    recommended, reason = _recommend(claims, roster)
    decision = decisions.get(key)
    return Conflict(
        key=key,
        project=claims[0].project.strip(),
        year=claims[0].year,
        claims=tuple(claims),
        recommended=recommended,
        reason=reason,
        decision=decision if decision and decision.keeps in {BOTH, *claimants} else None,
    )


def _recommend(claims: list[Claim], roster: Roster) -> tuple[Claim, Reason]:
    expected = [claim for claim in claims if claim.unit_code.strip() in roster]
    if len(expected) == 1:
        return expected[0], Reason.ROSTER
    meeting = [claim for claim in claims if _meets_total(claim, roster)]
    if len(meeting) == 1:
        return meeting[0], Reason.TOTAL
    if all(claim.values == claims[0].values for claim in claims):
        return claims[0], Reason.SAME
    return max(claims, key=lambda claim: claim.received), Reason.NEWEST


def _meets_total(claim: Claim, roster: Roster) -> bool:
    expected = roster.get(claim.unit_code.strip())
    return expected is not None and expected.total is not None and claim.unit_total == expected.total


def _value(project: Project, key: str) -> str:
    if key == "indicators":
        return str(len(project.indicators))
    return str(getattr(project, key))


def _likeness(submission: Submission, project: Project) -> frozenset[int]:
    unit = submission.unit
    marks = [("unit", normal_label(unit.name))] if unit.name.strip() else []
    if unit.code.strip():
        marks.append(("code", unit.code.strip()))
    for key in ("purpose", "goals"):
        text = _NUMBERS.sub("", normal_label(getattr(project, key)))
        if len(text) >= _FEWEST_CHARACTERS:
            marks.append((key, text))
    return frozenset(map(hash, marks))
