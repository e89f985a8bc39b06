"""One unit's table from the blank template to publication, every station as files: ``examples/story/``.

Called by ``examples/build.py``. Clocks and names are fixed, so that an unchanged program changes no file.
"""

from __future__ import annotations

import datetime as dt
import os
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

import xlgoals
from xlgoals.model import Unit

UNIT = "306101"
_FILE = "306101_2022_绩效目标.xlsx"
_FILE_AGAIN = "306101_2022_绩效目标_改正.xlsx"
_NAME = "天津市人民政府合作交流办公室"
_BEIJING = dt.timezone(dt.timedelta(hours=8))
_SENT = dt.datetime(2022, 3, 4, 9, 0, tzinfo=_BEIJING)
_SENT_AGAIN = dt.datetime(2022, 3, 10, 9, 0, tzinfo=_BEIJING)
_USER = "汇总人"
_MODIFIED = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*(</dcterms:modified>)")
_CONTENTS = """# 一张表的经过 · The story of one table

天津市一家单位公开的 2022 年目标表，从空白模板到公开。每个文件都由 `make examples` 生成，没有一个是手工做的。
The published tables of one unit, from the blank template to publication; `make examples` makes every file.

| 步骤 | 文件 | 命令 |
|---|---|---|
| 1 空白模板 | [1_空白模板.xlsx](1_空白模板.xlsx) | `xlgoals template` |
| 2 填报 | [2_已填报.xlsx](2_已填报.xlsx) | 在 Excel 或 WPS 中填写；这里由公开文本转成，`xlgoals import` |
| 3 校验 | [3_校验.txt](3_校验.txt) | `xlgoals validate` |
| 4 汇总 | [4_汇总表.xlsx](4_汇总表.xlsx) | `xlgoals consolidate` |
| 5 退回 | [5_退回](5_退回) | `xlgoals return` |
| 6 改正 | [6_已改正.xlsx](6_已改正.xlsx) | 单位逐格改正，依据见 [corrections.md](../../docs/corrections.md) |
| 7 再次汇总 | [7_再次汇总表.xlsx](7_再次汇总表.xlsx) | `xlgoals consolidate`，台账记下前后两次报送 |
| 8 报告 | [8_报告.html](8_报告.html) | `xlgoals report` |
| 9 打印 | [9_目标表.xlsx](9_目标表.xlsx) | `xlgoals print` |
| 10 公开 | [10_公开.docx](10_公开.docx) | `xlgoals publish`；`--pdf` 同时生成 PDF |
"""


def tell(examples: Path) -> list[Path]:
    """Writes ``story`` anew below the folder of the examples, out of what lies there; returns the paths."""
    folder = examples / "story"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    unit = Unit(code=UNIT, name=_NAME)
    xlgoals.make_template(folder / "1_空白模板.xlsx", unit=unit, year=2022)
    shutil.copyfile(examples / "units" / _FILE, folder / "2_已填报.xlsx")
    with tempfile.TemporaryDirectory() as place:
        _department(Path(place), examples, folder)
    xlgoals.print_official(folder / "6_已改正.xlsx", folder / "9_目标表.xlsx")
    xlgoals.publish([folder / "6_已改正.xlsx"], folder / "10_公开.docx")
    (folder / "README.md").write_text(_CONTENTS, encoding="utf-8")
    return sorted(path for path in folder.rglob("*") if path.is_file())


def _department(place: Path, examples: Path, folder: Path) -> None:
    """What happens at the department, in a folder of its own; ledger and caches stay there."""
    inbox, master = place / "报送", place / "汇总表.xlsx"
    inbox.mkdir()
    _send(examples / "units" / _FILE, inbox / _FILE, _SENT)
    (folder / "3_校验.txt").write_text(_validated(inbox / _FILE), encoding="utf-8")
    xlgoals.consolidate([inbox], master, clock=lambda: _SENT, user=_USER)
    shutil.copyfile(master, folder / "4_汇总表.xlsx")
    xlgoals.return_packages(
        master, folder / "5_退回", due=dt.date(2022, 3, 11), clock=lambda: _SENT, user=_USER
    )
    for path in (folder / "5_退回").rglob("*.xlsx"):
        _steady(path)
    shutil.copyfile(examples / "corrected" / _FILE, folder / "6_已改正.xlsx")
    _send(folder / "6_已改正.xlsx", inbox / _FILE_AGAIN, _SENT_AGAIN)
    xlgoals.consolidate([inbox], master, clock=lambda: _SENT_AGAIN, user=_USER)
    shutil.copyfile(master, folder / "7_再次汇总表.xlsx")
    xlgoals.report(master, folder / "8_报告.html")


def _steady(path: Path) -> None:
    """The same bytes on every day: openpyxl, which marks the copy that goes back, notes when it did."""
    with zipfile.ZipFile(path) as package:
        members = [(info.filename, package.read(info)) for info in package.infolist()]
    stamp = _SENT.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ").encode()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in members:
            steady = (
                _MODIFIED.sub(rb"\g<1>" + stamp + rb"\g<2>", data) if name == "docProps/core.xml" else data
            )
            package.writestr(zipfile.ZipInfo(name), steady, zipfile.ZIP_DEFLATED)


def _send(source: Path, target: Path, when: dt.datetime) -> None:
    shutil.copyfile(source, target)
    os.utime(target, (when.timestamp(), when.timestamp()))


def _validated(file: Path) -> str:
    words = [sys.executable, "-m", "xlgoals", "validate", file.name, "--lang", "zh"]
    done = subprocess.run(words, cwd=file.parent, capture_output=True, encoding="utf-8", check=False)  # noqa: S603
    return "".join(f"{line.rstrip()}\n" for line in done.stdout.splitlines())
