"""What the program knows about Word documents alone, and the layout of the one that is published."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from xlgoals.resources import resource_path
from xlgoals.yamlfile import load_yaml

_FONTS = ("title", "label", "body", "table", "latin")


@dataclass(frozen=True, slots=True, kw_only=True)
class WordReading:
    """What only documents need, beside the words of :mod:`xlgoals.form.declaration`."""

    money_line: re.Pattern[str]
    """A line that states a money unit and no reporting unit, whether we know it or not."""
    han_numbers: str
    """Zero to ten."""
    symbols: Mapping[str, str]
    """Characters of the font Symbol by their code in capitals."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """The document that is published: texts with placeholders, fonts by use, the rules of the last gate."""

    cover_title: str
    cover_unit: str
    cover_units: str
    contents: str
    unit_heading: str
    heading: str
    year: str
    page: tuple[str, ...]
    """What stands before the page number, between it and the number of pages, and behind."""
    page_unknown: str
    fonts: Mapping[str, str]
    instead: Mapping[str, str]
    """The font that takes the place of one that is missing."""
    last_gate: frozenset[str]
    """Rules that must find nothing, beside all findings of severity error."""


@cache
def load_publication() -> Publication:
    """The section ``publication`` of ``word.yaml``.

    Raises:
        CannotDo: the YAML is wrong; file, line, field and what is allowed are named.
    """
    entry = load_yaml(resource_path("word.yaml")).entry("publication")
    texts = ("contents", "unit_heading", "heading", "year", "page_unknown")
    entry.only((*texts, "cover", "page", "fonts", "instead", "last_gate"))
    cover, fonts = entry.entry("cover"), entry.entry("fonts")
    cover.only(("title", "unit", "units"))
    fonts.only(_FONTS)
    return Publication(
        cover_title=cover.text("title"),
        cover_unit=cover.text("unit"),
        cover_units=cover.text("units"),
        contents=entry.text("contents"),
        unit_heading=entry.text("unit_heading"),
        heading=entry.text("heading"),
        year=entry.text("year"),
        page=entry.texts("page"),
        page_unknown=entry.text("page_unknown"),
        fonts={use: fonts.text(use) for use in _FONTS},
        instead=entry.table("instead"),
        last_gate=frozenset(entry.texts("last_gate")),
    )


@cache
def load_word_reading() -> WordReading:
    """The section ``reading`` of ``word.yaml``.

    Raises:
        CannotDo: the YAML is wrong; file, line, field and what is allowed are named.
    """
    entry = load_yaml(resource_path("word.yaml")).entry("reading")
    entry.only(("money_line", "han_numbers", "symbols"))
    return WordReading(
        money_line=entry.pattern("money_line"),
        han_numbers=entry.text("han_numbers"),
        symbols=entry.table("symbols"),
    )
