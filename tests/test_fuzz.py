"""A short slice of ``make fuzz``: damaged workbooks, each judged, and each judge seen to judge."""

from __future__ import annotations

from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fuzz import judges, readers
from fuzz.guided import worksheet
from fuzz.mutants import KINDS, mutant, small_book
from tests.support import crafted
from xlgoals.read.cells import Book

COUNT = 400


@pytest.mark.timeout(120)
@pytest.mark.parametrize("first", range(0, COUNT, 100))
def test_a_hundred_mutants_have_no_fault(first: int) -> None:
    assert judges.judged(range(first, first + 100)) == []


@given(st.binary(max_size=60))
@settings(max_examples=150, deadline=None)
def test_worksheets_put_together_from_pieces_read_alike_in_both_ways(data: bytes) -> None:
    """What ``fuzz.guided`` runs under atheris, here with bytes that nothing leads."""
    members = crafted.members_of(small_book())
    head = members[crafted.GUIDE].partition(b"<row")[0]
    package = crafted.packed({**members, crafted.GUIDE: worksheet(data, head)}, 0)
    quick, slow = judges.ours(package), judges.by_parser_alone(package)
    assert isinstance(quick, str) == isinstance(slow, str)
    assert isinstance(quick, str) or quick == slow


def test_the_pieces_are_mostly_worksheets() -> None:
    members = crafted.members_of(small_book())
    head = members[crafted.GUIDE].partition(b"<row")[0]
    pieces = (bytes([shape, 0, 3, 0, 0]) for shape in range(10))
    books = [crafted.packed({**members, crafted.GUIDE: worksheet(each, head)}, 0) for each in pieces]
    assert sum(isinstance(judges.ours(book), Book) for book in books) >= 6


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
