"""Return packages: a marked copy that says what the original says, a notice on one page, and the ledger."""

from __future__ import annotations

import datetime as dt
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import docx
import openpyxl
import pytest
from click.testing import CliRunner

import xlgoals
from tests.support.books import edited, seed_folder
from tests.support.office import Office
from tests.support.season import START, Days, settled
from xlgoals.cli import cli
from xlgoals.comparing import Change, compare
from xlgoals.consolidation.events import State
from xlgoals.errors import CannotDo
from xlgoals.findings import Severity, count_by_severity
from xlgoals.form import load_form
from xlgoals.operations import open_ledger
from xlgoals.returning import Returns, return_packages
from xlgoals.write.diff import lines_of

FORM = load_form()
DUE = dt.date(2026, 2, 1)


@pytest.fixture
def units(tmp_path: Path) -> Path:
    return seed_folder(tmp_path / "units")


@pytest.fixture
def master(units: Path, tmp_path: Path) -> Path:
    path = tmp_path / "汇总表.xlsx"
    settled(units.iterdir(), path)
    return path


def returned(master: Path, *units: str) -> Returns:
    return return_packages(
        master,
        master.parent / "out",
        units=units,
        due=DUE,
        contact="王某",
        clock=lambda: START,
        user="审核人",
    )


def test_only_units_with_errors_get_a_package(master: Path) -> None:
    (package,) = returned(master).packages
    assert package.unit_code == "306101"
    assert package.folder == master.parent / "out" / "306101 天津市人民政府合作交流办公室"
    assert sorted(path.name for path in package.folder.iterdir()) == [
        "306101_2022_绩效目标_退回修改.xlsx",
        "退回通知.docx",
    ]
    assert not package.is_redrawn
    assert [path.name for path in package.folder.parent.iterdir()] == [package.folder.name]


def test_the_file_of_the_unit_is_not_touched(master: Path, units: Path) -> None:
    before = {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in units.iterdir()}
    returned(master)
    assert {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in units.iterdir()} == before


def test_the_copy_says_what_the_original_says_and_is_valid(
    master: Path, units: Path, validator: Callable[[Path], list[str]]
) -> None:
    for package in returned(master, "306101", "306201").packages:
        assert validator(package.workbook) == []
        assert validator(package.notice) == []
        (original,) = xlgoals.load(units / f"{package.unit_code}_2022_绩效目标.xlsx")
        (copy,) = xlgoals.load(package.workbook)
        assert compare([original], [copy]).is_same
        found = [(each.code, str(each.address)) for each in xlgoals.validate(original)]
        assert [(each.code, str(each.address)) for each in xlgoals.validate(copy)] == found
        assert {(each.code, str(each.address)) for each in package.findings} == set(found)


def test_the_copy_is_marked_and_lists_everything(master: Path) -> None:
    (package,) = returned(master).packages
    book = openpyxl.load_workbook(package.workbook)
    rows = [row for row in book[FORM.results.name].iter_rows(min_row=4, values_only=True) if row[1]]
    assert len(rows) == len(package.findings)
    (error,) = [each for each in package.findings if each.severity is Severity.ERROR]
    cell = book[error.address.sheet][error.address.cell]
    assert cell.fill.start_color.rgb == f"FF{FORM.colours['mark_error']}"
    assert cell.comment is not None
    assert error.code in cell.comment.text
    original = book.sheetnames
    assert [book[name].protection.sheet for name in original] == [True] * len(original)
    assert book.security.lockStructure


def test_the_notice_says_what_to_correct_by_when(master: Path) -> None:
    (package,) = returned(master).packages
    document = docx.Document(str(package.notice))
    text = "\n".join(paragraph.text for paragraph in document.paragraphs)
    counts = count_by_severity(package.findings)
    assert "天津市人民政府合作交流办公室：" in text
    assert f"有 {counts[Severity.ERROR]} 处错误须改正、{counts[Severity.WARNING]} 处警告" in text
    assert "请于 2026年2月1日 前改正" in text
    assert "306101_2022_绩效目标_退回修改.xlsx" in text
    assert "联系人：王某" in text
    assert text.endswith("2026年1月10日")
    head, first, *_ = [[cell.text for cell in row.cells] for row in document.tables[0].rows]
    assert head == ["序号", "程度", "位置", "问题", "怎么改"]
    assert first[:3] == ["1", "错误", "指标!E51:E55"]


