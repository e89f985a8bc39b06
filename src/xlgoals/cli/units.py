"""Commands about one unit's workbook."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from xlgoals import operations, present
from xlgoals.building import make_macro_template
from xlgoals.catalogue import finding_to_json
from xlgoals.cli.live import refuse_both, validate_active
from xlgoals.cli.shared import (
    COULD_NOT,
    console_for,
    exit_code,
    format_option,
    language_option,
    print_json,
    profile_option,
    sources_argument,
    year_option,
)
from xlgoals.errors import CannotDo
from xlgoals.messages import Language, say
from xlgoals.model import Unit
from xlgoals.operations import Imported
from xlgoals.profile import DEFAULT_PROFILE
from xlgoals.read.flat_form import load_flat
from xlgoals.write.document import submission_to_json


@click.command(short_help="生成空白模板 / a blank locked workbook")
@click.option(
    "-o", "--output", "target", type=click.Path(path_type=Path), required=True, help="Where to put the .xlsx."
)
@click.option("--profile", default=DEFAULT_PROFILE, show_default=True, help="口径 / local rules.")
@click.option("--unit", "code", default="", help="单位编码 / unit code, e.g. 306101.")
@click.option("--unit-name", "name", default="", help="单位名称 / unit name.")
@year_option
@click.option("--macro", is_flag=True, help="带按钮的 .xlsm，需要加载项 / with buttons that call the add-in.")
@language_option
def template(
    target: Path, profile: str, code: str, name: str, year: int | None, macro: bool, language: Language
) -> None:
    """生成空白填报模板（结构已锁定）。 A blank workbook for a unit, its structure locked."""
    if (target.suffix.lower() == ".xlsm") is not macro:
        raise CannotDo("macro.suffix", file=target)
    make = make_macro_template if macro else operations.make_template
    path = make(target, profile=profile, unit=Unit(code=code, name=name), year=year)
    console_for().print(say("template.wrote", language, file=path), highlight=False)


@click.command("import", short_help="公开文本、旧表转工作簿 / texts, old forms, lists → workbooks")
@sources_argument
@click.option(
    "-o",
    "--output",
    "folder",
    type=click.Path(path_type=Path),
    required=True,
    help="Folder for the workbooks.",
)
@click.option("--profile", default=DEFAULT_PROFILE, show_default=True, help="口径 / local rules.")
@year_option
@click.option(
    "--unit",
    "code",
    default="",
    help="单位编码，用于文中没有写明单位的表 / unit code where the text has none.",
)
@click.option("--unit-name", "name", default="", help="单位名称 / unit name.")
@click.option(
    "--columns",
    type=click.Path(path_type=Path),
    default=None,
    metavar="MAPPING.yaml",
    help="清单各列的读法：表头文字: 栏目 / which column of a list holds what.",
)
@language_option
def import_(
    sources: Sequence[Path],
    folder: Path,
    profile: str,
    year: int | None,
    code: str,
    name: str,
    columns: Path | None,
    language: Language,
) -> None:
    """把公开文本、旧表样或清单转成各单位工作簿。 Published text, forms, lists → one workbook per unit.

    沿用、补全和未能识别的内容逐条列在 stderr。 What was inherited or not understood is listed on stderr.
    """
    unit = Unit(code=code, name=name) if code else None
    imported = operations.import_published(
        sources, folder, profile=profile, year=year, unit=unit, columns=columns
    )
    for line in _columns_read(imported, language):
        click.echo(line, err=True)
    present.show_observations(console_for(stderr=True), [item.submission for item in imported], language)
    present.show_import(console_for(), imported, language)


def _columns_read(imported: Sequence[Imported], language: Language) -> Iterator[str]:
    """How each column of a list was read, once a source, and where that is kept."""
    names = {key: texts[0] for key, texts in load_flat().columns.items()}
    read = dict.fromkeys((item.submission.file, column) for item in imported for column in item.columns)
    alike: dict[str, list[str]] = {}
    for file, column in read:
        head = " ".join(column.head.split())
        details = {"file": file, "cell": column.cell, "head": head}
        if column.field is None:
            yield say("legacy.column_skipped", language, **details)
        elif names[column.field] == head:
            alike.setdefault(file, []).append(head)
        else:
            yield say("legacy.column_read", language, **details, field=names[column.field])
    for file, heads in alike.items():
        yield say("legacy.columns_alike", language, file=file, count=len(heads), heads="、".join(heads))
    for item in imported:
        if item.columns_file is not None:
            yield say("legacy.columns_kept", language, file=item.columns_file)


@click.command(short_help="输出 JSON / a submission as JSON")
@click.argument("source", type=click.Path(path_type=Path))
@profile_option
@year_option
@language_option
def export(source: Path, profile: str | None, year: int | None, language: Language) -> None:
    """把报送文件输出为 JSON。 A submission as JSON on stdout; a list where a text holds several units."""
    documents = [submission_to_json(each) for each in operations.load(source, profile=profile, year=year)]
    print_json(documents[0] if len(documents) == 1 else documents)


@click.command(short_help="校验 / findings with cell and cure")
@click.argument("sources", nargs=-1, type=click.Path(path_type=Path))
@click.option("--active", is_flag=True, help="校验已经打开的工作簿 / the workbook that is open now.")
@profile_option
@year_option
@click.option("--all", "every", is_flag=True, help="逐条列出，不合并 / every finding by itself, not folded.")
@format_option
@language_option
def validate(
    sources: Sequence[Path],
    active: bool,
    profile: str | None,
    year: int | None,
    every: bool,
    form: str,
    language: Language,
) -> None:
    """校验报送文件，列出问题所在的单元格和改法，同一原因合并。 Findings with cell and cure, folded by cause.

    退出码 0 没有错误，1 有错误，2 有文件无法读取。 Exit 0 no errors, 1 errors, 2 a file could not be read.
    """
    refuse_both(sources, active)
    if active:
        validate_active(language)
        return
    every_file = list(operations.check_all(sources, profile=profile, year=year))
    checked = [pair for each in every_file for pair in each.found]
    refusals = [each.refusal for each in every_file if each.refusal is not None]
    if form == "json":
        print_json([finding_to_json(each, language) for _, findings in checked for each in findings])
    else:
        console, show = console_for(), present.show_every_finding if every else present.show_findings
        for submission, findings in checked:
            show(console, submission, findings, language)
    for refusal in refusals:
        click.echo(refusal.sentence(language), err=True)
    if refusals:
        sys.exit(COULD_NOT)
    sys.exit(exit_code(each for _, findings in checked for each in findings))
