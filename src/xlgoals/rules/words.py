"""The words that rules look for, read from ``templates/rule_words.yaml``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from xlgoals.form import normal_label
from xlgoals.resources import resource_path
from xlgoals.yamlfile import load_yaml


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleWords:
    """Word lists of the rules; each is explained in the YAML file."""

    rate_endings: tuple[str, ...]
    not_rates: tuple[str, ...]
    percent_signs: tuple[str, ...]
    score_units: tuple[str, ...]
    item_number: re.Pattern[str]
    end_marks: str

    def is_rate(self, name: str) -> bool:
        """Whether an indicator of that name is stated in percent.

        >>> rule_words().is_rate("培训合格率")
        True
        """
        plain = normal_label(name)
        return plain.endswith(self.rate_endings) and not plain.endswith(self.not_rates)

    def has_percent(self, text: str) -> bool:
        """Whether a percentage is written anywhere in ``text``."""
        return any(sign in text for sign in self.percent_signs)

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
    lists = ("rate_endings", "not_rates", "percent_signs", "score_units")
    top.only((*lists, "item_number", "end_marks"))
    try:
        item_number = re.compile(top.text("item_number"))
    except re.error as fault:
        raise top.refuse("item_number", f"{top.text('item_number')} ({fault})", "(?m)^\\d+\\.") from None
    return RuleWords(
        rate_endings=top.texts("rate_endings"),
        not_rates=top.texts("not_rates"),
        percent_signs=top.texts("percent_signs"),
        score_units=top.texts("score_units"),
        item_number=item_number,
        end_marks=top.text("end_marks"),
    )
