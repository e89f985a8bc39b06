"""The master book: 总览, 项目, 指标, 问题清单, 报送台账, 冲突; every row leads to its source cell.

Submissions pass by once: their rows are streamed into the sheets and summed for 总览, and nothing of them is
kept. The rows come from :mod:`xlgoals.write.master.rows`, the sums from :mod:`xlgoals.write.master.totals`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from xlgoals.consolidation.chase import UnitLine
from xlgoals.consolidation.events import Entry, State
from xlgoals.consolidation.merge import Arrival, Merged
from xlgoals.consolidation.opinions import Opinions
from xlgoals.errors import CannotDo
from xlgoals.masterform import REVIEW, SHEETS, MasterForm, load_master_form
from xlgoals.model import Submission
from xlgoals.read.master import FormerMaster, read_former_master
from xlgoals.rules.roster import NO_ROSTER, Roster
from xlgoals.write.book import new_workbook, save_streamed
from xlgoals.write.master import apart
from xlgoals.write.master.look import Look
from xlgoals.write.master.overview import draw_overview
from xlgoals.write.master.rows import (
    Row,
    Sources,
    conflict_rows,
    finding_rows,
    journal_row,
    ledger_row,
    orphan_row,
    project_rows,
    silent_row,
)
from xlgoals.write.master.sheets import Records, draw_sheets
from xlgoals.write.master.totals import Totals
from xlgoals.write.splicing import write_spliced
from xlgoals.write.streaming import MOST_LINKS, MOST_ROWS, Rows

# Sheets that are left out when nothing stands in them.
_OCCASIONAL = ("orphans", "journal")
_LINKED = ("projects", "indicators", "findings")


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """What stands in a master beside the submissions."""

    former: FormerMaster | None = None
    """The master that is replaced: its opinions go over into the new one."""
    roster: Roster = field(default_factory=lambda: NO_ROSTER)
    units: tuple[UnitLine, ...] = ()
    """How every unit stands; those of which no file came get a line in 报送台账."""
    journal: tuple[Entry, ...] = ()
    """Entries of the ledger, for 日志."""
    most_rows: int = MOST_ROWS
    """Rows of a sheet, its head included, before the records go on in the next one."""
    processes: int = 1
    """Where it is more than one, 问题清单 of a large master is written by another process."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What a master holds."""

    sheets: Mapping[str, int]
    """Records by name of the sheet, in the order of the book; 总览 is not among them."""
    carried: int
    """Opinions that went over to their rows."""
    changed: int
    """Opinions whose row says something else than when they were written."""
    orphans: int
    """Opinions whose row is not there any more; they are listed."""
    own_columns: tuple[str, ...]
    """Columns that somebody added to the former master, which are not taken over."""


NOTHING_BESIDE = Beside()
Tell = Callable[[int, int], None]


def tell_nobody(done: int, total: int) -> None:
    """For callers that show nothing."""


def write_master(
    target: Path,
    merged: Merged,
    *,
    links_from: Path,
    beside: Beside = NOTHING_BESIDE,
    tell: Tell = tell_nobody,
) -> Written:
    """Draws the master to ``target``; links to sources are relative to the folder ``links_from``.

    ``target`` may be a draft under another name in the same folder. ``tell`` hears, after each submission,
    how many are done and how many there are.

    Raises:
        CannotDo: a text is too long for a cell, or the opinions of the former master would not all be in
            the new one; whoever builds a draft then leaves the former master where it is.
    """
    draft = _Draft(load_master_form(), links_from, beside)
    try:
        draft.fill(target, merged, tell)
        written = draft.finish(target, merged)
    finally:
        draft.discard()
    if beside.former is not None and beside.former.reviewed:
        _refuse_loss(beside.former, read_former_master(target, load_master_form()))
    return written


