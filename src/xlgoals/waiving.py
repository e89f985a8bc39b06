"""说明: which findings a unit's reason on a row keeps, and what counts as a reason.

A 说明 keeps every warning and advice on its own row; an error is never kept. It has to give a reason:
one that gives none (``templates/waiver_words.yaml``) keeps nothing.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from functools import cache

from msgspec.structs import replace

from xlgoals.findings import Finding, Severity
from xlgoals.folding import Row, row_of
from xlgoals.model import Indicator, Project, Submission
from xlgoals.owners import records
from xlgoals.resources import resource_path
from xlgoals.yamlfile import load_yaml


@cache
def _no_reason() -> frozenset[str]:
    top = load_yaml(resource_path("waiver_words.yaml"))
    top.only(("no_reason",))
    return frozenset(_letters(text) for text in top.texts("no_reason"))


def _letters(text: str) -> str:
    return "".join(
        character for character in unicodedata.normalize("NFKC", text).casefold() if character.isalnum()
    )


def gives_a_reason(waiver: str) -> bool:
    """Whether a 说明 says more than nothing; white space, punctuation and signs do not count.

    >>> gives_a_reason("受益人仅三名"), gives_a_reason(" 无。"), gives_a_reason("——")
    (True, False, False)
    """
    letters = _letters(waiver)
    return bool(letters) and letters not in _no_reason()


def written_waivers(submission: Submission) -> Mapping[Row, Project | Indicator]:
    """The records with a 说明, by their row."""
    found: dict[Row, Project | Indicator] = {}
    for _, record in records(submission):
        if record.waiver and record.waiver.strip():
            row = row_of(record.location.address("waiver"))
            if row is not None:
                found.setdefault(row, record)
    return found


def reasons_in(submission: Submission) -> Mapping[Row, str]:
    """The 说明 that give a reason, by their row."""
    return {
        row: record.waiver.strip()
        for row, record in written_waivers(submission).items()
        if gives_a_reason(record.waiver)
    }


def with_waivers(submission: Submission, findings: Iterable[Finding]) -> list[Finding]:
    """The findings, those marked that the unit explains on their row; errors are left as they are."""
    reasons = reasons_in(submission)
    return [explained(finding, reasons) for finding in findings] if reasons else list(findings)


def explained(finding: Finding, reasons: Mapping[Row, str]) -> Finding:
    """The finding, marked where one of ``reasons`` stands on its row; an error is left as it is."""
    row = row_of(finding.address) if reasons else None
    if row is None or row not in reasons or finding.severity is Severity.ERROR:
        return finding
    return replace(finding, waived=reasons[row])
