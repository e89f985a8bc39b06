"""From tables as a reader found them to submissions, one a unit: what all layouts have in common.

A reader of texts or of sheets fills :class:`Table`; :class:`Assembly` makes projects of them. What a table
leaves out is taken from the table before and observed; what is not understood is observed, never dropped.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import Enum

from xlgoals.errors import CannotDo
from xlgoals.form import Form, normal_label
from xlgoals.model import (
    BLANK_MONEY,
    Address,
    CellsLocation,
    Indicator,
    Money,
    Observation,
    Project,
    Sighting,
    Submission,
    Unit,
)
from xlgoals.places import place_in_document
from xlgoals.profile import Profile
from xlgoals.read.money import money_of_number, read_money

MONEY_KEYS = ("budget", "fiscal", "other")
INDICATOR_KEYS = ("level1", "level2", "name", "description", "target", "waiver")
_LEVELS = ("level1", "level2")
_NUMBER = "number"
_SERIAL = re.compile(r"[\d.、()（）\s]*")


@dataclass(frozen=True, slots=True)
class Piece:
    """A text and where it stands: a cell of a sheet, or ``L57``, a line of a text that has no sheet."""

    text: str
    cell: str
    sheet: str = ""
    number: str = ""
    """The stored number, where the cell holds one."""

    @property
    def label(self) -> str:
        """The text as labels are compared."""
        return normal_label(self.text)


@dataclass(frozen=True, slots=True)
class TableRow:
    """The cells of one row of indicators, in the order of the table's heads."""

    cells: list[Piece]
    merged: frozenset[str] | None = None
    """Fields whose cell is merged with the one above; None where that cannot be seen and a blank means it."""


@dataclass(slots=True)
class Table:
    """One goal table while it is being read."""

    title: str = ""
    unit: Unit | None = None
    money_unit: str = ""
    values: dict[str, Piece] = field(default_factory=dict)
    heads: list[str | None] = field(default_factory=list)
    rows: list[TableRow] = field(default_factory=list)
    stray: list[Piece] = field(default_factory=list)
    seen: list[tuple[Sighting, Piece, str]] = field(default_factory=list)
    """What the reader met beyond the values: sighting, place, what was used instead."""


def head_key(form: Form, text: str) -> str | None:
    """The field of an indicator that a head-row text names, or ``number`` for a serial number."""
    heads = {normal_label(label): key for key, label in form.official.heads.items()}
    key = heads.get(normal_label(text)) or form.indicators.key_of(text)
    return key if key in INDICATOR_KEYS or key == _NUMBER else None


def is_serial(piece: Piece) -> bool:
    """Whether a text in the column of serial numbers is one, such as ``3.``; nothing to keep."""
    return _SERIAL.fullmatch(piece.text) is not None


def year_of(pieces: Iterable[Piece], pattern: re.Pattern[str]) -> tuple[int | None, Piece | None]:
    """The year that the texts name most often, with its first place; None when it is a tie."""
    seen: Counter[str] = Counter()
    first: dict[str, Piece] = {}
    for piece in pieces:
        for match in pattern.finditer(piece.text):
            seen[match["year"]] += 1
            first.setdefault(match["year"], piece)
    ranked = seen.most_common(2)
    if not ranked or (len(ranked) > 1 and ranked[0][1] == ranked[1][1]):
        return None, None
    return int(ranked[0][0]), first[ranked[0][0]]


