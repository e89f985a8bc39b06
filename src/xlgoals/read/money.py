"""预算数 and the other amounts of a project: strict reading of a cell or a text into 万元."""

from __future__ import annotations

import re
from decimal import Decimal

from xlgoals.model import Money

# Full-width digits and signs are the same keys on a Chinese keyboard; NFKC would also turn ① into 1.
_WIDE = str.maketrans("０１２３４５６７８９．，－＋−", "0123456789.,-+-")
_PLAIN = re.compile(r"[+-]?\d+(\.\d+)?|[+-]?\d{1,3}(,\d{3})+(\.\d+)?", re.ASCII)
_LONGEST = 40


def read_money(raw: str, factor: Decimal = Decimal(1)) -> Money:
    """An amount written as text, in a money unit worth ``factor`` 万元.

    Only a plain number counts, thousands separators allowed: ``117万`` or ``1_000`` is not an amount
    and stays ``raw`` with ``amount`` None, for a rule to report.

    >>> read_money("1,170,000.00", Decimal("0.0001")).amount
    Decimal('117.000000')
    """
    text = raw.strip().translate(_WIDE)
    if not text or len(text) > _LONGEST or not _PLAIN.fullmatch(text):
        return Money(raw=raw, amount=None)
    amount = Decimal(text.replace(",", ""))
    return Money(raw=raw, amount=amount if factor == 1 else amount * factor)


def money_of_number(raw: str) -> Money:
    """An amount from a number cell: the 15 significant digits that Excel keeps, no binary noise."""
    number = float(raw)
    return Money(raw=raw, amount=Decimal(format(number, ".15g")))
