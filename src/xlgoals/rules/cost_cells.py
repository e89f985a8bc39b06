"""Several amounts in one cost cell: 设备费60万元、安装费57万元, or 5万元/人×22人.

What comes out may prove that cost and budget agree; it is never held against a unit, since the cell may
be meant otherwise.
"""

from __future__ import annotations

import re
from decimal import Decimal

from xlgoals.model import Comparator, Confidence, Target, TargetKind
from xlgoals.rules.cost_words import cost_words
from xlgoals.target import in_base_unit, read_target, supposed_amount_in_wan, unit_cost_in_wan

# A comma between digits belongs to the number.
_SUMMANDS = re.compile("[;+\n\uff1b\u3001\uff0b\u3002]|[,\uff0c](?![0-9\uff10-\uff19]{3})")
_FACTORS = re.compile("[*\u00d7\u2715\uff0a]")
_RESULT = re.compile("[=\uff1d]")
_EXACT = frozenset({None, Comparator.EQUAL, Comparator.AT_MOST})


def amount_of_parts(text: str) -> Decimal | None:
    """What the amounts of a cell come to in 万元; None where it holds fewer than two numbers, or others.

    Parts behind 其中, and parts that add up to another amount of the cell, are not added to it.

    >>> amount_of_parts("设备费60万元、安装费57万元"), amount_of_parts("5万元/人×22人")
    (Decimal('117'), Decimal('110'))
    >>> amount_of_parts("总额117万元，其中设备费60万元"), amount_of_parts("约60万元、30万元")
    (Decimal('117'), None)
    """
    amounts: list[Decimal] = []
    numbers = 0
    words = cost_words()
    for clause in _SUMMANDS.split(text):
        factors = _FACTORS.split(_RESULT.split(clause)[0])
        targets = [read_target(factor.strip()) for factor in factors if factor.strip()]
        if len(targets) == 1 and targets[0].kind is TargetKind.QUALITATIVE:
            continue
        amount = _product(targets)
        if amount is None:
            return None
        numbers += len(targets)
        if not (amounts and words.names_part(clause)):
            amounts.append(amount)
        elif len(amounts) == 1:
            return amounts[0]
    if numbers < 2 or not amounts:
        return None
    highest, total = max(amounts), sum(amounts, Decimal(0))
    return highest if len(amounts) > 2 and highest * 2 == total else total


def _product(targets: list[Target]) -> Decimal | None:
    """One amount of money times counts."""
    money = None
    count = Decimal(1)
    for target in targets:
        if target.confidence is Confidence.LOW or target.comparator not in _EXACT or target.value is None:
            return None
        amount = supposed_amount_in_wan(target)
        if amount is None and len(targets) > 1:
            amount = unit_cost_in_wan(target)
        counted = in_base_unit(target)
        if amount is not None and money is None:
            money = amount
        elif target.kind is TargetKind.TIME and target.unit:
            count *= Decimal(target.value)
        elif amount is None and counted is not None and len(targets) > 1:
            count *= counted[0]
        else:
            return None
    return None if money is None else money * count
