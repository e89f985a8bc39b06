"""What a cell of a goal table in Word may hold, and automatic numbers, drawn by code."""

from __future__ import annotations

import re
from copy import deepcopy
from typing import Any

from docx.document import Document
from docx.opc.oxml import serialize_part_xml
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls
from docx.table import _Cell

from tests.support.legacy import GOALS
from tests.support.word_variants import (
    Draw,
    body_rows,
    grid,
    indicator_rows,
    plain,
    preface,
    project_rows,
    write,
)

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
