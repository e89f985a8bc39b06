"""A workbook open in LibreOffice whose buttons work: the session behind ``xlgoals live``."""

from __future__ import annotations

import os
import queue
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xlgoals.errors import CannotDo
from xlgoals.excel.engines import record
from xlgoals.excel.engines.libreoffice import LibreOffice, UnoDocument, book_and_host
from xlgoals.excel.engines.office import Running, end_if_empty, start_office
from xlgoals.excel.engines.profile import prepare_profile, remove_stale_lock
from xlgoals.excel.engines.uno_window import Tool, Window
from xlgoals.excel.folders import private_folder
from xlgoals.excel.guard import identity_of
from xlgoals.macro.commands import Commands, Place, load_commands
from xlgoals.workbench import load_workbench

if TYPE_CHECKING:
    import xlwings as xw

    from xlgoals.excel.host import Host

Handler = Callable[[str, "xw.Book", "Host"], None]
_PATIENCE = 10.0  # seconds for a window that closes
_PAUSE = 0.3  # seconds between two looks at whether the window is still there


class Session:
    """One workbook in one window."""

    def __init__(self, program: LibreOffice, document: UnoDocument, handler: Handler) -> None:
        """Shows the toolbar and listens to the buttons."""
        self.document = document
        self.book, self.host = book_and_host(program, document)
        self._handler = handler
        self._clicks: queue.SimpleQueue[str] = queue.SimpleQueue()
        self._busy = False
        self.window = Window(document.model, tools_for(self.book, self.host), self._clicked)

    def _clicked(self, handler: str) -> None:
        """On a thread of LibreOffice's bridge. A click while one is worked on is a slip of the finger."""
        if not self._busy:
            self._clicks.put(handler)

    def run(self) -> None:
        """Works on clicks until the window is closed."""
        while self.is_open():
            with suppress(queue.Empty):
                self.work(self._clicks.get(timeout=_PAUSE))

    def work(self, handler: str) -> None:
        """One click."""
        self._busy = True
        try:
            self._handler(handler, self.book, self.host)
        finally:
            self._busy = False

    def is_open(self) -> bool:
        """Whether the document is still there."""
        try:
            return self.document.model.CurrentController is not None
        except Exception:  # the bridge says so in many ways: the program itself may be gone
            return False

    @property
    def is_busy(self) -> bool:
        """Whether a click is worked on now."""
        return self._busy

    @property
    def is_changed(self) -> bool:
        """Whether there is something that was not saved."""
        return self.is_open() and bool(self.document.model.isModified())

    def ask_to_close(self) -> None:
        """Closes the window as a user does: LibreOffice asks what to do with changes."""
        self.document.ask_to_close()

    def close(self) -> None:
        """Closes the window without saving."""
        with suppress(Exception):
            self.document.close()


def tools_for(book: xw.Book, host: Host, table: Commands | None = None) -> list[Tool]:
    """The commands that make sense in this workbook: those of a workbench, or those of a unit."""
    table = table or load_commands()
    bench = identity_of(book, host).get("template_id") == load_workbench().id
    other = Place.UNIT if bench else Place.WORKBENCH
    return [
        Tool(handler=each.handler, macro=each.macro, label=each.label, tip=each.screentip)
        for each in table.commands
        if other not in each.buttons
    ]


@contextmanager
def opened(file: Path, handler: Handler) -> Iterator[Session]:
    """The workbook in the LibreOffice of ours that runs, or in one that is started, and ended, here.

    Raises:
        CannotDo: no such file, no LibreOffice, no bridge, no screen.
    """
    if not file.is_file():
        raise CannotDo("file.missing", file=file)
    if not has_display():
        raise CannotDo("live.no_display")
    session: Session | None = None
    try:
        with _office(file) as context:
            program = LibreOffice(context)
            session = Session(program, program.open(str(file)), handler)
            try:
                yield session
            finally:
                session.close()
    finally:
        if session is not None:
            session.document.wait_for_answer(_PATIENCE)


@contextmanager
def _office(file: Path) -> Iterator[Any]:
    context = _running()
    if context is not None:
        yield context
        end_if_empty(context)
        return
    profile = private_folder("libreoffice")
    prepare_profile(profile)
    remove_stale_lock(file, profile)
    running: Running = start_office(profile, headless=False)
    try:
        with record.recorded(running.pipe):
            yield running.context
    finally:
        running.stop()
        remove_stale_lock(file, profile)  # where it had to be ended by force


def _running() -> Any:
    try:
        return record.running_office()
    except CannotDo:
        return None


def has_display() -> bool:
    """Whether a window can be shown."""
    return sys.platform in ("win32", "darwin") or any(
        os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY")
    )
