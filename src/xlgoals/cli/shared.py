"""What the commands share: options, where they print, what they exit with."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.text import Text

from xlgoals.findings import Finding, Severity
from xlgoals.messages import Language, shown, user_language

DONE, ERRORS_FOUND, COULD_NOT = 0, 1, 2
_PLAIN_WIDTH = 160
_LATEST_YEAR = 2100

sources_argument = click.argument("sources", nargs=-1, required=True, type=click.Path(path_type=Path))
profile_option = click.option(
    "--profile", default=None, metavar="PROFILE", help="口径 / local rules, by name or YAML file."
)
year_option = click.option(
    "--year", type=click.IntRange(2000, _LATEST_YEAR), default=None, help="预算年度 / budget year."
)
jobs_option = click.option(
    "--jobs",
    type=click.IntRange(0, 64),
    default=min(4, os.cpu_count() or 1),
    show_default=True,
    metavar="N",
    help="同时读取的进程数；0 不另起进程 / processes that read files; 0: none of their own.",
)
format_option = click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True
)


def _speak(context: click.Context, parameter: click.Parameter, value: str | None) -> Language:
    return Language(value) if value else user_language()


def language_option(command: Callable[..., None]) -> Callable[..., None]:
    """``--lang`` on every command."""
    option = click.option(
        "--lang",
        "language",
        type=click.Choice([each.value for each in Language]),
        default=None,
        callback=_speak,
        help="zh 中文, en English; default: XLGOALS_LANG, else the system's language, else zh.",
    )
    return option(command)


class _Terminal(Console):
    """A console on which the text of a cell cannot move the cursor or colour what we say."""

    def render_str(self, text: str, **options: Any) -> Text:
        """Every text goes through here, also those in tables; what controls a terminal is spelled out."""
        return super().render_str(str(shown(text)), **options)


def console_for(*, stderr: bool = False) -> Console:
    """Colour and wrapping on a terminal; whole lines when the output goes to a file or a pipe."""
    stream = sys.stderr if stderr else sys.stdout
    width = None if stream.isatty() else _PLAIN_WIDTH
    return _Terminal(stderr=stderr, width=width, soft_wrap=True, markup=False)


def print_json(document: object) -> None:
    """One document on stdout; Chinese as it is."""
    click.echo(json.dumps(document, ensure_ascii=False, indent=2))


def exit_code(findings: Iterable[Finding]) -> int:
    """0 without an error finding, 1 with one."""
    return ERRORS_FOUND if any(each.severity is Severity.ERROR for each in findings) else DONE
