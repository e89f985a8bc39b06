"""Rescue: 240 damaged workbooks, and not one value lost or misplaced without a line that says so."""

from __future__ import annotations

import dataclasses
import random
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from msgspec.structs import replace

from tests.support.books import edited, plain_book, write_submission
from tests.support.damage import DAMAGES, FAR, Patient, admit, truth_of
from tests.support.extent import tries
from tests.support.seed import seed_submissions
from xlgoals import operations
from xlgoals.cli import cli
from xlgoals.errors import CannotDo
from xlgoals.form import Form, load_form
from xlgoals.messages import Language
from xlgoals.profile import Profile, load_profile
from xlgoals.read.fates import Why
from xlgoals.read.template import read_template
from xlgoals.rescue import Rescued
from xlgoals.write.template import write_template

FORM = load_form()
ROUNDS = tries(24, short=4)
IN_ROUND = 10


@pytest.fixture(scope="module")
def workbooks(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folder = tmp_path_factory.mktemp("seed")
    return [write_submission(folder / f"{each.unit.code}.xlsx", each) for each in seed_submissions()]


@pytest.fixture(scope="module")
def short_workbooks(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """The same with few spare rows, which openpyxl loads and saves in a third of the time."""
    folder = tmp_path_factory.mktemp("short")
    form = dataclasses.replace(FORM, indicators=dataclasses.replace(FORM.indicators, spare_rows=30))
    paths = []
    for each in seed_submissions():
        paths.append(folder / f"{each.unit.code}.xlsx")
        profile = load_profile(each.profile)
        write_template(paths[-1], form, profile, unit=each.unit, year=each.year, submission=each)
    return paths


def damaged(path: Path, which: int, chance: random.Random) -> Patient:
    patient = admit(path, seed_submissions()[which])
    chosen = chance.sample(DAMAGES, chance.randint(1, 6))
    # Rows far below make openpyxl slow to insert; they come last.
    for damage in sorted(chosen, key=lambda each: each in FAR):
        before = dict(patient.extra)
        damage(patient, chance)
        patient.told.append(f"{damage.__name__}{dict(Counter(patient.extra) - Counter(before))}")
    return patient


def unaccounted(patient: Patient, rescued: Rescued) -> list[str]:
    """What differs from the truth without a line in the list, or has a line for no reason."""
    listed = Counter(each.value for each in rescued.unplaced)
    faults = []
    submission = read_template(rescued.path, FORM)
    for page, found in zip(patient.pages.values(), truth_of(submission), strict=True):
        left = [dict(row) for row in found]
        for truth in page.rows.values():
            expected = {key: value for key, value in truth.items() if key not in page.lost}
            listed.subtract(value for key, value in truth.items() if key in page.lost)
            if not expected:
                continue
            if expected in left:
                left.remove(expected)
            else:
                faults.append(f"missing row {expected}")
        faults += [f"row of nobody {row}" for row in left]
    guide = {
        "unit_code": submission.unit.code,
        "unit_name": submission.unit.name,
        "year": str(submission.year or ""),
    }
    if guide != patient.guide:
        faults.append(f"guide {guide}")
    listed.subtract(patient.extra)
    return faults + [f"list {value!r} {count:+}" for value, count in listed.items() if count]


@pytest.mark.parametrize("seed", range(ROUNDS))
def test_nothing_is_lost_or_misplaced(short_workbooks: list[Path], tmp_path: Path, seed: int) -> None:
    for number in range(IN_ROUND):
        chance = random.Random(seed * 1000 + number)  # noqa: S311 no secret
        which = 0 if number == 0 else 1
        patient = damaged(short_workbooks[which], which, chance)
        path = tmp_path / f"{number}.xlsx"
        patient.book.save(path)
        rescued = operations.rescue(path, tmp_path / f"{number}救.xlsx")
        assert unaccounted(patient, rescued) == [], patient.told


def test_a_whole_workbook_is_placed_whole(workbooks: list[Path], tmp_path: Path) -> None:
    rescued = operations.rescue(workbooks[0], tmp_path / "救.xlsx")
    assert (rescued.unplaced, rescued.remarks, rescued.listing) == ((), (), None)
    assert truth_of(read_template(rescued.path, FORM)) == truth_of(seed_submissions()[0])
    assert rescued.path.read_bytes() == workbooks[0].read_bytes()


def test_the_command_says_what_it_read_and_lists_what_it_could_not_place(
    workbooks: list[Path], tmp_path: Path
) -> None:
    def change(book: Any) -> None:
        book["指标"]["E3"] = "三级指标名"
        book["指标"]["K3"], book["指标"]["K5"] = "核对人", "张工\n李工"
        book["项目"]["D4"] = "#REF!"

    path = edited(workbooks[1], tmp_path / "坏.xlsx", change)
    before = path.read_bytes()
    done = CliRunner().invoke(cli, ["rescue", str(path), "-o", str(tmp_path / "好.xlsx"), "--lang", "zh"])
    assert done.exit_code == 1
    assert "按“三级指标名”读作“三级指标”" in done.stderr
    listing = (tmp_path / "好.未能安放.txt").read_text(encoding="utf-8-sig")
    for line in (
        "项目!D4\t#REF!\t公式出错，没有可用的值",
        "指标!K5\t张工⏎李工\t表头“核对人”不是模板的栏目",
        "指标!K3\t核对人\t不在填写区内",
    ):
        assert line in listing.splitlines()
        assert line in done.stderr
    assert path.read_bytes() == before


def test_an_amount_in_another_unit_is_listed_and_not_taken(workbooks: list[Path], tmp_path: Path) -> None:
    path = edited(workbooks[1], tmp_path / "坏.xlsx", lambda book: put(book["项目"], "D3", "预算数（元）"))
    rescued = operations.rescue(path, tmp_path / "好.xlsx")
    assert rescued.submission.projects[0].budget.is_blank
    assert [(str(u.address), u.why) for u in rescued.unplaced] == [
        ("项目!D3", Why.OUTSIDE),
        ("项目!D4", Why.UNKNOWN_COLUMN),
    ]


def test_a_copy_of_a_sheet_is_listed_by_its_values_alone(workbooks: list[Path], tmp_path: Path) -> None:
    """Neither the template's texts nor its formulas are anybody's values."""

    def copy(book: Any) -> None:
        book.copy_worksheet(book["指标"]).title = "指标 (2)"

    rescued = operations.rescue(edited(workbooks[1], tmp_path / "坏.xlsx", copy), tmp_path / "好.xlsx")
    values = [value for row in truth_of(seed_submissions()[1])[1] for value in row.values()]
    assert Counter(each.value for each in rescued.unplaced) == Counter(values)
    assert {each.why for each in rescued.unplaced} == {Why.UNKNOWN_SHEET}


def put(sheet: Any, cell: str, value: object) -> None:
    sheet[cell] = value


@pytest.mark.parametrize("name", ["好.xlsx", "好.未能安放.txt"])
def test_nothing_is_written_over(workbooks: list[Path], tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("旧", encoding="utf-8")
    with pytest.raises(CannotDo) as refusal:
        operations.rescue(workbooks[1], tmp_path / "好.xlsx")
    assert refusal.value.key == "output.exists"
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_a_workbook_with_nothing_of_ours_is_refused(tmp_path: Path) -> None:
    path = plain_book(tmp_path / "别的.xlsx", [["甲", 1]], sheet="Sheet1")
    with pytest.raises(CannotDo) as refusal:
        operations.rescue(path, tmp_path / "好.xlsx")
    assert refusal.value.key == "rescue.nothing"
    assert [each.name for each in tmp_path.iterdir()] == ["别的.xlsx"]


def test_a_workbook_that_does_not_add_up_is_not_written(
    workbooks: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The program's own check: a writer that drops a value is caught before anything is delivered."""

    def careless(draft: Path, form: Form, rules: Profile, **kept: Any) -> None:
        submission = kept.pop("submission")
        fewer = replace(submission.projects[0], goals="")
        write_template(draft, form, rules, submission=replace(submission, projects=(fewer,)), **kept)

    monkeypatch.setattr("xlgoals.rescue.write_template", careless)
    with pytest.raises(CannotDo) as refusal:
        operations.rescue(workbooks[1], tmp_path / "好.xlsx", language=Language.EN)
    assert refusal.value.key == "rescue.not_conserved"
    assert list(tmp_path.iterdir()) == []
