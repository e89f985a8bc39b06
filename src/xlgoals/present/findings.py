"""Findings on a terminal: gravest first, one cause said once, and counts by rule and by project."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.console import Console
from rich.table import Table

from xlgoals.catalogue import cure, field_label, message, rule_page
from xlgoals.findings import Finding, Severity, count_by_severity
from xlgoals.fixing import edits_of
from xlgoals.folding import Fold, Tally, fold, tally_by_project, tally_by_rule
from xlgoals.messages import Language, say
from xlgoals.model import Submission
from xlgoals.places import places

COLOURS = {Severity.ERROR: "bold red", Severity.WARNING: "yellow", Severity.ADVICE: "cyan"}
# Causes of one rule that are told in words; of the others only the places are.
_MOST_TOLD = {Severity.ERROR: 3, Severity.WARNING: 2, Severity.ADVICE: 1}
_MOST_PLACES = 14
_FEW = 2
# From so many findings on, advice is told by what is expected and where, one line a rule.
_MANY = 60
_BRIEF_PLACES = 8
_LONGEST = 90


def show_findings(
    console: Console, submission: Submission, findings: Sequence[Finding], language: Language
) -> None:
    """The findings of one file, folded: each rule with its places, what stands there, what to do.

    Of many findings the advice is told in brief, so that what must be done is not drowned.
    """
    _show_head(console, submission, language)
    folds = fold(finding for finding in findings if not finding.waived)
    brief = [each for each in folds if each.severity is Severity.ADVICE and len(findings) >= _MANY]
    for each in folds[: len(folds) - len(brief)]:
        _show_fold(console, each, language)
    for each in brief:
        _show_brief(console, each, language)
    if brief:
        console.print(f"    → {say('validate.brief', language)}", highlight=False)
    _show_explained(console, findings, language)
    if len(findings) > _FEW:
        _show_rules(console, findings, language)
        _show_projects(console, findings, language)
    _show_count(console, findings, language)


def show_every_finding(
    console: Console, submission: Submission, findings: Sequence[Finding], language: Language
) -> None:
    """The findings of one file one by one, gravest first: place, what stands there, what to do."""
    _show_head(console, submission, language)
    for finding in sorted(findings, key=lambda each: each.severity.rank):
        about = " · ".join(filter(None, (finding.project, field_label(finding.field))))
        place = places((finding.address, *finding.also), language)
        label = say(f"severity.{finding.severity}", language)
        console.print(
            "  ".join(filter(None, (f"{label} {finding.code}", place, about))),
            style=COLOURS[finding.severity],
            highlight=False,
        )
        console.print(f"    {one_line(message(finding, language))}", highlight=False)
        if finding.waived:
            waived = say("validate.waived", language, reason=one_line(finding.waived))
            console.print(f"    {waived}", highlight=False)
        else:
            console.print(f"    → {cure(finding, language)}", highlight=False)
    _show_count(console, findings, language)


def one_line(text: str) -> str:
    """A line feed inside a cell is part of what is wrong; it must be seen and not break the line."""
    return text.replace("\n", "⏎")


def _clipped(text: str) -> str:
    line = one_line(text)
    return line if len(line) <= _LONGEST else f"{line[:_LONGEST]}…"


def _show_head(console: Console, submission: Submission, language: Language) -> None:
    unit = f"{submission.unit.code} {submission.unit.name}".strip()
    console.print(say("validate.head", language, file=submission.file, unit=unit), style="bold")


def _title(folded: Fold, language: Language) -> str:
    count = len(folded.findings)
    label = say(f"severity.{folded.severity}", language)
    title = say("validate.should", language, title=rule_page(folded.code).words[language].title)
    times = say("validate.times", language, count=count) if count > 1 else ""
    return f"{label} {folded.code}  {title}{times}"


def _show_brief(console: Console, folded: Fold, language: Language) -> None:
    where = places(folded.addresses, language, _BRIEF_PLACES)
    console.print(f"{_title(folded, language)}  {where}", style=COLOURS[folded.severity], highlight=False)


def _show_fold(console: Console, folded: Fold, language: Language) -> None:
    console.print(_title(folded, language), style=COLOURS[folded.severity], highlight=False)
    causes = folded.causes(language)
    most = _MOST_TOLD[folded.severity]
    # One more is told as quickly as counted.
    told = causes if len(causes) <= most + 1 else causes[:most]
    cures = dict.fromkeys(cure(finding, language) for finding in folded.findings)
    for cause in told:
        first = cause.findings[0]
        where = places(cause.addresses, language, _MOST_PLACES)
        own_cure = f"  → {cure(first, language)}" if len(cures) > 1 else ""
        console.print(f"    {where}  {_clipped(message(first, language))}{own_cure}", highlight=False)
    rest = [finding for cause in causes[len(told) :] for finding in cause.findings]
    if rest:
        where = places(
            (address for finding in rest for address in (finding.address, *finding.also)),
            language,
            _MOST_PLACES,
        )
        console.print(f"    {say('validate.more', language, count=len(rest), places=where)}", highlight=False)
    if len(cures) == 1:
        console.print(f"    → {next(iter(cures))}", highlight=False)


def _show_explained(console: Console, findings: Iterable[Finding], language: Language) -> None:
    explained = [finding for finding in findings if finding.waived]
    groups: dict[tuple[str, str], list[Finding]] = {}
    for finding in explained:
        groups.setdefault((finding.waived, finding.code), []).append(finding)
    if groups:
        console.print(
            say("validate.explained", language, count=len(explained)), style="bold", highlight=False
        )
    for (reason, code), group in groups.items():
        where = places((finding.address for finding in group), language, _MOST_PLACES)
        waived = say("validate.waived", language, reason=one_line(reason))
        console.print(f"    {where}  {code}  {waived}", highlight=False)


def _show_rules(console: Console, findings: Sequence[Finding], language: Language) -> None:
    """A line a severity: how often each rule, most frequent first."""
    table = Table(box=None, pad_edge=False, show_header=False)
    table.add_column(style="bold", no_wrap=True)
    table.add_column(overflow="fold")
    tallies = tally_by_rule(findings)
    for severity in Severity:
        told = [
            say("validate.rule_times", language, code=tally.name, count=tally.counts[severity])
            for tally in tallies
            if tally.counts[severity]
        ]
        if told:
            table.add_row(say(f"severity.{severity}", language), "  ".join(told))
    explained = [
        say("validate.rule_times", language, code=tally.name, count=tally.explained)
        for tally in tallies
        if tally.explained
    ]
    if explained:
        table.add_row(say("column.explained", language), "  ".join(explained))
    console.print()
    console.print(table)


def _show_projects(console: Console, findings: Sequence[Finding], language: Language) -> None:
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column(say("column.project", language))
    _add_counts(table, language)
    for tally in tally_by_project(findings):
        table.add_row(tally.name or say("validate.whole_file", language), *_counts(tally))
    console.print()
    console.print(table)


def _add_counts(table: Table, language: Language) -> None:
    for key in ("errors", "warnings", "advice", "explained"):
        table.add_column(say(f"column.{key}", language), justify="right")


def _counts(tally: Tally) -> tuple[str, ...]:
    return (*(_figure(tally.counts[severity]) for severity in Severity), _figure(tally.explained))


def _figure(count: int) -> str:
    return str(count) if count else "·"


def _show_count(console: Console, findings: Sequence[Finding], language: Language) -> None:
    counts = count_by_severity(findings)
    key = "validate.none" if not findings else "validate.count"
    console.print(
        say(
            key,
            language,
            errors=counts[Severity.ERROR],
            warnings=counts[Severity.WARNING],
            advice=counts[Severity.ADVICE],
            explained=sum(1 for finding in findings if finding.waived),
        ),
        style="bold",
        highlight=False,
    )
    edits = [proposal.edit for proposal in edits_of(findings)]
    if edits:
        safe = sum(edit.safe for edit in edits)
        console.print(say("validate.edits", language, safe=safe, unsafe=len(edits) - safe), highlight=False)
