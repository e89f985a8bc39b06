"""xlwings' own module, reduced to its server: the Python that stays between clicks, where the user wants it.

What the module would otherwise take from a workbook, its folder, or the search path is cut out or replaced.
Each change names a place that must stand in the module exactly once; a release that moved it stops the build.
"""

from __future__ import annotations

import importlib.util
import re
from dataclasses import dataclass
from pathlib import Path

from xlgoals.errors import CannotDo
from xlgoals.macro.project import Module, standard_module

_SOURCE = "xlwings_custom_addin.bas"
_VERSION = re.compile(r'^Public Const XLWINGS_VERSION As String = "([0-9.]+)"$', re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One named change: ``pattern`` must match once and becomes ``text``."""

    name: str
    pattern: str
    text: str = ""

    def places(self, module: str) -> list[tuple[int, int]]:
        """Where the pattern stands in a module: start and end of each."""
        return [match.span() for match in re.finditer(self.pattern, module, re.DOTALL | re.MULTILINE)]


# The command line of the server: the interpreter of the settings, isolated, through the system's own shell,
# named in full: a program of that name may lie in the current folder.
_COMMAND = '''Function XLPyCommand()
    XLPyCommand = Environ("SystemRoot") & "\\System32\\cmd.exe /K " & Chr(34) & Chr(34) & _
                  XlgoalsInterpreter() & Chr(34) & " -I -B -c " & _
                  """import xlwings; xlwings.serve('$(CLSID)')""" & Chr(34)
End Function

'''
# The library is loaded by its full path or not at all, for the same reason.
_LOAD = """Private Sub XLPyLoadDLL()
    Dim python As String
    python = XlgoalsInterpreter()
    If python = "" Then Err.Raise 1, Description:="no interpreter"
    If LoadLibrary(ParentFolder(python) + "\\" + XLPyDLLName) = 0 Then
        If LoadLibrary(ParentFolder(ParentFolder(python)) + "\\" + XLPyDLLName) = 0 Then
            Err.Raise 1, Description:="no " + XLPyDLLName
        End If
    End If
End Sub

"""
CHANGES = (
    Change(
        name="library of the system",
        pattern=r"    #If Mac Then\n        Private Declare PtrSafe Function system Lib .*?\n    #End If\n",
    ),
    Change(
        name="library of the system, old",
        pattern=r"    #If Mac Then\n        Private Declare Function system Lib .*?\n    #End If\n",
    ),
    Change(
        name="project name",
        pattern=r'Public Const PROJECT_NAME As String = "myaddin"\n',
        text='Public Const PROJECT_NAME As String = "xlgoals"\n',
    ),
    Change(
        name="running Python by command lines",
        pattern=r"Public Function RunPython\(PythonCommand As String\)\n.*?(?=^Function XLPyCommand\(\)\n)",
    ),
    Change(
        name="command of the server",
        pattern=r"^Function XLPyCommand\(\)\n.*?^End Function\n\n",
        text=_COMMAND,
    ),
    Change(name="loading the library", pattern=r"^Private Sub XLPyLoadDLL\(\)\n.*?^End Sub\n\n", text=_LOAD),
    Change(name="functions in cells", pattern=r"^Function NDims\(.*?^End Function\n\n"),
    Change(
        name="imports and settings from workbooks",
        pattern=r"^Sub ImportPythonUDFsBase\(.*?(?=^Function ParentFolder\()",
    ),
    Change(name="further helpers", pattern=r"^Function GetDirectory\(Path\)\n.*\Z"),
)


def xlwings_folder() -> Path:
    """Where the installed xlwings lies; it is not imported, which takes half a second.

    Raises:
        CannotDo: it is not installed.
    """
    found = importlib.util.find_spec("xlwings")
    if found is None or found.origin is None:
        raise CannotDo("macro.no_xlwings")
    return Path(found.origin).parent


def server_module(source: str | None = None) -> Module:
    """The reduced module; ``source`` is the text of xlwings' module, by default the installed one.

    Raises:
        CannotDo: xlwings is not installed, or a change does not match exactly once.
    """
    if source is None:
        source = _installed_source()
    text = "\n".join(source.splitlines()) + "\n"
    version = xlwings_version(text)
    for change in CHANGES:
        places = change.places(text)
        if len(places) != 1:
            raise CannotDo("macro.xlwings_changed", place=change.name, count=len(places), version=version)
        ((start, end),) = places
        text = text[:start] + change.text + text[end:]
    return standard_module(text.rstrip("\n") + "\n")


def xlwings_release() -> str:
    """The installed release, as its module names it; raises CannotDo where it is not installed."""
    return xlwings_version(_installed_source())


def _installed_source() -> str:
    return (xlwings_folder() / _SOURCE).read_text(encoding="ascii")


def xlwings_version(source: str) -> str:
    """The release that a module of xlwings names, ``?`` where it names none."""
    found = _VERSION.search(source)
    return found[1] if found else "?"
