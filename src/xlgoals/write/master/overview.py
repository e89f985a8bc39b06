"""总览: figures, what to look at, charts, and the tables by department, unit, type, level 2 and rule."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import cast

from xlsxwriter import Workbook
from xlsxwriter.chart_bar import ChartBar
from xlsxwriter.utility import xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from xlgoals.masterform import MasterColumn, MasterForm, MasterKind, OverviewTable
from xlgoals.write.book import lines_of, points_for, put_text
from xlgoals.write.master.look import Look
from xlgoals.write.master.rows import Row
from xlgoals.write.streaming import Link

_A4 = 9
_ROW_POINTS = 20
_CHART_ROWS = 18
"""Rows that a chart covers."""
_CHART_COLUMNS = {"money": 0, "findings": 4, "types": 8}
_CHART_WIDTHS = {"money": 490, "findings": 380, "types": 375}
"""Points of a screen; each chart ends where the next begins."""
_CHART_HEIGHT = 340
_SEVERITIES = ("error", "warning", "advice")
_COUNTED = (MasterKind.COUNT, MasterKind.MONEY)
# Sums over rows that overlap would mislead: one unit has indicators below many a level 2.
_SUMMED = {
    "department": ("units", "projects", "budget", "fiscal", "other", *_SEVERITIES),
    "unit": ("projects", "indicators", "budget", "fiscal", "other", *_SEVERITIES),
    "type": ("projects", "indicators", "budget", "fiscal", "other", *_SEVERITIES, "guessed"),
    "level2": ("indicators", "quantitative"),
    "rule": ("count",),
}


def draw_overview(
    sheet: Worksheet,
    workbook: Workbook,
    form: MasterForm,
    look: Look,
    *,
    title: str,
    figures: Row,
    notes: Sequence[str],
    tables: Mapping[str, Sequence[Row]],
) -> None:
    """Draws the whole sheet."""
    _Overview(sheet, workbook, form, look).draw(title, figures, notes, tables)


class _Overview:
    def __init__(self, sheet: Worksheet, workbook: Workbook, form: MasterForm, look: Look) -> None:
        self._sheet, self._workbook, self._form, self._look = sheet, workbook, form, look
        self._last = len(form.overview.widths) - 1
        # Where each table has its records: first row, last row, from 0.
        self._places: dict[str, tuple[int, int]] = {}

    def draw(
        self, title: str, figures: Row, notes: Sequence[str], tables: Mapping[str, Sequence[Row]]
    ) -> None:
        sheet, spec, look = self._sheet, self._form.overview, self._look
        sheet.hide_gridlines(2)
        for number, width in enumerate(spec.widths):
            sheet.set_column(number, number, width)
        sheet.merge_range(0, 0, 0, self._last, title, look.title)
        sheet.set_row(0, 40)
        row = self._figures(2, figures)
        for note in notes:
            put_text(sheet, row, 0, note, look.note)
            row += 1
        charts = row + 1
        row = charts + _CHART_ROWS + 1
        for key, table in spec.tables.items():
            row = self._table(row, key, table, tables[key])
        bars = self._bars(tables["unit"])
        if bars is not None:
            row = self._table(row, "chart", spec.chart_table, bars)
        self._charts(charts, by_unit="unit" if bars is None else "chart")
        sheet.freeze_panes(1, 0)
        sheet.set_landscape()
        sheet.set_paper(_A4)
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
        sheet.center_horizontally()
        sheet.repeat_rows(0)
        sheet.set_footer(f"&C{self._form.page}")
        sheet.print_area(0, 0, row, self._last)

    def _figures(self, row: int, figures: Row) -> int:
        sheet, look = self._sheet, self._look
        for number, (key, label) in enumerate(self._form.overview.figures.items(), start=1):
            put_text(sheet, row, number, label, look.figure_label)
            style = look.figure_money if key == "budget" else look.figure
            sheet.write_number(row + 1, number, cast(float, figures[key]), style)
        sheet.set_row(row, 24)
        sheet.set_row(row + 1, 34)
        return row + 3

    def _table(self, row: int, key: str, table: OverviewTable, records: Sequence[Row]) -> int:
        """A table from ``row`` on; returns the row that the next one begins at."""
        sheet, look = self._sheet, self._look
        put_text(sheet, row, 0, table.title, look.section)
        if any(column.kind is MasterKind.MONEY for column in table.columns):
            put_text(sheet, row, len(table.columns) - 1, self._form.money_unit, look.right)
        sheet.set_row(row, _ROW_POINTS)
        row += 1
        widths = self._form.overview.widths
        for number, column in enumerate(table.columns):
            put_text(sheet, row, number, column.label, look.head)
        lines = max(lines_of(c.label, width) for c, width in zip(table.columns, widths, strict=False))
        sheet.set_row(row, max(26, points_for(lines)))
        first = row + 1
        for offset, record in enumerate(records):
            self._record(first + offset, table.columns, record)
        self._places[key] = (first, first + len(records) - 1)
        self._mark_severities(first, first + len(records) - 1, table.columns)
        end = first + len(records)
        if records and key in _SUMMED:
            self._sum(first, end, key, table.columns, records)
            end += 1
        return end + 1

    def _record(self, row: int, columns: Sequence[MasterColumn], record: Row) -> None:
        lines = 1
        for number, (column, width) in enumerate(zip(columns, self._form.overview.widths, strict=False)):
            value, style = record.get(column.key, ""), self._look.cells[column.kind]
            if isinstance(value, int | float):
                self._sheet.write_number(row, number, value, style)
                continue
            text = "" if value is None else str(value)
            if isinstance(value, Link) and value.file:
                place = f"#{value.place}" if value.place else ""
                self._sheet.write_url(row, number, f"external:{value.file}{place}", style, text)
            else:
                put_text(self._sheet, row, number, text, style)
            lines = max(lines, lines_of(text, width))
        self._sheet.set_row(row, max(_ROW_POINTS, points_for(lines)))

    def _sum(
        self, first: int, row: int, key: str, columns: Sequence[MasterColumn], records: Sequence[Row]
    ) -> None:
        """Totals as formulas over the rows above, with the values we computed."""
        for number, column in enumerate(columns):
            style = self._look.totals[column.kind]
            if column.key in _SUMMED[key]:
                area = f"{xl_rowcol_to_cell(first, number)}:{xl_rowcol_to_cell(row - 1, number)}"
                total = sum(float(cast(float, record[column.key] or 0)) for record in records)
                self._sheet.write_formula(row, number, f"=SUM({area})", style, round(total, 6))
            else:
                put_text(self._sheet, row, number, self._form.overview.total if number == 0 else "", style)
        self._sheet.set_row(row, _ROW_POINTS)

    def _mark_severities(self, first: int, last: int, columns: Sequence[MasterColumn]) -> None:
        for number, column in enumerate(columns):
            if column.kind is MasterKind.SEVERITY and last >= first:
                for label, colour in self._look.severities.items():
                    rule = {"type": "cell", "criteria": "==", "value": f'"{label}"', "format": colour}
                    self._sheet.conditional_format(first, number, last, number, rule)

    def _bars(self, units: Sequence[Row]) -> list[Row] | None:
        """The largest units and the sum of the others; None where a chart can show every unit."""
        spec = self._form.overview
        if len(units) <= spec.most_bars:
            return None
        summed = ("projects", "indicators", "budget", "fiscal", "other", *_SEVERITIES)
        ranked = sorted(units, key=lambda unit: (-cast(float, unit["budget"]), str(unit["unit_code"])))
        shown, others = ranked[: spec.most_bars - 1], ranked[spec.most_bars - 1 :]
        rows: list[Row] = [{**unit, "label": unit["unit_code"], "name": unit["unit_name"]} for unit in shown]
        rest: Row = {key: sum(cast(float, unit[key]) for unit in others) for key in summed}
        return [*rows, {**rest, "label": "", "name": spec.others.format(count=len(others))}]

    def _charts(self, row: int, *, by_unit: str) -> None:
        spec = self._form.overview
        unit_table = spec.chart_table if by_unit == "chart" else spec.tables["unit"]
        for name, key, table, series in (
            ("money", by_unit, unit_table, ("budget",)),
            ("findings", by_unit, unit_table, _SEVERITIES),
            ("types", "type", spec.tables["type"], ("projects",)),
        ):
            first, last = self._places[key]
            if last >= first:
                self._chart(row, name, table, first, last, series)

    def _chart(
        self, row: int, name: str, table: OverviewTable, first: int, last: int, series: Sequence[str]
    ) -> None:
        spec, fonts = self._form.overview, self._form.fonts
        is_stacked = len(series) > 1
        kind = {"type": "bar", "subtype": "stacked" if is_stacked else ""}
        chart = cast(ChartBar, self._workbook.add_chart(kind))
        keys = [column.key for column in table.columns]
        font = {"name": fonts["body"], "size": 8}
        for key in series:
            number = keys.index(key)
            colour = self._form.colours[key if is_stacked else "head"]
            chart.add_series(
                {
                    "name": table.columns[number].label,
                    "categories": [spec.name, first, 1, last, 1],
                    "values": [spec.name, first, number, last, number],
                    "fill": {"color": f"#{colour}"},
                    "gap": 50,
                    "data_labels": {"value": not is_stacked, "font": font},
                }
            )
        heading = {"name": fonts["heading"], "size": 12}
        chart.set_title({"name": spec.charts[name], "name_font": heading})
        chart.set_y_axis({"reverse": True, "num_font": font})
        # With the axis of names reversed, the numbers stand below only at the other end of it.
        chart.set_x_axis({"num_font": font, "major_gridlines": {"visible": False}, "label_position": "high"})
        chart.set_legend({"position": "bottom", "font": font} if is_stacked else {"none": True})
        chart.set_size({"width": _CHART_WIDTHS[name], "height": _CHART_HEIGHT})
        self._sheet.insert_chart(row, _CHART_COLUMNS[name], chart, {"object_position": 2})
