"""A 指标值 whose sign, value and unit stand in columns of their own → one text, nothing said twice."""

from __future__ import annotations

from typing import NamedTuple

from xlgoals.read.flat_form import FlatList

SIGN, TARGET, UNIT = "comparator", "target", "measure"


class Parts(NamedTuple):
    """What stands in the three columns, each blank where nothing does."""

    sign: str
    value: str
    unit: str

    def joined(self, flat: FlatList) -> str:
        """``≥``, ``90`` and ``%`` are ``≥90%``; a sign that names the sort of value is none."""
        sign = "" if self.sign in flat.kinds or self.value.startswith(self.sign) else self.sign
        unit = "" if self.unit in flat.none or self.value.endswith(self.unit) else self.unit
        return f"{sign}{self.value}{unit}"

    def told(self) -> str:
        """The parts beside each other, for people."""
        return " | ".join(part for part in self if part)

    def says_nothing(self, part: str, flat: FlatList) -> bool:
        """Whether a sign or unit without a value may be left out."""
        return not part or part in (*flat.kinds, *flat.none)
