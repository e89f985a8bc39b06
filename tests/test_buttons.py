"""What a click does: the same cells on every engine, one sentence when it cannot, and never an exception."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import cast

import pytest

from tests.support.books import plain_book, write_submission
from tests.support.desk import Desk, Look, Witness, locks, look, open_copy, reopened, unlocked
from tests.support.seed import seed_submissions
from tests.support.session import LiveOffice
from xlgoals import operations
from xlgoals.catalogue import rule_page
from xlgoals.doctor import examine
from xlgoals.excel import buttons
from xlgoals.excel.buttons import HANDLERS, run
from xlgoals.excel.contents import Formula
from xlgoals.excel.engines.workbook import open_workbook
from xlgoals.excel.folders import log_file
from xlgoals.excel.host import Host, Locked, Protection
from xlgoals.findings import Severity, count_by_severity
from xlgoals.form import load_form
from xlgoals.messages import Language, say
from xlgoals.read.formulas import normal_formula
from xlgoals.workbench import load_workbench
from xlgoals.write.book import new_workbook, save_locked
from xlgoals.write.workbench import draw_workbench

ROOT = Path(__file__).parent.parent
UNIT = ROOT / "examples" / "units" / "306101_2022_绩效目标.xlsx"
FORM = load_form()
RESULTS = FORM.results.name
FROM_FORM = Protection(allowed=frozenset({"AllowFiltering", "AllowFormattingColumns", "AllowFormattingRows"}))


def sentence(key: str, **details: object) -> str:
    return say(key, Language.ZH, **details)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return open_copy(UNIT, tmp_path / "desk")


# ---- one handler code, several engines ----------------------------------------------------------------

CASES: dict[str, tuple[str, ...]] = {
    "validate": ("validate",),
    "validate twice": ("validate", "validate"),
    "fill": ("fill",),
    "fill and take it back": ("fill", "undo"),
    "fix": ("fix",),
    "fix and take it back": ("fix", "undo"),
    "all of it": ("validate", "fill", "fix", "validate", "undo"),
}


_MINUTE = re.compile(r"\d{4}-\d{2}-\d{2} \d{2}:\d{2}")


def plain(seen: Look) -> Mapping[str, Mapping[tuple[int, int], object]]:
    """What was seen, formulas by what they mean: each program spells them in its own way."""
    return {
        name: {
            cell: (
                normal_formula(state.content.text, *cell)
                if isinstance(state.content, Formula)
                else state.content,
                state.fill,
                state.note,
            )
            for cell, state in cells.items()
        }
        for name, cells in seen.items()
        if name in (FORM.guide.name, FORM.projects.name, FORM.indicators.name, RESULTS)
    }


@pytest.mark.parametrize("case", CASES)
def test_the_same_clicks_give_the_same_cells_on_libreoffice(case: str, live_office: LiveOffice) -> None:
    seen = []
    for book, host in (open_workbook(UNIT), live_office.open(UNIT)):
        witness = Witness(cast("Host", host))
        with unlocked(book, host, FORM.indicators.name) as sheet:
            host.write_notes(sheet, {(5, 7): "领导已同意"})
            host.paint(sheet, {(5, 7): (0, 176, 80)})
        for button in CASES[case]:
            run(button, book, cast("Host", witness))
        told = [_MINUTE.sub("", text) for text in witness.told]  # of an undo: it may turn in between
        locked = {name: lock is not None for name, lock in locks(book, host).items()}
        seen.append((plain(look(book, host)), told, witness.asked, locked))
    for one, other in zip(*seen, strict=True):
        assert one == other
    assert all(seen[0][3].values())


# ---- 校验 ---------------------------------------------------------------------------------------------


def lines(desk: Desk) -> list[list[object]]:
    rows = desk.book.sheets[RESULTS].range((4, 1), (400, 9)).options(ndim=2).value
    return [row for row in rows if any(value is not None for value in row)]


def test_the_results_are_the_findings_in_their_order_each_with_a_way_to_its_cell(desk: Desk) -> None:
    told = desk.click("validate")
    (submission,) = operations.load(UNIT)
    findings = operations.validate(submission)
    found = lines(desk)
    assert [(line[2], line[8]) for line in found] == [(str(f.address), f.code) for f in findings]
    assert [line[0] for line in found] == [float(number) for number in range(1, len(findings) + 1)]
    page = desk.host.program.opened[0].book[RESULTS]
    cells = ((row, page.cell(row, 3)) for row in range(4, page.max_row + 1))
    links = {row: cell.hyperlink.location for row, cell in cells if cell.hyperlink}
    assert links == {
        row: f"'{finding.address.sheet}'!{finding.address.cell}" for row, finding in enumerate(findings, 4)
    }
    counts = count_by_severity(findings)
    count = sentence(
        "validate.count",
        errors=counts[Severity.ERROR],
        warnings=counts[Severity.WARNING],
        advice=counts[Severity.ADVICE],
        explained=0,
    )
    assert told == [f"{count}\n{sentence('live.validated_more', sheet=RESULTS)}"]


def test_it_goes_to_the_first_error_and_gives_the_status_bar_back(desk: Desk) -> None:
    amount = (4, 4)
    with unlocked(desk.book, desk.host, "项目") as sheet:
        desk.host.write_texts(sheet, {amount: "117万"})
    desk.click("validate")
    selection = desk.book.app.selection
    assert selection is not None
    assert (selection.sheet.name, selection.row, selection.column) == ("项目", *amount)
    assert desk.host.program.statuses == [
        sentence("live.reading"),
        sentence("live.checking"),
        sentence("live.writing"),
        None,
    ]


def test_former_results_go_although_the_new_ones_are_fewer(desk: Desk) -> None:
    desk.click("validate")
    before = len(lines(desk))
    desk.click("fix")
    desk.click("validate")
    (submission,) = operations.load(desk.save_over())
    assert len(lines(desk)) == len(operations.validate(submission)) < before


def test_what_a_unit_writes_never_becomes_a_formula(desk: Desk) -> None:
    with unlocked(desk.book, desk.host, FORM.indicators.name) as sheet:
        desk.host.write_texts(
            sheet, {(4, 7): '=HYPERLINK("http://example.org")', (5, 7): "007", (6, 7): "1/2"}
        )
    with unlocked(desk.book, desk.host, FORM.projects.name) as sheet:
        desk.host.write_texts(sheet, {(4, 4): "=1+1"})
    for button in ("validate", "fill", "fix", "undo"):
        desk.click(button)
    seen = look(desk.book, desk.host)
    for name in (FORM.indicators.name, RESULTS):
        computed = {1, 9} if name == FORM.indicators.name else set()
        formulas = [
            c for c, s in seen[name].items() if isinstance(s.content, Formula) and c[1] not in computed
        ]
        assert formulas == []
    assert "=1+1" in [state.content for state in seen[RESULTS].values()]
    assert [seen[FORM.projects.name][4, 4].content, seen[FORM.indicators.name][5, 7].content] == [
        "=1+1",
        "007",
    ]


def test_a_workbook_without_its_results_sheet_is_marked_all_the_same(desk: Desk) -> None:
    document = desk.host.program.opened[0]
    document.book.remove(document.book[RESULTS])
    document._grids = [grid for grid in document._grids if grid.name != RESULTS]
    (told,) = desk.click("validate")
    assert sentence("live.no_results_sheet", sheet=RESULTS) in told
    assert desk.host.notes(desk.book.sheets[FORM.indicators.name])


# ---- what cannot be done, and what goes wrong ---------------------------------------------------------


def test_an_unknown_button_is_answered_with_those_that_there_are(desk: Desk) -> None:
    before = look(desk.book, desk.host)
    assert desk.click("__import__") == [
        sentence("live.unknown", name="__import__", known=", ".join(HANDLERS))
    ]
    assert look(desk.book, desk.host) == before


@pytest.mark.parametrize("button", [name for name in HANDLERS if name not in ("doctor", "rules", "undo")])
def test_a_workbook_of_others_is_left_alone(button: str, tmp_path: Path) -> None:
    path = plain_book(tmp_path / "other.xlsx", [["项目名称", "预算数"], ["甲", 1]], "清单")
    desk = reopened(path)
    before = look(desk.book, desk.host)
    (told,) = desk.click(button)
    key, details = "workbook.not_ours", {"file": "other.xlsx"}
    if button in ("consolidate", "missing", "return", "compare"):
        key = "workbench.not_one"
        details["sheet"] = load_workbench().inputs.name
    assert told == sentence(key, **details)
    assert look(desk.book, desk.host) == before


FAULTS = [
    *(("validate", method) for method in ("unprotect", "write_formulas", "link")),
    *((button, method) for button in ("validate", "fill") for method in ("paint", "write_notes")),
    *(("fill", method) for method in ("unprotect", "write_texts", "write_formulas")),
]


@pytest.mark.parametrize(("button", "method"), FAULTS)
def test_a_fault_is_one_sentence_and_every_sheet_is_locked_as_before(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, method: str, button: str
) -> None:
    locked = locks(desk.book, desk.host)
    assert set(locked.values()) >= {FROM_FORM}

    def fail(*_: object) -> None:
        raise ValueError("不少于50次")

    monkeypatch.setattr(desk.host, method, fail)
    assert desk.click(button) == [sentence("live.fault", log=log_file())]
    assert locks(desk.book, desk.host) == locked
    assert desk.host.program.statuses[-1] is None


def test_the_log_tells_where_and_nothing_out_of_a_cell(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        try:
            float("机密内容")
        except ValueError as fault:
            raise RuntimeError("更多机密内容") from fault

    monkeypatch.setattr(operations, "validate", fail)
    desk.click("validate")
    log = log_file().read_text("utf-8")
    assert "机密" not in log
    for told in (
        "validate",
        "builtins.ValueError",
        "builtins.RuntimeError",
        "validating.py",
        "test_buttons.py",
    ):
        assert told in log


@pytest.mark.parametrize("method", ["tell", "status"])
def test_nothing_is_raised_when_the_application_is_gone(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, method: str
) -> None:
    asked: list[str] = []

    def gone(*_: object) -> None:
        asked.append(method)
        raise ConnectionError

    locked = locks(desk.book, desk.host)
    monkeypatch.setattr(desk.host, method, gone)
    for button in ("validate", "nothing", "consolidate"):
        run(button, desk.book, desk.host)
    assert asked
    assert locks(desk.book, desk.host) == locked


def test_a_password_is_asked_for_by_name_of_the_sheet(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    real = desk.host.unprotect

    def refuse(sheet: object) -> None:
        if getattr(sheet, "name", "") == "指标":
            raise Locked
        real(sheet)  # type: ignore[arg-type]

    monkeypatch.setattr(desk.host, "unprotect", refuse)
    locked = locks(desk.book, desk.host)
    assert desk.click("validate") == [sentence("live.password", sheet="指标")]
    assert locks(desk.book, desk.host) == locked


def test_a_cell_that_cannot_be_written_is_named(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise Locked("指标!$G$5")

    monkeypatch.setattr(buttons, "HANDLERS", {"validate": refuse})
    assert desk.click("validate") == [sentence("live.locked", place="指标!$G$5")]


# ---- 规则说明, 自检, 打印, 汇总 -----------------------------------------------------------------------


def test_the_rule_of_the_selected_row_is_explained(desk: Desk) -> None:
    assert desk.click("rules")[0].startswith(sentence("rules.pick", count=0)[:8])
    desk.click("validate")
    code = str(lines(desk)[2][8])
    desk.book.sheets[RESULTS].activate()
    desk.book.sheets[RESULTS].range((6, 2)).select()
    (told,) = desk.click("rules")
    words = rule_page(code).words[Language.ZH]
    assert told.startswith(f"{code}  {words.title}\n")
    assert words.why in told
    desk.book.sheets["指标"].range((6, 2)).select()
    (listed,) = desk.click("rules")
    assert listed.startswith(sentence("rules.found"))
    assert {str(line[8]) for line in lines(desk)} == {line.split()[0] for line in listed.splitlines()[2:]}


def test_the_self_check_tells_everything_that_it_looked_at(desk: Desk) -> None:
    (told,) = desk.click("doctor")
    assert len(told.splitlines()) == len(examine())


def test_official_tables_are_written_beside_the_workbook_and_over_nothing(desk: Desk) -> None:
    folder = Path(str(desk.book.fullname)).parent
    desk.click("print")
    first = folder / "306101_2022_绩效目标_目标表.xlsx"
    kept = first.read_bytes()
    (told,) = desk.click("print")
    second = first.with_stem(f"{first.stem}-2")
    assert told == sentence("live.printed", file=second)
    assert desk.host.program.shown == [str(first), str(second)]
    assert first.read_bytes() == kept == second.read_bytes()
    (imported,) = operations.import_published([first], folder / "again")
    (submission,) = operations.load(UNIT)
    names = [project.name for project in imported.submission.projects]
    assert names == [project.name for project in submission.projects]


@pytest.fixture
def bench(tmp_path: Path) -> Desk:
    workbook, buffer = new_workbook("bench")
    draw_workbench(workbook, load_workbench(), FORM)
    workbook.close()
    path = tmp_path / "desk" / "汇总工作台.xlsx"
    path.parent.mkdir()
    save_locked(buffer, path)
    return reopened(path)


def enter(bench: Desk, **values: str) -> None:
    spec = load_workbench()
    page = bench.book.sheets[spec.inputs.name]
    block = page.range((1, 1), (30, 3)).options(ndim=2).value
    cells = spec.cells(block)
    at = {(cells[key][0] + 1, cells[key][1] + 1): text for key, text in values.items()}
    bench.host.write_texts(page, at)


def outcome(bench: Desk) -> list[list[object]]:
    rows = bench.book.sheets[load_workbench().results.name].range((4, 1), (20, 8)).options(ndim=2).value
    return [row for row in rows if any(value is not None for value in row)]


def test_the_workbench_merges_what_lies_in_its_folder_and_lists_every_file(
    bench: Desk, tmp_path: Path
) -> None:
    folder = tmp_path / "报送"
    folder.mkdir()
    for number, submission in enumerate(seed_submissions()):
        write_submission(folder / f"{number}.xlsx", submission)
    (folder / "坏.xlsx").write_bytes(b"%PDF-1.4")
    locked = locks(bench.book, bench.host)
    enter(bench, folder=str(folder), year="2022")
    (told,) = bench.click("consolidate")
    master = tmp_path / "汇总表.xlsx"
    assert master.is_file()
    assert bench.host.program.shown == [str(master)]
    assert str(master) in told
    assert "已汇总 2 家单位，1 个文件未能读取" in told
    assert [(row[1], row[3], row[4]) for row in outcome(bench)] == [
        ("306101", "已汇总", "0.xlsx"),
        ("306201", "已汇总", "1.xlsx"),
        (None, "未能读取", "坏.xlsx"),
    ]
    statuses = bench.host.program.statuses
    assert sentence("workbench.progress", done=2, total=3, file="1.xlsx") in statuses
    assert sentence("workbench.writing", done=2, total=2, file="汇总表.xlsx") in statuses
    (folder / "1.xlsx").unlink()
    bench.click("consolidate")
    assert len(outcome(bench)) == 2
    assert locks(bench.book, bench.host) == locked


def test_a_path_of_a_workbench_is_beside_it_unless_it_is_whole(bench: Desk, tmp_path: Path) -> None:
    folder = tmp_path / "desk" / "in"
    folder.mkdir()
    write_submission(folder / "1.xlsx", seed_submissions()[1])
    enter(bench, folder="in", master="out.xlsx")
    bench.click("consolidate")
    assert (tmp_path / "desk" / "out.xlsx").is_file()


def test_a_blank_folder_is_asked_for(bench: Desk) -> None:
    spec = load_workbench()
    field = next(each for each in spec.inputs.fields if each.key == "folder")
    assert bench.click("consolidate") == [
        sentence("workbench.blank", sheet=spec.inputs.name, label=field.label, prompt=field.prompt)
    ]
