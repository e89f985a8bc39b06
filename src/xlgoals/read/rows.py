"""The rows of a worksheet that is spelled as office programs spell it, taken apart without a parser.

Whatever does not fit the grammar below, to the last character, is left to the parser; both ways make their
cells in :class:`xlgoals.read.values.Values` and are held against each other by tests.

Rows are taken apart in blocks by row number. What a block says depends on its text alone and is remembered
by that text, less the numbers of its shared texts: workbooks made from one template have the same rows, blank
or filled, and other texts in them.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import chain
from typing import NamedTuple

from xlgoals.read.cells import (
    MOST_CELLS,
    MOST_COLUMNS,
    MOST_ROWS,
    UNCOMPUTED,
    Cell,
    CellKind,
    column_number,
)
from xlgoals.read.parts import TRUE
from xlgoals.read.plain import ATTRIBUTE, CHARACTERS, meaning
from xlgoals.read.values import Damaged
from xlgoals.read.worksheet import SheetReader

_REFERENCE = r'r="([A-Z]{1,3}[1-9][0-9]{0,6})"(?: s="([0-9]{1,9})")?+'
_FORMULA = rf'(<f)((?: [A-Za-z0-9]+="{ATTRIBUTE}")*+)(?:/>|>({CHARACTERS})</f>)'
_VALUE = rf'<v>({CHARACTERS})</v>|<is><t(?: xml:space="preserve")?+>({CHARACTERS})</t></is>'
_CELL = (
    rf'<c {_REFERENCE}(?: t="(s|n|str|b|e|inlineStr)")?+'
    rf"(?:/>|>(?:{_FORMULA})?+(?:{_VALUE})?+</c>)"
)
_ROW = rf'<row r="([1-9][0-9]{{0,6}})"((?: (?!r=)(?:x14ac:)?+[A-Za-z0-9]+="{ATTRIBUTE}")*+)'
# Characters that no XML holds stand for what was taken out already: cells, whole rows of them, and in a cell
# its type and the number of its shared text.
_CELL_TAKEN, _ROWS_TAKEN, _NUMBER_TAKEN = "\x01", "\x02", "\x03"
_NUMBER = re.compile(' t="s"><v>([0-9]{1,9})</v>')


def _silent(pattern: str) -> str:
    """The same pattern without groups."""
    return re.sub(r"(?<!\\)\((?!\?)", "(?:", pattern)


_PLAIN_ROWS = re.compile(
    f"(?:{_ROWS_TAKEN}|{_silent(_ROW)}(?:/>|>(?:{_CELL_TAKEN}|{_silent(_CELL)})*+</row>))*+"
)
# Nearly all cells hold a shared text, follow a formula that stands once, or hold nothing: they are taken all
# at once, each as its reference, style, mark of a text, and group of the formula.
_USUAL = re.compile(
    rf"<c {_REFERENCE}(?:/>|({_NUMBER_TAKEN})</c>"
    r'|(?: t="str")?+><f t="shared" si="([0-9]+)"/>(?:<v></v>)?+</c>|></c>)'
)
_GROUPS = 5
# Numbers of seven digits are left to be looked at: they may be off the grid.
_USUAL_ROWS = re.compile(
    r'(?:<row r="[1-9][0-9]{0,5}"(?: spans="[0-9:]*+")?+(?: s="[0-9]*+" customFormat="1")?+'
    rf'(?: ht="[0-9.]*+")?+(?: customHeight="1")?+(?: x14ac:dyDescent="[0-9.]*+")?+'
    rf"(?:/>|>{_CELL_TAKEN}*+</row>))++"
)
_UNIT = re.compile(f"{_CELL}|{_ROW}/?>")
_ATTRIBUTE = re.compile(r' ([A-Za-z0-9:]+)="([^"]*)"')
# A cell that promises a shared text and has none.
_BROKEN = re.compile(r't="s">(?:<f(?: [^<>]*+)?+(?:/>|>[^<>]*+</f>))?+<v></v>')

_ROWS_OF_A_BLOCK = 64
_LARGEST_BLOCK = 1 << 17
# Blank rows of a block take up to 22,000 characters, the official form drawn from formulas 26,000.
_LARGEST_KEPT = 1 << 15
_PLACES_KEPT = 1 << 14

Place = tuple[int, int]


class Stored(NamedTuple):
    """A value as the file has it, to be made a cell of by the texts and formats of its workbook."""

    place: Place
    kind: str
    style: int
    raw: str
    formula: bool


class Block(NamedTuple):
    """Some rows as their text alone tells them. It is shared between files: nobody may change it."""

    texts: Sequence[Place]
    """Of the cells that hold a shared text."""
    stored: Sequence[Stored]
    followers: Mapping[Place, Cell]
    """Cells that follow a shared formula and hold no value."""
    formulas: Mapping[Place, str]
    shared: Mapping[Place, str]
    places: Sequence[Place]
    """Every cell, blank ones too."""
    styles: Sequence[str]
    """Of each of ``places``; empty for none."""
    looks: frozenset[tuple[int, str]]
    """Columns and styles that occur together."""
    hidden_rows: frozenset[int]


class Rows(NamedTuple):
    """A block, and the numbers of the shared texts that one file has in it."""

    block: Block
    numbers: Sequence[int]
    """One for each of the block's ``texts``."""


