"""Do the cost indicators of a project agree with its budget?

Every cost row is a total (``92万元``), a unit cost (``5万元/人``, or ``5万元`` under a name such as
年人均金额), several amounts in one cell (:mod:`.cost_cells`), or uncertain. A unit cost is multiplied by the
one quantity it belongs to. All arithmetic is in 万元 and exact. Where a row or a pairing is uncertain, no
difference is claimed: one false alarm costs more trust than one miss. The words stand in
``templates/reconcile.yaml``.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum

from xlgoals.form import normal_label
from xlgoals.model import Address, Comparator, Confidence, Indicator, Project, Target, TargetKind
from xlgoals.profile import Profile, Role
from xlgoals.rules.cost_cells import amount_of_parts
from xlgoals.rules.cost_words import SHORTEST_NOUN, UNKNOWN_UNIT, cost_words
from xlgoals.target import in_base_unit, read_target, supposed_amount_in_wan, unit_cost_in_wan, unit_parts

_NEAR = Decimal("0.01")
_MAGNITUDES = (Decimal(10_000), Decimal("0.0001"))
# A cost that is "at least" so much says nothing about the sum.
_AMOUNTS = frozenset({None, Comparator.EQUAL, Comparator.AT_MOST, Comparator.LESS_THAN})
_FLOORS = frozenset({None, Comparator.EQUAL, Comparator.AT_LEAST, Comparator.MORE_THAN})


class Outcome(StrEnum):
    """What came of the comparison."""

    AGREES = "agrees"
    EXCEEDS = "exceeds"
    DIFFERS = "differs"
    MAGNITUDE = "magnitude"
    UNCERTAIN = "uncertain"


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """One summand: a cost row alone, or a unit cost times its quantities."""

    cost: Indicator
    amount: Decimal
    counts: tuple[Decimal, ...] = ()
    quantities: tuple[Indicator, ...] = ()
    slack: Decimal = Decimal(0)
    """How far rounding may have moved the amount."""
    is_ceiling: bool = False
    """The product is a limit, and less may come out."""
    is_sure: bool = True
    """False for what may prove agreement but never a difference."""

    @property
    def product(self) -> Decimal:
        """What the term adds to the sum, in 万元."""
        product = self.amount
        for count in self.counts:
            product *= count
        return product

    @property
    def tolerance(self) -> Decimal:
        """What rounding of the amount makes of the product."""
        return abs(self.slack * self.product / self.amount) if self.amount else Decimal(0)

    def __str__(self) -> str:
        """The name and the amount, with what is written where it was converted: ``总成本 0.0117 (117元)``."""
        target = read_target(self.cost.target)
        is_converted = target.value is not None and Decimal(target.value) != self.amount
        written = f" ({normal_label(self.cost.target)})" if is_converted else ""
        counts = "".join(f"×{plain(count)}" for count in self.counts)
        return f"{normal_label(self.cost.name)} {plain(self.amount)}{written}{counts}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconciliation:
    """The outcome, and the terms it stands on."""

    outcome: Outcome
    budget: Decimal = Decimal(0)
    terms: tuple[Term, ...] = ()

    @property
    def total(self) -> Decimal:
        """Sum of the terms, in 万元."""
        return sum((term.product for term in self.terms), Decimal(0))

    @property
    def difference(self) -> Decimal:
        """How far total and budget lie apart, in 万元."""
        return abs(self.total - self.budget)

    @property
    def calculation(self) -> str:
        """The sum written out: ``运维 92 + 测评 25 = 117``."""
        terms = " + ".join(map(str, self.terms))
        is_sum = len(self.terms) > 1 or any(term.counts for term in self.terms)
        return f"{terms} = {plain(self.total)}" if is_sum else terms

    @property
    def addresses(self) -> tuple[Address, ...]:
        """The 指标值 of every row that went into the sum, each once."""
        rows = [row for term in self.terms for row in (term.cost, *term.quantities)]
        return tuple(dict.fromkeys(row.location.address("target") for row in rows))


_UNCERTAIN = Reconciliation(outcome=Outcome.UNCERTAIN)


def plain(amount: Decimal) -> str:
    """An amount without exponent and without idle zeros.

    >>> plain(Decimal("1170.00")), plain(Decimal("1E+2"))
    ('1170', '100')
    """
    text = f"{amount:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def reconcile(project: Project, profile: Profile) -> Reconciliation:
    """Weighs the cost rows of a project against its budget.

    A row that equals the budget, all rows together, all totals or all products each count as agreement.
    """
    # Three rules ask for the same project one after the other.
    last = _LAST.get(0)
    if last is None or last[0] is not project or last[1] is not profile:
        last = _LAST[0] = (project, profile, _reconciled(project, profile))
    return last[2]


_LAST: dict[int, tuple[Project, Profile, Reconciliation]] = {}


def _reconciled(project: Project, profile: Profile) -> Reconciliation:
    budget = project.budget.amount
    if budget is None or budget <= 0:
        return _UNCERTAIN
    costs = _costs(project, profile)
    if not costs.totals and not costs.products:
        return _UNCERTAIN
    agreeing = next((terms for terms in costs.readings() if _meets(terms, budget)), ())
    if agreeing:
        return Reconciliation(outcome=Outcome.AGREES, budget=budget, terms=agreeing)
    firm = costs.firm()
    shifted = _shifted(firm, budget)
    if shifted:
        return Reconciliation(outcome=Outcome.MAGNITUDE, budget=budget, terms=shifted)
    exceeding = _exceeding(firm, budget)
    if exceeding:
        return Reconciliation(outcome=Outcome.EXCEEDS, budget=budget, terms=exceeding)
    terms = firm.whole() or (*firm.totals, *firm.products)
    if not firm.is_complete or not terms:
        return _UNCERTAIN
    return Reconciliation(outcome=Outcome.DIFFERS, budget=budget, terms=terms)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Costs:
    """The cost rows of a project, sorted out."""

    totals: tuple[Term, ...]
    products: tuple[Term, ...]
    is_complete: bool
    """Whether every cost row is among the terms."""
    counts: tuple[Decimal, ...] = ()
    """Every quantity of the table: a price per head may be meant per head and course."""

    def readings(self) -> Iterator[tuple[Term, ...]]:
        """The ways in which the rows may make up the budget, the fullest first."""
        every = (*self.totals, *self.products)
        yield from filter(None, (every, self.totals, self.products, *((term,) for term in every)))
        if self.products:
            yield tuple(replace(term, counts=(), quantities=()) for term in every)
        for count in self.counts if self.products else ():
            products = tuple(replace(term, counts=(*term.counts, count)) for term in self.products)
            yield from (products, (*self.totals, *products))

    def firm(self) -> _Costs:
        """Without the terms that prove agreement only."""
        totals = tuple(term for term in self.totals if term.is_sure)
        products = tuple(term for term in self.products if term.is_sure)
        is_all = len(totals) + len(products) == len(self.totals) + len(self.products)
        return _Costs(totals=totals, products=products, is_complete=self.is_complete and is_all)

    def whole(self) -> tuple[Term, ...]:
        """The one total that the other rows break down: by its name, or because it is their sum."""
        named = [term for term in self.totals if cost_words().names_whole(term.cost.name)]
        if len(named) == 1:
            return (named[0],)
        for term in self.totals:
            others = [other for other in self.totals if other is not term]
            if len(others) > 1 and abs(_sum(others) - term.product) <= _NEAR:
                return (term,)
        return ()


def _sum(terms: Iterable[Term]) -> Decimal:
    return sum((term.product for term in terms), Decimal(0))


def _rounding(terms: Iterable[Term]) -> Decimal:
    return sum((term.tolerance for term in terms), Decimal(0))


def _tolerance(terms: Iterable[Term]) -> Decimal:
    return max(_NEAR, _rounding(terms))


def _meets(terms: Sequence[Term], budget: Decimal, factor: Decimal = Decimal(1)) -> bool:
    # A hundred yuan is near for most projects, and not for one of a few hundred yuan.
    near = min(_NEAR, budget / 100)
    rounding = _rounding(terms) * factor
    if factor != 1:
        # 0.1万元 ten thousand times over may be anything from 500 to 1500 万元, which proves no slip.
        rounding = min(rounding, budget / 100)
    return abs(_sum(terms) * factor - budget) <= max(near, rounding)


def _shifted(costs: _Costs, budget: Decimal) -> tuple[Term, ...]:
    """The terms that meet the budget once all of them, or one of the totals, move by ten thousand."""
    together = ((*costs.totals, *costs.products), costs.totals, costs.products, costs.whole())
    for factor in _MAGNITUDES:
        for terms in together:
            if terms and _meets(terms, budget, factor):
                return terms
        for term in costs.totals:
            moved = _sum(costs.totals) + term.product * (factor - 1)
            tolerance = min(_tolerance(costs.totals), budget / 100)
            # What becomes next to nothing might as well not be there, which proves no slip.
            if term.product * factor > _NEAR and abs(moved - budget) <= tolerance:
                return costs.totals
    return ()


def _exceeding(costs: _Costs, budget: Decimal) -> tuple[Term, ...]:
    """Terms that for certain come to more than the budget.

    Totals and products are not added here, because a total may contain what a product spells out.
    """
    products = tuple(term for term in costs.products if not term.is_ceiling)
    for terms in (costs.whole() or costs.totals, products, *((term,) for term in costs.totals)):
        if _sum(terms) > budget + _tolerance(terms):
            return terms
    return ()


def _costs(project: Project, profile: Profile) -> _Costs:
    quantities = tuple(_quantities(project, profile))
    terms: list[Term] = []
    is_complete = True
    for cost in project.indicators:
        if profile.plays(Role.COST, cost.level2) and not _is_beside_the_point(cost):
            term = _term(cost, quantities)
            is_complete = is_complete and term is not None
            terms.extend([term] if term else [])
    return _Costs(
        totals=tuple(term for term in terms if not term.counts),
        products=tuple(term for term in terms if term.counts),
        is_complete=is_complete,
        counts=tuple(dict.fromkeys(quantity.count for quantity in quantities)),
    )


def _is_beside_the_point(cost: Indicator) -> bool:
    """Savings and ratios are no spending; a part is counted with the row it belongs to."""
    words = cost_words()
    return (
        words.is_no_cost(cost.name)
        or words.names_part(cost.name, cost.description)
        or words.is_ratio(read_target(cost.target).unit)
    )


def _term(cost: Indicator, quantities: Sequence[_Quantity]) -> Term | None:
    """What a cost row adds; None where that is uncertain."""
    words = cost_words()
    target = read_target(cost.target)
    amount = _amount(cost, target)
    if amount is None:
        several = None if words.is_incomparable(cost.name) else amount_of_parts(cost.target)
        return None if several is None else Term(cost=cost, amount=several, is_sure=False)
    needed = words.per_units(cost.name, unit_parts(target.unit).per)
    counts: list[Decimal] = []
    found: list[_Quantity] = []
    is_sure = UNKNOWN_UNIT not in needed
    for unit in needed:
        quantity, is_certain = _match(cost, unit, quantities)
        count = words.times_a_year(unit) if quantity is None else quantity.count
        if count is None:
            return None
        counts.append(count)
        found.extend([quantity] if quantity else [])
        is_sure = is_sure and is_certain
    bounds = {target.comparator, *(read_target(quantity.row.target).comparator for quantity in found)}
    is_sure = is_sure and Comparator.ABOUT not in bounds
    return Term(
        cost=cost,
        amount=amount,
        counts=tuple(counts),
        quantities=tuple(quantity.row for quantity in found),
        # A pairing in doubt must come out to the cent to prove anything.
        slack=_slack(amount, target) if is_sure else Decimal(0),
        is_ceiling=not bounds <= _FLOORS,
        is_sure=is_sure,
    )


def _amount(cost: Indicator, target: Target) -> Decimal | None:
    """The money of a cost row in 万元; None where it is no plain amount of this year."""
    is_plain = target.kind is TargetKind.QUANTITATIVE and target.comparator in _AMOUNTS
    if not is_plain or target.confidence is Confidence.LOW or cost_words().is_incomparable(cost.name):
        return None
    amount = supposed_amount_in_wan(target)
    # Nothing costs nothing: a zero limits something else, such as 超支金额.
    return (unit_cost_in_wan(target) if amount is None else amount) or None


def _slack(amount: Decimal, target: Target) -> Decimal:
    """Half a unit of the last decimal stated; whole numbers are taken at their word."""
    value = Decimal(target.value or 0)
    exponent = value.as_tuple().exponent
    if not isinstance(exponent, int) or exponent >= 0 or not value:
        return Decimal(0)
    return amount / value * Decimal(5).scaleb(exponent - 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Quantity:
    row: Indicator
    count: Decimal
    units: tuple[str, ...]
    """The unit, and the noun that a measure word counts: 3个班."""


def _quantities(project: Project, profile: Profile) -> Iterator[_Quantity]:
    for row in project.indicators:
        if not profile.plays(Role.QUANTITY, row.level2):
            continue
        target = read_target(row.target)
        counted = in_base_unit(target)
        if counted is not None:
            yield _Quantity(row=row, count=counted[0], units=(counted[1], target.text))
        elif target.kind is TargetKind.TIME and target.unit and target.value:
            yield _Quantity(row=row, count=Decimal(target.value), units=(target.unit,))


def _match(cost: Indicator, unit: str, quantities: Sequence[_Quantity]) -> tuple[_Quantity | None, bool]:
    """The one quantity that a unit cost may belong to, and whether it does for certain.

    It does when the two names share a noun, or one of them has none. The only quantity of that unit under
    another name may still be what is meant: that may prove agreement, and no more.
    """
    words = cost_words()
    alike = [
        each
        for each in quantities
        if unit == UNKNOWN_UNIT or any(words.same_unit(unit, other) for other in each.units)
    ]
    nouns = words.nouns(cost.name)
    if len(alike) == 1 and not (nouns and words.nouns(alike[0].row.name)):
        return alike[0], True
    nearness = [_longest_shared(nouns, words.nouns(each.row.name)) for each in alike]
    best = max(nearness, default=0)
    if best >= SHORTEST_NOUN and nearness.count(best) == 1:
        return alike[nearness.index(best)], True
    return (alike[0], False) if len(alike) == 1 else (None, False)


def _longest_shared(some: Iterable[str], others: Sequence[str]) -> int:
    """Length of the longest text that a word of each side holds."""
    lengths = (
        difflib.SequenceMatcher(None, one, other, autojunk=False).find_longest_match().size
        for one in some
        for other in others
    )
    return max(lengths, default=0)
