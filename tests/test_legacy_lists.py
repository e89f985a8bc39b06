"""Lists with one indicator a row, as other systems export them: read exactly or refused with the reason."""

from __future__ import annotations

import csv
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl.cell.cell import MergedCell
from openpyxl.worksheet.worksheet import Worksheet

import xlgoals
from tests.support.legacy import Draw, Rows, only, plain, put, read, save
from tests.test_cli import run
from xlgoals import operations
from xlgoals.errors import CannotDo
from xlgoals.form import load_form
from xlgoals.messages import keys
from xlgoals.model import Sighting, Submission, Unit
from xlgoals.profile import load_profile
from xlgoals.read.columns import load_mapping
from xlgoals.read.legacy import read_legacy

# Lists: one indicator a row.
HEAD = [
    "单位名称",
    "项目名称",
    "预算数(元)",
    "年度目标",
    "一级",
    "二级",
    "三级",
    "指标性质",
    "指标值",
    "度量单位",
    "权重",
    "指标方向性",
]
LIST: Rows = [
    [
        "820001-马踏镇",
        "修路",
        1170000,
        "修好路",
        "产出指标",
        "数量指标",
        "里程",
        "≥",
        90,
        "公里",
        20,
        "正向指标",
    ],
    [
        "820001-马踏镇",
        "修路",
        1170000,
        "修好路",
        "产出指标",
        "质量指标",
        "合格率",
        "＝",
        "100",
        "%",
        20,
        "正向指标",
    ],
    [
        "820001-马踏镇",
        "修路",
        1170000,
        "修好路",
        "效益指标",
        "社会效益指标",
        "出行",
        "定性",
        "明显改善",
        None,
        20,
        "正向指标",
    ],
    ["820001-马踏镇", "植树", 5000, "种树", "产出指标", "数量指标", "株数", "≥", 300, "株", 20, "正向指标"],
]
TARGETS = ["≥90公里", "＝100%", "明显改善", "≥300株"]


def with_head(head: list[str], rows: Rows | None = None, above: Rows | None = None) -> Draw:
    return lambda sheet: put(sheet, [*(above or []), list(head), *(rows or [list(row) for row in LIST])])


def renamed(**names: str) -> list[str]:
    return [names.get(head, head) for head in HEAD]


def merged_list(sheet: Worksheet) -> None:
    rows = [list(row) for row in LIST]
    for row in (1, 2):
        rows[row][:4] = [None] * 4
    rows[1][4] = None
    put(sheet, [list(HEAD), *rows])
    for letter in "ABCD":
        sheet.merge_cells(f"{letter}2:{letter}4")
    sheet.merge_cells("E2:E3")


def two_head_rows(sheet: Worksheet) -> None:
    put(sheet, [[*HEAD[:4], "绩效指标"], [None, None, None, None, *HEAD[4:]], *[list(row) for row in LIST]])
    for letter in "ABCD":
        sheet.merge_cells(f"{letter}1:{letter}2")
    sheet.merge_cells("E1:L1")


def codes_apart(sheet: Worksheet) -> None:
    rows: Rows = [["820001", "马踏镇", *row[1:]] for row in LIST]
    put(sheet, [["单位编码", *HEAD], *rows])


LISTS: list[tuple[str, Draw]] = [
    ("as exported", with_head(HEAD)),
    (
        "long heads",
        with_head(
            renamed(
                一级="一级指标",
                二级="二级指标名称",
                三级="三级指标",
                指标性质="计算符号",
                度量单位="计量单位",
            )
        ),
    ),
    (
        "spaces, stars, brackets",
        with_head(
            renamed(项目名称="* 项目 名称", 三级="三级指标（必填）", 指标值="指标值：", 年度目标="年度\n目标")
        ),
    ),
    ("a title above", with_head(HEAD, above=[["2022年部门预算项目绩效目标申报表"], []])),
    ("money unit above", with_head(renamed(**{"预算数(元)": "预算数"}), above=[["单位：元"]])),
    ("merged downwards", merged_list),
    ("heads on two rows", two_head_rows),
    ("code and name apart", codes_apart),
]


