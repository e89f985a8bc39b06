"""Rescue: from a workbook that cannot be read as it is into a clean one, with a line for what has no place.

Sheets are known by their name or else by their headings, columns by label, alias or closeness. Each cell
that holds something meets exactly one fate; the draft is read again and compared before it is delivered.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from xlgoals.errors import CannotDo
from xlgoals.form import Form
from xlgoals.messages import Language, say
from xlgoals.model import Submission
from xlgoals.profile import DEFAULT_PROFILE, Profile, load_profile, profile_names
from xlgoals.read.book import read_book
from xlgoals.read.fates import Remark, Row, TemplateContent, Unplaced, compared
from xlgoals.read.formulas import normal_formulas
from xlgoals.read.headings import find_head
from xlgoals.read.opening import open_book
from xlgoals.read.package import read_package
from xlgoals.read.salvage import Salvage
from xlgoals.read.version import identity_in
from xlgoals.write.files import refuse_existing, write_new
from xlgoals.write.pristine import UNIT, pristine_book
from xlgoals.write.template import write_template


@dataclass(frozen=True, slots=True, kw_only=True)
class Rescued:
    """What a rescue did."""

    path: Path
    listing: Path | None
    """The file that lists what could not be placed; None when everything was."""
    submission: Submission
    placed: int
    unplaced: tuple[Unplaced, ...]
    remarks: tuple[Remark, ...]
    """How sheets and headings were read, and what was left out because the workbook computes it."""


def listing_path(target: Path, language: Language) -> Path:
    """Where the values without a place are listed."""
    return target.with_name(say("rescue.list_name", language, stem=target.stem))


def rescue(source: Path, target: Path, form: Form, *, profile: Profile | None, language: Language) -> Rescued:
    """Writes a clean workbook to ``target``, and beside it the list of what could not be placed.

    ``source`` is only read. ``profile`` is the one that the workbook names unless it is given.

    Raises:
        CannotDo: the file cannot be opened at all, nothing in it can be placed, something stands at
            ``target``, or the values do not add up (then nothing is written).
    """
    listing = listing_path(target, language)
    for path in (target, listing):
        refuse_existing(path)
    book = open_book(source).book
    named = identity_in(book, form).get("profile", "")
    rules = profile or load_profile(named if named in profile_names() else DEFAULT_PROFILE)
    salvage = Salvage(source.name, form, book, _template_content(form, rules))
    submission = salvage.submission(rules.id)
    if profile is None and named != rules.id:
        salvage.remarks.append(Remark(key="rescue.profile", details={"profile": rules.id}))
    if not salvage.placed:
        raise CannotDo("rescue.nothing", file=source.name)

    def build(draft: Path) -> None:
        write_template(draft, form, rules, unit=submission.unit, year=submission.year, submission=submission)
        if not salvage.is_complete or _rows_in(draft, form) != Counter(salvage.rows):
            raise CannotDo("rescue.not_conserved", file=source.name)

    write_new(target, build)
    unplaced = salvage.unplaced
    if unplaced:
        _write_listing(listing, source, target, unplaced, language)
    return Rescued(
        path=target,
        listing=listing if unplaced else None,
        submission=submission,
        placed=salvage.placed,
        unplaced=unplaced,
        remarks=tuple(salvage.remarks),
    )


def _template_content(form: Form, profile: Profile) -> TemplateContent:
    """Everything that the template itself carries, but for the line that names the unit."""
    sheets = pristine_book(form, profile).sheets
    fixed = [
        (sheet.name, cell.text)
        for sheet in sheets
        for place, cell in sheet.cells.items()
        if cell.text and not sheet.is_open(*place) and UNIT.code not in cell.text
    ]
    return TemplateContent(
        texts=frozenset(text for name, text in fixed if name != form.lists),
        formulas=frozenset(formula for sheet in sheets for formula in normal_formulas(sheet).values()),
        choices=frozenset(text for name, text in fixed if name == form.lists),
    )


def _write_listing(
    listing: Path, source: Path, target: Path, unplaced: Iterable[Unplaced], language: Language
) -> None:
    lines = [say("rescue.list_head", language, source=source.name, target=target.name), ""]
    lines += [line_of(each, language) for each in unplaced]
    try:
        # With its mark, Notepad on Windows reads it as UTF-8.
        write_new(listing, lambda draft: draft.write_text("\n".join(lines) + "\n", encoding="utf-8-sig"))
    except CannotDo:
        target.unlink(missing_ok=True)  # a workbook without its list would hide what is missing
        raise


def line_of(unplaced: Unplaced, language: Language) -> str:
    """One value without a place, on one line: where it stands, what it is, why."""
    value = unplaced.value.replace("\r", "").replace("\n", "⏎")
    why = say(unplaced.why.value, language, detail=unplaced.detail)
    return say("rescue.list_line", language, place=unplaced.address, value=value, why=why)


def _rows_in(draft: Path, form: Form) -> Counter[Row]:
    """What a workbook of ours holds, row by row, read without any of the code that placed it."""
    package, _ = read_package(draft)
    book = read_book(package)
    rows: Counter[Row] = Counter()
    for spec in (form.projects, form.indicators):
        sheet = book.sheet(spec.name)
        if sheet is not None:
            head = find_head(sheet, spec)
            fields = {column: spec.column(heading.key) for column, heading in head.columns.items()}
            for number, cells in sheet.rows().items():
                held = (
                    (fields[column].key, compared(fields[column].kind, cell))
                    for column, cell in cells.items()
                    if column in fields and not fields[column].is_computed and cell.text.strip()
                )
                if number > head.last_row and (values := tuple(sorted(held))):
                    rows[spec.name, values] += 1
    guide = book.sheet(form.guide.name)
    labels = {field.label: field.key for field in form.guide.fields}
    texts = guide.cells if guide else {}
    for (row, column), label in texts.items():
        value = texts.get((row, column + 1))
        if label.text in labels and value is not None:
            rows[form.guide.name, ((labels[label.text], value.text),)] += 1
    return rows
