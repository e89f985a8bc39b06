"""Labels on sheets made by hand: inner spaces, colons, money units in brackets, texts split over cells."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from xlgoals.form import Form, normal_label
from xlgoals.model import Unit
from xlgoals.read.grid import Box

_COLONS = "：:"
_BRACKETED = re.compile(r"(?P<label>.+?)[（(](?P<unit>[^（()）]+)[)）]")
_MARKS = "*＊"
_WIDE = str.maketrans(":()", "：（）")
_PROJECT_KEYS = frozenset({"name", "type", "budget", "fiscal", "other", "purpose", "goals"})
_MOST_CELLS = 3
_LONGEST_LINE = 120


@dataclass(frozen=True, slots=True)
class Label:
    """A label found: its field, the boxes it takes, and what else stood in them."""

    key: str
    first: int
    count: int
    money_unit: str = ""
    inline: str | None = None
    is_known: bool = True
    """False for a label of which no more is understood than the money unit that it states."""


class Labels:
    """The labels of a form; ``exact`` takes them as the printed book has them and nothing else."""

    def __init__(self, form: Form, *, exact: bool) -> None:
        official = form.official
        self._official = official
        self._exact = exact
        known = {} if exact else dict(official.aliases)
        if not exact:
            for column in form.projects.columns:
                if column.key in _PROJECT_KEYS:
                    known |= dict.fromkeys((column.label, *column.aliases), column.key)
        known |= {text: key for key, text in official.labels.items()}
        self._keys: Mapping[str, str] = {_plain(text): key for text, key in known.items()}

    def find(self, boxes: Sequence[Box]) -> list[Label]:
        """The labels of a row from left to right. Right of a label, a text with a colon is its value."""
        found: list[Label] = []
        number = 0
        while number < len(boxes):
            before = found[-1] if found and found[-1].first + found[-1].count == number else None
            is_value = before is not None and before.inline is None and before.key != "block"
            label = self._at(boxes, number, is_value)
            if label is None:
                number += 1
                continue
            found.append(label)
            number += label.count
        return found

    def key_of(self, text: str) -> str | None:
        """The field of a whole label text."""
        plain = _plain(text)
        return self._keys.get(plain) or self._keys.get(plain.strip(_COLONS + _MARKS))

    def money_unit(self, text: str) -> str:
        """The money unit that a text states and nothing else; empty if it states none."""
        match = self._official.money_unit.match(normal_label(text).strip("（()）"))
        unit = match["unit"] if match else normal_label(text)
        return unit if unit in self._official.money_units else ""

    def unit_line(self, text: str) -> tuple[Unit | None, str]:
        """The unit and the money unit in a line above a table; one of them or both may stand in it."""
        plain = normal_label(text)
        if len(plain) > _LONGEST_LINE:
            return None, ""
        for start in range(len(plain)):
            match = self._official.money_unit.match(plain[start:].strip("（()）"))
            if match and match["unit"] in self._official.money_units:
                return self._unit(plain[:start].rstrip("（(")), match["unit"]
        return self._unit(plain), ""

    def _unit(self, plain: str) -> Unit | None:
        match = self._official.unit_line.match(plain)
        return Unit(code=match["code"], name=match["name"]) if match else None

    def _at(self, boxes: Sequence[Box], first: int, is_value: bool) -> Label | None:
        most = 1 if self._exact else _MOST_CELLS
        for count in range(min(most, len(boxes) - first), 0, -1):
            joined = boxes[first : first + count]
            # A formula that was never computed shows nothing, and is a value.
            touching = all(box.piece.text.strip() for box in joined) and all(
                one.right + 1 == two.left for one, two in itertools.pairwise(joined)
            )
            text = "".join(box.piece.text for box in joined)
            if touching and (key := self.key_of(text)):
                return Label(key, first, count)
            if touching and not self._exact and (label := self._bracketed(text, first, count)):
                return label
        return None if self._exact or is_value else self._inline(boxes[first].piece.text, first)

    def _bracketed(self, text: str, first: int, count: int) -> Label | None:
        """A label with its money unit in brackets."""
        match = _BRACKETED.fullmatch(normal_label(text).strip(_COLONS + _MARKS))
        if match is None or not (unit := self.money_unit(match["unit"])):
            return None
        label = match["label"]
        if key := self.key_of(label):
            return Label(key, first, count, money_unit=unit)
        is_money = count == 1 and self._official.money_label.search(label) is not None
        return Label("block", first, count, money_unit=unit, is_known=False) if is_money else None

    def _inline(self, text: str, first: int) -> Label | None:
        """A label and its value in one cell, with a colon between."""
        for position in _positions(text):
            head, value = text[:position], text[position + 1 :]
            bracketed = self._bracketed(head, first, 1)
            key = bracketed.key if bracketed else self.key_of(head)
            if key and value.strip():
                unit = bracketed.money_unit if bracketed else ""
                return Label(key, first, 1, money_unit=unit, inline=value.strip())
        return None


def _plain(text: str) -> str:
    """A label with the signs of Chinese texts, which people type in either width."""
    return normal_label(text).translate(_WIDE)


def _positions(text: str) -> Iterator[int]:
    return (number for number, character in enumerate(text[:40]) if character in _COLONS)
