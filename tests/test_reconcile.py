"""Cost indicators against the budget: what is claimed, and above all what is not."""
# ruff: noqa: E501 — a case is one line of the table

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.support.examples import project_of
from xlgoals.model import Project
from xlgoals.profile import load_profile
from xlgoals.rules.cost_words import UNKNOWN_UNIT, cost_words
from xlgoals.rules.reconcile import Outcome, plain, reconcile

# budget | cost rows "name value" | quantity rows "name value" | outcome | calculation
AGREES = """
one total                     | 208    | 项目成本 208万元 | | agrees | 项目成本 208
totals add up                 | 117    | 运维项目经费 92万元; 等保测评经费 25万元 | | agrees | 运维项目经费 92 + 等保测评经费 25 = 117
a ceiling                     | 110    | 项目总成本 不超过110万元 | | agrees | 项目总成本 110
万 without 元                 | 324    | 活动整体费用 总预算不高于324万 | | agrees | 活动整体费用 324
yuan                          | 117    | 项目总成本 1170000元 | | agrees | 项目总成本 117 (1170000元)
亿元                          | 12000  | 项目总成本 1.2亿元 | | agrees | 项目总成本 12000 (1.2亿元)
mixed units                   | 100.5  | 设备费 100万元; 耗材费 5000元 | | agrees | 设备费 100 + 耗材费 0.5 (5000元) = 100.5
people by unit cost, by name  | 110    | 年人均金额 5万元 | 工作组及干部保障 22人 | agrees | 年人均金额 5×22 = 110
people by unit cost, by unit  | 110    | 工作经费标准 5万元/人·年 | 保障人数 22人 | agrees | 工作经费标准 5×22 = 110
名 for 人                     | 110    | 人均经费 5万元/人 | 保障干部 22名 | agrees | 人均经费 5×22 = 110
people and days               | 12     | 人均费用 300元/人·天 | 参训人数 100人; 培训天数 4天 | agrees | 人均费用 0.03 (300元/人·天)×100×4 = 12
two prices, two quantities    | 110    | 高级班人均成本 0.5万元/人; 普通班人均成本 0.3万元/人 | 高级班人数 100人; 普通班人数 200人 | agrees | 高级班人均成本 0.5×100 + 普通班人均成本 0.3×200 = 110
one quantity, two prices      | 60     | 培训食宿费 0.1万元/人; 培训师资费 0.2万元/人 | 培训人数 200人 | agrees | 培训食宿费 0.1×200 + 培训师资费 0.2×200 = 60
a total and a product         | 130    | 教材开发费 20万元; 人均经费 5万元 | 保障人数 22人 | agrees | 教材开发费 20 + 人均经费 5×22 = 130
area                          | 480    | 改造单位面积造价 1500元/平方米 | 改造面积 3200平方米 | agrees | 改造单位面积造价 0.15 (1500元/平方米)×3200 = 480
measure word and noun         | 12     | 每班培训费 4万元/班 | 培训班数量 3个班 | agrees | 每班培训费 4×3 = 12
ten thousand people           | 50     | 人均经费 50元/人 | 服务人数 1万人 | agrees | 人均经费 0.005 (50元/人)×10000 = 50
rounded unit cost             | 160    | 人均经费 5.93万元/人 | 保障人数 27人 | agrees | 人均经费 5.93×27 = 160.11
rounded total                 | 117.34 | 项目成本 117.3万元 | | agrees | 项目成本 117.3
breakdown beside the total    | 120    | 项目总成本 120万元; 场地费 20万元; 师资费 100万元 | | agrees | 项目总成本 120
total named with unit cost    | 110    | 工作经费总额 110万元; 人均金额 5万元 | 保障人数 22人 | agrees | 工作经费总额 110
people, and courses of them   | 24     | 人均费用 400元/人·天 | 参训人数 50人; 培训天数 3天; 培训期数 4期 | agrees | 人均费用 0.04 (400元/人·天)×50×3×4 = 24
a part is not added           | 100    | 培训费 100万元; 其中师资费 40万元 | | agrees | 培训费 100
savings are not added         | 90     | 委托费用 90万元; 采购节约资金 ≥3万元 | | agrees | 委托费用 90
a ratio is not added          | 90     | 委托费用 90万元; 采购节支率 ≥3% | | agrees | 委托费用 90
three prices of three units   | 100    | 亩均补助 300元/亩; 设施单价 5000元/个; 改造造价 1500元/平方米 | 种植面积 2000亩; 设施数量 20个; 改造面积 200平方米 | agrees | 亩均补助 0.03 (300元/亩)×2000 + 设施单价 0.5 (5000元/个)×20 + 改造造价 0.15 (1500元/平方米)×200 = 100
yuan, 万元 and 亿元 together    | 12100.5 | 工程费 1.2亿元; 设备费 100万元; 资料费 5000元 | | agrees | 工程费 12000 (1.2亿元) + 设备费 100 + 资料费 0.5 (5000元) = 12100.5
prices of three sizes of money | 700   | 骨干培训 0.5万元/人; 群众培训 300元/人次; 基地建设 100万元/个 | 骨干人数 200人; 群众人次 10000人次; 基地数量 3个 | agrees | 骨干培训 0.5×200 + 群众培训 0.03 (300元/人次)×10000 + 基地建设 100×3 = 700
㎡ for 平方米                   | 480    | 每平方米造价 1500元 | 改造面积 3200㎡ | agrees | 每平方米造价 0.15 (1500元)×3200 = 480
several amounts in one cell   | 117    | 项目成本 设备费60万元、安装费57万元 | | agrees | 项目成本 117
several in mixed units        | 60.5   | 项目成本 设备费60万元；资料费5000元 | | agrees | 项目成本 60.5
a product in one cell         | 110    | 项目成本 5万元/人×22人 | | agrees | 项目成本 110
a product and its result      | 110    | 项目成本 5万元/人×22人=110万元 | | agrees | 项目成本 110
a product and an amount       | 130    | 项目成本 5万元/人×22人+教材费20万元 | | agrees | 项目成本 130
people and days in one cell   | 12     | 培训费 300元×100人×4天 | | agrees | 培训费 12
the whole and a part in a cell | 117   | 项目成本 总额117万元，其中设备费60万元 | | agrees | 项目成本 117
the whole and all parts       | 117    | 项目成本 总额117万元，设备费60万元，安装费57万元 | | agrees | 项目成本 117
by the month                  | 60     | 物业费 5万元/月 | | agrees | 物业费 5×12 = 60
by the quarter and the person | 8      | 值守补贴 1000元/人·季度 | 值守人数 20人 | agrees | 值守补贴 0.1 (1000元/人·季度)×20×4 = 8
by the month, months stated   | 50     | 物业费 5万元/月 | 服务月数 10个月 | agrees | 物业费 5×10 = 50
thousands separators          | 117    | 项目成本 1,170,000元 | | agrees | 项目成本 117 (1,170,000元)
full-width digits             | 117    | 项目成本 ≤１１７万元 | | agrees | 项目成本 117
a plain word in the name      | 100    | 标准化建设经费 100万元 | 标准化站点 5个 | agrees | 标准化建设经费 100
"""
DIFFERS = """
a rounded amount is no slip   | 575    | 资料费 0.1万元 | | differs | 资料费 0.1
totals too small              | 120    | 运维项目经费 92万元; 等保测评经费 25万元 | | differs | 运维项目经费 92 + 等保测评经费 25 = 117
one total too small           | 120    | 项目成本 100万元 | | differs | 项目成本 100
a product too small           | 120    | 年人均金额 5万元 | 保障人数 22人 | differs | 年人均金额 5×22 = 110
a ceiling times people        | 100    | 人均经费 ≤5万元/人 | 保障人数 22人 | differs | 人均经费 5×22 = 110
only the whole counts         | 120    | 项目总成本 100万元; 场地费 30万元; 师资费 70万元 | | differs | 项目总成本 100
the whole by its sum          | 120    | 培训费 100万元; 场地费 30万元; 师资费 70万元 | | differs | 培训费 100
total and product, each less  | 120    | 教材开发费 30万元; 人均经费 5万元 | 保障人数 22人 | differs | 教材开发费 30 + 人均经费 5×22 = 140
off by ten                    | 117    | 项目成本 11.7万元 | | differs | 项目成本 11.7
a cent beyond rounding        | 117.02 | 项目成本 117万元 | | differs | 项目成本 117
three prices of three units   | 120    | 小麦种植补助 300元/亩; 监控设施单价 5000元/个; 道路改造造价 1500元/平方米 | 小麦种植面积 2000亩; 监控设施数量 20个; 道路改造面积 200平方米 | differs | 小麦种植补助 0.03 (300元/亩)×2000 + 监控设施单价 0.5 (5000元/个)×20 + 道路改造造价 0.15 (1500元/平方米)×200 = 100
one row counted in mixed money | 120   | 设备费 60万元; 资料费 5000元 | | differs | 设备费 60 + 资料费 0.5 (5000元) = 60.5
"""
EXCEEDS = """
one small row too many        | 117    | 运维项目经费 92万元; 等保测评经费 25万元; 资料费 0.1万元 | | exceeds | 运维项目经费 92 + 等保测评经费 25 + 资料费 0.1 = 117.1
a row entered twice           | 117    | 运维项目经费 92万元; 等保测评经费 25万元; 等保测评经费 25万元 | | exceeds | 运维项目经费 92 + 等保测评经费 25 + 等保测评经费 25 = 142
totals too large              | 117    | 运维项目经费 92万元; 等保测评经费 35万元 | | exceeds | 运维项目经费 92 + 等保测评经费 35 = 127
one total too large           | 110    | 项目总成本 ≤120万元 | | exceeds | 项目总成本 120
a product too large           | 100    | 年人均金额 5万元 | 保障人数 22人 | exceeds | 年人均金额 5×22 = 110
at least so many people       | 100    | 人均经费 5万元/人 | 保障人数 ≥22人 | exceeds | 人均经费 5×22 = 110
yuan are written out          | 110    | 项目总成本 1200000元 | | exceeds | 项目总成本 120 (1200000元)
in spite of a vague row       | 110    | 设备费 120万元; 成本控制 严格控制 | | exceeds | 设备费 120
in spite of an unpaired price | 100    | 设备费 120万元; 专家费 0.2万元/人 | 参训人数 400人 | exceeds | 设备费 120
three prices of three units   | 90    | 小麦种植补助 300元/亩; 监控设施单价 5000元/个; 道路改造造价 1500元/平方米 | 小麦种植面积 2000亩; 监控设施数量 20个; 道路改造面积 200平方米 | exceeds | 小麦种植补助 0.03 (300元/亩)×2000 + 监控设施单价 0.5 (5000元/个)×20 + 道路改造造价 0.15 (1500元/平方米)×200 = 100
"""
MAGNITUDE = """
yuan for 万元                 | 117    | 项目成本 117元 | | magnitude | 项目成本 0.0117 (117元)
亿元 for 万元                 | 117    | 项目成本 117亿元 | | magnitude | 项目成本 1170000 (117亿元)
the budget in yuan            | 1170000 | 项目成本 117万元 | | magnitude | 项目成本 117
a small row in 万元           | 92.5   | 运维项目经费 92万元; 资料费 5000万元 | | magnitude | 运维项目经费 92 + 资料费 5000 = 5092
one row of two                | 117    | 运维项目经费 92万元; 等保测评经费 25元 | | magnitude | 运维项目经费 92 + 等保测评经费 0.0025 (25元) = 92.0025
the whole of several rows     | 117    | 项目总成本 117元; 场地费 50元; 师资费 67元 | | magnitude | 项目总成本 0.0117 (117元)
a very small budget           | 0.01   | 项目成本 100元 | | agrees | 项目成本 0.01 (100元)
a small budget, another cost  | 0.02   | 项目成本 30元 | | differs | 项目成本 0.003 (30元)
a unit cost in yuan           | 110    | 人均经费 5元/人 | 保障人数 22人 | magnitude | 人均经费 0.0005 (5元/人)×22 = 0.011
prices of two units, in yuan  | 110    | 高级班人均成本 0.5元/人; 普通班人均成本 0.3元/人 | 高级班人数 100人; 普通班人数 200人 | magnitude | 高级班人均成本 0.00005 (0.5元/人)×100 + 普通班人均成本 0.00003 (0.3元/人)×200 = 0.011
"""
UNCERTAIN = """
no cost row                   | 120    | | 保障人数 22人 | uncertain |
a phrase                      | 120    | 成本控制 严格控制在预算内 | | uncertain |
a phrase beside an amount     | 120    | 设备费 100万元; 其余支出 据实列支 | | uncertain |
an approximate amount         | 120    | 项目成本 约100万元 | | uncertain |
a range                       | 120    | 项目成本 80-100万元 | | uncertain |
at least                      | 120    | 项目投入 ≥100万元 | | uncertain |
a blank value                 | 120    | 设备费 100万元; 材料费 | | uncertain |
another currency              | 120    | 设备费 5万美元 | | uncertain |
no unit at all                | 120    | 设备费 100 | | uncertain |
people without a number       | 120    | 人均经费 5万元/人 | 保障人数 全体干部 | uncertain |
人 and 人次 are not the same  | 120    | 人均经费 0.5万元/人 | 参训人次 400人次 | uncertain |
two quantities of one unit    | 120    | 人均经费 5万元/人 | 在编人数 22人; 聘用人数 6人 | uncertain |
a price for some of them      | 120    | 专家讲课费 0.2万元/人 | 参训学员 400人 | uncertain |
days are not stated           | 120    | 人均费用 300元/人·天 | 参训人数 100人 | uncertain |
all years of a building       | 100    | 工程总投资 500万元 | | uncertain |
a coincidence of one row      | 117    | 设备费 60万元; 维护费 30万元; 备件费 117元; 其他支出 据实 | | uncertain |
a limit for each of them       | 2552   | 单个企业资助上限 ≤100万元/家 | 获奖企业 30家 | uncertain |
a limit of zero               | 100    | 超支金额 0万元 | | uncertain |
three years                   | 100    | 三年实施期总成本 300万元 | | uncertain |
a standard                    | 120    | 伙食补助标准 120元 | 参训人数 400人 | uncertain |
a price of nothing named      | 120    | 采购单价 2万元 | 采购数量 50台 | uncertain |
approximate people            | 100    | 人均经费 5万元/人 | 保障人数 约22人 | uncertain |
a budget of zero              | 0      | 项目成本 10万元 | | uncertain |
an unreadable budget          | 十万   | 项目成本 10万元 | | uncertain |
parts that fall short         | 120    | 项目成本 设备费60万元、安装费57万元 | | uncertain |
parts that go beyond          | 100    | 项目成本 设备费60万元、安装费57万元 | | uncertain |
a product in a cell, too small | 120   | 项目成本 5万元/人×22人 | | uncertain |
about so much, twice          | 120    | 项目成本 约60万元、约60万元 | | uncertain |
months that fall short        | 100    | 物业费 5万元/月 | | uncertain |
another name, too small       | 120    | 亩均补助 300元/亩 | 种植面积 2000亩 | uncertain |
another name, too large       | 50     | 亩均补助 300元/亩 | 种植面积 2000亩 | uncertain |
a price without its area      | 60     | 亩均补助 300元/亩 | 设施数量 20个 | uncertain |
two areas, no telling which   | 100    | 每亩补助 300元/亩 | 小麦面积 2000亩; 玉米面积 1000亩 | uncertain |
parts beside an unread row    | 120    | 项目成本 设备费60万元、安装费57万元; 其他支出 据实 | | uncertain |
"""
CASES = [
    pytest.param(*(part.strip() for part in line.split("|")[1:]), id=line.split("|")[0].strip())
    for table in (AGREES, DIFFERS, EXCEEDS, MAGNITUDE, UNCERTAIN)
    for line in table.strip().splitlines()
]


