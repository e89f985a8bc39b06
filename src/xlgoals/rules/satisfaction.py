"""VAL: 满意度, how much, of whom, with what."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from xlgoals.form import normal_label
from xlgoals.model import Comparator, Indicator, Project, Target, TargetKind
from xlgoals.profile import Profile, Role
from xlgoals.rules.cost_words import cost_words
from xlgoals.rules.registry import Hit, Setting, hit, indicator_rule
from xlgoals.rules.shape import Shape
from xlgoals.rules.words import rule_words
from xlgoals.target import read_target

_ALL = Decimal(100)
_PERCENT = "%"
_SHORTEST_TERM = 2
_EXACT = (None, Comparator.EQUAL)


def is_satisfaction(indicator: Indicator | Shape, profile: Profile) -> bool:
    """By level 1, or by a level 2 that stands below it, since LVL-01 reports a wrong pair."""
    if profile.plays(Role.SATISFACTION, indicator.level1):
        return True
    level2 = profile.level(indicator.level2)
    return any(level2 in profile.tree.get(level, ()) for level in profile.roles[Role.SATISFACTION])


def asks_for_satisfaction(row: Shape) -> bool:
    """The same of all rows of a shape."""
    return is_satisfaction(row, row.profile)


def _highest(target: Target) -> Decimal | None:
    """The highest percentage that a value asks for; None where it states none."""
    stated = target.value or target.high
    return Decimal(stated) if stated and target.unit == _PERCENT else None


@indicator_rule("VAL-01", where=asks_for_satisfaction)
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
    if is_beyond:
        yield hit(indicator, "target", name=indicator.name.strip())


@indicator_rule("VAL-02", where=lambda row: row.comparator in _EXACT and asks_for_satisfaction(row))
def rule_satisfaction_leaves_room(project: Project, indicator: Indicator, setting: Setting) -> Iterator[Hit]:
    """A satisfaction target of exactly 100% is worth a second thought.

    Legitimate where few people are served; then the unit keeps it and says so.
    """
    target = read_target(indicator.target)
    if _highest(target) == _ALL:
        yield hit(indicator, "target", name=indicator.name.strip())


@indicator_rule("VAL-03", where=lambda row: not row.is_blank and asks_for_satisfaction(row))
def rule_satisfaction_is_a_percentage(
    project: Project, indicator: Indicator, setting: Setting
) -> Iterator[Hit]:
    """A satisfaction target states a percentage; points and stars count as well.

    A bare number up to 1 is the matter of VAL-04. Known false negatives: a percentage of something else.
    """
    words = rule_words()
    unit = read_target(indicator.target).unit
    is_measured = words.has_percent(indicator.target + unit) or unit in words.score_units
    if not is_measured and not lost_its_percent_sign(indicator):
        yield hit(indicator, "target", name=indicator.name.strip())


def lost_its_percent_sign(indicator: Indicator) -> bool:
    """Whether a rate is stated by a bare number up to 1."""
    target = read_target(indicator.target)
    if target.kind is not TargetKind.QUANTITATIVE or target.unit or not target.value:
        return False
    return 0 < Decimal(target.value) <= 1 and rule_words().is_rate(indicator.name)


@indicator_rule("VAL-19", where=asks_for_satisfaction)
def rule_value_keeps_to_what_the_name_asks(
    project: Project, indicator: Indicator, setting: Setting
) -> Iterator[Hit]:
    """Where name and value both say what somebody is satisfied with, they say the same.

    At least two characters in a row must be shared. Known false negatives: only one of them says it.
    """
    pattern = rule_words().satisfied_with
    asked = pattern.search(normal_label(indicator.name))
    answered = pattern.search(normal_label(indicator.target))
    if not asked or not answered:
        return
    one, other = asked["object"], answered["object"]
    terms = (one[at : at + _SHORTEST_TERM] for at in range(len(one) - 1))
    if not any(term in other for term in terms):
        yield hit(indicator, "target", name=indicator.name.strip(), asked=one, answered=other)


@indicator_rule("VAL-21", where=asks_for_satisfaction)
def rule_those_who_are_served_are_asked(
    project: Project, indicator: Indicator, setting: Setting
) -> Iterator[Hit]:
    """Satisfaction is asked of those whom a project serves, and not of the staff that it pays for.

    Only said where the name asks staff and nobody else, and a quantity counts the staff that is kept up.
    Legitimate where the staff is the very purpose, hence advice.
    Known false negatives: staff in other words; projects without a row that counts them.
    """
    words = rule_words()
    who = words.first("staff_words", indicator.name)
    if not who or words.first("served_words", indicator.name):
        return
    heads = cost_words().heads
    for row in project.indicators:
        is_count = setting.profile.plays(Role.QUANTITY, row.level2) and read_target(row.target).unit in heads
        if is_count and words.first("support_words", row.name) and words.first("supported_words", row.name):
            yield hit(
                indicator,
                "name",
                also=(row.location.address("name"),),
                who=who,
                counted=f"{normal_label(row.name)} {normal_label(row.target)}",
            )
            return
