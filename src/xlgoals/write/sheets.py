"""The sheets of a unit's workbook, one function each; :mod:`xlgoals.write.template` puts them together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from xlsxwriter.utility import xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from xlgoals.form import PROJECT_TYPES, Column, Form, InputSheet, Kind, ListName, ResultsSheet
from xlgoals.model import Money, Unit
from xlgoals.profile import Profile
from xlgoals.write.book import PROTECTION, height_for, put_text, write_down
from xlgoals.write.layout import (
    CHOOSE_LEVEL1,
    FIRST_ROW,
    HEAD_ROW,
    LEVEL1_NAMES,
    LEVEL2_FIRST,
    MOST_LEVEL2,
    PROJECT_NAMES,
    TITLE_ROW,
    UNIT_ROW,
    Layout,
    column_of,
    most_characters,
)
from xlgoals.write.styles import Styles

Record = Mapping[str, str | Money]


def draw_guide(
    sheet: Worksheet, form: Form, profile: Profile, styles: Styles, values: Mapping[str, str]
) -> None:
    """填报说明: who fills in, the steps, and one line for each column."""
    guide = form.guide
    last = len(guide.widths) - 1
    for column, width in enumerate(guide.widths):
        sheet.set_column(column, column, width)
    sheet.merge_range(TITLE_ROW, 0, TITLE_ROW, last, guide.title, styles.title)
    sheet.set_row(TITLE_ROW, 36)
    row = TITLE_ROW + 2
    for field in guide.fields:
        put_text(sheet, row, 0, field.label, styles.label)
        put_text(sheet, row, 1, values.get(field.key, ""), styles.inputs[field.kind])
        put_text(sheet, row, 2, field.prompt, styles.hint)
        sheet.set_row(row, 22)
        row += 1
    put_text(sheet, row, 0, guide.profile_label, styles.label)
    put_text(sheet, row, 1, profile.title["zh"], styles.plain)
    put_text(sheet, row, 2, profile.basis[0] if profile.basis else "", styles.hint)
    sheet.set_row(row, 22)
    row += 2
    put_text(sheet, row, 0, guide.guide_title, styles.section)
    for number, step in enumerate(guide.steps, start=1):
        row += 1
        text = f"{number}. {step}"
        sheet.merge_range(row, 0, row, last, "", styles.plain)
        put_text(sheet, row, 0, text, styles.plain)
        sheet.set_row(row, height_for([(text, sum(guide.widths) - 4)]))
    row = _draw_column_help(sheet, form, styles, row + 2)
    finish(sheet, form, row, last)
    sheet.fit_to_pages(1, 1)


def _draw_column_help(sheet: Worksheet, form: Form, styles: Styles, row: int) -> int:
    guide = form.guide
    put_text(sheet, row, 0, guide.column_title, styles.section)
    row += 1
    for column, head in enumerate(guide.column_heads):
        put_text(sheet, row, column, head, styles.head)
    for source in (form.projects, form.indicators):
        for described in source.inputs:
            row += 1
            label = f"{described.label}{guide.required_mark if described.required else ''}"
            for column, text in enumerate((source.name, label, described.prompt)):
                put_text(sheet, row, column, text, styles.plain)
            sheet.set_row(row, height_for([(described.prompt, guide.widths[-1] - 2)]))
    return row


def draw_input(
    sheet: Worksheet,
    spec: InputSheet,
    form: Form,
    profile: Profile,
    styles: Styles,
    layout: Layout,
    unit: Unit,
    records: Sequence[Record],
) -> None:
    """One record a row below the head row; spare rows are formatted by column, so they cost no cells."""
    last = len(spec.columns) - 1
    for number, column in enumerate(spec.columns):
        # A locked column keeps its style to the cells that hold a formula.
        sheet.set_column(number, number, column.width, styles.inputs.get(column.kind))
    sheet.merge_range(TITLE_ROW, 0, TITLE_ROW, last, spec.title, styles.title)
    sheet.set_row(TITLE_ROW, 34)
    sheet.merge_range(UNIT_ROW, 0, UNIT_ROW, last - 1, "", styles.line)
    unit_line = form.marks["unit_line"].format(code=unit.code, name=unit.name)
    put_text(sheet, UNIT_ROW, 0, unit_line, styles.line)
    money_unit = form.marks["money_unit"].format(unit=profile.money_unit)
    put_text(sheet, UNIT_ROW, last, money_unit, styles.line_right)
    sheet.set_row(UNIT_ROW, 20)
    for number, column in enumerate(spec.columns):
        put_text(sheet, HEAD_ROW, number, column.label, styles.head)
    sheet.set_row(HEAD_ROW, 30)
    end = layout.last_row(spec)
    for offset, record in enumerate(records):
        _draw_record(sheet, spec, styles, FIRST_ROW + offset, record)
    formulas = {"number": layout.number_formula(spec), "check": layout.check_formula(spec)}
    for key, formula in formulas.items():
        write_down(sheet, FIRST_ROW, end, column_of(spec, key), formula, styles.computed)
    for number, column in enumerate(spec.columns):
        if not column.is_computed:
            _guard_entry(sheet, spec, form, number, column, end)
    _mark_checks(sheet, form, styles, column_of(spec, "check"), end)
    sheet.freeze_panes(FIRST_ROW, 2)
    sheet.autofilter(HEAD_ROW, 0, end, last)
    sheet.repeat_rows(HEAD_ROW)
    finish(sheet, form, FIRST_ROW + max(len(records), 1) - 1, last)


def _draw_record(sheet: Worksheet, spec: InputSheet, styles: Styles, row: int, record: Record) -> None:
    for column in spec.inputs:
        number, value, style = column_of(spec, column.key), record[column.key], styles.inputs[column.kind]
        if isinstance(value, str):
            put_text(sheet, row, number, value, style)
        elif value.amount is not None:
            sheet.write_number(row, number, float(value.amount), style)
        else:
            put_text(sheet, row, number, "" if value.is_blank else value.raw, style)
    texts = [(str(record[c.key]), c.width) for c in spec.inputs if c.kind in (Kind.TEXT, Kind.CHOICE)]
    sheet.set_row(row, height_for(texts))


def draw_notes(sheet: Worksheet, spec: InputSheet, form: Form, notes: Mapping[int, str]) -> None:
    """A cell note on the 指标值 of some records, by number of the record from 0."""
    look = {"author": "", "font_name": form.fonts["body"], "font_size": 9, "x_scale": 1.6, "y_scale": 0.8}
    for number, text in notes.items():
        sheet.write_comment(FIRST_ROW + number, column_of(spec, "target"), text, look)


def _mark_checks(sheet: Worksheet, form: Form, styles: Styles, column: int, end: int) -> None:
    """√ in green, anything else in red."""
    passed = f'"{form.marks["passed"]}"'
    cell = xl_rowcol_to_cell(FIRST_ROW, column, col_abs=True)
    sheet.conditional_format(
        FIRST_ROW,
        column,
        end,
        column,
        {"type": "cell", "criteria": "==", "value": passed, "format": styles.passed},
    )
    attention = {
        "type": "formula",
        "criteria": f'=AND({cell}<>"",{cell}<>{passed})',
        "format": styles.attention,
    }
    sheet.conditional_format(FIRST_ROW, column, end, column, attention)


def _guard_entry(
    sheet: Worksheet, spec: InputSheet, form: Form, number: int, column: Column, end: int
) -> None:
    """The list or limit of a column, and its prompt. It guards typing only: pasting passes it."""
    marks = form.marks
    prompt = {"input_title": column.label, "input_message": column.prompt} if column.prompt else {}
    wrong = {"error_title": marks["wrong_title"], "error_message": column.prompt or marks["choose"]}
    options: dict[str, object] = {"validate": "any", **prompt}
    if column.kind is Kind.MONEY:
        options = {"validate": "decimal", "criteria": ">=", "value": 0, **prompt, **wrong}
    elif column.list is not None:
        source = _choices(spec, column.list)
        options = {"validate": "list", "source": source, **prompt, **wrong, "error_message": marks["choose"]}
        if column.list is ListName.TYPES:
            options |= {"error_type": "information", "error_message": marks["own_type"]}
    elif column.max_bytes:
        most = most_characters(column.max_bytes)
        options = {"validate": "length", "criteria": "<=", "value": most, **prompt, **wrong}
        options["error_message"] = marks["too_long"].format(most=most)
    sheet.data_validation(FIRST_ROW, number, end, number, options)


def _choices(spec: InputSheet, name: ListName) -> str:
    """The source of a list; level 2 depends on the level 1 of its row."""
    if name is ListName.PROJECTS:
        return f"={PROJECT_NAMES}"
    if name is ListName.TYPES:
        return f"={PROJECT_TYPES}"
    if name is ListName.LEVEL1:
        return f"={LEVEL1_NAMES}"
    level1 = xl_rowcol_to_cell(FIRST_ROW, column_of(spec, ListName.LEVEL1.value), col_abs=True)
    first = f"OFFSET({LEVEL2_FIRST},0,MATCH({level1},{LEVEL1_NAMES},0)-1"
    branch = f"{first},COUNTA({first},{MOST_LEVEL2},1)),1)"
    return f"=IF(COUNTIF({LEVEL1_NAMES},{level1})=0,{CHOOSE_LEVEL1},{branch})"


def draw_results(sheet: Worksheet, spec: ResultsSheet, form: Form, styles: Styles) -> None:
    """校验结果: the head row under which a validation writes its findings."""
    last = len(spec.columns) - 1
    for number, column in enumerate(spec.columns):
        sheet.set_column(number, number, column.width, styles.listed)
    sheet.merge_range(TITLE_ROW, 0, TITLE_ROW, last, spec.title, styles.title)
    sheet.set_row(TITLE_ROW, 34)
    sheet.merge_range(UNIT_ROW, 0, UNIT_ROW, last, "", styles.line)
    put_text(sheet, UNIT_ROW, 0, spec.note, styles.line)
    sheet.set_row(UNIT_ROW, 20)
    for number, column in enumerate(spec.columns):
        put_text(sheet, HEAD_ROW, number, column.label, styles.head)
    sheet.set_row(HEAD_ROW, 30)
    sheet.freeze_panes(FIRST_ROW, 0)
    sheet.repeat_rows(HEAD_ROW)
    finish(sheet, form, FIRST_ROW, last)


def finish(sheet: Worksheet, form: Form, last_row: int, last_column: int) -> None:
    """Page set-up of a wide sheet, and the lock that leaves filter, widths and heights to the user."""
    sheet.hide_gridlines(2)
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.7)
    sheet.center_horizontally()
    sheet.set_footer(f"&C{form.marks['page']}")
    sheet.print_area(0, 0, last_row, last_column)
    sheet.protect("", PROTECTION)
