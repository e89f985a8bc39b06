"""A click that is cut off: run in a process of its own, which kills itself in the middle.

``python -I -B dying.py WHERE NUMBER HANDLER --wb=NAME``. WHERE is ``host``: before the NUMBERth call that
changes the open workbook; or ``file``: before the NUMBERth time that a file is opened to be written or put in
its place. With NUMBER 0 nothing is cut off, and the number of such moments is printed. Questions are answered
with yes.
"""

from __future__ import annotations

import os
import signal
import sys
from typing import Any

from xlgoals.excel import buttons
from xlgoals.excel.start import start

_CHANGES = frozenset(
    {"unprotect", "protect", "write_formulas", "write_texts", "paint", "write_notes", "link", "refresh"}
)
_QUIET = frozenset({"tell", "open_files"})
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC


class Moments:
    """Counts, and ends the process at one of them without a chance to clean up."""

    def __init__(self, last: int) -> None:
        self.last = last
        self.passed = 0

    def one(self) -> None:
        self.passed += 1
        if self.passed == self.last:
            os.kill(os.getpid(), signal.SIGKILL)


class Mortal:
    """A host that may die before any change."""

    def __init__(self, host: Any, moments: Moments) -> None:
        self._host = host
        self._moments = moments

    def __getattr__(self, name: str) -> Any:
        if name in _CHANGES:
            self._moments.one()
        return (lambda *_words: None) if name in _QUIET else getattr(self._host, name)

    def ask(self, _question: str) -> bool:
        return True


def main() -> int:
    where, number, *words = sys.argv[1:]
    moments, idle = Moments(int(number)), Moments(0)

    def audit(event: str, details: tuple[Any, ...]) -> None:
        if event in ("os.rename", "os.link") or (event == "open" and details[2] & _WRITING):
            moments.one()

    def handler(name: str, book: Any, host: Any) -> None:
        if where == "file":
            sys.addaudithook(audit)
        buttons.run(name, book, Mortal(host, moments if where == "host" else idle))
        sys.stdout.write(str(moments.passed))

    return start(words, handler)


if __name__ == "__main__":
    sys.exit(main())
