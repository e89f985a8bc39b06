"""The same calls on a workbook file and in a running LibreOffice give the same cells."""

from __future__ import annotations

import ast
import datetime as dt
import html
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import xlwings as xw
from xlsxwriter import Workbook

from tests.support.session import LiveOffice
from xlgoals.errors import CannotDo
from xlgoals.excel.engines.grid import Area, blocks
from xlgoals.excel.engines.grid_host import GridHost
from xlgoals.excel.engines.workbook import open_workbook
from xlgoals.excel.host import Host, Locked, Protection

Opened = tuple[xw.Book, GridHost]
Open = Callable[[Path], Opened]
TINT = (255, 251, 230)
RED = (255, 199, 206)


@pytest.fixture(params=["file", "libreoffice"])
def engine(request: pytest.FixtureRequest) -> Iterator[Open]:
    if request.param == "file":
        yield open_workbook
    else:
        live: LiveOffice = request.getfixturevalue("live_office")
        yield live.open


@pytest.fixture
def workbook(tmp_path: Path) -> Path:
    """Column B is text, C general, both unlocked and tinted by column style; the rest is locked."""
    path = tmp_path / "a=b 工作簿.xlsx"
    made = Workbook(path)
    sheet, other = made.add_worksheet("项目"), made.add_worksheet("其他 '表")
    tint = {"bg_color": "#FFFBE6", "locked": False}
    sheet.set_column(1, 1, 20, made.add_format({**tint, "num_format": "@"}))
    sheet.set_column(2, 2, 20, made.add_format(tint))
    sheet.write_row(0, 0, ["序号", "名称", "金额"])
    sheet.write_formula(1, 0, "=SUM(C2,1)", value=118)
    sheet.write_row(1, 1, ["甲", 117])
    sheet.write_formula(2, 0, "=1/0", value="#DIV/0!")
    sheet.write_datetime(3, 0, dt.datetime(2026, 1, 15), made.add_format({"num_format": "yyyy-mm-dd"}))
    sheet.write_boolean(4, 0, True)
    sheet.write_comment(1, 1, "单位的批注")
    sheet.protect("", {"format_columns": True, "autofilter": True})
    other.write_string(0, 0, "x")
    other.protect("secret")
    made.define_name("amounts", "=项目!$C$2:$C$9")
    made.set_custom_property("xlgoals_template_id", "xlgoals-unit", "text")
    made.close()
    return path


@pytest.fixture
def opened(engine: Open, workbook: Path) -> Opened:
    return engine(workbook)


def block(book: xw.Book, first: tuple[int, int], last: tuple[int, int]) -> list[list[Any]]:
    values: list[list[Any]] = book.sheets["项目"].range(first, last).options(ndim=2, err_to_str=True).value
    return values


def test_the_book_is_the_caller_and_is_found_by_name(opened: Opened) -> None:
    book, host = opened
    book.set_mock_caller()
    assert xw.Book.caller().name == book.name == "a=b 工作簿.xlsx"
    assert book.app.books[book.name] == book
    assert [sheet.name for sheet in book.sheets] == ["项目", "其他 '表"]
    assert [sheet.index for sheet in book.sheets] == [1, 2]
    assert "项目" in book.sheets
    assert host.properties(book)["xlgoals_template_id"] == "xlgoals-unit"
    assert book.names["amounts"].refers_to_range.address == "$C$2:$C$9"
    assert book.names["amounts"].refers_to == "=项目!$C$2:$C$9"
    assert book.sheets["项目"]["amounts"].shape == (8, 1)


def test_values_are_read_with_their_types(opened: Opened) -> None:
    book, _ = opened
    assert block(book, (1, 1), (5, 3)) == [
        ["序号", "名称", "金额"],
        [118.0, "甲", 117.0],
        ["#DIV/0!", None, None],
        [dt.datetime(2026, 1, 15), None, None],
        [True, None, None],
    ]
    sheet = book.sheets["项目"]
    assert sheet.range((3, 1)).value is None
    assert sheet.used_range.last_cell.address == "$C$5"
    assert sheet.range("A1").end("right").address == "$C$1"
    assert sheet.range("B1").end("down").address == "$B$2"
    assert sheet.range("B2").current_region.address == "$A$1:$C$5"
    assert sheet.range("A1").expand("right").value == ["序号", "名称", "金额"]


