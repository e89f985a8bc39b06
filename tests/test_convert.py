"""`convert`: only names of levels change, what is not certain is listed, nothing is lost there and back."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

import xlgoals
from tests.support.books import write_submission
from tests.support.examples import CLEAN_ROWS, project_of, submission_of
from tests.support.seed import SEED, seed_submissions
from xlgoals.catalogue import Example
from xlgoals.converting import Conversion, Need, convert, counterparts
from xlgoals.errors import CannotDo
from xlgoals.model import Project, Submission
from xlgoals.profile import load_profile, profile_names

CLEAN = submission_of(Example(unit={}, project={}, indicators=(), observations=(), found=()))
TEXTS = ("name", "description", "target", "waiver")


def _of_rows(rows: Sequence[Sequence[str]], profile: str) -> Submission:
    return replace(CLEAN, profile=profile, projects=(project_of({}, rows),))


def _converted(submission: Submission, profile: str) -> Conversion:
    return convert(submission, load_profile(submission.profile), load_profile(profile))


# from | to | level 1 | level 2 | level 1 and 2 afterwards, or what a person is told
ROWS = """
cn-2015      | cn-2021      | 产出指标     | 成本指标       | 成本指标/经济成本指标
cn-2021      | cn-2015      | 成本指标     | 经济成本指标   | 产出指标/成本指标
cn-2021      | sichuan-2023 | 成本指标     | 经济成本指标   | 产出指标/经济成本指标
sichuan-2023 | cn-2021      | 产出指标     | 经济成本指标   | 成本指标/经济成本指标
sichuan-2023 | tianjin-2022 | 产出指标     | 经济成本指标   | 产出指标/成本指标
cn-2015      | tianjin-2022 | 产出指标     | 成本指标       | 产出指标/成本指标
cn-2015      | cn-2021      | 产出         | 成本           | 成本指标/经济成本指标
cn-2015      | cn-2021      | 效果指标     | 环境效益指标   | 效果指标/环境效益指标
sichuan-2023 | cn-2015      | 项目完成指标 | 质量           | 项目完成指标/质量
cn-2015      | cn-2021      | 效益指标     | 可持续影响指标 | no_counterpart
cn-2021      | cn-2015      | 成本指标     | 社会成本指标   | no_counterpart
cn-2021      | sichuan-2023 | 成本指标     | 生态环境成本指标 | no_counterpart
cn-2015      | cn-2021      | 成本指标     | 经济成本指标   | 成本指标/经济成本指标
cn-2015      | cn-2021      | 投入指标     | 数量指标       | not_in_tree
cn-2015      | cn-2021      |              | 数量指标       | not_in_tree
cn-2015      | cn-2021      | 效益指标     | 数量指标       | not_in_tree
"""


@pytest.mark.parametrize(
    ("source", "target", "level1", "level2", "after"),
    [[part.strip() for part in line.split("|")] for line in ROWS.strip().splitlines()],
)
def test_a_row_goes_where_the_other_tree_has_its_one_place(
    source: str, target: str, level1: str, level2: str, after: str
) -> None:
    done = _converted(_of_rows([(level1, level2, *CLEAN_ROWS[0][2:])], source), target)
    (row,) = done.submission.projects[0].indicators
    told = [each for each in done.pending if each.name]
    if "/" in after:
        assert (f"{row.level1}/{row.level2}", told) == (after, [])
    else:
        assert (row.level1, row.level2) == (level1, level2)
        (pending,) = told
        assert (pending.need.value, pending.cell.address) == (after, row.location.address("level2"))
    assert done.submission.profile == target
    moved = [(each.edit.field, each.edit.old, each.edit.new) for each in done.moved]
    wanted = [("level1", level1, row.level1), ("level2", level2, row.level2)]
    assert moved == [change for change in wanted if change[1] != change[2]]


def test_several_places_are_listed_and_none_is_taken(tmp_path: Path) -> None:
    text = (Path(__file__).parent.parent / "templates/profiles/cn-2021.yaml").read_text(encoding="utf-8")
    path = tmp_path / "mine.yaml"
    path.write_text(
        text.replace("cost: [经济成本指标]", "cost: [经济成本指标, 社会成本指标]"), encoding="utf-8"
    )
    done = convert(
        _of_rows([("产出指标", "成本指标", *CLEAN_ROWS[4][2:])], "cn-2015"),
        load_profile("cn-2015"),
        load_profile(path),
    )
    (pending,) = done.pending
    assert pending.need is Need.SEVERAL
    assert pending.details["places"] == "成本指标/经济成本指标; 成本指标/社会成本指标"
    assert done.moved == ()


def test_what_the_other_form_does_not_offer_is_listed() -> None:
    rows = [(*CLEAN_ROWS[0][:4], target) for target in ("≥4期", ">4期", "约4期", "4期", "4—6期", "及时发放")]
    done = _converted(_of_rows(rows, "cn-2015"), "sichuan-2023")
    told = [(each.need, each.cell.old, each.details) for each in done.pending]
    offered = {"offered": "= ≤ ≥"}
    assert told == [
        (Need.MONEY_UNIT, "48.00", {"unit": "元", "amount": "480,000.00"}),
        (Need.WEIGHTS, "处级干部能力提升培训", {"sums": "90 / 100", "rows": "6"}),
        (Need.OPERATOR, ">4期", {"sign": ">", **offered}),
        (Need.OPERATOR, "约4期", {"sign": "≈", **offered}),
        (Need.OPERATOR, "4—6期", {"sign": "—", **offered}),
    ]
    assert [each.name for each in done.submission.projects[0].indicators] == [rows[0][2]] * 6


BRANCHES = {
    name: [(one, two) for one, branch in load_profile(name).tree.items() for two in branch]
    for name in profile_names()
}
TEXT = st.text(max_size=12)


@st.composite
def tables(draw: st.DrawFn) -> Submission:
    """Rows of any text under branches of the tree, spelled as in it, or under levels of nobody's tree."""
    profile = draw(st.sampled_from(profile_names()))
    branches = st.sampled_from(BRANCHES[profile]) | st.tuples(TEXT, TEXT)
    rows = [(*draw(branches), *(draw(TEXT) for _ in TEXTS)) for _ in range(draw(st.integers(0, 6)))]
    fields = {name: draw(TEXT) for name in ("name", "purpose", "goals", "budget")}
    return replace(CLEAN, profile=profile, projects=(project_of(fields, rows), project_of({}, CLEAN_ROWS)))


