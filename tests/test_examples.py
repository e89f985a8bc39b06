"""The workbooks under version control are what the program makes today."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parent.parent
KEPT = sorted([*CHECKOUT.glob("templates/*.xlsx"), *CHECKOUT.glob("examples/**/*.xlsx")])


def members(path: Path) -> dict[str, bytes]:
    """Content by member: how hard a member is compressed may differ between versions of zlib."""
    with zipfile.ZipFile(path) as package:
        return {info.filename: package.read(info) for info in package.infolist()}


@pytest.fixture(scope="module")
def rebuilt(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("rebuilt")
    subprocess.run(
        [sys.executable, CHECKOUT / "examples" / "build.py", folder], check=True, capture_output=True
    )
    return folder


def test_all_are_kept(rebuilt: Path) -> None:
    made = sorted(path.relative_to(rebuilt) for path in rebuilt.rglob("*.xlsx"))
    assert made == sorted(path.relative_to(CHECKOUT) for path in KEPT)


@pytest.mark.parametrize("kept", KEPT, ids=[path.name for path in KEPT])
def test_rebuilding_changes_nothing(rebuilt: Path, kept: Path) -> None:
    assert members(rebuilt / kept.relative_to(CHECKOUT)) == members(kept)
