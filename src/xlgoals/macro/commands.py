"""The table of commands (``addin/commands.yaml``): ribbon, buttons and macros are made from it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path

from xlgoals.resources import addin_path
from xlgoals.yamlfile import Entry, load_yaml

_HANDLER = re.compile(r"[a-z_]{1,31}")
_MACRO = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,30}")
_KEYTIP = re.compile(r"[A-Z0-9]{1,3}")
_LONGEST_SAYING = 255  # of a text constant in a defined name


class Place(StrEnum):
    """A workbook that bears buttons."""

    UNIT = "unit"
    WORKBENCH = "workbench"


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """One command: what Python is asked for, the macro behind its buttons, and how it is shown."""

    handler: str
    macro: str
    label: str
    screentip: str
    supertip: str
    icon: str
    """The name of a picture that Office brings, ``imageMso``."""
    keytip: str
    group: str
    buttons: frozenset[Place]


@dataclass(frozen=True, slots=True, kw_only=True)
class Commands:
    """The whole table."""

    tab: str
    tab_keytip: str
    groups: Mapping[str, str]
    """Labels by id, in the order of the ribbon."""
    commands: tuple[Command, ...]
    says: Mapping[str, str]
    """What macros say, by key."""
    files: Mapping[Place, str]
    """Names of the workbooks with buttons; ``{profile}`` stands for the name of a profile."""

    def on(self, place: Place) -> tuple[Command, ...]:
        """The commands with a button on a workbook, in the order of the table."""
        return tuple(command for command in self.commands if place in command.buttons)


def load_commands(file: Path | None = None) -> Commands:
    """The table in ``file``, or the one shipped with the package.

    Raises:
        CannotDo: the YAML is wrong; file, line, field and what is allowed are named.
    """
    return _shipped() if file is None else _read(load_yaml(file))


@cache
def _shipped() -> Commands:
    return _read(load_yaml(addin_path("commands.yaml")))


def _read(top: Entry) -> Commands:
    top.only(("files", "tab", "groups", "commands", "says"))
    groups = {item.text("id"): item.text("label") for item in top.entries("groups")}
    commands: list[Command] = []
    for item in top.entries("commands"):
        command = _command(item, tuple(groups))
        for field in ("handler", "macro", "keytip"):
            if any(getattr(command, field) == getattr(other, field) for other in commands):
                raise item.refuse(field, getattr(command, field), "once")
        commands.append(command)
    says = top.entry("says")
    for key in says.keys:
        if len(says.text(key)) > _LONGEST_SAYING or '"' in says.text(key):
            raise says.refuse(key, says.text(key), f"≤ {_LONGEST_SAYING}, no quotes")
    tab, files = top.entry("tab"), top.entry("files")
    return Commands(
        tab=tab.text("label"),
        tab_keytip=_matching(tab, "keytip", _KEYTIP),
        groups=groups,
        commands=tuple(commands),
        says=top.table("says"),
        files={place: files.text(place) for place in Place},
    )


def _command(item: Entry, groups: tuple[str, ...]) -> Command:
    item.only(("handler", "macro", "label", "screentip", "supertip", "icon", "keytip", "group", "buttons"))
    places = item.texts("buttons")
    for place in places:
        if place not in tuple(Place):
            raise item.refuse("buttons", place, " | ".join(Place))
    return Command(
        handler=_matching(item, "handler", _HANDLER),
        macro=_matching(item, "macro", _MACRO),
        label=item.text("label"),
        screentip=item.text("screentip"),
        supertip=item.text("supertip"),
        icon=_matching(item, "icon", _MACRO),
        keytip=_matching(item, "keytip", _KEYTIP),
        group=item.choice("group", groups),
        buttons=frozenset(map(Place, places)),
    )


def _matching(item: Entry, field: str, pattern: re.Pattern[str]) -> str:
    """A text that goes into code, where only a plain name is safe."""
    text = item.text(field)
    if not pattern.fullmatch(text):
        raise item.refuse(field, text, pattern.pattern)
    return text
