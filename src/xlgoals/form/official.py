"""The official form: the published layout that is read, and the book of tables that is printed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from xlgoals.form.sheets import Heading, read_headings
from xlgoals.yamlfile import Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedBook:
    """The book of official tables: texts with placeholders, widths in characters, fonts by use."""

    id: str
    """What the book says it is in its document properties."""
    title: str
    unit_line: str
    sheet: str
    widths: tuple[float, ...]
    fonts: Mapping[str, str]
    contents: str
    """Name of the sheet that lists the tables when there is more than one."""
    contents_title: str
    contents_columns: tuple[Heading, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficialForm:
    """The published layout: label texts by field, and the shapes of the unit and money-unit lines."""

    title_suffix: str
    title_line: re.Pattern[str]
    """A title on a sheet made by hand."""
    unit_line: re.Pattern[str]
    money_unit: re.Pattern[str]
    money_label: re.Pattern[str]
    """A label of amounts, whatever else it says."""
    year: re.Pattern[str]
    """A budget year as the text of a table names it."""
    labels: Mapping[str, str]
    aliases: Mapping[str, str]
    """Other texts of labels on sheets made by hand → their field."""
    heads: Mapping[str, str]
    money_units: Mapping[str, Decimal]
    """What one unit of money is worth in 万元."""
    printed: PrintedBook


def read_official(entry: Entry) -> OfficialForm:
    """The published layout as the YAML describes it."""
    entry.only(
        (
            "title_suffix",
            "title_line",
            "unit_line",
            "money_unit",
            "money_label",
            "year",
            "labels",
            "aliases",
            "heads",
            "money_units",
            "printed",
        )
    )
    money_units = entry.entry("money_units")
    return OfficialForm(
        title_suffix=entry.text("title_suffix"),
        title_line=_pattern(entry, "title_line", set()),
        unit_line=_pattern(entry, "unit_line", {"code", "name"}),
        money_unit=_pattern(entry, "money_unit", {"unit"}),
        money_label=_pattern(entry, "money_label", set()),
        year=_pattern(entry, "year", {"year"}),
        labels=entry.table("labels"),
        aliases=entry.table("aliases"),
        heads=entry.table("heads"),
        money_units={unit: _worth(money_units, unit) for unit in money_units.keys},
        printed=_read_printed(entry.entry("printed")),
    )


def _read_printed(entry: Entry) -> PrintedBook:
    entry.only(("id", "title", "unit_line", "sheet", "widths", "fonts", "contents"))
    contents = entry.entry("contents")
    contents.only(("name", "title", "columns"))
    return PrintedBook(
        id=entry.text("id"),
        title=entry.text("title"),
        unit_line=entry.text("unit_line"),
        sheet=entry.text("sheet"),
        widths=tuple(float(width) for width in entry.texts("widths")),
        fonts=entry.table("fonts"),
        contents=contents.text("name"),
        contents_title=contents.text("title"),
        contents_columns=read_headings(contents),
    )


def _worth(entry: Entry, unit: str) -> Decimal:
    try:
        return Decimal(entry.text(unit))
    except InvalidOperation:
        raise entry.refuse(unit, entry.text(unit), "1, 0.0001, 10000 …") from None


def _pattern(entry: Entry, name: str, groups: set[str]) -> re.Pattern[str]:
    text = entry.text(name)
    needed = " ".join(f"(?P<{group}>…)" for group in sorted(groups))
    try:
        pattern = re.compile(text)
    except re.error as fault:
        raise entry.refuse(name, f"{text} ({fault})", needed) from None
    if set(pattern.groupindex) != groups:
        raise entry.refuse(name, text, needed)
    return pattern
