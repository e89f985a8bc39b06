"""Declaration forms in Word, and forms that are none of ours, drawn by code."""

from __future__ import annotations

import re
from typing import Any

from docx.document import Document

from tests.support.legacy import GOALS, NAME, PURPOSE, ROWS
from tests.support.word_variants import HEADS, Draw, grid, indicator_rows, join, plain, preface, project_rows

# ---- declaration forms ------------------------------------------------------------------------------------


def declaration_2015(document: Document) -> None:
    """项目支出绩效目标申报表 of 2015: the medium term and the year side by side."""
    document.add_paragraph("项目支出绩效目标申报表")
    document.add_paragraph("（2022年度）")
    rows: list[Any] = [
        ["项目名称", None, NAME, None, None, None, None, None],
        ["主管部门及代码", None, "306 某某部门", None, None, "实施单位", None, "306101某某局"],
        ["项目属性", None, "延续项目", None, None, "项目期", None, "2022—2024年"],
        ["项目资金（万元）", None, "中期资金总额：", "30", None, "年度资金总额：", None, "10"],
        [None, None, "其中：财政拨款", "28.5", None, "其中：财政拨款", None, "9.5"],
        [None, None, "其他资金", "1.5", None, "其他资金", None, "0.5"],
        ["资金用途", None, PURPOSE, None, None, None, None, None],
        ["总体目标", "中期目标（2022年—2024年）", None, None, None, "年度目标", None, None],
        [None, "办班12期，培训1200人", None, None, None, GOALS, None, None],
        ["绩效指标", *HEADS[:3], "指标值", *HEADS[1:3], "指标值"],
    ]
    before = ""
    for level1, level2, name, _, target in ROWS:
        rows.append(
            [None, level1 if level1 != before else None, level2, name, f"中期{name}", level2, name, target]
        )
        before = level1
    table = grid(document, rows)
    for top, left, bottom, right in (
        *((0, 0, 0, 1), (0, 2, 0, 7), (3, 0, 5, 1), (6, 0, 6, 1), (6, 2, 6, 7), (7, 0, 8, 0)),
        *((7, 1, 7, 4), (7, 5, 7, 7), (8, 1, 8, 4), (8, 5, 8, 7), (9, 0, 14, 0)),
        *((row, 2, row, 2) for row in (1, 2)),
    ):
        if (top, left) != (bottom, right):
            join(table, top, left, bottom, right)


def two_terms_in_columns(document: Document) -> None:
    """实施周期指标值 and 当年度指标值 beside each other."""
    preface(document)
    grid(document, project_rows())
    document.add_paragraph("")
    rows: list[Any] = [[*HEADS[:4], "实施周期指标值", "当年度指标值"]]
    rows += [[*row[:4], f"三年{row[2]}", row[4]] for row in ROWS]
    grid(document, rows)


def costs_and_standards(document: Document) -> None:
    """成本构成 with its own rows, 绩效标准 and 当年预期实现值; no third level."""
    preface(document)
    grid(document, project_rows())
    document.add_paragraph("")
    grid(
        document,
        [
            ["成本构成", None, None, None],
            ["项", "金额", "测算依据", "上年实际执行数"],
            ["师资费", "6", "按合同", "5.8"],
            ["一级指标", "二级指标", "绩效标准", "当年预期实现值"],
            *([row[0], row[1], row[3], row[4]] for row in ROWS),
            ["保障措施", "成立专班", None, None],
        ],
    )


def two_terms_stacked(document: Document) -> None:
    """长期绩效指标 above 年度绩效指标, each with 指标内容, 指标值 and 备注."""
    preface(document)
    grid(document, project_rows())
    document.add_paragraph("")
    heads = [None, "一级指标", "二级指标", "指标内容", "指标值", "备注"]
    rows: list[Any] = [
        ["长期绩效指标", *heads[1:]],
        [None, "产出指标", "数量指标", "培训总人数", "≥1200人", None],
    ]
    rows += [["年度绩效指标", *heads[1:]], *([None, row[0], row[1], row[2], row[4], None] for row in ROWS)]
    table = grid(document, rows)
    join(table, 0, 0, 1, 0)
    join(table, 2, 0, len(rows) - 1, 0)


