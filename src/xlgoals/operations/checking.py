"""Files that somebody checks at the screen: each with its findings, or the reason why there are none.

Several files are read in processes of their own: one that hangs or ends its reader costs itself alone.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple

from xlgoals.errors import CannotDo
from xlgoals.findings import Finding
from xlgoals.isolation import run_isolated
from xlgoals.model import Submission
from xlgoals.operations import receiving
from xlgoals.operations.submissions import load, validate

_MOST_PROCESSES = 4


class Checked(NamedTuple):
    """A file: each submission in it with its findings in reading order, or why it could not be read."""

    path: Path
    found: tuple[tuple[Submission, tuple[Finding, ...]], ...] = ()
    refusal: CannotDo | None = None


def check(path: Path, *, profile: str | Path | None = None, year: int | None = None) -> Checked:
    """One file, here."""
    try:
        read = load(path, profile=profile, year=year)
        return Checked(path, tuple((each, tuple(validate(each, profile=profile))) for each in read))
    except CannotDo as refusal:
        return Checked(path, refusal=refusal)


def check_all(
    paths: Sequence[Path], *, profile: str | Path | None = None, year: int | None = None
) -> Iterator[Checked]:
    """Every file, in the order of ``paths``."""
    checking = partial(check, profile=profile, year=year)
    if len(paths) == 1:
        yield checking(paths[0])
        return
    processes = min(len(paths), os.cpu_count() or 1, _MOST_PROCESSES)
    outcomes = run_isolated(checking, paths, processes=processes, seconds=receiving.SECONDS)
    for path, outcome in zip(paths, outcomes, strict=True):
        yield outcome.result or Checked(path, refusal=receiving.lost(path, outcome).refusal)
