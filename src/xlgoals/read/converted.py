"""Workbooks of old and foreign kinds (.xls, .et, .xlsb, .ods), read by calamine in a process of its own.

What calamine cannot see is not seen here: formulas, locks, lists, hidden rows, and error values, which are
blank. The book therefore says that it was converted.
"""

from __future__ import annotations

import datetime
import importlib.util
import io
from decimal import Decimal

from xlgoals.errors import CannotDo
from xlgoals.isolation import Loss, run_isolated
from xlgoals.read.cells import MOST_CELLS, Book, Cell, CellKind, Sheet
from xlgoals.read.kinds import Kind, refuse

_EXACT = ".15g"
_LOSSES = {Loss.TOO_SLOW: "workbook.too_slow", Loss.TOO_LARGE: "workbook.too_much"}
_DAY = 86_400


def convert(name: str, data: bytes, kind: Kind) -> Book:
    """The values of a workbook that is no OOXML package.

    Raises:
        CannotDo: calamine is not installed, or it could not read the file.
    """
    if importlib.util.find_spec("python_calamine") is None:
        raise refuse(name, kind)
    (outcome,) = run_isolated(_sheets, [data], processes=1)
    if outcome.result is None:
        raise CannotDo(_LOSSES.get(outcome.loss or Loss.DIED, "workbook.not_converted"), file=name)
    if not outcome.result:  # a container without a sheet in it
        raise CannotDo("workbook.not_converted", file=name)
    sheets = tuple(_sheet(title, visible, rows) for title, visible, rows in outcome.result)
    if sum(len(sheet.cells) for sheet in sheets) > MOST_CELLS:
        raise CannotDo("workbook.too_much", file=name)
    return Book(sheets, {}, whole=False, converted=True)


Value = str | float | bool | datetime.date | datetime.timedelta | datetime.time
Rows = list[list[Value]]


def _sheets(data: bytes) -> list[tuple[str, bool, Rows]]:
    """Runs in the other process: name, whether it is shown, and rows of every sheet."""
    from python_calamine import CalamineWorkbook, SheetVisibleEnum  # noqa: PLC0415 (see above)

    book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    shown = {meta.name: meta.visible == SheetVisibleEnum.Visible for meta in book.sheets_metadata}
    return [
        (name, shown.get(name, True), book.get_sheet_by_name(name).to_python(skip_empty_area=False))
        for name in book.sheet_names
    ]


def _sheet(name: str, visible: bool, rows: Rows) -> Sheet:
    sheet = Sheet(name, "visible" if visible else "hidden")
    for row, values in enumerate(rows, start=1):
        for column, value in enumerate(values, start=1):
            if value != "":
                sheet.cells[row, column] = _cell(value)
    return sheet


def _cell(value: Value) -> Cell:
    if isinstance(value, bool):
        return Cell(CellKind.TRUTH, str(int(value)), str(value).upper(), formula=False)
    if isinstance(value, (int, float)):
        shown = f"{Decimal(format(value, _EXACT)):f}"
        return Cell(CellKind.NUMBER, shown, shown, formula=False)
    if isinstance(value, datetime.datetime):
        value = value.date()
    if isinstance(value, datetime.date):
        serial = value.toordinal() - datetime.date(1899, 12, 30).toordinal()
        return Cell(CellKind.NUMBER, str(serial), value.isoformat(), formula=False)
    if isinstance(value, datetime.timedelta):
        days = f"{Decimal(format(value.total_seconds() / _DAY, _EXACT)):f}"
        return Cell(CellKind.NUMBER, days, days, formula=False)
    text = str(value)
    return Cell(CellKind.TEXT, text, text, formula=False)
