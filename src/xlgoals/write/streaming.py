"""The rows of a large sheet, written straight into the package that XlsxWriter makes for everything else.

XlsxWriter keeps every cell as an object until the workbook is closed. Of a sheet with 150,000 rows that is
most of the time and memory of a whole consolidation. Here a row becomes its bytes as soon as it is known (as
a text of Chinese it would be twice as large and take three times as long), and is compressed at once in a
thread of its own. XlsxWriter still decides formats, widths, filters, lists, charts and properties: it draws a
*skeleton* with one sample row, and :func:`xlgoals.write.splicing.write_spliced` puts the streamed rows in the
place of that row. XlsxWriter's own output for the same rows is what the tests compare with.

Texts are written in their cells (inline) and not in the shared table: that needs no memory that grows with
the rows. The price is disk: 25 MB for 150,000 rows, where XlsxWriter needs 18; zlib's usual level would make
it 22 and take two thirds more processor time for compressing.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from xlsxwriter.utility import xl_col_to_name

from xlgoals.errors import CannotDo
from xlgoals.escapes import escaped
from xlgoals.write.deflating import Deflated

MOST_ROWS = 1_048_576
"""Rows that a sheet of Excel has, its head included."""
MOST_LINKS = 65_530
"""Hyperlinks that a sheet of Excel takes; what goes beyond is a HYPERLINK formula."""
MOST_CHARACTERS = 32_767
_MOST_IN_FORMULA = 255
"""Characters of a text inside a formula, and of an address that HYPERLINK takes."""
_PIECE = 1 << 20
"""Bytes compressed at once: each time the thread comes back it waits for the interpreter, up to 5 ms."""
_CACHED = 4096
_NUMBER = b"\x01"
_NOT_IN_TARGETS = re.compile(r'[\x00-\x20%"#<>\[\]`^{}|\x7f\ud800-\udfff]')
_SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(slots=True, eq=False)  # not frozen: that makes three calls of each of a hundred thousand
class Link:
    """A text that leads to a place in another file; ``file`` is a URI, relative or whole, without a place.

    ``place`` is a cell as Excel writes it, ``'指标'!D5``; empty for the file as a whole. Without a file it is
    a text like any other.
    """

    label: str
    file: str
    place: str = ""

    def __str__(self) -> str:
        return self.label


Value = str | int | float | Link | None


class _Ends(dict[Value, bytes]):
    """What follows the reference and format of a cell, by its value; texts are kept, for they come again."""

    def __init__(self, link: Callable[[Link], bytes]) -> None:
        super().__init__(_BLANK)
        self._link = link

    def __missing__(self, value: Value) -> bytes:
        if not isinstance(value, str):
            return self._link(value) if isinstance(value, Link) else f"><v>{value!r}</v></c>".encode()
        end = _text(value)
        if len(self) >= _CACHED:
            self.clear()
            self.update(_BLANK)
        self[value] = end
        return end


_BLANK: dict[Value, bytes] = {"": b"/>", None: b"/>"}


def as_target(file: Path, folder: Path) -> str:
    """The file as the target of a link in a workbook in ``folder``: relative wherever that is possible.

    What Excel writes in percents stands in percents; letters of any script stay as they are.
    """
    try:
        path = Path(os.path.relpath(file.resolve(), folder.resolve())).as_posix()
    except ValueError:  # another drive on Windows
        path = f"file:///{file.resolve()}"
    return _NOT_IN_TARGETS.sub(lambda match: "".join(f"%{byte:02X}" for byte in os.fsencode(match[0])), path)


class Rows:
    """Rows of one sheet on their way into a package, compressed as they come."""

    def __init__(
        self, formats: Sequence[int], first: int, last: int = MOST_ROWS, beside: Path | None = None
    ) -> None:
        """``formats``: number of each column's cell format; ``first``: row of the first record, from 1.

        With ``beside`` what is compressed lies in files beside that one, so that closed rows can be sent to
        another process.
        """
        self._letters = [xl_col_to_name(column) for column in range(len(formats))]
        # A row with a place for its height and for the end of each cell: filled quicker than put together.
        cells = b"".join(
            b'<c r="%b%b" s="%d"%%b' % (letters.encode(), _NUMBER, style)
            for letters, style in zip(self._letters, formats, strict=True)
        )
        self._row = b'<row r="%b"%%b>%b</row>' % (_NUMBER, cells)
        self._ends = _Ends(self._link)
        self._leading: list[Link] = []
        self.formats = tuple(formats)
        self.first = first
        self._last = last
        self._next = first
        self._pieces: list[bytes] = []
        self._links: list[bytes] = []
        self._relations: dict[str, int] = {}
        self._size = 0
        self.body = Deflated(beside)
        self.links = Deflated(beside)
        self._link_count = 0
        self.has_formulas = False
        """Whether some links are formulas, because a sheet takes no more of the others."""

    @property
    def count(self) -> int:
        """Records so far."""
        return self._next - self.first

    @property
    def is_full(self) -> bool:
        """Whether the sheet has no row left."""
        return self._next > self._last

    @property
    def relations(self) -> Sequence[str]:
        """The files that links lead to, the first as ``rId1``."""
        return tuple(self._relations)

    def add(self, values: Sequence[Value], height: float | None = None) -> None:
        """One record, a value a column; ``height`` in points.

        Raises:
            CannotDo: a text is longer than a cell of Excel holds; it is never cut.
            IndexError: the sheet is full.
        """
        if self._next > self._last:
            raise IndexError(self._next)
        ends = map(self._ends.__getitem__, values)
        row = self._row.replace(_NUMBER, b"%d" % self._next) % (_tall(height), *ends)
        if self._leading:
            for link in self._leading:
                self._lead(f"{self._letters[values.index(link)]}{self._next}", link)
            self._leading.clear()
        self._pieces.append(row)
        self._size += len(row)
        self._next += 1
        if self._size > _PIECE:
            self._flush()

    def close(self) -> None:
        """No more rows come."""
        self._flush()
        self._ends.clear()
        self.body.close()
        self.links.close()

    def discard(self) -> None:
        """Lets go of what is kept."""
        self.body.discard()
        self.links.discard()

    def _flush(self) -> None:
        self.body.put(b"".join(self._pieces))
        self.links.put(b"".join(self._links))
        self._pieces.clear()
        self._links.clear()
        self._size = 0

    def _link(self, link: Link) -> bytes:
        if not link.label:
            return _BLANK[""]
        if not link.file:
            return _text(link.label)
        if self._link_count < MOST_LINKS:
            self._link_count += 1
            self._leading.append(link)
            return _text(link.label)
        address = f"{link.file}#{link.place}" if link.place else link.file
        if len(address) > _MOST_IN_FORMULA or len(link.label) > _MOST_IN_FORMULA:
            return _text(link.label)
        self.has_formulas = True
        parts = f"{_quoted(address)},{_quoted(link.label)}"
        return f' t="str"><f>HYPERLINK({escape(parts)})</f><v>{escape(link.label)}</v></c>'.encode()

    def _lead(self, cell: str, link: Link) -> None:
        """Puts down where a cell leads to."""
        relation = self._relations.setdefault(link.file, len(self._relations) + 1)
        place = f' location="{_attribute(link.place)}"' if link.place else ""
        self._links.append(f'<hyperlink ref="{cell}" r:id="rId{relation}"{place}/>'.encode())


@lru_cache(maxsize=1024)
def _tall(height: float | None) -> bytes:
    return b"" if height is None else f' ht="{height:g}" customHeight="1"'.encode()


def _quoted(text: str) -> str:
    """A text inside a formula."""
    return '"' + text.replace('"', '""') + '"'


def _text(text: str) -> bytes:
    """The end of a cell that holds a text."""
    if len(text) > MOST_CHARACTERS:
        raise CannotDo("output.text_too_long", start=text[:20], count=len(text), most=MOST_CHARACTERS)
    is_plain = text.isprintable() and text[0] != " " and text[-1] != " "
    if is_plain and not ("&" in text or "<" in text or ">" in text or "_x" in text):
        return b' t="inlineStr"><is><t>' + text.encode() + b"</t></is></c>"
    attribute = "" if is_plain else ' xml:space="preserve"'
    return f' t="inlineStr"><is><t{attribute}>{escape(text)}</t></is></c>'.encode()


def escape(text: str) -> str:
    """Character data of XML; control characters as Excel writes them.

    Raises:
        CannotDo: half of a surrogate pair, which no file can hold.
    """
    if not text.isprintable() or "_x" in text:
        if _SURROGATE.search(text):
            raise CannotDo("output.no_text", start=text[:20].encode("ascii", "backslashreplace").decode())
        text = escaped(text)
    if "&" in text:
        text = text.replace("&", "&amp;")
    if "<" in text:
        text = text.replace("<", "&lt;")
    if ">" in text:
        text = text.replace(">", "&gt;")
    return text


def _attribute(text: str) -> str:
    return escape(text).replace('"', "&quot;")
