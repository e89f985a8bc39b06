"""Commands to try the tool and to look things up."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import click

from xlgoals import operations, present
from xlgoals.catalogue import rule_page, rule_pages
from xlgoals.cli.shared import (
    COULD_NOT,
    DONE,
    console_for,
    format_option,
    language_option,
    print_json,
)
from xlgoals.doctor import Health, examine
from xlgoals.messages import Language, say
from xlgoals.profile import profile_names
from xlgoals.target import read_target, render_target, target_to_json


@click.command(short_help="用真实表走一遍 / the whole job on real tables")
@click.option(
    "-o",
    "--output",
    "folder",
    type=click.Path(path_type=Path),
    default=Path("xlgoals-demo"),
    show_default=True,
)
@language_option
def demo(folder: Path, language: Language) -> None:
    """用公开的真实表走一遍：导入、校验、汇总。 The whole job on real published tables."""
    imported, done = operations.demo(folder)
    console = console_for()
    console.print(say("demo.head", language), style="bold")
    present.show_import(console, imported, language)
    present.show_consolidation(console, done, language)
    console.print(say("demo.next", language, file=imported[0].path), highlight=False)


@click.command(short_help="规则说明 / what is checked, and why")
@click.argument("code", required=False)
@language_option
def rules(code: str | None, language: Language) -> None:
    """检查哪些内容、为什么、怎么改。 What is checked, why, an example, the cure; all rules without CODE."""
    console = console_for()
    if code is not None:
        present.show_rule(console, rule_page(code), language)
        return
    for page in rule_pages().values():
        severity = say(f"severity.{page.severity}", language)
        console.print(f"{page.code:8} {severity:4} {page.words[language].title}", highlight=False)


@click.command(short_help="指标值怎样理解 / how a target is read")
@click.argument("texts", nargs=-1, required=True)
@format_option
@language_option
def target(texts: Sequence[str], form: str, language: Language) -> None:
    """看一个指标值会被怎样理解。 How a 指标值 is read: operator, number, unit, or time limit."""
    targets = [read_target(text) for text in texts]
    if form == "json":
        print_json(
            target_to_json(targets[0]) if len(targets) == 1 else [target_to_json(each) for each in targets]
        )
        return
    console = console_for()
    for each in targets:
        told = {key: value for key, value in target_to_json(each).items() if value and key != "raw"}
        console.print(f"{each.raw}  →  {render_target(each)}", style="bold", highlight=False)
        for key, value in told.items():
            shown = say(f"target.{key}.{value}", language) if key in ("kind", "confidence") else value
            console.print(f"    {say(f'target.{key}', language)}  {shown}", highlight=False)


@click.command(short_help="自检 / what is missing here")
@format_option
@language_option
def doctor(form: str, language: Language) -> None:
    """自检：这台机器还缺什么，怎么补。 What is missing on this machine, and the cure."""
    checks = examine()
    if form == "json":
        print_json([{"key": c.key, "health": c.health.value, "detail": c.detail} for c in checks])
    else:
        console = console_for()
        styles = {Health.GOOD: "green", Health.MISSING: "yellow", Health.BAD: "bold red"}
        for check in checks:
            sentence = say(f"doctor.{check.key}.{check.health}", language, detail=check.detail)
            console.print(sentence, style=styles[check.health], highlight=False)
        console.print(say("doctor.profiles", language, names=", ".join(profile_names())), highlight=False)
    sys.exit(COULD_NOT if any(check.health is Health.BAD for check in checks) else DONE)