class _Places(dict[str, Place]):
    """Row and column by reference, each worked out once."""

    def __missing__(self, reference: str) -> Place:
        letters = reference.rstrip("0123456789")
        place = int(reference[len(letters) :]), column_number(letters)
        if place[0] > MOST_ROWS or place[1] > MOST_COLUMNS:
            raise Damaged
        if len(self) >= _PLACES_KEPT:
            self.clear()
        self[reference] = place
        return place


_PLACES = _Places()


class _Locks(dict[tuple[int, str], bool]):
    """Whether a cell of a column and style is locked otherwise than its column, each worked out once."""

    def __init__(self, reader: SheetReader) -> None:
        self._open_styles, self._open_columns = reader.values.open_styles, reader.sheet.open_columns

    def __missing__(self, key: tuple[int, str]) -> bool:
        column, style = key
        self[key] = (int(style or 0) in self._open_styles) != (column in self._open_columns)
        return self[key]


def plain_rows(body: str) -> Sequence[Rows] | None:
    """What the rows say, block by block; None unless every character of them fits the grammar.

    Raises:
        Damaged: a cell or row off the grid, or an attribute that is given twice.
    """
    blocks = []
    for text in _cut(body):
        pieces = _NUMBER.split(text)
        numbers = list(map(int, pieces[1::2]))
        form = _NUMBER_TAKEN.join(pieces[::2])
        if form.count(_NUMBER_TAKEN) != len(numbers):
            return None
        block = (_block if len(form) <= _LARGEST_KEPT else _block.__wrapped__)(form)
        if block is None:
            return None
        blocks.append(Rows(block, numbers))
    return blocks


def are_plain(body: str) -> bool:
    """Whether every character of the rows fits the grammar."""
    try:
        return plain_rows(body) is not None
    except Damaged:
        return True


def take_rows(body: str, reader: SheetReader) -> None:
    """Puts plain rows into the sheet of ``reader``, which has seen the columns already.

    Raises:
        CannotDo: a cell that is given twice, is off the grid, or holds what its type does not allow.
    """
    try:
        take_blocks(plain_rows(body) or (), reader)
    except Damaged:
        raise reader.damaged() from None


def take_blocks(blocks: Sequence[Rows], reader: SheetReader) -> None:
    """The same with rows that were taken apart.

    Raises:
        CannotDo: a cell that is given twice, or of which there are too many.
        Damaged: a cell that holds what its type does not allow.
    """
    sheet, values = reader.sheet, reader.values
    cells, locks = sheet.cells, _Locks(reader)
    given: list[Sequence[Place] | Mapping[Place, Cell]] = [tuple(cells)]
    for block, numbers in blocks:
        texts, found = block.texts, values.texts(numbers)
        if values.has_blank(numbers):
            filled = {p: cell for p, cell in zip(texts, found, strict=True) if cell.text}
            texts, found = list(filled), list(filled.values())
        cells.update(zip(texts, found, strict=True))
        more = _made(block.stored, reader)
        cells.update(more)
        cells.update(block.followers)
        given += (texts, [place for place, _ in more], block.followers)
        sheet.formulas.update(block.formulas)
        sheet.shared.update(block.shared)
        sheet.hidden_rows.update(block.hidden_rows)
        if differing := {look for look in block.looks if locks[look]}:
            styled = zip(block.places, block.styles, strict=True)
            sheet.other_lock.update(place for place, style in styled if (place[1], style) in differing)
    if len(cells) < sum(map(len, given)):
        counts = Counter(chain.from_iterable(given))
        raise reader.twice(*next(place for place, count in counts.items() if count > 1))
    if len(cells) > MOST_CELLS:
        raise reader.too_many()


