"""Every edit that a rule proposes settles its own finding and makes no other."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from tests.support.examples import CLEAN_ROWS, findings_in, project_of, submission_of
from tests.support.seed import seed_submissions
from xlgoals.catalogue import Example
from xlgoals.findings import Edit, Finding
from xlgoals.model import Project, Submission

CLEAN = submission_of(Example(unit={}, project={}, indicators=(), observations=(), found=()))
EDITING = {"BUD-07", "BUD-11", "LVL-02", "VAL-04", "VAL-06", "VAL-07", "VAL-09"}


def _edited(submission: Submission, edit: Edit) -> Submission:
    def row_edited(project: Project) -> Project:
        values: dict[str, Any] = {edit.field: edit.new}
        rows = [
            replace(row, **values) if row.location.address(edit.field) == edit.address else row
            for row in project.indicators
        ]
        return replace(project, indicators=tuple(rows))

    return replace(submission, projects=tuple(map(row_edited, submission.projects)))


def _keys(findings: list[Finding]) -> set[tuple[str, str]]:
    return {(finding.code, str(finding.address)) for finding in findings if finding.code.startswith(FAMILIES)}


FAMILIES = ("BUD", "GOAL", "IND", "LVL", "VAL")
SEED = [
    (submission, finding)
    for submission in seed_submissions()
    for finding in findings_in(submission)
    if finding.code in EDITING and finding.edits
]


@pytest.mark.parametrize(
    ("submission", "finding"), SEED, ids=[f"{finding.code}-{finding.address.cell}" for _, finding in SEED]
)
def test_an_edit_of_the_published_tables_settles_its_finding_and_makes_no_other(
    submission: Submission, finding: Finding
) -> None:
    (edit,) = finding.edits
    before = _keys(findings_in(submission))
    after = _keys(findings_in(_edited(submission, edit)))
    assert (finding.code, str(finding.address)) not in after
    assert after - before == set()


def test_every_kind_of_edit_is_proposed_in_the_published_tables() -> None:
    assert {finding.code for _, finding in SEED} == EDITING


def test_safe_edits_of_the_published_tables_are_these() -> None:
    edits = [edit for _, finding in SEED for edit in finding.edits if edit.safe]
    assert [(edit.old, edit.new) for edit in edits] == [
        ("不少于50次", "≥50次"),
        ("不少于50家", "≥50家"),
        ("不少于5个", "≥5个"),
        ("不超过110万元", "≤110万元"),
        ("不少于10家", "≥10家"),
        ("不少于3199.8亿元人民币", "≥3199.8亿元"),
        ("不低于150人", "≥150人"),
        ("总预算不高于\n324万", "总预算不高于\n324万元"),
        ("不低于5个", "≥5个"),
    ]


# rule | level1 | level2 | name | 指标值 | new value, or nothing
EDITS = """
VAL-04 | 产出指标 | 质量指标 | 设备完好率   | 0.95     | 95%
VAL-04 | 产出指标 | 质量指标 | 设备完好率   | ≥0.955   | ≥95.5%
VAL-04 | 产出指标 | 质量指标 | 设备完好率   | 1        | 100%
VAL-04 | 产出指标 | 质量指标 | 设备完好率   | 不低于0.9 | 不低于90%
VAL-04 | 满意度指标 | 服务对象满意度指标 | 学员满意度 | 0.9 | 90%
VAL-04 | 满意度指标 | 服务对象满意度指标 | 学员满意度 | 1   |
VAL-09 | 产出指标 | 质量指标 | 设备完好率   | ≥95      | ≥95%
VAL-09 | 产出指标 | 质量指标 | 设备完好率   | ≥195     |
VAL-09 | 产出指标 | 数量指标 | 走访企业数量 | ≥50      |
VAL-09 | 满意度指标 | 服务对象满意度指标 | 学员满意度 | 100 |
BUD-07 | 产出指标 | 成本指标 | 活动费用     | 324万    | 324万元
BUD-07 | 产出指标 | 成本指标 | 活动费用     | ≤1.2亿   |
BUD-07 | 产出指标 | 成本指标 | 万人活动费用 | 不超过万人活动324万 |
BUD-11 | 产出指标 | 成本指标 | 人均经费     | ≤5万元   | ≤5万元/人
BUD-11 | 产出指标 | 成本指标 | 人均经费     | ≤5万元左右每年 |
LVL-02 | 产出指标 | 质量指标 | 走访企业数量 | ≥50家    | 数量指标
VAL-06 | 产出指标 | 数量指标 | 参会人数     | 不少于三百人 | ≥300人
VAL-07 | 产出指标 | 时效指标 | 响应时间     | 故障出现12小时内到达 | ≤12小时
VAL-07 | 产出指标 | 时效指标 | 培训时间     | 2022年下半年 |
"""


@pytest.mark.parametrize(
    ("code", "level1", "level2", "name", "target", "new"),
    [[part.strip() for part in line.split("|")] for line in EDITS.strip().splitlines()],
)
def test_edits(code: str, level1: str, level2: str, name: str, target: str, new: str) -> None:
    submission = replace(
        CLEAN, projects=(project_of({}, [*CLEAN_ROWS, (level1, level2, name, "按台账统计", target)]),)
    )
    found = [finding for finding in findings_in(submission) if finding.code == code]
    edits = [edit for finding in found for edit in finding.edits]
    assert [edit.new for edit in edits] == ([new] if new else [])
    if edits:
        before, after = (_keys(findings_in(each)) for each in (submission, _edited(submission, edits[0])))
        assert after - before == set()
        assert not [key for key in after if key[0] == code]


def test_a_quality_that_is_the_only_one_is_not_moved_away() -> None:
    rows = [row for row in CLEAN_ROWS if row[1] != "质量指标"]
    rows += [("产出指标", "质量指标", "走访企业数量", "按台账统计", "≥50家")]
    findings = findings_in(replace(CLEAN, projects=(project_of({}, rows),)))
    assert [finding.edits for finding in findings if finding.code == "LVL-02"] == [()]
