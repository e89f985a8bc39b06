"""An open workbook → the same values as its saved file: read in blocks, judged cell by cell alike.

Not seen from here are lists of choices, defined names, merged and hidden parts; a check of the file sees
them.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import TYPE_CHECKING

from xlgoals.errors import CannotDo
from xlgoals.form import Form
from xlgoals.read.cells import MOST_CELLS, Book, Cell, CellKind, Sheet

if TYPE_CHECKING:
    import xlwings as xw

    from xlgoals.excel.host import Host

_ERRORS = ("#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A")
_EPOCH = datetime.datetime(1899, 12, 30)
# Rows of one block: whatever the program, a block of this size is moved without strain.
_BLOCK_CELLS = 60_000

Place = tuple[int, int]
Value = str | float | bool | datetime.datetime | None


def read_open(book: xw.Book, host: Host, form: Form) -> Book:
    """Every sheet of an open workbook.

    Raises:
        CannotDo: the used part of a sheet is larger than any table of goals.
    """
    entered = {form.guide.name, form.projects.name, form.indicators.name}
    sheets = [read_sheet(sheet, host, formatted=sheet.name in entered) for sheet in book.sheets]
    return Book(tuple(sheets), host.properties(book), whole=False)


def read_sheet(sheet: xw.Sheet, host: Host, *, formatted: bool) -> Sheet:
    """One sheet. ``formatted`` asks which numbers are shown as percentages: where people enter values."""
    state = "visible" if sheet.visible else "hidden"
    result = Sheet(sheet.name, state, protected=host.protection(sheet) is not None)
    for place, value, typed, is_error in contents_of(sheet, host, _used(sheet)):
        cell = _cell(value, typed, is_error)
        if cell is None:
            continue
        result.cells[place] = cell
        if cell.formula:
            result.formulas[place] = typed.removeprefix("=")
    if formatted:
        _show_percentages(sheet, result)
    return result


def _used(sheet: xw.Sheet) -> tuple[Place, Place]:
    """The corners of the used part."""
    used = sheet.used_range
    (rows, columns), top, left = used.shape, used.row, used.column
    if rows * columns > MOST_CELLS:
        raise CannotDo("live.too_large", sheet=sheet.name, rows=rows, columns=columns)
    return (top, left), (top + rows - 1, left + columns - 1)


def contents_of(
    sheet: xw.Sheet, host: Host, corners: tuple[Place, Place]
) -> Iterator[tuple[Place, Value, str, bool]]:
    """Place, value, what was typed, and whether it is an error: of each cell of a block that is not blank."""
    (top, left), (bottom, right) = corners
    step = max(1, _BLOCK_CELLS // (right - left + 1))
    for first in range(top, bottom + 1, step):
        part = ((first, left), (min(first + step - 1, bottom), right))
        block = sheet.range(*part)
        values: list[list[Value]] = block.options(ndim=2, err_to_str=True).value
        plain = block.options(ndim=2).value if _may_hold_error(values) else values
        typed = host.formulas(sheet, part)
        for row, (shown, without, texts) in enumerate(zip(values, plain, typed, strict=True), start=first):
            for column, value in enumerate(shown, start=left):
                text = texts[column - left]
                if value is not None or text:
                    is_error = value is not None and without[column - left] is None
                    yield (row, column), value, text, is_error


def is_formula(value: Value, typed: str) -> bool:
    """A text that begins with an equals sign is its own value; a formula has another."""
    return typed.startswith("=") and typed != value


def _may_hold_error(values: list[list[Value]]) -> bool:
    """Whether a block holds an error or a text that looks like one; only a second look tells them apart."""
    return any(value in _ERRORS for row in values for value in row if isinstance(value, str))


def _cell(value: Value, typed: str, is_error: bool) -> Cell | None:
    formula = is_formula(value, typed)
    if value is None or value == "":
        return Cell(CellKind.BLANK, "", "", True) if formula else None
    if is_error:
        return Cell(CellKind.ERROR, str(value), str(value), formula)
    if isinstance(value, str):
        return Cell(CellKind.TEXT, value, value, formula)
    if isinstance(value, bool):
        return Cell(CellKind.TRUTH, str(int(value)), str(value).upper(), formula)
    if isinstance(value, datetime.datetime):
        return Cell(CellKind.NUMBER, shortest(serial(value)), value.date().isoformat(), formula)
    shown = f"{Decimal(format(value, '.15g')):f}"
    return Cell(CellKind.NUMBER, shortest(value), shown, formula)


def shortest(number: float) -> str:
    """The shortest decimal text that is this number.

    >>> shortest(117.0), shortest(0.1)
    ('117', '0.1')
    """
    text = f"{Decimal(repr(float(number))):f}"
    return text.removesuffix(".0")


def serial(moment: datetime.datetime) -> float:
    """The number that a cell holds for a date."""
    return (moment.replace(tzinfo=None) - _EPOCH) / datetime.timedelta(days=1)


def _show_percentages(sheet: xw.Sheet, result: Sheet) -> None:
    """Numbers that their format shows as percentages read as such, as in the file."""
    numbers = [
        place
        for place, cell in result.cells.items()
        if cell.kind is CellKind.NUMBER and "-" not in cell.text[1:]
    ]
    for run in _runs(numbers):
        for place, code in _formats(sheet, run):
            if "%" in code:
                cell = result.cells[place]
                shown = f"{float(cell.raw) * 100:.12g}%"
                result.cells[place] = Cell(cell.kind, cell.raw, shown, cell.formula)


def _runs(places: Iterable[Place]) -> Iterator[list[Place]]:
    """Places grouped into runs below each other."""
    run: list[Place] = []
    for column, row in sorted((column, row) for row, column in places):
        if run and run[-1] != (row - 1, column):
            yield run
            run = []
        run.append((row, column))
    if run:
        yield run


def _formats(sheet: xw.Sheet, run: list[Place]) -> Iterator[tuple[Place, str]]:
    """The number format of each cell of a run: asked for as a whole, and in halves where it differs."""
    code: str | None = sheet.range(run[0], run[-1]).number_format
    if code is not None or len(run) == 1:
        yield from ((place, code or "") for place in run)
    else:
        middle = len(run) // 2
        yield from _formats(sheet, run[:middle])
        yield from _formats(sheet, run[middle:])
