"""Published goal tables as plain text, the way Word documents of a budget opening are exported.

One cell starts at a tab and runs to the next tab; a blank line ends a row. The labels come from the
form's ``official`` section and are compared without white space. What the tables leave out is taken
from the table before and observed; what is not understood is observed, never dropped.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from hashlib import sha256
from pathlib import Path

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
from xlgoals.profile import Profile
from xlgoals.read.money import read_money

_BOOKMARK = re.compile(r"\[bookmark:[^\]]*\]")
_MONEY_KEYS = ("budget", "fiscal", "other")
_LEVELS = ("level1", "level2")


@dataclass(frozen=True, slots=True)
class _Cell:
    """One cell of the text; ``line`` counts from 1."""

    text: str
    line: int

    @property
    def label(self) -> str:
        return normal_label(self.text)


@dataclass(slots=True)
class _Table:
    """One goal table while it is being read."""

    start: int
    title: str = ""
    unit: Unit | None = None
    money_unit: str = ""
    values: dict[str, _Cell] = field(default_factory=dict)
    heads: list[str | None] = field(default_factory=list)
    rows: list[list[_Cell]] = field(default_factory=list)
    stray: list[_Cell] = field(default_factory=list)


def read_published(
    path: Path, form: Form, profile: Profile, year: int | None = None, unit: Unit | None = None
) -> tuple[Submission, ...]:
    """Every goal table of a text, as one submission a unit, in the order the units first appear.

    ``year`` is taken from the caller, else from the dates of the text itself; ``unit`` stands in for
    tables at the head of the text that name none.

    Raises:
        CannotDo: the file cannot be read as text, holds no goal table, or names no unit.
    """
    data = _bytes_of(path)
    lines = _decode(data, path).replace("\r\n", "\n").replace("\r", "\n").split("\n")
    tables = list(_tables(_rows(lines), form))
    if not tables:
        raise CannotDo("published.no_table", file=path.name)
    said_year, year_seen = (year, None) if year else _year_of(lines, form.official.year)
    if said_year is None:
        raise CannotDo("published.no_year", file=path.name)
    assembly = _Assembly(path.name, form, profile, unit)
    for number, table in enumerate(tables, start=1):
        assembly.add(number, table)
    observations = (
        [] if year_seen is None else [assembly.observe(Sighting.YEAR_FROM_TEXT, year_seen, str(said_year))]
    )
    return assembly.submissions(said_year, sha256(data).hexdigest(), observations)


def _bytes_of(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise CannotDo("file.missing", file=path) from None
    except OSError as fault:
        raise CannotDo("file.unreadable", file=path.name, reason=fault.strerror or fault) from None


def _decode(data: bytes, path: Path) -> str:
    """UTF-8 or UTF-16 by its mark, else UTF-8, else GB 18030 as Chinese Windows saves plain text."""
    encodings = ("utf-16",) if data[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise CannotDo("published.not_text", file=path.name)


def _rows(lines: Sequence[str]) -> Iterator[list[_Cell]]:
    """Rows of cells; text outside of any cell comes as a row of one cell."""
    row: list[_Cell] = []
    in_cell = False
    for number, line in enumerate(lines, start=1):
        if "\t" not in line:
            if not line.strip():
                if row:
                    yield row
                row, in_cell = [], False
            elif in_cell:
                row[-1] = _Cell(f"{row[-1].text}\n{line}", row[-1].line)
            else:
                yield [_Cell(line, number)]
            continue
        before, *cells = line.split("\t")
        if before and row:  # a paragraph mark before the tab: a new table begins without a blank line
            yield row
            row = []
        if before.strip():
            yield [_Cell(before, number)]
        row.extend(_Cell(text, number) for text in cells)
        in_cell = True
    if row:
        yield row


def _tables(rows: Iterator[list[_Cell]], form: Form) -> Iterator[_Table]:
    """Groups rows into tables: a table begins at its title, unit line, money unit or project name."""
    official = form.official
    labels = {normal_label(text): key for key, text in official.labels.items()}
    table = _Table(start=1)
    for whole in rows:
        row = whole
        while row:
            first = row[0]
            begun = "name" in table.values
            if _is_preface(first, official.title_suffix, form) or labels.get(first.label) == "name":
                if begun:
                    yield table
                    table = _Table(start=first.line)
                row = _read_opening(table, row, form, labels)
            elif begun and (labels.get(first.label) in ("block", "goals") or not table.heads):
                row = _read_block(table, row, form, labels)
            elif table.heads:
                table.rows.append(row[: len(table.heads)])
                row = row[len(table.heads) :]
            else:
                table.stray.extend(cell for cell in row if cell.text.strip())
                row = []
    if "name" in table.values:
        yield table


def _is_preface(cell: _Cell, suffix: str, form: Form) -> bool:
    text = _BOOKMARK.sub("", cell.text).strip()
    lone = "\n" not in text
    return lone and (
        text.endswith(suffix)
        or form.official.unit_line.match(normal_label(text)) is not None
        or form.official.money_unit.match(normal_label(text)) is not None
    )


def _read_opening(table: _Table, row: list[_Cell], form: Form, labels: Mapping[str, str]) -> list[_Cell]:
    """Takes one title, unit line, money unit or project name off the row; returns what is left."""
    first, rest = row[0], row[1:]
    text = _BOOKMARK.sub("", first.text).strip()
    plain = normal_label(text)
    if labels.get(plain) == "name":
        if rest:
            table.values["name"] = rest[0]
        return rest[1:]
    if unit := form.official.unit_line.match(plain):
        table.unit = Unit(code=unit["code"], name=unit["name"])
    elif money := form.official.money_unit.match(plain):
        table.money_unit = money["unit"]
    else:
        table.title = text
    return rest


def _read_block(table: _Table, row: list[_Cell], form: Form, labels: Mapping[str, str]) -> list[_Cell]:
    """Takes the budget line, the purpose, the goals or the head row; returns what is left."""
    keys = [labels.get(cell.label) for cell in row]
    if keys[0] == "goals" and len(row) > 1:
        table.values["goals"] = row[1]
        return row[2:]
    if any(key in _MONEY_KEYS for key in keys):
        for position, key in enumerate(keys[:-1]):
            if key in _MONEY_KEYS and keys[position + 1] is None:
                table.values[key] = row[position + 1]
        return []
    heads = {normal_label(text): key for key, text in form.official.heads.items()}
    known = [heads.get(cell.label) or form.indicators.key_of(cell.text) for cell in row]
    if sum(key is not None for key in known) >= len(heads) - 1:
        table.heads = known
        table.stray.extend(cell for cell, key in zip(row, known, strict=True) if key is None)
        return []
    filled = [cell for cell in row if cell.text.strip()]
    if "purpose" not in table.values and "budget" in table.values and len(filled) == 1:
        table.values["purpose"] = filled[0]
    else:
        table.stray.extend(filled)
    return []


def _year_of(lines: Sequence[str], pattern: re.Pattern[str]) -> tuple[int | None, _Cell | None]:
    """The year that the text itself names most often, with its first place; None when it is a tie."""
    seen: Counter[str] = Counter()
    first: dict[str, _Cell] = {}
    for number, line in enumerate(lines, start=1):
        for match in pattern.finditer(line):
            seen[match["year"]] += 1
            first.setdefault(match["year"], _Cell(line.strip(), number))
    ranked = seen.most_common(2)
    if not ranked or (len(ranked) > 1 and ranked[0][1] == ranked[1][1]):
        return None, None
    return int(ranked[0][0]), first[ranked[0][0]]


class _Assembly:
    """Makes projects of tables and groups them by unit, observing whatever is taken from elsewhere."""

    def __init__(self, file: str, form: Form, profile: Profile, unit: Unit | None) -> None:
        self._file = file
        self._form = form
        self._profile = profile
        self._unit = unit
        self._money_unit = profile.money_unit
        self._projects: dict[Unit, list[Project]] = {}
        self._observations: dict[Unit, list[Observation]] = {}

    def observe(self, sighting: Sighting, cell: _Cell, used: str, project: str = "") -> Observation:
        address = Address(file=self._file, sheet="", cell=f"L{cell.line}")
        return Observation(sighting=sighting, address=address, value=cell.text, used=used, project=project)

    def add(self, number: int, table: _Table) -> None:
        name = table.values["name"]
        unit = table.unit or self._unit
        if unit is None:
            raise CannotDo(
                "published.no_unit", file=self._file, number=number, line=name.line, project=name.text
            )
        self._unit = unit
        seen = self._observations.setdefault(unit, [])
        here = _Cell("", name.line)
        if table.unit is None:
            used = f"{unit.code}{unit.name}"
            seen.append(self.observe(Sighting.UNIT_LINE_MISSING, here, used, name.text))
        if not table.title:
            seen.append(self.observe(Sighting.TITLE_LINE_MISSING, here, "", name.text))
        factor = self._factor(table, here, seen)
        seen.extend(self.observe(Sighting.NOT_UNDERSTOOD, cell, "", name.text) for cell in table.stray)
        indicators = tuple(self._indicators(table, seen))
        cells = {key: f"L{cell.line}" for key, cell in table.values.items()}
        amounts = {key: self._amount(table, key, factor) for key in _MONEY_KEYS}
        self._projects.setdefault(unit, []).append(
            Project(
                name=name.text,
                budget=amounts["budget"],
                fiscal=amounts["fiscal"],
                other=amounts["other"],
                purpose=_text(table.values, "purpose"),
                goals=_text(table.values, "goals"),
                indicators=indicators,
                location=CellsLocation(file=self._file, sheet="", cells=cells, start=f"L{name.line}"),
            )
        )

    def submissions(self, year: int, digest: str, shared: list[Observation]) -> tuple[Submission, ...]:
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
                location=CellsLocation(file=self._file, sheet="", cells={}, start="L1"),
            )
            for unit, projects in self._projects.items()
        )

    def _factor(self, table: _Table, here: _Cell, seen: list[Observation]) -> Decimal:
        """What one unit of the table's money is worth in 万元; a missing line inherits the one before."""
        project = table.values["name"].text
        if not table.money_unit:
            seen.append(self.observe(Sighting.MONEY_UNIT_LINE_MISSING, here, self._money_unit, project))
        self._money_unit = table.money_unit or self._money_unit
        worth = self._form.official.money_units.get(self._money_unit)
        if worth is None:
            known = ", ".join(self._form.official.money_units)
            raise CannotDo(
                "published.money_unit", file=self._file, line=here.line, unit=self._money_unit, known=known
            )
        if self._money_unit != self._profile.money_unit:
            found = _Cell(self._money_unit, here.line)
            seen.append(self.observe(Sighting.MONEY_UNIT_OTHER, found, self._profile.money_unit, project))
        return worth

    @staticmethod
    def _amount(table: _Table, key: str, factor: Decimal) -> Money:
        cell = table.values.get(key)
        return read_money(cell.text, factor) if cell else BLANK_MONEY

    def _indicators(self, table: _Table, seen: list[Observation]) -> Iterator[Indicator]:
        project = table.values["name"].text
        above: dict[str, str] = {}
        for row in table.rows:
            columns = list(zip(table.heads, row, strict=False))
            whole = len(row) == len(table.heads)
            lost = [cell for key, cell in columns if cell.text.strip() and not (whole and key)]
            seen.extend(self.observe(Sighting.NOT_UNDERSTOOD, cell, "", project) for cell in lost)
            cells = {key: cell for key, cell in columns if key}
            if not whole or not any(cell.text.strip() for cell in cells.values()):
                continue
            values = {key: cell.text for key, cell in cells.items()}
            seen.extend(
                self.observe(Sighting.LEVEL_FILLED_DOWN, cells[level], values[level], project)
                for level in _filled_down(values, above)
            )
            yield Indicator(
                level1=values.get("level1", ""),
                level2=values.get("level2", ""),
                name=values.get("name", ""),
                description=values.get("description", ""),
                target=values.get("target", ""),
                location=CellsLocation(
                    file=self._file,
                    sheet="",
                    cells={key: f"L{cell.line}" for key, cell in cells.items()},
                    start=f"L{row[0].line}",
                ),
            )


def _filled_down(values: dict[str, str], above: dict[str, str]) -> list[str]:
    """Fills blank levels of a row from the row above, where the cell is merged; returns which it filled.

    A level 2 is not carried over into another level 1.
    """
    filled = []
    for level in _LEVELS:
        if level in values and not values[level].strip() and above.get(level):
            values[level] = above[level]
            filled.append(level)
        elif level == _LEVELS[0] and normal_label(values.get(level, "")) != normal_label(
            above.get(level, "")
        ):
            above.clear()
        above[level] = values.get(level, "")
    return filled


def _text(values: Mapping[str, _Cell], key: str) -> str:
    return values[key].text if key in values else ""