# What is put in through xlwings, and what Excel makes of it in a general cell and in one for text.
TYPED = [
    ("007", 7.0, "007"),
    ("1,234.5", 1234.5, "1,234.5"),
    ("12%", 0.12, "12%"),
    ("(5)", -5.0, "(5)"),
    ("1e3", 1000.0, "1e3"),
    ("1 1/2", 1.5, "1 1/2"),
    ("1/2", dt.datetime(dt.date.today().year, 1, 2), "1/2"),
    ("2026-01-15", dt.datetime(2026, 1, 15), "2026-01-15"),
    ("2026年1月15日", dt.datetime(2026, 1, 15), "2026年1月15日"),
    ("2026-13-15", "2026-13-15", "2026-13-15"),
    ("12:30", 0.5208333333333334, "12:30"),
    ("TRUE", True, "TRUE"),
    ("=1+1", None, "=1+1"),
    ("'007", "007", "007"),
    ("50次", "50次", "50次"),
    ("≥95%", "≥95%", "≥95%"),
    ("1.2.3", "1.2.3", "1.2.3"),
    ("", None, None),
    (None, None, None),
    (7, 7.0, "7"),
    (0.5, 0.5, "0.5"),
    (False, False, False),
    (dt.date(2026, 1, 15), dt.datetime(2026, 1, 15), dt.datetime(2026, 1, 15)),
]


@pytest.mark.parametrize(("put", "general", "text"), TYPED)
def test_a_value_put_in_through_xlwings_is_read_as_excel_would(
    opened: Opened, put: object, general: object, text: object
) -> None:
    book, host = opened
    sheet = book.sheets["项目"]
    sheet.range((6, 2)).value = [[put, put]]
    assert sheet.range((6, 2)).value == text
    if put == "=1+1":  # what it comes to, only LibreOffice computes
        assert host.formulas(sheet, ((6, 2), (6, 3))) == [["'=1+1", "=1+1"]]
        assert sheet.range((6, 3)).value == (None if host.name == "file" else 2.0)
    else:
        assert sheet.range((6, 3)).value == general
        assert type(sheet.range((6, 3)).value) is type(general)


def test_texts_of_the_host_are_literal_and_its_formulas_are_formulas(opened: Opened) -> None:
    book, host = opened
    sheet = book.sheets["项目"]
    texts = {(6, 3): "007", (7, 3): "1/2", (8, 3): "=1+1", (9, 3): "'x", (10, 3): "#N/A", (12, 3): ""}
    host.write_texts(sheet, texts)
    assert block(book, (6, 3), (12, 3)) == [["007"], ["1/2"], ["=1+1"], ["'x"], ["#N/A"], [None], [None]]
    typed = host.formulas(sheet, ((6, 3), (10, 3)))
    assert typed == [["007"], ["1/2"], ["'=1+1"], ["''x"], ["#N/A"]]
    again = {(row + 10, 3): text for (row, _), [text] in zip(sorted(texts), typed, strict=False)}
    host.write_formulas(sheet, {**again, (20, 3): "=SUM('其他 ''表'!A1,1.5)", (21, 3): 7, (22, 3): None})
    assert block(book, (16, 3), (19, 3)) == block(book, (6, 3), (9, 3))
    assert host.formulas(sheet, ((20, 3), (22, 3))) == [["=SUM('其他 ''表'!A1,1.5)"], ["7"], [""]]
    assert sheet.range((21, 3)).value == 7.0
    assert sheet.range((20, 3)).formula == "=SUM('其他 ''表'!A1,1.5)"


def test_an_area_of_many_kinds_is_written_at_once(opened: Opened) -> None:
    book, host = opened
    host.unprotect(book.sheets["项目"])
    rows = [["a", 1.0, None], [True, dt.datetime(2026, 1, 2), "b"], [None, -0.5, "c"]]
    book.sheets["项目"].range((8, 4)).value = rows
    assert block(book, (8, 4), (10, 6)) == rows
    book.sheets["项目"].range((8, 4), (10, 6)).clear_contents()
    assert block(book, (8, 4), (10, 6)) == [[None] * 3] * 3


LOCKED: list[tuple[str, Callable[[xw.Sheet, Host], object]]] = [
    ("a value", lambda sheet, _: setattr(sheet.range((2, 1)), "value", 1)),
    ("a block, one cell of it locked", lambda sheet, _: setattr(sheet.range((2, 1), (2, 3)), "value", 1)),
    ("a value beside all cells", lambda sheet, _: setattr(sheet.range((900, 50)), "value", 1)),
    ("a formula", lambda sheet, _: setattr(sheet.range((2, 1)), "formula", "=1")),
    ("clearing", lambda sheet, _: sheet.range((2, 1)).clear_contents()),
    ("texts", lambda sheet, host: host.write_texts(sheet, {(2, 2): "x", (2, 1): "x"})),
    ("formulas", lambda sheet, host: host.write_formulas(sheet, {(2, 1): "=1"})),
    ("a link", lambda sheet, host: host.link(sheet, {(2, 1): ("项目", "A1")})),
    ("a colour, though unlocked", lambda sheet, host: host.paint(sheet, {(2, 2): RED})),
    ("a colour through xlwings", lambda sheet, _: setattr(sheet.range((2, 2)), "color", RED)),
    ("a format", lambda sheet, _: setattr(sheet.range((2, 2)), "number_format", "0")),
    ("a note", lambda sheet, host: host.write_notes(sheet, {(2, 2): "x"})),
    ("a note through xlwings", lambda sheet, _: sheet.range((3, 2)).add_note("x")),
]


