"""What a file is, by its content and whatever its name promises."""

from __future__ import annotations

import io
import zipfile
from enum import StrEnum
from typing import BinaryIO

from xlgoals.errors import CannotDo

_OWNER_FILE = "~$"
_ZIP, _EMPTY_ZIP = b"PK\x03\x04", b"PK\x05\x06"
_COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ARCHIVES = (b"Rar!", b"7z\xbc\xaf\x27\x1c", b"\x1f\x8b")
_PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM", b"II*\x00", b"MM\x00*")
# The first record of a workbook that Excel 2 to 4 wrote, without a container around it.
_BARE_RECORDS = (b"\x09\x00\x04\x00", b"\x09\x02\x06\x00", b"\x09\x04\x06\x00", b"\x09\x08\x08\x00")
_WEB_PAGES = (b"<html", b"<!doctype html", b"<table", b"mime-version")
_XML_TABLE = b"urn:schemas-microsoft-com:office:spreadsheet"
_SPREADSHEET = b"application/vnd.oasis.opendocument.spreadsheet"
_OOXML_MEMBERS = {"[content_types].xml", "_rels/.rels"}
_WIDE_MARKS = (b"\xff\xfe", b"\xfe\xff")
_HEAD = 4096
_TEXT_ENCODINGS = ("utf-8", "gb18030")


class Kind(StrEnum):
    """Kinds of files that are sent in place of a workbook. The value names the sentence about it."""

    OOXML = "ooxml"
    OLD = "old_format"
    """.xls and .et: a compound file, or the bare records of a very old one."""
    BINARY = "binary"
    """.xlsb"""
    OPEN_DOCUMENT = "open_document"
    """.ods"""
    EMPTY = "empty"
    OWNER_FILE = "owner_file"
    ENCRYPTED = "encrypted"
    WEB_PAGE = "web_page"
    XML_TABLE = "xml_table"
    TEXT = "text"
    WORD = "word"
    SLIDES = "slides"
    PDF = "pdf"
    PICTURE = "picture"
    ARCHIVE = "archive"
    UNKNOWN = "not_one"

    @property
    def is_foreign(self) -> bool:
        """A workbook that is read only after a conversion."""
        return self in (Kind.OLD, Kind.BINARY, Kind.OPEN_DOCUMENT)


def listed(source: bytes | BinaryIO) -> zipfile.ZipFile | None:
    """The package with the names of its members; None for bytes of which there is no such list."""
    try:
        return zipfile.ZipFile(io.BytesIO(source) if isinstance(source, bytes) else source)
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, EOFError, UnicodeDecodeError):
        return None


def kind_of(name: str, data: bytes, package: zipfile.ZipFile | None = None) -> Kind:
    """What ``data`` is; ``name`` tells only an owner file that Office leaves beside an open workbook.

    ``package`` is what :func:`listed` made of it, where somebody has that already.
    """
    if name.startswith(_OWNER_FILE):
        return Kind.OWNER_FILE
    if not data:
        return Kind.EMPTY
    if data.startswith(_ZIP):
        return _kind_of_package(data, package or listed(data))
    if data.startswith(_COMPOUND):
        return _kind_of_compound(data)
    if data.startswith(_BARE_RECORDS):
        return Kind.OLD
    if data.startswith(_WIDE_MARKS):  # as Excel saves "Unicode text"
        data = data[: _HEAD // 2 * 2].decode("utf-16", "ignore").encode()
    head = data[:_HEAD].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if head.startswith(b"%pdf"):
        return Kind.PDF
    if data.startswith(_PICTURES):
        return Kind.PICTURE
    if data.startswith((*_ARCHIVES, _EMPTY_ZIP)):
        return Kind.ARCHIVE
    if _XML_TABLE in head:
        return Kind.XML_TABLE
    if head.startswith(_WEB_PAGES) or b"<html" in head:
        return Kind.WEB_PAGE
    return Kind.TEXT if _is_text(data[:_HEAD]) else Kind.UNKNOWN


def refuse(name: str, kind: Kind) -> CannotDo:
    """What the file is and what to do, as one sentence."""
    return CannotDo(f"workbook.{kind}", file=name)


def _kind_of_package(data: bytes, package: zipfile.ZipFile | None) -> Kind:
    """By the names of the members; a package that cannot be listed is left to the gate."""
    if package is None:
        return Kind.OOXML
    names = {member.filename.replace("\\", "/").casefold() for member in package.infolist()}
    if "xl/workbook.bin" in names:
        return Kind.BINARY
    if _SPREADSHEET in data[:200]:
        return Kind.OPEN_DOCUMENT
    if "word/document.xml" in names:
        return Kind.WORD
    if "ppt/presentation.xml" in names:
        return Kind.SLIDES
    return Kind.OOXML if names & _OOXML_MEMBERS else Kind.ARCHIVE


def _kind_of_compound(data: bytes) -> Kind:
    """By the names of the streams, which the directory of a compound file spells in UTF-16."""

    def holds(stream: str) -> bool:
        return stream.encode("utf-16-le") in data

    if holds("EncryptedPackage"):
        return Kind.ENCRYPTED
    if holds("WordDocument"):
        return Kind.WORD
    if holds("PowerPoint Document"):
        return Kind.SLIDES
    return Kind.OLD if holds("Workbook") or holds("Book") else Kind.UNKNOWN


def _is_text(head: bytes) -> bool:
    """Letters in an encoding that Chinese programs write; the last character may be cut off."""
    if b"\x00" in head:
        return False
    for encoding in _TEXT_ENCODINGS:
        try:
            text = head.decode(encoding)
        except UnicodeDecodeError as fault:
            if fault.start < len(head) - 4:
                continue
            text = head[: fault.start].decode(encoding)
        return all(letter.isprintable() or letter in "\t\r\n\ufeff" for letter in text)
    return False
