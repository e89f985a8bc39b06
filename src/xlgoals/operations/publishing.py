"""What goes to the public: the document of goal tables, once nothing in them is in its way."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from msgspec.structs import replace

from xlgoals.errors import CannotDo
from xlgoals.findings import Finding, Severity
from xlgoals.form import load_form
from xlgoals.form.word import load_publication
from xlgoals.masterform import load_master_form
from xlgoals.model import Submission
from xlgoals.operations.submissions import load, profile_of, validate
from xlgoals.read.intake import head_of
from xlgoals.read.merged import is_master, master_submissions
from xlgoals.read.opening import open_book
from xlgoals.write.files import refuse_existing, write_new
from xlgoals.write.pdf import find_office, write_pdf

_ZIP = b"PK\x03\x04"


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """What a publication did; ``path`` is None when the last gate held it back."""

    path: Path | None
    pdf: Path | None
    no_pdf: CannotDo | None
    """Why a PDF that was asked for was not drawn."""
    submissions: tuple[Submission, ...]
    against: tuple[tuple[Submission, tuple[Finding, ...]], ...]
    """Each submission with what stands against its publication, if anything does."""

    @property
    def count(self) -> int:
        """How many findings stand against it."""
        return sum(len(findings) for _, findings in self.against)


def publish(
    sources: Iterable[Path | str],
    target: Path | str,
    *,
    pdf: bool = False,
    force: bool = False,
    year: int | None = None,
) -> Published:
    """Units' workbooks, published texts or masters → one document at ``target``, and a PDF beside it.

    Findings of severity error, typing errors and stray line feeds hold it back unless ``force``: the public
    reads these tables. ``year`` is needed for a master, which states none.

    Raises:
        CannotDo: a source cannot be read, a unit stands in two of them, there is no project, several years or
            none, money units differ, a text that no document can hold, or something stands at ``target``.
    """
    path = Path(target)
    drawn = path.with_suffix(".pdf")
    if path.suffix.lower() != ".docx":
        raise CannotDo("publish.suffix", file=path)
    for each in (path, drawn) if pdf else (path,):
        refuse_existing(each)
    submissions = tuple(
        replace(each, year=year or each.year) for source in sources for each in _submissions(Path(source))
    )
    _refuse_twice(submissions)
    return publish_submissions(submissions, path, drawn if pdf else None, force=force)


def publish_submissions(
    submissions: tuple[Submission, ...], path: Path, drawn: Path | None = None, *, force: bool = False
) -> Published:
    """Submissions that were read already → the document at ``path``, as :func:`publish`."""
    against = tuple((each, found) for each in submissions if (found := in_the_way(each)))
    if against and not force:
        return Published(path=None, pdf=None, no_pdf=None, submissions=submissions, against=against)
    from xlgoals.write.word import write_printable, write_word  # noqa: PLC0415 only who publishes pays for it

    form, rules = load_form(), profile_of(submissions[0], None)
    units = {profile_of(each, None).money_unit for each in submissions}
    if len(units) > 1:
        raise CannotDo("publish.several_money_units", units=", ".join(sorted(units)))
    write_new(path, lambda draft: write_word(draft, form, rules, submissions))
    refusal = None
    if drawn is not None:
        try:
            office = find_office()
            write_new(
                drawn,
                lambda draft: write_pdf(
                    draft, office, lambda each: write_printable(each, form, rules, submissions)
                ),
            )
        except CannotDo as reason:
            refusal = reason
    return Published(
        path=path,
        pdf=drawn if refusal is None else None,
        no_pdf=refusal,
        submissions=submissions,
        against=against,
    )


def in_the_way(submission: Submission) -> tuple[Finding, ...]:
    """Findings that hold a publication back: errors, and what the last gate names in ``word.yaml``."""
    gate = load_publication().last_gate
    return tuple(
        finding
        for finding in validate(submission)
        if not finding.waived and (finding.severity is Severity.ERROR or finding.code in gate)
    )


def _submissions(path: Path) -> tuple[Submission, ...]:
    if head_of(path)[: len(_ZIP)] == _ZIP:
        opened, form = open_book(path), load_master_form()
        if is_master(opened.book, form):
            return master_submissions(opened.book, form, path.name, opened.digest)
    return load(path)


def _refuse_twice(submissions: tuple[Submission, ...]) -> None:
    codes = [each.unit.code for each in submissions]
    for each in submissions:
        if codes.count(each.unit.code) > 1:
            raise CannotDo("publish.unit_twice", code=each.unit.code, unit=each.unit.name)
