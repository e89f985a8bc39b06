"""A unit's workbook → a new one beside it: filled up, corrected, rescued, or printed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from xlgoals.catalogue import rule_page
from xlgoals.errors import CannotDo
from xlgoals.filling import Filling
from xlgoals.filling import fill as fill_submission
from xlgoals.fixing import Consent, Fixing
from xlgoals.fixing import fix as fix_submission
from xlgoals.form import Form, load_form
from xlgoals.library import Library, load_library
from xlgoals.messages import Language
from xlgoals.model import Submission
from xlgoals.operations.issuing import Imported
from xlgoals.operations.submissions import load, profile_of, validate
from xlgoals.profile import Profile, load_profile
from xlgoals.rescue import Rescued
from xlgoals.rescue import rescue as rescue_into
from xlgoals.write.files import refuse_existing, write_new
from xlgoals.write.official import write_official
from xlgoals.write.template import write_template


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
    return print_submission(submissions[0], path)


def print_submission(submission: Submission, target: Path) -> Imported:
    """A submission → the book of its official tables at ``target``.

    Raises:
        CannotDo: it holds no project, or something stands at ``target``.
    """
    form, rules = load_form(), profile_of(submission, None)
    write_new(target, lambda draft: write_official(draft, form, rules, submission))
    return Imported(path=target, submission=submission)


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
    form, rules = load_form(), profile_of(submission, None)
    filling = fill_submission(submission, types(library), rules, project, project_type)
    if path is not None:
        write_with_samples(path, form, rules, filling.submission, types(library))
    return filling


def fix(
    source: Path | str,
    target: Path | str | None = None,
    *,
    profile: str | Path | None = None,
    unsafe: bool = False,
    rules: Iterable[str] = (),
) -> Fixing:
    """Makes the edits that the rules propose, into a new workbook at ``target``; the source is only read.

    Without ``target`` nothing is written: the result says what would be changed. ``unsafe`` consents to edits
    that may change what the unit meant; ``rules`` limits the edits to these codes.

    Raises:
        CannotDo: the source cannot be read or holds several units, there is no such rule, or something stands
            at ``target``.
    """
    path = None if target is None else Path(target)
    if path is not None:
        refuse_existing(path)
    codes = frozenset(rule_page(code).code for code in rules)
    submissions = load(source)
    if len(submissions) != 1:
        raise CannotDo("fix.several_units", file=Path(source).name, count=len(submissions))
    consent = Consent(unsafe=unsafe, codes=codes)
    fixing = fix_submission(submissions[0], lambda each: validate(each, profile=profile), consent)
    if path is not None:
        submission = fixing.submission
        write_with_samples(path, load_form(), profile_of(submission, None), submission, types())
    return fixing


def fill_submission_in(submission: Submission, *, library: Path | str | None = None) -> Filling:
    """What :func:`fill` adds to a submission that was read already; nothing is written.

    Raises:
        CannotDo: a mistake in a set.
    """
    return fill_submission(submission, types(library), profile_of(submission, None))


def types(library: Path | str | None = None) -> Library:
    """The standard indicator sets by project type, the department's own folder included."""
    return load_library(Path(library) if library else None)


def write_with_samples(
    path: Path, form: Form, rules: Profile, submission: Submission, library: Library
) -> None:
    """A new workbook; rows of a standard set that still await their value say so in a note."""
    unit, year, notes = submission.unit, submission.year, _samples(submission, library, form)
    write_new(
        path,
        lambda draft: write_template(
            draft, form, rules, unit=unit, year=year, submission=submission, notes=notes
        ),
    )


def _samples(submission: Submission, library: Library, form: Form) -> Mapping[tuple[str, int], str]:
    """A note with the sample value for every standard row that still awaits its own."""
    return {
        (project.name, position): form.marks["sample"].format(hint=standard.hint)
        for project in submission.projects
        for position, indicator in enumerate(project.indicators)
        if library.awaits_value(indicator) and (standard := library.standard_of(indicator)) is not None
    }
