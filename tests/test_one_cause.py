"""What is told once, what is told twice on purpose, and proposals that lose nothing."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from tests.support.examples import CLEAN_ROWS, findings_in, project_of, submission_of
from tests.support.seed import seed_submissions
from xlgoals.applying import apply_edits
from xlgoals.catalogue import Example
from xlgoals.findings import Finding
from xlgoals.fixing import Consent, fix
from xlgoals.model import Submission
from xlgoals.target import read_target, suggest_rewrite

CLEAN = submission_of(Example(unit={}, project={}, indicators=(), observations=(), found=()))


def _of_target(target: str, row: int) -> Submission:
    rows = [*CLEAN_ROWS]
    rows[row] = (*CLEAN_ROWS[row][:4], target)
    return replace(CLEAN, projects=(project_of({}, rows),))


# 指标值 | row of the clean table | what is told at its cell
CELLS = """
44561            | 3 | TXT-07
44,561           | 3 | TXT-07
44561            | 0 | VAL-05 VAL-09
20               | 3 | VAL-05 VAL-09
1                | 2 | VAL-04 VAL-05 VAL-09
3月、6月、9月     | 3 | VAL-07 VAL-15
"""


@pytest.mark.parametrize(
    ("target", "row", "codes"),
    [[part.strip() for part in line.split("|")] for line in CELLS.strip().splitlines()],
)
def test_one_cell_says_its_cause(target: str, row: str, codes: str) -> None:
    """VAL-04 beside VAL-09 and VAL-15 beside VAL-07 are as they were counted in the published tables."""
    submission = _of_target(target, int(row))
    place = submission.projects[0].indicators[int(row)].location.address("target")
    found = sorted(finding.code for finding in findings_in(submission) if finding.address == place)
    assert " ".join(found) == codes


# what stands there | what may be offered in its place; - for nothing
REWRITES = """
不少于10家            | ≥10家
不少于10{0}家         | -
不少于{0}10家         | -
{0}不少于10家         | -
不少于10家{0}         | -
共计不少于10{0}家企业 | -
不少于 10 家          | ≥10家
"""


@pytest.mark.parametrize("mark", ["\u200b", "\ufeff", "\u200e", "\u00ad"])
@pytest.mark.parametrize(
    ("text", "offered"),
    [[part.strip() for part in line.split("|")] for line in REWRITES.strip().splitlines()],
)
def test_nothing_is_offered_that_could_lose_the_unit(text: str, offered: str, mark: str) -> None:
    assert (suggest_rewrite(read_target(text.format(mark))) or "-") == offered


def test_the_blank_is_taken_out_first_and_the_unit_stays() -> None:
    submission = _of_target("不少于4\u200b期", 0)
    fixing = fix(submission, findings_in, Consent(unsafe=True))
    assert fixing.submission.projects[0].indicators[0].target == "≥4期"
    (applied,) = fixing.edits_applied
    assert applied.codes == ("TXT-02", "VAL-06")


# 预算数 | 财政资金 | 其他资金 | what is proposed for it, or -
AMOUNTS = """
48.00 | 48.00 |      | 0.00
48    | 48.00 |      | 0.00
48.00 | 40.00 |      | -
48.00 |       |      | -
      | 48.00 |      | -
48.00 | 48.00 | 0.00 | -
48.00 | 48.00 | 无   | -
"""


def _proposals(submission: Submission) -> list[Finding]:
    return [each for each in findings_in(submission) if each.code == "BUD-03" and each.edits]


@pytest.mark.parametrize(
    ("budget", "fiscal", "other", "new"),
    [[part.strip() for part in line.split("|")] for line in AMOUNTS.strip().splitlines()],
)
def test_zero_is_proposed_only_where_nothing_else_can_be_meant(
    budget: str, fiscal: str, other: str, new: str
) -> None:
    fields = {"budget": budget, "fiscal": fiscal, "other": other}
    submission = replace(CLEAN, projects=(project_of(fields),))
    found = _proposals(submission)
    assert [edit.new for each in found for edit in each.edits] == ([] if new == "-" else [new])
    assert not any(edit.safe for each in found for edit in each.edits)


def test_zero_settles_every_blank_of_the_published_tables() -> None:
    for submission in seed_submissions():
        edits = [edit for each in _proposals(submission) for edit in each.edits]
        assert len(edits) == len(submission.projects)
        done = apply_edits(submission, edits)
        assert done.stale == ()
        assert _proposals(done.submission) == []
        assert {str(project.other) for project in done.submission.projects} == {"0.00"}
