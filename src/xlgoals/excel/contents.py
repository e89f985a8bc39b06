"""What a cell holds, as it was typed, and how it looks: what an operation changes and an undo brings back."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from xlgoals.excel.host import Cell, Colour
from xlgoals.excel.reading import Value, contents_of, is_formula, serial

if TYPE_CHECKING:
    import xlwings as xw

    from xlgoals.excel.host import Host


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula as it was typed, with its equals sign."""

    text: str


Content = str | float | bool | Formula | None
"""A str is a text whatever it begins with; a date is its number; None is blank."""


@dataclass(frozen=True, slots=True)
class State:
    """One cell: what was typed into it, its ground, its note."""

    content: Content
    fill: Colour | None
    note: str | None


def states(sheet: xw.Sheet, host: Host, cells: Iterable[Cell]) -> dict[Cell, State]:
    """How the cells are now."""
    wanted = sorted(set(cells))
    if not wanted:
        return {}
    contents, notes = read_contents(sheet, host, wanted), host.notes(sheet)
    fills = host.fills(sheet, wanted)
    return {
        cell: State(contents[cell], fill, notes.get(cell)) for cell, fill in zip(wanted, fills, strict=True)
    }


def put_states(sheet: xw.Sheet, host: Host, wanted: Mapping[Cell, State]) -> None:
    """Makes the cells so; the sheet must not be protected."""
    if wanted:
        put_contents(sheet, host, {cell: state.content for cell, state in wanted.items()})
        host.paint(sheet, {cell: state.fill for cell, state in wanted.items()})
        host.write_notes(sheet, {cell: state.note for cell, state in wanted.items()})


def read_contents(sheet: xw.Sheet, host: Host, cells: Iterable[Cell]) -> dict[Cell, Content]:
    """What was typed into each of the cells."""
    wanted = list(cells)
    rows, columns = zip(*wanted, strict=True)
    corners = ((min(rows), min(columns)), (max(rows), max(columns)))
    found = {place: _content(value, typed) for place, value, typed, _ in contents_of(sheet, host, corners)}
    return {cell: found.get(cell) for cell in wanted}


def put_contents(sheet: xw.Sheet, host: Host, contents: Mapping[Cell, Content]) -> None:
    """Puts them into their cells, texts literally."""
    texts = {cell: content for cell, content in contents.items() if isinstance(content, str)}
    others = {
        cell: content.text if isinstance(content, Formula) else content
        for cell, content in contents.items()
        if not isinstance(content, str)
    }
    if others:
        host.write_formulas(sheet, others)
    if texts:
        host.write_texts(sheet, texts)


def _content(value: Value, typed: str) -> Content:
    if is_formula(value, typed):
        return Formula(typed)
    return serial(value) if isinstance(value, datetime.datetime) else value
