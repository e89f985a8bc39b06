"""What the program knows about Word documents: words that tables are known by, and the published layout."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from xlgoals.resources import resource_path
from xlgoals.yamlfile import Entry, load_yaml

_FONTS = ("title", "label", "body", "table", "latin")


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherForm:
    """A form with indicators in it that states no goals: known by its title and the marks in its cells."""

    name: str
    """How people call it."""
    title: re.Pattern[str]
    marks: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class WordReading:
    """The words that tables in Word documents are known by."""

    labels: Mapping[str, str]
    heads: Mapping[str, str]
    names: tuple[str, ...]
    """Heads that name the indicator where a table has no third level."""
    longer: re.Pattern[str]
    annual: re.Pattern[str]
    other_forms: Mapping[str, OtherForm]
    money_line: re.Pattern[str]
    """A line that states a money unit and no reporting unit, whether we know it or not."""
    no_goal_table: str
    """How a table that is none of these is called."""
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
    entry.only(
        (
            *("labels", "heads", "names_without_level3", "longer", "annual", "other_forms"),
            *("money_line", "no_goal_table", "han_numbers", "symbols"),
        )
    )
    forms = entry.entry("other_forms")
    return WordReading(
        labels=entry.table("labels"),
        heads=entry.table("heads"),
        names=entry.texts("names_without_level3"),
        longer=_pattern(entry, "longer"),
        annual=_pattern(entry, "annual"),
        other_forms={key: _other_form(forms.entry(key)) for key in forms.keys},
        money_line=_pattern(entry, "money_line"),
        no_goal_table=entry.text("no_goal_table"),
        han_numbers=entry.text("han_numbers"),
        symbols=entry.table("symbols"),
    )


def _other_form(entry: Entry) -> OtherForm:
    entry.only(("name", "title", "marks"))
    return OtherForm(
        name=entry.text("name"), title=_pattern(entry, "title"), marks=frozenset(entry.texts("marks"))
    )


def _pattern(entry: Entry, name: str) -> re.Pattern[str]:
    text = entry.text(name)
    try:
        return re.compile(text)
    except re.error as fault:
        raise entry.refuse(name, f"{text} ({fault})", "^…$") from None
