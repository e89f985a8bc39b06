"""Workbooks that are no template of ours: official forms or flat lists, told apart by their content."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from msgspec.structs import replace

from xlgoals.errors import CannotDo
from xlgoals.form import Form
from xlgoals.form.declaration import DeclarationWords, load_declaration_words
from xlgoals.masterform import load_master_form
from xlgoals.model import Address, Observation, Sighting, Submission, Unit
from xlgoals.profile import Profile
from xlgoals.read.cells import TOP_LEFT, Book, Sheet
from xlgoals.read.columns import ReadColumn, remembered_mapping
from xlgoals.read.declaration.lines import Loss
from xlgoals.read.declaration.other_forms import other_form
from xlgoals.read.declaration.sheets import arranged_sheet, lines_in
from xlgoals.read.flat_list import holds_flat, read_flat
from xlgoals.read.grid import Grid
from xlgoals.read.official_sheet import holds_official, read_official
from xlgoals.read.opening import Opened, open_book


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
    opened: Opened | None = None,
) -> Legacy:
    """The submissions in a workbook made by hand, or in the book of official tables that we print.

    ``mapping`` says which column of a list holds which field; it goes before what is remembered in a folder.
    ``opened`` is what another reader made a workbook of: a list that stands in ``path`` as text.

    Raises:
        CannotDo: it is a unit workbook or a master of ours, or holds no table; or see the two readers.
    """
    (book, digest), file = opened or open_book(path), path.name
    identity = book.properties.get("xlgoals_template_id")
    if identity == form.id or book.sheet(form.meta) is not None:
        raise CannotDo("legacy.unit_workbook", file=file)
    if identity == load_master_form().id:
        raise CannotDo("legacy.master", file=file)
    visible = [sheet for sheet in book.sheets if sheet.state == "visible"]
    known = dict(remembered_mapping(remembered_in, book, unit)) if remembered_in else {}
    known |= mapping or {}
    lists = [sheet for sheet in visible if holds_flat(sheet, form, known, file)]
    told = [_converted(file, visible)] if book.converted and visible else []
    forms = _Forms(book, form, [sheet for sheet in visible if sheet not in lists], file)
    if lists and forms.goals:
        raise CannotDo("legacy.mixed", file=file)
    if forms.goals:
        return Legacy(submissions=with_observations(forms.read(digest, profile, year, unit), told))
    if lists:
        read = read_flat(book, file, digest, form, profile, year, unit, known)
        return Legacy(submissions=with_observations(read.submissions, told), columns=read.columns)
    if forms.others:
        raise forms.refusal()
    raise CannotDo("legacy.no_table", file=file)


def with_observations(
    submissions: Sequence[Submission], told: Sequence[Observation]
) -> tuple[Submission, ...]:
    """The submissions with what was told of the whole file."""
    return tuple(replace(each, observations=(*told, *each.observations)) for each in submissions)


def _converted(file: str, sheets: Sequence[Sheet]) -> Observation:
    """That the formats of numbers were not seen: 100% may have been read as 1."""
    address = Address(file=file, sheet=sheets[0].name, cell=TOP_LEFT)
    return Observation(sighting=Sighting.CONVERTED, address=address, value="", used="")


class _Forms:
    """The sheets of a workbook that hold forms: goal tables, ours or of other places, and other forms."""

    def __init__(self, book: Book, form: Form, sheets: Sequence[Sheet], file: str) -> None:
        self._book, self._form, self._file = book, form, file
        self._is_ours = book.properties.get("xlgoals_template_id") == form.official.printed.id
        words = load_declaration_words()
        self._wide = form if self._is_ours else words.widened(form)
        self.goals: dict[str, Sheet] = {}
        """Sheets with goal tables by name, in the order of the published layout."""
        self.others: dict[str, Loss] = {}
        """Forms of other kinds by sheet."""
        self._lost: list[Observation] = []
        for sheet in sheets:
            self._sort(sheet, words)

    def _sort(self, sheet: Sheet, words: DeclarationWords) -> None:
        if self._is_ours:
            if holds_official(sheet, self._form):
                self.goals[sheet.name] = sheet
            return
        grid = Grid(sheet)
        lines = lines_in(grid)
        kind = other_form(lines, "", words)
        if kind is not None:
            first = next(spot for line in lines for spot in line.filled)
            loss = Loss(Sighting.OTHER_FORM, first.place, first.text, words.other_forms[kind].name)
            self.others[sheet.name] = loss
            return
        arranged, lost = arranged_sheet(grid, lines, self._wide, words)
        if holds_official(arranged, self._wide):
            self.goals[sheet.name] = arranged
            self._lost += [self._observed(sheet.name, loss) for loss in lost]

    def _observed(self, sheet: str, loss: Loss) -> Observation:
        address = Address(file=self._file, sheet=sheet, cell=loss.place)
        return Observation(sighting=loss.sighting, address=address, value=loss.text, used=loss.used)

    def read(
        self, digest: str, profile: Profile, year: int | None, unit: Unit | None
    ) -> tuple[Submission, ...]:
        """Every goal table, as one submission a unit, with what was left out."""
        kept = [sheet for sheet in self._book.sheets if sheet.name not in self.others]
        sheets = tuple(self.goals.get(sheet.name, sheet) for sheet in kept)
        book = dataclasses.replace(self._book, sheets=sheets)
        read = read_official(book, self._file, digest, self._wide, profile, year, unit)
        others = [self._observed(sheet, loss) for sheet, loss in self.others.items()]
        return with_observations(read, [*self._lost, *others])

    def refusal(self) -> CannotDo:
        """Of a workbook in which only forms of other kinds stand."""
        sheet, loss = next(iter(self.others.items()))
        return CannotDo("legacy.other_form", file=self._file, sheet=sheet, form=loss.used)
