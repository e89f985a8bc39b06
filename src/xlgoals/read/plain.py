"""The quick way through a part that is spelled as office programs spell it.

The bulk of a workbook is one long list of rows, or of texts. Where that list is plain (no comment, no
declaration, no odd entity, every element as one grammar says) a regular expression takes it apart ten times
faster than a parser calls back; what stands around it always goes through the parser. Where a single
character does not fit, the whole part goes through the parser: it alone judges what is odd.
"""

from __future__ import annotations

import re
from typing import NamedTuple

LARGEST = 32 << 20
"""Bytes of a part beyond which a copy of it costs more memory than the time is worth."""
_DECLARATION = re.compile(
    rb'\s*<\?xml version="1\.0"(?: encoding="(?:UTF|utf)-8")?(?: standalone="\w+")?\s*\?>'
)
# No character of XML, or (the carriage return) one that a parser turns into another.
_ODD_BYTES = bytes(sorted({*range(0x20)} - {0x09, 0x0A}))
_ODD_ENDS = ("\ufffe".encode(), "\uffff".encode())
_ODD = r"\x00-\x08\x0b-\x1f\ufffe\uffff"
CHARACTERS = rf"(?:[^<>&{_ODD}]++|&(?:amp|lt|gt|quot|apos);)*+"
"""A pattern for character data as a plain part spells it."""
ATTRIBUTE = r'[^"<>&\x00-\x1f\ufffe\uffff]*+'
"""A pattern for the value of an attribute."""
# A comment, a declaration, CDATA, or an instruction.
_MARKUP = re.compile(rb"<[!?]")
# The one prefix that Excel writes on a row; without a declaration it is no XML.
_PREFIX = "x14ac"
_ENTITY = re.compile("&(amp|lt|gt|quot|apos);")
_MEANING = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}


class Plain(NamedTuple):
    """A part in three pieces: ``head`` up to the list, ``body`` with its items, ``tail`` behind it.

    Of the body nothing is known yet: whoever takes it apart holds every character against a grammar.
    """

    head: bytes
    body: str
    tail: bytes


def split_plain(data: bytes, element: str) -> Plain | None:
    """The part around and inside its one ``element``; None when what stands around it is not plain."""
    opening, closing = f"<{element}".encode(), f"</{element}>".encode()
    # The last end: an earlier one stands in the body, which no grammar takes then.
    start, end = data.find(opening), data.rfind(closing)
    if start < 0 or end < start or len(data) > LARGEST:
        return None
    start = data.find(b">", start) + 1
    declaration = _DECLARATION.match(data)
    if declaration is None or not start <= end or data[start - 2 : start] == b"/>":
        return None
    head, tail = data[:start], data[end:]
    is_odd = (
        _MARKUP.search(head, declaration.end()) is not None
        or _MARKUP.search(tail) is not None
        or opening in tail
        or has_odd_bytes(head)
        or has_odd_bytes(tail)
    )
    if is_odd:
        return None
    try:
        body = data[start:end].decode("utf-8")
    except UnicodeDecodeError:
        return None
    if f"xmlns:{_PREFIX}=".encode() not in head and _PREFIX in body:
        return None
    return Plain(head, body, tail)


def has_odd_bytes(data: bytes) -> bool:
    """Whether there is a character that is none of XML, or that a parser would turn into another."""
    is_odd = len(data.translate(None, _ODD_BYTES)) < len(data)
    return is_odd or (not data.isascii() and any(odd in data for odd in _ODD_ENDS))


def has_odd_entity(text: str) -> bool:
    """Whether there is a reference beside those five that need no declaration."""
    return "&" in text and text.count("&") != len(_ENTITY.findall(text))


def meaning(text: str) -> str:
    """Character data of a plain part as a parser would tell it."""
    return _ENTITY.sub(lambda match: _MEANING[match[1]], text) if "&" in text else text
