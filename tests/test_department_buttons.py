"""缺报, 退回 and 比对 on the workbench, clicked on the engine for files."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from tests.support.books import edited, plain_book, seed_folder
from tests.support.desk import Desk, locks, reopened
from tests.support.season import settled
from xlgoals.consolidation.events import State
from xlgoals.excel.buttons import HANDLERS
from xlgoals.form import load_form
from xlgoals.macro.commands import load_commands
from xlgoals.messages import Language, say
from xlgoals.operations import open_ledger
from xlgoals.workbench import load_workbench
from xlgoals.write.book import new_workbook, save_locked
from xlgoals.write.workbench import draw_workbench

ROSTER: list[list[object]] = [
    ["单位编码", "单位名称", "报送截止日期", "联系人"],
    ["306101", "天津市人民政府合作交流办公室", "2022-03-01", "张某"],
    ["306201", "天津市合作交流综合服务中心", "2022-03-01", None],
    ["306202", "某中心", "2022-03-01", "李某"],
]


@pytest.fixture
def units(tmp_path: Path) -> Path:
    return seed_folder(tmp_path / "报送")


@pytest.fixture
def bench(tmp_path: Path, units: Path) -> Desk:
    workbook, buffer = new_workbook("bench")
    draw_workbench(workbook, load_workbench(), load_form())
    workbook.close()
    path = tmp_path / "工作台.xlsx"
    save_locked(buffer, path)
    desk = reopened(path)
    plain_book(tmp_path / "名册.xlsx", ROSTER, sheet="名册")
    enter(desk, folder=str(units), year="2022", roster=str(tmp_path / "名册.xlsx"))
    return desk


def enter(bench: Desk, **values: str) -> None:
    spec = load_workbench()
    page = bench.book.sheets[spec.inputs.name]
    cells = spec.cells(page.range((1, 1), (30, 3)).options(ndim=2).value)
    at = {(cells[key][0] + 1, cells[key][1] + 1): text for key, text in values.items()}
    bench.host.write_texts(page, at)


def outcome(bench: Desk) -> list[dict[str, object]]:
    spec = load_workbench().results
    block = bench.book.sheets[spec.name].range((4, 1), (30, len(spec.columns))).options(ndim=2).value
    keys = [column.key for column in spec.columns]
    return [dict(zip(keys, row, strict=True)) for row in block if any(cell is not None for cell in row)]


def test_every_button_of_the_workbench_has_a_handler() -> None:
    named = {command.handler for command in load_commands().commands if command.buttons}
    assert named <= HANDLERS.keys()


def test_missing_lists_everybody_and_writes_the_text(bench: Desk, units: Path, tmp_path: Path) -> None:
    settled(units.iterdir(), tmp_path / "汇总表.xlsx")
    locked = locks(bench.book, bench.host)
    (told,) = bench.click("missing")
    assert "需要催报 1 家，共 3 家" in told
    rows = [(row["number"], row["code"], row["unit"], row["state"]) for row in outcome(bench)]
    assert rows == [
        (1, "306202", "某中心", "缺报"),
        (2, "306101", "天津市人民政府合作交流办公室", "已报"),
        (3, "306201", "天津市合作交流综合服务中心", "已报"),
    ]
    (text,) = tmp_path.glob("催报_*.txt")
    assert "1. 306202 某中心；截止 2022-03-01" in text.read_text(encoding="utf-8-sig")
    assert str(text) in told
    assert locks(bench.book, bench.host) == locked


def test_missing_before_anything_was_merged_says_what_to_do_first(bench: Desk, tmp_path: Path) -> None:
    (told,) = bench.click("missing")
    assert told == say("ledger.none", Language.ZH, file=tmp_path / "汇总表.ledger.db")


def test_return_makes_the_packages_and_lists_them(bench: Desk, units: Path, tmp_path: Path) -> None:
    settled(units.iterdir(), tmp_path / "汇总表.xlsx")
    enter(bench, returns="退回")
    (told,) = bench.click("return")
    assert "已生成 1 家单位的退回材料" in told
    (row,) = outcome(bench)
    assert (row["code"], row["state"], row["errors"]) == ("306101", "退回", 1)
    assert sorted(
        path.name for path in (tmp_path / "退回" / "306101 天津市人民政府合作交流办公室").iterdir()
    ) == [
        "306101_2022_绩效目标_退回修改.xlsx",
        "退回通知.docx",
    ]
    with open_ledger(tmp_path / "汇总表.xlsx") as ledger:
        assert ledger.states()["306101", 2022].state is State.RETURNED
    (again,) = bench.click("return")
    assert "没有需要退回的单位" in again
    assert outcome(bench) == []


def test_return_asks_for_its_folder(bench: Desk) -> None:
    spec = load_workbench().inputs
    field = next(each for each in spec.fields if each.key == "returns")
    (told,) = bench.click("return")
    assert told == say(
        "workbench.blank", Language.ZH, sheet=spec.name, label=field.label, prompt=field.prompt
    )


def test_compare_lists_what_differs_and_opens_the_workbook(bench: Desk, units: Path, tmp_path: Path) -> None:
    """Each side may be a master or a unit's workbook; here the files of a unit stand for masters."""
    old = units / "306201_2022_绩效目标.xlsx"

    def correct(book: openpyxl.Workbook) -> None:
        book["项目"]["D4"] = 61

    new = edited(old, tmp_path / "新.xlsx", correct)
    enter(bench, baseline=str(old), master=str(new))
    (told,) = bench.click("compare")
    assert "项目：新增 0，删除 0，改名 0，改动 1。" in told
    (row,) = outcome(bench)
    assert (row["code"], row["state"]) == ("306201", "改动")
    assert str(row["note"]).endswith("预算数：60.00 → 61.00")
    (made,) = tmp_path.glob("比对_*.xlsx")
    assert bench.host.program.shown == [str(made)]
    bench.click("compare")
    assert len(list(tmp_path.glob("比对_*.xlsx"))) == 2  # nothing is written over
