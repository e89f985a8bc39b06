"""Automatic numbers of paragraphs: a person sees them, but the text of a document does not hold them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from xlgoals.read.package import Attributes, XmlHandler

_LEVELS = 9
_CIRCLED_FIRST, _CIRCLED_MOST = 0x2460, 20
_ROMAN = ((10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))
_PLACEHOLDER = re.compile(r"%([1-9])")


def attribute(attributes: Attributes, name: str) -> str | None:
    """An attribute by its name without namespace."""
    for key, value in attributes.items():
        if key.rpartition(" ")[2] == name:
            return value
    return None


@dataclass(slots=True)
class _Level:
    start: int = 1
    shape: str = "decimal"
    text: str = ""
    legal: bool = False


@dataclass(slots=True)
class _List:
    levels: dict[int, _Level] = field(default_factory=dict)
    style_link: str = ""


class NumberingPart(XmlHandler):
    """``numbering.xml``: what each list of the document looks like."""

    def __init__(self) -> None:
        self.abstract: dict[str, _List] = {}
        self.lists: dict[str, str] = {}
        """Number of a list → its abstract list."""
        self.starts: dict[str, dict[int, int]] = {}
        """Levels that a list begins anew."""
        self.changed: dict[str, dict[int, _Level]] = {}
        """Levels that a list describes by itself."""
        self._list: _List | None = None
        self._number = ""
        self._level: _Level | None = None
        self._override = 0

    def start(self, name: str, attributes: Attributes) -> None:
        """Takes a list, a level, or what a level says."""
        value = attribute(attributes, "val") or ""
        if name == "abstractNum":
            self._list = self.abstract.setdefault(attribute(attributes, "abstractNumId") or "", _List())
        elif name == "num":
            self._list, self._number = None, attribute(attributes, "numId") or ""
        elif name == "abstractNumId":
            self.lists[self._number] = value
        elif name == "lvlOverride":
            self._override = _whole(attribute(attributes, "ilvl"))
        elif name == "startOverride":
            self.starts.setdefault(self._number, {})[self._override] = _whole(value)
        elif name == "lvl":
            depth = _whole(attribute(attributes, "ilvl"))
            self._level = _Level()
            levels = self._list.levels if self._list else self.changed.setdefault(self._number, {})
            levels[depth] = self._level
        elif self._level is not None:
            self._take(name, value)

    def _take(self, name: str, value: str) -> None:
        level = self._level
        if level is None:
            return
        if name == "start":
            level.start = _whole(value)
        elif name == "numFmt":
            level.shape = value
        elif name == "lvlText":
            level.text = value
        elif name == "isLgl":
            level.legal = value not in ("0", "false")

    def end(self, name: str) -> None:
        """A level or a list ends."""
        if name == "lvl":
            self._level = None
        elif name == "abstractNum":
            self._list = None


class StylesPart(XmlHandler):
    """``styles.xml``: which paragraph styles bring a list with them."""

    def __init__(self) -> None:
        self.based: dict[str, str] = {}
        self.numbers: dict[str, tuple[str, int]] = {}
        """Style → list and level."""
        self.default = ""
        self._style = ""
        self._inside = False
        self._level = 0

    def start(self, name: str, attributes: Attributes) -> None:
        """Takes a style and its list."""
        value = attribute(attributes, "val") or ""
        if name == "style":
            self._style = attribute(attributes, "styleId") or ""
            if attribute(attributes, "type") == "paragraph" and attribute(attributes, "default") in (
                "1",
                "true",
            ):
                self.default = self._style
        elif name == "basedOn":
            self.based[self._style] = value
        elif name == "numPr":
            self._inside, self._level = True, 0
        elif name == "ilvl" and self._inside:
            self._level = _whole(value)
        elif name == "numId" and self._inside:
            self.numbers[self._style] = (value, self._level)

    def end(self, name: str) -> None:
        """A style's list ends."""
        if name == "numPr":
            self._inside = False

    def of(self, style: str) -> tuple[str, int] | None:
        """The list and level of a style, its own or inherited."""
        name, seen = style or self.default, set[str]()
        while name and name not in seen:
            seen.add(name)
            if name in self.numbers:
                return self.numbers[name]
            name = self.based.get(name, "")
        return None


