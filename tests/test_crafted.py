"""Files as the world sends them, each with its one right answer: a refusal, findings, or values."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.support import crafted as c
from xlgoals.cli import main
from xlgoals.errors import CannotDo
from xlgoals.messages import Language
from xlgoals.model import Submission
from xlgoals.operations import load, validate

SECONDS = 3.0
CLEAN = {"budget": "48.00", "target": "≥4期", "code": "306101"}


@dataclass(frozen=True, kw_only=True)
class Case:
    """One file and its answer."""

    name: str
    make: Callable[[], bytes] | None = None
    put: Callable[[Path], None] | None = None
    refusal: str = ""
    """Key of the sentence."""
    names: str = ""
    """What the sentence must name beside the file."""
    findings: Sequence[str] = ()
    """Code and cell of every finding there is, in reading order."""
    reads: Mapping[str, str] = field(default_factory=dict)
    """What was read where it differs from the clean workbook."""
    file: str = "来件.xlsx"
    seconds: float = SECONDS

    @property
    def exit_code(self) -> int:
        """What ``xlgoals validate`` ends with."""
        return 2 if self.refusal else int(any(each.startswith(ERRORS) for each in self.findings))


# Codes of this table that are errors; any other is a warning or advice.
ERRORS: tuple[str, ...] = ("GOAL-06", "STR-11", "STR-16", "VAL-01", "BUD-01", "BUD-02", "HDR-01")


def parts(**changes: Any) -> Callable[[], bytes]:
    """Changes by the part's name in :mod:`tests.support.crafted`."""
    return lambda: c.with_parts({getattr(c, name): change for name, change in changes.items()})


def sheet(change: c.Change) -> Callable[[], bytes]:
    return parts(PROJECTS=change)


def rows(change: c.Change) -> Callable[[], bytes]:
    return parts(INDICATORS=change)


def related(
    kind: str, target: str, part: bytes | Callable[[], bytes], root: str = c.OFFICE
) -> Callable[[], bytes]:
    return lambda: c.with_parts(
        c.related(kind, target, part if isinstance(part, bytes) else part(), root=root)
    )


def raw(data: bytes) -> Callable[[], bytes]:
    return lambda: data


