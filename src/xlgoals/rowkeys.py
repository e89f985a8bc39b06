"""By what a row of the master is known again in the next one: whose it is, and what it says.

A key is two hexadecimal numbers. The first comes from unit, year, project and indicator, the second from all
else that a reviewer looks at. It stands in a hidden column, so that a row is known again after it was sorted,
and also where somebody wrote over a text beside it.
"""

from __future__ import annotations

import hashlib
import re
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby

IDENTITY = ("unit_code", "year", "project", "level1", "level2", "name")
"""Columns that say which row it is; a row of 项目 has the project's name in ``name``."""
CONTENT = {
    "projects": ("type", "budget", "fiscal", "other", "purpose", "goals", "waiver"),
    "indicators": ("description", "target", "waiver"),
}
"""Columns whose change a reviewer must hear of, by sheet."""
_SHAPE = re.compile(r"([0-9a-f]{16})-([0-9a-f]{8})")
_SPACE = re.compile(r"\s+")
_IDENTITY_BYTES, _CONTENT_BYTES = 8, 4


@dataclass(frozen=True, slots=True)
class RowKey:
    """``identity`` and ``content`` of a row; equal rows of one project have equal keys."""

    identity: str
    content: str

    def __str__(self) -> str:
        return f"{self.identity}-{self.content}"


def row_key(sheet: str, values: Mapping[str, object]) -> RowKey:
    """The key of a row by column key, with numbers or with the texts that show them."""
    identity = "\x1f".join([sheet, *[_plain(values.get(key, "")) for key in IDENTITY]])
    content = "\x1f".join([_plain(values.get(key, "")) for key in CONTENT[sheet]])
    return RowKey(_digest(identity, _IDENTITY_BYTES), _digest(content, _CONTENT_BYTES))


def parsed_key(text: str) -> RowKey | None:
    """The key that stands in a cell; None where none does."""
    match = _SHAPE.fullmatch(text)
    return RowKey(match[1], match[2]) if match else None


def plain_value(value: object) -> str:
    """A value as text: a number has the digits that a reader finds in its cell."""
    return f"{value:.15g}" if isinstance(value, float) else str(value)


def _plain(value: object) -> str:
    text = value if isinstance(value, str) else plain_value(value)
    return text if text.isprintable() and " " not in text else _SPACE.sub("", text)


def _digest(text: str, size: int) -> str:
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=size).hexdigest()


class Identities:
    """Identities of rows as numbers: a set would take ten times as much for a million of them."""

    def __init__(self, numbers: Iterable[int]) -> None:
        self._numbers = array("Q", (number for number, _ in groupby(sorted(numbers))))

    def __contains__(self, number: int) -> bool:
        at = bisect_left(self._numbers, number)
        return at < len(self._numbers) and self._numbers[at] == number

    def __len__(self) -> int:
        return len(self._numbers)

    def __eq__(self, other: object) -> bool:
        return self._numbers == other._numbers if isinstance(other, Identities) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._numbers.tobytes())