@pytest.mark.parametrize(("name", "draw"), LISTS, ids=[row[0] for row in LISTS])
def test_a_list_is_read_exactly(tmp_path: Path, name: str, draw: Draw) -> None:
    submission = only(save(tmp_path / "清单.xlsx", draw), None)
    assert (submission.unit.code, submission.unit.name) == ("820001", "马踏镇")
    first, second = submission.projects
    assert (first.name, first.budget.amount, first.goals) == ("修路", Decimal(117), "修好路")
    assert (second.name, second.budget.amount, second.goals) == ("植树", Decimal("0.5"), "种树")
    got = [(i.level1, i.level2, i.name, i.target) for _, i in submission.indicators]
    levels = [(row[4], row[5], row[6]) for row in LIST]
    assert got == [(*level, target) for level, target in zip(levels, TARGETS, strict=True)]
    told = {seen.sighting: seen for seen in submission.observations}
    assert (told[Sighting.TARGET_JOINED].value, told[Sighting.TARGET_JOINED].used) == (
        "≥ | 90 | 公里",
        "≥90公里",
    )
    assert Sighting.MONEY_UNIT_OTHER in told
    unread = [seen.used for seen in submission.observations if seen.sighting is Sighting.UNKNOWN_COLUMN]
    assert unread == ["权重", "指标方向性"]
    assert Sighting.NOT_UNDERSTOOD not in told


def test_rows_that_sum_others_are_listed_and_not_read(tmp_path: Path) -> None:
    rows: Rows = [
        ["820-马踏镇部门", None, 1175000],
        *[list(row) for row in LIST],
        ["合计", None, 1175000],
    ]
    submission = only(save(tmp_path / "l.xlsx", with_head(HEAD, rows)), None)
    assert [project.name for project in submission.projects] == ["修路", "植树"]
    sums = [seen for seen in submission.observations if seen.sighting is Sighting.SUBTOTAL_ROW]
    assert [(seen.address.cell, seen.value) for seen in sums] == [
        ("A2", "820-马踏镇部门 1175000"),
        ("A7", "合计 1175000"),
    ]


def test_a_blank_project_belongs_to_the_one_above_and_is_told(tmp_path: Path) -> None:
    rows = [list(row) for row in LIST]
    rows[1][:4] = [None] * 4
    submission = only(save(tmp_path / "l.xlsx", with_head(HEAD, rows)), None)
    assert len(submission.projects[0].indicators) == 3
    (told,) = [seen for seen in submission.observations if seen.sighting is Sighting.PROJECT_FILLED_DOWN]
    assert (told.used, told.address.cell) == ("修路", "E3")


def test_rows_that_contradict_each_other_are_told(tmp_path: Path) -> None:
    rows = [list(row) for row in LIST]
    rows[2][2] = 999
    submission = only(save(tmp_path / "l.xlsx", with_head(HEAD, rows)), None)
    assert submission.projects[0].budget.amount == Decimal(117)
    odd = [seen for seen in submission.observations if seen.sighting is Sighting.NOT_UNDERSTOOD]
    assert [(seen.value, seen.address.cell) for seen in odd] == [("999", "C4")]


def test_several_units_in_one_list(tmp_path: Path) -> None:
    rows = [list(row) for row in LIST]
    rows[3][0] = "820002-另一单位"
    first, second = read(save(tmp_path / "l.xlsx", with_head(HEAD, rows)), None).submissions
    assert (first.unit.code, second.unit.code) == ("820001", "820002")
    assert [len(each.projects) for each in (first, second)] == [1, 1]


def test_a_unit_may_be_a_code_alone_or_a_name_that_is_stated(tmp_path: Path) -> None:
    codes = save(tmp_path / "a.xlsx", with_head(renamed(单位名称="单位编码"), [["820001", *LIST[0][1:]]]))
    assert only(codes, None).unit == Unit(code="820001", name="")
    assert only(codes, Unit(code="820001", name="马踏镇")).unit.name == "马踏镇"
    names = save(tmp_path / "b.xlsx", with_head(HEAD, [["马踏镇", *LIST[0][1:]]]))
    assert only(names, Unit(code="820001", name="马踏镇")).unit.code == "820001"


