"""HDR-06, DUP-04 and DUP-05: does a project, an event or a table stand in the files of two units?

A department may have ten thousand files. What is compared is kept as hashes and places, some bytes a row, and
a project is looked at again only where two of them agree.
"""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from xlgoals.form import Form, normal_label
from xlgoals.model import Indicator, Project, Submission
from xlgoals.rules.across import Place, events_of, hit_at, is_standard, own_names, same_target
from xlgoals.rules.registry import Department, Hit, department_rule, hit_in

_COPIED_ROWS = 5
_MOST_OF = 0.8

Found = Iterator[tuple[Submission, Hit]]


class _Spot(NamedTuple):
    """Where a project stands: number of its submission, and of the project in it."""

    submission: int
    project: int


def _who(submission: Submission) -> str:
    """A submission as people name it."""
    unit = submission.unit
    return " ".join(part for part in (unit.code.strip(), unit.name.strip(), submission.file) if part)


def _same_year(one: Submission, other: Submission) -> bool:
    return one.year is None or other.year is None or one.year == other.year


def _same_unit(first: Submission, second: Submission) -> bool:
    if first is second:
        return True
    if first.unit.code.strip() and second.unit.code.strip():
        return first.unit.code.strip() == second.unit.code.strip()
    name = normal_label(first.unit.name)
    return bool(name) and name == normal_label(second.unit.name)


def _at(standing: Sequence[Submission], spot: _Spot) -> Project:
    return standing[spot.submission].projects[spot.project]


def _more_than_once(hashes: Iterable[int]) -> frozenset[int]:
    """Those that come again; an array, for ten thousand files have more than a million rows."""
    ordered = sorted(array("q", hashes))
    return frozenset(one for one, other in pairwise(ordered) if one == other)


@department_rule("HDR-06")
def rule_a_project_stands_in_one_file(department: Department, form: Form) -> Found:
    """No project of one year stands in the files of two units, or in two files of one unit.

    Of two units: same name, budget and purpose. Of one unit (known by its name where a code is missing): the
    same name is enough. Of several copies each is told with the first other one.
    Known false negatives: a project that was renamed in one of the files.
    """
    standing = department.standing
    for spot, elsewhere in _twins(standing):
        project, there = _at(standing, spot), standing[elsewhere.submission]
        where = str(_at(standing, elsewhere).location.address("project"))
        yield (
            standing[spot.submission],
            hit_in(project, project, "project", value=project.name, other=_who(there), where=where),
        )


class _Named(NamedTuple):
    """A project whose name stands in the files more than once."""

    spot: _Spot
    money: int | None
    """Hash of budget and purpose, where it has both."""
    is_funded: bool


def _twins(standing: Sequence[Submission]) -> Iterator[tuple[_Spot, _Spot]]:
    names = _more_than_once(
        hash(normal_label(project.name))
        for submission in standing
        for project in submission.projects
        if project.declared and project.name.strip()
    )
    by_name: defaultdict[str, list[_Named]] = defaultdict(list)
    for number, submission in enumerate(standing if names else ()):
        for place, project in enumerate(submission.projects):
            name = normal_label(project.name)
            if project.declared and name and hash(name) in names:
                by_name[name].append(_named(_Spot(number, place), project))
    for found in by_name.values():
        yield from _with_first_twin(found, standing)


def _with_first_twin(
    found: Sequence[_Named], standing: Sequence[Submission]
) -> Iterator[tuple[_Spot, _Spot]]:
    """Each project that has a twin, with the first: a thousand copies are a thousand pairs and no million."""
    marks = [_marks_of(named, standing[named.spot.submission]) for named in found]
    alike: defaultdict[tuple[str, object], list[int]] = defaultdict(list)
    for number, own in enumerate(marks):
        for mark in own:
            alike[mark].append(number)
    for number, one in enumerate(found):
        twins = (
            next((other for other in alike[mark] if _are_twins(one, found[other], standing)), None)
            for mark in marks[number]
        )
        first = min((twin for twin in twins if twin is not None), default=None)
        if first is not None:
            yield one.spot, found[first].spot


