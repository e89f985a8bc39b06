"""Files that arrive → submissions with their findings, or the reason why there is none."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from xlgoals.consolidation.merge import Arrival
from xlgoals.errors import CannotDo
from xlgoals.isolation import SECONDS as SECONDS  # noqa: PLC0414 (for the readers)
from xlgoals.isolation import Loss, Outcome
from xlgoals.operations.submissions import load_unit_workbook, validate

IN_THIS_PROCESS = 0
"""Reading without processes of its own: for a script without a main guard, and for a notebook."""

Progress = Callable[[int, int, str], None]
"""Told after each file: how many are done, how many there are, the file's name."""

_LOSSES = {
    Loss.TOO_SLOW: "workbook.too_slow",
    Loss.TOO_LARGE: "workbook.too_much",
    Loss.DIED: "workbook.reader_died",
}


def no_progress(done: int, total: int, name: str) -> None:
    """For callers that show nothing."""


class Task(NamedTuple):
    """One file to receive, and the profile to check it by."""

    path: Path
    profile: str | Path | None


def receive(task: Task) -> Arrival:
    """A file with its findings, or the reason why it cannot be read."""
    received = _time_of(task.path)
    try:
        submission = load_unit_workbook(task.path)
        findings = validate(submission, profile=task.profile)
    except CannotDo as refusal:
        return Arrival(path=task.path, received=received, refusal=refusal)
    return Arrival(path=task.path, received=received, submission=submission, findings=tuple(findings))


def lost(path: Path, outcome: Outcome[Any]) -> Arrival:
    """A file that its process did not survive, with that as its reason."""
    if outcome.loss in _LOSSES:
        refusal = CannotDo(_LOSSES[outcome.loss], file=path.name)
    else:
        refusal = CannotDo("workbook.program_fault", file=path.name, reason=type(outcome.fault).__name__)
    return Arrival(path=path, received=_time_of(path), refusal=refusal)


def _time_of(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0
