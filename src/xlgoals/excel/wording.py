"""The open workbook as the document that is published, in a new file beside it."""

from __future__ import annotations

from pathlib import Path

from xlgoals import operations
from xlgoals.excel.session import Session
from xlgoals.messages import Language, say


def write_document(session: Session) -> None:
    """Writes the document and opens it; where findings stand against it, the person is asked first.

    Raises:
        CannotDo: the workbook is not ours or has no project or year, was never saved, or its folder is
            read-only.
    """
    folder = session.folder
    submission = operations.submission_in(session.read(), session.book.name)
    session.status("live.writing")
    stem = say("publish.file_name", Language.ZH, stem=Path(session.book.name).stem)
    path = _free(folder, stem)
    done = operations.publish_submissions((submission,), path)
    if done.path is None:
        if not session.host.ask(say("publish.ask", Language.ZH, count=done.count)):
            return
        done = operations.publish_submissions((submission,), path, force=True)
    session.tell("publish.wrote", file=path, projects=len(submission.projects))
    session.host.open_files([str(path)])


def _free(folder: Path, stem: str) -> Path:
    """A name at which nothing stands."""
    path, number = folder / f"{stem}.docx", 1
    while path.exists():
        number += 1
        path = folder / f"{stem}-{number}.docx"
    return path
