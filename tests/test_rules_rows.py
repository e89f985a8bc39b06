"""Single rows at the border of each rule: what is said, and above all what is not."""

from __future__ import annotations

import dataclasses

import pytest
from msgspec.structs import replace

from tests.support.examples import CLEAN_ROWS, findings_in, project_of, submission_of
from xlgoals.catalogue import Example
from xlgoals.form import load_form
from xlgoals.profile import load_profile
from xlgoals.rules import Setting, run_rules

CLEAN = submission_of(Example(unit={}, project={}, indicators=(), observations=(), found=()))
LEVELS = {
    "数": ("产出指标", "数量指标"),
    "质": ("产出指标", "质量指标"),
    "时": ("产出指标", "时效指标"),
    "成": ("产出指标", "成本指标"),
    "经": ("效益指标", "经济效益指标"),
    "社": ("效益指标", "社会效益指标"),
    "满": ("满意度指标", "服务对象满意度指标"),
}

# rule | level 2 by its first character | name | description | 指标值 | fields found
ROWS = """
BUD-08 | 经 | 招商引资额       | 到位资金       | ≥2亿元          | target
BUD-08 | 经 | 招商引资额       | 到位资金       | ≥20000万元       |
BUD-08 | 成 | 项目总成本       | 合同金额       | ≤480000元        | target
BUD-08 | 成 | 资料费           | 合同金额       | ≤5000元          |
BUD-08 | 经 | 农户人均增收     | 统计数据       | ≥20000元         |
BUD-08 | 成 | 设备单价         | 合同金额       | ≤30000元         |
BUD-08 | 成 | 设备成本         | 合同金额       | ≤30000元/台      |
BUD-08 | 经 | 出口额           | 海关数据       | ≥2亿美元         |
BUD-10 | 成 | 项目总成本       | 合同金额       | 48万元           |
BUD-11 | 成 | 人均培训成本     | 结算单         | ≤0.24万元        | target
BUD-11 | 成 | 人均培训成本     | 结算单         | ≤2400元/人       |
BUD-11 | 成 | 人均经费总额     | 结算单         | ≤48万元          |
BUD-11 | 成 | 采购单价         | 合同           | ≤2万元           |
BUD-11 | 成 | 每亩补助         | 发放表         | 严格控制         |
BUD-11 | 经 | 人均增收         | 统计           | ≥500元           |
IND-10 | 数 | 保障系统运行     | 台账           | ≥3个             | name
IND-10 | 数 | 保障系统         | 台账           | ≥3个             |
IND-10 | 质 | 完成质量         | 台账           | ≥95分            |
IND-10 | 质 | 服务质量         | 台账           | ≥95分            |
IND-10 | 数 | 培训课程         | 台账           | ≥3门             |
IND-10 | 社 | 提升城市形象     | 调查           | ≥3项             | name
IND-10 | 社 | 提高就业率       | 调查           | ≥3%              |
IND-11 | 质 | 出勤率95%        | 签到           | ≥95%             | name
IND-11 | 数 | 培训不少于200人  | 签到           | ≥200人           | name
IND-11 | 数 | 培训200人        | 签到           | 200人            | name
IND-11 | 数 | 2022年培训人数   | 签到           | ≥200人           |
IND-11 | 数 | 第十七届论坛场次 | 签到           | ≥1场             |
IND-11 | 数 | 兵团十一师干部人数 | 签到         | 22人             |
IND-11 | 数 | 接听12345热线    | 台账           | ≥300次           |
IND-11 | 数 | 运维系统2套      | 台账           | 2套              | name
IND-11 | 数 | 5G基站数量       | 台账           | ≥3个             |
IND-11 | 质 | 100%覆盖情况     | 台账           | 100%             | name
IND-11 | 数 | 3个系统测评次数  | 台账           | ≥3次             |
IND-12 | 数 | 考察、调研次数   | 台账           | ≥3次             | name
IND-12 | 数 | 考察、调研次数   | 两项合计       | ≥3次             |
IND-12 | 质 | 会议及培训出勤率 | 签到           | ≥95%             |
IND-12 | 质 | 水利和农业合格率 | 台账           | ≥95%             |
IND-12 | 数 | 软件和信息技术企业数量 | 台账     | ≥5家             |
IND-12 | 质 | 考核情况         | 台账           | 出勤率95%，合格率100% | target
IND-12 | 质 | 考核合格率       | 台账           | 90%—95%          |
IND-12 | 质 | 考核合格率       | 台账           | 不低于90%，不高于95% |
IND-12 | 质 | 安全情况         | 台账           | 不发生火灾，不发生盗窃 | target
IND-12 | 质 | 安全情况         | 台账           | 不发生火灾、盗窃 |
IND-12 | 数 | 慰问人数         | 退休职工和困难群众 | 60人         | description
IND-12 | 数 | 慰问人数         | 退休职工和困难群众合计 | 60人     |
IND-12 | 数 | 慰问次数         | 退休职工和困难群众 | 6次          |
IND-13 | 数 | 一二三四五六七八九十一二三四五六七八九十 | 台账 | ≥3个 |
IND-13 | 数 | 一二三四五六七八九十一二三四五六七八九十数 | 台账 | ≥3个 | name
LVL-02 | 质 | 走访企业         | 台账           | ≥50家            | level2
LVL-02 | 质 | 走访企业         | 台账           | 50余家           | level2
LVL-02 | 质 | 安全事故         | 台账           | 0次              |
LVL-02 | 质 | 安全事故次数     | 台账           | ≤2次             |
LVL-02 | 质 | 重复资助项目     | 台账           | 0个              |
LVL-02 | 质 | 检查得分         | 台账           | ≥90分            |
LVL-02 | 质 | 服务年限         | 台账           | ≥5年             |
LVL-02 | 质 | 获国家级奖项     | 台账           | ≥1项             |
LVL-02 | 质 | 管径             | 台账           | ≥30厘米          |
LVL-02 | 数 | 走访企业         | 台账           | ≥50家            |
LVL-03 | 满 | 系统正常运转     | 运维月报       | ≥90%             | name
LVL-03 | 满 | 群众认可度       | 问卷           | ≥90%             |
LVL-03 | 满 | 参训人员         | 问卷中满意的比例 | ≥90%           |
LVL-03 | 满 |                  |                | ≥90%             |
LVL-03 | 社 | 系统正常运转     | 运维月报       | ≥90%             |
LVL-04 | 质 | 拨付情况         | 台账           | 按时拨付         | target
LVL-04 | 质 | 资金及时拨付率   | 台账           | ≥95%             | name
LVL-04 | 时 | 资金及时拨付率   | 台账           | ≥95%             |
LVL-04 | 质 | 经费使用         | 台账           | 办公、差旅费     | target
LVL-04 | 质 | 经费使用         | 台账           | 差旅费           |
LVL-04 | 质 | 经费使用         | 台账           | 合规、差旅费     |
LVL-05 | 质 | 论坛             | 台账           | 扩大影响力       | target
LVL-05 | 数 | 项目落地数量     | 台账           | ≥5个             | name
LVL-05 | 经 | 项目落地数量     | 台账           | ≥5个             |
LVL-05 | 数 | 增收技术培训班次 | 台账           | ≥5次             |
LVL-05 | 质 | 培训             | 台账           | 开展增收技术培训 |
LVL-05 | 成 | 增收成本         | 台账           | ≤5万元           |
LVL-06 | 社 | 保障情况         | 台账           | 按标准发放       | target
LVL-06 | 社 | 为发展提供保障   | 台账           | ≥5家             | name
LVL-06 | 质 | 保障情况         | 台账           | 按标准发放       |
VAL-05 | 数 | 培训班期数       | 台账           | 4期              | target
VAL-05 | 数 | 培训班期数       | 台账           | ＝4期            |
VAL-05 | 数 | 培训班期数       | 台账           | 4期以上          |
VAL-05 | 数 | 培训班期数       | 台账           | 4—6期            | target
VAL-05 | 质 | 课程质量         | 台账           | 优良             |
VAL-07 | 时 | 响应时间         | 台账           | 出现故障12小时内响应 | target
VAL-07 | 时 | 响应时间         | 台账           | 12小时内         |
VAL-07 | 社 | 十一师团结       | 台账           | 十一师干部群众团结 |
VAL-09 | 数 | 走访企业数量     | 台账           | ≥50              | target
VAL-09 | 数 | 走访企业数量（家） | 台账         | ≥50              |
VAL-09 | 数 | 走访企业数量     | 台账           | 50-60            | target
VAL-09 | 数 | 走访企业数量     | 台账           | ≥50家            |
VAL-09 | 质 | 出水酸碱值       | 监测           | 6—9              |
VAL-09 | 质 | 空气综合指数     | 监测           | ≤4.5             |
VAL-09 | 时 | 完成时间         | 台账           | 2022年11月前     |
VAL-09 | 质 | 工作质量         | 台账           | 优               |
VAL-10 | 社 | 促进民族团结     | 台账           | 促进民族团结     | target
VAL-10 | 社 | 系统持续运转     | 台账           | 系统运转正常     |
VAL-10 | 社 | 系统持续运转     | 台账           | 系统运转         | target
VAL-10 | 社 | 系统持续运转     | 台账           | 运转             |
VAL-10 | 社 | 制度建设         | 台账           | 印发管理办法     |
VAL-11 | 质 | 运行情况         | 台账           | 正常运转         | target
VAL-11 | 质 | 正常运行率       | 台账           | ≥99%             |
VAL-11 | 质 | 制度             | 台账           | 印发管理办法     |
VAL-11 | 社 | 发展             | 台账           | 推动当地发展     | target
VAL-11 | 社 | 发展             | 台账           | 发展规划印发     |
VAL-11 | 质 | 考核             | 台账           | 满足办公需求     | target
VAL-13 | 时 | 拨付时间         | 台账           | 2022年           | target
VAL-13 | 时 | 拨付时间         | 台账           | 全年             | target
VAL-13 | 时 | 拨付时间         | 台账           | 2022年度         | target
VAL-13 | 时 | 拨付时间         | 台账           | 2022年内         |
VAL-13 | 时 | 拨付时间         | 台账           | 2022年下半年     |
VAL-13 | 时 | 响应时间         | 台账           | 12小时           |
VAL-13 | 时 | 响应时间         | 台账           | ≤1年             |
VAL-13 | 数 | 使用年限         | 台账           | 5年              |
VAL-14 | 时 | 完成时间         | 台账           | 2021年12月31日前 | target
VAL-14 | 时 | 完成时间         | 台账           | 2021年           | target
VAL-14 | 时 | 完成时间         | 台账           | 2020-11-30       | target
VAL-14 | 时 | 完成时间         | 台账           | 2022年12月31日前 |
VAL-14 | 时 | 完成时间         | 台账           | 2023年3月31日前  |
VAL-14 | 时 | 完成时间         | 台账           | 2021年11月至2022年3月 |
VAL-14 | 时 | 完成时间         | 台账           | 12月31日前       |
VAL-14 | 社 | 增长率           | 台账           | 较2021年增长5%   |
VAL-14 | 时 | 完成时间         | 台账           | 2021年12月31日前完成 | target
VAL-14 | 时 | 审计内容         | 台账           | 完成2021年度决算审计 |
VAL-14 | 时 | 审计时间         | 台账           | 2022年6月底前完成2021年度决算审计 |
VAL-14 | 时 | 完成率           | 台账           | ≥95%             |
VAL-15 | 时 | 召开时间         | 台账           | 4月、7月、10月   | target
VAL-15 | 时 | 召开时间         | 台账           | 4月至10月        |
VAL-15 | 时 | 召开时间         | 台账           | 2022年4月1日至30日 |
VAL-15 | 数 | 召开次数         | 台账           | ≥3次             |
VAL-16 | 质 | 系统故障次数     | 台账           | ≥5次             | target
VAL-16 | 质 | 系统故障次数     | 台账           | ≤5次             |
VAL-16 | 质 | 系统故障处置率   | 台账           | ≥95%             |
VAL-16 | 数 | 事故演练次数     | 台账           | ≥2次             |
VAL-16 | 质 | 群众投诉率       | 台账           | ≥5%              | target
VAL-16 | 质 | 投诉办结率       | 台账           | ≥95%             |
VAL-16 | 质 | 无故障运行时间   | 台账           | ≥500小时         |
VAL-16 | 质 | 故障间隔时间     | 台账           | ≥500小时         |
VAL-16 | 质 | 违规次数         | 台账           | ≥0次             |
VAL-16 | 质 | 验收合格率       | 台账           | ≤95%             | target
VAL-16 | 质 | 验收合格率       | 台账           | ≤100%            |
VAL-16 | 质 | 不合格率         | 台账           | ≤5%              |
VAL-16 | 质 | 资金超预算完成率 | 台账           | ≤5%              |
VAL-16 | 满 | 学员满意度       | 台账           | 低于90%          | target
VAL-16 | 成 | 预算完成率       | 台账           | ≤95%             | target
VAL-16 | 质 | 设备使用率       | 台账           | 2022年12月前     |
VAL-18 | 经 | 带动投资         | 台账           | ≥600000万元      | target
VAL-18 | 经 | 带动投资         | 台账           | ≥400000万元      |
VAL-18 | 经 | 带动投资         | 台账           | ≥600000人        |
VAL-19 | 满 | 企业对论坛的满意度 | 问卷         | 对天津满意度≥99% | target
VAL-19 | 满 | 企业对论坛的满意度 | 问卷         | 对论坛满意度≥99% |
VAL-19 | 满 | 企业对论坛的满意度 | 问卷         | ≥99%             |
"""


