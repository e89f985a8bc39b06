"""Every sentence exists in both languages with the same placeholders, and every key in code exists."""

from __future__ import annotations

import io
import re
import string
from pathlib import Path

import pytest
from rich.console import Console

import xlgoals
from xlgoals.catalogue import rule_page, rule_pages
from xlgoals.doctor import Health
from xlgoals.messages import Language, keys, say, wording
from xlgoals.model import Sighting
from xlgoals.present import show_rule

CODE = "\n".join(
    file.read_text(encoding="utf-8") for file in sorted(Path(xlgoals.__file__).parent.rglob("*.py"))
)


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("key", sorted(keys()))
def test_both_languages_say_the_same(key: str) -> None:
    words = wording(key)
    assert set(words) == set(Language)
    assert placeholders(words["zh"]) == placeholders(words["en"])
    assert words["zh"].strip() == words["zh"]


@pytest.mark.parametrize("word", ["异常", "非法", "你"])
def test_messages_are_polite_and_without_jargon(word: str) -> None:
    assert [key for key in keys() if word in wording(key)["zh"]] == []


def test_every_key_in_the_code_exists() -> None:
    named = set(re.findall(r'(?:say|CannotDo)\(\s*"([a-z_.]+)"', CODE))
    assert len(named) > 30
    assert named - keys() == set()


def test_no_sentence_is_left_over() -> None:
    """A key is named in the code, or made of an enumeration there."""
    made = re.compile(
        r"(severity|example|seen|layer|opinion|sighting|column|doctor|target|rules|published|workbook|after|fix\.reason|convert\.need)\."
        r"|(state|change|chase|conflict|consolidate\.journal|ledger\.why|ledger\.column|diff\.column)\.|diff\.(count_)?(projects|indicators)"
    )
    unused = {
        key for key in keys() if not re.search(f"[\"']{re.escape(key)}[\"']", CODE) and not made.match(key)
    }
    assert unused == set()


def test_every_health_of_a_check_has_its_sentence() -> None:
    checks = {key.split(".")[1] for key in keys() if key.startswith("doctor.") and key.count(".") == 2}
    for check in checks:
        assert f"doctor.{check}.{Health.GOOD}" in keys()


def test_everything_an_import_may_observe_has_its_sentence() -> None:
    source = Path(xlgoals.__file__).parent.joinpath("read", "published.py").read_text(encoding="utf-8")
    seen = {Sighting[name] for name in re.findall(r"Sighting\.([A-Z_]+)", source)}
    assert {f"sighting.{each}" for each in seen} <= keys()


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("code", list(rule_pages()))
def test_every_page_can_be_shown(code: str, language: Language) -> None:
    told = io.StringIO()
    show_rule(Console(file=told, width=200), rule_page(code), language)
    assert code in told.getvalue()
    assert "{" not in told.getvalue().split(say("rules.wrong", language))[1]
