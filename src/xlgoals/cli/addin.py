"""Commands about the add-in: the ribbon tab in Excel, and the workbooks with buttons."""

from __future__ import annotations

import os
import platform
import sys
import tempfile
from pathlib import Path

import click

from xlgoals.building import build as build_all
from xlgoals.building import build_warm
from xlgoals.cli.shared import console_for, language_option
from xlgoals.installing import Places, install, places_on, remove, standing
from xlgoals.messages import Language, say


@click.group(short_help="Excel 加载项 / the ribbon tab in Excel")
def addin() -> None:
    """Excel 加载项：功能区选项卡和按钮。 The add-in for Excel: a ribbon tab, and buttons on workbooks.

    \b
    安装 / install:   xlgoals addin install
    查看 / status:    xlgoals addin status
    移除 / remove:    xlgoals addin remove
    生成 / build:     xlgoals addin build -o 文件夹

    只装到当前用户，不需要管理员权限。没有 Excel 或不允许宏的电脑，请直接用命令行，结果相同。
    Per user, no administrator. Without Excel or macros, the command line does the same work.
    """  # noqa: D301 click wants the control character


@addin.command("build", short_help="生成加载项和带按钮的工作簿 / make them from text")
@click.option(
    "-o",
    "--output",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("xlgoals-addin"),
    show_default=True,
    help="Folder for the files.",
)
@language_option
def build_command(folder: Path, language: Language) -> None:
    """由文本生成 xlgoals.xlam、汇总工作台和各口径的带按钮申报表。 The add-in and all workbooks with buttons.

    同样的输入总是得到完全相同的文件。 The same input always gives the same bytes.
    """
    for path in build_all(folder):
        console_for().print(say("addin.built", language, file=path), highlight=False)


@addin.command("install", short_help="安装到 Excel / install for this user")
@click.option(
    "--file",
    "source",
    type=click.Path(path_type=Path),
    default=None,
    help="另一个 xlgoals.xlam，例如本单位签名的 / another build of the add-in, e.g. a signed one.",
)
@click.option(
    "--warm",
    is_flag=True,
    help="点按钮后 Python 留在内存，下次更快（仅 Windows，见 addin/README.md） / keep Python between clicks.",
)
@language_option
def install_command(source: Path | None, warm: bool, language: Language) -> None:
    """装入当前用户的 Excel，并记下正在运行的 Python。 Into this user's Excel, with the Python running now.

    请先关闭 Excel；装好后重新打开，功能区会出现“绩效目标”选项卡。更新 xlgoals 之后再运行一次。
    Close Excel first, open it again after; run it once more after every update of xlgoals.
    """
    here = _places()
    if warm:
        with tempfile.TemporaryDirectory() as folder:
            install(here, Path(sys.executable), addin=build_warm(Path(folder)))
    else:
        install(here, Path(sys.executable), addin=source)
    console = console_for()
    console.print(say("addin.installed", language, file=here.addin, python=sys.executable), highlight=False)


@addin.command("status", short_help="是否已安装 / what is installed")
@language_option
def status_command(language: Language) -> None:
    """加载项装在哪里、版本、所用的 Python。 Where the add-in is, its version, and the Python it starts."""
    now, console = standing(_places()), console_for()
    if now.addin is None:
        console.print(say("addin.absent", language), highlight=False)
        return
    console.print(say("addin.present", language, file=now.addin, version=now.version or "?"), highlight=False)
    if now.xlwings:
        console.print(say("addin.warm", language, version=now.xlwings), highlight=False)
    if now.interpreter is None:
        console.print(say("addin.no_python", language), highlight=False)
    elif not now.interpreter.is_file():
        console.print(say("addin.python_gone", language, python=now.interpreter), highlight=False)
    else:
        console.print(say("addin.python", language, python=now.interpreter), highlight=False)


@addin.command("remove", short_help="移除 / take it away again")
@language_option
def remove_command(language: Language) -> None:
    """移除加载项和它的设置；工作簿不受影响。 Removes the add-in and its settings; no workbook is touched."""
    gone, console = remove(_places()), console_for()
    if not gone:
        console.print(say("addin.absent", language), highlight=False)
    for path in gone:
        console.print(say("addin.removed", language, file=path), highlight=False)


def _places() -> Places:
    return places_on(platform.system(), Path.home(), os.environ)