def test_the_notice_has_one_page(master: Path, office: Office, tmp_path: Path) -> None:
    for package in returned(master, "306101", "306201").packages:
        pages = office.pictures(package.notice, tmp_path / package.unit_code)
        assert len(pages) == 1


def test_the_same_input_gives_the_same_notice(master: Path) -> None:
    (first,) = returned(master, "306101").packages
    before = first.notice.read_bytes()
    shutil.rmtree(first.folder)
    (second,) = returned(master, "306101").packages
    assert second.notice.read_bytes() == before


def test_a_return_is_on_record_and_not_made_twice(master: Path, units: Path) -> None:
    returned(master)
    with open_ledger(master) as ledger:
        last = ledger.entries()[-1]
        state = ledger.states()["306101", 2022].state
    assert (last.who, last.event.unit, last.event.state) == ("审核人", "306101", State.RETURNED)
    assert "请于 2026-02-01 前改正" in last.event.why
    assert state is State.RETURNED
    assert returned(master).packages == ()
    # The returned file still stands until something newer comes; nothing is forgotten on the next run.
    again = settled(units.iterdir(), master)
    assert again.changes.is_empty
    assert [line.state for line in again.merged.ledger] == [State.RETURNED, State.RECEIVED]


def test_a_corrected_file_ends_the_return(master: Path, units: Path) -> None:
    (package,) = returned(master).packages
    old = units / "306101_2022_绩效目标.xlsx"
    old.unlink()

    def correct(book: openpyxl.Workbook) -> None:
        for number, row in enumerate(range(51, 56)):
            book["指标"].cell(row, 5).value = f"第{number}项成果数量"

    edited(package.workbook, units / "306101_2022_绩效目标_修改.xlsx", correct)
    done = settled(units.iterdir(), master)
    assert done.changes.added == ("units/306101_2022_绩效目标_修改.xlsx",)
    assert done.changes.replaced == ("units/306101_2022_绩效目标.xlsx",)
    assert [line.state for line in done.merged.ledger] == [State.RECEIVED, State.RECEIVED]
    (standing, _) = done.merged.standing
    assert count_by_severity(standing.findings)[Severity.ERROR] == 0


def test_what_is_in_the_way_stops_all_of_it(master: Path) -> None:
    (package,) = returned(master, "306101").packages
    with pytest.raises(CannotDo) as refusal:
        returned(master, "306101", "306201")
    assert refusal.value.key == "output.exists"
    assert [path.name for path in package.folder.parent.iterdir()] == [package.folder.name]
    with open_ledger(master) as ledger:
        assert ledger.verify().count == 3


def test_a_file_that_changed_or_is_gone_is_told(master: Path, units: Path) -> None:
    old = units / "306101_2022_绩效目标.xlsx"
    edited(old, old, lambda book: None)
    (units / "306201_2022_绩效目标.xlsx").unlink()
    done = returned(master, "306101", "306201")
    assert done.packages == ()
    assert [(each.unit_code, each.reason.key) for each in done.skipped] == [
        ("306101", "return.changed"),
        ("306201", "return.gone"),
    ]


def test_a_unit_that_sent_nothing_cannot_be_returned(master: Path) -> None:
    with pytest.raises(CannotDo) as refusal:
        returned(master, "306999")
    assert refusal.value.key == "return.unknown_unit"


def test_without_a_ledger_there_is_nothing_to_return(tmp_path: Path) -> None:
    with pytest.raises(CannotDo) as refusal:
        return_packages(tmp_path / "m.xlsx", tmp_path / "out")
    assert refusal.value.key == "ledger.none"


