"""Pictures of a live session: real clicks on the buttons of the template and of the workbench."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from PIL import Image

from tests.support.clicking import eventually, press_button, session
from tests.support.office import Office
from tests.support.session import Screen, hover, virtual_screen
from xlgoals.building import build, make_macro_template
from xlgoals.excel import live
from xlgoals.excel.folders import VARIABLE
from xlgoals.excel.host import Cell
from xlgoals.form import load_form
from xlgoals.model import Unit
from xlgoals.workbench import load_workbench

CHECKOUT = Path(__file__).parent.parent.parent
FORM, BENCH = load_form(), load_workbench()
SCENES = (
    "live-template",
    "live-marks",
    "live-results",
    "live-fill-asks",
    "live-filled",
    "live-workbench",
    "live-consolidated",
)
_COLOURS = 128
_PROJECT = "信息系统运行维护"
# A project as a unit may hand it in: the parts are less than the whole, and one indicator cannot be met.
_PROJECTS = [
    [_PROJECT, "信息化建设运维", 117, 100, 0, "机房和业务系统的运行维护", "1.保障业务系统全年稳定运行。"]
]
_INDICATORS = [
    [_PROJECT, "产出指标", "数量指标", "运行维护系统数量", "纳入运维合同的业务系统数量", "12", None],
    [_PROJECT, "产出指标", "质量指标", "系统可用率", "全年可用时间占比", "≥120%", None],
    [_PROJECT, "满意度指标", "服务对象满意度指标", "使用人员满意度", "问卷调查的满意比例", "≥90％以上", None],
]


@contextmanager
def _surroundings(settings: Mapping[str, str]) -> Iterator[None]:
    """The environment that programs started meanwhile see."""
    before = dict(os.environ)
    os.environ.update(settings)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def play(office: Office, folder: Path) -> dict[str, Path]:
    """All scenes as PNG files in ``folder``, by name."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as name, virtual_screen() as shown:
        place = Path(name)
        settings = {**office.environment(), **shown, VARIABLE: str(place / "state")}
        with _surroundings(settings):
            _unit_scenes(place, shown, folder)
            _department_scenes(place, shown, folder)
    made = {name: folder / f"{name}.png" for name in SCENES}
    for path in made.values():
        Image.open(path).convert("RGB").quantize(_COLOURS).save(path, optimize=True)
    return made


def _unit_scenes(place: Path, shown: dict[str, str], folder: Path) -> None:
    unit = Unit(code="306101", name="某某局")
    file = make_macro_template(place / "306101.xlsm", profile="tianjin-2022", unit=unit, year=2026)
    with session(file, shown) as (running, screen):
        book = running.book
        book.sheets[FORM.projects.name].range((4, 2)).value = _PROJECTS
        book.sheets[FORM.indicators.name].range((4, 2)).value = _INDICATORS
        _picture(running, screen, FORM.guide.name, (6, 2), folder / "live-template.png")

        press_button(running, screen, "validate")
        screen.answer("OK")
        eventually(lambda: not running.is_busy)
        time.sleep(0.5)
        _show(running, FORM.projects.name, (4, 4))
        hover(shown, *screen.selected_cell())
        time.sleep(2)  # until the note comes up
        screen.photograph(folder / "live-marks.png")
        _picture(running, screen, FORM.results.name, (4, 3), folder / "live-results.png")

        _show(running, FORM.guide.name, (6, 2))
        press_button(running, screen, "fill")
        eventually(lambda: screen.button("Yes"))
        time.sleep(0.5)
        screen.photograph(folder / "live-fill-asks.png")
        screen.answer("Yes")
        screen.answer("OK")
        eventually(lambda: not running.is_busy)
        time.sleep(0.5)
        screen.photograph(folder / "live-filled.png")


def _department_scenes(place: Path, shown: dict[str, str], folder: Path) -> None:
    [file] = [path for path in build(place / "built") if BENCH.inputs.name in path.name]
    shutil.copytree(CHECKOUT / "examples" / "units", file.parent / "报送")
    with session(file, shown) as (running, screen):
        sheet = running.book.sheets[BENCH.inputs.name]
        cells = BENCH.cells(sheet.range((1, 1), (30, 3)).options(ndim=2).value)
        for key, value in {"folder": "报送", "year": "2022", "master": "汇总表.xlsx"}.items():
            row, column = cells[key]
            sheet.range((row + 1, column + 1)).value = value
        _picture(running, screen, BENCH.inputs.name, (4, 2), folder / "live-workbench.png")
        press_button(running, screen, "consolidate")
        screen.answer("OK")
        eventually((file.parent / "汇总表.xlsx").is_file)
        eventually(lambda: len(running.book.app.books) == 2)
        screen.to_front()
        _picture(running, screen, BENCH.results.name, (4, 3), folder / "live-consolidated.png")


def _show(running: live.Session, sheet: str, cell: Cell) -> None:
    running.host.go_to(running.book.sheets[sheet], cell)
    time.sleep(0.7)


def _picture(running: live.Session, screen: Screen, sheet: str, cell: Cell, file: Path) -> None:
    """A sheet with one of its cells selected."""
    _show(running, sheet, cell)
    screen.photograph(file)
