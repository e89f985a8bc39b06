"""One run at a time on one file, and what runs that were killed have left behind.

The lock belongs to the process: the system lets go of it however the process ends. People in Excel know
nothing of it; so what stands at the target is compared again before it is replaced.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

from xlgoals.errors import CannotDo
from xlgoals.write.files import DRAFT, draft_prefix, thin_backups

_LONG_AGO = 86_400
"""Seconds after which a draft in the folder is nobody's work any more, whatever file it was to become."""


class Hold:
    """The right to replace one file, and what stood there when it was taken."""

    def __init__(self, target: Path) -> None:
        """Looks at ``target``."""
        self._target = target
        self._before = _digest(target)

    def refuse_changed(self) -> None:
        """Raises CannotDo when somebody else has written the file since: their work would be lost."""
        if _digest(self._target) != self._before:
            raise CannotDo("output.changed_meanwhile", file=self._target)


@contextmanager
def only_run(target: Path) -> Iterator[Hold]:
    """Holds ``target`` for this run alone; older backups beyond the kept number go when it has ended well.

    Raises:
        CannotDo: another run is at work on it, or its folder cannot be written to.
    """
    place = target.with_name(f".~xlgoals-{target.name}.lock")
    lock = FileLock(place, timeout=0)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        lock.acquire()
    except Timeout:
        raise _refusal(target, place) from None
    except OSError as fault:
        raise CannotDo("output.not_writable", file=target, reason=fault.strerror or fault) from None
    try:
        _clear(target)
        yield Hold(target)
        thin_backups(target)
    finally:
        lock.release()


def _refusal(target: Path, place: Path) -> CannotDo:
    """Another run is at work, or no lock can be had in that folder at all: the lock itself cannot tell."""
    try:
        place.open("ab").close()
    except OSError as fault:
        return CannotDo("output.not_writable", file=target, reason=fault.strerror or fault)
    return CannotDo("output.other_run", file=target)


def _clear(target: Path) -> None:
    """Takes away what killed runs left: nobody else writes this target now."""
    for draft in target.parent.glob(f"{DRAFT}*"):
        with suppress(OSError):  # of another user, or gone
            own = draft.name.startswith(draft_prefix(target))
            if draft.suffix != ".lock" and (own or time.time() - draft.stat().st_mtime > _LONG_AGO):
                draft.unlink()


def _digest(path: Path) -> bytes:
    try:
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").digest()
    except FileNotFoundError:
        return b""
    except OSError as fault:
        raise CannotDo("file.unreadable", file=path.name, reason=fault.strerror or fault) from None
