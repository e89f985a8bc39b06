"""Faults of amounts, goals, rows, levels and values: one kind is one line of a table or one small change."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from typing import Any

from msgspec.structs import replace

from tests.support.planting import (
    LEVELS,
    PROFILE,
    Planting,
    ProjectChange,
    in_project,
    put_in,
    quiet_rows,
    split_lines,
)
from xlgoals.model import Address, Indicator, Project
from xlgoals.read.money import read_money

COMPARING = {"BUD-09"}
"""Rules that need the other projects of the unit to compare with."""

# code | level 2 by its first character | name | description | 指标值 | field: a row that is put in
ROWS = """
IND-06 | 数 | 联系企业数量 | 按联系记录统计 |  | target
IND-06 | 数 |  | 按联系记录统计 | ≥50家 | name
IND-07 | 数 | 联系企业数量 | 联系企业数量 | ≥50家 | description
IND-07 | 质 | 设备完好率 | 设备 完好率 | ≥95% | description
IND-09 | 数 | 联系企业及园区数量 | 按联系记录统计 | ≥50家 | +联系企业园区数量
IND-10 | 数 | 完成联系企业任务 | 按联系记录统计 | ≥50家 | name
IND-10 | 社 | 提升城市品位 | 按调查统计 | ≥3项 | name
IND-10 | 社 | 落实帮扶政策 | 按台账统计 | ≥3项 | name
IND-11 | 质 | 设备完好率95% | 按巡检记录统计 | ≥95% | name
IND-11 | 数 | 联系企业不少于50家 | 按联系记录统计 | ≥50家 | name
IND-11 | 数 | 联系企业50家 | 按联系记录统计 | ≥50家 | name
IND-12 | 数 | 验收及检查次数 | 按记录统计 | ≥6次 | name
IND-12 | 质 | 考核情况 | 按记录统计 | 出勤率95%，合格率98% | target
IND-12 | 社 | 安全情况 | 按记录统计 | 不发生火灾，不发生盗窃 | target
IND-12 | 数 | 慰问人数 | 退休职工和困难群众 | ≥60人 | description
IND-13 | 数 | 全年组织开展的各类招商引资推介活动现场参会企业数量 | 按签到表统计 | ≥50家 | name
IND-15 | 数 | 培训班次 | 年内实际举办的培训班期数，按开班通知统计 |  | target
LVL-01 | 投入/数量指标 | 联系企业数量 | 按联系记录统计 | ≥50家 | level1
LVL-01 | 产出指标/数目指标 | 联系企业数量 | 按联系记录统计 | ≥50家 | level2
LVL-01 | 效益指标/数量指标 | 联系企业数量 | 按联系记录统计 | ≥50家 | level1
LVL-02 | 质 | 联系企业数量 | 按联系记录统计 | ≥50家 | level2
LVL-02 | 质 | 巡查场次 | 按巡查记录统计 | 不少于20场 | level2
LVL-03 | 满 | 系统运行水平 | 按运维月报统计 | ≥90% | name
LVL-03 | 满 | 经费到位比例 | 按拨付记录统计 | ≥90% | name
LVL-04 | 质 | 资金拨付情况 | 按拨付记录统计 | 按时拨付 | target
LVL-04 | 质 | 资金及时拨付率 | 按拨付记录统计 | ≥95% | name
LVL-04 | 质 | 资金使用情况 | 按决算统计 | 差旅费、办公 | target
LVL-05 | 质 | 推介活动效果 | 按总结统计 | 扩大天津影响力 | target
LVL-05 | 数 | 招商项目落地数量 | 按台账统计 | ≥5个 | name
LVL-06 | 社 | 群众生活补助 | 按发放表统计 | 按标准发放 | target
LVL-06 | 经 | 企业发展经费保障到位 | 按台账统计 | ≥5家 | name
VAL-01 | 满 | 来访企业满意度 | 按问卷统计 | ≥100% | target
VAL-01 | 满 | 来访企业满意度 | 按问卷统计 | 120% | target
VAL-02 | 满 | 来访企业满意度 | 按问卷统计 | 100% | target
VAL-02 | 满 | 来访企业满意度 | 按问卷统计 | ＝100％ | target
VAL-03 | 满 | 来访企业满意度 | 按问卷统计 | 受到普遍欢迎 | target
VAL-03 | 满 | 来访企业满意度 | 按问卷统计 | ≥95 | target
VAL-04 | 质 | 设备完好率 | 按巡检记录统计 | 1 | target
VAL-04 | 质 | 设备完好率 | 按巡检记录统计 | ≥0.95 | target
VAL-05 | 数 | 联系企业数量 | 按联系记录统计 | 50家 | target
VAL-05 | 质 | 设备完好率 | 按巡检记录统计 | 95% | target
VAL-06 | 数 | 联系企业数量 | 按联系记录统计 | 不少于50家 | target
VAL-06 | 数 | 联系企业数量 | 按联系记录统计 | 50家以上 | target
VAL-07 | 时 | 报修响应时间 | 按报修记录统计 | 出现故障12小时内响应处置 | target
VAL-07 | 时 | 联系完成时间 | 按联系记录统计 | 2022年下半年 | target
VAL-08 | 数 | 园林养护面积 | 按台账统计 | 约6952平方米 | target
VAL-08 | 数 | 联系企业数量 | 按联系记录统计 | 50余家 | target
VAL-08 | 数 | 联系企业数量 | 按联系记录统计 | 50家左右 | target
VAL-09 | 数 | 联系企业数量 | 按联系记录统计 | ≥50 | target
VAL-09 | 质 | 设备完好率 | 按巡检记录统计 | ≥95 | target
VAL-10 | 社 | 企业发展环境 | 按调查统计 | 企业发展环境 | target
VAL-10 | 社 | 园区发展环境改善情况 | 按调查统计 | 发展环境改善 | target
VAL-11 | 质 | 设备运行情况 | 按巡检记录统计 | 运行良好 | target
VAL-11 | 社 | 企业发展成效 | 按调查统计 | 成效显著 | target
VAL-11 | 质 | 物业服务标准 | 按合同考核 | 满足日常办公需求 | target
VAL-13 | 时 | 联系完成时间 | 按联系记录统计 | 2022年 | target
VAL-13 | 时 | 联系持续时间 | 按联系记录统计 | 1年 | target
VAL-13 | 时 | 联系持续时间 | 按联系记录统计 | 全年 | target
VAL-14 | 时 | 联系完成时间 | 按联系记录统计 | 2021年12月31日前 | target
VAL-14 | 时 | 联系完成时间 | 按联系记录统计 | 2020年11月底前 | target
VAL-15 | 时 | 联系完成时间 | 按联系记录统计 | 3月、6月、9月 | target
VAL-15 | 时 | 联系完成时间 | 按联系记录统计 | 4月15日、10月20日 | target
VAL-16 | 质 | 设备损坏率 | 按巡检记录统计 | ≥5% | target
VAL-16 | 质 | 群众投诉次数 | 按记录统计 | 不少于3次 | target
VAL-16 | 质 | 设备完好率 | 按巡检记录统计 | ≤95% | target
VAL-18 | 经 | 带动企业投资额 | 按统计年鉴统计 | ≥9999999万元 | target
VAL-18 | 经 | 带动企业投资额 | 按统计年鉴统计 | ≥5000亿元 | target
VAL-19 | 满 | 企业对论坛的满意度 | 按问卷统计 | 企业对天津满意度≥95% | target
BUD-08 | 经 | 带动企业投资额 | 按统计年鉴统计 | ≥2亿元 | target
BUD-11 | 成 | 人均资料费 | 按合同统计 | ≤0.01万元 | target
BUD-11 | 成 | 每场活动费 | 按合同统计 | 300元 | target
"""


def _row_planting(parts: Sequence[str], number: int) -> Planting:
    code, level, name, description, target, field = parts
    pair = LEVELS.get(level) or tuple(level.split("/"))

    def change(project: Project, rng: random.Random) -> tuple[Project, Address]:
        rows = [(*pair, name, description, target)]
        if field.startswith("+"):
            rows.append((*pair, field[1:], description, target))
        changed, new = put_in(project, *rows, rng=None if field.startswith("+") else rng)
        return changed, new[0].location.address("name" if field.startswith("+") else field)

    kind = f"{number:02} {name or level} {target}"
    return Planting(code=code, kind=kind, change=in_project(change), is_alone=True)


def _amount(field: str, text: Callable[[Project], str]) -> ProjectChange:
    def change(project: Project, rng: random.Random) -> tuple[Project, Address]:
        values: dict[str, Any] = {field: read_money(text(project))}
        return replace(project, **values), project.location.address(field)

    return change


def _amounts(texts: Callable[[Project], tuple[str, str, str]], field: str) -> ProjectChange:
    """All three amounts, so that they still add up, or do not."""

    def change(project: Project, rng: random.Random) -> tuple[Project, Address]:
        budget, fiscal, other = map(read_money, texts(project))
        return replace(project, budget=budget, fiscal=fiscal, other=other), project.location.address(field)

    return change


def _text(field: str, text: Callable[[Project], str]) -> ProjectChange:
    def change(project: Project, rng: random.Random) -> tuple[Project, Address]:
        values: dict[str, Any] = {field: text(project)}
        return replace(project, **values), project.location.address(field)

    return change


def _without(wanted: Callable[[Indicator], bool]) -> ProjectChange:
    """Rows taken away; found at the project."""

    def change(project: Project, rng: random.Random) -> tuple[Project, Address] | None:
        kept = tuple(row for row in project.indicators if not wanted(row))
        if not kept or len(kept) == len(project.indicators):
            return None
        return replace(project, indicators=kept), project.location.address("")

    return change


def _costs(rows: Callable[[Project], Sequence[tuple[str, str]]], field: str = "budget") -> ProjectChange:
    """The cost rows replaced by others, quantities in 人 taken away."""

    def change(project: Project, rng: random.Random) -> tuple[Project, Address]:
        kept = tuple(
            row for row in project.indicators if PROFILE.level(row.level2) not in {"成本指标", "数量指标"}
        )
        new = [(*LEVELS["数"], "联系园区数量", "按联系记录统计", "≥50家")]
        new += [(*LEVELS["成"], name, "按合同统计", target) for name, target in rows(project)]
        changed, made = put_in(replace(project, indicators=kept), *new)
        place = project.location.address("budget") if field == "budget" else made[1].location.address(field)
        return changed, place

    return change


def _duplicate_name(project: Project, rng: random.Random) -> tuple[Project, Address]:
    (row,) = quiet_rows(project, rng, 1)
    changed, new = put_in(project, (row.level1, row.level2, row.name, "另一种算法，按台账统计", row.target))
    return changed, new[0].location.address("name")


def _contradiction(project: Project, rng: random.Random) -> tuple[Project, Address]:
    changed, new = put_in(
        project,
        (*LEVELS["质"], "消防事故起数", "按记录统计", "≤3次"),
        (*LEVELS["社"], "消防安全状况", "按记录统计", "不发生消防事故"),
    )
    return changed, new[1].location.address("target")


def _more_dates_than_times(project: Project, rng: random.Random) -> tuple[Project, Address]:
    changed, new = put_in(
        project,
        (*LEVELS["数"], "园区推介会次数", "按通知统计", "＝2次"),
        (*LEVELS["时"], "园区推介会召开时间", "按通知统计", "3月、6月、9月"),
    )
    return changed, new[1].location.address("target")


def _staff_asked(project: Project, rng: random.Random) -> tuple[Project, Address]:
    changed, new = put_in(
        project,
        (*LEVELS["数"], "值守工作人员保障人数", "年末在岗的人数", "≥22人"),
        (*LEVELS["满"], "值守职工满意度", "按问卷统计", "≥90%"),
    )
    return changed, new[1].location.address("name")


def _unit_price(project: Project, rng: random.Random) -> tuple[Project, Address] | None:
    """People who cost twice what they cost in the sibling projects."""
    rows = [row for row in project.indicators if row.level2 == "数量指标"]
    if len(rows) != 1 or not rows[0].target.endswith("人") or not project.name.endswith("工作经费"):
        return None
    number = int(rows[0].target.rstrip("人")) // 2
    changed = tuple(
        replace(row, target=f"{number}人") if row is rows[0] else row for row in project.indicators
    )
    return replace(project, indicators=changed), project.location.address("budget")


def _exact(project: Project) -> Decimal:
    assert project.budget.amount is not None
    return project.budget.amount


def _budget(project: Project) -> str:
    return f"{project.budget.amount}"


def _odd(project: Project) -> str:
    return f"{_exact(project):.2f}5"


_ALL_KINDS: list[tuple[str, str, ProjectChange]] = [
    ("BUD-01", "unit in the cell", _amount("budget", lambda p: f"{_budget(p)}万元")),
    ("BUD-01", "negative", _amounts(lambda p: (_budget(p), f"{_exact(p) + 1}", "-1.00"), "other")),
    (
        "BUD-01",
        "three decimals",
        _amounts(lambda p: (_odd(p), _odd(p), "0"), "fiscal"),
    ),
    ("BUD-01", "blank", _amount("budget", lambda p: "")),
    ("BUD-01", "a word", _amount("other", lambda p: "无")),
    ("BUD-02", "other not in the sum", _amounts(lambda p: (_budget(p), _budget(p), "10"), "budget")),
    ("BUD-07", "万 without 元", _costs(lambda p: [("项目总成本", f"≤{_budget(p)}万")], "target")),
    ("BUD-03", "other left blank", _amount("other", lambda p: "")),
    ("BUD-04", "total too high", _costs(lambda p: [("项目总成本", f"≤{_exact(p) + 5}万元")])),
    (
        "BUD-04",
        "parts too high",
        _costs(lambda p: [("场地布置费", f"≤{_exact(p) - 3}万元"), ("资料印制费", "≤7万元")]),
    ),
    ("BUD-05", "a part left out", _costs(lambda p: [("场地布置费", "≤1万元"), ("资料印制费", "≤2万元")])),
    ("BUD-05", "total too low", _costs(lambda p: [("项目总成本", f"≤{_exact(p) * 9 / 10}万元")])),
    ("BUD-06", "yuan for 万元", _costs(lambda p: [("项目总成本", f"≤{_budget(p)}元")])),
    ("BUD-06", "亿元 for 万元", _costs(lambda p: [("项目总成本", f"≤{_budget(p)}亿元")])),
    ("BUD-09", "people at twice the price", _unit_price),
    ("BUD-10", "one total", _costs(lambda p: [("年度成本", f"≤{_budget(p)}万元")], "target")),
    ("GOAL-01", "no goals", _text("goals", lambda p: " ")),
    ("GOAL-02", "goals repeat purpose", _text("goals", lambda p: f"1. {p.purpose}")),
    (
        "GOAL-03",
        "goals without a number",
        _text("goals", lambda p: "1.保障各项工作顺利开展\n2.推动事业持续发展"),
    ),
    ("GOAL-04", "purpose says nothing", _text("purpose", lambda p: "专项经费")),
    ("GOAL-04", "no purpose", _text("purpose", lambda p: "")),
    ("GOAL-05", "work without indicator", _text("goals", lambda p: f"{p.goals}\n3.开展城区绿化补植200株。")),
    ("GOAL-06", "another purpose", _text("purpose", lambda p: "购置大型雪铲车辆")),
    ("GOAL-07", "goals too short", _text("goals", lambda p: "联系50家")),
    ("GOAL-08", "goals too long", _text("goals", lambda p: p.goals + "联系企业50家，形成报告。" * 60)),
    ("IND-01", "no output", _without(lambda r: r.level1 == "产出指标")),
    ("IND-01", "no benefit", _without(lambda r: r.level1 == "效益指标")),
    ("IND-02", "no quality", _without(lambda r: r.level2 == "质量指标")),
    ("IND-02", "no cost", _without(lambda r: r.level2 == "成本指标")),
    ("IND-03", "no satisfaction", _without(lambda r: r.level1 == "满意度指标")),
    ("IND-04", "one kind of benefit", _without(lambda r: r.level2 in {"经济效益指标"})),
    ("IND-05", "few indicators", _without(lambda r: r.level2 in {"时效指标", "数量指标", "质量指标"})),
    ("IND-08", "a name twice", _duplicate_name),
    ("IND-14", "an abbreviation", _text("purpose", lambda p: f"{p.purpose}（含双补支出）")),
    ("VAL-17", "allowed and ruled out", _contradiction),
    ("VAL-17", "more dates than times", _more_dates_than_times),
    ("VAL-21", "the staff is asked", _staff_asked),
]


def _sum_off(project: Project, rng: random.Random) -> tuple[Project, Address]:
    changed = replace(project, fiscal=read_money(f"{_exact(project) - 1}"))
    return changed, project.location.address("budget")


def _phrases(project: Project, rng: random.Random) -> tuple[Project, Address]:
    rows = [
        (*LEVELS["社"], f"园区环境变化{number}", "按调查统计", "园区绿地连片")
        for number in "甲乙丙丁戊己庚辛壬癸子丑寅卯辰"
    ]
    changed, _ = put_in(project, *rows)
    return changed, project.location.address("")


def table_plantings() -> Iterator[Planting]:
    """Every kind of fault in one table."""
    for number, parts in enumerate(split_lines(ROWS)):
        yield _row_planting(parts, number)
    kinds = [*_ALL_KINDS, ("BUD-02", "sum off", _sum_off), ("VAL-12", "mostly phrases", _phrases)]
    for code, kind, change in kinds:
        yield Planting(code=code, kind=kind, change=in_project(change), is_alone=code not in COMPARING)
