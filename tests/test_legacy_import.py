"""Official forms made by hand in many layouts, each read exactly or refused with the reason."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl.cell.cell import MergedCell
from openpyxl.worksheet.worksheet import Worksheet

from tests.support.books import write_submission
from tests.support.legacy import (
    GOALS,
    NAME,
    PURPOSE,
    ROWS,
    UNIT,
    Draw,
    Rows,
    form_rows,
    kept_and_told,
    only,
    plain,
    put,
    read,
    save,
)
from tests.support.seed import seed_submissions
from xlgoals import operations
from xlgoals.errors import CannotDo
from xlgoals.form import load_form
from xlgoals.messages import Language
from xlgoals.model import Project, Sighting, Unit
from xlgoals.profile import load_profile
from xlgoals.read.legacy import read_legacy


def merged(sheet: Worksheet) -> None:
    put(sheet, form_rows())
    for area in ("A1:G1", "A2:E2", "B3:G3", "A4:A5", "B5:G5", "B6:G6", "A8:A10"):
        sheet.merge_cells(area)
    for row in range(7, 13):
        sheet.merge_cells(start_row=row, end_row=row, start_column=3, end_column=4)
        sheet.merge_cells(start_row=row, end_row=row, start_column=5, end_column=6)


def moved(sheet: Worksheet) -> None:
    put(sheet, form_rows(), top=4, left=3)


def narrow(sheet: Worksheet) -> None:
    """Five columns without gaps; the amounts one below the other."""
    rows: Rows = [["306101某某局"], ["单位：万元"], ["项目名称", NAME]]
    rows += [["预算数", 10], ["其中：财政资金", 9.5], ["其他资金", 0.5], ["资金用途", PURPOSE]]
    rows += [["绩效目标", GOALS], list(load_form().official.heads.values())]
    rows += [list(row) for row in ROWS]
    put(sheet, rows)


def extra_columns(sheet: Worksheet) -> None:
    rows = form_rows()
    rows[6] = ["序号", *rows[6], "权重", "备注"]
    for number, row in enumerate(rows[7:], start=1):
        row[:] = [number, *row, 20, f"说明{number}"]
    for row in rows[:6]:
        row.insert(0, None)
    put(sheet, rows)


def split_labels(sheet: Worksheet) -> None:
    rows = form_rows()
    rows[2] = ["项目", "名称", NAME]
    rows[3] = ["预算规模", "预算数", 10, "其中：", "财政资金", 9.5, "其他资金", 0.5]
    rows[4] = ["及资金用途", PURPOSE]
    put(sheet, rows)


def amounts_below(sheet: Worksheet) -> None:
    rows = form_rows()
    rows[3:4] = [["预算规模及资金用途", "预算数", "其中：财政资金", "其他资金"], [None, 10, 9.5, 0.5]]
    put(sheet, rows)


def inline(sheet: Worksheet) -> None:
    rows = form_rows()
    rows[2] = [f"项目名称：{NAME}"]
    rows[3] = ["预算数：10", None, "其中：财政资金：9.5", None, "其他资金：0.5"]
    put(sheet, rows)


def one_line_above(sheet: Worksheet) -> None:
    rows = form_rows()
    rows[1] = ["填报单位：306101 某某局        金额单位：万元"]
    put(sheet, rows)


def lines_in_other_places(sheet: Worksheet) -> None:
    rows = form_rows(unit="", money="")
    rows.insert(2, ["单位编码", "306101", "单位名称", "某某局"])
    rows.insert(3, [None, None, None, None, None, "（单位：万元）"])
    put(sheet, rows)


def lines_below(sheet: Worksheet) -> None:
    put(sheet, [*form_rows(unit="", money=""), ["306101某某局", None, "单位：万元"]])


def goals_on_rows(sheet: Worksheet) -> None:
    rows = form_rows()
    first, second = GOALS.split("\n")
    rows[5:6] = [["绩效目标", first], [None, second]]
    put(sheet, rows)
    sheet.merge_cells("A6:A7")


def side_label(sheet: Worksheet) -> None:
    """绩效指标 merged down the left side of the whole table of indicators."""
    rows = form_rows()
    for row in rows[6:]:
        row.insert(0, None)
    rows[6][0] = "绩\n效\n指\n标"
    put(sheet, rows)
    sheet.merge_cells("A7:A12")


def heads_again(sheet: Worksheet) -> None:
    """Pages put together by hand: the head row stands twice."""
    rows = form_rows()
    rows.insert(9, list(rows[6]))
    put(sheet, rows)


def signature(sheet: Worksheet) -> None:
    put(sheet, [*form_rows(), ["填表人：张三", None, None, None, "联系电话：022"]])


def texts_and_numbers(sheet: Worksheet) -> None:
    put(sheet, form_rows(amounts=("10.00", "９.5", 0.5)))
    sheet["G11"] = 0.95
    sheet["G11"].number_format = "0%"


def level2_merged(sheet: Worksheet) -> None:
    rows = form_rows()
    rows[8][1] = None
    put(sheet, rows)
    sheet.merge_cells("A8:A10")
    sheet.merge_cells("B8:B9")


MISSING_UNIT = {Sighting.UNIT_LINE_MISSING}
MISSING_MONEY = {Sighting.MONEY_UNIT_LINE_MISSING}
STRAY = {Sighting.NOT_UNDERSTOOD}
# layout, how it is drawn, what is observed beyond the filled-down levels, what finds no field
LAYOUTS: list[tuple[str, Draw, set[Sighting], list[str]]] = [
    ("as published", plain(), set(), []),
    ("levels in every row", plain(filled=True), set(), []),
    ("merged as published", merged, set(), []),
    ("level 2 merged, too", level2_merged, set(), []),
    ("not at the corner", moved, set(), []),
    (
        "spaces in labels",
        plain(
            labels={
                "name": "项 目\n名 称",
                "budget": " 预算数 ",
                "fiscal": "其中：财政    资金",
                "goals": "绩 效 目 标",
            }
        ),
        set(),
        [],
    ),
    ("colons after labels", plain(labels={"name": "项目名称：", "budget": "预算数:"}), set(), []),
    (
        "other words for labels",
        plain(labels={"budget": "资金总额", "fiscal": "财政拨款", "goals": "年度目标"}),
        set(),
        [],
    ),
    ("declaration form", plain(title="项目支出绩效目标申报表（2022年度）"), set(), []),
    ("no title", plain(title=""), {Sighting.TITLE_LINE_MISSING}, []),
    ("no unit line", plain(unit=""), MISSING_UNIT, []),
    ("no money unit", plain(money=""), MISSING_MONEY, []),
    (
        "no line at all",
        plain(title="", unit="", money=""),
        {Sighting.TITLE_LINE_MISSING} | MISSING_UNIT | MISSING_MONEY,
        [],
    ),
    ("yuan", plain(money="单位：元", amounts=(100000, 95000, 5000)), {Sighting.MONEY_UNIT_OTHER}, []),
    (
        "yuan in the label",
        plain(money="", labels={"budget": "预算数（元）"}, amounts=("100,000.00", 95000, 5000)),
        {Sighting.MONEY_UNIT_OTHER},
        [],
    ),
    ("five columns", narrow, {Sighting.TITLE_LINE_MISSING}, []),
    ("serial number, weight, remark", extra_columns, STRAY, ["权重", *["20"] * 5]),
    ("labels split over cells", split_labels, set(), []),
    ("amounts below their labels", amounts_below, set(), []),
    ("label and value in one cell", inline, set(), []),
    ("unit and money unit in one cell", one_line_above, set(), []),
    ("lines between the rows", lines_in_other_places, set(), []),
    ("lines below the table", lines_below, set(), []),
    ("goals on rows of their own", goals_on_rows, set(), []),
    ("a label beside the indicators", side_label, set(), []),
    ("the head row twice", heads_again, set(), []),
    ("a signature below", signature, STRAY, ["填表人：张三", "联系电话：022"]),
    ("texts for amounts, a percentage for a text", texts_and_numbers, set(), []),
]


def values(project: Project) -> object:
    amounts = (project.budget.amount, project.fiscal.amount, project.other.amount)
    rows = [(i.level1, i.level2, i.name, i.description, i.target) for i in project.indicators]
    return (project.name, *amounts, project.purpose, project.goals, rows)


EXPECTED = (NAME, Decimal(10), Decimal("9.5"), Decimal("0.5"), PURPOSE, GOALS, ROWS)


@pytest.mark.parametrize(("name", "draw", "sightings", "stray"), LAYOUTS, ids=[row[0] for row in LAYOUTS])
def test_a_form_made_by_hand_is_read_exactly(
    tmp_path: Path, name: str, draw: Draw, sightings: set[Sighting], stray: list[str]
) -> None:
    submission = only(save(tmp_path / "旧表.xlsx", draw))
    assert [values(project) for project in submission.projects] == [EXPECTED]
    assert submission.unit == UNIT
    seen = {each.sighting for each in submission.observations}
    assert seen - {Sighting.LEVEL_FILLED_DOWN} == sightings
    assert [e.value for e in submission.observations if e.sighting is Sighting.NOT_UNDERSTOOD] == stray


@pytest.mark.parametrize(("name", "draw", "sightings", "stray"), LAYOUTS, ids=[row[0] for row in LAYOUTS])
def test_every_value_of_a_form_has_its_cell(
    tmp_path: Path, name: str, draw: Draw, sightings: set[Sighting], stray: list[str]
) -> None:
    path = save(tmp_path / "旧表.xlsx", draw)
    sheet = openpyxl.load_workbook(path)["表1"]
    for _, indicator in only(path).indicators:
        for field in ("name", "description", "target"):
            shown = sheet[indicator.location.address(field).cell].value
            assert shown == getattr(indicator, field) or (shown, indicator.target) == (0.95, "95%")


def test_forms_below_each_other_and_on_further_sheets(tmp_path: Path) -> None:
    def two(sheet: Worksheet) -> None:
        put(sheet, form_rows())
        put(sheet, form_rows(name="第二个", unit="", money="单位：元", amounts=(30000, 30000, None)), top=15)
        put(sheet, form_rows(name="第三个", title="", unit="", money=""), top=29)

    read_all = read(save(tmp_path / "f.xlsx", two, plain(name="第四个", unit="306201某某中心")), None)
    first, second = read_all.submissions
    assert [(p.name, p.budget.amount, len(p.indicators)) for p in first.projects] == [
        (NAME, Decimal(10), 5),
        ("第二个", Decimal(3), 5),
        ("第三个", Decimal("0.001"), 5),  # in yuan, as the table before
    ]
    assert (second.unit.code, [p.name for p in second.projects]) == ("306201", ["第四个"])
    assert first.projects[2].location.address("budget").cell == "C30"
    told = Counter(seen.sighting for seen in first.observations)
    assert (told[Sighting.UNIT_LINE_MISSING], told[Sighting.MONEY_UNIT_OTHER]) == (2, 2)


def test_other_sheets_hidden_texts_and_formulas_are_told(tmp_path: Path) -> None:
    def odd(sheet: Worksheet) -> None:
        put(sheet, form_rows())
        sheet["C4"] = "=5+5"
        sheet["E4"] = "#REF!"
        sheet.row_dimensions[9].hidden = True

    def notes(sheet: Worksheet) -> None:
        sheet["A1"] = "填表说明"

    submission = only(save(tmp_path / "f.xlsx", odd, notes))
    (project,) = submission.projects
    assert (project.budget.raw, project.budget.is_readable) == ("=", False)
    assert (project.fiscal.raw, project.fiscal.amount) == ("#REF!", None)
    told = {(seen.sighting, seen.address.sheet, seen.address.cell) for seen in submission.observations}
    assert {
        (Sighting.FORMULA_WITHOUT_VALUE, "表1", "C4"),
        (Sighting.ERROR_VALUE, "表1", "E4"),
        (Sighting.HIDDEN_WITH_DATA, "表1", "G9"),
        (Sighting.UNKNOWN_SHEET, "表2", "A1"),
    } <= told
    assert project.indicators[1].target == "4期"


def twin_targets(sheet: Worksheet) -> None:
    rows = form_rows()
    rows[6].append("指标值")
    put(sheet, rows)


def without_name(sheet: Worksheet) -> None:
    put(sheet, [row for row in form_rows() if row[0] != "项目名称"])


REFUSED: list[tuple[str, Draw, Unit | None, str]] = [
    ("a head stands twice", twin_targets, UNIT, "legacy.column_twice"),
    ("no project name", without_name, UNIT, "legacy.no_name"),
    ("no unit", plain(unit=""), None, "legacy.no_unit"),
    ("no table", lambda sheet: put(sheet, [["甲", "乙"]]), UNIT, "legacy.no_table"),
    ("an empty sheet", lambda sheet: None, UNIT, "legacy.no_table"),
]


@pytest.mark.parametrize(("name", "draw", "unit", "key"), REFUSED, ids=[row[0] for row in REFUSED])
def test_what_could_be_read_in_two_ways_is_refused(
    tmp_path: Path, name: str, draw: Draw, unit: Unit | None, key: str
) -> None:
    path = save(tmp_path / "旧表.xlsx", draw)
    with pytest.raises(CannotDo) as refusal:
        read(path, unit)
    assert refusal.value.key == key
    assert "旧表.xlsx" in refusal.value.sentence(Language.ZH)


def test_the_year_is_in_the_table_or_asked_for(tmp_path: Path) -> None:
    form, profile = load_form(), load_profile("tianjin-2022")
    named = save(tmp_path / "a.xlsx", plain(title="2023年项目支出绩效目标表"))
    (submission,) = read_legacy(named, form, profile).submissions
    assert submission.year == 2023
    assert Sighting.YEAR_FROM_TEXT in {seen.sighting for seen in submission.observations}
    with pytest.raises(CannotDo) as refusal:
        read_legacy(save(tmp_path / "b.xlsx", plain()), form, profile)
    assert refusal.value.key == "legacy.no_year"


def test_our_own_workbooks_need_no_import(tmp_path: Path) -> None:
    (_, centre) = seed_submissions()
    unit_book = write_submission(tmp_path / "u.xlsx", centre)
    (tmp_path / "folder").mkdir()
    write_submission(tmp_path / "folder" / "306201_2022_绩效目标.xlsx", centre)
    operations.consolidate([tmp_path / "folder"], tmp_path / "master.xlsx")
    for path, key in ((unit_book, "legacy.unit_workbook"), (tmp_path / "master.xlsx", "legacy.master")):
        with pytest.raises(CannotDo) as refusal:
            operations.import_published([path], tmp_path / "out")
        assert refusal.value.key == key


@settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    layout=st.sampled_from([draw for _, draw, _, _ in LAYOUTS]),
    places=st.lists(st.tuples(st.integers(1, 22), st.integers(1, 11)), min_size=1, max_size=6, unique=True),
)
def test_no_text_vanishes_wherever_it_stands(
    tmp_path: Path, layout: Draw, places: list[tuple[int, int]]
) -> None:
    """Stray texts in any free cell become a value or are told; what is left is as it was."""
    tokens: list[str] = []

    def strewn(sheet: Worksheet) -> None:
        layout(sheet)
        for number, (row, column) in enumerate(places):
            cell = sheet.cell(row, column)
            if cell.value is None and not isinstance(cell, MergedCell):
                cell.value = f"杂项{number}字"
                tokens.append(cell.value)

    try:
        submissions = read(save(tmp_path / "f.xlsx", strewn)).submissions
    except CannotDo:
        return
    everything = kept_and_told(submissions)
    assert [token for token in tokens if token not in everything] == []
