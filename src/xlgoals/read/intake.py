"""The bytes of a file that somebody sent: a plain file, of a sane size, that nobody changes meanwhile."""

from __future__ import annotations

import os
import stat
import time
from pathlib import Path

from xlgoals.errors import CannotDo

_MIB = 1 << 20
LARGEST_FILE = 20 * _MIB
"""Far above any real submission: 22 KB with 150 indicators."""
_TRIES = 3
_PAUSE = 0.2
_HEAD = 4096
# A pipe that nobody writes to would hold whoever opens it for ever; a plain file has no use for the word.
_OPEN = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)


def read_bytes(path: Path) -> bytes:
    """The content of ``path``.

    Raises:
        CannotDo: it is not there, not a plain file, not readable, too large, or being written to.
    """
    try:
        for number in range(_TRIES):
            data = _read_once(path)
            if data is not None:
                return data
            time.sleep(_PAUSE * (number + 1))
    except FileNotFoundError:
        raise CannotDo("file.missing", file=path) from None
    except OSError as fault:
        raise CannotDo("file.unreadable", file=path.name, reason=fault.strerror or fault) from None
    raise CannotDo("file.changing", file=path.name)


def head_of(path: Path) -> bytes:
    """The first bytes of a plain file; nothing where there is none, or it cannot be read."""
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            return b""
        with open(path, "rb", opener=lambda name, _: os.open(name, _OPEN)) as stream:
            return stream.read(_HEAD)
    except (OSError, ValueError):  # the latter: a name with a character that no file name has
        return b""


def _read_once(path: Path) -> bytes | None:
    """The content, or None when the file changed while it was read."""
    refuse_other_than_plain(path)
    with open(path, "rb", opener=lambda name, _: os.open(name, _OPEN)) as stream:
        before = os.fstat(stream.fileno())
        if not stat.S_ISREG(before.st_mode):  # exchanged since it was looked at
            raise CannotDo("file.not_plain", file=path)
        if before.st_size > LARGEST_FILE:
            size, limit = before.st_size // _MIB, LARGEST_FILE // _MIB
            raise CannotDo("workbook.too_large", file=path.name, size=size, limit=limit)
        data = stream.read(LARGEST_FILE + 1)
    after = path.stat()
    times = {before.st_mtime_ns, after.st_mtime_ns}
    return data if len(times) == 1 and before.st_size == after.st_size == len(data) else None


def refuse_other_than_plain(path: Path) -> None:
    """Raises CannotDo for a folder, a pipe or a device: none of them is a file that somebody sent.

    Raises:
        OSError: nothing is there.
    """
    mode = path.stat().st_mode
    if stat.S_ISDIR(mode):
        raise CannotDo("file.not_a_file", file=path)
    if not stat.S_ISREG(mode):
        raise CannotDo("file.not_plain", file=path)
