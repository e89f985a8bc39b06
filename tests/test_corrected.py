"""The corrected copy of the 13 published tables: what was changed, and that nothing else was."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest

import xlgoals
from examples.corrections import (
    Correction,
    corrected,
    document,
    edit_of,
    load_corrections,
    name_of,
    record_of,
)
from tests.support.examples import findings_in
from tests.support.seed import SEED, seed_submissions
from xlgoals.catalogue import rule_pages
from xlgoals.errors import CannotDo
from xlgoals.findings import Finding, Severity, count_by_severity
from xlgoals.model import Address, Indicator, Project, Submission

CHECKOUT = Path(__file__).parent.parent
FOLDER = CHECKOUT / "examples" / "corrected"
CORRECTIONS = load_corrections()
TEXTS = ("name", "purpose", "goals", "waiver")
ROW_TEXTS = ("level1", "level2", "name", "description", "target", "waiver")


@cache
def _kept() -> tuple[Submission, ...]:
    return tuple(each for path in sorted(FOLDER.glob("*.xlsx")) for each in xlgoals.load(path))


@cache
def _findings() -> tuple[Finding, ...]:
    return tuple(finding for submission in _kept() for finding in xlgoals.validate(submission))


def _by_place(submissions: tuple[Submission, ...]) -> dict[tuple[str, int, int, str], str]:
    """Every text of every table: unit, number of the project, number of the row or -1, field."""
    found: dict[tuple[str, int, int, str], str] = {}
    for submission in submissions:
        for at, project in enumerate(submission.projects):
            found |= {(submission.unit.code, at, -1, name): getattr(project, name) for name in TEXTS}
            for number, row in enumerate(project.indicators):
                place = (submission.unit.code, at, number)
                found |= {(*place, name): getattr(row, name) for name in ROW_TEXTS}
    return found


def _place(correction: Correction) -> tuple[str, int, int, str]:
    record = record_of(correction, seed_submissions())
    for submission in seed_submissions():
        for at, project in enumerate(submission.projects):
            rows: list[Project | Indicator] = [project, *project.indicators]
            for number, each in enumerate(rows, start=-1):
                if each is record:
                    return (submission.unit.code, at, number, correction.field)
    raise AssertionError(correction)


def test_the_corrected_tables_have_no_error_and_no_warning() -> None:
    counts = count_by_severity(_findings())
    assert (counts[Severity.ERROR], counts[Severity.WARNING]) == (0, 0)
    explained = [(finding.code, finding.project) for finding in _findings() if finding.waived]
    assert [each for each in explained if each[0] in {"VAL-10", "LVL-02"}] == [
        ("VAL-10", "东西部协作和对口支援工作经费"),
        ("LVL-02", "招商引资专项活动"),
    ]


def test_the_published_tables_have_many() -> None:
    """Else the corrections would prove nothing."""
    published = sorted((CHECKOUT / "examples" / "units").glob("*.xlsx"))
    found = [xlgoals.validate(each) for path in published for each in xlgoals.load(path)]
    counts = count_by_severity(finding for each in found for finding in each)
    assert counts[Severity.ERROR] == 1
    assert counts[Severity.WARNING] > len(CORRECTIONS) - 20


@pytest.mark.parametrize(
    "correction", CORRECTIONS, ids=lambda each: f"{each.project}-{each.row}-{each.field}"
)
def test_what_is_corrected_stands_in_the_published_table_and_is_justified(correction: Correction) -> None:
    record = record_of(correction, seed_submissions())
    assert getattr(record, correction.field) == correction.old
    assert correction.new != correction.old
    assert correction.field in (ROW_TEXTS if correction.row else TEXTS)  # never an amount
    assert correction.why
    assert "\n" not in correction.why
    assert set(correction.settles) <= set(rule_pages())
    lines = SEED.read_text(encoding="utf-8").splitlines()
    place = record.location.address(correction.field).cell
    if correction.old:
        # The levels of continuation rows are merged cells, filled down from a line above.
        assert lines[int(place.removeprefix("L")) - 1].strip("\t") in (correction.old.split("\n")[0], "")


def test_every_finding_that_is_said_to_be_settled_was_there_and_is_gone() -> None:
    before = [finding for submission in seed_submissions() for finding in findings_in(submission)]
    for each in CORRECTIONS:
        cells = _cells(record_of(each, seed_submissions()))
        corrected_cells = _cells(_record_at(_place(each), _kept()))
        for code in each.settles:
            told = [f for f in before if f.code == code and cells & {f.address, *f.also}]
            assert told, (each.project, each.row, code)
            left = [f for f in _findings() if f.code == code and corrected_cells & {f.address, *f.also}]
            assert all(f.waived for f in left), (each.project, each.row, code)


def _cells(record: Project | Indicator) -> set[Address]:
    return {record.location.address(field) for field in (*TEXTS, *ROW_TEXTS, "project")}


def _record_at(place: tuple[str, int, int, str], submissions: tuple[Submission, ...]) -> Project | Indicator:
    unit, at, number, _ = place
    (submission,) = [each for each in submissions if each.unit.code == unit]
    project = submission.projects[at]
    return project if number < 0 else project.indicators[number]


def test_no_warning_of_the_published_tables_is_settled_without_being_named() -> None:
    """The list is complete: every code that was a warning or an error there stands in some ``settles``."""
    grave = {
        finding.code
        for submission in seed_submissions()
        for finding in findings_in(submission)
        if finding.severity is not Severity.ADVICE
    }
    named = {code for each in CORRECTIONS for code in each.settles}
    # What a workbook of ours always has: the line of the unit and of the money unit.
    # VAL-09 of the lost percent sign says the same as VAL-04.
    assert grave - named <= {"HDR-01", "HDR-02", "VAL-09"}


def test_all_other_cells_say_what_was_published() -> None:
    published, now = _by_place(seed_submissions()), _by_place(_kept())
    wanted = {_place(each): each.new for each in CORRECTIONS}
    assert len(wanted) == len(CORRECTIONS)
    assert {place for place in published if published[place] != now[place]} == set(wanted)
    assert now == published | wanted


def test_units_and_amounts_are_the_published_ones() -> None:
    seed = seed_submissions()
    assert [each.unit for each in _kept()] == [each.unit for each in seed]
    assert [each.budget for each in _kept()] == [Decimal("3384.00"), Decimal("60.00")]
    amounts = [[(p.budget.amount, p.fiscal.amount, p.other.amount) for p in each.projects] for each in seed]
    kept = [[(p.budget.amount, p.fiscal.amount, p.other.amount) for p in each.projects] for each in _kept()]
    assert kept == amounts


def test_a_correction_of_another_text_is_refused() -> None:
    first = CORRECTIONS[0]
    stale = Correction(
        unit=first.unit, project=first.project, row="", field="goals", settles=(), old="1.", new="2.", why="…"
    )
    with pytest.raises(ValueError, match="stands there"):
        corrected(seed_submissions(), [stale])
    nobody = Correction(
        unit="306101",
        project=first.project,
        row="数量指标/无",
        field="name",
        settles=(),
        old="",
        new="1",
        why="…",
    )
    with pytest.raises(ValueError, match="0 records"):
        edit_of(nobody, seed_submissions())


def test_a_slip_in_the_list_is_named_with_its_line(tmp_path: Path) -> None:
    file = tmp_path / "corrections.yaml"
    file.write_text("tables:\n  - {unit: '306101', projekt: 某某, changes: []}\n", encoding="utf-8")
    with pytest.raises(CannotDo) as refusal:
        load_corrections(file)
    assert (refusal.value.key, refusal.value.details["line"]) == ("yaml.wrong", 2)


def test_the_page_lists_every_correction() -> None:
    """Where this fails: run ``.venv/bin/python examples/build.py``."""
    page = (CHECKOUT / "docs" / "corrections.md").read_text(encoding="utf-8")
    assert page == document(CORRECTIONS)
    rows = [line for line in page.splitlines() if line.startswith("| ") and not line.startswith("| 行")]
    assert len(rows) == len(CORRECTIONS)
    assert {line.count(" | ") for line in rows} == {5}


def test_rows_are_named_once() -> None:
    """A correction names its row by 二级指标 and 三级指标, so both together must be unique in a table."""
    corrected_projects = {(each.unit, each.project) for each in CORRECTIONS}
    for submission in seed_submissions():
        for project in submission.projects:
            assert (submission.unit.code, project.name) in corrected_projects
            assert max(Counter(map(name_of, project.indicators)).values()) == 1
