"""The verbs: what the command line, the Python API and the buttons in Excel all call.

Each takes paths and values and returns values; none prints. What cannot be done raises
:class:`~xlgoals.errors.CannotDo` and leaves every file as it was.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from xlgoals.consolidation.merge import Arrival, Merged, merge
from xlgoals.consolidation.sources import find_sources
from xlgoals.errors import CannotDo
from xlgoals.findings import Finding, in_reading_order
from xlgoals.form import Form, load_form
from xlgoals.masterform import load_master_form
from xlgoals.model import Submission, Unit
from xlgoals.profile import DEFAULT_PROFILE, Profile, load_profile
from xlgoals.read.cells import read_book
from xlgoals.read.package import read_package
from xlgoals.read.published import read_published
from xlgoals.read.template import read_template
from xlgoals.resources import example_path
from xlgoals.rules import Setting, run_rules
from xlgoals.write.files import refuse_existing, write_keeping_previous, write_new
from xlgoals.write.master import write_master
from xlgoals.write.template import write_template

Progress = Callable[[int, int, str], None]
"""Told after each file: how many are done, how many there are, the file's name."""

_TEXT_SUFFIXES = frozenset({".txt", ".text"})
_ZIP = b"PK\x03\x04"


def no_progress(done: int, total: int, name: str) -> None:
    """For callers that show nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """One workbook that an import wrote, and the submission in it as it was read from the source."""

    path: Path
    submission: Submission


@dataclass(frozen=True, slots=True, kw_only=True)
class Consolidation:
    """What a consolidation did."""

    master: Path
    merged: Merged
    ignored: tuple[Path, ...]
    """Files in the named folders that are no workbooks."""
    previous: Path | None
    """Where the master that stood there before was kept; None when there was none or nothing changed."""


def read(
    path: Path | str, *, profile: str | Path | None = None, year: int | None = None
) -> tuple[Submission, ...]:
    """The submissions in a file: one in a unit's workbook, one for each unit in a published text.

    Raises:
        CannotDo: no such file, not a workbook or text of ours, damaged, of another version.
    """
    source, form = Path(path), load_form()
    if _is_text(source):
        return read_published(source, form, load_profile(profile or DEFAULT_PROFILE), year)
    return (read_template(source, form),)


def make_template(
    target: Path | str,
    *,
    profile: str | Path = DEFAULT_PROFILE,
    unit: Unit | None = None,
    year: int | None = None,
) -> Path:
    """A blank locked workbook for a unit. Nothing that stands at ``target`` is written over."""
    form, rules = load_form(), load_profile(profile)
    owner = unit or Unit(code="", name="")
    path = Path(target)
    write_new(path, lambda draft: write_template(draft, form, rules, unit=owner, year=year))
    return path


def import_published(
    sources: Iterable[Path | str],
    folder: Path | str,
    *,
    profile: str | Path = DEFAULT_PROFILE,
    year: int | None = None,
    unit: Unit | None = None,
) -> list[Imported]:
    """Published texts → one workbook a unit in ``folder``; all of them or none.

    Raises:
        CannotDo: a source cannot be read, or a workbook of that name stands in the folder.
    """
    return _import(sources, Path(folder), load_profile(profile), year, unit, write_new)


def validate(submission: Submission, *, profile: str | Path | None = None) -> list[Finding]:
    """All findings in reading order: sheet, row, column. The submission's own profile is used by default."""
    setting = Setting(form=load_form(), profile=_profile_of(submission, profile))
    form = setting.form
    sheets = (form.guide.name, form.projects.name, form.indicators.name)
    return in_reading_order(run_rules(submission, setting), sheets)


