"""Cases beyond the examples on the rules' pages: borders, follow-ons that stay silent, other profiles."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence

import pytest
from msgspec.structs import replace

from tests.support.examples import (
    CLEAN_ROWS,
    findings_in,
    indicators_of,
    places_of,
    project_of,
    row_location,
    submission_of,
)
from xlgoals.catalogue import Example
from xlgoals.findings import Finding, Severity
from xlgoals.form import load_form
from xlgoals.model import Money, Project, Submission
from xlgoals.profile import load_profile
from xlgoals.rules import Setting, run_rules

CLEAN = submission_of(Example(unit={}, project={}, indicators=(), observations=(), found=()))


def _with(*projects: Project) -> Submission:
    return replace(CLEAN, projects=projects)


def _fields(findings: Sequence[Finding], code: str) -> list[str]:
    return sorted(finding.field for finding in findings if finding.code == code)


def _codes(findings: Sequence[Finding]) -> list[str]:
    return sorted(finding.code for finding in findings)


# rule | name | description | 指标值 | finds something
SATISFACTION = """
VAL-01 | 学员满意率   | 问卷 | ≥100%              | yes
VAL-01 | 学员满意率   | 问卷 | ＞１００％           | yes
VAL-01 | 学员满意率   | 问卷 | 不低于100%          | yes
VAL-01 | 学员满意率   | 问卷 | 90%-110%           | yes
VAL-01 | 学员满意率   | 问卷 | ≤100%              | no
VAL-01 | 学员满意率   | 问卷 | =100%              | no
VAL-01 | 学员满意率   | 问卷 | ≥99.9%             | no
VAL-01 | 学员满意率   | 问卷 | ≥100分             | no
VAL-01 | 学员满意率   | 问卷 |                    | no
VAL-02 | 学员满意率   | 问卷 | 100%               | yes
VAL-02 | 学员满意率   | 问卷 | ＝100％             | yes
VAL-02 | 学员满意率   | 问卷 | 百分之百            | yes
VAL-02 | 学员满意率   | 问卷 | ≥100%              | no
VAL-02 | 学员满意率   | 问卷 | ≥98%               | no
VAL-03 | 学员满意率   | 问卷 | 学员普遍满意         | yes
VAL-03 | 学员满意率   | 问卷 | 95                 | yes
VAL-03 | 学员满意率   | 问卷 | 百分之九十以上       | no
VAL-03 | 学员满意率   | 问卷 | 满意度达到九成以上    | no
VAL-03 | 学员满意率   | 问卷 | ≥95分              | no
VAL-03 | 学员满意率   | 问卷 | 0.95               | no
VAL-03 | 学员满意率   | 问卷 |                    | no
VAL-04 | 学员满意率   | 问卷 | 0.95               | yes
VAL-04 | 设备完好率   | 统计 | 1                  | yes
VAL-04 | 政策知晓度   | 问卷 | ≥0.9               | yes
VAL-04 | 设备完好率   | 统计 | 1次                | no
VAL-04 | 设备完好率   | 统计 | 95                 | no
VAL-04 | 设备完好率   | 统计 | 0                  | no
VAL-04 | 系统运行效率 | 统计 | 1                  | no
VAL-04 | 项目进度     | 统计 | 1                  | no
VAL-04 | 培训次数     | 统计 | 1                  | no
VAL-06 | 参会人数     | 签到 | 不少于三百人         | yes
VAL-06 | 参会人数     | 签到 | 300人以上           | yes
VAL-06 | 响应时间     | 统计 | 12小时以内          | yes
VAL-06 | 参会人数     | 签到 | ≥300人             | no
VAL-06 | 参会人数     | 签到 | 300人              | no
VAL-06 | 完成时间     | 统计 | 2022年12月底前      | no
VAL-06 | 参会人数     | 签到 | 约300人             | no
VAL-08 | 参会人数     | 签到 | 大约300人           | yes
VAL-08 | 参会人数     | 签到 | 300余人             | yes
VAL-08 | 参会人数     | 签到 | ≈300人             | yes
VAL-08 | 合约份数     | 统计 | 300份              | no
IND-07 | 培训班期数   | 培训班　期数  | ≥4期         | yes
IND-07 | 培训班期数   | 培训班的期数  | ≥4期         | no
IND-07 | 培训班期数   |              | ≥4期         | no
"""


@pytest.mark.parametrize(
    ("code", "name", "description", "target", "expected"),
    [[part.strip() for part in line.split("|")] for line in SATISFACTION.strip().splitlines()],
)
def test_one_row_of_satisfaction(code: str, name: str, description: str, target: str, expected: str) -> None:
    row = ("满意度指标", "服务对象满意度指标", name, description, target)
    findings = findings_in(_with(project_of({}, [*CLEAN_ROWS[:8], row])))
    assert (code in _codes(findings)) == (expected == "yes")


# rule | budget | fiscal | other | fields found
AMOUNTS = """
BUD-01 | 117.00  | 117.00  | 0.00  |
BUD-01 | 117     | 117     | 0     |
BUD-01 | 1,170.5 | 1170.50 | 0     |
BUD-01 | １１７    | 117     | 0     |
BUD-01 | 117万元  | 117     | 0     | budget
BUD-01 | 约117    | 117     | 无    | budget other
BUD-01 | 11.7.0  | 117     | 0     | budget
BUD-01 | -1      | -1      | 0     | budget fiscal
BUD-01 | 0.125   | 0.125   | 0     | budget fiscal
BUD-01 | 0.120   | 0.12    | 0     |
BUD-01 |         | 117     | 0     | budget
BUD-01 | 117     |         |       |
BUD-02 | 117     | 100     | 17    |
BUD-02 | 117     | 117     |       |
BUD-02 | 117     |         | 117   |
BUD-02 | 117     | 100     |       | budget
BUD-02 | 117     |         |       | budget
BUD-02 | 117     | 116.99  | 0.00  | budget
BUD-02 |         | 117     | 0     |
BUD-02 | 117     | 117万   | 0     |
BUD-02 | 117     | 100     | 十七  |
BUD-03 | 117     | 117     |       | other
BUD-03 | 117     | 117     | 0     |
BUD-03 | 117     | 100     |       |
BUD-03 | 117     |         |       |
BUD-03 |         |         |       |
"""


@pytest.mark.parametrize(
    ("code", "budget", "fiscal", "other", "fields"),
    [[part.strip() for part in line.split("|")] for line in AMOUNTS.strip().splitlines()],
)
def test_amounts_of_a_project(code: str, budget: str, fiscal: str, other: str, fields: str) -> None:
    project = project_of({"budget": budget, "fiscal": fiscal, "other": other})
    assert _fields(findings_in(_with(project)), code) == fields.split()


@pytest.mark.parametrize(
    ("raw", "odd"),
    [("117万元", "万元"), ("约117", "约"), ("11.7.0", "11.7.0"), ("-1", "-"), ("0.125", ".125")],
)
def test_the_part_of_an_amount_that_does_not_belong_is_named(raw: str, odd: str) -> None:
    findings = findings_in(_with(project_of({"budget": raw})))
    assert [finding.details["odd"] for finding in findings if finding.code == "BUD-01"] == [odd]


def test_decimals_of_conversion_and_of_binary_numbers_are_not_blamed_on_the_unit() -> None:
    converted = Money(raw="1234567.89", amount=Money(raw="", amount=None).amount)
    project = project_of({"budget": "123.456789"})
    assert project.budget.amount is not None
    yuan = replace(project, budget=replace(converted, amount=project.budget.amount))
    noise = replace(
        project, budget=Money(raw="117.30000000000001", amount=project_of({"budget": "117.3"}).budget.amount)
    )
    assert _fields(findings_in(_with(yuan)), "BUD-01") == []
    assert _fields(findings_in(_with(noise)), "BUD-01") == []


# purpose | goals | finds something
GOALS = """
保障系统运转。 | 1.保障系统运转。          | yes
保障系统运转   | （一）保障系统运转；       | yes
保障系统运转   | 1、保障 系统运转           | yes
保障系统运转   | 1.系统可用率不低于99.5%    | no
保障系统运转   | 1.保障系统运转 2.完成测评  | no
               | 1.保障系统运转             | no
