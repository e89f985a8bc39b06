"""Declaration forms of other places in workbooks: read as the same forms in documents, or refused by name."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import docx
import openpyxl
import pytest
from docx.oxml.ns import qn
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl.cell.cell import MergedCell
from openpyxl.worksheet.cell_range import CellRange
from openpyxl.worksheet.worksheet import Worksheet

from tests.support import word_forms
from tests.support.legacy import (
    GOALS,
    NAME,
    PURPOSE,
    ROWS,
    UNIT,
    kept_and_told,
    only,
    put,
    read,
    save,
)
from tests.support.office import Office
from tests.support.word_variants import Draw
from tests.test_cli import run
from tests.test_word_in import OTHERWISE, READ, expected, values
from xlgoals.errors import CannotDo
from xlgoals.messages import Language
from xlgoals.model import Project, Sighting


def as_workbook(draw: Draw, path: Path) -> Path:
    """The tables of a document and the lines between them below each other in one sheet, cell for cell."""
    document = docx.Document()
    draw(document)
    workbook = openpyxl.Workbook()
    sheet = workbook.worksheets[0]
    top = 1
    for block in document.element.body:
        if block.tag == qn("w:p"):
            text = "".join(each.text or "" for each in block.iter(qn("w:t")))
            sheet.cell(top, 1, text or None)
            top += 1
        elif block.tag == qn("w:tbl"):
            top = _copied(block, sheet, top)
    workbook.save(path)
    return path


def _copied(table: Any, sheet: Worksheet, top: int) -> int:
    """Copies a table; returns the row below it."""
    open_merges: dict[tuple[int, int], int] = {}
    areas: list[tuple[int, int, int, int]] = []
    rows = table.findall(qn("w:tr"))
    for number, row in enumerate(rows, start=top):
        column = 1
        for cell in row.findall(qn("w:tc")):
            properties = cell.find(qn("w:tcPr"))
            span = properties.find(qn("w:gridSpan")) if properties is not None else None
            right = column + (int(span.get(qn("w:val"))) if span is not None else 1) - 1
            merge = properties.find(qn("w:vMerge")) if properties is not None else None
            goes_on = merge is not None and merge.get(qn("w:val")) != "restart"
            if goes_on:
                areas[open_merges[column, right]] = (*areas[open_merges[column, right]][:2], number, right)
            else:
                open_merges[column, right] = len(areas)
                areas.append((number, column, number, right))
                text = "\n".join(
                    "".join(each.text or "" for each in paragraph.iter(qn("w:t")))
                    for paragraph in cell.findall(qn("w:p"))
                )
                sheet.cell(number, column, text or None)
            column = right + 1
    for first, left, last, right in areas:
        if (first, left) != (last, right):
            sheet.merge_cells(start_row=first, start_column=left, end_row=last, end_column=right)
    return top + len(rows)


# What only documents can do, or what stands elsewhere in a sheet than in a table of its own.
OF_WORD = {
    *("rows that begin further right", "merged sideways as old documents do", "framed by another table"),
    *("next page with heads on another grid", "indicators inside a cell", "a small table inside a cell"),
    *("a table in a text box", "among other parts of a budget", "a self-evaluation behind the table"),
}
TEXTS_OF_WORD = ("numbered", "goals in circles", "goals with bullets", "sign", "list", "counted by Word")
SAME = [
    (name, draw, expected(), tells)
    for name, draw, tells in READ[: [row[0] for row in READ].index("an inserted number")]
    if name not in OF_WORD
] + [
    row for row in OTHERWISE if row[0] not in OF_WORD and not any(words in row[0] for words in TEXTS_OF_WORD)
]


@pytest.mark.parametrize(("name", "draw", "wanted", "tells"), SAME, ids=[row[0] for row in SAME])
def test_a_form_is_read_as_the_same_form_in_a_document(
    tmp_path: Path, name: str, draw: Draw, wanted: object, tells: list[tuple[Sighting, str, str]]
) -> None:
    path = as_workbook(draw, tmp_path / "表.xlsx")
    submission = only(path)
    assert [values(project) for project in submission.projects] == [wanted]
    assert submission.unit == UNIT
    left_out = {Sighting.NOT_UNDERSTOOD, Sighting.LONGER_TERM}
    seen = [(each.sighting, each.value) for each in submission.observations if each.sighting in left_out]
    assert seen == [(sighting, text) for sighting, _, text in tells if sighting in left_out]
    sheet = openpyxl.load_workbook(path).worksheets[0]
    for each in submission.observations:
        if each.sighting in left_out:
            assert sheet[each.address.cell].value == each.value
    for project, indicator in submission.indicators:
        for field in ("name", "target"):
            if value := getattr(indicator, field):
                assert sheet[indicator.location.address(field).cell].value == value
        assert sheet[project.location.address("name").cell].value == project.name
        assert sheet[project.location.address("purpose").cell].value == project.purpose


SIGN_HEADS: list[object] = [
    "绩效指标",
    "一级指标",
    "二级指标",
    "三级指标",
    "指标性质",
    "指标值",
    "度量单位",
    "权重",
]
SIGN_ROWS: list[list[object]] = [
    [None, "产出指标", "数量指标", "年接待读者人次", "≥", 200000, "人次", 20],
    [None, None, "质量指标", "设备完好率", "≥", "95%", "%", 20],
    [None, None, "时效指标", "开放时间", "=", "12月底前", "无", 10],
    [None, "效益指标", "社会效益指标", "读者办证增长", "定性", "明显增长", None, 20],
    [None, "满意度指标", "服务对象满意度指标", "读者满意度", "≥", None, "%", 10],
]


def project(sheet: Worksheet, top: int, name: str, amounts: tuple[object, ...], *, merged: bool) -> int:
    """The national form of one project; returns the row below it."""
    total, fiscal, other = amounts
    rows: list[list[object]] = [
        ["项目支出绩效目标申报表"],
        ["（2023年度）"],
        ["项目名称", None, name],
        ["主管部门及代码", None, "301 某市文化和旅游局", None, "实施单位", None, "某某局"],
        ["项目资金申请（元）", None, "年度资金总额：", None, total],
        [None, None, "其中:财政拨款", None, fiscal],
        [None, None, "  其他资金", None, other],
        ["年度总体目标", None, "目标1：全年免费开放。"],
        SIGN_HEADS,
        *SIGN_ROWS,
        ["填报人：张三"],
    ]
    put(sheet, rows, top)
    areas = ["A1:H1", "A2:H2", "A3:B3", "C3:H3", "A4:B4", "C4:D4", "E4:F4", "G4:H4", "A5:B7", "C5:D5"]
    areas += ["E5:H5", "C6:D6", "E6:H6", "C7:D7", "E7:H7", "A8:B8", "C8:H8", "B10:B12"]
    if merged:  # else the heading stands in the row of the heads alone
        areas.append("A9:A14")
    for area in areas:
        sheet.merge_cells(_lower(area, top - 1))
    return top + len(rows)


def _lower(area: str, rows: int) -> str:
    lowered = CellRange(area)
    lowered.shift(row_shift=rows)
    return str(lowered.coord)


def two_projects(sheet: Worksheet) -> None:
    below = project(sheet, 1, "免费开放", (1_200_000, 1_000_000, 200_000), merged=True)
    project(sheet, below + 1, "图书购置", ("305,000", "305,000", 0), merged=False)


def test_national_forms_below_each_other(tmp_path: Path) -> None:
    path = save(tmp_path / "表.xlsx", two_projects)
    submission = only(path)
    targets = ["≥200000人次", "≥95%", "=12月底前", "明显增长", ""]
    assert [
        (each.name, str(each.budget.amount), str(each.fiscal.amount), each.goals, targets_of(each))
        for each in submission.projects
    ] == [
        ("免费开放", "120.0000", "100.0000", "目标1：全年免费开放。", targets),
        ("图书购置", "30.5000", "30.5000", "目标1：全年免费开放。", targets),
    ]
    assert [row.level1 for _, row in submission.indicators][:4] == ["产出指标"] * 3 + ["效益指标"]
    left_out = [each for each in submission.observations if each.sighting is Sighting.NOT_UNDERSTOOD]
    first = [(each.address.cell, each.value) for each in left_out if each.project in ("", "免费开放")]
    assert sorted(first) == sorted(
        [
            *(("A4", "主管部门及代码"), ("C4", "301 某市文化和旅游局")),
            *(("H9", "权重"), *((f"H{10 + number}", str(row[-1])) for number, row in enumerate(SIGN_ROWS))),
            *(("E14", "≥"), ("G14", "%"), ("E30", "≥"), ("G30", "%"), ("A15", "填报人：张三")),
        ]
    )
    joined = [each for each in submission.observations if each.sighting is Sighting.TARGET_JOINED]
    assert [(each.address.cell, each.value, each.used) for each in joined] == [
        ("F10", "≥ | 200000 | 人次", "≥200000人次")
    ]


def targets_of(each: Project) -> list[str]:
    return [row.target for row in each.indicators]


def test_what_is_left_out_is_told_row_by_row(tmp_path: Path) -> None:
    path = save(tmp_path / "表.xlsx", put_one)
    done = run("import", path, "-o", tmp_path / "out", "--unit", "306101", "--unit-name", "某某局")
    assert done.returncode == 0
    told = done.stderr
    assert "表.xlsx：“免费开放”表中有" in told
    assert "    表1!A4 主管部门及代码；C4 301 某市文化和旅游局\n" in told
    assert "    表1!H9 权重；H10 20；H11 20；H12 10；H13 20；H14 10\n" in told


def put_one(sheet: Worksheet) -> None:
    project(sheet, 1, "免费开放", (1_200_000, 1_000_000, 200_000), merged=True)


def short(*columns: int) -> list[list[object]]:
    """Columns of the five indicators, the first level once."""
    rows: list[list[object]] = []
    before = ""
    for row in ROWS:
        shown: list[object] = [row[column] for column in columns]
        rows.append([None if row[0] == before else row[0], *shown])
        before = row[0]
    return rows


PROVINCE: list[list[object]] = [
    ["专项（项目）资金绩效目标表"],
    ["（2022年度）"],
    ["专项（项目）名称", None, NAME],
    ["主管部门", None, "某局", "实施期限", None, "一年"],
    ["资金金额（万元）", None, "实施期资金总额：", 30, "年度资金总额：", 10],
    [None, None, "其中：财政拨款", 28.5, "其中：财政拨款", 9.5],
    [None, None, "其他资金", 1.5, "其他资金", 0.5],
    ["资金用途", None, PURPOSE],
    ["总体目标", "实施期总目标", None, None, "年度目标"],
    [None, "三年办班12期", None, None, GOALS],
    ["绩效指标", "一级指标", "二级指标", "指标内容", "指标值"],
    *[[None, *row] for row in short(1, 2, 4)],
]
LINES: list[list[object]] = [
    ["2022年部门预算项目绩效目标表"],
    ["预算单位：306101某某局", None, None, "单位：元"],
    [f"项目名称：{NAME}"],
    ["项目预算", "资金总额", "财政拨款", "其他资金"],
    [None, 100_000, 95_000, 5000],
    [f"资金用途：{PURPOSE}"],
    [f"年度绩效目标：{GOALS}"],
    ["一级指标", "二级指标", "三级指标", "绩效目标值（含文字）"],
    *short(1, 2, 4),
]
TWO_ROWS: list[list[object]] = [
    ["项目绩效目标表"],
    ["预算年度：2022", None, None, "部门(单位)名称", "306101 某某局"],
    ["项目名称", NAME],
    ["预算金额(万元)", 10, "其中:财政拨款", 9.5, "其他资金", 0.5],
    ["资金用途", PURPOSE],
    ["绩效目标", GOALS],
    ["绩效指标", None, None, "年度指标值", "指标值说明"],
    ["一级指标", "二级指标", "三级指标"],
    *short(1, 2, 4, 3),
]
# rows, merged cells, the descriptions that are read, what finds no column or is of another term
FORMS: dict[str, tuple[list[list[object]], list[str], bool, list[str]]] = {
    "a province's special fund": (
        PROVINCE,
        ["A5:B7"],
        False,
        [
            *("实施期资金总额：", "30", "其中：财政拨款", "28.5", "其他资金", "1.5", "实施期总目标"),
            *("三年办班12期", "主管部门", "某局", "实施期限", "一年", "资金金额（万元）"),
        ],
    ),
    "labels and values in one cell, amounts below": (LINES, ["A4:A5"], False, ["项目预算"]),
    "heads on two rows": (TWO_ROWS, ["A7:C7", "D7:D8", "E7:E8"], True, []),
}


@pytest.mark.parametrize("name", FORMS)
def test_a_form_of_a_place_is_read_exactly(tmp_path: Path, name: str) -> None:
    rows, merges, has_descriptions, left_out = FORMS[name]

    def draw(sheet: Worksheet) -> None:
        put(sheet, rows)
        for area in merges:
            sheet.merge_cells(area)

    submission = only(save(tmp_path / "表.xlsx", draw))
    wanted: list[tuple[str, ...]] = [row if has_descriptions else (*row[:3], "", row[4]) for row in ROWS]
    assert [values(each) for each in submission.projects] == [expected(rows=wanted)]
    left = (Sighting.LONGER_TERM, Sighting.NOT_UNDERSTOOD)
    assert [each.value for each in submission.observations if each.sighting in left] == left_out


OTHER = [
    ("self-evaluation", word_forms.self_evaluation, "绩效自评表"),
    ("monitoring", word_forms.monitoring, "绩效运行监控表"),
    ("a whole department", word_forms.whole_department, "部门整体支出绩效目标表"),
]


@pytest.mark.parametrize(("name", "draw", "says"), OTHER, ids=[row[0] for row in OTHER])
def test_a_form_of_another_kind_is_refused_by_its_name(
    tmp_path: Path, name: str, draw: Draw, says: str
) -> None:
    with pytest.raises(CannotDo) as refused:
        read(as_workbook(draw, tmp_path / "表.xlsx"))
    assert refused.value.key == "legacy.other_form"
    assert says in refused.value.sentence(Language.ZH)
    assert says in refused.value.sentence(Language.EN)


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    draw=st.sampled_from([row[1] for row in SAME]),
    places=st.lists(st.tuples(st.integers(1, 22), st.integers(1, 9)), min_size=1, max_size=6, unique=True),
)
def test_no_text_vanishes_wherever_it_stands(
    tmp_path: Path, draw: Draw, places: list[tuple[int, int]]
) -> None:
    """Stray texts in any free cell become a value or are told with the cell."""
    path = as_workbook(draw, tmp_path / "表.xlsx")
    workbook = openpyxl.load_workbook(path)
    tokens: list[str] = []
    for number, (row, column) in enumerate(places):
        cell = workbook.worksheets[0].cell(row, column)
        if cell.value is None and not isinstance(cell, MergedCell):
            cell.value = f"杂项{number}字"
            tokens.append(cell.value)
    workbook.save(path)
    try:
        submissions = read(path).submissions
    except CannotDo:
        return
    everything = kept_and_told(submissions)
    assert [token for token in tokens if token not in everything] == []


def test_a_form_of_another_kind_beside_the_goal_tables_is_told(tmp_path: Path) -> None:
    evaluation = openpyxl.load_workbook(as_workbook(word_forms.self_evaluation, tmp_path / "自评.xlsx"))
    (rows,) = [[list(row) for row in sheet.values] for sheet in evaluation.worksheets]
    submission = only(save(tmp_path / "表.xlsx", lambda sheet: put(sheet, rows), put_one))
    assert [each.name for each in submission.projects] == ["免费开放"]
    (other,) = [each for each in submission.observations if each.sighting is Sighting.OTHER_FORM]
    assert (other.address.sheet, other.used) == ("表1", "绩效自评表")


@pytest.mark.parametrize("kind", ["xls", "ods"])
def test_a_form_in_an_old_workbook_is_read_and_told(tmp_path: Path, office: Office, kind: str) -> None:
    path = office.converted(save(tmp_path / "表.xlsx", put_one), kind)
    submission = only(path)
    (own,) = submission.projects
    assert (own.name, str(own.budget.amount)) == ("免费开放", "120.0000")
    assert targets_of(own)[:2] == ["≥200000人次", "≥95%"]
    assert submission.observations[0].sighting is Sighting.CONVERTED
