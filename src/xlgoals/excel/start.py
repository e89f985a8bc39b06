"""A click, from the command line that the macro gives to the end: finds the workbook and runs the handler.

Nothing of the workbook's folder is on the search path (``-I``), nothing in the workbook is a setting of ours,
and no traceback reaches the user: whatever goes wrong is told in one sentence and, if it is a fault of the
program, written down.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from xlgoals.errors import CannotDo
from xlgoals.excel.failures import write_down
from xlgoals.excel.folders import log_file
from xlgoals.excel.light import without_tables
from xlgoals.messages import Language, say

if TYPE_CHECKING:
    import xlwings as xw

    from xlgoals.excel.host import Host

Handler = Callable[[str, "xw.Book", "Host"], None]
DONE, NOT_DONE = 0, 1
_TELLS = ("wb", "hwnd", "app", "from_xl")


@dataclass(frozen=True, slots=True, kw_only=True)
class Click:
    """What the macro tells: which handler, and in which window which workbook."""

    handler: str
    book: str
    window: int

    @staticmethod
    def read(words: Sequence[str]) -> Click:
        """``HANDLER --wb=NAME --hwnd=NUMBER --from_xl=1 --app=PATH``; a name may hold equals signs.

        Raises:
            CannotDo: there are words of another kind, which no macro of ours gives.
        """
        handler = ""
        told: dict[str, str] = {}
        for word in words:
            key, _, value = word.removeprefix("--").partition("=")
            if word.startswith("--") and key in _TELLS:
                told[key] = value
            elif not handler and word.isidentifier():
                handler = word
            else:
                raise CannotDo("click.words", word=word)
        if not handler:
            raise CannotDo("click.words", word="")
        window = told.get("hwnd", "")
        return Click(
            handler=handler, book=told.get("wb", ""), window=int(window) if window.isdecimal() else 0
        )


def start(words: Sequence[str], handler: Handler | None = None) -> int:
    """Runs one click; ``handler`` stands in for :func:`xlgoals.excel.buttons.run` in tests.

    Returns:
        0 when the user was told whatever there was to tell; 1 when nobody could be, so that the macro does.
    """
    host: Host | None = None
    try:
        click = Click.read(words)
        book, host = _connect(click)
        with without_tables():
            from xlgoals.excel import buttons, guard  # noqa: PLC0415 a click on no book needs none of this

        guard.admit(click.handler, book, host)
        (handler or buttons.run)(click.handler, book, host)
    except CannotDo as refusal:
        return _tell(host, refusal.sentence(Language.ZH))
    except Exception as fault:  # the boundary: a traceback helps nobody in front of Excel
        write_down(words[0] if words else "", fault)
        return _tell(host, say("live.fault", Language.ZH, log=log_file()))
    return DONE


def _connect(click: Click) -> tuple[xw.Book, Host]:
    with without_tables():
        if sys.platform in ("win32", "darwin"):
            from xlgoals.excel.engines import excel  # noqa: PLC0415 each platform has one of the two

            return excel.calling_book(click.book, click.window)
        from xlgoals.excel.engines import libreoffice, record  # noqa: PLC0415

        program = libreoffice.LibreOffice(record.running_office())
        return libreoffice.book_named(program, click.book)


def _tell(host: Host | None, sentence: str) -> int:
    """In the workbook's window; without one, in a box of the system; else on stderr, and the macro speaks."""
    if host is not None:
        host.tell(sentence)
        return DONE
    if sys.platform == "win32":
        import ctypes  # noqa: PLC0415 there is no window of ours to speak in

        ctypes.windll.user32.MessageBoxW(0, sentence, "xlgoals", 0x10030)
        return DONE
    if sys.stderr is not None:
        sys.stderr.write(f"{sentence}\n")
    return NOT_DONE
