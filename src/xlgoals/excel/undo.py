"""撤销: what an operation changed, kept outside of the workbook, and brought back cell by cell.

Every click is a process of its own, so the record lies in a file of this user. It is written before the first
cell is changed: also an operation that was cut off in the middle can be taken back.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from xlgoals.errors import CannotDo
from xlgoals.excel.contents import Content, Formula, State, put_states, states
from xlgoals.excel.folders import file_of
from xlgoals.excel.host import Cell
from xlgoals.excel.marks import MarkPen
from xlgoals.excel.session import Session
from xlgoals.excel.validating import mark
from xlgoals.messages import Language, say
from xlgoals.read.cells import column_letters
from xlgoals.write.files import write_whole

Changes = Mapping[str, Mapping[Cell, State]]
"""Sheet → cell → how it is to be, marks of ours aside."""


@dataclass(frozen=True, slots=True)
class _Change:
    before: State
    after: State

    def explains(self, now: State) -> bool:
        """Whether content, ground and note are each as the operation found or left them.

        One that was cut off may have come to the content of a cell and not to its note.
        """
        return all(
            getattr(now, part) in (getattr(self.before, part), getattr(self.after, part))
            for part in ("content", "fill", "note")
        )


def beneath(session: Session, name: str, cells: list[Cell]) -> dict[Cell, State]:
    """How the cells of a sheet are without our marks."""
    sheet, host, pen = session.sheet(name), session.host, MarkPen(session.form)
    if sheet is None:
        raise CannotDo("undo.gone", sheet=name)
    found = states(sheet, host, cells)
    for cell, state in found.items():
        mark_of = pen.parse(state.note) if state.note else None
        if mark_of is not None:
            own, fill = mark_of
            found[cell] = State(state.content, fill if pen.is_ours(state.fill) else state.fill, own or None)
    return found


def carry_out(session: Session, operation: str, wanted: Changes) -> None:
    """Makes the changes so that they can be taken back; marks are renewed if there were any.

    ``operation`` is the key of its name among the sentences.
    """
    before = {name: beneath(session, name, list(cells)) for name, cells in wanted.items()}
    record = _Record(session, operation, time.strftime("%Y-%m-%d %H:%M"))
    record.write(before, wanted)
    had_marks = _change(session, wanted)
    record.write(before, {name: beneath(session, name, list(cells)) for name, cells in wanted.items()})
    if had_marks:
        mark(session)


def _change(session: Session, wanted: Changes) -> bool:
    """Puts the cells; whether marks were lifted on the way."""
    session.status("live.writing")
    pen = MarkPen(session.form)
    lifted = 0
    with session.writing((*session.entered, *wanted)):
        for name in session.entered:
            sheet = session.sheet(name)
            lifted += pen.lift(sheet, session.host) if sheet is not None else 0
        for name, cells in wanted.items():
            sheet = session.sheet(name)
            if sheet is not None:
                put_states(sheet, session.host, cells)
    return lifted > 0


def undo(session: Session) -> None:
    """Takes back the last operation on this workbook.

    Raises:
        CannotDo: one of its cells was changed since, or its sheet is gone; nothing is changed then.
    """
    kept = _Record.read(session)
    if kept is None:
        session.tell("undo.nothing")
        return
    record, changes = kept
    wanted: dict[str, dict[Cell, State]] = {}
    for name, cells in changes.items():
        now = beneath(session, name, list(cells))
        for cell, change in cells.items():
            if not change.explains(now[cell]):
                place = f"{name}!{column_letters(cell[1])}{cell[0]}"
                raise CannotDo("undo.changed", place=place)
            if now[cell] != change.before:
                wanted.setdefault(name, {})[cell] = change.before
    had_marks = _change(session, wanted)
    record.forget()
    if had_marks:
        mark(session)
    operation = say(record.operation, Language.ZH)
    count = sum(len(cells) for cells in wanted.values())
    session.tell("undo.done", time=record.time, operation=operation, count=count)


@dataclass(frozen=True, slots=True)
class _Record:
    """The file that holds the last operation on one workbook."""

    session: Session
    operation: str
    time: str

    def write(self, before: Changes, after: Changes) -> None:
        sheets = {
            name: [[*cell, _told(state), _told(after[name][cell])] for cell, state in cells.items()]
            for name, cells in before.items()
        }
        document = {"operation": self.operation, "time": self.time, "sheets": sheets}
        text = json.dumps(document, ensure_ascii=False)
        write_whole(_file(self.session), lambda draft: draft.write_text(text, encoding="utf-8"))

    def forget(self) -> None:
        _file(self.session).unlink(missing_ok=True)

    @staticmethod
    def read(session: Session) -> tuple[_Record, dict[str, dict[Cell, _Change]]] | None:
        try:
            document = json.loads(_file(session).read_text("utf-8"))
        except (OSError, ValueError):
            return None
        sheets = {
            name: {(row, column): _Change(_state(b), _state(a)) for row, column, b, a in cells}
            for name, cells in document["sheets"].items()
        }
        return _Record(session, document["operation"], document["time"]), sheets


def _file(session: Session) -> Path:
    return file_of("undo", str(session.book.fullname))


def _told(state: State) -> list[Any]:
    content = state.content
    shown = {"formula": content.text} if isinstance(content, Formula) else content
    return [shown, list(state.fill) if state.fill else None, state.note]


def _state(told: list[Any]) -> State:
    content, fill, note = told
    return State(_content(content), tuple(fill) if fill else None, note)


def _content(told: Any) -> Content:
    if isinstance(told, dict):
        return Formula(told["formula"])
    value: Content = told
    return value
