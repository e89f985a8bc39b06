"""The published tables, corrected cell by cell: ``corrections.yaml`` → corrected submissions, and a document.

A correction is an edit like those that the rules propose: it is made only where the published table holds
exactly its ``old``, and everything that no correction names stays as it was published.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from xlgoals.applying import apply_edits
from xlgoals.findings import Edit
from xlgoals.form import load_form
from xlgoals.model import Indicator, Project, Submission
from xlgoals.owners import text_of
from xlgoals.yamlfile import Entry, load_yaml

LIST = Path(__file__).parent / "corrections.yaml"
_FIELDS = ("row", "field", "settles", "old", "new", "why")


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """One cell of a published table: what stands there, what it should say, and why."""

    unit: str
    project: str
    row: str
    """二级指标/三级指标 as published; empty for a cell of the project itself."""
    field: str
    settles: tuple[str, ...]
    """Codes of the rules whose finding is gone, or kept as explained, once it is made."""
    old: str
    new: str
    why: str


def load_corrections(file: Path = LIST) -> tuple[Correction, ...]:
    """The reviewed list.

    Raises:
        CannotDo: a mistake in it, with its line.
    """
    top = load_yaml(file)
    top.only(("page", "tables"))
    return tuple(each for table in top.entries("tables") for each in _of_table(table))


def _of_table(table: Entry) -> Iterator[Correction]:
    table.only(("unit", "project", "changes"))
    for change in table.entries("changes"):
        change.only(_FIELDS)
        yield Correction(
            unit=table.text("unit"),
            project=table.text("project"),
            row=change.text("row", ""),
            field=change.text("field"),
            settles=change.texts("settles"),
            old=change.text("old"),
            new=change.text("new"),
            why=change.text("why"),
        )


def record_of(correction: Correction, submissions: Sequence[Submission]) -> Project | Indicator:
    """The one record that a correction is about.

    Raises:
        ValueError: there is none, or there are several.
    """
    projects = [
        project
        for submission in submissions
        for project in submission.projects
        if (submission.unit.code, project.name) == (correction.unit, correction.project)
    ]
    found: list[Project | Indicator] = [*projects]
    if correction.row:
        found = [row for project in projects for row in project.indicators if name_of(row) == correction.row]
    if len(found) != 1:
        raise ValueError(f"{correction.project} {correction.row}: {len(found)} records")
    return found[0]


def name_of(row: Indicator) -> str:
    """A row by its 二级指标 and 三级指标, as a correction names it."""
    return f"{row.level2}/{row.name}"


def edit_of(correction: Correction, submissions: Sequence[Submission]) -> Edit:
    """The correction as an edit of the cell that it is about."""
    place = record_of(correction, submissions).location.address(correction.field)
    return Edit(address=place, field=correction.field, old=correction.old, new=correction.new, safe=False)


def corrected(submissions: Sequence[Submission], corrections: Sequence[Correction]) -> list[Submission]:
    """The submissions with every correction made.

    Raises:
        ValueError: another text than its ``old`` stands in the cell of a correction.
    """
    edits = {edit_of(each, submissions): each for each in corrections}
    made: set[Edit] = set()
    done = []
    for submission in submissions:
        own = [edit for edit, each in edits.items() if each.unit == submission.unit.code]
        applied = apply_edits(submission, own)
        made.update(applied.applied)
        done.append(applied.submission)
    for edit, each in edits.items():
        if edit not in made:
            stands = text_of(record_of(each, submissions), each.field)
            raise ValueError(f"{each.project} {each.row} {each.field}: {stands!r} stands there")
    return done


def document(corrections: Sequence[Correction], file: Path = LIST) -> str:
    """The list as a page of Markdown: a table a project, old → new → why."""
    words = load_yaml(file).entry("page")
    lines = [words.text("head").strip()]
    form, project = load_form(), ""
    for each in corrections:
        if each.project != project:
            project = each.project
            lines += ["", f"## {each.unit} {project}", "", words.text("columns"), "|---|---|---|---|---|---|"]
        sheet = form.indicators if each.row else form.projects
        column = "project" if not each.row and each.field == "name" else each.field
        place = _shown(each.row) or words.text("project")
        rules = " ".join(f"[{code}](rules/{code}.md)" for code in each.settles)
        old = _shown(each.old) or words.text("blank")
        cells = (place, sheet.column(column).label, old, _shown(each.new), each.why, rules)
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def _shown(text: str) -> str:
    """A text of a cell in a cell of a table, with blanks at its ends made visible."""
    inner = text.strip(" ")
    start, _, end = text.partition(inner) if inner else (text, "", "")
    text = f"{'␣' * len(start)}{inner}{'␣' * len(end)}"
    return text.replace("|", "\\|").replace("\n", "<br>")
