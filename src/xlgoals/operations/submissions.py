"""A file or an open workbook → its submission, and what the rules find in it."""

from __future__ import annotations

from pathlib import Path

from xlgoals.findings import Finding, in_reading_order
from xlgoals.form import load_form
from xlgoals.model import Observation, Submission
from xlgoals.profile import DEFAULT_PROFILE, Profile, load_profile, profile_names
from xlgoals.read.cells import Book
from xlgoals.read.intake import head_of
from xlgoals.read.published import read_published
from xlgoals.read.structure import structure_differences
from xlgoals.read.template import read_template, submission_of
from xlgoals.read.version import Identity, Standing
from xlgoals.rules import Setting, run_rules
from xlgoals.write.pristine import pristine_book

_TEXT_SUFFIXES = frozenset({".txt", ".text"})
_ZIP = b"PK\x03\x04"


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
    return (load_unit_workbook(source),)


def load_unit_workbook(path: Path) -> Submission:
    """The submission in a unit's workbook.

    Raises:
        CannotDo: as :func:`load`.
    """
    return read_template(path, load_form(), _inspect)


def submission_in(book: Book, file: str) -> Submission:
    """The submission in a workbook that is open and was read cell by cell; ``file`` is its name.

    Raises:
        CannotDo: as :func:`load`.
    """
    return submission_of(book, load_form(), file, "", _inspect)


def validate(submission: Submission, *, profile: str | Path | None = None) -> list[Finding]:
    """All findings in reading order: sheet, row, column. The submission's own profile is used by default."""
    setting = Setting(form=load_form(), profile=profile_of(submission, profile))
    form = setting.form
    sheets = (form.guide.name, form.projects.name, form.indicators.name)
    return in_reading_order(run_rules(submission, setting), sheets)


def profile_of(submission: Submission, chosen: str | Path | None) -> Profile:
    """The local rules in force: the chosen ones, or those that the submission names."""
    return load_profile(chosen or submission.profile or DEFAULT_PROFILE)


def _inspect(book: Book, identity: Identity, file: str) -> tuple[Observation, ...]:
    """The structure against the template as it left us; no drawing of an older version is at hand."""
    named = identity.told.get("profile", "")
    if identity.standing is not Standing.SAME or book.converted or named not in profile_names():
        return ()
    form = load_form()
    return structure_differences(book, pristine_book(form, load_profile(named)), form, file)


def _is_text(path: Path) -> bool:
    """A text by its name, unless its content is a workbook's."""
    return path.suffix.lower() in _TEXT_SUFFIXES and head_of(path)[:4] != _ZIP
