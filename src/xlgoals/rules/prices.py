"""BUD: how cost indicators are put, and what a unit of the work costs beside its siblings."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from statistics import median

from xlgoals.form import normal_label
from xlgoals.model import Indicator, Project, Submission
from xlgoals.profile import Profile, Role
from xlgoals.rules.cost_words import UNKNOWN_UNIT, cost_words
from xlgoals.rules.reconcile import plain
from xlgoals.rules.registry import Hit, Setting, edit, hit, indicator_rule, submission_rule
from xlgoals.target import amount_in_wan, in_base_unit, read_target, supposed_amount_in_wan, unit_parts

_SAME_ENDING = 4
_SIBLINGS = 3
_ALIKE = Decimal("0.02")
_FAR = Decimal("0.1")
_CENT = Decimal("0.01")


@indicator_rule("BUD-08", where=lambda row: row.is_number)
def rule_money_is_in_the_unit_of_the_table(
    project: Project, indicator: Indicator, setting: Setting
) -> Iterator[Hit]:
    """Totals of money are in the money unit of the table: no 亿元 among 万元.

    Unit costs and small amounts in yuan are left alone. Known false negatives: totals below 1 万元.
    """
    target = read_target(indicator.target)
    money = unit_parts(target.unit).money
    if money is None or money == setting.profile.money_unit:
        return
    amount = amount_in_wan(target)
    if amount is None or amount < 1 or cost_words().per_units(indicator.name, None):
        return
    yield hit(
        indicator,
        "target",
        unit=money,
        expected=setting.profile.money_unit,
        amount=plain(amount),
    )


@submission_rule("BUD-09")
def rule_unit_cost_is_like_that_of_siblings(submission: Submission, setting: Setting) -> Iterator[Hit]:
    """The budget for one person is about that of sibling projects.

    Siblings are projects of one unit whose names have one ending (工作经费) and whose only quantity counts
    people. Three of them must agree within 2% before a fourth that is 10% away is mentioned.
    Known false negatives: projects with several quantities; siblings in other units.
    """
    heads = [
        (project, each) for project in submission.projects if (each := _per_head(project, setting.profile))
    ]
    for project, (price, quantity) in heads:
        others = [
            other
            for sibling, (other, _) in heads
            if sibling is not project and _are_siblings(project.name, sibling.name)
        ]
        usual = median(others) if others else Decimal(0)
        alike = [other for other in others if abs(other - usual) <= usual * _ALIKE]
        is_common = len(alike) >= _SIBLINGS and 2 * len(alike) > len(others)
        if is_common and abs(price - usual) > usual * _FAR:
            yield hit(
                project,
                "budget",
                also=(quantity.location.address("target"),),
                count=normal_label(quantity.target),
                price=plain(price.quantize(_CENT)),
                usual=plain(usual.quantize(_CENT)),
                siblings=len(alike),
            )


def _are_siblings(one: str, other: str) -> bool:
    return normal_label(one)[-_SAME_ENDING:] == normal_label(other)[-_SAME_ENDING:]


def _per_head(project: Project, profile: Profile) -> tuple[Decimal, Indicator] | None:
    """What the budget comes to for each of the people that the only quantity of a project counts."""
    budget = project.budget.amount
    rows = [row for row in project.indicators if profile.plays(Role.QUANTITY, row.level2)]
    if budget is None or budget <= 0 or len(rows) != 1:
        return None
    counted = in_base_unit(read_target(rows[0].target))
    heads = cost_words().heads
    if counted is None or counted[0] <= 0 or counted[1] not in heads:
        return None
    return budget / counted[0], rows[0]


@indicator_rule("BUD-10", where=lambda row: row.is_number and row.is_of(Role.COST))
def rule_cost_is_broken_down(project: Project, indicator: Indicator, setting: Setting) -> Iterator[Hit]:
    """The cost is more than one total that repeats the budget.

    Source: 财预〔2021〕101号 (cost indicators control cost and do not repeat the budget).
    Known false negatives: several rows that are no breakdown; a total a little below the budget.
    """
    profile = setting.profile
    if project.budget.amount is None:
        return
    target = read_target(indicator.target)
    if supposed_amount_in_wan(target) != project.budget.amount:
        return
    costs = [row for row in project.indicators if profile.plays(Role.COST, row.level2)]
    if len(costs) == 1 and not cost_words().per_units(indicator.name, None):
        yield hit(indicator, "target", name=indicator.name.strip(), budget=project.budget)


@indicator_rule("BUD-11", where=lambda row: row.is_number and row.is_of(Role.COST))
def rule_unit_cost_says_what_it_is_for(
    project: Project, indicator: Indicator, setting: Setting
) -> Iterator[Hit]:
    """A unit cost says in its unit what it is for: 5万元/人 and not 5万元.

    Known false negatives: unit costs whose name does not say so, or not for what (定额, 单价).
    """
    words = cost_words()
    per = words.per_units(indicator.name, None)
    if not per or UNKNOWN_UNIT in per or words.names_whole(indicator.name):
        return
    target = read_target(indicator.target)
    parts = unit_parts(target.unit)
    if parts.money is None or parts.per is not None:
        return
    new = f"{indicator.target.rstrip()}/{'·'.join(per)}"
    # Not every unit of that name is counted in that measure word, so a person decides.
    is_plain = unit_parts(read_target(new).unit).per is not None and len(per) == 1
    edits = (edit(indicator, "target", new, safe=False),) if is_plain else ()
    yield hit(indicator, "target", edits=edits, name=indicator.name.strip(), rewrite=new)
