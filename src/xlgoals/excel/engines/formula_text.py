"""Formulas between Excel's way of writing them and the one of LibreOffice's interface.

LibreOffice separates arguments by semicolons and a sheet from its cell by a full stop.
"""

from __future__ import annotations

import re
from collections.abc import Callable

_TEXT = re.compile(r'("(?:[^"]|"")*")')
_EXCEL_SHEET = re.compile(r"('(?:[^']|'')+'|[\w.]+)!(?=\$?[A-Za-z])")
_OFFICE_SHEET = re.compile(r"\$?('(?:[^']|'')+'|[^\W\d]\w*)\.(?=\$?[A-Za-z]{1,3}\$?\d)")


def to_office(formula: str) -> str:
    """From Excel to LibreOffice.

    >>> to_office("=IF(A1>0,SUM('my sheet'!B2:B9),1.5)")
    "=IF(A1>0;SUM($'my sheet'.B2:B9);1.5)"
    """

    def convert(part: str) -> str:
        if "{" in part:
            raise NotImplementedError("a constant array in a formula is not put into LibreOffice's words")
        return _EXCEL_SHEET.sub(lambda match: f"${match[1]}.", part.replace(",", ";"))

    return _outside_texts(formula, convert)


def to_excel(formula: str) -> str:
    """From LibreOffice to Excel.

    >>> to_excel("=IF(A1>0;SUM($'my sheet'.B2:B9);1.5)")
    "=IF(A1>0,SUM('my sheet'!B2:B9),1.5)"
    """
    return _outside_texts(
        formula, lambda part: _OFFICE_SHEET.sub(lambda match: f"{match[1]}!", part.replace(";", ","))
    )


def _outside_texts(formula: str, convert: Callable[[str], str]) -> str:
    return "".join(part if number % 2 else convert(part) for number, part in enumerate(_TEXT.split(formula)))
