"""Goal tables in Word documents, each read exactly or refused with the reason; no value misplaced."""

from __future__ import annotations

import re
import zipfile
from decimal import Decimal
from pathlib import Path
from typing import Any

import docx
import pytest
from docx.oxml.ns import qn

from tests.support import word_cells, word_forms
from tests.support import word_variants as made
from tests.support.books import repacked
from tests.support.legacy import GOALS, NAME, PURPOSE, ROWS, UNIT
from tests.support.word_cells import in_value, numbered
from tests.support.word_variants import Draw, by_itself, plain, save
from xlgoals import operations
from xlgoals.errors import CannotDo
from xlgoals.form import load_form
from xlgoals.messages import Language
from xlgoals.model import Address, Project, Sighting, Submission, Unit
from xlgoals.places import place
from xlgoals.profile import load_profile
from xlgoals.read.legacy import Legacy
from xlgoals.read.word.document import read_word

LOST, LONGER = Sighting.NOT_UNDERSTOOD, Sighting.LONGER_TERM
DELETED, HIDDEN = Sighting.DELETED_TEXT, Sighting.HIDDEN_TEXT
OUTSIDE, OTHER = Sighting.OUTSIDE_TABLES, Sighting.OTHER_FORM
FILLED = {Sighting.LEVEL_FILLED_DOWN}
Told = list[tuple[Sighting, str, str]]


def read(path: Path, unit: Unit | None = UNIT, year: int | None = 2022) -> Legacy:
    return read_word(path, load_form(), load_profile("tianjin-2022"), year, unit)


def only(path: Path) -> Submission:
    (submission,) = read(path).submissions
    return submission


def values(project: Project) -> object:
    amounts = (project.budget.amount, project.fiscal.amount, project.other.amount)
    rows = [(i.level1, i.level2, i.name, i.description, i.target) for i in project.indicators]
    return (project.name, *amounts, project.purpose, project.goals, rows)


def expected(goals: str = GOALS, rows: list[tuple[str, ...]] | None = None, name: str = NAME) -> object:
    return (name, Decimal(10), Decimal("9.5"), Decimal("0.5"), PURPOSE, goals, rows or ROWS)


def without(column: int) -> list[tuple[str, ...]]:
    return [tuple("" if number == column else text for number, text in enumerate(row)) for row in ROWS]


def joined_sign() -> list[tuple[str, ...]]:
    """A list's 指标性质 ＝ becomes part of the value."""
    return [(*row[:4], row[4] if row[4][0] in "≥≤" else f"＝{row[4]}") for row in ROWS]


BLANK_ROWS = made.body_rows()
BLANK_ROWS[5:5] = [[None], [None]]
BLANK_ROWS.insert(9, [" "])

