"""Arrows point down: the layers of docs/architecture.md, checked on the imports themselves."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from graphlib import TopologicalSorter
from pathlib import Path
from types import ModuleType

import xlgoals

PACKAGE = Path(xlgoals.__file__).parent
# From the ground up; a module may import from its own layer and from those before it.
LAYERS = (
    {"messages", "resources", "model", "isolation", "escapes"},
    {"errors"},
    {"yamlfile"},
    {"form", "macro", "masterform", "rowkeys", "target"},
    {"profile", "findings", "library", "workbench"},
    {"catalogue", "converting", "filling", "folding", "owners", "places", "reasons", "waiving"},
    {"rules", "read"},
    {"comparing", "consolidation"},
    {"write"},
    {"rescue", "applying", "fixing", "installing"},
    {"building", "frames", "operations"},
    {"present", "doctor"},
    {"excel", "returning"},
    {"cli"},
    {"__main__"},
)
CELL = re.compile(r"(^|!)\$?[A-Z]{1,3}\$?[0-9]{1,7}(:|$)")
HAN = re.compile("[\u4e00-\u9fff]")
OFFICE = {"xlwings", "win32com", "uno", "openpyxl"}


def imports() -> dict[str, set[str]]:
    """Module → the modules it imports, ours by dotted name below the package."""
    found: dict[str, set[str]] = {}
    files = {
        ".".join(file.relative_to(PACKAGE).with_suffix("").parts).removesuffix(".__init__"): file
        for file in sorted(PACKAGE.rglob("*.py"))
    }
    for name, file in files.items():
        names = found.setdefault(name, set())
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                names.update(alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module is not None:
                whole = {f"{node.module}.{alias.name}" for alias in node.names}
                modules = {each for each in whole if each.removeprefix("xlgoals.") in files}
                names.update(modules if modules == whole else {node.module, *modules})
    return found


def ours(names: set[str], modules: set[str]) -> set[str]:
    stripped = {name.removeprefix("xlgoals.") for name in names if name.startswith("xlgoals.")}
    return {name for name in stripped if name in modules}


def test_every_module_has_a_layer_and_arrows_point_down() -> None:
    level = {room: number for number, rooms in enumerate(LAYERS) for room in rooms}
    graph = imports()
    upward = [
        f"{module} → {other}"
        for module, names in graph.items()
        for other in ours(names, set(graph))
        if module != "__init__" and level[other.split(".")[0]] > level[module.split(".")[0]]
    ]
    assert upward == []


def test_no_import_goes_in_a_circle() -> None:
    graph = imports()
    inner = {
        module: ours(names, set(graph)) - {module} for module, names in graph.items() if module != "__init__"
    }
    assert list(TopologicalSorter(inner).static_order())


def test_no_module_of_the_core_imports_an_office_program() -> None:
    guilty = {
        module
        for module, names in imports().items()
        if {name.split(".")[0] for name in names} & OFFICE and module.split(".")[0] != "excel"
    }
    assert guilty == set()


def test_pandas_is_not_imported_before_it_is_asked_for() -> None:
    code = "import sys, xlgoals, xlgoals.cli; print('pandas' in sys.modules or 'numpy' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_no_file_is_too_long_to_hold_one_idea() -> None:
    long = [file.name for file in PACKAGE.rglob("*.py") if len(file.read_text("utf-8").splitlines()) > 450]
    assert long == []


def texts_in_code() -> list[tuple[str, str]]:
    """Every text in the code, with its place, but for docstrings and the bilingual --help of the commands."""
    found = []
    for file in sorted(PACKAGE.rglob("*.py")):
        nodes = list(ast.walk(ast.parse(file.read_text(encoding="utf-8"))))
        documents = {id(node.value) for node in nodes if isinstance(node, ast.Expr)}
        if file.parent.name != "cli":
            found += [
                (f"{file.name}:{n.lineno}", n.value)
                for n in nodes
                if isinstance(n, ast.Constant) and isinstance(n.value, str) and id(n) not in documents
            ]
    return found


def test_no_label_stands_in_code() -> None:
    """Labels, words and sentences stand in YAML: the form, the vocabulary, the pages, the messages."""
    assert [place for place, text in texts_in_code() if HAN.search(text)] == []


def test_no_cell_stands_in_code() -> None:
    """Columns are found by heading and placed by the form; a line of a text, L1, is no cell."""
    cells = [(place, text) for place, text in texts_in_code() if CELL.search(text) and text != "L1"]
    assert cells == []


def test_public_names_are_sorted_and_exist() -> None:
    assert xlgoals.__all__ == sorted(xlgoals.__all__)
    for name in (*xlgoals.__all__, *xlgoals.__all__):  # twice: an import may put a module in a name's place
        assert not isinstance(getattr(xlgoals, name), ModuleType), name
