"""What each button does, by name. A click never raises: whatever goes wrong is told in one sentence."""

from __future__ import annotations

import gc
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING

from xlgoals.errors import CannotDo
from xlgoals.excel.correcting import fix
from xlgoals.excel.department import compare, missing, return_files
from xlgoals.excel.explaining import doctor, rules
from xlgoals.excel.failures import write_down
from xlgoals.excel.filling import fill
from xlgoals.excel.host import Locked
from xlgoals.excel.printing import print_tables
from xlgoals.excel.session import Session
from xlgoals.excel.undo import undo
from xlgoals.excel.validating import validate
from xlgoals.excel.wording import write_document
from xlgoals.excel.workbench import consolidate
from xlgoals.messages import Language, say

if TYPE_CHECKING:
    import xlwings as xw

    from xlgoals.excel.host import Host

HANDLERS: Mapping[str, Callable[[Session], None]] = {
    "validate": validate,
    "fill": fill,
    "fix": fix,
    "undo": undo,
    "consolidate": consolidate,
    "missing": missing,
    "return": return_files,
    "compare": compare,
    "print": print_tables,
    "word": write_document,
    "rules": rules,
    "doctor": doctor,
}


def run(handler: str, book: xw.Book, host: Host) -> None:
    """Does what the button ``handler`` is for in ``book``.

    What a person can put right is told in Chinese as it stands in the messages; a fault of the program is one
    sentence that names the log.
    """
    collects = gc.isenabled()
    gc.disable()  # a click makes many values and keeps them to its end: looking through them finds nothing
    try:
        sentence = _run(handler, book, host)
    except CannotDo as refusal:
        sentence = refusal.sentence(Language.ZH)
    except Locked as lock:
        sentence = say("live.locked", Language.ZH, place=lock)
    except Exception as fault:  # the boundary: a box with a traceback helps nobody
        sentence = _fault(handler, fault)
    finally:
        if collects:
            gc.enable()
    with suppress(Exception):  # the application may be gone, and with it whom to tell
        host.status(None)
        if sentence:
            host.tell(sentence)


def _run(handler: str, book: xw.Book, host: Host) -> str:
    if handler not in HANDLERS:
        return say("live.unknown", Language.ZH, name=handler, known=", ".join(HANDLERS))
    session = Session(book, host)
    session.heal()
    HANDLERS[handler](session)
    return ""


def _fault(handler: str, fault: Exception) -> str:
    try:
        log = str(write_down(handler, fault))
    except OSError as no_log:
        log = str(no_log.strerror)
    return say("live.fault", Language.ZH, log=log)
