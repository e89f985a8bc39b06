"""One small member of a package, inflated at once, with every check that :mod:`zipfile` makes on the way."""

from __future__ import annotations

import struct
import zipfile
import zlib

LARGEST = 1 << 24
"""Bytes of a member up to which it is inflated at once."""
_HEADER = struct.Struct("<4s2xH18xHH")
_MAGIC = b"PK\x03\x04"
_UTF8 = 0x800
# Patched data and strong encryption: nobody can read them.
_UNREADABLE = 0x60


class BadMember(Exception):
    """The bytes are not what the directory of the package tells."""


def inflated(package: bytes, info: zipfile.ZipInfo) -> bytes:
    """The content of a member that is stored or deflated; never more bytes than the directory tells.

    Raises:
        BadMember: another name in front of it, a broken stream, a wrong checksum.
    """
    packed = _packed(package, info)
    try:
        if info.compress_type == zipfile.ZIP_STORED or not info.file_size:
            content = packed[: info.file_size]
        else:
            content = zlib.decompressobj(-zlib.MAX_WBITS).decompress(packed, info.file_size)
    except zlib.error:
        raise BadMember from None
    if zlib.crc32(content) != info.CRC:
        raise BadMember
    return content


def _packed(package: bytes, info: zipfile.ZipInfo) -> bytes:
    try:
        magic, flags, name_size, extra_size = _HEADER.unpack_from(package, info.header_offset)
        at = info.header_offset + _HEADER.size
        name = package[at : at + name_size].decode("utf-8" if flags & _UTF8 else "cp437")
    except (struct.error, UnicodeDecodeError):
        raise BadMember from None
    start = at + name_size + extra_size
    packed = package[start : start + info.compress_size]
    is_other = magic != _MAGIC or name != info.orig_filename or info.flag_bits & _UNREADABLE
    if is_other or len(packed) < info.compress_size:
        raise BadMember
    return packed
