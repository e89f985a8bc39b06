"""Pieces of an HTML page: every text escaped, tables with captions and scopes, bars as inline SVG."""

from __future__ import annotations

import html
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

_ROW, _BAR, _LABEL, _CHART, _CHARACTERS = 24, 16, 240, 860, 15
_VALUE = 110  # room for the number behind the longest bar
_TREND_WIDTH, _TREND_HEIGHT = 110, 26


def escaped(text: str) -> str:
    """A text of anybody's as HTML text or attribute; what no HTML may hold is shown as a replacement mark."""
    kept = "".join(
        character if (character >= " " and character != "\x7f") or character in "\t\n" else "\ufffd"
        for character in text.replace("\r\n", "\n").replace("\r", "\n")
    )
    return html.escape(kept, quote=True)


def link(target: str, text: str) -> str:
    """A link within the page; ``text`` is HTML already."""
    return f'<a href="#{escaped(target)}">{text}</a>'


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a table: HTML, how it looks, and whether it heads its row."""

    content: str
    look: str = ""
    heads: bool = False


def cell(text: str, look: str = "") -> Cell:
    """A cell with a text."""
    return Cell(escaped(text), look)


def number(text: str, target: str = "") -> Cell:
    """A number that leads to its rows; zero and blank lead nowhere."""
    shown = escaped(text)
    return Cell(link(target, shown) if target and text not in ("", "0", "0.00") else shown, "number")


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Rows of a table that belong together, under a line that names them."""

    rows: Sequence[tuple[str, Sequence[Cell]]]
    """Id of the row, or an empty text, and its cells."""
    id: str = ""
    title: str = ""
    """HTML; without one there is no line."""


def table(
    name: str, caption: str, heads: Sequence[str], groups: Iterable[Group], foot: Sequence[Cell] = ()
) -> str:
    """A table that scrolls sideways on a narrow screen, also by keyboard."""
    parts = [f'<div class="wide" role="region" tabindex="0" aria-labelledby="{name}-caption">']
    parts.append(f'<table id="{name}"><caption id="{name}-caption">{escaped(caption)}</caption>')
    parts.append("<thead><tr>" + "".join(f'<th scope="col">{escaped(head)}</th>' for head in heads))
    parts.append("</tr></thead>")
    for group in groups:
        parts.append(f"<tbody{_id(group.id)}>")
        if group.title:
            parts.append(f'<tr><th scope="rowgroup" colspan="{len(heads)}">{group.title}</th></tr>')
        for row, cells in group.rows:
            parts.append(f"<tr{_id(row)}>{''.join(map(_cell, cells))}</tr>")
        parts.append("</tbody>")
    if foot:
        parts.append(f"<tfoot><tr>{''.join(map(_cell, foot))}</tr></tfoot>")
    parts.append("</table></div>")
    return "\n".join(parts)


def _id(name: str) -> str:
    return f' id="{name}"' if name else ""


def _cell(cell: Cell) -> str:
    tag, scope = ("th", ' scope="row"') if cell.heads else ("td", "")
    look = f' class="{cell.look}"' if cell.look else ""
    return f"<{tag}{scope}{look}>{cell.content}</{tag}>"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One bar of a chart: its parts are colours and amounts, from left to right."""

    label: str
    shown: str
    parts: Sequence[tuple[str, float]]
    target: str = ""


def bars(title: str, rows: Sequence[Bar]) -> str:
    """Bars below each other, the longest as wide as there is room. A table beside it says the same."""
    longest = max((sum(amount for _, amount in row.parts) for row in rows), default=0.0) or 1.0
    scale = (_CHART - _LABEL - _VALUE) / longest
    height = _ROW * len(rows) + 8
    parts = [f'<figure class="wide" tabindex="0"><figcaption>{escaped(title)}</figcaption>']
    parts.append(f'<svg viewBox="0 0 {_CHART} {height}" role="group" aria-label="{escaped(title)}">')
    for index, row in enumerate(rows):
        top, left = index * _ROW + 4, float(_LABEL)
        label = row.label if len(row.label) <= _CHARACTERS else f"{row.label[: _CHARACTERS - 1]}…"
        told = f"<title>{escaped(row.label)} {escaped(row.shown)}</title>"
        drawn = [f'<text x="{_LABEL - 8}" y="{top + 13}" text-anchor="end">{escaped(label)}</text>']
        for colour, amount in row.parts:
            width = max(0.0, amount * scale)
            drawn.append(
                f'<rect x="{left:.1f}" y="{top}" width="{width:.1f}" height="{_BAR}" fill="{colour}"/>'
            )
            left += width
        drawn.append(f'<text x="{left + 6:.1f}" y="{top + 13}">{escaped(row.shown)}</text>')
        inner = told + "".join(drawn)
        parts.append(f'<a href="#{row.target}">{inner}</a>' if row.target else f"<g>{inner}</g>")
    parts.append("</svg></figure>")
    return "\n".join(parts)


def trend(label: str, values: Sequence[int], colour: str) -> str:
    """A small line through values, the first at the left."""
    highest, step = max((*values, 1)), _TREND_WIDTH / max(1, len(values) - 1)
    room = _TREND_HEIGHT - 8
    points = [
        (4 + i * (step - 8 / max(1, len(values) - 1)), 4 + room * (1 - v / highest))
        for i, v in enumerate(values)
    ]
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    dots = "".join(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>' for x, y in points)
    return (
        f'<svg class="trend" viewBox="0 0 {_TREND_WIDTH} {_TREND_HEIGHT}" role="img" '
        f'aria-label="{escaped(label)}"><polyline points="{line}" fill="none" stroke="{colour}" '
        f'stroke-width="2"/>{dots}</svg>'
    )
