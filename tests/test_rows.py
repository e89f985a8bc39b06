"""Two ways through the same bytes, one answer: the grammar for plain rows and the parser."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support.books import write_submission
from tests.support.seed import seed_submissions
from xlgoals.errors import CannotDo
from xlgoals.read.book import read_book
from xlgoals.read.cells import Book, Sheet
from xlgoals.read.package import PartParser, read_package
from xlgoals.read.parts import Styles
from xlgoals.read.plain import split_plain
from xlgoals.read.rows import are_plain, take_rows
from xlgoals.read.thinning import Thinner
from xlgoals.read.values import Values
from xlgoals.read.worksheet import SheetReader

HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<worksheet xmlns="http://schemas.openxmlformats.org/'
    'spreadsheetml/2006/main" xmlns:x14ac="urn:x14ac">'
    '<cols><col min="2" max="3" style="3" hidden="1"/></cols><sheetData>'
)
TAIL = '</sheetData><mergeCells><mergeCell ref="A1:B2"/></mergeCells></worksheet>'


def values() -> Values:
    formats = Styles()
    formats.percent, formats.date, formats.open = {1}, {2}, {3}
    return Values(["甲", "", "乙\n丙"], formats, from_1904=False)


def by_parser(data: bytes) -> Sheet | str:
    reader = SheetReader("f", Sheet("s", "visible"), values())
    parser = PartParser("f", "s", reader)
    try:
        parser.feed(data)
        parser.close()
    except CannotDo as refusal:
        return refusal.key
    return reader.sheet


def by_grammar(data: bytes) -> Sheet | str | None:
    """None where the grammar leaves the part to the parser."""
    plain = split_plain(data, "sheetData")
    if plain is None or not are_plain(plain.body):
        return None
    reader = SheetReader("f", Sheet("s", "visible"), values())
    parser = PartParser("f", "s", reader)
    try:
        parser.feed(plain.head)
        take_rows(plain.body, reader)
        parser.feed(plain.tail)
        parser.close()
    except CannotDo as refusal:
        return refusal.key
    return reader.sheet


def agree(data: bytes) -> bool:
    """The same sheet, or a refusal from both: of two faults in one part each may meet another first."""
    quick, slow = by_grammar(data), by_parser(data)
    return quick is None or quick == slow or (isinstance(quick, str) and isinstance(slow, str))


columns = st.sampled_from(["A", "B", "C", "Z", "AA", "XFD"])
numbers = st.sampled_from(
    ["0", "117", "117.00", "-3.5", "1E2", "0.30000000000000004", "44561", "007", "1_000"]
)
texts = st.text(
    st.characters(codec="utf-8", exclude_characters="<>&\r", exclude_categories=("Cs", "Cc")), max_size=6
)
contents = st.one_of(
    st.just("/>"),
    st.just("></c>"),
    numbers.map(lambda text: f"><v>{text}</v></c>"),
    st.sampled_from(["0", "1", "2", "3", ""]).map(lambda index: f' t="s"><v>{index}</v></c>'),
    texts.map(lambda text: f' t="str"><f>A1&amp;"x"</f><v>{text}</v></c>'),
    texts.map(lambda text: f' t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'),
    st.sampled_from(["0", "1", "2"]).map(lambda value: f' t="b"><v>{value}</v></c>'),
    st.just(' t="e"><v>#REF!</v></c>'),
    st.just('><f t="shared" si="0"/></c>'),
    st.just('><f t="shared" ref="A1:A9" si="0">B1*2</f><v>4</v></c>'),
    st.just("><f/><v>4</v></c>"),
    st.just("><!-- note --><v>4</v></c>"),
    st.just(' t="s"><f>A1</f><v></v></c>'),
)
styles = st.sampled_from(["", ' s="0"', ' s="1"', ' s="2"', ' s="3"'])


@st.composite
def sheet_parts(draw: st.DrawFn) -> bytes:
    rows = []
    for number in sorted(draw(st.sets(st.integers(1, 40), max_size=5))):
        chosen = draw(st.lists(columns, max_size=4))
        cells = "".join(f'<c r="{each}{number}"{draw(styles)}{draw(contents)}' for each in chosen)
        more = draw(st.sampled_from(["", ' spans="1:9"', ' ht="30" customHeight="1"', ' hidden="1"']))
        rows.append(f'<row r="{number}"{more}>{cells}</row>')
    return f"{HEAD}{''.join(rows)}{TAIL}".encode()


@given(sheet_parts())
@settings(max_examples=400)
def test_both_ways_give_the_same_sheet(data: bytes) -> None:
    assert agree(data)


@given(
    sheet_parts(),
    st.integers(0),
    st.sampled_from([b"<", b">", b'"', b"&", b" r=", b"\r", b"\x00", b"\x03", b"9"]),
)
@settings(max_examples=400, suppress_health_check=[HealthCheck.too_slow])
def test_both_ways_agree_on_damaged_bytes(data: bytes, at: int, odd: bytes) -> None:
    at %= len(data)
    damaged = data[:at] + odd + data[at + 1 :]
    assert agree(damaged)


PLAIN = [
    '<row r="1"><c r="A1"><v>1</v></c></row>',
    '<row r="1" spans="1:2" x14ac:dyDescent="0.25"/>',
    '<row r="1"><c r="A1" s="3" t="str"><f>B1</f><v></v></c></row>',
]
ODD = [
    "<row><c><v>1</v></c></row>",
    '<row r="1"><c s="1" r="A1"/></row>',
    '<row r="1"><c r="A1"><v>1</v></c>',
    '<row r="1"><c r="A1"><v>1<!-- 2 --></v></c></row>',
    '<row r="1"><c r="A1" t="s"><v></v></c></row>',
    '<row r="1"><c r="A1" t="s"><v>1</v><v>1</v></c></row>',
    '<row r="1"><c r="A1" t="s"><v>1</v></row>',
    '<row r="1"><c r="A1" t="s"><f>B1</f> t="s"><v>1</v></c></row>',
    '<row r="1"><c r="A1"\x03</c></row>',
    '<row r="1" t="s"><v>1</v></row>',
    '<row r="1" r="2"/>',
    '<c r="A1"><v>1</v></c>',
    '<row r="1" x:y="2"/>',
    '<row r="1"><c r="A1"><v>&#49;</v></c></row>',
]


@pytest.mark.parametrize(("rows", "plain"), [(r, True) for r in PLAIN] + [(r, False) for r in ODD])
def test_what_the_grammar_takes(rows: str, plain: bool) -> None:
    assert (by_grammar(f"{HEAD}{rows}{TAIL}".encode()) is not None) == plain


def whole(path: Path) -> Book:
    return read_book(read_package(path)[0])


def test_a_real_workbook_reads_the_same_both_ways(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for number, submission in enumerate(seed_submissions()):
        path = write_submission(tmp_path / f"{number}.xlsx", submission)
        quick = whole(path)
        with monkeypatch.context() as patch:
            patch.setattr("xlgoals.read.book.split_plain", lambda data, element: None)
            patch.setattr("xlgoals.read.parts.split_plain", lambda data, element: None)
            assert whole(path) == quick


@pytest.mark.parametrize("size", [1, 7, 64, 4096])
def test_a_large_sheet_is_thinned_without_losing_a_value(size: int) -> None:
    valued = {number: f'<c r="B{number}"><v>{number}</v></c>' for number in range(97, 1000, 97)}
    rows = "".join(
        f'<row r="{number}" ht="15"><c r="A{number}" s="1"/>{valued.get(number, "")}</row>'
        for number in range(1, 1000)
    )
    data = f"{HEAD}{rows}{TAIL}".encode()
    thinner = Thinner("f", "s")
    pieces = [thinner.take(data[at : at + size]) for at in range(0, len(data), size)] + [thinner.close()]
    whole_sheet, thin_sheet = by_parser(data), by_parser(b"".join(pieces))
    assert isinstance(whole_sheet, Sheet)
    assert isinstance(thin_sheet, Sheet)
    assert thin_sheet.cells == whole_sheet.cells
    assert size < 4096 or len(b"".join(pieces)) < len(data) / 4


@pytest.mark.parametrize(
    "rows",
    [
        "<!-- " + '<row r="1"><c r="A1"/></row>' * 3 + ' --><row r="9"><c r="A9"><v>1</v></c></row>',
        "<row><c/><c><v>5</v></c></row>",
        '<row r="2"><c r="A2" t="inlineStr"><is><t><![CDATA[<c r="B2"/>]]></t></is></c></row>',
    ],
)
def test_what_only_looks_blank_is_left_alone(rows: str) -> None:
    data = f"{HEAD}{rows}{TAIL}".encode()
    thinner = Thinner("f", "s")
    assert thinner.take(data) + thinner.close() == data


def test_counting_on_from_rows_that_were_taken_out_is_refused() -> None:
    thinner = Thinner("f", "s")
    thinner.take(f'{HEAD}<row r="7"><c r="A7"/></row>'.encode())
    with pytest.raises(CannotDo):
        thinner.take(b"<row><c><v>5</v></c></row>" + TAIL.encode())


def test_the_seeded_noise_is_the_same_every_time() -> None:
    """Thousands of random cuts and swaps in one real sheet: the two ways never disagree."""
    dice = random.Random(20221125)  # noqa: S311 (noise, and the same noise every time)
    base = f'{HEAD}<row r="1"><c r="A1" s="1"><v>0.5</v></c><c r="B1" t="s"><v>2</v></c></row>{TAIL}'.encode()
    for _ in range(3000):
        start = dice.randrange(len(base))
        end = min(len(base), start + dice.randrange(6))
        other = dice.randrange(len(base))
        damaged = base[:start] + base[other : other + dice.randrange(6)] + base[end:]
        assert agree(damaged), damaged
