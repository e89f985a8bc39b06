"""Two readers that are not ours, and where they see something else. Either may hang, or end its process."""

from __future__ import annotations

import datetime
import io
import math
import warnings
from collections.abc import Iterator

from xlgoals.read.cells import Book, Cell, CellKind

Value = str | float | bool
Values = dict[str, dict[tuple[int, int], Value]]
_EPOCH = datetime.datetime(1899, 12, 30)
_FIRST_OF_MARCH = 61


def calamine(data: bytes) -> Values | None:
    """Every value as calamine reads it; None where it refuses."""
    from python_calamine import CalamineWorkbook  # noqa: PLC0415 (only where it may die)

    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        return {
            name: {
                (row, column): plain
                for row, values in enumerate(book.get_sheet_by_name(name).to_python(skip_empty_area=False), 1)
                for column, value in enumerate(values, 1)
                if (plain := _plain(value)) is not None
            }
            for name in book.sheet_names
        }
    except Exception:
        return None


def openpyxl(data: bytes) -> Values | None:
    """Every value as openpyxl reads it; None where it refuses."""
    import openpyxl as library  # noqa: PLC0415 (as above)

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            book = library.load_workbook(io.BytesIO(data), data_only=True)
        return {
            sheet.title: {
                (cell.row, cell.column): plain
                for row in sheet.iter_rows()
                for cell in row
                if (plain := _plain(cell.value)) is not None
            }
            for sheet in book.worksheets
        }
    except Exception:
        return None


def differences(book: Book, theirs: Values) -> Iterator[tuple[str, tuple[int, int], Value]]:
    """Sheet, cell, and their value, where we have another."""
    for name, cells in theirs.items():
        sheet = book.sheet(name)
        for place, value in cells.items():
            if sheet is None or not _same(sheet.at(*place), value):
                yield name, place, value


def _same(cell: Cell, value: Value) -> bool:
    if cell.kind is CellKind.ERROR:
        return isinstance(value, str)
    if isinstance(value, bool):
        return cell.kind is CellKind.TRUTH and cell.text == str(value).upper()
    if isinstance(value, str):
        return cell.kind in (CellKind.TEXT, CellKind.BLANK) and _bare(cell.text) == _bare(value)
    return cell.kind is CellKind.NUMBER and math.isclose(float(cell.raw), value, rel_tol=1e-12, abs_tol=1e-9)


def _bare(text: str) -> str:
    """A text as it is compared: escapes and line ends are the readers' own affair."""
    return "".join(text.replace("_x000D_", "").split())


def _plain(value: object) -> Value | None:
    """A value to compare; None for blanks, errors, and times, which readers tell in many ways."""
    if isinstance(value, bool | int | float):
        return value
    if isinstance(value, datetime.datetime):
        return _serial((value - _EPOCH).total_seconds() / 86_400)
    if isinstance(value, datetime.date):
        return _serial((datetime.datetime(value.year, value.month, value.day) - _EPOCH).days)
    if isinstance(value, str) and value.strip() and not value.startswith("#"):
        return value
    return None


def _serial(days: float) -> float:
    """The number of a day: the 1900 system counts a 29 February that never was."""
    return float(days) if days >= _FIRST_OF_MARCH else float(days) - 1
