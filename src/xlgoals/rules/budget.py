"""BUD: amounts of a project, and whether its cost indicators agree with them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from xlgoals.findings import Edit
from xlgoals.model import Indicator, Money, Project, Target
from xlgoals.profile import Role
from xlgoals.rules.reconcile import Outcome, plain, reconcile
from xlgoals.rules.registry import Hit, Setting, edit, hit, indicator_rule, project_rule
from xlgoals.target import amount_in_wan, lacks_money_unit, read_target, supposed_amount_in_wan

_DECIMALS = 2
_LONG_DECIMALS = re.compile(r"\.\d{3,}")
_NO_NUMBER = re.compile(r"[^\d.,，．\s]+")


@project_rule("BUD-01")
def rule_amounts_are_plain_numbers(project: Project, setting: Setting) -> Iterator[Hit]:
    """Amounts are numbers of 0 or more with at most two decimals; 预算数 is never blank.

    Known false negatives: a wrong number in the right form.
    """
    for field in ("budget", "fiscal", "other"):
        money: Money = getattr(project, field)
        if money.is_blank:
            if field == "budget":
                yield hit(project, field, value="", odd="")
            continue
        odd = _odd_part(money)
        if odd:
            yield hit(project, field, value=money.raw.strip(), odd=odd)


def _odd_part(money: Money) -> str:
    """What keeps a cell from being an amount; empty for a good one."""
    if money.amount is None:
        found = _NO_NUMBER.search(money.raw)
        return found[0] if found else money.raw.strip()
    if money.amount < 0:
        return "-"
    # The raw text as well: yuan converted to 万元 may have more decimals than were written,
    # and a number cell may carry the binary noise of its computation.
    decimals = _LONG_DECIMALS.search(money.raw)
    return decimals[0] if decimals and money.amount != round(money.amount, _DECIMALS) else ""


def _written(amount: Decimal) -> Money:
    return Money(raw="", amount=amount)


@project_rule("BUD-02")
def rule_budget_is_the_sum_of_its_sources(project: Project, setting: Setting) -> Iterator[Hit]:
    """预算数 is 财政资金 plus 其他资金; a blank counts as 0.

    Known false negatives: wrong amounts that still add up.
    """
    if project.budget.amount is None or not (project.fiscal.is_readable and project.other.is_readable):
        return
    fiscal, other = project.fiscal.amount or Decimal(0), project.other.amount or Decimal(0)
    if project.budget.amount != fiscal + other:
        yield hit(
            project,
            "budget",
            fiscal=_written(fiscal),
            other=_written(other),
            sum=_written(fiscal + other),
            difference=_written(abs(project.budget.amount - fiscal - other)),
        )


@project_rule("BUD-03")
def rule_no_other_money_is_written_as_zero(project: Project, setting: Setting) -> Iterator[Hit]:
    """Where 财政资金 is all of 预算数, 其他资金 is 0.00 and not blank.

    Known false negatives: none. Where the amounts do not add up BUD-02 speaks instead.
    """
    budget = project.budget.amount
    if project.other.is_blank and budget is not None and budget == project.fiscal.amount:
        # A person confirms: a blank may stand for money that was forgotten, here and in the sum.
        edits = (edit(project, "other", str(_written(Decimal(0))), safe=False),)
        yield hit(project, "other", value="", edits=edits)


def _costs(project: Project, setting: Setting, outcome: Outcome) -> Iterator[Hit]:
    found = reconcile(project, setting.profile)
    if found.outcome is outcome:
        yield hit(
            project,
            "budget",
            also=found.addresses,
            calculation=found.calculation,
            difference=_written(Decimal(plain(found.difference))),
        )


@project_rule("BUD-04")
def rule_costs_stay_within_the_budget(project: Project, setting: Setting) -> Iterator[Hit]:
    """The cost indicators do not come to more than 预算数.

    Source: 财预〔2015〕88号 (goals match the budget). Known false negatives: see :mod:`.reconcile`.
    """
    yield from _costs(project, setting, Outcome.EXCEEDS)


@project_rule("BUD-05")
def rule_costs_add_up_to_the_budget(project: Project, setting: Setting) -> Iterator[Hit]:
    """The cost indicators come to 预算数, as totals or as unit cost times quantity.

    Source: 财预〔2015〕88号 (goals match the budget). Known false negatives: see :mod:`.reconcile`.
    """
    yield from _costs(project, setting, Outcome.DIFFERS)


@project_rule("BUD-06")
def rule_costs_and_budget_are_of_one_magnitude(project: Project, setting: Setting) -> Iterator[Hit]:
    """The cost indicators are not 预算数 ten thousand times over or under: 元 taken for 万元.

    Known false negatives: slips by another factor.
    """
    yield from _costs(project, setting, Outcome.MAGNITUDE)


@indicator_rule("BUD-07", where=lambda row: row.is_number and row.is_of(Role.COST))
def rule_money_has_a_complete_unit(project: Project, indicator: Indicator, setting: Setting) -> Iterator[Hit]:
    """The money of a cost indicator does not stop at 万.

    Known false negatives: a number without any unit; money under other levels.
    """
    target = read_target(indicator.target)
    if lacks_money_unit(target):
        yield hit(
            indicator,
            "target",
            edits=_completed(indicator, target, setting.profile.money_unit),
            name=indicator.name.strip(),
            number=target.value or "",
            unit=target.unit,
        )


def _completed(indicator: Indicator, target: Target, money_unit: str) -> tuple[Edit, ...]:
    """The amount with the unit of the table, where that begins with what stands there: 324万 → 324万元.

    Nothing where the multiplier stands more than once, or the result does not read as the same amount.
    """
    if not money_unit.startswith(target.unit) or indicator.target.count(target.unit) != 1:
        return ()
    new = indicator.target.replace(target.unit, money_unit)
    if amount_in_wan(read_target(new)) != supposed_amount_in_wan(target):
        return ()
    return (edit(indicator, "target", new, safe=True),)
