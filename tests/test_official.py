"""The book of official tables: its layout on paper, and that it reads back as what was printed."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from openpyxl.worksheet.worksheet import Worksheet

from tests.support.books import repacked, write_submission
from tests.support.examples import indicators_of, project_of
from tests.support.office import Office
from tests.support.seed import SEED, seed_submissions
from xlgoals import operations
from xlgoals.errors import CannotDo
from xlgoals.form import load_form
from xlgoals.model import BLANK_MONEY, Money, Project, Sighting, Submission
from xlgoals.profile import load_profile
from xlgoals.read.legacy import read_legacy
from xlgoals.read.money import read_money
from xlgoals.write.book import height_for
from xlgoals.write.document import submission_to_json
from xlgoals.write.official import sheet_name, write_official

OFFICE, CENTRE = seed_submissions()
PROFILE = load_profile("tianjin-2022")
A4 = 9


def printed(path: Path, submission: Submission) -> Path:
    write_official(path, load_form(), PROFILE, submission)
    return path


def read_back(path: Path) -> Submission:
    (submission,) = read_legacy(path, load_form(), PROFILE).submissions
    return submission


def plain_json(submission: Submission) -> object:
    """The exchange document without the cells, which differ from file to file."""

    def strip(value: object) -> object:
        if isinstance(value, dict):
            return {key: strip(each) for key, each in value.items() if key != "cell"}
        return [strip(each) for each in value] if isinstance(value, list) else value

    return strip(submission_to_json(submission))


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return printed(tmp_path_factory.mktemp("print") / "306101_目标表.xlsx", OFFICE)


@pytest.fixture(scope="module")
def first(book: Path) -> Worksheet:
    return openpyxl.load_workbook(book).worksheets[1]


def test_a_sheet_for_each_project_and_contents_before_them(book: Path) -> None:
    workbook = openpyxl.load_workbook(book)
    contents = workbook.worksheets[0]
    assert workbook.sheetnames[:3] == ["目录", "1.信息化运行维护", "2.办机关日常运行补助专项"]
    assert len(workbook.sheetnames) == 1 + len(OFFICE.projects)
    links = [contents.cell(row, 2).hyperlink.location for row in range(4, 16)]
    assert links == [f"'{name}'!A1" for name in workbook.sheetnames[1:]]
    assert [contents.cell(row, 3).value for row in range(4, 7)] == [117, 208, 120]


def test_one_project_needs_no_contents(tmp_path: Path) -> None:
    workbook = openpyxl.load_workbook(printed(tmp_path / "p.xlsx", CENTRE))
    assert len(workbook.sheetnames) == 1


def test_the_layout_is_the_published_one(first: Worksheet) -> None:
    values = {cell.coordinate: cell.value for row in first.iter_rows() for cell in row if cell.value}
    project = OFFICE.projects[0]
    expected: dict[str, object] = {
        "A1": "1.信息化运行维护绩效目标表",
        "A2": "306101天津市人民政府合作交流办公室",
        "F2": "单位：万元",
        "A3": "项目名称",
        "B3": "信息化运行维护",
        "A4": "预算规模及资金用途",
        "B4": "预算数",
        "C4": 117,
        "D4": "其中：财政资金",
        "E4": 117,
        "F4": "其他资金",
        "B5": project.purpose,
        "A6": "绩效目标",
        "B6": project.goals,
        **dict(zip(("A7", "B7", "C7", "E7", "G7"), load_form().official.heads.values(), strict=True)),
        "A8": "产出指标",
        "B8": "数量指标",
        "C8": "保障信息系统正常运转",
        "E8": "保障信息系统正常运转",
        "G8": "3个",
    }
    assert {cell: values.get(cell) for cell in expected} == expected
    assert "G4" not in values  # the amount that was left blank
    assert {cell for cell in values if cell.startswith("A") and int(cell[1:]) > 7} == {"A8", "A16", "A17"}


def test_cells_are_merged_as_on_the_published_table(first: Worksheet) -> None:
    merged = {str(area) for area in first.merged_cells.ranges}
    assert {"A1:G1", "A2:E2", "F2:G2", "B3:G3", "A4:A5", "B5:G5", "B6:G6", "C7:D7", "E7:F7"} <= merged
    assert {"A8:A15", "C8:D8", "E17:F17"} <= merged
    assert "A16:A17" not in merged


def test_it_is_set_up_to_print(first: Worksheet) -> None:
    assert (first.page_setup.orientation, first.page_setup.paperSize) == ("portrait", A4)
    assert first.sheet_properties.pageSetUpPr.fitToPage
    # One page wide, as Excel takes it where nothing is said, and as many high as it takes.
    assert (first.page_setup.fitToWidth, first.page_setup.fitToHeight) == (None, 0)
    assert first.print_options.horizontalCentered
    assert first.print_title_rows == "$7:$7"
    assert first.print_area == "'1.信息化运行维护'!$A$1:$G$17"
    assert first.oddFooter.center.text == "第 &P 页 共 &N 页"


def test_styles_are_plain(first: Worksheet) -> None:
    """Thin black lines around every cell of the table, wrapped texts, no ground colours."""
    for row in first.iter_rows(min_row=1, max_row=17, max_col=7):
        for cell in row:
            assert cell.fill.fill_type is None
            if isinstance(cell.value, str) and cell.coordinate != "F2":
                assert cell.alignment.wrap_text
    for area in first.merged_cells.ranges:
        inner = [first.cell(*place) for place in area.cells if area.min_row > 2]
        assert {edge.border.left.style for edge in inner if edge.column == area.min_col} <= {"thin"}
        assert {edge.border.bottom.style for edge in inner if edge.row == area.max_row} <= {"thin"}
    edges = first["G8"].border
    assert [edge.style for edge in (edges.left, edges.right, edges.top, edges.bottom)] == ["thin"] * 4
    assert first["A2"].border.bottom.style is None
    assert first["C4"].number_format == "#,##0.00"
    assert first["A1"].alignment.horizontal == "center"
    assert first["F2"].alignment.horizontal == "right"


def test_no_text_is_cut(book: Path, tmp_path: Path) -> None:
    """Every box is high enough; a text too long for the tallest row has several rows merged for it."""
    long = project_of({"goals": "很长的绩效目标，" * 900, "purpose": "x" * 9000})
    rows = [("产出指标", "数量指标", "名称", "描述" * 900, "≥1次")]
    tall = replace(CENTRE, projects=(replace(long, indicators=indicators_of(rows)),))
    for path in (book, printed(tmp_path / "p.xlsx", tall)):
        for sheet in openpyxl.load_workbook(path).worksheets[-3:]:
            areas = {area.min_row * 1000 + area.min_col: area for area in sheet.merged_cells.ranges}
            for row in sheet.iter_rows():
                for cell in row:
                    if not isinstance(cell.value, str) or cell.row == 1:
                        continue
                    area = areas.get(cell.row * 1000 + cell.column)
                    last_row, last_column = (area.max_row, area.max_col) if area else (cell.row, cell.column)
                    letters = [chr(64 + n) for n in range(cell.column, last_column + 1)]
                    width = sum(sheet.column_dimensions[letter].width for letter in letters)
                    heights = [sheet.row_dimensions[n].height for n in range(cell.row, last_row + 1)]
                    assert max(heights) <= 409
                    assert sum(heights) >= height_for([(cell.value, width)], most=float("inf"))
    assert plain_json(read_back(tmp_path / "p.xlsx")) == plain_json(
        replace(tall, projects=(replace(tall.projects[0], type=""),))
    )


@pytest.mark.parametrize("number", range(13))
def test_a_printed_table_reads_back_as_it_was(tmp_path: Path, number: int) -> None:
    project = (*OFFICE.projects, *CENTRE.projects)[number]
    one = replace(OFFICE if number < 12 else CENTRE, projects=(project,))
    back = read_back(printed(tmp_path / "p.xlsx", one))
    assert plain_json(back) == plain_json(one)
    assert {seen.sighting for seen in back.observations} <= {Sighting.LEVEL_FILLED_DOWN}


def test_the_whole_book_goes_round_through_the_commands(tmp_path: Path) -> None:
    for submission in (OFFICE, CENTRE):
        unit_book = write_submission(tmp_path / f"{submission.unit.code}_单位.xlsx", submission)
        done = operations.print_official(unit_book, tmp_path / f"{submission.unit.code}.xlsx")
        (imported,) = operations.import_published([done.path], tmp_path / "out")
        assert plain_json(operations.load(imported.path)[0]) == plain_json(submission)


def test_every_address_of_a_printed_table_is_the_cell_of_its_value(book: Path) -> None:
    workbook = openpyxl.load_workbook(book)
    back = read_back(book)
    for project, indicator in back.indicators:
        for field in ("level2", "name", "description", "target"):
            address = indicator.location.address(field)
            assert workbook[address.sheet][address.cell].value == getattr(indicator, field)
        address = project.location.address("budget")
        assert Decimal(str(workbook[address.sheet][address.cell].value)) == project.budget.amount


TEXT = st.text(
    alphabet=st.characters(
        exclude_categories=["Cs", "Cn", "Cc"], include_characters="\n\t_x0041_=+@'[]:*?/\\"
    ),
    max_size=40,
).filter(lambda text: not text or bool(text.strip()))
AMOUNT = st.one_of(
    st.just(BLANK_MONEY),
    st.decimals(-9999999, 99999999, places=2).map(lambda d: Money(raw=str(d), amount=d)),
    st.sampled_from(["117万", "一百", "=1+1", "0.12345678901234567890", "12345678901234567.89"]).map(
        read_money
    ),
)
ROW = st.tuples(TEXT, TEXT, TEXT, TEXT, TEXT).filter(any)
PROJECT = st.builds(
    lambda name, amounts, purpose, goals, rows: Project(
        name=name,
        budget=amounts[0],
        fiscal=amounts[1],
        other=amounts[2],
        purpose=purpose,
        goals=goals,
        indicators=indicators_of(rows),
        location=CENTRE.location,
    ),
    TEXT,
    st.tuples(AMOUNT, AMOUNT, AMOUNT),
    TEXT,
    TEXT,
    st.lists(ROW, max_size=5),
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
@given(projects=st.lists(PROJECT, min_size=1, max_size=3))
def test_any_texts_go_round(tmp_path: Path, projects: list[Project]) -> None:
    submission = replace(CENTRE, projects=tuple(projects))
    back = read_back(printed(tmp_path / "p.xlsx", submission))
    assert plain_json(back) == plain_json(submission)
    assert not {seen.sighting for seen in back.observations} & {Sighting.NOT_UNDERSTOOD}


@given(name=st.text(max_size=60), number=st.integers(1, 999))
def test_sheet_names_are_valid_and_differ(name: str, number: int) -> None:
    made = sheet_name("{number}.{name}", number, name)
    assert 0 < len(made.encode("utf-16-le", "surrogatepass")) <= 62
    assert not re.search(r"[\[\]:*?/\\'\n]", made)
    assert made != sheet_name("{number}.{name}", number + 1, name)


def test_the_same_input_gives_the_same_bytes(tmp_path: Path, book: Path) -> None:
    assert printed(tmp_path / "again.xlsx", OFFICE).read_bytes() == book.read_bytes()


def test_what_cannot_be_printed_is_refused(tmp_path: Path, book: Path) -> None:
    empty = write_submission(tmp_path / "empty.xlsx", replace(CENTRE, projects=()))
    with pytest.raises(CannotDo) as refusal:
        operations.print_official(empty, tmp_path / "p.xlsx")
    assert refusal.value.key == "print.nothing"
    with pytest.raises(CannotDo) as refusal:
        operations.print_official(book, book)
    assert refusal.value.key == "output.exists"
    assert not (tmp_path / "p.xlsx").exists()


def test_a_text_with_two_units_is_not_one_book(tmp_path: Path) -> None:
    with pytest.raises(CannotDo) as refusal:
        operations.print_official(SEED, tmp_path / "p.xlsx")
    assert refusal.value.key == "print.several_units"


def test_printed_books_are_valid(validator: Callable[[Path], list[str]], book: Path, tmp_path: Path) -> None:
    assert validator(book) == []
    assert validator(printed(tmp_path / "p.xlsx", CENTRE)) == []


def test_libreoffice_prints_every_table(office: Office, book: Path) -> None:
    text = office.text(book)
    squeezed = "".join(text.split())
    for project in OFFICE.projects:
        assert project.name in squeezed
        assert f"{project.budget.amount:,.2f}" in text
    assert "###" not in text
    assert "第1页共" in squeezed
    assert squeezed.count("三级指标") > len(OFFICE.projects)  # a long table repeats its heads


@pytest.mark.parametrize("submission", [OFFICE, CENTRE], ids=["twelve", "one"])
def test_a_book_saved_by_another_program_reads_the_same(
    office: Office, tmp_path: Path, submission: Submission
) -> None:
    """LibreOffice keeps what says that the book is ours; without that it is read as one made by hand."""
    saved = office.to_xlsx(printed(tmp_path / "p.xlsx", submission))
    assert plain_json(read_back(saved)) == plain_json(submission)
    stripped = repacked(
        saved, tmp_path / "s.xlsx", lambda name, data: None if name == "docProps/custom.xml" else data
    )
    (by_hand,) = read_legacy(stripped, load_form(), PROFILE, 2022).submissions
    assert plain_json(by_hand) == plain_json(submission)
    told = {seen.sighting for seen in by_hand.observations}
    assert told == {Sighting.LEVEL_FILLED_DOWN} | (
        {Sighting.UNKNOWN_SHEET} if submission is OFFICE else set()
    )
