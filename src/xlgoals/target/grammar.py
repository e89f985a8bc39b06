"""The regular expressions of a statement, built once from the vocabulary.

A statement is ``[operator words] (date | number [unit] [connector number [unit]]) [operator words]``.
Words are matched longest first and never taken back, and nothing is repeated inside a repetition, so
that the time to read a text grows with its length only.
"""

from __future__ import annotations

import re

from xlgoals.target.vocabulary import VOCABULARY, either

_WORDS, _NUMERALS, _UNITS, _DATES = (
    VOCABULARY.operators,
    VOCABULARY.numerals,
    VOCABULARY.units,
    VOCABULARY.dates,
)

HAN = r"[\u4e00-\u9fff]"
MASK = "\ufffc"
"""Stands for each character of a fixed phrase that is skipped."""

_PUNCTUATION = re.escape(VOCABULARY.punctuation)
_DIGIT_WORDS = "".join(_NUMERALS.digits)
_ZEROS = "".join(sorted(_NUMERALS.zeros))
_NUMERAL_WORDS = _DIGIT_WORDS + _ZEROS + "".join(_NUMERALS.places) + "".join(_NUMERALS.multipliers)
_LONGER = f"(?!{either(VOCABULARY.longer_words)})"
_CONNECTOR = either(VOCABULARY.connectors)
_OPERATOR = either([*_WORDS.signs, *_WORDS.before, *_WORDS.fillers])
_AFTER = rf"{_LONGER}{either(_WORDS.after)}"
_AFTER_DATE = rf"{_LONGER}{either(_WORDS.after_date)}"

# A number does not start inside a word, a code, a fraction, a time of day or an ordinal.
_START = rf"(?<![0-9A-Za-z_{_NUMERALS.ordinal}{_NUMERAL_WORDS}])(?<![0-9][,.:×*/^±])(?<!±)"
_DIGITS = r"[0-9]++(?:[,.][0-9]++)*+(?![_×*^±²³¹⁰⁴-⁹]|:[0-9]|/[0-9])"
_NUMERAL = rf"(?:{_NUMERALS.half}|[{_NUMERAL_WORDS}]++(?:{_NUMERALS.point}[{_ZEROS}{_DIGIT_WORDS}]++)?+)"
_HALF_MORE = f"(?<=[{''.join(sorted({unit[-1] for unit in _UNITS.durations}))}]){_NUMERALS.half}"

_LATIN = rf"{either(_UNITS.latin)}(?![A-Za-z0-9_])"
_KNOWN = rf"(?:{_LATIN}|{either(_UNITS.known - _UNITS.latin)})"
_SCALE = either(_UNITS.scales)
_PER_TIME = either(_UNITS.per_times)
_PER = (
    rf"(?:\s*{either(_UNITS.per)}\s*\(?(?:{_KNOWN}|{_SCALE}{_KNOWN}|{_PER_TIME})"
    rf"(?:\s*{either(_UNITS.joints)}\s*(?:{_KNOWN}|{_PER_TIME})){{0,2}}+\)?)?+"
)


def _unit(prefix: str) -> str:
    return (
        rf"(?:\s*{_LONGER}(?P<{prefix}whole>{_KNOWN}{_PER})"
        rf"|(?:\s*(?P<{prefix}scale>{_SCALE}))?+"
        rf"(?:\s*{_LONGER}(?P<{prefix}between>{either(_WORDS.between)}))?+"
        rf"(?:\s*{_LONGER}(?P<{prefix}known>{_KNOWN}{_PER}))?+)"
    )


def _number(prefix: str) -> str:
    return (
        rf"(?P<{prefix}sign>[-+](?=[0-9])(?<!{HAN}[-+]))?"
        rf"(?:(?P<{prefix}digits>{_DIGITS})|(?P<{prefix}numeral>{_NUMERAL}))"
    )


_YEAR_NUMBER = rf"(?:(?:19|20|21)[0-9]{{2}}|[{_DIGIT_WORDS}][{_ZEROS}{_DIGIT_WORDS}]{{3}})"
_SMALL = rf"(?:[0-9]{{1,2}}|[{_DIGIT_WORDS}{''.join(_NUMERALS.places)}]{{1,3}}+)"
_YEAR, _MONTH, _DAY, _QUARTER = (either(_DATES[name]) for name in ("year", "month", "day", "quarter"))
_EDGE = (
    rf"(?:{_YEAR}?(?P<end>{_LONGER}{either(_DATES['end'])})"
    rf"|(?P<vague>{_LONGER}{either(_DATES['vague'])}))"
)
_FROM = r"(?:(?P<{0}_from>{1})\s*(?:{2})?\s*{3}\s*)?"
_ORDINAL = f"{_NUMERALS.ordinal}?"

