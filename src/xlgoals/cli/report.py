"""The command that makes a page of a master."""

from __future__ import annotations

from pathlib import Path

import click

from xlgoals import operations
from xlgoals.cli.shared import console_for, language_option
from xlgoals.messages import Language, say


@click.command(short_help="汇总报告网页 / a page about a master")
@click.argument("master", type=click.Path(path_type=Path))
@click.option(
    "-o", "--output", "target", type=click.Path(path_type=Path), required=True, help="Where to put the .html."
)
@language_option
def report(master: Path, target: Path, language: Language) -> None:
    """由汇总表生成一页报告，每个数字都链接到所依据的行。 One self-contained page about a master.

    \b
    xlgoals report 汇总表.xlsx -o 报告.html
    """  # noqa: D301 click wants the control character
    lines = operations.report(master, target)
    told = say(
        "report.wrote", language, file=target, projects=len(lines.projects), findings=len(lines.findings)
    )
    console_for().print(told, highlight=False)
