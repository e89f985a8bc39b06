"""校验结果: one finding a row, its place a link to the cell."""

from __future__ import annotations

from collections.abc import Sequence

from xlgoals.catalogue import cure, field_label, message
from xlgoals.excel.host import Cell
from xlgoals.excel.session import Session
from xlgoals.findings import Finding
from xlgoals.messages import Language, say
from xlgoals.read.cells import Book
from xlgoals.read.listing import listing_in

# Excel takes no more links in one sheet, and no longer text in one cell.
_MOST_LINKS = 65_000
_MOST_CHARACTERS = 32_767


def write_results(session: Session, book: Book, findings: Sequence[Finding]) -> bool:
    """Lists the findings in place of what a former validation listed; the sheet must not be protected.

    Returns:
        Whether there is a sheet to list them in.
    """
    spec, sheet = session.form.results, session.sheet(session.form.results.name)
    page = book.sheet(spec.name)
    if sheet is None or page is None:
        return False
    listing = listing_in(page, spec.columns)
    head, at = listing.head, listing.columns
    if "place" not in at:
        return False
    # One rectangle, so that it is written at once: each write makes a program fit the rows anew.
    old = {place: None for place in page.cells if place[0] > head}
    cells: dict[Cell, str | float | None] = dict(old)
    links: dict[Cell, tuple[str, str]] = {}
    names = {each.name for each in book.sheets}
    for number, finding in enumerate(findings, start=1):
        row = head + number
        told = _row(finding)
        for key, column in at.items():
            text = told.get(key, "")[:_MOST_CHARACTERS]
            cells[row, column] = f"'{text}" if text else None
        if "number" in at:
            cells[row, at["number"]] = float(number)
        if finding.address.sheet in names and number <= _MOST_LINKS:
            links[row, at["place"]] = (finding.address.sheet, finding.address.cell)
    if cells:
        session.host.write_formulas(sheet, cells)
    if links:
        session.host.link(sheet, links)
    return True


def _row(finding: Finding) -> dict[str, str]:
    """The texts of one line by column; 序号 is a number and written apart."""
    advice = cure(finding, Language.ZH)
    if finding.waived:
        advice = say("validate.waived", Language.ZH, reason=finding.waived)
    return {
        "severity": say(f"severity.{finding.severity}", Language.ZH),
        "place": str(finding.address),
        "project": finding.project,
        "field": field_label(finding.field) if finding.field else "",
        "value": finding.value,
        "message": message(finding, Language.ZH),
        "fix": advice,
        "code": finding.code,
    }
