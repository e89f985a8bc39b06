"""LVL: 一级指标 and 二级指标 against the tree of the profile."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from difflib import SequenceMatcher

from xlgoals.form import normal_label
from xlgoals.model import Indicator, Project
from xlgoals.rules.registry import Hit, Setting, hit, indicator_rule

_WRONG_LEVEL1 = 6
_WRONG_LEVEL2 = 7


@indicator_rule("LVL-01", where=lambda row: not row.profile.allows(row.level1, row.level2))
def rule_levels_stand_in_the_tree(project: Project, indicator: Indicator, setting: Setting) -> Iterator[Hit]:
    """Level 1, level 2 and their pair are branches of the profile's tree; synonyms are accepted.

    Source: 财预〔2015〕88号 or 财预〔2021〕101号, whichever the profile follows.
    Known false negatives: a level that exists but does not suit the indicator.
    """
    tree = setting.profile.tree
    level1, level2 = setting.profile.level(indicator.level1), setting.profile.level(indicator.level2)
    parents = [parent for parent, branch in tree.items() if level2 in branch]
    if level1 and level1 not in tree:
        yield _outside(indicator, "level1", parents or list(tree))
    elif level1 and parents and level1 not in parents:
        yield _outside(indicator, "level1", parents)
    if level2 and not parents:
        everywhere = [branch for branches in tree.values() for branch in branches]
        yield _outside(indicator, "level2", tree.get(level1) or everywhere)


def _outside(indicator: Indicator, field: str, allowed: Iterable[str]) -> Hit:
    choices = list(allowed)
    return hit(
        indicator,
        field,
        opinion=_WRONG_LEVEL1 if field == "level1" else _WRONG_LEVEL2,
        level1=indicator.level1.strip() or "—",
        level2=indicator.level2.strip() or "—",
        nearest=_nearest(getattr(indicator, field), choices),
        allowed=" / ".join(choices),
    )


def _nearest(value: str, choices: Sequence[str]) -> str:
    """The choice most like ``value``; what all choices end with tells nothing. The first one in doubt."""
    ending = _common_ending(choices) if len(choices) > 1 else ""
    own = normal_label(value).removesuffix(ending)
    return max(choices, key=lambda choice: SequenceMatcher(None, own, choice.removesuffix(ending)).ratio())


def _common_ending(texts: Sequence[str]) -> str:
    longest = min(texts, key=len)
    return next(
        longest[start:]
        for start in range(len(longest) + 1)
        if all(text.endswith(longest[start:]) for text in texts)
    )
