"""What every workbook of ours has in common: fixed metadata, plain text only, a structure lock.

XlsxWriter makes the package. Text is always written as text: no string becomes a formula or a link.
Nothing of the person or machine that writes is recorded, so the same input gives the same bytes.
"""

from __future__ import annotations

import datetime
import io
import math
import re
import unicodedata
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from xlgoals.errors import CannotDo

_OPTIONS = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
_BORN = datetime.datetime(2022, 1, 1)
# What indent and padding of a cell take of its column, in characters.
_MARGIN = 1.5
_MARK = "SHARED|"
_SHARED = re.compile(rb"<f>SHARED\|([A-Z0-9:]*)\|(\d+)\|(.*?)</f>")
_LINE_POINTS = 14.5
_PADDING_POINTS = 5.0
TALLEST_POINTS = 409.0
MOST_CHARACTERS = 32_767
# What a sheet of ours leaves to the user in spite of the lock.
PROTECTION = {
    "autofilter": True,
    "format_columns": True,
    "format_rows": True,
    "select_locked_cells": True,
    "select_unlocked_cells": True,
}


def new_workbook(title: str) -> tuple[xlsxwriter.Workbook, io.BytesIO]:
    """An empty workbook in memory with our metadata, and the bytes it will be closed into."""
    buffer = io.BytesIO()
    workbook = xlsxwriter.Workbook(buffer, {"in_memory": True, **_OPTIONS})
    workbook.set_properties({"title": title, "author": "xlgoals", "company": "", "created": _BORN})
    return workbook, buffer


def save_locked(buffer: io.BytesIO, target: Path) -> None:
    """Writes a closed workbook to ``target`` with its structure locked: no sheet is added, moved or removed.

    XlsxWriter has no structure lock; its place in the schema is right before ``bookViews``.
    """
    lock = b'<workbookProtection lockStructure="1"/>'

    def change(name: str, content: bytes) -> bytes:
        if name.startswith("xl/worksheets/sheet"):
            # Without a value, every program computes the formula when it opens the file.
            return _SHARED.sub(_shared, content.replace(b"</f><v></v>", b"</f>"))
        return (
            content.replace(b"<bookViews>", lock + b"<bookViews>", 1)
            if name == "xl/workbook.xml"
            else content
        )

    _deliver(target, _changed(buffer.getvalue(), change))


def save_plain(buffer: io.BytesIO, target: Path) -> None:
    """Writes a closed workbook to ``target`` as it is: a book to print, without locks and outside links."""
    _deliver(target, buffer.getvalue())


def write_down(sheet: Worksheet, first: int, last: int, column: int, formula: str, style: Format) -> None:
    """One formula for all rows ``first`` to ``last`` of a column, as Excel stores a formula filled down.

    Only the first cell holds the text, its references relative to it; six hundred rows of a long formula
    cost next to nothing. XlsxWriter knows no shared formulas: :func:`save_locked` makes them of these.
    """
    ends = (xl_rowcol_to_cell(first, column), xl_rowcol_to_cell(last, column))
    sheet.write_formula(first, column, f"={_MARK}{':'.join(ends)}|{column}|{formula}", style, "")
    for row in range(first + 1, last + 1):
        sheet.write_formula(row, column, f"={_MARK}|{column}|", style, "")


def _shared(match: re.Match[bytes]) -> bytes:
    reference, index, formula = match.groups()
    if not reference:
        return b'<f t="shared" si="%s"/>' % index
    return b'<f t="shared" ref="%s" si="%s">%s</f>' % (reference, index, formula)


def save_streamed(target: Path, write: Callable[[BinaryIO], None]) -> None:
    """Writes a workbook to ``target`` that is too large to hold in memory, by a function that writes it."""
    _deliver_streamed(target, write)


def _deliver_streamed(target: Path, write: Callable[[BinaryIO], None]) -> None:
    """As :func:`_deliver`, for a workbook that nobody holds in memory."""
    with target.open("wb") as stream:
        write(stream)


def _deliver(target: Path, data: bytes) -> None:
    """Where every workbook of ours leaves the program; the tests stand here and look at each."""
    target.write_bytes(data)


def _changed(data: bytes, change: Callable[[str, bytes], bytes]) -> bytes:
    """The package with the content of its members changed; order and times stay, so bytes repeat."""
    result = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(result, "w") as package:
        for info in source.infolist():
            content = change(info.filename, source.read(info))
            package.writestr(info, content, compress_type=zipfile.ZIP_DEFLATED)
    return result.getvalue()


def put_text(sheet: Worksheet, row: int, column: int, text: str, style: Format) -> None:
    """Writes text as text whatever it begins with; a blank keeps its style.

    Raises:
        CannotDo: the text is longer than a cell of Excel holds; it is never cut.
    """
    if len(text) > MOST_CHARACTERS:
        raise CannotDo("output.text_too_long", start=text[:20], count=len(text), most=MOST_CHARACTERS)
    if text:
        sheet.write_string(row, column, text, style)
    else:
        sheet.write_blank(row, column, None, style)


class _Widths(dict[str, int]):
    """Width of a character, each looked up once."""

    def __missing__(self, character: str) -> int:
        self[character] = 2 if unicodedata.east_asian_width(character) in "WFA" else 1
        return self[character]


_WIDTHS = _Widths()
PLAIN = re.compile(
    r"[\x00-\x7f\u00b7\u2014\u2018\u2019\u201c\u201d\u2026\u2264\u2265\u3000-\u303e\u4e00-\u9fff\uff01-\uff60]*"
)
"""ASCII, and characters of which each is wide."""


def text_width(text: str) -> int:
    """Width in half-width characters: a Chinese character counts two."""
    if text.isascii():
        return len(text)
    if PLAIN.fullmatch(text):  # nearly every text, and much quicker than to look at each character
        return 2 * len(text) - len(text.encode("ascii", "ignore"))
    return sum(map(_WIDTHS.__getitem__, text))


def lines_of(text: str, width: float) -> int:
    """Lines that a wrapped text takes in a column of that width."""
    usable = max(1.0, width - _MARGIN)
    if "\n" not in text:
        return math.ceil(text_width(text) / usable) or 1
    return sum(math.ceil(text_width(part) / usable) or 1 for part in text.split("\n"))


def points_for(lines: int) -> float:
    """Height in points of a row with that many lines."""
    return lines * _LINE_POINTS + _PADDING_POINTS


def height_for(texts_and_widths: list[tuple[str, float]], *, most: float = TALLEST_POINTS) -> float:
    """Row height in points that shows the whole of every wrapped text in a column of that width.

    ``most`` is the height that a row can have; a caller that spreads a text over rows asks without bound.
    """
    lines = max((lines_of(text, width) for text, width in texts_and_widths), default=1)
    return min(most, points_for(max(1, lines)))