@pytest.mark.parametrize(
    ("code", "level", "name", "description", "target", "fields"),
    [[part.strip() for part in line.split("|")] for line in ROWS.strip().splitlines()],
)
def test_one_row(code: str, level: str, name: str, description: str, target: str, fields: str) -> None:
    project = project_of({}, [*CLEAN_ROWS, (*LEVELS[level], name, description, target)])
    found = [f for f in findings_in(replace(CLEAN, projects=(project,))) if f.code == code]
    assert sorted(f.field for f in found) == fields.split()


# rule | field | text | fields found
PROJECTS = """
GOAL-03 | goals   | 1.保障机关正常运转                | goals
GOAL-03 | goals   | 1.保障机关正常运转，满意度达到九成  |
GOAL-03 | goals   | 1.年底前完成全部改造任务          |
GOAL-03 | goals   | 1.保障三个系统正常运转            |
GOAL-03 | goals   | （一）推动兵团第十一师高质量发展    | goals
GOAL-03 | goals   | 1.                                |
GOAL-04 | purpose | 项目支出                          | purpose
GOAL-04 | purpose | 业务经费。                        | purpose
GOAL-04 | purpose |                                   | purpose
GOAL-04 | purpose | 培训班的师资费                    |
GOAL-06 | purpose | 用于购买机关物业服务              | purpose
GOAL-06 | purpose | 用于培训处级干部                  |
GOAL-06 | purpose |                                   |
GOAL-07 | goals   | 1.培训200人次                     | goals
GOAL-07 | goals   | 1.培训处级干部二百人次            |
GOAL-07 | goals   |                                   |
"""


