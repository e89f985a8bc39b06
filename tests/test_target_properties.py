"""What holds of the 指标值 reader for every text: it never fails, loses nothing, and is stable."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.extent import tries
from xlgoals.model import Comparator, Confidence, Target, TargetKind
from xlgoals.target import (
    amount_in_wan,
    count_amounts,
    count_dates,
    in_base_unit,
    read_target,
    render_target,
    suggest_rewrite,
    target_to_json,
    unit_parts,
)
from xlgoals.target.reading import LONGEST, analyse
from xlgoals.target.vocabulary import VOCABULARY

ANYTHING = st.text(st.characters(), max_size=60)
"""Every code point: controls, lone surrogates, private use."""

FRAGMENTS = st.sampled_from(
    [
        *VOCABULARY.operators.before,
        *VOCABULARY.operators.after,
        *VOCABULARY.operators.after_date,
        *VOCABULARY.operators.signs,
        *VOCABULARY.operators.between,
        *VOCABULARY.operators.fillers,
        *VOCABULARY.connectors,
        *VOCABULARY.numerals.digits,
        *VOCABULARY.numerals.zeros,
        *VOCABULARY.numerals.places,
        *VOCABULARY.numerals.exact,
        *VOCABULARY.units.known,
        *VOCABULARY.units.scales,
        *VOCABULARY.names,
        *VOCABULARY.longer_words,
        *(word for words in VOCABULARY.dates.values() for word in words),
        *"0123456789" * 4,
        *",.:：/-—%％ 　、；。()（）半成点第百分之每·×±²①٣ａＡZQH《》\n",
        "2022",
        "12",
        "完成",
        "地区",
    ]
)
NEAR_VALUES = st.lists(FRAGMENTS, max_size=9).map("".join)
"""Texts made of the words that the reader knows, in any order."""


def statement(target: Target) -> tuple[object, ...]:
    """All that a target states: everything but the text as written, its words, wording and confidence."""
    return target.kind, target.comparator, target.value, target.low, target.high, target.unit


@given(st.one_of(ANYTHING, NEAR_VALUES))
@settings(max_examples=2000, deadline=None)
def test_never_fails_and_keeps_the_text(raw: str) -> None:
    target = read_target(raw)
    assert target.raw == raw
    assert isinstance(render_target(target), str)
    assert suggest_rewrite(target) != raw
    assert target_to_json(target)["raw"] == raw
    assert count_dates(target) >= 0
    assert count_amounts(target) >= 0
    amount_in_wan(target)
    in_base_unit(target)
    unit_parts(target.unit)


@given(st.one_of(ANYTHING, NEAR_VALUES))
@settings(max_examples=tries(20_000, short=2000), deadline=None)
def test_reading_a_rendering_gives_the_same_statement(raw: str) -> None:
    target = read_target(raw)
    assert statement(read_target(render_target(target))) == statement(target)


@given(NEAR_VALUES)
@settings(max_examples=2000, deadline=None)
def test_a_target_is_whole(raw: str) -> None:
    target = read_target(raw)
    if target.kind is TargetKind.QUALITATIVE:
        assert (target.comparator, target.value, target.low, target.high, target.unit) == (
            None,
            None,
            None,
            None,
            "",
        )
        assert target.text.strip() == raw.strip()
    if target.comparator is Comparator.BETWEEN:
        assert target.value is None
        assert target.low is not None
        assert target.high is not None
    elif target.comparator is not None:
        assert target.value is not None
    if target.value is not None:
        assert (target.low, target.high) == (None, None)
    if target.confidence is Confidence.LOW:
        assert target.text in (raw, raw.strip())


@given(NEAR_VALUES)
@settings(max_examples=1000, deadline=None)
def test_full_width_reads_like_half_width(raw: str) -> None:
    half, full = "0123456789%", "０１２３４５６７８９％"
    narrow = raw.translate(str.maketrans(full, half))
    wide = raw.translate(str.maketrans(half, full))
    # The kind is told apart by what is stated; phrases keep the width they were written in.
    assert statement(read_target(narrow)) == statement(read_target(wide))


NUMBERS = st.decimals(min_value=0, max_value=10**12, places=2, allow_nan=False).map(
    lambda number: f"{number:f}".rstrip("0").rstrip(".") or "0"
)
COUNTED = st.sampled_from(
    ["次", "个", "人次", "%", "万元", "亿元", "元/人·年", "万条", "平方米", "分", "kWh", ""]
)
DURATIONS = st.sampled_from(["小时", "个月", "天", "个工作日", "分钟"])
BOUNDS = st.sampled_from(
    [None, *(comparator for comparator in Comparator if comparator is not Comparator.BETWEEN)]
)
DATES = st.one_of(
    st.dates().filter(lambda day: 1900 <= day.year < 2200).map(lambda day: day.isoformat()),
    st.integers(1900, 2199).map(str),
    st.integers(1, 12).map(lambda month: f"M{month:02}"),
    st.integers(1, 4).map(lambda quarter: f"Q{quarter}"),
    st.integers(1, 2).map(lambda half: f"2022-H{half}"),
    st.dates().map(lambda day: f"{day:%m-%d}"),
)


@given(NUMBERS, st.one_of(COUNTED, DURATIONS), BOUNDS)
@settings(max_examples=1000, deadline=None)
def test_what_is_stated_is_read(value: str, unit: str, comparator: Comparator | None) -> None:
    is_time = unit in VOCABULARY.units.durations
    kind = TargetKind.TIME if is_time else TargetKind.QUANTITATIVE
    target = Target(raw="", kind=kind, comparator=comparator, value=value, unit=unit)
    again = read_target(render_target(target))
    assert statement(again) == statement(target)
    assert again.confidence is Confidence.HIGH


@given(NUMBERS, NUMBERS, COUNTED)
def test_ranges_are_read(first: str, second: str, unit: str) -> None:
    low, high = sorted((first, second), key=float)
    kind = TargetKind.QUANTITATIVE
    target = Target(raw="", kind=kind, comparator=Comparator.BETWEEN, low=low, high=high, unit=unit)
    assert statement(read_target(render_target(target))) == statement(target)


@given(DATES, BOUNDS)
@settings(max_examples=500, deadline=None)
def test_dates_are_read(value: str, comparator: Comparator | None) -> None:
    target = Target(raw="", kind=TargetKind.TIME, comparator=comparator, value=value)
    assert statement(read_target(render_target(target))) == statement(target)


@given(st.text(min_size=LONGEST + 1, max_size=LONGEST + 50))
@settings(max_examples=20, deadline=None)
def test_longer_texts_are_not_tried(raw: str) -> None:
    target = read_target(raw)
    assert (target.kind, target.confidence, target.text) == (TargetKind.QUALITATIVE, Confidence.LOW, raw)


@given(NEAR_VALUES.filter(bool))
@settings(max_examples=200, deadline=None)
def test_repetition_up_to_the_cap_is_read(fragment: str) -> None:
    raw = (fragment * LONGEST)[:LONGEST]
    assert len(analyse(raw).statements) <= LONGEST
