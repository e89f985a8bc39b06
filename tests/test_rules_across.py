"""DUP-01, DUP-02, DUP-03 and TXT-04: what is told between the projects of a unit, and what is not."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from msgspec.structs import replace

from tests.support.examples import CLEAN_ROWS, findings_in, project_of, submission_of
from tests.support.seed import seed_submissions
from xlgoals.catalogue import Example
from xlgoals.findings import Finding
from xlgoals.library import load_library
from xlgoals.model import Indicator, Project, Submission
from xlgoals.rules.across_words import across_words

CLEAN = submission_of(Example(unit={}, project={}, indicators=(), observations=(), found=()))


def _found(projects: Sequence[Project], code: str) -> list[Finding]:
    submission = replace(CLEAN, projects=tuple(projects))
    return [finding for finding in findings_in(submission) if finding.code == code]


# text | events in it
EVENTS = """
二季度完成亚布力论坛、智能大会等大型会议论坛活动           | 亚布力论坛 智能大会
四季度赴外埠参加中阿博览会等展会活动                       | 中阿博览会
组织召开亚布力论坛第十七届高峰会、企业家大会等活动         | 亚布力论坛
我市相关企业对论坛举办的满意度                             | -
召开职工大会、党员大会、总结表彰大会                       | -
举办招商推介会和座谈会                                     | -
参加第五届中国国际进口博览会                               | 中国国际进口博览会
举办2022年天津马拉松                                       | 天津马拉松
做好夏季达沃斯论坛保障                                     | 达沃斯论坛
"""


@pytest.mark.parametrize(
    ("text", "events"), [[part.strip() for part in line.split("|")] for line in EVENTS.strip().splitlines()]
)
def test_events_are_told_by_their_names(text: str, events: str) -> None:
    assert list(across_words().events(text)) == ([] if events == "-" else events.split(" "))


def test_one_activity_in_two_real_tables() -> None:
    (found,) = [each for each in findings_in(seed_submissions()[0]) if each.code == "DUP-01"]
    assert (found.project, found.field) == ("招商引资专项活动", "purpose")
    assert found.details == {"start": "亚布力论坛", "other": "国内招商引资专项经费"}
    assert [address.cell for address in found.also] == ["L743"]


def test_several_places_of_one_event_are_one_finding() -> None:
    row = (*CLEAN_ROWS[0][:3], "亚布力论坛期间的培训班", "≥4期")
    one = project_of({"purpose": "用于参加亚布力论坛的差旅支出"}, [row, *CLEAN_ROWS[1:]])
    other = project_of({"name": "招商", "goals": "1.办好亚布力论坛。", "purpose": "办亚布力论坛"}, row=5)
    assert len(_found([one, other], "DUP-01")) == 1
    assert _found([one], "DUP-01") == []


def test_two_rows_of_one_name_are_told_by_str_10_alone() -> None:
    purpose = {"purpose": "用于召开亚布力论坛第十七届高峰会的场地支出"}
    twins = [project_of(purpose), project_of(purpose, row=5)]
    assert [_found(twins, code) for code in ("DUP-01", "DUP-02")] == [[], []]


# further row of the second table | rows that are told
OWN = ("产出指标", "数量指标", "教材册数", "印发的教材", "≥200册")
COPIES = """
产出指标 / 数量指标 / 走访企业数量 / 走访的企业 / ≥30家   | 2
产出指标 / 数量指标 / 走访企业数量 / 走访的企业 / ≥31家   | 2
产出指标 / 数量指标 / 走访单位数量 / 走访的企业 / ≥30家   | 0
产出指标 / 时效指标 / 保障周期 / 覆盖期间 / 1年           | 0
"""


@pytest.mark.parametrize(
    ("row", "rows"), [[part.strip() for part in line.split("|")] for line in COPIES.strip().splitlines()]
)
def test_two_names_and_a_value_make_a_copy(row: str, rows: str) -> None:
    further = tuple(part.strip() for part in row.split("/"))
    one = project_of({}, [OWN, ("产出指标", "数量指标", "走访企业数量", "企业", "≥30家"), CLEAN_ROWS[6]])
    other = project_of({"name": "另一项目", "purpose": "用于走访"}, [OWN, further], row=5)
    found = _found([one, other], "DUP-02")
    assert [finding.details["rows"] for finding in found] == ([] if rows == "0" else [rows])


def test_names_alone_without_an_equal_value_are_no_copy() -> None:
    rows = CLEAN_ROWS[:3]
    others = [(*row[:4], f"{row[4]}，按季度统计") for row in rows]
    pair = [project_of({}, rows), project_of({"name": "另一项目"}, others, row=5)]
    assert _found(pair, "DUP-02") == []


def test_standard_indicators_are_no_copies() -> None:
    standard = load_library().get("training").indicators[:4]
    rows = [("产出指标", "数量指标", each.name, each.description, each.hint) for each in standard]
    pair = [project_of({}, rows), project_of({"name": "另一项目"}, rows, row=5)]
    assert _found(pair, "DUP-02") == []
    own = [(*row[:3], f"{row[3]}。", row[4]) for row in rows]
    assert len(_found([project_of({}, own), project_of({"name": "另一项目"}, own, row=5)], "DUP-02")) == 1


def _family(*rows_of: Sequence[Sequence[str]]) -> list[Project]:
    cities = ("上海", "广州", "成都", "武汉")
    return [
        project_of({"name": f"驻{city}办事处经费", "purpose": f"用于驻{city}办公"}, rows, row=4 + number)
        for number, (city, rows) in enumerate(zip(cities, rows_of, strict=False))
    ]


def test_the_odd_one_of_a_family() -> None:
    full, short = CLEAN_ROWS, [*CLEAN_ROWS[:6], *CLEAN_ROWS[7:]]
    (found,) = _found(_family(full, short, full), "DUP-03")
    assert (found.project, found.details["missing"]) == ("驻广州办事处经费", "社会效益指标、学习成果转化率")
    assert _found(_family(full, full, full), "DUP-03") == []
    assert _found(_family(full, short), "DUP-03") == []
    assert _found(_family(full, short, full, short), "DUP-03") == []  # two against two


def test_one_name_in_other_words_is_no_other_construct() -> None:
    renamed = [(*row[:2], "班次", *row[3:]) if row is CLEAN_ROWS[0] else row for row in CLEAN_ROWS]
    assert _found(_family(CLEAN_ROWS, renamed, CLEAN_ROWS), "DUP-03") == []


NAMES = """
兵团第十一师 / 兵团十一师 / 兵团十一师     | 兵团第十一师
兵团第十一师 / 兵团第十二师                | -
驻上海、广州处 / 驻上海广州处 / 上海、广州 | 上海广州
驻上海、广州处 / 上海、北京                | -
河北、山西 / 河北、山西                    | -
"""


@pytest.mark.parametrize(
    ("texts", "rare"), [[part.strip() for part in line.split("|")] for line in NAMES.strip().splitlines()]
)
def test_the_rarer_writing_is_named(texts: str, rare: str) -> None:
    projects = [
        project_of({"name": f"项目{number}", "purpose": text.strip()}, row=4 + number)
        for number, text in enumerate(texts.split("/"))
    ]
    found = _found(projects, "TXT-04")
    assert [finding.details["start"] for finding in found] == ([] if rare == "-" else [rare])


def _tables() -> Submission:
    return seed_submissions()[0]


def _rows_into(target: Project, rows: Sequence[Indicator]) -> Project:
    own = target.indicators
    moved = tuple(replace(row, location=own[number].location) for number, row in enumerate(rows))
    return replace(target, indicators=(*own, *moved))


@pytest.mark.parametrize("number", range(11))
def test_planted_copies_are_found_in_the_real_tables(number: int) -> None:
    """Two rows of a table are copied into the next one: told there, once, with the origin."""
    submission = _tables()
    origin, target = submission.projects[number], submission.projects[number + 1]
    common = across_words().common_names
    rows = [row for row in origin.indicators if row.name not in common][:2]
    copied = [replace(row, name=f"{row.name}甲") for row in rows]
    changed = {origin.name: _rows_into(origin, copied), target.name: _rows_into(target, copied)}
    projects = tuple(changed.get(each.name, each) for each in submission.projects)
    before = [each for each in findings_in(submission) if each.code == "DUP-02"]
    after = [each for each in findings_in(replace(submission, projects=projects)) if each.code == "DUP-02"]
    known = {(each.project, each.details["other"]) for each in before}
    new = {(each.project, each.details["other"]) for each in after} - known
    assert new <= {(target.name, origin.name)}
    assert {(each.project, each.details["other"]) for each in after} >= {(target.name, origin.name)}


@pytest.mark.parametrize("number", range(1, 12))
def test_planted_events_are_found_in_the_real_tables(number: int) -> None:
    submission = _tables()
    event = "用于参加津洽大会的支出"
    first, later = submission.projects[0], submission.projects[number]
    changed = {each.name: replace(each, purpose=f"{each.purpose}，{event}") for each in (first, later)}
    projects = tuple(changed.get(each.name, each) for each in submission.projects)
    found = [each for each in findings_in(replace(submission, projects=projects)) if each.code == "DUP-01"]
    told = {(each.project, each.field, each.details["start"]) for each in found}
    assert told - {("招商引资专项活动", "purpose", "亚布力论坛")} == {(later.name, "purpose", "津洽大会")}
