"""The command that makes the document for the public."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import click

from xlgoals import operations, present
from xlgoals.cli.shared import (
    COULD_NOT,
    DONE,
    ERRORS_FOUND,
    console_for,
    language_option,
    sources_argument,
    year_option,
)
from xlgoals.messages import Language, say


@click.command(short_help="生成公开用的 Word 文档 / the document that is published")
@sources_argument
@click.option(
    "-o", "--output", "target", type=click.Path(path_type=Path), required=True, help="Where to put the .docx."
)
@click.option("--pdf", is_flag=True, help="同时生成 PDF，需要 LibreOffice / a PDF, too; needs LibreOffice.")
@click.option("--force", is_flag=True, help="有问题也生成 / in spite of what stands against it.")
@year_option
@language_option
def publish(
    sources: Sequence[Path], target: Path, pdf: bool, force: bool, year: int | None, language: Language
) -> None:
    """把单位工作簿或汇总表做成公开文档：封面、目录、每个项目一张表。 Cover, contents, a table a project.

    有错误、错别字或多余换行时不生成，并列出。 Errors, slips and stray line feeds hold it back.
    目录的页码在 Word 打开文档时更新。 Word counts the pages of the contents on opening.
    退出码 0 已生成，1 有问题，2 无法处理。 Exit 0 written, 1 findings, 2 could not be done.
    """
    done = operations.publish(sources, target, pdf=pdf, force=force, year=year)
    console, told = console_for(), console_for(stderr=True)
    for submission, findings in done.against:
        present.show_every_finding(console, submission, list(findings), language)
    if done.path is None:
        told.print(say("publish.held_back", language, count=done.count), highlight=False)
        sys.exit(ERRORS_FOUND)
    projects = sum(len(each.projects) for each in done.submissions)
    console.print(say("publish.wrote", language, file=done.path, projects=projects), highlight=False)
    if done.pdf is not None:
        console.print(say("publish.wrote_pdf", language, file=done.pdf), highlight=False)
    if done.against:
        told.print(say("publish.forced", language, count=done.count), highlight=False)
    if done.no_pdf is not None:
        click.echo(done.no_pdf.sentence(language), err=True)
        sys.exit(COULD_NOT)
    sys.exit(ERRORS_FOUND if done.against else DONE)
