"""How findings, summaries and pages look on a terminal. Plain text when it goes to a file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from rich.console import Console
from rich.table import Table

from xlgoals.catalogue import Example, RulePage, field_label, fix, message, rule_page
from xlgoals.findings import Finding, Severity, cell_order, count_by_severity
from xlgoals.form import load_form
from xlgoals.messages import Language, say
from xlgoals.model import Address, Observation, Sighting, Submission
from xlgoals.operations import Consolidation, Imported

_COLOURS = {Severity.ERROR: "bold red", Severity.WARNING: "yellow", Severity.ADVICE: "cyan"}
# Findings of one cure that are told in full; of the others only the places are.
_MOST_TOLD = 3
_SHORTEST_RANGE = 3
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
    """Findings with the same cure are one entry: ninety rows to correct alike are said once."""
    groups: dict[tuple[str, str], list[Finding]] = {}
    for finding in findings:
        groups.setdefault((finding.code, fix(finding, language)), []).append(finding)
    return list(groups.values())


def _show(console: Console, folded: Sequence[Finding], language: Language) -> None:
    first = folded[0]
    label = say(f"severity.{first.severity}", language)
    times = say("validate.times", language, count=len(folded)) if len(folded) > 1 else ""
    title = rule_page(first.code).words[language].title
    console.print(
        f"{label} {first.code}  {say('validate.should', language, title=title)}{times}",
        style=_COLOURS[first.severity],
        highlight=False,
    )
    for finding in folded[:_MOST_TOLD]:
        places = _places((finding.address, *finding.also), language)
        about = [finding.project, field_label(finding.field)] if finding.field else [finding.project]
        told = "  ".join([places, *filter(None, [" · ".join(filter(None, about))])])
        console.print(f"    {told}", highlight=False)
        # A line feed inside a cell is part of what is wrong; it must be seen and not break the line.
        said = message(finding, language).replace("\n", "⏎")
        console.print(f"        {said}", highlight=False)
        if finding.waived:
            console.print(
                f"        {say('validate.waived', language, reason=finding.waived)}", highlight=False
            )
    if rest := folded[_MOST_TOLD:]:
        places = _places([each for finding in rest for each in (finding.address, *finding.also)], language)
        console.print(
            f"    {say('validate.more', language, count=len(rest), places=places)}", highlight=False
        )
    console.print(f"    → {fix(first, language)}", highlight=False)


def _places(addresses: Iterable[Address], language: Language) -> str:
    """Addresses in a row: the sheet is said once, cells in a column as a range: ``指标!D51:D55、F60``."""
    told: list[str] = []
    sheet: str | None = None
    for run in _runs(addresses):
        first, last = run[0], run[-1]
        text = first.cell if first.sheet and first.sheet == sheet else place(first, language)
        if len(run) >= _SHORTEST_RANGE:
            told.append(f"{text}:{last.cell}")
        else:
            told.extend([text, *(address.cell for address in run[1:])])
        sheet = first.sheet
    return say("list.comma", language).join(told)


def _runs(addresses: Iterable[Address]) -> list[list[Address]]:
    """Addresses grouped into runs of cells that stand below each other."""
    runs: list[list[Address]] = []
    before: tuple[str, int, int] | None = None
    for address in addresses:
        row, column, _ = cell_order(address.cell)
        if before == (address.sheet, row - 1, column) and address.sheet:
            runs[-1].append(address)
        else:
            runs.append([address])
        before = (address.sheet, row, column)
    return runs


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
        for line in _example_lines(example, language):
            console.print(f"  {line}", highlight=False)


def _example_lines(example: Example, language: Language) -> Iterator[str]:
    """An example as a person would see it in the sheet; what it leaves out is in order."""
    form = load_form()
    labels = {column.key: column.label for column in form.projects.columns}
    labels |= {field.key: field.label for field in form.guide.fields}
    for field, value in {**example.unit, **example.project}.items():
        if field in labels:
            yield f"{labels[field]}：{value}"
        else:
            yield say(f"example.{field}", language, value=value)
    for row in example.indicators:
        yield " | ".join(row)
    for observation in example.observations:
        sighting, _, value, used, *_ = [*(part.strip() for part in observation.split("|")), "", ""]
        yield say(f"seen.{sighting}", language, value=value, used=used)
    if not (example.unit or example.project or example.indicators or example.observations):
        yield say("example.plain", language)
