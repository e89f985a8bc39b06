"""Workbooks that are no template of ours: official forms or flat lists, told apart by their content."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from xlgoals.errors import CannotDo
from xlgoals.form import Form
from xlgoals.masterform import load_master_form
from xlgoals.model import Submission, Unit
from xlgoals.profile import Profile
from xlgoals.read.columns import ReadColumn, remembered_mapping
from xlgoals.read.flat_list import holds_flat, read_flat
from xlgoals.read.official_sheet import holds_official, read_official
from xlgoals.read.opening import open_book


@dataclass(frozen=True, slots=True, kw_only=True)
class Legacy:
    """What a workbook made by hand holds, and how the columns of its lists were read."""

    submissions: tuple[Submission, ...]
    columns: tuple[ReadColumn, ...] = ()


def read_legacy(
    path: Path,
    form: Form,
    profile: Profile,
    year: int | None = None,
    unit: Unit | None = None,
    *,
    mapping: Mapping[str, str] | None = None,
    remembered_in: Path | None = None,
) -> Legacy:
    """The submissions in a workbook made by hand, or in the book of official tables that we print.

    ``mapping`` says which column of a list holds which field; it goes before what is remembered in a folder.

    Raises:
        CannotDo: it is a unit workbook or a master of ours, or holds no table; or see the two readers.
    """
    (book, digest), file = open_book(path), path.name
    identity = book.properties.get("xlgoals_template_id")
    if identity == form.id or book.sheet(form.meta) is not None:
        raise CannotDo("legacy.unit_workbook", file=file)
    if identity == load_master_form().id:
        raise CannotDo("legacy.master", file=file)
    visible = [sheet for sheet in book.sheets if sheet.state == "visible"]
    known = dict(remembered_mapping(remembered_in, book, unit)) if remembered_in else {}
    known |= mapping or {}
    lists = [sheet for sheet in visible if holds_flat(sheet, form, known, file)]
    official = [sheet for sheet in visible if sheet not in lists and holds_official(sheet, form)]
    if lists and official:
        raise CannotDo("legacy.mixed", file=file)
    if official:
        return Legacy(submissions=read_official(book, file, digest, form, profile, year, unit))
    if lists:
        read = read_flat(book, file, digest, form, profile, year, unit, known)
        return Legacy(submissions=read.submissions, columns=read.columns)
    raise CannotDo("legacy.no_table", file=file)
