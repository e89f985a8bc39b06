"""比对: what is otherwise in a newer submission, master or year: projects, indicators, cell by cell.

A pure function of values. Records are matched by unit code, by name, and what is left by likeness, which is
told: a renamed project is one that changed, not one that vanished and another that came.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from typing import Generic, TypeVar

from xlgoals.form import normal_label
from xlgoals.model import Address, Indicator, Money, Project, Submission

PROJECT_FIELDS = ("name", "type", "budget", "fiscal", "other", "purpose", "goals", "waiver")
INDICATOR_FIELDS = ("level1", "level2", "name", "description", "target", "waiver")
LIKE_ENOUGH = 0.6
"""From this likeness on, 0 to 1, two records of different names are taken to be one that was renamed."""
# What a name, and what lies behind it, count in the likeness of two records.
_NAME_WEIGHT, _CONTENT_WEIGHT = 0.6, 0.4

R = TypeVar("R", Project, Indicator)


class Change(StrEnum):
    """What became of a record."""

    SAME = "same"
    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    RENAMED = "renamed"
    """Changed, its name among the rest; found by likeness."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CellChange:
    """One value that is otherwise, as written, and where it stood and stands."""

    field: str
    """Field key of the form."""
    old: str
    new: str
    old_address: Address
    new_address: Address


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair(Generic[R]):
    """A record of the old side, of the new side, or of both, with what differs between them."""

    change: Change
    old: R | None
    new: R | None
    old_place: int | None
    """Position among its kind on the old side, from 0."""
    new_place: int | None
    likeness: float = 1.0
    """How alike the two are, 0 to 1; less than 1 only where they were matched by likeness."""
    cells: tuple[CellChange, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectChange:
    """One project and what became of its indicators, those that stayed the same included."""

    project: Pair[Project]
    indicators: tuple[Pair[Indicator], ...]

    @property
    def name(self) -> str:
        """Its name, the newer one where it has two."""
        known = self.project.new or self.project.old
        return known.name if known is not None else ""

    @property
    def is_same(self) -> bool:
        """Whether nothing of it differs."""
        return self.project.change is Change.SAME and all(
            each.change is Change.SAME for each in self.indicators
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitChange:
    """One unit: its head fields, its projects in the order of the new side, removed ones at their place."""

    old: Submission | None
    new: Submission | None
    cells: tuple[CellChange, ...]
    """Unit, year and contact."""
    projects: tuple[ProjectChange, ...]

    @property
    def submission(self) -> Submission:
        """The newer one, or the only one."""
        known = self.new if self.new is not None else self.old
        assert known is not None  # noqa: S101 a unit stands on one side at least
        return known

    @property
    def is_same(self) -> bool:
        """Whether nothing of it differs."""
        both = self.old is not None and self.new is not None
        return both and not self.cells and all(each.is_same for each in self.projects)


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Everything, unit by unit."""

    units: tuple[UnitChange, ...]

    @property
    def is_same(self) -> bool:
        """Whether nothing differs."""
        return all(unit.is_same for unit in self.units)

    def counts(self) -> Mapping[tuple[str, Change], int]:
        """How many ``project`` and ``indicator`` records changed in which way; 0 included."""
        counts = {(kind, change): 0 for kind in ("project", "indicator") for change in Change}
        for unit in self.units:
            for each in unit.projects:
                counts["project", each.project.change] += 1
                for row in each.indicators:
                    counts["indicator", row.change] += 1
        return counts


def compare(old: Iterable[Submission], new: Iterable[Submission]) -> Comparison:
    """What differs between two sides, each of one unit or of many."""
    pairs = _units(list(old), list(new))
    return Comparison(units=tuple(_unit(before, after) for before, after in pairs))


def value_of(record: Project | Indicator, field: str) -> str:
    """What stands in a field, as written; an amount in its plain form."""
    stands = getattr(record, field)
    return str(stands)


def _units(
    old: list[Submission], new: list[Submission]
) -> Iterator[tuple[Submission | None, Submission | None]]:
    """Which belong together: by code and year, then by code, then by name; two lone ones always do."""
    if len(old) == len(new) == 1:
        yield old[0], new[0]
        return
    keys: Sequence[Callable[[Submission], object]] = (
        lambda each: (each.unit.code.strip(), each.year) if each.unit.code.strip() else None,
        lambda each: each.unit.code.strip() or None,
        lambda each: normal_label(each.unit.name) or None,
    )
    partner: dict[int, Submission] = {}
    taken: set[int] = set()
    for key in keys:
        waiting: defaultdict[object, list[Submission]] = defaultdict(list)
        for each in old:
            if id(each) not in taken and key(each) is not None:
                waiting[key(each)].append(each)
        for each in new:
            if id(each) not in partner and waiting.get(key(each)):
                partner[id(each)] = waiting[key(each)].pop(0)
                taken.add(id(partner[id(each)]))
    for each in new:
        yield partner.get(id(each)), each
    for each in old:
        if id(each) not in taken:
            yield each, None


def _unit(old: Submission | None, new: Submission | None) -> UnitChange:
    before = old.projects if old is not None else ()
    after = new.projects if new is not None else ()
    pairs = _paired(before, after, PROJECT_FIELDS, (_project_key,), _project_likeness)
    return UnitChange(
        old=old,
        new=new,
        cells=_head_cells(old, new) if old is not None and new is not None else (),
        projects=tuple(_project(pair) for pair in pairs),
    )


def _project(pair: Pair[Project]) -> ProjectChange:
    before = pair.old.indicators if pair.old is not None else ()
    after = pair.new.indicators if pair.new is not None else ()
    keys = (_indicator_key, _indicator_name)
    rows = _paired(before, after, INDICATOR_FIELDS, keys, _indicator_likeness)
    return ProjectChange(project=pair, indicators=tuple(rows))


def _paired(
    old: Sequence[R],
    new: Sequence[R],
    fields: Sequence[str],
    keys: Sequence[Callable[[R], object]],
    likeness: Callable[[R, R], float],
) -> list[Pair[R]]:
    """Both sides in pairs: in the order of the new side, removed ones behind their forerunner."""
    partner, alike = _matches(old, new, keys, likeness)
    pairs: list[Pair[R]] = []
    for place, after in enumerate(new):
        if place not in partner:
            pairs.append(Pair(change=Change.ADDED, old=None, new=after, old_place=None, new_place=place))
            continue
        before = old[partner[place]]
        cells = tuple(_cell_changes(before, after, fields))
        change = Change.CHANGED if cells else Change.SAME
        if place in alike:
            change = Change.RENAMED
        pairs.append(
            Pair(
                change=change,
                old=before,
                new=after,
                old_place=partner[place],
                new_place=place,
                likeness=alike.get(place, 1.0),
                cells=cells,
            )
        )
    kept = set(partner.values())
    for place, before in enumerate(old):
        if place not in kept:
            gone = Pair(change=Change.REMOVED, old=before, new=None, old_place=place, new_place=None)
            pairs.insert(_behind(pairs, place), gone)
    return pairs


def _behind(pairs: Sequence[Pair[R]], place: int) -> int:
    """Where a removed record is shown: after the nearest one that stood before it."""
    before = [
        (pair.old_place, number)
        for number, pair in enumerate(pairs)
        if pair.old_place is not None and pair.old_place < place
    ]
    return max(before)[1] + 1 if before else 0


def _matches(
    old: Sequence[R],
    new: Sequence[R],
    keys: Sequence[Callable[[R], object]],
    likeness: Callable[[R, R], float],
) -> tuple[dict[int, int], dict[int, float]]:
    """New position → old position, and the likeness of those that no key brought together."""
    partner: dict[int, int] = {}
    taken: set[int] = set()
    for key in keys:
        waiting: defaultdict[object, list[int]] = defaultdict(list)
        for place, each in enumerate(old):
            if place not in taken:
                waiting[key(each)].append(place)
        for place, each in enumerate(new):
            if place not in partner and waiting.get(key(each)):
                partner[place] = waiting[key(each)].pop(0)
                taken.add(partner[place])
    rest_old = [place for place in range(len(old)) if place not in taken]
    rest_new = [place for place in range(len(new)) if place not in partner]
    ranked = sorted(
        (-score, one, other)
        for one in rest_old
        for other in rest_new
        if (score := likeness(old[one], new[other])) >= LIKE_ENOUGH
    )
    alike: dict[int, float] = {}
    for score, one, other in ranked:
        if one not in taken and other not in partner:
            partner[other] = one
            taken.add(one)
            alike[other] = round(-score, 2)
    return partner, alike


def _cell_changes(old: R, new: R, fields: Sequence[str]) -> Iterator[CellChange]:
    for field in fields:
        before, after = getattr(old, field), getattr(new, field)
        if _says_the_same(before, after):
            continue
        yield CellChange(
            field=field,
            old=str(before) if isinstance(before, Money) else before,
            new=str(after) if isinstance(after, Money) else after,
            old_address=old.location.address(field),
            new_address=new.location.address(field),
        )


def _says_the_same(old: Money | str, new: Money | str) -> bool:
    """Amounts are compared as numbers where both are some: 60 and 60.00 are one."""
    if isinstance(old, Money) and isinstance(new, Money) and old.amount is not None:
        return old.amount == new.amount
    if isinstance(old, Money) and isinstance(new, Money):
        return new.amount is None and old.raw == new.raw
    return old == new


def _head_cells(old: Submission, new: Submission) -> tuple[CellChange, ...]:
    def told(submission: Submission) -> dict[str, str]:
        unit, year = submission.unit, submission.year
        own = {"unit_code": unit.code, "unit_name": unit.name, "year": "" if year is None else str(year)}
        return {**own, **submission.contact}

    before, after = told(old), told(new)
    return tuple(
        CellChange(
            field=field,
            old=before.get(field, ""),
            new=after.get(field, ""),
            old_address=old.location.address(field),
            new_address=new.location.address(field),
        )
        for field in dict.fromkeys((*before, *after))
        if before.get(field, "") != after.get(field, "")
    )


def _project_key(project: Project) -> object:
    return normal_label(project.name)


def _indicator_key(row: Indicator) -> object:
    return tuple(map(normal_label, (row.level1, row.level2, row.name)))


def _indicator_name(row: Indicator) -> object:
    # A blank name is no name: those rows are told apart by what else they hold.
    return normal_label(row.name) or object()


def _project_likeness(one: Project, other: Project) -> float:
    name = _ratio(one.name, other.name)
    if _hopeless(name):
        return name
    rows, others = ({normal_label(row.name) for row in each.indicators} for each in (one, other))
    shared = len(rows & others) / len(rows | others) if rows | others else 0.0
    return _NAME_WEIGHT * name + _CONTENT_WEIGHT * max(_ratio(one.purpose, other.purpose), shared)


def _indicator_likeness(one: Indicator, other: Indicator) -> float:
    name = _ratio(one.name, other.name)
    if _rest(one) == _rest(other) and (one.description.strip() or one.target.strip()):
        # The same row under another name: whoever was asked to name it better has done so.
        return max(LIKE_ENOUGH, _NAME_WEIGHT * name + _CONTENT_WEIGHT)
    if _hopeless(name):
        return name
    content = max(_ratio(one.description, other.description), _ratio(one.target, other.target))
    return _NAME_WEIGHT * name + _CONTENT_WEIGHT * content


def _rest(row: Indicator) -> tuple[str, ...]:
    """What a row holds beside its name."""
    return tuple(map(normal_label, (row.level1, row.level2, row.description, row.target)))


def _hopeless(name: float) -> bool:
    """Whether names are so unlike that no content could make up for it."""
    return _NAME_WEIGHT * name + _CONTENT_WEIGHT < LIKE_ENOUGH


def _ratio(one: str, other: str) -> float:
    """How alike two texts are, 0 to 1; a blank is like nothing."""
    one, other = normal_label(one), normal_label(other)
    if not one or not other:
        return 0.0
    return SequenceMatcher(None, one, other, autojunk=False).ratio()
