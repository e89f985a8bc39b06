"""What `convert` does: a submission under the local rules of one place, put under those of another.

Only the names of levels change, and only where the other tree has exactly one place for them: by the same
name or a synonym, under whichever level 1, else by the role that the level plays (成本指标 below 产出指标,
成本指标 as a level 1). Everything else keeps its text, and what a person has to see to is listed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from msgspec.structs import replace

from xlgoals.findings import Edit
from xlgoals.form import load_form
from xlgoals.model import Indicator, Project, Submission
from xlgoals.profile import Profile
from xlgoals.target import comparator_sign, read_target

Branch = tuple[str, str]
"""一级指标 and 二级指标, in the words of a profile."""


class Need(StrEnum):
    """Why a person has to look at a cell."""

    NO_COUNTERPART = "no_counterpart"
    """The other tree has no place for the level."""
    SEVERAL = "several"
    """The other tree has several places for it."""
    NOT_IN_TREE = "not_in_tree"
    """The levels are no branch of the tree that the submission follows, so what is meant is not known."""
    OPERATOR = "operator"
    """The other place's form does not offer the operator of the value."""
    MONEY_UNIT = "money_unit"
    """The other place's form states amounts in another unit than the workbook."""
    WEIGHTS = "weights"
    """The other place wants weights with the goals; the workbook has no column for them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pending:
    """Something that a person has to see to. ``cell`` proposes nothing: its ``new`` is what stands there."""

    need: Need
    cell: Edit
    project: str
    name: str = ""
    """三级指标 of the row, where it is about a row."""
    details: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """One level that is called otherwise now."""

    edit: Edit
    project: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversion:
    """A converted submission, what was renamed in it and what is left to a person."""

    submission: Submission
    source: Profile
    target: Profile
    moved: tuple[Moved, ...]
    pending: tuple[Pending, ...]


def counterparts(source: Profile, target: Profile) -> Mapping[Branch, tuple[Branch, ...]]:
    """Every branch of the source's tree → its places in the target's: one, none, or several."""
    return {
        (level1, level2): tuple(_places(level1, level2, source, target))
        for level1, branch in source.tree.items()
        for level2 in branch
    }


def _places(level1: str, level2: str, source: Profile, target: Profile) -> Iterator[Branch]:
    if target.allows(level1, level2):
        yield target.level(level1), target.level(level2)
        return
    branches = [(parent, each) for parent, branch in target.tree.items() for each in branch]
    named = [branch for branch in branches if branch[1] == target.level(level2)]
    roles = [role for role, levels in source.roles.items() if level2 in levels]
    yield from named or (branch for branch in branches if any(branch[1] in target.roles[r] for r in roles))


def convert(submission: Submission, source: Profile, target: Profile) -> Conversion:
    """The submission under the ``target`` rules; every value but the names of levels is kept as it is."""
    work = _Work(source, target)
    projects = tuple(work.on(project) for project in submission.projects)
    return Conversion(
        submission=replace(submission, profile=target.id, projects=projects),
        source=source,
        target=target,
        moved=tuple(work.moved),
        pending=tuple(work.pending),
    )


class _Work:
    """One conversion: what was renamed and what is left, in the order of the submission."""

    def __init__(self, source: Profile, target: Profile) -> None:
        self.moved: list[Moved] = []
        self.pending: list[Pending] = []
        self._source, self._target = source, target
        self._places = counterparts(source, target)

    def on(self, project: Project) -> Project:
        if project.declared:
            self._look_at_project(project)
        rows = tuple(self._row(project, row) for row in project.indicators)
        same = all(one is other for one, other in zip(rows, project.indicators, strict=True))
        return project if same else replace(project, indicators=rows)

    def _look_at_project(self, project: Project) -> None:
        unit, weights = self._target.local_money_unit, self._target.weights
        if unit != self._target.money_unit and project.budget.amount is not None:
            amount = project.budget.amount / load_form().official.money_units[unit]
            self._leave(Need.MONEY_UNIT, project, None, "budget", unit=unit, amount=f"{amount:,.2f}")
        if weights is not None and weights.declared and project.indicators:
            sums = " / ".join(map(str, weights.sums))
            self._leave(Need.WEIGHTS, project, None, "name", sums=sums, rows=str(len(project.indicators)))

    def _row(self, project: Project, row: Indicator) -> Indicator:
        comparator = read_target(row.target).comparator
        offered = self._target.operators
        if offered and comparator is not None and comparator not in offered:
            signs = " ".join(sorted(map(comparator_sign, offered)))
            self._leave(
                Need.OPERATOR, project, row, "target", sign=comparator_sign(comparator), offered=signs
            )
        branch = (self._source.level(row.level1), self._source.level(row.level2))
        if branch not in self._places:
            if not self._target.allows(row.level1, row.level2):
                self._leave(Need.NOT_IN_TREE, project, row, "level2")
            return row
        places = self._places[branch]
        if len(places) != 1:
            need = Need.SEVERAL if places else Need.NO_COUNTERPART
            self._leave(need, project, row, "level2", places="; ".join("/".join(each) for each in places))
            return row
        (place,) = places
        level1 = self._renamed(project, row, "level1", place[0])
        level2 = self._renamed(project, row, "level2", place[1])
        is_same = (level1, level2) == (row.level1, row.level2)
        return row if is_same else replace(row, level1=level1, level2=level2)

    def _renamed(self, project: Project, row: Indicator, name: str, wanted: str) -> str:
        """The level in the other place's words; a spelling that it understands stays as the unit wrote it."""
        stands = str(getattr(row, name))
        if self._target.level(stands) == wanted:
            return stands
        self.moved.append(Moved(edit=_edit(row, name, wanted), project=project.name, name=row.name))
        return wanted

    def _leave(self, need: Need, project: Project, row: Indicator | None, name: str, **details: str) -> None:
        record = row or project
        self.pending.append(
            Pending(
                need=need,
                cell=_edit(record, name, str(getattr(record, name))),
                project=project.name,
                name=row.name if row else "",
                details=details,
            )
        )


def _edit(record: Project | Indicator, name: str, new: str) -> Edit:
    column = "project" if isinstance(record, Project) and name == "name" else name
    return Edit(
        address=record.location.address(column),
        field=column,
        old=str(getattr(record, name)),
        new=new,
        safe=False,
    )