LIST: Told = [
    (OUTSIDE, "P1", "2022年部门预算项目绩效目标申报表"),
    (Sighting.UNKNOWN_COLUMN, "T1R2C16", "20"),
    (Sighting.TARGET_JOINED, "T1R2C14", "≥ | 400 | 人"),
    (Sighting.TITLE_LINE_MISSING, "T1R2C3", ""),
    (Sighting.MONEY_UNIT_OTHER, "T1R2C3", "元"),
]
# document, how it is drawn, what is told beyond filled-down levels: sighting, place, text
READ: list[tuple[str, Draw, Told]] = [
    ("as published", plain(), []),
    ("merged as published", made.merged, []),
    ("merged sideways as old documents do", made.merged_sideways, []),
    ("rows that begin further right", made.ragged, []),
    ("levels in every row", plain(filled=True), []),
    ("blank rows inside", by_itself(BLANK_ROWS), []),
    ("heads over two rows", made.two_row_heads, []),
    ("other words for labels and heads", made.other_names, []),
    ("a label beside the indicators", made.side_label, []),
    ("spaces in labels", plain(labels={"name": "项 目\n名 称", "fiscal": "其中：财政    资金"}), []),
    ("colons after labels", plain(labels={"name": "项目名称：", "budget": "预算数:"}), []),
    ("project and indicators apart", made.apart, []),
    ("next page with heads", made.next_page(heads=True, wide=True), []),
    ("next page without heads", made.next_page(heads=False, wide=True), []),
    ("next page with heads on another grid", made.next_page(heads=True, wide=False), []),
    ("framed by another table", made.framed, []),
    ("indicators inside a cell", made.nested, [(LOST, "T1R5C1", "绩效指标")]),
    (
        "a small table inside a cell",
        made.nested_stranger,
        [(LOST, "T1-1R1C1", "课时"), (LOST, "T1-1R1C2", "16")],
    ),
    ("a table in a text box", word_cells.table_in_box, []),
    (
        "unit and money unit in one line",
        by_itself(made.body_rows(), unit="填报单位：306101 某某局        金额单位：万元", money=""),
        [],
    ),
    (
        "in yuan",
        by_itself(made.body_rows(amounts=("100000", "95000", "5000")), money="单位：元"),
        [(Sighting.MONEY_UNIT_OTHER, "T1R1C2", "元")],
    ),
    (
        "among other parts of a budget",
        made.among_others,
        [(OTHER, "T1R1C1", "科目"), (OUTSIDE, "P1", "第一部分 部门概况")],
    ),
    ("an inserted number", in_value(word_cells.INSERTED), [(DELETED, "T1R6C7", "300")]),
    ("a moved text", in_value(word_cells.MOVED), [(DELETED, "T1R6C7", "约")]),
    (
        "a deleted row",
        word_cells.deleted_row,
        [
            *((DELETED, f"T1R8C{column}", text) for column, text in ((2, "数量指标"), (3, "培训期数"))),
            *((DELETED, f"T1R8C{column}", text) for column, text in ((5, "按通知统计"), (7, "4期"))),
        ],
    ),
    ("a deleted end of a paragraph", word_cells.deleted_mark, []),
    ("hidden text", in_value(word_cells.HIDDEN), [(HIDDEN, "T1R6C7", "（内部）")]),
    (
        "a hidden row",
        word_cells.hidden_row,
        [
            *((HIDDEN, f"T1R8C{column}", text) for column, text in ((2, "数量指标"), (3, "培训期数"))),
            *((HIDDEN, f"T1R8C{column}", text) for column, text in ((5, "按通知统计"), (7, "4期"))),
        ],
    ),
    ("a field in one piece", in_value(word_cells.SIMPLE_FIELD), []),
    ("a field with its code", in_value(word_cells.LONG_FIELD), []),
    ("a sign of the font Symbol", in_value(word_cells.SYMBOL), []),
    ("an equation", in_value(word_cells.EQUATION), []),
    ("a content control", in_value(word_cells.CONTROL), []),
    ("a prompt of a content control", in_value(word_cells.PLACEHOLDER), []),
    ("text in many runs", in_value(word_cells.SPLIT_RUNS), []),
    ("readings above characters", in_value(word_cells.RUBY), []),
    ("a text box in a cell", in_value(word_cells.BOX_IN_CELL), [(LOST, "T1R6C7", "请核实")]),
    ("line breaks inside a paragraph", word_cells.soft_breaks, []),
    ("row and cell in content controls", word_cells.row_in_control, []),
    ("goals numbered by Word", numbered("decimal", "%1."), []),
    ("goals numbered by a style", numbered("decimal", "%1.", by_style=True), []),
    ("serial numbers counted by Word", word_cells.serial_numbers, []),
]
# document, how it is drawn, its values where they differ from those above, and what is told
OTHERWISE: list[tuple[str, Draw, object, Told]] = [
    (
        "declaration of 2015",
        word_forms.declaration_2015,
        expected(rows=without(3)),
        [
            *((LONGER, "T1R4C2", "中期资金总额："), (LONGER, "T1R4C3", "30")),
            *((LONGER, "T1R5C2", "其中：财政拨款"), (LONGER, "T1R5C3", "28.5")),
            *((LONGER, "T1R6C2", "其他资金"), (LONGER, "T1R6C3", "1.5")),
            *((LONGER, "T1R8C2", "中期目标（2022年—2024年）"), (LONGER, "T1R9C2", "办班12期，培训1200人")),
            *(
                (LONGER, f"T1R{number}C{column}", text)
                for number, row in enumerate(ROWS, start=11)
                for column, text in ((3, row[1]), (4, row[2]), (5, f"中期{row[2]}"))
            ),
            *((LOST, "T1R2C1", "主管部门及代码"), (LOST, "T1R2C3", "306 某某部门")),
            *((LOST, "T1R3C1", "项目属性"), (LOST, "T1R3C3", "延续项目"), (LOST, "T1R3C6", "项目期")),
        ],
    ),
    (
        "goals numbered in Chinese",
        numbered("chineseCounting", "%1、"),
        expected(goals="一、办班4期\n二、培训400人"),
        [],
    ),
    (
        "goals numbered with 目标",
        numbered("decimal", "目标%1："),
        expected(goals="目标1：办班4期\n目标2：培训400人"),
        [],
    ),
    ("goals in circles", numbered("decimalEnclosedCircle", "%1"), expected(goals="①办班4期\n②培训400人"), []),
    ("goals with bullets", numbered("bullet", "•"), expected(goals="办班4期\n培训400人"), []),
    (
        "a sign that nobody knows",
        in_value(word_cells.ODD_SYMBOL),
        expected(rows=[(*ROWS[0][:4], "\ufffd≥400人"), *ROWS[1:]]),
        [(LOST, "T1R6C7", "Wingdings F0FC")],
    ),
    (
        "two terms in columns",
        word_forms.two_terms_in_columns,
        expected(),
        [(LONGER, f"T2R{number}C5", f"三年{row[2]}") for number, row in enumerate(ROWS, start=2)],
    ),
    (
        "costs and standards, no third level",
        word_forms.costs_and_standards,
        expected(rows=without(2)),
        [
            *((LOST, "T2R1C1", "成本构成"), (LOST, "T2R2C1", "项"), (LOST, "T2R2C2", "金额")),
            *((LOST, "T2R2C3", "测算依据"), (LOST, "T2R2C4", "上年实际执行数"), (LOST, "T2R3C1", "师资费")),
            *((LOST, "T2R3C2", "6"), (LOST, "T2R3C3", "按合同"), (LOST, "T2R3C4", "5.8")),
            *((LOST, "T2R10C1", "保障措施"), (LOST, "T2R10C2", "成立专班")),
        ],
    ),
    (
        "two terms one above the other",
        word_forms.two_terms_stacked,
        expected(rows=without(3)),
        [
            *(
                (LONGER, "T2R1C1", "长期绩效指标"),
                (LONGER, "T2R1C2", "一级指标"),
                (LONGER, "T2R1C3", "二级指标"),
            ),
            *((LONGER, "T2R1C4", "指标内容"), (LONGER, "T2R1C5", "指标值"), (LONGER, "T2R1C6", "备注")),
            *((LONGER, "T2R2C2", "产出指标"), (LONGER, "T2R2C3", "数量指标")),
            *((LONGER, "T2R2C4", "培训总人数"), (LONGER, "T2R2C5", "≥1200人")),
        ],
    ),
    (
        "core indicators of 2021",
        word_forms.core_indicators,
        expected(),
        [
            *((LOST, "T2R1C6", "指标值来源"), (LOST, "T2R1C7", "取值依据"), (LOST, "T2R1C8", "分值")),
            *((LOST, "T2R1C9", "评分规则"), (LOST, "T2R1C10", "完成值取值方式")),
            *((LOST, "T2R1C11", "数据来源"), (LOST, "T2R1C12", "佐证资料")),
            *((LOST, f"T2R{number}C6", "计划标准") for number in range(2, 7)),
        ],
    ),
    ("a list", word_forms.flat(), expected(rows=joined_sign()), LIST),
    ("a list on two pages", word_forms.flat(cut=3), expected(rows=joined_sign()), LIST),
    (
        "a self-evaluation behind the table",
        word_forms.with_evaluation,
        expected(),
        [(OTHER, "T2R1C1", "项目支出绩效自评表（2022年度）")],
    ),
]


