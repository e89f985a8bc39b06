"""Numbers as they are written, to canonical decimal strings: a strict grammar, nothing is guessed."""

from __future__ import annotations

import re
from decimal import Context, Decimal

from xlgoals.target.vocabulary import VOCABULARY

_NUMERALS = VOCABULARY.numerals
_STRICT = re.compile(r"(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]+)?")
_TEN = 10
_YEAR_DIGITS = 4
# More digits than any text that is read can hold: no product or shift is ever rounded.
EXACT = Context(prec=3000)


def canonical(written: str, sign: str | None = None) -> str | None:
    """A number in half-width digits as a canonical decimal string; None when it is malformed.

    No exponent, no thousands separators, no leading zeros, no trailing zeros after the point.

    >>> canonical("1,200.50"), canonical("100.0"), canonical("007"), canonical("12,34"), canonical("1.2.3")
    ('1200.5', '100', '7', None, None)
    """
    if written.isdecimal() and written.isascii():
        whole = written.lstrip("0") or "0"
        return f"-{whole}" if sign == "-" and whole != "0" else whole
    if not _STRICT.fullmatch(written):
        return None
    whole, _, fraction = written.replace(",", "").partition(".")
    whole, fraction = whole.lstrip("0") or "0", fraction.rstrip("0")
    number = f"{whole}.{fraction}" if fraction else whole
    return f"-{number}" if sign == "-" and number != "0" else number


def _section(text: str) -> int | None:
    """A numeral below 10,000; None where a digit or a zero is out of place."""
    total, digit, last, zero = 0, None, _TEN**4, False
    for character in text:
        if character in _NUMERALS.digits:
            if digit is not None:
                return None
            digit = _NUMERALS.digits[character]
        elif character in _NUMERALS.zeros:
            if digit is not None or zero:
                return None
            zero = True
        else:
            place = _NUMERALS.places[character]
            if digit is None and place == _TEN and (not total or zero):
                digit = 1
            if digit is None or place >= last:
                return None
            total, digit, last, zero = total + digit * place, None, place, False
    if digit is None:
        return total if total and not zero else None
    # A last digit right after hundreds or thousands is colloquial and may mean tens or hundreds.
    return None if total and last > _TEN and not zero else total + digit


def _whole(text: str) -> int | None:
    for multiplier in sorted(_NUMERALS.multipliers, key=lambda word: -_NUMERALS.multipliers[word]):
        before, found, after = text.partition(multiplier)
        if found:
            upper, lower = _whole(before), _whole(after) if after else 0
            scale = _NUMERALS.multipliers[multiplier]
            return None if upper is None or lower is None or lower >= scale else upper * scale + lower
    if len(text) == 1 and text in _NUMERALS.zeros:
        return 0
    return _section(text)


def chinese(written: str) -> str | None:
    """A Chinese numeral as a canonical decimal string; None when it is no exact number.

    Two digits side by side are an estimate (三五个), not a number.

    >>> chinese("一百二十"), chinese("两"), chinese("九十九点五"), chinese("一亿三千万"), chinese("三五")
    ('120', '2', '99.5', '130000000', None)
    """
    if written == _NUMERALS.half:
        return "0.5"
    whole_text, point, fraction = written.partition(_NUMERALS.point)
    # Without this bound a run of multipliers would recurse as deep as it is long.
    whole = _whole(whole_text) if whole_text and len(whole_text) < _YEAR_DIGITS * _TEN else None
    if whole is None or (point and not fraction):
        return None
    digits = "".join(positional(character) for character in fraction)
    return canonical(f"{whole}.{digits}" if digits else str(whole))


def positional(written: str) -> str:
    """Numerals standing for one digit each, as in a year: ``二〇二二`` → ``2022``."""
    return "".join("0" if c in _NUMERALS.zeros else str(_NUMERALS.digits.get(c, c)) for c in written)


def scaled(value: str, factor: Decimal) -> Decimal:
    """``value`` × ``factor``, exactly."""
    return EXACT.multiply(Decimal(value), factor)


def plain(number: Decimal) -> str:
    """A Decimal as a canonical decimal string.

    >>> plain(Decimal("1.50E+3")), plain(Decimal("0.10"))
    ('1500', '0.1')
    """
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
