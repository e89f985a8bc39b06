"""Marks on cells with findings: a ground by severity, and a paragraph in the cell's note.

A mark explains itself: the first line of its paragraph names the ground that the cell had, its last line says
where it ends. So it is found wherever its cell has moved, survives saving and copying, and taking it away
gives back exactly the note and the ground that were the user's, changed since or not.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from xlgoals.catalogue import cure, message
from xlgoals.excel.host import Cell, Colour
from xlgoals.findings import Finding, Severity, cell_order
from xlgoals.form import Form
from xlgoals.messages import Language, say
from xlgoals.read.cells import TOP_LEFT

if TYPE_CHECKING:
    import xlwings as xw

    from xlgoals.excel.host import Host

_HEX = "[0-9A-F]{6}"


class MarkPen:
    """Writes and recognises the marks of one form."""

    def __init__(self, form: Form) -> None:
        self._form = form
        self._none = form.marks["mark_no_fill"]
        head, _, tail = form.marks["mark_begin"].partition("{fill}")
        begin = f"{re.escape(head)}(?P<fill>{_HEX}|{re.escape(self._none)}){re.escape(tail)}"
        end = re.escape(form.marks["mark_end"])
        # Where the last line is missing, all that follows is taken for ours.
        self._paragraph = re.compile(rf"(?:^|\n){begin}(?:.*?(?:\n{end}(?:\n|$)|\Z))", re.DOTALL)
        self._colours = {severity: _colour(form.colours[f"mark_{severity.value}"]) for severity in Severity}

    def colour(self, severity: Severity) -> Colour:
        """The ground of a cell whose gravest finding is of this severity."""
        return self._colours[severity]

    def is_ours(self, fill: Colour | None) -> bool:
        """Whether a ground is one that marks give."""
        return fill in self._colours.values()

    def note(self, own: str, fill: Colour | None, findings: Sequence[Finding]) -> str:
        """A note: the user's own text, below it our paragraph."""
        marks = self._form.marks
        told = self._none if fill is None else bytes(fill).hex().upper()
        lines = [own] if own else []
        lines.append(marks["mark_begin"].format(fill=told))
        for finding in findings:
            severity = say(f"severity.{finding.severity}", Language.ZH)
            lines.append(
                marks["mark_finding"].format(
                    severity=severity,
                    code=finding.code,
                    message=message(finding, Language.ZH),
                    fix=cure(finding, Language.ZH),
                )
            )
        lines.append(marks["mark_end"])
        return "\n".join(lines)

    def parse(self, note: str) -> tuple[str, Colour | None] | None:
        """The user's own text and ground of a marked cell; None for a note without a mark of ours."""
        text = note.replace("\r\n", "\n").replace("\r", "\n")
        match = self._paragraph.search(text)
        if match is None:
            return None
        fill = None if match["fill"] == self._none else _colour(match["fill"])
        parts = [part for part in self._paragraph.sub("\0", text).split("\0") if part]
        return "\n".join(parts), fill

    def lift(self, sheet: xw.Sheet, host: Host) -> int:
        """Takes all our marks off a sheet that is not protected; how many there were.

        A cell that the user gave another ground since keeps it.
        """
        return self.put(sheet, host, {})

    def put(self, sheet: xw.Sheet, host: Host, findings: Mapping[Cell, Sequence[Finding]]) -> int:
        """Marks these cells of a sheet that is not protected, in place of all marks that it bears.

        A mark that is already as it should be is not touched: notes are what costs most.

        Returns:
            How many marks the sheet bore.
        """
        there = host.notes(sheet)
        parsed = ((cell, self.parse(note)) for cell, note in there.items())
        before = {cell: mark for cell, mark in parsed if mark is not None}
        cells = sorted({*before, *findings})
        if not cells:
            return 0
        now = dict(zip(cells, host.fills(sheet, cells), strict=True))
        notes: dict[Cell, str | None] = {}
        lifted: dict[Cell, Colour | None] = {}
        marked: dict[Cell, Colour | None] = {}
        for cell in cells:
            own, fill = before.get(cell, (there.get(cell, ""), now[cell]))
            if not self.is_ours(now[cell]):
                fill = now[cell]
            found = sorted(findings.get(cell, ()), key=lambda each: each.severity.rank)
            note = self.note(own, fill, found) if found else own or None
            if note != there.get(cell):
                notes[cell] = note
            ground = self.colour(found[0].severity) if found else fill
            if ground != now[cell]:
                (marked if found else lifted)[cell] = ground
        # In this order: a ground without its note would be nobody's after a process that was cut off.
        if lifted:
            host.paint(sheet, lifted)
        if notes:
            host.write_notes(sheet, notes)
        if marked:
            host.paint(sheet, marked)
        return len(before)


def gravest(
    marks: Mapping[str, Mapping[Cell, Sequence[Finding]]], most: int
) -> dict[str, dict[Cell, Sequence[Finding]]]:
    """The ``most`` gravest of what is to be marked; of equal ones those that come first."""
    ranked = sorted(
        (min(each.severity.rank for each in found), number, sheet, cell)
        for number, (sheet, cell, found) in enumerate(
            (sheet, cell, found) for sheet, cells in marks.items() for cell, found in sorted(cells.items())
        )
    )
    chosen: dict[str, dict[Cell, Sequence[Finding]]] = {}
    for _, _, sheet, cell in ranked[:most]:
        chosen.setdefault(sheet, {})[cell] = marks[sheet][cell]
    return chosen


def by_cell(findings: Iterable[Finding]) -> dict[str, dict[Cell, list[Finding]]]:
    """What is to be marked, by sheet: every cell of a finding, but not a sheet as a whole.

    A finding that the unit has explained is not marked again.
    """
    found: dict[str, dict[Cell, list[Finding]]] = {}
    for finding in findings:
        if finding.waived:
            continue
        addresses = dict.fromkeys((finding.address, *finding.also)) if finding.also else (finding.address,)
        for address in addresses:
            if address.cell != TOP_LEFT:
                row, column, _ = cell_order(address.cell)
                found.setdefault(address.sheet, {}).setdefault((row, column), []).append(finding)
    return found


def _colour(code: str) -> Colour:
    red, green, blue = bytes.fromhex(code)
    return red, green, blue