def told(submission: Submission, *sightings: Sighting) -> Told:
    return [
        (seen.sighting, seen.address.cell, seen.value)
        for seen in submission.observations
        if seen.sighting not in FILLED and (not sightings or seen.sighting in sightings)
    ]


@pytest.mark.parametrize(("name", "draw", "tells"), READ, ids=[row[0] for row in READ])
def test_a_table_is_read_exactly(tmp_path: Path, name: str, draw: Draw, tells: Told) -> None:
    submission = only(save(tmp_path / "表.docx", draw))
    assert [values(project) for project in submission.projects] == [expected()]
    assert submission.unit == UNIT
    assert told(submission) == tells


@pytest.mark.parametrize(("name", "draw", "wanted", "tells"), OTHERWISE, ids=[row[0] for row in OTHERWISE])
def test_a_table_of_another_kind_is_read_exactly(
    tmp_path: Path, name: str, draw: Draw, wanted: object, tells: Told
) -> None:
    submission = only(save(tmp_path / "表.docx", draw))
    assert [values(project) for project in submission.projects] == [wanted]
    assert told(submission) == tells


def text_at(path: Path, address: Address) -> str:
    """What stands in a cell, found in the XML by counting tables, rows and cells; an oracle of its own."""
    numbers, row, column = re.fullmatch(r"T([\d-]+)R(\d+)C(\d+)", address.cell).groups()  # type: ignore[union-attr]
    holder: Any = docx.Document(str(path)).element.body
    for number in numbers.split("-"):
        inside = [
            table
            for table in holder.iter(qn("w:tbl"))
            if table is not holder
            and not any(above.tag.endswith("Fallback") for above in table.iterancestors())
            and next((a for a in table.iterancestors(qn("w:tbl"))), None)
            is (holder if holder.tag == qn("w:tbl") else None)
        ]
        holder = inside[int(number) - 1]
    rows = [each for each in holder.iter(qn("w:tr")) if next(each.iterancestors(qn("w:tbl"))) is holder]
    cells = [
        each
        for each in rows[int(row) - 1].iter(qn("w:tc"))
        if next(each.iterancestors(qn("w:tr"))) is rows[int(row) - 1]
    ]
    lines = []
    cell = cells[int(column) - 1]
    for paragraph in cell.iter(qn("w:p")):
        if next(paragraph.iterancestors(qn("w:tc"))) is not cell:
            continue
        pieces = [t.text or "" if t.tag == qn("w:t") else "\n" for t in paragraph.iter(qn("w:t"), qn("w:br"))]
        lines.append("".join(pieces))
    return "\n".join(lines).removesuffix("\n")


