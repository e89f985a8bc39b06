"""What the stored text of a cell means, by its type and its number format."""

from __future__ import annotations

import datetime
import math
import re
from collections.abc import Sequence
from decimal import Decimal
from itertools import repeat

from xlgoals.escapes import unescaped
from xlgoals.read.cells import BLANK, MOST_CHARACTERS, UNCOMPUTED, Cell, CellKind
from xlgoals.read.parts import Formats, Styles

_EPOCH = datetime.date(1899, 12, 30)
_EPOCH_1904 = datetime.date(1904, 1, 1)
_NEVER = 60
_AFTER_9999 = 2_958_466
_TEXTS = ("str", "inlineStr")
_TRUTHS = {"1": "TRUE", "true": "TRUE", "0": "FALSE", "false": "FALSE"}
# Digits that a double holds exactly.
_EXACT = 15
# What XML Schema calls a double; Python's own reading of numbers takes more, `1_000` among it.
_NUMBER = re.compile(r"\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\s*", re.ASCII)


class Damaged(Exception):
    """A cell whose stored text does not fit its type; the reader knows where it stands."""


class Values:
    """The cells of one workbook are made here, whichever way its sheets are taken apart."""

    def __init__(self, texts: Sequence[str], formats: Formats | Styles, from_1904: bool) -> None:
        """Takes the shared texts, the formats and the date system of the workbook."""
        # As Cell() makes them, without a call of Python for each of some hundred texts.
        fields = zip(repeat(CellKind.TEXT), texts, texts, repeat(False))
        self._shared = list(map(tuple.__new__, repeat(Cell), fields))
        self._blank = frozenset(n for n, text in enumerate(texts) if not text) if "" in texts else frozenset()
        for number in self._blank:
            self._shared[number] = BLANK
        self._percent, self._date = formats.percent, formats.date
        self._epoch = _EPOCH_1904 if from_1904 else _EPOCH
        self.open_styles = frozenset(formats.open)
        self.may_be_long = False
        """Whether some cell may hold a text that is longer than Excel allows."""
        # Half the limit: a character counts one or two, and which is found out when there is one.
        is_any_long = max(map(len, texts), default=0) > MOST_CHARACTERS // 2
        self._long = frozenset(
            n for n, text in enumerate(texts) if is_any_long and len(text) > MOST_CHARACTERS // 2
        )

    def cell(self, kind: str, style: int, raw: str, formula: bool) -> Cell:
        """The cell with the stored text ``raw``; ``kind`` is its type as the file writes it.

        Raises:
            Damaged: no such shared text, or a number that is none.
        """
        if kind == "s":
            cell = self.text(raw)
            return cell._replace(formula=True) if formula else cell
        if not raw:
            return UNCOMPUTED if formula else BLANK
        if kind == "n":
            if not raw.strip():
                return UNCOMPUTED if formula else BLANK
            return Cell(CellKind.NUMBER, raw, self._number(style, raw), formula)
        if kind == "b":
            if raw not in _TRUTHS:
                raise Damaged
            return Cell(CellKind.TRUTH, raw, _TRUTHS[raw], formula)
        if kind == "e":
            return Cell(CellKind.ERROR, raw, raw, formula)
        if kind == "d":
            return self._day(raw, formula)
        if kind not in _TEXTS:
            raise Damaged
        if len(raw) > MOST_CHARACTERS // 2:
            self.may_be_long = True
        text = unescaped(raw)
        return Cell(CellKind.TEXT, text, text, formula)

    def text(self, raw: str) -> Cell:
        """The cell that holds the shared text of that number.

        Raises:
            Damaged: there is no such text.
        """
        if not (raw.isascii() and raw.isdigit() and len(raw) < 10) or int(raw) >= len(self._shared):
            raise Damaged
        number = int(raw)
        if number in self._long:
            self.may_be_long = True
        return self._shared[number]

    def has_blank(self, numbers: Sequence[int]) -> bool:
        """Whether one of the shared texts of those numbers is empty."""
        return bool(self._blank) and not self._blank.isdisjoint(numbers)

    def texts(self, numbers: Sequence[int]) -> Sequence[Cell]:
        """The cells that hold the shared texts of those numbers.

        Raises:
            Damaged: there is no text of a number.
        """
        if self._long and not self._long.isdisjoint(numbers):
            self.may_be_long = True
        try:
            return [self._shared[number] for number in numbers]
        except IndexError:
            raise Damaged from None

    def _date_of(self, days: int) -> str:
        """The date of a serial number; the 1900 system counts a 29 February that never was."""
        if self._epoch == _EPOCH and days == _NEVER:
            return "1900-02-29"
        late = self._epoch == _EPOCH and days < _NEVER
        return (self._epoch + datetime.timedelta(days=days + late)).isoformat()

    def _day(self, raw: str, formula: bool) -> Cell:
        """A date in words of ISO 8601, as strict workbooks store it."""
        try:
            day = datetime.datetime.fromisoformat(raw.strip()).date()
        except ValueError:
            raise Damaged from None
        return Cell(CellKind.NUMBER, str((day - self._epoch).days), day.isoformat(), formula)

    def _number(self, style: int, raw: str) -> str:
        """A number as its format shows it where the format changes its meaning: percentages and dates."""
        is_percent, is_date = style in self._percent, style in self._date
        is_exact = raw.isascii() and raw.isdigit() and len(raw) <= _EXACT
        if is_exact and not (is_percent or is_date):
            return str(int(raw))
        if not _NUMBER.fullmatch(raw) or not math.isfinite(number := float(raw)):
            raise Damaged
        if is_percent:
            return f"{number * 100:.12g}%"
        if is_date and 0 < number < _AFTER_9999:
            try:
                return self._date_of(int(number))
            except OverflowError:  # the days of the 1904 system reach beyond the year 9999
                raise Damaged from None
        return f"{Decimal(format(number, '.15g')):f}"
