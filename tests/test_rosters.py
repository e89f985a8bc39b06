"""The roster of units: a sheet or YAML, and where a mistake in it is."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

import pytest

from tests.support.books import plain_book
from xlgoals.errors import CannotDo
from xlgoals.messages import Language
from xlgoals.rules.roster import Expected, load_roster

DUE = dt.date(2026, 1, 15)
HEADS = ["单位编码", "单位名称", "主管部门", "报送截止日期", "联系人", "控制数"]
GOOD = ["306101", "某局", "综合处", "2026-01-15", "张某", "3384.00"]


def test_a_roster_in_a_workbook(tmp_path: Path) -> None:
    rows: list[list[object]] = [
        ["2026 年单位名册"],
        [*HEADS],
        [*GOOD],
        [],
        ["306201", "某中心", None, dt.datetime(2026, 1, 20), None, 60],
        ["306202", None, None, "2026年1月5日", None, "1,234.50"],
    ]
    roster = load_roster(plain_book(tmp_path / "名册.xlsx", rows, sheet="名册"))
    assert roster == {
        "306101": Expected(
            name="某局", department="综合处", due=DUE, contact="张某", total=Decimal("3384.00")
        ),
        "306201": Expected(name="某中心", due=dt.date(2026, 1, 20), total=Decimal(60)),
        "306202": Expected(due=dt.date(2026, 1, 5), total=Decimal("1234.50")),
    }


def test_a_roster_as_yaml_with_one_date_for_all(tmp_path: Path) -> None:
    file = tmp_path / "r.yaml"
    text = 'due: 2026-01-15\nunits:\n  "306101": {contact: 张某}\n  "306102": {due: 2026-02-01}\n'
    file.write_text(text, encoding="utf-8")
    roster = load_roster(file)
    assert [(each.due, each.contact) for each in roster.values()] == [
        (DUE, "张某"),
        (dt.date(2026, 2, 1), ""),
    ]


def changed(column: int, value: object) -> list[object]:
    return [value if number == column else cell for number, cell in enumerate(GOOD)]


WRONG: dict[str, tuple[Sequence[Sequence[object]], str, str]] = {
    "no head": ([["甲"], GOOD], "roster.no_head", ""),
    "short code": ([HEADS, changed(0, 30610)], "roster.wrong", "名册!A2"),
    "no code": ([HEADS, changed(0, None)], "roster.wrong", "名册!A2"),
    "twice": ([HEADS, GOOD, GOOD], "roster.twice", "名册!A3"),
    "no date": ([HEADS, changed(3, "一月中")], "roster.wrong", "名册!D2"),
    "impossible date": ([HEADS, changed(3, "2026-02-30")], "roster.wrong", "名册!D2"),
    "no amount": ([HEADS, changed(5, "三千")], "roster.wrong", "名册!F2"),
    "negative amount": ([HEADS, changed(5, -1)], "roster.wrong", "名册!F2"),
    "formula never computed": ([HEADS, changed(5, "=1+1")], "roster.wrong", "名册!F2"),
}


@pytest.mark.parametrize(("rows", "key", "place"), WRONG.values(), ids=WRONG)
def test_a_mistake_in_a_roster_is_told_with_its_cell(
    tmp_path: Path, rows: Sequence[Sequence[object]], key: str, place: str
) -> None:
    with pytest.raises(CannotDo) as refusal:
        load_roster(plain_book(tmp_path / "名册.xlsx", rows, sheet="名册"))
    assert (refusal.value.key, refusal.value.details.get("place", "")) == (key, place)
    assert refusal.value.sentence(Language.ZH)