def test_a_file_that_cannot_be_copied_as_it_is_is_drawn_anew(
    units: Path, tmp_path: Path, validator: Callable[[Path], list[str]]
) -> None:
    """A password on a sheet: no mark can be put, so the workbook is drawn from what was read."""
    old = units / "306101_2022_绩效目标.xlsx"

    def lock(book: openpyxl.Workbook) -> None:
        book["指标"].protection.password = "x"  # noqa: S105

    edited(old, old, lock)
    master = tmp_path / "汇总表.xlsx"
    settled(units.iterdir(), master)
    (package,) = returned(master).packages
    assert package.is_redrawn
    assert validator(package.workbook) == []
    (original,) = xlgoals.load(old)
    (copy,) = xlgoals.load(package.workbook)
    assert compare([original], [copy]).is_same
    text = "\n".join(each.text for each in docx.Document(str(package.notice)).paragraphs)
    assert "按现行模板重新生成" in text


def test_findings_against_the_roster_are_in_the_package(master: Path, tmp_path: Path) -> None:
    roster = tmp_path / "名册.yaml"
    roster.write_text('units:\n  "306201": {total: "61.00"}\n', encoding="utf-8")
    done = return_packages(
        master, tmp_path / "out", units=["306201"], roster=roster, clock=Days(), user="审核人"
    )
    (package,) = done.packages
    assert "SUB-04" in {each.code for each in package.findings}


def test_the_command(master: Path) -> None:
    words = ["return", str(master), "-o", str(master.parent / "out"), "--due", "2026-02-01", "--lang", "zh"]
    done = CliRunner().invoke(cli, words)
    assert done.exit_code == 0
    assert "已生成 1 家单位的退回材料" in done.stdout
    again = CliRunner().invoke(cli, words)
    assert "没有需要退回的单位" in again.stdout


def test_a_package_of_word_has_one_date(master: Path) -> None:
    (package,) = returned(master).packages
    with zipfile.ZipFile(package.notice) as made:
        assert {info.date_time for info in made.infolist()} == {(2022, 1, 1, 0, 0, 0)}


def test_the_commands_start_without_an_office_library() -> None:
    code = "import sys, xlgoals.cli; print([n for n in ('xlwings', 'openpyxl', 'docx') if n in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_from_the_units_to_the_second_master(units: Path, tmp_path: Path) -> None:
    """The whole way on the real tables: merged, returned, corrected, merged again, compared."""
    master = tmp_path / "汇总表.xlsx"
    xlgoals.consolidate([units], master, user="汇总人")
    (package,) = return_packages(master, tmp_path / "退回", due=DUE, user="汇总人").packages

    def correct(book: openpyxl.Workbook) -> None:
        for number, row in enumerate(range(51, 56)):
            book["指标"].cell(row, 5).value = f"第{number}项成果数量"

    edited(package.workbook, units / "306101_2022_绩效目标_修改.xlsx", correct)
    done = xlgoals.consolidate([units], master, user="汇总人")
    assert done.previous is not None
    assert [(line.arrival.path.name, line.state) for line in done.merged.ledger] == [
        ("306101_2022_绩效目标.xlsx", State.REPLACED),
        ("306101_2022_绩效目标_修改.xlsx", State.RECEIVED),
        ("306201_2022_绩效目标.xlsx", State.RECEIVED),
    ]
    with open_ledger(master) as ledger:
        told = [(each.event.unit, each.event.state) for each in ledger.entries()]
        assert ledger.verify().holds
    assert told == [
        ("306101", State.RECEIVED),
        ("306201", State.RECEIVED),
        ("306101", State.RETURNED),
        ("306101", State.REPLACED),
        ("306101", State.RECEIVED),
    ]
    lines = [line for line in lines_of(xlgoals.diff(done.previous, master)) if line.unit_code == "306101"]
    assert [(line.change, line.field, line.new) for line in lines] == [
        (Change.RENAMED, "name", f"第{number}项成果数量") for number in range(5)
    ]
    assert len({line.project for line in lines}) == 1