def test_the_year_of_a_column(tmp_path: Path) -> None:
    path = save(tmp_path / "a.xlsx", with_head([*HEAD, "预算年度"], [[*row, 2024] for row in LIST]))
    (submission,) = read_legacy(path, load_form(), load_profile("tianjin-2022")).submissions
    assert (submission.year, submission.unit.code) == (2024, "820001")


REFUSED_LISTS: list[tuple[str, Draw, Unit | None, str]] = [
    ("a head of two meanings", with_head(renamed(度量单位="单位")), None, "legacy.column_unclear"),
    ("a field twice", with_head(renamed(权重="年度指标值")), None, "legacy.column_twice"),
    (
        "two money units",
        with_head([*HEAD[:3], "财政资金（万元）", *HEAD[4:]]),
        None,
        "legacy.money_units_differ",
    ),
    ("a name without code", with_head(HEAD, [["马踏镇", *LIST[0][1:]]]), None, "legacy.unit_without_code"),
    ("no row", lambda sheet: put(sheet, [list(HEAD)]), None, "legacy.no_project"),
]


@pytest.mark.parametrize(("name", "draw", "unit", "key"), REFUSED_LISTS, ids=[r[0] for r in REFUSED_LISTS])
def test_a_list_that_is_unclear_is_refused(
    tmp_path: Path, name: str, draw: Draw, unit: Unit | None, key: str
) -> None:
    with pytest.raises(CannotDo) as refusal:
        read(save(tmp_path / "l.xlsx", draw), unit)
    assert refusal.value.key == key


def test_a_list_and_a_form_in_one_file_are_refused(tmp_path: Path) -> None:
    with pytest.raises(CannotDo) as refusal:
        read(save(tmp_path / "l.xlsx", with_head(HEAD), plain()))
    assert refusal.value.key == "legacy.mixed"


def test_a_mapping_says_what_a_head_means_and_is_remembered(tmp_path: Path) -> None:
    source = save(tmp_path / "清单.xlsx", with_head(renamed(度量单位="单位", 三级="考核点")))
    said = tmp_path / "读法.yaml"
    said.write_text("单位: measure\n考核点: name\n", encoding="utf-8")
    (first,) = operations.import_published([source], tmp_path / "out", year=2022, columns=said)
    assert [i.target for _, i in operations.load(first.path)[0].indicators] == TARGETS
    assert first.columns_file == tmp_path / "out" / "820001_columns.yaml"
    assert load_mapping(first.columns_file)["单位"] == "measure"
    first.path.unlink()
    (again,) = operations.import_published([source], tmp_path / "out", year=2022)
    assert again.submission.projects == first.submission.projects
    other = save(tmp_path / "别的.xlsx", with_head(renamed(度量单位="单位"), [["820009-别的", *LIST[0][1:]]]))
    with pytest.raises(CannotDo):  # what was said for one unit does not hold for another
        operations.import_published([other], tmp_path / "out", year=2022)


def test_a_wrong_mapping_is_answered_with_the_line(tmp_path: Path) -> None:
    said = tmp_path / "读法.yaml"
    said.write_text("三级: name\n单位: mesure\n", encoding="utf-8")
    with pytest.raises(CannotDo) as refusal:
        load_mapping(said)
    assert (refusal.value.key, refusal.value.details["line"]) == ("yaml.wrong", 2)


