"""口径: the local rules in force, read from ``templates/profiles/*.yaml``.

A profile names the indicator tree, what the rules mean by its levels, which are required, the money
unit, and where a severity differs from the catalogue. The tree is never a constant of the program:
the trees of 财预〔2015〕88号 and 财预〔2021〕101号 are in use side by side.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path

from xlgoals.errors import CannotDo
from xlgoals.form import normal_label
from xlgoals.resources import resource_path
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
class Profile:
    """One set of local rules."""

    id: str
    title: Mapping[str, str]
    """By language."""
    basis: tuple[str, ...]
    """文号 and titles of the documents it follows."""
    money_unit: str
    tree: Mapping[str, tuple[str, ...]]
    """一级指标 → its 二级指标, in the order of the form."""
    roles: Mapping[Role, frozenset[str]]
    required_level2: tuple[str, ...]
    spellings: Mapping[str, str]
    """Every accepted spelling of a level → the level: itself, its synonyms, and each without its suffix."""
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
            "tree",
            "roles",
            "required_level2",
            "level_suffix",
            "synonyms",
            "severities",
        )
    )
    tree = top.lists("tree")
    levels = {*tree, *(level2 for branch in tree.values() for level2 in branch)}
    roles_entry = top.entry("roles")
    roles_entry.only(Role)
    roles = {role: frozenset(roles_entry.texts(role, ())) for role in Role}
    for role, names in roles.items():
        for name in sorted(names - levels):
            raise roles_entry.refuse(role, name, ", ".join(sorted(levels)))
    required = top.texts("required_level2")
    for name in required:
        if name not in levels:
            raise top.refuse("required_level2", name, ", ".join(sorted(levels)))
    synonyms = top.table("synonyms")
    synonyms_entry = top.entry("synonyms")
    for name, meant in synonyms.items():
        if meant not in levels:
            raise synonyms_entry.refuse(name, meant, ", ".join(sorted(levels)))
    severities_entry = top.entry("severities")
    severities = {code: severities_entry.choice(code, _SEVERITIES) for code in severities_entry.keys}
    return Profile(
        id=top.text("id"),
        title=top.table("title"),
        basis=top.texts("basis"),
        money_unit=top.text("money_unit"),
        tree=tree,
        roles=roles,
        required_level2=required,
        spellings=_spellings(levels, synonyms, top.text("level_suffix")),
        severities=severities,
    )


def _spellings(levels: set[str], synonyms: Mapping[str, str], suffix: str) -> Mapping[str, str]:
    whole = {**synonyms, **{level: level for level in levels}}
    short = {name.removesuffix(suffix): level for name, level in whole.items()}
    return {**short, **whole}
