"""How long a click takes, from the start of Python to the first cell, and 校验 of 2,000 rows in LibreOffice.

``make bench-click`` prints milliseconds for a new process, which the add-in starts, and for one that stays,
the add-in's warm Python. A clock around every call of the grid tells the office program's time from our own.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from xlgoals import operations
from xlgoals.excel import buttons
from xlgoals.excel.engines.libreoffice import LibreOffice, UnoDocument, open_in
from xlgoals.excel.engines.office import Running, start_office
from xlgoals.excel.engines.uno_grid import UnoGrid
from xlgoals.excel.engines.workbook import open_workbook
from xlgoals.form import load_form
from xlgoals.profile import load_profile
from xlgoals.write.template import write_template

EXAMPLE = Path(__file__).parent.parent / "examples" / "units" / "306101_2022_绩效目标.xlsx"
ROWS = 2000
RUNS = 5
_FIRST_CELL = """
import sys, time
from xlgoals.excel.light import without_tables
with without_tables():
    {imports}
def click():
    {opening}
    book.sheets[0].range((1, 1)).value
    sys.stdout.write(str(time.time()))
click()
"""
_FILE = (
    "from pathlib import Path; from xlgoals.excel.engines.workbook import open_workbook",
    "book, host = open_workbook(Path(sys.argv[1]))",
)
_OFFICE = (
    "from xlgoals.excel.engines import libreoffice, office",
    "book, host = libreoffice.book_named(libreoffice.LibreOffice(office.attach(sys.argv[2])), sys.argv[3])",
)


def new_process(parts: tuple[str, str], *words: str, isolated: bool = True) -> list[float]:
    """Milliseconds from the start of a process until it has read a cell, for each run."""
    code = _FIRST_CELL.format(imports=parts[0], opening=parts[1])
    command = [sys.executable, *(["-I", "-B"] if isolated else []), "-c", code, *words]
    taken = []
    for _ in range(RUNS):
        begun = time.time()
        done = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603 made here
        taken.append((float(done.stdout) - begun) * 1000)
    return taken


def same_process(act: Callable[[], object]) -> list[float]:
    """Milliseconds of each run in this process."""
    taken = []
    for _ in range(RUNS):
        begun = time.perf_counter()
        act()
        taken.append((time.perf_counter() - begun) * 1000)
    return taken


def large_workbook(target: Path, rows: int) -> Path:
    """The example with as many indicators as asked for: each several times, in the order of the form."""
    [submission] = operations.load(EXAMPLE)
    there = sum(len(project.indicators) for project in submission.projects)
    projects = []
    for project in submission.projects:
        indicators = [
            replace(one, name=f"{one.name}{number or ''}")
            for one in project.indicators
            for number in range(-(-rows // there))
        ]
        projects.append(replace(project, indicators=tuple(indicators[:rows])))
        rows, there = rows - len(projects[-1].indicators), there - len(project.indicators)
    made = replace(submission, projects=tuple(projects))
    write_template(
        target, load_form(), load_profile(made.profile), unit=made.unit, year=made.year, submission=made
    )
    return target


class Clock:
    """The time spent in the methods of some classes; calls of one within another count once."""

    def __init__(self, *kinds: type) -> None:
        """Puts itself around every method that the classes offer."""
        self.seconds = 0.0
        self._depth = 0
        for kind in kinds:
            methods = [
                each for each, held in vars(kind).items() if callable(held) and not each.startswith("_")
            ]
            for name in methods:
                setattr(kind, name, self._timed(getattr(kind, name)))

    def _timed(self, method: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(method)
        def measured(*words: Any, **named: Any) -> Any:
            begun = time.perf_counter()
            self._depth += 1
            try:
                return method(*words, **named)
            finally:
                self._depth -= 1
                if not self._depth:
                    self.seconds += time.perf_counter() - begun

        return measured


def validation(running: Running, file: Path) -> None:
    """校验 of a large workbook: first click, and the second one, which replaces the marks of the first."""
    book, host = open_in(running.context, file)
    clock = Clock(UnoGrid, UnoDocument, LibreOffice)
    for number in ("first", "second"):
        clock.seconds, begun = 0.0, time.perf_counter()
        buttons.run("validate", book, host)
        total = time.perf_counter() - begun
        name = f"validate {ROWS} rows, {number} click"
        office = clock.seconds
        notes = sum(len(host.notes(sheet)) for sheet in book.sheets)
        figures = f"office {office:.2f} s, own {total - office:.2f} s, {notes} notes"
        _say(f"{name:<44}{total:8.2f} s   {figures}")


def main() -> None:
    """All figures."""
    with tempfile.TemporaryDirectory() as place:
        file = Path(place) / EXAMPLE.name
        file.write_bytes(EXAMPLE.read_bytes())
        running = start_office(Path(place) / "profile", headless=True)
        try:
            book, _ = open_in(running.context, file)
            words = (str(file), running.pipe, file.name)
            _tell("new process, file opened and read", new_process(_FILE, *words))
            _tell("new process, LibreOffice read", new_process(_OFFICE, *words))
            _tell("warm process, file opened and read", same_process(lambda: _read(open_workbook(file)[0])))
            _tell("warm process, LibreOffice read", same_process(lambda: _read(book)))
            book.close()
            validation(running, large_workbook(Path(place) / "large.xlsx", ROWS))
        finally:
            running.stop()


def _read(book: Any) -> object:
    return book.sheets[0].range((1, 1)).value


def _tell(name: str, taken: list[float]) -> None:
    _say(f"{name:<44}{statistics.median(taken):8.1f} ms  (first {taken[0]:.1f}, {len(taken)} runs)")


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")


if __name__ == "__main__":
    main()