@pytest.mark.parametrize(("name", "draw"), [row[:2] for row in (*READ, *OTHERWISE)])
def test_every_value_stands_where_its_address_says(tmp_path: Path, name: str, draw: Draw) -> None:
    path = save(tmp_path / "表.docx", draw)
    drawn = {"an inserted number", "a moved text", "hidden text", "a deleted end of a paragraph"}
    drawn |= {"a sign of the font Symbol", "a sign that nobody knows", "an equation", "a text box in a cell"}
    drawn |= {"a prompt of a content control", "readings above characters"}
    checked = 0
    for project, indicator in only(path).indicators:
        for field in ("level2", "name", "description", "target"):
            value = getattr(indicator, field)
            if value and not (name in drawn and field == "target") and not name.startswith("a list"):
                assert text_at(path, indicator.location.address(field)) == value
                checked += 1
        assert text_at(path, project.location.address("name")) == project.name
        assert text_at(path, project.location.address("purpose")) == project.purpose
    if "number" not in name and "circles" not in name and "bullets" not in name and "line breaks" not in name:
        assert text_at(path, project.location.address("goals")) == project.goals
    assert checked >= 10 or name.startswith("a list")


def test_several_units_and_tables_in_one_file(tmp_path: Path) -> None:
    first, second = read(save(tmp_path / "a.docx", made.two_units)).submissions
    assert (first.unit, second.unit) == (UNIT, Unit(code="306201", name="某某中心"))
    assert [values(project) for project in first.projects] == [expected()]
    assert [project.name for project in second.projects] == ["会议费"]
    assert second.projects[0].location.address("name").cell == "T2R1C2"
    (one,) = read(save(tmp_path / "b.docx", made.two_tables_one_unit)).submissions
    assert [project.name for project in one.projects] == [NAME, "会议费"]
    assert {each.sighting for each in one.observations} >= {Sighting.UNIT_LINE_MISSING}


