"""Text → workbook → submission, and what the reader of our workbook observes."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.support.books import edited, plain_book, write_submission
from tests.support.extent import tries
from tests.support.seed import seed_submissions
from xlgoals.errors import CannotDo
from xlgoals.form import load_form
from xlgoals.library import load_library
from xlgoals.model import BLANK_MONEY, Indicator, Money, Sighting, Submission, Unit
from xlgoals.profile import load_profile
from xlgoals.read.money import read_money
from xlgoals.read.template import read_template
from xlgoals.write.document import submission_to_json
from xlgoals.write.template import fingerprint, write_template

FORM = load_form()
ROW = 4  # the first record stands on row 4


def content(submission: Submission) -> dict[str, object]:
    """The JSON without the cells, which differ by source."""
    document = submission_to_json(submission)
    projects = document["projects"]
    assert isinstance(projects, list)
    for project in projects:
        for indicator in project["indicators"]:
            del indicator["cell"]
    return document


@pytest.fixture(scope="module")
def workbooks(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folder = tmp_path_factory.mktemp("seed")
    return [write_submission(folder / f"{each.unit.code}.xlsx", each) for each in seed_submissions()]


def test_text_and_workbook_hold_the_same_thirteen_tables(workbooks: list[Path]) -> None:
    read = [read_template(path, FORM) for path in workbooks]
    assert [content(each) for each in read] == [content(each) for each in seed_submissions()]
    assert sum(len(each.projects) for each in read) == 13
    assert all(each.observations == () for each in read)


def test_every_address_is_the_cell_of_its_value(workbooks: list[Path]) -> None:
    for path in workbooks:
        sheets = openpyxl.load_workbook(path)
        for project, indicator in read_template(path, FORM).indicators:
            for field in ("level1", "level2", "name", "description", "target"):
                place = indicator.location.address(field)
                assert sheets[place.sheet][place.cell].value == getattr(indicator, field)
            place = project.location.address("budget")
            assert sheets[place.sheet][place.cell].value == pytest.approx(float(str(project.budget)))


def test_the_template_is_locked_and_its_inputs_are_not(workbooks: list[Path]) -> None:
    workbook = openpyxl.load_workbook(workbooks[0])
    assert workbook.security is not None
    assert workbook.security.lockStructure
    assert [(sheet.title, sheet.sheet_state) for sheet in workbook.worksheets] == [
        ("填报说明", "visible"),
        ("项目", "visible"),
        ("指标", "visible"),
        ("校验结果", "visible"),
        ("申报表预览", "visible"),
        ("_lists", "veryHidden"),
        ("_meta", "veryHidden"),
    ]
    for sheet in workbook.worksheets:
        assert sheet.protection.sheet
    for name in ("项目", "指标"):
        sheet = workbook[name]
        # openpyxl says True for what the lock forbids
        assert not sheet.protection.autoFilter
        assert not sheet.protection.formatColumns
        assert not sheet.protection.formatRows
        assert sheet.protection.insertColumns
        assert sheet.cell(3, 2).protection.locked
        locked = [cell.protection.locked for cell in sheet[ROW]]
        assert locked == [True, *[False] * (sheet.max_column - 2), True]  # 序号 and 核对 are computed
        assert sheet.freeze_panes == "C4"
        assert sheet.print_title_rows == "$3:$3"
    assert not any(
        cell.protection.locked for cell in (workbook["填报说明"]["B3"], workbook["填报说明"]["B5"])
    )


def test_the_template_carries_its_identity(workbooks: list[Path]) -> None:
    workbook = openpyxl.load_workbook(workbooks[1])
    told = {row[0].value: row[1].value for row in workbook["_meta"].iter_rows()}
    assert told == {
        "template_id": "xlgoals-unit",
        "template_version": FORM.version,
        "profile": "tianjin-2022",
        "unit_code": "306201",
        "year": "2022",
        "fingerprint": fingerprint(FORM, load_profile("tianjin-2022")),
    }
    kept = {item.name: item.value for item in workbook.custom_doc_props.props}
    assert kept == {f"xlgoals_{key}": value for key, value in told.items()}


def test_lists_depend_on_each_other(workbooks: list[Path]) -> None:
    workbook = openpyxl.load_workbook(workbooks[0])
    rules = {
        str(rule.sqref).split(":", maxsplit=1)[0]: rule
        for rule in workbook["指标"].data_validations.dataValidation
        if rule.type == "list"
    }
    assert {cell: rule.formula1 for cell, rule in rules.items()} == {
        "B4": "project_names",
        "C4": "level1_names",
        "D4": (
            "IF(COUNTIF(level1_names,$C4)=0,choose_level1,OFFSET(level2_first,0,MATCH($C4,level1_names,0)-1,"
            "COUNTA(OFFSET(level2_first,0,MATCH($C4,level1_names,0)-1,40,1)),1))"
        ),
    }
    (types,) = (r for r in workbook["项目"].data_validations.dataValidation if r.type == "list")
    assert (str(types.sqref).split(":")[0], types.formula1, types.errorStyle) == (
        "C4",
        "project_types",
        "information",
    )
    lists = [[cell.value for cell in column if cell.value] for column in workbook["_lists"].iter_cols()]
    tree = load_profile("tianjin-2022").tree
    names = [each.name for each in load_library().sets.values()]
    assert lists == [
        *([level1, *branch] for level1, branch in tree.items()),
        [],
        ["请先选择一级指标"],
        [],
        names,
    ]


def test_a_blank_template_reads_as_an_empty_submission(tmp_path: Path) -> None:
    path = tmp_path / "空白.xlsx"
    write_template(path, FORM, load_profile("cn-2021"), unit=Unit(code="306101", name="某某局"), year=2026)
    submission = read_template(path, FORM)
    assert (submission.unit.code, submission.year, submission.profile) == ("306101", 2026, "cn-2021")
    assert (submission.projects, submission.observations) == ((), ())
    assert path.stat().st_size <= 60 * 1024


def test_the_same_input_gives_the_same_bytes(tmp_path: Path) -> None:
    (_, centre) = seed_submissions()
    first, second = (write_submission(tmp_path / name, centre).read_bytes() for name in ("1.xlsx", "2.xlsx"))
    assert first == second


OBSERVED = [
    ("指标", lambda s: s.__setitem__("G5", "=1+1"), Sighting.FORMULA_WITHOUT_VALUE, "G5"),
    ("项目", lambda s: s.__setitem__("D4", "#REF!"), Sighting.ERROR_VALUE, "D4"),
    ("指标", lambda s: s.merge_cells("B4:B6"), Sighting.MERGED_INPUT, "B4"),
    ("指标", lambda s: setattr(s.row_dimensions[5], "hidden", True), Sighting.HIDDEN_WITH_DATA, "B5"),
    ("指标", lambda s: s.__setitem__("K6", "多出的一栏"), Sighting.UNKNOWN_COLUMN, "K6"),
    ("指标", lambda s: s.insert_rows(6), Sighting.BLANK_ROW_INSIDE, "B6"),
]


@pytest.mark.parametrize(("sheet", "edit", "sighting", "cell"), OBSERVED, ids=[row[2] for row in OBSERVED])
def test_what_the_values_do_not_show_is_observed(
    workbooks: list[Path], tmp_path: Path, sheet: str, edit: object, sighting: Sighting, cell: str
) -> None:
    assert callable(edit)
    path = edited(workbooks[1], tmp_path / "改.xlsx", lambda workbook: edit(workbook[sheet]))
    seen = [s for s in read_template(path, FORM).observations if s.sighting is sighting]
    assert [str(each.address) for each in seen] == [f"{sheet}!{cell}"]


def test_an_unknown_sheet_is_listed_and_left_alone(workbooks: list[Path], tmp_path: Path) -> None:
    def add(workbook: openpyxl.Workbook) -> None:
        workbook.security.lockStructure = False
        workbook.create_sheet("我的草稿")["B2"] = "备忘"

    submission = read_template(edited(workbooks[1], tmp_path / "改.xlsx", add), FORM)
    assert [(s.sighting, str(s.address), s.value) for s in submission.observations] == [
        (Sighting.UNKNOWN_SHEET, "我的草稿!B2", "备忘")
    ]


def test_columns_are_found_by_their_heading(workbooks: list[Path], tmp_path: Path) -> None:
    """A moved column, a heading with spaces and an alias are still the same fields."""

    def move(workbook: openpyxl.Workbook) -> None:
        sheet = workbook["指标"]
        sheet.insert_cols(1)
        for row in sheet.iter_rows(min_row=3):
            row[0].value, row[7].value = row[7].value, None
        sheet["A3"] = "指 标 值"
        sheet["F3"] = "指标名称"

    moved = read_template(edited(workbooks[1], tmp_path / "改.xlsx", move), FORM)
    assert content(moved) == content(seed_submissions()[1])
    assert str(moved.projects[0].indicators[0].location.address("target")) == "指标!A4"


def test_rows_of_an_unknown_project_are_kept(workbooks: list[Path], tmp_path: Path) -> None:
    def rename(workbook: openpyxl.Workbook) -> None:
        workbook["指标"]["B6"] = "没有登记的项目"

    submission = read_template(edited(workbooks[1], tmp_path / "改.xlsx", rename), FORM)
    assert [(p.name, p.declared, len(p.indicators)) for p in submission.projects] == [
        ("市合作交流综合服务中心日常运行和离退休双补支出", True, 6),
        ("没有登记的项目", False, 1),
    ]


def remove_sheet(name: str) -> object:
    return lambda workbook: workbook.remove(workbook[name])


def set_cell(sheet: str, cell: str, value: str) -> object:
    return lambda workbook: workbook[sheet].__setitem__(cell, value)


@pytest.mark.parametrize(
    ("edit", "key"),
    [
        (remove_sheet("指标"), "workbook.sheet_missing"),
        (set_cell("指标", "G3", "别的"), "workbook.column_missing"),
        (set_cell("_meta", "B1", "another-form"), "workbook.not_ours"),
        (set_cell("_meta", "B2", "9.0"), "version.newer"),
    ],
)
def test_a_workbook_of_another_shape_is_refused(
    workbooks: list[Path], tmp_path: Path, edit: object, key: str
) -> None:
    assert callable(edit)
    path = edited(workbooks[1], tmp_path / "改.xlsx", edit)
    with pytest.raises(CannotDo) as refusal:
        read_template(path, FORM)
    assert refusal.value.key == key


def test_a_foreign_workbook_is_refused(tmp_path: Path) -> None:
    path = plain_book(tmp_path / "别的.xlsx", [["甲", 1]], sheet="Sheet1")
    with pytest.raises(CannotDo) as refusal:
        read_template(path, FORM)
    assert refusal.value.key == "workbook.not_ours"


def test_a_note_stands_on_the_value_of_its_row(tmp_path: Path) -> None:
    (_, base) = seed_submissions()
    path = tmp_path / "a.xlsx"
    notes = {(base.projects[0].name, 2): "参考样例：≥90%。"}
    profile = load_profile(base.profile)
    write_template(path, FORM, profile, unit=base.unit, year=2022, submission=base, notes=notes)
    sheet = openpyxl.load_workbook(path)["指标"]
    told = {cell.coordinate: cell.comment.text for row in sheet.iter_rows() for cell in row if cell.comment}
    assert told == {f"G{ROW + 2}": "参考样例：≥90%。"}


def test_a_text_too_long_for_a_cell_is_refused_and_not_cut(tmp_path: Path) -> None:
    (_, base) = seed_submissions()
    project = replace(base.projects[0], purpose="长" * 32_768)
    with pytest.raises(CannotDo) as refusal:
        write_submission(tmp_path / "a.xlsx", replace(base, projects=(project,)))
    assert refusal.value.key == "output.text_too_long"


CELL_TEXT = st.text(
    alphabet=st.characters(
        exclude_categories=["Cs", "Cc"], include_characters="\n", exclude_characters="\ufffe\uffff"
    ),
    max_size=60,
)
FILLED = CELL_TEXT.filter(lambda text: text.strip() != "")
AMOUNT = st.one_of(
    st.just(BLANK_MONEY),
    st.decimals(0, 10**9, places=2).map(lambda amount: Money(raw=str(amount), amount=amount)),
    FILLED.map(read_money),
)


@st.composite
def submissions(draw: st.DrawFn) -> Submission:
    (_, base) = seed_submissions()
    project = base.projects[0]
    indicators = draw(
        st.lists(
            st.builds(
                Indicator,
                level1=CELL_TEXT,
                level2=CELL_TEXT,
                name=FILLED,
                description=CELL_TEXT,
                target=CELL_TEXT,
                waiver=CELL_TEXT,
                location=st.just(project.location),
            ),
            max_size=4,
        )
    )
    changed = replace(
        project,
        name=draw(FILLED),
        budget=draw(AMOUNT),
        fiscal=draw(AMOUNT),
        purpose=draw(CELL_TEXT),
        goals=draw(CELL_TEXT),
        indicators=tuple(indicators),
    )
    return replace(base, projects=(changed,))


@settings(max_examples=tries(300, short=40), suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(submission=submissions())
def test_any_submission_comes_back_as_it_was(
    submission: Submission, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """No text becomes a formula, a number, a link or a blank; no amount changes."""
    path = write_submission(tmp_path_factory.mktemp("any") / "a.xlsx", submission)
    assert _told(read_template(path, FORM)) == _told(submission)


def _told(submission: Submission) -> list[object]:
    return [
        (
            project.name,
            *(
                str(money).strip() if money.is_readable else money.raw
                for money in (project.budget, project.fiscal)
            ),
            project.purpose,
            project.goals,
            [(i.level1, i.level2, i.name, i.description, i.target, i.waiver) for i in project.indicators],
        )
        for project in submission.projects
    ]


def test_formulas_stand_on_every_prepared_row(workbooks: list[Path]) -> None:
    workbook = openpyxl.load_workbook(workbooks[1])
    for spec, filled in ((FORM.projects, 1), (FORM.indicators, 7)):
        sheet = workbook[spec.name]
        rows = list(sheet.iter_rows(min_row=ROW))
        assert len(rows) == filled + spec.spare_rows
        assert spec.spare_rows >= {FORM.projects.name: 60, FORM.indicators.name: 600}[spec.name]
        for row in rows:
            number, check = str(row[0].value), str(row[-1].value)
            assert number.startswith(f'=IF($B{row[0].row}="","",')
            assert check.startswith(f"=IF(COUNTA($B{row[0].row}:")
            assert [each.say for each in spec.checks if each.say not in check] == []


def test_print_settings(workbooks: list[Path]) -> None:
    workbook = openpyxl.load_workbook(workbooks[1])
    for sheet in workbook.worksheets[:5]:
        assert sheet.page_setup.paperSize == 9  # A4
        assert sheet.page_setup.orientation == ("portrait" if sheet.title == "申报表预览" else "landscape")
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        one_page = sheet.page_setup.fitToHeight in (None, 1)  # the default is left out
        assert one_page == (sheet.title == "填报说明")
        assert sheet.oddFooter.center.text == "第 &P 页 共 &N 页"
        assert sheet.print_area
    assert workbook["申报表预览"].print_title_rows == "$8:$8"
