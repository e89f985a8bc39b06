"""The verbs: what the command line, the Python API and the buttons in Excel all call.

Each takes paths and values and returns values; none prints. What cannot be done raises
:class:`~xlgoals.errors.CannotDo` and leaves every file as it was.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from xlgoals.consolidation.merge import Arrival, Merged, merge
from xlgoals.consolidation.sources import find_sources
from xlgoals.errors import CannotDo
from xlgoals.filling import Filling
from xlgoals.filling import fill as fill_submission
from xlgoals.findings import Finding, in_reading_order
from xlgoals.form import Form, load_form
from xlgoals.library import Library, load_library
from xlgoals.masterform import load_master_form
from xlgoals.messages import Language
from xlgoals.model import Observation, Submission, Unit
from xlgoals.profile import DEFAULT_PROFILE, Profile, load_profile, profile_names
from xlgoals.read.cells import Book, read_book
from xlgoals.read.columns import ReadColumn, load_mapping, mapping_text
from xlgoals.read.flat_form import load_flat
from xlgoals.read.legacy import read_legacy
from xlgoals.read.package import read_package
from xlgoals.read.published import read_published
from xlgoals.read.structure import structure_differences
from xlgoals.read.template import read_template
from xlgoals.read.version import Identity, Standing
from xlgoals.rescue import Rescued
from xlgoals.rescue import rescue as rescue_into
from xlgoals.resources import example_path
from xlgoals.rules import Setting, run_rules
from xlgoals.write.files import refuse_existing, write_keeping_previous, write_new
from xlgoals.write.master import write_master
from xlgoals.write.official import write_official
from xlgoals.write.pristine import pristine_book
from xlgoals.write.template import write_template

Progress = Callable[[int, int, str], None]
"""Told after each file: how many are done, how many there are, the file's name."""

_TEXT_SUFFIXES = frozenset({".txt", ".text"})
_WORKBOOK_SUFFIXES = frozenset({".xlsx", ".xlsm", ".xlsb", ".xls", ".et"})
_ZIP = b"PK\x03\x04"


def no_progress(done: int, total: int, name: str) -> None:
    """For callers that show nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """One workbook that an import wrote, and the submission in it as it was read from the source."""

    path: Path
    submission: Submission
    columns: tuple[ReadColumn, ...] = ()
    """How the columns of a list were read; kept in ``columns_file``."""
    columns_file: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Consolidation:
    """What a consolidation did."""

    master: Path
    merged: Merged
    ignored: tuple[Path, ...]
    """Files in the named folders that are no workbooks."""
    previous: Path | None
    """Where the master that stood there before was kept; None when there was none or nothing changed."""


def load(
    path: Path | str, *, profile: str | Path | None = None, year: int | None = None
) -> tuple[Submission, ...]:
    """The submissions in a file: one in a unit's workbook, one for each unit in a published text.

    Raises:
        CannotDo: no such file, not a workbook or text of ours, damaged, of another version.
    """
    source, form = Path(path), load_form()
    if _is_text(source):
        return read_published(source, form, load_profile(profile or DEFAULT_PROFILE), year)
    return (read_template(source, form, _inspect),)


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
    columns: Path | str | None = None,
) -> list[Imported]:
    """Published texts, official forms and lists in workbooks → one workbook a unit in ``folder``.

    All of them or none. What a source is, is told by its content. How the columns of a list were read is
    kept beside the workbook and used by later imports; ``columns`` is a YAML file of head text → field.

    Raises:
        CannotDo: a source cannot be read, or a workbook of that name stands in the folder.
    """
    place, rules = Path(folder), load_profile(profile)
    mapping = load_mapping(Path(columns)) if columns else None
    form, items = load_form(), []
    for source in map(Path, sources):
        if _holds_workbook(source):
            legacy = read_legacy(source, form, rules, year, unit, mapping=mapping, remembered_in=place)
            items += [_imported(form, place, each, legacy.columns) for each in legacy.submissions]
        else:
            items += [
                _imported(form, place, each) for each in read_published(source, form, rules, year, unit)
            ]
    return _write_all(items, form, rules, write_new)


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
        CannotDo: nothing to consolidate, a named file is missing, the target cannot be written, or a
            mistake in the department's own indicator sets.
    """
    target = Path(master)
    types()  # a mistake in the department's own sets is told once, and not as a fault of every file
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


def print_official(source: Path | str, target: Path | str) -> Imported:
    """A unit's workbook → the book of its official tables at ``target``, one sheet a project.

    Raises:
        CannotDo: the source cannot be read, holds several units or no project, or something stands at
            ``target``.
    """
    path = Path(target)
    refuse_existing(path)
    submissions = load(source)
    if len(submissions) != 1:
        raise CannotDo("print.several_units", file=Path(source).name, count=len(submissions))
    (submission,) = submissions
    form, rules = load_form(), _profile_of(submission, None)
    write_new(path, lambda draft: write_official(draft, form, rules, submission))
    return Imported(path=path, submission=submission)


