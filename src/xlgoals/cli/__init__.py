"""The command line: thin over :mod:`xlgoals.operations`.

Exit 0: done, no error findings. 1: done, error findings. 2: could not be done, said in one sentence on
stderr. With ``--format json`` one JSON document goes to stdout and nothing else.
"""

from __future__ import annotations

import sys

import click

from xlgoals.cli import (
    addin,
    comparing,
    convert,
    department,
    fix,
    learn,
    ledger,
    live,
    output,
    publish,
    repair,
    report,
    returning,
    standard,
    units,
)
from xlgoals.cli.shared import COULD_NOT
from xlgoals.errors import CannotDo
from xlgoals.messages import Language, say, user_language


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(package_name="xlgoals")
def cli() -> None:
    """项目支出绩效目标表：模板、校验、汇总。 Goal tables of budget projects.

    \b
    先试一试 / try it:      xlgoals demo
    空白模板 / template:    xlgoals template -o 申报表.xlsx --unit 306101 --unit-name 某某局 --year 2026
    校验 / validate:        xlgoals validate 306101_2026_绩效目标.xlsx
    汇总 / consolidate:     xlgoals consolidate 各单位文件夹 -o 汇总表.xlsx
    """  # noqa: D301 click wants the control character


for _command in (
    learn.demo,
    units.template,
    units.import_,
    units.export,
    units.validate,
    live.live,
    output.print_,
    publish.publish,
    repair.rescue,
    standard.fill,
    fix.fix,
    convert.convert,
    department.consolidate,
    comparing.diff,
    report.report,
    returning.return_,
    returning.missing,
    ledger.ledger,
    standard.types,
    learn.rules,
    learn.target,
    learn.doctor,
    addin.addin,
):
    cli.add_command(_command)


def main() -> None:
    """Entry point: says in one sentence what could not be done; a fault of the program is not hidden."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # a console of another code page shows a mark, not a traceback
            stream.reconfigure(errors="replace")
    try:
        cli.main(standalone_mode=False)
    except CannotDo as refusal:
        click.echo(refusal.sentence(_language_in_force()), err=True)
        sys.exit(COULD_NOT)
    except click.exceptions.Abort:
        click.echo(say("interrupted", _language_in_force()), err=True)
        sys.exit(COULD_NOT)
    except click.ClickException as fault:
        fault.show()
        sys.exit(COULD_NOT)
    except KeyboardInterrupt:
        click.echo(say("interrupted", _language_in_force()), err=True)
        sys.exit(COULD_NOT)


def _language_in_force() -> Language:
    """The ``--lang`` of the command that failed; its context is gone by then, so the words are looked at."""
    words = sys.argv[1:]
    for word, following in zip(words, [*words[1:], ""], strict=True):
        chosen = (
            following
            if word == "--lang"
            else word.removeprefix("--lang=")
            if word.startswith("--lang=")
            else ""
        )
        if chosen in tuple(Language):
            return Language(chosen)
    return user_language()
