"""日志 of runs: what each run of a consolidation met, one line a run, in a file beside the master.

The ledger says what became of every file; the journal says what a run did, so that whoever finds a master
changed can see when, and after what.
"""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from xlgoals.consolidation.settling import Changes
from xlgoals.errors import CannotDo


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One run. Paths are told from the folder of the master, as in the ledger."""

    when: str
    """ISO 8601 with offset."""
    who: str
    files: int
    """Workbooks looked at."""
    read: int
    """Workbooks whose content was read in this run; the rest was known."""
    revalidated: int
    """Workbooks that were known and checked by other rules than before."""
    changes: Changes
    master_written: bool
    """False where nothing changed and the master stayed as it is."""


def journal_beside(master: Path) -> Path:
    """Where the journal of a master lies."""
    return master.with_name(f"{master.stem}.journal.jsonl")


def add_run(path: Path, run: Run) -> None:
    """Adds a line; a line that a killed run left half written stays alone on its own.

    Raises:
        CannotDo: the file cannot be written to.
    """
    told = {**asdict(run), "changes": {k: v for k, v in asdict(run.changes).items() if v}}
    line = json.dumps(told, ensure_ascii=False) + "\n"
    try:
        with path.open("a+b") as stream:
            if stream.tell():
                stream.seek(-1, os.SEEK_END)
                if stream.read(1) != b"\n":
                    line = "\n" + line
            stream.write(line.encode("utf-8", "surrogatepass"))
    except OSError as fault:
        raise CannotDo("output.not_writable", file=path, reason=fault.strerror or fault) from None


def runs(path: Path) -> list[Run]:
    """All runs on record, the oldest first; what is no whole line is passed over."""
    found = []
    for line in path.read_text(encoding="utf-8").splitlines() if path.is_file() else ():
        try:
            told = json.loads(line)
            changes: dict[str, Any] = {
                key: each if key == "unchanged" else tuple(each) for key, each in told.pop("changes").items()
            }
            found.append(Run(**told, changes=Changes(**changes)))
        except (ValueError, TypeError, KeyError, AttributeError):
            continue
    return found