@given(table=tables(), profile=st.sampled_from(profile_names()))
def test_no_value_is_lost_there_and_back(table: Submission, profile: str) -> None:
    there = _converted(table, profile)
    back = _converted(there.submission, table.profile)
    for before, after in ((table, there.submission), (table, back.submission)):
        assert [_without_levels(each) for each in before.projects] == [
            _without_levels(each) for each in after.projects
        ]
    one_to_one = _one_to_one(table.profile, profile)
    for (_, before_row), (_, after_row) in zip(table.indicators, back.submission.indicators, strict=True):
        branch = (before_row.level1, before_row.level2)
        if branch in one_to_one:
            assert after_row == before_row
        elif branch not in BRANCHES[table.profile] and branch not in BRANCHES[profile]:
            assert (after_row.level1, after_row.level2) == branch
    if all((row.level1, row.level2) in one_to_one for _, row in table.indicators):
        assert back.submission == table
        assert not [each for each in there.pending if each.need in (Need.NO_COUNTERPART, Need.SEVERAL)]
    # Each row was put under the other tree or is listed; none is passed over.
    target = load_profile(profile)
    listed = {each.cell.address for each in there.pending}
    for _, row in there.submission.indicators:
        assert target.allows(row.level1, row.level2) or row.location.address("level2") in listed


def _without_levels(project: Project) -> Project:
    rows = [replace(row, level1="", level2="") for row in project.indicators]
    return replace(project, indicators=tuple(rows))


def _one_to_one(source: str, target: str) -> set[tuple[str, str]]:
    there = counterparts(load_profile(source), load_profile(target))
    back = counterparts(load_profile(target), load_profile(source))
    return {branch for branch, places in there.items() if len(places) == 1 and back[places[0]] == (branch,)}


