"""The parts of a workbook beside its sheets: outline and names, shared texts, formats, properties."""

from __future__ import annotations

import re

from xlgoals.errors import CannotDo
from xlgoals.read.package import Attributes, Package, XmlHandler
from xlgoals.read.plain import meaning, split_plain

TRUE = ("1", "true")
MOST_SHARED_CHARACTERS = 64 << 20
# Half of a surrogate pair is no character: it stays the text it is.
_ESCAPED = re.compile(r"_x((?![Dd][89A-Fa-f])[0-9A-Fa-f]{4})_")
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
            self.texts.append(unescape("".join(self._pieces)))
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
_ITEM = r'<si><t(?: xml:space="preserve")?+>([^<>]*+)</t></si>'
_PLAIN_ITEMS = re.compile(r'(?:<si><t(?: xml:space="preserve")?+>[^<>]*+</t></si>)*+')
_PLAIN_ITEM = re.compile(_ITEM)


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
    plain = split_plain(data, "sst")
    parser = package.parser(part, reader)
    if plain is not None and _PLAIN_ITEMS.fullmatch(plain.body):
        parser.feed(plain.head)
        parser.feed(plain.tail)
        parser.close()
        return [unescape(meaning(text)) for text in _PLAIN_ITEM.findall(plain.body)]
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


def unescape(text: str) -> str:
    """Excel writes a control character as ``_x000D_``, and the underscore of such a text as ``_x005F_``."""
    if "_x" not in text:
        return text
    return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text)


def whole(text: str) -> int:
    """A whole number of an attribute; 0 for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
