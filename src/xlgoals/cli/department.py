"""Commands of the department that merges its units' workbooks."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

from xlgoals import operations, present
from xlgoals.cli.returning import roster_option
from xlgoals.cli.shared import (
    DONE,
    ERRORS_FOUND,
    console_for,
    jobs_option,
    language_option,
    profile_option,
    sources_argument,
)
from xlgoals.messages import Language, say

_STOPPED = 130
"""What a shell answers for a program that Ctrl-C ended."""


@click.command(short_help="汇总 / units' workbooks → one master")
@sources_argument
@click.option(
    "-o", "--output", "master", type=click.Path(path_type=Path), required=True, help="The master book, .xlsx."
)
@profile_option
@roster_option
@jobs_option
@click.option(
    "--scheduler",
    default=None,
    metavar="ADDRESS",
    help="已有的 Dask 集群 / read on the workers of a Dask cluster, e.g. tcp://10.0.0.5:8786.",
)
@click.option(
    "--parquet",
    type=click.Path(path_type=Path, file_okay=False),
    default=None,
    metavar="FOLDER",
    help="另存为 Parquet / the same tables as Parquet, for DuckDB, pandas or Power BI.",
)
@language_option
def consolidate(
    sources: Sequence[Path],
    master: Path,
    profile: str | None,
    roster: Path | None,
    jobs: int,
    scheduler: str | None,
    parquet: Path | None,
    language: Language,
) -> None:
    """把各单位工作簿汇总成一本，每行都带来源文件和单元格。 Units' workbooks → one master book.

    可以给文件，也可以给文件夹（含子文件夹）。读不出的文件记入报送台账，不影响其他单位。
    没有变化的文件不会重新读取；按 Ctrl-C 可中断，下次接着做。
    Files or folders, subfolders included. A file that cannot be read goes into the ledger with the reason.
    Files that did not change are not read again; Ctrl-C stops, and the next run goes on from there.
    """
    try:
        with _bars(language) as (reading, writing):
            done = operations.consolidate(
                sources,
                master,
                profile=profile,
                processes=jobs,
                scheduler=scheduler,
                parquet=parquet,
                roster=roster,
                progress=reading,
                writing=writing,
            )
    except KeyboardInterrupt:
        click.echo(say("consolidate.stopped", language), err=True)
        sys.exit(_STOPPED)
    if done.ignored:
        names = say("list.comma", language).join(path.name for path in done.ignored)
        click.echo(say("consolidate.ignored", language, names=names), err=True)
    present.show_consolidation(console_for(), done, language)
    sys.exit(ERRORS_FOUND if done.figures.unreadable or done.figures.errors else DONE)


@contextmanager
def _bars(language: Language) -> Iterator[tuple[operations.Progress, operations.Progress]]:
    """Bars with rate and time left on a terminal, for reading and for writing; nothing elsewhere."""
    bars = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        transient=True,
        disable=not sys.stderr.isatty(),
    )
    with bars:
        reading, writing = (bars.add_task("", total=None, rate="", visible=False) for _ in range(2))
        bars.update(reading, visible=True, description=say("consolidate.reading", language, file=""))
        yield (
            _telling(bars, reading, "consolidate.reading", language),
            _telling(bars, writing, "consolidate.writing", language),
        )


def _telling(bars: Progress, task: TaskID, key: str, language: Language) -> operations.Progress:
    """What moves one of the bars, which is seen from then on."""
    begun: list[tuple[float, int]] = []

    def tell(number: int, total: int, name: str) -> None:
        now = time.monotonic()
        if not begun:
            begun.append((now, number))
        since, before = begun[0]
        rate = f"{(number - before) / (now - since):.1f}" if now > since and number > before else "…"
        bars.update(
            task,
            visible=True,
            completed=number,
            total=total,
            description=say(key, language, file=name),
            rate=say("consolidate.rate", language, rate=rate),
        )

    return tell
