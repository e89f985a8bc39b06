"""Word documents made by hand, drawn by code: goal tables in many layouts, each with one thing changed."""

from __future__ import annotations

import re
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import docx
from docx.document import Document
from docx.opc.oxml import serialize_part_xml
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.table import Table, _Cell

from tests.support.legacy import GOALS, NAME, PURPOSE, ROWS, form_rows

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


# ---- what is inside a cell ---------------------------------------------------------------------------------


def value_cell(document: Document) -> _Cell:
    """The 指标值 of the first indicator, ≥400人."""
    return document.tables[-1].cell(5, 6)


def goals_cell(document: Document) -> _Cell:
    return document.tables[-1].cell(3, 1)


def run_xml(text: str, properties: str = "") -> str:
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def in_value(inner: str) -> Draw:
    """The first 指标值 written in raw XML."""

    def draw(document: Document) -> None:
        plain()(document)
        cell = value_cell(document)
        old = cell.paragraphs[0]._p
        names = nsdecls("w", "wp", "a", "m", "r") + (
            ' xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
            ' xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"'
            ' xmlns:v="urn:schemas-microsoft-com:vml"'
        )
        old.addprevious(parse_xml(f"<w:p {names}>{inner}</w:p>"))
        old.getparent().remove(old)

    return draw


CHANGE = 'w:id="1" w:author="a" w:date="2022-01-01T00:00:00Z"'
INSERTED = (
    f"{run_xml('≥')}<w:ins {CHANGE}>{run_xml('400')}</w:ins>"
    f"<w:del {CHANGE}><w:r><w:delText>300</w:delText></w:r></w:del>{run_xml('人')}"
)
MOVED = (
    f"<w:moveFrom {CHANGE}>{run_xml('约')}</w:moveFrom>{run_xml('≥')}"
    f"<w:moveTo {CHANGE}>{run_xml('400')}</w:moveTo>{run_xml('人')}"
)
HIDDEN = run_xml("≥400人") + run_xml("（内部）", "<w:vanish/>")
SIMPLE_FIELD = (
    f'{run_xml("≥")}<w:fldSimple w:instr=" DOCPROPERTY n ">{run_xml("400")}</w:fldSimple>{run_xml("人")}'
)
LONG_FIELD = (
    f'{run_xml("≥")}<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
    "<w:r><w:instrText> =200*2 </w:instrText></w:r>"
    f'<w:r><w:fldChar w:fldCharType="separate"/></w:r>{run_xml("400")}'
    f'<w:r><w:fldChar w:fldCharType="end"/></w:r>{run_xml("人")}'
)
SYMBOL = f'<w:r><w:sym w:font="Symbol" w:char="F0B3"/></w:r>{run_xml("400人")}'
ODD_SYMBOL = f'<w:r><w:sym w:font="Wingdings" w:char="F0FC"/></w:r>{run_xml("≥400人")}'
EQUATION = f"<m:oMath><m:r><m:t>≥400</m:t></m:r></m:oMath>{run_xml('人')}"
CONTROL = f"<w:sdt><w:sdtPr/><w:sdtContent>{run_xml('≥400人')}</w:sdtContent></w:sdt>"
PLACEHOLDER = (
    f"{run_xml('≥400人')}<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr>"
    f"<w:sdtContent>{run_xml('单击此处输入')}</w:sdtContent></w:sdt>"
)
SPLIT_RUNS = run_xml("≥") + run_xml("40") + '<w:proofErr w:type="spellStart"/>' + run_xml("0人")
RUBY = (
    f"<w:r><w:ruby><w:rt>{run_xml('ren')}</w:rt><w:rubyBase>{run_xml('≥400人')}</w:rubyBase></w:ruby></w:r>"
)


def text_box(inner: str) -> str:
    """A text box twice, as Word writes it for newer and for older programs."""
    box = f"<w:txbxContent>{inner}</w:txbxContent>"
    shape = (
        f"<a:graphic><a:graphicData><wps:wsp><wps:txbx>{box}</wps:txbx></wps:wsp></a:graphicData></a:graphic>"
    )
    new = f'<mc:Choice Requires="wps"><w:drawing><wp:inline>{shape}</wp:inline></w:drawing></mc:Choice>'
    pict = f"<w:pict><v:shape><v:textbox>{box}</v:textbox></v:shape></w:pict>"
    return f"<w:r><mc:AlternateContent>{new}<mc:Fallback>{pict}</mc:Fallback></mc:AlternateContent></w:r>"


