"""Commands that go back to the units: packages for those with faults, a list of those that owe something."""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Sequence
from pathlib import Path

import click

from xlgoals import operations
from xlgoals.cli.shared import DONE, ERRORS_FOUND, console_for, language_option, print_json
from xlgoals.consolidation.chase import to_remind
from xlgoals.excel.light import without_tables
from xlgoals.findings import Severity, count_by_severity
from xlgoals.messages import Language, say
from xlgoals.present.ledger import show_units, unit_to_json

roster_option = click.option(
    "--roster",
    type=click.Path(path_type=Path),
    default=None,
    help="单位名册 / the roster, YAML or a workbook.",
)


@click.command("return", short_help="生成退回材料 / packages for the units to correct")
@click.argument("master", type=click.Path(path_type=Path))
@click.option(
    "-o",
    "--output",
    "folder",
    type=click.Path(path_type=Path),
    required=True,
    help="Where to put the packages.",
)
@click.option("--unit", "units", multiple=True, metavar="CODE", help="只退回这些单位 / these units only.")
@click.option("--due", type=click.DateTime(["%Y-%m-%d"]), default=None, help="改正期限 / to be corrected by.")
@click.option("--contact", default="", help="主管部门联系人 / whom to ask at the department.")
@roster_option
@language_option
def return_(
    master: Path,
    folder: Path,
    units: Sequence[str],
    due: dt.datetime | None,
    contact: str,
    roster: Path | None,
    language: Language,
) -> None:
    """为有错误的单位各生成一个文件夹：标注过的工作簿副本和一页退回通知。 A folder for each faulty unit.

    单位的原文件不改动。退回登记在汇总表旁的报送台账里。
    The units' own files are not changed; each return is recorded in the ledger beside the master.
    """
    with without_tables():
        from xlgoals.returning import return_packages  # noqa: PLC0415 other commands need no xlwings

    day = None if due is None else due.date()
    done = return_packages(master, folder, units=units, due=day, contact=contact, roster=roster)
    console = console_for()
    for skipped in done.skipped:
        click.echo(skipped.reason.sentence(language), err=True)
    for package in done.packages:
        counts = count_by_severity(package.findings)
        told = {"errors": counts[Severity.ERROR], "warnings": counts[Severity.WARNING]}
        about = {"code": package.unit_code, "name": package.unit_name, "folder": package.folder}
        console.print(say("return.made", language, **about, **told), highlight=False)
        if package.is_redrawn:
            console.print(f"  {say('return.redrawn', language)}", highlight=False)
    key = "return.done" if done.packages else "return.none"
    if done.packages or not done.skipped:
        console.print(say(key, language, count=len(done.packages), folder=folder), highlight=False)
    sys.exit(ERRORS_FOUND if done.skipped else DONE)


@click.command(short_help="缺报清单和催报文字 / who owes something, and the text to send")
@click.argument("master", type=click.Path(path_type=Path))
@roster_option
@click.option("--all", "everybody", is_flag=True, help="列出所有单位 / every unit.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@language_option
def missing(master: Path, roster: Path | None, everybody: bool, form: str, language: Language) -> None:
    """按名册和报送台账列出缺报、退回未改的单位，附可直接发送的催报文字。 Who owes something.

    退出码 0：都已报送；1：有单位需要催报。 Exit 0: nobody owes anything, 1: somebody does.
    """
    told = operations.missing(master, roster=roster, language=language)
    owing = to_remind(told.units)
    if form == "json":
        print_json({"units": [unit_to_json(line) for line in told.units], "text": told.text})
    else:
        console = console_for()
        shown = told.units if everybody else owing
        if shown:
            show_units(console, shown, language)
        console.print(say("missing.count", language, owing=len(owing), all=len(told.units)), highlight=False)
        if told.text:
            console.print(f"\n{told.text}", highlight=False)
    sys.exit(ERRORS_FOUND if owing else DONE)
