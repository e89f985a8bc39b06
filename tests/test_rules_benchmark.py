"""The corpus of ``make bench-rules`` is what it says, and the rules written with pandas find the same."""

from __future__ import annotations

from functools import cache

import pytest

from benchmarks.corpus import PROJECTS, ROWS, corpus
from benchmarks.pandas_rules import CODES, found, frames
from benchmarks.rules import findings, only, rows_in
from tests.support.seed import seed_submissions
from xlgoals.model import Submission
from xlgoals.profile import DEFAULT_PROFILE, load_profile


@cache
def submissions() -> tuple[Submission, ...]:
    return tuple(corpus(60))


def test_every_submission_has_its_rows_and_the_same_seed_makes_the_same() -> None:
    assert rows_in(submissions()) == 60 * PROJECTS * ROWS
    assert len({each.unit.code for each in submissions()}) == 60
    assert tuple(corpus(60)) == submissions()
    assert tuple(corpus(60, seed=1)) != submissions()


@pytest.mark.parametrize("field", ["name", "target"])
def test_three_of_five_texts_differ(field: str) -> None:
    rows = [row for submission in submissions() for _, row in submission.indicators]
    assert len({getattr(row, field) for row in rows}) >= 0.6 * len(rows)


def test_every_cell_has_an_address_of_its_own() -> None:
    places = [row.location.address("target") for each in submissions() for _, row in each.indicators]
    assert len(set(places)) == len(places)


def test_about_as_many_findings_a_row_as_in_the_published_tables() -> None:
    profile = load_profile(DEFAULT_PROFILE)
    published, made = (
        sum(findings(each, profile).values()) / rows_in(each) for each in (seed_submissions(), submissions())
    )
    assert 0.7 * published < made < 1.3 * published


def test_rules_with_pandas_find_the_same() -> None:
    profile = load_profile(DEFAULT_PROFILE)
    ours = findings(submissions(), only(profile, CODES))
    assert {code: ours[code] for code in CODES} == found(*frames(submissions()), profile)
    assert len(ours) >= 6
