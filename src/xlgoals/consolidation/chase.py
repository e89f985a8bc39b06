"""缺报: how every unit on the roster stands, and whom to remind."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from xlgoals.consolidation.events import Entry, Standing, State, last_by_file, last_by_unit
from xlgoals.consolidation.settling import NAMED
from xlgoals.messages import Language, say
from xlgoals.rules.roster import Expected, Roster

REMINDED = (State.MISSING, State.WITHDRAWN, State.UNREADABLE, State.RETURNED)
"""States in which a unit is asked to send something, in the order of the chase list."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitLine:
    """How one unit stands."""

    code: str
    name: str
    department: str
    year: int | None
    """None for a unit that has sent nothing, or declared by letter for any year."""
    due: dt.date | None
    contact: str
    state: State
    file: str
    """Path of the file that speaks for it, or that could not be read; empty where there is none."""
    when: str
    """Time of its last event, ISO 8601; empty where nothing happened."""
    why: str
    on_roster: bool


def unit_lines(entries: list[Entry], roster: Roster) -> list[UnitLine]:
    """Every unit on the roster and every other one that sent something, by code and year."""
    standing = last_by_unit(entries)
    unread = _unread_by_code(entries)
    lines = [_line(code, year, each, roster) for (code, year), each in standing.items()]
    heard = {code for code, _ in standing}
    for code, expected in roster.items():
        if code not in heard:
            found = unread.get(code)
            lines.append(_silent(code, expected) if found is None else _line(code, None, found, roster))
    return sorted(lines, key=lambda line: (line.code, line.year or 0))


def to_remind(lines: Iterable[UnitLine]) -> list[UnitLine]:
    """Units on the roster that owe something: by what they owe, then by code."""
    owing = [line for line in lines if line.on_roster and line.state in REMINDED]
    return sorted(owing, key=lambda line: (REMINDED.index(line.state), line.code))


def chase_text(lines: Iterable[UnitLine], today: dt.date, language: Language) -> str:
    """The text to send to the units that owe something; empty where none does."""
    owing = to_remind(lines)
    if not owing:
        return ""
    told = [say("chase.head", language, today=today.isoformat())]
    for state in REMINDED:
        group = [line for line in owing if line.state is state]
        if not group:
            continue
        told += ["", say(f"chase.{state}", language, count=len(group))]
        for number, line in enumerate(group, start=1):
            told.append(_sentence(number, line, today, language))
    told += ["", say("chase.end", language)]
    return "\n".join(told) + "\n"


def _sentence(number: int, line: UnitLine, today: dt.date, language: Language) -> str:
    parts = [say("chase.unit", language, number=number, code=line.code, name=line.name)]
    if line.due is not None:
        days = (today - line.due).days
        key = "chase.overdue" if days > 0 else "chase.due"
        parts.append(say(key, language, due=line.due.isoformat(), days=days))
    if line.state is State.RETURNED and line.why:
        parts.append(line.why)
    if line.contact:
        parts.append(say("chase.contact", language, contact=line.contact))
    return say("list.semicolon", language).join(parts)


def _unread_by_code(entries: list[Entry]) -> dict[str, Standing]:
    """Files that could not be read, by the unit code in their name."""
    return {
        each.entry.event.details[NAMED]: each
        for each in last_by_file(entries).values()
        if each.state is State.UNREADABLE and NAMED in each.entry.event.details
    }


def _line(code: str, year: int | None, standing: Standing, roster: Roster) -> UnitLine:
    event, expected = standing.entry.event, roster.get(code, Expected())
    return UnitLine(
        code=code,
        name=expected.name or event.unit_name,
        department=expected.department,
        year=year,
        due=expected.due,
        contact=expected.contact,
        state=standing.state,
        file=event.file,
        when=standing.entry.when,
        why=event.why,
        on_roster=code in roster,
    )


def _silent(code: str, expected: Expected) -> UnitLine:
    return UnitLine(
        code=code,
        name=expected.name,
        department=expected.department,
        year=None,
        due=expected.due,
        contact=expected.contact,
        state=State.MISSING,
        file="",
        when="",
        why="",
        on_roster=True,
    )
