"""Planted faults: every kind is found at its cell in every table, and nothing else cries out."""

from __future__ import annotations

from collections import Counter
from functools import cache

import pytest

from tests.support.mutations import Planting, Result, plant, plantings
from xlgoals.rules import INDICATOR_RULES, PROJECT_RULES, SUBMISSION_RULES

PLANTINGS = plantings()
FAMILIES = ("BUD-", "GOAL-", "IND-", "LVL-", "VAL-")
MOST_BESIDE = 1.0
"""Further findings for one fault, on average."""


@cache
def _results(planting: Planting) -> tuple[Result, ...]:
    return tuple(plant(planting, seed=0))


@pytest.mark.parametrize("planting", PLANTINGS, ids=lambda each: f"{each.code} {each.kind}")
def test_planted_fault_is_found_at_its_cell(planting: Planting) -> None:
    results = _results(planting)
    assert results
    assert [result.project for result in results if not result.is_found] == []
    assert [(result.project, result.errors) for result in results if result.errors] == []


def test_one_fault_brings_about_one_further_finding_at_most_on_average() -> None:
    results = [result for planting in PLANTINGS for result in _results(planting)]
    assert sum(len(result.others) for result in results) <= MOST_BESIDE * len(results)


def test_every_rule_of_these_families_has_its_fault_planted() -> None:
    codes = {*SUBMISSION_RULES, *PROJECT_RULES, *INDICATOR_RULES}
    planted = Counter(planting.code for planting in PLANTINGS)
    assert sorted(planted) == sorted(code for code in codes if code.startswith(FAMILIES))
