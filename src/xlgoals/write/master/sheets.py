"""The data sheets of a master: head, filter, print layout by XlsxWriter, records streamed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import cast

from xlsxwriter import Workbook

from xlgoals.masterform import MasterForm, MasterKind, MasterSheet
from xlgoals.write.book import TALLEST_POINTS, lines_of, points_for, put_text
from xlgoals.write.master.look import Look
from xlgoals.write.streaming import MOST_ROWS, Rows, Value

_HEAD_ROW = 0
_FIRST = 2
"""Row of the first record, as Excel counts."""
_WRAPPED = (MasterKind.TEXT, MasterKind.REVIEW, MasterKind.CHANGED)
_A4 = 9
_SPARE = 2
"""Characters of a column's width that are not counted on before a text is measured."""
_CACHED = 256


class Records:
    """The records of one data sheet, over as many sheets as they need."""

    def __init__(
        self,
        spec: MasterSheet,
        formats: Sequence[int],
        most_rows: int = MOST_ROWS,
        beside: Path | None = None,
    ) -> None:
        """``formats`` and ``beside`` as for :class:`xlgoals.write.streaming.Rows`."""
        self.spec = spec
        self.parts: list[Rows] = []
        self._keys = [column.key for column in spec.columns]
        self._blanks = [""] * len(self._keys)
        self._formats = formats
        self._most_rows = most_rows
        self._beside = beside
        self._height = _height_of(spec)
        self._open()

    @property
    def count(self) -> int:
        """Records in all parts."""
        return sum(part.count for part in self.parts)

    def add(self, record: Mapping[str, object]) -> None:
        """One record by column key; on a new sheet where the last one is full."""
        if self.parts[-1].is_full:
            self.parts[-1].close()
            self._open()
        values = cast(list[Value], list(map(record.get, self._keys, self._blanks)))
        self.parts[-1].add(values, self._height(values))

    def close(self) -> None:
        """No more records come."""
        self.parts[-1].close()

    def take(self, parts: list[Rows]) -> None:
        """Has these closed rows, which another process made of the records, in place of its own."""
        self.discard()
        self.parts = parts

    def discard(self) -> None:
        """Lets go of what was kept for the package."""
        for part in self.parts:
            part.discard()

    def _open(self) -> None:
        self.parts.append(Rows(self._formats, _FIRST, self._most_rows, self._beside))


def draw_sheets(
    workbook: Workbook, form: MasterForm, look: Look, records: Records, title: str
) -> Mapping[str, Rows]:
    """The worksheets of these records, each with one sample row; returns the rows by part of the package."""
    streams = {}
    spec = records.spec
    for number, rows in enumerate(records.parts, start=1):
        _draw(workbook, form, look, spec, spec.part(number), rows, title)
        streams[f"xl/worksheets/sheet{len(workbook.worksheets())}.xml"] = rows
    return streams


def _draw(
    workbook: Workbook,
    form: MasterForm,
    look: Look,
    spec: MasterSheet,
    name: str,
    rows: Rows,
    title: str,
) -> None:
    sheet = workbook.add_worksheet(name)
    sheet.hide_gridlines(2)
    end = _HEAD_ROW + max(rows.count, 1)
    shown = [number for number, column in enumerate(spec.columns) if column.kind is not MasterKind.KEY]
    for number, column in enumerate(spec.columns):
        hidden = {"hidden": True} if column.kind is MasterKind.KEY else {}
        sheet.set_column(number, number, column.width, look.cells[column.kind] if hidden else None, hidden)
        put_text(sheet, _HEAD_ROW, number, column.label, look.head)
        style = look.cells[column.kind]
        if column.kind is MasterKind.LINK:
            # The sample link: its text is that of the head, so that no text is left over.
            sheet.write_url(_HEAD_ROW + 1, number, "external:sample.xlsx", style, column.label)
        else:
            sheet.write_blank(_HEAD_ROW + 1, number, None, style)
        if column.kind is MasterKind.SEVERITY:
            for label, colour in look.severities.items():
                rule = {"type": "cell", "criteria": "==", "value": f'"{label}"', "format": colour}
                sheet.conditional_format(_HEAD_ROW + 1, number, end, number, rule)
        if column.kind is MasterKind.CHANGED:
            rule = {"type": "no_blanks", "format": look.changed}
            sheet.conditional_format(_HEAD_ROW + 1, number, end, number, rule)
        if column.key == "review_state":
            choices = {"validate": "list", "source": list(form.review_states), "error_type": "warning"}
            sheet.data_validation(_HEAD_ROW + 1, number, end, number, choices)
    sheet.set_row(_HEAD_ROW, 30)
    sheet.freeze_panes(_HEAD_ROW + 1, spec.frozen)
    sheet.autofilter(_HEAD_ROW, 0, end, shown[-1])
    sheet.repeat_rows(_HEAD_ROW)
    if spec.pages > 1:
        sheet.repeat_columns(0, spec.frozen - 1)
    sheet.set_landscape()
    sheet.set_paper(_A4)
    sheet.fit_to_pages(spec.pages, 0)
    sheet.set_margins(left=0.4, right=0.4, top=0.6, bottom=0.7)
    sheet.center_horizontally()
    sheet.set_header(f"&C{title} — {name}")
    sheet.set_footer(f"&C{form.page}")
    sheet.print_area(_HEAD_ROW, 0, end, shown[-1])


def _height_of(spec: MasterSheet) -> Callable[[Sequence[Value]], float]:
    """The height in points that shows the whole of every wrapped text of a record."""
    # A text is at most twice as wide as it is long: most need not be measured, and fewest where the widest
    # columns, whose texts are the longest, come first.
    wrapped = [
        (number, (column.width - _SPARE) / 2, _Lines(column.width).__getitem__)
        for number, column in enumerate(spec.columns)
        if column.kind in _WRAPPED
    ]
    wrapped.sort(key=lambda each: -each[1])
    single = points_for(1)

    def height(values: Sequence[Value]) -> float:
        lines = 1
        for number, on_a_line, lines_in in wrapped:
            value = values[number]
            if isinstance(value, str) and (len(value) > lines * on_a_line or "\n" in value):
                lines = max(lines, lines_in(value))
        return single if lines == 1 else min(TALLEST_POINTS, points_for(lines))

    return height


class _Lines(dict[str, int]):
    """Lines that a text takes in a column of one width; kept, for many texts come again."""

    def __init__(self, width: float) -> None:
        super().__init__()
        self._width = width

    def __missing__(self, text: str) -> int:
        lines = lines_of(text, self._width)
        if len(self) >= _CACHED:
            self.clear()
        self[text] = lines
        return lines
