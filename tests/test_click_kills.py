"""A process is killed in the middle of any operation: the workbook is locked, usable, not written over.

Each click is a process of its own on a workbook that is open in LibreOffice, as the add-in makes it.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import xlwings as xw

from tests.support.desk import Look, locks
from tests.support.extent import tries
from tests.support.session import LiveOffice
from xlgoals import operations
from xlgoals.building import build
from xlgoals.excel.contents import states
from xlgoals.excel.engines import record
from xlgoals.excel.engines.workbook import open_workbook
from xlgoals.excel.folders import VARIABLE
from xlgoals.excel.host import Host
from xlgoals.form import load_form
from xlgoals.workbench import load_workbench

EXAMPLES = Path(__file__).parent.parent / "examples" / "units"
EXAMPLE = EXAMPLES / "306101_2022_绩效目标.xlsx"
SCRIPT = Path(__file__).parent / "support" / "dying.py"
FORM = load_form()
BENCH = load_workbench()
TRIED = tries(5, short=1)
"""Moments of one operation at which it is killed, from its first change to its last."""
KILLED = -9


@pytest.fixture
def desk(live_office: LiveOffice, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[LiveOffice]:
    """LibreOffice where another process of the same user finds it."""
    monkeypatch.setenv(VARIABLE, str(tmp_path / "state"))
    with record.recorded(live_office.running.pipe):
        yield live_office


def dying(book: xw.Book, handler: str, where: str, number: int) -> subprocess.CompletedProcess[str]:
    """A click that is cut off before its ``number``th change; with 0 it comes to its end."""
    words = [sys.executable, "-I", "-B", str(SCRIPT), where, str(number), handler, f"--wb={book.name}"]
    return subprocess.run(words, capture_output=True, text=True, timeout=120, check=False)


def click(book: xw.Book, handler: str) -> None:
    """A click as the add-in makes it."""
    words = [sys.executable, "-I", "-B", "-m", "xlgoals.excel", handler, f"--wb={book.name}"]
    done = subprocess.run(words, capture_output=True, text=True, timeout=120, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def moments(book: xw.Book, handler: str, where: str) -> list[int]:
    """Some of the moments at which the operation can be cut off, found by running it to its end."""
    done = dying(book, handler, where, 0)
    assert done.returncode == 0, done.stderr
    count = int(done.stdout)
    assert count >= 2
    if TRIED == 1:
        return [1 + count // 2]
    return sorted({1 + (count - 1) * step // (TRIED - 1) for step in range(TRIED)})


def opened(desk: LiveOffice, *before: str) -> tuple[xw.Book, Host]:
    """The example, after some clicks that came to their end."""
    book, host = desk.open(EXAMPLE)
    for handler in before:
        done = dying(book, handler, "host", 0)
        assert done.returncode == 0, done.stderr
    return book, host


def entered(book: xw.Book, host: Host) -> Look:
    """What people enter, and how it looks."""
    names = (FORM.projects.name, FORM.indicators.name)
    cells = [(row, column) for row in range(3, 140) for column in range(1, 10)]
    return {name: states(book.sheets[name], host, cells) for name in names}


# Operation, what was clicked before it, and what takes back what a cut-off one left; the first three always.
CASES = [
    ("validate", ("validate",), "validate"),
    ("fix", ("validate",), "undo"),
    ("undo", ("fill",), "undo"),
    ("validate", (), "validate"),
    ("fill", (), "undo"),
][: tries(5, short=3)]


@pytest.mark.timeout(tries(3600, short=300))
@pytest.mark.parametrize(("handler", "before", "again"), CASES)
def test_a_workbook_works_on_after_a_click_that_was_killed(
    desk: LiveOffice, tmp_path: Path, handler: str, before: tuple[str, ...], again: str
) -> None:
    book, host = opened(desk, *before)
    tried = moments(book, handler, "host")
    finished = entered(book, host)
    for number in tried:
        desk.close_all()  # a click finds its workbook by name
        shutil.rmtree(tmp_path / "state" / "undo", ignore_errors=True)
        book, host = opened(desk)
        untouched, locked = entered(book, host), locks(book, host)
        for each in before:
            dying(book, each, "host", 0)
        marked = entered(book, host)
        source = Path(book.fullname).read_bytes()
        assert dying(book, handler, "host", number).returncode == KILLED
        click(book, again)
        assert locks(book, host) == locked, number
        assert Path(book.fullname).read_bytes() == source == EXAMPLE.read_bytes()
        expected = {"validate": finished, "undo": untouched if handler == "undo" else marked}[again]
        seen = entered(book, host)
        if again == "undo" and handler == "fix" and seen != expected:
            click(book, "validate")  # marks that the cut-off operation had lifted come again with 校验
            seen = entered(book, host)
        assert seen == expected, number
        click(book, "validate")
        saved = tmp_path / f"saved-{number}.xlsx"
        book.save(saved)
        again_open, again_host = open_workbook(saved)
        assert locks(again_open, again_host) == locks(*open_workbook(EXAMPLE))
        (submission,) = operations.load(saved)
        assert submission.projects


@pytest.mark.parametrize("where", ["host", "file"])
def test_a_consolidation_that_was_killed_leaves_no_half_master(
    desk: LiveOffice, tmp_path: Path, where: str
) -> None:
    build(tmp_path / "built")
    [source] = [path for path in (tmp_path / "built").glob("*.xlsm") if BENCH.inputs.name in path.name]
    book, _, _ = bench_with_inbox(desk, source)
    for number in moments(book, "consolidate", where):
        desk.close_all()
        book, host, folder = bench_with_inbox(desk, source)
        locked, sent = locks(book, host), contents_of(folder / "inbox")
        assert dying(book, "consolidate", where, number).returncode == KILLED
        master = folder / "master.xlsx"
        if master.exists():  # whole or not at all
            open_workbook(master)
        click(book, "consolidate")
        assert locks(book, host) == locked
        assert contents_of(folder / "inbox") == sent
        assert Path(book.fullname).read_bytes() == source.read_bytes()
        assert {sheet.name for sheet in open_workbook(master)[0].sheets} >= {FORM.projects.name}
        listed = book.sheets[BENCH.results.name].range((4, 2), (5, 2)).value
        assert listed == ["306101", "306201"]


def test_a_printing_that_was_killed_leaves_no_half_book(desk: LiveOffice) -> None:
    book, _ = desk.open(EXAMPLE)
    for number in moments(book, "print", "file"):
        desk.close_all()
        book, host = desk.open(EXAMPLE)
        folder, locked = Path(book.fullname).parent, locks(book, host)
        assert dying(book, "print", "file", number).returncode == KILLED
        click(book, "print")
        assert locks(book, host) == locked
        assert Path(book.fullname).read_bytes() == EXAMPLE.read_bytes()
        printed = [path for path in folder.glob("[!.]*.xlsx") if path.name != book.name]
        assert printed
        for path in printed:  # whole or not at all
            open_workbook(path)


def bench_with_inbox(desk: LiveOffice, source: Path) -> tuple[xw.Book, Host, Path]:
    """The workbench with its cells filled in, open in a folder of its own."""
    book, host = desk.open(source)
    folder = Path(book.fullname).parent
    shutil.copytree(EXAMPLES, folder / "inbox")
    sheet = book.sheets[BENCH.inputs.name]
    cells = BENCH.cells(sheet.range((1, 1), (30, 3)).options(ndim=2).value)
    for key, value in {"folder": "inbox", "year": "2022", "master": "master.xlsx"}.items():
        row, column = cells[key]
        sheet.range((row + 1, column + 1)).value = value
    return book, host, folder


def contents_of(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}
