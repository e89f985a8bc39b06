"""校验结果 as a validation left it: where its columns stand, and which rows are findings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from xlgoals.catalogue import rule_pages
from xlgoals.form import Heading
from xlgoals.read.cells import Sheet


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """What a sheet that is only written holds: its head row, its columns by key, rule code by row."""

    head: int
    """0 where the sheet has no head row of ours."""
    columns: Mapping[str, int]
    codes: Mapping[int, str]

    def holds(self, row: int, column: int) -> bool:
        """Whether a cell is part of a finding that was listed."""
        return row in self.codes and column in self.columns.values()


def listing_in(sheet: Sheet, headings: Iterable[Heading]) -> Listing:
    """The listing in a sheet with these headings; a row is a finding if it names a rule of ours."""
    wanted = {heading.label: heading.key for heading in headings}
    found: dict[int, dict[str, int]] = {}
    for (row, column), cell in sorted(sheet.cells.items()):
        if cell.text in wanted:
            found.setdefault(row, {}).setdefault(wanted[cell.text], column)
    # The title of a sheet may read like a heading; the head row is the one with most of them.
    head = max(found, key=lambda row: (len(found[row]), -row), default=0)
    columns = found.get(head, {})
    codes = {
        row: cell.text
        for (row, column), cell in sorted(sheet.cells.items())
        if row > head and column == columns.get("code") and cell.text in rule_pages()
    }
    return Listing(head=head, columns=columns, codes=codes)
