"""Formulas as they are compared: by what they mean and not by how a program spells them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import lru_cache

from xlgoals.read.cells import Sheet, column_number

# A text, a quoted sheet, a reference that is no part of a name, or white space.
_TOKEN = re.compile(
    r"""("(?:[^"]|"")*")|'((?:[^']|'')*)'!|(?<![\w.])(\$?)([A-Za-z]{1,3})(\$?)([1-9]\d{0,6})(?![\w(.])|(\s+)""",
    re.ASCII,
)
_LINE = re.compile(r"(?<=[A-Za-z])\d+", re.ASCII)
_LONGEST_KEPT = 500
_TRUTH = re.compile(r"\b(TRUE|FALSE)\(\)")


def normal_formula(text: str, row: int, column: int) -> str:
    """A formula relative to its cell, without quotes of sheets, white space, and differences of case.

    >>> normal_formula("= '项目'!$B4 + a_name", 4, 3)
    '项目!R[0]C2+A_NAME'
    """
    # The same short ones stand in every workbook of a template; longer ones are not worth their memory.
    understand = _normal_formula if len(text) <= _LONGEST_KEPT else _normal_formula.__wrapped__
    return understand(text, row, column)


@lru_cache(maxsize=1 << 10)
def _normal_formula(text: str, row: int, column: int) -> str:
    pieces: list[str] = []
    end = 0
    for match in _TOKEN.finditer(text):
        pieces.append(text[end : match.start()].upper())
        end = match.end()
        literal, sheet, fixed_column, letters, fixed_row, digits, _ = match.groups()
        if literal is not None:
            pieces.append(literal)
        elif sheet is not None:
            pieces.append(f"{sheet.upper()}!")
        elif letters is not None:
            number, line = column_number(letters.upper()), int(digits)
            pieces.append(f"R{line}" if fixed_row else f"R[{line - row}]")
            pieces.append(f"C{number}" if fixed_column else f"C[{number - column}]")
    pieces.append(text[end:].upper())
    return _TRUTH.sub(r"\1", "".join(pieces).removeprefix("=").replace("_XLFN.", ""))


Formulas = Mapping[tuple[int, int], str]
"""By cell: row and column from 1."""


def normal_formulas(
    sheet: Sheet, spelled: tuple[Formulas, Formulas] | None = None
) -> dict[tuple[int, int], str]:
    """The formula of each cell of a sheet, one of a shared group as that of its first.

    ``spelled`` are formulas that were understood before: as stored, and what they came to.
    """
    stored, meant = spelled or ({}, {})
    found = dict.fromkeys(sheet.formulas, "")
    known: dict[tuple[int, str], str] = {}
    groups: dict[str, str] = {}
    written = {place: text for place, text in sheet.formulas.items() if text}
    for (row, column), text in written.items():
        if stored.get((row, column)) == text:
            found[row, column] = meant[row, column]
        else:
            # Filled-down formulas differ in their row number only; each is understood once.
            key = (column, _LINE.sub(_blanked(str(row)), text))
            if key not in known:
                known[key] = normal_formula(text, row, column)
            found[row, column] = known[key]
        if (group := sheet.shared.get((row, column))) is not None:
            groups[group] = found[row, column]
    followers = sheet.shared.items()
    found.update((place, groups.get(group, "")) for place, group in followers if place not in written)
    return found


def _blanked(row: str) -> Callable[[re.Match[str]], str]:
    """Replaces a row's own number, which is all that differs in what was filled down."""
    return lambda match: "#" if match[0] == row else match[0]
