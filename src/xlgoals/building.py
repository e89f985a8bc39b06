"""Builds what carries macros: the add-in, the workbench, and a unit's workbook for each profile."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from xlgoals.form import load_form
from xlgoals.installing import ADDIN
from xlgoals.macro.commands import Place, load_commands
from xlgoals.model import Unit
from xlgoals.profile import DEFAULT_PROFILE, load_profile, profile_names
from xlgoals.workbench import load_workbench
from xlgoals.write.files import write_keeping_previous, write_new
from xlgoals.write.macros import write_addin, write_macro_template, write_warm_addin, write_workbench


def build(folder: Path) -> list[Path]:
    """Writes all of them into ``folder``; a file of other content there is kept under a dated name.

    The result depends on the program and its texts alone: built again, every byte is the same.

    Raises:
        CannotDo: a text of a macro is not ASCII, a YAML file has a mistake, or the folder is read-only.
    """
    table, form, bench = load_commands(), load_form(), load_workbench()

    def template(profile: str) -> Callable[[Path], None]:
        return lambda draft: write_macro_template(
            draft, form, load_profile(profile), table, unit=Unit(code="", name=""), year=None
        )

    makers: dict[str, Callable[[Path], None]] = {
        ADDIN: lambda draft: write_addin(draft, table),
        table.files[Place.WORKBENCH]: lambda draft: write_workbench(draft, bench, form, table),
    }
    for name in profile_names():
        makers[table.files[Place.UNIT].format(profile=name)] = template(name)
    for name, maker in makers.items():
        write_keeping_previous(folder / name, maker)
    return [folder / name for name in makers]


def build_warm(folder: Path) -> Path:
    """The add-in that keeps Python between clicks, for the xlwings of this installation.

    Raises:
        CannotDo: xlwings is not installed, or its module is not one that the changes were made for.
    """
    write_new(folder / ADDIN, lambda draft: write_warm_addin(draft, load_commands()))
    return folder / ADDIN


def make_macro_template(
    target: Path,
    *,
    profile: str | Path = DEFAULT_PROFILE,
    unit: Unit | None = None,
    year: int | None = None,
) -> Path:
    """A blank locked workbook with buttons for a unit; otherwise as :func:`xlgoals.make_template`."""
    table, form, rules = load_commands(), load_form(), load_profile(profile)
    owner = unit or Unit(code="", name="")
    write_new(target, lambda draft: write_macro_template(draft, form, rules, table, unit=owner, year=year))
    return target
