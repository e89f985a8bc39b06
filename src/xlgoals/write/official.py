"""The book of official tables: one sheet a project, laid out as published, ready to print on A4.

All texts come from the form's ``official`` section; :mod:`xlgoals.read.official_sheet` reads the book back.
A merged cell never fits its height to its text, so heights are computed here.
"""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from xlgoals.errors import CannotDo
from xlgoals.form import Form
from xlgoals.model import Indicator, Money, Project, Submission
from xlgoals.profile import Profile
from xlgoals.write.book import TALLEST_POINTS, height_for, new_workbook, put_text, save_plain

# The budget line has seven boxes, an indicator five: 三级指标 and 描述 take two columns each.
_SPANS = ((0, 0), (1, 1), (2, 3), (4, 5), (6, 6))
_LAST = 6
_UNIT_SPAN = (0, 4)
_MONEY_UNIT_SPAN = (5, _LAST)
_A4 = 9
# Fonts that stand in for 宋体 have taller lines.
_GENEROUS = 1.1
_LEAST_ROW = 26
_PIXEL = 0.75
# An A4 page within its margins, and a little less; pages end where a merged level ends, or it would be cut.
_PAGE_POINTS = 720
_SHEET_NAME_UNITS = 31
_NOT_IN_SHEET_NAMES = re.compile(r"[\[\]:*?/\\'\s\x00-\x1f\ufffe\uffff]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Styles:
    title: Format
    left: Format
    right: Format
    label: Format
    centre: Format
    text: Format
    money: Format
    money_text: Format
    link: Format


@dataclass(frozen=True, slots=True)
class _Box:
    """One cell of the form, from its first to its last column."""

    first: int
    last: int
    value: str | Money
    style: Format

    @property
    def text(self) -> str:
        return self.value if isinstance(self.value, str) else str(self.value)


def write_official(target: Path, form: Form, profile: Profile, submission: Submission) -> None:
    """Draws the tables of all projects to ``target``; a list of them first when there is more than one.

    Amounts are in the money unit of ``profile``. Year, unit and profile go into the document properties,
    for the published layout has no place for the year.

    Raises:
        CannotDo: the submission holds no project.
    """
    if not submission.projects:
        raise CannotDo("print.nothing", file=submission.file)
    printed = form.official.printed
    workbook, buffer = new_workbook(printed.contents_title)
    identity = {
        "template_id": printed.id,
        "unit_code": submission.unit.code,
        "unit_name": submission.unit.name,
        "year": "" if submission.year is None else str(submission.year),
        "profile": profile.id,
    }
    for key, value in identity.items():
        workbook.set_custom_property(f"xlgoals_{key}", value, "text")
    styles = _make_styles(workbook, printed.fonts)
    names = [
        sheet_name(printed.sheet, number, each.name) for number, each in enumerate(submission.projects, 1)
    ]
    if len(names) > 1:
        _draw_contents(
            workbook.add_worksheet(printed.contents), form, profile, styles, submission.projects, names
        )
    line = printed.unit_line.format(code=submission.unit.code, name=submission.unit.name)
    for number, (project, name) in enumerate(zip(submission.projects, names, strict=True), start=1):
        _Page(workbook.add_worksheet(name), form, styles).draw(number, line, profile.money_unit, project)
    workbook.close()
    save_plain(buffer, target)


def sheet_name(pattern: str, number: int, name: str) -> str:
    """A valid name for the sheet of project ``number``; unique, because it begins with the number.

    >>> sheet_name("{number}.{name}", 3, "[A/B] 工程: 一期")
    '3.A B 工程 一期'
    """
    plain = _NOT_IN_SHEET_NAMES.sub(" ", name).strip()
    whole = pattern.format(number=number, name=plain)
    while len(whole.encode("utf-16-le")) > 2 * _SHEET_NAME_UNITS:  # Excel counts UTF-16 units
        whole = whole[:-1]
    return whole.strip()


def _make_styles(workbook: Workbook, fonts: Mapping[str, str]) -> _Styles:
    body = {"font_name": fonts["body"], "font_size": 10.5, "valign": "vcenter"}
    label = {"font_name": fonts["label"], "font_size": 10.5, "valign": "vcenter"}
    grid = {"border": 1, "text_wrap": True}

    def style(**properties: object) -> Format:
        return workbook.add_format(properties)

    return _Styles(
        title=style(font_name=fonts["title"], font_size=18, align="center", valign="vcenter", text_wrap=True),
        left=style(**body, text_wrap=True),
        right=style(**body, align="right"),
        label=style(**label, **grid, align="center"),
        centre=style(**body, **grid, align="center"),
        text=style(**body, **grid, align="left", indent=1),
        money=style(**body, border=1, align="right", indent=1, num_format="#,##0.00", shrink=True),
        money_text=style(**body, **grid, align="right", indent=1),
        link=style(**body, **grid, align="left", indent=1, font_color="#0563C1", underline=1),
    )


class _Page:
    """One table in the making, from top to bottom."""

    def __init__(self, sheet: Worksheet, form: Form, styles: _Styles) -> None:
        self._sheet = sheet
        self._form = form
        self._styles = styles
        self._widths = form.official.printed.widths
        self._row = 0
        self._used = self._used_last = 0.0
        """Points used on the page, and by the last line."""
        self._breaks: list[int] = []

    def draw(self, number: int, unit_line: str, money_unit: str, project: Project) -> None:
        """The whole table; the head row is repeated on every printed page."""
        official, styles = self._form.official, self._styles
        for column, width in enumerate(self._widths):
            self._sheet.set_column(column, column, width)
        title = official.printed.title.format(number=number, name=project.name)
        # At 18 points a character is that much wider than the ones the widths are counted in.
        self._place([_Box(0, _LAST, title, styles.title)], least=40, scale=18 / 10.5)
        unit = self._form.marks["money_unit"].format(unit=money_unit)
        self._place(
            [_Box(*_UNIT_SPAN, unit_line, styles.left), _Box(*_MONEY_UNIT_SPAN, unit, styles.right)], least=20
        )
        self._labelled(official.labels["name"], project.name, least=26)
        self._budget(project)
        self._labelled(official.labels["goals"], project.goals, least=80)
        heads = self._row
        self._place(
            [
                _Box(first, last, text, styles.label)
                for (first, last), text in zip(_SPANS, official.heads.values(), strict=True)
            ],
            least=26,
        )
        self._indicators(project.indicators)
        self._sheet.set_h_pagebreaks(self._breaks)
        _set_up_page(self._sheet, self._form, self._row - 1, _LAST, repeat=heads)

    def _labelled(self, label: str, text: str, least: float) -> None:
        self._place([_Box(0, 0, label, self._styles.label), _Box(1, _LAST, text, self._styles.text)], least)

    def _budget(self, project: Project) -> None:
        labels, top = self._form.official.labels, self._row
        boxes = []
        amounts = {"budget": project.budget, "fiscal": project.fiscal, "other": project.other}
        for position, (key, money) in enumerate(amounts.items()):
            column = 1 + 2 * position
            boxes.append(_Box(column, column, labels[key], self._styles.label))
            boxes.append(_Box(column + 1, column + 1, money, self._styles.money))
        self._place(boxes, least=34)
        self._place([_Box(1, _LAST, project.purpose, self._styles.text)], least=48)
        self._put(_Box(0, 0, labels["block"], self._styles.label), top, self._row - 1)

    def _indicators(self, indicators: Sequence[Indicator]) -> None:
        """A row an indicator; the first level is merged over the rows of a page that have it in common."""
        head = self._used_last
        for level1, group in itertools.groupby(indicators, key=lambda each: each.level1):
            top = self._row
            for each in group:
                texts = (each.level2, each.name, each.description, each.target)
                shapes = (self._styles.centre, self._styles.text, self._styles.text, self._styles.text)
                boxes = [
                    _Box(*span, text, style)
                    for span, text, style in zip(_SPANS[1:], texts, shapes, strict=True)
                ]
                ends_page = self._used + self._height(boxes, _LEAST_ROW) > _PAGE_POINTS
                # A row of nothing but its first level would not be seen under a merged cell.
                if ends_page or not any(text.strip() for text in texts):
                    self._merge_level(level1, top)
                    top = self._row
                if ends_page:
                    self._breaks.append(self._row)
                    self._used = head
                # The first row alone has room for the text of the first level: it may be the only one.
                self._place(boxes, _LEAST_ROW, beside=level1 if self._row == top else "")
            self._merge_level(level1, top)

    def _merge_level(self, level1: str, top: int) -> None:
        if self._row > top:
            self._put(_Box(0, 0, level1, self._styles.centre), top, self._row - 1)

    def _height(self, boxes: Sequence[_Box], least: float, scale: float = 1, beside: str = "") -> float:
        """What a line of the form needs, in whole pixels as every program rounds it."""
        texts = [
            (box.text, sum(self._widths[box.first : box.last + 1]) / scale)
            for box in boxes
            if not isinstance(box.value, Money)
        ]
        needed = _GENEROUS * scale * height_for([*texts, (beside, self._widths[0])], most=math.inf)
        return math.ceil(max(least, needed) / _PIXEL) * _PIXEL

    def _place(self, boxes: Sequence[_Box], least: float, scale: float = 1, beside: str = "") -> None:
        """Writes one line of the form, high enough for its texts: over several rows if one cannot be."""
        height = self._height(boxes, least, scale, beside)
        rows = math.ceil(height / TALLEST_POINTS)
        for row in range(self._row, self._row + rows):
            self._sheet.set_row(row, height / rows)
        for box in boxes:
            self._put(box, self._row, self._row + rows - 1)
        self._row += rows
        self._used, self._used_last = self._used % _PAGE_POINTS + height, height

    def _put(self, box: _Box, top: int, bottom: int) -> None:
        style = box.style
        number = _number(box.value) if isinstance(box.value, Money) else None
        if isinstance(box.value, Money) and number is None and not box.value.is_blank:
            style = self._styles.money_text
        if (top, box.first) != (bottom, box.last):
            self._sheet.merge_range(top, box.first, bottom, box.last, "", style)
        if number is not None:
            self._sheet.write_number(top, box.first, number, style)
        else:
            blank = isinstance(box.value, Money) and box.value.is_blank
            put_text(self._sheet, top, box.first, "" if blank else box.text, style)


def _number(money: Money) -> float | None:
    """The amount as a cell can hold it; None where there is none or a cell would round it."""
    if money.amount is None:
        return None
    number = float(money.amount)
    return number if Decimal(format(number, ".15g")) == money.amount else None


def _draw_contents(
    sheet: Worksheet,
    form: Form,
    profile: Profile,
    styles: _Styles,
    projects: Sequence[Project],
    names: Sequence[str],
) -> None:
    """The list of tables, each name a link to its sheet."""
    printed, top = form.official.printed, xl_rowcol_to_cell(0, 0)
    columns = printed.contents_columns
    last = len(columns) - 1
    for column, heading in enumerate(columns):
        sheet.set_column(column, column, heading.width)
        put_text(sheet, 2, column, heading.label, styles.label)
    sheet.merge_range(0, 0, 0, last, "", styles.title)
    put_text(sheet, 0, 0, printed.contents_title, styles.title)
    put_text(sheet, 1, last, form.marks["money_unit"].format(unit=profile.money_unit), styles.right)
    for row, height in enumerate((40, 20, 26)):
        sheet.set_row(row, height)
    for number, (project, name) in enumerate(zip(projects, names, strict=True), start=1):
        row = 2 + number
        for column, heading in enumerate(columns):
            if heading.key == "name":
                sheet.write_url(row, column, f"internal:'{name}'!{top}", styles.link, project.name or name)
                sheet.set_row(row, max(24, height_for([(project.name, heading.width)])))
            elif heading.key == "budget":
                amount = _number(project.budget)
                if amount is None:
                    text = "" if project.budget.is_blank else str(project.budget)
                    put_text(sheet, row, column, text, styles.money_text)
                else:
                    sheet.write_number(row, column, amount, styles.money)
            else:
                count = number if heading.key == "number" else len(project.indicators)
                sheet.write_number(row, column, count, styles.centre)
    _set_up_page(sheet, form, 2 + len(names), last, repeat=2)


def _set_up_page(sheet: Worksheet, form: Form, last_row: int, last_column: int, *, repeat: int) -> None:
    sheet.hide_gridlines(2)
    sheet.set_portrait()
    sheet.set_paper(_A4)
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.6, right=0.6, top=0.75, bottom=0.75)
    sheet.center_horizontally()
    sheet.repeat_rows(repeat)
    sheet.set_footer(f'&C&"{form.official.printed.fonts["body"]},Regular"&9{form.marks["page"]}')
    sheet.print_area(0, 0, last_row, last_column)
