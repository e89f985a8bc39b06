"""What the reader of strange files does, in figures; ``make bench-intake FOLDER=…`` takes files of your own.

Without a folder it reads the files that the project makes itself: the crafted ones, the template, a batch
with bad files in it. With one it reads every file there and tells verdicts, times, and where calamine and
openpyxl, each in a process of its own, read something else. No test: figures vary with the machine.
"""

from __future__ import annotations

import argparse
import functools
import gc
import io
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from benchmarks.corpus_files import corpus_folder
from fuzz import readers
from tests.support import crafted
from xlgoals import operations
from xlgoals.errors import CannotDo
from xlgoals.form import load_form
from xlgoals.isolation import run_isolated
from xlgoals.operations import load
from xlgoals.read.opening import open_book

GOOD, BAD = 1000, 50
UNITS, ROUNDS = 200, 5
RUNS = 15


ROOT = Path(__file__).parent.parent
SHOWN_BY_TESTS = {
    "T6": "tests/test_structure.py",
    "T7": "tests/test_injection.py",
    "T8, T9": "tests/test_writes.py",
    "T11": "tests/test_crafted.py tests/test_security_docs.py",
    "T12": "tests/test_click.py",
    "T13": "tests/test_privacy.py",
}


class Verdict(NamedTuple):
    """What became of one file: the key of a sentence or nothing, seconds, peak of its process in MB."""

    key: str
    seconds: float
    megabytes: float


def verdict(path: Path) -> Verdict:
    """Runs in a process of its own; what the other readers say is asked for in others."""
    begun = time.process_time()
    key = ""
    try:
        open_book(path)
    except CannotDo as refusal:
        key = refusal.key
    return Verdict(key, time.process_time() - begun, peak())


