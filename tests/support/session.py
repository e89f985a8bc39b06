"""A running LibreOffice and a screen for the tests; documents are copies, and closed behind each test."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xlgoals.excel.engines.libreoffice import LibreOffice, UnoDocument, book_and_host
from xlgoals.excel.engines.office import Running, start_office

if TYPE_CHECKING:
    import xlwings as xw

    from xlgoals.excel.engines.grid_host import GridHost

WIDTH, HEIGHT = 1400, 900
_CLOSED = "DisposedException"


def _tool(name: str) -> str:
    return shutil.which(name) or name


class LiveOffice:
    """LibreOffice without a window, driven over its bridge by the engine under test."""

    def __init__(self, folder: Path, environment: Mapping[str, str]) -> None:
        self._folder = folder
        self.running: Running = start_office(folder / "live", headless=True, environment=environment)
        self._opened: list[UnoDocument] = []

    def open(self, workbook: Path, *, macros: bool = False) -> tuple[xw.Book, GridHost]:
        """A copy of the workbook, as xlwings' active book."""
        place = Path(tempfile.mkdtemp(dir=self._folder))
        copy = Path(shutil.copy(workbook, place / workbook.name))
        program = LibreOffice(self.running.context, macros=macros)
        document = program.open(str(copy), hidden=True)
        self._opened.append(document)
        return book_and_host(program, document)

    def close_all(self) -> None:
        """After a test: what it opened."""
        for document in self._opened:
            document.close()
        self._opened.clear()


@contextmanager
def virtual_screen() -> Iterator[dict[str, str]]:
    """A display of our own, as the environment of programs that are to be shown on it."""
    read, write = os.pipe()
    words = [_tool("Xvfb"), "-displayfd", str(write), "-screen", "0", f"{WIDTH}x{HEIGHT}x24"]
    quiet = subprocess.DEVNULL
    server = subprocess.Popen(words, pass_fds=[write], stdout=quiet, stderr=quiet)
    os.close(write)
    try:
        with os.fdopen(read) as told:
            yield {"DISPLAY": f":{told.readline().strip()}", "SAL_USE_VCLPLUGIN": "gen"}
    finally:
        server.kill()
        server.wait()


def click(display: Mapping[str, str], x: int, y: int) -> None:
    """A real click at a place of the screen."""
    env = {**os.environ, **display}
    subprocess.run([_tool("xdotool"), "mousemove", str(x), str(y)], env=env, check=True)
    subprocess.run([_tool("xdotool"), "click", "1"], env=env, check=True)


def hover(display: Mapping[str, str], x: int, y: int) -> None:
    """The mouse comes to rest at a place of the screen."""
    for nearer in (8, 0):
        words = [_tool("xdotool"), "mousemove", str(x - nearer), str(y)]
        subprocess.run(words, env={**os.environ, **display}, check=True)
        time.sleep(0.2)


def photograph(display: Mapping[str, str], picture: Path) -> Path:
    """The whole screen as a picture."""
    subprocess.run(
        [_tool("import"), "-window", "root", str(picture)], env={**os.environ, **display}, check=True
    )
    return picture


_PUSH_BUTTON = 44  # com.sun.star.accessibility.AccessibleRole
_MOST_CHILDREN = 100  # a sheet has a million, and no button that is looked for here


class Screen:
    """A window of LibreOffice on a virtual screen: what is on it is found by name and really clicked."""

    def __init__(self, display: Mapping[str, str], model: Any) -> None:
        self.display = display
        self.model = model
        self._window = model.CurrentController.Frame.ContainerWindow
        self._window.setPosSize(0, 0, WIDTH, HEIGHT, 15)
        time.sleep(1)

    def button(self, name: str) -> tuple[int, int] | None:
        """The middle of a push button of any window, box or toolbar."""
        end = time.monotonic() + 10
        while True:
            try:
                return self._button(name)
            except Exception as fault:  # the bridge makes its classes as it meets them
                if type(fault).__name__ != _CLOSED or time.monotonic() > end:
                    raise
                time.sleep(0.1)  # a window closed while it was looked through

    def _button(self, name: str) -> tuple[int, int] | None:
        toolkit = self._window.getToolkit()
        for index in range(toolkit.getTopWindowCount()):
            for context in _descendants(toolkit.getTopWindow(index).getAccessibleContext()):
                if context.getAccessibleRole() == _PUSH_BUTTON and context.getAccessibleName() == name:
                    corner, size = context.getLocationOnScreen(), context.getSize()
                    return corner.X + size.Width // 2, corner.Y + size.Height // 2
        return None

    def selected_cell(self) -> tuple[int, int]:
        """The middle of the cell that is selected, on the screen."""
        place = self.model.getCurrentSelection().CellAddress
        for table in _descendants(self._window.getAccessibleContext()):
            if hasattr(table, "getAccessibleCellAt"):  # one for each pane of a frozen sheet
                cell = table.getAccessibleCellAt(place.Row, place.Column).getAccessibleContext()
                corner, size = cell.getLocationOnScreen(), cell.getSize()
                if size.Width and size.Height:
                    return corner.X + size.Width // 2, corner.Y + size.Height // 2
        raise LookupError("the selected cell is not on the screen")

    def press(self, name: str, *, patience: float = 30) -> None:
        """Waits for a push button, and clicks it."""
        end = time.monotonic() + patience
        while (place := self.button(name)) is None:
            if time.monotonic() > end:
                raise TimeoutError(f"no button {name!r} appeared")
            time.sleep(0.1)
        time.sleep(0.3)  # a box that has just appeared takes no click yet
        click(self.display, *place)
        time.sleep(0.3)

    def answer(self, name: str) -> None:
        """Clicks a button of a box until the box is gone: the first click may only give it the focus."""
        self.press(name)
        end = time.monotonic() + 10
        while self.button(name) is not None and time.monotonic() < end:
            time.sleep(1)
            if (place := self.button(name)) is not None:
                click(self.display, *place)

    def boxes(self) -> list[str]:
        """All texts of the boxes that are open."""
        toolkit = self._window.getToolkit()
        contexts = [
            toolkit.getTopWindow(index).getAccessibleContext() for index in range(toolkit.getTopWindowCount())
        ]
        return [
            each.getAccessibleName()
            for context in contexts
            if context.getAccessibleName() == "xlgoals"
            for each in _descendants(context)
        ]

    def to_front(self) -> None:
        """This window before others of the same LibreOffice."""
        time.sleep(1)
        self._window.setPosSize(0, 0, WIDTH, HEIGHT, 15)
        self._window.toFront()
        time.sleep(1)

    def take_focus(self) -> None:
        """What a window manager does when a box is closed; there is none on this screen."""
        title = self._window.getAccessibleContext().getAccessibleName()
        words = [
            _tool("xdotool"),
            "search",
            "--onlyvisible",
            "--name",
            title.partition(" ")[0],
            "windowfocus",
        ]
        subprocess.run(words, env={**os.environ, **self.display}, check=True)
        time.sleep(0.3)

    def photograph(self, picture: Path) -> Path:
        """The whole screen as a picture."""
        return photograph(self.display, picture)


def _descendants(context: Any) -> Iterator[Any]:
    count = context.getAccessibleChildCount()
    for index in range(count if count <= _MOST_CHILDREN else 0):
        child = context.getAccessibleChild(index)
        if child is not None:
            inner = child.getAccessibleContext()
            yield inner
            yield from _descendants(inner)
