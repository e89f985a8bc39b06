"""The limits that docs/security.md tells are those in force."""

from __future__ import annotations

import re
from pathlib import Path

from tests.test_crafted import CASES
from xlgoals import isolation
from xlgoals.read import cells, intake, package, parts
from xlgoals.write import files

PAGE = Path(__file__).parent.parent / "docs" / "security.md"
MIB = 1 << 20
LIMITS = {
    "文件大小": f"{intake.LARGEST_FILE // MIB} MB",
    "部件个数": f"{package.MOST_MEMBERS}",
    "单个部件展开后": f"{package.LARGEST_PART // MIB} MB",
    "全部部件展开后": f"{package.LARGEST_TOTAL // MIB} MB",
    f"压缩比（仅 {package.RATIO_GRACE // MIB} MB 以上的部件）": f"{package.LARGEST_RATIO}",
    "XML 嵌套层数": f"{package.DEEPEST}",
    "单元格个数": f"{cells.MOST_CELLS}",
    "一个单元格的字符数": f"{cells.MOST_CHARACTERS}",
    "共享文字字符数": f"{parts.MOST_SHARED_CHARACTERS}",
    "每个文件用时": f"{isolation.SECONDS} 秒",
    "每个进程内存": f"{isolation.MEMORY // MIB} MB",
    "保留的旧汇总表": f"{files.MOST_BACKUPS} 份",
}


def test_every_limit_is_told_as_it_is() -> None:
    table = PAGE.read_text(encoding="utf-8").partition("## 上限")[2].partition("## ")[0]
    told = re.findall(r"^\| ([^|]+?) \| ([^|]+?) \|", table, re.MULTILINE)
    assert dict(told[1:]) == LIMITS


def test_every_test_that_is_named_exists() -> None:
    named = set(re.findall(r"`(tests/\w+\.py)`", PAGE.read_text(encoding="utf-8")))
    assert named
    assert [name for name in named if not (PAGE.parent.parent / name).is_file()] == []


def test_every_crafted_file_that_is_named_exists() -> None:
    """In the table of ASVS: each is refused with its exact sentence by ``test_crafted``."""
    table = PAGE.read_text(encoding="utf-8").partition("ASVS")[2]
    told = re.findall(r"`tests/test_crafted\.py`：([^|]+) \|", table)
    names = [name for each in told for name in each.split("、")]
    refused = {case.name for case in CASES if case.refusal}
    assert len(names) >= 16
    assert set(names) <= refused
