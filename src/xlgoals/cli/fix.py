"""The command that makes the edits which the rules propose."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import click

from xlgoals import operations, present
from xlgoals.cli.shared import (
    console_for,
    exit_code,
    format_option,
    language_option,
    print_json,
    profile_option,
)
from xlgoals.cli.standard import show_not_carried
from xlgoals.messages import Language, say


@click.command(short_help="按建议改正 / make the edits that the rules propose")
@click.argument("source", type=click.Path(path_type=Path))
@click.option("-o", "--output", "target", type=click.Path(path_type=Path), help="Where to put the new .xlsx.")
@click.option("--dry-run", is_flag=True, help="只列出，不写文件 / tell what would be changed, write nothing.")
@click.option(
    "--unsafe", is_flag=True, help="可能改变原意的也改 / also edits that may change what was meant."
)
@click.option(
    "--rule",
    "codes",
    multiple=True,
    metavar="CODE",
    help="只按这条规则，可重复 / this rule only; repeatable.",
)
@profile_option
@format_option
@language_option
def fix(
    source: Path,
    target: Path | None,
    dry_run: bool,
    unsafe: bool,
    codes: Sequence[str],
    profile: str | None,
    form: str,
    language: Language,
) -> None:
    """按规则的建议改正，写成新的工作簿，逐格列出改前改后。 The proposed edits, into a new workbook.

    原文件不改动，没有列出的单元格不变。 The source and all other cells stay as they are.
    退出码 0 改后没有错误，1 还有错误，2 无法处理。 Exit 0 no errors left, 1 some left, 2 could not.
    """
    if target is None and not dry_run:
        raise click.UsageError(say("fix.output_missing", language))
    written = None if dry_run else target
    fixing = operations.fix(source, written, profile=profile, unsafe=unsafe, rules=codes)
    if form == "json":
        print_json(present.fixing_to_json(fixing, written))
    else:
        present.show_fixing(console_for(), fixing, written, language)
    if written is not None:
        show_not_carried(console_for(stderr=True), fixing.submission, language)
    sys.exit(exit_code(fixing.findings_after))
