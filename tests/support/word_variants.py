"""Word documents made by hand, drawn by code: goal tables in many layouts, each with one thing changed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import docx
from docx.document import Document
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.table import Table, _Cell

from tests.support.legacy import ROWS, form_rows

Draw = Callable[[Document], None]
TITLE, UNIT_LINE, MONEY = "干部培训绩效目标表", "306101某某局", "单位：万元"
HEADS = ["一级指标", "二级指标", "三级指标", "绩效指标描述", "指标值"]


def save(path: Path, *draws: Draw) -> Path:
    document = docx.Document()
    for draw in draws:
        draw(document)
    document.save(str(path))
    return path


def grid(holder: Document | _Cell, rows: list[Any], columns: int | None = None) -> Table:
    """A table of texts; None stays blank."""
    width = columns or max(len(row) for row in rows)
    table = holder.add_table(len(rows), width)
    for number, row in enumerate(rows):
        for column, value in enumerate(row):
            if value is not None:
                write(table.cell(number, column), str(value))
    return table


def write(cell: _Cell, text: str) -> None:
    for number, line in enumerate(text.split("\n")):
        paragraph = cell.paragraphs[0] if number == 0 else cell.add_paragraph()
        for run in list(paragraph.runs):
            run._r.getparent().remove(run._r)
        paragraph.add_run(line)


def preface(document: Document, title: str = TITLE, unit: str = UNIT_LINE, money: str = MONEY) -> None:
    for text in (title, unit, money):
        if text:
            document.add_paragraph(text)


def body_rows(**options: Any) -> list[Any]:
    """The published rows without title, unit and money lines."""
    return form_rows(title="", unit="", money="", **options)


def indicator_rows(*, filled: bool = False) -> list[Any]:
    """Head row and indicators in five columns."""
    rows: list[Any] = [list(HEADS)]
    before = ""
    for level1, *rest in ROWS:
        rows.append([level1 if filled or level1 != before else None, *rest])
        before = level1
    return rows


def project_rows() -> list[Any]:
    """The rows above the indicators."""
    return body_rows()[:4]


def plain(**options: Any) -> Draw:
    def draw(document: Document) -> None:
        preface(document)
        grid(document, body_rows(**options))

    return draw


def by_itself(rows: list[Any], **lines: str) -> Draw:
    """Some rows as one table below the usual lines."""

    def draw(document: Document) -> None:
        preface(document, **lines)
        grid(document, rows)

    return draw


# ---- merged cells -------------------------------------------------------------------------------------


def merged(document: Document) -> None:
    """As published: 一级指标 merged downwards, 三级指标 and 描述 over two columns."""
    preface(document)
    table = grid(document, body_rows())
    for (top, left), (bottom, right) in (
        *(((0, 1), (0, 6)), ((1, 0), (2, 0)), ((2, 1), (2, 6)), ((3, 1), (3, 6)), ((5, 0), (7, 0))),
        *(((row, 2), (row, 3)) for row in range(4, 10)),
        *(((row, 4), (row, 5)) for row in range(4, 10)),
    ):
        join(table, top, left, bottom, right)


def join(table: Table, top: int, left: int, bottom: int, right: int) -> None:
    """Merges cells; python-docx would keep their blank paragraphs."""
    cell = table.cell(top, left).merge(table.cell(bottom, right))
    filled = [p for p in cell.paragraphs if p.text]
    for paragraph in list(cell.paragraphs):
        if paragraph not in filled and len(cell.paragraphs) > 1 and not paragraph.text:
            paragraph._p.getparent().remove(paragraph._p)


def merged_sideways(document: Document) -> None:
    """Merged as old documents do it, by hMerge."""
    preface(document)
    table = grid(document, body_rows())
    for row in table.rows:
        cells = row._tr.tc_lst
        blank = [n for n, cell in enumerate(cells) if n and not "".join(cell.itertext()).strip()]
        for number in blank:
            if number - 1 not in blank and number > 1:
                cells[number - 1].get_or_add_tcPr().append(merge("hMerge", "restart"))
                cells[number].get_or_add_tcPr().append(merge("hMerge", "continue"))


def merge(name: str, value: str) -> Any:
    made = OxmlElement(f"w:{name}")
    made.set(qn("w:val"), value)
    return made


def ragged(document: Document) -> None:
    """Rows with grid columns left free before and after them."""
    preface(document)
    table = grid(document, body_rows())
    for row in table.rows[4:]:
        properties = row._tr.get_or_add_trPr()
        properties.append(merge("gridBefore", "1"))
        properties.append(merge("gridAfter", "2"))


# ---- heads ----------------------------------------------------------------------------------------------


def two_row_heads(document: Document) -> None:
    preface(document)
    grid(document, project_rows())
    document.add_paragraph("")
    rows = indicator_rows()
    rows[0:1] = [["一级指标", "二级指标", "三级指标", "年度绩效指标", None], [None, None, None, *HEADS[3:]]]
    table = grid(document, rows)
    for column in range(3):
        join(table, 0, column, 1, column)
    join(table, 0, 3, 0, 4)


def other_names(document: Document) -> None:
    preface(document)
    labels = {"budget": "年度资金总额", "fiscal": "其中：财政拨款", "goals": "年度绩效目标"}
    rows = body_rows(labels=labels)
    rows[4] = ["一级指标", "二级指标", "三级指标名称", None, "指标解释", None, "当年度指标值"]
    grid(document, rows)


def side_label(document: Document) -> None:
    preface(document)
    grid(document, project_rows())
    document.add_paragraph("")
    rows: list[Any] = [
        ["绩\n效\n指\n标" if number == 0 else None, *row] for number, row in enumerate(indicator_rows())
    ]
    table = grid(document, rows)
    join(table, 0, 0, len(rows) - 1, 0)


# ---- several tables --------------------------------------------------------------------------------------


def apart(document: Document) -> None:
    """The project and its indicators as two tables."""
    preface(document)
    grid(document, project_rows())
    document.add_paragraph("")
    grid(document, indicator_rows())


def next_page(*, heads: bool, wide: bool) -> Draw:
    """A table cut in two, the second with heads or without, on the same grid or on one of five columns."""

    def draw(document: Document) -> None:
        preface(document)
        rows = body_rows()
        grid(document, rows[:7])
        document.add_paragraph("")
        rest = rows[7:] if wide else indicator_rows()[3:]
        head = [rows[4] if wide else list(HEADS)] if heads else []
        grid(document, [*head, *rest])

    return draw


def framed(document: Document) -> None:
    """The whole table inside the only cell of another one."""
    preface(document)
    grid(document.add_table(1, 1).cell(0, 0), body_rows())


def nested(document: Document) -> None:
    """The indicators as a table inside a cell of the project's."""
    preface(document)
    table = grid(document, [*project_rows(), ["绩效指标"]])
    grid(join_to(table, 4, 1, 6), indicator_rows())


