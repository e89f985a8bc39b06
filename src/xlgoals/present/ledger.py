"""Units and entries of the ledger, on a terminal and as JSON."""

from __future__ import annotations

from collections.abc import Iterable

from rich.console import Console
from rich.table import Table

from xlgoals.consolidation.chase import UnitLine
from xlgoals.consolidation.conflicts import Conflict
from xlgoals.consolidation.events import Entry, told_time
from xlgoals.messages import Language, say

_UNIT_COLUMNS = ("code", "unit", "state", "due", "file", "contact")
_ENTRY_COLUMNS = ("number", "when", "who", "state", "unit", "file", "why")


def show_units(console: Console, lines: Iterable[UnitLine], language: Language) -> None:
    """How units stand, one a row."""
    table = _table(_UNIT_COLUMNS, language)
    for line in lines:
        due = "" if line.due is None else line.due.isoformat()
        state = say(f"state.{line.state}", language)
        table.add_row(line.code, line.name, state, due, line.file, line.contact)
    console.print(table)


def unit_to_json(line: UnitLine) -> dict[str, object]:
    """How one unit stands."""
    return {
        "unit": {"code": line.code, "name": line.name, "department": line.department},
        "year": line.year,
        "state": line.state.value,
        "due": None if line.due is None else line.due.isoformat(),
        "contact": line.contact,
        "file": line.file or None,
        "when": line.when or None,
        "why": line.why,
        "on_roster": line.on_roster,
    }


def show_entries(console: Console, entries: Iterable[Entry], language: Language) -> None:
    """What was recorded, the oldest first."""
    table = _table(_ENTRY_COLUMNS, language)
    for entry in entries:
        event = entry.event
        label = f"state.{event.state}" if event.state is not None else "ledger.decision"
        unit = f"{event.unit} {event.unit_name}".strip()
        if event.state is None:
            unit = f"{event.details.get('project', '')} → {event.details.get('keeps') or '—'}"
        table.add_row(
            str(entry.number),
            told_time(entry.when),
            entry.who,
            say(label, language),
            unit,
            event.file,
            event.why,
        )
    console.print(table)


def entry_to_json(entry: Entry) -> dict[str, object]:
    """One entry with everything it holds."""
    event = entry.event
    return {
        "number": entry.number,
        "when": entry.when,
        "who": entry.who,
        "kind": event.kind.value,
        "state": None if event.state is None else event.state.value,
        "unit": {"code": event.unit, "name": event.unit_name},
        "year": event.year,
        "file": event.file,
        "digest": event.digest,
        "why": event.why,
        "details": dict(event.details),
        "before": entry.before,
        "hash": entry.hash,
    }


def show_conflicts(console: Console, conflicts: Iterable[Conflict], language: Language) -> None:
    """Each conflict with its claims side by side, what is recommended, and what was decided."""
    for conflict in conflicts:
        console.print(f"{conflict.key}  {conflict.project}", style="bold", highlight=False)
        for claim in conflict.claims:
            where = claim.addresses["name"]
            unit = f"{claim.unit_code} {claim.unit_name}".strip()
            told = say("conflict.claim", language, unit=unit, file=claim.path, place=where)
            console.print(f"  {told}", highlight=False)
            for field in conflict.differing:
                value = claim.values[field].replace("\n", "⏎") or say("fix.blank", language)
                label = say(f"conflict.{field}", language)
                console.print(f"    {label}：{value}  {claim.addresses[field]}", highlight=False)
        reason = say(f"conflict.reason.{conflict.reason}", language)
        kept = conflict.recommended.claimant
        console.print(
            f"  {say('conflict.recommended', language, claimant=kept, reason=reason)}", highlight=False
        )
        decision = conflict.decision
        if decision is not None:
            told = say(
                "conflict.decided",
                language,
                keeps=decision.keeps,
                who=decision.entry.who,
                when=told_time(decision.entry.when),
                why=decision.entry.event.why,
            )
            console.print(f"  {told}", highlight=False)
            if conflict.changed_since:
                console.print(f"  {say('conflict.changed_since', language)}", style="yellow", highlight=False)


def _table(columns: Iterable[str], language: Language) -> Table:
    table = Table(show_edge=False, pad_edge=False, header_style="bold")
    for key in columns:
        table.add_column(say(f"ledger.column.{key}", language))
    return table
