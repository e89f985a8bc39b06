"""The strict reader: what it sees that others lose, what it refuses, and agreement with openpyxl."""

from __future__ import annotations

import datetime
import io
import zipfile
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from tests.support.books import plain_book, repacked
from xlgoals.errors import CannotDo
from xlgoals.messages import Language
from xlgoals.read.book import read_book
from xlgoals.read.cells import Cell, CellKind, column_letters, column_number
from xlgoals.read.opening import open_book
from xlgoals.read.package import Package, read_package

SHEET = "xl/worksheets/sheet1.xml"


def cells_of(path: Path) -> dict[tuple[int, int], Cell]:
    package, _ = read_package(path)
    return read_book(package).sheets[0].cells


def with_sheet_data(path: Path, rows: str) -> Path:
    """A workbook whose only sheet holds ``rows`` of XML; shared strings 甲, 乙."""
    workbook = xlsxwriter.Workbook(str(path))
    sheet = workbook.add_worksheet("表")
    sheet.write_string(0, 0, "甲")
    sheet.write_string(0, 1, "乙")
    workbook.close()

    def change(name: str, content: bytes) -> bytes:
        if name != SHEET:
            return content
        head, _, rest = content.decode().partition("<sheetData>")
        _, _, tail = rest.partition("</sheetData>")
        return f"{head}<sheetData>{rows}</sheetData>{tail}".encode()

    return repacked(path, path, change)


def test_values_are_read_as_a_person_sees_them(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    workbook = xlsxwriter.Workbook(str(path))
    sheet = workbook.add_worksheet()
    sheet.write_string(0, 0, "总预算不高于\n324万")
    sheet.write_number(1, 0, 1, workbook.add_format({"num_format": "0%"}))
    sheet.write_number(2, 0, 44561, workbook.add_format({"num_format": 'yyyy"年"m"月"d"日"'}))
    sheet.write_number(3, 0, 117)
    sheet.write_number(4, 0, 0.1 + 0.2)
    sheet.write_number(5, 0, 3, workbook.add_format({"num_format": '0"个月"'}))
    sheet.write_formula(6, 0, "=1/0", None, "#DIV/0!")
    sheet.write_formula(7, 0, "=A4", None, 117)
    sheet.write_boolean(8, 0, True)
    sheet.write_rich_string(9, 0, "不少于", workbook.add_format({"bold": True}), "50", "次")
    sheet.write_string(10, 0, "00123")
    sheet.write_string(11, 0, "=1+1")
    workbook.close()
    seen = [(cell.kind.value, cell.text, cell.formula) for _, cell in sorted(cells_of(path).items())]
    assert seen == [
        ("text", "总预算不高于\n324万", False),
        ("number", "100%", False),
        ("number", "2021-12-31", False),
        ("number", "117", False),
        ("number", "0.3", False),
        ("number", "3", False),
        ("error", "#DIV/0!", True),
        ("number", "117", True),
        ("truth", "TRUE", False),
        ("text", "不少于50次", False),
        ("text", "00123", False),
        ("text", "=1+1", False),
    ]


def test_a_formula_without_a_value_is_not_a_blank(tmp_path: Path) -> None:
    path = plain_book(tmp_path / "a.xlsx", [["=1+1"]])
    assert cells_of(path)[1, 1] == Cell(CellKind.BLANK, "", "", True)


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ('<row><c t="s"><v>1</v></c><c><v>5</v></c></row>', {(1, 1): "乙", (1, 2): "5"}),  # no references
        ('<row r="3"><c r="B3" t="inlineStr"><is><t>甲</t></is></c></row>', {(3, 2): "甲"}),
        ('<row r="2"><c r="A2" s="1"/></row>', {}),
        ('<row r="1"><c r="A1" t="str"><v>_x4E2D_</v></c></row>', {(1, 1): "中"}),
        ('<row r="1"><c r="A1" t="str"><v>_xD800_</v></c></row>', {(1, 1): "_xD800_"}),
        ('<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>', {(1048576, 16384): "1"}),
        (
            '<row r="1"><c r="A1" t="inlineStr"><is><t>字</t><rPh><t>zi</t></rPh></is></c></row>',
            {(1, 1): "字"},
        ),
    ],
)
def test_shapes_of_sheet_data(tmp_path: Path, rows: str, expected: dict[tuple[int, int], str]) -> None:
    path = with_sheet_data(tmp_path / "a.xlsx", rows)
    assert {place: cell.text for place, cell in cells_of(path).items()} == expected


