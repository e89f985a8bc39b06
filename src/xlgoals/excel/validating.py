"""校验: the findings of the open workbook, marked in their cells and listed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from xlgoals import operations
from xlgoals.excel.marks import MarkPen, by_cell, gravest
from xlgoals.excel.results import write_results
from xlgoals.excel.session import Session
from xlgoals.findings import Finding, Severity, cell_order, count_by_severity
from xlgoals.messages import Language, say
from xlgoals.read.cells import Book

MOST_MARKED = 500
"""Cells that get a mark. Nobody reads thousands of notes, and each costs an office program some
milliseconds; the list on the sheet of results is complete."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Marked:
    """What a validation found, whether it could be listed, and how many cells with findings bear no mark."""

    findings: Sequence[Finding]
    listed: bool
    unmarked: int


def validate(session: Session) -> None:
    """Marks and lists the findings, goes to the first one, and says how many there are.

    Raises:
        CannotDo: the workbook is not ours, cannot be read, or a sheet is locked with a password.
    """
    marked = mark(session)
    _go_to_first(session, marked.findings)
    counts = count_by_severity(marked.findings)
    explained = sum(1 for finding in marked.findings if finding.waived)
    if not marked.findings:
        told = [say("validate.none", Language.ZH)]
    else:
        told = [
            say(
                "validate.count",
                Language.ZH,
                errors=counts[Severity.ERROR],
                warnings=counts[Severity.WARNING],
                advice=counts[Severity.ADVICE],
                explained=explained,
            ),
        ]
        if marked.listed:
            told.append(say("live.validated_more", Language.ZH, sheet=session.form.results.name))
    if marked.unmarked:
        told.append(say("live.marked_some", Language.ZH, most=MOST_MARKED, rest=marked.unmarked))
    if not marked.listed:
        told.append(say("live.no_results_sheet", Language.ZH, sheet=session.form.results.name))
    session.host.tell("\n".join(told))


def mark(session: Session) -> Marked:
    """Reads, checks, and puts new marks and a new list in place of the old ones."""
    book = session.read()
    submission = operations.submission_in(book, session.book.name)
    session.status("live.checking")
    return mark_findings(session, book, operations.validate(submission))


def mark_findings(session: Session, book: Book, findings: Sequence[Finding]) -> Marked:
    """Marks and lists findings in a workbook that was read, in place of the old ones."""
    session.status("live.writing")
    pen, found = MarkPen(session.form), by_cell(findings)
    marks = gravest(found, MOST_MARKED)
    unmarked = sum(map(len, found.values())) - sum(map(len, marks.values()))
    with session.writing((*session.entered, session.form.results.name)):
        for name in session.entered:
            sheet = session.sheet(name)
            if sheet is not None:
                pen.put(sheet, session.host, marks.get(name, {}))
        listed = write_results(session, book, findings)
    return Marked(findings=findings, listed=listed, unmarked=unmarked)


def _go_to_first(session: Session, findings: Iterable[Finding]) -> None:
    """To the first error, else to the first finding that the unit has not explained."""
    visible = {sheet.name: sheet for sheet in session.book.sheets if sheet.visible}
    waiting = [each for each in findings if not each.waived and each.address.sheet in visible]
    errors = [finding for finding in waiting if finding.severity is Severity.ERROR]
    for finding in (*errors, *waiting):
        row, column, _ = cell_order(finding.address.cell)
        if row and column:
            session.host.go_to(visible[finding.address.sheet], (row, column))
            return
