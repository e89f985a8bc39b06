"""填充 and 修正 ask, add and change nothing else, and are taken back to the last note and ground."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.support.books import edited, write_submission
from tests.support.desk import Desk, Look, locks, look, open_copy, reopened, unlocked
from tests.support.seed import seed_submissions
from xlgoals import operations
from xlgoals.excel.folders import state_folder
from xlgoals.excel.session import Session
from xlgoals.form import load_form
from xlgoals.messages import Language, say
from xlgoals.model import Submission

ROOT = Path(__file__).parent.parent
FORM = load_form()
INDICATORS = FORM.indicators.name


@pytest.fixture
def unit(tmp_path: Path) -> Path:
    return write_submission(tmp_path / "306101.xlsx", seed_submissions()[0])


@pytest.fixture
def desk(unit: Path, tmp_path: Path) -> Desk:
    return open_copy(unit, tmp_path / "desk")


def rows(submission: Submission) -> list[tuple[str, ...]]:
    return [
        (project.name, each.level1, each.level2, each.name, each.description, each.target, each.waiver)
        for project, each in submission.indicators
    ]


def sentence(key: str, **details: object) -> str:
    return say(key, Language.ZH, **details)


def test_filling_shows_what_and_why_and_does_what_the_copy_of_a_file_would(
    desk: Desk, unit: Path, tmp_path: Path
) -> None:
    filled = operations.fill(unit, tmp_path / "filled.xlsx")
    told = desk.click("fill")
    (question,) = desk.host.program.asked
    for each in filled.projects:
        if each.added:
            assert each.project in question
            assert all(row.indicator.name in question for row in each.added)
    assert told == [sentence("fill.done", count=len(filled.added))]
    assert len(filled.added) > 3
    (live,) = operations.load(desk.save_over())
    (copied,) = operations.load(tmp_path / "filled.xlsx")
    assert rows(live) == rows(copied)
    assert live.observations == copied.observations == ()
    notes = reopened(tmp_path / "filled.xlsx")
    sheets = [each.book.sheets[INDICATORS] for each in (desk, notes)]
    assert desk.host.notes(sheets[0]) == notes.host.notes(sheets[1])


def test_filling_twice_adds_nothing(desk: Desk) -> None:
    desk.click("fill")
    before = look(desk.book, desk.host)
    asked = len(desk.host.program.asked)
    assert desk.click("fill") == [sentence("fill.nothing")]
    assert len(desk.host.program.asked) == asked
    assert look(desk.book, desk.host) == before


@pytest.mark.parametrize("button", ["fill", "fix"])
def test_without_consent_nothing_changes(desk: Desk, button: str) -> None:
    before = look(desk.book, desk.host)
    assert desk.click(button, answer=False) == []
    assert look(desk.book, desk.host) == before
    assert desk.click("undo") == [sentence("undo.nothing")]


def with_users_own(desk: Desk) -> None:
    """Notes and grounds of the user, on rows that a filling moves."""
    with unlocked(desk.book, desk.host, INDICATORS) as sheet:
        desk.host.write_notes(sheet, {(60, 7): "领导已同意", (90, 5): "待核"})
        desk.host.paint(sheet, {(60, 7): (0, 176, 80), (90, 5): None})


@pytest.mark.parametrize("button", ["fill", "fix"])
@pytest.mark.parametrize("marked", [False, True], ids=["plain", "marked"])
def test_an_operation_is_taken_back_exactly_by_another_process(desk: Desk, button: str, marked: bool) -> None:
    with_users_own(desk)
    if marked:
        desk.click("validate")
    before, locked = look(desk.book, desk.host), locks(desk.book, desk.host)
    desk.click(button)
    assert look(desk.book, desk.host)[INDICATORS] != before[INDICATORS]
    assert locks(desk.book, desk.host) == locked
    again = reopened(desk.save_over())
    (told,) = again.click("undo")
    assert sentence(f"operation.{button}") in told
    assert look(again.book, again.host) == before
    assert locks(again.book, again.host) == locked
    assert again.click("undo") == [sentence("undo.nothing")]


def test_the_users_notes_and_grounds_move_with_their_rows(desk: Desk) -> None:
    with_users_own(desk)
    names = {row: desk.book.sheets[INDICATORS].range((row, 5)).value for row in (60, 90)}
    desk.click("fill")
    sheet = desk.book.sheets[INDICATORS]
    column = [row[0] for row in sheet.range((1, 5), (140, 5)).options(ndim=2).value]
    notes = desk.host.notes(sheet)
    for (row, at), note in {(60, 7): "领导已同意", (90, 5): "待核"}.items():
        moved = [number for number, name in enumerate(column, start=1) if name == names[row]]
        assert note in [notes.get((number, at)) for number in moved]


def test_undo_works_although_marks_were_put_in_between(desk: Desk) -> None:
    before = look(desk.book, desk.host)
    desk.click("fill")
    desk.click("validate")
    desk.click("undo")
    marked = look(desk.book, desk.host)
    for name in (FORM.projects.name, INDICATORS):
        assert {c: s.content for c, s in marked[name].items()} == {
            c: s.content for c, s in before[name].items()
        }


def test_what_was_changed_since_is_not_lost_by_an_undo(desk: Desk) -> None:
    desk.click("fill")
    (submission,) = operations.load(desk.save_over())
    added = next(each for _, each in submission.indicators if not each.target)
    place = str(added.location.address("target"))
    with unlocked(desk.book, desk.host, INDICATORS) as sheet:
        sheet.range(place.partition("!")[2]).value = "≥95%"
    before = look(desk.book, desk.host)
    assert desk.click("undo") == [sentence("undo.changed", place=place)]
    assert look(desk.book, desk.host) == before


def test_fixing_writes_what_the_rules_propose_and_no_amount_as_text(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("xlgoals.excel.filling._MOST_LINES", 500)
    before = look(desk.book, desk.host)
    desk.click("fix")
    after = look(desk.book, desk.host)
    changed = {
        (name, cell): (before[name][cell].content, state.content)
        for name in (FORM.projects.name, INDICATORS)
        for cell, state in after[name].items()
        if state != before[name][cell]
    }
    assert ("不少于50次", "≥50次") in changed.values()
    question = "\n".join(desk.host.program.asked)
    for (name, _), (old, new) in changed.items():
        assert name in question
        assert old is None or str(old).replace("\n", "⏎") in question
        assert new is None or isinstance(new, str if name == INDICATORS else (float, str))


def test_an_amount_is_fixed_as_a_number(unit: Path, tmp_path: Path) -> None:
    path = edited(unit, tmp_path / "amount.xlsx", lambda book: put(book, "项目", (4, 4), "１１７．００"))
    desk = reopened(path)
    desk.click("fix")
    value = desk.book.sheets["项目"].range((4, 4)).value
    assert value == 117.0 or desk.host.program.asked == []


def put(book: Any, sheet: str, cell: tuple[int, int], value: object) -> None:
    book[sheet].cell(*cell).value = value


class CutOff(BaseException):
    """The process ends."""


def cut_off(desk: Desk, monkeypatch: pytest.MonkeyPatch, method: str, after: int) -> None:
    """The next process ends at the ``after``-th call of a method, and puts nothing in order."""
    left, lock = [after], Session._lock_again

    def lock_again(*arguments: Any) -> None:
        if not isinstance(sys.exc_info()[1], CutOff):
            lock(*arguments)

    real: Callable[..., object] = getattr(desk.host, method)

    def call(*arguments: object) -> object:
        left[0] -= 1
        if left[0] < 0:
            raise CutOff
        return real(*arguments)

    with monkeypatch.context() as patch:
        patch.setattr(desk.host, method, call)
        patch.setattr(Session, "_lock_again", lock_again)
        with pytest.raises(CutOff):
            desk.click("fill")


METHODS = ("unprotect", "write_formulas", "write_texts", "paint", "write_notes")
# With marks there are more calls: they are lifted before, and put again afterwards.
CUTS = [
    *((method, 0, marked) for method in METHODS for marked in (False, True)),
    *((method, 1, True) for method in METHODS if method != "write_texts"),
    ("unprotect", 1, False),
    ("paint", 2, True),
    ("write_notes", 2, True),
]


@pytest.mark.parametrize(("method", "after", "marked"), CUTS)
def test_an_operation_cut_off_in_the_middle_leaves_a_workbook_that_the_next_click_puts_right(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, method: str, after: int, marked: bool
) -> None:
    if marked:
        desk.click("validate")
    before, locked = look(desk.book, desk.host), locks(desk.book, desk.host)
    cut_off(desk, monkeypatch, method, after)
    desk.click("undo")
    assert locks(desk.book, desk.host) == locked
    if marked:
        desk.click("validate")
    assert contents(look(desk.book, desk.host)) == contents(before)
    if not marked:
        assert look(desk.book, desk.host) == before
    desk.click("validate")
    assert locks(desk.book, desk.host) == locked


def contents(seen: Look) -> Mapping[str, Mapping[tuple[int, int], object]]:
    return {name: {cell: state.content for cell, state in cells.items()} for name, cells in seen.items()}


def percent(book: Any) -> None:
    put(book, INDICATORS, (100, 7), 0.95)
    book[INDICATORS].cell(100, 7).number_format = "0%"


def no_room(book: Any) -> None:
    for row in book[INDICATORS].iter_rows(min_row=113):
        for cell in row:
            cell.value = None


REFUSED: dict[str, tuple[str, Callable[[Any], None]]] = {
    "a formula would move": ("fill.in_the_way", lambda book: put(book, INDICATORS, (100, 6), "=G99")),
    "a date would move": ("fill.in_the_way", percent),
    "foreign content would stay": ("fill.in_the_way", lambda book: put(book, INDICATORS, (100, 12), "注")),
    "there is no room": ("fill.no_room", no_room),
}


@pytest.mark.parametrize("case", REFUSED)
def test_rows_that_cannot_move_stop_the_filling_before_it_asks(case: str, unit: Path, tmp_path: Path) -> None:
    key, edit = REFUSED[case]
    desk = reopened(edited(unit, tmp_path / "changed.xlsx", edit))
    before = look(desk.book, desk.host)
    (told,) = desk.click("fill")
    assert told.startswith(say(key, Language.ZH, place="指标!", sheet="指标", needed=0, last=0)[:3])
    assert "没有改动" in told
    assert desk.host.program.asked == []
    assert look(desk.book, desk.host) == before


def test_no_record_lies_beside_the_workbook_and_a_torn_one_is_no_fault(desk: Desk) -> None:
    desk.click("fill")
    folder = Path(str(desk.book.fullname)).parent
    assert [file.name for file in folder.iterdir()] == ["306101.xlsx"]
    (record,) = (state_folder() / "undo").iterdir()
    assert json.loads(record.read_text("utf-8"))["operation"] == "operation.fill"
    record.write_text("{", encoding="utf-8")
    assert desk.click("undo") == [sentence("undo.nothing")]