"""


@pytest.mark.parametrize(
    ("purpose", "goals", "expected"),
    [[part.strip() for part in line.split("|")] for line in GOALS.strip().splitlines()],
)
def test_goals_against_purpose(purpose: str, goals: str, expected: str) -> None:
    findings = findings_in(_with(project_of({"purpose": purpose, "goals": goals})))
    assert ("GOAL-02" in _codes(findings)) == (expected == "yes")


def test_blank_goals_and_blank_purpose_are_not_the_same_text() -> None:
    codes = _codes(findings_in(_with(project_of({"purpose": "", "goals": " "}))))
    assert codes == ["GOAL-01", "GOAL-04"]


# profile | level1 | level2 | field: nearest (opinion)
LEVELS = """
tianjin-2022 | 产出指标   | 数量指标         |
tianjin-2022 | 产出 指标  | 数量指标         |
tianjin-2022 | 效果指标   | 社会效益指标     |
tianjin-2022 | 满意度     | 服务对象满意度指标 |
tianjin-2022 |           | 数量指标         |
tianjin-2022 | 产出指标   |                 |
tianjin-2022 | 产出       | 数量指标         |
tianjin-2022 | 产出指标   | 数量             |
tianjin-2022 | 产出指标   | 社会效益指标     | level1: 效益指标 (6)
tianjin-2022 | 投入       | 人数             | level1: 产出指标 (6) level2: 数量指标 (7)
tianjin-2022 | 成本指标   | 经济成本指标     | level1: 产出指标 (6) level2: 成本指标 (7)
cn-2021      | 成本指标   | 经济成本指标     |
cn-2021      | 产出指标   | 经济成本指标     | level1: 成本指标 (6)
cn-2021      | 效益指标   | 可持续影响指标   | level2: 经济效益指标 (7)
"""


@pytest.mark.parametrize(
    ("profile", "level1", "level2", "expected"),
    [[part.strip() for part in line.split("|")] for line in LEVELS.strip().splitlines()],
)
def test_levels(profile: str, level1: str, level2: str, expected: str) -> None:
    project = project_of({}, [(level1, level2, "参训人次", "签到表合计", "≥200人次")])
    found = [f for f in findings_in(_with(project), load_profile(profile)) if f.code == "LVL-01"]
    said = " ".join(f"{f.field}: {f.details['nearest']} ({f.opinion})" for f in found)
    assert said == expected


# rows, as the first characters of level 1 and level 2 | codes with what is missing
MISSING = """
产数 产质 产时 产成 效社 满服 |
产数 效社 满服           | IND-02 质量指标, IND-02 时效指标, IND-02 成本指标
效社 满服                | IND-01 产出指标
产数 产质 产时 产成       | IND-01 效益指标, IND-03 满意度指标
数数 质质 时时 成成 社社 效服 |
                        | IND-01 效益指标, IND-01 产出指标
