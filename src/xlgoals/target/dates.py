"""Points and periods of the calendar: day, month, quarter, half year, year; checked to exist."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass

from xlgoals.target.numbers import chinese, positional
from xlgoals.target.vocabulary import VOCABULARY

_WRITING = VOCABULARY.writing
_LEAP_YEAR = 2000
_FEBRUARY = 2
_MONTHS = 12
_MONTHS_OF_QUARTER = 3
_MONTHS_OF_HALF = 6
_QUARTERS = 4
_YEAR_DIGITS = 4
_WITHOUT_YEAR = re.compile(r"M(?P<month>\d\d)|(?P<rest>\d\d-\d\d|Q[1-4]|H[12])")
_SHAPE = re.compile(
    r"(?:(?P<year>\d{4})(?:-|$))?"
    r"(?:M?(?P<month>\d\d)(?:-(?P<day>\d\d))?|Q(?P<quarter>[1-4])|H(?P<half>[12]))?"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """Parts of a date as numbers; absent parts are None."""

    year: int | None = None
    month: int | None = None
    day: int | None = None
    quarter: int | None = None
    half: int | None = None

    def value(self) -> str | None:
        """The value of a time limit; None when there is no such day, month or quarter.

        >>> Period(year=2022, month=2, day=30).value(), Period(month=4).value()
        (None, 'M04')
        """
        if self.month is not None:
            return self._month_value(self.month)
        if self.quarter is not None:
            return f"{self._prefix}Q{self.quarter}" if 1 <= self.quarter <= _QUARTERS else None
        if self.half is not None:
            return f"{self._prefix}H{self.half}"
        return f"{self.year}"

    def last_day(self) -> str | None:
        """The value of the last day of the period; of the month where its last day is not known.

        >>> Period(quarter=1).last_day(), Period(month=2).last_day(), Period(year=2022, month=2).last_day()
        ('03-31', 'M02', '2022-02-28')
        """
        if self.day is not None or self.value() is None:
            return self.value()
        month = _MONTHS
        if self.month is not None:
            month = self.month
        elif self.quarter is not None:
            month = self.quarter * _MONTHS_OF_QUARTER
        elif self.half is not None:
            month = self.half * _MONTHS_OF_HALF
        if self.year is None and month == _FEBRUARY:
            return self.value()
        return Period(year=self.year, month=month, day=self._days(month)).value()

    @property
    def _prefix(self) -> str:
        return "" if self.year is None else f"{self.year}-"

    def _days(self, month: int) -> int:
        return calendar.monthrange(self.year or _LEAP_YEAR, month)[1]

    def _month_value(self, month: int) -> str | None:
        if not 1 <= month <= _MONTHS:
            return None
        if self.day is not None:
            exists = 1 <= self.day <= self._days(month)
            return f"{self._prefix}{month:02}-{self.day:02}" if exists else None
        return f"M{month:02}" if self.year is None else f"{self.year}-{month:02}"


def part(written: str | None) -> int | None:
    """A year, month, day or quarter in digits or Chinese numerals; 0, which never exists, if malformed."""
    if written is None:
        return None
    text = positional(written) if len(written) == _YEAR_DIGITS else written
    if text.isascii():
        return int(text)
    number = chinese(text)
    return int(number) if number is not None and number.isdigit() else 0


def year_of(value: str) -> str | None:
    """The year that a value names: ``2022-H1`` → ``2022``."""
    return value[:_YEAR_DIGITS] if re.match(r"\d{4}(?:-|$)", value) else None


def with_year(value: str, year: str) -> str:
    """A value without a year of its own, put into ``year``; unchanged where the day does not exist then.

    >>> with_year("M06", "2022"), with_year("Q3", "2022"), with_year("2021", "2022")
    ('2022-06', '2022-Q3', '2021')
    """
    found = _WITHOUT_YEAR.fullmatch(value)
    if not found or (value == "02-29" and not calendar.isleap(int(year))):
        return value
    return f"{year}-{found['month'] or found['rest']}"


def write(value: str) -> str:
    """A value in official style.

    >>> write("2022-12-31"), write("M04"), write("2022-Q3"), write("2022")
    ('2022年12月31日', '4月', '2022年第三季度', '2022年')
    """
    found = _SHAPE.fullmatch(value)
    if not found or not value:
        return value
    written = f"{found['year']}{_WRITING.year}" if found["year"] else ""
    if found["month"]:
        written += f"{int(found['month'])}{_WRITING.month}"
    if found["day"]:
        written += f"{int(found['day'])}{_WRITING.day}"
    if found["quarter"]:
        written += _WRITING.quarters[found["quarter"]]
    if found["half"]:
        written += _WRITING.halves[found["half"]]
    return written
