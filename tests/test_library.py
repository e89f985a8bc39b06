"""Standard indicator sets: the shipped ones are whole, a mistake is pointed at, a department adds its own."""

from __future__ import annotations

import shutil
from itertools import chain
from pathlib import Path

import pytest

from tests.support.examples import findings_in, project_of, submission_of
from xlgoals.catalogue import Example
from xlgoals.errors import CannotDo
from xlgoals.form import load_form, normal_label
from xlgoals.library import (
    LIBRARY_VARIABLE,
    IndicatorSet,
    StandardIndicator,
    guess_type,
    load_library,
)
from xlgoals.messages import Language
from xlgoals.model import Comparator, Confidence
from xlgoals.profile import Role, load_profile, profile_names
from xlgoals.resources import resource_path
from xlgoals.target import read_target

TYPES = {
    "construction": "工程建设与修缮改造",
    "enterprise_award": "产业扶持与企业奖补",
    "equipment": "设备购置",
    "field_office": "前方工作机构及驻外机构工作经费",
    "inspection": "执法检查与监测抽检",
    "investment": "招商引资",
    "it_build": "信息化建设",
    "it_ops": "信息化运行维护",
    "meeting_event": "会议、论坛及展会活动",
    "pair_support": "对口支援及东西部协作",
    "personnel_pay": "人员经费及补贴发放",
    "property_ops": "办公用房物业及机关运行保障",
    "publicity": "宣传与印刷出版",
    "rent": "房屋场地租赁",
    "research": "课题研究、规划编制及委托咨询",
    "subsidy_transfer": "民生补助与转移支付",
    "training": "培训",
}
SETS = list(load_library().sets.values())
INDICATORS = list(chain.from_iterable(each.indicators for each in SETS))


def by_id(found: IndicatorSet | StandardIndicator) -> str:
    return found.id if isinstance(found, IndicatorSet) else found.code


@pytest.fixture(autouse=True)
def _no_library_of_ones_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(LIBRARY_VARIABLE, raising=False)


def test_these_types_are_shipped_each_in_its_own_file() -> None:
    assert {each.id: each.name for each in SETS} == TYPES
    assert sorted(file.stem for file in resource_path("indicators").glob("*.yaml")) == sorted(TYPES)
    assert len({each.code for each in INDICATORS}) == len(INDICATORS) == 230


@pytest.mark.parametrize("shown", SETS, ids=by_id)
def test_a_set_says_where_it_comes_from_and_names_each_indicator_once(shown: IndicatorSet) -> None:
    assert shown.about
    assert shown.notes
    assert shown.source[0].startswith("文字为本项目自行拟定")
    assert shown.strong
    assert not set(shown.strong) & set(shown.weak)
    names = [normal_label(each.name) for each in shown.indicators]
    assert len(names) == len(set(names))
    assert [each.code for each in shown.indicators] == [
        f"{shown.id}-{number:02d}" for number in range(1, len(names) + 1)
    ]


@pytest.mark.parametrize("name", profile_names())
@pytest.mark.parametrize("shown", SETS, ids=by_id)
def test_a_set_has_its_place_in_every_profile(shown: IndicatorSet, name: str) -> None:
    profile = load_profile(name)
    for each in shown.indicators:
        place = each.place_in(profile)
        assert place is not None, each.code
        assert profile.allows(*place), each.code
        assert each.cost <= profile.plays(Role.COST, place[1]), each.code


@pytest.mark.parametrize("name", profile_names())
@pytest.mark.parametrize("shown", SETS, ids=by_id)
def test_the_core_is_small_and_covers_what_a_table_must_have(shown: IndicatorSet, name: str) -> None:
    profile = load_profile(name)
    places = [each.place_in(profile) for each in shown.core]
    assert 3 <= len(shown.core) <= 8
    level1s, level2s = ({place[part] for place in places if place} for part in (0, 1))
    assert set(profile.required_level2) <= level2s
    assert level1s == set(profile.tree)


@pytest.mark.parametrize("each", INDICATORS, ids=by_id)
def test_an_indicator_is_well_formed(each: StandardIndicator) -> None:
    assert normal_label(each.description) != normal_label(each.name)
    assert len(each.description) > 6
    target = read_target(each.hint)
    assert target.confidence is Confidence.HIGH
    assert (target.comparator or Comparator.EQUAL) is each.operator
    assert target.unit == each.unit
    assert each.cost == ("元" in each.unit and each.levels[0][1] == "成本指标")
    assert each.unit_cost == (each.cost and "/" in each.unit)
    assert not (each.total and (each.unit_cost or each.unit != "万元"))
    if each.reverse:
        assert each.operator is Comparator.AT_MOST or target.value == "0"
    like = each.present_if
    assert each.core == bool(like.any_row_of or like.words or like.units)


