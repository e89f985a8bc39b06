"""Styled blank cells and rows are taken out of a very large sheet before the parser sees them.

A sheet that was formatted down to its last row holds a million rows with nothing in them. They cost a
parser seconds and tell nothing. Of the cells taken out only the lock is lost, and of such a sheet it is not
compared.
"""

from __future__ import annotations

import re

from xlgoals.errors import CannotDo

_BLANK = rb'<c r="[A-Z]{1,3}[1-9][0-9]{0,6}"(?: s="[0-9]{1,9}")?+(?:/>|></c>)'
_BLANK_CELL = re.compile(_BLANK)
_BLANK_ROW = re.compile(
    rb'<row r="[1-9][0-9]{0,6}"'
    rb'(?: (?:spans|s|customFormat|ht|customHeight|x14ac:dyDescent)="[^"<>&]*")*+'
    rb"(?:/>|>(?:" + _BLANK + rb")*+</row>)"
)
# A comment or CDATA may hold anything; what looks like a row in it is none.
_MARKUP = re.compile(rb"<!")
# A row or cell that counts on from the one before it.
_COUNTED = re.compile(rb"<(?:row|c)(?: (?!r=)|/?>)")


class Thinner:
    """One part on its way to the parser, piece by piece."""

    def __init__(self, file: str, part: str) -> None:
        """``file`` and ``part`` name the place in a refusal."""
        self._refusal = CannotDo("workbook.damaged_part", file=file, part=part)
        self._rest = b""
        self._stopped = self._thinned = False

    def take(self, data: bytes) -> bytes:
        """The next bytes without their blank cells and rows; an unfinished element waits for the next call.

        Raises:
            CannotDo: numbered rows are followed by rows that only count on, as no program writes them.
        """
        data = self._rest + data
        end = data.rfind(b"<")
        data, self._rest = (data[:end], data[end:]) if end > 0 else (data, b"")
        thin, rows, cells = data, 0, 0
        if not self._stopped:
            thin, rows = _BLANK_ROW.subn(b"", data)
            thin, cells = _BLANK_CELL.subn(b"", thin)
        # What was taken out is none of the two, and what is left is searched much faster.
        is_counted = _COUNTED.search(thin) is not None
        if is_counted and self._thinned:
            raise self._refusal
        if self._stopped or is_counted or _MARKUP.search(thin):
            self._stopped = True
            return data
        self._thinned = self._thinned or bool(cells or rows)
        return thin

    def close(self) -> bytes:
        """What is left at the end."""
        return self._rest
