"""Characters that do not show, or show as something else, by ``templates/text_marks.yaml``.

Everything here compares and proposes; no text that was read is ever changed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from xlgoals.resources import resource_path
from xlgoals.target.vocabulary import VOCABULARY
from xlgoals.yamlfile import Entry, load_yaml

_FULL_WIDTH = ((0xFF10, 0xFF19), (0xFF21, 0xFF3A), (0xFF41, 0xFF5A))
_TO_HALF_WIDTH = 0xFEE0
_CONTROLS = "".join(chr(code) for code in (*range(0x09), 0x0B, 0x0C, *range(0x0E, 0x20), 0x7F))
_INDENT = "\u3000"
_LONGEST_EXCERPT = 40
_WORD = re.compile("[0-9A-Za-z]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Marks:
    """The tables of the file, ready to look with."""

    invisible: Mapping[str, str]
    """Character → its name and code point."""
    spaces: frozenset[str]
    line_feeds: frozenset[str]
    names: Mapping[str, str]
    shown: Mapping[str, str]
    folds: Mapping[str, str]
    """Symbols that are written otherwise in every field: one character for one."""
    between_digits: Mapping[str, str]
    operators: Mapping[str, str]
    date_names: tuple[str, ...]
    end_marks: str

    def name(self, character: str) -> str:
        """What an invisible character is, with its code point."""
        return self.invisible.get(character) or f"U+{ord(character):04X}"

    def show(self, text: str) -> str:
        """A text with its white space made visible."""
        parts = []
        for character in text:
            if character == "\n" or character in self.line_feeds:
                parts.append(self.shown["line_feed"])
            elif character == "\t":
                parts.append(self.shown["tab"])
            elif character == " " or character in self.spaces:
                parts.append(self.shown["space"])
            elif character in self.invisible or character in _CONTROLS:
                parts.append(self.shown["other"])
            else:
                parts.append(character)
        return "".join(parts)

    def show_stray(self, text: str) -> str:
        """A text on one line, with the blanks that nobody meant, or would see, made visible."""
        return _stray().sub(lambda found: self.show(found[0]), text)

    def excerpt(self, text: str) -> str:
        """The surroundings of the first stray blank of a text, on one line."""
        shown = self.show_stray(text)
        if len(shown) <= _LONGEST_EXCERPT:
            return shown
        places = [shown.find(sign) for sign in self.shown.values() if sign in shown]
        start = max(0, min(places, default=0) - _LONGEST_EXCERPT // 2)
        start = min(start, len(shown) - _LONGEST_EXCERPT)
        end = start + _LONGEST_EXCERPT
        return f"{'…' if start else ''}{shown[start:end]}{'…' if end < len(shown) else ''}"


@cache
def marks() -> Marks:
    """The tables shipped with the package.

    Raises:
        CannotDo: the YAML is wrong; file, line and field are named.
    """
    top = load_yaml(resource_path("text_marks.yaml"))
    top.only(
        (
            "invisible",
            "spaces",
            "line_feeds",
            "names",
            "shown",
            "symbols",
            "between_digits",
            "operators",
            "date_names",
            "end_marks",
        )
    )
    invisible = top.entry("invisible")
    folds = {
        chr(code): chr(code - _TO_HALF_WIDTH)
        for first, last in _FULL_WIDTH
        for code in range(first, last + 1)
    }
    return Marks(
        invisible={
            _character(invisible, key, key): f"{invisible.text(key)} U+{key}" for key in invisible.keys
        },
        spaces=frozenset(_character(top, "spaces", code) for code in top.texts("spaces")),
        line_feeds=frozenset(_character(top, "line_feeds", code) for code in top.texts("line_feeds")),
        names=top.table("names"),
        shown=top.table("shown"),
        folds={**folds, **top.table("symbols")},
        between_digits=top.table("between_digits"),
        operators=top.table("operators"),
        date_names=top.texts("date_names"),
        end_marks=top.text("end_marks"),
    )


def _character(entry: Entry, name: str, code: str) -> str:
    try:
        return chr(int(code, 16))
    except ValueError:
        raise entry.refuse(name, code, "00A0, 200B …") from None


@cache
def _stray() -> re.Pattern[str]:
    known = marks()
    single = re.escape("".join(sorted({*known.invisible, *known.line_feeds, *_CONTROLS, "\n"})))
    blanks = re.escape("".join(sorted({" ", *known.spaces} - known.invisible.keys())))
    return re.compile(f"[{single}]|[{blanks}]{{2,}}|\\A[{blanks}]+|[{blanks}]+\\Z")


@cache
def _unseen() -> re.Pattern[str]:
    return re.compile("[" + re.escape("".join(sorted({*marks().invisible, *_CONTROLS}))) + "]")


@cache
def _blanks() -> str:
    return "".join(sorted({" ", *marks().spaces}))


@cache
def _several_blanks() -> re.Pattern[str]:
    return re.compile(f"[{re.escape(_blanks())}]{{2,}}")


@cache
def _folding() -> Mapping[int, str]:
    return str.maketrans(dict(marks().folds))


@cache
def suspicious() -> re.Pattern[str]:
    """Found in every text that has something the marks speak of: a cheap first look."""
    known = marks()
    single = {
        *known.invisible,
        *known.spaces,
        *known.line_feeds,
        *_CONTROLS,
        *known.folds,
        *known.between_digits,
    }
    single.update(" \n\r", (operator[0] for operator in known.operators), VOCABULARY.stray_signs)
    return re.compile("[" + re.escape("".join(sorted(single))) + "]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Tidied:
    """A text without blanks that nobody meant, and the names of what stood there."""

    text: str
    found: tuple[str, ...]


def item_length(row: str, item_number: re.Pattern[str]) -> int:
    """How many characters number the item that a line is; 0 for any other line, such as one with 3.5万元."""
    found = item_number.match(row)
    return 0 if found is None or row[found.end() : found.end() + 1].isdigit() else found.end()


def tidied(text: str, *, lines: bool, indents: bool, item_number: re.Pattern[str]) -> Tidied:
    """A text without invisible characters, blanks at the ends and double blanks.

    ``lines``: the field holds several lines by its nature, so line feeds stay. A line feed before a numbered
    item stays in any field. ``indents``: a line may begin with full-width blanks, as paragraphs do.
    """
    known = marks()
    found: dict[str, None] = {}

    def seen(match: re.Match[str]) -> str:
        character = match[0]
        if character != "\r":
            found[known.name(character)] = None
        is_break = character in known.line_feeds
        return "\n" if is_break else " " if character in known.spaces else ""

    rows = _unseen().sub(seen, text).split("\n")
    kept = [_row(row, indents, known, found) for row in rows]
    while kept and not kept[-1].strip():
        kept.pop()
        if kept:
            found[known.names["edge"]] = None
    while kept and not kept[0].strip():
        kept.pop(0)
        found[known.names["edge"]] = None
    if lines or len(kept) < 2 or all(item_length(row, item_number) for row in kept[1:]):
        return Tidied(text="\n".join(kept), found=tuple(found))
    found[known.names["line_feed"]] = None
    whole = kept[0]
    for row in kept[1:]:
        needs_blank = _WORD.match(whole[-1:]) and _WORD.match(row[:1])
        whole += (" " if needs_blank else "") + row.lstrip()
    return Tidied(text=whole, found=tuple(found))


def _row(row: str, indents: bool, known: Marks, found: dict[str, None]) -> str:
    body = row.lstrip(_INDENT) if indents else row
    indent = row[: len(row) - len(body)]
    core = body.strip(_blanks())
    if core != body and (core or not indent):
        found[known.names["edge"]] = None
    single = _several_blanks().sub(" ", core)
    if single != core:
        found[known.names["double"]] = None
    return indent + single if core else ""


def plain_symbols(text: str, *, operators: bool) -> str:
    """A text with half-width digits and letters and the symbols in use; ``operators`` for a 指标值."""
    known = marks()
    folded = text.translate(_folding())
    for wide, narrow in known.between_digits.items():
        if wide in folded:
            folded = re.sub(f"(?<=[0-9]){re.escape(wide)}(?=[0-9])", narrow, folded)
    if operators:
        for written, sign in known.operators.items():
            folded = folded.replace(written, sign)
    return folded