@pytest.mark.parametrize("shown", SETS, ids=by_id)
def test_the_samples_themselves_would_pass_the_rules(shown: IndicatorSet) -> None:
    profile = load_profile("tianjin-2022")
    rows = []
    for each in shown.indicators:
        level1, level2 = each.place_in(profile) or ("", "")
        rows.append(" | ".join((level1, level2, each.name, each.description, each.hint)))
    indicators = tuple(tuple(part.strip() for part in row.split("|")) for row in rows)
    example = Example(unit={}, project={}, indicators=indicators, observations=(), found=())
    # The project around them is another one; a set is longer than a table; a sample may be exact.
    beside = ("BUD", "GOAL", "IND-05", "VAL-05")
    found = [each for each in findings_in(submission_of(example)) if not each.code.startswith(beside)]
    assert found == []


def test_a_tree_that_calls_its_level_1_otherwise_is_searched_by_level_2(tmp_path: Path) -> None:
    text = resource_path("profiles", "cn-2015.yaml").read_text(encoding="utf-8")
    path = tmp_path / "mine.yaml"
    own = text.replace("  项目完成指标: 产出指标\n", "").replace("产出指标", "项目完成指标")
    path.write_text(own, "utf-8")
    profile = load_profile(path)
    (rate,) = [each for each in INDICATORS if each.code == "it_ops-04"]
    assert rate.place_in(profile) == ("项目完成指标", "质量指标")


ITS = "it_ops.yaml"
MISTAKES = [
    # what is changed, what the sentence must tell
    ("id: it_ops", "id: it ops", ["it_ops.yaml", "第 4 行", "id", "it ops"]),
    ("about:", "abuot:", ["第 6 行", "abuot", "about"]),
    ("  strong: [", "  strang: [", ["keywords.strang", "strong"]),
    ("    operator:", "    operater:", ["indicators[0].operater", "operator"]),
    ('operator: "="', 'operator: "大于"', ["indicators[0].operator", "大于", "= | ≥ | ≤ | > | <"]),
    ('operator: "="', 'operator: "≥"', ["indicators[0].operator", "“≥”"]),
    ("unit: 个", "unit: 套", ["indicators[0].unit", "套", "个"]),
    ('hint: "3个"', 'hint: "若干"', ["indicators[0].hint", "若干"]),
    (
        "levels: [产出指标/数量指标]",
        "levels: [数量指标]",
        ["indicators[0].levels", "数量指标", "level1/level2"],
    ),
    ("core: true", "core: yes", ["indicators[0].core", "yes", "true | false"]),
    ("code: it_ops-02", "code: it_ops-01", ["indicators[1].code", "it_ops-01", "once"]),
    ("name: 日常巡检次数", "name: 运维信息系统数量", ["indicators[2].name", "运维信息系统数量", "once"]),
    (
        "description: 合同约定纳入日常运维的信息系统个数，按系统清单统计",
        "description: 运维信息 系统数量",
        ["indicators[0].description", "≠ 运维信息系统数量"],
    ),
    ("any_row_of: level2", "any_row_of: level3", ["present_if.any_row_of", "level3", "level1 | level2"]),
    ("      words: [响应", "      word: [响应", ["indicators[7].present_if.word", "words"]),
    ("    name: 系统可用率\n", "", ["indicators[3].name", "缺少"]),
]


@pytest.mark.parametrize(
    ("old", "new", "told"), MISTAKES, ids=[f"{row[0].strip()}-{row[1]}" for row in MISTAKES]
)
def test_a_mistake_is_pointed_at(tmp_path: Path, old: str, new: str, told: list[str]) -> None:
    text = resource_path("indicators", ITS).read_text(encoding="utf-8")
    assert old in text
    (tmp_path / ITS).write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(CannotDo) as refusal:
        load_library(tmp_path)
    sentence = refusal.value.sentence(Language.ZH)
    assert [part for part in told if part not in sentence] == [], sentence


def own_set(folder: Path, name: str, change: tuple[str, str], file: str = ITS) -> None:
    text = resource_path("indicators", ITS).read_text(encoding="utf-8")
    (folder / file).write_text(text.replace("id: it_ops", f"id: {name}").replace(*change), encoding="utf-8")


