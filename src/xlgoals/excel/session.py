"""One click on one workbook: its sheets, their locks taken off while something is written, and progress.

A lock is put back with the same options whatever happens in between. What is unlocked is written down first,
so that the next click locks again what a process that was killed left open.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from xlgoals.errors import CannotDo
from xlgoals.excel.folders import file_of
from xlgoals.excel.host import Locked, Protection
from xlgoals.excel.reading import read_open
from xlgoals.form import Form, load_form
from xlgoals.messages import Language, say
from xlgoals.read.cells import Book
from xlgoals.write.files import write_whole

if TYPE_CHECKING:
    import xlwings as xw

    from xlgoals.excel.host import Host


class Session:
    """What a handler works with."""

    def __init__(self, book: xw.Book, host: Host) -> None:
        self.book = book
        self.host = host
        self.form: Form = load_form()

    @property
    def entered(self) -> tuple[str, ...]:
        """Names of the sheets that people fill in."""
        return self.form.guide.name, self.form.projects.name, self.form.indicators.name

    def sheet(self, name: str) -> xw.Sheet | None:
        """The sheet of that name, if there is one."""
        return next((sheet for sheet in self.book.sheets if sheet.name == name), None)

    def read(self) -> Book:
        """The whole workbook as it is now."""
        self.status("live.reading")
        return read_open(self.book, self.host, self.form)

    def status(self, key: str, **details: object) -> None:
        """A line in the status bar."""
        self.host.status(say(key, Language.ZH, **details))

    def tell(self, key: str, **details: object) -> None:
        """A sentence that the user closes."""
        self.host.tell(say(key, Language.ZH, **details))

    @property
    def folder(self) -> Path:
        """Where the workbook lies.

        Raises:
            CannotDo: it was never saved, or lies in a cloud that has no folder.
        """
        place = str(self.book.fullname)
        if "://" in place:
            raise CannotDo("live.cloud", file=self.book.name)
        path = Path(place)
        if not path.is_absolute():
            raise CannotDo("live.unsaved", file=self.book.name)
        return path.parent

    def heal(self) -> None:
        """Locks what a killed process left unlocked, with the options that it had found."""
        record = self._record
        if not record.is_file():
            return
        with suppress(ValueError, AttributeError, KeyError, TypeError):
            for name, lock in json.loads(record.read_text("utf-8")).items():
                sheet = self.sheet(name)
                if sheet is not None and self.host.protection(sheet) is None:
                    self.host.protect(sheet, Protection(**{**lock, "allowed": frozenset(lock["allowed"])}))
        self.host.refresh(False)
        record.unlink(missing_ok=True)

    @contextmanager
    def writing(self, names: Iterable[str]) -> Iterator[None]:
        """The named sheets can be written to; those that are not there are passed over.

        Raises:
            CannotDo: a password stands before one of them.
        """
        found = [sheet for name in dict.fromkeys(names) if (sheet := self.sheet(name)) is not None]
        locks = [(sheet, lock) for sheet in found if (lock := self.host.protection(sheet)) is not None]
        told = json.dumps({sheet.name: _told(lock) for sheet, lock in locks})
        write_whole(self._record, lambda draft: draft.write_text(told, encoding="utf-8"))
        self.host.refresh(True)
        try:
            for sheet, _ in locks:
                self._unlock(sheet)
            yield
        finally:
            self._lock_again(locks)

    @property
    def _record(self) -> Path:
        return file_of("unlocked", str(self.book.fullname))

    def _unlock(self, sheet: xw.Sheet) -> None:
        try:
            self.host.unprotect(sheet)
        except Locked:
            raise CannotDo("live.password", sheet=sheet.name) from None

    def _lock_again(self, locks: list[tuple[xw.Sheet, Protection]]) -> None:
        """Every sheet that can be locked is; the first fault is raised when all were tried."""
        faults: list[Exception] = []
        for sheet, lock in locks:
            try:
                if self.host.protection(sheet) is None:
                    self.host.protect(sheet, lock)
            except Exception as fault:  # the other sheets are to be locked first
                faults.append(fault)
        self.host.refresh(False)
        if faults:
            raise faults[0]
        self._record.unlink(missing_ok=True)


def _told(lock: Protection) -> dict[str, object]:
    return {**asdict(lock), "allowed": sorted(lock.allowed)}
