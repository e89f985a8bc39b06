"""What Excel makes of a text that a program puts into a cell through ``Range.Value``.

It treats the text as if a person had typed it: ``007`` becomes 7, ``1/2`` a date. Our engines do the same, so
that a handler which would lose a unit's ``007`` in Excel loses it in the tests, too.
The rules are those of Excel with Chinese or English settings, from its documentation; they were not compared
with Excel here.
"""

from __future__ import annotations

import datetime as dt
import re

from xlgoals.excel.engines.grid import Entry, Formula

EPOCH = dt.datetime(1899, 12, 30)
_NUMBER = re.compile(
    r"(?P<sign>[-+]?)[¥$]?(?P<digits>\d{1,3}(?:,\d{3})+(?:\.\d*)?|\d+\.?\d*|\.\d+)"
    r"(?P<exponent>[eE][-+]?\d{1,3})?(?P<percent>%?)",
    re.ASCII,
)
_FRACTION = re.compile(r"(-?\d+) (\d{1,5})/(\d{1,5})", re.ASCII)
_CLOCK = re.compile(r"(\d{1,2}):([0-5]?\d)(?::([0-5]?\d))?", re.ASCII)
_MONTH_DAY = re.compile(r"(\d{1,2})[-/](\d{1,2})|(\d{1,2})\u6708(\d{1,2})\u65e5", re.ASCII)
_DATE = re.compile(
    r"(\d{4})[-/](\d{1,2})(?:[-/](\d{1,2}))?|(\d{4})\u5e74(\d{1,2})\u6708(?:(\d{1,2})\u65e5)?", re.ASCII
)
_BOOLEANS = {"TRUE": True, "FALSE": False}


def as_typed(text: str, today: dt.date) -> Entry:
    """What the cell holds afterwards. ``today`` gives dates without a year theirs.

    >>> as_typed("007", dt.date(2026, 1, 1))
    7.0
    """
    if text.startswith("'"):
        return text[1:]
    if text.startswith("=") and len(text) > 1:
        return Formula(text)
    stripped = text.strip(" ")
    if stripped.upper() in _BOOLEANS:
        return _BOOLEANS[stripped.upper()]
    for reading in (_number(stripped), _fraction(stripped), _date(stripped, today), _clock(stripped)):
        if reading is not None:
            return reading
    return text


def _number(text: str) -> float | None:
    in_brackets = text.startswith("(") and text.endswith(")")
    match = _NUMBER.fullmatch(text[1:-1] if in_brackets else text)
    if match is None or (in_brackets and match["sign"]):
        return None
    number = float(match["digits"].replace(",", "") + (match["exponent"] or ""))
    if number == float("inf"):
        return None
    number = number / 100 if match["percent"] else number
    return -number if in_brackets or match["sign"] == "-" else number


def _fraction(text: str) -> float | None:
    match = _FRACTION.fullmatch(text)
    if match is None or int(match[3]) == 0:
        return None
    whole, part = int(match[1]), int(match[2]) / int(match[3])
    return whole - part if match[1].startswith("-") else whole + part


def _date(text: str, today: dt.date) -> dt.datetime | None:
    if (match := _DATE.fullmatch(text)) is not None:
        year, month, day = match.group(1, 2, 3) if match[1] else match.group(4, 5, 6)
    elif (match := _MONTH_DAY.fullmatch(text)) is not None:
        year, (month, day) = str(today.year), match.group(1, 2) if match[1] else match.group(3, 4)
    else:
        return None
    if int(year) < 1900:
        return None
    try:
        return dt.datetime(int(year), int(month), int(day or 1))
    except ValueError:
        return None


def _clock(text: str) -> float | None:
    match = _CLOCK.fullmatch(text)
    if match is None:
        return None
    hours, minutes, seconds = (int(part or 0) for part in match.groups())
    return (hours * 3600 + minutes * 60 + seconds) / 86400
