"""What `fill` adds to a submission: the core indicators of a project's type that its table lacks.

Nothing that stands in the table is changed or put in another order, and no 指标值 is made up: an added
row leaves it blank for the unit to state. Filling twice adds nothing the second time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from msgspec.structs import replace

from xlgoals.errors import CannotDo
from xlgoals.form import normal_label
from xlgoals.library import AnyRow, Guess, IndicatorSet, Library, StandardIndicator, guess_type
from xlgoals.model import Indicator, Project, Submission
from xlgoals.profile import Profile
from xlgoals.target import comparator_sign, read_target


class Basis(StrEnum):
    """Why a project was taken to be of its type."""

    ASKED = "asked"
    """The caller named it."""
    STATED = "stated"
    """The project's own 项目类型 names a set."""
    GUESSED = "guessed"
    UNKNOWN = "unknown"
    """No type was convincing: nothing was added."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Added:
    """One row that was added.

    ``position`` counts the rows of the filled project from 0. ``hint`` is the sample value of the set;
    ``proposal`` a value that follows from the table (total cost = budget), else empty. Neither is written.
    """

    project: str
    position: int
    indicator: Indicator
    standard: StandardIndicator
    hint: str
    proposal: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectFilling:
    """What was decided for one project."""

    project: str
    basis: Basis
    type: IndicatorSet | None
    guess: Guess | None
    """The guess and its reason, whichever type was taken."""
    added: tuple[Added, ...]
    unplaced: tuple[StandardIndicator, ...]
    """Core indicators for which the profile's tree has no place."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filling:
    """A filled submission, and which of its rows were added."""

    submission: Submission
    projects: tuple[ProjectFilling, ...]

    @property
    def added(self) -> tuple[Added, ...]:
        """All added rows, in the order of the projects."""
        return tuple(row for each in self.projects for row in each.added)


def fill(
    submission: Submission,
    library: Library,
    profile: Profile,
    project: str | None = None,
    project_type: str | None = None,
) -> Filling:
    """Adds the missing core indicators to one project, or to every project.

    The type is the one asked for, else the one that 项目类型 names, else the guess. Left alone are projects
    without a name, further ones of a name that was there before (indicator rows belong to the first), and
    those that only indicator rows name.

    Raises:
        CannotDo: no project of that name, no such type, or one type asked for several projects at once.
    """
    first_of_name: dict[str, Project] = {}
    for each in submission.projects:
        if each.declared and normal_label(each.name):
            first_of_name.setdefault(normal_label(each.name), each)
    chosen = [each for each in first_of_name.values() if _is_named(each, project)]
    if project is not None and not chosen:
        known = ", ".join(each.name for each in first_of_name.values())
        raise CannotDo("fill.no_project", name=project, known=known)
    asked = None if project_type is None else library.get(project_type)
    if asked is not None and len(chosen) > 1:
        raise CannotDo("fill.type_for_several", type=asked.name, count=len(chosen))
    filled: list[Project] = []
    told: list[ProjectFilling] = []
    for each in submission.projects:
        if any(each is one for one in chosen):
            done, filling = _fill_project(each, library, profile, asked)
            filled.append(done)
            told.append(filling)
        else:
            filled.append(each)
    return Filling(submission=replace(submission, projects=tuple(filled)), projects=tuple(told))


def _is_named(project: Project, name: str | None) -> bool:
    return name is None or normal_label(project.name) == normal_label(name)


def _fill_project(
    project: Project, library: Library, profile: Profile, asked: IndicatorSet | None
) -> tuple[Project, ProjectFilling]:
    guess = guess_type(project, library)
    stated = library.find(project.type) if project.type.strip() else None
    taken = asked or stated or (guess.type if guess else None)
    rows = list(project.indicators)
    added: list[tuple[Indicator, StandardIndicator]] = []
    unplaced: list[StandardIndicator] = []
    for standard in taken.core if taken else ():
        place = standard.place_in(profile)
        if place is None:
            unplaced.append(standard)
        elif not is_present(standard, place, project.indicators, profile):
            row = _row(standard, place, project)
            rows.insert(_position(rows, place, profile), row)
            added.append((row, standard))
    filling = ProjectFilling(
        project=project.name,
        basis=_basis(asked, stated, guess),
        type=taken,
        guess=guess,
        added=tuple(
            Added(
                project=project.name,
                position=next(number for number, each in enumerate(rows) if each is row),
                indicator=row,
                standard=standard,
                hint=standard.hint,
                proposal=_proposal(standard, project, profile),
            )
            for row, standard in added
        ),
        unplaced=tuple(unplaced),
    )
    return replace(project, indicators=tuple(rows)), filling


