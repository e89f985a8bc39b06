"""What a consolidation did, on a terminal."""

from __future__ import annotations

from dataclasses import asdict
from decimal import Decimal

from rich.console import Console
from rich.table import Table

from xlgoals.findings import Severity
from xlgoals.masterform import load_master_form
from xlgoals.messages import Language, say
from xlgoals.operations import Consolidation
from xlgoals.present.journal import told_of_run
from xlgoals.write.master import Written

_MOST_UNITS = 100
"""Units listed on a terminal; the master lists all of them."""


def show_consolidation(console: Console, done: Consolidation, language: Language) -> None:
    """Totals by unit, what could not be read, findings, and where the master lies."""
    if done.written is not None or done.figures.units <= _MOST_UNITS:
        _show_contents(console, done, language)
    if done.previous is not None:
        console.print(say("consolidate.previous", language, file=done.previous), highlight=False)
    for told in _told_of(done.written, language) if done.written is not None else ():
        console.print(told, highlight=False)
    for told in told_of_run(done.run, language):
        console.print(told, highlight=False)
    if done.written is None:
        told = say("consolidate.unchanged", language, files=done.run.files, **asdict(done.figures))
        console.print(told, highlight=False)
    console.print(say("consolidate.master", language, file=done.master), style="bold", highlight=False)


def _show_contents(console: Console, done: Consolidation, language: Language) -> None:
    """The units, as far as they fit on a screen, their sum, and what could not be read."""
    table = Table(show_edge=False, pad_edge=False, header_style="bold")
    for key in ("unit", "projects", "indicators", "budget", "errors", "warnings", "advice"):
        table.add_column(say(f"column.{key}", language), justify="left" if key == "unit" else "right")
    projects = indicators = 0
    budget = Decimal(0)
    all_counts = dict.fromkeys(Severity, 0)
    for arrival, submission in done.merged.submissions:
        counts = arrival.counts
        own = sum(len(project.indicators) for project in submission.projects)
        projects, indicators = projects + len(submission.projects), indicators + own
        budget += submission.budget
        for severity, count in counts.items():
            all_counts[severity] += count
        if done.figures.units > _MOST_UNITS:
            continue
        table.add_row(
            f"{submission.unit.code} {submission.unit.name}",
            str(len(submission.projects)),
            str(own),
            f"{submission.budget:,.2f}",
            *(str(counts[severity]) for severity in Severity),
        )
    table.add_section()
    table.add_row(
        say("column.total", language),
        str(projects),
        str(indicators),
        f"{budget:,.2f}",
        *(str(all_counts[severity]) for severity in Severity),
    )
    console.print(table)
    for line in done.merged.ledger:
        if line.arrival.refusal is not None:
            console.print(line.arrival.refusal.sentence(language), style="red", highlight=False)
        elif line.replaced_by:
            key = "consolidate.copy" if line.is_copy else "consolidate.replaced"
            replaced = say(key, language, file=line.arrival.path.name, by=line.replaced_by)
            console.print(replaced, highlight=False)


def _told_of(written: Written, language: Language) -> list[str]:
    """What became of the opinions, and what a reader of the master must know about its sheets."""
    form, told = load_master_form(), []
    if written.carried or written.orphans:
        numbers = {"carried": written.carried, "changed": written.changed, "orphans": written.orphans}
        told.append(say("consolidate.opinions", language, **numbers, sheet=form.sheets["orphans"].name))
    comma = say("list.comma", language)
    if written.own_columns:
        told.append(say("consolidate.own_columns", language, labels=comma.join(written.own_columns)))
    for spec in form.sheets.values():
        others = [name for name in written.sheets if name.startswith(f"{spec.name} (")]
        if others:
            told.append(say("consolidate.split", language, sheet=spec.name, others=comma.join(others)))
    return told
