"""标准指标集: the standard indicators of one kind of project, read from ``templates/indicators/*.yaml``.

A department's own folder adds sets to those shipped, or replaces one by a set of the same id, without
touching the package. Sample values are hints for a person and never values: nothing here fills one in.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, lru_cache
from pathlib import Path

from xlgoals.errors import CannotDo
from xlgoals.form import normal_label
from xlgoals.model import Comparator, Confidence, Indicator, Project
from xlgoals.profile import Profile
from xlgoals.resources import resource_path
from xlgoals.target import comparator_sign, read_target
from xlgoals.yamlfile import Entry, load_yaml

LIBRARY_VARIABLE = "XLGOALS_LIBRARY"
"""Names the department's own folder where no other is given."""

_COMPARATORS = (
    Comparator.EQUAL,
    Comparator.AT_LEAST,
    Comparator.AT_MOST,
    Comparator.MORE_THAN,
    Comparator.LESS_THAN,
)
_FLAGS = ("core", "cost", "unit_cost", "total", "reverse")
_ID = re.compile(r"[A-Za-z0-9_-]+")
_LEVELS = 2
# What a word is worth: one strong word in the name outweighs two of them in the purpose.
_IN_NAME = {"strong": 6, "weak": 3}
_IN_PURPOSE = {"strong": 2, "weak": 1}
_CONVINCING = 4


class AnyRow(StrEnum):
    """Below which level one row, whatever it says, stands for a standard indicator."""

    LEVEL1 = "level1"
    LEVEL2 = "level2"


@dataclass(frozen=True, slots=True, kw_only=True)
class Likeness:
    """Which row of a table already measures the same.

    A row of the same level 2 does when its text holds one of ``words``, or its 指标值 is stated in one of
    ``units``; with ``any_row_of`` any row of that level does.
    """

    any_row_of: AnyRow | None = None
    words: tuple[str, ...] = ()
    units: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class StandardIndicator:
    """One standard indicator. ``hint`` is a whole sample value such as ``≥95%``: a hint, no norm."""

    code: str
    levels: tuple[tuple[str, str], ...]
    """Pairs of level 1 and level 2, by preference."""
    name: str
    description: str
    operator: Comparator
    unit: str
    """As the hint writes it; empty for a day by which something is due."""
    hint: str
    core: bool
    """Reviewers look for it in every project of the type."""
    cost: bool
    """An amount of money."""
    unit_cost: bool
    """An amount for one person, square metre and so on."""
    total: bool
    """What the whole project costs: equal to the budget where no other cost is stated."""
    reverse: bool
    """The less the better."""
    present_if: Likeness

    def place_in(self, profile: Profile) -> tuple[str, str] | None:
        """Level 1 and level 2 in the words of ``profile``; None where its tree has no place for it.

        A tree that calls its level 1 otherwise is searched for the level 2.
        """
        for level1, level2 in self.levels:
            if profile.allows(level1, level2):
                return profile.level(level1), profile.level(level2)
        for _, level2 in self.levels:
            for parent, branch in profile.tree.items():
                if profile.level(level2) in branch:
                    return parent, profile.level(level2)
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class IndicatorSet:
    """The standard indicators of one type of project."""

    id: str
    name: str
    about: str
    source: tuple[str, ...]
    """What kind of source wording and structure come from."""
    strong: tuple[str, ...]
    weak: tuple[str, ...]
    notes: tuple[str, ...]
    indicators: tuple[StandardIndicator, ...]

    @property
    def core(self) -> tuple[StandardIndicator, ...]:
        """The indicators that every project of the type should have."""
        return tuple(each for each in self.indicators if each.core)