def test_a_department_replaces_a_set_and_adds_another(tmp_path: Path) -> None:
    own_set(tmp_path, "it_ops", ("系统可用率", "平台可用率"))
    own_set(tmp_path, "data_center", ("name: 信息化运行维护", "name: 数据中心运行"), "data_center.yaml")
    library = load_library(tmp_path)
    assert set(library.sets) == {*TYPES, "data_center"}
    assert "平台可用率" in {each.name for each in library.get("it_ops").indicators}
    assert library.get(" 数据中心 运行 ").id == "data_center"
    assert "系统可用率" in {each.name for each in load_library().get("it_ops").indicators}


def test_the_folder_may_be_named_by_the_environment_and_an_edit_is_seen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own_set(tmp_path, "it_ops", ("系统可用率", "平台可用率"))
    monkeypatch.setenv(LIBRARY_VARIABLE, str(tmp_path))
    assert "平台可用率" in {each.name for each in load_library().get("it_ops").indicators}
    own_set(tmp_path, "it_ops", ("系统可用率", "全部平台可用率"))
    assert "全部平台可用率" in {each.name for each in load_library().get("it_ops").indicators}


def test_two_files_of_one_id_and_a_missing_folder_are_refused(tmp_path: Path) -> None:
    shutil.copy(resource_path("indicators", ITS), tmp_path / "a.yaml")
    shutil.copy(resource_path("indicators", ITS), tmp_path / "b.yaml")
    with pytest.raises(CannotDo, match=r"b\.yaml 第 4 行"):
        load_library(tmp_path)
    with pytest.raises(CannotDo, match="没有这个文件夹"):
        load_library(tmp_path / "nowhere")


def test_an_unknown_type_lists_the_known_ones() -> None:
    with pytest.raises(CannotDo, match="training 培训"):
        load_library().get("烹饪")


GUESSES = [
    # name, purpose, type, runner-up
    ("网络安全等级保护测评", "", "it_ops", None),
    ("某某平台建设项目", "软件开发和监理", "it_build", None),
    ("办公楼维修工程", "办公楼外墙和管线修缮", "construction", None),
    ("专用设备购置", "购置检验检测设备", "equipment", None),
    ("某某规划编制", "委托编制规划", "research", None),
    ("办公用房租赁", "支付租金", "rent", None),
    ("困难群众生活补助资金", "", "subsidy_transfer", None),
    ("食品安全监督抽检", "", "inspection", None),
    ("政策宣传和资料印刷", "", "publicity", None),
    ("企业技术改造贴息奖补", "", "enterprise_award", None),
    ("专项经费", "举办论坛和推介会", "meeting_event", None),  # by the purpose alone
    ("招商引资专项活动", "", None, None),  # two types with equal right
    ("工作经费", "日常运转", None, None),  # what every unit has
    ("专项经费", "有关支出", None, None),
    ("设备", "", None, None),  # a weak word alone convinces nobody
    ("", "", None, None),
]


@pytest.mark.parametrize(("name", "purpose", "wanted", "second"), GUESSES)
def test_guesses(name: str, purpose: str, wanted: str | None, second: str | None) -> None:
    guess = guess_type(project_of({"name": name, "purpose": purpose}), load_library())
    assert (guess.type.id if guess else None) == wanted
    if guess and second:
        assert guess.runner_up is not None
        assert guess.runner_up.id == second


def test_a_word_in_the_name_outweighs_the_purpose() -> None:
    guess = guess_type(project_of({"name": "干部轮训", "purpose": "会议和论坛支出"}), load_library())
    assert guess is not None
    assert guess.type.id == "training"
    assert guess.runner_up is not None
    assert guess.runner_up.id == "meeting_event"
    assert [(word.text, word.field, word.strong) for word in guess.words] == [("轮训", "name", True)]


def test_only_a_standard_row_without_value_awaits_one() -> None:
    library, form = load_library(), load_form()
    (standard,) = [each for each in INDICATORS if each.code == "training-01"]
    assert form.indicators.column("target").required
    for description, target, awaits in (
        (standard.description, "", True),
        (standard.description, "4期", False),
        ("另行说明", "", False),
    ):
        rows = (("产出指标", "数量指标", standard.name, description, target),)
        (row,) = project_of({}, rows).indicators
        assert library.awaits_value(row) is awaits
