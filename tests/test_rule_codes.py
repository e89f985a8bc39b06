"""Two ways: what is declared is documented and translated, and every code that is written anywhere exists."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re
from collections import Counter
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

import xlgoals.rules
from xlgoals import present
from xlgoals.catalogue import rule_page, rule_pages
from xlgoals.messages import Language
from xlgoals.profile import load_profile, profile_names
from xlgoals.rules import (
    CLOSING_RULES,
    DEPARTMENT_RULES,
    INDICATOR_RULES,
    PROJECT_RULES,
    SUBMISSION_RULES,
)

CHECKOUT = Path(__file__).parent.parent
REGISTERED = {**SUBMISSION_RULES, **PROJECT_RULES, **INDICATOR_RULES, **CLOSING_RULES, **DEPARTMENT_RULES}
FAMILIES = sorted({code.partition("-")[0] for code in REGISTERED})
CODE = re.compile(rf"(?<![A-Za-z0-9-])(?:{'|'.join(FAMILIES)})-\d+(?!\d)")
# A rule that the guide writes as an exercise: numbers from 90 on are nobody's.
EXERCISES = {"HDR-90": CHECKOUT / "docs" / "extending.md"}
WRITTEN_IN = (
    *CHECKOUT.glob("*.md"),
    *CHECKOUT.glob("docs/**/*.md"),
    *CHECKOUT.glob("addin/*.*"),
    *CHECKOUT.glob("templates/**/*.yaml"),
    *CHECKOUT.glob("examples/*.yaml"),
    *CHECKOUT.glob("src/**/*.py"),
    *CHECKOUT.glob("src/**/*.yaml"),
)
MODULES = [
    importlib.import_module(f"xlgoals.rules.{module.name}")
    for module in pkgutil.iter_modules(xlgoals.rules.__path__)
]


def _rule_functions() -> list[object]:
    """Generators that are named as rules; ``rule_words`` is none."""
    return [
        each
        for module in MODULES
        for name, each in inspect.getmembers(module, inspect.isgeneratorfunction)
        if name.startswith("rule_") and each.__module__ == module.__name__
    ]


def test_every_rule_function_is_registered_once() -> None:
    counted = Counter(map(id, REGISTERED.values()))
    assert [each for each in _rule_functions() if counted[id(each)] != 1] == []
    assert {id(each) for each in _rule_functions()} == set(counted)


def test_every_module_with_rules_is_imported_by_the_package() -> None:
    """Else its rules run in the tests that name it, and nowhere else."""
    text = (CHECKOUT / "src/xlgoals/rules/__init__.py").read_text(encoding="utf-8")
    for module in {each.__module__.rpartition(".")[2] for each in REGISTERED.values()}:
        assert re.search(rf"^    {module},$", text, re.MULTILINE), module


@pytest.mark.parametrize("code", REGISTERED)
def test_a_registered_rule_is_documented_translated_and_shown_by_examples(code: str) -> None:
    page = rule_page(code)
    assert set(page.words) == set(Language)
    assert page.wrong.found
    assert not page.right.found
    document = (CHECKOUT / "docs" / "rules" / f"{code}.md").read_text(encoding="utf-8")
    for language in Language:
        stream = StringIO()
        present.show_rule(Console(file=stream, width=200, markup=False), page, language)
        shown = re.sub(r"\s+", "", stream.getvalue())
        for text in (page.words[language].title, page.words[language].fix):
            assert re.sub(r"\s+", "", text) in shown, language
            assert text in document, language


def test_every_page_belongs_to_a_rule() -> None:
    assert set(rule_pages()) == set(REGISTERED)
    documents = {path.stem for path in (CHECKOUT / "docs" / "rules").glob("*.md")} - {"README"}
    assert documents == set(REGISTERED)


def test_every_code_that_is_written_exists() -> None:
    unknown = {
        (str(path.relative_to(CHECKOUT)), code)
        for path in WRITTEN_IN
        if path.suffix in {".md", ".yaml", ".py", ".xml", ".bas"}
        for code in CODE.findall(path.read_text(encoding="utf-8"))
        if code not in REGISTERED and EXERCISES.get(code) != path
    }
    assert unknown == set()
    assert not set(EXERCISES) & set(REGISTERED)


def test_codes_are_written_where_this_looks() -> None:
    """Else the test above would look at nothing."""
    found = {code for path in CHECKOUT.glob("docs/**/*.md") for code in CODE.findall(path.read_text("utf-8"))}
    assert found - set(EXERCISES) == set(REGISTERED)


def test_profiles_and_pages_name_rules_that_exist() -> None:
    for name in profile_names():
        assert set(load_profile(name).severities) <= set(REGISTERED)
    for page in rule_pages().values():
        assert {after.code for after in page.after} <= set(REGISTERED)
        assert page.code not in {after.code for after in page.after}
