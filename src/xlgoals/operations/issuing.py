"""Workbooks for units: blank ones, and those filled from what was published or made by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from xlgoals.errors import CannotDo
from xlgoals.form import Form, load_form
from xlgoals.model import Submission, Unit
from xlgoals.profile import DEFAULT_PROFILE, Profile, load_profile
from xlgoals.read.columns import ReadColumn, load_mapping, mapping_text
from xlgoals.read.delimited import open_delimited
from xlgoals.read.flat_form import load_flat
from xlgoals.read.intake import head_of, read_bytes
from xlgoals.read.kinds import Kind, kind_of
from xlgoals.read.legacy import read_legacy
from xlgoals.read.opening import Opened, open_book
from xlgoals.read.published import read_published
from xlgoals.read.word.document import read_word
from xlgoals.write.files import refuse_existing, write_keeping_previous, write_new
from xlgoals.write.template import write_template

_WORKBOOK_SUFFIXES = frozenset({".xlsx", ".xlsm", ".xlsb", ".xls", ".et", ".ods"})
_WORD_SUFFIXES = frozenset({".docx", ".docm", ".doc"})
_ZIP = b"PK\x03\x04"


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """One workbook that an import wrote, and the submission in it as it was read from the source."""

    path: Path
    submission: Submission
    columns: tuple[ReadColumn, ...] = ()
    """How the columns of a list were read; kept in ``columns_file``."""
    columns_file: Path | None = None


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
    """Published texts, Word documents, forms and lists in workbooks, lists as text → a workbook a unit.

    All of them or none. What a source is, is told by its content. How the columns of a list were read is
    kept beside the workbook and used by later imports; ``columns`` is a YAML file of head text → field.

    Raises:
        CannotDo: a source cannot be read, or a workbook of that name stands in the folder.
    """
    place, rules = Path(folder), load_profile(profile)
    mapping = load_mapping(Path(columns)) if columns else None
    form, items = load_form(), []
    for source in map(Path, sources):
        if _is_word(source):
            read = read_word(source, form, rules, year, unit, mapping=mapping)
            items += [to_write(form, place, each, read.columns) for each in read.submissions]
        elif (opened := _opened(source, form, mapping or {})) is not None:
            legacy = read_legacy(
                source, form, rules, year, unit, mapping=mapping, remembered_in=place, opened=opened
            )
            items += [to_write(form, place, each, legacy.columns) for each in legacy.submissions]
        else:
            items += [to_write(form, place, each) for each in read_published(source, form, rules, year, unit)]
    return write_all(items, form, rules, write_new)


def to_write(
    form: Form, folder: Path, submission: Submission, columns: tuple[ReadColumn, ...] = ()
) -> Imported:
    """What an import is going to write into ``folder``."""
    path = folder / _file_name(form, submission)
    kept = folder / load_flat().file_name.format(code=submission.unit.code) if columns else None
    return Imported(path=path, submission=submission, columns=columns, columns_file=kept)


def write_all(
    items: list[Imported],
    form: Form,
    profile: Profile,
    write: Callable[[Path, Callable[[Path], object]], object],
) -> list[Imported]:
    """All of them or none, each by ``write``."""
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


def _is_word(path: Path) -> bool:
    """A Word document by its name, or a package that holds one."""
    if path.suffix.lower() in _WORD_SUFFIXES:
        return True
    return head_of(path)[: len(_ZIP)] == _ZIP and kind_of(path.name, read_bytes(path)) is Kind.WORD


def _opened(path: Path, form: Form, mapping: Mapping[str, str]) -> Opened | None:
    """A workbook, or a list that stands in a text; None for any other text."""
    return open_book(path) if _holds_workbook(path) else open_delimited(path, form, mapping)


def _holds_workbook(path: Path) -> bool:
    """A workbook by its content, or by a name that promises one: the gate then says what it is instead."""
    try:
        with path.open("rb") as stream:
            head = stream.read(len(_ZIP))
    except OSError:
        return False
    return head == _ZIP or path.suffix.lower() in _WORKBOOK_SUFFIXES
