"""The master book: 总览, 项目, 指标, 问题清单, 报送台账, every row with its source file and cell as a link.

The values come from :mod:`xlgoals.write.master_rows`; this file knows sheets, formats and charts only.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import cast

from xlsxwriter import Workbook
from xlsxwriter.chart_bar import ChartBar
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from xlgoals.consolidation.merge import Merged
from xlgoals.masterform import MasterColumn, MasterForm, MasterKind, MasterSheet, load_master_form
from xlgoals.write.book import height_for, new_workbook, put_text, save_linked
from xlgoals.write.master_rows import Link, Row, Value, master_rows, overview_figures, rule_rows, unit_rows

_HEAD_ROW = 0
_FROZEN_COLUMNS = {"projects": 4, "indicators": 4, "findings": 3, "ledger": 2}
# Excel takes at most 65,530 hyperlinks in one sheet; beyond that a row names its cell without a link.
_MOST_LINKS = 65_000
_CHART_SIZE = {"width": 585, "height": 300}
_SECOND_CHART_COLUMN = 5


def write_master(target: Path, merged: Merged, *, links_from: Path) -> None:
    """Draws the master to ``target``; links to sources are relative to the folder ``links_from``.

    ``target`` may be a draft under another name in the same folder.
    """
    form = load_master_form()
    years = sorted({s.year for _, s in merged.submissions if s.year is not None})
    title = form.title.format(year="、".join(map(str, years))) if years else form.title_without_year
    workbook, buffer = new_workbook(title)
    workbook.set_custom_property("xlgoals_template_id", form.id, "text")
    drawing = _Drawing(workbook, form, links_from)
    rows = master_rows(form, merged)
    overview = workbook.add_worksheet(form.overview.name)
    for key, sheet in form.sheets.items():
        drawing.table(key, sheet, title, rows[key])
    drawing.overview(overview, title, merged)
    workbook.close()
    save_linked(buffer, target)


class _Drawing:
    """One master in the making, and the formats its sheets share."""

    def __init__(self, workbook: Workbook, form: MasterForm, links_from: Path) -> None:
        self._workbook = workbook
        self._form = form
        self._links_from = links_from
        fonts, colours = form.fonts, form.colours
        grid = {
            "font_name": fonts["body"],
            "font_size": 10,
            "border": 1,
            "border_color": f"#{colours['line']}",
            "valign": "vcenter",
        }
        text = {**grid, "text_wrap": True, "num_format": "@", "indent": 1}
        shapes: dict[MasterKind, dict[str, object]] = {
            MasterKind.TEXT: text,
            MasterKind.COUNT: {**grid, "align": "center", "num_format": "0"},
            MasterKind.MONEY: {**grid, "align": "right", "num_format": "#,##0.00"},
            MasterKind.LINK: {**text, "font_color": f"#{colours['link']}", "underline": 1},
            MasterKind.SEVERITY: {**grid, "align": "center", "num_format": "@"},
            MasterKind.REVIEW: {**text, "bg_color": f"#{colours['review']}"},
        }
        total = {"bold": True, "bg_color": f"#{colours['total']}"}
        self._styles = {kind: workbook.add_format(shape) for kind, shape in shapes.items()}
        self._totals = {kind: workbook.add_format({**shape, **total}) for kind, shape in shapes.items()}
        head = {**grid, "font_name": fonts["heading"], "align": "center", "text_wrap": True}
        self._head = workbook.add_format(
            {**head, "font_color": f"#{colours['head_text']}", "bg_color": f"#{colours['head']}"}
        )
        self._title = workbook.add_format(
            {
                "font_name": fonts["title"],
                "font_size": 18,
                "bold": True,
                "align": "center",
                "valign": "vcenter",
            }
        )
        self._section = workbook.add_format(
            {"font_name": fonts["heading"], "font_size": 12, "valign": "vcenter"}
        )
        self._right = workbook.add_format({"font_name": fonts["body"], "font_size": 10, "align": "right"})
        self._figure_label = workbook.add_format({**head, "bg_color": f"#{colours['total']}"})
        self._figure = workbook.add_format({**grid, "font_size": 16, "bold": True, "align": "center"})
        self._figure_money = workbook.add_format(
            {**grid, "font_size": 16, "bold": True, "align": "center", "num_format": "#,##0.00"}
        )
        self._by_severity = {
            form.severities[key]: workbook.add_format({"bg_color": f"#{colours[key]}"})
            for key in form.severities
        }

    def table(self, key: str, spec: MasterSheet, title: str, rows: Sequence[Row]) -> None:
        """A data sheet: frozen head, filter, print titles, one record a row."""
        sheet = self._workbook.add_worksheet(spec.name)
        sheet.hide_gridlines(2)
        last = len(spec.columns) - 1
        for number, column in enumerate(spec.columns):
            sheet.set_column(number, number, column.width)
            put_text(sheet, _HEAD_ROW, number, column.label, self._head)
        sheet.set_row(_HEAD_ROW, 30)
        for row, record in enumerate(rows, start=_HEAD_ROW + 1):
            linked = row <= _MOST_LINKS
            for number, column in enumerate(spec.columns):
                self._put(sheet, row, number, record.get(column.key, ""), self._styles[column.kind], linked)
            wrapped = [
                (str(record.get(c.key, "")), c.width) for c in spec.columns if c.kind is not MasterKind.LINK
            ]
            sheet.set_row(row, height_for(wrapped))
        end = _HEAD_ROW + max(len(rows), 1)
        self._mark_severities(sheet, spec, end)
        self._offer_review_states(sheet, spec, end)
        sheet.freeze_panes(_HEAD_ROW + 1, _FROZEN_COLUMNS[key])
        sheet.autofilter(_HEAD_ROW, 0, end, last)
        sheet.repeat_rows(_HEAD_ROW)
        self._finish(sheet, f"{title} — {spec.name}", end, last)

    def overview(self, sheet: Worksheet, title: str, merged: Merged) -> None:
        """Figures on top, the table by unit, the charts, the table by rule."""
        spec = self._form.overview
        columns = spec.unit_columns
        sheet.hide_gridlines(2)
        for number, column in enumerate(columns):
            sheet.set_column(number, number, column.width)
        last = len(columns) - 1
        sheet.merge_range(0, 0, 0, last, title, self._title)
        sheet.set_row(0, 40)
        self._figures(sheet, 2, overview_figures(merged))
        units = unit_rows(self._form, merged)
        put_text(sheet, 5, 0, spec.by_unit, self._section)
        put_text(sheet, 5, last, self._form.money_unit, self._right)
        first = self._plain_table(sheet, 6, columns, units)
        end = first + len(units)
        self._totals_row(sheet, first, end, columns, units)
        self._charts(sheet, first, end - 1, end + 2, columns)
        rules = rule_rows(self._form, merged)
        row = end + 19
        put_text(sheet, row, 0, spec.by_rule, self._section)
        end = self._plain_table(sheet, row + 1, spec.rule_columns, rules) + len(rules)
        self._finish(sheet, "", end, last)

    def _figures(self, sheet: Worksheet, row: int, figures: Mapping[str, Value]) -> None:
        for number, (key, label) in enumerate(self._form.overview.figures.items(), start=1):
            put_text(sheet, row, number, label, self._figure_label)
            style = self._figure_money if key == "budget" else self._figure
            self._put(sheet, row + 1, number, figures[key], style, linked=False)
        sheet.set_row(row, 24)
        sheet.set_row(row + 1, 34)

    def _plain_table(
        self, sheet: Worksheet, row: int, columns: Sequence[MasterColumn], rows: Sequence[Row]
    ) -> int:
        """Head row and records at ``row``; returns the row of the first record."""
        for number, column in enumerate(columns):
            put_text(sheet, row, number, column.label, self._head)
        sheet.set_row(row, 26)
        for offset, record in enumerate(rows, start=1):
            for number, column in enumerate(columns):
                self._put(
                    sheet, row + offset, number, record[column.key], self._styles[column.kind], linked=True
                )
            sheet.set_row(row + offset, 22)
        return row + 1

    def _totals_row(
        self, sheet: Worksheet, first: int, row: int, columns: Sequence[MasterColumn], units: Sequence[Row]
    ) -> None:
        """Totals as formulas over the rows above, with the values we computed."""
        for number, column in enumerate(columns):
            style = self._totals[column.kind]
            if column.kind in (MasterKind.COUNT, MasterKind.MONEY) and units:
                area = f"{xl_rowcol_to_cell(first, number)}:{xl_rowcol_to_cell(row - 1, number)}"
                total = sum(
                    float(value) for unit in units if isinstance(value := unit[column.key], int | float)
                )
                sheet.write_formula(row, number, f"=SUM({area})", style, total)
            else:
                put_text(sheet, row, number, self._form.overview.total if number == 0 else "", style)
        sheet.set_row(row, 22)

    def _charts(
        self, sheet: Worksheet, first: int, last: int, row: int, columns: Sequence[MasterColumn]
    ) -> None:
        keys = [column.key for column in columns]
        spec = self._form.overview
        charts = (
            (spec.money_chart, ["budget"], 0),
            (spec.finding_chart, ["error", "warning", "advice"], _SECOND_CHART_COLUMN),
        )
        for title, series, column in charts:
            kind = {"type": "bar", "subtype": "stacked" if len(series) > 1 else ""}
            chart = cast(ChartBar, self._workbook.add_chart(kind))
            for key in series:
                number = keys.index(key)
                colour = self._form.colours["head" if key == "budget" else key]
                chart.add_series(
                    {
                        "name": columns[number].label,
                        "categories": [spec.name, first, 1, last, 1],
                        "values": [spec.name, first, number, last, number],
                        "fill": {"color": f"#{colour}"},
                        "gap": 60,
                        "data_labels": {"value": len(series) == 1},
                    }
                )
            font = {"name": self._form.fonts["body"], "size": 9}
            chart.set_title({"name": title, "name_font": {"name": self._form.fonts["heading"], "size": 12}})
            chart.set_y_axis({"reverse": True, "num_font": font})
            chart.set_x_axis({"num_font": font, "major_gridlines": {"visible": False}})
            chart.set_legend({"none": True} if len(series) == 1 else {"position": "bottom", "font": font})
            chart.set_size(_CHART_SIZE)
            sheet.insert_chart(row, column, chart)

    def _put(
        self, sheet: Worksheet, row: int, column: int, value: Value, style: Format, linked: bool
    ) -> None:
        if isinstance(value, Link):
            if linked and value.file is not None:
                sheet.write_url(row, column, self._address(value.file, value), style, value.label)
            else:
                put_text(sheet, row, column, value.label, style)
        elif isinstance(value, str):
            put_text(sheet, row, column, value, style)
        elif value is None:
            sheet.write_blank(row, column, None, style)
        else:
            sheet.write_number(row, column, value, style)

    def _address(self, file: Path, link: Link) -> str:
        """A relative external link to a cell, so that master and sources can be moved together."""
        try:
            path = os.path.relpath(file.resolve(), self._links_from.resolve())
        except ValueError:  # another drive on Windows
            path = str(file.resolve())
        place = f"#'{link.sheet}'!{link.cell}" if link.cell else ""
        return f"external:{path}{place}"

    def _mark_severities(self, sheet: Worksheet, spec: MasterSheet, end: int) -> None:
        for number, column in enumerate(spec.columns):
            if column.kind is MasterKind.SEVERITY:
                for label, style in self._by_severity.items():
                    rule = {"type": "cell", "criteria": "==", "value": f'"{label}"', "format": style}
                    sheet.conditional_format(_HEAD_ROW + 1, number, end, number, rule)

    def _offer_review_states(self, sheet: Worksheet, spec: MasterSheet, end: int) -> None:
        for number, column in enumerate(spec.columns):
            if column.key == "review_state":
                choices = list(self._form.review_states)
                options = {"validate": "list", "source": choices, "error_type": "warning"}
                sheet.data_validation(_HEAD_ROW + 1, number, end, number, options)

    def _finish(self, sheet: Worksheet, title: str, last_row: int, last_column: int) -> None:
        sheet.set_landscape()
        sheet.set_paper(8 if last_column > 11 else 9)  # A3 for the wide sheets, A4 for the others
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(left=0.4, right=0.4, top=0.6, bottom=0.7)
        sheet.center_horizontally()
        if title:
            sheet.set_header(f"&C{title}")
        sheet.set_footer(f"&C{self._form.page}")
        sheet.print_area(0, 0, last_row, last_column)
