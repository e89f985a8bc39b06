"""The modules of each project, from the texts in ``addin/vba`` and the table of commands.

A text may hold one part between ``'@ for each command`` and ``'@ end``: it is repeated for each command, with
the command's fields in place of ``{macro}`` and ``{handler}``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from xlgoals.macro.commands import Command, Commands, Place
from xlgoals.macro.project import Module, document_modules, standard_module, vba_project
from xlgoals.macro.server import server_module
from xlgoals.resources import addin_path

_REPEATED = re.compile(r"'@ for each command\n(.*?)'@ end\n", re.DOTALL)
_ADDIN = ("XlgoalsMain", "XlgoalsRibbon", "XlgoalsSettings", "XlgoalsProcess")
_COLD, _WARM = "XlgoalsStart", "XlgoalsStartWarm"
_WORKBOOK = ("XlgoalsMacros", "XlgoalsRunner")


def workbook_modules(table: Commands, place: Place) -> list[Module]:
    """The modules of a workbook with buttons: thin macros, and the runner that asks the add-in."""
    return [_module(name, table.on(place)) for name in _WORKBOOK]


def addin_modules(table: Commands) -> list[Module]:
    """The modules of the add-in: ours alone."""
    return [_module(name, table.commands) for name in (*_ADDIN, _COLD)]


def warm_addin_modules(table: Commands) -> list[Module]:
    """The modules of the add-in that keeps Python between clicks, xlwings' server among them."""
    return [*(_module(name, table.commands) for name in (*_ADDIN, _WARM)), server_module()]


def workbook_project(table: Commands, place: Place, worksheets: int) -> bytes:
    """The ``vbaProject.bin`` of a workbook with buttons, named as Excel names a project."""
    return vba_project("VBAProject", [*document_modules(worksheets), *workbook_modules(table, place)])


def addin_project(modules: Sequence[Module], worksheets: int) -> bytes:
    """The ``vbaProject.bin`` of the add-in."""
    return vba_project("Xlgoals", [*document_modules(worksheets), *modules])


def _module(name: str, commands: Sequence[Command]) -> Module:
    text = addin_path("vba", f"{name}.bas").read_text(encoding="utf-8")

    def repeat(match: re.Match[str]) -> str:
        return "".join(
            match[1].replace("{macro}", each.macro).replace("{handler}", each.handler) for each in commands
        )

    return standard_module(_REPEATED.sub(repeat, text))
