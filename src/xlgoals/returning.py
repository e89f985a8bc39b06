"""退回: for each faulty unit a folder with a marked copy of its own file, and a notice on one page.

The unit's file is only read. Its copy is made by the engine for files, which keeps layout, lists and locks;
it is read again before it is delivered and must say the same as the original. Where it does not, the
workbook is drawn anew from what was read, and the notice says so.
"""

from __future__ import annotations

import datetime as dt
import re
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from xlgoals import operations
from xlgoals.comparing import compare
from xlgoals.consolidation.events import Event, Standing, State
from xlgoals.consolidation.ledger import Clock, Ledger, ledger_beside, now
from xlgoals.errors import CannotDo
from xlgoals.excel.engines.dressing import dress_results
from xlgoals.excel.engines.workbook import open_workbook
from xlgoals.excel.session import Session
from xlgoals.excel.validating import mark_findings
from xlgoals.findings import Finding, Severity, count_by_severity, in_reading_order
from xlgoals.folding import without_follow_ons
from xlgoals.form import load_form
from xlgoals.messages import Language, say
from xlgoals.model import Submission
from xlgoals.operations.receiving import Progress, no_progress
from xlgoals.profile import DEFAULT_PROFILE, load_profile
from xlgoals.read.listing import listing_in
from xlgoals.rules import Department, Roster, load_roster, run_department_rules
from xlgoals.write.files import refuse_existing
from xlgoals.write.notice import Notice, load_notice_form, write_notice
from xlgoals.write.template import write_template
from xlgoals.write.tidying import tidy

