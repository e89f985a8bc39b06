"""The local rules that are shipped: trees, spellings, units of money, operators, weights."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from msgspec.structs import replace

from tests.support.examples import CLEAN_ROWS, findings_in, project_of, submission_of
from xlgoals.catalogue import Example, rule_pages
from xlgoals.errors import CannotDo
from xlgoals.findings import Severity
from xlgoals.messages import Language
from xlgoals.model import Comparator, Submission
from xlgoals.profile import Profile, Role, load_profile, profile_names
from xlgoals.resources import resource_path

PROFILES = [load_profile(name) for name in profile_names()]
CLEAN = submission_of(Example(unit={}, project={}, indicators=(), observations=(), found=()))


def by_id(profile: Profile) -> str:
    return profile.id


def test_these_are_shipped() -> None:
    assert profile_names() == ("cn-2015", "cn-2021", "sichuan-2023", "tianjin-2022")


# profile | level 1 | level 2 | what its tree calls them, or - where it is no branch
BRANCHES = """
cn-2015      | 产出指标     | 成本指标                   | 产出指标/成本指标
cn-2015      | 成本指标     | 经济成本指标               | -
cn-2021      | 成本指标     | 经济成本指标               | 成本指标/经济成本指标
cn-2021      | 成本         | 经济成本                   | 成本指标/经济成本指标
cn-2021      | 产出指标     | 成本指标                   | -
cn-2021      | 效益指标     | 可持续影响指标             | -
tianjin-2022 | 效果指标     | 环境效益                   | 效益指标/生态效益指标
tianjin-2022 | 满意度       | 社会公众或服务对象满意度   | 满意度指标/服务对象满意度指标
tianjin-2022 | 满意度指标   | 社会公众满意度指标         | 满意度指标/服务对象满意度指标
tianjin-2022 | 项目完成指标 | 数量指标                   | 产出指标/数量指标
tianjin-2022 | 投入指标     | 数量指标                   | -
sichuan-2023 | 产出指标     | 经济成本指标               | 产出指标/经济成本指标
sichuan-2023 | 项目完成指标 | 质量                       | 产出指标/质量指标
sichuan-2023 | 项目效益     | 社会效益                   | 效益指标/社会效益指标
sichuan-2023 | 产出指标     | 成本指标                   | -
"""


@pytest.mark.parametrize(
    ("name", "level1", "level2", "branch"),
    [[part.strip() for part in line.split("|")] for line in BRANCHES.strip().splitlines()],
)
def test_a_branch_is_known_by_its_spellings(name: str, level1: str, level2: str, branch: str) -> None:
    profile = load_profile(name)
    assert profile.allows(level1, level2) == (branch != "-")
    if branch != "-":
        assert f"{profile.level(level1)}/{profile.level(level2)}" == branch


@pytest.mark.parametrize("profile", PROFILES, ids=by_id)
def test_every_level_is_known_by_its_name_and_without_its_suffix(profile: Profile) -> None:
    for level1, branch in profile.tree.items():
        for level2 in branch:
            assert profile.allows(level1, level2)
            assert profile.level(level2) == profile.level(level2.removesuffix("指标")) == level2


@pytest.mark.parametrize("profile", PROFILES, ids=by_id)
def test_all_profiles_know_the_same_synonyms(profile: Profile) -> None:
    for written, meant in (
        ("效果指标", "效益指标"),
        ("环境效益指标", "生态效益指标"),
        ("满意度", "满意度指标"),
        ("社会公众或服务对象满意度指标", "服务对象满意度指标"),
        ("社会公众满意度", "服务对象满意度指标"),
        ("项目完成指标", "产出指标"),
        ("项目效益指标", "效益指标"),
    ):
        assert profile.level(written) == meant


@pytest.mark.parametrize("profile", PROFILES, ids=by_id)
def test_a_profile_is_complete(profile: Profile) -> None:
    assert all(profile.roles[role] for role in Role)
    assert profile.basis
    assert set(profile.title) == {each.value for each in Language}
    assert set(profile.severities) <= set(rule_pages())
    assert profile.money_unit == "万元"
    assert set(profile.required_level2) <= {each for branch in profile.tree.values() for each in branch}


def test_what_is_known_of_weights_operators_and_money() -> None:
    sichuan, central = load_profile("sichuan-2023"), load_profile("cn-2015")
    assert sichuan.operators == {Comparator.AT_LEAST, Comparator.EQUAL, Comparator.AT_MOST}
    assert sichuan.local_money_unit == "元"
    assert sichuan.weights is not None
    assert (sichuan.weights.declared, sichuan.weights.sums, sichuan.weights.levels) == (True, (90, 100), {})
    assert (central.operators, central.local_money_unit) == (frozenset(), "万元")
    assert central.weights is not None
    assert (central.weights.declared, sum(central.weights.levels.values())) == (False, 90)


def _with_costs(level1: str, level2: str, project: Mapping[str, str] | None = None) -> Submission:
    rows = [*CLEAN_ROWS]
    rows[4] = (level1, level2, *CLEAN_ROWS[4][2:])
    rows[5] = (level1, level2, *CLEAN_ROWS[5][2:])
    rows[7] = ("效益指标", "经济效益指标", *CLEAN_ROWS[7][2:])  # 可持续影响指标: not every tree has it
    return replace(CLEAN, projects=(project_of(project or {}, rows),))


def test_a_tree_that_is_not_fully_known_only_warns() -> None:
    foreign = _with_costs("产出指标", "成本指标")
    found = {
        name: {each.severity for each in findings_in(foreign, load_profile(name)) if each.code == "LVL-01"}
        for name in ("sichuan-2023", "cn-2021", "cn-2015")
    }
    assert found == {"sichuan-2023": {Severity.WARNING}, "cn-2021": {Severity.ERROR}, "cn-2015": set()}


def test_cost_is_reconciled_under_every_tree() -> None:
    """The budget of the clean table is its two cost rows, whatever the place calls their level."""
    for name, level1, level2 in (
        ("cn-2015", "产出指标", "成本指标"),
        ("cn-2021", "成本指标", "经济成本指标"),
        ("sichuan-2023", "产出指标", "经济成本指标"),
    ):
        profile = load_profile(name)
        assert codes(_with_costs(level1, level2), profile) == set(), name
        short = _with_costs(level1, level2, {"budget": "58.00", "fiscal": "58.00"})
        assert codes(short, profile) == {"BUD-05"}, name


def codes(submission: Submission, profile: Profile) -> set[str]:
    """What is found beside the order of rows: some trees have cost first."""
    return {each.code for each in findings_in(submission, profile)} - {"STR-08"}


MISTAKES = [
    # what is changed in sichuan-2023, what the sentence must tell
    ("\nmoney_unit: 万元", "\nmoney_unit: 元", ["money_unit", "“元”", "万元"]),
    ("local_money_unit: 元", "local_money_unit: 角", ["local_money_unit", "“角”", "亿元"]),
    ('operators: [≥, "=", ≤]', "operators: [≥, 不少于]", ["operators", "不少于", "≥"]),
    ("sums: [90, 100]", "sums: [九十]", ["weights.sums", "九十", "[90, 100]"]),
    ("levels: {}", "levels: {产出: 50}", ["weights.levels", "产出", "产出指标"]),
    ("levels: {}", "levels: {产出指标: 50}", ["weights.levels", "50", "90 | 100"]),
    ("declared: true", "declared: yes", ["weights.declared", "yes", "true | false"]),
]


@pytest.mark.parametrize(("old", "new", "told"), MISTAKES, ids=[row[1] for row in MISTAKES])
def test_a_mistake_is_pointed_at(tmp_path: Path, old: str, new: str, told: list[str]) -> None:
    text = resource_path("profiles", "sichuan-2023.yaml").read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / "mine.yaml"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(CannotDo) as refusal:
        load_profile(path)
    sentence = refusal.value.sentence(Language.ZH)
    assert [part for part in told if part not in sentence] == [], sentence
