"""The parts of a workbook beside its sheets: outline and names, shared texts, formats, properties."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from types import MappingProxyType
from typing import NamedTuple

from xlgoals.errors import CannotDo
from xlgoals.escapes import unescaped
from xlgoals.read.package import Attributes, Package, XmlHandler, parsed
from xlgoals.read.plain import has_odd_bytes, has_odd_entity, meaning, split_plain

TRUE = ("1", "true")
MOST_SHARED_CHARACTERS = 64 << 20
# Built-in number formats; every other number of a style stands in the styles part itself.
_BUILT_IN_PERCENT = frozenset({9, 10})
_BUILT_IN_DATE = frozenset({*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)})
_QUOTED = re.compile(r'"[^"]*"|\[[^\]]*\]|\\.|_.|\*.')


class Properties(XmlHandler):
    """Custom document properties by name."""

    def __init__(self) -> None:
        self.found: dict[str, str] = {}
        self._name = ""

    def start(self, name: str, attributes: Attributes) -> None:
        """An element begins."""
        if name == "property":
            self._name = attributes.get("name", "")
            self.found[self._name] = ""

    def text(self, data: str) -> None:
        """Character data."""
        if self._name:
            self.found[self._name] += data.strip()


class Outline(XmlHandler):
    """Sheets in their order, defined names of the whole book, the date system and the structure lock."""

    def __init__(self) -> None:
        self.sheets: list[tuple[str, str, str]] = []
        self.from_1904 = False
        self.locked = False
        self.names: dict[str, list[str]] = {}
        self._name: list[str] | None = None

    def start(self, name: str, attributes: Attributes) -> None:
        """An element begins."""
        if name == "sheet":
            # The id comes in one of two namespaces: transitional or strict.
            identity = next((value for key, value in attributes.items() if key.endswith(" id")), "")
            self.sheets.append((attributes.get("name", ""), attributes.get("state", "visible"), identity))
        elif name == "workbookPr":
            self.from_1904 = attributes.get("date1904") in TRUE
        elif name == "workbookProtection":
            self.locked = attributes.get("lockStructure") in TRUE
        elif name == "definedName" and "localSheetId" not in attributes:
            self._name = self.names.setdefault(attributes.get("name", ""), [])

    def end(self, name: str) -> None:
        """An element ends."""
        if name == "definedName":
            self._name = None

    def text(self, data: str) -> None:
        """Character data."""
        if self._name is not None:
            self._name.append(data)


class SharedStrings(XmlHandler):
    """Texts by index; phonetic guides are not part of a text."""

    def __init__(self, file: str) -> None:
        self._file = file
        self.texts: list[str] = []
        self._pieces: list[str] = []
        self._in_text = False
        self._in_guide = False
        self._characters = 0

    def start(self, name: str, attributes: Attributes) -> None:
        """An element begins."""
        if name == "si":
            self._pieces = []
        elif name == "rPh":
            self._in_guide = True
        elif name == "t":
            self._in_text = not self._in_guide

    def end(self, name: str) -> None:
        """An element ends."""
        if name == "si":
            self.texts.append(unescaped("".join(self._pieces)))
        elif name == "rPh":
            self._in_guide = False
        elif name == "t":
            self._in_text = False

    def text(self, data: str) -> None:
        """Character data."""
        if self._in_text:
            self._pieces.append(data)
            self._characters += len(data)
            if self._characters > MOST_SHARED_CHARACTERS:
                raise CannotDo("workbook.hostile", file=self._file, part="sharedStrings")


# Rich texts and phonetic guides are for the parser.
_FIRST, _NEXT, _LAST = "<si><t>", "</t></si><si><t>", "</t></si>"
_WITH_SPACE = '<t xml:space="preserve">'
_MARKS_OF_AN_ITEM = 4


def _plain_texts(body: str) -> list[str] | None:
    """The shared texts of a plain part; None unless every character of it is as programs write it."""
    if not body:
        return []
    body = body.replace(_WITH_SPACE, "<t>")
    if not (body.startswith(_FIRST) and body.endswith(_LAST)) or has_odd_entity(body):
        return None
    texts = body[len(_FIRST) : -len(_LAST)].split(_NEXT)
    marks = _MARKS_OF_AN_ITEM * len(texts)
    if body.count("<") != marks or body.count(">") != marks:
        return None  # more elements than those that were taken off
    if "&" in body or "_x" in body:
        return [unescaped(meaning(text)) for text in texts]
    return texts


def read_shared(package: Package, part: str) -> list[str]:
    """The shared texts of a workbook.

    Raises:
        CannotDo: the part is missing or damaged, or there is more text than any real submission has.
    """
    reader = SharedStrings(package.name)
    if package.size(part) > MOST_SHARED_CHARACTERS:
        package.parse(part, reader)
        return reader.texts
    data = package.content(part)
    plain = None if has_odd_bytes(data) else split_plain(data, "sst")
    texts = None if plain is None else _plain_texts(plain.body)
    parser = package.parser(part, reader)
    if plain is not None and texts is not None:
        parser.feed(plain.head)
        parser.feed(plain.tail)
        parser.close()
        return texts
    parser.feed(data)
    parser.close()
    return reader.texts


class Styles(XmlHandler):
    """Which cell formats show a number as a percentage or a date, and which unlock their cell."""

    def __init__(self) -> None:
        self.percent: set[int] = set()
        self.date: set[int] = set()
        self.open: set[int] = set()
        self._codes: dict[int, str] = {}
        self._in_formats = False
        self._index = 0

    def start(self, name: str, attributes: Attributes) -> None:
        """An element begins."""
        if name == "numFmt":
            self._codes[whole(attributes.get("numFmtId", ""))] = attributes.get("formatCode", "")
        elif name == "cellXfs":
            self._in_formats = True
        elif name == "xf" and self._in_formats:
            number = whole(attributes.get("numFmtId", ""))
            code = _QUOTED.sub("", self._codes.get(number, "")).lower()
            if number in _BUILT_IN_PERCENT or "%" in code:
                self.percent.add(self._index)
            elif number in _BUILT_IN_DATE or any(letter in code for letter in "ymd"):
                self.date.add(self._index)
            self._index += 1
        elif name == "protection" and self._in_formats and attributes.get("locked") in ("0", "false"):
            self.open.add(self._index - 1)

    def end(self, name: str) -> None:
        """An element ends."""
        if name == "cellXfs":
            self._in_formats = False


class Outlined(NamedTuple):
    """What a workbook part says; shared between files that have the same one."""

    sheets: Sequence[tuple[str, str, str]]
    """Name, state and id of the relationship of each."""
    from_1904: bool
    locked: bool
    names: Mapping[str, str]


class Formats(NamedTuple):
    """What a styles part says; shared between files that have the same one."""

    percent: frozenset[int]
    date: frozenset[int]
    open: frozenset[int]


@lru_cache(maxsize=16)
def outline_in(data: bytes) -> Outlined:
    """What the bytes of a workbook part say.

    Raises:
        CannotDo: they are refused; the sentence lacks the names of file and part.
    """
    found = parsed(data, Outline())
    names = {name: "".join(pieces).strip() for name, pieces in found.names.items()}
    return Outlined(tuple(found.sheets), found.from_1904, found.locked, MappingProxyType(names))


@lru_cache(maxsize=16)
def formats_in(data: bytes) -> Formats:
    """What the bytes of a styles part say.

    Raises:
        CannotDo: as :func:`outline_in`.
    """
    found = parsed(data, Styles())
    return Formats(frozenset(found.percent), frozenset(found.date), frozenset(found.open))


def whole(text: str) -> int:
    """A whole number of an attribute; 0 for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
