"""What a merge found, put on record: an event for every file whose state is another than it was.

A run in which nothing changed records nothing. A file that is no longer in the folders is not forgotten: it
was replaced where its unit has another one, else it is gone, which is on record as a withdrawal.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from xlgoals.consolidation.events import Event, FileKey, Standing, State
from xlgoals.consolidation.ledger import Ledger
from xlgoals.consolidation.merge import GONE, Arrival, Known, LedgerLine, Merged, path_told
from xlgoals.messages import Language, say

NAMED = "named"
"""Detail of a file that could not be read: the unit code in its name."""
_CODE_IN_NAME = re.compile(r"(?<!\d)\d{6}(?!\d)", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What became otherwise since the last run; paths as the ledger names them."""

    added: tuple[str, ...] = ()
    """Files that stand and were not there before."""
    replaced: tuple[str, ...] = ()
    """Files that a newer one took the place of."""
    withdrawn: tuple[str, ...] = ()
    """Files that are gone from the folders, or were taken back."""
    unreadable: tuple[str, ...] = ()
    """Files that could not be read, and were not known as such."""
    changed: tuple[str, ...] = ()
    """Files that have another state for another reason: a new due date, a resubmission taken back."""
    unchanged: int = 0

    @property
    def is_empty(self) -> bool:
        """Whether all is as it was."""
        return not (self.added or self.replaced or self.withdrawn or self.unreadable or self.changed)


def settle(ledger: Ledger, merged: Merged, known: Known) -> Changes:
    """Records what changed since the entries that ``known`` was made from; all of it or nothing.

    Raises:
        CannotDo: another run holds the ledger, or it cannot be written to.
    """
    told: dict[str, list[str]] = {}
    unchanged = 0
    with ledger.run():
        present: set[FileKey] = set()
        for line in merged.ledger:
            event = event_of(line, known.folder)
            key = (event.file, event.digest)
            present.add(key)
            recorded = known.files.get(key)
            if recorded is not None and recorded.state is line.state:
                unchanged += 1
                continue
            ledger.record(event)
            told.setdefault(_heading(line.state, recorded), []).append(event.file)
        for event in _gone(merged, known, present):
            ledger.record(event)
            told.setdefault(str(event.state), []).append(event.file)
    return Changes(
        added=tuple(told.get("added", ())),
        replaced=tuple(told.get(State.REPLACED, ())),
        withdrawn=tuple(told.get(State.WITHDRAWN, ())),
        unreadable=tuple(told.get(State.UNREADABLE, ())),
        changed=tuple(told.get("changed", ())),
        unchanged=unchanged,
    )


def event_of(line: LedgerLine, folder: Path) -> Event:
    """What is on record of a file, as a merge sees it."""
    arrival, submission = line.arrival, line.arrival.submission
    details = {"saved": _moment(arrival.received)}
    if submission is None:
        named = _CODE_IN_NAME.search(arrival.path.name)
        if named:
            details[NAMED] = named[0]
    else:
        counts = {severity.value: str(count) for severity, count in arrival.counts.items()}
        details |= {
            **counts,
            "version": submission.template_version,
            "projects": str(len(submission.projects)),
            "indicators": str(sum(1 for _ in submission.indicators)),
            "budget": f"{submission.budget:f}",
        }
    return Event(
        state=line.state,
        unit=submission.unit.code if submission else "",
        unit_name=submission.unit.name if submission else "",
        year=submission.year if submission else None,
        file=path_told(arrival.path, folder),
        digest=arrival.fingerprint or _digest(arrival),
        why=_why(line),
        details=details,
    )


def _why(line: LedgerLine) -> str:
    if line.arrival.refusal is not None:
        return line.arrival.refusal.sentence(Language.ZH)
    if line.replaced_by:
        key = "ledger.why.copy" if line.is_copy else "ledger.why.replaced"
        return say(key, Language.ZH, file=line.replaced_by)
    if line.why:
        return line.why
    return say(f"ledger.why.{line.state}", Language.ZH)


def _heading(state: State, recorded: Standing | None) -> str:
    if state in (State.REPLACED, State.WITHDRAWN, State.UNREADABLE):
        return state
    was_away = recorded is None or not recorded.state.stands
    return "added" if was_away else "changed"


def _gone(merged: Merged, known: Known, present: set[FileKey]) -> Iterator[Event]:
    """Files that spoke for a unit, or could not be read, and are not there any more as they were."""
    units = {(submission.unit.code, submission.year) for _, submission in merged.submissions}
    paths = {path for path, _ in present}
    path_of = {digest: path for path, digest in sorted(present, reverse=True)}
    for key, recorded in known.files.items():
        before = recorded.entry.event
        if key in present or not (recorded.state.stands or recorded.state is State.UNREADABLE):
            continue
        is_replaced = before.file in paths or (before.unit and (before.unit, before.year) in units)
        if not is_replaced:
            why = say("ledger.why.gone", Language.ZH)
        elif before.file in paths:
            why = say("ledger.why.saved_over", Language.ZH)
        elif before.digest in path_of:
            why = say("ledger.why.moved", Language.ZH, file=path_of[before.digest])
        else:
            why = say("ledger.why.newer_came", Language.ZH)
        yield Event(
            state=State.REPLACED if is_replaced else State.WITHDRAWN,
            unit=before.unit,
            unit_name=before.unit_name,
            year=before.year,
            file=before.file,
            digest=before.digest,
            why=why,
            details={} if is_replaced else {GONE: "yes"},
        )


def _moment(seconds: float) -> str:
    return dt.datetime.fromtimestamp(seconds, tz=dt.UTC).astimezone().isoformat(timespec="seconds")


def _digest(arrival: Arrival) -> str:
    """SHA-256 of a file that was refused; empty where its bytes cannot be read."""
    try:
        with arrival.path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError:
        return ""
