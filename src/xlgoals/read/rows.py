"""The rows of a worksheet that is spelled as office programs spell it, taken apart without a parser.

Whatever does not fit the grammar below, to the last character, is left to the parser; both ways make their
cells in :class:`xlgoals.read.values.Values` and are held against each other by tests.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence

from xlgoals.read.cells import MOST_CELLS, MOST_COLUMNS, MOST_ROWS, UNCOMPUTED, CellKind, column_number
from xlgoals.read.parts import TRUE
from xlgoals.read.plain import meaning
from xlgoals.read.values import Damaged
from xlgoals.read.worksheet import SheetReader

_REFERENCE = r'r="([A-Z]{1,3})([1-9][0-9]{0,6})"(?: s="([0-9]{1,9})")?+'
_FORMULA = r'(<f)((?: [A-Za-z0-9]+="[^"<>&]*")*+)(?:/>|>([^<>]*+)</f>)'
_VALUE = r"<v>([^<>]*+)</v>|<is><t(?: xml:space=\"preserve\")?+>([^<>]*+)</t></is>"
_CELL = (
    rf'<c {_REFERENCE}(?: t="(s|n|str|b|e|inlineStr)")?+'
    rf"(?:/>|>(?:{_FORMULA})?+(?:{_VALUE})?+</c>)"
)
_ROW = r'<row r="([1-9][0-9]{0,6})"((?: (?!r=)(?:x14ac:)?+[A-Za-z0-9]+="[^"<>&]*")*+)'


def _silent(pattern: str) -> str:
    """The same pattern without groups."""
    return re.sub(r"(?<!\\)\((?!\?)", "(?:", pattern)


_PLAIN_ROWS = re.compile(f"(?:{_silent(_ROW)}(?:/>|>(?:{_silent(_CELL)})*+</row>))*+")
# Three cells of four in our template follow a formula that stands once: they are taken first, all at once.
_FOLLOWER = re.compile(rf'<c {_REFERENCE}><f t="shared" si="([0-9]+)"/></c>')
# Numbers of seven digits are left to be looked at: they may be off the grid.
_BLANK_ROW = re.compile(r'<row r="[0-9]{1,6}"(?: spans="[0-9:]+")?+></row>')
_UNIT = re.compile(f"{_CELL}|{_ROW}/?>")
_ATTRIBUTE = re.compile(r' ([A-Za-z0-9:]+)="([^"]*)"')
# A cell that promises a shared text and has none.
_BROKEN = re.compile(r't="s">(?:<f(?: [^<>]*+)?+(?:/>|>[^<>]*+</f>))?+<v></v>')


def are_plain(body: str) -> bool:
    """Whether every character of the rows fits the grammar."""
    return _PLAIN_ROWS.fullmatch(body) is not None and not _BROKEN.search(body)


def take_rows(body: str, reader: SheetReader) -> None:
    """Puts plain rows into the sheet of ``reader``, which has seen the columns already.

    Raises:
        CannotDo: a cell that is given twice, is off the grid, or holds what its type does not allow.
    """
    _Rows(reader).take(body)


class _Columns(dict[str, int]):
    """Column numbers by letters, each worked out once."""

    def __init__(self, reader: SheetReader) -> None:
        self._reader = reader

    def __missing__(self, letters: str) -> int:
        number = column_number(letters)
        if number > MOST_COLUMNS:
            raise self._reader.damaged()
        self[letters] = number
        return number


class _Locks(dict[tuple[int, str], bool]):
    """Whether a cell of a column and style is locked otherwise than its column, each worked out once."""

    def __init__(self, reader: SheetReader) -> None:
        self._open_styles, self._open_columns = reader.values.open_styles, reader.sheet.open_columns

    def __missing__(self, key: tuple[int, str]) -> bool:
        column, style = key
        self[key] = (int(style or 0) in self._open_styles) != (column in self._open_columns)
        return self[key]


class _Rows:
    """Plain rows on their way into one sheet."""

    def __init__(self, reader: SheetReader) -> None:
        self._reader = reader
        self._columns = _Columns(reader)
        self._locks = _Locks(reader)
        self._hides: dict[str, bool] = {}

    def take(self, body: str) -> None:
        followers = _FOLLOWER.findall(body)
        if followers:
            body = _BLANK_ROW.sub("", _FOLLOWER.sub("", body))
        self._take_units(body)
        self._take_followers(followers)
        if len(self._reader.sheet.cells) > MOST_CELLS:
            raise self._reader.too_many()

    def _take_units(self, body: str) -> None:
        reader, sheet, columns, locks = self._reader, self._reader.sheet, self._columns, self._locks
        values, cells = reader.values, sheet.cells
        for unit in _UNIT.findall(body):
            letters, digits, style, kind, formula, attributes, formula_text, stored, inline, row, more = unit
            if not letters:
                self._take_row(row, more)
                continue
            place = int(digits), columns[letters]
            if place[0] > MOST_ROWS:
                raise reader.damaged()
            if locks[place[1], style]:
                sheet.other_lock.add(place)
            if formula:
                sheet.formulas[place] = meaning(formula_text)
                if group := self._shared_group(attributes):
                    sheet.shared[place] = group
            elif not (stored or inline):
                continue
            try:
                if kind == "s" and not formula:
                    cell = values.text(stored)
                else:
                    kind = kind or "n" if stored or inline else "n"
                    cell = values.cell(kind, int(style or 0), meaning(stored or inline), bool(formula))
            except Damaged:
                raise reader.damaged() from None
            if cell.formula or cell.kind is not CellKind.BLANK:
                if place in cells:
                    raise reader.twice(*place)
                cells[place] = cell

    def _take_followers(self, followers: Sequence[tuple[str, str, str, str]]) -> None:
        """Cells that follow a shared formula and hold no value."""
        if not followers:
            return
        sheet, columns, locks = self._reader.sheet, self._columns, self._locks
        letters, digits, styles, groups = zip(*followers, strict=True)
        numbers = [columns[each] for each in letters]
        places = list(zip(map(int, digits), numbers, strict=True))
        if max(places)[0] > MOST_ROWS:
            raise self._reader.damaged()
        if not sheet.cells.keys().isdisjoint(places) or len(set(places)) < len(places):
            counts = Counter([*sheet.cells, *places])
            raise self._reader.twice(*next(place for place in places if counts[place] > 1))
        sheet.cells.update(dict.fromkeys(places, UNCOMPUTED))
        sheet.formulas.update(dict.fromkeys(places, ""))
        sheet.shared.update(zip(places, groups, strict=True))
        differing = {each for each in set(zip(numbers, styles, strict=True)) if locks[each]}
        if differing:
            styled = zip(places, styles, strict=True)
            sheet.other_lock.update(place for place, style in styled if (place[1], style) in differing)

    def _take_row(self, digits: str, more: str) -> None:
        number = int(digits)
        if number > MOST_ROWS:
            raise self._reader.damaged()
        if more not in self._hides:
            self._hides[more] = self._attributes(more).get("hidden") in TRUE
        if self._hides[more]:
            self._reader.sheet.hidden_rows.add(number)

    def _shared_group(self, attributes: str) -> str:
        found = self._attributes(attributes)
        return found.get("si", "") if found.get("t") == "shared" else ""

    def _attributes(self, text: str) -> Mapping[str, str]:
        found = _ATTRIBUTE.findall(text)
        if len(dict(found)) != len(found):
            raise self._reader.damaged()  # an attribute that is given twice is no XML
        return dict(found)
