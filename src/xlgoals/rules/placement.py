"""LVL: does a row say what its level is about?"""

from __future__ import annotations

import re
from collections.abc import Iterator

from xlgoals.form import normal_label
from xlgoals.model import Indicator, Project
from xlgoals.profile import Profile, Role
from xlgoals.rules.registry import Hit, Setting, edit, hit, indicator_rule
from xlgoals.rules.satisfaction import asks_for_satisfaction
from xlgoals.rules.words import rule_words
from xlgoals.target import read_target

_ITEMS = re.compile("[,;\uff0c\uff1b]+")
_WORK = (Role.QUANTITY, Role.QUALITY, Role.TIME)


@indicator_rule("LVL-02", where=lambda row: row.is_number and row.is_of(Role.QUALITY))
def rule_quality_is_no_count(project: Project, indicator: Indicator, setting: Setting) -> Iterator[Hit]:
    """A row of 质量 does not count things; counts of faults, complaints or awards may stand there.

    Source: 财预〔2015〕88号 (数量 and 质量 told apart); reviewer opinion 7.
    Known false negatives: units outside of the list ``count_units``.
    """
    profile = setting.profile
    target = read_target(indicator.target)
    words = rule_words()
    if target.unit not in words.lists["count_units"]:
        return
    # None of them is a demand on quality, whatever is counted.
    if target.value == "0" or words.first(
        "fault_words", f"{indicator.name}{indicator.description}{indicator.target}"
    ):
        return
    better = _sister_level(indicator, profile)
    if better:
        is_needed = _is_last_of_a_required_kind(project, indicator, profile)
        edits = () if is_needed else (edit(indicator, "level2", better, safe=False),)
        yield hit(
            indicator,
            "level2",
            edits=edits,
            name=indicator.name.strip(),
            target=normal_label(indicator.target),
            unit=target.unit,
            better=better,
        )


def _sister_level(indicator: Indicator, profile: Profile) -> str:
    """The level of quantities beside that of the row; empty where the profile has none there."""
    branch = profile.tree.get(profile.level(indicator.level1), ())
    return next((level for level in branch if level in profile.roles[Role.QUANTITY]), "")


def _is_last_of_a_required_kind(project: Project, indicator: Indicator, profile: Profile) -> bool:
    own = profile.level(indicator.level2)
    return own in profile.required_level2 and not any(
        row is not indicator and profile.level(row.level2) == own for row in project.indicators
    )


@indicator_rule("LVL-03", where=asks_for_satisfaction)
def rule_satisfaction_row_asks_for_satisfaction(
    project: Project, indicator: Indicator, setting: Setting
) -> Iterator[Hit]:
    """A row of 满意度 speaks of satisfaction in its name or its description.

    Which level it belongs to, nobody but the unit can say, so no move is proposed.
    Known false negatives: a row that has such a word and measures something else.
    """
    text = f"{indicator.name}{indicator.description}"
    if text.strip() and not rule_words().first("satisfaction_words", text):
        yield hit(indicator, "name")


@indicator_rule("LVL-04", where=lambda row: row.is_of(Role.QUALITY))
def rule_quality_is_no_time_and_no_spending(
    project: Project, indicator: Indicator, setting: Setting
) -> Iterator[Hit]:
    """A row of 质量 is not about time (及时) and does not list what money is spent on.

    Known false negatives: time and spending in other words.
    """
    words = rule_words()
    for field in ("name", "target"):
        text = getattr(indicator, field)
        found = words.first("timeliness_words", text) or _spending(text)
        if found:
            yield hit(indicator, field, word=found, level2=indicator.level2.strip())
            return


def _spending(text: str) -> str:
    """The items where all of a text is a list of spending; else empty."""
    words = rule_words()
    if not words.first("spending_endings", normal_label(text)):
        return ""
    items = [item for item in _ITEMS.split(words.without("work_joints", text, ",")) if item]
    stated = [item for item in items if words.ends("spending_endings", item)]
    is_list = len(items) > 1 and all(
        item in stated or item in words.lists["spending_items"] for item in items
    )
    return " / ".join(items) if is_list and stated else ""


@indicator_rule("LVL-05", where=lambda row: row.is_of(*_WORK))
def rule_output_is_no_effect(project: Project, indicator: Indicator, setting: Setting) -> Iterator[Hit]:
    """A row of 产出 says what is done, and not what changes because of it.

    Source: 财预〔2015〕88号 (产出 and 效益 told apart). Known false negatives: effects in other words.
    """
    for field in ("name", "target"):
        found = _effect(getattr(indicator, field))
        if found:
            yield hit(indicator, field, word=found, level2=indicator.level2.strip())
            return


def _effect(text: str) -> str:
    """The effect that a text is about: it ends with it, or counts it; 增收技术培训 is about training."""
    words = rule_words()
    plain = normal_label(text)
    found = words.endings("effect_words", plain)
    counted = max(words.endings("measure_endings", plain), key=len, default="")
    if counted:
        found += words.endings("effect_words", plain.removesuffix(counted))
    return min(found, key=words.lists["effect_words"].index) if found else ""


@indicator_rule("LVL-06", where=lambda row: row.is_below(Role.BENEFIT))
def rule_benefit_is_no_input(project: Project, indicator: Indicator, setting: Setting) -> Iterator[Hit]:
    """A row of 效益 says what changes, and not that money was given or rules were kept.

    Known false negatives: input and compliance in other words.
    """
    words = rule_words()
    for field in ("name", "target"):
        found = words.first("compliance_words", getattr(indicator, field))
        if found:
            yield hit(indicator, field, word=found, level2=indicator.level2.strip())
            return
