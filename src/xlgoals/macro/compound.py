"""A compound file, [MS-CFB] version 3: the container of ``vbaProject.bin``.

Sectors of 512 bytes; streams below 4096 bytes share a mini stream of 64-byte sectors; the entries of a
storage form a red-black tree ordered by length of name, then by name in capitals. Nothing is dated, so
bytes repeat.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

_SECTOR = 512
_MINI_SECTOR = 64
_MINI_LIMIT = 4096
_PER_SECTOR = _SECTOR // 4
_HEADER_FAT_SECTORS = 109
_FREE, _END, _FAT, _NONE = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD, 0xFFFFFFFF
_UNUSED, _STORAGE, _STREAM, _ROOT = 0, 1, 2, 5
_RED, _BLACK = 0, 1
_MAGIC = bytes.fromhex("D0CF11E0A1B11AE1")
_LONGEST_NAME = 31


@dataclass(slots=True, kw_only=True)
class _Entry:
    """One line of the directory."""

    name: str
    kind: int
    data: bytes = b""
    children: list[int] = field(default_factory=list)
    left: int = _NONE
    right: int = _NONE
    child: int = _NONE
    colour: int = _BLACK
    start: int = 0
    size: int = 0

    @property
    def order(self) -> tuple[int, str]:
        """Entries of a storage are ordered by length of name first."""
        return len(self.name), self.name.upper()

    def packed(self) -> bytes:
        name = self.name.encode("utf-16-le")
        length = len(name) + 2 if self.kind != _UNUSED else 0
        head = struct.pack("<HBB", length, self.kind, self.colour if self.kind != _UNUSED else 0)
        links = struct.pack("<III", self.left, self.right, self.child)
        return name.ljust(64, b"\0") + head + links + bytes(36) + struct.pack("<IQ", self.start, self.size)


class _Sectors:
    """The sectors of the file and the chain that each belongs to."""

    def __init__(self) -> None:
        self.content = bytearray()
        self.chain: list[int] = []

    def add(self, data: bytes) -> int:
        """Puts ``data`` into a new chain; its first sector, or the end mark when there is nothing."""
        count = -(-len(data) // _SECTOR)
        first = len(self.chain)
        self.chain += _run(first, count)
        self.content += data.ljust(count * _SECTOR, b"\0")
        return first if count else _END


def _run(first: int, count: int) -> list[int]:
    """The chain of ``count`` sectors in a row."""
    return [first + number + 1 for number in range(count - 1)] + [_END] * bool(count)


def compound_file(streams: Mapping[str, bytes]) -> bytes:
    """A compound file with the streams in their order; a name may hold one ``/`` for a storage.

    Raises:
        ValueError: a name is longer than 31 characters, or the content is beyond the 6.8 MB that a file
            without further tables of tables can hold.
    """
    entries = _directory(streams)
    for entry in entries:
        _grow_tree(entry, entries)
    sectors, root = _Sectors(), entries[0]
    mini, mini_chain = bytearray(), list[int]()
    for entry in entries:
        if entry.kind != _STREAM:
            continue
        entry.size = len(entry.data)
        if entry.size >= _MINI_LIMIT:
            entry.start = sectors.add(entry.data)
            continue
        count = -(-entry.size // _MINI_SECTOR)
        entry.start = len(mini_chain) if count else _END
        mini_chain += _run(len(mini_chain), count)
        mini += entry.data.ljust(count * _MINI_SECTOR, b"\0")
    root.size, root.start = len(mini), sectors.add(bytes(mini))
    mini_table = _table(mini_chain)
    mini_start = sectors.add(mini_table)
    directory = b"".join(entry.packed() for entry in entries)
    unused = _Entry(name="", kind=_UNUSED).packed()
    directory_start = sectors.add(directory + unused * (-len(entries) % (_SECTOR // len(unused))))
    first_fat, count = len(sectors.chain), _fat_sectors(len(sectors.chain))
    fat = _table(sectors.chain + [_FAT] * count)
    places = [first_fat + number for number in range(count)]
    header = struct.pack("<8s16xHHHHH6x", _MAGIC, 0x3E, 3, 0xFFFE, 9, 6)
    header += struct.pack("<III", 0, count, directory_start)
    header += struct.pack("<III", 0, _MINI_LIMIT, mini_start)
    header += struct.pack("<III", len(mini_table) // _SECTOR, _END, 0)
    header += struct.pack("<109I", *places, *[_FREE] * (_HEADER_FAT_SECTORS - count))
    return header + bytes(sectors.content) + fat


def _directory(streams: Mapping[str, bytes]) -> list[_Entry]:
    entries = [_Entry(name="Root Entry", kind=_ROOT)]
    storages = {"": 0}
    for path, data in streams.items():
        storage, _, name = path.rpartition("/")
        if max(len(storage), len(name)) > _LONGEST_NAME:
            raise ValueError(f"name too long: {path}")
        if storage not in storages:
            storages[storage] = len(entries)
            entries[0].children.append(len(entries))
            entries.append(_Entry(name=storage, kind=_STORAGE))
        entries[storages[storage]].children.append(len(entries))
        entries.append(_Entry(name=name, kind=_STREAM, data=data))
    return entries


def _grow_tree(parent: _Entry, entries: Sequence[_Entry]) -> None:
    """A balanced tree over the children: only its incomplete last level is red, so every path is equal."""
    ordered = sorted(parent.children, key=lambda number: entries[number].order)
    depth = (len(ordered) + 1).bit_length() - 1  # levels that are full

    def grow(low: int, high: int, level: int) -> int:
        if low == high:
            return _NONE
        middle = (low + high) // 2
        entry = entries[ordered[middle]]
        entry.colour = _RED if level == depth else _BLACK
        entry.left, entry.right = grow(low, middle, level + 1), grow(middle + 1, high, level + 1)
        return ordered[middle]

    parent.child = grow(0, len(ordered), 0)


def _fat_sectors(used: int) -> int:
    """How many sectors the table takes that describes ``used`` sectors and itself."""
    count = 1
    while count * _PER_SECTOR < used + count:
        count += 1
    if count > _HEADER_FAT_SECTORS:
        raise ValueError("more than 6.8 MB of streams")
    return count


def _table(chain: Sequence[int]) -> bytes:
    packed = struct.pack(f"<{len(chain)}I", *chain)
    return packed.ljust(-(-len(packed) // _SECTOR) * _SECTOR, b"\xff")
