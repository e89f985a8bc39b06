"""Bytes that are compressed as they come, and lie on disk until their package is written."""

from __future__ import annotations

import os
import queue
import tempfile
import threading
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

_LEVEL = 3
_READ = 1 << 18
_IN_MEMORY = 1 << 20
_WAITING = 4


class Deflated:
    """Bytes that are compressed as they come, by a thread: zlib lets the interpreter go on meanwhile.

    The result is a piece of a deflate stream that ends on a whole byte and is not the last one, so that what
    is compressed before and after it can stand beside it. One that lies in a file with a name can, when it is
    closed, be sent to another process.
    """

    def __init__(self, beside: Path | None = None) -> None:
        """``beside``: the compressed bytes lie beside this file, under a name that begins with its."""
        self.size = 0
        self.check = 0
        """CRC-32 of the bytes alone."""
        self._path: Path | None = None
        self._file: IO[bytes] = self._opened(beside)
        self._packer: Any = zlib.compressobj(_LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)
        self._waiting: queue.Queue[bytes | None] = queue.Queue(_WAITING)
        self._fault: BaseException | None = None
        self._thread: threading.Thread | None = None

    def _opened(self, beside: Path | None) -> IO[bytes]:
        if beside is None:
            return tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)
        handle, name = tempfile.mkstemp(prefix=f"{beside.name}.", dir=beside.parent)
        self._path = Path(name)
        return os.fdopen(handle, "w+b")

    def put(self, data: bytes) -> None:
        """The next bytes.

        Raises:
            OSError: the disk is full.
        """
        if not data:
            return
        if self._thread is None:
            self._thread = threading.Thread(target=self._work, daemon=True)
            self._thread.start()
        self._waiting.put(data)
        if self._fault is not None:
            raise self._fault

    def close(self) -> None:
        """Waits until all is compressed; nothing happens where that is so.

        Raises:
            OSError: the disk is full.
        """
        self._end()
        if self._fault is not None:
            raise self._fault
        if self._packer is not None:
            self._file.write(self._packer.flush(zlib.Z_FULL_FLUSH))
            self._packer = None

    def pieces(self) -> Iterator[bytes]:
        """The compressed bytes."""
        self._file.seek(0)
        while piece := self._file.read(_READ):
            yield piece

    def discard(self) -> None:
        """Lets go of what is kept, finished or not."""
        self._end()
        self._file.close()
        if self._path is not None:
            self._path.unlink(missing_ok=True)

    def __getstate__(self) -> tuple[int, int, Path | None]:
        """What another process needs to have the bytes; here the file is closed, and stays where it is."""
        self._file.close()
        return self.size, self.check, self._path

    def __setstate__(self, state: tuple[int, int, Path]) -> None:
        """Takes over what lies in the file."""
        self.size, self.check, self._path = state
        self._file = state[2].open("rb")
        self._packer = self._thread = self._fault = None

    def _end(self) -> None:
        if self._thread is not None:
            self._waiting.put(None)
            self._thread.join()
            self._thread = None

    def _work(self) -> None:
        while (data := self._waiting.get()) is not None:
            if self._fault is None:
                try:
                    self.check = zlib.crc32(data, self.check)
                    self.size += len(data)
                    self._file.write(self._packer.compress(data))
                except BaseException as fault:  # told to whoever puts or closes next
                    self._fault = fault