BOX_IN_CELL = run_xml("≥400人") + text_box(f"<w:p>{run_xml('请核实')}</w:p>")


def table_in_box(document: Document) -> None:
    """The whole table in a text box."""
    preface(document)
    table = grid(document, body_rows())._tbl
    inner = serialize_part_xml(table).decode().partition("?>")[2]
    table.getparent().remove(table)
    names = nsdecls("w", "wp", "a") + (
        ' xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
        ' xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"'
        ' xmlns:v="urn:schemas-microsoft-com:vml"'
    )
    document.element.body.insert(-1, parse_xml(f"<w:p {names}>{text_box(inner + '<w:p/>')}</w:p>"))


def deleted_row(document: Document) -> None:
    plain()(document)
    table = document.tables[-1]
    copied = deepcopy(table.rows[6]._tr)
    table.rows[6]._tr.addnext(copied)
    properties = copied.get_or_add_trPr()
    properties.append(parse_xml(f"<w:del {nsdecls('w')} {CHANGE}/>"))


def hidden_row(document: Document) -> None:
    plain()(document)
    table = document.tables[-1]
    copied = deepcopy(table.rows[6]._tr)
    table.rows[6]._tr.addnext(copied)
    copied.get_or_add_trPr().append(OxmlElement("w:hidden"))


def deleted_mark(document: Document) -> None:
    """Two paragraphs that a tracked change makes one."""
    plain()(document)
    cell = value_cell(document)
    write(cell, "≥400\n人")
    first = cell.paragraphs[0]._p
    first.insert(0, parse_xml(f"<w:pPr {nsdecls('w')}><w:rPr><w:del {CHANGE}/></w:rPr></w:pPr>"))


def soft_breaks(document: Document) -> None:
    plain()(document)
    cell = goals_cell(document)
    first, second = GOALS.split("\n")
    for extra in cell.paragraphs[1:]:
        extra._p.getparent().remove(extra._p)
    write(cell, first)
    cell.paragraphs[0].add_run().add_break()
    cell.paragraphs[0].add_run(second)


def row_in_control(document: Document) -> None:
    """A row and a cell inside content controls."""
    plain()(document)
    table = document.tables[-1]
    for element in (table.rows[6]._tr, table.rows[7]._tr.tc_lst[1]):
        around = parse_xml(f"<w:sdt {nsdecls('w')}><w:sdtPr/><w:sdtContent/></w:sdt>")
        element.addprevious(around)
        around[1].append(element)


# ---- automatic numbers ------------------------------------------------------------------------------


def numbered(shape: str, text: str, *, by_style: bool = False) -> Draw:
    """The goals as a numbered list; the numbers are not in the text."""

    def draw(document: Document) -> None:
        plain()(document)
        number = new_list(document, shape, text)
        if by_style:
            style = document.styles.add_style("Goal", 1)
            style.element.get_or_add_pPr().append(number_properties(number))
        cell = goals_cell(document)
        write(cell, GOALS)
        for extra in cell.paragraphs[2:]:
            extra._p.getparent().remove(extra._p)
        for paragraph in cell.paragraphs:
            for run in paragraph.runs:
                run.text = re.sub(r"^\d\.", "", run.text)
            if by_style:
                paragraph.style = document.styles["Goal"]
            else:
                paragraph._p.get_or_add_pPr().append(number_properties(number))

    return draw


def new_list(document: Document, shape: str, text: str) -> int:
    numbering = document.part.numbering_part.element
    numbering.insert(
        0,
        parse_xml(
            f'<w:abstractNum {nsdecls("w")} w:abstractNumId="90"><w:lvl w:ilvl="0"><w:start w:val="1"/>'
            f'<w:numFmt w:val="{shape}"/><w:lvlText w:val="{text}"/></w:lvl></w:abstractNum>'
        ),
    )
    numbering.append(parse_xml(f'<w:num {nsdecls("w")} w:numId="90"><w:abstractNumId w:val="90"/></w:num>'))
    return 90


def number_properties(number: int) -> Any:
    return parse_xml(f'<w:numPr {nsdecls("w")}><w:ilvl w:val="0"/><w:numId w:val="{number}"/></w:numPr>')


