"""Commands about the standard indicators: what a type expects, and what a workbook lacks of it."""

from __future__ import annotations

import os
from pathlib import Path

import click
from rich.console import Console

from xlgoals import operations
from xlgoals.cli.shared import console_for, language_option
from xlgoals.filling import ProjectFilling
from xlgoals.library import LIBRARY_VARIABLE, IndicatorSet
from xlgoals.messages import Language, say
from xlgoals.model import Sighting, Submission
from xlgoals.profile import DEFAULT_PROFILE, Profile, load_profile
from xlgoals.reasons import reason

library_option = click.option(
    "--library",
    type=click.Path(path_type=Path),
    default=None,
    envvar=LIBRARY_VARIABLE,
    metavar="DIR",
    help=f"本部门的标准指标集文件夹 / folder with sets of your own; default: {LIBRARY_VARIABLE}.",
)
# What a copy does not hold as the source does.
_NOT_CARRIED = (
    Sighting.UNKNOWN_COLUMN,
    Sighting.UNKNOWN_SHEET,
    Sighting.NOT_UNDERSTOOD,
    Sighting.ERROR_VALUE,
    Sighting.FORMULA_IN_INPUT,
    Sighting.FORMULA_WITHOUT_VALUE,
    Sighting.MERGED_INPUT,
)


@click.command(short_help="补充标准指标 / add the standard indicators that are missing")
@click.argument("source", type=click.Path(path_type=Path))
@click.option("-o", "--output", "target", type=click.Path(path_type=Path), help="Where to put the new .xlsx.")
@click.option("--project", default=None, help="只处理这个项目 / this project only.")
@click.option("--type", "project_type", default=None, help="项目类型，见 xlgoals types / the project's type.")
@library_option
@click.option("--dry-run", is_flag=True, help="只列出，不写文件 / tell what would be added, write nothing.")
@language_option
def fill(
    source: Path,
    target: Path | None,
    project: str | None,
    project_type: str | None,
    library: Path | None,
    dry_run: bool,
    language: Language,
) -> None:
    """按项目类型补充缺少的核心指标，指标值留给单位填写。 Add missing core indicators; values stay blank.

    已有的行不改动、不调换次序，原文件不动。 Rows that exist stay as they are, and so does the source.
    """
    if target is None and not dry_run:
        raise click.UsageError(say("fill.output_missing", language))
    written = None if dry_run else target
    filling = operations.fill(source, written, project=project, project_type=project_type, library=library)
    console = console_for()
    for each in filling.projects:
        _show_project(console, each, language)
    if written is None:
        console.print(say("fill.dry", language, count=len(filling.added)), style="bold", highlight=False)
        return
    show_not_carried(console_for(stderr=True), filling.submission, language)
    key = "fill.wrote" if filling.added else "fill.wrote_same"
    console.print(say(key, language, file=written, count=len(filling.added)), style="bold", highlight=False)
    if library is not None and LIBRARY_VARIABLE not in os.environ:
        console.print(say("fill.library_note", language, folder=library), highlight=False)


@click.command(short_help="项目类型和标准指标 / project types and their standard indicators")
@click.argument("name", metavar="TYPE", required=False)
@click.option("--profile", default=DEFAULT_PROFILE, show_default=True, help="口径 / local rules.")
@library_option
@language_option
def types(name: str | None, profile: str, library: Path | None, language: Language) -> None:
    """列出项目类型；写明 TYPE 时列出该类型的标准指标。 All types; with TYPE its standard indicators."""
    sets, console = operations.types(library), console_for()
    if name is not None:
        _show_set(console, sets.get(name), load_profile(profile), language)
        return
    for each in sets.sets.values():
        counts = say("types.count", language, count=len(each.indicators), core=len(each.core))
        console.print(f"{each.id:18} {each.name}  {counts}", highlight=False)


def _show_project(console: Console, filling: ProjectFilling, language: Language) -> None:
    if filling.type is None:
        console.print(say("fill.unknown", language, project=filling.project), highlight=False)
        return
    key = "fill.adds" if filling.added else "fill.complete"
    console.print(
        say(key, language, project=filling.project, type=filling.type.name, count=len(filling.added)),
        highlight=False,
    )
    console.print(f"    {reason(filling, language)}", style="dim", highlight=False)
    for row in filling.added:
        place = f"{row.indicator.level1} · {row.indicator.level2}"
        hint = say("fill.hint", language, hint=row.hint)
        console.print(f"    + {place}  {row.indicator.name}  {hint}", highlight=False)
        console.print(f"        {row.indicator.description}", highlight=False)
        if row.proposal:
            console.print(f"        {say('fill.proposal', language, value=row.proposal)}", highlight=False)
    for standard in filling.unplaced:
        console.print(f"    {say('fill.unplaced', language, name=standard.name)}", highlight=False)


def show_not_carried(console: Console, submission: Submission, language: Language) -> None:
    """What the copy of a submission does not hold as its source does."""
    seen = [each for each in submission.observations if each.sighting in _NOT_CARRIED]
    if seen:
        console.print(say("fill.not_carried", language), highlight=False)
    for each in seen:
        told = say(f"seen.{each.sighting}", language, value=each.value, used=each.used)
        console.print(f"    {each.address}  {told}", highlight=False)


def _show_set(console: Console, shown: IndicatorSet, profile: Profile, language: Language) -> None:
    comma = say("list.comma", language)
    console.print(f"{shown.id}  {shown.name}", style="bold", highlight=False)
    about = [
        shown.about,
        say("types.keywords", language, strong=comma.join(shown.strong), weak=comma.join(shown.weak)),
        *(say("types.note", language, note=note) for note in shown.notes),
        say("types.legend", language),
    ]
    for line in about:
        console.print(f"  {line}", highlight=False)
    for each in shown.indicators:
        place = each.place_in(profile)
        mark = "*" if each.core else " "
        levels = " · ".join(place) if place else say("types.no_place", language)
        hint = say("fill.hint", language, hint=each.hint)
        console.print(f"{mark} {each.code}  {levels}  {each.name}  {hint}", highlight=False)
        console.print(f"      {each.description}", style="dim", highlight=False)
    for source in shown.source:
        console.print(f"  {say('types.source', language, source=source)}", style="dim", highlight=False)
