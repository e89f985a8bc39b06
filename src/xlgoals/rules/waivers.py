"""WAI: does a 说明 explain something, and does it give a reason?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from xlgoals.findings import Finding, Severity
from xlgoals.folding import Row, row_of
from xlgoals.model import Submission
from xlgoals.rules.registry import Hit, Setting, closing_rule, hit
from xlgoals.waiving import gives_a_reason, written_waivers


def _by_row(findings: Iterable[Finding]) -> Mapping[Row, list[Finding]]:
    """What a 说明 could keep, by every row that is named; of several rows each may hold the reason."""
    found: dict[Row, list[Finding]] = {}
    for finding in findings:
        if finding.severity is not Severity.ERROR:
            for row in {row_of(address) for address in (finding.address, *finding.also)}:
                if row is not None:
                    found.setdefault(row, []).append(finding)
    return found


@closing_rule("WAI-01")
def rule_waivers_explain_a_finding(
    submission: Submission, findings: Sequence[Finding], setting: Setting
) -> Iterator[Hit]:
    """A 说明 stands on a row on which something other than an error was found.

    A 说明 without a reason, such as 无, says nothing wrong where there is nothing to explain.
    Known false negatives: a row with another warning than the one that is explained.
    """
    waivers = written_waivers(submission)
    found = _by_row(findings) if waivers else {}
    for row, record in waivers.items():
        if row not in found and gives_a_reason(record.waiver):
            yield hit(record, "waiver", value=record.waiver.strip())


@closing_rule("WAI-02")
def rule_waivers_give_a_reason(
    submission: Submission, findings: Sequence[Finding], setting: Setting
) -> Iterator[Hit]:
    """A 说明 on a row with a warning or advice says why it is kept.

    Known false negatives: many words without a reason.
    """
    waivers = written_waivers(submission)
    found = _by_row(findings) if waivers else {}
    for row, record in waivers.items():
        if row in found and not gives_a_reason(record.waiver):
            codes = " ".join(dict.fromkeys(finding.code for finding in found[row]))
            yield hit(record, "waiver", value=record.waiver.strip(), codes=codes)
