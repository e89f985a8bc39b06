"""How findings, summaries and pages look on a terminal. Plain text when it goes to a file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from rich.console import Console
from rich.table import Table

from xlgoals.catalogue import RulePage, field_label, fix, message
from xlgoals.findings import Finding, Severity, count_by_severity
from xlgoals.messages import Language, say
from xlgoals.model import Address, Observation, Sighting, Submission
from xlgoals.operations import Consolidation, Imported

_COLOURS = {Severity.ERROR: "bold red", Severity.WARNING: "yellow", Severity.ADVICE: "cyan"}
# What a reader fills down row by row is told as one number, not as seventy lines.
_COUNTED = (Sighting.LEVEL_FILLED_DOWN, Sighting.TITLE_LINE_MISSING)


def place(address: Address, language: Language) -> str:
    """An address as a person reads it: a cell of a sheet, or a line of a text."""
    if not address.sheet and address.cell.startswith("L"):
        return say("place.line", language, line=address.cell[1:])
    return str(address)


def show_findings(
    console: Console, submission: Submission, findings: Sequence[Finding], language: Language
) -> None:
    """The findings of one file: gravest first, each with place, what stands there, what to do."""
    unit = submission.unit
    console.print(
        say("validate.head", language, file=submission.file, unit=f"{unit.code} {unit.name}".strip()),
        style="bold",
    )
    for severity in Severity:
        for folded in _folded([f for f in findings if f.severity is severity], language):
            _show(console, folded, language)
    counts = count_by_severity(findings)
    explained = sum(1 for finding in findings if finding.waived)
    key = "validate.none" if not findings else "validate.count"
    console.print(
        say(
            key,
            language,
            errors=counts[Severity.ERROR],
            warnings=counts[Severity.WARNING],
            advice=counts[Severity.ADVICE],
            explained=explained,
        ),
        style="bold",
    )


def _folded(findings: Iterable[Finding], language: Language) -> list[list[Finding]]:
    """Findings that say the same words are one entry with several places."""
    groups: dict[tuple[str, str], list[Finding]] = {}
    for finding in findings:
        groups.setdefault((finding.code, message(finding, language)), []).append(finding)
    return list(groups.values())


def _show(console: Console, folded: Sequence[Finding], language: Language) -> None:
    first = folded[0]
    addresses = [address for finding in folded for address in (finding.address, *finding.also)]
    places = say("list.comma", language).join(place(address, language) for address in addresses)
    label = say(f"severity.{first.severity}", language)
    head = f"{label} {first.code}  {places}"
    if first.project:
        head += f"  {first.project}"
    if first.field:
        head += f" · {field_label(first.field)}"
    console.print(head, style=_COLOURS[first.severity], highlight=False)
    console.print(f"    {message(first, language)}", highlight=False)
    console.print(f"    → {fix(first, language)}", highlight=False)
    if first.waived:
        console.print(f"    {say('validate.waived', language, reason=first.waived)}", highlight=False)


def show_import(console: Console, imported: Sequence[Imported], language: Language) -> None:
    """What an import wrote."""
    for item in imported:
        submission = item.submission
        count = sum(len(project.indicators) for project in submission.projects)
        console.print(
            say(
                "import.wrote",
                language,
                file=item.path,
                projects=len(submission.projects),
                indicators=count,
                budget=f"{submission.budget:.2f}",
            ),
            highlight=False,
        )


def show_observations(console: Console, submissions: Iterable[Submission], language: Language) -> None:
    """What a reader took from elsewhere or did not understand, a line each; frequent ones as a number."""
    told: set[Observation] = set()
    counts: Counter[Sighting] = Counter()
    for submission in submissions:
        for seen in submission.observations:
            if seen.sighting in _COUNTED:
                counts[seen.sighting] += 1
            elif seen not in told:
                told.add(seen)
                details = {"value": seen.value, "used": seen.used, "project": seen.project}
                sentence = say(f"sighting.{seen.sighting}", language, **details)
                console.print(
                    f"{seen.address.file} {place(seen.address, language)}：{sentence}", highlight=False
                )
    for sighting, count in counts.items():
        console.print(say(f"sighting.{sighting}", language, count=count), highlight=False)


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


def show_rule(console: Console, page: RulePage, language: Language) -> None:
    """The page of a rule."""
    words = page.words[language]
    console.print(f"{page.code}  {words.title}", style="bold", highlight=False)
    about = [say(f"severity.{page.severity}", language), say(f"layer.{page.layer}", language)]
    if page.opinion is not None:
        about.append(say(f"opinion.{page.opinion}", language))
    console.print(" · ".join(about), highlight=False)
    parts = [("rules.why", words.why), ("rules.message", words.message), ("rules.fix", words.fix)]
    if page.source:
        parts.append(("rules.source", say("list.comma", language).join(page.source)))
    if words.misses:
        parts.append(("rules.misses", words.misses))
    for key, text in parts:
        console.print(f"\n{say(key, language)}", style="bold", highlight=False)
        console.print(f"  {text}", highlight=False)
    for key, example in (("rules.wrong", page.wrong), ("rules.right", page.right)):
        console.print(f"\n{say(key, language)}", style="bold", highlight=False)
        for field, value in {**example.unit, **example.project}.items():
            console.print(f"  {field_label(field)}：{value}", highlight=False)
        for row in example.indicators:
            console.print(f"  {' | '.join(row)}", highlight=False)
        for sighting in example.observations:
            console.print(f"  {sighting}", highlight=False)
