"""The document that is published: its layout, its last gate, and that it reads back as what was published."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import docx
import pytest
from docx.document import Document
from docx.oxml.ns import qn
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.support.books import write_submission
from tests.support.desk import open_copy
from tests.support.examples import indicators_of, project_of
from tests.support.office import Office
from tests.support.seed import SEED, seed_submissions
from tests.test_official import PROJECT, plain_json
from xlgoals import operations
from xlgoals.errors import CannotDo
from xlgoals.form import load_form
from xlgoals.messages import Language, say
from xlgoals.model import Money, Project, Sighting, Submission
from xlgoals.profile import load_profile
from xlgoals.read.word.document import read_word
from xlgoals.write.word import write_printable, write_word

OFFICE, CENTRE = seed_submissions()
PROFILE = load_profile("tianjin-2022")
A4 = (7560310, 10692130)
CLEAN = replace(
    CENTRE,
    projects=(
        project_of(
            {
                "name": "干部培训",
                "purpose": "用于举办处级干部培训班的师资和食宿支出",
                "goals": "1.举办培训班4期。",
            }
        ),
    ),
)


def published(path: Path, *submissions: Submission) -> Path:
    write_word(path, load_form(), PROFILE, submissions)
    return path


def read_back(path: Path) -> list[Submission]:
    return list(read_word(path, load_form(), PROFILE).submissions)


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return published(tmp_path_factory.mktemp("publish") / "公开.docx", OFFICE, CENTRE)


@pytest.fixture(scope="module")
def one(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return published(tmp_path_factory.mktemp("publish") / "公开.docx", OFFICE)


@pytest.fixture(scope="module")
def document(one: Path) -> Document:
    return docx.Document(str(one))


def texts(document: Document, style: str) -> list[str]:
    return [each.text for each in document.paragraphs if each.style is not None and each.style.name == style]


def test_cover_contents_and_a_numbered_heading_for_each_table(document: Document) -> None:
    assert document.paragraphs[0].text == "2022年项目支出绩效目标表"
    assert document.paragraphs[1].text == "天津市人民政府合作交流办公室"
    headings = [f"{n}.{each.name}绩效目标表" for n, each in enumerate(OFFICE.projects, start=1)]
    assert texts(document, "Heading 2") == headings
    assert texts(document, "Line above") == ["306101天津市人民政府合作交流办公室\t单位：万元", ""] * 12
    assert texts(document, "Year") == ["（2022年度）"] * 12


def test_every_entry_of_the_contents_leads_to_its_heading(document: Document) -> None:
    body: Any = document.element.body
    places = {mark.get(qn("w:name")): mark.getparent() for mark in body.iter(qn("w:bookmarkStart"))}
    links = list(body.iter(qn("w:hyperlink")))
    assert len(links) == 12
    for link in links:
        heading = "".join(t.text for t in places[link.get(qn("w:anchor"))].iter(qn("w:t")))
        shown = [t.text for t in link.iter(qn("w:t"))]
        assert shown == [heading, "…"]
        assert f"PAGEREF {link.get(qn('w:anchor'))}" in "".join(e.text for e in link.iter(qn("w:instrText")))
    codes = [each.text for each in body.iter(qn("w:instrText"))]
    assert codes[0] == ' TOC \\o "2-2" \\h \\z \\u '
    kinds = [each.get(qn("w:fldCharType")) for each in body.iter(qn("w:fldChar"))]
    assert kinds.count("begin") == kinds.count("separate") == kinds.count("end") == 13
    assert document.settings.element.find(qn("w:updateFields")).get(qn("w:val")) == "true"


def test_the_tables_are_laid_out_as_published(document: Document) -> None:
    project = OFFICE.projects[0]
    table = document.tables[0]
    rows = [[cell.text for cell in row.cells] for row in table.rows]
    assert rows[0] == ["项目名称", *[project.name] * 6]
    assert rows[1] == ["预算规模及资金用途", "预算数", "117.00", "其中：财政资金", "117.00", "其他资金", ""]
    assert rows[2] == ["预算规模及资金用途", *[project.purpose] * 6]
    assert rows[3] == ["绩效目标", *[project.goals] * 6]
    indicators = document.tables[1]
    heads = [cell.text for cell in indicators.rows[0].cells]
    assert heads == ["一级指标", "二级指标", *["三级指标"] * 2, *["绩效指标描述"] * 2, "指标值"]
    first = [row.cells[0].text for row in indicators.rows]
    assert first == ["一级指标", *["产出指标"] * 8, "效益指标", "满意度指标"]
    row: Any = indicators.rows[0]._tr
    assert row.trPr.find(qn("w:tblHeader")) is not None


def test_page_and_fonts(document: Document) -> None:
    section = document.sections[0]
    assert (section.page_width, section.page_height) == A4
    assert section.different_first_page_header_footer
    fonts = {}
    for name in ("Title", "Heading 2", "Normal", "Cell text", "Cell label"):
        style: Any = document.styles[name].element
        fonts[name] = style.rPr.find(qn("w:rFonts")).get(qn("w:eastAsia"))
    assert fonts == {
        "Title": "方正小标宋简体",
        "Heading 2": "方正小标宋简体",
        "Normal": "仿宋",
        "Cell text": "宋体",
        "Cell label": "黑体",
    }


def test_the_package_tells_nothing_of_who_wrote_it(one: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(one) as package:
        names = package.namelist()
        assert {info.date_time for info in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        core = package.read("docProps/core.xml").decode()
        table = package.read("word/fontTable.xml").decode()
    assert not {"docProps/app.xml", "docProps/thumbnail.jpeg"} & set(names)
    assert "python" not in core
    assert "_GoBack" not in core
    assert '<w:font w:name="方正小标宋简体"><w:altName w:val="宋体"/>' in table
    assert published(tmp_path / "again.docx", OFFICE).read_bytes() == one.read_bytes()


def test_the_same_bytes_in_another_process(tmp_path: Path, one: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from tests.test_word_out import published, OFFICE;"
        "published(Path(sys.argv[1]), OFFICE)"
    )
    target = tmp_path / "other.docx"
    subprocess.run([sys.executable, "-c", code, target], check=True, cwd=Path(__file__).parent.parent)
    assert target.read_bytes() == one.read_bytes()


@pytest.mark.parametrize("number", range(13))
def test_a_published_table_reads_back_as_it_was(tmp_path: Path, number: int) -> None:
    project = (*OFFICE.projects, *CENTRE.projects)[number]
    alone = replace(OFFICE if number < 12 else CENTRE, projects=(project,))
    (back,) = read_back(published(tmp_path / "p.docx", alone))
    assert plain_json(back) == plain_json(alone)
    assert {seen.sighting for seen in back.observations} <= {Sighting.LEVEL_FILLED_DOWN}


def test_text_to_workbook_to_document_and_back(tmp_path: Path) -> None:
    """The published text → workbooks → one document → workbooks: the same JSON."""
    books = [write_submission(tmp_path / f"{each.unit.code}.xlsx", each) for each in (OFFICE, CENTRE)]
    done = operations.publish(books, tmp_path / "公开.docx", force=True)
    assert done.path is not None
    imported = operations.import_published([done.path], tmp_path / "out")
    back = [operations.load(each.path)[0] for each in imported]
    assert [plain_json(each) for each in back] == [plain_json(each) for each in (OFFICE, CENTRE)]


def test_a_master_is_published(tmp_path: Path) -> None:
    (tmp_path / "units").mkdir()
    for each in (OFFICE, CENTRE):
        write_submission(tmp_path / "units" / f"{each.unit.code}.xlsx", each)
    operations.consolidate([tmp_path / "units"], tmp_path / "master.xlsx")
    with pytest.raises(CannotDo) as refusal:
        operations.publish([tmp_path / "master.xlsx"], tmp_path / "a.docx", force=True)
    assert refusal.value.key == "publish.no_year"
    done = operations.publish([tmp_path / "master.xlsx"], tmp_path / "a.docx", force=True, year=2022)
    assert done.path is not None
    assert [plain_json(each) for each in read_back(done.path)] == [plain_json(e) for e in (OFFICE, CENTRE)]


def test_a_document_that_was_changed_afterwards_is_read_by_known_words(tmp_path: Path, one: Path) -> None:
    """A heading less, a table cut in two, a row added: nothing comes to stand elsewhere."""
    changed: Any = docx.Document(str(one))
    second = changed.tables[2]
    for each in list(changed.paragraphs):
        if each.text.startswith("2."):
            each._p.getparent().remove(each._p)
    indicators = changed.tables[1]
    gap = changed.add_paragraph("")._p
    indicators._tbl.addnext(gap)
    rest = docx.table.Table(_copied_head(indicators), changed)
    for row in list(indicators.rows)[5:]:
        rest._tbl.append(row._tr)
    gap.addnext(rest._tbl)
    assert second.cell(0, 1).text == OFFICE.projects[1].name
    changed.save(str(tmp_path / "changed.docx"))
    (back,) = read_back(tmp_path / "changed.docx")
    assert plain_json(back) == plain_json(OFFICE)


def _copied_head(table: Any) -> Any:
    made = deepcopy(table._tbl)
    for row in made.findall(qn("w:tr")):
        made.remove(row)
    return made


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=25)
@given(projects=st.lists(PROJECT, min_size=1, max_size=2))
def test_any_texts_go_round(tmp_path: Path, projects: list[Project]) -> None:
    submission = replace(CENTRE, projects=tuple(projects))
    (back,) = read_back(published(tmp_path / "p.docx", submission))
    assert plain_json(back) == plain_json(submission)
    assert not {seen.sighting for seen in back.observations} & {Sighting.NOT_UNDERSTOOD}


def test_the_last_gate_holds_back_what_is_not_fit_for_the_public(tmp_path: Path) -> None:
    rows = [("产出指标", "数量指标", "培训班期数", "年内举办的培训班总期数", "≥4期")]
    spoilt = {
        "an amount that is none": {"budget": Money(raw="117万", amount=None)},
        "a slip of the pen": {"purpose": "助理对口地区巩固脱贫成果"},
        "a stray line feed": {
            "indicators": indicators_of([("产出指标", "数量指标", "培训\n班期数", "", "≥4期")])
        },
    }
    base = replace(CLEAN.projects[0], indicators=indicators_of(rows))
    for name, change in spoilt.items():
        submission = replace(CLEAN, projects=(replace(base, **change),))  # type: ignore[arg-type]
        codes = {each.code for each in operations.in_the_way(submission)}
        plain = {each.code for each in operations.in_the_way(replace(CLEAN, projects=(base,)))}
        assert codes - plain, name
    held = operations.publish([SEED], tmp_path / "a.docx")
    assert held.path is None
    assert held.count == 19
    assert not (tmp_path / "a.docx").exists()
    forced = operations.publish([SEED], tmp_path / "a.docx", force=True)
    assert forced.path is not None
    assert forced.count == 19


def test_what_cannot_be_published_is_refused(tmp_path: Path) -> None:
    book = write_submission(tmp_path / "306101.xlsx", OFFICE)
    other = write_submission(tmp_path / "later.xlsx", replace(CENTRE, year=2023))
    empty = write_submission(tmp_path / "empty.xlsx", replace(CENTRE, projects=()))
    (tmp_path / "there.docx").write_bytes(b"mine")
    cases: list[tuple[list[Path], str, str]] = [
        ([book], "there.docx", "output.exists"),
        ([book], "tables.pdf", "publish.suffix"),
        ([book, book], "a.docx", "publish.unit_twice"),
        ([book, other], "a.docx", "publish.several_years"),
        ([empty], "a.docx", "print.nothing"),
        ([tmp_path / "none.xlsx"], "a.docx", "file.missing"),
    ]
    for sources, target, key in cases:
        with pytest.raises(CannotDo) as refusal:
            operations.publish(sources, tmp_path / target, force=True)
        assert refusal.value.key == key
    assert (tmp_path / "there.docx").read_bytes() == b"mine"
    assert not (tmp_path / "a.docx").exists()
    odd = replace(CENTRE, projects=(replace(CENTRE.projects[0], name="名\x0b称"),))
    with pytest.raises(CannotDo) as refusal:
        published(tmp_path / "a.docx", odd)
    assert refusal.value.key == "publish.character"


def test_documents_are_valid(
    validator: Callable[[Path], list[str]], one: Path, both: Path, tmp_path: Path
) -> None:
    printable = tmp_path / "printable.docx"
    write_printable(printable, load_form(), PROFILE, (OFFICE, CENTRE))
    for path in (one, both, printable, published(tmp_path / "c.docx", CENTRE)):
        assert validator(path) == []


def test_libreoffice_draws_every_table_and_counts_the_pages(office: Office, tmp_path: Path) -> None:
    path = tmp_path / "公开.docx"
    write_printable(path, load_form(), PROFILE, (OFFICE,))
    text = office.text(path)
    squeezed = "".join(text.split())
    for number, project in enumerate(OFFICE.projects, start=1):
        assert f"{number}.{project.name}绩效目标表" in squeezed
        assert f"{project.budget.amount:.2f}" in text
    pages = text.split("\f")
    contents = [line for line in pages[1].splitlines() if "...." in line]
    for line in contents:
        heading, page = line.split("....", 1)
        shown = "".join(pages[int(page.strip(". ")) - 1].split())
        assert "".join(heading.split()) in shown
    assert len(contents) == 12
    assert squeezed.count("三级指标") > 12  # a long table repeats its heads
    assert "第2页共" in squeezed


def test_a_document_that_libreoffice_saved_reads_the_same(office: Office, tmp_path: Path, both: Path) -> None:
    saved = office.converted(both, "docx")
    back = read_word(saved, load_form(), PROFILE, 2022).submissions
    assert [plain_json(each) for each in back] == [plain_json(each) for each in (OFFICE, CENTRE)]


def test_a_pdf_beside_it(office: Office, tmp_path: Path) -> None:
    done = operations.publish([SEED], tmp_path / "公开.docx", pdf=True, force=True)
    assert done.no_pdf is None
    assert done.pdf is not None
    assert done.pdf.read_bytes().startswith(b"%PDF")


def test_without_libreoffice_a_sentence_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    done = operations.publish([SEED], tmp_path / "公开.docx", pdf=True, force=True)
    assert done.path is not None
    assert done.pdf is None
    assert done.no_pdf is not None
    assert done.no_pdf.key == "publish.no_office"


def test_the_button_asks_before_it_writes_what_is_not_fit(tmp_path: Path) -> None:
    book = write_submission(tmp_path / "306101.xlsx", OFFICE)
    desk = open_copy(book, tmp_path / "desk")
    target = tmp_path / "desk" / "306101_公开.docx"
    assert desk.click("word", answer=False) == []
    assert not target.exists()
    (told,) = desk.click("word")
    assert told == say("publish.wrote", Language.ZH, file=target, projects=12)
    assert desk.host.program.shown == [str(target)]
    (back,) = read_back(target)
    assert plain_json(back) == plain_json(OFFICE)


def test_the_command_lists_what_stands_against_it(tmp_path: Path) -> None:
    target = tmp_path / "公开.docx"
    command = [sys.executable, "-m", "xlgoals", "publish", str(SEED), "-o", str(target), "--lang", "zh"]
    held = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
    assert held.returncode == 1
    assert "没有生成文档：还有 19 处" in held.stderr
    assert "TXT-03" in held.stdout
    assert not target.exists()
    forced = subprocess.run([*command, "--force"], capture_output=True, encoding="utf-8", check=False)
    assert forced.returncode == 1
    assert "已按 --force 生成，其中仍有 19 处" in forced.stderr
    assert "共 13 张目标表" in forced.stdout
    assert target.exists()
