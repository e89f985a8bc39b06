"""Whether a package says anything to a validator that no package before it has said.

A schema is about which element stands where, which attributes it has, and of what kind their values are. So
a part holds nothing new where each of its tags, attributes and shapes of values included, has stood right
behind the same tag before, in a part of the same kind. Numbers and words count by their shape, long texts as
long.
"""

from __future__ import annotations

import hashlib
import io
import re
import zipfile
from itertools import pairwise

_DIGITS = re.compile(rb"[0-9]")
_TAGS = re.compile(rb"<[^>]+>(?:[^<]{255})?")
_VALUES = re.compile(rb'="([^"]*)"')
_WORD = re.compile(rb"[A-Za-z]{1,24}")
_LETTERS = re.compile(rb"[A-Za-z\x80-\xff]+")
_LONGEST_SHAPE = 64
_XML = (".xml", ".rels", ".vml")


class Seen:
    """What packages have held so far."""

    def __init__(self) -> None:
        self._parts: set[bytes] = set()
        self._pairs: set[tuple[str, bytes, bytes]] = set()

    def has_news(self, package: bytes) -> bool:
        """Whether this one holds something new; what it holds is known from now on."""
        before = len(self._pairs)
        with zipfile.ZipFile(io.BytesIO(package)) as source:
            for name in source.namelist():
                self._look_at(name, source.read(name))
            kinds = sorted({_kind(name) for name in source.namelist()})
            self._pairs.add((" ".join(kinds), b"", b""))
        return len(self._pairs) > before

    def _look_at(self, name: str, content: bytes) -> None:
        digest = hashlib.sha256(name.encode() + content).digest()
        if digest in self._parts:
            return
        self._parts.add(digest)
        if not name.endswith(_XML):
            return
        kind = _kind(name)
        tags = _TAGS.findall(_DIGITS.sub(b"0", content))
        shapes = {tag: _shape(tag) for tag in set(tags)}
        self._pairs.update((kind, shapes[one], shapes[other]) for one, other in set(pairwise(tags)))


def _kind(name: str) -> str:
    return re.sub("[0-9]+", "", name)


def _shape(tag: bytes) -> bytes:
    head, closing, text = tag.partition(b">")
    return _VALUES.sub(_shape_of_value, head) + closing + (b"long" if text else b"")


def _shape_of_value(match: re.Match[bytes]) -> bytes:
    """An enumeration as it is; anything else by its signs, and whether it is long."""
    value = match[1]
    if _WORD.fullmatch(value):
        return match[0]
    shape = _LETTERS.sub(b"a", value)[:_LONGEST_SHAPE]
    sizes = [size for size in (31, 255) if len(value) > size]
    return b'="%b%d"' % (shape, len(sizes))
