"""The gate: a workbook that arrives is untrusted bytes, looked at before any parser sees it.

The container is checked from its central directory (names, counts, sizes, ratios, overlaps); every XML
part goes through expat with document types refused in the parser event. A package that could be read
in two ways is refused. Values are parsed in :mod:`xlgoals.read.cells`.
"""

from __future__ import annotations

import io
import itertools
import posixpath
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from xml.parsers import expat

from xlgoals.errors import CannotDo

_MIB = 1 << 20
# Far above any real submission (22 KB zipped, 131 KB of XML) and far below what hurts an office machine.
LARGEST_FILE = 20 * _MIB
LARGEST_PART = 256 * _MIB
LARGEST_TOTAL = 512 * _MIB
MOST_MEMBERS = 2000
# Legitimate sheets reach 300:1; only large parts beyond that are bombs.
RATIO_GRACE = 16 * _MIB
LARGEST_RATIO = 500
DEEPEST = 64
_CHUNK = 1 << 16

Attributes = Mapping[str, str]


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

    def __init__(self, name: str, data: bytes) -> None:
        """Checks the container.

        Raises:
            CannotDo: it is not a workbook, or not one that can be read in exactly one way.
        """
        self.name = name
        refuse_other_kinds(name, data)
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
            infos = self._zip.infolist()
        except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, EOFError, UnicodeDecodeError):
            raise CannotDo("workbook.damaged", file=name) from None
        self._members = _checked_members(name, infos)

    def has(self, part: str) -> bool:
        """Whether the package holds a part, whatever its case."""
        return part.casefold() in self._members

    def parse(self, part: str, handler: XmlHandler) -> None:
        """Runs ``handler`` over one XML part.

        Raises:
            CannotDo: the part is missing, damaged, not XML, holds a document type, or is nested too deep.
        """
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        depth = 0

        def start(name: str, attributes: dict[str, str]) -> None:
            nonlocal depth
            depth += 1
            if depth > DEEPEST:
                raise CannotDo("workbook.hostile", file=self.name, part=part)
            handler.start(name.rpartition(" ")[2], attributes)

        def end(name: str) -> None:
            nonlocal depth
            depth -= 1
            handler.end(name.rpartition(" ")[2])

        def refuse(*_: object) -> None:
            raise CannotDo("workbook.hostile", file=self.name, part=part)

        parser.StartElementHandler = start
        parser.EndElementHandler = end
        parser.CharacterDataHandler = handler.text
        parser.StartDoctypeDeclHandler = refuse
        parser.EntityDeclHandler = refuse
        try:
            for chunk in self._chunks(part):
                parser.Parse(chunk, False)
            parser.Parse(b"", True)
        except expat.ExpatError:
            raise CannotDo("workbook.damaged_part", file=self.name, part=part) from None

    def relations(self, part: str) -> dict[str, Relation]:
        """The relationships of ``part`` by id; of the package itself for an empty name."""
        folder, _, base = part.rpartition("/")
        source = f"{folder}/_rels/{base}.rels".lstrip("/")
        if not self.has(source):
            return {}
        reader = _Relations(folder)
        self.parse(source, reader)
        return reader.found

    def _chunks(self, part: str) -> Iterator[bytes]:
        info = self._members.get(part.casefold())
        if info is None:
            raise CannotDo("workbook.damaged_part", file=self.name, part=part)
        left = info.file_size
        try:
            with self._zip.open(info) as stream:
                while chunk := stream.read(_CHUNK):
                    left -= len(chunk)
                    if left < 0:  # the directory lied about the size
                        raise CannotDo("workbook.hostile", file=self.name, part=part)
                    yield chunk
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError):
            raise CannotDo("workbook.damaged_part", file=self.name, part=part) from None


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
        CannotDo: the file is not there, not readable, too large, or refused by the gate.
    """
    try:
        if not path.is_file():
            raise CannotDo("file.missing" if not path.exists() else "file.not_a_file", file=path)
        size = path.stat().st_size
        if size > LARGEST_FILE:
            raise CannotDo(
                "workbook.too_large", file=path.name, size=size // _MIB, limit=LARGEST_FILE // _MIB
            )
        data = path.read_bytes()
    except OSError as fault:
        raise CannotDo("file.unreadable", file=path.name, reason=fault.strerror or fault) from None
    return Package(path.name, data), data


def refuse_other_kinds(name: str, data: bytes) -> None:
    """Says what a file is when it is not an OOXML package: by content, whatever its name promises."""
    if not data:
        raise CannotDo("workbook.empty", file=name)
    if data[:4] == b"PK\x03\x04":
        return
    head = data[:2048].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if data[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        encrypted = "EncryptedPackage".encode("utf-16-le") in data
        raise CannotDo("workbook.encrypted" if encrypted else "workbook.old_format", file=name)
    if head.startswith(b"%pdf"):
        raise CannotDo("workbook.pdf", file=name)
    if head.startswith((b"<html", b"<!doctype html", b"<table", b"mime-version")) or b"<html" in head:
        raise CannotDo("workbook.web_page", file=name)
    raise CannotDo("workbook.not_one", file=name)


def _checked_members(name: str, infos: list[zipfile.ZipInfo]) -> dict[str, zipfile.ZipInfo]:
    members: dict[str, zipfile.ZipInfo] = {}
    total = 0
    for info in infos:
        member = info.filename.replace("\\", "/")
        twin = member.casefold()
        escapes = member.startswith("/") or ".." in member.split("/") or ":" in member
        odd_method = info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
        total += info.file_size
        bomb = info.file_size > LARGEST_PART or (
            info.file_size > RATIO_GRACE and info.file_size > LARGEST_RATIO * max(1, info.compress_size)
        )
        if twin in members or escapes or odd_method or bomb or info.flag_bits & 1:
            raise CannotDo("workbook.hostile", file=name, part=member)
        members[twin] = info
    if len(members) > MOST_MEMBERS or total > LARGEST_TOTAL or _overlap(infos):
        raise CannotDo("workbook.hostile", file=name, part="zip")
    return members


def _overlap(infos: list[zipfile.ZipInfo]) -> bool:
    """Whether two members share bytes: the shape of a bomb that inflates far beyond its sum."""
    spans = sorted((info.header_offset, info.header_offset + 30 + info.compress_size) for info in infos)
    return any(after[0] < before[1] for before, after in itertools.pairwise(spans))
