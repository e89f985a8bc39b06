"""Every finding in the 13 published tables of 2022: the exact list, and the numbers it was reviewed by.

The list was made by ``python -m tests.test_seed_findings`` and then read line by line against the tables.
A change in it is a change in what staff are told, and is reviewed in the same way.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from decimal import Decimal
from functools import cache
from pathlib import Path

from tests.support.examples import findings_in
from tests.support.seed import SEED, seed_submissions
from xlgoals.findings import Finding, Severity, cell_order
from xlgoals.profile import load_profile
from xlgoals.rules.reconcile import Outcome, reconcile

GOLDEN = Path(__file__).parent / "data" / "seed_findings.tsv"
HEAD = ("table", "code", "severity", "field", "line", "value")
# The rules whose numbers in the tables are known from counting by hand.
BY_TABLE = {
    "HDR-01": {5: 1, 6: 1, 7: 1, 8: 1, 9: 1},
    "HDR-02": {8: 1},
    "BUD-03": dict.fromkeys(range(1, 14), 1),
    "BUD-07": {11: 1},
    "BUD-08": {9: 1},
    "BUD-09": {12: 1},
    "BUD-10": {2: 1, 3: 1, 5: 1, 9: 1, 10: 1, 11: 1, 12: 1, 13: 1},
    "BUD-11": {4: 1, 6: 1, 7: 1, 8: 1},
    "GOAL-02": {1: 1, 5: 1, 10: 1},
    "GOAL-03": {1: 1, 2: 1, 3: 1, 4: 1, 5: 1, 6: 1, 7: 1, 8: 1, 9: 1, 12: 1, 13: 1},
    "GOAL-04": {13: 1},
    "GOAL-05": {3: 1, 9: 2},
    "GOAL-06": {2: 1},
    "IND-04": {1: 1, 2: 1, 3: 1, 5: 1, 10: 1, 11: 1, 12: 1},
    "IND-05": {3: 1, 9: 1},
    "IND-07": {1: 10, 2: 5, 3: 15, 4: 7, 5: 6, 6: 7, 7: 7, 8: 7, 9: 16, 10: 6, 11: 7, 12: 6, 13: 1},
    "IND-08": {5: 1},
    "IND-09": {1: 1},
    "IND-10": {1: 2, 2: 1, 3: 9, 4: 3, 5: 1, 6: 3, 7: 3, 8: 3, 9: 6, 10: 1, 11: 2, 12: 2, 13: 2},
    "IND-11": {3: 1},
    "IND-12": {1: 1, 3: 1, 9: 1, 13: 1},
    "IND-13": {10: 1},
    "IND-14": {13: 1},
    "LVL-02": {3: 1, 9: 3, 11: 1},
    "LVL-03": {1: 1, 5: 1},
    "LVL-04": {4: 1, 5: 1, 6: 1, 7: 1, 8: 1, 13: 1},
    "LVL-05": {3: 2, 9: 1},
    "LVL-06": {4: 1, 6: 1, 7: 1, 8: 1, 13: 1},
    "VAL-01": {3: 2, 7: 1, 10: 1},
    "VAL-02": {4: 1, 5: 1, 6: 1, 8: 1, 13: 1},
    "VAL-03": {1: 1, 2: 1, 12: 1},
    "VAL-04": {10: 1},
    "VAL-05": {1: 4, 2: 2, 3: 7, 4: 4, 5: 3, 6: 4, 7: 3, 8: 4, 9: 4, 10: 3, 11: 2, 12: 3, 13: 3},
    "VAL-06": {1: 1, 3: 1, 9: 8, 11: 4},
    "VAL-07": {1: 2, 9: 1, 10: 1, 11: 1, 13: 1},
    "VAL-08": {2: 1},
    "VAL-09": {10: 1},
    "VAL-10": {1: 1, 2: 1, 3: 1, 12: 1, 13: 2},
    "VAL-11": {1: 1, 2: 3, 3: 3, 4: 3, 5: 1, 6: 3, 7: 3, 8: 3, 9: 2, 10: 1, 12: 3, 13: 2},
    "VAL-12": {2: 1, 3: 1, 4: 1, 5: 1, 6: 1, 7: 1, 8: 1, 12: 1, 13: 1},
    "VAL-13": {2: 1, 3: 1, 4: 1, 5: 1, 6: 1, 7: 1, 8: 1, 12: 1, 13: 1},
    "VAL-15": {9: 2},
    "VAL-17": {1: 1},
    "VAL-18": {9: 1},
    "VAL-19": {11: 1},
    "VAL-21": {4: 1, 6: 1, 7: 1, 8: 1, 12: 1, 13: 1},
}
NEVER = (
    *("STR-04", "STR-05", "STR-06", "STR-09", "STR-10", "STR-11", "STR-12", "STR-13"),
    *(f"STR-{number}" for number in range(14, 26)),
    *("HDR-03", "HDR-04", "BUD-01", "BUD-02", "BUD-04", "BUD-05", "BUD-06", "GOAL-01", "GOAL-08"),
    *("IND-01", "IND-02", "IND-03", "IND-06", "IND-15", "LVL-01", "VAL-14", "VAL-16"),
)


@cache
def _findings() -> tuple[Finding, ...]:
    return tuple(finding for submission in seed_submissions() for finding in findings_in(submission))


@cache
def _tables() -> dict[str, int]:
    names = [project.name for submission in seed_submissions() for project in submission.projects]
    return {name: number for number, name in enumerate(names, start=1)}


def _lines() -> list[str]:
    ordered = sorted(_findings(), key=lambda f: (_tables()[f.project], cell_order(f.address.cell), f.code))
    rows = [
        (
            str(_tables()[finding.project]),
            finding.code,
            finding.severity.value,
            finding.field,
            " ".join([finding.address.cell, *(address.cell for address in finding.also)]),
            finding.value.replace("\n", "⏎"),
        )
        for finding in ordered
    ]
    return ["\t".join(row) for row in (HEAD, *rows)]


def test_all_findings_are_exactly_these() -> None:
    assert _lines() == GOLDEN.read_text(encoding="utf-8").splitlines()


def test_numbers_by_rule_and_table() -> None:
    counted: defaultdict[str, Counter[int]] = defaultdict(Counter)
    for finding in _findings():
        counted[finding.code][_tables()[finding.project]] += 1
    assert {code: dict(sorted(counted[code].items())) for code in BY_TABLE} == BY_TABLE


def test_sums_of_the_regression() -> None:
    counts = Counter(finding.code for finding in _findings())
    wanted = {"IND-07": 100, "VAL-01": 4, "VAL-02": 5, "VAL-03": 3, "VAL-04": 1, "VAL-06": 14, "VAL-08": 1}
    wanted |= {"IND-08": 1, "BUD-05": 0, "BUD-07": 1, "HDR-01": 5, "HDR-02": 1}
    assert {code: counts[code] for code in wanted} == wanted


def test_rules_that_must_stay_silent() -> None:
    assert not {finding.code for finding in _findings()} & set(NEVER)


def test_errors_are_only_what_the_tables_lack() -> None:
    errors = Counter(finding.code for finding in _findings() if finding.severity is Severity.ERROR)
    assert errors == {"HDR-01": 5, "HDR-02": 1, "IND-08": 1}


def test_one_duplicate_name_is_one_finding_with_all_its_places() -> None:
    (finding,) = [finding for finding in _findings() if finding.code == "IND-08"]
    assert finding.details == {"rows": "5"}
    assert len(finding.also) == 4


def test_all_thirteen_tables_reconcile() -> None:
    profile = load_profile("tianjin-2022")
    projects = [project for submission in seed_submissions() for project in submission.projects]
    assert [reconcile(project, profile).outcome for project in projects] == [Outcome.AGREES] * 13


def test_the_tables_are_those_that_were_counted() -> None:
    submissions = seed_submissions()
    assert [submission.unit.code for submission in submissions] == ["306101", "306201"]
    assert [len(submission.projects) for submission in submissions] == [12, 1]
    assert sum(1 for submission in submissions for _ in submission.indicators) == 115
    assert sum((submission.budget for submission in submissions), Decimal(0)) == Decimal("3444.00")


def test_every_value_stands_on_the_line_that_is_named() -> None:
    lines = SEED.read_text(encoding="utf-8").splitlines()
    for finding in _findings():
        line = lines[int(finding.address.cell.removeprefix("L")) - 1]
        assert finding.value.splitlines()[:1] in ([], [line.strip("\t")]), finding


if __name__ == "__main__":
    GOLDEN.write_text("\n".join(_lines()) + "\n", encoding="utf-8")
