"""DUP and TXT-04: do the projects of one unit stand apart, and call things by one name?"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from xlgoals.form import normal_label
from xlgoals.library import load_library
from xlgoals.model import Address, Indicator, Project, Submission
from xlgoals.owners import text_of
from xlgoals.profile import Profile
from xlgoals.rules.across_words import across_words
from xlgoals.rules.registry import Hit, Setting, hit_in, submission_rule
from xlgoals.rules.row_texts import rows_with
from xlgoals.rules.words import rule_words

_TEXT_FIELDS = ("project", "purpose", "goals")
_ROW_FIELDS = ("name", "description", "target")
_SPEAKING_PURPOSE = 15
_COPIED_NAMES = 2
_SIBLINGS = 3
_SHOWN_NAMES = 3


class Place(NamedTuple):
    """A text of a project and where it stands."""

    project: Project
    record: Project | Indicator
    field: str
    text: str


def places(project: Project, *promising: re.Pattern[str]) -> Iterator[Place]:
    """The texts of a project and of its rows, but for those in which none of ``promising`` is found."""
    if project.declared:
        for field in _TEXT_FIELDS:
            text = text_of(project, field)
            if any(each.search(text) for each in promising):
                yield Place(project, project, field, text)
    for row in rows_with(project, *promising):
        for field in _ROW_FIELDS:
            yield Place(project, row, field, getattr(row, field))


def hit_at(place: Place, *, also: tuple[Address, ...] = (), **details: str) -> Hit:
    """A hit at a text of a project."""
    return hit_in(place.project, place.record, place.field, value=place.text, also=also, edits=(), **details)


def events_of(project: Project) -> Mapping[str, Place]:
    """The named events that a project speaks of, each with the first place."""
    found: dict[str, Place] = {}
    words = across_words()
    for place in places(project, words.event_ending):
        for event in words.events(place.text):
            found.setdefault(event, place)
    return found


def own_names(project: Project) -> Mapping[str, Indicator]:
    """The rows of a project by name, without those that any project has."""
    common = across_words().common_names
    rows: dict[str, Indicator] = {}
    for indicator in project.indicators:
        name = normal_label(indicator.name)
        if name and name not in common:
            rows.setdefault(name, indicator)
    return rows


def is_standard(indicator: Indicator) -> bool:
    """Whether a row is a standard indicator, word for word, as `fill` adds it."""
    return load_library().standard_of(indicator) is not None


def same_target(one: Indicator, other: Indicator) -> bool:
    """Whether two rows state one 指标值, which is not blank."""
    target = normal_label(one.target)
    return bool(target) and target == normal_label(other.target)


def _by_name(submission: Submission) -> Iterator[Project]:
    """The projects with a row of their own, one of each name: STR-09 and STR-10 tell the others."""
    names: set[str] = set()
    for project in submission.projects:
        name = normal_label(project.name)
        if project.declared and name not in names:
            names.add(name)
            yield project


@submission_rule("DUP-01")
def rule_an_activity_has_one_project(submission: Submission, setting: Setting) -> Iterator[Hit]:
    """No named event, and no purpose word for word, is funded by two projects of one unit.

    Source: 财预〔2015〕88号, review table (目标相关性, 资金匹配性).
    Known false negatives: activities without a name of their own; names that are written in two ways.
    """
    events: dict[str, Place] = {}
    purposes: dict[str, Project] = {}
    for project in _by_name(submission):
        told: set[str] = set()
        for event, place in events_of(project).items():
            first = events.setdefault(event, place)
            if first.project is not project and first.project.name not in told:
                told.add(first.project.name)
                also = (first.record.location.address(first.field),)
                yield hit_at(place, also=also, start=event, other=first.project.name)
        purpose = rule_words().bare_text(project.purpose)
        if len(purpose) >= _SPEAKING_PURPOSE:
            earlier = purposes.setdefault(purpose, project)
            if earlier is not project and earlier.name not in told:
                also = (earlier.location.address("purpose"),)
                start = project.purpose.strip()
                yield hit_in(project, project, "purpose", also=also, start=start, other=earlier.name)


@submission_rule("DUP-02")
def rule_rows_are_of_the_project(submission: Submission, setting: Setting) -> Iterator[Hit]:
    """A table does not share several names of its own, and a value with them, with an earlier table.

    Standard indicators and names that any project has are not counted.
    Known false negatives: a single copied row; copied rows with changed names.
    Legitimate in projects of one kind; then the unit keeps it and says so.
    """
    first_with: dict[str, tuple[Project, Indicator]] = {}
    for project in _by_name(submission):
        rows = own_names(project)
        shared: defaultdict[int, list[tuple[Indicator, Indicator]]] = defaultdict(list)
        owners: dict[int, Project] = {}
        for name, indicator in rows.items():
            owner, original = first_with.setdefault(name, (project, indicator))
            if owner is not project:
                owners[id(owner)] = owner
                shared[id(owner)].append((original, indicator))
        for key, found in shared.items():
            if len(found) < _COPIED_NAMES or not any(same_target(*pair) for pair in found):
                continue
            pairs = [pair for pair in found if not is_standard(pair[1])]
            if len(pairs) >= _COPIED_NAMES and any(same_target(*pair) for pair in pairs):
                (original, copy), *others = pairs
                also = [each.location.address("name") for _, each in others]
                also += [each.location.address("name") for each, _ in pairs]
                names = "、".join(each.name.strip() for _, each in pairs[:_SHOWN_NAMES])
                yield hit_in(
                    project,
                    copy,
                    "name",
                    also=tuple(also),
                    other=owners[key].name,
                    rows=len(pairs),
                    names=names,
                )


@submission_rule("DUP-03")
def rule_siblings_are_built_alike(submission: Submission, setting: Setting) -> Iterator[Hit]:
    """Of three or more projects whose names differ by a place only, none lacks what all others have.

    Known false negatives: siblings whose names differ otherwise; pairs, where nobody knows which is right.
    """
    families: defaultdict[str, list[Project]] = defaultdict(list)
    words = across_words()
    for project in submission.projects:
        if project.declared and words.place.search(project.name):
            families[words.without_places(project.name)].append(project)
    for family in families.values():
        if len(family) >= _SIBLINGS:
            yield from _odd_ones(family, setting.profile)


def _odd_ones(family: Sequence[Project], profile: Profile) -> Iterator[Hit]:
    words = across_words()
    levels = [{profile.level(i.level2) for i in each.indicators} for each in family]
    names = [{words.without_places(i.name) for i in each.indicators} for each in family]
    for number, project in enumerate(family):
        common_levels = set.intersection(*(each for n, each in enumerate(levels) if n != number))
        common_names = set.intersection(*(each for n, each in enumerate(names) if n != number))
        level2s = [level for level in _in_order(common_levels, profile) if level not in levels[number]]
        lacking = sorted(name for name in common_names - names[number] if name)
        # One other name for the same thing is no other construct.
        if level2s or len(lacking) >= _COPIED_NAMES:
            other = next(each for each in family if each is not project)
            missing = "、".join([*level2s, *lacking[:_SHOWN_NAMES]])
            others = len(family) - 1
            yield hit_in(
                project,
                project,
                "project",
                value=project.name,
                missing=missing,
                others=others,
                other=other.name,
            )


def _in_order(levels: set[str], profile: Profile) -> list[str]:
    return [level for branch in profile.tree.values() for level in branch if level in levels]


class _Spelling(NamedTuple):
    """One way to write a name, at one place."""

    name: str
    written: str
    place: Place


@submission_rule("TXT-04")
def rule_names_are_written_in_one_way(submission: Submission, setting: Setting) -> Iterator[Hit]:
    """A body with an ordinal, or two places in a row, are written in one way throughout a unit's tables.

    兵团第十一师 and 兵团十一师, 上海、广州 and 上海广州. The rarer writing is named.
    Known false negatives: every other name that is written in two ways, such as 机关 for 机构.
    """
    spellings: defaultdict[str, list[_Spelling]] = defaultdict(list)
    words = across_words()
    for project in submission.projects:
        for place in places(project, words.joined_places, words.numbered_body):
            for spelling in _spellings(place):
                spellings[spelling.name].append(spelling)
    for found in spellings.values():
        counts = Counter(spelling.written for spelling in found)
        if len(counts) > 1:
            usual = counts.most_common(1)[0][0]
            for written in counts:
                if written != usual:
                    yield _rare_spelling(usual, [each for each in found if each.written == written])


def _spellings(place: Place) -> Iterator[_Spelling]:
    words = across_words()
    for found in words.ordinal_body.finditer(place.text):
        name = f"{found['owner']}{found['number']}{found['kind']}"
        yield _Spelling(name, found[0], place)
    for found in words.joined_places.finditer(place.text):
        yield _Spelling(f"{found['first']}{found['second']}", found[0], place)


def _rare_spelling(usual: str, rare: Sequence[_Spelling]) -> Hit:
    first, *others = rare
    places_of = dict.fromkeys(each.place.record.location.address(each.place.field) for each in others)
    at = first.place.record.location.address(first.place.field)
    also = tuple(address for address in places_of if address != at)
    return hit_at(first.place, also=also, start=first.written, usual=usual)
