"""The document that is published: cover, contents, and a numbered heading with its table for every project.

All texts come from ``word.yaml`` and the form's ``official`` section; :mod:`xlgoals.read.word` reads it back.
The head row of indicators is repeated on every page, which Word does only for the first row of a table: so
the indicators are a table of their own below the project's.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import docx
from docx.document import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK, WD_TAB_ALIGNMENT, WD_TAB_LEADER
from docx.oxml.ns import qn
from docx.shared import Cm, Pt

from xlgoals.errors import CannotDo
from xlgoals.form import Form
from xlgoals.form.word import Publication, load_publication
from xlgoals.model import Indicator, Money, Project, Submission
from xlgoals.profile import Profile
from xlgoals.write.wordparts import (
    NOT_IN_XML,
    bookmark,
    element,
    put,
    put_field,
    run,
    save,
    set_font_table,
    set_fonts,
    set_identity,
    without_contents_field,
)

_PAGE = (Cm(21), Cm(29.7))
_MARGIN = Cm(2.4)
_TEXT_WIDTH = Cm(21 - 2 * 2.4)
# The budget line has seven boxes, an indicator five: as in the printed book.
_SPANS = ((0, 0), (1, 1), (2, 3), (4, 5), (6, 6))
_LAST = 6
_CELL_ROOM = 50  # above and below the text of a cell, in twentieths of a point
_HEADING, _UNIT_HEADING, _ENTRY, _UNIT_ENTRY = "Heading 2", "Heading 1", "toc 2", "toc 1"
_BOOKMARKS = 100_000_000
_TWENTIETH = 635  # of a point, in English Metric Units
_CENTRE, _LEFT, _RIGHT = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.LEFT, WD_ALIGN_PARAGRAPH.RIGHT


def write_word(target: Path, form: Form, profile: Profile, submissions: Sequence[Submission]) -> None:
    """The published document of one or several units of one year, their projects in order.

    Amounts are in the money unit of ``profile``. What belongs to the year, unit and profile of a single unit
    also stands in the document's properties, by which it is read back.

    Raises:
        CannotDo: no project, several years or none, or a character that no document can hold.
    """
    years = {each.year for each in submissions}
    if not any(each.projects for each in submissions):
        raise CannotDo("print.nothing", file=submissions[0].file)
    if len(years) > 1:
        raise CannotDo("publish.several_years", years=", ".join(sorted(str(year) for year in years)))
    if None in years:
        raise CannotDo("publish.no_year", file=submissions[0].file)
    for each in submissions:
        _refuse_characters(each)
    _Writer(form, profile, load_publication()).write(target, submissions)


def write_printable(target: Path, form: Form, profile: Profile, submissions: Sequence[Submission]) -> None:
    """The same document for LibreOffice to draw: it counts the pages of entries that stand in no field."""
    write_word(target, form, profile, submissions)
    document = docx.Document(str(target))
    without_contents_field(document, (_UNIT_ENTRY, _ENTRY))
    save(document, target)


def _refuse_characters(submission: Submission) -> None:
    for project in submission.projects:
        texts = {field: getattr(project, field) for field in ("name", "purpose", "goals")}
        texts |= {field: getattr(project, field).raw for field in ("budget", "fiscal", "other")}
        _refuse_in(texts, project)
        for indicator in project.indicators:
            fields = ("level1", "level2", "name", "description", "target")
            _refuse_in({field: getattr(indicator, field) for field in fields}, indicator)


def _refuse_in(texts: dict[str, str], record: Project | Indicator) -> None:
    for field, text in texts.items():
        if found := NOT_IN_XML.search(text):
            address = record.location.address(field)
            code = f"U+{ord(found[0]):04X}"
            raise CannotDo("publish.character", file=address.file, cell=str(address), code=code)


def _in_run(part: Any) -> Any:
    holder = element("r")
    holder.append(part)
    return holder


@dataclass(frozen=True, slots=True)
class _Box:
    """One cell of a table, from its first to its last column."""

    first: int
    last: int
    text: str
    style: str = "Cell text"
    place: str = "left"
    merge: str = ""


class _Writer:
    """One document in the making."""

    def __init__(self, form: Form, profile: Profile, texts: Publication) -> None:
        self._form = form
        self._profile = profile
        self._texts = texts
        self._document: Document = docx.Document()
        self._marks = itertools.count(1)
        widths = form.official.printed.widths
        self._widths = [int(_TEXT_WIDTH * width / sum(widths)) for width in widths]
        self._styles: dict[str, str] = {}
        """Name → identifier."""

    def write(self, target: Path, submissions: Sequence[Submission]) -> None:
        """The whole document."""
        document, texts, first = self._document, self._texts, submissions[0]
        year = str(first.year)
        self._set_up()
        title = texts.cover_title.format(year=year)
        self._cover(title, submissions)
        headings: list[tuple[str, str, str]] = []
        entries = document.add_paragraph(texts.contents, style="TOC Heading")
        several = len(submissions) > 1
        for submission in submissions:
            if not submission.projects:
                continue
            if several:
                unit = submission.unit
                text = texts.unit_heading.format(code=unit.code, name=unit.name)
                headings.append((text, self._heading(text, _UNIT_HEADING), _UNIT_ENTRY))
            for number, project in enumerate(submission.projects, start=1):
                name = " ".join(project.name.split("\n"))
                text = texts.heading.format(number=number, name=name)
                mark = self._heading(text, _HEADING, begins_page=not (several and number == 1))
                headings.append((text, mark, _ENTRY))
                self._table(submission, project)
        self._contents(entries, headings, several=several)
        official = self._form.official
        identity = {"template_id": official.printed.id, "year": year, "profile": self._profile.id}
        if not several:
            identity |= {"unit_code": first.unit.code, "unit_name": first.unit.name}
        set_identity(document, title, {f"xlgoals_{key}": value for key, value in identity.items()})
        save(document, target)

    # ---- page and styles -----------------------------------------------------------------------------

    def _set_up(self) -> None:
        document, fonts = self._document, self._texts.fonts
        section = document.sections[0]
        section.page_width, section.page_height = _PAGE
        section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = _MARGIN
        section.different_first_page_header_footer = True
        set_font_table(document, self._texts.instead)
        self._style("Normal", fonts["body"], 12)
        self._style(_UNIT_HEADING, fonts["title"], 18, _CENTRE)
        self._style(_HEADING, fonts["title"], 18, _CENTRE)
        for name, use, size, place in (
            ("Title", "title", 26, _CENTRE),
            ("TOC Heading", "label", 18, _CENTRE),
            (_UNIT_ENTRY, "body", 12, None),
            (_ENTRY, "body", 12, None),
            ("Cover", "body", 18, _CENTRE),
            ("Year", "body", 12, _CENTRE),
            ("Line above", "table", 10.5, None),
            ("Cell text", "table", 10.5, None),
            ("Cell label", "label", 10.5, _CENTRE),
        ):
            self._style(name, fonts[use], size, place)
        for name in (_UNIT_ENTRY, _ENTRY):
            stops = document.styles[name].paragraph_format.tab_stops
            stops.add_tab_stop(_TEXT_WIDTH, WD_TAB_ALIGNMENT.RIGHT, WD_TAB_LEADER.DOTS)
        document.styles["Line above"].paragraph_format.tab_stops.add_tab_stop(
            _TEXT_WIDTH, WD_TAB_ALIGNMENT.RIGHT
        )
        footer = section.footer.paragraphs[0]
        footer.alignment = _CENTRE
        before, between, behind = self._texts.page
        put(footer, before)
        put_field(footer, "PAGE", self._texts.page_unknown)
        put(footer, between)
        put_field(footer, "NUMPAGES", self._texts.page_unknown)
        put(footer, behind)
        settings = document.settings.element
        settings.find(qn("w:compat")).addprevious(element("updateFields", val="true"))

    def _style(self, name: str, font: str, size: float, place: WD_ALIGN_PARAGRAPH | None = None) -> None:
        styles = self._document.styles
        names = {style.name for style in styles}
        style: Any = styles[name] if name in names else styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        properties = style.element.get_or_add_rPr()
        for child in list(properties):
            properties.remove(child)
        style.font.size = Pt(size)
        set_fonts(properties, font, self._texts.fonts["latin"])
        line_below = style.element.get_or_add_pPr().find(qn("w:pBdr"))
        if line_below is not None:
            line_below.getparent().remove(line_below)
        style.paragraph_format.space_before = style.paragraph_format.space_after = Pt(0)
        style.paragraph_format.line_spacing = 1.0
        if place is not None:
            style.paragraph_format.alignment = place
        self._styles[name] = style.style_id

    # ---- before the tables -----------------------------------------------------------------------------

    def _cover(self, title: str, submissions: Sequence[Submission]) -> None:
        texts, first = self._texts, submissions[0].unit
        heading = self._document.add_paragraph(style="Title")
        heading.paragraph_format.space_before = Pt(180)
        heading.paragraph_format.space_after = Pt(48)
        put(heading, title)
        line = self._document.add_paragraph(style="Cover")
        said = texts.cover_unit if len(submissions) == 1 else texts.cover_units
        put(line, said.format(code=first.code, name=first.name, count=len(submissions)))
        self._document.add_paragraph().add_run().add_break(WD_BREAK.PAGE)

    def _contents(self, title: Any, headings: Sequence[tuple[str, str, str]], *, several: bool) -> None:
        """A field of contents, its entries in place: a link to each heading and the number of its page."""
        levels = "1-2" if several else "2-2"
        begin = [
            element("fldChar", fldCharType="begin"),
            element("instrText"),
            element("fldChar", fldCharType="separate"),
        ]
        begin[1].text = f' TOC \\o "{levels}" \\h \\z \\u '
        before = title
        for number, (text, mark, style) in enumerate(headings):
            entry = self._document.add_paragraph(style=style)
            before._p.addnext(entry._p)
            before = entry
            if number == 0:
                for part in begin:
                    entry._p.append(_in_run(part))
            link = element("hyperlink", anchor=mark, history=1)
            link.append(run(text))
            link.append(run("\t"))
            put_field(entry, f"PAGEREF {mark} \\h", self._texts.page_unknown, into=link)
            entry._p.append(link)
        before._p.append(_in_run(element("fldChar", fldCharType="end")))

    def _heading(self, text: str, style: str, *, begins_page: bool = True) -> str:
        paragraph = self._document.add_paragraph(style=style)
        paragraph.paragraph_format.page_break_before = begins_page
        put(paragraph, text)
        number = next(self._marks)
        name = f"_Toc{_BOOKMARKS + number}"
        bookmark(paragraph, number, name)
        return name

    # ---- a table -------------------------------------------------------------------------------------

    def _table(self, submission: Submission, project: Project) -> None:
        official, texts = self._form.official, self._texts
        year = self._document.add_paragraph(style="Year")
        put(year, texts.year.format(year=submission.year))
        line = self._document.add_paragraph(style="Line above")
        unit = official.printed.unit_line.format(code=submission.unit.code, name=submission.unit.name)
        put(line, f"{unit}\t{self._form.marks['money_unit'].format(unit=self._profile.money_unit)}")
        self._project(project)
        gap = self._document.add_paragraph(style="Line above")
        gap.paragraph_format.line_spacing = Pt(4)
        self._indicators(project.indicators)

    def _new_table(self) -> Any:
        """An empty table of the printed book's columns, over the width of the text."""
        table = self._document.add_table(rows=0, cols=_LAST + 1, style="Table Grid")
        table.alignment, table.autofit = WD_TABLE_ALIGNMENT.CENTER, False
        for column, width in zip(table.columns, self._widths, strict=True):
            column.width = width
        room = element("tblCellMar")
        for side in ("top", "bottom"):
            room.append(element(side, w=_CELL_ROOM, type="dxa"))
        table._tbl.tblPr.find(qn("w:tblLook")).addprevious(room)
        return table._tbl

    def _project(self, project: Project) -> None:
        labels, table = self._form.official.labels, self._new_table()
        self._row(table, [self._label(0, 0, labels["name"]), _Box(1, _LAST, project.name)])
        amounts: dict[str, Money] = {
            "budget": project.budget,
            "fiscal": project.fiscal,
            "other": project.other,
        }
        boxes = [replace(self._label(0, 0, labels["block"]), merge="restart")]
        for position, (key, money) in enumerate(amounts.items()):
            column = 1 + 2 * position
            boxes.append(self._label(column, column, labels[key]))
            boxes.append(_Box(column + 1, column + 1, "" if money.is_blank else str(money), place="right"))
        self._row(table, boxes)
        self._row(table, [_Box(0, 0, "", merge="continue"), _Box(1, _LAST, project.purpose)])
        self._row(table, [self._label(0, 0, labels["goals"]), _Box(1, _LAST, project.goals)])

    def _indicators(self, indicators: Sequence[Indicator]) -> None:
        table = self._new_table()
        heads = zip(_SPANS, self._form.official.heads.values(), strict=True)
        self._row(table, [self._label(*span, text) for span, text in heads], mark="tblHeader")
        before: Indicator | None = None
        for each in indicators:
            texts = (each.level2, each.name, each.description, each.target)
            # A row of nothing but its first level would not be seen under a merged cell.
            goes_on = before is not None and before.level1 == each.level1 and any(t.strip() for t in texts)
            first = _Box(
                *_SPANS[0],
                "" if goes_on else each.level1,
                place="center",
                merge="continue" if goes_on else "restart",
            )
            places = ("center", "left", "left", "left")
            rest = [
                _Box(*span, text, place=place)
                for span, text, place in zip(_SPANS[1:], texts, places, strict=True)
            ]
            self._row(table, [first, *rest], mark="cantSplit")
            before = each

    def _label(self, first: int, last: int, text: str) -> _Box:
        return _Box(first, last, text, style="Cell label", place="center")

    def _row(self, table: Any, boxes: Sequence[_Box], mark: str = "") -> None:
        row = element("tr")
        if mark:
            properties = element("trPr")
            properties.append(element(mark))
            row.append(properties)
        for box in boxes:
            cell, properties = element("tc"), element("tcPr")
            width = sum(self._widths[box.first : box.last + 1])
            properties.append(element("tcW", w=round(width / _TWENTIETH), type="dxa"))
            if box.last > box.first:
                properties.append(element("gridSpan", val=box.last - box.first + 1))
            if box.merge:
                properties.append(element("vMerge", val=box.merge))
            properties.append(element("vAlign", val="center"))
            cell.append(properties)
            for line in box.text.split("\n"):
                paragraph, shape = element("p"), element("pPr")
                shape.append(element("pStyle", val=self._styles[box.style]))
                shape.append(element("jc", val=box.place))
                paragraph.append(shape)
                if line:
                    paragraph.append(run(line))
                cell.append(paragraph)
            row.append(cell)
        table.append(row)
