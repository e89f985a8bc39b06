"""What people put on record beside the files, and what the ledger says of every unit."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from pathlib import Path

from xlgoals.consolidation.chase import UnitLine, chase_text, unit_lines
from xlgoals.consolidation.conflicts import BOTH, Conflict, Source, decisions_in, find_conflicts
from xlgoals.consolidation.events import Entry, Event, Kind, Standing, State
from xlgoals.consolidation.ledger import Clock, Ledger, Verdict, ledger_beside, now
from xlgoals.errors import CannotDo
from xlgoals.messages import Language
from xlgoals.operations.submissions import load_unit_workbook
from xlgoals.rules import load_roster

RECORDABLE = (State.WITHDRAWN, State.RETURNED, State.RECEIVED, State.NOTHING)
"""What a person may put on record; the rest follows from the files."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """How every unit stands, and the text to send to those that owe something."""

    units: tuple[UnitLine, ...]
    text: str
    """Empty where nobody owes anything."""


def open_ledger(master: Path | str, *, clock: Clock = now, user: str | None = None) -> Ledger:
    """The ledger of a master, to be used as a context manager.

    Raises:
        CannotDo: there is none yet, it is damaged, or none of ours.
    """
    return Ledger.open(ledger_beside(Path(master)), clock=clock, user=user, create=False)


def verify_ledger(master: Path | str) -> Verdict:
    """Whether every entry is as it was recorded; raises CannotDo as :func:`open_ledger`."""
    with open_ledger(master) as ledger:
        return ledger.verify()


def missing(
    master: Path | str,
    *,
    roster: Path | str | None = None,
    today: dt.date | None = None,
    language: Language = Language.ZH,
) -> Missing:
    """How the units on the roster stand by the ledger of ``master``.

    Raises:
        CannotDo: there is no ledger, or no roster, or a mistake in the roster.
    """
    expected = load_roster(None if roster is None else Path(roster))
    if not expected:
        raise CannotDo("missing.no_roster")
    with open_ledger(master) as ledger:
        lines = unit_lines(ledger.entries(), expected)
    day = now().date() if today is None else today
    return Missing(units=tuple(lines), text=chase_text(lines, day, language))


def record(
    master: Path | str,
    state: State,
    subject: str,
    why: str,
    *,
    year: int | None = None,
    clock: Clock = now,
    user: str | None = None,
) -> Entry:
    """Puts on record that a unit's file was taken back, sent back or taken again, or that a unit has no data.

    ``subject`` is a unit code, or the path or name of a file as the ledger lists it. Only a declaration of
    no data needs no file. The next consolidation respects it.

    Raises:
        CannotDo: no such unit or file, several that it may be, a state that only files can have, no reason.
    """
    if state not in RECORDABLE:
        raise CannotDo("ledger.not_recordable", state=state, known=", ".join(RECORDABLE))
    _refuse_no_reason(why)
    with open_ledger(master, clock=clock, user=user) as ledger, ledger.run():
        if state is State.NOTHING:
            return ledger.record(Event(state=state, unit=subject, year=year, why=why))
        before = _file(ledger, state, subject, year).entry.event
        return ledger.record(replace(before, state=state, why=why, details={}))


def conflicts(master: Path | str, *, roster: Path | str | None = None) -> tuple[Conflict, ...]:
    """Projects that two standing files claim, read from the files as they are now; decided ones included.

    Raises:
        CannotDo: there is no ledger, or a mistake in the roster. A file that cannot be read claims nothing.
    """
    expected = load_roster(None if roster is None else Path(roster))
    with open_ledger(master) as ledger:
        return find_conflicts(_sources(ledger), decisions_in(ledger.entries()), expected)


def decide(
    master: Path | str,
    conflict: str,
    keeps: str,
    why: str,
    *,
    clock: Clock = now,
    user: str | None = None,
) -> Entry:
    """Records whose project stands where two claim it: a claimant's code, or ``both``; blank takes it back.

    Raises:
        CannotDo: no such conflict or claimant, or no reason.
    """
    _refuse_no_reason(why)
    with open_ledger(master, clock=clock, user=user) as ledger, ledger.run():
        found = {
            each.key: each for each in find_conflicts(_sources(ledger), decisions_in(ledger.entries()), {})
        }
        if conflict not in found:
            raise CannotDo("ledger.no_conflict", conflict=conflict, known="、".join(found) or "—")
        claims = found[conflict].claims
        known = [*dict.fromkeys(claim.claimant for claim in claims), BOTH, ""]
        if keeps not in known:
            raise CannotDo("ledger.no_claimant", name=keeps, known="、".join(known[:-1]))
        return ledger.record(
            Event(
                kind=Kind.DECISION,
                year=found[conflict].year,
                why=why,
                details={
                    "conflict": conflict,
                    "keeps": keeps,
                    "project": found[conflict].project,
                    "digests": " ".join(sorted({claim.digest for claim in claims})),
                },
            )
        )


def _sources(ledger: Ledger) -> list[Source]:
    """All standing files, read anew."""
    home, found = ledger.path.parent, []
    for standing in ledger.files().values():
        told = standing.entry.event.file
        path = home / told
        if not standing.state.stands or not path.is_file():
            continue
        try:
            found.append(Source(load_unit_workbook(path), told, path.stat().st_mtime))
        except CannotDo:  # what cannot be read claims nothing; the next consolidation tells it
            continue
    return found


def _file(ledger: Ledger, state: State, subject: str, year: int | None) -> Standing:
    """The one file that is meant: by path or name, or the file of a unit that can have the new state."""
    files = list(ledger.files().values())
    named = [each for each in files if subject in (each.entry.event.file, Path(each.entry.event.file).name)]
    if not named:
        named = [each for each in files if each.entry.event.unit == subject]
        if state is State.RECEIVED:
            named = [each for each in named if each.state in (State.WITHDRAWN, State.RETURNED)]
        else:
            named = [each for each in named if each.state.stands]
    if year is not None:
        named = [each for each in named if each.entry.event.year == year]
    if len({each.key for each in named}) > 1:  # of two contents under one name, the one that stands
        standing = [each for each in named if each.state.stands]
        named = standing if len(standing) == 1 else named
    if not named:
        raise CannotDo("ledger.no_file", subject=subject)
    if len(named) > 1:
        known = "、".join(each.entry.event.file for each in named)
        raise CannotDo("ledger.several_files", subject=subject, known=known)
    return named[0]


def _refuse_no_reason(why: str) -> None:
    if not why.strip():
        raise CannotDo("ledger.no_reason")