class _Draft:
    """One master in the making."""

    def __init__(self, form: MasterForm, links_from: Path, beside: Beside) -> None:
        self._form, self._beside, self._folder = form, beside, links_from
        self._workbook, self._buffer = new_workbook("")
        self._look = Look(self._workbook, form)
        self._sources = Sources(links_from)
        self._opinions = Opinions(form, beside.former)
        self._totals = Totals(form, beside.roster, self._sources)
        self._records = {
            key: Records(form.sheets[key], self._look.numbers(form.sheets[key]), beside.most_rows)
            for key in SHEETS
        }

    def fill(self, target: Path, merged: Merged, tell: Tell) -> None:
        """The rows of all submissions."""
        submissions = tuple(merged.submissions)
        is_alone = self._beside.processes == 1
        # The counts are known from the ledger; the findings themselves would be unpacked to be counted.
        if is_alone or sum(sum(each.counts.values()) for each in merged.standing) < apart.WORTH_IT:
            for number, (arrival, submission) in enumerate(submissions, start=1):
                self._add(arrival, submission)
                for row in finding_rows(self._form, arrival, submission, self._sources):
                    self._records[apart.SHEET].add(row)
                tell(number, len(submissions))
            return
        task = apart.Task(
            submissions=submissions,
            links_from=self._folder,
            formats=self._look.numbers(self._form.sheets[apart.SHEET]),
            most_rows=self._beside.most_rows,
            beside=target,
        )
        with apart.findings_meanwhile(task) as findings:
            for number, (arrival, submission) in enumerate(submissions, start=1):
                self._add(arrival, submission)
                tell(number, len(submissions))
            self._records[apart.SHEET].take(findings())

    def _add(self, arrival: Arrival, submission: Submission) -> None:
        rows = project_rows(arrival, submission, self._sources)
        self._totals.add(arrival, submission, rows)
        indicators = [indicator.row for project in rows for indicator in project.indicators]
        sheets = {"projects": [project.row for project in rows], "indicators": indicators}
        self._opinions.give(sheets)
        for key, own in sheets.items():
            self._put(key, own)

    def finish(self, target: Path, merged: Merged) -> Written:
        """What is not of one submission, and the book."""
        form, records = self._form, self._records
        for line in merged.ledger:
            records["ledger"].add(ledger_row(form, line, self._beside.roster, self._sources))
        silent = [line for line in self._beside.units if not line.file]
        for unit in silent:
            records["ledger"].add(silent_row(form, unit))
        for conflict in merged.conflicts:
            for row in conflict_rows(form, conflict, self._sources, self._folder):
                records["conflicts"].add(row)
        orphans = self._opinions.orphans()
        for orphan in orphans:
            records["orphans"].add(orphan_row(form, orphan))
        for entry in self._beside.journal:
            records["journal"].add(journal_row(form, entry))
        for each in records.values():
            each.close()
        years = form.decisions["separator"].join(map(str, sorted(self._totals.years)))
        title = form.title.format(year=years) if years else form.title_without_year
        notes = self._notes(merged, silent, len(orphans))
        streams = self._draw(title, notes, self._totals.tables(silent))
        save_streamed(target, lambda stream: write_spliced(self._buffer.getvalue(), streams, stream))
        return Written(
            sheets={
                each.spec.part(number): part.count
                for each in records.values()
                for number, part in enumerate(each.parts, start=1)
            },
            carried=self._opinions.carried,
            changed=self._opinions.changed,
            orphans=len(orphans),
            own_columns=self._beside.former.own_columns if self._beside.former else (),
        )

    def discard(self) -> None:
        """Lets go of what was kept on disk."""
        for each in self._records.values():
            each.discard()

    def _put(self, key: str, rows: list[Row]) -> None:
        records = self._records[key]
        for number, row in enumerate(rows, start=records.count + 1):
            row["number"] = number
            records.add(row)

    def _draw(self, title: str, notes: list[str], tables: Mapping[str, list[Row]]) -> Mapping[str, Rows]:
        form, workbook = self._form, self._workbook
        workbook.set_properties({**workbook.doc_properties, "title": title})
        workbook.set_custom_property("xlgoals_template_id", form.id, "text")
        overview = workbook.add_worksheet(form.overview.name)
        streams: dict[str, Rows] = {}
        for key, records in self._records.items():
            if records.count or key not in _OCCASIONAL:
                streams.update(draw_sheets(workbook, form, self._look, records, title))
        draw_overview(
            overview,
            workbook,
            form,
            self._look,
            title=title,
            figures=self._totals.figures,
            notes=notes,
            tables=tables,
        )
        workbook.close()
        return streams

    def _notes(self, merged: Merged, silent: list[UnitLine], orphans: int) -> list[str]:
        """What somebody who opens the book must hear first."""
        form, words, told = self._form, self._form.overview.notes, []
        missing = sum(line.state is State.MISSING for line in silent)
        if missing:
            told.append(words["missing"].format(count=missing, sheet=form.sheets["ledger"].name))
        if merged.conflicts:
            told.append(
                words["conflicts"].format(count=len(merged.conflicts), sheet=form.sheets["conflicts"].name)
            )
        if orphans:
            told.append(words["orphans"].format(count=orphans, sheet=form.sheets["orphans"].name))
        if self._opinions.changed:
            told.append(words["changed"].format(count=self._opinions.changed))
        for records in self._records.values():
            spec = records.spec
            if len(records.parts) > 1:
                names = [spec.part(number) for number in range(1, len(records.parts) + 1)]
                listed = form.decisions["separator"].join(names)
                told.append(words["split"].format(sheet=spec.name, count=records.count, sheets=listed))
        full = [key for key in _LINKED if any(part.has_formulas for part in self._records[key].parts)]
        numbers = {"first": MOST_LINKS + 2, "most": MOST_LINKS}
        told += [words["formulas"].format(sheet=form.sheets[key].name, **numbers) for key in full]
        return told


def _refuse_loss(former: FormerMaster, new: FormerMaster) -> None:
    """Holds the opinions that are in the new book against those of the former one, word for word."""
    before, after = (
        Counter(tuple(each.values.get(key, "").strip() for key in REVIEW) for each in master.reviewed)
        for master in (former, new)
    )
    if before != after:
        lost = sum((before - after).values())
        raise CannotDo(
            "master.opinions_lost", before=len(former.reviewed), after=len(new.reviewed), lost=lost
        )