def test_the_command_tells_how_each_column_was_read(tmp_path: Path) -> None:
    source = save(tmp_path / "清单.xlsx", with_head(HEAD))
    done = run("import", source, "-o", tmp_path / "out", "--year", 2022)
    assert done.returncode == 0
    lines = done.stderr.splitlines()
    (alike,) = [line for line in lines if "按表头原名读取" in line]
    assert alike.startswith("清单.xlsx：另有 ")
    assert "指标性质" in alike
    assert "清单.xlsx E1：“一级”读作“一级指标”" in lines
    assert "清单.xlsx K1：“权重”没有读取" in lines
    assert any("820001_columns.yaml" in line for line in lines)
    assert any("例如 ≥ | 90 | 公里 合成“≥90公里”" in line for line in lines)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_list_as_text_is_read_as_the_same_list_in_a_workbook(
    tmp_path: Path, encoding: str, delimiter: str
) -> None:
    rows: Rows = [list[object](HEAD), *LIST]
    rows[1] = [*rows[1][:3], '第一条\n第二条，含“引号"与,;', *rows[1][4:]]
    source = save(tmp_path / "清单.xlsx", lambda sheet: put(sheet, rows))
    text = tmp_path / "清单.csv"
    with text.open("w", encoding=encoding, newline="") as stream:
        csv.writer(stream, delimiter=delimiter).writerows(rows)
    (of_book,) = operations.import_published([source], tmp_path / "a", year=2022)
    (of_text,) = operations.import_published([text], tmp_path / "b", year=2022)
    assert of_text.columns == of_book.columns
    assert [told(each.submission) for each in (of_text,)] == [told(of_book.submission)]


def told(submission: Submission) -> object:
    """Values and their cells, without the names of file and sheet."""
    return [
        (
            project.name,
            *(money.amount for money in (project.budget, project.fiscal, project.other)),
            project.goals,
            [
                (row.level1, row.level2, row.name, row.target, row.location.address("target").cell)
                for row in project.indicators
            ],
        )
        for project in submission.projects
    ]


@pytest.mark.parametrize(
    "text", ["", "项目名称,三级指标\n", 'a,b\n"c', "项目名称,一级指标,三级指标,指标值\n" + '"' * 200_001]
)
def test_a_text_that_is_no_list_is_refused_with_a_sentence(tmp_path: Path, text: str) -> None:
    path = tmp_path / "清单.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(CannotDo):
        operations.import_published([path], tmp_path / "out", year=2022)


def test_everything_an_import_may_observe_has_its_sentence() -> None:
    room = Path(xlgoals.__file__).parent / "read"
    names = ("assembly", "official_sheet", "flat_list", "grid", "published", "legacy")
    files = [*(room / f"{name}.py" for name in names), *(room / "declaration").glob("*.py")]
    code = "".join(file.read_text(encoding="utf-8") for file in files)
    used = {each for each in Sighting if f"Sighting.{each.name}" in code}
    assert len(used) > 10
    assert {f"sighting.{each}" for each in used} <= keys()


@settings(deadline=None, max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    layout=st.sampled_from([draw for _, draw in LISTS]),
    places=st.lists(st.tuples(st.integers(1, 9), st.integers(1, 15)), min_size=1, max_size=5, unique=True),
)
def test_no_text_vanishes_wherever_it_stands(
    tmp_path: Path, layout: Draw, places: list[tuple[int, int]]
) -> None:
    """Stray texts in any free cell become a value or are told, or the list is refused."""
    tokens: dict[str, str] = {}

    def strewn(sheet: Worksheet) -> None:
        layout(sheet)
        for number, (row, column) in enumerate(places):
            cell = sheet.cell(row, column)
            if cell.value is None and not isinstance(cell, MergedCell):
                cell.value = f"杂项{number}字"
                tokens[cell.value] = cell.column_letter

    try:
        found = read(save(tmp_path / "l.xlsx", strewn))
    except CannotDo:
        return
    told = "\n".join(f"{seen.value} {seen.used}" for s in found.submissions for seen in s.observations)
    kept = repr([each.projects for each in found.submissions]) + repr(found.columns)
    unread = {
        seen.address.cell.rstrip("0123456789")
        for each in found.submissions
        for seen in each.observations
        if seen.sighting is Sighting.UNKNOWN_COLUMN  # told once for the whole column
    }
    assert [each for each, column in tokens.items() if each not in told + kept and column not in unread] == []
