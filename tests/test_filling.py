"""`fill`: only what is missing is added, nothing that stands is touched, no value is made up."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner
from msgspec.structs import replace

import xlgoals
from tests.support.books import write_submission
from tests.support.examples import findings_in, project_of, submission_of
from tests.support.seed import SEED, seed_submissions
from xlgoals import operations
from xlgoals.catalogue import Example
from xlgoals.cli import cli
from xlgoals.errors import CannotDo
from xlgoals.filling import Basis, Filling, fill
from xlgoals.findings import Severity
from xlgoals.library import LIBRARY_VARIABLE, guess_type, load_library
from xlgoals.model import Indicator, Project, Submission
from xlgoals.profile import Profile, load_profile, profile_names
from xlgoals.resources import resource_path

TIANJIN = load_profile("tianjin-2022")
# Each project of the seed with its type, what else it might be, and the rows that it lacks: reviewed by hand.
QUALITY, QUANTITY = ("产出指标", "质量指标"), ("产出指标", "数量指标")
SATISFACTION = ("满意度指标", "服务对象满意度指标")
REVIEWED: list[tuple[str, str, str | None, list[tuple[int, tuple[str, str], str]]]] = [
    ("信息化运行维护", "it_ops", None, [(10, SATISFACTION, "系统使用人员满意度")]),
    ("办机关日常运行补助专项", "property_ops", None, [(2, QUALITY, "物业服务考核合格率")]),
    ("东西部协作和对口支援工作经费", "pair_support", None, []),
    ("对口支援兵团十一师工作组工作经费", "field_office", "pair_support", []),
    ("对口支援甘肃前方指挥部工作经费", "field_office", "pair_support", [(2, QUALITY, "经费保障到位率")]),
    ("对口支援青海前方指挥部工作经费", "field_office", "pair_support", []),
    ("对口支援西藏前方指挥部工作经费", "field_office", "pair_support", []),
    ("对口支援新疆前方指挥部工作经费", "field_office", "pair_support", []),
    ("国内招商引资专项经费", "investment", None, []),
    ("西部地区人才培训", "training", None, [(1, QUANTITY, "培训班次"), (3, QUALITY, "培训合格率")]),
    ("招商引资专项活动", "meeting_event", "investment", [(3, QUALITY, "参会出勤率")]),
    ("驻上海、广州工作处工作经费", "field_office", None, []),
    ("市合作交流综合服务中心日常运行和离退休双补支出", "personnel_pay", "property_ops", []),
]
NAMES = [row[0] for row in REVIEWED]
CENTRE = NAMES[-1]


@pytest.fixture(autouse=True)
def _no_library_of_ones_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(LIBRARY_VARIABLE, raising=False)


def seed_project(name: str) -> tuple[Submission, Project]:
    (found,) = [(sub, each) for sub in seed_submissions() for each in sub.projects if each.name == name]
    return found


def filled(submission: Submission, profile: Profile = TIANJIN, project: str | None = None) -> Filling:
    return fill(submission, load_library(), profile, project)


def rows_of(project: Project) -> list[tuple[str, ...]]:
    return [(r.level1, r.level2, r.name, r.description, r.target, r.waiver) for r in project.indicators]


def one_project(project: Project) -> Submission:
    base = submission_of(Example(unit={}, project={}, indicators=(), observations=(), found=()))
    return replace(base, projects=(project,))


def test_the_table_names_all_projects_of_the_seed() -> None:
    assert [each.name for sub in seed_submissions() for each in sub.projects] == NAMES


@pytest.mark.parametrize(("name", "type_id", "second", "added"), REVIEWED, ids=NAMES)
def test_type_of_a_seed_project(
    name: str, type_id: str, second: str | None, added: list[tuple[int, tuple[str, str], str]]
) -> None:
    _, project = seed_project(name)
    guess = guess_type(project, load_library())
    assert guess is not None
    assert guess.type.id == type_id
    assert (guess.runner_up.id if guess.runner_up else None) == second
    for word in guess.words:
        assert word.text in getattr(project, word.field)


@pytest.mark.parametrize(("name", "type_id", "second", "added"), REVIEWED, ids=NAMES)
def test_rows_added_to_a_seed_project(
    name: str, type_id: str, second: str | None, added: list[tuple[int, tuple[str, str], str]]
) -> None:
    submission, project = seed_project(name)
    filling = filled(submission, project=name)
    (told,) = filling.projects
    assert (told.basis, told.project, told.unplaced) == (Basis.GUESSED, name, ())
    shown = [
        (row.position, (row.indicator.level1, row.indicator.level2), row.indicator.name) for row in told.added
    ]
    assert shown == added
    (after,) = [each for each in filling.submission.projects if each.name == name]
    for row in told.added:
        assert after.indicators[row.position] is row.indicator
        assert row.standard in load_library().get(type_id).core
        assert (row.indicator.target, row.indicator.waiver, row.hint) == ("", "", row.standard.hint)
        assert row.indicator.description == row.standard.description
    # All that stood there stands there still, in its order; and so does every other project.
    kept = [row for row in after.indicators if all(row is not new.indicator for new in told.added)]
    assert kept == list(project.indicators)
    assert replace(after, indicators=project.indicators) == project
    others = [each for each in filling.submission.projects if each.name != name]
    assert others == [each for each in submission.projects if each.name != name]


@pytest.mark.parametrize("profile", profile_names())
@pytest.mark.parametrize("submission", seed_submissions(), ids=lambda each: each.unit.code)
def test_a_second_time_adds_nothing(submission: Submission, profile: str) -> None:
    rules = load_profile(profile)
    once = filled(submission, rules)
    assert filled(once.submission, rules).added == ()
    # A table in the order of 2015 lacks nothing more when it is looked at by the tree of 2021.
    names = [row.indicator.name for row in filled(submission).added]
    assert [row.indicator.name for row in once.added] == names


@pytest.mark.parametrize("submission", seed_submissions(), ids=lambda each: each.unit.code)
def test_filling_makes_no_new_finding_but_the_values_to_be_stated(submission: Submission) -> None:
    filling = filled(submission)

    def told(each: Submission) -> list[tuple[str, str, str]]:
        return sorted((f.code, f.project, f.value) for f in findings_in(each) if f.code != "IND-15")

    assert told(filling.submission) == told(submission)
    waiting = [f for f in findings_in(filling.submission) if f.code == "IND-15"]
    assert len(waiting) == len(filling.added)
    assert {f.severity for f in waiting} <= {Severity.WARNING}


@pytest.mark.parametrize("submission", seed_submissions(), ids=lambda each: each.unit.code)
def test_through_workbooks_every_cell_stays_and_the_source_too(
    submission: Submission, tmp_path: Path
) -> None:
    source, target, again = (tmp_path / name for name in ("a.xlsx", "b.xlsx", "c.xlsx"))
    write_submission(source, submission)
    before = source.read_bytes()
    filling = xlgoals.fill(source, target)
    assert source.read_bytes() == before
    (old,), (new,) = operations.load(source), operations.load(target)
    added = {(row.project, row.indicator.name) for row in filling.added}
    assert len(added) == len(filling.added)
    for one, other in zip(old.projects, new.projects, strict=True):
        kept = [row for row in rows_of(other) if (other.name, row[2]) not in added]
        assert kept == rows_of(one)
        assert (one.name, one.type, one.budget, one.goals) == (
            other.name,
            other.type,
            other.budget,
            other.goals,
        )
    assert xlgoals.fill(target, again).added == ()
    assert again.read_bytes() == target.read_bytes()
    errors = [
        [f.code for f in operations.validate(each) if f.severity is Severity.ERROR] for each in (old, new)
    ]
    assert errors[0] == errors[1]
    with pytest.raises(CannotDo):
        xlgoals.fill(source, target)
    with pytest.raises(CannotDo):
        xlgoals.fill(source, source)


@pytest.mark.parametrize("profile", profile_names())
@pytest.mark.parametrize("type_id", list(load_library().sets))
def test_an_empty_table_gets_the_whole_core_in_the_order_of_the_tree(type_id: str, profile: str) -> None:
    rules = load_profile(profile)
    submission = one_project(project_of({"type": type_id}, ()))
    filling = filled(submission, rules)
    (told,) = filling.projects
    assert told.basis is Basis.STATED
    assert {row.standard for row in told.added} == set(load_library().get(type_id).core)
    (project,) = filling.submission.projects
    tree = [(level1, level2) for level1, branch in rules.tree.items() for level2 in branch]
    places = [tree.index((row.level1, row.level2)) for row in project.indicators]
    assert places == sorted(places)
    assert filled(filling.submission, rules).added == ()
    codes = {f.code for f in findings_in(filling.submission, rules) if f.severity is Severity.ERROR}
    assert codes == set()
    for row in told.added:
        assert row.proposal == ("≤48.00万元" if row.standard.total else "")


PRESENCE = [
    # a row that stands in the table (training), which core indicators are then not added
    (("产出指标", "数量指标", "培训 人数", "", "≥10人"), {"培训人数"}),
    (("产出指标", "数量指标", "人数（培训）", "", ""), {"培训人数"}),  # the same characters
    (("产出指标", "质量指标", "培训人数", "", ""), {"培训人数"}),  # in another place
    (("产出指标", "数量指标", "培养骨干", "", "30名"), {"培训人数"}),  # by its unit
    (("产出", "数量", "开班", "各期班次合计", "4"), {"培训班次"}),  # by a word of the description
    (("产出指标", "质量指标", "开班", "各期班次合计", "4期"), set()),  # the word under another level 2
    (("产出指标", "时效指标", "保障周期", "", "1年"), {"培训完成时间"}),  # any time is enough
    (("效益指标", "可持续影响指标", "形成机制", "", "长期"), {"学员岗位应用率"}),  # any benefit is enough
    (("", "社会效益指标", "提升素质", "", "提升"), {"学员岗位应用率"}),
    (("满意度指标", "服务对象满意度指标", "正常运转", "", "正常"), set()),  # says nothing of satisfaction
    (("满意度指标", "满意度指标", "", "", "100%"), {"学员满意度"}),
    (("不详", "不详", "不详", "", "100%"), set()),
]


@pytest.mark.parametrize(("row", "present"), PRESENCE, ids=[f"{row[1]}-{row[2]}" for row, _ in PRESENCE])
def test_what_counts_as_present(row: tuple[str, ...], present: set[str]) -> None:
    profile = dataclasses.replace(
        TIANJIN, spellings={**TIANJIN.spellings, "满意度指标": "服务对象满意度指标"}
    )
    filling = filled(
        one_project(project_of({"type": "培训"}, [row])), profile if present == {"学员满意度"} else TIANJIN
    )
    core = {each.name for each in load_library().get("training").core}
    assert core - {each.indicator.name for each in filling.added} == present


PLACES = [
    # level 2 of the rows that stand there, where the new 质量指标 goes
    (["数量指标", "质量指标", "质量指标", "时效指标"], 3),
    (["数量指标", "时效指标"], 1),
    (["时效指标", "成本指标"], 0),
    (["成本指标", "数量指标", "时效指标"], 2),
    (["社会效益指标"], 0),
    (["不详"], 0),
]
PARENTS = {"社会效益指标": "效益指标", "不详": "不详"}


@pytest.mark.parametrize(("level2s", "position"), PLACES)
def test_where_a_row_goes(level2s: list[str], position: int) -> None:
    rows = [(PARENTS.get(each, "产出指标"), each, f"次数{n}", "4期4人", "") for n, each in enumerate(level2s)]
    filling = filled(one_project(project_of({"type": "物业", "name": "物业服务"}, rows)))
    (row,) = [each for each in filling.added if each.indicator.name == "物业服务考核合格率"]
    (project,) = filling.submission.projects
    before = [each for each in project.indicators[: row.position] if each.name.startswith("次数")]
    assert len(before) == position


def test_the_type_asked_for_wins_over_the_stated_one_and_that_over_the_guess() -> None:
    submission = one_project(project_of({"type": "设备购置", "name": "干部轮训"}, ()))
    library = load_library()
    (told,) = fill(submission, library, TIANJIN).projects
    assert (told.basis, told.type and told.type.id) == (Basis.STATED, "equipment")
    (told,) = fill(submission, library, TIANJIN, project_type="rent").projects
    assert (told.basis, told.type and told.type.id) == (Basis.ASKED, "rent")
    unknown = one_project(project_of({"type": "其他类", "name": "干部轮训"}, ()))
    (told,) = fill(unknown, library, TIANJIN).projects
    assert (told.basis, told.type and told.type.id) == (Basis.GUESSED, "training")
    nothing = one_project(project_of({"type": "", "name": "专项", "purpose": "支出"}, ()))
    (told,) = fill(nothing, library, TIANJIN).projects
    assert (told.basis, told.type, told.added) == (Basis.UNKNOWN, None, ())


def test_a_project_that_only_indicator_rows_name_is_left_alone() -> None:
    project = project_of({"declared": "false", "type": "培训"}, ())
    assert filled(one_project(project)).projects == ()


def test_rows_go_to_the_first_project_of_a_name_and_never_to_one_without() -> None:
    first, second, nameless = (project_of({"name": name, "type": "培训"}, ()) for name in ("甲", " 甲", " "))
    submission = replace(one_project(first), projects=(first, second, nameless))
    filling = filled(submission)
    assert [each.project for each in filling.projects] == ["甲"]
    assert filling.submission.projects[1:] == (second, nameless)


def test_a_cost_that_is_stated_leaves_no_proposal() -> None:
    library = load_library()
    (total,) = [each for each in library.get("subsidy_transfer").indicators if each.total]
    own = dataclasses.replace(
        library.get("subsidy_transfer"), indicators=(dataclasses.replace(total, core=True),)
    )
    sets = dataclasses.replace(library, sets={"subsidy_transfer": own})
    rows: list[tuple[str, ...]] = [("产出指标", "成本指标", "人均标准", "", "1000元/人")]
    for given, proposal in ((rows, ""), ([], "≤48.00万元")):
        submission = one_project(project_of({"type": "subsidy_transfer"}, given))
        (row,) = fill(submission, sets, TIANJIN).added
        assert row.proposal == proposal
    blank = one_project(project_of({"type": "subsidy_transfer", "budget": "若干"}, ()))
    assert [row.proposal for row in fill(blank, sets, TIANJIN).added] == [""]


REFUSALS = [
    ({"project": "没有的项目"}, CENTRE),
    ({"project_type": "烹饪", "project": CENTRE}, "training 培训"),
]


@pytest.mark.parametrize(("options", "told"), REFUSALS)
def test_refusals(options: dict[str, str], told: str) -> None:
    _, centre = seed_submissions()
    with pytest.raises(CannotDo, match=told):
        fill(centre, load_library(), TIANJIN, **options)


def test_one_type_is_not_given_to_several_projects_at_once() -> None:
    with pytest.raises(CannotDo, match="--project"):
        fill(seed_submissions()[0], load_library(), TIANJIN, project_type="training")


def test_a_text_with_several_units_is_refused() -> None:
    with pytest.raises(CannotDo, match="2 个单位"):
        operations.fill(SEED)


def run(*words: object, lang: str = "zh") -> tuple[int, str, str]:
    done = CliRunner().invoke(cli, [*map(str, words), "--lang", lang])
    refusal = str(done.exception) if isinstance(done.exception, CannotDo) else ""
    return done.exit_code, done.stdout, refusal or done.stderr


@pytest.fixture
def office_book(tmp_path: Path) -> Path:
    return write_submission(tmp_path / "306101.xlsx", seed_submissions()[0])


def test_a_dry_run_tells_type_reason_and_rows_and_writes_nothing(office_book: Path) -> None:
    code, told, _ = run("fill", office_book, "--dry-run", "-o", office_book.with_name("b.xlsx"))
    assert code == 0
    lines = told.splitlines()
    start = lines.index("项目“西部地区人才培训”：按“培训”补充 2 行")
    assert lines[start + 1 : start + 6] == [
        "    类型按用词判断：项目名称中有“人才、培训”、资金用途中有“人才、培训”。",
        "    + 产出指标 · 数量指标  培训班次  （参考样例：4期）",
        "        年内实际举办的培训班期数，按开班通知统计",
        "    + 产出指标 · 质量指标  培训合格率  （参考样例：≥98%）",
        "        考核合格的学员数占参训学员数的比例，按考核成绩册统计",
    ]
    assert "项目“国内招商引资专项经费”：“招商引资”的核心指标已齐全" in lines
    assert any(line.endswith("其次像“招商引资”；如果判断不对，请用 --type 指明。") for line in lines)
    assert lines[-1] == "试运行，没有写文件。共需补充 6 行。"
    assert list(office_book.parent.iterdir()) == [office_book]


def test_fill_writes_a_new_workbook_with_blank_values(office_book: Path) -> None:
    target = office_book.with_name("b.xlsx")
    code, told, _ = run("fill", office_book, "-o", target, "--project", "西部地区人才培训", "--type", "培训")
    assert code == 0
    assert told.splitlines()[-1].startswith(f"已写入 {target}，补充 2 行。")
    assert "类型由 --type 指定。" in told
    sheet = openpyxl.load_workbook(target)["指标"]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows() if row[4].value == "培训班次"]
    assert [(row[1], row[6]) for row in rows] == [("西部地区人才培训", None)]
    code, told, _ = run("fill", target, "-o", office_book.with_name("c.xlsx"), lang="en")
    assert "4 rows added" in told
    code, _, refusal = run("fill", office_book, "-o", target)
    assert code != 0
    assert "没有覆盖" in refusal


def test_a_folder_of_ones_own_is_needed_for_validation_too(
    office_book: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = office_book.parent / "sets"
    folder.mkdir()
    text = resource_path("indicators", "it_ops.yaml").read_text(encoding="utf-8")
    (folder / "it_ops.yaml").write_text(text.replace("系统使用人员满意度", "系统用户满意度"), "utf-8")
    target = office_book.with_name("b.xlsx")
    _, told, _ = run("fill", office_book, "-o", target, "--library", folder)
    assert f"XLGOALS_LIBRARY={folder}" in told
    (submission,) = operations.load(target)
    (row,) = [each for _, each in submission.indicators if each.name == "系统用户满意度"]
    place = row.location.address("target")
    codes = [each.code for each in operations.validate(submission) if each.address == place]
    assert codes == ["IND-06"]
    monkeypatch.setenv(LIBRARY_VARIABLE, str(folder))
    codes = [each.code for each in operations.validate(submission) if each.address == place]
    assert codes == ["IND-15"]
    _, told, _ = run("fill", office_book, "-o", office_book.with_name("c.xlsx"))
    assert "系统用户满意度" in told
    assert "XLGOALS_LIBRARY=" not in told


def test_what_a_copy_does_not_hold_is_told(office_book: Path) -> None:
    workbook = openpyxl.load_workbook(office_book)
    workbook["指标"]["G5"] = "=1+1"
    workbook.create_sheet("便条")["A1"] = "请看"
    workbook.save(office_book)
    _, told, aside = run("fill", office_book, "-o", office_book.with_name("b.xlsx"))
    assert "已写入" in told
    assert aside.startswith("以下内容没有原样带入新文件，请核对：")
    assert "指标!G5" in aside
    assert "便条" in aside


def test_fill_asks_for_a_place_to_write_to(office_book: Path) -> None:
    code, _, told = run("fill", office_book)
    assert code == 2
    assert "--dry-run" in told


def test_types_lists_sets_and_shows_one(tmp_path: Path) -> None:
    code, told, _ = run("types")
    assert code == 0
    assert len(told.splitlines()) == 17
    assert "training           培训  标准指标 13 项，其中核心 7 项" in told
    _, told, _ = run("types", "设备购置", "--profile", "cn-2021")
    assert "* equipment-07  成本指标 · 经济成本指标  购置总成本  （参考样例：≤200万元）" in told
    assert "来源：文字为本项目自行拟定" in told
    text = resource_path("indicators", "rent.yaml").read_text(encoding="utf-8")
    (tmp_path / "own.yaml").write_text(
        text.replace("id: rent", "id: own").replace("租期", "起租时长"), "utf-8"
    )
    _, told, _ = run("types", "own", "--library", tmp_path, lang="en")
    assert "起租时长" in told
    _, _, refusal = run("types", "own")
    assert "own" in refusal


def test_an_added_row_has_an_address_and_no_value() -> None:
    (row,) = filled(seed_submissions()[0], project="信息化运行维护").added
    assert isinstance(row.indicator, Indicator)
    assert row.indicator.location.address("target").file
