"""One click as the add-in makes it: a Python process of its own, on a workbook open in LibreOffice."""

from __future__ import annotations

import os
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import xlwings as xw
from xlsxwriter import Workbook

from tests.support.session import LiveOffice
from xlgoals import operations
from xlgoals.building import make_macro_template
from xlgoals.errors import CannotDo
from xlgoals.excel import guard, start
from xlgoals.excel.engines import record
from xlgoals.excel.engines.workbook import open_workbook
from xlgoals.excel.folders import VARIABLE
from xlgoals.form import load_form
from xlgoals.masterform import load_master_form
from xlgoals.messages import Language
from xlgoals.model import Unit

EXAMPLE = Path(__file__).parent.parent / "examples" / "units" / "306101_2022_绩效目标.xlsx"
NAME = "甲 乙=丙.xlsx"
HEAVY = ("pandas", "numpy", "lxml", "polars", "matplotlib", "PIL")
FORM = load_form()


@pytest.fixture
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "state"
    monkeypatch.setenv(VARIABLE, str(folder))
    return folder


@pytest.fixture
def reachable(live_office: LiveOffice, state: Path) -> Iterator[LiveOffice]:
    """LibreOffice where another process of the same user finds it."""
    with record.recorded(live_office.running.pipe):
        yield live_office


@pytest.fixture
def book(reachable: LiveOffice, tmp_path: Path) -> xw.Book:
    """A filled workbook, open, with an equals sign and a blank in its name."""
    path = tmp_path / NAME
    path.write_bytes(EXAMPLE.read_bytes())
    return reachable.open(path)[0]


def click(
    book: xw.Book, handler: str = "validate", *, isolated: bool = True
) -> subprocess.CompletedProcess[str]:
    """What the add-in runs, in the folder of the workbook."""
    words = [sys.executable, *(["-I"] if isolated else []), "-B", "-m", "xlgoals.excel", handler]
    told = [f"--wb={book.name}", "--from_xl=1", "--app=soffice", "--hwnd=0"]
    return subprocess.run(
        [*words, *told],
        cwd=Path(book.fullname).parent,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def in_process(code: str, book: xw.Book) -> subprocess.CompletedProcess[str]:
    """A click with a handler of the test's: ``code`` defines ``handler(name, book, host)``."""
    script = (
        f"import sys\nfrom xlgoals.excel.start import start\n{code}\nsys.exit(start(sys.argv[1:], handler))"
    )
    words = [sys.executable, "-I", "-B", "-c", script, "validate", f"--wb={book.name}"]
    return subprocess.run(words, capture_output=True, text=True, timeout=120, check=False)


def results(book: xw.Book) -> list[Any]:
    """The rule codes in 校验结果, or whatever its first columns hold."""
    rows: list[list[Any]] = book.sheets[FORM.results.name].range((4, 1), (400, 8)).options(ndim=2).value
    return [row for row in rows if any(value is not None for value in row)]


def locks(book: xw.Book, host: Any) -> list[bool]:
    return [host.protection(sheet) is not None for sheet in book.sheets]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["validate"], ("validate", "", 0)),
        (["fill", "--wb=a=b=c.xlsm", "--from_xl=1", "--hwnd=42"], ("fill", "a=b=c.xlsm", 42)),
        (["--wb=甲 乙.xlsx", "undo", "--app=C:\\x\\EXCEL.EXE", "--hwnd="], ("undo", "甲 乙.xlsx", 0)),
        (["validate", "--wb=--wb=x.xlsx"], ("validate", "--wb=x.xlsx", 0)),
    ],
)
def test_the_words_of_the_macro_are_understood(words: list[str], expected: tuple[str, str, int]) -> None:
    read = start.Click.read(words)
    assert (read.handler, read.book, read.window) == expected


@pytest.mark.parametrize(
    "words", [[], ["--wb=x"], ["validate", "fill"], ["import os"], ["validate", "--py=x"]]
)
def test_other_words_are_refused(words: list[str]) -> None:
    with pytest.raises(CannotDo) as refusal:
        start.Click.read(words)
    assert refusal.value.key == "click.words"


def test_a_click_validates_the_workbook_that_is_open(book: xw.Book, reachable: LiveOffice) -> None:
    assert results(book) == []
    done = click(book)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert len(results(book)) > 5
    assert all(sheet.impl.grid.protection() is not None for sheet in book.sheets)


def test_a_click_loads_no_package_for_tables(book: xw.Book) -> None:
    code = (
        "def handler(name, book, host):\n"
        "    value = book.sheets[0].range((1, 1)).value\n"
        f"    loaded = [name for name in {HEAVY!r} if name in sys.modules]\n"
        "    print(value, loaded, book.name, host.name)\n"
    )
    done = in_process(code, book)
    assert done.stdout == f"{FORM.guide.title} [] {NAME} libreoffice\n"
    assert done.stderr == ""


