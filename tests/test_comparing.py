"""What differs between two versions: exact lists, and a diff that turns the old side into the new one."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

import xlgoals
from tests.support.books import edited, write_submission
from tests.support.examples import project_of
from tests.support.seed import seed_submissions
from xlgoals.cli import cli
from xlgoals.comparing import (
    INDICATOR_FIELDS,
    PROJECT_FIELDS,
    Change,
    Comparison,
    Pair,
    UnitChange,
    compare,
)
from xlgoals.errors import CannotDo
from xlgoals.messages import Language
from xlgoals.model import BLANK_MONEY, Indicator, Money, Project, Submission
from xlgoals.write.diff import lines_of

FIRST, SECOND = seed_submissions()


def told(comparison: Comparison) -> list[tuple[str, str, str, str, str]]:
    return [
        (
            line.change.value,
            line.indicator.rpartition(" / ")[2] or line.project,
            line.field,
            line.old,
            line.new,
        )
        for line in lines_of(comparison)
    ]


def with_projects(submission: Submission, *projects: Project) -> Submission:
    return replace(submission, projects=projects)


def test_the_same_is_the_same() -> None:
    for each in (FIRST, SECOND):
        comparison = compare([each], [each])
        assert comparison.is_same
        assert told(comparison) == []
    counts = compare(seed_submissions(), seed_submissions()).counts()
    assert (counts["project", Change.SAME], counts["indicator", Change.SAME]) == (13, 115)


def test_one_amount_is_one_cell(tmp_path: Path) -> None:
    """The seed: 306201 sends again, with one budget changed."""
    old = write_submission(tmp_path / "old.xlsx", SECOND)

    def correct(book: openpyxl.Workbook) -> None:
        book["项目"]["D4"] = 61

    comparison = xlgoals.diff(old, edited(old, tmp_path / "new.xlsx", correct))
    (line,) = lines_of(comparison)
    assert (line.change, line.unit_code, line.field, line.old, line.new) == (
        *(Change.CHANGED, "306201", "budget", "60.00", "61.00"),
    )
    assert (str(line.old_place), str(line.new_place)) == ("项目!D4", "项目!D4")
    counts = {key: count for key, count in comparison.counts().items() if count}
    assert counts == {("project", Change.CHANGED): 1, ("indicator", Change.SAME): 7}


ONE, TWO = FIRST.projects[0], FIRST.projects[1]
ROWS = ONE.indicators
RENAMED = replace(ROWS[0], name=f"{ROWS[0].name}（人次）", target="≥1")
LONELY = project_of({"name": "档案数字化加工", "purpose": "扫描馆藏档案"}, ())

# What was changed, and what is told: change, record, field, old, new.
CASES: dict[str, tuple[Sequence[Project], Sequence[Project], list[tuple[str, str]]]] = {
    "added project": ([ONE], [ONE, LONELY], [("added", LONELY.name)]),
    "removed project": ([ONE, LONELY], [ONE], [("removed", LONELY.name)]),
    "order alone": ([ONE, TWO], [TWO, ONE], []),
    "renamed project": (
        [ONE],
        [replace(ONE, name=f"{ONE.name}（二期）")],
        [("renamed", f"{ONE.name}（二期）")],
    ),
    "another project": (
        [LONELY],
        [replace(TWO, indicators=())],
        [("removed", LONELY.name), ("added", TWO.name)],
    ),
    "equal amounts": ([ONE], [replace(ONE, budget=Money(raw=" 1e2", amount=ONE.budget.amount))], []),
    "unreadable amount": (
        [ONE],
        [replace(ONE, other=Money(raw="无", amount=None))],
        [("changed", ONE.name)],
    ),
    "removed indicator": ([ONE], [replace(ONE, indicators=ROWS[1:])], [("removed", ROWS[0].name)]),
    "added indicator": (
        [replace(ONE, indicators=ROWS[1:])],
        [ONE],
        [("added", ROWS[0].name)],
    ),
    "moved indicator": ([ONE], [replace(ONE, indicators=(*ROWS[1:], ROWS[0]))], []),
    "other level": (
        [ONE],
        [replace(ONE, indicators=(replace(ROWS[0], level2="质量指标"), *ROWS[1:]))],
        [("changed", ROWS[0].name)],
    ),
    "renamed indicator": (
        [ONE],
        [replace(ONE, indicators=(RENAMED, *ROWS[1:]))],
        [("renamed", RENAMED.name), ("renamed", RENAMED.name)],
    ),
    "the same row under quite another name": (
        [ONE],
        [replace(ONE, indicators=(replace(ROWS[0], name="别"), *ROWS[1:]))],
        [("renamed", "别")],
    ),
    "twice one name": (
        [replace(ONE, indicators=(ROWS[0], ROWS[0]))],
        [replace(ONE, indicators=(ROWS[0],))],
        [("removed", ROWS[0].name)],
    ),
}


@pytest.mark.parametrize(("old", "new", "expected"), CASES.values(), ids=CASES)
def test_what_is_told(
    old: Sequence[Project], new: Sequence[Project], expected: list[tuple[str, str]]
) -> None:
    comparison = compare([with_projects(FIRST, *old)], [with_projects(FIRST, *new)])
    assert [each[:2] for each in told(comparison)] == expected
    assert comparison.is_same == (not expected)


def test_a_renamed_record_states_its_likeness() -> None:
    new = with_projects(FIRST, replace(ONE, name=f"{ONE.name}（二期）"))
    (line,) = lines_of(compare([with_projects(FIRST, ONE)], [new]))
    assert (line.field, line.old) == ("name", ONE.name)
    assert 0.6 <= line.likeness < 1


def test_units_are_matched_by_code_then_by_name() -> None:
    other = replace(SECOND, unit=replace(SECOND.unit, code=""))
    comparison = compare([FIRST, SECOND], [other, FIRST])
    assert [(unit.old, unit.new) for unit in comparison.units] == [(SECOND, other), (FIRST, FIRST)]
    assert told(comparison) == [("changed", "", "unit_code", "306201", "")]
    gone = compare([FIRST, SECOND], [FIRST])
    assert [(unit.old, unit.new) for unit in gone.units] == [(FIRST, FIRST), (SECOND, None)]
    assert gone.counts()["project", Change.REMOVED] == 1


def test_years_are_matched_by_code() -> None:
    old = [replace(each, year=2022) for each in (FIRST, SECOND)]
    new = [replace(each, year=2023) for each in (FIRST, SECOND)]
    assert told(compare(old, new)) == [("changed", "", "year", "2022", "2023")] * 2
    both = [*old, *new]
    assert compare(both, both).is_same


# --- a diff is complete: applied to the old side it gives the new one ---

TEXTS = st.text("甲乙丙丁戊一二三", max_size=4)
AMOUNTS = st.one_of(
    st.just(BLANK_MONEY),
    st.just(Money(raw="五万", amount=None)),
    st.integers(0, 3).map(lambda each: Money(raw=str(each), amount=Decimal(each))),
)


def rows() -> st.SearchStrategy[tuple[Indicator, ...]]:
    row = st.builds(
        lambda texts: replace(ROWS[0], **dict(zip(INDICATOR_FIELDS, texts, strict=True))),
        st.lists(TEXTS, min_size=6, max_size=6),
    )
    return st.lists(row, max_size=5).map(tuple)


def projects() -> st.SearchStrategy[tuple[Project, ...]]:
    project = st.builds(
        lambda name, purpose, budget, other, own: replace(
            ONE, name=name, purpose=purpose, budget=budget, other=other, indicators=own
        ),
        *(TEXTS, TEXTS, AMOUNTS, AMOUNTS, rows()),
    )
    return st.lists(project, max_size=4).map(tuple)


def applied(unit: UnitChange) -> list[tuple[object, ...]]:
    """The new side, made from the old one and from nothing but the changes."""
    assert unit.old is not None
    made = {}
    for each in unit.projects:
        place = each.project.new_place
        if place is None:
            assert all(row.new is None for row in each.indicators)
            continue
        old = () if each.project.old is None else each.project.old.indicators
        own = rebuilt(each.indicators, old, INDICATOR_FIELDS)
        (values,) = rebuilt(
            [dataclasses.replace(each.project, new_place=0)], unit.old.projects, PROJECT_FIELDS
        )
        made[place] = (values, tuple(own))
    return [made[place] for place in range(len(made))]


def rebuilt(
    pairs: Sequence[Pair[Project]] | Sequence[Pair[Indicator]],
    old: Sequence[Project] | Sequence[Indicator],
    fields: Sequence[str],
) -> list[tuple[str, ...]]:
    made = {}
    for pair in pairs:
        if pair.new_place is None:
            continue
        if pair.old_place is None:
            assert pair.change is Change.ADDED
            made[pair.new_place] = values(pair.new, fields)
            continue
        held = dict(zip(fields, values(old[pair.old_place], fields), strict=True))
        for cell in pair.cells:
            assert held[cell.field] == cell.old
            held[cell.field] = cell.new
        made[pair.new_place] = tuple(held.values())
    return [made[place] for place in range(len(made))]


def values(record: Project | Indicator | None, fields: Sequence[str]) -> tuple[str, ...]:
    return tuple(str(getattr(record, field)) for field in fields)


@settings(max_examples=300, deadline=None)
@given(projects(), projects())
def test_a_diff_applied_to_the_old_side_gives_the_new_one(
    old: tuple[Project, ...], new: tuple[Project, ...]
) -> None:
    comparison = compare([with_projects(FIRST, *old)], [with_projects(FIRST, *new)])
    expected = [
        (values(each, PROJECT_FIELDS), tuple(values(row, INDICATOR_FIELDS) for row in each.indicators))
        for each in new
    ]
    assert applied(comparison.units[0]) == expected
    counts = comparison.counts()
    removed = sum(each.project.old_place is not None for each in comparison.units[0].projects)
    assert removed == len(old)  # every old record is accounted for, once
    assert counts["project", Change.ADDED] - counts["project", Change.REMOVED] == len(new) - len(old)


@settings(max_examples=100, deadline=None)
@given(projects())
def test_nothing_differs_from_itself(own: tuple[Project, ...]) -> None:
    assert compare([with_projects(FIRST, *own)], [with_projects(FIRST, *own)]).is_same


# --- the command ---


@pytest.fixture
def versions(tmp_path: Path) -> tuple[Path, Path]:
    old = write_submission(tmp_path / "old.xlsx", SECOND)

    def change(book: openpyxl.Workbook) -> None:
        book["项目"]["D4"] = 61
        book["指标"]["G5"] = None

    return old, edited(old, tmp_path / "new.xlsx", change)


def test_as_text_and_as_json(versions: tuple[Path, Path]) -> None:
    old, new = map(str, versions)
    text = CliRunner().invoke(cli, ["diff", old, new, "--lang", "zh"])
    assert text.exit_code == 0
    assert "[改动] 预算数：60.00 → 61.00  项目!D4" in text.stdout
    assert "指标值：165人 → （空白）" in text.stdout
    document = json.loads(CliRunner().invoke(cli, ["diff", old, new, "--format", "json"]).stdout)
    assert document["same"] is False
    assert document["counts"]["projects"]["changed"] == 1
    assert [(each["field"], each["old"], each["new"]) for each in document["changes"]] == [
        ("budget", "60.00", "61.00"),
        ("target", "165人", ""),
    ]


def test_as_a_workbook_with_colours(versions: tuple[Path, Path], tmp_path: Path) -> None:
    target = tmp_path / "diff.xlsx"
    done = CliRunner().invoke(cli, ["diff", *map(str, versions), "-o", str(target)])
    assert done.exit_code == 0
    book = openpyxl.load_workbook(target)
    assert book.sheetnames == ["总览", "改动明细"]
    head, *lines = book["改动明细"].iter_rows()
    at = {str(cell.value): cell.column - 1 for cell in head}
    assert [(row[at["栏目"]].value, row[at["原内容"]].value, row[at["新内容"]].value) for row in lines] == [
        ("预算数", "60.00", "61.00"),
        ("指标值", "165人", None),
    ]
    assert {row[at["变化"]].fill.start_color.rgb for row in lines} == {"FFFFEB9C"}


def test_a_workbook_needs_a_place(versions: tuple[Path, Path]) -> None:
    done = CliRunner().invoke(cli, ["diff", *map(str, versions), "--format", "xlsx"])
    assert isinstance(done.exception, CannotDo)
    assert done.exception.key == "diff.output"


def test_nothing_is_written_over(versions: tuple[Path, Path]) -> None:
    old, new = versions
    with pytest.raises(CannotDo) as refusal:
        xlgoals.diff(old, new, old, language=Language.ZH)
    assert refusal.value.key == "output.exists"


def test_masters_are_compared_with_the_cells_of_their_sources_in_mind(tmp_path: Path) -> None:
    """A master reads back as what went into it: thirteen projects, one of them changed."""
    folder = tmp_path / "units"
    folder.mkdir()
    for each in seed_submissions():
        write_submission(folder / f"{each.unit.code}.xlsx", each)
    xlgoals.consolidate([folder], tmp_path / "a.xlsx")
    old = folder / "306201.xlsx"

    def correct(book: openpyxl.Workbook) -> None:
        book["项目"]["D4"] = 61

    edited(old, old, correct)
    xlgoals.consolidate([folder], tmp_path / "b.xlsx")
    comparison = xlgoals.diff(tmp_path / "a.xlsx", tmp_path / "b.xlsx")
    (line,) = lines_of(comparison)
    assert (line.unit_code, line.field, line.old, line.new) == ("306201", "budget", "60.00", "61.00")
    counts = {key: count for key, count in comparison.counts().items() if count}
    assert counts == {
        ("project", Change.SAME): 12,
        ("project", Change.CHANGED): 1,
        ("indicator", Change.SAME): 115,
    }
