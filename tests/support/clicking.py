"""A running session in a window, and real clicks on its buttons."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.support.session import Screen, click
from xlgoals.excel import buttons, live


@contextmanager
def session(
    file: Path, display: dict[str, str], handler: live.Handler = buttons.run
) -> Iterator[tuple[live.Session, Screen]]:
    """A running session and its window."""
    with live.opened(file, handler) as running:
        seen = Screen(display, running.document.model)
        worker = threading.Thread(target=running.run, daemon=True)
        worker.start()
        yield running, seen
        running.close()
        worker.join(10)
        assert not worker.is_alive()


def press_button(running: live.Session, screen: Screen, handler: str) -> None:
    """A real click on the button that lies on the sheet in front."""
    screen.take_focus()
    places = {name: running.window.place_of(model) for model, name in running.window.buttons()}
    click(screen.display, *places[handler])


def eventually(holds: Callable[[], object], patience: float = 30) -> None:
    end = time.monotonic() + patience
    while not holds():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.1)
