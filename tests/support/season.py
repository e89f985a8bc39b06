"""A department at work: units' files as they come, put on record as a consolidation does."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from xlgoals.consolidation.between import with_findings_between
from xlgoals.consolidation.ledger import Clock, Ledger, ledger_beside
from xlgoals.consolidation.merge import Merged, known_from, merge
from xlgoals.consolidation.settling import Changes, settle
from xlgoals.form import load_form
from xlgoals.operations.receiving import Task, receive
from xlgoals.operations.submissions import profile_of
from xlgoals.rules.roster import NO_ROSTER, Roster

START = dt.datetime(2026, 1, 10, 9, 0, tzinfo=dt.timezone(dt.timedelta(hours=8)))


class Days:
    """A clock that goes on by a day each time it is asked."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> dt.datetime:
        self.now += dt.timedelta(days=1)
        return self.now


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """What one run did."""

    merged: Merged
    changes: Changes


def settled(
    paths: Iterable[Path], master: Path, roster: Roster = NO_ROSTER, clock: Clock | None = None
) -> Settled:
    """Reads the files, merges them and puts on record what changed, without drawing a master."""
    with Ledger.open(ledger_beside(master), clock=clock or Days(), user="汇总人") as ledger, ledger.run():
        known = known_from(ledger.entries(), roster, master.parent)
        arrivals = [receive(Task(path, None)) for path in sorted(paths)]
        merged = with_findings_between(
            merge(arrivals, known), load_form(), lambda each: profile_of(each, None), roster
        )
        return Settled(merged=merged, changes=settle(ledger, merged, known))


def saved_on(path: Path, day: str) -> Path:
    """The file as if it had been saved at noon of a day."""
    moment = dt.datetime.fromisoformat(f"{day}T12:00:00").astimezone().timestamp()
    os.utime(path, (moment, moment))
    return path
