"""The command that lays two versions side by side."""

from __future__ import annotations

from pathlib import Path

import click

from xlgoals import operations
from xlgoals.cli.shared import console_for, language_option, print_json
from xlgoals.errors import CannotDo
from xlgoals.messages import Language, say
from xlgoals.present.differences import comparison_to_json, show_comparison


@click.command(short_help="比对两个版本 / what differs between two versions")
@click.argument("old", type=click.Path(path_type=Path))
@click.argument("new", type=click.Path(path_type=Path))
@click.option(
    "--format", "form", type=click.Choice(["text", "json", "xlsx"]), default="text", show_default=True
)
@click.option(
    "-o", "--output", "target", type=click.Path(path_type=Path), default=None, help="Where to put the .xlsx."
)
@language_option
def diff(old: Path, new: Path, form: str, target: Path | None, language: Language) -> None:
    """比对两份报送文件、两本汇总表或两个年度，列到单元格。 Two submissions, masters or years, cell by cell.

    改名的项目和指标按相似度对应，并写明相似度。 Renamed records are matched by likeness, which is stated.

    \b
    xlgoals diff 旧.xlsx 新.xlsx
    xlgoals diff 一上汇总表.xlsx 二上汇总表.xlsx -o 比对.xlsx
    """  # noqa: D301 click wants the control character
    if form == "xlsx" and target is None:
        raise CannotDo("diff.output")
    comparison = operations.diff(old, new, target, language=language)
    if form == "json":
        print_json(comparison_to_json(comparison))
        return
    show_comparison(console_for(), comparison, language)
    if target is not None:
        console_for().print(say("diff.wrote", language, file=target), highlight=False)
