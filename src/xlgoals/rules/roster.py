"""单位名册: which units report, by when, and what their projects sum up to, as the department keeps it.

A YAML file, ``units.yaml`` in the folder that ``XLGOALS_DEPARTMENT`` names or one that is named for a run::

    due: 2026-01-15
    units:
      "306101": {name: 天津市人民政府合作交流办公室, contact: 王某 022-1234, total: "3384.00"}

or the first sheet of a workbook that has such a head row (``templates/roster.yaml``). All but the code may be
left out: what is not known is not compared. Totals (控制数) are in 万元; ``due`` above holds for every unit
that has none of its own.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import cache, lru_cache
from pathlib import Path

from xlgoals.errors import CannotDo
from xlgoals.form import normal_label
from xlgoals.read.cells import Cell, Sheet, column_letters
from xlgoals.read.opening import open_book
from xlgoals.resources import resource_path
from xlgoals.rules.ownfolder import own_file, state_of
from xlgoals.yamlfile import Entry, load_yaml

FILE_NAME = "units.yaml"
_YAML_SUFFIXES = frozenset({".yaml", ".yml"})
_FIELDS = ("name", "department", "due", "contact", "total")
_HEAD_ROWS = 20
_CODE = re.compile(r"\d{6}", re.ASCII)
_EXAMPLES = {"code": "306101", "due": "2026-01-15", "total": "3384.00"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """What is known of a unit before it reports."""

    name: str = ""
    department: str = ""
    """Who looks after the unit, as the department calls it."""
    due: dt.date | None = None
    """The last day on which it reports in time."""
    contact: str = ""
    total: Decimal | None = None
    """Control total in 万元."""


Roster = Mapping[str, Expected]
"""By unit code."""
NO_ROSTER: Roster = {}


def load_roster(file: Path | None = None) -> Roster:
    """The roster in ``file``, YAML or a workbook; else the department's own, empty where it keeps none.

    Raises:
        CannotDo: no such file, or a mistake in it; line or cell, field and what is allowed are named.
    """
    if file is None:
        own = own_file(FILE_NAME)
        return NO_ROSTER if own is None else _read(own, state_of(own))
    if not file.is_file():
        raise CannotDo("file.missing", file=file)
    return _read(file, state_of(file))


@lru_cache(maxsize=8)
def _read(file: Path, state: tuple[int, int]) -> Roster:
    # ``state`` is there for the cache alone: a file that was edited is read again.
    return _read_yaml(file) if file.suffix.lower() in _YAML_SUFFIXES else _read_workbook(file)


def _read_yaml(file: Path) -> Roster:
    top = load_yaml(file)
    top.only(("due", "units"))
    due, units = _due(top, top.text("due", "")), top.entry("units")
    return {code: _expected(units.entry(code), due) for code in units.keys}


def _expected(entry: Entry, due: dt.date | None) -> Expected:
    entry.only(_FIELDS)
    texts = {field: entry.text(field, "") for field in _FIELDS}
    total = _amount(texts["total"])
    if texts["total"] and total is None:
        raise entry.refuse("total", texts["total"], _EXAMPLES["total"])
    return Expected(
        name=texts["name"],
        department=texts["department"],
        due=_due(entry, texts["due"]) or due,
        contact=texts["contact"],
        total=total,
    )


def _due(entry: Entry, text: str) -> dt.date | None:
    date = _date(text)
    if text and date is None:
        raise entry.refuse("due", text, _EXAMPLES["due"])
    return date


def _amount(text: str) -> Decimal | None:
    try:
        amount = Decimal(text)
    except InvalidOperation:
        return None
    return amount if amount.is_finite() and amount >= 0 else None


def _date(text: str) -> dt.date | None:
    match = _date_shape().fullmatch(text)
    try:
        return dt.date(*map(int, match.groups())) if match else None
    except ValueError:
        return None


@cache
def _date_shape() -> re.Pattern[str]:
    return re.compile(load_yaml(resource_path("roster.yaml")).text("date"), re.ASCII)


@cache
def _columns() -> Mapping[str, str]:
    """Field by heading, white space ignored."""
    names = load_yaml(resource_path("roster.yaml")).lists("columns")
    return {normal_label(name): field for field, heads in names.items() for name in heads}


def _read_workbook(file: Path) -> Roster:
    sheets = [sheet for sheet in open_book(file).book.sheets if sheet.state == "visible"]
    for sheet in sheets:
        head, columns = _head(sheet)
        if "code" in columns.values():
            return dict(_units(file, sheet, head, columns))
    heads = load_yaml(resource_path("roster.yaml")).lists("columns")
    wanted = "、".join(names[0] for names in heads.values())
    raise CannotDo("roster.no_head", file=file, wanted=wanted)


def _head(sheet: Sheet) -> tuple[int, dict[int, str]]:
    """The row with most headings of ours, and the field of each of its columns."""
    best: tuple[int, dict[int, str]] = (0, {})
    for number, row in sheet.rows().items():
        if number > _HEAD_ROWS:
            break
        columns: dict[int, str] = {}
        for column, cell in row.items():
            field = _columns().get(normal_label(cell.text))
            if field is not None and field not in columns.values():
                columns[column] = field
        if len(columns) > len(best[1]):
            best = (number, columns)
    return best


def _units(file: Path, sheet: Sheet, head: int, columns: Mapping[int, str]) -> Mapping[str, Expected]:
    found: dict[str, Expected] = {}
    for number, row in sheet.rows().items():
        cells = {field: row[column] for column, field in columns.items() if column in row}
        if number <= head or not any(cell.text.strip() for cell in cells.values()):
            continue
        place = {field: f"{sheet.name}!{column_letters(column)}{number}" for column, field in columns.items()}
        texts = {field: cell.text.strip() for field, cell in cells.items()}
        code = texts.get("code", "")
        if not _CODE.fullmatch(code) or code in found:
            key = "roster.twice" if code in found else "roster.wrong"
            raise _refusal(key, file, place["code"], code, "code")
        found[code] = _from_cells(file, texts, cells, place)
    return found


def _from_cells(
    file: Path, texts: Mapping[str, str], cells: Mapping[str, Cell], place: Mapping[str, str]
) -> Expected:
    due, total = _date(texts.get("due", "")), _amount(texts.get("total", "").replace(",", ""))
    for field, value in (("due", due), ("total", total)):
        if texts.get(field) and value is None:
            raise _refusal("roster.wrong", file, place[field], texts[field], field)
        if field in cells and cells[field].formula and value is None:
            raise _refusal("roster.wrong", file, place[field], "=", field)
    return Expected(
        name=texts.get("name", ""),
        department=texts.get("department", ""),
        due=due,
        contact=texts.get("contact", ""),
        total=total,
    )


def _refusal(key: str, file: Path, place: str, value: str, field: str) -> CannotDo:
    return CannotDo(key, file=file.name, place=place, value=value, example=_EXAMPLES[field])
