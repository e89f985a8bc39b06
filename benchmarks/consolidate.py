"""1,000 workbooks → one validated master: ours beside the scripts a user would write, and the floor.

``make bench-consolidate`` prints one table, measured in one run on the same files, each program in a process
of its own. Wall time and processor time are both told: on a machine that others use, only the latter can be
compared. ``make bench-consolidate FILES=100`` is quicker; ``LARGE=10000`` adds a run over ten times as many.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.corpus_files import corpus_folder

_FLOOR = """
import sys, zipfile
from pathlib import Path
from xml.parsers.expat import ParserCreate
for path in sorted(Path(sys.argv[1]).glob("*.xlsx")):
    with zipfile.ZipFile(path) as package:
        for name in package.namelist():
            if name.endswith((".xml", ".rels")):
                ParserCreate().Parse(package.read(name), True)
"""
_CALAMINE = """
import sys
from pathlib import Path
from python_calamine import CalamineWorkbook
for path in sorted(Path(sys.argv[1]).glob("*.xlsx")):
    book = CalamineWorkbook.from_path(str(path))
    for name in ("\u9879\u76ee", "\u6307\u6807"):
        book.get_sheet_by_name(name).to_python()
"""
_READ = """
import sys
from pathlib import Path
from xlgoals.operations.submissions import load_unit_workbook
for path in sorted(Path(sys.argv[1]).glob("*.xlsx")):
    load_unit_workbook(path)
"""
_PACKAGES = ("XlsxWriter", "pandas", "openpyxl", "python-calamine")
_TICK = 0.1


@dataclass(frozen=True, slots=True)
class Cost:
    """What one program took."""

    seconds: float
    processor: float
    megabytes: float
    """Memory of all its processes together, at its peak."""


def cost_of(command: Sequence[str]) -> Cost:
    """Runs a program and watches it; what it says on stderr is passed on where it fails."""
    begun, before = time.perf_counter(), os.times()
    process = subprocess.Popen(  # noqa: S603 — made here
        command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, start_new_session=True
    )
    peak = 0.0

    def watch() -> None:
        nonlocal peak
        while process.poll() is None:
            peak = max(peak, memory_of(process.pid))
            time.sleep(_TICK)

    watcher = threading.Thread(target=watch)
    watcher.start()
    _, errors = process.communicate()
    watcher.join()
    after = os.times()
    # 1 is told by a run that found errors in the units' tables; a program that broke down says so as well.
    if process.returncode not in (0, 1) or b"Traceback" in errors:
        raise SystemExit(errors.decode())
    used = after.children_user + after.children_system - before.children_user - before.children_system
    return Cost(time.perf_counter() - begun, used, peak)


def memory_of(session: int) -> float:
    """Megabytes in use by all processes of a session, shared pages counted once (Linux only)."""
    total = 0
    for place in Path("/proc").glob("[0-9]*"):
        try:
            if os.getsid(int(place.name)) == session:
                rollup = (place / "smaps_rollup").read_text("ascii")
                total += int(rollup.partition("\nPss:")[2].split()[0])
        except (OSError, IndexError, ValueError):
            continue
    return total / 1024


def ours(units: Path, master: Path, jobs: int) -> list[str]:
    """Our own command."""
    words = ["consolidate", str(units), "-o", str(master), "--jobs", str(jobs)]
    return [sys.executable, "-m", "xlgoals", *words]


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=1000)
    parser.add_argument("--large", type=int, default=0, help="a further run over so many files")
    parser.add_argument("--only", nargs="*", default=(), help="ours, pandas, openpyxl, calamine, floor")
    chosen = parser.parse_args()
    units = corpus_folder(chosen.files)
    size = sum(file.stat().st_size for file in units.glob("*.xlsx"))
    versions = ", ".join(f"{each} {importlib.metadata.version(each)}" for each in _PACKAGES)
    print(f"Python {platform.python_version()}, {versions}, {os.cpu_count()} cores")
    print(f"{chosen.files} workbooks, {size / chosen.files / 1024:.0f} KB each")
    with tempfile.TemporaryDirectory() as folder:
        _print_table(chosen, units, Path(folder))


def _print_table(chosen: argparse.Namespace, units: Path, out: Path) -> None:
    python = sys.executable
    programs = {
        "floor: unzip and expat": ("floor", [python, "-c", _FLOOR, str(units)]),
        "bare calamine, two sheets": ("calamine", [python, "-c", _CALAMINE, str(units)]),
        "ours, gate and strict read": ("ours", [python, "-c", _READ, str(units)]),
        "ours, 1 process": ("ours", ours(units, out / "one" / "m.xlsx", 0)),
        "ours, nothing changed": ("ours", ours(units, out / "one" / "m.xlsx", 0)),
        "ours, 2 processes": ("ours", ours(units, out / "two" / "m.xlsx", 2)),
        "openpyxl, copy": (
            "openpyxl",
            [python, "-m", "benchmarks.naive_openpyxl", str(units), str(out / "o.xlsx")],
        ),
        "pandas, glob and concat": (
            "pandas",
            [python, "-m", "benchmarks.naive_pandas", str(units), str(out / "p.xlsx")],
        ),
    }
    _print("", "seconds", "processor s", "ms a file", "MB at peak")
    costs = {}
    for name, (kind, command) in programs.items():
        if not chosen.only or kind in chosen.only:
            costs[name] = cost_of(command)
            _row(name, costs[name], chosen.files)
    if chosen.large:
        shutil.rmtree(out / "two", ignore_errors=True)
        cost = cost_of(ours(corpus_folder(chosen.large), out / "large" / "m.xlsx", 2))
        _row(f"ours, 2 processes, {chosen.large} files", cost, chosen.large)
    naive = costs.get("pandas, glob and concat")
    for name in ("ours, 1 process", "ours, 2 processes"):
        if naive and name in costs:
            seconds = naive.seconds / costs[name].seconds
            processor = naive.processor / costs[name].processor
            print(f"{name}: {seconds:.1f} times as fast as pandas, {processor:.1f} by processor time")
    if "ours, nothing changed" in costs:
        share = costs["ours, nothing changed"].processor / costs["ours, 1 process"].processor
        print(f"nothing changed: {share:.1%} of the first run")


def _row(name: str, cost: Cost, files: int) -> None:
    _print(
        name,
        f"{cost.seconds:.1f}",
        f"{cost.processor:.1f}",
        f"{cost.processor / files * 1000:.1f}",
        f"{cost.megabytes:.0f}",
    )


def _print(name: str, *figures: str) -> None:
    print(f"{name:36}" + "".join(f"{figure:>13}" for figure in figures), flush=True)


if __name__ == "__main__":
    main()
