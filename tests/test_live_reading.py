"""An open workbook is the same submission as its saved file, whatever stands in its cells."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from tests.support.books import edited
from tests.support.desk import reopened
from xlgoals import operations
from xlgoals.errors import CannotDo
from xlgoals.excel import reading
from xlgoals.excel.reading import read_open, shortest
from xlgoals.form import load_form
from xlgoals.model import Sighting, Submission
from xlgoals.resources import resource_path

ROOT = Path(__file__).parent.parent
WORKBOOKS = sorted([*(ROOT / "examples" / "units").glob("*.xlsx"), *resource_path("").glob("*.xlsx")])
UNIT = ROOT / "examples" / "units" / "306201_2022_绩效目标.xlsx"


def live(path: Path) -> Submission:
    desk = reopened(path)
    return operations.submission_in(read_open(desk.book, desk.host, load_form()), desk.book.name)


def filed(path: Path) -> Submission:
    (submission,) = operations.load(path)
    return replace(submission, digest="")


@pytest.mark.parametrize("path", WORKBOOKS, ids=lambda path: path.stem)
def test_every_example_reads_alike(path: Path) -> None:
    assert live(path) == filed(path)


def put(sheet: str, cell: str, value: object, code: str = "", kind: str = "") -> Callable[[Any], None]:
    def edit(book: Any) -> None:
        target = book[sheet][cell]
        target.value = value
        if code:
            target.number_format = code
        if kind:
            target.data_type = kind

    return edit


CELLS: dict[str, tuple[Callable[[Any], None], Sighting | None]] = {
    "a number as text": (put("指标", "G4", "007", kind="s"), None),
    "a text like a formula": (put("指标", "G4", "=1+1", kind="s"), None),
    "a text like an error": (put("指标", "G4", "#N/A", kind="s"), None),
    "white space": (put("指标", "G4", "  \n 3 人 "), None),
    "a plain number": (put("指标", "G4", 0.1, "General"), None),
    "a long number": (put("指标", "G4", 123456789.123456, "General"), None),
    "a percentage": (put("指标", "G4", 0.95, "0%"), None),
    "a percentage of an amount": (put("项目", "D4", 0.95, "0.00%"), None),
    "a date": (put("指标", "G4", datetime.datetime(2022, 12, 31), "yyyy-mm-dd"), None),
    "a truth value": (put("指标", "G4", True, "General"), None),
    "an amount as text": (put("项目", "D4", "117万"), None),
    "a large amount": (put("项目", "D4", 12345678901234), None),
    "an error value": (put("指标", "G4", "#N/A", kind="e"), Sighting.ERROR_VALUE),
    "a formula": (put("指标", "G4", "=1+1"), Sighting.FORMULA_WITHOUT_VALUE),
    "a changed heading": (put("项目", "C3", "类别"), Sighting.LABEL_CHANGED),
    "a changed formula": (put("指标", "A5", "=1"), Sighting.FORMULA_CHANGED),
    "a removed formula": (put("指标", "A5", 2), Sighting.FORMULA_REMOVED),
    "an unknown column": (put("指标", "K6", "x"), Sighting.UNKNOWN_COLUMN),
    "a blank row": (put("指标", "B60", "信息化建设"), Sighting.BLANK_ROW_INSIDE),
}


@pytest.mark.parametrize("case", CELLS)
def test_every_kind_of_cell_reads_alike(case: str, tmp_path: Path) -> None:
    edit, sighting = CELLS[case]
    path = edited(UNIT, tmp_path / UNIT.name, edit)
    submission = live(path)
    assert submission == filed(path)
    seen = {observation.sighting for observation in submission.observations}
    assert sighting in seen if sighting else not seen


def test_a_sheet_without_its_lock_is_seen(tmp_path: Path) -> None:
    path = edited(UNIT, tmp_path / UNIT.name, lambda book: setattr(book["指标"].protection, "sheet", False))
    assert live(path) == filed(path)
    assert [each.sighting for each in live(path).observations] == [Sighting.PROTECTION_OFF]


def test_a_used_part_beyond_all_tables_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MOST_CELLS", 1000)
    with pytest.raises(CannotDo) as refusal:
        live(UNIT)
    assert refusal.value.key == "live.too_large"


def test_a_sheet_is_read_in_blocks_that_join(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "_BLOCK_CELLS", 70)
    assert live(UNIT) == filed(UNIT)


def test_a_workbook_of_others_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CannotDo) as refusal:
        live(ROOT / "examples" / "master.xlsx")
    assert refusal.value.key == "workbook.not_ours"


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (117.0, "117"),
        (0.1, "0.1"),
        (1e-7, "0.0000001"),
        (1e22, "10000000000000000000000"),
        (-2.5, "-2.5"),
        (0.0, "0"),
        (3199.8, "3199.8"),
    ],
)
def test_a_number_is_its_shortest_decimal_text(number: float, text: str) -> None:
    assert shortest(number) == text
    assert float(text) == number
