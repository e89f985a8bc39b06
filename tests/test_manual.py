"""The manual and the page on extending: every command in them runs and prints what they show."""

from __future__ import annotations

import re
import runpy
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

import xlgoals
from tests.support.told import Told, play_document

DOCS = Path(__file__).parent.parent / "docs"
MANUAL, CARD, EXTENDING = DOCS / "用户手册.md", DOCS / "速查卡.md", DOCS / "extending.md"


@pytest.mark.parametrize("document", [MANUAL, EXTENDING], ids=["manual", "extending"])
def test_what_the_commands_print_is_what_the_document_shows(document: Path, tmp_path: Path) -> None:
    told = list(play_document(document.read_text(encoding="utf-8"), tmp_path))
    assert len(told) >= 3
    assert [(each.command, each.printed, each.stderr) for each in told if not each.holds] == []
    assert [each.command for each in told if "Traceback" in each.stderr] == []


def test_a_line_that_is_not_printed_is_noticed() -> None:
    printed = ("one", "two", "three")
    for expected, holds in [
        (("one", "two", "three"), True),
        (("one", "…"), True),
        (("…", "three"), True),
        (("one", "…", "three"), True),
        (("…",), True),
        (("one", "three"), False),
        (("one", "two", "three", "four"), False),
        (("one", "…", "two"), False),
        ((), False),
    ]:
        told = Told(command="x", expected=expected, printed=printed, stderr="")
        assert told.holds is holds, expected


@pytest.mark.parametrize("document", [MANUAL, CARD, EXTENDING], ids=lambda each: each.stem)
def test_links_and_pictures_are_there(document: Path) -> None:
    links = re.findall(r"\]\(([^)#]+)\)", document.read_text(encoding="utf-8"))
    assert [link for link in links if not link.startswith("http") and not (DOCS / link).exists()] == []


def test_the_commands_of_the_card_exist_with_their_options() -> None:
    for line in re.findall(r"`(xlgoals [a-z][^`]*)`", CARD.read_text(encoding="utf-8")):
        command, *words = shlex.split(line)[1:]
        done = subprocess.run(
            [sys.executable, "-m", "xlgoals", command, "--help"], capture_output=True, text=True, check=True
        )
        assert [word for word in words if word.startswith("-") and word not in done.stdout] == [], line


def test_the_card_fits_on_one_page() -> None:
    assert len(CARD.read_text(encoding="utf-8").splitlines()) <= 45


def test_the_page_of_the_api_is_what_the_docstrings_say() -> None:
    """Where this fails: run ``.venv/bin/python docs/build.py``."""
    made = runpy.run_path(str(DOCS / "build.py"))["api_document"]()
    assert (DOCS / "api.md").read_text(encoding="utf-8") == made
    assert re.findall(r"^## (\w+)$", made, re.MULTILINE) == xlgoals.__all__
    assert str(Path.home()) not in made
