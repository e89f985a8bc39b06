"""What the README shows is what happens."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from xlgoals.cli import cli

CHECKOUT = Path(__file__).parent.parent
README = (CHECKOUT / "README.md").read_text(encoding="utf-8")
CHINESE = (CHECKOUT / "README.zh-CN.md").read_text(encoding="utf-8")
FENCED = re.findall(r"^```(\w*)\n(.*?)^```$", README, re.DOTALL | re.MULTILINE)


@pytest.fixture
def demo(tmp_path: Path) -> str:
    """Output of `xlgoals demo`, run in an empty folder."""
    command = [sys.executable, "-m", "xlgoals", "demo", "--lang", "zh"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, encoding="utf-8", check=True)
    return done.stdout


def test_the_lines_of_the_demo(demo: str) -> None:
    (block,) = [text for language, text in FENCED if not language]
    assert [line for line in block.splitlines() if line not in demo.splitlines()] == []


def test_the_lines_of_python(demo: str, tmp_path: Path) -> None:
    (code,) = [text for language, text in FENCED if language == "python"]
    assert len([line for line in code.splitlines() if line.strip()]) <= 10
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, encoding="utf-8", check=True
    )
    assert "指标!G4 保障成本 60" in done.stdout
    assert (tmp_path / "master.xlsx").exists()


@pytest.mark.parametrize("text", [README, CHINESE], ids=["English", "Chinese"])
def test_every_command_that_is_named_exists(text: str) -> None:
    named = {shlex.split(line)[1] for line in re.findall(r"`(xlgoals [a-z][^`]*)`", text)}
    assert {"template", "import", "export", "validate", "consolidate", "rules", "target"} <= named
    for command in sorted(named):
        done = CliRunner().invoke(cli, [command, "--help"])
        assert (done.exit_code, done.exception) == (0, None), command
        assert done.output.startswith("Usage:")


@pytest.mark.parametrize("text", [README, CHINESE], ids=["English", "Chinese"])
def test_every_link_leads_somewhere(text: str) -> None:
    links = [link for link in re.findall(r"\]\(([^)]+)\)", text) if not link.startswith("http")]
    assert [link for link in links if not (CHECKOUT / link).exists()] == []