_ISO = (
    r"(?P<iso_year>(?:19|20|21)[0-9]{2})"
    r"(?:(?P<separator>[-/.])(?P<iso_month>[0-9]{1,2})(?P=separator)(?P<iso_day>[0-9]{1,2})(?![0-9A-Za-z.%])"
    # Without a day it may as well be a range or a fraction: only where nothing else follows.
    rf"|[-/](?P<iso_only_month>[0-9]{{1,2}})(?=\s*(?:$|[^\w.%/\-]|{_AFTER_DATE}"
    rf"|{either([*_DATES['end'], *_DATES['vague']])})))"
)
_MONTHS = (
    _FROM.format("month", _SMALL, _MONTH, _CONNECTOR)
    + rf"(?P<month>{_SMALL})\s*{_MONTH}"
    + rf"(?:\s*{_FROM.format('day', _SMALL, _DAY, _CONNECTOR)}(?P<day>{_SMALL})\s*{_DAY}"
    + rf"(?:\s*[0-9]{{1,2}}{either(_DATES['hour'])})?)?"
)
_QUARTERS = (
    _FROM.format("quarter", f"{_ORDINAL}{_SMALL}", _QUARTER, _CONNECTOR).replace(
        f"(?P<quarter_from>{_ORDINAL}", f"{_ORDINAL}(?P<quarter_from>"
    )
    + rf"{_ORDINAL}(?P<quarter>{_SMALL})\s*{_QUARTER}"
)
_HALVES = (
    rf"(?P<first_half>{either(_DATES['first_half'])})|(?P<second_half>{either(_DATES['second_half'])})"
    r"|[Qq](?P<latin_quarter>[1-4])(?![0-9A-Za-z])|[Hh](?P<latin_half>[12])(?![0-9A-Za-z])"
)
_DATE = (
    rf"(?:{_ISO}"
    rf"|(?:(?P<year>{_YEAR_NUMBER})\s*{_YEAR}\s*)?(?:{_MONTHS}|{_QUARTERS}|{_HALVES})"
    rf"|(?P<only_year>{_YEAR_NUMBER})\s*{_YEAR}(?P<whole_year>{either(_DATES['whole_year'])})?"
    rf"|(?P<year_end>{either(_DATES['year_end'])}))"
    rf"{_EDGE}?(?:\s*{_YEAR}?(?P<after_date>{_AFTER_DATE}))?"
)

_SPECIAL = (
    rf"(?P<exact>{either(_NUMERALS.exact)})"
    rf"|(?P<ratio>{either(_NUMERALS.ratios)})(?:(?P<ratio_digits>{_DIGITS})|(?P<ratio_numeral>{_NUMERAL}))"
    rf"|(?P<tenths>[0-9]|[{_DIGIT_WORDS}]){_NUMERALS.tenth}(?P<more_tenths>[{_DIGIT_WORDS}])?"
    rf"(?=\s*(?:$|[^\w]|{_AFTER}))"
)
_QUANTITY = (
    rf"(?:{_SPECIAL}|(?:{either(_UNITS.currency_before)}\s*)?{_number('')}{_unit('')}"
    rf"(?P<half_more>{_HALF_MORE})?"
    rf"(?:\s*(?P<connector>{_CONNECTOR})\s*{_number('high_')}{_unit('high_')})?)"
    rf"(?:\s*{either(_UNITS.currency_after)})?"
    rf"(?:\s*{either(VOCABULARY.range_ends)})?(?:\s*(?P<after>{_AFTER}))?"
)
_DATE_START = _START.replace(_NUMERALS.ordinal, "")

STATEMENT = re.compile(
    rf"(?P<operators>(?:{_OPERATOR}\s*){{0,3}}+)(?:{_DATE_START}{_DATE}|{_START}{_QUANTITY})"
)
"""One number or date with what belongs to it."""

OPERATOR = re.compile(_OPERATOR)
HINT = re.compile(
    rf"[0-9{re.escape(_NUMERAL_WORDS + _NUMERALS.half)}]"
    rf"|{either(_DATES['year_end'])}|{either(_DATES['all_year'])}"
)
"""Found in every text that can hold a statement."""
AFTER = re.compile(_AFTER)
CONNECTOR = re.compile(rf"\s*{_CONNECTOR}\s*")
SKIPPED = re.compile(
    "|".join([either(VOCABULARY.names), *(f"(?:{pattern})" for pattern in VOCABULARY.patterns)]), re.MULTILINE
)
"""Fixed phrases whose numerals are no quantities."""
TRAILER = re.compile(rf"(?:{'|'.join(VOCABULARY.trailers)})(?=[\s{_PUNCTUATION}]*+$)")
"""A note at the end that adds nothing."""
IDLE = re.compile(rf"[\s{_PUNCTUATION}]*+")
"""What may follow a statement without adding to it."""
LEAD_END = re.compile(rf"[\s:{_PUNCTUATION}]+$")
UNREAD = re.compile("|".join(f"(?:{pattern})" for pattern in VOCABULARY.unread))
"""Quantities that are no exact numbers: 三分之二, 几十."""
VERB = re.compile(either(VOCABULARY.verbs))
NOUN = re.compile(rf"\s?({HAN}{{1,6}}?)(?P<after>{_AFTER})?{IDLE.pattern}")
_PART = either([*_WORDS.between, *_UNITS.scales, *VOCABULARY.connectors, _NUMERALS.half])
UNKNOWN_UNIT = re.compile(rf"((?!{_PART})(?:(?!{_AFTER}){HAN}){{1,4}}?)(?P<after>{_AFTER})?{IDLE.pattern}")
ALL_YEAR = re.compile(either(_DATES["all_year"]))
