"""Every kind of tampering at its cell, and no false alarm after another program saved the workbook."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.worksheet.datavalidation import DataValidation

from tests.support.books import edited, repacked, write_submission
from tests.support.office import Office
from tests.support.seed import seed_submissions
from xlgoals import operations
from xlgoals.errors import CannotDo
from xlgoals.findings import Severity
from xlgoals.form import load_form
from xlgoals.library import LIBRARY_VARIABLE
from xlgoals.model import Unit
from xlgoals.profile import load_profile, profile_names
from xlgoals.resources import resource_path
from xlgoals.write.template import write_template

FORM = load_form()
Edit = Callable[[Any], None]


@pytest.fixture(scope="module")
def centre(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_submission(tmp_path_factory.mktemp("seed") / "306201.xlsx", seed_submissions()[1])


def structure_of(path: Path) -> list[tuple[str, str]]:
    """Code and place of every finding that a whole workbook does not have."""
    (submission,) = operations.load(path)
    return [
        (finding.code, str(finding.address))
        for finding in operations.validate(submission)
        if finding.code >= "STR-12" and finding.code.startswith("STR")
    ]


def put(sheet: str, cell: str, value: object) -> Edit:
    return lambda book: book[sheet].__setitem__(cell, value)


def hide_sheet(book: Any) -> None:
    book["申报表预览"].sheet_state = "hidden"


def hide_column(book: Any) -> None:
    book["指标"].column_dimensions["G"].hidden = True


def unprotect(book: Any) -> None:
    book["指标"].protection.sheet = False


def no_lists(book: Any) -> None:
    rules = book["指标"].data_validations
    rules.dataValidation = [rule for rule in rules.dataValidation if not str(rule.sqref).startswith("C4")]


def other_list(book: Any) -> None:
    no_lists(book)
    rule = DataValidation(type="list", formula1='"甲,乙"')
    rule.add("C4:C609")
    book["指标"].add_data_validation(rule)


def short_list(book: Any) -> None:
    no_lists(book)
    rule = DataValidation(type="list", formula1="level1_names")
    rule.add("C4:C20")
    book["指标"].add_data_validation(rule)


def other_name(book: Any) -> None:
    book.defined_names["level1_names"].attr_text = "'_lists'!$A$2:$C$2"


def paste_over(book: Any) -> None:
    for row in range(5, 9):
        book["指标"].cell(row, 9).value = "√"


def add_sheet(book: Any) -> None:
    book.create_sheet("底稿")["B2"] = "备忘"


def rename_results(book: Any) -> None:
    book["校验结果"].title = "结果"


def reorder(book: Any) -> None:
    book._sheets.reverse()
    book.active = 0


def insert_title_row(book: Any) -> None:
    sheet = book["指标"]
    for area in list(sheet.merged_cells.ranges):
        sheet.unmerge_cells(str(area))
    sheet.insert_rows(1)


def insert_column(book: Any) -> None:
    book["项目"].insert_cols(3)


def head_rows_hidden(book: Any) -> None:
    book["项目"].row_dimensions[3].hidden = True


TAMPERED: list[tuple[str, Edit, list[tuple[str, str]]]] = [
    ("money unit", put("项目", "J2", "单位：元"), [("STR-16", "项目!J2")]),
    ("optional heading", put("指标", "F3", "随便"), [("STR-16", "指标!F3"), ("STR-12", "指标!F4")]),
    ("heading removed", put("项目", "C3", None), [("STR-16", "项目!C3")]),
    ("heading by alias", put("指标", "E3", "指标名称"), [("STR-17", "指标!E3")]),
    ("title", put("项目", "A1", "别的标题"), [("STR-16", "项目!A1")]),
    ("guide", put("填报说明", "A12", "随便填"), [("STR-17", "填报说明!A12")]),
    ("formula changed", put("指标", "I6", '="√"'), [("STR-18", "指标!I6")]),
    ("formula pasted over", paste_over, [("STR-19", "指标!I5")]),
    ("formula removed", put("项目", "A4", None), [("STR-19", "项目!A4")]),
    ("preview formula", put("申报表预览", "C5", 99), [("STR-19", "申报表预览!C5")]),
    ("list removed", no_lists, [("STR-20", "指标!C4")]),
    ("list changed", other_list, [("STR-20", "指标!C4")]),
    ("list shortened", short_list, [("STR-20", "指标!C4")]),
    ("choices changed", put("_lists", "B1", "绩效指标"), [("STR-20", "_lists!B1")]),
    ("name changed", other_name, [("STR-20", "_lists!A1")]),
    ("sheet deleted", lambda book: book.remove(book["校验结果"]), [("STR-21", "校验结果!A1")]),
    ("sheet renamed", rename_results, [("STR-12", "结果!A1"), ("STR-21", "校验结果!A1")]),
    ("sheet hidden", hide_sheet, [("STR-22", "申报表预览!A1")]),
    ("column hidden", hide_column, [("STR-22", "指标!G3")]),
    ("head hidden", head_rows_hidden, [("STR-22", "项目!A3")]),
    ("unprotected", unprotect, [("STR-23", "指标!A1")]),
    ("row inserted", insert_title_row, [("STR-24", "指标!A1")]),
    ("column inserted", insert_column, [("STR-24", "项目!D3")]),
    ("value outside", put("填报说明", "C2", "备忘"), [("STR-25", "填报说明!C2")]),
    ("extra sheet", add_sheet, [("STR-12", "底稿!B2")]),
    ("order of sheets", reorder, []),
]


@pytest.mark.parametrize(
    ("edit", "expected"), [row[1:] for row in TAMPERED], ids=[row[0] for row in TAMPERED]
)
def test_tampering_is_found_at_its_cell(
    centre: Path, tmp_path: Path, edit: Edit, expected: list[tuple[str, str]]
) -> None:
    assert sorted(structure_of(edited(centre, tmp_path / "改.xlsx", edit))) == sorted(expected)


def test_a_changed_heading_is_an_error_and_says_what_should_stand_there(centre: Path, tmp_path: Path) -> None:
    path = edited(centre, tmp_path / "改.xlsx", put("项目", "J2", "单位：元"))
    found = [f for f in operations.validate(operations.load(path)[0]) if f.code == "STR-16"]
    assert [(f.severity, f.value, f.details["wanted"]) for f in found] == [
        (Severity.ERROR, "单位：元", "单位：万元")
    ]


def whole_workbooks(folder: Path) -> list[Path]:
    """Blank templates of all profiles, and the filled ones of the seed."""
    paths = []
    for name in profile_names():
        paths.append(folder / f"{name}.xlsx")
        unit = Unit(code="306101", name="某某局（本级）")
        write_template(paths[-1], FORM, load_profile(name), unit=unit, year=2026)
    paths += [write_submission(folder / f"{each.unit.code}.xlsx", each) for each in seed_submissions()]
    return paths


def test_a_workbook_of_ours_raises_no_alarm(tmp_path: Path) -> None:
    for path in whole_workbooks(tmp_path):
        assert structure_of(path) == [], path.name


def test_saving_with_openpyxl_raises_no_alarm(tmp_path: Path) -> None:
    for path in whole_workbooks(tmp_path):
        assert structure_of(edited(path, tmp_path / f"再存{path.name}", lambda book: None)) == [], path.name


def test_saving_with_libreoffice_raises_no_alarm(office: Office, tmp_path: Path) -> None:
    for path in whole_workbooks(tmp_path):
        saved = office.to_xlsx(path)
        assert structure_of(saved) == [], path.name
        assert structure_of(office.to_xlsx(saved)) == [], path.name


def test_the_structure_lock_alone_is_no_finding(centre: Path, tmp_path: Path) -> None:
    lock = b'<workbookProtection lockStructure="1"/>'
    path = repacked(centre, tmp_path / "改.xlsx", lambda name, content: content.replace(lock, b""))
    assert structure_of(path) == []


def test_a_departments_own_types_are_offered_and_are_no_tampering(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "sets"
    folder.mkdir()
    shipped = next(resource_path("indicators").glob("training.yaml")).read_text(encoding="utf-8")
    own = shipped.replace("id: training", "id: drill", 1).replace("name: 培训", "name: 演练", 1)
    (folder / "drill.yaml").write_text(own, encoding="utf-8")
    monkeypatch.setenv(LIBRARY_VARIABLE, str(folder))
    path = write_submission(tmp_path / "own.xlsx", seed_submissions()[0])
    offered = [cell.value for column in openpyxl.load_workbook(path)["_lists"].iter_cols() for cell in column]
    monkeypatch.delenv(LIBRARY_VARIABLE)
    assert "演练" in offered
    assert structure_of(path) == []


def test_a_mistake_in_the_own_sets_stops_a_consolidation_once(
    centre: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(LIBRARY_VARIABLE, str(tmp_path / "missing"))
    with pytest.raises(CannotDo) as refusal:
        operations.consolidate([centre], tmp_path / "master.xlsx")
    assert refusal.value.key == "library.no_folder"
    assert not (tmp_path / "master.xlsx").exists()
