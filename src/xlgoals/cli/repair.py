"""Commands for workbooks that cannot be read as they are."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from xlgoals import operations
from xlgoals.cli.shared import DONE, ERRORS_FOUND, console_for, language_option, profile_option
from xlgoals.messages import Language, say
from xlgoals.rescue import line_of


@click.command(short_help="抢救受损或旧版工作簿 / a damaged or outdated workbook into a clean one")
@click.argument("source", type=click.Path(path_type=Path))
@click.option(
    "-o", "--output", "target", type=click.Path(path_type=Path), required=True, help="Where to put the .xlsx."
)
@profile_option
@language_option
def rescue(source: Path, target: Path, profile: str | None, language: Language) -> None:
    """把受损、被改动或旧版的工作簿放入干净的模板，放不下的逐条列出。 Into a clean template, the rest listed.

    原文件不改动。 The source is not changed.
    退出码 0 全部放入，1 有未能放入的内容，2 无法处理。 Exit 0 all placed, 1 some not, 2 could not be done.
    """
    done = operations.rescue(source, target, profile=profile, language=language)
    told = console_for(stderr=True)
    for remark in done.remarks:
        told.print(say(remark.key, language, **remark.details), highlight=False)
    if done.listing is not None:
        count = len(done.unplaced)
        told.print(say("rescue.some_unplaced", language, count=count, listing=done.listing), highlight=False)
    for unplaced in done.unplaced:
        click.echo(line_of(unplaced, language), err=True)  # rich would spread the tabs
    counts = {
        "projects": sum(project.declared for project in done.submission.projects),
        "indicators": sum(1 for _ in done.submission.indicators),
    }
    console = console_for()
    console.print(
        say("rescue.wrote", language, file=done.path, placed=done.placed, **counts), highlight=False
    )
    if not done.unplaced:
        console.print(say("rescue.all_placed", language), highlight=False)
    sys.exit(ERRORS_FOUND if done.unplaced else DONE)
