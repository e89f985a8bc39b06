"""Every rule has a page and every page a rule; its words are complete and its examples are true."""

from __future__ import annotations

import string

import pytest

from tests.support.examples import findings_in, findings_of, place_in, places_of, submission_of
from xlgoals.catalogue import Example, RulePage, cure, message, rule_pages
from xlgoals.findings import Finding
from xlgoals.messages import Language
from xlgoals.model import Sighting
from xlgoals.rules import (
    CLOSING_RULES,
    DEPARTMENT_RULES,
    INDICATOR_RULES,
    PROJECT_RULES,
    SUBMISSION_RULES,
)

RULES = {**SUBMISSION_RULES, **PROJECT_RULES, **INDICATOR_RULES, **CLOSING_RULES, **DEPARTMENT_RULES}
PAGES = rule_pages()
CLEAN = Example(unit={}, project={}, indicators=(), observations=(), found=())
# Sightings that no rule turns into a finding: the reader took what stood above, and says so itself.
# What only an import meets; it is told there, and the workbook it writes has nothing of it.
SILENT = {
    Sighting.YEAR_FROM_TEXT,
    Sighting.LEVEL_FILLED_DOWN,
    Sighting.TARGET_JOINED,
    Sighting.SUBTOTAL_ROW,
    Sighting.PROJECT_FILLED_DOWN,
    Sighting.DELETED_TEXT,
    Sighting.HIDDEN_TEXT,
    Sighting.LONGER_TERM,
    Sighting.OTHER_FORM,
    Sighting.OUTSIDE_TABLES,
}


def _placeholders(template: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(template) if name is not None}


def test_every_rule_has_a_page_and_every_page_a_rule() -> None:
    assert sorted(RULES) == sorted(PAGES)


@pytest.mark.parametrize("code", RULES)
def test_rules_are_named_for_what_they_allow_and_say_what_they_miss(code: str) -> None:
    function = RULES[code]
    assert function.__name__.startswith("rule_")
    assert function.__doc__
    assert function.__module__.startswith("xlgoals.rules.")


@pytest.mark.parametrize("page", PAGES.values(), ids=PAGES)
def test_words_are_complete_in_both_languages(page: RulePage) -> None:
    chinese, english = page.words[Language.ZH], page.words[Language.EN]
    for name in ("title", "message", "fix", "why"):
        assert getattr(chinese, name), name
        assert getattr(english, name), name
    assert bool(chinese.blank) == bool(english.blank)
    assert bool(chinese.misses) == bool(english.misses)
    for name in ("message", "blank", "fix"):
        assert _placeholders(getattr(chinese, name)) == _placeholders(getattr(english, name)), name
    assert page.source
    assert page.layer in range(1, 7)
    assert page.opinion in {None, *range(1, 12)}


@pytest.mark.parametrize("page", PAGES.values(), ids=PAGES)
def test_wrong_example_is_found_at_exactly_these_places(page: RulePage) -> None:
    wanted = sorted(str(place_in(place, page.wrong)) for place in page.wrong.found)
    assert wanted
    assert places_of(findings_of(page.wrong), page.code) == wanted


@pytest.mark.parametrize("page", PAGES.values(), ids=PAGES)
def test_right_example_is_clean(page: RulePage) -> None:
    assert not page.right.found
    assert places_of(findings_of(page.right), page.code) == []


@pytest.mark.parametrize("page", PAGES.values(), ids=PAGES)
@pytest.mark.parametrize("language", Language)
def test_findings_of_the_wrong_example_can_be_put_into_words(page: RulePage, language: Language) -> None:
    for finding in _own_findings(page):
        words = page.words[language]
        said = message(finding, language)
        assert said
        assert "{" not in said
        assert cure(finding, language)
        known = {"project", "value", "field", *finding.details}
        assert _placeholders(words.message + words.blank + words.fix) <= known


@pytest.mark.parametrize("page", PAGES.values(), ids=PAGES)
def test_a_filled_cell_is_quoted(page: RulePage) -> None:
    """What stands in the cell is in the message, whole or by its beginning."""
    for finding in _own_findings(page):
        if finding.value.strip() and "start" not in finding.details:
            assert finding.value in message(finding, Language.ZH)


def _own_findings(page: RulePage) -> list[Finding]:
    found = [finding for finding in findings_of(page.wrong) if finding.code == page.code]
    assert found
    return found


def test_the_table_below_all_examples_is_clean() -> None:
    assert findings_in(submission_of(CLEAN)) == []


def test_every_sighting_is_turned_into_a_finding_or_known_to_be_silent() -> None:
    for sighting in Sighting:
        example = Example(
            unit={}, project={}, indicators=(), observations=(f"{sighting.value}|name|…",), found=()
        )
        found = findings_in(submission_of(example))
        assert len(found) == (0 if sighting in SILENT else 1), sighting


def test_words_that_blame_are_not_used() -> None:
    for page in PAGES.values():
        for words in page.words.values():
            said = words.title + words.message + words.blank + words.fix
            assert not {
                word for word in ("异常", "非法", "你", "错误地", "invalid", "illegal", "!") if word in said
            }
