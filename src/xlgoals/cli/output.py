"""Commands that put a submission on paper."""

from __future__ import annotations

from pathlib import Path

import click

from xlgoals import operations
from xlgoals.cli.shared import console_for, language_option
from xlgoals.messages import Language, say


@click.command("print", short_help="打印正式目标表 / official tables to print")
@click.argument("source", type=click.Path(path_type=Path))
@click.option(
    "-o", "--output", "target", type=click.Path(path_type=Path), required=True, help="Where to put the .xlsx."
)
@language_option
def print_(source: Path, target: Path, language: Language) -> None:
    """按正式表样输出目标表，一个项目一张。 Official tables, one sheet per project, ready to print."""
    printed = operations.print_official(source, target)
    console_for().print(
        say("print.wrote", language, file=printed.path, projects=len(printed.submission.projects)),
        highlight=False,
    )