class Numbering:
    """Counts along the document; :meth:`label` is asked once for each numbered paragraph, in order."""

    def __init__(self, part: NumberingPart, styles: StylesPart, han: str) -> None:
        """``han`` holds the Chinese digits from zero on, and the one for ten."""
        self._han = han
        self._part = part
        self._styles = styles
        self._counts: dict[str, list[int | None]] = {}
        self._begun: set[tuple[str, int]] = set()

    def label(self, number: str | None, level: int | None, style: str) -> str:
        """The number that stands before a paragraph; empty where there is none, or only a bullet."""
        inherited = self._styles.of(style)
        if number is None and inherited:
            number, level = inherited[0], inherited[1] if level is None else level
        depth = min(level or 0, _LEVELS - 1)
        abstract = self._part.lists.get(number or "")
        if number in (None, "", "0") or abstract is None:
            return ""
        levels = {**self._part.abstract.get(abstract, _List()).levels, **self._part.changed.get(number, {})}
        counts = self._counts.setdefault(abstract, [None] * _LEVELS)
        start = self._part.starts.get(number, {}).get(depth)
        if start is not None and (number, depth) not in self._begun:
            counts[depth] = start
        else:
            before = counts[depth]
            counts[depth] = levels.get(depth, _Level()).start if before is None else before + 1
        self._begun.add((number, depth))
        counts[depth + 1 :] = [None] * (_LEVELS - depth - 1)
        own = levels.get(depth, _Level())
        if own.shape in ("bullet", "none"):
            return ""

        def said(match: re.Match[str]) -> str:
            position = int(match[1]) - 1
            which = levels.get(position, _Level())
            count = counts[position]
            count = which.start if count is None else count
            return _written("decimal" if own.legal else which.shape, count, self._han)

        return _PLACEHOLDER.sub(said, own.text)


def _whole(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < _LEVELS else 0


def _written(shape: str, count: int, han: str) -> str:
    if shape in _HAN_COUNTING:
        return _han(count, han)
    if shape == "ideographDigital":
        return "".join(han[int(digit)] for digit in str(count))
    writer = _SHAPES.get(shape)
    return writer(count) if writer else str(count)


def _han(count: int, han: str) -> str:
    """One to ninety-nine as Chinese counts; beyond that digit by digit."""
    if not 0 < count < 100:
        return "".join(han[int(digit)] for digit in str(count))
    tens, ones = divmod(count, 10)
    return (han[tens] if tens > 1 else "") + (han[10] if tens else "") + (han[ones] if ones else "")


def _circled(count: int) -> str:
    return chr(_CIRCLED_FIRST + count - 1) if 0 < count <= _CIRCLED_MOST else str(count)


def _roman(count: int) -> str:
    text = ""
    for value, letters in _ROMAN:
        while count >= value:
            text, count = text + letters, count - value
    return text


def _letter(count: int) -> str:
    """A to z, then aa, bb, as Word counts."""
    times, position = divmod(count - 1, 26) if count > 0 else (0, 0)
    return chr(ord("a") + position) * (times + 1)


_HAN_COUNTING = frozenset(
    {"chineseCounting", "chineseCountingThousand", "japaneseCounting", "taiwaneseCountingThousand"}
)
_SHAPES: Mapping[str, Callable[[int], str]] = {
    "decimalEnclosedCircle": _circled,
    "decimalEnclosedCircleChinese": _circled,
    "decimalFullWidth": lambda count: "".join(chr(0xFF10 + int(digit)) for digit in str(count)),
    "decimalZero": lambda count: f"{count:02d}",
    "lowerRoman": _roman,
    "upperRoman": lambda count: _roman(count).upper(),
    "lowerLetter": _letter,
    "upperLetter": lambda count: _letter(count).upper(),
}