def serial_numbers(document: Document) -> None:
    """A column of serial numbers that Word counts."""
    preface(document)
    grid(document, project_rows())
    document.add_paragraph("")
    rows = indicator_rows()
    table = grid(document, [["序号", *rows[0]], *([None, *row] for row in rows[1:])])
    number = new_list(document, "decimal", "%1")
    for row in table.rows[1:]:
        row.cells[0].paragraphs[0]._p.get_or_add_pPr().append(number_properties(number))


# ---- declaration forms ------------------------------------------------------------------------------------


def declaration_2015(document: Document) -> None:
    """项目支出绩效目标申报表 of 2015: the medium term and the year side by side."""
    document.add_paragraph("项目支出绩效目标申报表")
    document.add_paragraph("（2022年度）")
    rows: list[Any] = [
        ["项目名称", None, NAME, None, None, None, None, None],
        ["主管部门及代码", None, "306 某某部门", None, None, "实施单位", None, "306101某某局"],
        ["项目属性", None, "延续项目", None, None, "项目期", None, "2022—2024年"],
        ["项目资金（万元）", None, "中期资金总额：", "30", None, "年度资金总额：", None, "10"],
        [None, None, "其中：财政拨款", "28.5", None, "其中：财政拨款", None, "9.5"],
        [None, None, "其他资金", "1.5", None, "其他资金", None, "0.5"],
        ["资金用途", None, PURPOSE, None, None, None, None, None],
        ["总体目标", "中期目标（2022年—2024年）", None, None, None, "年度目标", None, None],
        [None, "办班12期，培训1200人", None, None, None, GOALS, None, None],
        ["绩效指标", *HEADS[:3], "指标值", *HEADS[1:3], "指标值"],
    ]
    before = ""
    for level1, level2, name, _, target in ROWS:
        rows.append(
            [None, level1 if level1 != before else None, level2, name, f"中期{name}", level2, name, target]
        )
        before = level1
    table = grid(document, rows)
    for top, left, bottom, right in (
        *((0, 0, 0, 1), (0, 2, 0, 7), (3, 0, 5, 1), (6, 0, 6, 1), (6, 2, 6, 7), (7, 0, 8, 0)),
        *((7, 1, 7, 4), (7, 5, 7, 7), (8, 1, 8, 4), (8, 5, 8, 7), (9, 0, 14, 0)),
        *((row, 2, row, 2) for row in (1, 2)),
    ):
        if (top, left) != (bottom, right):
            join(table, top, left, bottom, right)


def two_terms_in_columns(document: Document) -> None:
    """实施周期指标值 and 当年度指标值 beside each other."""
    preface(document)
    grid(document, project_rows())
    document.add_paragraph("")
    rows: list[Any] = [[*HEADS[:4], "实施周期指标值", "当年度指标值"]]
    rows += [[*row[:4], f"三年{row[2]}", row[4]] for row in ROWS]
    grid(document, rows)


def costs_and_standards(document: Document) -> None:
    """成本构成 with its own rows, 绩效标准 and 当年预期实现值; no third level."""
    preface(document)
    grid(document, project_rows())
    document.add_paragraph("")
    grid(
        document,
        [
            ["成本构成", None, None, None],
            ["项", "金额", "测算依据", "上年实际执行数"],
            ["师资费", "6", "按合同", "5.8"],
            ["一级指标", "二级指标", "绩效标准", "当年预期实现值"],
            *([row[0], row[1], row[3], row[4]] for row in ROWS),
            ["保障措施", "成立专班", None, None],
        ],
    )


def two_terms_stacked(document: Document) -> None:
    """长期绩效指标 above 年度绩效指标, each with 指标内容, 指标值 and 备注."""
    preface(document)
    grid(document, project_rows())
    document.add_paragraph("")
    heads = [None, "一级指标", "二级指标", "指标内容", "指标值", "备注"]
    rows: list[Any] = [
        ["长期绩效指标", *heads[1:]],
        [None, "产出指标", "数量指标", "培训总人数", "≥1200人", None],
    ]
    rows += [["年度绩效指标", *heads[1:]], *([None, row[0], row[1], row[2], row[4], None] for row in ROWS)]
    table = grid(document, rows)
    join(table, 0, 0, 1, 0)
    join(table, 2, 0, len(rows) - 1, 0)


