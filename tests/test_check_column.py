"""The 核对 column, computed by LibreOffice: one planted fault a row, and the verdict it must show."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
from msgspec.structs import replace

from tests.support.books import write_submission
from tests.support.examples import CLEAN_PROJECT, CLEAN_ROWS
from tests.support.office import Office
from tests.support.seed import seed_submissions
from xlgoals.form import load_form
from xlgoals.model import Indicator, Project, Submission
from xlgoals.read.money import read_money

FORM = load_form()
OK = FORM.marks["passed"]
(_, BASE) = seed_submissions()
WHERE = BASE.projects[0].location
LONG = "长" * 700

# fields of the project that differ from a clean one, rows left out by their level 1, the verdict
PROJECT_FAULTS: list[tuple[dict[str, str], set[str], str]] = [
    ({}, set(), OK),
    ({"name": " "}, {"all"}, "请填写项目名称"),
    ({"budget": "四十八"}, set(), "预算数应填数字（万元）"),
    ({"budget": ""}, set(), "预算数应填数字（万元）"),
    ({"fiscal": "48万"}, set(), "财政资金、其他资金应填数字（万元）"),
    ({"other": "无"}, set(), "财政资金、其他资金应填数字（万元）"),
    ({"budget": "-48", "fiscal": "-48"}, set(), "金额不能小于 0"),
    ({"fiscal": "40"}, set(), "预算数应等于财政资金加其他资金"),
    ({"budget": "48.3", "fiscal": "48.1", "other": "0.2"}, set(), OK),
    ({"other": ""}, set(), OK),
    ({"purpose": " "}, set(), "请填写资金用途"),
    ({"goals": ""}, set(), "请填写绩效目标"),
    ({"purpose": LONG}, set(), "资金用途太长，请精简"),
    ({"goals": LONG}, set(), "绩效目标太长，请精简"),
    ({}, {"all"}, "指标表中还没有本项目的指标"),
    ({}, {"产出指标"}, "缺少产出指标"),
    ({}, {"效益指标"}, "缺少效益指标"),
    ({}, {"满意度指标"}, "没有满意度指标，请补充或在说明栏写明"),
    ({"name": "同名项目"}, set(), "项目名称与其他行重复"),
    ({"name": "同名项目"}, {"all"}, "项目名称与其他行重复"),
]

# fields of an indicator row that differ from a clean one, the verdict
INDICATOR_FAULTS: list[tuple[dict[str, str], str]] = [
    ({}, OK),
    ({"level1": " "}, "请选择一级指标"),
    ({"level2": ""}, "请选择二级指标"),
    ({"level1": "效益指标", "level2": "数量指标"}, "一级、二级指标不匹配"),
    ({"level1": "投入指标"}, "一级、二级指标不匹配"),
    ({"name": ""}, "请填写三级指标"),
    ({"target": " "}, "请填写指标值"),
    ({"name": LONG}, "三级指标太长，请精简"),
    ({"description": LONG}, "绩效指标描述太长，请精简"),
    ({"target": LONG}, "指标值太长，请精简"),
    ({"name": "重复的指标"}, "同一项目内三级指标重复"),
    ({"name": "重复的指标"}, "同一项目内三级指标重复"),
    ({"level1": "满意度指标", "level2": "服务对象满意度指标", "target": "120%"}, "满意度不能超过 100%"),
    ({"level1": "满意度指标", "level2": "服务对象满意度指标", "target": "≥101％"}, "满意度不能超过 100%"),
    (
        {"level1": "满意度指标", "level2": "服务对象满意度指标", "target": "≥100%"},
        "满意度最高为 100%，请勿写 ≥100%",
    ),
    ({"level1": "满意度指标", "level2": "服务对象满意度指标", "target": "≥90%"}, OK),
    ({"level1": "满意度指标", "level2": "服务对象满意度指标", "target": "100%"}, OK),
]
CLEAN_INDICATOR = {
    "level1": "产出指标",
    "level2": "数量指标",
    "name": "期数",
    "description": "按通知统计",
    "target": "≥4期",
}


def indicator(level1: str, level2: str, name: str, description: str, target: str) -> Indicator:
    return Indicator(
        level1=level1, level2=level2, name=name, description=description, target=target, location=WHERE
    )


def project(fields: dict[str, str], rows: list[Indicator]) -> Project:
    values = {**CLEAN_PROJECT, **fields}
    return Project(
        name=values["name"],
        budget=read_money(values["budget"]),
        fiscal=read_money(values["fiscal"]),
        other=read_money(values["other"]),
        purpose=values["purpose"],
        goals=values["goals"],
        indicators=tuple(rows),
        location=WHERE,
    )


def faulty() -> Submission:
    """All faults in one workbook: each on a row of its own, in a project of its own name."""
    clean = [indicator(*row) for row in CLEAN_ROWS]
    projects = [
        project(
            {"name": f"项目{number}", **fields},
            [row for row in clean if not left_out & {row.level1, "all"}],
        )
        for number, (fields, left_out, _) in enumerate(PROJECT_FAULTS)
    ]
    rows = []
    for number, (fields, _) in enumerate(INDICATOR_FAULTS):
        level1, level2, name, description, target = (
            fields.get(key, value) for key, value in {**CLEAN_INDICATOR, "name": f"期数{number}"}.items()
        )
        rows.append(indicator(level1, level2, name, description, target))
    stray = replace(project({"name": "没有登记"}, [rows[0]]), declared=False)
    unnamed = replace(project({"name": ""}, [rows[0]]), declared=False)
    return replace(BASE, projects=(*projects, project({"name": "指标有误的项目"}, rows), stray, unnamed))


@pytest.fixture(scope="module")
def computed(office: Office, tmp_path_factory: pytest.TempPathFactory) -> openpyxl.Workbook:
    path = write_submission(tmp_path_factory.mktemp("check") / "核对.xlsx", faulty())
    return openpyxl.load_workbook(office.to_xlsx(path), data_only=True)


def verdicts(workbook: openpyxl.Workbook, sheet: str) -> list[tuple[str, str]]:
    """First input column and verdict of every row that has one."""
    rows = workbook[sheet].iter_rows(min_row=4, values_only=True)
    return [(str(row[1] or ""), str(row[-1])) for row in rows if row[-1]]


def test_every_fault_of_a_project_is_named(computed: openpyxl.Workbook) -> None:
    shown = [verdict for _, verdict in verdicts(computed, "项目")]
    assert shown == [*(verdict for _, _, verdict in PROJECT_FAULTS), OK]


def test_every_fault_of_an_indicator_is_named(computed: openpyxl.Workbook) -> None:
    shown = verdicts(computed, "指标")
    assert [verdict for name, verdict in shown if name == "指标有误的项目"] == [
        v for _, v in INDICATOR_FAULTS
    ]
    assert [verdict for name, verdict in shown if name == "没有登记"] == ["项目表中没有这个项目"]
    assert [verdict for name, verdict in shown if name == ""] == ["请选择项目名称"]


def test_rows_are_numbered_within_their_project(computed: openpyxl.Workbook) -> None:
    rows = computed["指标"].iter_rows(min_row=4, values_only=True)
    numbers = [row[0] for row in rows if row[1] == "指标有误的项目"]
    assert numbers == list(range(1, len(INDICATOR_FAULTS) + 1))


def test_the_preview_shows_the_chosen_project(computed: openpyxl.Workbook) -> None:
    sheet = computed["申报表预览"]
    shown = [value for row in sheet.iter_rows(max_col=7, values_only=True) for value in row if value]
    assert "项目0" in shown
    assert CLEAN_PROJECT["purpose"] in shown
    assert [row[4] for row in CLEAN_ROWS] == [v for v in shown if v in {row[4] for row in CLEAN_ROWS}]


def test_the_seed_has_only_the_verdicts_it_deserves(office: Office, tmp_path: Path) -> None:
    (seed, _) = seed_submissions()
    workbook = openpyxl.load_workbook(
        office.to_xlsx(write_submission(tmp_path / "306101.xlsx", seed)), data_only=True
    )
    assert {verdict for _, verdict in verdicts(workbook, "项目")} == {OK}
    wrong = [verdict for _, verdict in verdicts(workbook, "指标") if verdict != OK]
    assert wrong.count("同一项目内三级指标重复") == 5  # table 5
    assert wrong.count("满意度最高为 100%，请勿写 ≥100%") == 4  # tables 3 (twice), 7, 10
    assert len(wrong) == 9