@pytest.mark.parametrize(
    ("rows", "key"),
    [
        ('<row r="1"><c r="A1"><v>1</v></c><c r="A1"><v>2</v></c></row>', "workbook.cell_twice"),
        ('<row r="1"><c r="A1" t="s"><v>99</v></c></row>', "workbook.damaged_part"),
        ('<row r="1"><c r="A1"><v>zwölf</v></c></row>', "workbook.damaged_part"),
        ('<row r="1"><c r="A1"><v>nan</v></c></row>', "workbook.damaged_part"),
        ('<row r="1"><c r="A1"><v>1e999</v></c></row>', "workbook.damaged_part"),
        ('<row r="1"><c r="XFE1"><v>1</v></c></row>', "workbook.damaged_part"),
        ('<row r="0"><c><v>1</v></c></row>', "workbook.damaged_part"),
        ('<row r="1"><c r="A1"><v>1</v>', "workbook.damaged_part"),
    ],
)
def test_ambiguous_or_damaged_cells_are_refused(tmp_path: Path, rows: str, key: str) -> None:
    path = with_sheet_data(tmp_path / "a.xlsx", rows)
    with pytest.raises(CannotDo) as refusal:
        cells_of(path)
    assert refusal.value.key == key


def bytes_of(members: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as package:
        for name, content in members.items():
            package.writestr(name, content)
    return buffer.getvalue()


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504
STREAM = {name: OLE + name.encode("utf-16-le") for name in ("EncryptedPackage", "WordDocument", "Workbook")}
TYPES = {"[Content_Types].xml": b""}


@pytest.mark.parametrize(
    ("data", "key"),
    [
        (b"", "workbook.empty"),
        (b"\0\1\2 something", "workbook.not_one"),
        (b"MZ\x90\x00\x03", "workbook.not_one"),
        (b"name,value\n", "workbook.text"),
        ("项目名称,预算数\n".encode("gb18030"), "workbook.text"),
        ("项目名称".encode() * 600, "workbook.text"),
        (b"%PDF-1.7", "workbook.pdf"),
        (b"<html><table></table></html>", "workbook.web_page"),
        (b"\xef\xbb\xbf<HTML>", "workbook.web_page"),
        (
            b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">',
            "workbook.xml_table",
        ),
        (b"MIME-Version: 1.0\r\nContent-Type: multipart/related", "workbook.web_page"),
        (b"\x89PNG\r\n\x1a\n", "workbook.picture"),
        (b"Rar!\x1a\x07", "workbook.archive"),
        (b"PK\x05\x06" + b"\0" * 18, "workbook.archive"),
        (OLE, "workbook.not_one"),
        (STREAM["EncryptedPackage"], "workbook.encrypted"),
        (STREAM["WordDocument"], "workbook.word"),
        (STREAM["Workbook"], "workbook.not_converted"),
        (b"\x09\x08\x08\x00 cut off", "workbook.not_converted"),
        (bytes_of({**TYPES, "xl/workbook.bin": b""}), "workbook.not_converted"),
        (bytes_of({**TYPES, "word/document.xml": b""}), "workbook.word"),
        (bytes_of({**TYPES, "ppt/presentation.xml": b""}), "workbook.slides"),
        (b"PK\x03\x04 cut off", "workbook.damaged"),
        (bytes_of({"a.xlsx": b""}), "workbook.archive"),
        (bytes_of(TYPES), "workbook.not_one"),
        (bytes_of({**TYPES, "a.txt": b"", "A.TXT": b""}), "workbook.hostile"),
        (bytes_of({**TYPES, "../a.txt": b""}), "workbook.hostile"),
        (bytes_of({**TYPES, **{f"{n}.txt": b"" for n in range(2100)}}), "workbook.hostile"),
        (bytes_of({"_rels/.rels": b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'}), "workbook.hostile"),
        (bytes_of({"_rels/.rels": b"<a>" * 70}), "workbook.hostile"),
        (bytes_of({"_rels/.rels": b"<a>"}), "workbook.damaged_part"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_no_workbook_is_named_by_content(tmp_path: Path, data: bytes, key: str) -> None:
    path = tmp_path / "来件.xlsx"
    path.write_bytes(data)
    with pytest.raises(CannotDo) as refusal:
        open_book(path)
    assert refusal.value.key == key
    assert refusal.value.sentence(Language.ZH).startswith("来件.xlsx")


def test_a_size_that_the_directory_lies_about_is_refused(tmp_path: Path) -> None:
    """A member that inflates to more than its directory entry says never reaches the parser whole."""
    path = plain_book(tmp_path / "a.xlsx", [["甲"]])
    data = bytearray(path.read_bytes())
    place = data.rfind(SHEET.encode()) - 46 + 24  # the uncompressed size in the central directory
    data[place : place + 4] = (10).to_bytes(4, "little")
    path.write_bytes(data)
    with pytest.raises(CannotDo) as refusal:
        cells_of(path)
    assert refusal.value.key in ("workbook.hostile", "workbook.damaged_part")


def test_strict_workbooks_are_read(tmp_path: Path) -> None:
    """ISO strict files differ in namespaces and relationship types only."""
    transitional = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    office = b"http://schemas.openxmlformats.org/officeDocument/2006/relationships"

    def change(name: str, content: bytes) -> bytes:
        strict = content.replace(transitional, b"http://purl.oclc.org/ooxml/spreadsheetml/main")
        return strict.replace(office, b"http://purl.oclc.org/ooxml/officeDocument/relationships")

    path = plain_book(tmp_path / "a.xlsx", [["甲", 1.5]])
    repacked(path, path, change)
    assert {place: cell.text for place, cell in cells_of(path).items()} == {(1, 1): "甲", (1, 2): "1.5"}


@given(number=st.integers(1, 16384))
def test_column_letters_and_numbers_are_inverse(number: int) -> None:
    assert column_number(column_letters(number)) == number


XML_TEXT = st.text(
    alphabet=st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"), max_size=40
)
VALUES = st.one_of(
    XML_TEXT, st.integers(-(10**12), 10**12), st.floats(-1e9, 1e9, allow_nan=False), st.booleans()
)


@given(rows=st.lists(st.lists(VALUES, min_size=1, max_size=5), min_size=1, max_size=5))
def test_agrees_with_openpyxl(rows: list[list[str | int | float | bool]]) -> None:
    """What XlsxWriter wrote is read like openpyxl reads it, cell for cell."""
    buffer = io.BytesIO()
    workbook = xlsxwriter.Workbook(buffer, {"in_memory": True})
    sheet = workbook.add_worksheet()
    for r, row in enumerate(rows):
        for c, value in enumerate(row):
            if isinstance(value, bool):
                sheet.write_boolean(r, c, value)
            elif isinstance(value, str):
                sheet.write_string(r, c, value)
            else:
                sheet.write_number(r, c, value)
    workbook.close()
    ours = read_book(Package("a.xlsx", buffer.getvalue())).sheets[0].cells
    theirs = openpyxl.load_workbook(io.BytesIO(buffer.getvalue())).active
    assert theirs is not None
    for row in theirs.iter_rows():
        for cell in row:
            mine = ours.get((cell.row, cell.column))
            if cell.value in (None, ""):
                assert mine is None
            elif isinstance(cell.value, bool):
                assert mine is not None
                assert mine.text == str(cell.value).upper()
            elif isinstance(cell.value, int | float):
                assert mine is not None
                assert float(mine.text) == pytest.approx(cell.value, rel=1e-14)
            elif not isinstance(cell.value, datetime.date) and "_x" not in str(cell.value):
                assert mine is not None
                assert mine.text == cell.value