class Assembly:
    """Makes projects of tables and groups them by unit, observing whatever is taken from elsewhere."""

    def __init__(self, file: str, form: Form, profile: Profile, unit: Unit | None) -> None:
        """``unit`` stands in for tables before the first that names one."""
        self._file = file
        self._form = form
        self._profile = profile
        self._unit = unit
        self._money_unit = profile.money_unit
        self._projects: dict[Unit, list[Project]] = {}
        self._observations: dict[Unit, list[Observation]] = {}

    def observe(self, sighting: Sighting, piece: Piece, used: str, project: str = "") -> Observation:
        """An observation at the place of ``piece``."""
        address = Address(file=self._file, sheet=piece.sheet, cell=piece.cell)
        return Observation(sighting=sighting, address=address, value=piece.text, used=used, project=project)

    def add(self, number: int, table: Table) -> None:
        """The project of the ``number``-th table.

        Raises:
            CannotDo: no unit stands in this or an earlier table, or the money unit is unknown.
        """
        name = table.values["name"]
        unit = table.unit or self._unit
        if unit is None:
            raise refusal(Refusal.NO_UNIT, self._file, name, number=number, project=name.text)
        self._unit = unit
        seen = self._observations.setdefault(unit, [])
        here = Piece("", name.cell, name.sheet)
        if table.unit is None:
            used = f"{unit.code}{unit.name}"
            seen.append(self.observe(Sighting.UNIT_LINE_MISSING, here, used, name.text))
        if not table.title:
            seen.append(self.observe(Sighting.TITLE_LINE_MISSING, here, "", name.text))
        factor = self._factor(table, here, seen)
        seen.extend(self.observe(sighting, piece, used, name.text) for sighting, piece, used in table.seen)
        seen.extend(self.observe(Sighting.NOT_UNDERSTOOD, piece, "", name.text) for piece in table.stray)
        indicators = tuple(self._indicators(table, seen))
        cells = {key: piece.cell for key, piece in table.values.items()}
        amounts = {key: _amount(table, key, factor) for key in MONEY_KEYS}
        self._projects.setdefault(unit, []).append(
            Project(
                name=name.text,
                type=_text(table.values, "type"),
                budget=amounts["budget"],
                fiscal=amounts["fiscal"],
                other=amounts["other"],
                purpose=_text(table.values, "purpose"),
                goals=_text(table.values, "goals"),
                indicators=indicators,
                location=CellsLocation(file=self._file, sheet=name.sheet, cells=cells, start=name.cell),
            )
        )

    def submissions(
        self, year: int | None, digest: str, start: Piece, shared: list[Observation]
    ) -> tuple[Submission, ...]:
        """One submission a unit, in the order the units first appear; ``shared`` is told in each."""
        return tuple(
            Submission(
                unit=unit,
                year=year,
                profile=self._profile.id,
                template_version=self._form.version,
                projects=tuple(projects),
                observations=(*shared, *self._observations[unit]),
                file=self._file,
                digest=digest,
                location=CellsLocation(file=self._file, sheet=start.sheet, cells={}, start=start.cell),
            )
            for unit, projects in self._projects.items()
        )

    def _factor(self, table: Table, here: Piece, seen: list[Observation]) -> Decimal:
        """What one unit of the table's money is worth in 万元; a missing line inherits the one before."""
        project = table.values["name"].text
        if not table.money_unit:
            seen.append(self.observe(Sighting.MONEY_UNIT_LINE_MISSING, here, self._money_unit, project))
        self._money_unit = table.money_unit or self._money_unit
        worth = self._form.official.money_units.get(self._money_unit)
        if worth is None:
            known = ", ".join(self._form.official.money_units)
            raise refusal(Refusal.MONEY_UNIT, self._file, here, unit=self._money_unit, known=known)
        if self._money_unit != self._profile.money_unit:
            found = Piece(self._money_unit, here.cell, here.sheet)
            seen.append(self.observe(Sighting.MONEY_UNIT_OTHER, found, self._profile.money_unit, project))
        return worth

    def _indicators(self, table: Table, seen: list[Observation]) -> Iterator[Indicator]:
        project = table.values["name"].text
        above: dict[str, str] = {}
        for row in table.rows:
            columns = list(zip(table.heads, row.cells, strict=False))
            whole = len(row.cells) == len(table.heads)
            lost = [
                piece
                for key, piece in columns
                if piece.text.strip() and (not (whole and key) or (key == _NUMBER and not is_serial(piece)))
            ]
            seen.extend(self.observe(Sighting.NOT_UNDERSTOOD, piece, "", project) for piece in lost)
            cells = {key: piece for key, piece in columns if key and key != _NUMBER}
            if not whole or not any(piece.text.strip() for piece in cells.values()):
                continue
            values = {key: piece.text for key, piece in cells.items()}
            seen.extend(
                self.observe(Sighting.LEVEL_FILLED_DOWN, cells[level], values[level], project)
                for level in _filled_down(values, above, row.merged)
            )
            yield Indicator(
                **{key: values.get(key, "") for key in INDICATOR_KEYS},
                location=CellsLocation(
                    file=self._file,
                    sheet=row.cells[0].sheet,
                    cells={key: piece.cell for key, piece in cells.items()},
                    start=row.cells[0].cell,
                ),
            )


def _filled_down(values: dict[str, str], above: dict[str, str], merged: frozenset[str] | None) -> list[str]:
    """Fills blank levels of a row from the row above, where the cell is merged; returns which it filled.

    A level 2 is not carried over into another level 1.
    """
    filled = []
    for level in _LEVELS:
        may = merged is None or level in merged
        if level in values and not values[level].strip() and above.get(level) and may:
            values[level] = above[level]
            filled.append(level)
        elif level == _LEVELS[0] and normal_label(values.get(level, "")) != normal_label(
            above.get(level, "")
        ):
            above.clear()
        above[level] = values.get(level, "")
    return filled


def _amount(table: Table, key: str, factor: Decimal) -> Money:
    piece = table.values.get(key)
    if piece is None:
        return BLANK_MONEY
    if not piece.number:
        return read_money(piece.text, factor)
    money = money_of_number(piece.number)
    if money.amount is None or factor == 1:
        return money
    return Money(raw=money.raw, amount=money.amount * factor)


class Refusal(Enum):
    """Why a table cannot be read: worded for a cell of a sheet, of a table in a document, and a line."""

    NO_UNIT = ("legacy.no_unit", "word.no_unit", "published.no_unit")
    MONEY_UNIT = ("legacy.money_unit", "word.money_unit", "published.money_unit")
    NO_NAME = ("legacy.no_name", "word.no_name", "")
    COLUMN_TWICE = ("legacy.column_twice", "word.column_twice", "")


def refusal(reason: Refusal, file: str, piece: Piece, **details: object) -> CannotDo:
    """A refusal about a place: a cell of a sheet, of a table in a document, or a line of a text."""
    of_sheet, of_document, of_text = reason.value
    if piece.sheet:
        cell = f"{piece.sheet}!{piece.cell}" if reason is Refusal.COLUMN_TWICE else piece.cell
        return CannotDo(of_sheet, file=file, sheet=piece.sheet, cell=cell, **details)
    place = place_in_document(piece.cell)
    if place is not None:
        return CannotDo(of_document, file=file, place=place, **details)
    return CannotDo(of_text, file=file, line=piece.cell[1:], **details)


def _text(values: Mapping[str, Piece], key: str) -> str:
    return values[key].text if key in values else ""
