"""问题: what a rule found at one place, and the pages that put it into words.

A :class:`Finding` holds facts only; its Chinese and English wording, the reviewers' opinion and the policy
source come from the rule's page (``templates/rules/*.yaml``, read by :mod:`xlgoals.catalogue`).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from enum import StrEnum
from functools import lru_cache

import msgspec
from msgspec import Struct

from xlgoals.model import Address


class Severity(StrEnum):
    """错误 blocks; 警告 must be corrected or explained; 提示 is advice."""

    ERROR = "error"
    WARNING = "warning"
    ADVICE = "advice"

    @property
    def rank(self) -> int:
        """0 for the gravest."""
        return _RANKS[self]


_RANKS = {severity: rank for rank, severity in enumerate(Severity)}


class Edit(Struct, frozen=True, kw_only=True, gc=False):
    """A change of one cell that would settle a finding. It is only ever made on consent."""

    address: Address
    field: str
    """Field key of the form."""
    old: str
    """What must stand there for the edit to apply, as written."""
    new: str
    safe: bool
    """Whether it only writes the same more plainly; False when it may change what the unit meant."""


class Finding(Struct, frozen=True, kw_only=True, gc=False):
    """One finding at one cell. ``details`` fill the named placeholders of the rule's message."""

    code: str
    severity: Severity
    layer: int
    """1 file · 2 cell · 3 row · 4 table · 5 across tables · 6 across units and years."""
    address: Address
    also: tuple[Address, ...] = ()
    """Further cells of the same cause: one duplicate name in five cells is one finding."""
    project: str = ""
    field: str = ""
    """Field key of the form, e.g. ``budget``; empty when the finding is about a whole sheet or file."""
    value: str = ""
    """What stands in the cell, as written."""
    details: Mapping[str, str] = msgspec.field(default_factory=dict)
    opinion: int | None = None
    """The finance system's reviewer opinion, 1–11."""
    waived: str = ""
    """The unit's 说明 for keeping it; an error is never waived."""
    edits: tuple[Edit, ...] = ()
    """What would settle it, where that can be said for certain enough to propose."""


_CELL = re.compile(r"([A-Z]*)(\d+)$")
_TABLE_CELL = re.compile(r"T([\d-]+)R(\d+)C(\d+)$")  # of a Word document
_MOST_TABLE_ROWS = 1_000_000


@lru_cache(maxsize=1 << 16)
def cell_order(cell: str) -> tuple[int, int, str]:
    """Sort key of a cell the way a person reads a sheet: row, then column (Z before AA)."""
    if table := _TABLE_CELL.match(cell):
        first = int(table[1].partition("-")[0])
        return (first * _MOST_TABLE_ROWS + int(table[2]), int(table[3]), cell)
    match = _CELL.search(cell)
    if match is None:
        return (0, 0, cell)
    column = 0
    for letter in match[1]:
        column = column * 26 + ord(letter) - 64
    return (int(match[2]), column, cell)


def in_reading_order(findings: Iterable[Finding], sheets: Iterable[str]) -> list[Finding]:
    """Findings by file, by sheet in the order given, by row and column, gravest first in one cell."""
    order = {sheet: number for number, sheet in enumerate(sheets)}

    def key(finding: Finding) -> tuple[object, ...]:
        place = finding.address
        number = order.get(place.sheet, len(order))
        return (place.file, number, place.sheet, *cell_order(place.cell), finding.severity.rank, finding.code)

    return sorted(findings, key=key)


def count_by_severity(findings: Iterable[Finding]) -> dict[Severity, int]:
    """How many of each severity, 0 included; a finding that is explained (waived) is not counted."""
    counts = Counter([finding.severity for finding in findings if not finding.waived])
    return {severity: counts[severity] for severity in _RANKS}
