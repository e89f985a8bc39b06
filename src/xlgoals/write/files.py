"""Files appear whole or not at all, and nobody's file is written over.

A file is built under a temporary name in the same folder, flushed to disk, and put in place in one step;
what goes wrong on the way leaves the folder as it was.
"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from xlgoals.errors import CannotDo

_OPEN_IN_EXCEL = {5, 32, 33}  # Windows: access denied, sharing violation, lock violation


def write_new(target: Path, build: Callable[[Path], object]) -> None:
    """Builds ``target``, which must not exist yet.

    Raises:
        CannotDo: it exists, or its folder cannot be written to.
    """
    refuse_existing(target)
    write_whole(target, build)


def refuse_existing(target: Path) -> None:
    """Raises CannotDo when something stands at ``target``: asked before long work begins."""
    if target.exists():
        raise CannotDo("output.exists", file=target)


def write_keeping_previous(target: Path, build: Callable[[Path], object]) -> Path | None:
    """Builds ``target``; a file of other content that stands there is kept under a dated name.

    Returns:
        Where the previous file was kept; None when there was none or it is the same to the byte.
    """
    kept: list[Path] = []

    def build_and_keep(draft: Path) -> None:
        build(draft)
        if target.is_file() and target.read_bytes() != draft.read_bytes():
            kept.append(_backup(target))
        elif target.is_file():  # an unchanged file keeps its time: a ledger goes by it
            before = target.stat()
            os.utime(draft, ns=(before.st_atime_ns, before.st_mtime_ns))

    write_whole(target, build_and_keep)
    return kept[0] if kept else None


def write_whole(target: Path, build: Callable[[Path], object]) -> None:
    """Builds under a temporary name beside ``target`` and moves it into place in one step.

    Raises:
        CannotDo: the folder is missing or read-only, the disk is full, or the target is held open.
    """
    if target.is_dir():
        raise CannotDo("output.is_folder", file=target)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=".~xlgoals-", suffix=target.suffix, dir=target.parent)
    except OSError as fault:
        raise _not_writable(target, fault) from None
    os.close(handle)
    draft = Path(name)
    try:
        build(draft)
        with draft.open("rb") as stream:
            os.fsync(stream.fileno())
        draft.chmod(0o666 & ~_umask())
        draft.replace(target)
    except OSError as fault:
        raise _not_writable(target, fault) from None
    finally:
        draft.unlink(missing_ok=True)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _backup(target: Path) -> Path:
    """A copy of ``target`` under a dated name that nothing stands at."""
    stamp = time.strftime("%Y%m%d-%H%M%S")
    for number in range(1, 1000):
        suffix = f".{stamp}.bak" if number == 1 else f".{stamp}-{number}.bak"
        copy = target.with_name(f"{target.stem}{suffix}{target.suffix}")
        if not copy.exists():
            copy.write_bytes(target.read_bytes())
            return copy
    raise CannotDo("output.not_writable", file=target, reason="backup")


def _not_writable(target: Path, fault: OSError) -> CannotDo:
    if getattr(fault, "winerror", None) in _OPEN_IN_EXCEL and target.exists():
        return CannotDo("output.held_open", file=target)
    return CannotDo("output.not_writable", file=target, reason=fault.strerror or fault)
