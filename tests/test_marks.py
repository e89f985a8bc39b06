"""Marks are ours: found wherever they are, replaced whole, never a part of what is the user's."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some
from msgspec.structs import replace

from tests.support.desk import Desk, locks, look, open_copy, reopened, unlocked
from xlgoals import operations
from xlgoals.catalogue import cure, message
from xlgoals.excel.contents import State
from xlgoals.excel.host import Colour
from xlgoals.excel.marks import MarkPen, by_cell
from xlgoals.findings import Finding, Severity, cell_order
from xlgoals.form import load_form
from xlgoals.messages import Language, say
from xlgoals.read.cells import TOP_LEFT

ROOT = Path(__file__).parent.parent
UNIT = ROOT / "examples" / "units" / "306201_2022_绩效目标.xlsx"
FORM = load_form()
PEN = MarkPen(FORM)
SHEETS = (FORM.guide.name, FORM.projects.name, FORM.indicators.name)
colours = some.none() | some.tuples(*[some.integers(0, 255)] * 3)
GREEN: Colour = (0, 176, 80)


def own_findings(path: Path) -> list[Finding]:
    (submission,) = operations.load(path)
    return operations.validate(submission)


def finding(number: int = 0, severity: Severity = Severity.WARNING) -> Finding:
    """One of different rules."""
    first_of = {each.code: each for each in reversed(own_findings(UNIT))}
    return replace(first_of[sorted(first_of)[number]], severity=severity)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return open_copy(UNIT, tmp_path / "desk")


@given(own=some.text(max_size=60), fill=colours)
def test_the_users_note_and_ground_come_back_from_any_mark(own: str, fill: Colour | None) -> None:
    normal = own.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
    assert PEN.parse(PEN.note(normal, fill, [])) == (normal, fill)


@given(own=some.text(max_size=60))
def test_a_note_without_a_mark_is_the_users_alone(own: str) -> None:
    assert PEN.parse(own) is None


def test_what_the_user_writes_around_a_mark_is_kept() -> None:
    note = PEN.note("我的批注", None, [finding()])
    assert PEN.parse("张三：\n" + note + "\n已电话核实") == ("张三：\n我的批注\n已电话核实", None)
    assert PEN.parse(note.replace("\n", "\r\n")) == ("我的批注", None)
    assert PEN.parse(note.removesuffix(FORM.marks["mark_end"]).rstrip()) == ("我的批注", None)


def test_two_marks_in_one_note_go_together() -> None:
    assert PEN.parse(PEN.note(PEN.note("甲", GREEN, []) + "\n乙", (1, 2, 3), [])) == ("甲\n乙", GREEN)


def test_every_cell_with_a_finding_is_marked_with_what_to_do_and_no_other(desk: Desk) -> None:
    before = look(desk.book, desk.host)
    desk.click("validate")
    after = look(desk.book, desk.host)
    findings = own_findings(UNIT)
    for name in SHEETS:
        expected: dict[tuple[int, int], list[Finding]] = {}
        for each in findings:
            for address in dict.fromkeys((each.address, *each.also)):
                row, column, _ = cell_order(address.cell)
                if address.sheet == name and (row, column) != (1, 1):
                    expected.setdefault((row, column), []).append(each)
        changed = {cell for cell, state in after[name].items() if state != before[name][cell]}
        assert changed == set(expected)
        for cell, told in expected.items():
            state = after[name][cell]
            assert state.content == before[name][cell].content
            assert state.fill == PEN.colour(min((each.severity for each in told), key=lambda each: each.rank))
            for each in told:
                assert message(each, Language.ZH) in (state.note or "")
                assert cure(each, Language.ZH) in (state.note or "")


def test_several_findings_in_one_cell_join_and_the_gravest_colours_it(desk: Desk) -> None:
    told = [finding(0, Severity.ADVICE), finding(1, Severity.WARNING), finding(2, Severity.ERROR)]
    with unlocked(desk.book, desk.host, "指标") as sheet:
        PEN.put(sheet, desk.host, {(5, 7): told})
        note = desk.host.notes(sheet)[5, 7]
        assert desk.host.fills(sheet, [(5, 7)]) == [PEN.colour(Severity.ERROR)]
    places = [note.index(each.code) for each in reversed(told)]
    assert places == sorted(places)


def test_a_second_click_changes_nothing(desk: Desk) -> None:
    desk.click("validate")
    once = look(desk.book, desk.host)
    desk.click("validate")
    assert look(desk.book, desk.host) == once


def test_marks_go_when_their_cause_is_gone_and_the_users_own_come_back(desk: Desk) -> None:
    row, column, _ = cell_order(next(f for f in own_findings(UNIT) if f.field == "target").address.cell)
    cell = (row, column)
    with unlocked(desk.book, desk.host, "指标") as sheet:
        desk.host.write_notes(sheet, {cell: "领导已同意"})
        desk.host.paint(sheet, {cell: GREEN})
        before = look(desk.book, desk.host)["指标"][cell]
    desk.click("validate")
    marked = look(desk.book, desk.host)["指标"][cell]
    assert marked.note is not None
    assert marked.note.startswith("领导已同意\n")
    assert marked.fill != GREEN
    with unlocked(desk.book, desk.host, "指标") as sheet:
        desk.host.write_notes(sheet, {cell: f"{marked.note}\n又及：已改"})
        desk.host.write_texts(sheet, {cell: "≥95%"})
    desk.click("validate")
    after = look(desk.book, desk.host)["指标"][cell]
    own, fill = PEN.parse(after.note or "") or (after.note, after.fill)
    assert before == State(before.content, GREEN, "领导已同意")
    assert (own, fill) == ("领导已同意\n又及：已改", GREEN)


def test_a_mark_whose_row_has_moved_is_still_found(desk: Desk) -> None:
    with unlocked(desk.book, desk.host, "指标") as sheet:
        PEN.put(sheet, desk.host, {(5, 7): [finding()]})
        note, [fill] = desk.host.notes(sheet)[5, 7], desk.host.fills(sheet, [(5, 7)])
        desk.host.write_notes(sheet, {(5, 7): None, (9, 7): note})
        desk.host.paint(sheet, {(5, 7): GREEN, (9, 7): fill})
        assert PEN.lift(sheet, desk.host) == 1
        assert desk.host.fills(sheet, [(5, 7), (9, 7)]) == [GREEN, (255, 251, 230)]
        assert (9, 7) not in desk.host.notes(sheet)


def test_a_ground_that_the_user_gave_a_marked_cell_stays(desk: Desk) -> None:
    with unlocked(desk.book, desk.host, "指标") as sheet:
        PEN.put(sheet, desk.host, {(5, 7): [finding()]})
        desk.host.paint(sheet, {(5, 7): GREEN})
        PEN.lift(sheet, desk.host)
        assert desk.host.fills(sheet, [(5, 7)]) == [GREEN]


def test_marks_survive_saving_and_closing(desk: Desk) -> None:
    before = look(desk.book, desk.host)
    desk.click("validate")
    again = reopened(desk.save_over())
    for name in SHEETS:
        with unlocked(again.book, again.host, name) as sheet:
            PEN.lift(sheet, again.host)
        assert look(again.book, again.host)[name] == before[name]


@pytest.mark.parametrize("source", sorted((ROOT / "examples" / "units").glob("*.xlsx")), ids=lambda p: p.stem)
def test_a_marked_workbook_is_no_changed_workbook(source: Path, tmp_path: Path) -> None:
    desk = open_copy(source, tmp_path / "desk")
    desk.click("validate")
    saved = desk.save_over()
    assert own_findings(saved) == own_findings(source)
    (submission,) = operations.load(saved)
    assert submission.observations == ()
    rescued = operations.rescue(saved, tmp_path / "rescued.xlsx")
    assert rescued.unplaced == ()
    assert [each.code for each in own_findings(rescued.path)] == [f.code for f in own_findings(source)]


def test_what_the_user_wrote_into_the_results_is_not_lost_by_a_rescue(desk: Desk, tmp_path: Path) -> None:
    desk.click("validate")
    results = FORM.results.name
    with unlocked(desk.book, desk.host, results) as sheet:
        desk.host.write_texts(sheet, {(5, 12): "请李四复核", (900, 2): "附记"})
    rescued = operations.rescue(desk.save_over(), tmp_path / "rescued.xlsx")
    assert [(each.address.sheet, each.value) for each in rescued.unplaced] == [
        (results, "请李四复核"),
        (results, "附记"),
    ]


def test_findings_about_a_whole_sheet_are_listed_and_mark_no_cell(desk: Desk) -> None:
    desk.host.unprotect(desk.book.sheets["项目"])
    desk.click("validate")
    (submission,) = operations.load(desk.save_over())
    (told,) = [each for each in operations.validate(submission) if each.address.cell == TOP_LEFT]
    lines = desk.book.sheets[FORM.results.name].range((4, 1), (200, 9)).options(ndim=2).value
    assert (told.code, str(told.address)) in [(line[8], line[2]) for line in lines]
    assert (1, 1) not in desk.host.notes(desk.book.sheets["项目"])
    assert (
        locks(desk.book, desk.host)["项目"] is None
    )  # the user took it off; it is told, and left to the user


def test_a_finding_that_the_unit_explains_is_listed_with_the_reason_and_not_marked(desk: Desk) -> None:
    chosen = next(f for f in own_findings(UNIT) if f.severity is Severity.WARNING and f.field == "target")
    row, column, _ = cell_order(chosen.address.cell)
    waiver = next(c for c, cell in head(desk).items() if cell == FORM.indicators.column("waiver").label)
    with unlocked(desk.book, desk.host, "指标") as sheet:
        desk.host.write_texts(sheet, {(row, waiver): "经主管部门同意按原口径填报"})
    desk.click("validate")
    note = desk.host.notes(desk.book.sheets["指标"]).get((row, column), "")
    assert message(chosen, Language.ZH) not in note
    cells = desk.book.sheets[FORM.results.name].range((4, 1), (200, 9)).options(ndim=2).value
    (line,) = [line for line in cells if line[2] == str(chosen.address) and line[8] == chosen.code]
    assert "经主管部门同意按原口径填报" in line[7]


def head(desk: Desk) -> dict[int, str]:
    row = desk.book.sheets["指标"].range((3, 1), (3, 10)).value
    return dict(enumerate(row, start=1))


def test_of_very_many_cells_the_gravest_are_marked_and_the_rest_is_told(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    most = 3
    monkeypatch.setattr("xlgoals.excel.validating.MOST_MARKED", most)
    findings = own_findings(UNIT)
    everything = by_cell(findings)
    total = sum(map(len, everything.values()))
    before = look(desk.book, desk.host)
    told = desk.click("validate")
    after = look(desk.book, desk.host)
    marked = [
        (name, cell)
        for name in SHEETS
        for cell, state in after[name].items()
        if state.note != before[name][cell].note
    ]
    grave = {
        (name, cell)
        for name, cells in everything.items()
        for cell, found in cells.items()
        if any(each.severity is not Severity.ADVICE for each in found)
    }
    assert len(marked) == most < len(grave)
    assert set(marked) < grave
    assert told[0].splitlines()[-1] == say("live.marked_some", Language.ZH, most=most, rest=total - most)
    listed = after[FORM.results.name]
    assert len({cell[0] for cell, state in listed.items() if state.content}) >= len(findings)
