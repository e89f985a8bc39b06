"""填充标准指标: missing rows put into the open workbook, where the filled copy of a file would have them.

Rows below make room: they are written one by one further down, with their notes and grounds, and an undo
brings all of it back. Whatever would change its meaning by moving stops the filling before it begins.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from xlgoals import operations
from xlgoals.errors import CannotDo
from xlgoals.excel.contents import State
from xlgoals.excel.host import Cell, Colour
from xlgoals.excel.session import Session
from xlgoals.excel.undo import beneath, carry_out
from xlgoals.filling import Added, Filling, ProjectFilling
from xlgoals.form import Form, InputSheet
from xlgoals.messages import Language, say
from xlgoals.model import Submission
from xlgoals.read.cells import CellKind, Sheet, column_letters
from xlgoals.reasons import reason

# A question that is taller than the screen hides its buttons.
_MOST_LINES = 28


def fill(session: Session) -> None:
    """Shows what is missing and why, asks, and adds it.

    Raises:
        CannotDo: the workbook is not ours or cannot be read, rows cannot move or have no room.
    """
    book = session.read()
    submission = operations.submission_in(book, session.book.name)
    filling = operations.fill_submission_in(submission)
    if not filling.added:
        told = [line for each in filling.projects if each.type is None for line in _told(each)]
        session.host.tell("\n".join(shortened(told) or [say("fill.nothing", Language.ZH)]))
        return
    form = session.form
    page = book.sheet(form.indicators.name)
    if page is None:
        raise CannotDo("undo.gone", sheet=form.indicators.name)
    plan = _Plan(form, page, submission, filling)
    question = say("fill.ask", Language.ZH, count=len(filling.added))
    lines = [line for each in filling.projects for line in _told(each)]
    if not session.host.ask("\n".join([*shortened(lines), "", question])):
        return
    moved = beneath(session, page.name, plan.cells)
    carry_out(session, "operation.fill", {page.name: plan.states(moved)})
    session.host.go_to(session.book.sheets[page.name], plan.first_value)
    session.tell("fill.done", count=len(filling.added))


def shortened(lines: list[str]) -> list[str]:
    """As many lines as a question can have; the number of the others is told."""
    if len(lines) <= _MOST_LINES:
        return lines
    return [*lines[:_MOST_LINES], say("summary.more", Language.ZH, count=len(lines) - _MOST_LINES)]


def _told(filling: ProjectFilling) -> Iterator[str]:
    zh = Language.ZH
    if filling.type is None:
        yield say("fill.unknown_here", zh, project=filling.project)
    elif filling.added:
        yield say("fill.adds", zh, project=filling.project, type=filling.type.name, count=len(filling.added))
        yield f"    {reason(filling, zh, 'fill.runner_up_here')}"
        yield f"    + {say('list.comma', zh).join(row.indicator.name for row in filling.added)}"


@dataclass(frozen=True, slots=True)
class _Line:
    """One row of the sheet to be: an old row, or an added one with the name of its project."""

    row: int = 0
    added: Added | None = None


class _Plan:
    """Which row goes where."""

    def __init__(self, form: Form, page: Sheet, submission: Submission, filling: Filling) -> None:
        """Raises CannotDo where a row cannot move or there is no room; nothing was changed then."""
        self._form = form
        self._spec: InputSheet = form.indicators
        self._page = page
        head, self._columns = _input_columns(self._spec, page)
        self._lines = _new_order(submission, filling, head)
        self._changed = {
            row: line for row, line in self._lines.items() if line.added is not None or line.row != row
        }
        self._refuse_what_cannot_move()

    @property
    def cells(self) -> list[Cell]:
        """Every cell that is read or written."""
        sources = {line.row for line in self._changed.values() if line.row}
        return [(row, column) for row in sorted(sources | self._changed.keys()) for column in self._columns]

    @property
    def first_value(self) -> Cell:
        """The first 指标值 that awaits the unit."""
        column = next(column for column, key in self._columns.items() if key == "target")
        return next(row for row, line in self._changed.items() if line.added is not None), column

    def states(self, now: dict[Cell, State]) -> dict[Cell, State]:
        """How the cells are to be."""
        wanted: dict[Cell, State] = {}
        for row, line in self._changed.items():
            for column, key in self._columns.items():
                state = self._added(line.added, key) if line.added else now[line.row, column]
                wanted[row, column] = state
        return wanted

    def _added(self, added: Added, key: str) -> State:
        indicator = added.indicator
        text = added.project if key == "project" else str(getattr(indicator, key))
        note = self._form.marks["sample"].format(hint=added.hint) if key == "target" else None
        return State(text or None, self._ground, note)

    @property
    def _ground(self) -> Colour:
        red, green, blue = bytes.fromhex(self._form.colours["input"])
        return red, green, blue

    def _refuse_what_cannot_move(self) -> None:
        last = max((row for row, _ in self._page.formulas), default=0)
        needed = max(self._changed)
        if needed > last:  # no list, no number and no check stands there
            raise CannotDo("fill.no_room", sheet=self._page.name, needed=needed, last=last)
        moving = {line.row for line in self._changed.values() if line.row}
        for (row, column), cell in sorted(self._page.cells.items()):
            if row not in moving:
                continue
            if column in self._columns:
                plain = cell.kind in (CellKind.TEXT, CellKind.TRUTH, CellKind.BLANK) or cell.text == cell.raw
                movable = plain and not cell.formula and cell.kind is not CellKind.ERROR
            else:
                movable = cell.formula or not cell.text.strip()  # 序号 and 核对 stay where they are
            if not movable:
                raise CannotDo("fill.in_the_way", place=f"{self._page.name}!{column_letters(column)}{row}")


def _input_columns(spec: InputSheet, page: Sheet) -> tuple[int, dict[int, str]]:
    """The head row, and the field of each column that people fill in."""
    found: dict[int, dict[int, str]] = {}
    for (row, column), cell in sorted(page.cells.items()):
        key = spec.key_of(cell.text)
        if key is not None and key not in found.setdefault(row, {}).values():
            found[row][column] = key
    head = max(found, key=lambda row: (len(found[row]), -row))
    inputs = {column.key for column in spec.inputs}
    return head, {column: key for column, key in found[head].items() if key in inputs}


def _new_order(submission: Submission, filling: Filling, head: int) -> dict[int, _Line]:
    """Row → what is to stand there, for all rows from the first one that is filled."""
    rows_of = {
        id(indicator): _row(indicator.location.address("target").cell)
        for _, indicator in submission.indicators
    }
    last = max(rows_of.values(), default=head)
    behind: dict[int, list[Added]] = {}
    for project, each in zip(_filled(filling), filling.projects, strict=True):
        added = {row.position: row for row in each.added}
        first = min((rows_of[id(i)] for i in project if id(i) in rows_of), default=last + 1)
        anchor = first - 1
        for position, indicator in enumerate(project):
            if position in added:
                behind.setdefault(anchor, []).append(added[position])
            else:
                anchor = rows_of[id(indicator)]
    order: list[_Line] = [_Line(added=added) for added in behind.get(head, [])]
    for row in range(head + 1, last + 1):
        order.append(_Line(row=row))
        order.extend(_Line(added=added) for added in behind.get(row, []))
    return dict(enumerate(order, start=head + 1))


def _filled(filling: Filling) -> Iterator[tuple[object, ...]]:
    """The indicators of each project that was looked at, in the order of the decisions."""
    wanted = [each.project for each in filling.projects]
    found = iter(filling.submission.projects)
    for name in wanted:
        yield next(project.indicators for project in found if project.declared and project.name == name)


def _row(cell: str) -> int:
    return int(cell.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
