"""Workbooks made by hand, drawn by code: official forms and lists, each with one thing changed."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

import openpyxl
from openpyxl.worksheet.worksheet import Worksheet

from xlgoals.form import load_form
from xlgoals.model import Submission, Unit
from xlgoals.profile import load_profile
from xlgoals.read.legacy import Legacy, read_legacy

UNIT = Unit(code="306101", name="某某局")
ROWS = [
    ("产出指标", "数量指标", "培训人数", "参训人员合计", "≥400人"),
    ("产出指标", "数量指标", "培训期数", "按通知统计", "4期"),
    ("产出指标", "成本指标", "培训成本", "按合同统计", "≤9.5万元"),
    ("效益指标", "社会效益指标", "成果转化率", "转化的比例", "95%"),
    ("满意度指标", "服务对象满意度指标", "学员满意度", "问卷", "≥90%"),
]
NAME, PURPOSE, GOALS = "干部培训", "用于培训班的场地和师资", "1.办班4期\n2.培训400人"
Rows = list[list[object]]
Draw = Callable[[Worksheet], None]


def form_rows(
    *,
    title: str = "干部培训绩效目标表",
    unit: str = "306101某某局",
    money: str = "单位：万元",
    amounts: tuple[object, object, object] = (10, 9.5, 0.5),
    name: str = NAME,
    filled: bool = False,
    labels: dict[str, str] | None = None,
) -> Rows:
    """The published layout as cells: seven columns, 三级指标 in C, 描述 in E, 指标值 in G."""
    said = {**load_form().official.labels, **(labels or {})}
    heads = list(load_form().official.heads.values())
    rows: Rows = [[title], [unit, None, None, None, None, None, money]]
    rows = [row for row in rows if any(row)]
    budget, fiscal, other = amounts
    rows += [
        [said["name"], name],
        [said["block"], said["budget"], budget, said["fiscal"], fiscal, said["other"], other],
        [None, PURPOSE],
        [said["goals"], GOALS],
        [heads[0], heads[1], heads[2], None, heads[3], None, heads[4]],
    ]
    before = ""
    for level1, level2, *rest in ROWS:
        shown = level1 if filled or level1 != before else None
        rows.append([shown, level2, rest[0], None, rest[1], None, rest[2]])
        before = level1
    return rows


def put(sheet: Worksheet, rows: Rows, top: int = 1, left: int = 1) -> None:
    for number, row in enumerate(rows, start=top):
        for column, value in enumerate(row, start=left):
            if value is not None:
                sheet.cell(number, column, value)


def plain(**options: object) -> Draw:
    return lambda sheet: put(sheet, form_rows(**options))  # type: ignore[arg-type]


def save(path: Path, *draws: Draw) -> Path:
    workbook = openpyxl.Workbook()
    workbook.remove(workbook.worksheets[0])
    for number, draw in enumerate(draws, start=1):
        draw(workbook.create_sheet(f"表{number}"))
    workbook.save(path)
    return path


def read(path: Path, unit: Unit | None = UNIT, **options: object) -> Legacy:
    form, profile = load_form(), load_profile("tianjin-2022")
    return read_legacy(path, form, profile, 2022, unit, **options)  # type: ignore[arg-type]


def only(path: Path, unit: Unit | None = UNIT, **options: object) -> Submission:
    (submission,) = read(path, unit, **options).submissions
    return submission


def kept_and_told(submissions: Iterable[Submission]) -> str:
    """Every text that was read as a value, or told as one that has no place."""
    texts: list[str] = []
    for each in submissions:
        texts += [seen.value for seen in each.observations]
        for project in each.projects:
            texts += [project.name, project.type, project.purpose, project.goals, project.waiver]
            texts += [money.raw for money in (project.budget, project.fiscal, project.other)]
        for _, row in each.indicators:
            texts += [row.level1, row.level2, row.name, row.description, row.target, row.waiver]
    return "\n".join(texts)
