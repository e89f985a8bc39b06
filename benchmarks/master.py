"""The rows of a master: ours against XlsxWriter writing the same sheet, and one sheet beyond Excel's limit.

``python -m benchmarks.master`` builds the rows of 指标 for 1,000 submissions and writes them in processes of
their own, one writer each; the best of three counts. Memory is the peak of the process above what it held
when the rows were ready. The last run has more rows than a sheet of Excel.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
import zipfile
from pathlib import Path

from benchmarks.corpus import corpus
from xlgoals.consolidation.merge import Arrival
from xlgoals.consolidation.opinions import Opinions
from xlgoals.masterform import MasterKind, load_master_form
from xlgoals.write.book import height_for, new_workbook, put_text
from xlgoals.write.master.look import Look
from xlgoals.write.master.rows import Row, Sources, project_rows
from xlgoals.write.master.sheets import Records, draw_sheets
from xlgoals.write.splicing import write_spliced
from xlgoals.write.streaming import MOST_LINKS, Link

SUBMISSIONS = 1000
RUNS = 3
SHEET = "indicators"
BEYOND = 1_100_000
_MIB = 1 << 20
FORM = load_master_form()


def rows_of(submissions: int) -> list[Row]:
    """The rows of 指标, numbered and with their keys."""
    sources, opinions, rows = Sources(Path()), Opinions(FORM), []
    for submission in corpus(submissions):
        arrival = Arrival(path=Path("units") / submission.file, received=0.0, submission=submission)
        own = [
            each.row for project in project_rows(arrival, submission, sources) for each in project.indicators
        ]
        opinions.give({"projects": [], SHEET: own})
        rows += own
    for number, row in enumerate(rows, start=1):
        row["number"] = number
    return rows


def by_us(rows: list[Row], target: Path) -> None:
    """As the master is written, with this one sheet."""
    workbook, buffer = new_workbook("")
    look = Look(workbook, FORM)
    records = Records(FORM.sheets[SHEET], look.numbers(FORM.sheets[SHEET]))
    for row in rows:
        records.add(row)
    records.close()
    streams = draw_sheets(workbook, FORM, look, records, "")
    workbook.close()
    with target.open("wb") as stream:
        write_spliced(buffer.getvalue(), streams, stream)
    records.discard()


def by_xlsxwriter(rows: list[Row], target: Path) -> None:
    """The same sheet by XlsxWriter alone: formats, heights, and links as far as a sheet takes them."""
    workbook, buffer = new_workbook("")
    look = Look(workbook, FORM)
    spec = FORM.sheets[SHEET]
    sheet = workbook.add_worksheet(spec.name)
    for at, column in enumerate(spec.columns):
        sheet.set_column(at, at, column.width)
        put_text(sheet, 0, at, column.label, look.head)
    wrapped = [column for column in spec.columns if column.kind in (MasterKind.TEXT, MasterKind.REVIEW)]
    for number, row in enumerate(rows, start=1):
        for at, column in enumerate(spec.columns):
            value, style = row.get(column.key, ""), look.cells[column.kind]
            if isinstance(value, Link) and number <= MOST_LINKS:
                sheet.write_url(number, at, f"external:{value.file}#{value.place}", style, value.label)
            elif isinstance(value, int | float):
                sheet.write_number(number, at, value, style)
            else:
                put_text(sheet, number, at, str(value), style)
        sheet.set_row(number, height_for([(str(row.get(each.key, "")), each.width) for each in wrapped]))
    workbook.close()
    target.write_bytes(buffer.getvalue())


def beyond(rows: list[Row], target: Path) -> None:
    """More rows than a sheet has: they go on in a second one."""
    by_us([rows[number % len(rows)] for number in range(BEYOND)], target)
    with zipfile.ZipFile(target) as package:
        book = package.read("xl/workbook.xml").decode()
        if package.testzip() is not None or FORM.sheets[SHEET].part(2) not in book:
            raise RuntimeError("the book is damaged, or has one sheet only")


WRITERS = {"XlsxWriter": by_xlsxwriter, "ours": by_us, "beyond one sheet": beyond}


def peak() -> int:
    """Highest resident memory of this process so far, in bytes."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.split("VmHWM:")[1].split()[0]) * 1024


def one(writer: str) -> None:
    """One run in this process; writes what it took."""
    rows = rows_of(SUBMISSIONS)
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "master.xlsx"
        before, started, worked = peak(), time.perf_counter(), time.process_time()
        WRITERS[writer](rows, target)
        told = {
            "rows": BEYOND if writer == "beyond one sheet" else len(rows),
            "seconds": time.perf_counter() - started,
            "processor": time.process_time() - worked,
            "memory": (peak() - before) / _MIB,
            "size": target.stat().st_size / _MIB,
        }
    sys.stdout.write(json.dumps(told))


def best_of(writer: str, runs: int) -> dict[str, float]:
    """The quickest of some runs in processes of their own."""
    command = [sys.executable, "-m", "benchmarks.master", writer]
    told = []
    for _ in range(runs):
        done = subprocess.run(command, capture_output=True, encoding="utf-8", check=True)  # noqa: S603
        told.append(json.loads(done.stdout))
    return min(told, key=lambda run: float(run["seconds"]))


def main() -> None:
    """One table."""
    sys.stdout.write("writer                  rows       s  processor s   times  MiB above rows   size MiB\n")
    first = None
    for writer in WRITERS:
        best = best_of(writer, 1 if writer == "beyond one sheet" else RUNS)
        first = first or best
        times = "" if writer == "beyond one sheet" else f"{first['seconds'] / best['seconds']:.1f}"
        sys.stdout.write(
            f"{writer:<17}{best['rows']:>11,}{best['seconds']:>8.1f}{best['processor']:>13.1f}"
            f"{times:>8}{best['memory']:>16.0f}{best['size']:>11.1f}\n"
        )


if __name__ == "__main__":
    if len(sys.argv) > 1:
        one(sys.argv[1])
    else:
        main()
