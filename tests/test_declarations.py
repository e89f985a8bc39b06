"""Declaration forms of other places in workbooks: read as the same forms in documents, or refused by name."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import docx
import openpyxl
import pytest
from docx.oxml.ns import qn
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl.cell.cell import MergedCell
from openpyxl.worksheet.worksheet import Worksheet

from tests.support import word_forms
from tests.support.legacy import UNIT, kept_and_told, only, read
from tests.support.word_variants import Draw
from tests.test_word_in import OTHERWISE, READ, expected, values
from xlgoals.errors import CannotDo
from xlgoals.messages import Language
from xlgoals.model import Sighting


def as_workbook(draw: Draw, path: Path) -> Path:
    """The tables of a document and the lines between them below each other in one sheet, cell for cell."""
    document = docx.Document()
    draw(document)
    workbook = openpyxl.Workbook()
    sheet = workbook.worksheets[0]
    top = 1
    for block in document.element.body:
        if block.tag == qn("w:p"):
            text = "".join(each.text or "" for each in block.iter(qn("w:t")))
            sheet.cell(top, 1, text or None)
            top += 1
        elif block.tag == qn("w:tbl"):
            top = _copied(block, sheet, top)
    workbook.save(path)
    return path


def _copied(table: Any, sheet: Worksheet, top: int) -> int:
    """Copies a table; returns the row below it."""
    open_merges: dict[tuple[int, int], int] = {}
    areas: list[tuple[int, int, int, int]] = []
    rows = table.findall(qn("w:tr"))
    for number, row in enumerate(rows, start=top):
        column = 1
        for cell in row.findall(qn("w:tc")):
            properties = cell.find(qn("w:tcPr"))
            span = properties.find(qn("w:gridSpan")) if properties is not None else None
            right = column + (int(span.get(qn("w:val"))) if span is not None else 1) - 1
            merge = properties.find(qn("w:vMerge")) if properties is not None else None
            goes_on = merge is not None and merge.get(qn("w:val")) != "restart"
            if goes_on:
                areas[open_merges[column, right]] = (*areas[open_merges[column, right]][:2], number, right)
            else:
                open_merges[column, right] = len(areas)
                areas.append((number, column, number, right))
                text = "\n".join(
                    "".join(each.text or "" for each in paragraph.iter(qn("w:t")))
                    for paragraph in cell.findall(qn("w:p"))
                )
                sheet.cell(number, column, text or None)
            column = right + 1
    for first, left, last, right in areas:
        if (first, left) != (last, right):
            sheet.merge_cells(start_row=first, start_column=left, end_row=last, end_column=right)
    return top + len(rows)


# What only documents can do, or what stands elsewhere in a sheet than in a table of its own.
OF_WORD = {
    *("rows that begin further right", "merged sideways as old documents do", "framed by another table"),
    *("next page with heads on another grid", "indicators inside a cell", "a small table inside a cell"),
    *("a table in a text box", "among other parts of a budget", "a self-evaluation behind the table"),
}
TEXTS_OF_WORD = ("numbered", "goals in circles", "goals with bullets", "sign", "list", "counted by Word")
SAME = [
    (name, draw, expected(), tells)
    for name, draw, tells in READ[: [row[0] for row in READ].index("an inserted number")]
    if name not in OF_WORD
] + [
    row for row in OTHERWISE if row[0] not in OF_WORD and not any(words in row[0] for words in TEXTS_OF_WORD)
]


@pytest.mark.parametrize(("name", "draw", "wanted", "tells"), SAME, ids=[row[0] for row in SAME])
def test_a_form_is_read_as_the_same_form_in_a_document(
    tmp_path: Path, name: str, draw: Draw, wanted: object, tells: list[tuple[Sighting, str, str]]
) -> None:
    path = as_workbook(draw, tmp_path / "表.xlsx")
    submission = only(path)
    assert [values(project) for project in submission.projects] == [wanted]
    assert submission.unit == UNIT
    left_out = {Sighting.NOT_UNDERSTOOD, Sighting.LONGER_TERM}
    seen = [(each.sighting, each.value) for each in submission.observations if each.sighting in left_out]
    assert seen == [(sighting, text) for sighting, _, text in tells if sighting in left_out]
    sheet = openpyxl.load_workbook(path).worksheets[0]
    for each in submission.observations:
        if each.sighting in left_out:
            assert sheet[each.address.cell].value == each.value
    for project, indicator in submission.indicators:
        for field in ("name", "target"):
            if value := getattr(indicator, field):
                assert sheet[indicator.location.address(field).cell].value == value
        assert sheet[project.location.address("name").cell].value == project.name
        assert sheet[project.location.address("purpose").cell].value == project.purpose


OTHER = [
    ("self-evaluation", word_forms.self_evaluation, "绩效自评表"),
    ("monitoring", word_forms.monitoring, "绩效运行监控表"),
    ("a whole department", word_forms.whole_department, "部门整体支出绩效目标表"),
]


@pytest.mark.parametrize(("name", "draw", "says"), OTHER, ids=[row[0] for row in OTHER])
def test_a_form_of_another_kind_is_refused_by_its_name(
    tmp_path: Path, name: str, draw: Draw, says: str
) -> None:
    with pytest.raises(CannotDo) as refused:
        read(as_workbook(draw, tmp_path / "表.xlsx"))
    assert refused.value.key == "legacy.other_form"
    assert says in refused.value.sentence(Language.ZH)
    assert says in refused.value.sentence(Language.EN)


@settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    draw=st.sampled_from([row[1] for row in SAME]),
    places=st.lists(st.tuples(st.integers(1, 22), st.integers(1, 9)), min_size=1, max_size=6, unique=True),
)
def test_no_text_vanishes_wherever_it_stands(
    tmp_path: Path, draw: Draw, places: list[tuple[int, int]]
) -> None:
    """Stray texts in any free cell become a value or are told with the cell."""
    path = as_workbook(draw, tmp_path / "表.xlsx")
    workbook = openpyxl.load_workbook(path)
    tokens: list[str] = []
    for number, (row, column) in enumerate(places):
        cell = workbook.worksheets[0].cell(row, column)
        if cell.value is None and not isinstance(cell, MergedCell):
            cell.value = f"杂项{number}字"
            tokens.append(cell.value)
    workbook.save(path)
    try:
        submissions = read(path).submissions
    except CannotDo:
        return
    everything = kept_and_told(submissions)
    assert [token for token in tokens if token not in everything] == []
