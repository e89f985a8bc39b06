"""The gate: a workbook that arrives is untrusted bytes, looked at before any parser sees it.

The container is checked from its central directory (names, counts, sizes, ratios, overlaps); every XML
part goes through expat with document types refused in the parser event. A package that could be read
in two ways is refused. Values are parsed in :mod:`xlgoals.read.cells`.
"""

from __future__ import annotations

import inspect
import itertools
import posixpath
import stat
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import TypeVar
from xml.parsers import expat

from xlgoals.errors import CannotDo
from xlgoals.read.intake import read_bytes
from xlgoals.read.kinds import Kind, kind_of, listed, refuse
from xlgoals.read.members import LARGEST, BadMember, inflated

_MIB = 1 << 20
# Far above any real submission (131 KB of XML) and far below what hurts an office machine.
LARGEST_PART = 256 * _MIB
LARGEST_TOTAL = 512 * _MIB
MOST_MEMBERS = 2000
# Legitimate sheets reach 300:1; only large parts beyond that are bombs.
RATIO_GRACE = 16 * _MIB
LARGEST_RATIO = 500
DEEPEST = 64
_CHUNK = 1 << 16
LARGEST_KEPT = 1 << 16
"""Bytes of a piece of a workbook up to which it is remembered what they say."""
# Excel writes no other; what a program that knows fewer makes of them is anybody's guess.
_ENCODINGS = (None, "utf-8", "utf-16")
# What a broken member does to :mod:`zipfile`.
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, ValueError, struct.error)
_HOSTILE, _DAMAGED = "workbook.hostile", "workbook.damaged_part"

Attributes = Mapping[str, str]


_T = TypeVar("_T")


class XmlHandler:
    """What a parser is told of one part; subclasses override what they need. Names come without prefix."""

    def start(self, name: str, attributes: Attributes) -> None:
        """An element begins."""

    def end(self, name: str) -> None:
        """An element ends."""

    def text(self, data: str) -> None:
        """Character data, possibly in pieces."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Relation:
    """A relationship of a part; ``target`` is a member name, or an address outside when ``external``."""

    kind: str
    target: str
    external: bool


class Package:
    """A checked OOXML package in memory."""

    def __init__(
        self, name: str, data: bytes, *, room: int = 1, package: zipfile.ZipFile | None = None
    ) -> None:
        """Checks the container; ``room`` is how many submissions' sizes it may have: a master is of many.

        ``package`` is what :func:`xlgoals.read.kinds.listed` made of ``data``, where somebody has it already.
        One that was made of an open file needs no ``data``: it is read piece by piece.

        Raises:
            CannotDo: it is not a workbook, or not one that can be read in exactly one way.
        """
        self.name = name
        self._data = data
        package = package or listed(data)
        if package is None:
            raise CannotDo("workbook.damaged", file=name)
        self._zip = package
        infos = package.infolist()
        self._members = _checked_members(name, infos, room)

    @property
    def members(self) -> tuple[str, ...]:
        """Names of all members as the package spells them."""
        return tuple(info.filename for info in self._members.values())

    def has(self, part: str) -> bool:
        """Whether the package holds a part, whatever its case."""
        return part.casefold() in self._members

    def parse(self, part: str, handler: XmlHandler) -> None:
        """Runs ``handler`` over one XML part.

        Raises:
            CannotDo: the part is missing, damaged, not XML, holds a document type, or is nested too deep.
        """
        parser = self.parser(part, handler)
        for chunk in self.chunks(part):
            parser.feed(chunk)
        parser.close()

    def parser(self, part: str, handler: XmlHandler) -> PartParser:
        """A parser for a caller that has the bytes of ``part`` and feeds them itself."""
        return PartParser(self.name, part, handler)

    def content(self, part: str) -> bytes:
        """The whole of a part.

        Raises:
            CannotDo: the part is missing or damaged.
        """
        return b"".join(self.chunks(part))

    def size(self, part: str) -> int:
        """Bytes of a part as the directory of the package tells them; 0 for one that is not there."""
        info = self._members.get(part.casefold())
        return info.file_size if info else 0

    def recall(self, part: str, read: Callable[..., _T], *more: str) -> _T:
        """What ``read``, which remembers, makes of the bytes of ``part`` and of ``more``.

        A large part is not remembered.

        Raises:
            CannotDo: as :meth:`parse`.
        """
        data = self.content(part)
        try:
            return (read if len(data) <= LARGEST_KEPT else inspect.unwrap(read))(data, *more)
        except CannotDo as refusal:  # it cannot know whose bytes they were
            details = {**refusal.details, "file": self.name, "part": part}
            raise CannotDo(refusal.key, **details) from None

    def relations(self, part: str) -> Mapping[str, Relation]:
        """The relationships of ``part`` by id; of the package itself for an empty name."""
        folder, _, base = part.rpartition("/")
        source = f"{folder}/_rels/{base}.rels".lstrip("/")
        return self.recall(source, _relations_in, folder) if self.has(source) else {}

    def chunks(self, part: str) -> Iterator[bytes]:
        """The bytes of a part, piece by piece.

        Raises:
            CannotDo: the part is missing, damaged, or larger than the directory of the package tells.
        """
        info = self._members.get(part.casefold())
        if info is None:
            raise CannotDo("workbook.damaged_part", file=self.name, part=part)
        left = info.file_size
        try:
            if self._data and left <= LARGEST:
                yield inflated(self._data, info)
                return
            with self._zip.open(info) as stream:
                while chunk := stream.read(_CHUNK):
                    left -= len(chunk)
                    if left < 0:  # the directory lied about the size
                        raise CannotDo("workbook.hostile", file=self.name, part=part)
                    yield chunk
        except (BadMember, *_BROKEN):
            raise CannotDo("workbook.damaged_part", file=self.name, part=part) from None


class PartParser:
    """An XML parser over one part: document types are refused in the parser's own event."""

    def __init__(self, file: str, part: str, handler: XmlHandler) -> None:
        """``file`` and ``part`` name the place in a refusal."""
        self._refusals = {key: CannotDo(key, file=file, part=part) for key in (_HOSTILE, _DAMAGED)}
        self._parser = parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        depth = 0
        begin, finish = handler.start, handler.end

        def start(name: str, attributes: dict[str, str]) -> None:
            nonlocal depth
            depth += 1
            if depth > DEEPEST:
                raise self._refusals[_HOSTILE]
            begin(name.rpartition(" ")[2], attributes)

        def end(name: str) -> None:
            nonlocal depth
            depth -= 1
            finish(name.rpartition(" ")[2])

        def refuse(*_: object) -> None:
            raise self._refusals[_HOSTILE]

        def declared(version: str, encoding: str | None, standalone: int) -> None:
            if (encoding and encoding.lower()) not in _ENCODINGS:
                raise CannotDo("workbook.encoding", file=file, part=part, encoding=encoding)

        parser.XmlDeclHandler = declared
        parser.StartElementHandler = start
        parser.EndElementHandler = end
        parser.CharacterDataHandler = handler.text
        parser.StartDoctypeDeclHandler = refuse
        parser.EntityDeclHandler = refuse

    def feed(self, data: bytes) -> None:
        """Takes the next bytes.

        Raises:
            CannotDo: they are not XML, hold a document type, or nest too deep.
        """
        try:
            self._parser.Parse(data, False)
        except (expat.ExpatError, LookupError, ValueError):  # the latter two: an encoding that nobody knows
            raise self._refusals[_DAMAGED] from None

    def close(self) -> None:
        """Takes the end of the part.

        Raises:
            CannotDo: it ends too early.
        """
        try:
            self._parser.Parse(b"", True)
        except expat.ExpatError:
            raise self._refusals[_DAMAGED] from None


