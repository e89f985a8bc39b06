"""What happens to what units send: one event after another, and the states that follow from them.

A state is never set. It is what the last event about a file says, so whoever asks why a unit is missing gets
who did what, when and why.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class State(StrEnum):
    """How a file, or a unit, stands."""

    RECEIVED = "received"
    """已报: it stands for its unit."""
    LATE = "late"
    """迟报: it stands for its unit, and came after the due date."""
    NOTHING = "nothing"
    """无数据: the unit declares that it has no project."""
    RETURNED = "returned"
    """退回: it was sent back, and nothing newer has come."""
    REPLACED = "replaced"
    """替代: a newer file of the unit stands."""
    WITHDRAWN = "withdrawn"
    """撤回: it was taken back, or its file is gone from the folders."""
    UNREADABLE = "unreadable"
    """未能读取: it could not be read; the reason is in the ledger."""
    MISSING = "missing"
    """缺报: the unit stands on the roster, and nothing has come."""

    @property
    def stands(self) -> bool:
        """Whether a file in this state speaks for its unit: 退回 still does, until something newer comes."""
        return self in (State.RECEIVED, State.LATE, State.NOTHING, State.RETURNED)

    @property
    def counts_as_reported(self) -> bool:
        """Whether nobody need be reminded to send anything."""
        return self in (State.RECEIVED, State.LATE, State.NOTHING)


class Kind(StrEnum):
    """What an event is about."""

    STATE = "state"
    """A file, or a unit without one, has another state from now on."""
    DECISION = "decision"
    """Somebody decided a conflict, or took a decision back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One thing that happened. Who and when are added by the ledger that records it."""

    kind: Kind = Kind.STATE
    state: State | None = None
    """None for a decision only."""
    unit: str = ""
    """Unit code."""
    unit_name: str = ""
    year: int | None = None
    file: str = ""
    """Path of the file from the ledger's folder, ``/`` between its parts; empty for a unit without one."""
    digest: str = ""
    """SHA-256 of the file's bytes."""
    why: str = ""
    details: Mapping[str, str] = field(default_factory=dict)
    """Further facts by name: counts of findings, when the file was saved, what was decided."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An event as it stands in a ledger."""

    number: int
    """From 1, without gaps."""
    when: str
    """ISO 8601 with offset."""
    who: str
    event: Event
    before: str
    """SHA-256 of the entry before; 64 zeros for the first."""
    hash: str
    """SHA-256 of all that stands above, ``before`` included."""


def told_time(when: str) -> str:
    """The time of an entry as people write it, in the time of this machine; empty for none.

    >>> len(told_time("2026-03-01T09:00:00+08:00")), told_time("")
    (16, '')
    """
    return dt.datetime.fromisoformat(when).astimezone().strftime("%Y-%m-%d %H:%M") if when else ""


FileKey = tuple[str, str]
"""Path and digest: the same bytes under two names are two files, and a file saved over is another one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How one file, or a unit without a file, stands, by its last event."""

    state: State
    entry: Entry
    first: Entry
    """The first event about it: when it was received."""

    @property
    def first_details(self) -> Mapping[str, str]:
        """What was known of it when it was received: counts of findings, version, budget."""
        return self.first.event.details

    @property
    def key(self) -> FileKey:
        """Path and digest of the file."""
        return (self.entry.event.file, self.entry.event.digest)


def last_by_file(entries: list[Entry]) -> dict[FileKey, Standing]:
    """How every file stands, in the order in which they first came; decisions are passed over."""
    found: dict[FileKey, Standing] = {}
    for entry in entries:
        event = entry.event
        if event.state is None or not (event.file or event.digest):
            continue
        key = (event.file, event.digest)
        first = found[key].first if key in found else entry
        found[key] = Standing(state=event.state, entry=entry, first=first)
    return found


def last_by_unit(entries: list[Entry]) -> dict[tuple[str, int | None], Standing]:
    """How every unit and year stands: the file that speaks for it, else what happened last.

    A declaration without a file (year None: for any year) stands until a file of the unit comes.
    """
    live: dict[tuple[str, int | None], dict[FileKey, Standing]] = {}
    found: dict[tuple[str, int | None], Standing] = {}
    for entry in entries:
        event = entry.event
        if event.state is None or not event.unit:
            continue
        unit = (event.unit, event.year)
        files = live.setdefault(unit, {})
        key = (event.file, event.digest)
        first = files[key].first if key in files else entry
        files.pop(key, None)
        if event.file or event.digest:
            files.pop(("", ""), None)
        files[key] = Standing(state=event.state, entry=entry, first=first)
        speaking = [each for each in files.values() if each.state.stands]
        found[unit] = speaking[-1] if speaking else files[key]
    return found