@pytest.mark.parametrize("write", [write for _, write in LOCKED], ids=[name for name, _ in LOCKED])
def test_a_protected_sheet_refuses(opened: Opened, write: Callable[[xw.Sheet, Host], object]) -> None:
    book, host = opened
    before = block(book, (1, 1), (5, 3))
    with pytest.raises(Locked):
        write(book.sheets["项目"], host)
    assert block(book, (1, 1), (5, 3)) == before
    host.unprotect(book.sheets["项目"])
    write(book.sheets["项目"], host)


def test_protection_comes_off_and_goes_on_with_the_same_options(engine: Open, workbook: Path) -> None:
    book, host = engine(workbook)
    sheet = book.sheets["项目"]
    before = host.protection(sheet)
    assert before is not None
    host.unprotect(sheet)
    assert host.protection(sheet) is None
    host.protect(sheet, before)
    assert host.protection(sheet) == before
    saved = workbook.with_name("saved.xlsx")
    book.save(saved)
    again, file_host = open_workbook(saved)
    assert file_host.protection(again.sheets["项目"]) == Protection(
        allowed=frozenset({"AllowFormattingColumns", "AllowFiltering"})
    )


def test_a_password_is_respected(opened: Opened) -> None:
    book, host = opened
    with pytest.raises(Locked):
        host.unprotect(book.sheets["其他 '表"])
    assert host.protection(book.sheets["其他 '表"]) is not None


def test_fills_are_painted_and_read_for_scattered_cells(opened: Opened) -> None:
    book, host = opened
    sheet = book.sheets["项目"]
    cells = [(row, column) for row in range(2, 40, 3) for column in (1, 2, 3)]
    before = host.fills(sheet, cells)
    assert before == [None, TINT, TINT] * 13
    host.unprotect(sheet)
    host.paint(sheet, dict.fromkeys(cells, RED))
    assert host.fills(sheet, [*cells, (3, 2)]) == [*[RED] * len(cells), TINT]
    assert sheet.range((2, 2)).color == RED
    host.paint(sheet, dict(zip(cells, before, strict=True)))
    assert host.fills(sheet, cells) == before
    assert host.fills(sheet, []) == []
    sheet.range("B2").color = "#00FF00"
    assert sheet.range("B2:B3").color is None
    assert sheet.range("B2").color == (0, 255, 0)


def test_notes_are_read_replaced_and_taken_away(opened: Opened) -> None:
    book, host = opened
    sheet = book.sheets["项目"]
    assert host.notes(sheet) == {(2, 2): "单位的批注"}
    host.unprotect(sheet)
    host.write_notes(sheet, {(2, 2): "问题\n第二行", (30, 5): "新", (31, 5): None})
    assert host.notes(sheet) == {(2, 2): "问题\n第二行", (30, 5): "新"}
    assert [(note.location.address, note.text) for note in sheet.notes] == [
        ("$B$2", "问题\n第二行"),
        ("$E$30", "新"),
    ]
    note = sheet.range("E30").note
    assert note is not None
    note.delete()
    host.write_notes(sheet, {(2, 2): None})
    assert host.notes(sheet) == {}
    assert sheet.range("B2").note is None


def test_a_link_leaves_the_text_and_leads_to_the_cell(engine: Open, workbook: Path) -> None:
    book, host = engine(workbook)
    sheet = book.sheets["项目"]
    host.write_texts(sheet, {(6, 2): "其他!A1", (7, 3): "007"})
    host.link(sheet, {(6, 2): ("其他 '表", "A1"), (7, 3): ("项目", "B2")})
    assert block(book, (6, 2), (7, 3)) == [["其他!A1", None], [None, "007"]]
    saved = workbook.with_name("saved.xlsx")
    book.save(saved)
    with zipfile.ZipFile(saved) as package:
        xml = package.read("xl/worksheets/sheet1.xml").decode()
    assert "'其他 ''表'!A1" in html.unescape(xml)


