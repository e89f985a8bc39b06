"""The words that rules look for, read from ``templates/rule_words.yaml``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from xlgoals.form import normal_label
from xlgoals.resources import resource_path
from xlgoals.yamlfile import Entry, load_yaml

_LISTS = (
    "rate_endings",
    "not_rates",
    "percent_signs",
    "score_units",
    "unitless_endings",
    "empty_purposes",
    "activity_words",
    "common_words",
    "verb_starts",
    "measure_endings",
    "name_fillers",
    "joined_works",
    "work_joints",
    "count_endings",
    "people_words",
    "people_joints",
    "sum_words",
    "denial_words",
    "abbreviations",
    "explains",
    "count_units",
    "fault_words",
    "satisfaction_words",
    "timeliness_words",
    "spending_endings",
    "spending_items",
    "effect_words",
    "compliance_words",
    "vague_words",
    "harm_words",
    "harm_endings",
    "remedy_words",
    "good_rates",
    "negation_words",
    "absent_words",
    "occasion_words",
    "occasion_units",
    "staff_words",
    "served_words",
    "support_words",
    "supported_words",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleWords:
    """Word lists of the rules; each is explained in the YAML file."""

    lists: Mapping[str, tuple[str, ...]]
    finders: Mapping[str, re.Pattern[str]]
    """One pattern a list, the longest word first."""
    by_start: Mapping[str, Mapping[str, tuple[str, ...]]]
    """By list, its words by their first character."""
    by_end: Mapping[str, Mapping[str, tuple[str, ...]]]
    """By list, its words by their last character."""
    same_harms: Mapping[str, tuple[str, ...]]
    item_number: re.Pattern[str]
    end_marks: str
    vague: re.Pattern[str]
    """The vague words and patterns together."""
    satisfied_with: re.Pattern[str]

    @property
    def score_units(self) -> tuple[str, ...]:
        """Units that measure satisfaction without a percentage."""
        return self.lists["score_units"]

    def is_rate(self, name: str) -> bool:
        """Whether an indicator of that name is stated in percent.

        >>> rule_words().is_rate("培训合格率")
        True
        """
        plain = normal_label(name)
        return self.ends("rate_endings", plain) and not self.ends("not_rates", plain)

    def has_percent(self, text: str) -> bool:
        """Whether a percentage is written anywhere in ``text``."""
        return self.finders["percent_signs"].search(text) is not None

    def first(self, key: str, text: str) -> str:
        """The word of list ``key`` that stands first in ``text``; empty where none does.

        >>> rule_words().first("timeliness_words", "及时足额保障")
        '及时'
        """
        found = self.finders[key].search(text)
        return found[0] if found else ""

    def all(self, key: str, text: str) -> tuple[str, ...]:
        """The words of list ``key`` in ``text``, each once, in their order there."""
        return tuple(dict.fromkeys(self.finders[key].findall(text)))

    def without(self, key: str, text: str, mark: str = "") -> str:
        """``text`` with ``mark`` in place of every word of list ``key``; white space is dropped."""
        return self.finders[key].sub(mark, normal_label(text))

    def ends(self, key: str, text: str) -> bool:
        """Whether ``text`` ends with a word of list ``key``."""
        return text.endswith(self.by_end[key].get(text[-1:], ()))

    def endings(self, key: str, text: str) -> list[str]:
        """The words of list ``key`` that ``text`` ends with, in the order of the list."""
        words = self.by_end[key].get(text[-1:])
        return [word for word in words if text.endswith(word)] if words else []

    def beginnings(self, key: str, text: str) -> list[str]:
        """The words of list ``key`` that ``text`` begins with, in the order of the list."""
        return [word for word in self.by_start[key].get(text[:1], ()) if text.startswith(word)]

    def starts(self, key: str, text: str) -> bool:
        """Whether ``text`` begins with a word of list ``key``."""
        return text.startswith(self.by_start[key].get(text[:1], ()))

    def bare_text(self, text: str) -> str:
        """``text`` without item numbers, white space and closing punctuation, for comparison."""
        return normal_label(self.item_number.sub("", text)).rstrip(self.end_marks)


@cache
def rule_words() -> RuleWords:
    """The words shipped with the package.

    Raises:
        CannotDo: the YAML is wrong; file, line and field are named.
    """
    top = load_yaml(resource_path("rule_words.yaml"))
    top.only((*_LISTS, "item_number", "end_marks", "vague_patterns", "same_harms", "object_pattern"))
    lists = {key: top.texts(key) for key in _LISTS}
    vague = "|".join((_either(lists["vague_words"]), *top.texts("vague_patterns")))
    return RuleWords(
        lists=lists,
        finders={key: re.compile(_either(words)) for key, words in lists.items()},
        by_start={key: _grouped(words, slice(None, 1)) for key, words in lists.items()},
        by_end={key: _grouped(words, slice(-1, None)) for key, words in lists.items()},
        same_harms=top.lists("same_harms"),
        item_number=_pattern(top, "item_number", top.text("item_number")),
        end_marks=top.text("end_marks"),
        vague=_pattern(top, "vague_patterns", vague),
        satisfied_with=_pattern(top, "object_pattern", top.text("object_pattern")),
    )


def _either(words: tuple[str, ...]) -> str:
    # An empty list finds nothing, and not the empty text everywhere.
    return "|".join(map(re.escape, sorted(words, key=len, reverse=True))) or "(?!)"


def _grouped(words: tuple[str, ...], edge: slice) -> Mapping[str, tuple[str, ...]]:
    """The words by the character at their beginning or end: most texts are told apart by that alone."""
    return {word[edge]: tuple(each for each in words if each[edge] == word[edge]) for word in words}


def _pattern(top: Entry, name: str, text: str) -> re.Pattern[str]:
    try:
        return re.compile(text)
    except re.error as fault:
        raise top.refuse(name, f"{text} ({fault})", "(?m)^\\d+\\.") from None
