"""A document's main text as paragraphs and tables, as a person sees them.

What was deleted or hidden is kept apart, contents and codes of fields are left out, text boxes follow the
paragraph that holds them. Every paragraph and every cell knows its place.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from xlgoals.model import Sighting
from xlgoals.read.declaration.lines import Loss
from xlgoals.read.package import Attributes, XmlHandler
from xlgoals.read.word.numbering import Numbering, attribute

_OFF = ("0", "false", "off")
# Former properties, field codes, readings above characters, and the second copy of what older programs show.
_SKIPPED = frozenset(
    {
        *(
            "rPrChange",
            "pPrChange",
            "tblPrChange",
            "trPrChange",
            "tcPrChange",
            "tblGridChange",
            "sectPrChange",
        ),
        *("numberingChange", "Fallback", "rt", "tblPrExChange"),
    }
)
_DELETIONS = frozenset({"del", "moveFrom"})
_SIMPLE = {"tab": "\t", "cr": "\n", "noBreakHyphen": "-", "ptab": "\t"}
_BEFORE_PART = {"den": "/", "sup": "^", "deg": "\u221a"}
_FIRST_PRIVATE = 0xF000


@dataclass(slots=True)
class Paragraph:
    """A paragraph; ``place`` is ``P12``, or the cell that holds it."""

    text: str
    place: str
    is_contents: bool = False


@dataclass(slots=True)
class Cell:
    """A cell; ``blocks`` are its paragraphs and the tables inside it, in order."""

    place: str
    span: int = 1
    is_below: bool = False
    """Merged with the cell above."""
    is_beside: bool = False
    """Merged with the cell to the left, as old documents do it."""
    blocks: list[Paragraph | Table] = field(default_factory=list)

    @property
    def text(self) -> str:
        """All paragraphs of its own, one a line; the blank one that must follow an inner table is none."""
        kept = [
            block.text
            for before, block in zip([None, *self.blocks], self.blocks, strict=False)
            if isinstance(block, Paragraph) and (block.text or not isinstance(before, Table))
        ]
        return "\n".join(kept)

    @property
    def tables(self) -> list[Table]:
        """The tables inside it."""
        return [block for block in self.blocks if isinstance(block, Table)]


@dataclass(slots=True)
class Row:
    """A row; ``before`` and ``after`` are the grid columns that it leaves free."""

    cells: list[Cell] = field(default_factory=list)
    before: int = 0
    after: int = 0
    is_hidden: bool = False
    is_deleted: bool = False


@dataclass(slots=True)
class Table:
    """A table; ``number`` is ``2``, or ``2-1`` for the first one inside the second."""

    number: str
    rows: list[Row] = field(default_factory=list)
    inner: int = 0


@dataclass(slots=True)
class _Open:
    """A paragraph while it is read."""

    place: str
    pieces: list[str] = field(default_factory=list)
    deleted: list[str] = field(default_factory=list)
    hidden: list[str] = field(default_factory=list)
    number: str | None = None
    level: int | None = None
    style: str = ""
    joins: bool = False
    """Its mark was deleted: the next paragraph continues it."""
    is_contents: bool = False


@dataclass(slots=True)
class _Holder:
    """What holds paragraphs and tables: the body, a cell, or a text box."""

    blocks: list[Paragraph | Table]
    place: str = ""
    boxes: list[_Holder] = field(default_factory=list)
    """Text boxes of the paragraph being read."""
    joined: list[str] = field(default_factory=list)


@dataclass(slots=True)
class _Field:
    in_code: bool = True
    code: str = ""

    @property
    def is_contents(self) -> bool:
        return self.code.split()[:1] == ["TOC"]


class Flow(XmlHandler):
    """Reads ``document.xml``; :attr:`blocks` is its text, :attr:`losses` what was left out."""

    def __init__(self, numbering: Numbering, symbols: Mapping[str, str]) -> None:
        self.blocks: list[Paragraph | Table] = []
        self.losses: list[Loss] = []
        self._numbering = numbering
        self._symbols = symbols
        self._path: list[str] = []
        self._skipping = 0
        self._holders = [_Holder(self.blocks)]
        self._open: list[_Open] = []
        self._tables: list[Table] = []
        self._fields: list[_Field] = []
        self._deleting = 0
        self._hidden_run = False
        self._structures: list[str] = []
        """Content controls around: ``contents``, ``placeholder`` or nothing."""
        self._paragraphs = self._top_tables = 0

    def start(self, name: str, attributes: Attributes) -> None:
        """An element begins."""
        parent = self._path[-1] if self._path else ""
        self._path.append(name)
        if self._skipping or name in _SKIPPED:
            self._skipping += 1
            return
        value = attribute(attributes, "val")
        begin = getattr(self, f"_start_{name}", None)
        if begin is not None:
            begin(parent, attributes, value)
        elif name in _DELETIONS and parent not in ("rPr", "trPr", "tcPr"):
            self._deleting += 1
        elif name in _SIMPLE and parent == "r":
            self._add(_SIMPLE[name])
        elif name in _BEFORE_PART and parent not in ("rPr", "pPr"):
            self._add(_BEFORE_PART[name])

    def end(self, name: str) -> None:
        """An element ends."""
        self._path.pop()
        if self._skipping:
            self._skipping -= 1
            return
        parent = self._path[-1] if self._path else ""
        finish = getattr(self, f"_end_{name}", None)
        if finish is not None:
            finish(parent)
        elif name in _DELETIONS and parent not in ("rPr", "trPr", "tcPr"):
            self._deleting -= 1

    def text(self, data: str) -> None:
        """Character data of a run, or the code of a field."""
        where = self._path[-1] if self._path else ""
        if self._skipping:
            return
        if where in ("t", "delText"):
            self._add(data)
        elif where in ("instrText", "delInstrText") and self._fields:
            self._fields[-1].code += data

    # ---- paragraphs --------------------------------------------------------------------------------

    def _start_p(self, parent: str, attributes: Attributes, value: str | None) -> None:
        if parent == "oMath":
            return
        holder = self._holders[-1]
        if len(self._holders) == 1:
            self._paragraphs += 1
        self._open.append(_Open(holder.place or f"P{self._paragraphs}"))

    def _end_p(self, parent: str) -> None:
        if not self._open:
            return
        done, holder = self._open.pop(), self._holders[-1]
        label = "" if done.is_contents else self._numbering.label(done.number, done.level, done.style)
        text = label + "".join(done.pieces)
        for sighting, pieces in ((Sighting.DELETED_TEXT, done.deleted), (Sighting.HIDDEN_TEXT, done.hidden)):
            if "".join(pieces).strip():
                self.losses.append(Loss(sighting, done.place, "".join(pieces)))
        if done.joins:
            holder.joined.append(text)
        else:
            whole = "".join([*holder.joined, text])
            holder.joined.clear()
            holder.blocks.append(Paragraph(whole, done.place, done.is_contents))
        boxes, holder.boxes = holder.boxes, []
        for box in boxes:
            self._place_box(holder, box, done.place)

    def _place_box(self, holder: _Holder, box: _Holder, place: str) -> None:
        """What a text box holds comes behind its paragraph; in a cell it is no part of the value."""
        if not holder.place:
            holder.blocks.extend(box.blocks)
            return
        for block in box.blocks:
            if isinstance(block, Table):
                holder.blocks.append(block)
            elif block.text.strip():
                self.losses.append(Loss(Sighting.NOT_UNDERSTOOD, place, block.text))

    def _start_pStyle(self, parent: str, attributes: Attributes, value: str | None) -> None:  # noqa: N802
        if parent == "pPr" and self._open:
            self._open[-1].style = value or ""

    def _start_ilvl(self, parent: str, attributes: Attributes, value: str | None) -> None:
        if parent == "numPr" and self._open and value and value.isdigit():
            self._open[-1].level = int(value)

    def _start_numId(self, parent: str, attributes: Attributes, value: str | None) -> None:  # noqa: N802
        if parent == "numPr" and self._open:
            self._open[-1].number = value

    def _start_del(self, parent: str, attributes: Attributes, value: str | None) -> None:
        if parent == "rPr" and self._path[-3:-2] == ["pPr"] and self._open:
            self._open[-1].joins = True
        elif parent == "trPr" and self._tables and self._tables[-1].rows:
            self._tables[-1].rows[-1].is_deleted = True
        elif parent not in ("rPr", "trPr", "tcPr"):
            self._deleting += 1

    # ---- runs --------------------------------------------------------------------------------------

    def _start_r(self, parent: str, attributes: Attributes, value: str | None) -> None:
        self._hidden_run = False

    def _start_vanish(self, parent: str, attributes: Attributes, value: str | None) -> None:
        if self._path[-3:-1] == ["r", "rPr"] and value not in _OFF:
            self._hidden_run = True

    def _end_r(self, parent: str) -> None:
        self._hidden_run = False

    def _start_br(self, parent: str, attributes: Attributes, value: str | None) -> None:
        if attribute(attributes, "type") in (None, "textWrapping"):
            self._add("\n")

    def _start_sym(self, parent: str, attributes: Attributes, value: str | None) -> None:
        code, font = (attribute(attributes, "char") or "").upper(), attribute(attributes, "font") or ""
        if font == "Symbol" and code in self._symbols:
            self._add(self._symbols[code])
            return
        try:
            number = int(code, 16)
        except ValueError:
            number = _FIRST_PRIVATE
        if number < _FIRST_PRIVATE and chr(number).isprintable():
            self._add(chr(number))
        elif self._open:
            self._add("\ufffd")
            self.losses.append(Loss(Sighting.NOT_UNDERSTOOD, self._open[-1].place, f"{font} {code}"))

    def _add(self, text: str) -> None:
        if not self._open or "placeholder" in self._structures:
            return
        paragraph = self._open[-1]
        if "contents" in self._structures or any(each.is_contents for each in self._fields):
            paragraph.is_contents = True
        elif any(each.in_code for each in self._fields):
            return
        elif self._deleting:
            paragraph.deleted.append(text)
        elif self._hidden_run:
            paragraph.hidden.append(text)
        else:
            paragraph.pieces.append(text)

    # ---- fields and content controls -----------------------------------------------------------------

    def _start_fldChar(self, parent: str, attributes: Attributes, value: str | None) -> None:  # noqa: N802
        kind = attribute(attributes, "fldCharType")
        if kind == "begin":
            self._fields.append(_Field())
        elif kind == "separate" and self._fields:
            self._fields[-1].in_code = False
        elif kind == "end" and self._fields:
            self._fields.pop()

    def _start_fldSimple(self, parent: str, attributes: Attributes, value: str | None) -> None:  # noqa: N802
        self._fields.append(_Field(in_code=False, code=attribute(attributes, "instr") or ""))

    def _end_fldSimple(self, parent: str) -> None:  # noqa: N802
        self._fields.pop()

    def _start_sdt(self, parent: str, attributes: Attributes, value: str | None) -> None:
        self._structures.append("")

    def _end_sdt(self, parent: str) -> None:
        self._structures.pop()

    def _start_showingPlcHdr(self, parent: str, attributes: Attributes, value: str | None) -> None:  # noqa: N802
        if self._structures and value not in _OFF:
            self._structures[-1] = "placeholder"

    def _start_docPartGallery(self, parent: str, attributes: Attributes, value: str | None) -> None:  # noqa: N802
        if self._structures and value == "Table of Contents":
            self._structures[-1] = "contents"

    # ---- text boxes and parts from elsewhere -----------------------------------------------------------

    def _start_txbxContent(self, parent: str, attributes: Attributes, value: str | None) -> None:  # noqa: N802
        holder = self._holders[-1]
        place = self._open[-1].place if self._open else holder.place
        box = _Holder([], place)
        holder.boxes.append(box)
        self._holders.append(box)

    def _end_txbxContent(self, parent: str) -> None:  # noqa: N802
        self._holders.pop()

    def _start_altChunk(self, parent: str, attributes: Attributes, value: str | None) -> None:  # noqa: N802
        place = self._holders[-1].place or f"P{self._paragraphs + 1}"
        self.losses.append(Loss(Sighting.NOT_UNDERSTOOD, place, "altChunk"))

    # ---- tables ------------------------------------------------------------------------------------

    def _start_tbl(self, parent: str, attributes: Attributes, value: str | None) -> None:
        if self._tables and any(holder.place.startswith("T") for holder in self._holders):
            outer = self._tables[-1]
            outer.inner += 1
            number = f"{outer.number}-{outer.inner}"
        else:
            self._top_tables += 1
            number = str(self._top_tables)
        self._tables.append(Table(number))

    def _end_tbl(self, parent: str) -> None:
        self._holders[-1].blocks.append(self._tables.pop())

    def _start_tr(self, parent: str, attributes: Attributes, value: str | None) -> None:
        if self._tables:
            self._tables[-1].rows.append(Row())

    def _end_tr(self, parent: str) -> None:
        table = self._tables[-1]
        row = table.rows[-1]
        if row.is_deleted or row.is_hidden:
            kind = Sighting.DELETED_TEXT if row.is_deleted else Sighting.HIDDEN_TEXT
            self.losses.extend(Loss(kind, cell.place, cell.text) for cell in row.cells if cell.text.strip())

    def _start_tc(self, parent: str, attributes: Attributes, value: str | None) -> None:
        table = self._tables[-1]
        row = table.rows[-1]
        cell = Cell(f"T{table.number}R{len(table.rows)}C{len(row.cells) + 1}")
        row.cells.append(cell)
        self._holders.append(_Holder(cell.blocks, cell.place))

    def _end_tc(self, parent: str) -> None:
        holder = self._holders.pop()
        if holder.joined:
            holder.blocks.append(Paragraph("".join(holder.joined), holder.place))

    def _cell(self) -> Cell | None:
        rows = self._tables[-1].rows if self._tables else []
        return rows[-1].cells[-1] if rows and rows[-1].cells else None

    def _start_gridSpan(self, parent: str, attributes: Attributes, value: str | None) -> None:  # noqa: N802
        cell = self._cell()
        if parent == "tcPr" and cell is not None:
            cell.span = max(1, _whole(value))

    def _start_vMerge(self, parent: str, attributes: Attributes, value: str | None) -> None:  # noqa: N802
        cell = self._cell()
        if parent == "tcPr" and cell is not None:
            cell.is_below = value != "restart"

    def _start_hMerge(self, parent: str, attributes: Attributes, value: str | None) -> None:  # noqa: N802
        cell = self._cell()
        if parent == "tcPr" and cell is not None:
            cell.is_beside = value != "restart"

    def _start_gridBefore(self, parent: str, attributes: Attributes, value: str | None) -> None:  # noqa: N802
        if self._tables and self._tables[-1].rows:
            self._tables[-1].rows[-1].before = _whole(value)

    def _start_gridAfter(self, parent: str, attributes: Attributes, value: str | None) -> None:  # noqa: N802
        if self._tables and self._tables[-1].rows:
            self._tables[-1].rows[-1].after = _whole(value)

    def _start_hidden(self, parent: str, attributes: Attributes, value: str | None) -> None:
        if parent == "trPr" and value not in _OFF and self._tables and self._tables[-1].rows:
            self._tables[-1].rows[-1].is_hidden = True


def _whole(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 4 else 0
