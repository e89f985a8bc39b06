"""修正: what rules propose to write instead, shown, agreed to, and written into the open workbook."""

from __future__ import annotations

from collections.abc import Sequence

from xlgoals import operations
from xlgoals.catalogue import field_label
from xlgoals.excel.contents import Content, State
from xlgoals.excel.filling import shortened
from xlgoals.excel.host import Cell
from xlgoals.excel.session import Session
from xlgoals.excel.undo import beneath, carry_out
from xlgoals.findings import Edit, cell_order
from xlgoals.fixing import SAFE_EDITS, Consent, Proposal
from xlgoals.fixing import fix as fix_submission
from xlgoals.form import Form, Kind
from xlgoals.messages import Language, say
from xlgoals.read.money import read_money


def fix(session: Session) -> None:
    """Asks for what only changes the writing, then for what may change the meaning, and writes it.

    Raises:
        CannotDo: the workbook is not ours, cannot be read, or a sheet is locked with a password.
    """
    submission = operations.submission_in(session.read(), session.book.name)
    session.status("live.checking")
    safe = fix_submission(submission, operations.validate, SAFE_EDITS).edits_applied
    every = fix_submission(submission, operations.validate, Consent(unsafe=True)).edits_applied
    if not every and not safe:
        session.tell("fix.nothing")
        return
    chosen = safe if safe and _agreed(session, safe, "fix.ask_safe") else ()
    risky = [proposal for proposal in every if not proposal.edit.safe]
    if risky and _agreed(session, risky, "fix.ask_unsafe"):
        chosen = every if chosen else tuple(risky)
    if not chosen:
        return
    _write(session, [proposal.edit for proposal in chosen])
    session.tell("fix.done", count=len(chosen))


def _agreed(session: Session, proposals: Sequence[Proposal], key: str) -> bool:
    lines = []
    for edit in (proposal.edit for proposal in proposals):
        blank = say("fix.blank", Language.ZH)
        old, new = (text.replace("\n", "⏎") or blank for text in (edit.old, edit.new))
        label = field_label(edit.field)
        lines.append(say("fix.line", Language.ZH, place=edit.address, field=label, old=old, new=new))
    question = say(key, Language.ZH, count=len(proposals))
    return session.host.ask("\n".join([question, "", *shortened(lines)]))


def _write(session: Session, edits: Sequence[Edit]) -> None:
    by_sheet: dict[str, dict[Cell, Edit]] = {}
    for edit in edits:
        row, column, _ = cell_order(edit.address.cell)
        by_sheet.setdefault(edit.address.sheet, {})[row, column] = edit
    wanted: dict[str, dict[Cell, State]] = {}
    for name, cells in by_sheet.items():
        now = beneath(session, name, list(cells))
        wanted[name] = {
            cell: State(_content(session.form, name, edit), now[cell].fill, now[cell].note)
            for cell, edit in cells.items()
        }
    carry_out(session, "operation.fix", wanted)


def _content(form: Form, sheet: str, edit: Edit) -> Content:
    """An amount as a number, all else as text."""
    amounts = {column.key for column in form.projects.columns if column.kind is Kind.MONEY}
    if sheet == form.projects.name and edit.field in amounts:
        amount = read_money(edit.new).amount
        if amount is not None:
            return float(amount)
    return edit.new or None