@pytest.mark.parametrize(
    ("code", "field", "text", "fields"),
    [[part.strip() for part in line.split("|")] for line in PROJECTS.strip().splitlines()],
)
def test_one_text_of_a_project(code: str, field: str, text: str, fields: str) -> None:
    found = findings_in(replace(CLEAN, projects=(project_of({field: text}),)))
    assert sorted(f.field for f in found if f.code == code) == fields.split()


@pytest.mark.parametrize(
    ("length", "codes"), [(600, []), (601, ["GOAL-07"]), (666, ["GOAL-07"]), (667, ["GOAL-08"])]
)
def test_long_goals(length: int, codes: list[str]) -> None:
    found = findings_in(replace(CLEAN, projects=(project_of({"goals": "培" * length}),)))
    assert [f.code for f in found if f.code in {"GOAL-07", "GOAL-08"}] == codes


@pytest.mark.parametrize(("count", "is_found"), [(4, True), (5, False), (9, False)])
def test_number_of_indicators(count: int, is_found: bool) -> None:
    found = findings_in(replace(CLEAN, projects=(project_of({}, CLEAN_ROWS[:count]),)))
    assert ("IND-05" in {f.code for f in found}) is is_found


def test_rows_of_quality_have_no_sister_in_a_profile_without_quantities() -> None:
    profile = load_profile("cn-2021")
    branch = {**profile.tree, "产出指标": ("质量指标", "时效指标")}
    row = (*LEVELS["质"], "走访企业", "台账", "≥50家")
    submission = replace(CLEAN, projects=(project_of({}, [*CLEAN_ROWS, row]),))
    setting = Setting(form=load_form(), profile=dataclasses.replace(profile, tree=branch))
    assert "LVL-02" not in {f.code for f in run_rules(submission, setting)}