def consolidate(
    sources: Iterable[Path | str],
    master: Path | str,
    *,
    profile: str | Path | None = None,
    progress: Progress = no_progress,
) -> Consolidation:
    """Units' workbooks (files, or folders of them) → one master book.

    A file that cannot be read becomes a line of the ledger and never stops the run. A master that stands
    at the target is replaced in one step and its former version kept under a dated name.

    Raises:
        CannotDo: nothing to consolidate, a named file is missing, or the target cannot be written.
    """
    target = Path(master)
    _refuse_other_than_master(target)
    found = find_sources([Path(source) for source in sources], target)
    arrivals = []
    for number, path in enumerate(found.workbooks, start=1):
        arrival = _receive(path, profile)
        progress(number, len(found.workbooks), path.name)
        if arrival.submission is not None or not _is_master(path):
            arrivals.append(arrival)
    if not arrivals:
        raise CannotDo("consolidate.nothing", folder=found.workbooks[0])
    merged = merge(arrivals)
    folder = target.parent
    previous = write_keeping_previous(target, lambda draft: write_master(draft, merged, links_from=folder))
    return Consolidation(master=target, merged=merged, ignored=found.ignored, previous=previous)


def demo(folder: Path | str) -> tuple[list[Imported], Consolidation]:
    """The whole job on the published tables that come with the package, into ``folder``.

    Running it again rebuilds the same files; a file changed in between is kept under a dated name.
    """
    place = Path(folder)
    texts = sorted(example_path("source").glob("*.txt"))
    imported = _import(
        texts, place / "units", load_profile(DEFAULT_PROFILE), None, None, write_keeping_previous
    )
    return imported, consolidate([place / "units"], place / "master.xlsx")


def _import(
    sources: Iterable[Path | str],
    folder: Path,
    profile: Profile,
    year: int | None,
    unit: Unit | None,
    write: Callable[[Path, Callable[[Path], object]], object],
) -> list[Imported]:
    form = load_form()
    submissions = [
        submission
        for source in sources
        for submission in read_published(Path(source), form, profile, year, unit)
    ]
    imported = [Imported(path=folder / _file_name(form, each), submission=each) for each in submissions]
    names = [item.path for item in imported]
    for path in names:
        if names.count(path) > 1:
            raise CannotDo("import.unit_twice", file=path.name)
        if write is write_new:
            refuse_existing(path)
    for item in imported:
        _write_submission(item, form, profile, write)
    return imported


def _write_submission(
    item: Imported, form: Form, profile: Profile, write: Callable[[Path, Callable[[Path], object]], object]
) -> None:
    submission = item.submission
    write(
        item.path,
        lambda draft: write_template(
            draft, form, profile, unit=submission.unit, year=submission.year, submission=submission
        ),
    )


def _file_name(form: Form, submission: Submission) -> str:
    return form.file_name.format(code=submission.unit.code, year=submission.year)


def _receive(path: Path, profile: str | Path | None) -> Arrival:
    """A file with its findings, or the reason why it cannot be read."""
    received = path.stat().st_mtime
    try:
        submission = read_template(path, load_form())
        findings = validate(submission, profile=profile)
    except CannotDo as refusal:
        return Arrival(path=path, received=received, refusal=refusal)
    return Arrival(path=path, received=received, submission=submission, findings=tuple(findings))


def _profile_of(submission: Submission, chosen: str | Path | None) -> Profile:
    return load_profile(chosen or submission.profile or DEFAULT_PROFILE)


def _is_text(path: Path) -> bool:
    """A text by its content where it can be looked at, else by its name."""
    try:
        with path.open("rb") as stream:
            head = stream.read(4096)
    except OSError:
        return path.suffix.lower() in _TEXT_SUFFIXES
    return path.suffix.lower() in _TEXT_SUFFIXES and head[:4] != _ZIP


def _is_master(path: Path) -> bool:
    try:
        package, _ = read_package(path)
        return read_book(package).properties.get("xlgoals_template_id") == load_master_form().id
    except CannotDo:
        return False


def _refuse_other_than_master(target: Path) -> None:
    if target.is_file() and not _is_master(target):
        raise CannotDo("consolidate.not_a_master", file=target)