HOSTILE, DAMAGED, PART, TWICE = (
    "workbook.hostile",
    "workbook.damaged",
    "workbook.damaged_part",
    "workbook.cell_twice",
)
ENTITY = '<!ENTITY e "x">'
CONTAINERS = [
    Case(name="clean", make=c.clean),
    Case(name="empty", make=raw(b""), refusal="workbook.empty"),
    Case(name="junk", make=raw(bytes(range(256)) * 9), refusal="workbook.not_one"),
    Case(name="cut in half", make=lambda: c.cut(c.clean(), 0.5), refusal=DAMAGED),
    Case(name="cut at the end", make=lambda: c.cut(c.clean(), 0.995), refusal=DAMAGED),
    Case(name="a bit turned over", make=lambda: c.flipped(c.INDICATORS), refusal=PART),
    Case(name="1 GB of zeros", make=lambda: c.zeros("xl/media/a.bin", 1 << 30), refusal=HOSTILE, names="a.bin", seconds=20),
    Case(name="300 MB of strings", make=lambda: c.filled_part(c.STRINGS, 300 << 20), refusal=HOSTILE, seconds=8),
    Case(name="60 MB at 1000:1", make=lambda: c.filled_part(c.INDICATORS, 60 << 20), refusal=HOSTILE, seconds=5),
    Case(name="size told too small", make=lambda: c.lying(c.INDICATORS, 24, b"\x0a\0\0\0"), refusal=PART),
    Case(name="size told too large", make=lambda: c.lying(c.INDICATORS, 24, b"\0\0\0\x0a"), refusal=HOSTILE),
    Case(name="size told as 4 GB", make=lambda: c.lying(c.INDICATORS, 24, b"\xfe\xff\xff\xff"), refusal=HOSTILE),
    Case(name="two members on the same bytes", make=c.overlapping, refusal=HOSTILE),
    Case(name="60,000 members", make=lambda: c.packed({**c.members_of(c.clean()), **{f"m/{n}": b"" for n in range(60_000)}}, 0), refusal=HOSTILE, seconds=8),
    Case(name="a member twice", make=lambda: c.twins(c.INDICATORS, c.INDICATORS, b"<a/>"), refusal=HOSTILE, names="sheet3.xml"),
    Case(name="a member in capitals", make=lambda: c.twins(c.INDICATORS, "xl/worksheets/SHEET3.xml", b"<a/>"), refusal=HOSTILE),
    Case(name="a member with backslashes", make=lambda: c.twins(c.INDICATORS, "xl\\worksheets\\sheet3.xml", b"<a/>"), refusal=HOSTILE),
    Case(name="out of the folder", make=lambda: c.twins(c.INDICATORS, "../../etc/cron.d/a", b""), refusal=HOSTILE),
    Case(name="from the root", make=lambda: c.twins(c.INDICATORS, "/etc/passwd", b""), refusal=HOSTILE),
    Case(name="onto a drive", make=lambda: c.twins(c.INDICATORS, "C:/a.exe", b""), refusal=HOSTILE),
    Case(name="a link to a file outside", make=lambda: c.linked("xl/a.xml", "/etc/passwd"), refusal=HOSTILE),
    Case(name="encrypted member", make=lambda: c.lying(c.INDICATORS, 8, b"\x01\0"), refusal=HOSTILE),
    Case(name="packed by LZMA", make=lambda: c.packed(c.members_of(c.clean()), 14), refusal=HOSTILE),
    Case(name="bytes before the package", make=lambda: b"PK\x03\x04" + bytes(60) + c.clean(), refusal=HOSTILE),
    Case(name="bytes behind the package", make=lambda: c.clean() + bytes(100)),
    Case(name="stored, not packed", make=lambda: c.packed(c.members_of(c.clean()), 0)),
    Case(name="another name in front of the bytes", make=lambda: c.renamed_locally(c.INDICATORS), refusal=PART),
]  # fmt: skip
XML = [
    Case(name="entity of a file", make=rows(c.doctype('<!ENTITY e SYSTEM "file:///etc/passwd">')), refusal=HOSTILE),
    Case(name="entities by the billion", make=parts(STRINGS=c.doctype(ENTITY + '<!ENTITY f "&e;&e;&e;&e;">')), refusal=HOSTILE),
    Case(name="document type in the workbook", make=parts(WORKBOOK=c.doctype(ENTITY)), refusal=HOSTILE),
    Case(name="document type in the styles", make=parts(STYLES=c.doctype(ENTITY)), refusal=HOSTILE),
    Case(name="document type in relationships", make=parts(RELATIONS=c.doctype(ENTITY)), refusal=HOSTILE),
    Case(name="document type in UTF-16", make=rows(lambda x: c.in_utf16(c.doctype(ENTITY)(x))), refusal=HOSTILE),
    Case(name="everything in UTF-16", make=lambda: c.everywhere(lambda x: c.in_utf16(x) if x.startswith(b"<?xml") else x)),
    Case(name="UTF-7", make=rows(c.declared_as("UTF-7", "utf-7")), refusal="workbook.encoding"),
    Case(name="GB 18030", make=rows(c.declared_as("GB18030", "gb18030")), refusal="workbook.encoding", names="GB18030"),
    Case(name="windows-1251", make=rows(c.declared_as("windows-1251", "cp1251")), refusal="workbook.encoding"),
    Case(name="an encoding that is none", make=rows(c.declared_as("klingon", "ascii")), refusal="workbook.encoding"),
    Case(name="nested", make=rows(c.swap("<sheetData>", "<a>" * 70 + "</a>" * 70 + "<sheetData>")), refusal=HOSTILE),
    Case(name="cut XML", make=rows(lambda x: x[: len(x) // 2]), refusal=PART),
    Case(name="strict", make=lambda: c.everywhere(c.strict)),
    Case(name="dimension of one cell", make=rows(c.dimension("A1:A1"))),
    Case(name="dimension of the whole sheet", make=rows(c.dimension("A1:XFD1048576"))),
    Case(name="a sheet is missing", make=parts(INDICATORS=None), refusal=PART, names="sheet3.xml"),
    Case(name="a sheet elsewhere", make=parts(RELATIONS=c.swap('Target="worksheets/sheet3.xml"', 'Target="http://a.example/s.xml" TargetMode="External"')), refusal=PART, names="指标"),
    Case(name="no relation to a sheet", make=parts(RELATIONS=c.swap('Id="rId3"', 'Id="rId99"')), refusal=PART, names="指标"),
    Case(name="texts twice", make=related("sharedStrings", "more.xml", b"<sst/>"), refusal="workbook.two_tables"),
    Case(name="styles twice", make=related("styles", "more.xml", b"<styleSheet/>"), refusal="workbook.two_tables"),
    Case(name="no texts", make=parts(STRINGS=lambda x: x[: x.index(b"<si>")] + b"</sst>"), refusal=PART, names="填报说明"),
    Case(name="the last text is missing", make=parts(STRINGS=lambda x: x[: x.rindex(b"<si>")] + b"</sst>"), refusal=PART),
    Case(name="200,000 names", make=parts(WORKBOOK=c.swap("</definedNames>", c.names(200_000) + "</definedNames>")), seconds=6),
    Case(name="64,000 styles", make=parts(STYLES=c.styles(64_000))),
]  # fmt: skip
SHEETS = [
    Case(name="far cell", make=sheet(c.at_end_of_rows('<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>')), findings=["STR-12 项目!XFD1048576"]),
    Case(name="far blank cell", make=sheet(c.at_end_of_rows('<row r="1048576"><c r="XFD1048576" s="1"/></row>'))),
    Case(name="off the grid", make=sheet(c.at_end_of_rows('<row r="1048577"><c r="A1048577"><v>1</v></c></row>')), refusal=PART),
    Case(name="phantom rows", make=rows(c.at_end_of_rows(c.phantom_rows(cells=False))), seconds=9),
    Case(name="phantom cells", make=rows(c.at_end_of_rows(c.phantom_rows(cells=True))), seconds=15),
    Case(name="whole sheet merged", make=sheet(c.swap("<dataValidations", '<mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells><dataValidations')), findings=["STR-04 项目!A1"]),
    Case(name="a cell twice", make=sheet(c.at_end_of_rows('<row r="4"><c r="D4"><v>7777</v></c></row>')), refusal=TWICE, names="项目!D4"),
    Case(name="a row without numbers", make=sheet(c.at_end_of_rows("<row>" + "<c/>" * 11 + "<c><v>1</v></c></row>")), findings=["STR-12 项目!L65"]),
    Case(name="reference that is none", make=sheet(c.at_end_of_rows('<row r="70"><c r="70A"><v>1</v></c></row>')), refusal=PART),
]  # fmt: skip
VALUES = [
    Case(name="error value", make=sheet(c.cell("D4", "<v>#REF!</v>", ' t="e"')), findings=["STR-11 项目!D4"], reads={"budget": "#REF!"}),
    Case(name="formula without a value", make=sheet(c.cell("D4", "<f>E4+F4</f>")), findings=["STR-11 项目!D4"], reads={"budget": "="}),
    Case(name="formula with a value", make=sheet(c.cell("D4", "<f>E4+F4</f><v>48</v>")), findings=["STR-05 项目!D4"]),
    Case(name="formula with a wrong error", make=sheet(c.cell("D4", "<f>E4/0</f><v>#DIV/0!</v>", ' t="e"')), findings=["STR-11 项目!D4"], reads={"budget": "#DIV/0!"}),
    Case(name="rich text", make=rows(c.cell("G4", "<is><r><t>≥</t></r><r><rPr><b/></rPr><t>4期</t></r></is>", ' t="inlineStr"'))),
    Case(name="phonetic guide", make=rows(c.cell("G4", '<is><t>≥4期</t><rPh sb="0" eb="1"><t>qi</t></rPh></is>', ' t="inlineStr"'))),
    Case(name="32,768 characters", make=rows(c.text("G4", "字" * 32_768)), refusal="workbook.text_too_long", names="指标!G4"),
    Case(name="32,767 characters", make=sheet(c.text("G4", "字" * 32_767)), findings=["GOAL-08 项目!G4", "GOAL-06 项目!G4"]),
    Case(name="20,000 characters of two units", make=rows(c.text("G4", "😀" * 20_000)), refusal="workbook.text_too_long", names="40000"),
    Case(name="escaped character", make=rows(c.text("G4", "≥4_x671F_"))),
    Case(name="escaped underscore", make=rows(c.text("G4", "≥4_x005F_x671F_")), reads={"target": "≥4_x671F_"}, findings=["VAL-07 指标!G4"]),
    Case(name="escaped control character", make=rows(c.text("G4", "≥4_x0008_期")), reads={"target": "≥4\b期"}, findings=["TXT-02 指标!G4", "VAL-07 指标!G4"]),
    Case(name="escaped half of a pair", make=rows(c.text("G4", "_xD800_≥4期")), reads={"target": "_xD800_≥4期"}),
    Case(name="half of a pair in bytes", make=rows(c.swap("</sheetData>", '<row r="700"><c r="B700" t="str"><v>\ud800</v></c></row></sheetData>')), refusal=PART),
    Case(name="control character in bytes", make=rows(c.text("G4", "≥4\x08期")), refusal=PART),
    Case(name="reference to a control character", make=rows(c.text("G4", "≥4&#8;期")), refusal=PART),
    Case(name="text index beyond the texts", make=rows(c.cell("G4", "<v>99999</v>", ' t="s"')), refusal=PART),
    Case(name="negative text index", make=rows(c.cell("G4", "<v>-1</v>", ' t="s"')), refusal=PART),
    Case(name="NaN", make=sheet(c.cell("D4", "<v>NaN</v>")), refusal=PART),
    Case(name="1e999", make=sheet(c.cell("D4", "<v>1e999</v>")), refusal=PART),
    Case(name="1_000", make=sheet(c.cell("D4", "<v>4_8</v>")), refusal=PART),
    Case(name="Arabic digits", make=sheet(c.cell("D4", "<v>٤٨</v>")), refusal=PART),
    Case(name="hexadecimal", make=sheet(c.cell("D4", "<v>0x30</v>")), refusal=PART),
    Case(name="4.8E1", make=sheet(c.cell("D4", "<v>4.8E1</v>"))),
    Case(name="48.000000000000007", make=sheet(c.cell("D4", "<v>48.000000000000007</v>"))),
    Case(name="type that is none", make=sheet(c.cell("D4", "<v>48</v>", ' t="zz"')), refusal=PART),
    Case(name="truth in an amount", make=sheet(c.cell("D4", "<v>1</v>", ' t="b"')), reads={"budget": "TRUE"}, findings=["BUD-01 项目!D4"]),
    Case(name="truth that is none", make=sheet(c.cell("D4", "<v>2</v>", ' t="b"')), refusal=PART),
    Case(name="amount as full-width text", make=sheet(c.text("D4", "４８.００")), findings=["TXT-01 项目!D4", "TXT-08 项目!D4"]),
    Case(name="comment in a number", make=sheet(c.cell("D4", "<v>4<!-- 9 -->8</v>"))),
    Case(name="CDATA", make=rows(c.cell("G4", "<is><t><![CDATA[≥4期]]></t></is>", ' t="inlineStr"'))),
    Case(name="1904 dates", make=lambda: c.with_parts({c.WORKBOOK: c.swap('<workbookPr ', '<workbookPr date1904="1" '), c.STYLES: c.date_style, c.INDICATORS: c.dated("G7", 43433)}), reads={"due": "2022-11-30"}, findings=["VAL-05 指标!G7"]),
    Case(name="date of a strict workbook", make=rows(c.cell("G7", "<v>2022-11-30T00:00:00</v>", ' t="d"')), reads={"due": "2022-11-30"}, findings=["VAL-05 指标!G7"]),
    Case(name="1900 dates", make=lambda: c.with_parts({c.STYLES: c.date_style, c.INDICATORS: c.dated("G7", 44895)}), reads={"due": "2022-11-30"}, findings=["VAL-05 指标!G7"]),
    Case(name="hidden row", make=rows(lambda x: x.replace(b'<row r="4" ', b'<row r="4" hidden="1" ', 1)), findings=["STR-04 指标!B4"]),
    Case(name="merged input", make=rows(c.swap("<dataValidations", '<mergeCells><mergeCell ref="C4:C5"/></mergeCells><dataValidations')), findings=["STR-04 指标!C4"]),
]  # fmt: skip
CARRIED = [
    Case(name="link to another workbook", make=related("externalLink", "externalLinks/externalLink1.xml", c.LINK), findings=["STR-27 填报说明!A1"]),
    Case(name="link under another name", make=related("externalLink", "harmless.xml", c.LINK), findings=["STR-27 填报说明!A1"]),
    Case(name="connection", make=related("connections", "connections.xml", c.CONNECTIONS), findings=["STR-27 填报说明!A1"]),
    Case(name="embedded object", make=lambda: c.with_parts({"xl/embeddings/oleObject1.bin": c.compound("Workbook")}), findings=["STR-28 填报说明!A1"]),
    Case(name="object under another name", make=lambda: c.with_parts({"xl/worksheets/_rels/sheet2.xml.rels": c.sheet_relation("oleObject", "../media/a.bin"), "xl/media/a.bin": b"a"}), findings=["STR-28 填报说明!A1"]),
    Case(name="foreign macros", make=related("vbaProject", "vbaProject.bin", c.foreign_project, c.VBA), findings=["STR-26 填报说明!A1"]),
    Case(name="foreign macros under another name", make=related("vbaProject", "theme/a.bin", c.foreign_project, c.VBA), findings=["STR-26 填报说明!A1"]),
    Case(name="our macros", make=related("vbaProject", "vbaProject.bin", c.our_project, c.VBA)),
    Case(name="our macros and more", make=related("vbaProject", "vbaProject.bin", c.ours_and_more, c.VBA), findings=["STR-26 填报说明!A1"]),
    Case(name="macros that cannot be read", make=related("vbaProject", "vbaProject.bin", lambda: c.our_project()[:3000], c.VBA), findings=["STR-26 填报说明!A1"]),
    Case(name="old macro sheet", make=lambda: c.with_parts({"xl/macrosheets/sheet1.xml": b"<a/>"}), findings=["STR-26 填报说明!A1"]),
    Case(name="settings of xlwings", make=lambda: c.with_sheet("xlwings.conf", "INTERPRETER_WIN"), findings=["STR-12 xlwings.conf!A1"]),
]  # fmt: skip
KINDS = [
    Case(name="HTML", make=raw(b"<html><table><tr><td>48</td></tr></table></html>"), refusal="workbook.web_page", file="来件.xls"),
    Case(name="MHTML", make=raw(b"MIME-Version: 1.0\r\nContent-Type: multipart/related"), refusal="workbook.web_page"),
    Case(name="XML of 2003", make=raw(b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">'), refusal="workbook.xml_table"),
    Case(name="CSV", make=raw("项目名称,预算数\n培训,48\n".encode("gb18030")), refusal="workbook.text"),
    Case(name="CSV in UTF-16", make=raw("项目名称\t预算数\n培训\t48\n".encode("utf-16")), refusal="workbook.text"),
    Case(name="PDF", make=raw(b"%PDF-1.7\n"), refusal="workbook.pdf"),
    Case(name="PNG", make=raw(b"\x89PNG\r\n\x1a\n"), refusal="workbook.picture"),
    Case(name="program", make=raw(b"MZ\x90\x00\x03" + bytes(99)), refusal="workbook.not_one"),
    Case(name="Word", make=lambda: c.packed({c.TYPES: b"", "word/document.xml": b""}), refusal="workbook.word"),
    Case(name="old Word", make=lambda: c.compound("WordDocument"), refusal="workbook.word"),
    Case(name="slides", make=lambda: c.packed({c.TYPES: b"", "ppt/presentation.xml": b""}), refusal="workbook.slides"),
    Case(name="archive of workbooks", make=lambda: c.packed({"a.xlsx": c.clean()}), refusal="workbook.archive"),
    Case(name="encrypted", make=lambda: c.encrypted(c.clean()), refusal="workbook.encrypted"),
    Case(name="owner file", make=lambda: b"\x05clerk" + bytes(159), refusal="workbook.owner_file", file="~$来件.xlsx"),
    Case(name="suffix in capitals", make=c.clean, file="来件.XLSX"),
    Case(name="workbook named .xls", make=c.clean, file="来件.xls"),
    Case(name="long name", make=c.clean, file="长" * 80 + ".xlsx"),
    Case(name="control characters in the name", make=raw(b""), refusal="workbook.empty", file="a\x1b[31m\u202exslx.\n.xlsx"),
    Case(name="xlsb that is none", make=lambda: c.packed({c.TYPES: b"", "xl/workbook.bin": b""}), refusal="workbook.not_converted", seconds=15),
    Case(name="xls that is cut", make=lambda: c.compound("Workbook"), refusal="workbook.not_converted", seconds=15),
]  # fmt: skip
PLACES = [
    Case(name="pipe", put=c.pipe, refusal="file.not_plain"),
    Case(name="pipe named .txt", put=c.pipe, refusal="file.not_plain", file="来件.txt"),
    Case(name="dangling link", put=c.dangling, refusal="file.missing"),
    Case(name="folder", put=c.folder, refusal="file.not_a_file"),
    Case(name="21 MB", put=c.huge, refusal="workbook.too_large"),
]
CASES = [*CONTAINERS, *XML, *SHEETS, *VALUES, *CARRIED, *KINDS, *PLACES]


def laid(case: Case, folder: Path) -> Path:
    path = folder / case.file
    if case.put is not None:
        case.put(path)
    elif case.make is not None:
        path.write_bytes(case.make())
    return path


def read(submission: Submission) -> dict[str, str]:
    """What the table's ``reads`` speaks of."""
    project = submission.projects[0]
    return {
        "budget": project.budget.raw if project.budget.amount is None else str(project.budget),
        "target": project.indicators[0].target,
        "code": submission.unit.code,
        "due": project.indicators[3].target,
    }


def exit_of(path: Path, monkeypatch: pytest.MonkeyPatch) -> int:
    monkeypatch.setattr("sys.argv", ["xlgoals", "validate", str(path), "--lang", "zh"])
    with pytest.raises(SystemExit) as end:
        main()
    assert isinstance(end.value.code, int)
    return end.value.code


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
@pytest.mark.timeout(60)
def test_each_file_gets_its_answer(
    case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = laid(case, tmp_path)
    begun = time.perf_counter()
    code = exit_of(path, monkeypatch)
    taken = time.perf_counter() - begun
    told = capsys.readouterr()
    found: list[str] = []
    key = ""
    try:
        (submission,) = load(path)
        found = [f"{finding.code} {finding.address}" for finding in validate(submission)]
        differing = {k: v for k, v in read(submission).items() if v != {**CLEAN, "due": DUE}[k]}
        assert differing == case.reads
    except CannotDo as refusal:
        key = refusal.key
        sentence = refusal.sentence(Language.ZH)
        assert case.names in sentence
        assert told.err == f"{sentence}\n"
        assert all(letter.isprintable() or letter == "\n" for letter in sentence)
    print(case.name, key, found, code, round(taken, 2))  # noqa: T201
    assert key == case.refusal
    assert found == list(case.findings)
    assert code == case.exit_code
    assert taken < case.seconds


DUE = "2022年11月30日前"


def test_the_table_is_as_large_as_promised() -> None:
    assert len({case.name for case in CASES}) == len(CASES) >= 60
