"""The command line: thin over :mod:`xlgoals.operations`.

Exit 0: done, no error findings. 1: done, error findings. 2: could not be done, said in one sentence on
stderr. With ``--format json`` one JSON document goes to stdout and nothing else.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from xlgoals import operations, present
from xlgoals.catalogue import finding_to_json, rule_page, rule_pages
from xlgoals.doctor import Health, examine
from xlgoals.errors import CannotDo
from xlgoals.findings import Finding, Severity
from xlgoals.messages import Language, say, user_language
from xlgoals.model import Submission, Unit
from xlgoals.profile import DEFAULT_PROFILE, profile_names
from xlgoals.target import read_target, render_target, target_to_json
from xlgoals.write.document import submission_to_json

_DONE, _ERRORS_FOUND, _COULD_NOT = 0, 1, 2
_PLAIN_WIDTH = 160
_LATEST_YEAR = 2100

_paths = click.argument("sources", nargs=-1, required=True, type=click.Path(path_type=Path))
_profile = click.option(
    "--profile", default=None, metavar="PROFILE", help="口径 / local rules, by name or YAML file."
)
_year = click.option(
    "--year", type=click.IntRange(2000, _LATEST_YEAR), default=None, help="预算年度 / budget year."
)
_format = click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True
)


def _speak(context: click.Context, parameter: click.Parameter, value: str | None) -> Language:
    return Language(value) if value else user_language()


def _lang(command: Callable[..., None]) -> Callable[..., None]:
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


def _console(*, stderr: bool = False) -> Console:
    """Colour and wrapping on a terminal; whole lines when the output goes to a file or a pipe."""
    stream = sys.stderr if stderr else sys.stdout
    width = None if stream.isatty() else _PLAIN_WIDTH
    return Console(stderr=stderr, width=width, soft_wrap=True, markup=False)


def _print_json(document: object) -> None:
    click.echo(json.dumps(document, ensure_ascii=False, indent=2))


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


@cli.command(short_help="用真实表走一遍 / the whole job on real tables")
@click.option(
    "-o",
    "--output",
    "folder",
    type=click.Path(path_type=Path),
    default=Path("xlgoals-demo"),
    show_default=True,
)
@_lang
def demo(folder: Path, language: Language) -> None:
    """用公开的真实表走一遍：导入、校验、汇总。 The whole job on real published tables."""
    imported, done = operations.demo(folder)
    console = _console()
    console.print(say("demo.head", language), style="bold")
    present.show_import(console, imported, language)
    present.show_consolidation(console, done, language)
    console.print(say("demo.next", language, file=imported[0].path), highlight=False)


@cli.command(short_help="生成空白模板 / a blank locked workbook")
@click.option(
    "-o", "--output", "target", type=click.Path(path_type=Path), required=True, help="Where to put the .xlsx."
)
@click.option("--profile", default=DEFAULT_PROFILE, show_default=True, help="口径 / local rules.")
@click.option("--unit", "code", default="", help="单位编码 / unit code, e.g. 306101.")
@click.option("--unit-name", "name", default="", help="单位名称 / unit name.")
@_year
@_lang
def template(target: Path, profile: str, code: str, name: str, year: int | None, language: Language) -> None:
    """生成空白填报模板（结构已锁定）。 A blank workbook for a unit, its structure locked."""
    path = operations.make_template(target, profile=profile, unit=Unit(code=code, name=name), year=year)
    _console().print(say("template.wrote", language, file=path), highlight=False)


@cli.command("import", short_help="公开文本转工作簿 / published text → workbooks")
@_paths
@click.option(
    "-o",
    "--output",
    "folder",
    type=click.Path(path_type=Path),
    required=True,
    help="Folder for the workbooks.",
)
@click.option("--profile", default=DEFAULT_PROFILE, show_default=True, help="口径 / local rules.")
@_year
@click.option(
    "--unit",
    "code",
    default="",
    help="单位编码，用于文中没有写明单位的表 / unit code where the text has none.",
)
@click.option("--unit-name", "name", default="", help="单位名称 / unit name.")
@_lang
def import_(
    sources: Sequence[Path],
    folder: Path,
    profile: str,
    year: int | None,
    code: str,
    name: str,
    language: Language,
) -> None:
    """把公开文本转成各单位工作簿。 Published text → one workbook per unit.

    沿用、补全和未能识别的内容逐条列在 stderr。 What was inherited or not understood is listed on stderr.
    """
    unit = Unit(code=code, name=name) if code else None
    imported = operations.import_published(sources, folder, profile=profile, year=year, unit=unit)
    present.show_observations(_console(stderr=True), [item.submission for item in imported], language)
    present.show_import(_console(), imported, language)


@cli.command(short_help="输出 JSON / a submission as JSON")
@click.argument("source", type=click.Path(path_type=Path))
@_profile
@_year
@_lang
def export(source: Path, profile: str | None, year: int | None, language: Language) -> None:
    """把报送文件输出为 JSON。 A submission as JSON on stdout; a list where a text holds several units."""
    documents = [submission_to_json(each) for each in operations.read(source, profile=profile, year=year)]
    _print_json(documents[0] if len(documents) == 1 else documents)


@cli.command(short_help="校验 / findings with cell and cure")
@_paths
@_profile
@_year
@_format
@_lang
def validate(
    sources: Sequence[Path], profile: str | None, year: int | None, form: str, language: Language
) -> None:
    """校验报送文件，逐格列出问题和改法。 Check submissions; each finding with its cell and what to do.

    退出码 0 没有错误，1 有错误，2 有文件无法读取。 Exit 0 no errors, 1 errors, 2 a file could not be read.
    """
    checked: list[tuple[Submission, list[Finding]]] = []
    refusals: list[CannotDo] = []
    for source in sources:
        try:
            read = operations.read(source, profile=profile, year=year)
            checked.extend((each, operations.validate(each, profile=profile)) for each in read)
        except CannotDo as reason:
            refusals.append(reason)
    if form == "json":
        _print_json([finding_to_json(each, language) for _, findings in checked for each in findings])
    else:
        console = _console()
        for submission, findings in checked:
            present.show_findings(console, submission, findings, language)
    for refusal in refusals:
        click.echo(refusal.sentence(language), err=True)
    if refusals:
        sys.exit(_COULD_NOT)
    sys.exit(_exit_code(each for _, findings in checked for each in findings))


@cli.command(short_help="汇总 / units' workbooks → one master")
@_paths
@click.option(
    "-o", "--output", "master", type=click.Path(path_type=Path), required=True, help="The master book, .xlsx."
)
@_profile
@_lang
def consolidate(sources: Sequence[Path], master: Path, profile: str | None, language: Language) -> None:
    """把各单位工作簿汇总成一本，每行都带来源文件和单元格。 Units' workbooks → one master book.

    可以给文件，也可以给文件夹（含子文件夹）。读不出的文件记入报送台账，不影响其他单位。
    Files or folders, subfolders included. A file that cannot be read goes into the ledger with the reason.
    """
    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        transient=True,
        disable=not sys.stderr.isatty(),
    )
    with bar:
        task = bar.add_task(say("consolidate.reading", language), total=None)

        def tell(number: int, total: int, name: str) -> None:
            bar.update(task, completed=number, total=total, description=name)

        done = operations.consolidate(sources, master, profile=profile, progress=tell)
    if done.ignored:
        names = say("list.comma", language).join(path.name for path in done.ignored)
        click.echo(say("consolidate.ignored", language, names=names), err=True)
    present.show_consolidation(_console(), done, language)
    unreadable = any(line.arrival.refusal for line in done.merged.ledger)
    sys.exit(_ERRORS_FOUND if unreadable else _exit_code(done.merged.findings))


@cli.command(short_help="规则说明 / what is checked, and why")
@click.argument("code", required=False)
@_lang
def rules(code: str | None, language: Language) -> None:
    """检查哪些内容、为什么、怎么改。 What is checked, why, an example, the cure; all rules without CODE."""
    console = _console()
    if code is not None:
        present.show_rule(console, rule_page(code), language)
        return
    for page in rule_pages().values():
        severity = say(f"severity.{page.severity}", language)
        console.print(f"{page.code:8} {severity:4} {page.words[language].title}", highlight=False)


@cli.command(short_help="指标值怎样理解 / how a target is read")
@click.argument("texts", nargs=-1, required=True)
@_format
@_lang
def target(texts: Sequence[str], form: str, language: Language) -> None:
    """看一个指标值会被怎样理解。 How a 指标值 is read: operator, number, unit, or time limit."""
    targets = [read_target(text) for text in texts]
    if form == "json":
        _print_json(
            target_to_json(targets[0]) if len(targets) == 1 else [target_to_json(each) for each in targets]
        )
        return
    console = _console()
    for each in targets:
        told = {key: value for key, value in target_to_json(each).items() if value and key != "raw"}
        console.print(f"{each.raw}  →  {render_target(each)}", style="bold", highlight=False)
        for key, value in told.items():
            shown = say(f"target.{key}.{value}", language) if key in ("kind", "confidence") else value
            console.print(f"    {say(f'target.{key}', language)}  {shown}", highlight=False)


@cli.command(short_help="自检 / what is missing here")
@_format
@_lang
def doctor(form: str, language: Language) -> None:
    """自检：这台机器还缺什么，怎么补。 What is missing on this machine, and the cure."""
    checks = examine()
    if form == "json":
        _print_json([{"key": c.key, "health": c.health.value, "detail": c.detail} for c in checks])
    else:
        console = _console()
        styles = {Health.GOOD: "green", Health.MISSING: "yellow", Health.BAD: "bold red"}
        for check in checks:
            sentence = say(f"doctor.{check.key}.{check.health}", language, detail=check.detail)
            console.print(sentence, style=styles[check.health], highlight=False)
        console.print(say("doctor.profiles", language, names=", ".join(profile_names())), highlight=False)
    sys.exit(_COULD_NOT if any(check.health is Health.BAD for check in checks) else _DONE)


def _exit_code(findings: Iterable[Finding]) -> int:
    return _ERRORS_FOUND if any(each.severity is Severity.ERROR for each in findings) else _DONE


def main() -> None:
    """Entry point: says in one sentence what could not be done; a fault of the program is not hidden."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # a console of another code page shows a mark, not a traceback
            stream.reconfigure(errors="replace")
    try:
        cli.main(standalone_mode=False)
    except CannotDo as refusal:
        click.echo(refusal.sentence(_language_in_force()), err=True)
        sys.exit(_COULD_NOT)
    except click.exceptions.Abort:
        click.echo(say("interrupted", _language_in_force()), err=True)
        sys.exit(_COULD_NOT)
    except click.ClickException as fault:
        fault.show()
        sys.exit(_COULD_NOT)
    except KeyboardInterrupt:
        click.echo(say("interrupted", _language_in_force()), err=True)
        sys.exit(_COULD_NOT)


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
