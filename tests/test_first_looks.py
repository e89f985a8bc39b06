"""Cheap first looks miss nothing: what rules pass over unread holds nothing that they look for."""

from __future__ import annotations

import re
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.corpus import corpus
from tests.support.seed import seed_submissions
from xlgoals.form import load_form
from xlgoals.model import Indicator, Project, Submission, TargetKind, Wording
from xlgoals.profile import load_profile, profile_names
from xlgoals.rules import INDICATOR_RULES, Setting, run_rules
from xlgoals.rules.across_words import across_words
from xlgoals.rules.marks import suspicious
from xlgoals.rules.registry import _plan
from xlgoals.rules.row_texts import rows_with
from xlgoals.rules.shape import key_of, shape_of
from xlgoals.rules.typos import load_typos
from xlgoals.rules.words import rule_words
from xlgoals.target import may_hold_a_number, read_target
from xlgoals.target.numbers import _STRICT, canonical

PATTERNS = {
    "events": across_words().event_ending,
    "joined places": across_words().joined_places,
    "numbered bodies": across_words().numbered_body,
    "marks": suspicious(),
    "typos": load_typos().words.pattern,
    "bodies": load_typos().bodies.pattern,
    "every row": re.compile(""),
    "no row": re.compile("(?!)"),
}
FIELDS = ("level1", "level2", "name", "description", "target")


@cache
def projects() -> tuple[Project, ...]:
    submissions = (*seed_submissions(), *corpus(6, seed=3))
    return tuple(project for submission in submissions for project in submission.projects)


@cache
def texts() -> tuple[str, ...]:
    rows = [row for project in projects() for row in project.indicators]
    found = [getattr(row, field) for row in rows for field in FIELDS]
    found += [text for project in projects() for text in (project.name, project.purpose, project.goals)]
    return tuple(dict.fromkeys(found))


@pytest.mark.parametrize("name", PATTERNS)
def test_rows_found_in_one_pass_are_those_found_one_by_one(name: str) -> None:
    wanted = PATTERNS[name]
    for project in projects():
        one_by_one = [
            row for row in project.indicators if any(wanted.search(getattr(row, field)) for field in FIELDS)
        ]
        assert list(rows_with(project, wanted)) == one_by_one


def test_a_row_of_several_patterns_is_found_once_and_in_order() -> None:
    [project] = [each for each in projects() if len(each.indicators) == 23]
    wanted = (re.compile("次"), re.compile("工作"), re.compile("次数"))
    found = list(rows_with(project, *wanted))
    assert found == [row for row in project.indicators if row in found]
    assert len({id(row) for row in found}) == len(found) > 1


def test_names_of_events_and_numbered_bodies_are_only_where_the_first_look_finds_something() -> None:
    words = across_words()
    for text in texts():
        if words.event.search(text):
            assert words.event_ending.search(text)
        if words.ordinal_body.search(text):
            assert words.numbered_body.search(text)


@pytest.mark.parametrize("key", sorted(rule_words().lists))
def test_words_by_their_edge_are_the_words_of_the_list(key: str) -> None:
    words = rule_words()
    for text in (*texts(), *words.lists[key], ""):
        assert words.endings(key, text) == [word for word in words.lists[key] if text.endswith(word)]
        assert words.beginnings(key, text) == [word for word in words.lists[key] if text.startswith(word)]
        assert words.ends(key, text) is text.endswith(words.lists[key])
        assert words.starts(key, text) is text.startswith(words.lists[key])


_ALPHABET = st.sampled_from("0９3.，,%％一二三十百半年月底全第≥《》前后上中下旬度个次万元 -—至约\n")


@given(st.text(alphabet=_ALPHABET, max_size=12))
def test_what_cannot_hold_a_number_is_read_as_words(text: str) -> None:
    if not may_hold_a_number(text):
        assert read_target(text).kind is TargetKind.QUALITATIVE
        assert read_target(text).wording is Wording.QUALITATIVE


def test_no_text_of_the_tables_that_states_a_number_is_passed_over() -> None:
    stated = [text for text in texts() if read_target(text).kind is not TargetKind.QUALITATIVE]
    assert stated
    assert [text for text in stated if not may_hold_a_number(text)] == []


@pytest.mark.parametrize(
    "written", ["0", "00", "007", "100", "5", "1234567890123456789012", "٣", "²", "1.50"]
)
@pytest.mark.parametrize("sign", [None, "+", "-"])
def test_whole_numbers_are_canonical(written: str, sign: str | None) -> None:
    if not _STRICT.fullmatch(written):
        assert canonical(written, sign) is None
        return
    whole, _, fraction = written.partition(".")
    number = str(int(whole)) + (f".{fraction.rstrip('0')}" if fraction else "")
    assert canonical(written, sign) == (f"-{number}" if sign == "-" and number != "0" else number)


@pytest.mark.parametrize("profile", profile_names())
def test_rows_of_one_shape_get_the_same_rules_in_the_order_of_their_declaration(profile: str) -> None:
    plan = _plan(load_profile(profile))
    order = list(INDICATOR_RULES.values())
    seen: dict[object, list[int]] = {}
    for project in projects():
        for row in project.indicators:
            numbers = [order.index(check) for _, check in plan.rules_for(row)]
            assert numbers == sorted(numbers)
            key = key_of(row.level1, row.level2, read_target(row.target))
            assert seen.setdefault(key, numbers) == numbers
            assert shape_of(key, plan.profile).is_blank is (not row.target.strip())
    assert len({tuple(numbers) for numbers in seen.values()}) > 1


def _told(submission: Submission, profile: str) -> list[object]:
    setting = Setting(form=load_form(), profile=load_profile(profile))
    return list(run_rules(submission, setting))


def test_findings_do_not_depend_on_what_was_checked_before() -> None:
    first, *others = corpus(4, seed=8)
    before = {profile: _told(first, profile) for profile in profile_names()}
    for other in others:
        for profile in profile_names():
            _told(other, profile)
    assert {profile: _told(first, profile) for profile in reversed(profile_names())} == before
    assert len(before["tianjin-2022"]) > len(first.projects)


def test_a_row_is_no_other_row_of_the_same_project_object_number() -> None:
    """Joined texts are kept by identity, and identities are used again once a project is gone."""
    wanted = re.compile("甲")
    template = projects()[0]
    for number in range(600):
        row: Indicator = template.indicators[0]
        name = "甲" if number % 2 else "乙"
        changed = type(row)(
            level1=row.level1,
            level2=row.level2,
            name=name,
            description="",
            target="",
            location=row.location,
        )
        project = type(template)(
            name=template.name,
            budget=template.budget,
            fiscal=template.fiscal,
            other=template.other,
            purpose="",
            goals="",
            indicators=(changed,),
            location=template.location,
        )
        assert len(list(rows_with(project, wanted))) == number % 2
