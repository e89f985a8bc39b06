"""Streamed rows against XlsxWriter's own output of the same rows, read back by three readers."""

from __future__ import annotations

import io
import sys
import tempfile
import unicodedata
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path

import openpyxl
import pytest
import python_calamine
from hypothesis import given, settings
from hypothesis import strategies as st
from xlsxwriter import Workbook

from tests.support.office import Office
from xlgoals.errors import CannotDo
from xlgoals.read.book import read_book
from xlgoals.read.package import read_package
from xlgoals.write import streaming
from xlgoals.write.book import PLAIN, new_workbook, put_text, text_width
from xlgoals.write.splicing import write_spliced
from xlgoals.write.streaming import Link, Rows, Value, as_target

SHEET = "甲"
COLUMNS = 4
LINKED = 3


def skeleton(formats: list[int], rows: int) -> tuple[Workbook, io.BytesIO]:
    """A workbook with a head row, one sample row, and what stands around the rows."""
    workbook, buffer = new_workbook("t")
    sheet = workbook.add_worksheet(SHEET)
    styles = [workbook.add_format({"num_format": code}) for code in ("@", "0", "#,##0.00", "@")]
    formats += [style._get_xf_index() for style in styles]  # type: ignore[no-untyped-call]
    for column, style in enumerate(styles):
        put_text(sheet, 0, column, f"栏{column}", style)
        if column == LINKED:
            sheet.write_url(1, column, "external:a.xlsx", style, f"栏{column}")
        else:
            sheet.write_blank(1, column, None, style)
    sheet.autofilter(0, 0, max(rows, 1), COLUMNS - 1)
    sheet.data_validation(1, 0, max(rows, 1), 0, {"validate": "list", "source": ["一", "二"]})
    sheet.center_horizontally()
    return workbook, buffer


def streamed(path: Path, records: Sequence[Sequence[Value]]) -> Path:
    formats: list[int] = []
    workbook, buffer = skeleton(formats, len(records))
    rows = Rows(formats, 2)
    try:
        for record in records:
            rows.add(record)
        rows.close()
        workbook.close()
        with path.open("wb") as stream:
            write_spliced(buffer.getvalue(), {"xl/worksheets/sheet1.xml": rows}, stream)
    finally:
        rows.discard()
    return path


def written(path: Path, records: Sequence[Sequence[Value]]) -> Path:
    """The same by XlsxWriter alone."""
    workbook = Workbook(path, {"strings_to_urls": False})
    sheet = workbook.add_worksheet(SHEET)
    style = workbook.add_format({"num_format": "@"})
    for column in range(COLUMNS):
        sheet.write_string(0, column, f"栏{column}", style)
    for row, record in enumerate(records, start=1):
        for column, value in enumerate(record):
            if isinstance(value, Link) and value.file:
                place = f"#{value.place}" if value.place else ""
                sheet.write_url(row, column, f"external:{value.file}{place}", style, value.label)
            elif isinstance(value, int | float):
                sheet.write_number(row, column, value, style)
            elif value is None or not str(value):
                sheet.write_blank(row, column, None, style)
            else:
                sheet.write_string(row, column, str(value), style)
    workbook.close()
    return path


def by_ours(path: Path) -> list[tuple[tuple[int, int], str, str]]:
    package, _ = read_package(path)
    sheet = read_book(package).sheets[0]
    return [(place, cell.kind.value, cell.text) for place, cell in sorted(sheet.cells.items())]


def by_openpyxl(path: Path) -> list[list[object]]:
    # openpyxl leaves the escape of a literal `_x0041_` in a text that stands in its cell.
    rows = openpyxl.load_workbook(path).active.iter_rows(values_only=True)
    return [[each.replace("_x005F_", "_") if isinstance(each, str) else each for each in row] for row in rows]


def by_calamine(path: Path) -> list[list[object]]:
    book = python_calamine.CalamineWorkbook.from_path(str(path))
    return [list(row) for row in book.get_sheet_by_index(0).to_python(skip_empty_area=False)]


# What XlsxWriter and openpyxl treat alike: openpyxl takes no control characters, so they have a test below.
TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), max_size=12)
ODD = st.sampled_from(
    ["", " ", " a ", "=1+1", "+1", "a<b&c>d", '"', "]]>", "一\n二", "\t", "_x0041_", "_x", "&amp;", "007"]
)
NUMBERS = st.integers(-(10**14), 10**14) | st.floats(
    min_value=-1e9, max_value=1e9, allow_nan=False, allow_subnormal=False
).map(lambda number: round(number, 4))
LINKS = st.builds(
    Link,
    st.text("甲乙a1 '\"&<", min_size=1, max_size=6),
    st.sampled_from(["a.xlsx", "units/甲.xlsx", "../b%20c.xlsx", ""]),
    st.sampled_from(["", "'指标'!D5", "'a''b'!C1"]),
)
RECORDS = st.lists(
    st.tuples(TEXTS | ODD, NUMBERS | st.none(), NUMBERS | TEXTS | ODD, LINKS | TEXTS), max_size=8
)