# document, how it is drawn, the refusal, and what its sentence names
REFUSED: list[tuple[str, Draw, str, str]] = [
    ("self-evaluation", word_forms.self_evaluation, "word.other_form", "绩效自评表"),
    ("monitoring", word_forms.monitoring, "word.other_form", "绩效运行监控表"),
    ("a whole department", word_forms.whole_department, "word.other_form", "部门整体支出绩效目标表"),
    ("two sets of columns", word_forms.twins_unnamed, "word.column_twice", "表2 第1行第1列"),
    ("no project name", word_forms.nameless, "word.no_name", "第 1 段"),
    ("lists and forms", word_forms.lists_and_forms, "legacy.mixed", "清单"),
    ("no table", word_forms.no_tables, "word.no_table", "一级指标"),
    ("another table", word_forms.foreign_table, "word.no_table", "一级指标"),
    ("no unit", by_itself(made.body_rows(), unit=""), "word.no_unit", "表1 第1行第2列"),
    ("an unknown money unit", by_itself(made.body_rows(), money="单位：美元"), "word.money_unit", "美元"),
    ("no year", plain(), "legacy.no_year", "--year"),
]


@pytest.mark.parametrize(("name", "draw", "key", "says"), REFUSED, ids=[row[0] for row in REFUSED])
def test_what_cannot_be_read_is_refused_with_the_reason(
    tmp_path: Path, name: str, draw: Draw, key: str, says: str
) -> None:
    with pytest.raises(CannotDo) as refusal:
        read(
            save(tmp_path / "表.docx", draw),
            unit=None,
            year=None if name == "no year" else 2022,
        )
    assert refusal.value.key == key
    assert says in refusal.value.sentence(Language.ZH)
    assert refusal.value.sentence(Language.EN)


def test_a_document_passes_the_same_gate_as_a_workbook(tmp_path: Path) -> None:
    good = save(tmp_path / "a.docx", plain())
    declared = repacked(
        good,
        tmp_path / "dtd.docx",
        lambda name, data: (
            data.replace(b"?>", b'?><!DOCTYPE x [<!ENTITY a "b">]>', 1)
            if name == "word/document.xml"
            else data
        ),
    )
    cut = repacked(
        good, tmp_path / "cut.docx", lambda name, data: data[:500] if name == "word/document.xml" else data
    )
    with zipfile.ZipFile(good) as source, zipfile.ZipFile(tmp_path / "twin.docx", "w") as twin:
        for name in source.namelist():
            twin.writestr(name, source.read(name))
        twin.writestr("WORD/document.xml", source.read("word/document.xml"))
    old = tmp_path / "old.doc"
    old.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "WordDocument".encode("utf-16-le"))
    text = tmp_path / "text.docx"
    text.write_text("306101")
    wanted = {
        declared: "workbook.hostile",
        cut: "workbook.damaged_part",
        tmp_path / "twin.docx": "workbook.hostile",
        old: "word.old",
        text: "workbook.text",
        tmp_path / "none.docx": "file.missing",
    }
    for path, key in wanted.items():
        with pytest.raises(CannotDo) as refusal:
            operations.import_published([path], tmp_path / "out")
        assert refusal.value.key == key, path
    assert not (tmp_path / "out").exists()


def test_a_place_is_told_in_words() -> None:
    cell = Address(file="a.docx", sheet="", cell="T2R5C3")
    inner = Address(file="a.docx", sheet="", cell="T2-1R1C2")
    assert place(cell, Language.ZH) == "表2 第5行第3列"
    assert place(inner, Language.EN) == "table 2-1, row 1, cell 2"
    assert place(Address(file="a.docx", sheet="", cell="P12"), Language.ZH) == "第 12 段"


def test_an_import_writes_the_workbook(tmp_path: Path) -> None:
    path = save(tmp_path / "2022年表.docx", made.among_others)
    (done,) = operations.import_published([path], tmp_path / "out", year=2022)
    (again,) = operations.load(done.path)
    assert [values(project) for project in again.projects] == [expected()]
