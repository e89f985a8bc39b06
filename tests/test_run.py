"""A run that is stopped or killed leaves the old master or the new one, and the next run goes on."""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

import openpyxl
import pytest

import xlgoals
from tests.support.books import write_submission
from tests.support.extent import tries
from tests.support.seed import seed_submissions
from xlgoals.consolidation.cache import cache_beside
from xlgoals.consolidation.journal import journal_beside, runs
from xlgoals.consolidation.ledger import Ledger, ledger_beside
from xlgoals.consolidation.run import Errand
from xlgoals.operations.readers import in_processes

FILES = 24
KILLS = tries(50, short=5)
_TIMED = {"日志", "报送台账"}
# The command; with two processes, another one writes 问题清单 of however small a master.
_COMMAND = "from xlgoals.cli import main; from xlgoals.write.master import apart\napart.WORTH_IT = 1\nmain()"


def many(folder: Path, count: int) -> Path:
    """A folder with small workbooks of as many units."""
    units = folder / "units"
    units.mkdir()
    first = write_submission(folder / "first.xlsx", seed_submissions()[1])
    data = first.read_bytes()
    first.unlink()
    for number in range(count):
        code = f"{306300 + number}"
        path = units / f"{code}.xlsx"
        path.write_bytes(data)
        rename(path, code)
    return units


def rename(path: Path, code: str) -> None:
    """Another unit code in place of that of the seed."""
    with zipfile.ZipFile(path) as package:
        parts = [(info, package.read(info)) for info in package.infolist()]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        for info, data in parts:
            package.writestr(info, data.replace(b"306201", code.encode()))


def command(units: Path, master: Path, jobs: int) -> list[str]:
    words = ["consolidate", str(units), "-o", str(master), "--jobs", str(jobs), "--lang", "zh"]
    return [sys.executable, "-c", _COMMAND, *words]


def content(master: Path) -> dict[str, list[tuple[object, ...]]]:
    """All cells of a master, without the two sheets that tell when a run took place."""
    book = openpyxl.load_workbook(master)
    assert all(sheet.max_row > 1 for sheet in book if sheet.title in ("项目", "指标"))
    return {
        sheet.title: [tuple(row) for row in sheet.iter_rows(values_only=True)]
        for sheet in book
        if sheet.title not in _TIMED
    }


def states(master: Path) -> dict[str, str]:
    with Ledger.open(ledger_beside(master), create=False) as ledger:
        assert ledger.verify().holds
        return {key[0]: each.state.value for key, each in ledger.files().items()}


def kept(master: Path) -> int:
    """Files that the cache of a master holds, as another process sees it."""
    place = f"{cache_beside(master).as_uri()}?mode=ro"
    with suppress(sqlite3.Error), closing(sqlite3.connect(place, uri=True)) as connection:
        return int(connection.execute("SELECT count(*) FROM files").fetchone()[0])
    return 0


def waited(condition: Iterator[bool], seconds: float = 120) -> None:
    end = time.monotonic() + seconds
    while not next(condition):
        assert time.monotonic() < end
        time.sleep(0.02)


@pytest.mark.parametrize("jobs", [0, 2])
def test_ctrl_c_stops_and_the_next_run_goes_on(tmp_path: Path, jobs: int) -> None:
    units, master = many(tmp_path, 150), tmp_path / "master.xlsx"
    process = subprocess.Popen(
        command(units, master, jobs), stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True
    )
    waited(iter(lambda: kept(master) > 0, None))
    os.killpg(process.pid, signal.SIGINT)
    _, errors = process.communicate(timeout=120)
    assert process.returncode == 130, errors.decode()
    assert "已中断" in errors.decode()
    assert not master.exists()
    assert not [each for each in tmp_path.iterdir() if each.suffix == ".xlsx"]
    done = xlgoals.consolidate([units], master)
    assert 0 < done.run.read < 150
    assert len(states(master)) == 150


@pytest.mark.timeout(tries(3600, short=300))
@pytest.mark.parametrize("jobs", [0, 2])
def test_kills_at_any_moment_leave_a_whole_master(tmp_path: Path, jobs: int) -> None:
    chance = random.Random(7)  # noqa: S311 — no secret
    units, calm = many(tmp_path, FILES), tmp_path / "calm" / "master.xlsx"
    begun = time.monotonic()
    subprocess.run(command(units, calm, jobs), capture_output=True, check=False)
    takes = time.monotonic() - begun
    wanted = content(calm)
    master = tmp_path / "kills" / "master.xlsx"
    whole = set()
    for number in range(KILLS):
        process = subprocess.Popen(
            command(units, master, jobs), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        time.sleep(takes * chance.uniform(0.05, 1.0))
        process.send_signal(signal.SIGKILL)
        process.wait()
        if master.exists():
            assert content(master) == wanted
            whole.add(number)
            # The next kill hits a run that has something to replace: another time, and the same minute.
            touched = units / f"{306300 + number % FILES}.xlsx"
            os.utime(touched, ns=(touched.stat().st_mtime_ns + 1,) * 2)
    subprocess.run(command(units, master, jobs), capture_output=True, check=False)
    assert content(master) == wanted
    assert states(master) == {f"../units/{306300 + number}.xlsx": "received" for number in range(FILES)}
    assert not list(master.parent.glob(".~xlgoals-*.xlsx"))
    assert runs(journal_beside(master))[-1].files == FILES


def test_processes_make_the_same_master(tmp_path: Path) -> None:
    units = many(tmp_path, 6)
    (units / "坏.xlsx").write_bytes(b"PK")
    done = [
        xlgoals.consolidate([units], tmp_path / name / "master.xlsx", processes=processes)
        for name, processes in (("a", 0), ("b", 1), ("c", 2))
    ]
    assert [each.run.read for each in done] == [7, 7, 7]
    contents = [content(each.master) for each in done]
    assert contents[0] == contents[1] == contents[2]
    assert done[0].figures == done[2].figures


def test_progress_counts_every_file_once(tmp_path: Path) -> None:
    units = many(tmp_path, 3)
    told: list[tuple[int, int, str]] = []

    def tell(*what: object) -> None:
        told.append(what)  # type: ignore[arg-type]

    xlgoals.consolidate([units], tmp_path / "m.xlsx", progress=tell)
    xlgoals.consolidate([units], tmp_path / "m.xlsx", progress=tell)
    names = [f"{306300 + number}.xlsx" for number in range(3)]
    assert told == [*((n, 3, name) for n, name in enumerate(names, start=1)), (3, 3, "")]
    told.clear()
    xlgoals.consolidate([units], tmp_path / "new.xlsx", writing=tell)
    xlgoals.consolidate([units], tmp_path / "new.xlsx", writing=tell)  # nothing changed: nothing is written
    assert told == [(n, 3, "new.xlsx") for n in (1, 2, 3)]


def test_memory_holds_a_window_only(tmp_path: Path) -> None:
    """However many files there are, only a few are asked for before the first answer is taken."""
    asked = 0

    def errands() -> Iterator[Errand]:
        nonlocal asked
        for number in range(1000):
            asked += 1
            yield Errand(tmp_path / f"{number}.xlsx", None)

    parcels = in_processes(2)(errands())
    next(parcels)
    assert asked <= 32
    parcels.close()  # type: ignore[attr-defined]
