"""The bytes of a file that somebody sent: a plain file, of a sane size, that nobody changes meanwhile."""

from __future__ import annotations

import time
from pathlib import Path

from xlgoals.errors import CannotDo

_MIB = 1 << 20
# Far above any real submission: 22 KB with 150 indicators.
LARGEST_FILE = 20 * _MIB
_TRIES = 3
_PAUSE = 0.2


def read_bytes(path: Path) -> bytes:
    """The content of ``path``.

    Raises:
        CannotDo: it is not there, not a plain file, not readable, too large, or being written to.
    """
    try:
        for number in range(_TRIES):
            if not path.is_file():  # a pipe or a device would hold the program for ever
                raise CannotDo("file.missing" if not path.exists() else "file.not_a_file", file=path)
            before = path.stat()
            if before.st_size > LARGEST_FILE:
                size, limit = before.st_size // _MIB, LARGEST_FILE // _MIB
                raise CannotDo("workbook.too_large", file=path.name, size=size, limit=limit)
            data = path.read_bytes()
            after = path.stat()
            if (
                (before.st_mtime_ns, before.st_size)
                == (after.st_mtime_ns, after.st_size)
                == (
                    after.st_mtime_ns,
                    len(data),
                )
            ):
                return data
            time.sleep(_PAUSE * (number + 1))
    except OSError as fault:
        raise CannotDo("file.unreadable", file=path.name, reason=fault.strerror or fault) from None
    raise CannotDo("file.changing", file=path.name)