def _marks_of(named: _Named, submission: Submission) -> list[tuple[str, object]]:
    """Two projects of one name that are twins share one of these."""
    unit = submission.unit
    marks: list[tuple[str, object]] = [("code", unit.code.strip()), ("name", normal_label(unit.name))]
    return [mark for mark in (*marks, ("money", named.money if named.is_funded else None)) if mark[1]]


def _are_twins(one: _Named, other: _Named, standing: Sequence[Submission]) -> bool:
    first, second = standing[one.spot.submission], standing[other.spot.submission]
    if first is second or not _same_year(first, second):
        return False
    return _same_unit(first, second) or (one.money is not None and one.money == other.money)


def _named(spot: _Spot, project: Project) -> _Named:
    amount, purpose = project.budget.amount, normal_label(project.purpose)
    money = hash((amount, purpose)) if amount is not None and purpose else None
    return _Named(spot, money, bool(amount))


@department_rule("DUP-04")
def rule_an_activity_has_one_unit(department: Department, form: Form) -> Found:
    """No named event is funded by two units; advice, since units may well share one and split its costs.

    Known false negatives: as DUP-01.
    """
    standing = department.standing
    seen: dict[str, _Spot] = {}
    for number, submission in enumerate(standing):
        own: dict[str, tuple[_Spot, Place]] = {}
        for position, project in enumerate(submission.projects):
            for event, place in events_of(project).items():
                own.setdefault(event, (_Spot(number, position), place))
        for event, (spot, place) in own.items():
            there = seen.setdefault(event, spot)
            first = standing[there.submission]
            if not _same_unit(first, submission) and _same_year(first, submission):
                other = events_of(_at(standing, there))[event]
                yield first, _event_hit(event, other, submission, place)
                yield submission, _event_hit(event, place, first, other)


def _event_hit(event: str, place: Place, elsewhere: Submission, there: Place) -> Hit:
    where = str(there.record.location.address(there.field))
    return hit_at(
        place,
        start=event,
        other=_who(elsewhere),
        other_project=there.project.name,
        where=where,
    )


@department_rule("DUP-05")
def rule_tables_are_the_units_own(department: Department, form: Form) -> Found:
    """A table does not repeat most rows of another unit's table, name and 指标值.

    Standard indicators and names that any project has are not counted; five rows and four fifths it takes.
    Known false negatives: a copied table whose names or values were changed.
    """
    standing = department.standing
    repeated = _more_than_once(
        mark for submission in standing for project in submission.projects for mark, _, _ in _marks(project)
    )
    first_with: dict[int, _Spot] = {}
    for number, submission in enumerate(standing if repeated else ()):
        for position, project in enumerate(submission.projects):
            shared: defaultdict[_Spot, list[tuple[str, Indicator]]] = defaultdict(list)
            for mark, name, row in _marks(project):
                if mark in repeated:
                    there = first_with.setdefault(mark, _Spot(number, position))
                    if not _same_unit(standing[there.submission], submission):
                        shared[there].append((name, row))
            for there, copies in shared.items():
                if len(copies) < _COPIED_ROWS:
                    continue
                other = _at(standing, there)
                theirs = own_names(other)
                pairs = [(theirs[n], row) for n, row in copies if n in theirs and same_target(theirs[n], row)]
                if _is_a_copy([row for _, row in pairs], own_names(project).values()):
                    yield submission, _copy_hit(project, pairs, standing[there.submission], other)


def _marks(project: Project) -> Iterator[tuple[int, str, Indicator]]:
    """Each row that states a 指标值: a hash of name and 指标值, the name, and the row."""
    for name, row in own_names(project).items():
        target = normal_label(row.target)
        if target:
            yield hash((name, target)), name, row


def _is_a_copy(copies: Sequence[Indicator], rows: Collection[Indicator]) -> bool:
    copied = sum(not is_standard(row) for row in copies)
    own = sum(not is_standard(row) for row in rows)
    return copied >= max(_COPIED_ROWS, _MOST_OF * own)


def _copy_hit(
    project: Project, pairs: Sequence[tuple[Indicator, Indicator]], elsewhere: Submission, other: Project
) -> Hit:
    (first, copy), *others = pairs
    return hit_in(
        project,
        copy,
        "name",
        also=tuple(row.location.address("name") for _, row in others),
        rows=len(pairs),
        other=_who(elsewhere),
        other_project=other.name,
        where=str(first.location.address("name")),
    )
