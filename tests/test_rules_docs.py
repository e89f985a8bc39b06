"""docs/rules is what docs/build.py makes of the rules' pages today, and every link in it leads somewhere."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from xlgoals.catalogue import rule_pages
from xlgoals.messages import Language
from xlgoals.profile import profile_names

CHECKOUT = Path(__file__).parent.parent
FOLDER = CHECKOUT / "docs" / "rules"
LINK = re.compile(r"\]\(([^)]+)\)")


@pytest.fixture(scope="module")
def rebuilt(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("rules")
    (folder / "GONE-01.md").write_text("a rule that is gone", encoding="utf-8")
    subprocess.run([sys.executable, CHECKOUT / "docs" / "build.py", folder], check=True, capture_output=True)
    return folder


def test_one_page_a_rule_and_an_index(rebuilt: Path) -> None:
    assert {path.name for path in rebuilt.iterdir()} == {
        "README.md",
        *(f"{code}.md" for code in rule_pages()),
    }


def test_rebuilding_changes_nothing(rebuilt: Path) -> None:
    """Where this fails: run ``.venv/bin/python docs/build.py``."""
    kept = {path.name: path.read_text(encoding="utf-8") for path in FOLDER.iterdir()}
    made = {path.name: path.read_text(encoding="utf-8") for path in rebuilt.iterdir()}
    assert sorted(kept) == sorted(made)
    assert [name for name in made if kept[name] != made[name]] == []


def test_every_link_leads_to_a_page(rebuilt: Path) -> None:
    for path in rebuilt.iterdir():
        for link in LINK.findall(path.read_text(encoding="utf-8")):
            assert (rebuilt / link).is_file(), (path.name, link)


def test_the_index_names_every_rule_with_its_severity_in_every_profile(rebuilt: Path) -> None:
    index = (rebuilt / "README.md").read_text(encoding="utf-8")
    rows = {line.split("|")[1].strip(): line for line in index.splitlines() if line.startswith("| [")}
    assert sorted(rows) == sorted(f"[{code}]({code}.md)" for code in rule_pages())
    for row in rows.values():
        assert len(row.split(" | ")) == 3 + len(profile_names())


def test_a_page_says_everything_in_both_languages(rebuilt: Path) -> None:
    for code, page in rule_pages().items():
        text = (rebuilt / f"{code}.md").read_text(encoding="utf-8")
        for language in Language:
            words = page.words[language]
            for said in (words.title, words.message, words.blank, words.fix, words.why, words.misses):
                assert said in text, (code, language)


def test_the_readme_leads_to_the_rules() -> None:
    for name in ("README.md", "README.zh-CN.md"):
        assert "docs/rules/README.md" in (CHECKOUT / name).read_text(encoding="utf-8")