@pytest.mark.parametrize("target", profile_names())
@pytest.mark.parametrize("source", profile_names())
def test_which_branches_have_no_way_back(source: str, target: str) -> None:
    lost = {
        ("cn-2015", "cn-2021"): {"可持续影响指标"},
        ("tianjin-2022", "cn-2021"): {"可持续影响指标"},
        ("sichuan-2023", "cn-2021"): {"可持续影响指标"},
        ("cn-2021", "cn-2015"): {"社会成本指标", "生态环境成本指标"},
        ("cn-2021", "tianjin-2022"): {"社会成本指标", "生态环境成本指标"},
        ("cn-2021", "sichuan-2023"): {"社会成本指标", "生态环境成本指标"},
    }
    missing = set(BRANCHES[source]) - _one_to_one(source, target)
    assert {level2 for _, level2 in missing} == lost.get((source, target), set())


@pytest.mark.parametrize("profile", profile_names())
def test_the_published_tables_come_back_as_they_were(profile: str) -> None:
    for submission in seed_submissions():
        there = _converted(submission, profile)
        assert _converted(there.submission, submission.profile).submission == submission
        missing = {each.cell.old for each in there.pending if each.need is Need.NO_COUNTERPART}
        assert missing == ({"可持续影响指标"} if profile == "cn-2021" else set())


@pytest.fixture(scope="module")
def workbook(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("unit") / "306101_2022_绩效目标.xlsx"
    return write_submission(path, seed_submissions()[0])


def test_a_workbook_is_converted_into_a_new_one(workbook: Path, tmp_path: Path) -> None:
    before = workbook.read_bytes()
    there, back = tmp_path / "there.xlsx", tmp_path / "back.xlsx"
    done = xlgoals.convert(workbook, there, profile="cn-2021")
    assert len(done.moved) == 26  # level 1 and level 2 of 13 cost rows
    assert [each.cell.old for each in done.pending] == ["可持续影响指标"] * 4
    (converted,) = xlgoals.load(there)
    assert converted.profile == "cn-2021"
    assert {(r.level1, r.level2) for _, r in converted.indicators if "成本" in r.level2} == {
        ("成本指标", "经济成本指标")
    }
    assert {each.code for each in xlgoals.validate(converted) if each.severity == "error"} <= {
        "IND-08",
        "LVL-01",
    }
    xlgoals.convert(there, back, profile="tianjin-2022")
    assert (
        xlgoals.submission_to_json(xlgoals.load(back)[0])["projects"]
        == (xlgoals.submission_to_json(xlgoals.load(workbook)[0])["projects"])
    )
    assert workbook.read_bytes() == before
    with pytest.raises(CannotDo) as refusal:
        xlgoals.convert(workbook, there, profile="cn-2021")
    assert refusal.value.key == "output.exists"


def test_what_cannot_be_converted_is_said(workbook: Path, tmp_path: Path) -> None:
    for words, key in (
        ({"profile": "beijing"}, "profile.unknown"),
        ({"profile": "cn-2021"}, "convert.several_units"),
    ):
        with pytest.raises(CannotDo) as refusal:
            xlgoals.convert(SEED, tmp_path / "new.xlsx", **words)
        assert refusal.value.key == key
    assert not (tmp_path / "new.xlsx").exists()


def run(*words: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "xlgoals", "convert", *map(str, words), "--lang", "zh"]
    return subprocess.run(command, capture_output=True, encoding="utf-8", check=False)


def test_the_command_lists_every_cell(workbook: Path, tmp_path: Path) -> None:
    dry = run(workbook, "--profile", "cn-2021", "--dry-run")
    assert (dry.returncode, dry.stderr) == (1, "")
    lines = dry.stdout.splitlines()
    assert lines[0] == "口径：天津市市级部门（2022） → 财预〔2021〕101号（成本单列一级）"
    assert "    指标!C10  信息化运行维护 · 运维项目经费  “产出指标” → “成本指标”" in lines
    assert sum("没有对应的层级" in line for line in lines) == 4
    assert lines[-1] == "试运行，没有写文件。共需改 26 个单元格。"
    new = tmp_path / "新.xlsx"
    done = run(workbook, "--profile", "cn-2015", "-o", new)
    assert (done.returncode, new.is_file()) == (0, True)
    assert done.stdout.splitlines()[-1] == f"已写入 {new}，改了 0 个单元格。原文件没有改动。"
    assert run(workbook, "--profile", "cn-2015").returncode == 2