def _made(stored: Sequence[Stored], reader: SheetReader) -> list[tuple[Place, Cell]]:
    made = []
    for place, kind, style, raw, formula in stored:
        cell = reader.values.cell(kind, style, raw, formula)
        if formula or cell.kind is not CellKind.BLANK:
            made.append((place, cell))
    return made


def _cut(body: str) -> Iterator[str]:
    """The rows in pieces that begin at the same row numbers in every file, or else have a bounded length."""
    start, number = 0, _ROWS_OF_A_BLOCK
    while start < len(body):
        end = body.find(f'<row r="{number}"', start, start + _LARGEST_BLOCK)
        if end >= 0:
            number += _ROWS_OF_A_BLOCK
        else:
            end = body.find("<row ", start + _LARGEST_BLOCK)
        if end < 0:
            end = len(body)
        if end > start:
            yield body[start:end]
        start = end


@lru_cache(maxsize=64)
def _block(form: str) -> Block | None:
    """What some rows say; None unless every character fits the grammar.

    ``form`` is their text with a mark for each number of a shared text.

    Raises:
        Damaged: as :func:`plain_rows`.
    """
    pieces = _USUAL.split(form)
    rest = _CELL_TAKEN.join(pieces[::_GROUPS])
    if rest.count(_CELL_TAKEN) * _GROUPS != len(pieces) - 1 or _ROWS_TAKEN in rest:
        return None
    rest = _USUAL_ROWS.sub(_ROWS_TAKEN, rest)
    left = (_left if len(rest) <= _LARGEST_KEPT else _left.__wrapped__)(rest)
    if left is None:
        return None
    places = [_PLACES[each] for each in pieces[1::_GROUPS]]
    styles = [each or "" for each in pieces[2::_GROUPS]]
    marks = pieces[3::_GROUPS]
    groups = pieces[4::_GROUPS]
    shared = {place: group for place, group in zip(places, groups, strict=True) if group is not None}
    if len(shared) < len(groups) - groups.count(None):
        return None  # a cell twice: which one is for the parser to tell
    places += left.places
    styles += left.styles
    return Block(
        texts=[place for place, mark in zip(places, marks, strict=False) if mark is not None],
        stored=left.stored,
        followers=dict.fromkeys(shared, UNCOMPUTED),
        formulas=left.formulas | dict.fromkeys(shared, ""),
        shared=left.shared | shared,
        places=places,
        styles=styles,
        looks=frozenset(zip([column for _, column in places], styles, strict=True)),
        hidden_rows=frozenset(left.hidden_rows),
    )


@lru_cache(maxsize=64)
def _left(rest: str) -> _Left | None:
    """What is left of a block, without the usual cells; nobody may change it. Raises as :func:`_block`.

    It is remembered by itself: two drawings of one form differ in the numbers of their texts only.
    """
    if not _PLAIN_ROWS.fullmatch(rest) or _BROKEN.search(rest):
        return None
    left = _Left()
    left.take(rest)
    return left


class _Left:
    """Rows, and the cells that are not of the usual sort, on their way into a block."""

    def __init__(self) -> None:
        self.places: list[Place] = []
        self.styles: list[str] = []
        self.stored: list[Stored] = []
        self.formulas: dict[Place, str] = {}
        self.shared: dict[Place, str] = {}
        self.hidden_rows: set[int] = set()
        self._hides: dict[str, bool] = {}

    def take(self, rest: str) -> None:
        for unit in _UNIT.findall(rest):
            reference, style, kind, formula, attributes, formula_text, raw, inline, row, more = unit
            if not reference:
                self._take_row(int(row), more)
                continue
            place = _PLACES[reference]
            self.places.append(place)
            self.styles.append(style)
            raw = raw or inline
            if formula:
                self.formulas[place] = meaning(formula_text)
                found = _attributes(attributes)
                if found.get("t") == "shared" and found.get("si"):
                    self.shared[place] = found["si"]
            elif not raw:
                continue
            # A text that is missing altogether leaves a formula without a value, of whatever type.
            kind = kind or "n" if raw else "n"
            self.stored.append(Stored(place, kind, int(style or 0), meaning(raw), bool(formula)))

    def _take_row(self, number: int, more: str) -> None:
        if number > MOST_ROWS:
            raise Damaged
        if more not in self._hides:
            self._hides[more] = _attributes(more).get("hidden") in TRUE
        if self._hides[more]:
            self.hidden_rows.add(number)


def _attributes(text: str) -> Mapping[str, str]:
    found = _ATTRIBUTE.findall(text)
    if len(dict(found)) != len(found):
        raise Damaged  # an attribute that is given twice is no XML
    return dict(found)
