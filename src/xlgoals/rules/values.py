"""VAL: 指标值, what the text says as :func:`xlgoals.target.read_target` reads it."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from xlgoals.model import Comparator, Indicator, Project, Target, TargetKind, Wording
from xlgoals.profile import Profile, Role
from xlgoals.rules.registry import Hit, Setting, hit, indicator_rule
from xlgoals.rules.words import rule_words
from xlgoals.target import read_target, suggest_rewrite

_ALL = Decimal(100)
_PERCENT = "%"


def _is_satisfaction(indicator: Indicator, profile: Profile) -> bool:
    """By level 1, or by a level 2 that stands below it, since LVL-01 reports a wrong pair."""
    if profile.plays(Role.SATISFACTION, indicator.level1):
        return True
    branches = (profile.tree[level] for level in profile.tree if level in profile.roles[Role.SATISFACTION])
    return any(profile.level(indicator.level2) in branch for branch in branches)


def _highest(target: Target) -> Decimal | None:
    """The highest percentage that a value asks for; None where it states none."""
    stated = target.value or target.high
    return Decimal(stated) if stated and target.unit == _PERCENT else None


@indicator_rule("VAL-01")
def rule_satisfaction_can_be_reached(
    project: Project, indicator: Indicator, setting: Setting
) -> Iterator[Hit]:
    """No satisfaction target lies beyond 100%, and none asks for 100% or more.

    Known false negatives: numbers without a percent sign; points out of a hundred.
    """
    target = read_target(indicator.target)
    highest = _highest(target)
    if highest is None or highest < _ALL:
        return
    is_beyond = highest > _ALL or target.comparator in (Comparator.AT_LEAST, Comparator.MORE_THAN)
    if is_beyond and _is_satisfaction(indicator, setting.profile):
        yield hit(indicator, "target", name=indicator.name.strip())


@indicator_rule("VAL-02")
def rule_satisfaction_leaves_room(project: Project, indicator: Indicator, setting: Setting) -> Iterator[Hit]:
    """A satisfaction target of exactly 100% is worth a second thought.

    Legitimate where few people are served; then the unit keeps it and says so.
    """
    target = read_target(indicator.target)
    is_all = target.comparator in (None, Comparator.EQUAL) and _highest(target) == _ALL
    if is_all and _is_satisfaction(indicator, setting.profile):
        yield hit(indicator, "target", name=indicator.name.strip())


@indicator_rule("VAL-03")
def rule_satisfaction_is_a_percentage(
    project: Project, indicator: Indicator, setting: Setting
) -> Iterator[Hit]:
    """A satisfaction target states a percentage; points and stars count as well.

    A bare number up to 1 is the matter of VAL-04. Known false negatives: a percentage of something else.
    """
    if not indicator.target.strip() or not _is_satisfaction(indicator, setting.profile):
        return
    words = rule_words()
    unit = read_target(indicator.target).unit
    is_measured = words.has_percent(indicator.target + unit) or unit in words.score_units
    if not is_measured and not _lost_its_percent_sign(indicator):
        yield hit(indicator, "target", name=indicator.name.strip())


def _lost_its_percent_sign(indicator: Indicator) -> bool:
    target = read_target(indicator.target)
    if target.kind is not TargetKind.QUANTITATIVE or target.unit or not target.value:
        return False
    return 0 < Decimal(target.value) <= 1 and rule_words().is_rate(indicator.name)


@indicator_rule("VAL-04")
def rule_rates_carry_a_percent_sign(
    project: Project, indicator: Indicator, setting: Setting
) -> Iterator[Hit]:
    """A rate whose value is a bare number up to 1 has lost its percent sign.

    Known false negatives: bare numbers above 1; rates whose name has another ending.
    """
    if _lost_its_percent_sign(indicator):
        yield hit(indicator, "target", name=indicator.name.strip())


@indicator_rule("VAL-06")
def rule_comparisons_are_signs(project: Project, indicator: Indicator, setting: Setting) -> Iterator[Hit]:
    """A comparison in words may be written as a sign: 不少于50次 as ≥50次.

    Known false negatives: words that the reader of values does not know.
    """
    target = read_target(indicator.target)
    # A day before which something is due has no sign in use.
    is_measured = target.kind is TargetKind.QUANTITATIVE or target.unit
    rewrite = suggest_rewrite(target) if target.wording is Wording.WORD and is_measured else None
    if rewrite is not None:
        yield hit(indicator, "target", rewrite=rewrite)


@indicator_rule("VAL-08")
def rule_values_are_exact(project: Project, indicator: Indicator, setting: Setting) -> Iterator[Hit]:
    """A value is not approximate, since nobody could tell whether it was reached.

    Known false negatives: vague quantities without a number.
    """
    target = read_target(indicator.target)
    if target.wording is Wording.APPROXIMATE or target.comparator is Comparator.ABOUT:
        yield hit(indicator, "target")
