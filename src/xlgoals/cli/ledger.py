"""The ledger of what came: what stands in it, whether it is whole, and what people put on record."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from xlgoals import operations
from xlgoals.cli.returning import roster_option
from xlgoals.cli.shared import DONE, ERRORS_FOUND, console_for, format_option, language_option, print_json
from xlgoals.consolidation.events import State
from xlgoals.messages import Language, say
from xlgoals.present.ledger import entry_to_json, show_conflicts, show_entries

_STATES = {
    "withdraw": State.WITHDRAWN,
    "return": State.RETURNED,
    "reinstate": State.RECEIVED,
    "declare": State.NOTHING,
}
master_argument = click.argument("master", type=click.Path(path_type=Path))
why_option = click.option("--why", required=True, help="理由，记入台账 / the reason, kept in the ledger.")


@click.group(short_help="报送台账 / the ledger of what units sent")
def ledger() -> None:
    """汇总表旁的报送台账：每个文件何时由谁登记为什么状态。 The ledger beside a master.

    \b
    xlgoals ledger list 汇总表.xlsx
    xlgoals ledger verify 汇总表.xlsx
    xlgoals ledger record withdraw 汇总表.xlsx 306201 --why "单位来函撤回"
    xlgoals ledger record declare 汇总表.xlsx 306203 --why "单位来函说明本年度没有项目"
    xlgoals ledger conflicts 汇总表.xlsx
    xlgoals ledger decide 汇总表.xlsx 0a1b2c3d4e --keep 306101 --why "经会商由该单位申报"
    """  # noqa: D301 click wants the control character


@ledger.command("list", short_help="列出登记 / what was recorded")
@master_argument
@click.option("--unit", default=None, metavar="CODE", help="只看这个单位 / this unit only.")
@format_option
@language_option
def list_(master: Path, unit: str | None, form: str, language: Language) -> None:
    """按时间列出全部登记。 Everything that was recorded, the oldest first."""
    with operations.open_ledger(master) as book:
        entries = [each for each in book.entries() if unit is None or each.event.unit == unit]
    if form == "json":
        print_json([entry_to_json(each) for each in entries])
    else:
        show_entries(console_for(), entries, language)


@ledger.command(short_help="核对是否被改动 / whether it is as it was recorded")
@master_argument
@click.option(
    "--head", default=None, metavar="HASH", help="上次记下的末条指纹 / the last hash as noted elsewhere."
)
@language_option
def verify(master: Path, head: str | None, language: Language) -> None:
    """逐条核对指纹链；末条指纹可抄存，下次用 --head 比对。 Looks through the chain of hashes.

    退出码 0：完好；1：被改动过，指出第几条。 Exit 0: whole, 1: changed, and where.
    """
    with operations.open_ledger(master) as book:
        verdict = book.verify()
        known = head is None or any(each.hash == head for each in book.entries()) if verdict.holds else False
    console = console_for()
    if not verdict.holds:
        console.print(say("ledger.broken", language, number=verdict.broken_at), style="red", highlight=False)
        sys.exit(ERRORS_FOUND)
    if not known:
        console.print(say("ledger.head_gone", language, head=head), style="red", highlight=False)
        sys.exit(ERRORS_FOUND)
    console.print(say("ledger.whole", language, count=verdict.count, head=verdict.head), highlight=False)
    sys.exit(DONE)


@ledger.command(short_help="登记撤回、退回、恢复、无数据 / put on record")
@click.argument("deed", type=click.Choice(list(_STATES)))
@master_argument
@click.argument("subject")
@why_option
@click.option("--year", type=int, default=None, help="预算年度 / budget year, where a unit has several.")
@language_option
def record(deed: str, master: Path, subject: str, why: str, year: int | None, language: Language) -> None:
    """登记一件事：SUBJECT 是单位编码或台账中的文件名。 SUBJECT is a unit code or a file of the ledger.

    \b
    withdraw  撤回：文件不再算数        return     退回：已退回修改
    reinstate 恢复：撤回或退回不再有效  declare    无数据：单位另行声明没有项目
    """  # noqa: D301 click wants the control character
    entry = operations.record(master, _STATES[deed], subject, why, year=year)
    state = say(f"state.{_STATES[deed]}", language)
    told = say("ledger.recorded", language, number=entry.number, who=entry.who, subject=subject, state=state)
    console_for().print(told, highlight=False)


@ledger.command(short_help="列出冲突 / projects that two files claim")
@master_argument
@roster_option
@language_option
def conflicts(master: Path, roster: Path | None, language: Language) -> None:
    """列出两个文件都申报的项目：双方的内容、位置和建议。 Both values, both places, and what is recommended.

    退出码 0：没有未裁定的冲突；1：有。 Exit 0: all are decided, 1: some are not.
    """
    found = operations.conflicts(master, roster=roster)
    show_conflicts(console_for(), found, language)
    waiting = sum(each.decision is None for each in found)
    console_for().print(say("conflict.count", language, count=len(found), waiting=waiting), highlight=False)
    sys.exit(ERRORS_FOUND if waiting else DONE)


@ledger.command(short_help="裁定冲突 / decide a conflict")
@master_argument
@click.argument("conflict")
@click.option(
    "--keep", required=True, metavar="CODE|both|none", help="以哪个单位为准 / whose project stands."
)
@why_option
@language_option
def decide(master: Path, conflict: str, keep: str, why: str, language: Language) -> None:
    """记下以哪个单位的项目为准，以后的汇总照此办理；both 各自保留，none 取消裁定。 Later runs respect it."""
    entry = operations.decide(master, conflict, "" if keep == "none" else keep, why)
    told = say(
        "conflict.recorded", language, number=entry.number, project=entry.event.details["project"], keep=keep
    )
    console_for().print(told, highlight=False)
