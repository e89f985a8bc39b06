"""申报表预览: the official form of one chosen project inside the unit's workbook, filled in by formulas.

It uses INDEX, MATCH, SUMPRODUCT and IFERROR only, so that Excel, WPS and LibreOffice compute it without
macros. The printed book is made by :mod:`xlgoals.write.official`; this is for a look while filling in.
"""

from __future__ import annotations

from xlsxwriter.format import Format
from xlsxwriter.utility import xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from xlgoals.form import Form, Kind
from xlgoals.profile import Profile
from xlgoals.write.book import PROTECTION, put_text
from xlgoals.write.layout import FIRST_ROW, PROJECT_NAMES, range_name
from xlgoals.write.styles import Styles

# The budget line has seven boxes, an indicator five: 三级指标 and 描述 take two columns each.
_SPANS = ((0, 0), (1, 1), (2, 3), (4, 5), (6, 6))
_LAST = 6
_HELPER = 8  # hidden, beyond the printed area: the row of the indicator that a line shows
_CHOOSE, _TITLE, _UNIT, _NAME, _MONEY, _PURPOSE, _GOALS, _HEADS, _INDICATORS = range(9)


def draw_preview(sheet: Worksheet, form: Form, profile: Profile, styles: Styles, chosen: str) -> None:
    """Draws the sheet with ``chosen`` as the project to begin with."""
    spec, labels = form.preview, form.official.labels
    for number, width in enumerate(spec.widths):
        sheet.set_column(number, number, width)
    sheet.set_column(_HELPER, _HELPER, None, None, {"hidden": True})
    sheet.merge_range(_CHOOSE, 0, _CHOOSE, _LAST, "", styles.hint)
    put_text(sheet, _CHOOSE, 0, spec.choose, styles.hint)
    sheet.merge_range(_TITLE, 0, _TITLE, _LAST, spec.title, styles.title)
    sheet.set_row(_TITLE, 36)
    put_text(sheet, _UNIT, _LAST, form.marks["money_unit"].format(unit=profile.money_unit), styles.line_right)
    choice = xl_rowcol_to_cell(_NAME, 2, True, True)
    _label(sheet, styles, _NAME, 0, 1, labels["name"])
    sheet.merge_range(_NAME, 2, _NAME, _LAST, "", styles.inputs[Kind.CHOICE])
    put_text(sheet, _NAME, 2, chosen, styles.inputs[Kind.CHOICE])
    sheet.data_validation(_NAME, 2, _NAME, 2, {"validate": "list", "source": f"={PROJECT_NAMES}"})
    sheet.set_row(_NAME, 24)
    sheet.merge_range(_MONEY, 0, _PURPOSE, 0, labels["block"], styles.label)
    for position, key in enumerate(("budget", "fiscal", "other")):
        _label(sheet, styles, _MONEY, 1 + 2 * position, 1 + 2 * position, labels[key])
        value = _of_project(choice, key)
        sheet.write_formula(_MONEY, 2 + 2 * position, value, styles.plain_money, "")
    sheet.set_row(_MONEY, 30)
    _merged_formula(sheet, _PURPOSE, 1, _LAST, _of_project(choice, "purpose"), styles.plain)
    sheet.set_row(_PURPOSE, 60)
    _label(sheet, styles, _GOALS, 0, 0, labels["goals"])
    _merged_formula(sheet, _GOALS, 1, _LAST, _of_project(choice, "goals"), styles.plain)
    sheet.set_row(_GOALS, 110)
    for (first, last), key in zip(_SPANS, form.official.heads, strict=True):
        _label(sheet, styles, _HEADS, first, last, form.official.heads[key])
    for number in range(1, spec.rows + 1):
        _draw_indicator(sheet, form, styles, choice, number)
    _finish(sheet, form, _INDICATORS + spec.rows - 1)


def _draw_indicator(sheet: Worksheet, form: Form, styles: Styles, choice: str, number: int) -> None:
    row = _INDICATORS + number - 1
    helper = xl_rowcol_to_cell(row, _HELPER, col_abs=True)
    projects, numbers = range_name("indicators", "project"), range_name("indicators", "number")
    # 序号 counts within the project, so project and 序号 together name one row.
    position = f"SUMPRODUCT(({projects}={choice})*({numbers}={number})*ROW({numbers}))-{FIRST_ROW}"
    sheet.write_formula(row, _HELPER, f'=IF({choice}="",0,{position})', None, "")
    for (first, last), key in zip(_SPANS, form.official.heads, strict=True):
        value = f"INDEX({range_name('indicators', key)},{helper})"
        formula = f'=IF({helper}<1,"",IF({value}="","",{value}))'
        _merged_formula(sheet, row, first, last, formula, styles.plain)
    sheet.set_row(row, 32)


def _of_project(choice: str, key: str) -> str:
    found = f"INDEX({range_name('projects', key)},MATCH({choice},{range_name('projects', 'name')},0))"
    return f'=IFERROR(IF({found}="","",{found}),"")'


def _merged_formula(sheet: Worksheet, row: int, first: int, last: int, formula: str, style: Format) -> None:
    if last > first:
        sheet.merge_range(row, first, row, last, "", style)
    sheet.write_formula(row, first, formula, style, "")


def _label(sheet: Worksheet, styles: Styles, row: int, first: int, last: int, text: str) -> None:
    if last > first:
        sheet.merge_range(row, first, row, last, "", styles.label)
    put_text(sheet, row, first, text, styles.label)


def _finish(sheet: Worksheet, form: Form, last_row: int) -> None:
    sheet.hide_gridlines(2)
    sheet.set_portrait()
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.6, right=0.6, top=0.7, bottom=0.7)
    sheet.center_horizontally()
    sheet.repeat_rows(_HEADS)
    sheet.set_footer(f"&C{form.marks['page']}")
    sheet.print_area(_TITLE, 0, last_row, _LAST)
    sheet.protect("", PROTECTION)