def rescue(
    source: Path | str,
    target: Path | str,
    *,
    profile: str | Path | None = None,
    language: Language = Language.ZH,
) -> Rescued:
    """What can be saved of a damaged, changed or outdated workbook → a clean one at ``target``.

    What has no place in it is listed in a text file beside it. The source is only read.

    Raises:
        CannotDo: the source cannot be opened, holds nothing that can be placed, or something stands at
            ``target``.
    """
    rules = load_profile(profile) if profile else None
    return rescue_into(Path(source), Path(target), load_form(), profile=rules, language=language)


def fill(
    source: Path | str,
    target: Path | str | None = None,
    *,
    project: str | None = None,
    project_type: str | None = None,
    library: Path | str | None = None,
) -> Filling:
    """Adds the missing core indicators of each project's type, into a new workbook at ``target``.

    Without ``target`` nothing is written: the result says what would be added. ``library`` is a folder of
    the department's own indicator sets; by default the one that ``XLGOALS_LIBRARY`` names.

    Raises:
        CannotDo: the source cannot be read or holds several units, no such project or type, a mistake in a
            set, or something stands at ``target``.
    """
    path = None if target is None else Path(target)
    if path is not None:
        refuse_existing(path)
    submissions = load(source)
    if len(submissions) != 1:
        raise CannotDo("fill.several_units", file=Path(source).name, count=len(submissions))
    (submission,) = submissions
    form, rules = load_form(), _profile_of(submission, None)
    filling = fill_submission(submission, types(library), rules, project, project_type)
    if path is not None:
        notes = _samples(filling.submission, types(library), form)
        write_new(
            path,
            lambda draft: write_template(
                draft,
                form,
                rules,
                unit=submission.unit,
                year=submission.year,
                submission=filling.submission,
                notes=notes,
            ),
        )
    return filling


def _samples(submission: Submission, library: Library, form: Form) -> Mapping[tuple[str, int], str]:
    """A note with the sample value for every standard row that still awaits its own."""
    return {
        (project.name, position): form.marks["sample"].format(hint=standard.hint)
        for project in submission.projects
        for position, indicator in enumerate(project.indicators)
        if library.awaits_value(indicator) and (standard := library.standard_of(indicator)) is not None
    }


def types(library: Path | str | None = None) -> Library:
    """The standard indicator sets by project type, the department's own folder included."""
    return load_library(Path(library) if library else None)


def demo(folder: Path | str) -> tuple[list[Imported], Consolidation]:
    """The whole job on the published tables that come with the package, into ``folder``.

    Running it again rebuilds the same files; a file changed in between is kept under a dated name.
    """
    place = Path(folder)
    texts = sorted(example_path("source").glob("*.txt"))
    form, profile = load_form(), load_profile(DEFAULT_PROFILE)
    items = [
        _imported(form, place / "units", each)
        for text in texts
        for each in read_published(text, form, profile)
    ]
    imported = _write_all(items, form, profile, write_keeping_previous)
    return imported, consolidate([place / "units"], place / "master.xlsx")


def _imported(
    form: Form, folder: Path, submission: Submission, columns: tuple[ReadColumn, ...] = ()
) -> Imported:
    """What an import is going to write."""
    path = folder / _file_name(form, submission)
    kept = folder / load_flat().file_name.format(code=submission.unit.code) if columns else None
    return Imported(path=path, submission=submission, columns=columns, columns_file=kept)


def _write_all(
    items: list[Imported],
    form: Form,
    profile: Profile,
    write: Callable[[Path, Callable[[Path], object]], object],
) -> list[Imported]:
    names = [item.path for item in items]
    for path in names:
        if names.count(path) > 1:
            raise CannotDo("import.unit_twice", file=path.name)
        if write is write_new:
            refuse_existing(path)
    for item in items:
        _write_submission(item, form, profile, write)
        if item.columns_file is not None:
            _keep_columns(item.columns_file, mapping_text(item.columns))
    return items


def _keep_columns(file: Path, text: str) -> None:
    write_keeping_previous(file, lambda draft: draft.write_text(text, encoding="utf-8"))


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
        submission = read_template(path, load_form(), _inspect)
        findings = validate(submission, profile=profile)
    except CannotDo as refusal:
        return Arrival(path=path, received=received, refusal=refusal)
    return Arrival(path=path, received=received, submission=submission, findings=tuple(findings))


def _inspect(book: Book, identity: Identity, file: str) -> tuple[Observation, ...]:
    """The structure against the template as it left us; no drawing of an older version is at hand."""
    named = identity.told.get("profile", "")
    if identity.standing is not Standing.SAME or named not in profile_names():
        return ()
    form = load_form()
    return structure_differences(book, pristine_book(form, load_profile(named)), form, file)


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


def _holds_workbook(path: Path) -> bool:
    """A workbook by its content, or by a name that promises one: the gate then says what it is instead."""
    try:
        with path.open("rb") as stream:
            head = stream.read(len(_ZIP))
    except OSError:
        return False
    return head == _ZIP or path.suffix.lower() in _WORKBOOK_SUFFIXES


def _is_master(path: Path) -> bool:
    try:
        package, _ = read_package(path)
        return read_book(package).properties.get("xlgoals_template_id") == load_master_form().id
    except CannotDo:
        return False


def _refuse_other_than_master(target: Path) -> None:
    if target.is_file() and not _is_master(target):
        raise CannotDo("consolidate.not_a_master", file=target)
