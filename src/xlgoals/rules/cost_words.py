"""The words by which cost rows are told apart, read from ``templates/reconcile.yaml``."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from xlgoals.form import normal_label
from xlgoals.resources import resource_path
from xlgoals.rules.words import rule_words
from xlgoals.yamlfile import load_yaml

UNKNOWN_UNIT = ""
"""Stands for the unit of a unit cost that does not say what it is for."""
SHORTEST_NOUN = 2
_LISTS = (
    "unit_cost_words",
    "yearly_units",
    "yearly_words",
    "plain_words",
    "whole_words",
    "part_words",
    "saving_words",
    "incomparable_words",
    "head_words",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CostWords:
    """Word lists of the reconciliation; each is explained in the YAML file."""

    per_words: Mapping[str, tuple[str, ...]]
    same_units: tuple[frozenset[str], ...]
    joints: re.Pattern[str]
    periods: Mapping[str, Decimal]
    lists: Mapping[str, tuple[str, ...]]
    finders: Mapping[str, re.Pattern[str]]
    """One pattern a list."""
    heads: frozenset[str]
    """The measure words that count people, 人 and what stands for it."""

    def names_whole(self, name: str) -> bool:
        """Whether a row of that name is all of the cost."""
        return self._holds("whole_words", name)

    def names_part(self, *texts: str) -> bool:
        """Whether a row is a part of another."""
        return any(self._holds("part_words", text) for text in texts)

    def is_incomparable(self, name: str) -> bool:
        """Whether an amount is for another span than the budget, or a limit for one of many."""
        return self._holds("incomparable_words", name)

    def is_no_cost(self, name: str) -> bool:
        """Whether a row states savings or income."""
        return self._holds("saving_words", name)

    @staticmethod
    def is_ratio(unit: str) -> bool:
        """Whether a value is a percentage, which is no amount."""
        return bool(unit) and rule_words().has_percent(unit)

    def same_unit(self, one: str, other: str) -> bool:
        """Whether two units count the same thing: 名 and 人."""
        return one == other or any(one in group and other in group for group in self.same_units)

    def per_units(self, name: str, per: str | None) -> tuple[str, ...]:
        """What a cost is per: from its unit, else from its name; nothing for a total.

        >>> cost_words().per_units("年人均金额", None), cost_words().per_units("项目成本", None)
        (('人',), ())
        >>> cost_words().per_units("食宿标准", "人·天"), cost_words().per_units("项目成本", "年")
        (('人', '天'), ())
        """
        parts = self.joints.split(per) if per else []
        stated = tuple(part for part in parts if part and part not in self.lists["yearly_units"])
        if stated:
            return stated
        plain = " ".join(self._words(name, self.lists["yearly_words"]))
        found = [word for word in self.per_words if word in plain]
        if found:
            return self.per_words[max(found, key=len)]
        return (UNKNOWN_UNIT,) if any(word in plain for word in self.lists["unit_cost_words"]) else ()

    def times_a_year(self, unit: str) -> Decimal | None:
        """How often a period comes in a budget year; None for what is no period.

        >>> cost_words().times_a_year("月"), cost_words().times_a_year("人")
        (Decimal('12'), None)
        """
        return self.periods.get(unit)

    def nouns(self, name: str) -> list[str]:
        """What a name is about: the words that are left without the general ones.

        >>> cost_words().nouns("人均培训成本"), cost_words().nouns("年人均金额")
        (['培训'], [])
        """
        general = (*self.per_words, *self.lists["unit_cost_words"], *self.lists["plain_words"])
        return [word for word in self._words(name, general) if len(word) >= SHORTEST_NOUN]

    def _holds(self, key: str, text: str) -> bool:
        return self.finders[key].search(normal_label(text)) is not None

    @staticmethod
    def _words(text: str, taken_away: Iterable[str]) -> list[str]:
        plain = normal_label(text)
        for word in sorted(taken_away, key=len, reverse=True):
            plain = plain.replace(word, " ")
        return plain.split()


@cache
def cost_words() -> CostWords:
    """The words shipped with the package.

    Raises:
        CannotDo: the YAML is wrong; file, line and field are named.
    """
    top = load_yaml(resource_path("reconcile.yaml"))
    top.only(("per_words", "same_units", "joints", "periods", *_LISTS))
    lists = {key: top.texts(key) for key in _LISTS}
    per_words = top.lists("per_words")
    same_units = tuple(frozenset(group) for group in top.lists("same_units").values())
    people = per_words[lists["head_words"][0]]
    return CostWords(
        per_words=per_words,
        same_units=same_units,
        periods={unit: Decimal(top.entry("periods").whole(unit)) for unit in top.entry("periods").keys},
        joints=re.compile(f"[{re.escape(top.text('joints'))}]"),
        lists=lists,
        finders={key: re.compile("|".join(map(re.escape, words)) or "(?!)") for key, words in lists.items()},
        heads=frozenset(people).union(*(group for group in same_units if group.intersection(people))),
    )
