"""指标值: all 115 real values, a table of further values and traps, and the API around them.

The tables are the expectation: each line was checked by eye. When a line fails, mend the reader.
"""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest

from xlgoals.model import Comparator, Confidence, Target, TargetKind, Wording
from xlgoals.target import (
    UnitParts,
    amount_in_wan,
    comparator_sign,
    count_amounts,
    count_dates,
    in_base_unit,
    lacks_money_unit,
    read_target,
    render_target,
    suggest_rewrite,
    supposed_amount_in_wan,
    target_to_json,
    unit_cost_in_wan,
    unit_parts,
)

DATA = Path(__file__).with_name("data")


def table(name: str) -> list[dict[str, str]]:
    """Rows of a TSV file by heading; a line feed in a cell is written as backslash and n."""
    heads, *lines = (line.split("\t") for line in (DATA / name).read_text(encoding="utf-8").splitlines())
    return [
        {head: cell.replace("\\n", "\n") for head, cell in zip(heads, line, strict=True)} for line in lines
    ]


SEED = table("seed_targets.tsv")
FURTHER = table("further_targets.tsv")


def as_row(target: Target) -> dict[str, str]:
    return {
        "raw": target.raw,
        "kind": target.kind.value,
        "comparator": target.comparator.value if target.comparator else "",
        "value": target.value or "",
        "low": target.low or "",
        "high": target.high or "",
        "unit": target.unit,
        "wording": target.wording.value,
        "confidence": target.confidence.value,
        "text": target.text,
        "rewrite": suggest_rewrite(target) or "",
    }


@pytest.mark.parametrize("row", SEED, ids=[f"{i}-T{row['table']}" for i, row in enumerate(SEED)])
def test_seed_value(row: dict[str, str]) -> None:
    expected = {key: cell for key, cell in row.items() if key != "table"}
    assert as_row(read_target(row["raw"])) == expected


@pytest.mark.parametrize("row", FURTHER, ids=[row["raw"] for row in FURTHER])
def test_further_value(row: dict[str, str]) -> None:
    assert as_row(read_target(row["raw"])) == row


def test_seed_shapes() -> None:
    assert len(SEED) == 115
    assert Counter(read_target(row["raw"]).wording for row in SEED) == {
        Wording.PLAIN: 46,
        Wording.QUALITATIVE: 41,
        Wording.WORD: 14,
        Wording.SYMBOL: 7,
        Wording.EMBEDDED: 6,
        Wording.APPROXIMATE: 1,
    }


def test_seed_word_operators_stand_in_four_tables_and_all_have_a_rewriting() -> None:
    worded = [row for row in SEED if read_target(row["raw"]).wording is Wording.WORD]
    assert Counter(row["table"] for row in worded) == {"1": 1, "3": 1, "9": 8, "11": 4}
    assert all(suggest_rewrite(read_target(row["raw"])) for row in worded)


def test_all_seed_values_come_from_the_published_text() -> None:
    folder = Path(__file__).parent.parent / "examples" / "source"
    text = next(folder.glob("*.txt")).read_text(encoding="utf-8")
    assert all(f"\t{row['raw']}" in text for row in SEED)


def test_enough_further_values() -> None:
    assert len(FURTHER) >= 150


@pytest.mark.parametrize("row", SEED + FURTHER, ids=lambda row: row["raw"])
def test_a_rewriting_says_the_same_and_needs_no_other(row: dict[str, str]) -> None:
    target = read_target(row["raw"])
    rewriting = suggest_rewrite(target)
    if rewriting is not None:
        again = read_target(rewriting)
        assert (again.comparator, again.value, again.low, again.high, again.unit) == (
            target.comparator,
            target.value,
            target.low,
            target.high,
            target.unit,
        )
        assert suggest_rewrite(again) in (None, render_target(again))


@pytest.mark.parametrize(
    ("raw", "rendered"),
    [
        ("不少于50次", "≥50次"),
        ("三个月内", "≤3个月"),
        ("90-95%", "90%—95%"),
        ("3至5次", "3—5次"),
        ("大约100人", "≈100人"),
        ("及时足额", "及时足额"),
        ("2022年12月底前", "≤2022年12月31日"),
        ("二季度", "第二季度"),
        ("2022.4.1", "2022年4月1日"),
        ("1-6月", "1月—6月"),
        ("4月、7月、10月", "4月、7月、10月"),
    ],
)
def test_render(raw: str, rendered: str) -> None:
    assert render_target(read_target(raw)) == rendered


