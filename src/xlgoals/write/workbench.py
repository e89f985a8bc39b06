"""汇总工作台, drawn from its specification: labelled input cells, and a sheet for what the buttons did."""

from __future__ import annotations

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from xlgoals.form import Form, Kind
from xlgoals.profile import profile_names
from xlgoals.workbench import Workbench
from xlgoals.write.book import height_for, put_text
from xlgoals.write.layout import FIRST_ROW, HEAD_ROW, TITLE_ROW, UNIT_ROW
from xlgoals.write.sheets import finish
from xlgoals.write.styles import Styles, make_styles

_ROW_POINTS = 26


def draw_workbench(workbook: Workbook, bench: Workbench, form: Form) -> None:
    """Both sheets, into a workbook that the caller closes. Fonts and colours are those of the unit's form."""
    styles = make_styles(workbook, form)
    inputs = workbook.add_worksheet(bench.inputs.name)
    _draw_inputs(inputs, bench, form, styles)
    _draw_results(workbook.add_worksheet(bench.results.name), bench, form, styles)
    for key, value in (("template_id", bench.id), ("template_version", bench.version)):
        workbook.set_custom_property(f"xlgoals_{key}", value, "text")
    inputs.activate()


def _draw_inputs(sheet: Worksheet, bench: Workbench, form: Form, styles: Styles) -> None:
    spec = bench.inputs
    last = len(spec.widths) - 1
    for column, width in enumerate(spec.widths):
        sheet.set_column(column, column, width)
    sheet.merge_range(TITLE_ROW, 0, TITLE_ROW, last, bench.title, styles.title)
    sheet.set_row(TITLE_ROW, 36)
    put_text(sheet, HEAD_ROW, 0, spec.note, styles.line)
    sheet.set_row(HEAD_ROW, 20)
    row = FIRST_ROW
    for field in spec.fields:
        label = f"{field.label}{bench.marks['required'] if field.required else ''}"
        put_text(sheet, row, 0, label, styles.label)
        put_text(sheet, row, 1, "", styles.inputs[field.kind])
        put_text(sheet, row, 2, field.prompt, styles.hint)
        sheet.set_row(row, max(_ROW_POINTS, height_for([(field.prompt, spec.widths[-1])])))
        options: dict[str, object] = {"validate": "any"}
        if field.kind is Kind.CHOICE:
            options = {"validate": "list", "source": list(profile_names())}
            options |= {"error_title": bench.marks["wrong_title"], "error_message": field.prompt}
        sheet.data_validation(
            row, 1, row, 1, {**options, "input_title": field.label, "input_message": field.prompt}
        )
        row += 1
    row += 1
    put_text(sheet, row, 0, spec.steps_title, styles.section)
    for number, step in enumerate(spec.steps, start=1):
        row += 1
        text = f"{number}. {step}"
        sheet.merge_range(row, 0, row, last, "", styles.plain)
        put_text(sheet, row, 0, text, styles.plain)
        sheet.set_row(row, height_for([(text, sum(spec.widths) - 4)]))
    finish(sheet, form, row, last)


def _draw_results(sheet: Worksheet, bench: Workbench, form: Form, styles: Styles) -> None:
    spec = bench.results
    last = len(spec.columns) - 1
    for number, column in enumerate(spec.columns):
        sheet.set_column(number, number, column.width, styles.listed)
    sheet.merge_range(TITLE_ROW, 0, TITLE_ROW, last, spec.title, styles.title)
    sheet.set_row(TITLE_ROW, 34)
    sheet.merge_range(UNIT_ROW, 0, UNIT_ROW, last, "", styles.line)
    put_text(sheet, UNIT_ROW, 0, spec.note, styles.line)
    for number, column in enumerate(spec.columns):
        put_text(sheet, HEAD_ROW, number, column.label, styles.head)
    sheet.set_row(HEAD_ROW, 30)
    sheet.freeze_panes(FIRST_ROW, 0)
    sheet.repeat_rows(HEAD_ROW)
    finish(sheet, form, FIRST_ROW, last)
