"""``xlgoals live``: real clicks in LibreOffice's window on a virtual screen, and the end of a session."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from xlsxwriter import Workbook

from tests.support.clicking import eventually, press_button, session
from tests.support.office import Office
from tests.support.session import LiveOffice, Screen, virtual_screen
from xlgoals.building import build, make_macro_template
from xlgoals.errors import CannotDo
from xlgoals.excel import live
from xlgoals.excel.engines import profile, record
from xlgoals.excel.engines.libreoffice import LibreOffice
from xlgoals.excel.folders import VARIABLE
from xlgoals.form import load_form
from xlgoals.macro.commands import load_commands
from xlgoals.macro.project import document_modules, standard_module, vba_project
from xlgoals.model import Unit
from xlgoals.workbench import load_workbench

EXAMPLES = Path(__file__).parent.parent / "examples"
EXAMPLE = EXAMPLES / "units" / "306101_2022_绩效目标.xlsx"
FORM, TABLE = load_form(), load_commands()
LABEL = {command.handler: command.label for command in TABLE.commands}
# Where pictures are kept that a person wants to look at; by default they go with the test's folder.
PICTURES = os.environ.get("XLGOALS_PICTURES")


@pytest.fixture
def display(screen: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, str]]:
    """A virtual screen, fonts and a state folder for everything that this test starts."""
    with virtual_screen() as shown:
        for name, value in {**screen.environment(), **shown, VARIABLE: str(tmp_path / "state")}.items():
            monkeypatch.setenv(name, value)
        yield shown


def rows(running: live.Session, sheet: str, first: int, width: int) -> list[list[Any]]:
    block = running.book.sheets[sheet].range((first, 1), (first + 600, width)).options(ndim=2).value
    return [row for row in block if any(value not in (None, "") for value in row[1:])]


def picture(screen: Screen, tmp_path: Path, name: str) -> None:
    file = screen.photograph(Path(PICTURES or tmp_path) / f"{name}.png")
    assert file.stat().st_size > 10_000


@pytest.fixture
def template(tmp_path: Path) -> Path:
    """The template with buttons, for a unit."""
    unit = Unit(code="306101", name="某某局")
    return make_macro_template(tmp_path / "306101.xlsm", profile="tianjin-2022", unit=unit, year=2026)


PROJECT = [["信息系统运行维护", "信息化建设运维", 117, 117, 0, "系统运行维护", "1.保障系统正常运行。"]]


def test_validate_and_fill_buttons_of_the_template_change_the_sheet(
    template: Path, display: dict[str, str], tmp_path: Path
) -> None:
    with session(template, display) as (running, screen):
        running.book.sheets[FORM.projects.name].range((4, 2)).value = PROJECT
        picture(screen, tmp_path, "live-template")
        assert {handler for _, handler in running.window.buttons()} == {
            command.handler for command in TABLE.commands if "unit" in command.buttons
        }

        press_button(running, screen, "validate")
        screen.answer("OK")
        eventually(lambda: not running.is_busy)
        assert rows(running, FORM.results.name, 4, 8)
        picture(screen, tmp_path, "live-validated")

        running.book.sheets[FORM.guide.name].activate()
        time.sleep(0.5)
        press_button(running, screen, "fill")
        screen.answer("Yes")
        screen.answer("OK")
        eventually(lambda: not running.is_busy)
        added = rows(running, FORM.indicators.name, 4, 8)
        assert len(added) > 3
        assert {row[1] for row in added} == {"信息系统运行维护"}
        picture(screen, tmp_path, "live-filled")
        assert all(running.host.protection(sheet) is not None for sheet in running.book.sheets)


def test_the_consolidate_button_of_the_workbench_makes_the_master(
    display: dict[str, str], tmp_path: Path
) -> None:
    build(tmp_path / "built")
    bench = load_workbench()
    [file] = [path for path in (tmp_path / "built").glob("*.xlsm") if bench.inputs.name in path.name]
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    for path in (EXAMPLES / "units").glob("*.xlsx"):
        (inbox / path.name).write_bytes(path.read_bytes())
    with session(file, display) as (running, screen):
        sheet = running.book.sheets[bench.inputs.name]
        values = sheet.range((1, 1), (30, 3)).options(ndim=2).value
        cells = {key: (row + 1, column + 1) for key, (row, column) in bench.cells(values).items()}
        master = tmp_path / "master.xlsx"
        for key, value in {"folder": str(inbox), "year": "2022", "master": str(master)}.items():
            sheet.range(cells[key]).value = value
        picture(screen, tmp_path, "live-workbench")
        press_button(running, screen, "consolidate")
        screen.answer("OK")
        eventually(master.is_file)
        listed = rows(running, bench.results.name, 4, 7)
        assert {row[1] for row in listed} >= {"306101", "306201"}
        eventually(lambda: len(running.book.app.books) == 2)  # the master is shown, behind it the workbench
        screen.to_front()
        picture(screen, tmp_path, "live-consolidated")


def test_a_workbook_without_buttons_has_the_toolbar(display: dict[str, str], tmp_path: Path) -> None:
    file = tmp_path / EXAMPLE.name
    file.write_bytes(EXAMPLE.read_bytes())
    heard: list[str] = []
    with session(file, display, lambda handler, _book, _host: heard.append(handler)) as (running, screen):
        assert list(running.window.buttons()) == []
        for handler in ("validate", "fill", "doctor"):
            screen.press(LABEL[handler])
        assert screen.button(LABEL["consolidate"]) is None
        eventually(lambda: len(heard) == 3, 5)
    assert heard == ["validate", "fill", "doctor"]
    assert file.read_bytes() == EXAMPLE.read_bytes()


def test_a_second_click_while_one_is_worked_on_is_not_taken(display: dict[str, str], template: Path) -> None:
    begun, go_on = threading.Event(), threading.Event()
    heard: list[str] = []

    def slow(handler: str, _book: object, _host: object) -> None:
        heard.append(handler)
        begun.set()
        go_on.wait(20)

    with session(template, display, slow) as (running, screen):
        press_button(running, screen, "validate")
        assert begun.wait(10)
        press_button(running, screen, "validate")
        time.sleep(1)
        go_on.set()
        time.sleep(1)
    assert heard == ["validate"]


MACROS = """Attribute VB_Name = "Planted"
Option Explicit

