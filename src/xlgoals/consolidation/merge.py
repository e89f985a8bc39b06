"""Which submission stands for which unit, and what became of every file.

The newest file of a unit and year stands; the ones it replaces stay in the ledger. A file that cannot be
read is a line of the ledger with the reason, and never stops the run. Nothing is summed that is not a
number, and a unit without a code is kept apart instead of being merged with another.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from xlgoals.errors import CannotDo
from xlgoals.findings import Finding
from xlgoals.model import Submission


class State(StrEnum):
    """What became of a file."""

    RECEIVED = "received"
    """已报: it stands for its unit."""
    REPLACED = "replaced"
    """替代: a newer file of the unit stands."""
    UNREADABLE = "unreadable"
    """It could not be read; the reason is in the ledger."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """A file as it was received: read with its findings, or refused with the reason."""

    path: Path
    received: float
    """Time of its last change, seconds since the epoch: what decides which file is newer."""
    submission: Submission | None = None
    findings: tuple[Finding, ...] = ()
    refusal: CannotDo | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerLine:
    """One line of 报送台账."""

    arrival: Arrival
    state: State
    stands: Arrival | None = None
    """The newer arrival, of one that was replaced."""

    @property
    def replaced_by(self) -> str:
        """Name of the newer file; empty for an arrival that was not replaced."""
        return "" if self.stands is None else self.stands.path.name


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged:
    """What goes into the master: the standing arrivals by unit code, and the ledger of all."""

    standing: tuple[Arrival, ...]
    ledger: tuple[LedgerLine, ...]

    @property
    def submissions(self) -> Iterator[tuple[Arrival, Submission]]:
        """Each standing arrival with its submission."""
        return ((arrival, arrival.submission) for arrival in self.standing if arrival.submission is not None)

    @property
    def findings(self) -> Iterator[Finding]:
        """The findings of the standing submissions, unit by unit in reading order."""
        return (finding for arrival in self.standing for finding in arrival.findings)


def merge(arrivals: Iterable[Arrival]) -> Merged:
    """Decides which arrival stands for each unit and year."""
    newest: dict[tuple[str, int | None], Arrival] = {}
    everything = sorted(arrivals, key=lambda arrival: (arrival.received, arrival.path.name))
    for arrival in everything:
        if arrival.submission is not None:
            newest[_identity(arrival, arrival.submission)] = arrival
    ledger = [_ledger_line(arrival, newest) for arrival in everything]
    standing = sorted(newest.values(), key=_by_unit)
    return Merged(
        standing=tuple(standing), ledger=tuple(sorted(ledger, key=lambda line: _by_unit(line.arrival)))
    )


def _ledger_line(arrival: Arrival, newest: dict[tuple[str, int | None], Arrival]) -> LedgerLine:
    if arrival.submission is None:
        return LedgerLine(arrival=arrival, state=State.UNREADABLE)
    stands = newest[_identity(arrival, arrival.submission)]
    if stands is arrival:
        return LedgerLine(arrival=arrival, state=State.RECEIVED)
    return LedgerLine(arrival=arrival, state=State.REPLACED, stands=stands)


def _identity(arrival: Arrival, submission: Submission) -> tuple[str, int | None]:
    """Unit code and year; a file without a unit code stands for itself."""
    return (submission.unit.code or str(arrival.path), submission.year)


def _by_unit(arrival: Arrival) -> tuple[bool, str, int, float, str]:
    submission = arrival.submission
    code = submission.unit.code if submission else ""
    year = (submission.year if submission else None) or 0
    return (not code, code, year, arrival.received, arrival.path.name)
