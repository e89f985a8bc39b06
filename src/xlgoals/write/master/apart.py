"""问题清单 in a process of its own, while the other sheets of a large master are written in this one.

It is the sheet with the most rows, and no row of it needs anything of another sheet.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

from xlgoals.consolidation.merge import Arrival
from xlgoals.isolation import meanwhile
from xlgoals.masterform import load_master_form
from xlgoals.model import Submission
from xlgoals.write.master.rows import Sources, finding_rows
from xlgoals.write.master.sheets import Records
from xlgoals.write.streaming import Rows

SHEET = "findings"
WORTH_IT = 50_000
"""Findings from which on a second process saves more than its start takes."""


class Task(NamedTuple):
    """What the other process must know."""

    submissions: Sequence[tuple[Arrival, Submission]]
    links_from: Path
    formats: Sequence[int]
    most_rows: int
    beside: Path
    """The compressed rows lie in files beside this one, under names that begin with its."""


def write_findings(task: Task) -> list[Rows]:
    """The rows of 问题清单 of these submissions, closed; on one sheet after another."""
    form, sources = load_master_form(), Sources(task.links_from)
    records = Records(form.sheets[SHEET], task.formats, task.most_rows, task.beside)
    for arrival, submission in task.submissions:
        for row in finding_rows(form, arrival, submission, sources):
            records.add(row)
    records.close()
    return records.parts


@contextmanager
def findings_meanwhile(task: Task) -> Iterator[Callable[[], list[Rows]]]:
    """Begins with 问题清单 elsewhere; what is yielded waits for it, and makes up here for a lost process."""

    def wait() -> list[Rows]:
        return told().result or write_findings(task)

    try:
        with meanwhile(write_findings, task) as told:
            yield wait
    finally:
        for left in task.beside.parent.iterdir():
            if left.name.startswith(f"{task.beside.name}."):
                with suppress(OSError):  # Windows lets go of an open file only when its rows are discarded
                    left.unlink()
