"""What must hold for any bytes: a book or a sentence, soon; both ways equal; no number of its own."""

from __future__ import annotations

import datetime
import time
from unittest.mock import patch

from fuzz import readers
from fuzz.mutants import mutant
from xlgoals.errors import CannotDo
from xlgoals.messages import Language
from xlgoals.read.book import read_book
from xlgoals.read.cells import Book
from xlgoals.read.kinds import Kind, kind_of, refuse
from xlgoals.read.package import Package

SLOW = 10.0
Value = str | float | bool
Values = dict[str, dict[tuple[int, int], Value]]
_EPOCH = datetime.datetime(1899, 12, 30)


def ours(data: bytes) -> Book | str:
    """The book, or the key of the sentence why there is none.

    Raises:
        BaseException: whatever else came out of the reader: a fault that the fuzzing is there to find.
    """
    try:
        kind = kind_of("a.xlsx", data)
        if kind is not Kind.OOXML:
            raise refuse("a.xlsx", kind)
        return read_book(Package("a.xlsx", data))
    except CannotDo as refusal:
        assert refusal.sentence(Language.ZH)
        return refusal.key


def by_parser_alone(data: bytes) -> Book | str:
    """The same without the grammar for plain rows."""
    with (
        patch("xlgoals.read.book.split_plain", lambda data, element: None),
        patch("xlgoals.read.parts.split_plain", lambda data, element: None),
    ):
        return ours(data)


def judged(numbers: range) -> list[tuple[int, str]]:
    """Number of the mutant and what is wrong with our reading of it, for each where something is."""
    faults = []
    for number in numbers:
        data = mutant(number)
        begun = time.perf_counter()
        try:
            quick = ours(data)
            slow = by_parser_alone(data)
        except BaseException as fault:
            faults.append((number, f"{type(fault).__name__}: {fault}"))
            continue
        if isinstance(quick, Book) != isinstance(slow, Book) or (isinstance(quick, Book) and quick != slow):
            faults.append((number, f"two ways: {_told(quick)} / {_told(slow)}"))
        if time.perf_counter() - begun > 2 * SLOW:
            faults.append((number, "too slow"))
    return faults


def _told(read: Book | str) -> str:
    return read if isinstance(read, str) else "a book"


def accepted(numbers: range) -> list[int]:
    """Those that we read."""
    return [number for number in numbers if isinstance(ours(mutant(number)), Book)]


def oracles(numbers: range) -> list[tuple[int, str]]:
    """Numbers and texts in which both other readers agree against us; runs where they may die."""
    faults = []
    for number in accepted(numbers):
        theirs = readers.calamine(mutant(number))
        book = ours(mutant(number))
        if theirs is None or not isinstance(book, Book):
            continue
        wrong = list(readers.differences(book, theirs))
        if not wrong:
            continue
        others = readers.openpyxl(mutant(number))
        if others is None:
            continue
        for name, place, value in wrong:
            second = others.get(name, {}).get(place)
            if second is not None and type(second) is type(value) and second == value:
                faults.append((number, f"{name} {place}: they read {value!r}"))
    return faults