@pytest.mark.parametrize(
    ("raw", "total", "per_unit", "supposed"),
    [
        ("110万元", "110", None, "110"),
        ("不少于3199.8亿元人民币", "31998000", None, "31998000"),
        ("5000元", "0.5", None, "0.5"),
        ("1,250.50元", "0.12505", None, "0.12505"),
        ("500千元", "50", None, "50"),
        ("100百万元", "10000", None, "10000"),
        ("总预算不高于\n324万", None, None, "324"),
        ("2亿", None, None, "20000"),
        ("三百万元", "300", None, "300"),
        ("5万元/人", None, "5", None),
        ("550元/人·天", None, "0.055", None),
        ("1200元每人", None, "0.12", None),
        ("5万美元", None, None, None),
        ("5—10万元", None, None, None),
        ("50万条", None, None, None),
        ("22人", None, None, None),
        ("1年", None, None, None),
        ("及时足额", None, None, None),
    ],
)
def test_money(raw: str, total: str | None, per_unit: str | None, supposed: str | None) -> None:
    target = read_target(raw)
    amounts = (amount_in_wan(target), unit_cost_in_wan(target), supposed_amount_in_wan(target))
    assert tuple(None if amount is None else str(amount) for amount in amounts) == (total, per_unit, supposed)


def test_unit_cost_times_people_is_a_budget() -> None:
    cost, people = read_target("5万元/人·年"), read_target("22人")
    unit_cost, head_count = unit_cost_in_wan(cost), in_base_unit(people)
    assert unit_cost is not None
    assert head_count == (Decimal(22), "人")
    assert unit_cost * head_count[0] == Decimal(110)
    assert unit_parts(cost.unit) == UnitParts(money="万元", per="人·年")


@pytest.mark.parametrize(
    ("raw", "number", "unit"),
    [
        ("50万条", "500000", "条"),
        ("324万", "3240000", ""),
        ("3千克", "3", "千克"),
        ("1.5万人次", "15000", "人次"),
    ],
)
def test_base_unit(raw: str, number: str, unit: str) -> None:
    assert in_base_unit(read_target(raw)) == (Decimal(number), unit)


def test_base_unit_of_what_has_none() -> None:
    assert in_base_unit(read_target("及时足额")) is None
    assert in_base_unit(read_target("3个月")) is None


def test_money_without_unit() -> None:
    assert [
        raw for raw in ("324万", "3亿", "324万元", "50万条", "324") if lacks_money_unit(read_target(raw))
    ] == [
        "324万",
        "3亿",
    ]


@pytest.mark.parametrize(
    ("raw", "dates", "amounts"),
    [
        ("4月、7月、10月", 3, 0),
        ("二季度完成论坛；四季度参加展会", 2, 0),
        ("1月—6月", 1, 0),
        ("出勤率95%，合格率100%", 0, 2),
        ("2022年底前完成率达到100%", 1, 1),
        ("3个月内", 0, 0),
        ("及时", 0, 0),
    ],
)
def test_counts(raw: str, dates: int, amounts: int) -> None:
    target = read_target(raw)
    assert (count_dates(target), count_amounts(target)) == (dates, amounts)


def test_json_has_exactly_the_published_keys() -> None:
    assert target_to_json(read_target("不少于50次")) == {
        "raw": "不少于50次",
        "kind": "quantitative",
        "comparator": ">=",
        "value": "50",
        "low": None,
        "high": None,
        "unit": "次",
        "text": "",
        "confidence": "high",
    }
    assert target_to_json(read_target("及时"))["comparator"] is None


def test_every_comparator_has_a_sign() -> None:
    assert [comparator_sign(comparator) for comparator in Comparator] == ["=", "≥", "≤", ">", "<", "≈", "—"]


def test_long_text_is_a_phrase() -> None:
    raw = "不少于50次" * 20_000
    assert read_target(raw) == Target(
        raw=raw, kind=TargetKind.QUALITATIVE, text=raw, confidence=Confidence.LOW, wording=Wording.QUALITATIVE
    )


def test_a_number_of_any_length_is_kept() -> None:
    digits = "9" * 900
    assert read_target(f"{digits}元").value == digits
    assert str(amount_in_wan(read_target(f"{digits}元"))) == f"{digits[:-4]}.9999"
