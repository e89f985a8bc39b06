"""Which submission stands for which unit, and what became of every file.

The newest file of a unit and year stands; the ones it replaces stay in the ledger. A file that cannot be
read is a line of the ledger with the reason, and never stops the run. Nothing is summed that is not a
number, and a unit without a code is kept apart instead of being merged with another. What people have put
on record, a file taken back or sent back, a conflict decided, is respected.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from msgspec.structs import replace

from xlgoals.consolidation.conflicts import (
    Conflict,
    Decision,
    Source,
    decisions_in,
    find_conflicts,
)
from xlgoals.consolidation.events import Entry, FileKey, Standing, State, last_by_file, last_by_unit
from xlgoals.consolidation.kept import Kept
from xlgoals.errors import CannotDo
from xlgoals.findings import Finding, Severity, count_by_severity
from xlgoals.form import normal_label
from xlgoals.model import Submission
from xlgoals.rules.declaration import declares_nothing
from xlgoals.rules.roster import NO_ROSTER, Roster

__all__ = [
    "GONE",
    "NOTHING_KNOWN",
    "Arrival",
    "Known",
    "LedgerLine",
    "Merged",
    "State",
    "known_from",
    "merge",
    "path_told",
]

GONE = "gone"
"""Detail of an event: the file was not taken back by anybody, it is just not in the folders any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """A file as it was received: read with its findings, or refused with the reason."""

    path: Path
    received: float
    """Time of its last change, seconds since the epoch: what decides which file is newer."""
    submission: Submission | None = None
    findings: Sequence[Finding] = ()
    refusal: CannotDo | None = None
    digest: str = ""
    """SHA-256 of its bytes; a submission bears its own."""

    @property
    def fingerprint(self) -> str:
        """SHA-256 of its bytes; empty where nobody looked at them."""
        return self.submission.digest if self.submission is not None else self.digest

    @property
    def counts(self) -> Mapping[Severity, int]:
        """How many findings of each severity are not explained."""
        found = self.findings
        return found.recall(count_by_severity) if isinstance(found, Kept) else count_by_severity(found)

    @property
    def declares_nothing(self) -> bool:
        """Whether the unit states in it that it has no project."""
        return self.submission is not None and declares_nothing(self.submission)


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerLine:
    """One line of 报送台账."""

    arrival: Arrival
    state: State
    stands: Arrival | None = None
    """The newer arrival, of one that was replaced."""
    why: str = ""
    """What stands on record about its state, where a person put it there."""

    @property
    def replaced_by(self) -> str:
        """Name of the newer file; empty for an arrival that was not replaced."""
        return "" if self.stands is None else self.stands.path.name

    @property
    def is_copy(self) -> bool:
        """Whether the newer arrival has the very same bytes."""
        return self.stands is not None and self.stands.fingerprint == self.arrival.fingerprint


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What a merge knows beside the files: the roster, and what stands on record."""

    roster: Roster = field(default_factory=lambda: NO_ROSTER)
    folder: Path = Path()
    """Where the ledger lies: paths of files are told from there."""
    files: Mapping[FileKey, Standing] = field(default_factory=dict)
    units: Mapping[tuple[str, int | None], Standing] = field(default_factory=dict)
    decisions: Mapping[str, Decision] = field(default_factory=dict)


NOTHING_KNOWN = Known()


def known_from(entries: list[Entry], roster: Roster, folder: Path) -> Known:
    """What the entries of a ledger in ``folder`` say."""
    return Known(
        roster=roster,
        folder=folder,
        files=last_by_file(entries),
        units=last_by_unit(entries),
        decisions=decisions_in(entries),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged:
    """What goes into the master: the standing arrivals by unit code, and the ledger of all."""

    standing: tuple[Arrival, ...]
    """Without the projects that a decision gave to another unit."""
    ledger: tuple[LedgerLine, ...]
    conflicts: tuple[Conflict, ...] = ()

    @property
    def submissions(self) -> Iterator[tuple[Arrival, Submission]]:
        """Each standing arrival with its submission."""
        return ((arrival, arrival.submission) for arrival in self.standing if arrival.submission is not None)

    @property
    def findings(self) -> Iterator[Finding]:
        """The findings of the standing submissions, unit by unit in reading order."""
        return (finding for arrival in self.standing for finding in arrival.findings)


def merge(arrivals: Iterable[Arrival], known: Known = NOTHING_KNOWN) -> Merged:
    """Decides which arrival stands for each unit and year, and which projects two of them claim."""
    newest: dict[tuple[str, int | None], Arrival] = {}
    everything = sorted(arrivals, key=lambda arrival: (arrival.received, arrival.path.name))
    for arrival in everything:
        if arrival.submission is not None and not _is_withdrawn(arrival, known):
            newest[_identity(arrival, arrival.submission)] = arrival
    ledger = [_ledger_line(arrival, newest, known) for arrival in everything]
    standing = sorted(newest.values(), key=_by_unit)
    sources = [
        Source(each.submission, path_told(each.path, known.folder), each.received)
        for each in standing
        if each.submission is not None
    ]
    conflicts = find_conflicts(sources, known.decisions, known.roster)
    return Merged(
        standing=tuple(_without_set_aside(standing, conflicts, known.folder)),
        ledger=tuple(sorted(ledger, key=lambda line: _by_unit(line.arrival))),
        conflicts=conflicts,
    )


def path_told(path: Path, folder: Path) -> str:
    """A path as the ledger names it: from ``folder``, with ``/``, in letters that can be kept."""
    try:
        told = os.path.relpath(path.resolve(), folder.resolve())
    except ValueError:  # another drive on Windows
        told = str(path.resolve())
    return told.replace(os.sep, "/").encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def state_of(arrival: Arrival, roster: Roster) -> State:
    """How a file that speaks for its unit stands by itself."""
    if arrival.submission is None:
        return State.UNREADABLE
    if arrival.declares_nothing:
        return State.NOTHING
    expected = roster.get(arrival.submission.unit.code.strip())
    if expected is not None and expected.due is not None and _day(arrival.received) > expected.due:
        return State.LATE
    return State.RECEIVED


def _day(received: float) -> dt.date:
    return dt.datetime.fromtimestamp(received, tz=dt.UTC).astimezone().date()


def _is_withdrawn(arrival: Arrival, known: Known) -> bool:
    recorded = known.files.get((path_told(arrival.path, known.folder), arrival.fingerprint))
    # A file that was gone and is there again was not taken back by anybody.
    taken_back = recorded is not None and recorded.state is State.WITHDRAWN
    return taken_back and recorded is not None and GONE not in recorded.entry.event.details


def _ledger_line(
    arrival: Arrival, newest: Mapping[tuple[str, int | None], Arrival], known: Known
) -> LedgerLine:
    if arrival.submission is None:
        return LedgerLine(arrival=arrival, state=State.UNREADABLE)
    recorded = known.files.get((path_told(arrival.path, known.folder), arrival.fingerprint))
    why = recorded.entry.event.why if recorded is not None else ""
    if _is_withdrawn(arrival, known):
        return LedgerLine(arrival=arrival, state=State.WITHDRAWN, why=why)
    stands = newest[_identity(arrival, arrival.submission)]
    if stands is not arrival:
        return LedgerLine(arrival=arrival, state=State.REPLACED, stands=stands)
    if recorded is not None and recorded.state is State.RETURNED:
        return LedgerLine(arrival=arrival, state=State.RETURNED, why=why)
    return LedgerLine(arrival=arrival, state=state_of(arrival, known.roster))


def _without_set_aside(
    standing: Iterable[Arrival], conflicts: Iterable[Conflict], folder: Path
) -> Iterator[Arrival]:
    """The arrivals, less the projects that a decision gave to another unit."""
    aside = {
        (claim.path, normal_label(claim.project)) for conflict in conflicts for claim in conflict.set_aside
    }
    paths = {path for path, _ in aside}
    for arrival in standing:
        submission = arrival.submission
        path = path_told(arrival.path, folder) if aside else ""
        if submission is None or path not in paths:
            yield arrival
            continue
        kept = tuple(each for each in submission.projects if (path, normal_label(each.name)) not in aside)
        if len(kept) == len(submission.projects):
            yield arrival
        else:
            yield dataclasses.replace(arrival, submission=replace(submission, projects=kept))


def _identity(arrival: Arrival, submission: Submission) -> tuple[str, int | None]:
    """Unit code and year; a file without a unit code stands for itself."""
    return (submission.unit.code or str(arrival.path), submission.year)


def _by_unit(arrival: Arrival) -> tuple[bool, str, int, float, str]:
    submission = arrival.submission
    code = submission.unit.code if submission else ""
    year = (submission.year if submission else None) or 0
    return (not code, code, year, arrival.received, arrival.path.name)
