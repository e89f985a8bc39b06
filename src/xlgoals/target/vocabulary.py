"""The words of ``templates/vocabulary.yaml``, in the shape that the reader needs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from xlgoals.model import Comparator
from xlgoals.resources import resource_path
from xlgoals.yamlfile import Entry, load_yaml

_FULL_WIDTH = ((0xFF10, 0xFF19), (0xFF21, 0xFF3A), (0xFF41, 0xFF5A))
_TO_HALF_WIDTH = 0xFEE0


def either(words: Iterable[str]) -> str:
    """A regular expression for any of ``words``, the longest first, without going back.

    >>> either(["a", "ab"])
    '(?>ab|a)'
    """
    return "(?>" + "|".join(re.escape(word) for word in sorted(set(words), key=lambda w: (-len(w), w))) + ")"


@dataclass(frozen=True, slots=True, kw_only=True)
class Operators:
    """What signs and words say about the number beside them."""

    signs: Mapping[str, Comparator]
    before: Mapping[str, Comparator]
    after: Mapping[str, Comparator]
    after_date: Mapping[str, Comparator]
    between: tuple[str, ...]
    fillers: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Numerals:
    """Chinese numerals; ``places`` and ``multipliers`` are powers of ten."""

    digits: Mapping[str, int]
    zeros: frozenset[str]
    places: Mapping[str, int]
    multipliers: Mapping[str, int]
    half: str
    point: str
    ratios: Mapping[str, str]
    tenth: str
    exact: Mapping[str, str]
    ordinal: str
    article: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Units:
    """Units of measure by group; ``scales`` are the multipliers written before a unit."""

    known: frozenset[str]
    classifiers: frozenset[str]
    durations: frozenset[str]
    names: frozenset[str]
    latin: frozenset[str]
    scales: Mapping[str, Decimal]
    per: tuple[str, ...]
    per_times: tuple[str, ...]
    joints: tuple[str, ...]
    yuan: tuple[str, ...]
    currency_before: tuple[str, ...]
    currency_after: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Writing:
    """Characters for writing a reading back."""

    signs: Mapping[Comparator, str]
    year: str
    month: str
    day: str
    quarters: Mapping[str, str]
    halves: Mapping[str, str]
    between: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """All of ``vocabulary.yaml``."""

    folds: Mapping[int, str]
    stray_signs: Mapping[str, str]
    operators: Operators
    numerals: Numerals
    units: Units
    dates: Mapping[str, tuple[str, ...]]
    connectors: tuple[str, ...]
    range_ends: tuple[str, ...]
    longer_words: tuple[str, ...]
    verbs: tuple[str, ...]
    trailers: tuple[str, ...]
    punctuation: str
    names: tuple[str, ...]
    patterns: tuple[str, ...]
    unread: tuple[str, ...]
    writing: Writing


def _folds(entry: Entry) -> dict[int, str]:
    # One character for one, so that places in the folded text are places in the text as written.
    folds = {
        code: chr(code - _TO_HALF_WIDTH) for first, last in _FULL_WIDTH for code in range(first, last + 1)
    }
    folds.update((ord(character), other) for character, other in entry.table("folds").items())
    return folds


def _comparators(entry: Entry, name: str) -> dict[str, Comparator]:
    lists = entry.lists(name)
    return {word: Comparator[kind.upper()] for kind, words in lists.items() for word in words}


def _operators(entry: Entry) -> Operators:
    return Operators(
        signs=_comparators(entry, "signs"),
        before=_comparators(entry, "words_before"),
        after=_comparators(entry, "words_after"),
        after_date=_comparators(entry, "date_words_after"),
        between=entry.texts("words_between"),
        fillers=entry.texts("fillers"),
    )


def _numerals(entry: Entry) -> Numerals:
    numerals = entry.entry("numerals")
    numbers = {
        name: {word: int(number) for word, number in numerals.table(name).items()}
        for name in ("digits", "places", "multipliers")
    }
    return Numerals(
        digits=numbers["digits"],
        zeros=frozenset(numerals.texts("zero")),
        places=numbers["places"],
        multipliers=numbers["multipliers"],
        half=numerals.text("half"),
        point=numerals.text("point"),
        ratios=numerals.table("ratios"),
        tenth=numerals.text("tenth"),
        exact=numerals.table("exact"),
        ordinal=numerals.text("ordinal"),
        article=entry.text("article"),
    )


def _units(entry: Entry) -> Units:
    groups = entry.lists("units")
    money = entry.entry("money")
    return Units(
        known=frozenset(unit for group in groups.values() for unit in group),
        classifiers=frozenset(groups["classifiers"]),
        durations=frozenset(groups["durations"]),
        names=frozenset(groups["names"]),
        latin=frozenset(groups["latin"]),
        scales={word: Decimal(number) for word, number in entry.table("scales").items()},
        per=entry.texts("per"),
        per_times=entry.texts("per_times"),
        joints=entry.texts("per_joints"),
        yuan=money.texts("yuan"),
        currency_before=money.texts("currency_before"),
        currency_after=money.texts("currency_after"),
    )


def _writing(entry: Entry) -> Writing:
    writing = entry.entry("writing")
    # The first sign of each list in the file is the one that is written.
    signs = {Comparator[kind.upper()]: signs[0] for kind, signs in entry.lists("signs").items()}
    return Writing(
        signs=signs,
        year=writing.text("year"),
        month=writing.text("month"),
        day=writing.text("day"),
        quarters=writing.table("quarter"),
        halves=writing.table("half"),
        between=writing.text("between"),
    )


def load_vocabulary() -> Vocabulary:
    """Read the file.

    Raises:
        CannotDo: the file is missing or not as it should be; with file and line.
    """
    entry = load_yaml(resource_path("vocabulary.yaml"))
    return Vocabulary(
        folds=_folds(entry),
        stray_signs=entry.table("stray_signs"),
        operators=_operators(entry),
        numerals=_numerals(entry),
        units=_units(entry),
        dates=entry.lists("dates"),
        connectors=entry.texts("connectors"),
        range_ends=entry.texts("range_ends"),
        longer_words=entry.texts("longer_words"),
        verbs=entry.texts("verbs"),
        trailers=entry.texts("trailers"),
        punctuation=entry.text("punctuation"),
        names=entry.texts("names_with_numerals"),
        patterns=entry.texts("patterns_without_quantity"),
        unread=entry.texts("patterns_of_inexact_numbers"),
        writing=_writing(entry),
    )


VOCABULARY = load_vocabulary()
