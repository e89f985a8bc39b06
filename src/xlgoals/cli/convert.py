"""The command that puts a submission under the local rules of another place."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from xlgoals import operations, present
from xlgoals.cli.shared import DONE, ERRORS_FOUND, console_for, language_option
from xlgoals.cli.standard import show_not_carried
from xlgoals.messages import Language, say


@click.command(short_help="换成另一地口径 / under the local rules of another place")
@click.argument("source", type=click.Path(path_type=Path))
@click.option("--profile", required=True, metavar="PROFILE", help="换成的口径 / the rules to convert to.")
@click.option(
    "--from",
    "source_profile",
    metavar="PROFILE",
    default=None,
    help="原口径，默认取文件所写的 / its own rules.",
)
@click.option("-o", "--output", "target", type=click.Path(path_type=Path), help="Where to put the new .xlsx.")
@click.option("--dry-run", is_flag=True, help="只列出，不写文件 / tell what would be changed, write nothing.")
@language_option
def convert(
    source: Path,
    profile: str,
    source_profile: str | None,
    target: Path | None,
    dry_run: bool,
    language: Language,
) -> None:
    """换成另一地的口径，写成新的工作簿：只换各级指标的名称。 Another place's rules, into a new workbook.

    拿不准的不猜，逐格列出，由人处理；原文件不改动。 What is not certain is listed, never guessed.
    退出码 0 全部换好，1 有需要人处理的内容，2 无法处理。 Exit 0 done, 1 some left, 2 could not.
    """
    if target is None and not dry_run:
        raise click.UsageError(say("convert.output_missing", language))
    written = None if dry_run else target
    done = operations.convert(source, written, profile=profile, source_profile=source_profile)
    present.show_conversion(console_for(), done, written, language)
    if written is not None:
        show_not_carried(console_for(stderr=True), done.submission, language)
    sys.exit(ERRORS_FOUND if done.pending else DONE)
