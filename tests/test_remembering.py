"""What is remembered of a file by its bytes changes nothing in the next one."""

from __future__ import annotations

import random
import zipfile
from collections.abc import Callable, Sequence
from io import BytesIO

import pytest

from tests.support import crafted as c
from xlgoals.errors import CannotDo
from xlgoals.read import package as packages
from xlgoals.read import parts, rows, worksheet
from xlgoals.read.book import read_book
from xlgoals.read.cells import MOST_ROWS, Book, Sheet
from xlgoals.read.kinds import listed
from xlgoals.read.members import BadMember, inflated
from xlgoals.read.package import LARGEST_KEPT, Package
from xlgoals.read.parts import Styles
from xlgoals.read.rows import take_rows
from xlgoals.read.values import Values
from xlgoals.read.worksheet import SheetReader


def book(data: bytes, name: str = "a.xlsx") -> Book:
    return read_book(Package(name, data))


def test_what_somebody_does_to_a_sheet_stays_in_it() -> None:
    data = c.clean()
    first, untouched = book(data), book(data)
    for sheet in first.sheets:
        sheet.cells.clear()
        sheet.formulas.clear()
        sheet.shared.clear()
        sheet.merges.clear()
        sheet.validations.clear()
        for places in (sheet.hidden_rows, sheet.hidden_columns, sheet.open_columns, sheet.other_lock):
            places.clear()
    assert book(data) == untouched
    assert book(data) != first


@pytest.mark.parametrize(
    ("part", "change"),
    [
        (c.STYLES, lambda x: x[: len(x) // 2]),
        (c.WORKBOOK, lambda x: x[: len(x) // 2]),
        (c.RELATIONS, lambda x: x[: len(x) // 2]),
        (c.STYLES, c.declared_as("GB18030", "gb18030")),
        (c.INDICATORS, c.swap("</worksheet>", "</wrong>")),
        (c.INDICATORS, c.swap("<sheetData>", "<sheetData><row r='1'><c r='XFE1'/></row>")),
    ],
)
def test_each_refusal_names_its_own_file(part: str, change: c.Change) -> None:
    data = c.with_parts({part: change})
    for name in ("first.xlsx", "second.xlsx"):
        with pytest.raises(CannotDo) as refused:
            book(data, name)
        assert refused.value.details["file"] == name
        assert refused.value.details["part"]


def test_what_is_remembered_stays_small() -> None:
    caches = (
        packages._relations_in,
        parts.outline_in,
        parts.formats_in,
        worksheet._around,
        rows._block,
        rows._left,
    )
    for number in range(100):
        mark = f"<!-- {number} -->"
        book(
            c.with_parts(
                {
                    c.STYLES: c.swap("</styleSheet>", f"{mark}</styleSheet>"),
                    c.WORKBOOK: c.swap("</workbook>", f"{mark}</workbook>"),
                    c.INDICATORS: c.swap('<pageSetup paperSize="9"', f'<pageSetup paperSize="{number}"'),
                    c.PROJECTS: c.at_end_of_rows(f'<row r="{number + 900}"><c r="A{number + 900}"/></row>'),
                }
            )
        )
    for cache in caches:
        kept = cache.cache_info()
        assert kept.maxsize is not None
        assert kept.currsize <= kept.maxsize <= 64
    assert len(rows._PLACES) <= 1 << 14


def test_a_large_part_is_not_remembered() -> None:
    before = parts.formats_in.cache_info().currsize, worksheet._around.cache_info().currsize
    book(
        c.with_parts(
            {c.STYLES: c.styles(2_000), c.GUIDE: c.swap("</worksheet>", " " * LARGEST_KEPT + "</worksheet>")}
        )
    )
    after = parts.formats_in.cache_info().currsize, worksheet._around.cache_info().currsize
    assert after[0] <= before[0]
    assert after[1] <= max(before[1], 64)


def taken(body: str, texts: Sequence[str] = ("甲",)) -> Sheet:
    reader = SheetReader("f", Sheet("s", "visible"), Values(texts, Styles(), from_1904=False))
    take_rows(body, reader)
    return reader.sheet


def row(number: int, cells: str = "") -> str:
    return f'<row r="{number}" spans="1:9">{cells}</row>'


def test_blocks_of_rows_make_one_sheet() -> None:
    body = "".join(
        row(n, f'<c r="A{n}" s="3"><f t="shared" si="0"/></c><c r="B{n}" t="s"><v>0</v></c>')
        for n in range(1, 1000)
    )
    sheet = taken(body)
    assert len(sheet.cells) == 2 * 999
    assert sheet.shared == {(n, 1): "0" for n in range(1, 1000)}
    assert taken(body) == sheet


def test_rows_of_one_form_have_each_file_s_own_texts() -> None:
    form = row(1, '<c r="A1" t="s"><v>{}</v></c><c r="B1"><v>7</v></c><c r="C1" t="s"><v>{}</v></c>')
    rows._block.cache_clear()
    for first, second in [(0, 1), (1, 2), (2, 2)]:
        cells = taken(form.format(first, second), "甲乙丙").cells
        assert [cells[1, column].text for column in (1, 2, 3)] == ["甲乙丙"[first], "7", "甲乙丙"[second]]
    assert rows._block.cache_info().misses == 1


@pytest.mark.parametrize("first", [1, 63, 64, 700])
@pytest.mark.parametrize("cell", ['<c r="A5"><v>1</v></c>', '<c r="A5"><f t="shared" si="0"/></c>'])
def test_a_cell_twice_is_found_across_blocks(first: int, cell: str) -> None:
    again = '<c r="A5" t="s"><v>0</v></c>'
    filler = "".join(row(n) for n in range(1, 800))
    body = filler.replace(row(first), row(first, cell)).replace(row(799), row(799, again))
    with pytest.raises(CannotDo) as refused:
        taken(body)
    assert refused.value.key == "workbook.cell_twice"
    assert refused.value.details["cell"] == "s!A5"


def test_a_row_far_below_is_hidden_or_off_the_grid() -> None:
    filler = "".join(row(n) for n in range(1, 400))
    assert taken(filler + '<row r="400" hidden="1"></row>').hidden_rows == {400}
    with pytest.raises(CannotDo):
        taken(filler + row(MOST_ROWS + 1))


def by_zipfile(data: bytes, info: zipfile.ZipInfo) -> bytes | None:
    try:
        with zipfile.ZipFile(BytesIO(data)) as package:
            return package.read(info)
    except Exception:
        return None


def at_once(data: bytes, info: zipfile.ZipInfo) -> bytes | None:
    try:
        return inflated(data, info)
    except BadMember:
        return None


@pytest.mark.parametrize("pack", [c.clean, lambda: c.packed(c.members_of(c.clean()), 0)])
def test_a_member_is_inflated_as_zipfile_does(pack: Callable[[], bytes]) -> None:
    """Some hundred bytes turned over anywhere, in the directory as well."""
    whole = pack()
    dice = random.Random(20221125)  # noqa: S311 (the same noise every time)
    for _ in range(400):
        data = bytearray(whole)
        for _ in range(dice.randrange(3)):
            data[dice.randrange(len(data))] ^= 1 << dice.randrange(8)
        package = listed(bytes(data))
        for info in package.infolist() if package else ():
            if info.compress_type in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) and not info.flag_bits & 1:
                assert at_once(bytes(data), info) == by_zipfile(bytes(data), info)