# 数量 rows "name value" | 时效 row | is a contradiction
TIMES = """
点评会次数 2次   | 点评会召开时间 4月、7月、10月 | yes
点评会次数 ≤2次  | 点评会召开时间 4月、7月、10月 | yes
点评会次数 3次   | 点评会召开时间 4月、7月、10月 | no
点评会次数 ≥2次  | 点评会召开时间 4月、7月、10月 | no
点评会次数 2次   | 推介会召开时间 4月、7月、10月 | no
点评会次数 2人   | 点评会召开时间 4月、7月、10月 | no
"""


@pytest.mark.parametrize(
    ("counted", "dated", "expected"),
    [[part.strip() for part in line.split("|")] for line in TIMES.strip().splitlines()],
)
def test_dates_against_times(counted: str, dated: str, expected: str) -> None:
    (name, target), (other_name, other_target) = counted.split(), dated.split()
    rows = [
        (*LEVELS["数"], name, "台账", target),
        (*LEVELS["时"], other_name, "台账", other_target),
    ]
    found = findings_in(replace(CLEAN, projects=(project_of({}, [*CLEAN_ROWS, *rows]),)))
    assert ("VAL-17" in {f.code for f in found}) == (expected == "yes")


def test_an_abbreviation_is_explained_once() -> None:
    for purpose, expected in (("发放双补资金", ["IND-14"]), ("发放双补（两项补贴）", [])):
        found = findings_in(replace(CLEAN, projects=(project_of({"purpose": purpose}),)))
        assert [f.code for f in found if f.code == "IND-14"] == expected