def core_indicators(document: Document) -> None:
    """The template of core indicators of 2021: seven more columns."""
    preface(document)
    grid(document, project_rows())
    document.add_paragraph("")
    more = ["指标值来源", "取值依据", "分值", "评分规则", "完成值取值方式", "数据来源", "佐证资料"]
    rows: list[Any] = [["一级指标", "二级指标", "指标名称", "指标解释", "指标值", *more]]
    rows += [[*row, *(["计划标准"] + [None] * 6)] for row in ROWS]
    grid(document, rows)


def flat_rows(*, department: bool = True) -> list[Any]:
    rows: list[Any] = [
        [
            "单位编码",
            "单位名称",
            "项目名称",
            "预算数（元）",
            "财政资金（元）",
            "其他资金（元）",
            "资金用途",
            "年度目标",
            "一级指标",
            "二级指标",
            "三级指标",
            "指标解释",
            "指标性质",
            "指标值",
            "度量单位",
            "权重",
        ]
    ]
    for level1, level2, name, description, target in ROWS:
        sign, number, unit = re.fullmatch(r"([≥≤]?)([\d.]+)(\D+)", target).groups()  # type: ignore[union-attr]
        rows.append(
            [
                "306101",
                "某某局",
                NAME,
                "100000",
                "95000",
                "5000",
                PURPOSE,
                GOALS,
                level1,
                level2,
                name,
                description,
                sign or "＝",
                number,
                unit,
                "20",
            ]
        )
    return rows


def flat(*, cut: int = 0) -> Draw:
    """A list with one indicator a row, in one table or cut in two."""

    def draw(document: Document) -> None:
        document.add_paragraph("2022年部门预算项目绩效目标申报表")
        rows = flat_rows()
        grid(document, rows[:cut] if cut else rows)
        if cut:
            document.add_paragraph("")
            grid(document, rows[cut:])

    return draw


# ---- other forms ------------------------------------------------------------------------------------------


def self_evaluation(document: Document) -> None:
    document.add_paragraph("项目支出绩效自评表（2022年度）")
    heads = [*HEADS[:3], "年度指标值", "实际完成值", "分值", "得分", "偏差原因分析及改进措施"]
    rows: list[Any] = [
        ["项目名称", NAME],
        ["主管部门", "306某某部门", "实施单位", "306101某某局"],
        ["项目资金（万元）", None, "年初预算数", "全年预算数", "全年执行数", "分值", "执行率", "得分"],
        ["年度资金总额", None, "10", "10", "9.8", "10", "98%", "9.8"],
        heads,
        *([*row[:3], row[4], "完成", "10", "10", None] for row in ROWS),
        ["总分", None, None, None, None, "100", "99.8"],
    ]
    grid(document, rows)


def monitoring(document: Document) -> None:
    document.add_paragraph("项目支出绩效目标运行监控表")
    rows: list[Any] = [
        ["项目名称", NAME, "实施单位", "306101某某局"],
        [*HEADS[:3], "年度指标值", "1-7月执行情况", "全年预计完成情况", "完成目标可能性", "备注"],
        *([*row[:3], row[4], "正常", row[4], "确定能", None] for row in ROWS),
    ]
    grid(document, rows)


def whole_department(document: Document) -> None:
    document.add_paragraph("部门整体支出绩效目标表（2022年度）")
    rows: list[Any] = [
        ["部门名称", "306101某某局"],
        ["年度主要任务", "任务名称", "主要内容", "预算金额（万元）"],
        [None, "培训", "办班", "10"],
        ["金额合计", None, None, "10"],
        ["年度总体目标", GOALS],
        [*HEADS[:3], "指标值"],
        *([*row[:3], row[4]] for row in ROWS),
    ]
    grid(document, rows)


def with_evaluation(document: Document) -> None:
    plain()(document)
    self_evaluation(document)


def twins_unnamed(document: Document) -> None:
    preface(document)
    grid(document, project_rows())
    document.add_paragraph("")
    grid(document, [[*HEADS, *HEADS[1:]], *([*row, *row[1:]] for row in ROWS)])


def nameless(document: Document) -> None:
    preface(document)
    grid(document, indicator_rows())


def lists_and_forms(document: Document) -> None:
    plain()(document)
    flat()(document)


def no_tables(document: Document) -> None:
    document.add_paragraph("关于做好2022年绩效目标申报工作的通知")


def foreign_table(document: Document) -> None:
    grid(document, [["科目", "金额"], ["培训费", "10"]])