def core_indicators(document: Document) -> None:
    """The template of core indicators of 2021: seven more columns."""
    preface(document)
    grid(document, project_rows())
    document.add_paragraph("")
    more = ["指标值来源", "取值依据", "分值", "评分规则", "完成值取值方式", "数据来源", "佐证资料"]
    rows: list[Any] = [["一级指标", "二级指标", "指标名称", "指标解释", "指标值", *more]]
    rows += [[*row, *(["计划标准"] + [None] * 6)] for row in ROWS]
    grid(document, rows)


def flat_rows(*, department: bool = True) -> list[Any]:
    rows: list[Any] = [
        [
            "单位编码",
            "单位名称",
            "项目名称",
            "预算数（元）",
            "财政资金（元）",
            "其他资金（元）",
            "资金用途",
            "年度目标",
            "一级指标",
            "二级指标",
            "三级指标",
            "指标解释",
            "指标性质",
            "指标值",
            "度量单位",
            "权重",
        ]
    ]
    for level1, level2, name, description, target in ROWS:
        sign, number, unit = re.fullmatch(r"([≥≤]?)([\d.]+)(\D+)", target).groups()  # type: ignore[union-attr]
        rows.append(
            [
                "306101",
                "某某局",
                NAME,
                "100000",
                "95000",
                "5000",
                PURPOSE,
                GOALS,
                level1,
                level2,
                name,
                description,
                sign or "＝",
                number,
                unit,
                "20",
            ]
        )
    return rows


def flat(*, cut: int = 0) -> Draw:
    """A list with one indicator a row, in one table or cut in two."""

    def draw(document: Document) -> None:
        document.add_paragraph("2022年部门预算项目绩效目标申报表")
        rows = flat_rows()
        grid(document, rows[:cut] if cut else rows)
        if cut:
            document.add_paragraph("")
            grid(document, rows[cut:])

    return draw


# ---- other forms ------------------------------------------------------------------------------------------


def self_evaluation(document: Document) -> None:
    document.add_paragraph("项目支出绩效自评表（2022年度）")
    heads = [*HEADS[:3], "年度指标值", "实际完成值", "分值", "得分", "偏差原因分析及改进措施"]
    rows: list[Any] = [
        ["项目名称", NAME],
        ["主管部门", "306某某部门", "实施单位", "306101某某局"],
        ["项目资金（万元）", None, "年初预算数", "全年预算数", "全年执行数", "分值", "执行率", "得分"],
        ["年度资金总额", None, "10", "10", "9.8", "10", "98%", "9.8"],
        heads,
        *([*row[:3], row[4], "完成", "10", "10", None] for row in ROWS),
        ["总分", None, None, None, None, "100", "99.8"],
    ]
    grid(document, rows)


def monitoring(document: Document) -> None:
    document.add_paragraph("项目支出绩效目标运行监控表")
    rows: list[Any] = [
        ["项目名称", NAME, "实施单位", "306101某某局"],
        [*HEADS[:3], "年度指标值", "1-7月执行情况", "全年预计完成情况", "完成目标可能性", "备注"],
        *([*row[:3], row[4], "正常", row[4], "确定能", None] for row in ROWS),
    ]
    grid(document, rows)


def whole_department(document: Document) -> None:
    document.add_paragraph("部门整体支出绩效目标表（2022年度）")
    rows: list[Any] = [
        ["部门名称", "306101某某局"],
        ["年度主要任务", "任务名称", "主要内容", "预算金额（万元）"],
        [None, "培训", "办班", "10"],
        ["金额合计", None, None, "10"],
        ["年度总体目标", GOALS],
        [*HEADS[:3], "指标值"],
        *([*row[:3], row[4]] for row in ROWS),
    ]
    grid(document, rows)


def with_evaluation(document: Document) -> None:
    plain()(document)
    self_evaluation(document)


def twins_unnamed(document: Document) -> None:
    preface(document)
    grid(document, project_rows())
    document.add_paragraph("")
    grid(document, [[*HEADS, *HEADS[1:]], *([*row, *row[1:]] for row in ROWS)])


def nameless(document: Document) -> None:
    preface(document)
    grid(document, indicator_rows())


def lists_and_forms(document: Document) -> None:
    plain()(document)
    flat()(document)


def no_tables(document: Document) -> None:
    document.add_paragraph("关于做好2022年绩效目标申报工作的通知")


def foreign_table(document: Document) -> None:
    grid(document, [["科目", "金额"], ["培训费", "10"]])
