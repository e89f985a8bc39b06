"""What a fix changed or would change, cell by cell, and what was left and why."""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Iterable
from pathlib import Path

from rich.console import Console

from xlgoals.catalogue import edit_to_json
from xlgoals.findings import Finding, Severity, count_by_severity
from xlgoals.fixing import Fixing, Proposal
from xlgoals.messages import Language, say
from xlgoals.places import place

_CONTEXT = 8
_LONG = 40
_SEEN_AS = {"\n": "⏎", "\t": "⇥"}


def show_fixing(console: Console, fixing: Fixing, written: Path | None, language: Language) -> None:
    """Old → new for every cell, then the proposals that were left, then what became of the findings."""
    for proposal in fixing.edits_applied:
        key = "fix.safe" if proposal.edit.safe else "fix.unsafe"
        console.print(f"{_change(proposal, language)}  {say(key, language)}", highlight=False)
    if fixing.edits_left:
        console.print(say("fix.left", language, count=len(fixing.edits_left)), style="bold", highlight=False)
    for left in fixing.edits_left:
        reason = say(f"fix.reason.{left.reason}", language)
        console.print(f"{_change(left.proposal, language)}  {reason}", style="dim", highlight=False)
    before, after = (_counted(each, language) for each in (fixing.findings_before, fixing.findings_after))
    key = "fix.dry" if written is None else "fix.wrote" if fixing.edits_applied else "fix.wrote_same"
    console.print(
        say(key, language, file=written, count=len(fixing.edits_applied)), style="bold", highlight=False
    )
    if fixing.edits_applied:
        console.print(say("fix.counts", language, before=before, after=after), highlight=False)


def fixing_to_json(fixing: Fixing, written: Path | None) -> dict[str, object]:
    """The JSON of a fix: ``applied`` and ``left`` hold edits, each with its rules and its project."""
    return {
        "file": fixing.submission.file,
        "wrote": None if written is None else str(written),
        "applied": [_proposal_to_json(proposal) for proposal in fixing.edits_applied],
        "left": [
            {**_proposal_to_json(left.proposal), "reason": left.reason.value} for left in fixing.edits_left
        ],
        "before": _counts_to_json(fixing.findings_before),
        "after": _counts_to_json(fixing.findings_after),
    }


def _proposal_to_json(proposal: Proposal) -> dict[str, object]:
    return {
        **edit_to_json(proposal.edit),
        "codes": list(proposal.codes),
        "project": proposal.project,
    }


def _counts_to_json(findings: Iterable[Finding]) -> dict[str, int]:
    return {severity.value: count for severity, count in count_by_severity(findings).items()}


def _counted(findings: Iterable[Finding], language: Language) -> str:
    counts = count_by_severity(findings)
    return say(
        "fix.findings",
        language,
        errors=counts[Severity.ERROR],
        warnings=counts[Severity.WARNING],
        advice=counts[Severity.ADVICE],
    )


def _change(proposal: Proposal, language: Language) -> str:
    edit = proposal.edit
    old, new = changed_part(edit.old, edit.new)
    where, codes = place(edit.address, language), " ".join(proposal.codes)
    return say("fix.change", language, place=where, old=visible(old), new=visible(new), codes=codes)


def changed_part(old: str, new: str) -> tuple[str, str]:
    """Two long texts cut down to where they differ, with a few characters around.

    >>> changed_part("甲" * 40 + "１００" + "乙" * 40, "甲" * 40 + "100" + "乙" * 40)
    ('…甲甲甲甲甲甲甲甲１００乙乙乙乙乙乙乙乙…', '…甲甲甲甲甲甲甲甲100乙乙乙乙乙乙乙乙…')
    """
    if max(len(old), len(new)) <= _LONG:
        return old, new
    head = len(os.path.commonprefix([old, new]))  # noqa: RUF071 of texts, not of paths
    tail = len(os.path.commonprefix([old[head:][::-1], new[head:][::-1]]))  # noqa: RUF071 as above
    start, end = max(head - _CONTEXT, 0), max(tail - _CONTEXT, 0)

    def part(text: str) -> str:
        cut = text[start : len(text) - end]
        return ("…" if start else "") + cut + ("…" if end else "")

    return part(old), part(new)


def visible(text: str) -> str:
    r"""A text in which line feeds, odd spaces and invisible characters can be seen.

    >>> visible("≥5\u200b次\u3000")
    '≥5⟨U+200B⟩次⟨U+3000⟩'
    """
    return "".join(_SEEN_AS.get(each) or _mark(each) for each in text)


def _mark(character: str) -> str:
    is_hidden = character != " " and unicodedata.category(character) in ("Zs", "Zl", "Zp", "Cf", "Cc")
    return f"⟨U+{ord(character):04X}⟩" if is_hidden else character