Public Sub Auto_Open()
    XlgoalsValidate
End Sub

Public Sub XlgoalsValidate()
    Dim file As Integer
    file = FreeFile
    Open "{marker}" For Output As #file
    Close #file
End Sub
"""


def test_no_macro_of_the_workbook_runs(
    display: dict[str, str], tmp_path: Path, live_office: LiveOffice
) -> None:
    marker, file = tmp_path / "marker", tmp_path / "planted.xlsm"
    made = Workbook(file)
    sheet = made.add_worksheet("x")
    sheet.insert_button(3, 1, {"macro": "XlgoalsValidate", "caption": "x", "width": 120, "height": 40})
    made.set_vba_name("ThisWorkbook")
    sheet.set_vba_name("Sheet1")
    binary = tmp_path / "vbaProject.bin"
    module = standard_module(MACROS.format(marker=marker))
    binary.write_bytes(vba_project("VBAProject", [*document_modules(1), module]))
    made.add_vba_project(str(binary))
    made.close()
    heard: list[str] = []
    with session(file, display, lambda handler, _book, _host: heard.append(handler)) as (running, screen):
        press_button(running, screen, "validate")
        eventually(lambda: heard, 10)
        time.sleep(0.5)
        assert screen.boxes() == []
    assert not marker.exists()
    # The test can fail: where macros may run, this one does.
    book, _ = live_office.open(file, macros=True)
    macro = "vnd.sun.star.script:VBAProject.Planted.XlgoalsValidate?language=Basic&location=document"
    book.impl.document.model.getScriptProvider().getScript(macro).invoke((), (), ())
    assert marker.exists()


# ---- the command -----------------------------------------------------------------------------------------


def command(*words: str) -> list[str]:
    return [sys.executable, "-m", "xlgoals", *words]


@contextmanager
def running_command(file: Path) -> Iterator[subprocess.Popen[str]]:
    """``xlgoals live`` in a process of its own, once the workbook is open."""
    pipe = subprocess.PIPE
    with subprocess.Popen(command("live", str(file)), stdout=pipe, stderr=pipe, text=True) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        assert line == f"“{file.name}”已在 LibreOffice 中打开，按钮可用。关闭窗口即结束。\n"
        try:
            yield process
        finally:
            process.kill()


@pytest.fixture
def unit_file(tmp_path: Path) -> Path:
    file = tmp_path / EXAMPLE.name
    file.write_bytes(EXAMPLE.read_bytes())
    return file


def open_document() -> Any:
    """What the running session has open, seen from this process."""
    return LibreOffice(record.running_office()).documents()[0]


def nothing_left(file: Path, tmp_path: Path) -> None:
    assert list((tmp_path / "state" / "live").glob("*.json")) == []
    assert not profile.lock_of(file).exists()
    assert file.read_bytes() == EXAMPLE.read_bytes()


def test_closing_the_window_ends_the_command(
    display: dict[str, str], unit_file: Path, tmp_path: Path
) -> None:
    with running_command(unit_file) as process:
        open_document().close()
        assert process.wait(20) == 0
    nothing_left(unit_file, tmp_path)


def test_ctrl_c_closes_the_window(display: dict[str, str], unit_file: Path, tmp_path: Path) -> None:
    with running_command(unit_file) as process:
        process.send_signal(signal.SIGINT)
        assert process.wait(20) == 0
    nothing_left(unit_file, tmp_path)


def test_ctrl_c_asks_about_what_was_not_saved(
    display: dict[str, str], unit_file: Path, tmp_path: Path
) -> None:
    with running_command(unit_file) as process:
        document = open_document()
        document.grids()[1].sheet.getCellByPosition(1, 40).setString("新项目")
        screen = Screen(display, document.model)
        process.send_signal(signal.SIGINT)
        eventually(lambda: screen.button("Cancel") or screen.button("Don't Save"), 15)
        assert process.poll() is None
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == 2
        assert process.stderr is not None
        assert process.stderr.read().startswith(f"“{unit_file.name}”有没有保存的内容")
    nothing_left(unit_file, tmp_path)


def test_a_session_that_was_killed_is_taken_over(
    display: dict[str, str], unit_file: Path, tmp_path: Path
) -> None:
    with running_command(unit_file) as process:
        process.kill()
        process.wait(10)
    with running_command(unit_file) as process:
        process.send_signal(signal.SIGINT)
        assert process.wait(20) == 0
    eventually(lambda: not profile.lock_of(unit_file).exists(), 10)


def test_the_open_workbook_is_validated_from_outside(
    live_office: LiveOffice, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, str(tmp_path / "state"))
    book, _ = live_office.open(EXAMPLE)
    with record.recorded(live_office.running.pipe):
        done = subprocess.run(command("validate", "--active"), capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr == f"正在校验打开的工作簿“{book.name}”，结果写在工作簿中。\n"
    assert book.sheets[FORM.results.name].range((4, 2)).value is not None


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["live", "nowhere.xlsx"], "nowhere.xlsx：没有找到这个文件。"),
        (["live", str(EXAMPLE)], "没有图形界面，不能打开窗口。"),
        (["validate"], "请写明要校验的文件，"),
        (["validate", "--active", str(EXAMPLE)], "请写明要校验的文件，"),
        (["validate", "--active"], "没有正在运行的会话。"),
    ],
)
def test_what_cannot_be_done_is_one_sentence(words: list[str], sentence: str, tmp_path: Path) -> None:
    env = {name: value for name, value in os.environ.items() if name not in ("DISPLAY", "WAYLAND_DISPLAY")}
    env[VARIABLE] = str(tmp_path)
    done = subprocess.run(command(*words), capture_output=True, text=True, env=env, check=False)
    assert done.returncode == 2
    assert done.stderr.startswith(sentence)
    assert len(done.stderr.splitlines()) == 1


def test_only_a_lock_of_our_own_profile_is_removed(tmp_path: Path) -> None:
    file, own = tmp_path / "a.xlsx", tmp_path / "own"
    lock = profile.lock_of(file)
    lock.write_text(f",user,host,25.11.2026 10:00,{own.as_uri()};", encoding="utf-8")
    profile.remove_stale_lock(file, tmp_path / "other")
    assert lock.exists()
    profile.remove_stale_lock(file, own)
    assert not lock.exists()


def test_what_libreoffice_does_not_open_is_told(live_office: LiveOffice, tmp_path: Path) -> None:
    file = tmp_path / "a.xlsx"
    file.write_bytes(EXAMPLE.read_bytes()[:2000])
    program = LibreOffice(live_office.running.context)
    with pytest.raises(CannotDo) as refusal:
        program.open(str(file), hidden=True)
    assert refusal.value.key == "libreoffice.not_opened"
