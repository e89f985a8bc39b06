"""A short slice of ``make fuzz``: damaged workbooks, each judged, and each judge seen to judge."""

from __future__ import annotations

from unittest.mock import patch

import pytest

from fuzz import judges, readers
from fuzz.mutants import KINDS, mutant, small_book
from xlgoals.read.cells import Book

COUNT = 400


@pytest.mark.timeout(120)
@pytest.mark.parametrize("first", range(0, COUNT, 100))
def test_a_hundred_mutants_have_no_fault(first: int) -> None:
    assert judges.judged(range(first, first + 100)) == []


def test_the_same_number_gives_the_same_mutant() -> None:
    assert [mutant(number) for number in range(20)] == [mutant(number) for number in range(20)]
    assert len({mutant(number) for number in range(100)}) > 80
    assert len(KINDS) == 5


def test_the_other_readers_agree_on_a_whole_book() -> None:
    book = judges.ours(small_book())
    assert isinstance(book, Book)
    for reader in (readers.calamine, readers.openpyxl):
        theirs = reader(small_book())
        assert theirs is not None
        assert list(readers.differences(book, theirs)) == []
        theirs["表"][1, 3] = 7777.0
        assert list(readers.differences(book, theirs)) == [("表", (1, 3), 7777.0)]


def test_a_crash_is_a_fault() -> None:
    with patch("fuzz.judges.read_book", side_effect=ZeroDivisionError):
        assert len(judges.judged(range(30))) > 5
