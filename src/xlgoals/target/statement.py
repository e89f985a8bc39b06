"""One number or date of a text, with the words that bind it."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import NamedTuple

from xlgoals.model import Comparator
from xlgoals.target import grammar
from xlgoals.target.dates import Period, part, with_year, year_of
from xlgoals.target.numbers import canonical, chinese, plain, scaled
from xlgoals.target.vocabulary import VOCABULARY

_OPERATORS, _NUMERALS, _UNITS, _DATES = (
    VOCABULARY.operators,
    VOCABULARY.numerals,
    VOCABULARY.units,
    VOCABULARY.dates,
)
_YEARS = range(1900, 2200)
_YEAR_DIGITS = 4
_UPWARD = frozenset({Comparator.AT_LEAST, Comparator.MORE_THAN})
_DOWNWARD = frozenset({Comparator.AT_MOST, Comparator.LESS_THAN})
_BLANK = re.compile(r"\s+")
_UNIT_GROUPS = {
    prefix: tuple(f"{prefix}{group}" for group in ("digits", "numeral", "whole", "scale", "between", "known"))
    for prefix in ("", "high_")
}
_YEAR_UNIT = _DATES["year"][0]
_HALF_DIGIT = ".5"
_ONE = Decimal(1)
_SCALE_LETTERS = "".join(_UNITS.scales)
_COMPARATORS = {**_OPERATORS.before, **_OPERATORS.signs}


class Statement(NamedTuple):
    """A number or a date between ``start`` and ``end`` of the text.

    ``values`` is one value, or the two ends of a range.
    """

    start: int
    end: int
    values: tuple[str, ...]
    unit: str = ""
    comparator: Comparator | None = None
    is_time: bool = False
    is_date: bool = False
    """A place in the calendar, not a duration."""
    has_sign: bool = False
    has_word: bool = False
    has_after: bool = False
    """An operator word stands behind."""
    has_number: bool = True
    """False for a period that is named in words only: 二季度, 年底."""
    in_words: bool = False
    """A period of which words say a part: 2022年度, 2022年下半年."""
    is_doubtful: bool = False
    is_article: bool = False
    """A bare 一 with no operator, which inside a sentence is mostly no number."""
    takes_noun: bool = False
    """The unit is a measure word, which the noun that is counted may follow."""

    @property
    def is_range(self) -> bool:
        """Two values, one statement."""
        return len(self.values) > 1


class _Binding(NamedTuple):
    comparator: Comparator | None
    has_sign: bool
    has_word: bool
    is_doubtful: bool


_ALONE = {
    "": _Binding(comparator=None, has_sign=False, has_word=False, is_doubtful=False),
    **{
        word: _Binding(
            comparator=comparator,
            has_sign=word in _OPERATORS.signs,
            has_word=word in _OPERATORS.before,
            is_doubtful=False,
        )
        for word, comparator in _COMPARATORS.items()
    },
}
"""What nothing, or one sign or word in front, says of a number: most of what is read."""


def _binding(found: re.Match[str], after: str | None, between: str | None) -> _Binding:
    operators = found["operators"]
    if not (after or between) and operators in _ALONE:
        return _ALONE[operators]
    words = grammar.OPERATOR.findall(operators)
    stated = [_COMPARATORS[word] for word in words if word in _COMPARATORS]
    if between:
        stated.append(Comparator.ABOUT)
    comparator = stated[-1] if stated else None
    if after:
        behind = (_OPERATORS.after_date if found["after_date"] else _OPERATORS.after)[after]
        stated.append(behind)
        # The word in front is the stricter one (超过…以上), but an estimate stays an estimate.
        if comparator is None or behind is Comparator.ABOUT:
            comparator = behind
    kinds = set(stated)
    return _Binding(
        comparator=comparator,
        has_sign=any(word in _OPERATORS.signs for word in words),
        has_word=bool(after or between or any(word in _OPERATORS.before for word in words)),
        is_doubtful=bool(kinds & _UPWARD and kinds & _DOWNWARD)
        or (Comparator.ABOUT in kinds and len(kinds) > 1),
    )


def _number(found: re.Match[str], prefix: str) -> tuple[str | None, str]:
    """The value, and the multiplier that a Chinese numeral leaves to its unit (三百 | 万元)."""
    digits = found[f"{prefix}digits"]
    if digits:
        return canonical(digits, found[f"{prefix}sign"]), ""
    numeral = found[f"{prefix}numeral"]
    bare = numeral.rstrip("".join(_NUMERALS.multipliers))
    scale = numeral[len(bare) :]
    if scale and (scale not in _UNITS.scales or found[f"{prefix}scale"]):
        return None, ""
    if any(multiplier in bare for multiplier in _NUMERALS.multipliers):
        # 一亿三千万 is one number; what ends it is taken for the unit only afterwards.
        whole = chinese(numeral)
        return whole and plain(scaled(whole, 1 / _UNITS.scales.get(scale, _ONE))), scale
    return chinese(bare) if bare else None, scale


def _unit(found: re.Match[str], prefix: str, scale: str) -> str:
    unit = found[f"{prefix}whole"] or (found[f"{prefix}scale"] or "") + (found[f"{prefix}known"] or "")
    return scale + _BLANK.sub("", unit) if unit else scale


def _is_year(value: str) -> bool:
    return len(value) == _YEAR_DIGITS and value.isdigit() and int(value) in _YEARS


def _joined_unit(low: str, high: str) -> str | None:
    """The unit of a range: 5—10万元, 5万—10万元, 90%—95; None where its ends differ."""
    if low == high or not high:
        return low
    return high if high.startswith(low) else None


def _fits(found: re.Match[str], prefix: str, unit: str, rest: str) -> bool:
    """Whether what stands around the number lets it be one."""
    if found[f"{prefix}numeral"]:
        return unit != "" and unit not in _UNITS.names and not (unit in _UNITS.scales and _starts_word(rest))
    if not unit:
        # 1e5, 5G, 3D: a name or a number in a notation of its own.
        return not (rest[:1].isascii() and (rest[:1].isalpha() or rest[:1] == "_"))
    return not (unit in _UNITS.scales and rest[:1].isdigit())


def _starts_word(rest: str) -> bool:
    return re.match(grammar.HAN, rest) is not None and not grammar.AFTER.match(rest)


def _special(found: re.Match[str]) -> tuple[str | None, str]:
    """百分之九十五, 百分百, 九成五."""
    if found["exact"]:
        number = _NUMERALS.exact[found["exact"]]
        return canonical(number.rstrip("%")), "%"
    if found["ratio"]:
        digits, numeral = found["ratio_digits"], found["ratio_numeral"]
        return canonical(digits) if digits else chinese(numeral), _NUMERALS.ratios[found["ratio"]]
    tenths = found["tenths"]
    more = found["more_tenths"]
    value = (tenths if tenths.isascii() else str(_NUMERALS.digits[tenths])) + (
        str(_NUMERALS.digits[more]) if more else "0"
    )
    return canonical(value), "%"


def _quantity(found: re.Match[str], text: str) -> Statement | None:
    binding = _binding(found, found["after"], found["between"] or found["high_between"])
    if any(found.group("exact", "ratio", "tenths")):
        value, unit = _special(found)
        return None if value is None else _stated(found, binding, (value,), unit)
    low, scale = _number(found, "")
    if low is None:
        return None
    if found["digits"] and not found["operators"] and text[found.start() - 1 : found.start()] == "-":
        # After a word the stroke may be a dash or a minus: 增长率-5%.
        binding = _Binding(
            comparator=binding.comparator, has_sign=False, has_word=binding.has_word, is_doubtful=True
        )
    unit = _unit(found, "", scale)
    return (_range if found["connector"] else _single)(found, text, binding, low, unit)


def _single(found: re.Match[str], text: str, binding: _Binding, value: str, unit: str) -> Statement | None:
    if not _fits(found, "", unit, text[_unit_end(found, "") :]):
        return None
    if found["half_more"]:
        if "." in value:
            return None
        value += _HALF_DIGIT
    statement = _stated(found, binding, (value,), unit)
    is_article = found["numeral"] == _NUMERALS.article and binding.comparator is None
    return statement._replace(is_article=True) if is_article else statement


def _range(found: re.Match[str], text: str, binding: _Binding, low: str, low_unit: str) -> Statement | None:
    high, scale = _number(found, "high_")
    unit = _joined_unit(low_unit, _unit(found, "high_", scale))
    if high is None or unit is None or not _fits(found, "high_", unit, text[_unit_end(found, "high_") :]):
        return None
    return _stated(found, binding, (low, high), unit) if _fits(found, "", unit, "") else None


def _unit_end(found: re.Match[str], prefix: str) -> int:
    return max(map(found.end, _UNIT_GROUPS[prefix]))


def _stated(found: re.Match[str], binding: _Binding, values: tuple[str, ...], unit: str) -> Statement:
    is_date = unit == _YEAR_UNIT and all(_is_year(value) for value in values)
    comparator, is_doubtful = binding.comparator, binding.is_doubtful
    if len(values) > 1:
        # A range with a bound of its own says two things; an estimate only softens it.
        is_doubtful = is_doubtful or comparator not in (None, Comparator.ABOUT)
        low, high = (Decimal(value) for value in values)
        if low > high:
            values, is_doubtful = (values[1], values[0]), True
    base = unit.lstrip(_SCALE_LETTERS)
    return Statement(
        start=found.start(),
        end=found.end(),
        values=values,
        unit="" if is_date else unit,
        comparator=comparator,
        is_time=is_date or unit in _UNITS.durations,
        is_date=is_date,
        has_sign=binding.has_sign,
        has_word=binding.has_word,
        has_after=found["after"] is not None,
        is_doubtful=is_doubtful or (comparator is Comparator.ABOUT and unit == _YEAR_UNIT and not is_date),
        takes_noun=found["after"] is None and (unit in _UNITS.classifiers or base in _UNITS.classifiers),
    )


def _periods(found: re.Match[str]) -> tuple[Period, ...]:
    year = part(found["iso_year"] or found["year"] or found["only_year"])
    month = part(found["iso_month"] or found["iso_only_month"] or found["month"])
    day = part(found["iso_day"] or found["day"])
    quarter = part(found["quarter"] or found["latin_quarter"])
    half = int(found["latin_half"]) if found["latin_half"] else None
    if found["first_half"] or found["second_half"]:
        half = 1 if found["first_half"] else 2
    if found["year_end"]:
        month, day = 12, 31
    last = Period(year=year, month=month, day=day, quarter=quarter, half=half)
    month_from, day_from = part(found["month_from"]), part(found["day_from"])
    quarter_from = part(found["quarter_from"])
    if month_from is None and day_from is None and quarter_from is None:
        return (last,)
    first = Period(
        year=year,
        month=month if month_from is None else month_from,
        day=day_from,
        quarter=quarter_from,
    )
    return first, last


def _date(found: re.Match[str]) -> Statement:
    """A date statement; without values where there is no such day, month or quarter."""
    periods = _periods(found)
    last = periods[-1]
    binding = _binding(found, found["after_date"], None)
    stated = [period.last_day() if found["end"] else period.value() for period in periods]
    values = tuple(value for value in stated if value is not None)
    comparator, is_doubtful = binding.comparator, binding.is_doubtful
    within_year = found["year_end"] in _DATES["year_within"]
    if within_year and comparator is None:
        comparator = Comparator.AT_MOST
    if len(values) > 1:
        is_doubtful = is_doubtful or values[0] > values[1] or comparator is not None
    written = found[0][len(found["operators"]) :]
    return Statement(
        start=found.start(),
        end=found.end(),
        values=values if len(values) == len(periods) else (),
        comparator=comparator,
        is_time=True,
        is_date=True,
        has_sign=binding.has_sign,
        has_word=binding.has_word or within_year,
        has_number=not found["year_end"]
        and (last.year is not None or last.month is not None or re.search(r"[0-9]", written) is not None),
        in_words=_is_in_words(found),
        is_doubtful=is_doubtful or found["vague"] is not None or _is_loose(found),
    )


def _is_loose(found: re.Match[str]) -> bool:
    """12月前 may or may not hold December; 3月内 may be a slip for 3个月内."""
    after = found["after_date"]
    if not after or found["day"] or found["iso_day"] or found["end"] or found["year_end"]:
        return False
    if after in _OPERATORS.after:
        return found["month"] is not None and not found["year"]
    return _OPERATORS.after_date[after] is Comparator.AT_MOST


def _is_in_words(found: re.Match[str]) -> bool:
    quarter = found["quarter"]
    return bool(
        found["whole_year"]
        or found["first_half"]
        or found["second_half"]
        or found["vague"]
        or (quarter and not quarter.isascii())
    )


def _join(first: Statement, second: Statement, gap: str) -> Statement | None:
    """Two dates, or two numbers in one unit, with a connector between them."""
    if first.is_range or second.is_range or not first.values or not second.values or second.comparator:
        return None
    if first.is_date != second.is_date or first.unit != second.unit or not grammar.CONNECTOR.fullmatch(gap):
        return None
    values = (first.values[0], second.values[0])
    out_of_order = values[0] > values[1] if first.is_date else Decimal(values[0]) > Decimal(values[1])
    return first._replace(
        end=second.end,
        values=values,
        in_words=first.in_words or second.in_words,
        is_doubtful=first.is_doubtful or second.is_doubtful or out_of_order or first.comparator is not None,
        takes_noun=second.takes_noun,
    )


def _dated(statement: Statement, year: str) -> Statement:
    return statement._replace(values=tuple(with_year(value, year) for value in statement.values))


def statements(text: str) -> tuple[list[Statement], bool]:
    """All statements of a folded and masked text, and whether it names a date that does not exist."""
    found_all: list[Statement] = []
    year: str | None = None
    exists = True
    for found in grammar.STATEMENT.finditer(text):
        is_quantity = (
            found["digits"] or found["numeral"] or found["exact"] or found["ratio"] or found["tenths"]
        ) and found["after_date"] is None
        statement = _quantity(found, text) if is_quantity else _date(found)
        if statement is None:
            continue
        if statement.is_date:
            exists = exists and bool(statement.values)
            if year is not None:
                statement = _dated(statement, year)
            if statement.values:
                year = year_of(statement.values[-1]) or year
        if found_all:
            joined = _join(found_all[-1], statement, text[found_all[-1].end : statement.start])
            if joined is not None:
                found_all[-1] = joined
                continue
        found_all.append(statement)
    return found_all, exists
