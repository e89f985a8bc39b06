"""The unit's workbook, drawn from the form: blank, or filled with a submission.

Input cells are unlocked and tinted by column style, so that spare rows cost no cells; all else is locked.
Text is written as text, amounts as numbers, and every list of choices lies on a very hidden sheet.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from xlgoals.form import Column, Form, InputSheet, Kind, ListName
from xlgoals.model import Indicator, Money, Project, Submission, Unit
from xlgoals.profile import Profile
from xlgoals.write.book import PROTECTION, height_for, new_workbook, put_text, save_locked

_HEAD_ROW = 2
_FIRST_ROW = 3
_MOST_LEVEL2 = 40
_LEVEL1_NAMES = "level1_names"
_LEVEL2_FIRST = "level2_first"
_PROJECT_NAMES = "project_names"


def fingerprint(form: Form, profile: Profile) -> str:
    """Twelve hex digits that change whenever the structure of the workbook or its lists do."""
    sheets = [
        (s.name, [(c.key, c.label, c.kind.value) for c in s.columns])
        for s in (form.projects, form.indicators)
    ]
    fields = [(field.key, field.label) for field in form.guide.fields]
    told = repr((form.id, form.version, fields, sheets, sorted(profile.tree.items())))
    return hashlib.sha256(told.encode()).hexdigest()[:12]


def write_template(
    target: Path,
    form: Form,
    profile: Profile,
    *,
    unit: Unit,
    year: int | None,
    submission: Submission | None = None,
) -> None:
    """Draws the workbook of ``unit`` to ``target``, filled with ``submission`` if there is one."""
    workbook, buffer = new_workbook(form.guide.title)
    drawing = _Drawing(workbook, form, profile)
    drawing.guide(_guide_values(unit, year, submission))
    projects = submission.projects if submission else ()
    declared = [project for project in projects if project.declared]
    drawing.input_sheet(form.projects, unit, [_project_row(project) for project in declared])
    drawing.input_sheet(
        form.indicators,
        unit,
        [_indicator_row(project, indicator) for project in projects for indicator in project.indicators],
    )
    drawing.lists()
    drawing.meta(
        {
            "template_id": form.id,
            "template_version": form.version,
            "profile": profile.id,
            "unit_code": unit.code,
            "year": "" if year is None else str(year),
            "fingerprint": fingerprint(form, profile),
        }
    )
    workbook.close()
    save_locked(buffer, target)


def _guide_values(unit: Unit, year: int | None, submission: Submission | None) -> Mapping[str, str]:
    contact = submission.contact if submission else {}
    year_text = "" if year is None else str(year)
    return {**contact, "unit_code": unit.code, "unit_name": unit.name, "year": year_text}


def _project_row(project: Project) -> Mapping[str, str | Money]:
    return {
        "name": project.name,
        "type": project.type,
        "budget": project.budget,
        "fiscal": project.fiscal,
        "other": project.other,
        "purpose": project.purpose,
        "goals": project.goals,
        "waiver": project.waiver,
    }


def _indicator_row(project: Project, indicator: Indicator) -> Mapping[str, str | Money]:
    return {
        "project": project.name,
        "level1": indicator.level1,
        "level2": indicator.level2,
        "name": indicator.name,
        "description": indicator.description,
        "target": indicator.target,
        "waiver": indicator.waiver,
    }


class _Drawing:
    """One workbook in the making, and the formats its sheets share."""

    def __init__(self, workbook: Workbook, form: Form, profile: Profile) -> None:
        self._workbook = workbook
        self._form = form
        self._profile = profile
        fonts, colours = form.fonts, form.colours
        grid = {"border": 1, "border_color": f"#{colours['line']}", "valign": "vcenter"}
        body = {"font_name": fonts["body"], "font_size": 10.5}
        self._title = self._style(
            font_name=fonts["title"], font_size=16, bold=True, align="center", valign="vcenter"
        )
        self._line = self._style(**body, valign="vcenter")
        self._line_right = self._style(**body, valign="vcenter", align="right")
        self._head = self._style(
            **grid,
            font_name=fonts["heading"],
            font_size=10.5,
            font_color=f"#{colours['head_text']}",
            bg_color=f"#{colours['head']}",
            align="center",
            text_wrap=True,
        )
        self._label = self._style(
            **grid, font_name=fonts["heading"], font_size=10.5, bg_color=f"#{colours['label']}", indent=1
        )
        self._hint = self._style(
            **body, font_color=f"#{colours['hint']}", valign="vcenter", text_wrap=True, indent=1
        )
        self._plain = self._style(**grid, **body, text_wrap=True, indent=1)
        self._section = self._style(font_name=fonts["heading"], font_size=12, valign="vcenter")
        entry = {**grid, **body, "bg_color": f"#{colours['input']}", "locked": False}
        self._input: dict[Kind, Format] = {
            Kind.TEXT: self._style(**entry, text_wrap=True, indent=1, num_format="@"),
            Kind.CHOICE: self._style(**entry, text_wrap=True, indent=1, num_format="@"),
            Kind.CODE: self._style(**entry, indent=1, num_format="@"),
            Kind.MONEY: self._style(**entry, align="right", num_format="#,##0.00"),
        }

    def _style(self, **properties: object) -> Format:
        return self._workbook.add_format(properties)

    def guide(self, values: Mapping[str, str]) -> None:
        """填报说明: who fills in, the steps, and one line for each column."""
        guide = self._form.guide
        sheet = self._workbook.add_worksheet(guide.name)
        sheet.hide_gridlines(2)
        for column, width in enumerate(guide.widths):
            sheet.set_column(column, column, width)
        last = len(guide.widths) - 1
        sheet.merge_range(0, 0, 0, last, guide.title, self._title)
        sheet.set_row(0, 36)
        row = 2
        for field in guide.fields:
            put_text(sheet, row, 0, field.label, self._label)
            put_text(sheet, row, 1, values.get(field.key, ""), self._input[field.kind])
            put_text(sheet, row, 2, field.prompt, self._hint)
            sheet.set_row(row, 22)
            row += 1
        put_text(sheet, row, 0, guide.profile_label, self._label)
        put_text(sheet, row, 1, self._profile.title["zh"], self._plain)
        put_text(sheet, row, 2, self._profile.basis[0] if self._profile.basis else "", self._hint)
        row = self._steps(sheet, row + 2)
        row = self._column_help(sheet, row + 1)
        self._finish(sheet, row, last)
        sheet.fit_to_pages(1, 1)

    def _steps(self, sheet: Worksheet, row: int) -> int:
        guide = self._form.guide
        last = len(guide.widths) - 1
        put_text(sheet, row, 0, guide.guide_title, self._section)
        for number, step in enumerate(guide.steps, start=1):
            row += 1
            text = f"{number}. {step}"
            sheet.merge_range(row, 0, row, last, "", self._plain)
            put_text(sheet, row, 0, text, self._plain)
            sheet.set_row(row, height_for([(text, sum(guide.widths) - 4)]))
        return row + 1

    def _column_help(self, sheet: Worksheet, row: int) -> int:
        guide = self._form.guide
        put_text(sheet, row, 0, guide.column_title, self._section)
        row += 1
        for column, head in enumerate(guide.column_heads):
            put_text(sheet, row, column, head, self._head)
        for source in (self._form.projects, self._form.indicators):
            for described in source.columns:
                row += 1
                label = f"{described.label}{guide.required_mark if described.required else ''}"
                for column, text in enumerate((source.name, label, described.prompt)):
                    put_text(sheet, row, column, text, self._plain)
                sheet.set_row(row, height_for([(described.prompt, guide.widths[-1] - 2)]))
        return row

    def input_sheet(self, spec: InputSheet, unit: Unit, rows: list[Mapping[str, str | Money]]) -> None:
        """One record a row below the head row; spare rows are formatted by column."""
        sheet = self._workbook.add_worksheet(spec.name)
        sheet.hide_gridlines(2)
        marks, last = self._form.marks, len(spec.columns) - 1
        for number, column in enumerate(spec.columns):
            sheet.set_column(number, number, column.width, self._input[column.kind])
        sheet.merge_range(0, 0, 0, last, spec.title, self._title)
        sheet.set_row(0, 34)
        unit_line = marks["unit_line"].format(code=unit.code, name=unit.name)
        sheet.merge_range(1, 0, 1, last - 1, "", self._line)
        put_text(sheet, 1, 0, unit_line, self._line)
        put_text(sheet, 1, last, marks["money_unit"].format(unit=self._profile.money_unit), self._line_right)
        sheet.set_row(1, 20)
        for number, column in enumerate(spec.columns):
            put_text(sheet, _HEAD_ROW, number, column.label, self._head)
        sheet.set_row(_HEAD_ROW, 30)
        for offset, record in enumerate(rows):
            self._record(sheet, spec, _FIRST_ROW + offset, record)
        end = _FIRST_ROW + len(rows) + spec.spare_rows - 1
        for number, column in enumerate(spec.columns):
            self._check_on_entry(sheet, spec, number, column, end)
        sheet.freeze_panes(_FIRST_ROW, 1)
        sheet.autofilter(_HEAD_ROW, 0, end, last)
        sheet.repeat_rows(_HEAD_ROW)
        self._finish(sheet, _FIRST_ROW + max(len(rows), 1) - 1, last)

    def _record(
        self, sheet: Worksheet, spec: InputSheet, row: int, record: Mapping[str, str | Money]
    ) -> None:
        for number, column in enumerate(spec.columns):
            value, style = record[column.key], self._input[column.kind]
            if isinstance(value, str):
                put_text(sheet, row, number, value, style)
            elif value.amount is not None:
                sheet.write_number(row, number, float(value.amount), style)
            else:
                put_text(sheet, row, number, "" if value.is_blank else value.raw, style)
        texts = [(str(record[c.key]), c.width) for c in spec.columns if c.kind in (Kind.TEXT, Kind.CHOICE)]
        sheet.set_row(row, height_for(texts))

    def _check_on_entry(
        self, sheet: Worksheet, spec: InputSheet, number: int, column: Column, end: int
    ) -> None:
        """The list or limit of a column, and its prompt. It guards typing only: pasting passes it."""
        marks = self._form.marks
        prompt = {"input_title": column.label, "input_message": column.prompt} if column.prompt else {}
        wrong = {"error_title": marks["wrong_title"], "error_message": column.prompt or marks["choose"]}
        options: dict[str, object] = {"validate": "any", **prompt}
        if column.kind is Kind.MONEY:
            options = {"validate": "decimal", "criteria": ">=", "value": 0, **prompt, **wrong}
        elif column.list is not None:
            source = self._choices(spec, column.list)
            options = {
                "validate": "list",
                "source": source,
                **prompt,
                **wrong,
                "error_message": marks["choose"],
            }
        elif column.max_bytes:
            most = column.max_bytes // 3  # the receiving system counts three bytes a Chinese character
            options = {"validate": "length", "criteria": "<=", "value": most, **prompt, **wrong}
            options["error_message"] = marks["too_long"].format(most=most)
        sheet.data_validation(_FIRST_ROW, number, end, number, options)

    def _choices(self, spec: InputSheet, name: ListName) -> str:
        if name is ListName.PROJECTS:
            return f"={_PROJECT_NAMES}"
        if name is ListName.LEVEL1:
            return f"={_LEVEL1_NAMES}"
        keys = [column.key for column in spec.columns]
        level1 = xl_rowcol_to_cell(_FIRST_ROW, keys.index(ListName.LEVEL1.value), col_abs=True)
        branch = f"MATCH({level1},{_LEVEL1_NAMES},0)-1"
        first = f"OFFSET({_LEVEL2_FIRST},0,{branch}"
        return f"={first},COUNTA({first},{_MOST_LEVEL2},1)),1)"

    def lists(self) -> None:
        """The choices, on a very hidden sheet: level 1 across, the level 2 of each below it."""
        sheet = self._workbook.add_worksheet(self._form.lists)
        for column, (level1, branch) in enumerate(self._profile.tree.items()):
            sheet.write_string(0, column, level1)
            for row, level2 in enumerate(branch, start=1):
                sheet.write_string(row, column, level2)
        sheet.very_hidden()
        sheet.protect()
        last = len(self._profile.tree) - 1
        self._name(_LEVEL1_NAMES, self._form.lists, (0, 0, 0, last))
        self._name(_LEVEL2_FIRST, self._form.lists, (1, 0, 1, 0))
        spec = self._form.projects
        column = [item.key for item in spec.columns].index("name")
        first = f"{_quoted(spec.name)}!{xl_rowcol_to_cell(_FIRST_ROW, column, True, True)}"
        whole = f"{first}:{xl_rowcol_to_cell(_FIRST_ROW + spec.spare_rows * 10, column, True, True)}"
        self._workbook.define_name(_PROJECT_NAMES, f"=OFFSET({first},0,0,MAX(1,COUNTA({whole})),1)")

    def _name(self, name: str, sheet: str, area: tuple[int, int, int, int]) -> None:
        first = xl_rowcol_to_cell(area[0], area[1], True, True)
        last = xl_rowcol_to_cell(area[2], area[3], True, True)
        reference = first if first == last else f"{first}:{last}"
        self._workbook.define_name(name, f"={_quoted(sheet)}!{reference}")

    def meta(self, identity: Mapping[str, str]) -> None:
        """The identity, on a very hidden sheet and in the document properties."""
        sheet = self._workbook.add_worksheet(self._form.meta)
        for row, (key, value) in enumerate(identity.items()):
            sheet.write_string(row, 0, key)
            sheet.write_string(row, 1, value)
            self._workbook.set_custom_property(f"xlgoals_{key}", value, "text")
        sheet.very_hidden()
        sheet.protect()

    def _finish(self, sheet: Worksheet, last_row: int, last_column: int) -> None:
        sheet.set_landscape()
        sheet.set_paper(9)  # A4
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.7)
        sheet.center_horizontally()
        sheet.set_footer(f"&C{self._form.marks['page']}")
        sheet.print_area(0, 0, last_row, last_column)
        sheet.protect("", PROTECTION)


def _quoted(sheet: str) -> str:
    return "'" + sheet.replace("'", "''") + "'"
