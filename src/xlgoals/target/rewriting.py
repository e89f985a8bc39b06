"""Readings written back: the canonical form, an offer of a better wording, JSON."""

from __future__ import annotations

import re
import unicodedata

from xlgoals.model import Comparator, Confidence, Target, TargetKind, Wording
from xlgoals.target import dates, grammar
from xlgoals.target.reading import analyse
from xlgoals.target.vocabulary import VOCABULARY

_WRITING = VOCABULARY.writing
_STARTS_WITH_WORD = re.compile(grammar.HAN)
_INVISIBLE = "Cf"
_KEEPS = frozenset({Wording.PLAIN, Wording.SYMBOL, Wording.WORD, Wording.EMBEDDED})


def render_target(target: Target) -> str:
    """The canonical rewriting of a target; a phrase as its text, several dates as they were written.

    Reading it gives the same kind, comparator, value, low, high and unit again.

    >>> from xlgoals.target import read_target
    >>> render_target(read_target("不少于50次")), render_target(read_target("90％～95％"))
    ('≥50次', '90%—95%')
    >>> render_target(read_target("2022年12月底前")), render_target(read_target("三个月内"))
    ('≤2022年12月31日', '≤3个月')
    """
    if target.kind is TargetKind.QUALITATIVE:
        return target.text
    is_date = target.kind is TargetKind.TIME and not target.unit
    if target.comparator is Comparator.BETWEEN:
        low, high = target.low or "", target.high or ""
        if is_date:
            return f"{dates.write(low)}{_WRITING.between}{dates.write(high)}"
        # 90%—95%, but 3—5次: a unit in words is said once.
        first_unit = "" if _STARTS_WITH_WORD.match(target.unit) else target.unit
        return f"{low}{first_unit}{_WRITING.between}{high}{target.unit}"
    if target.value is None:
        return target.raw
    sign = comparator_sign(target.comparator) if target.comparator else ""
    return sign + (dates.write(target.value) if is_date else target.value + target.unit)


def comparator_sign(comparator: Comparator) -> str:
    """The sign of a comparator as it is written; for ``BETWEEN`` the dash of a range.

    >>> comparator_sign(Comparator.AT_LEAST), comparator_sign(Comparator.BETWEEN)
    ('≥', '—')
    """
    return _WRITING.between if comparator is Comparator.BETWEEN else _WRITING.signs[comparator]


def _can_be_offered(target: Target) -> bool:
    if target.confidence is Confidence.LOW or target.wording not in _KEEPS:
        return False
    if any(unicodedata.category(character) == _INVISIBLE for character in target.raw):
        # It may part a number from its unit: 10\u200b家 is read as 10, and the unit would be lost.
        return False
    if target.comparator is None:
        # 2022-12-31 is as good as 2022年12月31日; a number in a sentence needs a person to say how it binds.
        is_date = target.kind is TargetKind.TIME and not target.unit
        return target.value is not None and not is_date and target.wording is not Wording.EMBEDDED
    return (
        bool(target.unit) or target.kind is not TargetKind.TIME or target.comparator is not Comparator.BETWEEN
    )


def suggest_rewrite(target: Target) -> str | None:
    """A wording with sign, number and unit to offer in place of ``target.raw``; None if there is none better.

    Words around the number are left out, because the name of the indicator says them, but for those
    that hold a number or time of their own; a noun that is counted stays. Where ``target.text`` is not
    empty, a person must confirm. Nothing is offered for a doubtful, an approximate or a several-fold
    value, nor where an invisible character stands in it.

    >>> from xlgoals.target import read_target
    >>> suggest_rewrite(read_target("不少于50次")), suggest_rewrite(read_target("≥8次"))
    ('≥50次', None)
    >>> suggest_rewrite(read_target("一年内低于5次")), suggest_rewrite(read_target("考察对象不少于三个地区"))
    ('一年内<5次', '≥3个地区')
    """
    if not _can_be_offered(target):
        return None
    reading = analyse(target.raw)
    if not reading.pool or any(other.start > reading.pool[-1].start for other in reading.statements):
        return None
    lead = reading.lead if any(other.start < reading.pool[0].start for other in reading.statements) else ""
    written = lead + render_target(target) + reading.noun
    return None if written == target.raw else written


def target_to_json(target: Target) -> dict[str, str | None]:
    """The JSON object of a target, as the command line prints it.

    >>> from xlgoals.target import read_target
    >>> target_to_json(read_target("≥8次"))["comparator"]
    '>='
    """
    return {
        "raw": target.raw,
        "kind": target.kind.value,
        "comparator": None if target.comparator is None else target.comparator.value,
        "value": target.value,
        "low": target.low,
        "high": target.high,
        "unit": target.unit,
        "text": target.text,
        "confidence": target.confidence.value,
    }
