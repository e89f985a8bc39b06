"""Whether the macros in a workbook are those of our own template: their sources, text by text.

Excel writes a project anew when it saves: other bytes, compiled code beside each source, documents it added.
What a person sees in the editor stays, so that is compared. Nothing is run or compiled here. Known limit:
compiled code that was forged beside an honest source is not seen.

The project is a compound file, [MS-CFB], and its streams are compressed, [MS-OVBA] 2.4.1.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from functools import cache

from xlgoals.macro.commands import Place, load_commands
from xlgoals.macro.compression import decompress
from xlgoals.macro.modules import workbook_modules

_MAGIC = bytes.fromhex("D0CF11E0A1B11AE1")
_END = 0xFFFFFFFA
"""Numbers from here on are marks and no sectors."""
_ENTRY = 128
_HEADER_FAT = 109
_STREAM, _ROOT = 2, 5
_MODULE_NAME, _STREAM_NAME, _SOURCE_AT, _VERSION = 0x19, 0x1A, 0x31, 0x09
_VERSION_SIZE = 6
_ATTRIBUTE = b"attribute vb_"
# A module of a workbook or worksheet in which nobody wrote anything.
_NOTHING: tuple[bytes, ...] = ()

Source = tuple[bytes, ...]


def are_ours(project: bytes) -> bool:
    """Whether every module of a ``vbaProject.bin`` holds what one of our template holds, or nothing."""
    try:
        sources = list(_sources(_streams(project)))
    except (struct.error, IndexError, KeyError, ValueError):
        return False
    return bool(sources) and all(source in _known() for source in sources)


@cache
def _known() -> frozenset[Source]:
    modules = workbook_modules(load_commands(), Place.UNIT)
    return frozenset({_NOTHING, *(_lines(module.stored) for module in modules)})


def _lines(source: bytes) -> Source:
    """The lines that are code; VBA's editor keeps blanks at their ends as it likes."""
    lines = (line.rstrip() for line in source.splitlines())
    return tuple(line for line in lines if line and not line.lower().startswith(_ATTRIBUTE))


def _sources(streams: dict[str, bytes]) -> Iterator[Source]:
    directory = decompress(streams["dir"])
    at, name = 0, ""
    while at < len(directory):
        number, size = struct.unpack_from("<HI", directory, at)
        data = directory[at + 6 : at + 6 + size]
        at += 6 + (_VERSION_SIZE if number == _VERSION else size)
        if number == _STREAM_NAME:
            name = data.decode("ascii").lower()
        elif number == _SOURCE_AT:
            (start,) = struct.unpack("<I", data)
            yield _lines(decompress(streams[name][start:]))


def _streams(project: bytes) -> dict[str, bytes]:
    """The streams of a compound file by name in small letters, whatever storage they lie in.

    Raises:
        ValueError: it is none, a chain runs in a circle, or two streams have one name.
    """
    if not project.startswith(_MAGIC):
        raise ValueError("no compound file")
    sector, mini = (1 << power for power in struct.unpack_from("<HH", project, 30))
    start, limit, mini_start = (struct.unpack_from("<I", project, at)[0] for at in (48, 56, 60))
    lists = [number for number in struct.unpack_from(f"<{_HEADER_FAT}I", project, 76) if number < _END]
    fat = _numbers(b"".join(_sector(project, number, sector) for number in lists))
    directory = b"".join(_sector(project, number, sector) for number in _chain(fat, start))
    mini_fat = _numbers(b"".join(_sector(project, number, sector) for number in _chain(fat, mini_start)))
    found: dict[str, bytes] = {}
    short = b""
    for at in range(0, len(directory), _ENTRY):
        length, kind = struct.unpack_from("<HB", directory, at + 64)
        begins, size = struct.unpack_from("<II", directory, at + 116)
        if kind == _ROOT:
            short = b"".join(_sector(project, number, sector) for number in _chain(fat, begins))
        if kind != _STREAM:
            continue
        name = directory[at : at + max(0, length - 2)].decode("utf-16-le").lower()
        if name in found:
            raise ValueError("two streams of one name")
        if size < limit:
            data = b"".join(short[n * mini : (n + 1) * mini] for n in _chain(mini_fat, begins))
        else:
            data = b"".join(_sector(project, number, sector) for number in _chain(fat, begins))
        found[name] = data[:size]
    return found


def _sector(project: bytes, number: int, size: int) -> bytes:
    return project[(number + 1) * size : (number + 2) * size]


def _numbers(data: bytes) -> tuple[int, ...]:
    return struct.unpack(f"<{len(data) // 4}I", data[: len(data) // 4 * 4])


def _chain(fat: tuple[int, ...], start: int) -> Iterator[int]:
    for _ in range(len(fat) + 1):
        if start >= _END:
            return
        yield start
        start = fat[start]
    raise ValueError("a chain that runs in a circle")
