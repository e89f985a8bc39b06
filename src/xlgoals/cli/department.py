"""Commands of the department that merges its units' workbooks."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from xlgoals import operations, present
from xlgoals.cli.shared import (
    ERRORS_FOUND,
    console_for,
    exit_code,
    language_option,
    profile_option,
    sources_argument,
)
from xlgoals.messages import Language, say


@click.command(short_help="汇总 / units' workbooks → one master")
@sources_argument
@click.option(
    "-o", "--output", "master", type=click.Path(path_type=Path), required=True, help="The master book, .xlsx."
)
@profile_option
@language_option
def consolidate(sources: Sequence[Path], master: Path, profile: str | None, language: Language) -> None:
    """把各单位工作簿汇总成一本，每行都带来源文件和单元格。 Units' workbooks → one master book.

    可以给文件，也可以给文件夹（含子文件夹）。读不出的文件记入报送台账，不影响其他单位。
    Files or folders, subfolders included. A file that cannot be read goes into the ledger with the reason.
    """
    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        transient=True,
        disable=not sys.stderr.isatty(),
    )
    with bar:
        task = bar.add_task(say("consolidate.reading", language), total=None)

        def tell(number: int, total: int, name: str) -> None:
            bar.update(task, completed=number, total=total, description=name)

        done = operations.consolidate(sources, master, profile=profile, progress=tell)
    if done.ignored:
        names = say("list.comma", language).join(path.name for path in done.ignored)
        click.echo(say("consolidate.ignored", language, names=names), err=True)
    present.show_consolidation(console_for(), done, language)
    unreadable = any(line.arrival.refusal for line in done.merged.ledger)
    sys.exit(ERRORS_FOUND if unreadable else exit_code(done.merged.findings))
