"""Amounts of money and their units: total or per unit, in 万元."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from xlgoals.model import Target, TargetKind
from xlgoals.target.numbers import plain, scaled
from xlgoals.target.vocabulary import VOCABULARY, either

_UNITS = VOCABULARY.units
_TEN_THOUSANDTH = Decimal("0.0001")
_ONE = Decimal(1)
_MONEY = re.compile(rf"(?P<scale>{either(_UNITS.scales)})?{either(_UNITS.yuan)}")
_PER = re.compile(rf"\s*{either(_UNITS.per)}\s*")
_SCALED = re.compile(rf"(?P<scale>{either(_UNITS.scales)})(?P<unit>.*)", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitParts:
    """A unit taken apart. ``money`` is None where the unit is not plainly money in yuan."""

    money: str | None
    per: str | None


@lru_cache(maxsize=4096)
def unit_parts(unit: str) -> UnitParts:
    """The money and the per-what of a unit.

    >>> unit_parts("万元/人·年")
    UnitParts(money='万元', per='人·年')
    >>> unit_parts("亿元"), unit_parts("次/年")
    (UnitParts(money='亿元', per=None), UnitParts(money=None, per='年'))
    >>> unit_parts("万")
    UnitParts(money=None, per=None)
    """
    first, *rest = _PER.split(unit, maxsplit=1)
    per = rest[0].strip("()") if rest else ""
    return UnitParts(money=first if _MONEY.fullmatch(first) else None, per=per or None)


def _in_wan(value: str, money: str) -> Decimal:
    found = _MONEY.fullmatch(money)
    scale = _UNITS.scales[found["scale"]] if found and found["scale"] else _ONE
    return _canonical(scaled(value, scale * _TEN_THOUSANDTH))


def _canonical(amount: Decimal) -> Decimal:
    # Money is written with every decimal it has: zeros that only come from the product must go.
    return Decimal(plain(amount))


def amount_in_wan(target: Target) -> Decimal | None:
    """A total of money in 万元; None for anything else: a cost per head, a range, a bare 324万, 美元.

    >>> from xlgoals.target import read_target
    >>> amount_in_wan(read_target("不少于3199.8亿元人民币")), amount_in_wan(read_target("5万元/人"))
    (Decimal('31998000'), None)
    >>> amount_in_wan(read_target("5000元")), amount_in_wan(read_target("324万"))
    (Decimal('0.5'), None)
    """
    parts = unit_parts(target.unit)
    if target.value is None or parts.money is None or parts.per is not None:
        return None
    return _in_wan(target.value, parts.money)


def unit_cost_in_wan(target: Target) -> Decimal | None:
    """Money per something in 万元; ``unit_parts(target.unit).per`` says per what. None for a total.

    >>> from xlgoals.target import read_target
    >>> unit_cost_in_wan(read_target("≤550元/人·天")), unit_cost_in_wan(read_target("5万元"))
    (Decimal('0.055'), None)
    """
    parts = unit_parts(target.unit)
    if target.value is None or parts.money is None or parts.per is None:
        return None
    return _in_wan(target.value, parts.money)


def lacks_money_unit(target: Target) -> bool:
    """True for a number in a bare multiplier, 324万: money without 元, or a count without its unit.

    >>> from xlgoals.target import read_target
    >>> lacks_money_unit(read_target("324万")), lacks_money_unit(read_target("324万元"))
    (True, False)
    """
    return target.kind is TargetKind.QUANTITATIVE and target.unit in _UNITS.scales


def supposed_amount_in_wan(target: Target) -> Decimal | None:
    """Like :func:`amount_in_wan`, for a 成本指标: a bare 324万 is taken for 324万元.

    >>> from xlgoals.target import read_target
    >>> supposed_amount_in_wan(read_target("324万"))
    Decimal('324')
    """
    if target.value is not None and lacks_money_unit(target):
        return _canonical(scaled(target.value, _UNITS.scales[target.unit] * _TEN_THOUSANDTH))
    return amount_in_wan(target)


def in_base_unit(target: Target) -> tuple[Decimal, str] | None:
    """The value times the multiplier in its unit, and the unit without it; None where there is no value.

    >>> from xlgoals.target import read_target
    >>> in_base_unit(read_target("50万条")), in_base_unit(read_target("3千克"))
    ((Decimal('500000'), '条'), (Decimal('3'), '千克'))
    """
    if target.value is None or target.kind is not TargetKind.QUANTITATIVE:
        return None
    found = None if target.unit in _UNITS.known else _SCALED.fullmatch(target.unit)
    if not found:
        return Decimal(target.value), target.unit
    return _canonical(scaled(target.value, _UNITS.scales[found["scale"]])), found["unit"]