def test_number_formats_are_read_and_set(opened: Opened) -> None:
    book, host = opened
    sheet = book.sheets["项目"]
    assert sheet.range("B2:B9").number_format == "@"
    assert sheet.range("B2:C9").number_format is None
    host.unprotect(sheet)
    sheet.range("C2:C3").number_format = "0.00"
    assert sheet.range("C3").number_format == "0.00"


def test_questions_and_sentences_need_a_window(opened: Opened) -> None:
    book, host = opened
    assert host.ask("是否继续？") is False
    assert book.app.alert("好", buttons="yes_no") == "no"
    host.tell("完成")
    host.status("正在校验")
    host.status(None)
    book.app.status_bar = "正在校验"
    assert book.app.status_bar == "正在校验"
    book.app.status_bar = False
    host.refresh(True)
    host.refresh(False)
    host.go_to(book.sheets["项目"], (2, 2))


def test_what_was_said_is_kept_by_the_engine_for_files(workbook: Path) -> None:
    book, host = open_workbook(workbook)
    host.program.answer = True
    assert host.ask("继续？") is True
    host.tell("完成")
    host.status("……")
    host.open_files(["a.docx"])
    host.go_to(book.sheets["项目"], (2, 3))
    selected = book.app.selection
    assert selected is not None
    assert selected.address == "$C$2"
    program = host.program
    assert (program.asked, program.told, program.statuses, program.shown) == (
        ["继续？"],
        ["完成"],
        ["……"],
        ["a.docx"],
    )


def test_a_file_is_never_saved_over(workbook: Path) -> None:
    before = workbook.read_bytes()
    book, _ = open_workbook(workbook)
    book.sheets["项目"].range("B2").value = "乙"
    with pytest.raises(NotImplementedError, match="name a new file"):
        book.save()
    with pytest.raises(CannotDo):
        book.save(workbook)
    assert workbook.read_bytes() == before
    book.save(workbook.with_name("new.xlsx"))
    again, _ = open_workbook(workbook.with_name("new.xlsx"))
    assert again.sheets["项目"].range("B2").value == "乙"


def test_what_no_handler_needs_says_so(opened: Opened) -> None:
    book, _ = opened
    sheet = book.sheets["项目"]
    with pytest.raises(NotImplementedError, match="structure"):
        book.sheets.add("新")
    with pytest.raises(NotImplementedError, match="structure"):
        sheet.name = "新"
    with pytest.raises(NotImplementedError, match="yes_no"):
        book.app.alert("?", buttons="ok_cancel")
    with pytest.raises(NotImplementedError):
        sheet.range("A1").merge()


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ([], []),
        ([(2, 3)], [Area(2, 3, 2, 3)]),
        ([(1, 1), (1, 2), (2, 1), (2, 2)], [Area(1, 1, 2, 2)]),
        ([(1, 1), (3, 1)], [Area(1, 1, 1, 1), Area(3, 1, 3, 1)]),
        ([(1, 1), (1, 3), (2, 1)], [Area(1, 3, 1, 3), Area(1, 1, 2, 1)]),
        ([(1, 1), (1, 2), (2, 2)], [Area(1, 1, 1, 2), Area(2, 2, 2, 2)]),
    ],
)
def test_cells_are_gathered_into_blocks(cells: list[tuple[int, int]], expected: list[Area]) -> None:
    assert blocks(cells) == expected
    assert sorted(cell for area in blocks(cells) for cell in area.cells()) == sorted(cells)


def test_two_thousand_rows_are_moved_in_a_moment(live_office: LiveOffice, workbook: Path) -> None:
    """A loop over cells would take half a minute; the limit leaves a slow machine its time."""
    book, host = live_office.open(workbook)
    sheet = book.sheets["项目"]
    host.unprotect(sheet)
    rows = [[f"指标{row}-{column}" for column in range(9)] for row in range(2000)]
    begun = dt.datetime.now()
    sheet.range((10, 4)).value = rows
    assert sheet.range((10, 4), (2009, 12)).options(ndim=2).value == rows
    cells = [(row, column) for row in range(10, 2010) for column in range(4, 13)]
    host.paint(sheet, {cell: RED for cell in cells if sum(cell) % 7 == 0})
    assert host.fills(sheet, cells).count(RED) == sum(sum(cell) % 7 == 0 for cell in cells)
    assert (dt.datetime.now() - begun).total_seconds() < 10


def test_nothing_outside_the_engines_touches_what_lies_below_xlwings() -> None:
    source = Path(__file__).parent.parent / "src" / "xlgoals"
    guilty = [
        file.name
        for file in source.rglob("*.py")
        if "engines" not in file.parts
        and any(
            isinstance(node, ast.Attribute) and node.attr == "api"
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        )
    ]
    assert guilty == []
