"""VAL: can a value be true, beside what its name means, beside other rows, beside the budget?"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from xlgoals.form import normal_label
from xlgoals.model import Comparator, Indicator, Project, Target, TargetKind
from xlgoals.profile import Role
from xlgoals.rules.reconcile import plain
from xlgoals.rules.registry import Hit, Setting, hit, indicator_rule, project_rule
from xlgoals.rules.words import rule_words
from xlgoals.target import amount_in_wan, comparator_sign, count_dates, read_target

_UP = frozenset({Comparator.AT_LEAST, Comparator.MORE_THAN})
_DOWN = frozenset({Comparator.AT_MOST, Comparator.LESS_THAN})
_AT_MOST = frozenset({None, Comparator.EQUAL, Comparator.AT_MOST, Comparator.LESS_THAN})
_ALL = Decimal(100)
_HUGE = Decimal(10_000)
_PERCENT = "%"


@indicator_rule(
    "VAL-16",
    where=lambda row: row.kind is not TargetKind.QUALITATIVE and row.comparator in _UP | _DOWN,
)
def rule_comparison_points_the_right_way(
    project: Project, indicator: Indicator, setting: Setting
) -> Iterator[Hit]:
    """What is better the less of it there is has no lower bound, and a good rate has no upper one.

    Names that also hold a word of ``remedy_words`` are left alone: 故障处置次数 may well be ≥.
    Known false negatives: names outside of the lists ``harm_words`` and ``good_rates``.
    """
    target = read_target(indicator.target)
    words, name = rule_words(), normal_label(indicator.name)
    if target.comparator in _UP:
        word = words.first("harm_words", name) if words.ends("harm_endings", name) else ""
        # At least none is no bound at all.
        is_wrong = bool(word) and not words.first("remedy_words", name) and target.value != "0"
    else:
        word = next((rate for rate in words.lists["good_rates"] if name.endswith(rate)), "")
        is_rate = bool(word) and target.unit == _PERCENT and not _is_no_limit(target)
        is_wrong = is_rate and not words.first("harm_words", name) and not words.first("negation_words", name)
    if is_wrong and target.comparator is not None:
        other = Comparator.AT_MOST if target.comparator in _UP else Comparator.AT_LEAST
        yield hit(
            indicator,
            "target",
            name=indicator.name.strip(),
            sign=comparator_sign(target.comparator),
            better=comparator_sign(other),
        )


def _is_no_limit(target: Target) -> bool:
    """≤100% says nothing, and nothing wrong."""
    return target.value is not None and Decimal(target.value) >= _ALL


@project_rule("VAL-17")
def rule_rows_do_not_contradict(project: Project, setting: Setting) -> Iterator[Hit]:
    """No row allows what another row rules out, and no event has more dates than it takes place.

    Known false negatives: contradictions in other words; numbers in descriptions.
    """
    yield from _allowed_and_denied(project)
    yield from _dates_and_times(project, setting)


def _allowed_and_denied(project: Project) -> Iterator[Hit]:
    words = rule_words()
    names = "\n".join([row.name for row in project.indicators])
    for harm, alike in words.same_harms.items():
        if harm not in names:
            continue
        allowing = [row for row in project.indicators if harm in row.name and _allows_some(row)]
        if not allowing:
            continue
        for row in project.indicators:
            if row in allowing or read_target(row.target).kind is not TargetKind.QUALITATIVE:
                continue
            text = normal_label(row.target)
            if words.first("absent_words", text) and any(word in text for word in alike):
                yield _contradiction(row, allowing[0])


def _allows_some(row: Indicator) -> bool:
    target = read_target(row.target)
    is_count = target.kind is TargetKind.QUANTITATIVE and target.value is not None
    harm = not rule_words().first("remedy_words", row.name)
    return is_count and harm and target.comparator in _AT_MOST and Decimal(target.value or 0) > 1


def _dates_and_times(project: Project, setting: Setting) -> Iterator[Hit]:
    words, profile = rule_words(), setting.profile
    dated = [
        (row, dates)
        for row in project.indicators
        if profile.plays(Role.TIME, row.level2) and (dates := _dates(row)) > 1
    ]
    for row, dates in dated:
        noun = words.without("occasion_words", row.name)
        for counted in project.indicators:
            if not noun or not profile.plays(Role.QUANTITY, counted.level2):
                continue
            target = read_target(counted.target)
            is_fixed = target.value is not None and target.comparator in _AT_MOST
            if not is_fixed or target.unit not in words.lists["occasion_units"]:
                continue
            if words.without("occasion_words", counted.name) == noun and Decimal(target.value or 0) < dates:
                yield _contradiction(row, counted)


def _dates(row: Indicator) -> int:
    target = read_target(row.target)
    return count_dates(target) if target.kind is TargetKind.TIME and target.value is None else 0


def _contradiction(row: Indicator, other: Indicator) -> Hit:
    return hit(
        row,
        "target",
        also=(other.location.address("target"),),
        name=row.name.strip(),
        other=other.name.strip(),
        other_value=normal_label(other.target),
    )


@indicator_rule("VAL-18", where=lambda row: row.is_number and row.is_below(Role.BENEFIT))
def rule_effect_is_in_proportion(project: Project, indicator: Indicator, setting: Setting) -> Iterator[Hit]:
    """An effect in money is not ten thousand times the budget: so much has other causes as well.

    Known false negatives: effects that are not stated in money.
    """
    amount, budget = amount_in_wan(read_target(indicator.target)), project.budget.amount
    if amount is None or budget is None or budget <= 0 or amount / budget <= _HUGE:
        return
    yield hit(
        indicator,
        "target",
        name=indicator.name.strip(),
        budget=project.budget,
        times=plain((amount / budget).quantize(Decimal(1))),
    )
