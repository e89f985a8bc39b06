"""A workbook on a desk: opened on an engine, clicked on, and looked at cell by cell."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xlgoals.excel.buttons import run
from xlgoals.excel.contents import State, states
from xlgoals.excel.engines.workbook import FileHost, open_workbook
from xlgoals.excel.host import Cell, Protection

if TYPE_CHECKING:
    import xlwings as xw

    from xlgoals.excel.host import Host

Look = Mapping[str, Mapping[Cell, State]]


class Witness:
    """A host with somebody in front of it: every question has an answer, every sentence is kept."""

    def __init__(self, host: Host, *, answer: bool = True) -> None:
        self._host = host
        self._answer = answer
        self.asked: list[str] = []
        self.told: list[str] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self._host, name)

    def ask(self, question: str) -> bool:
        self.asked.append(question)
        return self._answer

    def tell(self, text: str) -> None:
        self.told.append(text)


@dataclass(slots=True)
class Desk:
    """An open workbook."""

    book: xw.Book
    host: FileHost

    def click(self, handler: str, *, answer: bool = True) -> list[str]:
        """Clicks a button; what was told."""
        self.host.program.answer = answer
        before = len(self.host.program.told)
        run(handler, self.book, self.host)
        return self.host.program.told[before:]

    def save_over(self) -> Path:
        """Saves the workbook under its own name, as a user does, which the engine for files never does."""
        path = Path(str(self.book.fullname))
        copy = path.with_name(f"saved-{path.name}")
        self.book.save(str(copy))
        copy.replace(path)
        return path


def open_copy(source: Path, folder: Path) -> Desk:
    """A copy of a workbook, open on the engine for files."""
    folder.mkdir(exist_ok=True)
    path = folder / source.name
    shutil.copyfile(source, path)
    return reopened(path)


def reopened(path: Path) -> Desk:
    """The workbook as another process finds it."""
    book, host = open_workbook(path)
    return Desk(book, host)


def look(book: xw.Book, host: Host, columns: int = 12) -> Look:
    """Every cell of every sheet that holds something, or has a note, or lies beside such a one."""
    found: dict[str, Mapping[Cell, State]] = {}
    for sheet in book.sheets:
        used = sheet.used_range
        rows = used.row + used.shape[0] - 1
        cells = [(row, column) for row in range(1, min(rows, 200) + 1) for column in range(1, columns + 1)]
        found[sheet.name] = states(sheet, host, cells)
    return found


def locks(book: xw.Book, host: Host) -> dict[str, Protection | None]:
    """How every sheet is protected."""
    return {sheet.name: host.protection(sheet) for sheet in book.sheets}


@contextmanager
def unlocked(book: xw.Book, host: Host, name: str) -> Iterator[xw.Sheet]:
    """A sheet that a test writes to as a user with the password would."""
    sheet = book.sheets[name]
    lock = host.protection(sheet)
    host.unprotect(sheet)
    yield sheet
    if lock is not None:
        host.protect(sheet, lock)