def peak() -> float:
    """Megabytes that this process had at most; `getrusage` would count the process that started it, too."""
    status = Path("/proc/self/status").read_text("ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


def by_calamine(path: Path) -> readers.Values | None:
    """Runs in a process of its own."""
    return readers.calamine(path.read_bytes())


def by_openpyxl(path: Path) -> readers.Values | None:
    """Runs in a process of its own."""
    return readers.openpyxl(path.read_bytes())


def percentiles(values: Sequence[float]) -> str:
    """p50, p95, p99 and the worst, in milliseconds."""
    ordered = sorted(values)
    points = [ordered[min(len(ordered) - 1, int(len(ordered) * part))] * 1000 for part in (0.5, 0.95, 0.99)]
    return "p50 {:.0f}, p95 {:.0f}, p99 {:.0f}, worst {:.0f} ms".format(*points, ordered[-1] * 1000)


def fastest(call: Callable[[], object], before: Callable[[], None] = lambda: None, runs: int = RUNS) -> float:
    """Milliseconds of processor time of the fastest of some runs: others at work do not count.

    ``before`` is called before each and not counted.
    """
    taken = []
    for _ in range(runs):
        before()
        begun = time.process_time()
        call()
        taken.append((time.process_time() - begun) * 1000)
    return min(taken)


def in_turn(files: Sequence[Path], *calls: Callable[[Path], object]) -> list[float]:
    """Milliseconds a file of each of ``calls``, in turn: what disturbs one disturbs all.

    Each has another file at a time, so that none finds remembered what the one before it has read.
    """
    rounds = []
    apart = len(files) // len(calls)
    for _ in range(ROUNDS):
        taken = [0.0] * len(calls)
        for at in range(len(files)):
            for number, call in enumerate(calls):
                file = files[(at + number * apart) % len(files)]
                taken[number] += fastest(lambda call=call, file=file: call(file), runs=1)
        rounds.append([each / len(files) for each in taken])
    return min(rounds, key=sum)


def show_folder(folder: Path) -> None:
    """Verdicts, percentiles and disagreements over the workbooks in a folder."""
    files = sorted(file for file in folder.rglob("*") if file.is_file())
    verdicts: list[tuple[Path, Verdict | None]] = []
    for file, outcome in zip(files, run_isolated(verdict, files, processes=2), strict=True):
        verdicts.append((file, outcome.result))
    told = [each for _, each in verdicts if each is not None]
    print(f"T1  {len(files)} files, {len(told)} verdicts, {len(files) - len(told)} lost")
    print(f"T2  {percentiles([each.seconds for each in told])}")
    print(f"T3  peak of a process over all its files {max(each.megabytes for each in told):.0f} MB")
    for key, count in Counter(each.key or "read" for each in told).most_common():
        print(f"      {count:5} {key}")
    read = [file for file, each in verdicts if each is not None and not each.key]
    for name, reader in (("calamine", by_calamine), ("openpyxl", by_openpyxl)):
        agreed, unread, cells = 0, 0, 0
        for file, outcome in zip(read, run_isolated(reader, read, processes=2), strict=True):
            theirs: readers.Values | None = outcome.result
            if theirs is None:
                unread += 1
                continue
            wrong = list(readers.differences(open_book(file).book, theirs))
            agreed += not wrong
            cells += len(wrong)
            for sheet, place, value in wrong[:2]:
                print(f"      {file.name} {sheet} {place}: {name} reads {str(value)[:40]!r}")
        print(f"T4  {name}: {agreed} files agree, {cells} cells differ, {unread} files it refuses or dies of")


def bare(file: Path, sheets: Sequence[str] = ()) -> None:
    """Some sheets or all by calamine, as values and no more."""
    from python_calamine import CalamineWorkbook  # noqa: PLC0415

    book = CalamineWorkbook.from_filelike(io.BytesIO(file.read_bytes()))
    for sheet in sheets or book.sheet_names:
        book.get_sheet_by_name(sheet).to_python()


def forget() -> None:
    """What was read is remembered no longer, as in a new process."""
    for each in gc.get_objects():
        if isinstance(each, functools._lru_cache_wrapper) and each.__module__.startswith("xlgoals.read"):
            each.cache_clear()


def show_ratio(folder: Path) -> None:
    """P3 and P9."""
    files = {"example": Path(__file__).parent.parent / "examples" / "units" / "306101_2022_绩效目标.xlsx"}
    blank = operations.make_template(folder / "blank.xlsx")
    files["blank template"] = blank
    for name, file in files.items():
        mine, theirs = (
            fastest(lambda file=file: open_book(file), forget),
            fastest(lambda file=file: bare(file)),
        )
        print(f"P3  {name}, alone: {mine:.1f} ms, bare calamine {theirs:.1f} ms, ratio {mine / theirs:.1f}")
    units, form = sorted(corpus_folder(UNITS).glob("*.xlsx")), load_form()
    wanted = (form.projects.name, form.indicators.name)
    read, loaded, theirs = in_turn(units, open_book, load, lambda file: bare(file, wanted))
    print(f"P3  {UNITS} of one template: {read:.1f} ms a file, ratio {read / theirs:.1f}")
    print(f"P3  submission and structure, too: {loaded:.1f} ms a file, ratio {loaded / theirs:.1f}")
    print(f"P3  calamine, the two sheets of projects and indicators: {theirs:.1f} ms a file")
    size, taken = blank.stat().st_size / 1024, fastest(lambda: open_book(blank), forget)
    print(f"P9  blank template {size:.1f} KB, read in {taken:.1f} ms")


def show_batch(folder: Path) -> None:
    """A thousand good files, the same with bad ones among them."""
    inbox = folder / "batch"
    inbox.mkdir()
    for file in corpus_folder(GOOD).glob("*.xlsx"):
        shutil.copy(file, inbox)
    begun = time.perf_counter()
    alone = operations.consolidate([inbox], folder / "good.xlsx", processes=2)
    first = time.perf_counter() - begun
    bad = (
        b"",
        b"%PDF-1.7",
        crafted.cut(crafted.clean(), 0.5),
        crafted.overlapping(),
        crafted.zeros("a.bin", 64 << 20),
    )
    for number in range(BAD):
        (inbox / f"bad{number:02}.xlsx").write_bytes(bad[number % len(bad)])
    begun = time.perf_counter()
    done = operations.consolidate([inbox], folder / "mixed.xlsx", processes=2)
    second = time.perf_counter() - begun
    lines = sum(line.arrival.refusal is not None for line in done.merged.ledger)
    before, after = ({unit.unit.code for _, unit in each.merged.submissions} for each in (alone, done))
    same = "the same as alone" if before == after else "NOT the same as alone"
    print(f"batch  {len(after)} of {GOOD} good merged, {same}; {lines} of {BAD} bad in the ledger")
    print(f"batch  {first:.1f} s alone, {second:.1f} s mixed, ratio {second / first:.2f}")


def show_crafted(folder: Path) -> None:
    """The crafted files of the tests, laid into a folder and read as foreign ones."""
    from tests.test_crafted import CASES, laid  # noqa: PLC0415 (pytest is not needed for a folder of one's own)

    place = folder / "crafted"
    for number, case in enumerate(CASES):
        (place / f"{number:03}").mkdir(parents=True)
        laid(case, place / f"{number:03}")
    show_folder(place)
    wrong = []
    for number, case in enumerate(CASES):
        try:
            load(place / f"{number:03}" / case.file)
            key = ""
        except CannotDo as refusal:
            key = refusal.key
        if key != case.refusal:
            wrong.append(case.name)
    print(
        f"T5  {len(CASES) - len(wrong)} of {len(CASES)} crafted files got their right verdict {wrong or ''}"
    )


def show_tests(_folder: Path) -> None:
    """The targets that are no figures: the tests that show them are run, and their last line is told."""
    for target, files in SHOWN_BY_TESTS.items():
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *files.split()]
        done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)  # noqa: S603 — made here
        print(f"{target:6} {done.stdout.strip().rpartition(chr(10))[2]}   {files}", flush=True)


SHOWN = {"ratio": show_ratio, "crafted": show_crafted, "batch": show_batch, "tests": show_tests}


def main() -> None:
    """Prints everything that applies."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("folder", nargs="?", type=Path)
    words.add_argument("--only", choices=[*SHOWN])
    chosen = words.parse_args()
    if chosen.folder is not None:
        show_folder(chosen.folder)
        return
    with tempfile.TemporaryDirectory() as name:
        for part, show in SHOWN.items():
            if chosen.only in (None, part):
                show(Path(name))
                sys.stdout.flush()


if __name__ == "__main__":
    # A new process must find the functions by a name it can import.
    from benchmarks import intake  # noqa: PLW0406

    intake.main()