@settings(max_examples=60, deadline=None)
@given(RECORDS)
def test_streamed_rows_read_as_those_of_xlsxwriter(records: list[tuple[Value, ...]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        ours = streamed(Path(folder) / "ours.xlsx", records)
        oracle = written(Path(folder) / "oracle.xlsx", records)
        assert by_ours(ours) == by_ours(oracle)
        assert by_openpyxl(ours) == by_openpyxl(oracle)
        assert by_calamine(ours) == by_calamine(oracle)
        assert links(ours) == links(oracle)
        with zipfile.ZipFile(ours) as package:
            assert package.testzip() is None


def links(path: Path) -> list[tuple[str, str, str | None]]:
    """Every link of the sheet: cell, file, place in it."""
    sheet = openpyxl.load_workbook(path).active
    found = [cell for row in sheet.iter_rows() for cell in row if cell.hyperlink is not None]
    return [(c.coordinate, str(c.hyperlink.target).replace("\\", "/"), c.hyperlink.location) for c in found]


def test_control_characters_come_back_as_they_were(tmp_path: Path) -> None:
    texts = [f"a{chr(number)}b" for number in (*range(32), 0x7F, 0x85, 0xFFFE, 0xFFFF)]
    path = streamed(tmp_path / "a.xlsx", [(text, None, None, "") for text in texts])
    read = [text for (row, column), _, text in by_ours(path) if row > 1 and column == 1]
    assert read == texts


def test_what_is_no_character_is_refused() -> None:
    rows = Rows([0], 2)
    with pytest.raises(CannotDo) as refusal:
        rows.add(["\ud800"])
    rows.discard()
    assert refusal.value.key == "output.no_text"


def test_a_text_too_long_for_a_cell_is_refused_and_not_cut() -> None:
    rows = Rows([0], 2)
    rows.add(["x" * 32_767])
    with pytest.raises(CannotDo) as refusal:
        rows.add(["x" * 32_768])
    rows.discard()
    assert refusal.value.key == "output.text_too_long"


def test_many_rows_keep_their_order_and_the_package_its_checks(
    tmp_path: Path, validator: Callable[[Path], list[str]]
) -> None:
    """Enough rows for many compressed pieces; the check sum of the part is put together from theirs."""
    records = [
        (f"名称{number}", number, number / 4, Link(f"甲!A{number}", "a.xlsx", f"'甲'!A{number}"))
        for number in range(9000)
    ]
    path = streamed(tmp_path / "a.xlsx", records)
    with zipfile.ZipFile(path) as package:
        assert package.testzip() is None
        assert b'ref="A1:D9001"' in package.read("xl/worksheets/sheet1.xml")[:2000]
    assert [row[:2] for row in by_calamine(path)[1:]] == [[f"名称{n}", n] for n in range(9000)]
    assert validator(path) == []


def test_no_rows_leave_a_valid_sheet(tmp_path: Path, validator: Callable[[Path], list[str]]) -> None:
    path = streamed(tmp_path / "a.xlsx", [])
    assert [row for (row, _), _, _ in by_ours(path)] == [1] * COLUMNS
    assert links(path) == []
    assert validator(path) == []


def test_links_beyond_what_a_sheet_takes_are_formulas_that_lead_to_the_same_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, validator: Callable[[Path], list[str]], office: Office
) -> None:
    monkeypatch.setattr(streaming, "MOST_LINKS", 2)
    records = [("a", 1, 1, Link(f'项目"!A{n}', "units/甲&乙.xlsx", f"'项目'!A{n}")) for n in range(1, 5)]
    records.append(("a", 1, 1, Link("太长", "x" * 250, "'项目'!A1")))
    path = streamed(tmp_path / "a.xlsx", records)
    assert [cell for cell, _, _ in links(path)] == ["D2", "D3"]
    sheet = openpyxl.load_workbook(path).active
    assert sheet["D4"].value == """=HYPERLINK("units/甲&乙.xlsx#'项目'!A3","项目""!A3")"""
    assert sheet["D6"].value == "太长"  # longer than a formula takes: a text that names the place
    assert [text for (row, column), _, text in by_ours(path) if column == 4 and row > 1] == [
        *(f'项目"!A{n}' for n in range(1, 5)),
        "太长",
    ]
    assert validator(path) == []
    assert '项目"!A4' in office.text(path)


def test_the_same_rows_give_the_same_bytes(tmp_path: Path) -> None:
    records = [("a", 1, 2.5, Link("b", "c.xlsx", "'d'!E1"))] * 3
    one, other = (streamed(tmp_path / name, records).read_bytes() for name in ("a.xlsx", "b.xlsx"))
    assert one == other


def test_rows_that_do_not_fit_the_skeleton_are_refused(tmp_path: Path) -> None:
    formats: list[int] = []
    workbook, buffer = skeleton(formats, 1)
    workbook.close()
    for rows in (Rows(list(reversed(formats)), 2), Rows(formats, 3)):
        rows.close()
        with pytest.raises(RuntimeError):
            write_spliced(buffer.getvalue(), {"xl/worksheets/sheet1.xml": rows}, io.BytesIO())
        rows.discard()


def test_a_full_disk_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = Rows([0], 2)

    def fail(data: bytes) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(rows.body._file, "write", fail, raising=False)
    rows.add(["a"])
    with pytest.raises(OSError, match="No space"):
        rows.close()
    rows.discard()


@pytest.mark.parametrize(
    ("name", "target"),
    [
        ("units/a b.xlsx", "units/a%20b.xlsx"),
        ("units/50%#1.xlsx", "units/50%25%231.xlsx"),
        ("单位/甲.xlsx", "单位/甲.xlsx"),
        ("../x.xlsx", "../x.xlsx"),
    ],
)
def test_targets_are_written_as_excel_writes_them(tmp_path: Path, name: str, target: str) -> None:
    folder = tmp_path / "f"
    assert as_target(folder / name, folder) == target


def test_every_character_of_a_plain_text_that_is_not_ascii_is_wide() -> None:
    plain = [chr(code) for code in range(0x80, sys.maxunicode + 1) if PLAIN.fullmatch(chr(code))]
    assert len(plain) > 20_000
    assert {unicodedata.east_asian_width(character) in "WFA" for character in plain} == {True}


@given(st.text(st.sampled_from("a中é，ｱ“·\u0301—"), max_size=20))
def test_a_text_is_as_wide_as_its_characters(text: str) -> None:
    assert text_width(text) == sum(map(text_width, text))
