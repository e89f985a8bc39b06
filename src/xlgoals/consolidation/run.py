"""Which files must be read, and the arrivals of all: from the cache where nothing changed, else from readers.

Readers are given by the caller: this process, processes of its own, or a cluster. A window of files is under
way at any time, so memory does not grow with their number; what was read is kept at once, so that a run that
was stopped goes on from there.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import Enum, auto
from hashlib import file_digest, sha256
from pathlib import Path
from typing import NamedTuple

from xlgoals.consolidation.cache import Cache, Parcel, Stored
from xlgoals.consolidation.merge import Arrival
from xlgoals.consolidation.packing import NotOurs
from xlgoals.consolidation.state import State

_SETTLED_SECONDS = 2.0
"""A file that was changed less than this before it was looked at may change again without showing it."""


class Errand(NamedTuple):
    """One file for a reader: to be read, or, where it comes packed, only to be checked anew."""

    path: Path
    profile: str | Path | None
    packed: tuple[bytes, bytes] | None = None


Reader = Callable[[Iterable[Errand]], Iterator[Parcel]]
"""Answers one parcel an errand, in their order; asks for the next errand only when it can take it."""
Progress = Callable[[int, int, str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """The arrivals of a run, and what it took to have them."""

    arrivals: tuple[Arrival, ...]
    read: tuple[Path, ...] = ()
    """Files whose bytes were read in full."""
    revalidated: tuple[Path, ...] = ()
    """Files that were not read, and checked by other rules than before."""
    key: str = ""
    """Another text whenever a file, its place, or the state of program and rules is another."""


def gather(
    paths: Iterable[Path],
    cache: Cache,
    state: State,
    profile: str | Path | None,
    reader: Reader,
    progress: Progress,
) -> Gathered:
    """Every file as an arrival, in the order of ``paths``; masters among them are left out.

    Whatever ends it early, Ctrl-C included, what was read until then is in the cache.
    """
    files = list(paths)
    known = cache.stored()
    plan = [_plan(path, known.get(str(path.resolve())), state, cache) for path in files]
    waiting = [each for each in plan if each.task is not _Task.NOTHING]
    done = len(plan) - len(waiting)
    if done:
        progress(done, len(plan), "")
    errands = (_errand(each, profile, cache) for each in waiting)
    try:
        for each, parcel in zip(waiting, reader(errands), strict=True):
            _keep(each, parcel, cache, state)
            done += 1
            progress(done, len(plan), each.path.name)
        gone = known.keys() - {each.key for each in plan}
        cache.forget([known[key].id for key in gone])
    finally:
        cache.flush()
    arrivals = [_arrival(each, cache, state, profile, reader) for each in plan]
    told = [(each.key, each.digest, each.stamp.partition(" ")[0]) for each in plan]
    return Gathered(
        arrivals=tuple(arrival for arrival in arrivals if arrival is not None),
        read=tuple(each.path for each in plan if each.task is _Task.READ),
        revalidated=tuple(each.path for each in plan if each.task is _Task.CHECK),
        key=sha256(repr((state, sorted(told))).encode("utf-8", "surrogatepass")).hexdigest(),
    )


class _Task(Enum):
    """What is to be done about a file."""

    NOTHING = auto()
    CHECK = auto()
    READ = auto()


@dataclass(slots=True)
class _Planned:
    """A file on its way through a run."""

    path: Path
    key: str
    stamp: str
    task: _Task
    number: int = 0
    digest: str = ""


def _plan(path: Path, stored: Stored | None, state: State, cache: Cache) -> _Planned:
    key = str(path.resolve())
    stamp, received = _stamp(path)
    if stored is None or stored.reading != state.reading or not stamp:
        return _Planned(path, key, stamp, _Task.READ)
    if stored.is_refused and stored.rules != state.rules:
        return _Planned(path, key, stamp, _Task.READ)
    if stored.stamp != stamp or stamp.endswith("?"):
        if not stored.digest or _digest(path) != stored.digest:
            return _Planned(path, key, stamp, _Task.READ)
        cache.restamp(stored.id, stamp, received)
    task = _Task.NOTHING if stored.rules == state.rules else _Task.CHECK
    return _Planned(path, key, stamp, task, stored.id, stored.digest)


def _stamp(path: Path) -> tuple[str, float]:
    """What changes when a file does, and its time of change; nothing where it cannot be looked at."""
    try:
        stat = path.stat()
    except OSError:
        return "", 0.0
    fresh = "?" if time.time() - max(stat.st_mtime, stat.st_ctime) < _SETTLED_SECONDS else ""
    return f"{stat.st_mtime_ns} {stat.st_ctime_ns} {stat.st_size}{fresh}", stat.st_mtime


def _digest(path: Path) -> str:
    if not path.is_file():
        return ""
    try:
        with path.open("rb") as stream:
            return file_digest(stream, "sha256").hexdigest()
    except OSError:
        return ""


def _errand(each: _Planned, profile: str | Path | None, cache: Cache) -> Errand:
    packed = cache.packed(each.number) if each.task is _Task.CHECK else None
    return Errand(each.path, profile, packed)


def _keep(each: _Planned, parcel: Parcel, cache: Cache, state: State) -> None:
    if each.task is _Task.CHECK and parcel.findings is not None:
        cache.judge(each.number, state.rules, parcel.findings, parcel.finding_count)
        return
    each.task, each.digest = _Task.READ, parcel.digest
    # Looked at again next time: what changed while it was read, or was never read as far as its bytes.
    is_settled = parcel.digest and _stamp(each.path)[0].rstrip("?") == each.stamp.rstrip("?")
    each.number = cache.put(each.key, each.stamp if is_settled else "", state.reading, state.rules, parcel)


def _arrival(
    each: _Planned, cache: Cache, state: State, profile: str | Path | None, reader: Reader
) -> Arrival | None:
    try:
        return cache.arrival(each.number, each.path)
    except NotOurs:  # a damaged record: the file itself is still there
        [parcel] = reader([Errand(each.path, profile)])
        each.task = _Task.READ
        _keep(each, parcel, cache, state)
        return cache.arrival(each.number, each.path)