def _rows(level2: str, text: str) -> list[tuple[str, ...]]:
    cells = [row.strip().partition(" ") for row in text.split(";") if row.strip()]
    return [("产出指标", level2, name, "", value) for name, _, value in cells]


def _project(budget: str, costs: str, quantities: str) -> Project:
    rows = [*_rows("数量指标", quantities), *_rows("成本指标", costs)]
    return project_of({"budget": budget}, rows)


@pytest.mark.parametrize(("budget", "costs", "quantities", "outcome", "calculation"), CASES)
def test_outcome_and_calculation(
    budget: str, costs: str, quantities: str, outcome: str, calculation: str
) -> None:
    found = reconcile(_project(budget, costs, quantities), load_profile("tianjin-2022"))
    assert (found.outcome.value, found.calculation if found.terms else "") == (outcome, calculation)


def test_addresses_name_costs_and_quantities_once() -> None:
    project = _project("100", "培训食宿费 0.1万元/人; 培训师资费 0.2万元/人", "培训人数 200人")
    found = reconcile(project, load_profile("tianjin-2022"))
    assert [str(address) for address in found.addresses] == ["指标!G5", "指标!G4", "指标!G6"]
    assert (found.total, found.difference) == (Decimal(60), Decimal(40))


def test_cost_rows_are_found_by_role_not_by_name() -> None:
    rows = [("成本指标", "经济成本指标", "项目成本", "", "150万元")]
    project = project_of({"budget": "100"}, rows)
    assert reconcile(project, load_profile("cn-2021")).outcome is Outcome.EXCEEDS
    assert reconcile(project, load_profile("tianjin-2022")).outcome is Outcome.UNCERTAIN


def test_amounts_are_written_plainly() -> None:
    assert [plain(Decimal(text)) for text in ("1E+3", "0.0000", "5.50", "100", "0.01170")] == [
        "1000",
        "0",
        "5.5",
        "100",
        "0.0117",
    ]


def test_names_without_a_unit_of_their_own() -> None:
    words = cost_words()
    assert words.per_units("每学员成本", None) == (UNKNOWN_UNIT,)
    assert words.per_units("年均维护费", None) == ()
    assert words.per_units("年人均金额", "年") == ("人",)
