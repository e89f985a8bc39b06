"""Files appear whole or not at all, and nobody's file is written over.

A file is built under a temporary name in the same folder, flushed to disk, looked at again, and put in place
in one step; what goes wrong on the way leaves the folder as it was.
"""

from __future__ import annotations

import contextlib
import errno
import filecmp
import os
import re
import shutil
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from xlgoals.errors import CannotDo

DRAFT = ".~xlgoals-"
"""How the name of every unfinished file of ours begins."""
MOST_BACKUPS = 10
"""Dated backups of a master that are kept; one that a person has renamed is not counted and not touched."""
# Windows: access denied, sharing violation, lock violation. Virus scanners and indexers hold a file for
# moments, Excel for as long as it is open.
_HELD = {5, 32, 33}
_PAUSES = (0.05, 0.1, 0.2, 0.4, 0.8, 1.0)
_PACKAGES = {".xlsx", ".xlsm", ".xlam"}
_STAMP = "%Y%m%d-%H%M%S"
_BACKUP = re.compile(r"\.(\d{8}-\d{6})(?:-(\d{1,3}))?\.bak")


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


def write_keeping_previous(
    target: Path, build: Callable[[Path], object], allow: Callable[[], None] = lambda: None
) -> Path | None:
    """Builds ``target``; a file of other content that stands there is kept under a dated name.

    ``allow`` is asked last, right before the old file makes room, and may raise.

    Returns:
        Where the previous file was kept; None when there was none or it is the same to the byte.
    """
    kept: list[Path] = []

    def build_and_keep(draft: Path) -> None:
        build(draft)
        allow()
        if target.is_file() and not filecmp.cmp(target, draft, shallow=False):
            kept.append(_backup(target))
        elif target.is_file():  # an unchanged file keeps its time: a ledger goes by it
            before = target.stat()
            os.utime(draft, ns=(before.st_atime_ns, before.st_mtime_ns))

    try:
        write_whole(target, build_and_keep)
    except BaseException:
        for copy in kept:  # nothing was replaced, so it is no former version
            copy.unlink(missing_ok=True)
        raise
    return kept[0] if kept else None


def write_whole(target: Path, build: Callable[[Path], object]) -> None:
    """Builds under a temporary name beside ``target`` and moves it into place in one step.

    Raises:
        CannotDo: the folder is missing or read-only, the disk is full, the target is held open (the new file
            then stands beside it under a name that the sentence tells), or what was written reads back wrong.
    """
    if target.is_dir():
        raise CannotDo("output.is_folder", file=target)
    with _draft_of(target) as draft:
        build(draft)
        _refuse_damaged(target, draft)
        with draft.open("rb") as stream:
            os.fsync(stream.fileno())
        draft.chmod(0o666 & ~_umask())
        _put_in_place(draft, target)
        _flush_folder(target.parent)


def thin_backups(target: Path) -> None:
    """Takes away the oldest dated backups of ``target`` beyond :data:`MOST_BACKUPS`."""
    backups = sorted((each for each in target.parent.glob("*") if is_backup(each, target)), key=_age)
    for old in backups[:-MOST_BACKUPS]:
        with contextlib.suppress(OSError):  # one that is open stays until the next time
            old.unlink()


def is_backup(file: Path, target: Path) -> bool:
    """Whether ``file`` is a dated backup of ``target``, by its name as we gave it."""
    stem, suffix = target.stem, target.suffix
    middle = file.name[len(stem) : len(file.name) - len(suffix)]
    return (
        file.name.startswith(stem)
        and file.name.endswith(suffix)
        and _BACKUP.fullmatch(middle) is not None
        and file.is_file()
    )


def _age(backup: Path) -> tuple[str, int]:
    """Backups in the order they were made in: by date, then by their number within a second."""
    found = list(_BACKUP.finditer(backup.name))[-1]
    return found[1], int(found[2] or 1)


def draft_prefix(target: Path) -> str:
    """How the names of unfinished files begin that are to become ``target``."""
    return f"{DRAFT}{target.stem[:60]}-"


@contextmanager
def _draft_of(target: Path) -> Iterator[Path]:
    """An empty file beside ``target`` that is gone afterwards, unless it was moved."""
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=draft_prefix(target), suffix=target.suffix, dir=target.parent)
    except OSError as fault:
        raise _not_writable(target, fault) from None
    os.close(handle)
    draft = Path(name)
    try:
        yield draft
    except OSError as fault:
        raise _not_writable(target, fault) from None
    finally:
        draft.unlink(missing_ok=True)


def _refuse_damaged(target: Path, draft: Path) -> None:
    """Reads a package back: a disk or a share that swallows bytes is found before the old file goes."""
    if target.suffix.lower() not in _PACKAGES or not zipfile.is_zipfile(draft):
        return
    try:
        with zipfile.ZipFile(draft) as package:
            damaged = package.testzip()
    except zipfile.BadZipFile as fault:
        damaged = str(fault)
    if damaged:
        raise CannotDo("output.not_verified", file=target)


def _put_in_place(draft: Path, target: Path) -> None:
    for pause in (*_PAUSES, None):
        try:
            draft.replace(target)
        except OSError as fault:
            if not (_is_held(fault) and target.exists()):
                raise
            if pause is None:
                break
            time.sleep(pause)
        else:
            return
    beside = _free_name(target, "NEW-")
    draft.replace(beside)
    raise CannotDo("output.held_open", file=target, beside=beside.name)


def _is_held(fault: OSError) -> bool:
    return getattr(fault, "winerror", None) in _HELD or fault.errno == errno.EBUSY


def _flush_folder(folder: Path) -> None:
    """Makes the new name last through a loss of power, where a folder can be flushed at all."""
    with contextlib.suppress(OSError):  # Windows opens no folder, some shares flush none
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _backup(target: Path) -> Path:
    """The file at ``target`` under a dated name as well; whole or not at all."""
    copy = _free_name(target, "", ".bak")
    try:
        os.link(target, copy)  # at once, and no place on the disk
    except OSError:  # a stick or a share without links
        draft = copy.with_name(f"{draft_prefix(target)}{copy.name}")
        try:
            shutil.copy2(target, draft)
            draft.replace(copy)
        finally:
            draft.unlink(missing_ok=True)
    return copy


def _free_name(target: Path, mark: str, end: str = "") -> Path:
    """A dated name beside ``target`` behind all that were given in the same second."""
    first = f"{target.stem}.{mark}{time.strftime(_STAMP)}"
    tail = f"{end}{target.suffix}"
    given = [each.name for each in target.parent.iterdir() if each.name.startswith(first)]
    numbers = [name.removeprefix(first).removesuffix(tail).removeprefix("-") or "1" for name in given]
    last = max((int(number) for number in numbers if number.isdecimal()), default=0)
    return target.with_name(f"{first}{f'-{last + 1}' if last else ''}{tail}")


def _not_writable(target: Path, fault: OSError) -> CannotDo:
    return CannotDo("output.not_writable", file=target, reason=fault.strerror or fault)