def test_what_was_hidden_from_xlwings_can_be_imported_afterwards() -> None:
    code = (
        "import sys\n"
        "from xlgoals.excel.light import without_tables\n"
        "with without_tables():\n"
        "    import xlwings, openpyxl\n"
        "assert not {'pandas', 'numpy', 'lxml'} & set(sys.modules), sorted(sys.modules)\n"
        "import pandas\n"
        "print(pandas.DataFrame([[1]]).shape)\n"
    )
    done = subprocess.run([sys.executable, "-I", "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "(1, 1)\n"


# ---- plants: what a workbook that was sent may bring along -----------------------------------------------

Plant = Callable[[Path, Path], None]


def evil(marker: Path) -> str:
    """A module that tells that it ran."""
    return f"import pathlib\npathlib.Path({str(marker)!r}).write_text('ran')\n"


def modules_beside(folder: Path, marker: Path) -> None:
    for name in ("xlgoals", "xlwings", "pandas", "openpyxl", "yaml", "uno", "json", "sitecustomize"):
        (folder / f"{name}.py").write_text(evil(marker), encoding="utf-8")
    (folder / "usercustomize.pth").write_text("import xlgoals\n", encoding="utf-8")


def conf_beside(folder: Path, marker: Path) -> None:
    modules = folder / "planted"
    modules.mkdir()
    modules_beside(modules, marker)
    interpreter = modules / "python"
    interpreter.write_text(f"#!/bin/sh\ntouch {marker}\n", encoding="utf-8")
    interpreter.chmod(0o755)
    lines = "".join(f'"{key}","{value}"\n' for key, value in settings(modules))
    for name in ("xlwings.conf", "xlgoals.conf"):
        (folder / name).write_text(lines, encoding="utf-8")


def zip_beside(folder: Path, marker: Path) -> None:
    for stem in (Path(NAME).stem, NAME):
        with zipfile.ZipFile(folder / f"{stem}.zip", "w") as package:
            for name in ("xlgoals", "xlwings", "pandas"):
                package.writestr(f"{name}.py", evil(marker))


def settings(modules: Path) -> list[tuple[str, str]]:
    interpreter = str(modules / "python")
    names = ("INTERPRETER", "INTERPRETER_WIN", "INTERPRETER_MAC")
    return [*((name, interpreter) for name in names), ("PYTHONPATH", str(modules))]


@pytest.mark.parametrize("plant", [modules_beside, conf_beside, zip_beside])
def test_a_plant_beside_the_workbook_never_runs(book: xw.Book, tmp_path: Path, plant: Plant) -> None:
    marker = tmp_path / "marker"
    plant(Path(book.fullname).parent, marker)
    done = click(book)
    assert (done.returncode, done.stderr) == (0, "")
    assert len(results(book)) > 5
    assert not marker.exists()


def test_the_plants_would_run_if_python_looked_into_the_folder(book: xw.Book, tmp_path: Path) -> None:
    """The test above can fail: without -I, the current folder is searched first."""
    marker = tmp_path / "marker"
    modules_beside(Path(book.fullname).parent, marker)
    click(book, isolated=False)
    assert marker.exists()


def test_a_sheet_with_settings_of_xlwings_is_no_setting(reachable: LiveOffice, tmp_path: Path) -> None:
    """The workbook says that it is ours, and brings a sheet that xlwings' own macros would obey."""
    marker = tmp_path / "marker"
    folder = tmp_path / "planted"
    folder.mkdir()
    conf_beside(folder, marker)
    path = tmp_path / "planted.xlsx"
    made = Workbook(path)
    made.add_worksheet("x").write_string(0, 0, "x")
    sheet = made.add_worksheet("xlwings.conf")
    for row, (key, value) in enumerate(settings(folder / "planted")):
        sheet.write_row(row, 0, [key, value])
    made.set_custom_property("xlgoals_template_id", FORM.id, "text")
    made.close()
    book, host = reachable.open(path)
    assert guard.is_ours(book, host)
    done = click(book)
    assert "Traceback" not in done.stderr
    assert not marker.exists()


# ---- whose workbook it is --------------------------------------------------------------------------------


def not_ours(path: Path) -> Path:
    made = Workbook(path)
    made.add_worksheet("x").write_string(0, 0, "x")
    made.close()
    return path


@pytest.mark.parametrize("handler", ["validate", "fill", "undo", "consolidate"])
def test_a_workbook_that_is_not_ours_is_refused(tmp_path: Path, handler: str) -> None:
    book, host = open_workbook(not_ours(tmp_path / "x.xlsx"))
    with pytest.raises(CannotDo) as refusal:
        guard.admit(handler, book, host)
    assert refusal.value.sentence(Language.ZH).startswith("“x.xlsx”不是绩效目标的填报工作簿")


@pytest.mark.parametrize("handler", ["doctor", "rules"])
def test_what_looks_at_no_workbook_is_let_through(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, handler: str
) -> None:
    looked: list[object] = []
    monkeypatch.setattr(guard, "is_ours", lambda book, host: looked.append(book))
    guard.admit(handler, *open_workbook(not_ours(tmp_path / "x.xlsx")))
    assert looked == []


def test_our_workbooks_are_known_by_their_identity(tmp_path: Path) -> None:
    unit = Unit(code="306101", name="某某局")
    template = operations.make_template(tmp_path / "a.xlsx", profile="cn-2021", unit=unit, year=2026)
    told = guard.identity_of(*open_workbook(template))
    assert (told["template_id"], told["profile"], told["unit_code"], told["year"]) == (
        FORM.id,
        "cn-2021",
        "306101",
        "2026",
    )
    master = EXAMPLE.parent.parent / "master.xlsx"
    assert guard.identity_of(*open_workbook(master))["template_id"] == load_master_form().id
    assert guard.is_ours(*open_workbook(master))


def test_a_click_on_a_workbook_that_is_not_ours_changes_nothing(
    reachable: LiveOffice, tmp_path: Path
) -> None:
    book, host = reachable.open(not_ours(tmp_path / "x.xlsx"))
    done = click(book)
    assert (done.returncode, done.stderr) == (0, "")
    assert book.sheets[0].used_range.value == "x"
    assert host.notes(book.sheets[0]) == {}


# ---- what goes wrong -------------------------------------------------------------------------------------


def test_without_a_session_one_sentence_is_said(state: Path) -> None:
    words = [sys.executable, "-I", "-B", "-m", "xlgoals.excel", "validate", "--wb=x.xlsx"]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.startswith("没有正在运行的会话。")
    assert len(done.stderr.splitlines()) == 1


def test_a_fault_is_written_down_without_what_cells_hold(book: xw.Book, state: Path) -> None:
    code = "def handler(name, book, host):\n    raise ValueError(book.sheets[0].range((1, 1)).value)\n"
    done = in_process(code, book)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    log = (state / "logs" / "excel.log").read_text(encoding="utf-8")
    assert "builtins.ValueError" in log
    assert FORM.guide.title not in log


def test_a_record_of_a_session_that_ended_is_dropped(state: Path) -> None:
    with record.recorded("xlgoals-nobody-answers"):
        with pytest.raises(CannotDo) as refusal:
            record.running_office()
        assert refusal.value.key == "click.no_live"
        assert list((state / "live").glob("*.json")) == []


KILLED = """
import os, signal
from xlgoals.excel.session import Session
def handler(name, book, host):
    session = Session(book, host)
    names = [sheet.name for sheet in book.sheets]
    with session.writing(names):
        assert all(host.protection(sheet) is None for sheet in book.sheets)
        host.write_texts(book.sheets[1], {(60, 2): "half done"})
        os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_process_killed_in_the_middle_leaves_a_workbook_that_works(book: xw.Book, tmp_path: Path) -> None:
    before = [sheet.impl.grid.protection() for sheet in book.sheets]
    source = Path(book.fullname).read_bytes()
    done = in_process(KILLED, book)
    assert done.returncode == -9
    assert [sheet.impl.grid.protection() for sheet in book.sheets] == [None] * len(before)
    done = click(book)
    assert (done.returncode, done.stderr) == (0, "")
    assert [sheet.impl.grid.protection() for sheet in book.sheets] == before
    assert len(results(book)) > 5
    saved = tmp_path / "saved.xlsx"
    book.save(saved)
    again, host = open_workbook(saved)
    told, template = open_workbook(EXAMPLE)
    assert [host.protection(each) for each in again.sheets] == [
        template.protection(each) for each in told.sheets
    ]
    assert Path(book.fullname).read_bytes() == source


# ---- the macro chain -------------------------------------------------------------------------------------

# Stands in for the add-in, which LibreOffice cannot load: the same words, started without waiting, for
# LibreOffice must stay free to answer.
RUNNER = """Rem Attribute VBA_ModuleType=VBAModule
Option VBASupport 1
Public Sub RunXlgoals(ByVal handler As String)
    Shell "{program}", 0, handler & " " & Chr(34) & "--wb=" & ThisWorkbook.Name & Chr(34), False
End Sub
"""


def test_the_macro_of_a_button_leads_to_python_and_back_into_cells(
    reachable: LiveOffice, tmp_path: Path, state: Path
) -> None:
    unit = Unit(code="306101", name="某某局")
    path = make_macro_template(tmp_path / "t.xlsm", profile="tianjin-2022", unit=unit, year=2026)
    book, _ = reachable.open(path, macros=True)
    program = tmp_path / "click.sh"
    program.write_text(
        f'#!/bin/sh\nexport {VARIABLE}="{state}"\nexec "{sys.executable}" -I -B -m xlgoals.excel "$@"\n',
        encoding="utf-8",
    )
    program.chmod(0o755)
    book.sheets[FORM.projects.name].range((4, 2)).value = "信息化运行维护"
    model = book.impl.document.model
    library = model.BasicLibraries.getByName("VBAProject")
    library.replaceByName("XlgoalsRunner", RUNNER.format(program=program))
    macro = "vnd.sun.star.script:VBAProject.XlgoalsMacros.XlgoalsValidate?language=Basic&location=document"
    assert results(book) == []
    model.getScriptProvider().getScript(macro).invoke((), (), ())
    end = time.monotonic() + 30
    while not results(book) and time.monotonic() < end:
        time.sleep(0.1)
    time.sleep(0.3)
    assert results(book)
    assert os.environ[VARIABLE] == str(state)
