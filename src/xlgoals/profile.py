"""口径: the local rules in force, read from ``templates/profiles/*.yaml``.

A profile names the indicator tree, what the rules mean by its levels, which are required, units of money,
operators and weights of the place's own form, and where a severity differs from the catalogue. The tree is
never a constant of the program: the trees of 财预〔2015〕88号 and 财预〔2021〕101号 are in use side by side.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path

from xlgoals.errors import CannotDo
from xlgoals.form import load_form, normal_label
from xlgoals.model import Comparator
from xlgoals.resources import resource_path
from xlgoals.target import comparator_sign
from xlgoals.yamlfile import Entry, load_yaml

DEFAULT_PROFILE = "tianjin-2022"
_SEVERITIES = ("error", "warning", "advice", "off")


class Role(StrEnum):
    """What a level is about, whatever a place calls it."""

    OUTPUT = "output"
    BENEFIT = "benefit"
    SATISFACTION = "satisfaction"
    QUANTITY = "quantity"
    QUALITY = "quality"
    TIME = "time"
    COST = "cost"


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """Points of the indicators, where the place says how they add up."""

    declared: bool
    """Whether the unit states them with its goals; else only when it evaluates itself."""
    sums: tuple[int, ...]
    """What they may add up to; 90 where the execution of the budget has the other 10."""
    levels: Mapping[str, int]
    """Level 1 → its points; empty where the place leaves that open."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """One set of local rules."""

    id: str
    title: Mapping[str, str]
    """By language."""
    basis: tuple[str, ...]
    """文号 and titles of the documents it follows."""
    money_unit: str
    """Of the workbook that a unit fills in: always the unit of :class:`~xlgoals.model.Money`, 万元."""
    local_money_unit: str
    """Of the place's own form, where it is another one: amounts are converted when they are copied there."""
    tree: Mapping[str, tuple[str, ...]]
    """一级指标 → its 二级指标, in the order of the form."""
    roles: Mapping[Role, frozenset[str]]
    required_level2: tuple[str, ...]
    spellings: Mapping[str, str]
    """Every accepted spelling of a level → the level: itself, its synonyms, and each without its suffix."""
    operators: frozenset[Comparator]
    """What the place's own form offers; empty where no list is known."""
    weights: Weights | None
    severities: Mapping[str, str]
    """Rule code → error, warning, advice or off."""

    def level(self, text: str) -> str:
        """A level in the words of this profile; the text itself, without white space, if it is unknown.

        >>> load_profile("tianjin-2022").level("效果指标")
        '效益指标'
        """
        known = self.spellings.get(text)
        if known is not None:
            return known
        plain = normal_label(text)
        return self.spellings.get(plain, plain)

    def plays(self, role: Role, level: str) -> bool:
        """Whether a level 1 or level 2 text stands for ``role``."""
        return self.level(level) in self.roles[role]

    def allows(self, level1: str, level2: str) -> bool:
        """Whether the pair is a branch of the tree."""
        return self.level(level2) in self.tree.get(self.level(level1), ())


def profile_names() -> tuple[str, ...]:
    """Ids of the profiles shipped with the package, sorted."""
    return tuple(sorted(file.stem for file in resource_path("profiles").glob("*.yaml")))


def load_profile(name: str | Path) -> Profile:
    """A profile by id, or from a YAML file of one's own.

    Raises:
        CannotDo: no profile of that name (the known ones are listed), or the YAML is wrong.
    """
    if isinstance(name, Path) or str(name).endswith((".yaml", ".yml")):
        return _read_profile(load_yaml(Path(name)))
    if name not in profile_names():
        raise CannotDo("profile.unknown", name=name, known=", ".join(profile_names()))
    return _shipped_profile(name)


@cache
def _shipped_profile(name: str) -> Profile:
    return _read_profile(load_yaml(resource_path("profiles", f"{name}.yaml")))


def _read_profile(top: Entry) -> Profile:
    top.only(
        (
            "id",
            "title",
            "basis",
            "money_unit",
            "local_money_unit",
            "tree",
            "roles",
            "required_level2",
            "level_suffix",
            "synonyms",
            "operators",
            "weights",
            "severities",
        )
    )
    tree = top.lists("tree")
    levels = {*tree, *(level2 for branch in tree.values() for level2 in branch)}
    required = top.texts("required_level2")
    for name in required:
        _known(top, "required_level2", name, levels)
    synonyms = top.table("synonyms")
    for name, meant in synonyms.items():
        _known(top.entry("synonyms"), name, meant, levels)
    severities_entry = top.entry("severities")
    severities = {code: severities_entry.choice(code, _SEVERITIES) for code in severities_entry.keys}
    units = load_form().official.money_units
    # Amounts are kept and written in one unit: under another label they would be wrong by its factor.
    money_unit = top.choice("money_unit", [unit for unit, worth in units.items() if worth == 1])
    return Profile(
        id=top.text("id"),
        title=top.table("title"),
        basis=top.texts("basis"),
        money_unit=money_unit,
        local_money_unit=top.choice("local_money_unit", units, money_unit),
        tree=tree,
        roles=_roles(top.entry("roles"), levels),
        required_level2=required,
        spellings=_spellings(levels, synonyms, top.text("level_suffix")),
        operators=_operators(top),
        weights=_weights(top.entry_or_none("weights"), tree),
        severities=severities,
    )


def _known(entry: Entry, field: str, name: str, levels: Iterable[str]) -> None:
    if name not in levels:
        raise entry.refuse(field, name, ", ".join(sorted(levels)))


def _roles(entry: Entry, levels: set[str]) -> Mapping[Role, frozenset[str]]:
    entry.only(Role)
    roles = {role: frozenset(entry.texts(role, ())) for role in Role}
    for role, names in roles.items():
        for name in sorted(names):
            _known(entry, role, name, levels)
    return roles


def _operators(top: Entry) -> frozenset[Comparator]:
    by_sign = {comparator_sign(comparator): comparator for comparator in Comparator}
    names = top.texts("operators", ())
    for name in names:
        _known(top, "operators", name, by_sign)
    return frozenset(by_sign[name] for name in names)


def _weights(entry: Entry | None, tree: Mapping[str, tuple[str, ...]]) -> Weights | None:
    if entry is None:
        return None
    entry.only(("declared", "sums", "levels"))
    sums = tuple(int(text) if text.isascii() and text.isdigit() else 0 for text in entry.texts("sums"))
    if not sums or min(sums) == 0:
        raise entry.refuse("sums", ", ".join(entry.texts("sums")), "[90, 100]")
    points = entry.entry("levels")
    for name in points.keys:
        _known(points, name, name, tree)
    levels = {name: points.whole(name) for name in points.keys}
    if levels and sum(levels.values()) not in sums:
        raise entry.refuse("levels", str(sum(levels.values())), " | ".join(map(str, sums)))
    return Weights(declared=entry.truth("declared"), sums=sums, levels=levels)


def _spellings(levels: set[str], synonyms: Mapping[str, str], suffix: str) -> Mapping[str, str]:
    whole = {**synonyms, **{level: level for level in levels}}
    short = {name.removesuffix(suffix): level for name, level in whole.items()}
    return {**short, **whole}
