"""Addresses in words: a cell, a line, or many of them in a row as a person would write them down."""

from __future__ import annotations

import re
from collections.abc import Iterable

from xlgoals.findings import cell_order
from xlgoals.messages import Language, Phrase, say
from xlgoals.model import Address

_SHORTEST_RANGE = 3
_TABLE_CELL = re.compile(r"T([\d-]+)R(\d+)C(\d+)")
_PARAGRAPH = re.compile(r"P(\d+)")


def place(address: Address, language: Language) -> str:
    """An address as a person reads it: a cell of a sheet, or a line of a text."""
    if not address.sheet and address.cell.startswith("L"):
        return say("place.line", language, line=address.cell[1:])
    phrase = None if address.sheet else place_in_document(address.cell)
    return phrase.said(language) if phrase else str(address)


def place_in_document(cell: str) -> Phrase | None:
    """A place in a Word document: ``T2R5C3`` a cell of its second table, ``P12`` its twelfth paragraph.

    ``T2-1R1C1`` is a cell of the first table inside the second one. None for any other cell.
    """
    if match := _TABLE_CELL.fullmatch(cell):
        return Phrase("place.table_cell", tuple(zip(("table", "row", "column"), match.groups(), strict=True)))
    if match := _PARAGRAPH.fullmatch(cell):
        return Phrase("place.paragraph", (("number", match[1]),))
    return None


def places(addresses: Iterable[Address], language: Language, most: int | None = None) -> str:
    """Addresses in a row: the sheet is said once, cells in a column as a range: ``指标!D51:D55、F60``.

    Another file than that of the first address is named. Sheets stay in the order given, the cells of each
    are sorted by column and row. Of more than ``most`` cells and ranges the rest is told as a number.
    """
    listed = tuple(addresses)
    if len(listed) == 1:
        return place(listed[0], language)
    return _listed(_runs(listed), language, most)


def _listed(runs: list[list[Address]], language: Language, most: int | None) -> str:
    told: list[str] = []
    home = runs[0][0].file if runs else ""
    sheet: tuple[str, str] | None = None
    shown = runs if most is None or len(runs) <= most + 1 else runs[:most]
    for run in shown:
        first, last = run[0], run[-1]
        is_same_sheet = bool(first.sheet) and (first.file, first.sheet) == sheet
        text = first.cell if is_same_sheet else place(first, language)
        if first.file != home and not is_same_sheet:
            text = f"{first.file} {text}"
        if len(run) >= _SHORTEST_RANGE:
            told.append(f"{text}:{last.cell}")
        else:
            told.extend([text, *(address.cell for address in run[1:])])
        sheet = (first.file, first.sheet)
    text = say("list.comma", language).join(told)
    rest = sum(len(run) for run in runs[len(shown) :])
    return say("places.more", language, places=text, count=rest) if rest else text


def _runs(addresses: Iterable[Address]) -> list[list[Address]]:
    """Addresses grouped into runs of cells that stand below each other; each cell once."""
    unique = list(dict.fromkeys(addresses))
    sheets = list(dict.fromkeys((address.file, address.sheet) for address in unique))

    def key(address: Address) -> tuple[int, int, int]:
        row, column, _ = cell_order(address.cell)
        return (sheets.index((address.file, address.sheet)), column, row)

    runs: list[list[Address]] = []
    before: tuple[str, str, int, int] | None = None
    for address in sorted(unique, key=key):
        row, column, _ = cell_order(address.cell)
        if before == (address.file, address.sheet, row - 1, column) and address.sheet:
            runs[-1].append(address)
        else:
            runs.append([address])
        before = (address.file, address.sheet, row, column)
    return runs
