"""The master's own sheets: sums of 总览, charts, 报送台账, 冲突, numbered sheets, how they are printed."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from msgspec.structs import replace
from openpyxl.worksheet.worksheet import Worksheet

from tests.support.office import Office
from tests.support.seed import seed_submissions
from xlgoals.consolidation.chase import UnitLine
from xlgoals.consolidation.events import Entry, Event, State
from xlgoals.consolidation.merge import Arrival, Known, LedgerLine, Merged, merge
from xlgoals.findings import Finding, Severity
from xlgoals.library import guess_type, load_library
from xlgoals.masterform import SHEETS, MasterKind, load_master_form
from xlgoals.messages import Language, say
from xlgoals.model import Money, Submission
from xlgoals.rules.roster import Expected
from xlgoals.target import read_target
from xlgoals.write.master import Beside, Written, write_master

FORM = load_master_form()
OFFICE, CENTRE = seed_submissions()
ALL = [project for each in (OFFICE, CENTRE) for project in each.projects]


def arrival(submission: Submission, findings: tuple[Finding, ...] = (), name: str = "") -> Arrival:
    path = Path(f"/units/{name or submission.unit.code}.xlsx")
    return Arrival(path=path, received=1.0, submission=submission, findings=findings)


def written(folder: Path, merged: Merged, beside: Beside | None = None) -> tuple[openpyxl.Workbook, Written]:
    told = write_master(folder / "m.xlsx", merged, links_from=folder, beside=beside or Beside())
    return openpyxl.load_workbook(folder / "m.xlsx"), told


def table(sheet: Worksheet, key: str) -> list[dict[str, object]]:
    """The rows of a table of 总览 by column key, its totals left out."""
    spec = FORM.overview.tables[key]
    (head,) = [cell.row for cell in sheet["A"] if cell.value == spec.title]
    found: list[dict[str, object]] = []
    for row in sheet.iter_rows(min_row=head + 2, max_col=len(spec.columns), values_only=True):
        if row[0] in (None, FORM.overview.total):
            break
        found.append(dict(zip([column.key for column in spec.columns], row, strict=True)))
    return found


def records(book: openpyxl.Workbook, key: str) -> list[dict[str, object]]:
    spec = FORM.sheets[key]
    rows = book[spec.name].iter_rows(min_row=2, values_only=True)
    return [dict(zip([column.key for column in spec.columns], row, strict=True)) for row in rows]


def finding(submission: Submission, code: str, severity: Severity, waived: str = "") -> Finding:
    """A finding on the first indicator."""
    project = submission.projects[0]
    return Finding(
        code=code,
        severity=severity,
        layer=2,
        address=project.indicators[0].location.address("name"),
        project=project.name,
        field="name",
        waived=waived,
        details={"name": project.indicators[0].name},
    )


def test_every_table_of_the_overview_sums_up(tmp_path: Path) -> None:
    findings = (
        finding(CENTRE, "IND-06", Severity.ERROR),
        finding(CENTRE, "IND-15", Severity.WARNING),
        finding(CENTRE, "IND-15", Severity.WARNING, waived="有说明"),
    )
    roster = {"306101": Expected(department="一处"), "306201": Expected(department="二处")}
    book, _ = written(tmp_path, merge([arrival(OFFICE), arrival(CENTRE, findings)]), Beside(roster=roster))
    sheet = book[FORM.overview.name]
    units = table(sheet, "unit")
    assert [
        (u["unit_code"], u["projects"], u["indicators"], u["budget"], u["error"], u["warning"]) for u in units
    ] == [
        ("306101", 12, 108, 3384, 0, 0),
        ("306201", 1, 7, 60, 1, 1),
    ]
    departments = table(sheet, "department")
    assert [
        (d["code"], d["name"], d["units"], d["projects"], d["budget"], d["error"]) for d in departments
    ] == [
        ("306", "一处", 1, 12, 3384, 0),
        ("306", "二处", 1, 1, 60, 1),
    ]
    expected = Counter((i.level1, i.level2) for project in ALL for i in project.indicators)
    levels = table(sheet, "level2")
    assert {(row["level1"], row["level2"]): row["indicators"] for row in levels} == expected
    quantitative = sum(read_target(i.target).kind != "qualitative" for p in ALL for i in p.indicators)
    assert sum(int(str(row["quantitative"])) for row in levels) == quantitative
    first = CENTRE.projects[0].indicators[0]
    assert [(r["error"], r["warning"]) for r in levels if r["level2"] == first.level2 and r["error"]] == [
        (1, 1)
    ]
    names = Counter(
        p.type or (guess.type.name if (guess := guess_type(p, load_library())) else FORM.overview.no_type)
        for p in ALL
    )
    types = table(sheet, "type")
    assert {row["name"]: row["projects"] for row in types} == names
    assert sum(float(str(row["budget"])) for row in types) == 3444
    rules = table(sheet, "rule")
    assert [(r["code"], r["severity"], r["count"], r["projects"], r["units"]) for r in rules] == [
        ("IND-06", "错误", 1, 1, 1),
        ("IND-15", "警告", 1, 1, 1),
    ]


def test_an_amount_that_is_no_number_is_a_text_and_no_zero(tmp_path: Path) -> None:
    project = replace(CENTRE.projects[0], budget=Money(raw="60万", amount=None))
    book, _ = written(tmp_path, merge([arrival(replace(CENTRE, projects=(project,)))]))
    (row,) = records(book, "projects")
    assert (row["budget"], row["fiscal"]) == ("60万", 60)
    (unit,) = table(book[FORM.overview.name], "unit")
    assert unit["budget"] == 0


def test_with_many_units_charts_show_the_largest_and_the_rest_as_one(tmp_path: Path) -> None:
    many = [
        replace(CENTRE, unit=replace(CENTRE.unit, code=f"3062{number:02}", name=f"单位{number}"))
        for number in range(20)
    ]
    book, _ = written(tmp_path, merge([arrival(OFFICE), *map(arrival, many)]))
    sheet = book[FORM.overview.name]
    (head,) = [cell.row for cell in sheet["A"] if cell.value == FORM.overview.chart_table.title]
    bars = [[cell.value for cell in row[1:5]] for row in sheet.iter_rows(min_row=head + 2, max_row=head + 16)]
    assert bars[0] == [OFFICE.unit.name, 12, 108, 3384]
    assert bars[-1] == ["其余7家单位", 7, 49, 420]
    assert len(table(sheet, "unit")) == 21
    assert len(sheet._charts) == 3


def test_the_ledger_has_every_state_and_the_silent_units(tmp_path: Path) -> None:
    lines = tuple(
        LedgerLine(arrival=arrival(CENTRE), state=state, why="因为")
        for state in State
        if state is not State.MISSING
    )
    silent = UnitLine(
        code="306301", name="没报的单位", department="", year=None, due=dt.date(2022, 1, 15), contact="王",
        state=State.MISSING, file="", when="", why="", on_roster=True,
    )  # fmt: skip
    entry = Entry(
        number=1, when="2022-01-01T09:00:00+08:00", who="李", before="", hash="",
        event=Event(state=State.RECEIVED, unit="306201", file="units/a.xlsx", why="初次报送"),
    )  # fmt: skip
    merged = Merged(standing=(arrival(CENTRE),), ledger=lines)
    book, _ = written(tmp_path, merged, Beside(units=(silent,), journal=(entry,)))
    rows = records(book, "ledger")
    assert [row["state"] for row in rows] == [
        *("已报", "迟报", "无数据", "退回", "替代", "撤回", "未能读取", "缺报"),
    ]
    assert (rows[-1]["unit_name"], rows[-1]["due"], rows[-1]["contact"]) == ("没报的单位", "2022-01-15", "王")
    assert [(row["what"], row["who"], row["reason"]) for row in records(book, "journal")] == [
        ("已报", "李", "初次报送")
    ]
    (department,) = table(book[FORM.overview.name], "department")
    assert department["missing"] == "306301"
    notes = [cell.value for cell in book[FORM.overview.name]["A"]]
    assert "1 家单位尚未报送，列在“报送台账”中。" in notes


def test_a_conflict_shows_both_values_and_where_they_stand(tmp_path: Path) -> None:
    other = replace(
        CENTRE,
        unit=replace(CENTRE.unit, code="306202"),
        projects=(
            replace(CENTRE.projects[0], budget=Money(raw="61", amount=CENTRE.projects[0].budget.amount)),
        ),
    )
    merged = merge([arrival(CENTRE), arrival(other)], Known(folder=tmp_path))
    assert len(merged.conflicts) == 1
    book, told = written(tmp_path, merged)
    rows = records(book, "conflicts")
    assert [row["unit_code"] for row in rows] == ["306201", "306202"]
    assert [bool(row["recommended"]) for row in rows].count(True) == 1
    assert {row["decision"] for row in rows} == {FORM.decisions["none"]}
    assert told.sheets["冲突"] == 2


def test_rows_beyond_a_sheet_go_on_in_numbered_ones_and_the_book_says_so(
    tmp_path: Path, validator: Callable[[Path], list[str]], office: Office
) -> None:
    book, told = written(tmp_path, merge([arrival(OFFICE), arrival(CENTRE)]), Beside(most_rows=51))
    assert [name for name in book.sheetnames if name.startswith("指标")] == ["指标", "指标 (2)", "指标 (3)"]
    assert [told.sheets[name] for name in ("指标", "指标 (2)", "指标 (3)")] == [50, 50, 15]
    numbers = [
        row[0]
        for name in ("指标", "指标 (2)", "指标 (3)")
        for row in book[name].iter_rows(min_row=2, values_only=True)
    ]
    assert numbers == list(range(1, 116))
    notes = [cell.value for cell in book[FORM.overview.name]["A"]]
    assert "指标共 115 行，超过一张工作表的上限，分列在：指标、指标 (2)、指标 (3)。" in notes
    assert validator(tmp_path / "m.xlsx") == []
    assert ALL[-1].indicators[-1].name in office.text(tmp_path / "m.xlsx").replace("\n", "")


def test_every_sheet_is_frozen_filtered_and_prints_its_head_on_a4_landscape(tmp_path: Path) -> None:
    book, _ = written(tmp_path, merge([arrival(CENTRE)]))
    for key in SHEETS:
        spec = FORM.sheets[key]
        if spec.name not in book.sheetnames:
            assert key in ("orphans", "journal")
            continue
        sheet = book[spec.name]
        assert sheet.freeze_panes == sheet.cell(2, spec.frozen + 1).coordinate
        assert sheet.auto_filter.ref is not None
        assert sheet.print_title_rows == "$1:$1"
        assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
        hidden = [
            c.label
            for n, c in enumerate(spec.columns, 1)
            if sheet.column_dimensions[sheet.cell(1, n).column_letter].hidden
        ]
        assert hidden == [column.label for column in spec.columns if column.kind is MasterKind.KEY]


@pytest.mark.parametrize("name", ["306 201#%.xlsx", "单位&乙.xlsx"])
def test_links_to_files_with_odd_names_lead_there(tmp_path: Path, name: str) -> None:
    path = tmp_path / "units" / name
    merged = merge([Arrival(path=path, received=1.0, submission=CENTRE)])
    book, _ = written(tmp_path, merged)
    targets = {
        cell.hyperlink.target
        for sheet in (book["项目"], book["指标"], book[FORM.overview.name], book["报送台账"])
        for row in sheet.iter_rows()
        for cell in row
        if cell.hyperlink is not None
    }
    assert targets == {f"units/{name.replace('%', '%25').replace('#', '%23').replace(' ', '%20')}"}


def test_a_state_is_called_the_same_everywhere() -> None:
    assert FORM.states == {state.value: say(f"state.{state}", Language.ZH) for state in State}
