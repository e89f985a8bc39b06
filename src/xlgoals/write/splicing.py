"""Streamed rows put into a package that XlsxWriter made, and the container both are written to.

The standard library's zip writer takes no bytes that are compressed already, so the few structures of the
container are written here; everything is dated as XlsxWriter dates it, and the same rows give the same bytes.
"""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from typing import BinaryIO

from xlgoals.errors import CannotDo
from xlgoals.write.deflating import Deflated
from xlgoals.write.streaming import Rows, escape

_OPENING, _CLOSING = b"<sheetData>", b"</sheetData>"
_LINKS = re.compile(rb"<hyperlinks>.*?</hyperlinks>", re.DOTALL)
_ROW = re.compile(rb'<row r="(\d+)".*?</row>|<row r="(\d+)"[^>]*/>', re.DOTALL)
_STYLE = re.compile(rb'<c r="[A-Z]+\d+" s="(\d+)"')
# A drive or a share keeps its backslashes: only a relative reference is a URI.
_OUTSIDE = re.compile(rb'Target="(?!file:)[^"]*" TargetMode="External"')
_HYPERLINK = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_ZEROS = bytes(1 << 20)
_LARGEST = (1 << 32) - 1
# Version 2.0, a name in UTF-8, deflate, and the day that XlsxWriter gives every member.
_LOCAL = struct.Struct("<4sHHHHHIIIHH")
_CENTRAL = struct.Struct("<4sHHHHHHIIIHHHHHII")
_END = struct.Struct("<4sHHHHIIH")
_COMMON = (20, 0x800, zipfile.ZIP_DEFLATED, 0, 0x21)
_LOCAL_SIZES = 14


def write_spliced(skeleton: bytes, streams: Mapping[str, Rows], target: BinaryIO) -> None:
    """Writes the package ``skeleton`` with rows in the place of sample rows.

    ``streams`` goes by the name of the worksheet's part. The sample row stands where the first streamed row
    will, has a cell in each column in the format of the stream, and a link where the stream may have links.

    Raises:
        CannotDo: the package would be larger than a container of this kind can be.
        RuntimeError: the skeleton does not fit the streams, which only a mistake in the program can cause.
    """
    container = _Container(target)
    with zipfile.ZipFile(io.BytesIO(skeleton)) as source:
        relations = {_relations_of(part): rows for part, rows in streams.items()}
        for info in source.infolist():
            name = info.filename
            content = source.read(info)
            if name in streams:
                container.add(name, _sheet(content, streams[name]))
            elif name in relations:
                if relations[name].relations:
                    container.add(name, [_related(relations[name].relations)])
            else:
                container.add(name, [_with_uris(content) if "/_rels/" in name else content])
    container.close()


def _sheet(content: bytes, rows: Rows) -> Iterator[bytes | Deflated]:
    """The worksheet's part in pieces: as XlsxWriter made it, but for the sample row and its link."""
    head, opening, rest = content.partition(_OPENING)
    before, closing, tail = rest.partition(_CLOSING)
    found = list(_ROW.finditer(before))
    if not opening or not closing or not found or _number(found[-1]) != rows.first:
        raise RuntimeError("the skeleton has no sample row")
    if tuple(map(int, _STYLE.findall(found[-1][0]))) != rows.formats:
        raise RuntimeError("the sample row has other formats than the stream")
    yield _resized(head, rows) + opening + before[: found[-1].start()]
    yield rows.body
    yield closing
    links = _LINKS.search(tail)
    if links is None:
        if rows.relations:
            raise RuntimeError("the skeleton has no sample link")
        yield tail
    elif not rows.relations:
        yield tail[: links.start()] + tail[links.end() :]
    else:
        yield tail[: links.start()] + b"<hyperlinks>"
        yield rows.links
        yield b"</hyperlinks>" + tail[links.end() :]


def _with_uris(relations: bytes) -> bytes:
    """Relative links with ``/``, which lead to the file on every system; XlsxWriter writes Windows paths."""
    return _OUTSIDE.sub(lambda match: match[0].replace(b"\\", b"/"), relations)


def _number(row: re.Match[bytes]) -> int:
    return int(row[1] or row[2])


def _resized(head: bytes, rows: Rows) -> bytes:
    """The used area, which XlsxWriter takes from the sample row, down to the last row."""
    last = max(rows.first + rows.count - 1, rows.first - 1, 1)
    return re.sub(rb'(<dimension ref="[A-Z]+\d+:[A-Z]+)\d+"', rb'\g<1>%d"' % last, head, count=1)


def _relations_of(part: str) -> str:
    folder, _, name = part.rpartition("/")
    return f"{folder}/_rels/{name}.rels"


def _related(files: Iterable[str]) -> bytes:
    listed = "".join(
        f'<Relationship Id="rId{number}" Type="{_HYPERLINK}" Target="{escape(file)}" TargetMode="External"/>'
        for number, file in enumerate(files, start=1)
    )
    head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    return f'{head}<Relationships xmlns="{_RELATIONS}">{listed}</Relationships>'.encode()


class _Container:
    """A zip file in the making; sizes are filled in when a member is complete."""

    def __init__(self, target: BinaryIO) -> None:
        self._target = target
        self._directory: list[bytes] = []

    def add(self, name: str, pieces: Iterable[bytes | Deflated]) -> None:
        """A member made of plain and of compressed pieces, one after another."""
        target, spelled = self._target, name.encode()
        offset = target.tell()
        target.write(_LOCAL.pack(b"PK\x03\x04", *_COMMON, 0, 0, 0, len(spelled), 0) + spelled)
        start, check, size = target.tell(), 0, 0
        for piece in pieces:
            if isinstance(piece, Deflated):
                check, size = _joined(check, piece.check, piece.size), size + piece.size
                target.writelines(piece.pieces())
            else:
                check, size = zlib.crc32(piece, check), size + len(piece)
                packer = zlib.compressobj(zlib.Z_DEFAULT_COMPRESSION, zlib.DEFLATED, -zlib.MAX_WBITS)
                target.write(packer.compress(piece) + packer.flush(zlib.Z_FULL_FLUSH))
        target.write(zlib.compressobj(wbits=-zlib.MAX_WBITS).flush())  # the last block, with nothing in it
        end = target.tell()
        if max(size, end) > _LARGEST:
            raise CannotDo("output.too_large", part=name)
        target.seek(offset + _LOCAL_SIZES)
        target.write(struct.pack("<III", check, end - start, size))
        target.seek(end)
        sizes = (check, end - start, size, len(spelled), 0, 0, 0, 0, 0, offset)
        self._directory.append(_CENTRAL.pack(b"PK\x01\x02", 20, *_COMMON, *sizes) + spelled)

    def close(self) -> None:
        """Writes the directory of the container."""
        offset, listed = self._target.tell(), b"".join(self._directory)
        count = len(self._directory)
        self._target.write(listed)
        self._target.write(_END.pack(b"PK\x05\x06", 0, 0, count, count, len(listed), offset, 0))


def _joined(before: int, check: int, size: int) -> int:
    """CRC-32 of what has the check ``before`` followed by ``size`` bytes of the check ``check``.

    The checks of the same bytes after two beginnings differ by what the beginnings make of as many zeros.
    """
    own, none = before, 0
    left = size
    while left:
        zeros = _ZEROS[:left] if left < len(_ZEROS) else _ZEROS
        own, none = zlib.crc32(zeros, own), zlib.crc32(zeros, none)
        left -= len(zeros)
    return own ^ none ^ check