_CLOSED = re.compile(r'[\\/:*?"<>|\x00-\x1f]')
_LONGEST_NAME = 60
_OUR_SUFFIXES = frozenset({".xlsx", ".xlsm"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Returned:
    """One package: what lies in its folder, and what is to be corrected."""

    unit_code: str
    unit_name: str
    folder: Path
    workbook: Path
    notice: Path
    findings: tuple[Finding, ...]
    is_redrawn: bool
    """Whether the workbook was drawn anew, since no copy of the file could be marked that says the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Skipped:
    """A unit that got no package, and why."""

    unit_code: str
    unit_name: str
    reason: CannotDo


@dataclass(frozen=True, slots=True, kw_only=True)
class Returns:
    """What was done."""

    packages: tuple[Returned, ...]
    skipped: tuple[Skipped, ...]


def return_packages(
    master: Path | str,
    folder: Path | str,
    *,
    units: Iterable[str] = (),
    due: dt.date | None = None,
    contact: str = "",
    roster: Path | str | None = None,
    clock: Clock = now,
    user: str | None = None,
    progress: Progress = no_progress,
) -> Returns:
    """Packages for the units whose standing file has errors, or for ``units`` (codes), into ``folder``.

    All of them or none; each return is recorded in the ledger beside the master. A file that is gone or was
    changed since the master was made is skipped, and told.

    Raises:
        CannotDo: there is no ledger, a unit is not in it, or a folder of that name stands there.
    """
    place = Path(folder)
    expected = load_roster(None if roster is None else Path(roster))
    with (
        Ledger.open(ledger_beside(Path(master)), clock=clock, user=user, create=False) as ledger,
        ledger.run(),
    ):
        chosen = _chosen(ledger, tuple(units))
        works: list[_Work] = []
        skipped: list[Skipped] = []
        for number, standing in enumerate(chosen, start=1):
            event = standing.entry.event
            progress(number, len(chosen), event.file)
            try:
                works.append(_work(standing, ledger.path.parent, place, expected))
            except CannotDo as reason:
                skipped.append(Skipped(unit_code=event.unit, unit_name=event.unit_name, reason=reason))
        for work in works:
            refuse_existing(work.folder)
        packages = _deliver(works, place, due, contact, clock().date())
        for work in works:
            ledger.record(_event(work, due))
    return Returns(packages=tuple(packages), skipped=tuple(skipped))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Work:
    """One package to make."""

    standing: Standing
    source: Path
    submission: Submission
    findings: tuple[Finding, ...]
    folder: Path


def _chosen(ledger: Ledger, units: Sequence[str]) -> list[Standing]:
    """The standing files of these units; without any, of those with errors that were not returned yet."""
    files = [each for each in ledger.files().values() if each.state.stands]
    if not units:
        return [
            each
            for each in files
            if each.state is not State.RETURNED and each.first_details.get(Severity.ERROR.value, "0") != "0"
        ]
    known = {each.entry.event.unit for each in files}
    for code in units:
        if code not in known:
            raise CannotDo("return.unknown_unit", code=code, known="、".join(sorted(known)) or "—")
    return [each for each in files if each.entry.event.unit in units]


def _work(standing: Standing, home: Path, place: Path, roster: Roster) -> _Work:
    event = standing.entry.event
    source = home / event.file
    if not source.is_file():
        raise CannotDo("return.gone", file=event.file)
    submission = operations.load(source)[0]
    if submission.digest != event.digest:
        raise CannotDo("return.changed", file=event.file)
    name = load_notice_form().words["folder_name"].format(code=event.unit, name=event.unit_name).strip()
    if event.year is not None and not event.unit:
        name = f"{name} {event.year}"
    return _Work(
        standing=standing,
        source=source,
        submission=submission,
        findings=_findings(submission, roster),
        folder=place / _safe(name or source.stem),
    )


def _findings(submission: Submission, roster: Roster) -> tuple[Finding, ...]:
    """What the rules find in the file, and between it and the roster."""
    form, profile = load_form(), load_profile(submission.profile or DEFAULT_PROFILE)
    department = Department(standing=(submission,), roster=roster)
    between = [finding for _, finding in run_department_rules(department, form, lambda _: profile)]
    sheets = (form.guide.name, form.projects.name, form.indicators.name)
    found = [*operations.validate(submission), *between]
    return tuple(in_reading_order(without_follow_ons(found), sheets))


def _deliver(
    works: Sequence[_Work], place: Path, due: dt.date | None, contact: str, today: dt.date
) -> list[Returned]:
    """Everything is made aside and moved into place when all of it is there."""
    if not works:
        return []
    try:
        place.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".~xlgoals-", dir=place) as aside:
            made = []
            for number, work in enumerate(works):
                folder = Path(aside) / str(number)
                folder.mkdir()
                made.append((folder, _package(work, folder, due, contact, today)))
            for folder, package in made:
                folder.rename(package.folder)
    except OSError as fault:
        raise CannotDo("output.not_writable", file=place, reason=fault.strerror or fault) from None
    return [package for _, package in made]


def _package(work: _Work, folder: Path, due: dt.date | None, contact: str, today: dt.date) -> Returned:
    """The two files of one package, made in ``folder``, told as they will lie in the folder of the unit."""
    words = load_notice_form().words
    suffix = work.source.suffix.lower() if work.source.suffix.lower() in _OUR_SUFFIXES else ".xlsx"
    name = words["copy_name"].format(stem=work.source.stem, suffix=suffix)
    findings: Sequence[Finding] = work.findings
    is_redrawn = not _marked_copy(work, folder / name)
    if is_redrawn:
        name = words["copy_name"].format(stem=work.source.stem, suffix=".xlsx")
        findings = _drawn_anew(work, folder / name)
    notice = Notice(
        submission=work.submission,
        findings=findings,
        copy_name=name,
        is_redrawn=is_redrawn,
        due=due,
        today=today,
        contact=contact,
    )
    write_notice(folder / words["file_name"], notice)
    unit = work.submission.unit
    return Returned(
        unit_code=unit.code,
        unit_name=unit.name,
        folder=work.folder,
        workbook=work.folder / name,
        notice=work.folder / words["file_name"],
        findings=tuple(findings),
        is_redrawn=is_redrawn,
    )


def _marked_copy(work: _Work, target: Path) -> bool:
    """A marked copy of the file at ``target``, if it can be made so that it says the same."""
    if work.source.suffix.lower() not in _OUR_SUFFIXES:
        return False
    try:
        _mark(work.source, target, work.findings)
        copy = operations.load(target)[0]
    except CannotDo:
        target.unlink(missing_ok=True)
        return False
    same = compare([work.submission], [copy]).is_same
    if same and _places(operations.validate(work.submission)) == _places(operations.validate(copy)):
        return True
    target.unlink()
    return False


def _drawn_anew(work: _Work, target: Path) -> Sequence[Finding]:
    """The workbook drawn from what was read, and marked with what is found in it as it is now."""
    submission, form = work.submission, load_form()
    profile = load_profile(submission.profile or DEFAULT_PROFILE)
    plain = target.with_name(f"plain-{target.name}")
    write_template(plain, form, profile, unit=submission.unit, year=submission.year, submission=submission)
    findings = operations.validate(operations.load(plain)[0])
    _mark(plain, target, findings)
    plain.unlink()
    return findings


def _mark(source: Path, target: Path, findings: Sequence[Finding]) -> None:
    """Our marks and 校验结果 in a copy of a workbook."""
    book, host = open_workbook(source)
    try:
        session = Session(book, host)
        page = session.read()
        mark_findings(session, page, findings)
        results = page.sheet(session.form.results.name)
        if results is not None:
            head = listing_in(results, session.form.results.columns).head
            dress_results(host.program.opened[0], session.form, head)
        book.save(str(target))
        tidy(target)
    finally:
        book.close()


def _places(findings: Iterable[Finding]) -> list[tuple[str, str, str]]:
    return sorted((each.code, str(each.address), each.value) for each in findings)


def _event(work: _Work, due: dt.date | None) -> Event:
    counts = count_by_severity(work.findings)
    told = {"errors": counts[Severity.ERROR], "warnings": counts[Severity.WARNING]}
    key = "return.why" if due is None else "return.why_due"
    before = work.standing.entry.event
    return replace(
        before,
        state=State.RETURNED,
        why=say(key, Language.ZH, due=due, **told),
        details={} if due is None else {"due": due.isoformat()},
    )


def _safe(name: str) -> str:
    """A name that every system takes for a folder."""
    return _CLOSED.sub("_", name).strip(" .")[:_LONGEST_NAME].strip(" .") or "_"
