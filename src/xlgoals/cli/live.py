"""Buttons without Excel: a workbook open in LibreOffice, and an open workbook seen from outside."""

from __future__ import annotations

from pathlib import Path

import click

from xlgoals.cli.shared import language_option
from xlgoals.errors import CannotDo
from xlgoals.excel.light import without_tables
from xlgoals.messages import Language, say


@click.command(short_help="在 LibreOffice 中打开，按钮可用 / open in LibreOffice, buttons work")
@click.argument("file", type=click.Path(path_type=Path))
@language_option
def live(file: Path, language: Language) -> None:
    """在 LibreOffice 中打开工作簿，按钮可用，不需要 Excel。 Open a workbook; its buttons work without Excel.

    \b
    xlgoals live 306101_2026_绩效目标.xlsx

    \b
    窗口上方有“校验”“填充标准指标”等按钮；工作簿里原有的按钮也能用，其中的宏一律不运行。
    关闭窗口即结束；也可以在这里按 Ctrl-C。
    用 LibreOffice 保存会去掉工作簿的结构锁定，不影响校验和汇总。

    The toolbar holds the commands; buttons on a sheet work as well, and no macro of the workbook ever runs.
    It ends when the window is closed, or on Ctrl-C. Saving from LibreOffice drops the lock on the
    structure of the workbook; checks and merges do not need it.
    """  # noqa: D301 click wants the control character
    with without_tables():
        from xlgoals.excel import buttons  # noqa: PLC0415 other commands need no xlwings
        from xlgoals.excel.live import opened  # noqa: PLC0415

    with opened(file, buttons.run) as session:
        try:
            click.echo(say("live.opened", language, file=file.name))
            session.run()
        except KeyboardInterrupt:
            if not session.is_changed:
                return
            # Nothing that was typed is thrown away on one key: LibreOffice asks in its window.
            click.echo(say("live.unsaved_changes", language, file=file.name), err=True)
            session.ask_to_close()
            session.run()


def validate_active(language: Language) -> None:
    """``xlgoals validate --active``: checks the workbook that is open in Excel, or in ``xlgoals live``.

    Raises:
        CannotDo: none is open.
    """
    with without_tables():
        from xlgoals.excel import buttons  # noqa: PLC0415 other commands need no xlwings
        from xlgoals.excel.active import active_book  # noqa: PLC0415

    book, host = active_book()
    click.echo(say("live.active", language, book=book.name), err=True)
    buttons.run("validate", book, host)


def refuse_both(sources: object, active: bool) -> None:
    """Either files or the open workbook.

    Raises:
        CannotDo: both were named, or neither.
    """
    if bool(sources) == active:
        raise CannotDo("live.file_or_active")
