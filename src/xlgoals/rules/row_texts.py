"""Which rows of a table may hold something that a rule looks for, found in one pass over the whole table.

A first look only: most rows of most tables hold nothing. What is found there is looked at field by field.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from typing import NamedTuple

from xlgoals.model import Indicator, Project

_JOINT = "x"
"""Stands between texts: a blank would be found by those who look for stray blanks."""
_MOST = 256
"""Tables that are kept joined; several rules look at each of them."""


class _Joined(NamedTuple):
    project: Project
    text: str
    starts: list[int]


_KEPT: dict[int, _Joined] = {}


def rows_with(project: Project, *wanted: re.Pattern[str]) -> Iterator[Indicator]:
    """The rows of a project in whose levels, name, description or 指标值 one of ``wanted`` is found."""
    joined = _KEPT.get(id(project))
    if joined is None or joined.project is not project:
        if len(_KEPT) >= _MOST:
            _KEPT.clear()
        joined = _KEPT[id(project)] = _joined(project)
    numbers = {number for each in wanted for number in _numbers(joined, each)}
    return (project.indicators[number] for number in sorted(numbers))


def _numbers(joined: _Joined, wanted: re.Pattern[str]) -> Iterator[int]:
    text, starts = joined.text, joined.starts
    found = wanted.search(text)
    while found:
        number = bisect_right(starts, found.start())
        yield number - 1
        if number == len(starts):
            return
        found = wanted.search(text, starts[number])


def _joined(project: Project) -> _Joined:
    texts, starts, place = [], [], 0
    for row in project.indicators:
        text = _JOINT.join((row.level1, row.level2, row.name, row.description, row.target, ""))
        texts.append(text)
        starts.append(place)
        place += len(text)
    return _Joined(project, "".join(texts), starts)
