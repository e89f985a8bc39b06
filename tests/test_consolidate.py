"""Units' workbooks → master: counts, totals, links that lead to the value, ledger, replaced files."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path
from urllib.parse import unquote

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

import xlgoals
from tests.support.books import edited, plain_book, seed_folder
from tests.support.seed import seed_submissions
from xlgoals.consolidation.merge import State
from xlgoals.errors import CannotDo
from xlgoals.masterform import load_master_form
from xlgoals.operations import Consolidation

FORM = load_master_form()


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Consolidation:
    _, done = xlgoals.demo(tmp_path_factory.mktemp("demo"))
    return done


@pytest.fixture
def units(tmp_path: Path) -> Path:
    return seed_folder(tmp_path / "units")


def records(sheet: Worksheet, key: str) -> list[dict[str, object]]:
    """The rows of a data sheet by column key."""
    labels = {column.label: column.key for column in FORM.sheets[key].columns}
    heads = [labels[str(cell.value)] for cell in sheet[1]]
    return [dict(zip(heads, row, strict=True)) for row in sheet.iter_rows(min_row=2, values_only=True)]


def test_the_master_holds_everything(demo: Consolidation) -> None:
    workbook = openpyxl.load_workbook(demo.master)
    assert workbook.sheetnames == ["总览", "项目", "指标", "问题清单", "报送台账", "冲突", "日志"]
    projects = records(workbook["项目"], "projects")
    indicators = records(workbook["指标"], "indicators")
    assert (len(projects), len(indicators)) == (13, 115)
    assert sum(float(str(row["budget"])) for row in projects) == 3444.00
    assert {row["unit_code"] for row in projects} == {"306101", "306201"}
    expected = [
        (s.unit.code, p.name, i.level1, i.level2, i.name, i.description, i.target)
        for s in seed_submissions()
        for p, i in s.indicators
    ]
    keys = ("unit_code", "project", "level1", "level2", "name", "description", "target")
    assert [tuple(row[key] for key in keys) for row in indicators] == expected


LINK = re.compile(r"#'(?P<sheet>[^']+)'!(?P<cell>[A-Z]+\d+)$")


def test_every_source_link_leads_to_the_cell_that_holds_the_value(demo: Consolidation) -> None:
    """All links of 项目, 指标 and 问题清单 are followed: file, sheet and cell exist and hold the value."""
    workbook = openpyxl.load_workbook(demo.master)
    sources: dict[Path, openpyxl.Workbook] = {}
    followed = 0
    for key, link_key, value_key in (
        ("projects", "source", "name"),
        ("indicators", "source", "name"),
        ("findings", "place", "value"),
    ):
        sheet = workbook[FORM.sheets[key].name]
        link_column = FORM.sheets[key].index(link_key) + 1
        for number, record in enumerate(records(sheet, key), start=2):
            link = sheet.cell(number, link_column).hyperlink
            assert link is not None
            assert link.target is not None
            address = f"{link.target}#{link.location}" if link.location else link.target
            place = LINK.search(address)
            assert place is not None, address
            file = demo.master.parent / unquote(link.target.split("#")[0])
            assert file.name == record["file"]
            if file not in sources:
                sources[file] = openpyxl.load_workbook(file)
            value = sources[file][place["sheet"]][place["cell"]].value
            shown = record[value_key]
            if isinstance(value, int | float):
                assert f"{value:.2f}" == shown
            else:
                assert (value or None) == shown
            followed += 1
    assert followed >= 13 + 115 + 100
    assert len(sources) == 2


def test_totals_of_the_overview_are_formulas_with_their_values(demo: Consolidation) -> None:
    formulas = openpyxl.load_workbook(demo.master)["总览"]
    values = openpyxl.load_workbook(demo.master, data_only=True)["总览"]
    table = FORM.overview.tables["unit"]
    (head,) = [cell.row for cell in formulas["A"] if cell.value == table.title]
    (row, *_) = [c.row for c in formulas["A"] if c.value == FORM.overview.total and c.row > head]
    columns = {column.key: number for number, column in enumerate(table.columns, start=1)}
    told = {
        key: values.cell(row, columns[key]).value for key in ("projects", "indicators", "budget", "fiscal")
    }
    assert told == {"projects": 13, "indicators": 115, "budget": 3444, "fiscal": 3444}
    assert str(formulas.cell(row, columns["budget"]).value).startswith("=SUM(")
    assert {sheet.title: len(sheet._charts) for sheet in openpyxl.load_workbook(demo.master).worksheets}[
        "总览"
    ] == 3


def test_the_ledger_names_every_file_with_its_hash(demo: Consolidation) -> None:
    rows = records(openpyxl.load_workbook(demo.master)["报送台账"], "ledger")
    assert [(r["unit_code"], r["state"], r["projects"], r["indicators"], r["budget"]) for r in rows] == [
        ("306101", "已报", 12, 108, 3384),
        ("306201", "已报", 1, 7, 60),
    ]
    assert all(re.fullmatch(r"[0-9a-f]{64}", str(row["digest"])) for row in rows)


def test_a_rerun_changes_nothing(units: Path) -> None:
    master = units.parent / "master.xlsx"
    first = xlgoals.consolidate([units], master)
    before = master.read_bytes()
    second = xlgoals.consolidate([units], master)
    assert master.read_bytes() == before
    assert (first.previous, second.previous) == (None, None)


def test_master_and_sources_can_move_together(units: Path, tmp_path: Path) -> None:
    xlgoals.consolidate([units], tmp_path / "master.xlsx")
    moved = tmp_path / "elsewhere"
    moved.mkdir()
    shutil.move(units, moved / "units")
    shutil.move(tmp_path / "master.xlsx", moved / "master.xlsx")
    link = openpyxl.load_workbook(moved / "master.xlsx")["项目"].cell(
        2, FORM.sheets["projects"].index("source") + 1
    )
    assert link.hyperlink is not None
    assert (moved / unquote(str(link.hyperlink.target).split("#")[0])).is_file()


def test_a_newer_file_of_a_unit_stands_and_the_older_stays_in_the_ledger(units: Path) -> None:
    old = units / "306201_2022_绩效目标.xlsx"

    def correct(workbook: openpyxl.Workbook) -> None:
        workbook["项目"]["D4"] = 61

    new = edited(old, units / "306201_改.xlsx", correct)
    os.utime(old, (1_600_000_000, 1_600_000_000))
    os.utime(new, (1_700_000_000, 1_700_000_000))
    done = xlgoals.consolidate([units], units.parent / "master.xlsx")
    assert [(line.arrival.path.name, line.state, line.replaced_by) for line in done.merged.ledger][1:] == [
        ("306201_2022_绩效目标.xlsx", State.REPLACED, "306201_改.xlsx"),
        ("306201_改.xlsx", State.RECEIVED, ""),
    ]
    assert [str(s.budget) for _, s in done.merged.submissions] == ["3384", "61"]


def test_files_that_cannot_be_read_are_ledger_lines_and_stop_nothing(units: Path) -> None:
    (units / "空.xlsx").write_bytes(b"")
    (units / "旧.xls").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "Workbook".encode("utf-16-le"))
    (units / "说明.docx").write_bytes(b"PK")
    (units / "~$306201_2022_绩效目标.xlsx").write_bytes(b"owner")
    plain_book(units / "别的.xlsx", [["甲"]], sheet="Sheet1")
    done = xlgoals.consolidate([units], units.parent / "master.xlsx")
    refused = {
        line.arrival.path.name: line.arrival.refusal.key
        for line in done.merged.ledger
        if line.arrival.refusal
    }
    assert refused == {
        "空.xlsx": "workbook.empty",
        "旧.xls": "workbook.not_converted",
        "别的.xlsx": "workbook.not_ours",
    }
    assert [path.name for path in done.ignored] == ["说明.docx"]
    rows = records(openpyxl.load_workbook(done.master)["报送台账"], "ledger")
    assert [row["state"] for row in rows].count("未能读取") == 3
    assert all(row["reason"] for row in rows if row["state"] == "未能读取")
    assert len(list(done.merged.submissions)) == 2


def test_the_master_in_the_folder_is_never_a_source(units: Path) -> None:
    master = units / "汇总.xlsx"
    xlgoals.consolidate([units], master)
    copy = units / "汇总的副本.xlsx"
    shutil.copy(master, copy)
    again = xlgoals.consolidate([units], master)
    assert len(again.merged.ledger) == 2


def test_a_file_that_is_no_master_is_never_replaced(units: Path) -> None:
    target = units / "306201_2022_绩效目标.xlsx"
    before = target.read_bytes()
    with pytest.raises(CannotDo) as refusal:
        xlgoals.consolidate([units], target)
    assert refusal.value.key == "consolidate.not_a_master"
    assert target.read_bytes() == before


def test_a_changed_master_is_kept_under_a_dated_name(units: Path) -> None:
    master = units.parent / "master.xlsx"
    xlgoals.consolidate([units], master)
    before = master.read_bytes()
    (units / "306201_2022_绩效目标.xlsx").unlink()
    done = xlgoals.consolidate([units], master)
    assert done.previous is not None
    assert done.previous.read_bytes() == before


HOSTILE_TEXTS = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    '=HYPERLINK("http://a")',
    "http://example.org",
    "\t=1",
    "mailto:a@b",
]


@pytest.mark.parametrize("text", HOSTILE_TEXTS)
def test_no_text_of_a_unit_becomes_a_formula_or_a_link(units: Path, text: str) -> None:
    def plant(workbook: openpyxl.Workbook) -> None:
        for cell in (workbook["项目"]["G4"], workbook["指标"]["F5"], workbook["指标"]["G5"]):
            cell.value = text
            cell.data_type = "s"

    edited(units / "306201_2022_绩效目标.xlsx", units / "306201_2022_绩效目标.xlsx", plant)
    done = xlgoals.consolidate([units], units.parent / "master.xlsx")
    workbook = openpyxl.load_workbook(done.master)
    for name in ("项目", "指标", "问题清单"):
        sheet = workbook[name]
        for row in sheet.iter_rows(min_row=2):
            for cell in row:
                assert cell.data_type != "f"
                if cell.value == text:
                    assert cell.hyperlink is None
    assert text in {row["target"] for row in records(workbook["指标"], "indicators")}