"""
LEVEL1 = {"产": "产出指标", "效": "效益指标", "满": "满意度指标"}
LEVEL2 = {
    "数": "数量指标",
    "质": "质量指标",
    "时": "时效指标",
    "成": "成本指标",
    "社": "社会效益指标",
    "服": "服务对象满意度指标",
}


@pytest.mark.parametrize(
    ("rows", "expected"),
    [[part.strip() for part in line.split("|")] for line in MISSING.strip("\n").splitlines()],
)
def test_what_a_table_lacks(rows: str, expected: str) -> None:
    cells = [
        (LEVEL1.get(row[0], "其他"), LEVEL2[row[1]], f"指标{number}", "统计", "≥1个")
        for number, row in enumerate(rows.split())
    ]
    found = [f for f in findings_in(_with(project_of({}, cells))) if f.code in {"IND-01", "IND-02", "IND-03"}]
    assert ", ".join(f"{finding.code} {finding.details['missing']}" for finding in found) == expected


def test_opinions_follow_what_is_missing() -> None:
    found = findings_in(_with(project_of({}, [])))
    assert {(f.details["missing"], f.opinion) for f in found if f.code == "IND-01"} == {
        ("效益指标", 8),
        ("产出指标", 9),
    }


def test_profile_lowers_the_severity_of_missing_satisfaction() -> None:
    rows = [row for row in CLEAN_ROWS if row[0] != "满意度指标"]
    by_profile = {
        name: [
            f.severity
            for f in findings_in(_with(project_of({}, rows)), load_profile(name))
            if f.code == "IND-03"
        ]
        for name in ("tianjin-2022", "cn-2021")
    }
    assert by_profile == {"tianjin-2022": [Severity.WARNING], "cn-2021": [Severity.ADVICE]}


def test_profile_may_switch_a_rule_off() -> None:
    profile = dataclasses.replace(load_profile("tianjin-2022"), severities={"BUD-03": "off"})
    submission = _with(project_of({"other": ""}))
    assert _codes(findings_in(submission)) == ["BUD-03"]
    assert findings_in(submission, profile) == []


def test_blank_row_cells_are_told_once_each_and_nothing_else_about_them() -> None:
    rows = [*CLEAN_ROWS, ("", "", "", "", "")]
    findings = findings_in(_with(project_of({}, rows)))
    assert _codes(findings) == ["IND-06"] * 4
    assert _fields(findings, "IND-06") == ["level1", "level2", "name", "target"]


def test_rows_without_a_project_are_told_by_the_rule_on_blanks() -> None:
    form = load_form()
    stray = Project(
        name="",
        budget=Money(raw="", amount=None),
        fiscal=Money(raw="", amount=None),
        other=Money(raw="", amount=None),
        purpose="",
        goals="",
        indicators=indicators_of(CLEAN_ROWS[:2]),
        declared=False,
        location=row_location(form.indicators, 4),
    )
    findings = findings_in(_with(project_of({}), stray))
    assert _codes(findings) == ["IND-06", "IND-06"]
    assert places_of(findings, "IND-06") == ["指标!B4", "指标!B5"]


def test_a_project_without_a_row_of_its_own_is_told_once() -> None:
    stray = project_of({"name": "处级干部能力提升", "declared": "false"})
    findings = findings_in(_with(project_of({}), stray))
    assert _codes(findings) == ["STR-09"]
    assert findings[0].details == {"rows": "9", "nearest": "处级干部能力提升培训"}
    assert len(findings[0].also) == 8


def test_three_rows_of_one_project_are_one_finding() -> None:
    projects = [
        project_of({"name": name}, row=4 + number)
        for number, name in enumerate(("A 项目", "A项目", "B", "A项目"))
    ]
    findings = [finding for finding in findings_in(_with(*projects)) if finding.code == "STR-10"]
    assert [(str(f.address), [str(address) for address in f.also]) for f in findings] == [
        ("项目!B4", ["项目!B5", "项目!B7"])
    ]


GUIDES: list[tuple[Mapping[str, str], list[str]]] = [
    ({}, []),
    ({"unit_code": ""}, ["HDR-01 unit_code"]),
    ({"unit_code": "３０６１０１"}, ["HDR-01 unit_code"]),
    ({"unit_code": "3061011"}, ["HDR-01 unit_code"]),
    ({"unit_name": " "}, ["HDR-01 unit_name"]),
    ({"unit_code": "", "unit_name": ""}, ["HDR-01 unit_code", "HDR-01 unit_name"]),
    ({"year": ""}, ["HDR-03 year"]),
    ({"year": "1022"}, ["HDR-03 year"]),
]


@pytest.mark.parametrize(("guide", "expected"), GUIDES)
def test_guide(guide: Mapping[str, str], expected: list[str]) -> None:
    example = Example(unit=guide, project={}, indicators=(), observations=(), found=())
    assert sorted(f"{f.code} {f.field}" for f in findings_in(submission_of(example))) == expected


def test_a_waiver_explains_warnings_and_never_errors() -> None:
    row = (*CLEAN_ROWS[8][:4], "≥100%", "受益人仅三名，逐一回访")
    project = project_of({"waiver": "已报备", "goals": ""}, [*CLEAN_ROWS[:8], row])
    waived = {finding.code: finding.waived for finding in findings_in(_with(project))}
    # A 说明 on a row that has nothing but an error explains nothing.
    assert waived == {"VAL-01": "受益人仅三名，逐一回访", "GOAL-01": "", "WAI-01": ""}


def test_sound_costs_of_a_clean_project_in_every_profile() -> None:
    for name in ("tianjin-2022", "cn-2015"):
        assert list(run_rules(CLEAN, Setting(form=load_form(), profile=load_profile(name)))) == []


@pytest.mark.parametrize(
    ("level2", "target", "expected"),
    [
        ("成本指标", "324万", True),
        ("成本指标", "≤1.2亿", True),
        ("成本指标", "324万元", False),
        ("成本指标", "324", False),
        ("数量指标", "50万", False),
    ],
)
def test_money_that_stops_at_the_multiplier(level2: str, target: str, expected: bool) -> None:
    project = project_of({}, [("产出指标", level2, "活动费用", "合同金额", target)])
    assert ("BUD-07" in _codes(findings_in(_with(project)))) is expected


def test_a_value_that_cannot_be_read_is_told_once() -> None:
    example = Example(
        unit={},
        project={"budget": "#REF!", "goals": ""},
        indicators=CLEAN_ROWS,
        observations=(
            "error_value|budget|#REF!",
            "formula_without_value|goals",
            "formula_without_value|2.target",
        ),
        found=(),
    )
    submission = submission_of(
        dataclasses.replace(example, indicators=(*CLEAN_ROWS[:1], (*CLEAN_ROWS[1][:4], ""), *CLEAN_ROWS[2:]))
    )
    assert _codes(findings_in(submission)) == ["STR-11"] * 3