def _basis(asked: IndicatorSet | None, stated: IndicatorSet | None, guess: Guess | None) -> Basis:
    if asked:
        return Basis.ASKED
    if stated:
        return Basis.STATED
    return Basis.GUESSED if guess else Basis.UNKNOWN


def is_present(
    standard: StandardIndicator, place: tuple[str, str], rows: Sequence[Indicator], profile: Profile
) -> bool:
    """Whether a row of the table already measures what the standard indicator does.

    A row of the same name does, wherever it stands and whatever the order of its characters: a unit that
    chose another level is told so by a rule, and not given the row once more. Otherwise the set itself
    says which rows do (see :class:`~xlgoals.library.Likeness`).
    """
    return any(_is_same(standard, place, row, profile) for row in rows)


def _is_same(standard: StandardIndicator, place: tuple[str, str], row: Indicator, profile: Profile) -> bool:
    if _characters(row.name) == _characters(standard.name):
        return True
    like = standard.present_if
    # A row that still stands where an older tree had it counts as well.
    places = (place, *standard.levels)
    if like.any_row_of is AnyRow.LEVEL1 and _level1(row, profile) in {level1 for level1, _ in places}:
        return True
    if profile.level(row.level2) not in {profile.level(level2) for _, level2 in places}:
        return False
    text = normal_label(row.name + row.description + row.target)
    return (
        like.any_row_of is AnyRow.LEVEL2
        or any(word in text for word in like.words)
        or (bool(like.units) and read_target(row.target).unit in like.units)
    )


def _characters(name: str) -> list[str]:
    """What a name is compared by: its letters and figures, whatever their order."""
    return sorted(character for character in name if character.isalnum())


def _level1(row: Indicator, profile: Profile) -> str:
    """The level 1 of a row; where it is blank, the one that its level 2 stands under."""
    if row.level1.strip():
        return profile.level(row.level1)
    level2 = profile.level(row.level2)
    return next((level1 for level1, branch in profile.tree.items() if level2 in branch), "")


def _row(standard: StandardIndicator, place: tuple[str, str], project: Project) -> Indicator:
    # It stands nowhere yet: its address is the project's until the workbook is written and read again.
    return Indicator(
        level1=place[0],
        level2=place[1],
        name=standard.name,
        description=standard.description,
        target="",
        location=project.location,
    )


def _position(rows: Sequence[Indicator], place: tuple[str, str], profile: Profile) -> int:
    """Where a new row goes: behind the last row of its level 2, else where the tree would have it.

    The official form merges equal level 1 cells downwards, so a row at the very end would open it twice.
    """
    tree = [(level1, level2) for level1, branch in profile.tree.items() for level2 in branch]
    parents = list(profile.tree)
    own, parent = tree.index(place), parents.index(place[0])
    pairs = [(_level1(row, profile), profile.level(row.level2)) for row in rows]
    siblings = [number for number, (level1, _) in enumerate(pairs) if level1 == place[0]]
    before = [number for number in siblings if pairs[number] in tree and tree.index(pairs[number]) <= own]
    same = [number for number in before if pairs[number] == place]
    if siblings:
        return (same or before or [siblings[0] - 1])[-1] + 1
    earlier = [
        number
        for number, (level1, _) in enumerate(pairs)
        if level1 in parents and parents.index(level1) < parent
    ]
    return earlier[-1] + 1 if earlier else 0


def _proposal(standard: StandardIndicator, project: Project, profile: Profile) -> str:
    """A total cost is the budget, as long as no row states another cost; a value to accept, never written."""
    if not standard.total or project.budget.amount is None or standard.unit != profile.money_unit:
        return ""
    costs = {profile.level(level2) for _, level2 in standard.levels}
    if any(profile.level(row.level2) in costs for row in project.indicators):
        return ""
    return f"{comparator_sign(standard.operator)}{project.budget}{standard.unit}"