_Handler = TypeVar("_Handler", bound=XmlHandler)


def parsed(data: bytes, handler: _Handler) -> _Handler:
    """``handler`` after a parser went through the bytes of one part.

    Raises:
        CannotDo: as :meth:`Package.parse`, without the names of file and part.
    """
    parser = PartParser("", "", handler)
    parser.feed(data)
    parser.close()
    return handler


@lru_cache(maxsize=32)
def _relations_in(data: bytes, folder: str) -> Mapping[str, Relation]:
    return MappingProxyType(parsed(data, _Relations(folder)).found)


class _Relations(XmlHandler):
    def __init__(self, folder: str) -> None:
        self._folder = folder
        self.found: dict[str, Relation] = {}

    def start(self, name: str, attributes: Attributes) -> None:
        if name != "Relationship":
            return
        target = attributes.get("Target", "").replace("\\", "/")
        external = attributes.get("TargetMode") == "External"
        if not external:
            joined = target.lstrip("/") if target.startswith("/") else posixpath.join(self._folder, target)
            target = posixpath.normpath(joined)
        kind = attributes.get("Type", "").rpartition("/")[2]
        self.found[attributes.get("Id", "")] = Relation(kind=kind, target=target, external=external)


def read_package(path: Path) -> tuple[Package, bytes]:
    """The checked package in ``path``, and its bytes.

    Raises:
        CannotDo: the file is not there, not readable, too large, of another kind, or refused by the gate.
    """
    data = read_bytes(path)
    package = listed(data)
    kind = kind_of(path.name, data, package)
    if kind is not Kind.OOXML:
        raise refuse(path.name, kind)
    return Package(path.name, data, package=package), data


def _checked_members(name: str, infos: list[zipfile.ZipInfo], room: int) -> dict[str, zipfile.ZipInfo]:
    members: dict[str, zipfile.ZipInfo] = {}
    total = 0
    if len(infos) > MOST_MEMBERS or _overlap(infos) or _begins_elsewhere(infos):
        raise CannotDo("workbook.hostile", file=name, part="zip")
    for info in infos:
        member = info.filename.replace("\\", "/")
        twin = member.casefold()
        escapes = member.startswith("/") or ".." in member.split("/") or ":" in member
        odd_method = info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
        total += info.file_size
        bomb = info.file_size > LARGEST_PART * room or (
            info.file_size > RATIO_GRACE and info.file_size > LARGEST_RATIO * max(1, info.compress_size)
        )
        is_link = stat.S_ISLNK(info.external_attr >> 16)  # no office program packs one
        if twin in members or escapes or odd_method or bomb or is_link or info.flag_bits & 1:
            raise CannotDo("workbook.hostile", file=name, part=member)
        members[twin] = info
    if total > LARGEST_TOTAL * room:
        raise CannotDo("workbook.hostile", file=name, part="zip")
    return members


def _overlap(infos: list[zipfile.ZipInfo]) -> bool:
    """Whether two members share bytes: the shape of a bomb that inflates far beyond its sum."""
    spans = sorted((info.header_offset, info.header_offset + 30 + info.compress_size) for info in infos)
    return any(after[0] < before[1] for before, after in itertools.pairwise(spans))


def _begins_elsewhere(infos: list[zipfile.ZipInfo]) -> bool:
    """Whether the first member is not where the package begins: bytes stand there that others may read."""
    return min((info.header_offset for info in infos), default=0) != 0
