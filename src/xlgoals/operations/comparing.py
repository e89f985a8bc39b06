"""What differs between two submissions, two masters, or two years."""

from __future__ import annotations

from pathlib import Path

from xlgoals.comparing import Comparison, compare
from xlgoals.errors import CannotDo
from xlgoals.form import load_form
from xlgoals.masterform import load_master_form
from xlgoals.messages import Language
from xlgoals.model import Submission
from xlgoals.operations.submissions import load
from xlgoals.read.merged import is_master, master_submissions
from xlgoals.read.opening import open_book
from xlgoals.read.template import submission_of
from xlgoals.write.diff import write_diff
from xlgoals.write.files import write_new

_TEXT_SUFFIXES = frozenset({".txt", ".text"})


def diff(
    old: Path | str,
    new: Path | str,
    target: Path | str | None = None,
    *,
    language: Language = Language.ZH,
) -> Comparison:
    """What is otherwise in ``new``: each is a unit's workbook, a published text, or a master.

    With ``target`` the comparison is also drawn there as a workbook.

    Raises:
        CannotDo: one of them cannot be read, or something stands at ``target``.
    """
    before, after = Path(old), Path(new)
    comparison = compare(_load(before), _load(after))
    if target is not None:
        write_new(
            Path(target),
            lambda draft: write_diff(draft, comparison, old=before.name, new=after.name, language=language),
        )
    return comparison


def _load(path: Path) -> tuple[Submission, ...]:
    if path.suffix.lower() in _TEXT_SUFFIXES:
        return load(path)
    if not path.exists():
        raise CannotDo("file.missing", file=path)
    opened = open_book(path)
    form = load_master_form()
    if is_master(opened.book, form):
        return master_submissions(opened.book, form, path.name, opened.digest)
    return (submission_of(opened.book, load_form(), path.name, opened.digest),)