def join_to(table: Table, row: int, left: int, right: int) -> _Cell:
    merged_cell: _Cell = table.cell(row, left).merge(table.cell(row, right))
    return merged_cell


def nested_stranger(document: Document) -> None:
    """A small table inside the cell of the purpose."""
    plain()(document)
    grid(document.tables[0].cell(2, 1), [["课时", "16"]])


def two_units(document: Document) -> None:
    plain()(document)
    preface(document, title="2.会议费绩效目标表", unit="306201某某中心")
    rows = body_rows(name="会议费", amounts=("3.00", "3.00", ""))
    grid(document, rows)


def two_tables_one_unit(document: Document) -> None:
    plain()(document)
    preface(document, title="2.会议费绩效目标表", unit="", money="")
    grid(document, body_rows(name="会议费", amounts=("3.00", "3.00", "")))


def among_others(document: Document) -> None:
    """A budget document: contents, prose, a table of amounts, the goal table, prose."""
    document.add_paragraph("第一部分 部门概况")
    contents(document, f"{TITLE}\t3")
    document.add_paragraph("本部门主要职责是组织全市干部培训工作，2022年预算安排如下，单位：万元。")
    grid(document, [["科目", "预算数", "备注"], ["培训支出", "10.00", None]])
    document.add_paragraph("附件")
    plain()(document)
    document.add_paragraph("以上项目由本部门负责解释。")


def contents(document: Document, entry: str) -> None:
    paragraph = document.add_paragraph()
    for kind, text in (
        ("begin", ""),
        ("", ' TOC \\o "1-3" '),
        ("separate", ""),
        ("text", entry),
        ("end", ""),
    ):
        run = paragraph.add_run()
        if kind in ("begin", "separate", "end"):
            field = OxmlElement("w:fldChar")
            field.set(qn("w:fldCharType"), kind)
            run._r.append(field)
        elif kind == "text":
            run.text = text
        else:
            code = OxmlElement("w:instrText")
            code.text = text
            run._r.append(code)
