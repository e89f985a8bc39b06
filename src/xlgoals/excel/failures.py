"""What went wrong in the program itself: written down for its maintainers, without anything out of a cell."""

from __future__ import annotations

import platform
import time
import traceback
from collections.abc import Iterator
from pathlib import Path

from xlgoals.excel.folders import log_file

_MOST_BYTES = 1 << 20


def write_down(handler: str, fault: BaseException) -> Path:
    """Appends where a fault came from to the log: files, lines and kinds of errors.

    What an error says is left out, since it may quote a cell.
    """
    path = log_file()
    lines = [f"{time.strftime('%Y-%m-%d %H:%M:%S')}  {handler}  Python {platform.python_version()}"]
    lines.extend(_told(fault))
    if path.is_file() and path.stat().st_size > _MOST_BYTES:
        path.replace(path.with_suffix(".old.log"))
    with path.open("a", encoding="utf-8") as log:
        log.write("\n".join([*lines, "", ""]))
    return path


def _told(fault: BaseException) -> Iterator[str]:
    """The chain of causes, the first one first, as Python tells it."""
    before = fault.__cause__ or (None if fault.__suppress_context__ else fault.__context__)
    if before is not None:
        yield from _told(before)
        yield "  then"
    kind = type(fault)
    yield f"  {kind.__module__}.{kind.__qualname__}"
    for frame in traceback.extract_tb(fault.__traceback__):
        yield f"    {frame.filename}:{frame.lineno} {frame.name}"