@dataclass(frozen=True, slots=True, kw_only=True)
class Library:
    """All sets by id, in the order of the files, the department's own ones last."""

    sets: Mapping[str, IndicatorSet]

    def find(self, text: str) -> IndicatorSet | None:
        """A set by id or name; white space is ignored.

        >>> load_library().find("培训").id
        'training'
        """
        wanted = normal_label(text)
        by_name = (each for each in self.sets.values() if normal_label(each.name) == wanted)
        return self.sets.get(wanted) or next(by_name, None)

    def get(self, text: str) -> IndicatorSet:
        """A set by id or name.

        Raises:
            CannotDo: there is no such set; the known ones are listed.
        """
        found = self.find(text)
        if found is None:
            known = ", ".join(f"{each.id} {each.name}" for each in self.sets.values())
            raise CannotDo("library.unknown_type", name=text, known=known)
        return found

    def awaits_value(self, indicator: Indicator) -> bool:
        """Whether the row is a standard indicator, word for word, whose 指标值 is still to be stated."""
        return not indicator.target.strip() and self.standard_of(indicator) is not None

    def standard_of(self, indicator: Indicator) -> StandardIndicator | None:
        """The standard indicator that a row is, name and description word for word; None for any other."""
        name, description = normal_label(indicator.name), normal_label(indicator.description)
        found = (
            each
            for indicator_set in self.sets.values()
            for each in indicator_set.indicators
            if normal_label(each.name) == name and normal_label(each.description) == description
        )
        return next(found, None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """A keyword that was found. ``field`` is ``name`` or ``purpose``."""

    text: str
    field: str
    strong: bool

    @property
    def weight(self) -> int:
        """What it counts for its type."""
        weights = _IN_NAME if self.field == "name" else _IN_PURPOSE
        return weights["strong" if self.strong else "weak"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Guess:
    """The type that a project seems to be of, the words that say so, and what else it might be."""

    type: IndicatorSet
    words: tuple[Word, ...]
    runner_up: IndicatorSet | None


def guess_type(project: Project, library: Library) -> Guess | None:
    """The type of a project by keywords; those in the name weigh more than those in 资金用途.

    Returns:
        None when no strong word was found, too few in all, or two types are equally likely.
    """
    texts = {"name": normal_label(project.name), "purpose": normal_label(project.purpose)}
    found = {each.id: _words_in(texts, each) for each in library.sets.values()}
    scores = {name: sum(word.weight for word in words) for name, words in found.items()}
    ranked = sorted((name for name in scores if scores[name]), key=lambda name: -scores[name])
    if not ranked:
        return None
    best, *others = ranked
    is_ahead = not others or scores[best] > scores[others[0]]
    if not is_ahead or not _is_convincing(found[best]):
        return None
    runner_up = next((library.sets[name] for name in others if _is_convincing(found[name])), None)
    return Guess(type=library.sets[best], words=found[best], runner_up=runner_up)


def _is_convincing(words: Sequence[Word]) -> bool:
    return sum(word.weight for word in words) >= _CONVINCING and any(word.strong for word in words)


def _words_in(texts: Mapping[str, str], indicator_set: IndicatorSet) -> tuple[Word, ...]:
    """The words in texts by field, each once; one that lies inside a longer word is not counted again."""
    words = _longest_first(indicator_set.weak, indicator_set.strong)
    found = []
    for field, text in texts.items():
        left = text
        for word, is_strong in words:
            if word in left:
                left = left.replace(word, "\n")
                found.append(Word(text=word, field=field, strong=is_strong))
    return tuple(found)


@lru_cache(maxsize=256)
def _longest_first(weak: Sequence[str], strong: Sequence[str]) -> tuple[tuple[str, bool], ...]:
    """Words and whether each is strong."""
    words = {**dict.fromkeys(weak, False), **dict.fromkeys(strong, True)}
    return tuple(sorted(words.items(), key=lambda item: len(item[0]), reverse=True))


def load_library(extra: Path | None = None) -> Library:
    """The sets shipped with the package, and those in the department's own folder.

    ``extra`` is that folder; without it the one that ``XLGOALS_LIBRARY`` names, if any.

    Raises:
        CannotDo: no such folder, or a mistake in a file; file, line, field and what is allowed are named.
    """
    folder = extra or _folder_from_environment()
    if folder is None:
        return _shipped_library()
    if not folder.is_dir():
        raise CannotDo("library.no_folder", folder=folder)
    return _extended_library(folder, _state(folder))


def _folder_from_environment() -> Path | None:
    named = os.environ.get(LIBRARY_VARIABLE, "").strip()
    return Path(named) if named else None


@cache
def _shipped_library() -> Library:
    return Library(sets=_read_sets(resource_path("indicators")))


def _state(folder: Path) -> tuple[tuple[str, int, int], ...]:
    stats = [(file.name, file.stat()) for file in sorted(folder.glob("*.yaml"))]
    return tuple((name, stat.st_mtime_ns, stat.st_size) for name, stat in stats)


@lru_cache(maxsize=8)
def _extended_library(folder: Path, state: Sequence[tuple[str, int, int]]) -> Library:
    # ``state`` is there for the cache alone: a file that was edited is read again.
    return Library(sets={**_shipped_library().sets, **_read_sets(folder)})


def _read_sets(folder: Path) -> Mapping[str, IndicatorSet]:
    sets: dict[str, IndicatorSet] = {}
    for file in sorted(folder.glob("*.yaml")):
        top = load_yaml(file)
        found = _read_set(top)
        if found.id in sets:
            raise top.refuse("id", found.id, "once")
        sets[found.id] = found
    return sets


def _read_set(top: Entry) -> IndicatorSet:
    top.only(("id", "name", "about", "source", "keywords", "notes", "indicators"))
    name = top.text("id")
    if not _ID.fullmatch(name):
        raise top.refuse("id", name, "a-z 0-9 _ -")
    keywords = top.entry("keywords")
    keywords.only(("strong", "weak"))
    indicators: dict[str, StandardIndicator] = {}
    names: set[str] = set()
    for entry in top.entries("indicators"):
        indicator = _read_indicator(entry)
        if indicator.code in indicators:
            raise entry.refuse("code", indicator.code, "once")
        if normal_label(indicator.name) in names:
            raise entry.refuse("name", indicator.name, "once")
        names.add(normal_label(indicator.name))
        indicators[indicator.code] = indicator
    return IndicatorSet(
        id=name,
        name=top.text("name"),
        about=top.text("about", ""),
        source=top.texts("source"),
        strong=keywords.texts("strong"),
        weak=keywords.texts("weak", ()),
        notes=top.texts("notes", ()),
        indicators=tuple(indicators.values()),
    )


def _read_indicator(entry: Entry) -> StandardIndicator:
    entry.only(("code", "levels", "name", "description", "operator", "unit", "hint", *_FLAGS, "present_if"))
    name, description = entry.text("name"), entry.text("description")
    if normal_label(name) == normal_label(description):
        raise entry.refuse("description", description, f"≠ {name}")
    operator, unit = _read_measure(entry)
    flags = {flag: entry.truth(flag) for flag in _FLAGS}
    return StandardIndicator(
        code=entry.text("code"),
        levels=tuple(_read_level(entry, text) for text in entry.texts("levels")),
        name=name,
        description=description,
        operator=operator,
        unit=unit,
        hint=entry.text("hint"),
        present_if=_read_likeness(entry.entry_or_none("present_if")),
        **flags,
    )


def _read_level(entry: Entry, text: str) -> tuple[str, str]:
    parts = [normal_label(part) for part in text.split("/")]
    if len(parts) != _LEVELS or not all(parts):
        raise entry.refuse("levels", text, "level1/level2")
    return parts[0], parts[1]


def _read_measure(entry: Entry) -> tuple[Comparator, str]:
    """Operator and unit; the hint must say the same when it is read as a 指标值."""
    signs = {comparator_sign(each): each for each in _COMPARATORS}
    sign, unit, hint = entry.choice("operator", signs), entry.text("unit", ""), entry.text("hint")
    target = read_target(hint)
    told = comparator_sign(target.comparator or Comparator.EQUAL)
    if target.confidence is not Confidence.HIGH or target.value is None:
        raise entry.refuse("hint", hint, f"{sign}1{unit}")
    if told != sign:
        raise entry.refuse("operator", sign, told)
    if target.unit != unit:
        raise entry.refuse("unit", unit, target.unit or "-")
    return signs[sign], unit


def _read_likeness(entry: Entry | None) -> Likeness:
    if entry is None:
        return Likeness()
    entry.only(("any_row_of", "words", "units"))
    is_open = "any_row_of" in entry.keys
    return Likeness(
        any_row_of=AnyRow(entry.choice("any_row_of", AnyRow)) if is_open else None,
        words=tuple(normal_label(word) for word in entry.texts("words", ())),
        units=entry.texts("units", ()),
    )
