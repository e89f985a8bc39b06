"""A unit's workbook → the same submission under the local rules of another place."""

from __future__ import annotations

from pathlib import Path

from xlgoals.converting import Conversion
from xlgoals.converting import convert as convert_submission
from xlgoals.errors import CannotDo
from xlgoals.form import load_form
from xlgoals.operations.rewriting import types, write_with_samples
from xlgoals.operations.submissions import load, profile_of
from xlgoals.profile import load_profile
from xlgoals.write.files import refuse_existing


def convert(
    source: Path | str,
    target: Path | str | None = None,
    *,
    profile: str | Path,
    source_profile: str | Path | None = None,
) -> Conversion:
    """Puts a submission under the local rules ``profile``, into a new workbook at ``target``.

    Without ``target`` nothing is written: the result says what would change. ``source_profile`` are the
    rules that the submission follows; by default those that it names. No value is lost or guessed: the
    names of levels change where the other tree has exactly one place for them, and ``pending`` lists what
    a person has to see to, each with its cell.

    Raises:
        CannotDo: the source cannot be read or holds several units, there is no such profile, or something
            stands at ``target``.
    """
    path = None if target is None else Path(target)
    if path is not None:
        refuse_existing(path)
    rules = load_profile(profile)
    submissions = load(source, profile=source_profile)
    if len(submissions) != 1:
        raise CannotDo("convert.several_units", file=Path(source).name, count=len(submissions))
    (submission,) = submissions
    conversion = convert_submission(submission, profile_of(submission, source_profile), rules)
    if path is not None:
        write_with_samples(path, load_form(), rules, conversion.submission, types())
    return conversion
