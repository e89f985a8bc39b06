"""From the statements of a text to what the text says as a whole."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from xlgoals.model import Comparator, Confidence, Target, TargetKind, Wording
from xlgoals.target import grammar
from xlgoals.target.statement import Statement, statements
from xlgoals.target.vocabulary import VOCABULARY, either

LONGEST = 1000
"""Characters of the longest text that is read; longer ones are taken as phrases."""

_BOUNDS = frozenset({Comparator.AT_LEAST, Comparator.AT_MOST})
_GAP = "…"
_DIGIT = re.compile("[0-9]")
_FOLDED = re.compile(f"[{re.escape(''.join(map(chr, VOCABULARY.folds)))}]")
_STRAY = re.compile(either(VOCABULARY.stray_signs))


class Reading(NamedTuple):
    """A target, and how its text falls apart: ``lead`` + statement + ``noun`` + ``rest``."""

    target: Target
    statements: tuple[Statement, ...] = ()
    """All that were found."""
    pool: tuple[Statement, ...] = ()
    """Those that the target speaks of."""
    lead: str = ""
    noun: str = ""
    rest: str = ""


def _phrase(raw: str, confidence: Confidence, wording: Wording) -> Reading:
    text = raw if confidence is Confidence.LOW else raw.strip()
    return Reading(
        target=Target(raw=raw, kind=TargetKind.QUALITATIVE, text=text, confidence=confidence, wording=wording)
    )


def _folded(raw: str) -> str:
    text = raw.translate(VOCABULARY.folds) if _FOLDED.search(raw) else raw
    strays = [sign for sign in VOCABULARY.stray_signs if sign in raw] if _STRAY.search(raw) else []
    # A pair of them is a pair of brackets around a title.
    return text.replace(strays[0], VOCABULARY.stray_signs[strays[0]]) if len(strays) == 1 else text


def _unread_digits(text: str, found: tuple[Statement, ...]) -> bool:
    place = 0
    for statement in found:
        if _DIGIT.search(text, place, statement.start):
            return True
        place = statement.end
    return _DIGIT.search(text, place) is not None


def _without_articles(found: list[Statement], text: str) -> tuple[Statement, ...]:
    if True not in [statement.is_article for statement in found]:
        return tuple(found)
    return tuple(
        statement
        for statement in found
        if not (statement.is_article and grammar.IDLE.fullmatch(text, statement.end) is None)
    )


def _both_bounds(pool: list[Statement]) -> tuple[str, str] | None:
    """不低于90%，不高于95%: two bounds that make a range."""
    if len(pool) != len(_BOUNDS) or any(statement.is_range for statement in pool):
        return None
    kinds = {(statement.unit, statement.is_date) for statement in pool}
    bounds = [statement.comparator for statement in pool]
    if len(kinds) > 1 or set(bounds) != _BOUNDS:
        return None
    low, high = sorted(pool, key=lambda statement: statement.comparator is Comparator.AT_MOST)
    ends = (low.values[0], high.values[0])
    # At most 0% and at least 100% are two statements, and no range.
    in_order = ends[0] <= ends[1] if low.is_date else Decimal(ends[0]) <= Decimal(ends[1])
    return ends if in_order else None


def _pool(found: tuple[Statement, ...]) -> list[Statement]:
    """The statements that the text is about: amounts before dates, bound ones before bare ones."""
    if len(found) == 1:
        return list(found)
    amounts = [statement for statement in found if not statement.is_time]
    pool = amounts or list(found)
    bound = [statement for statement in pool if statement.has_sign or statement.has_word]
    if bound:
        return bound
    return pool if amounts else [statement for statement in pool if statement.is_date] or pool


def _wording(pool: list[Statement], lead: str, rest: str) -> Wording:
    """See :func:`xlgoals.target.read_target` for the definitions."""
    first = pool[0]
    if Comparator.ABOUT in [statement.comparator for statement in pool]:
        return Wording.APPROXIMATE
    has_sign = True in [statement.has_sign for statement in pool]
    is_bound = has_sign or True in [statement.has_word for statement in pool]
    if not is_bound and True not in [statement.has_number for statement in pool]:
        return Wording.QUALITATIVE
    if rest or (len(pool) > 1 and _both_bounds(pool) is None):
        return Wording.EMBEDDED
    if has_sign:
        return Wording.SYMBOL
    if is_bound:
        return Wording.WORD
    return Wording.EMBEDDED if lead or first.in_words else Wording.PLAIN


def _confidence(pool: list[Statement], others: bool, leftovers: bool, unread: bool) -> Confidence:
    if unread or others or True in [statement.is_doubtful for statement in pool]:
        return Confidence.LOW
    if len(pool) > 1 and _both_bounds(pool) is None:
        return Confidence.MEDIUM if all(statement.is_date for statement in pool) else Confidence.LOW
    return Confidence.MEDIUM if leftovers or len(pool) > 1 else Confidence.HIGH


class _Values(NamedTuple):
    comparator: Comparator | None = None
    value: str | None = None
    low: str | None = None
    high: str | None = None


def _values(pool: list[Statement]) -> _Values:
    first, last = pool[0], pool[-1]
    bounds = _both_bounds(pool)
    if bounds:
        return _Values(comparator=Comparator.BETWEEN, low=bounds[0], high=bounds[1])
    if len(pool) > 1:
        # Several numbers have no order as dates have: to name two of them would mislead.
        is_dates = all(statement.is_date for statement in pool)
        return _Values(low=first.values[0], high=last.values[-1]) if is_dates else _Values()
    if first.is_range:
        return _Values(comparator=Comparator.BETWEEN, low=first.values[0], high=first.values[1])
    return _Values(comparator=first.comparator, value=first.values[0])


def _bound_by(statement: Statement, after: str | None, end: int) -> Statement:
    """The statement reaching to ``end``, with the operator word that stands there: 5个项目以上."""
    if after is None:
        return statement._replace(end=end)
    comparator = statement.comparator or VOCABULARY.operators.after[after]
    return statement._replace(end=end, has_word=True, comparator=comparator)


def _completed(statement: Statement, text: str) -> tuple[Statement, str]:
    """The last statement with the counted noun, or the unknown unit, that ends the text."""
    if statement.takes_noun:
        found = grammar.NOUN.fullmatch(text, statement.end)
        if found and not grammar.VERB.match(found[1]):
            bound = _bound_by(statement, found["after"], found.end())
            whole = statement.unit + found[1]
            if whole not in VOCABULARY.units.known:
                return bound, found[1]
            # A blank had cut the unit in two: 3个 工作日.
            return bound._replace(unit=whole, is_time=whole in VOCABULARY.units.durations), ""
    if not statement.unit and not statement.is_date and not statement.has_after:
        found = grammar.UNKNOWN_UNIT.fullmatch(text, statement.end)
        if found and not grammar.VERB.match(found[1]):
            return _bound_by(statement, found["after"], found.end())._replace(unit=found[1]), ""
    return statement, ""


def _around(lead: str, rest: str) -> str:
    return f"{lead}{_GAP}{rest}" if lead and rest else lead or rest


def _stated(raw: str, text: str, found: tuple[Statement, ...], unread: bool) -> Reading:
    pool = _pool(found)
    is_last = pool[-1] is found[-1]
    lacks_unit = is_last and not pool[-1].unit and not pool[-1].is_date
    noun = ""
    if is_last:
        last, noun = _completed(pool[-1], text)
        pool = [*pool[:-1], last]
    lead = raw[: pool[0].start].strip()
    lead = grammar.LEAD_END.sub("", lead) if lead else ""
    idle = grammar.IDLE.match(text, pool[-1].end)
    rest = raw[idle.end() if idle else pool[-1].end :].strip()
    amounts = len([statement for statement in found if not statement.is_time])
    confidence = _confidence(
        pool,
        others=not pool[0].is_time and amounts > len(pool),
        leftovers=bool(lead or rest or (lacks_unit and pool[-1].unit) or _is_stray(raw)),
        unread=unread,
    )
    values = _values(pool)
    whole = confidence is Confidence.LOW or len(pool) > 1
    target = Target(
        raw=raw,
        kind=TargetKind.TIME if pool[0].is_time else TargetKind.QUANTITATIVE,
        comparator=values.comparator,
        value=values.value,
        low=values.low,
        high=values.high,
        unit=pool[0].unit if len(pool) == 1 or len({statement.unit for statement in pool}) == 1 else "",
        text=raw.strip() if whole else _around(lead, noun + rest),
        confidence=confidence,
        wording=_wording(pool, lead, rest),
    )
    return Reading(target=target, statements=found, pool=tuple(pool), lead=lead, noun=noun, rest=rest)


def _is_stray(raw: str) -> bool:
    return _STRAY.search(raw) is not None


def _all_year(raw: str) -> Reading:
    unit = VOCABULARY.dates["year"][0]
    return Reading(target=Target(raw=raw, kind=TargetKind.TIME, value="1", unit=unit, text=raw.strip()))


@lru_cache(maxsize=4096)
def analyse(raw: str) -> Reading:
    """Read a text and keep how it falls apart; never raises."""
    if len(raw) > LONGEST or not raw.strip():
        return _phrase(raw, Confidence.LOW, Wording.QUALITATIVE)
    text = _folded(raw)
    if not grammar.HINT.search(text):
        return _phrase(raw, Confidence.HIGH, Wording.QUALITATIVE)
    return _all_year(raw) if grammar.ALL_YEAR.fullmatch(text.strip()) else _searched(raw, text)


def _searched(raw: str, text: str) -> Reading:
    text = grammar.SKIPPED.sub(_masked, grammar.TRAILER.sub(_blanked, text))
    text, inexact = grammar.UNREAD.subn(_masked, text)
    every, exists = statements(text)
    found = _without_articles(every, text)
    if found and exists:
        return _stated(raw, text, found, unread=inexact > 0 or _unread_digits(text, found))
    if inexact or not exists or _DIGIT.search(text):
        return _phrase(raw, Confidence.LOW, Wording.EMBEDDED)
    return _phrase(raw, Confidence.HIGH, Wording.QUALITATIVE)


def _blanked(found: re.Match[str]) -> str:
    return " " * len(found[0])


def _masked(found: re.Match[str]) -> str:
    return grammar.MASK * len(found[0])


@lru_cache(maxsize=65536)
def read_target(raw: str) -> Target:
    """What a 指标值 says. Never raises, whatever the text; ``raw`` is kept as it is.

    What is read:

    - an operator: a sign (``≥``, ``>=``, ``＞``), a word in front (不少于) or behind (以上, 以内, 前);
    - a number: half- or full-width digits, thousands separators, Chinese numerals before a known unit
      (三个, 百分之九十五, 九成), never ``①``, ``²`` or ``1e5``; a unit, as it is written (万条, 元/人·年);
    - a range (90%-95%, 3至5次) → ``BETWEEN``; two bounds (不低于90%，不高于95%) likewise;
    - several numbers are not one: ``value``, ``low`` and ``high`` are None, the confidence is LOW;
    - a time: ``2022-12-31``, ``12-31``, ``2022-04``, ``M04``, ``Q3``, ``2022-Q3``, ``H1``, ``2022``, or a
      duration in ``unit``; 全年 is one 年. 底 and 末 mean the last day (12月底 → ``12-31``).

    Several dates are not one either: ``value`` is None, ``low`` and ``high`` are the first and the last;
    :func:`count_dates` tells how many. Numbers are preferred to dates, and those with an operator to
    bare ones: 一年内低于5次 says ``< 5`` 次.

    ``wording`` is decided in this order:

    - ``APPROXIMATE``: an approximate word (约, 左右, 余) at the number.
    - ``QUALITATIVE``: no number; a period named in words alone (全年, 二季度) is none either.
    - ``EMBEDDED``: further words follow the statement, several statements stand in a list, words stand
      in front of a number without operator, or digits give just a part of a period that words complete
      (2022年度, 2022年下半年).
    - ``SYMBOL`` and ``WORD``: an operator sign, or word, right at the number. Words may stand in front
      (总参会规模不少于40人), and the noun that is counted may end the text (不少于三个地区).
    - ``PLAIN``: nothing but a number and its unit, or a date.

    ``confidence`` is HIGH when all of the text was understood, MEDIUM when words are left over (they are
    in ``text``, with … where the number stood) or the unit is unknown, LOW when the reading is in doubt:
    ``text`` then holds the whole. A day that does not exist makes a phrase with LOW confidence.

    >>> target = read_target("不少于50次")
    >>> target.comparator.value, target.value, target.unit, target.wording.value
    ('>=', '50', '次', 'word')
    >>> read_target("2022年2月30日").kind.value, read_target("2022年2月30日").confidence.value
    ('qualitative', 'low')
    """
    return analyse(raw).target


def may_hold_a_number(text: str) -> bool:
    """False for a text that for certain states no number and no date: a cheap first look.

    >>> may_hold_a_number("培训合格率"), may_hold_a_number("培训合格率９５%")
    (False, True)
    """
    return grammar.HINT.search(_folded(text)) is not None


def count_dates(target: Target) -> int:
    """How many places in the calendar the text names; a range is one.

    >>> count_dates(read_target("4月、7月、10月")), count_dates(read_target("3个月内"))
    (3, 0)
    """
    return sum(statement.is_date for statement in analyse(target.raw).statements)


def count_amounts(target: Target) -> int:
    """How many numbers the text states that are neither dates nor durations; a range is one.

    >>> count_amounts(read_target("出勤率95%，合格率100%"))
    2
    """
    return sum(not statement.is_time for statement in analyse(target.raw).statements)
