"""What a consolidation did, on a terminal."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table

from xlgoals.findings import Severity, count_by_severity
from xlgoals.messages import Language, say
from xlgoals.operations import Consolidation


def show_consolidation(console: Console, done: Consolidation, language: Language) -> None:
    """Totals by unit, what could not be read, findings, and where the master lies."""
    table = Table(show_edge=False, pad_edge=False, header_style="bold")
    for key in ("unit", "projects", "indicators", "budget", "errors", "warnings", "advice"):
        table.add_column(say(f"column.{key}", language), justify="left" if key == "unit" else "right")
    projects = indicators = 0
    for arrival, submission in done.merged.submissions:
        counts = count_by_severity(arrival.findings)
        own = sum(len(project.indicators) for project in submission.projects)
        projects, indicators = projects + len(submission.projects), indicators + own
        table.add_row(
            f"{submission.unit.code} {submission.unit.name}",
            str(len(submission.projects)),
            str(own),
            f"{submission.budget:,.2f}",
            *(str(counts[severity]) for severity in Severity),
        )
    counts = count_by_severity(done.merged.findings)
    budget = sum(submission.budget for _, submission in done.merged.submissions)
    table.add_section()
    table.add_row(
        say("column.total", language),
        str(projects),
        str(indicators),
        f"{budget:,.2f}",
        *(str(counts[severity]) for severity in Severity),
    )
    console.print(table)
    for line in done.merged.ledger:
        if line.arrival.refusal is not None:
            console.print(line.arrival.refusal.sentence(language), style="red", highlight=False)
        elif line.replaced_by:
            replaced = say("consolidate.replaced", language, file=line.arrival.path.name, by=line.replaced_by)
            console.print(replaced, highlight=False)
    if done.previous is not None:
        console.print(say("consolidate.previous", language, file=done.previous), highlight=False)
    console.print(say("consolidate.master", language, file=done.master), style="bold", highlight=False)
