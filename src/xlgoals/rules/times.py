"""VAL: years, dates and limits in a 指标值."""

from __future__ import annotations

import re
from collections.abc import Iterator

from xlgoals.model import Indicator, Project, Target, TargetKind
from xlgoals.profile import Role
from xlgoals.rules.cost_words import cost_words
from xlgoals.rules.registry import Hit, Setting, hit, indicator_rule
from xlgoals.target import count_dates, read_target

_YEAR = re.compile(r"(\d{4})(?:-|$)")


@indicator_rule(
    "VAL-13",
    where=lambda row: row.kind is TargetKind.TIME and row.comparator is None and row.is_of(Role.TIME),
)
def rule_time_is_a_date_or_a_limit(project: Project, indicator: Indicator, setting: Setting) -> Iterator[Hit]:
    """A row of 时效 states a date or a limit, and not merely a year or how long the work goes on.

    Known false negatives: durations of less than a year, which may be limits.
    """
    if _is_a_year(read_target(indicator.target)):
        yield hit(indicator, "target", name=indicator.name.strip())


def _is_a_year(target: Target) -> bool:
    if target.value is None:
        return False
    if target.unit:
        return target.unit in cost_words().lists["yearly_units"]
    return _YEAR.fullmatch(target.value) is not None


@indicator_rule("VAL-14", where=lambda row: row.kind is TargetKind.TIME)
def rule_dates_are_not_of_years_past(
    project: Project, indicator: Indicator, setting: Setting
) -> Iterator[Hit]:
    """A date by which something is due does not lie before the budget year.

    Mostly a table copied from last year. Known false negatives: later years, since projects run on; years
    inside a sentence with an amount, which may be a comparison (较2021年增长5%).
    """
    if setting.year is None:
        return
    target = read_target(indicator.target)
    if target.unit:
        return
    # The year of what is dealt with is no limit: the audit of last year's accounts.
    if target.comparator is None and target.text:
        return
    years = [
        found[1]
        for value in (target.value, target.low, target.high)
        if value and (found := _YEAR.match(value))
    ]
    if years and max(map(int, years)) < setting.year:
        yield hit(indicator, "target", name=indicator.name.strip(), stated=max(years), year=setting.year)


@indicator_rule("VAL-15", where=lambda row: row.kind is TargetKind.TIME and row.comparator is None)
def rule_value_names_one_date(project: Project, indicator: Indicator, setting: Setting) -> Iterator[Hit]:
    """A value names one date; a range is one.

    Known false negatives: dates in words that the reader does not know.
    """
    target = read_target(indicator.target)
    if target.value is None:
        dates = count_dates(target)
        if dates > 1:
            yield hit(indicator, "target", dates=dates)
