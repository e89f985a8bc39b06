"""打印目标表: the official tables of the open workbook, in a new file beside it."""

from __future__ import annotations

from pathlib import Path

from xlgoals import operations
from xlgoals.excel.session import Session
from xlgoals.messages import Language, say


def print_tables(session: Session) -> None:
    """Writes the book of official tables and opens it; no file is written over.

    Raises:
        CannotDo: the workbook is not ours or has no project, was never saved, or its folder is read-only.
    """
    folder = session.folder
    submission = operations.submission_in(session.read(), session.book.name)
    session.status("live.writing")
    stem = say("print.file_name", Language.ZH, stem=Path(session.book.name).stem)
    written = operations.print_submission(submission, _free(folder, stem))
    session.tell("live.printed", file=written.path)
    session.host.open_files([str(written.path)])


def _free(folder: Path, stem: str) -> Path:
    """A name at which nothing stands."""
    path, number = folder / f"{stem}.xlsx", 1
    while path.exists():
        number += 1
        path = folder / f"{stem}-{number}.xlsx"
    return path
