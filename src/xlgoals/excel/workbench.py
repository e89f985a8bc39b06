"""汇总 on the workbench: what its cells say is done, and told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from xlgoals import operations
from xlgoals.errors import CannotDo
from xlgoals.excel.host import Cell
from xlgoals.excel.reading import read_sheet
from xlgoals.excel.session import Session
from xlgoals.findings import Severity
from xlgoals.messages import Language, say
from xlgoals.operations import Consolidation
from xlgoals.read.cells import Sheet
from xlgoals.read.listing import listing_in
from xlgoals.workbench import Workbench, load_workbench


def consolidate(session: Session) -> None:
    """Merges the workbooks of the folder into the master, lists what was read, and opens the master.

    Raises:
        CannotDo: this is no workbench, a cell that is needed is blank, or as :func:`operations.consolidate`.
    """
    bench = load_workbench()
    values = read_inputs(session, bench)
    path = path_of(session, needed(bench, values, "folder"))
    master = master_of(session, bench, values)

    def progress(done: int, total: int, name: str) -> None:
        session.status("workbench.progress", done=done, total=total, file=name)

    def writing(done: int, total: int, name: str) -> None:
        session.status("workbench.writing", done=done, total=total, file=name)

    done = operations.consolidate(
        [path], master, profile=values.get("profile") or None, progress=progress, writing=writing
    )
    _list(session, bench, done)
    lines = [
        say(
            "workbench.done",
            Language.ZH,
            units=done.figures.units,
            unread=done.figures.unreadable,
            errors=done.figures.errors,
            warnings=done.figures.warnings,
            master=done.master,
        )
    ]
    if done.previous is not None:
        lines.append(say("consolidate.previous", Language.ZH, file=done.previous))
    session.host.tell("\n".join(lines))
    session.host.open_files([str(done.master)])


def path_of(session: Session, text: str) -> Path:
    """A path as a cell names it: from the folder of the workbench where it is not a whole one."""
    path = Path(text)
    return path if path.is_absolute() else session.folder / path


def master_of(session: Session, bench: Workbench, values: Mapping[str, str]) -> Path:
    """Where the master lies: as its cell says, else beside the folder of what units sent."""
    if "master" in values:
        return path_of(session, values["master"])
    folder = path_of(session, needed(bench, values, "folder"))
    return folder.parent / say("workbench.master", Language.ZH)


def read_inputs(session: Session, bench: Workbench) -> Mapping[str, str]:
    """The labelled cells by field key, blanks left out.

    Raises:
        CannotDo: the workbook has no such sheet with its labels.
    """
    page = _page(session, bench.inputs.name)
    rows = [
        [page.at(row, column).text for column in range(1, len(bench.inputs.widths) + 1)]
        for row in range(1, max((row for row, _ in page.cells), default=0) + 1)
    ]
    cells = bench.cells(rows)
    if not cells:
        raise CannotDo("workbench.not_one", file=session.book.name, sheet=bench.inputs.name)
    texts = {key: rows[row][column].strip() for key, (row, column) in cells.items()}
    return {key: text for key, text in texts.items() if text}


def needed(bench: Workbench, values: Mapping[str, str], key: str) -> str:
    """The value of a cell that must not be blank."""
    if key not in values:
        field = next(each for each in bench.inputs.fields if each.key == key)
        raise CannotDo("workbench.blank", sheet=bench.inputs.name, label=field.label, prompt=field.prompt)
    return values[key]


def _page(session: Session, name: str) -> Sheet:
    sheet = session.sheet(name)
    if sheet is None:
        raise CannotDo("workbench.not_one", file=session.book.name, sheet=name)
    return read_sheet(sheet, session.host, formatted=False)


def _list(session: Session, bench: Workbench, done: Consolidation) -> None:
    """What became of every file."""
    rows: list[dict[str, str | int]] = []
    for number, line in enumerate(done.merged.ledger, start=1):
        arrival, submission = line.arrival, line.arrival.submission
        counts = arrival.counts
        state = "workbench.replaced" if line.replaced_by else "workbench.merged"
        if arrival.refusal:
            state = "workbench.unread"
        row: dict[str, str | int] = {
            "number": number,
            "code": submission.unit.code if submission else "",
            "unit": submission.unit.name if submission else "",
            "state": say(state, Language.ZH),
            "file": arrival.path.name,
            "note": arrival.refusal.sentence(Language.ZH) if arrival.refusal else "",
        }
        if submission is not None:
            row |= {"errors": counts[Severity.ERROR], "warnings": counts[Severity.WARNING]}
        rows.append(row)
    list_outcome(session, bench, rows)


def list_outcome(session: Session, bench: Workbench, rows: Sequence[Mapping[str, str | int]]) -> None:
    """Rows by column key, in place of what the last run of any button listed."""
    sheet = session.sheet(bench.results.name)
    if sheet is None:
        return
    page = _page(session, bench.results.name)
    listing = listing_in(page, bench.results.columns)
    head, at = listing.head, listing.columns
    if not head:
        return
    texts: dict[Cell, str] = {}
    others: dict[Cell, str | float | None] = {cell: None for cell in page.cells if cell[0] > head}
    for number, row in enumerate(rows, start=1):
        for key, value in row.items():
            if key not in at:
                continue
            if isinstance(value, int):
                others[head + number, at[key]] = float(value)
            elif value:
                texts[head + number, at[key]] = value
    with session.writing([bench.results.name]):
        cleared = {cell: value for cell, value in others.items() if cell not in texts}
        if cleared:
            session.host.write_formulas(sheet, cleared)
        if texts:
            session.host.write_texts(sheet, texts)
