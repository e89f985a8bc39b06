"""A workbook in any state, taken apart: each cell that holds something is placed, listed, or known as ours.

Nothing is interpreted: a value goes to the field whose heading stands above it, as it was written.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from msgspec.structs import replace

from xlgoals.form import Form, InputSheet, Kind, normal_label
from xlgoals.model import (
    BLANK_MONEY,
    Address,
    CellsLocation,
    Indicator,
    Money,
    Project,
    RowLocation,
    Submission,
    Unit,
)
from xlgoals.read.cells import TOP_LEFT, Book, Cell, CellKind, Sheet, column_letters
from xlgoals.read.fates import Place, Remark, Row, TemplateContent, Unplaced, Why, compared, money_of
from xlgoals.read.formulas import normal_formulas
from xlgoals.read.headings import NO_HEAD, Head, Heading, How, closest, find_head, loose
from xlgoals.read.listing import listing_in
from xlgoals.read.version import identity_in

_MOST_CHARACTERS = 32_767
# No XML can hold them, though an escaped cell may.
_NO_CHARACTERS = frozenset("\ufffe\uffff")
_FEWEST_FIELDS = 3
_FEWEST_LABELS = 2
_YEAR_DIGITS = 4


class Salvage:
    """One workbook; :meth:`submission` gives what could be placed, :attr:`unplaced` all the rest."""

    def __init__(self, file: str, form: Form, book: Book, template: TemplateContent) -> None:
        """Takes what the template itself carries, which is nobody's value."""
        self._file, self._form, self._book = file, form, book
        worth = form.official.money_units
        self._other_units = frozenset(unit for unit in worth if worth[unit] != 1)
        self._texts = {normal_label(text) for text in template.texts}
        self._template = template
        # The guide of an older version names its columns by what are aliases today.
        for column in (*form.projects.columns, *form.indicators.columns):
            for name in (column.label, *column.aliases):
                self._texts |= {normal_label(name), normal_label(name + form.guide.required_mark)}
        self._unplaced: dict[Place, Unplaced] = {}
        self._placed: set[Place] = set()
        self._ours: set[Place] = set()
        self.rows: list[Row] = []
        """What was placed, row by row, as the clean workbook must hold it."""
        self.remarks: list[Remark] = []

    @property
    def placed(self) -> int:
        """How many values found their place."""
        return len(self._placed)

    @property
    def unplaced(self) -> tuple[Unplaced, ...]:
        """What did not, in the order of the workbook."""
        return tuple(self._unplaced[place] for place in sorted(self._unplaced))

    @property
    def is_complete(self) -> bool:
        """Whether every cell that holds something met exactly one fate; counted anew from the workbook."""
        fates = (self._placed, self._ours, self._unplaced.keys())
        filled = {
            (number, *place)
            for number, sheet in enumerate(self._book.sheets)
            for place, cell in sheet.cells.items()
            if cell.text.strip() or cell.formula
        }
        return sum(map(len, fates)) == len(filled) and filled == set().union(*fates)

    def submission(self, profile: str) -> Submission:
        """What could be placed, as a submission under ``profile``."""
        form = self._form
        sheets = self._roles()
        projects = [self._project(*row) for row in self._records(form.projects, sheets)]
        indicators = [self._indicator(*row) for row in self._records(form.indicators, sheets)]
        values = self._guide(sheets.get(form.guide.name))
        year = values.pop("year", "")
        unit = Unit(code=values.pop("unit_code", ""), name=values.pop("unit_name", ""))
        self._texts.add(normal_label(form.marks["unit_line"].format(code=unit.code, name=unit.name)))
        self._leftovers()
        return Submission(
            unit=unit,
            year=int(year) if year else None,
            profile=profile,
            template_version=form.version,
            projects=_gathered(projects, indicators),
            contact=values,
            file=self._file,
            location=CellsLocation(file=self._file, sheet=form.guide.name, cells={}, start=TOP_LEFT),
        )

    def _roles(self) -> dict[str, tuple[int, Head]]:
        """Sheet of the form → which sheet of the workbook stands for it, and its head."""
        form = self._form
        made = {form.results.name, form.preview.name, form.lists, form.meta}
        scores: list[tuple[float, int, str, Head]] = []
        for number, sheet in enumerate(self._book.sheets):
            if sheet.name in made:
                continue
            for spec in (form.projects, form.indicators):
                head = find_head(sheet, spec, self._other_units)
                inputs = {column.key for column in spec.inputs}
                fields = sum(heading.key in inputs for heading in head.columns.values())
                own = sheet.name == spec.name
                if (own and fields) or (fields >= _FEWEST_FIELDS and not _is_computed(sheet, head, inputs)):
                    scores.append((fields + own / 2, -number, spec.name, head))
            labels = len(self._labels(sheet))
            if sheet.name == form.guide.name or labels >= _FEWEST_LABELS:
                own = sheet.name == form.guide.name
                scores.append((labels + own / 2, -number, form.guide.name, NO_HEAD))
        roles: dict[str, tuple[int, Head]] = {}
        for _, negative, name, head in sorted(scores, key=lambda score: score[:3], reverse=True):
            if name not in roles and -negative not in {number for number, _ in roles.values()}:
                roles[name] = (-negative, head)
        for name in (form.guide.name, form.projects.name, form.indicators.name):
            if name not in roles:
                self._remark("rescue.sheet_missing", sheet=name)
            elif (found := self._book.sheets[roles[name][0]].name) != name:
                self._remark("rescue.sheet_as", found=found, sheet=name)
        return roles

    def _records(
        self, spec: InputSheet, sheets: Mapping[str, tuple[int, Head]]
    ) -> Iterator[tuple[RowLocation, Mapping[str, Cell]]]:
        """The rows below the head that hold something that can be placed."""
        if spec.name not in sheets:
            return
        number, head = sheets[spec.name]
        sheet = self._book.sheets[number]
        self._ours |= {(number, *place) for place in head.used}
        inputs = {c: h.key for c, h in head.columns.items() if not spec.column(h.key).is_computed}
        for heading in head.columns.values():
            self._tell_heading(spec, sheet, head, heading)
        letters = {key: column_letters(column) for column, key in inputs.items()}
        for row, cells in sheet.rows().items():
            if row <= head.last_row:
                continue
            taken: dict[str, Cell] = {}
            for column, cell in cells.items():
                place = (number, row, column)
                if column in inputs:
                    if self._takes(place, cell):
                        taken[inputs[column]] = cell
                elif column in head.columns:
                    self._computed(place, cell, spec, head.columns[column].key)
                elif column in head.repeated:
                    label = spec.column(head.repeated[column]).label
                    self._list(place, cell, Why.REPEATED_COLUMN, label)
                else:
                    self._list(place, cell, Why.UNKNOWN_COLUMN, _heading_text(sheet, head, column))
            if taken:
                values = ((key, compared(spec.column(key).kind, cell)) for key, cell in taken.items())
                self.rows.append((spec.name, tuple(sorted(values))))
                location = RowLocation(file=self._file, sheet=sheet.name, row=row, columns=letters)
                yield location, taken

    def _takes(self, place: Place, cell: Cell) -> bool:
        """Whether a cell of an input column has a value that can be placed; what has none is listed."""
        if not cell.text.strip() and not cell.formula:
            return False
        if cell.kind is CellKind.ERROR:
            self._list(place, cell, Why.ERROR_VALUE)
        elif not cell.text.strip():
            self._list(place, cell, Why.NO_RESULT)
        elif len(cell.text) > _MOST_CHARACTERS or _NO_CHARACTERS & set(cell.text):
            self._list(place, cell, Why.NOT_WRITABLE)
        else:
            self._placed.add(place)
            if cell.formula:
                self._remark("rescue.formula_taken", place=str(self._address(place)), value=cell.text)
            return True
        return False

    def _computed(self, place: Place, cell: Cell, spec: InputSheet, key: str) -> None:
        """序号 and 核对 are made anew; a value pasted there is ours only if the sheet could have made it."""
        text = cell.text.strip()
        says = {check.say for check in spec.checks} | {self._form.marks["passed"]}
        is_number = spec.column(key).kind is Kind.NUMBER
        if cell.formula or (text.isdigit() if is_number else text in says):
            self._known(place, cell)
        else:
            self._list(place, cell, Why.COMPUTED_COLUMN, spec.column(key).label)

    def _labels(self, sheet: Sheet) -> dict[str, tuple[int, int]]:
        """Where the labels of the identity fields stand: exact ones first, then loose, then the closest."""
        fields = self._form.guide.fields
        found: dict[str, tuple[int, int]] = {}
        for compare in (normal_label, loose):
            keys = {compare(field.label): field.key for field in fields}
            for place, cell in sorted(sheet.cells.items()):
                key = keys.get(compare(cell.text))
                if key is not None and key not in found and place not in found.values():
                    found[key] = place
        return found

    def _guide(self, role: tuple[int, Head] | None) -> dict[str, str]:
        """The identity fields: the value stands right of its label."""
        values: dict[str, str] = {}
        if role is not None:
            number = role[0]
            sheet = self._book.sheets[number]
            labels = self._labels(sheet)
            self._closest_labels(sheet, labels)
            for key, (row, column) in labels.items():
                self._ours.add((number, row, column))
                place, cell = (number, row, column + 1), sheet.at(row, column + 1)
                is_ours = (row, column + 1) in labels.values() or normal_label(cell.text) in self._texts
                if is_ours or not self._takes(place, cell):
                    continue
                text = cell.text
                if key == "year":
                    text = text.strip().removesuffix(".0")
                    if not (text.isascii() and text.isdigit() and len(text) == _YEAR_DIGITS):
                        self._placed.remove(place)
                        self._list(place, cell, Why.YEAR)
                        continue
                values[key] = text
                self._keep(key, text)
        return self._from_identity(values)

    def _closest_labels(self, sheet: Sheet, labels: dict[str, tuple[int, int]]) -> None:
        names = {f.key: (f.label,) for f in self._form.guide.fields if f.key not in labels}
        for (row, column), cell in sorted(sheet.cells.items()):
            beside = sheet.at(row, column + 1).text.strip()
            if not beside or normal_label(cell.text) in self._texts or (row, column) in labels.values():
                continue
            key = closest(cell.text, names)
            if key is not None and (row, column - 1) not in labels.values():
                labels[key] = (row, column)
                label = names.pop(key)[0]
                self._tell_reading(sheet, row, column, cell.text, label)

    def _from_identity(self, values: dict[str, str]) -> dict[str, str]:
        """Unit and year that only the hidden identity still names."""
        identity = identity_in(self._book, self._form)
        for key in ("unit_code", "year"):
            text = identity.get(key, "").strip()
            is_whole = text.isascii() and text.isdigit()
            if key not in values and is_whole and (key != "year" or len(text) == _YEAR_DIGITS):
                values[key] = text
                self._keep(key, text)
                label = next(f.label for f in self._form.guide.fields if f.key == key)
                self._remark("rescue.from_identity", field=label, value=text)
        return values

    def _keep(self, key: str, text: str) -> None:
        self.rows.append((self._form.guide.name, ((key, text),)))

    def _leftovers(self) -> None:
        """What no sheet of the form took: the template's own texts are ours, all else is listed."""
        form = self._form
        identity = identity_in(self._book, form)
        # The project chosen for the preview is a copy of a name that has met its fate.
        shown = {each.value for each in self._unplaced.values()}
        shown |= {value for _, row in self.rows for _, value in row}
        ours = {form.meta: {*identity, *identity.values()}, form.preview.name: shown}
        ours[form.lists] = set(self._template.choices)
        inputs = {form.guide.name, form.projects.name, form.indicators.name}
        named = {*inputs, *ours, form.lists, form.results.name}
        done = self._placed | self._ours | self._unplaced.keys()
        for number, sheet in enumerate(self._book.sheets):
            formulas = normal_formulas(sheet)
            listing = listing_in(sheet, form.results.columns) if sheet.name == form.results.name else None
            for (row, column), cell in sheet.cells.items():
                place = (number, row, column)
                if place in done:
                    continue
                if listing is not None and listing.holds(row, column):
                    self._known(place, cell)  # a validation makes it anew
                    continue
                is_known = formulas.get((row, column)) in self._template.formulas
                made = cell.formula and (is_known or sheet.name == form.preview.name)
                known = normal_label(cell.text) in self._texts or cell.text in ours.get(sheet.name, ())
                if made or known:
                    self._known(place, cell)
                else:
                    why = Why.OUTSIDE if sheet.name in named else Why.UNKNOWN_SHEET
                    self._list(place, cell, why)

    def _known(self, place: Place, cell: Cell) -> None:
        if cell.text.strip() or cell.formula:
            self._ours.add(place)

    def _list(self, place: Place, cell: Cell, why: Why, detail: str = "") -> None:
        if cell.text.strip() or cell.formula:
            formula = self._book.sheets[place[0]].formulas.get(place[1:], "")
            value = cell.text or f"={formula}"
            address = self._address(place)
            self._unplaced[place] = Unplaced(address=address, value=value, why=why, detail=detail)

    def _address(self, place: Place) -> Address:
        number, row, column = place
        return Address(
            file=self._file, sheet=self._book.sheets[number].name, cell=f"{column_letters(column)}{row}"
        )

    def _tell_heading(self, spec: InputSheet, sheet: Sheet, head: Head, heading: Heading) -> None:
        if heading.how is not How.LABEL:
            label = spec.column(heading.key).label
            self._tell_reading(sheet, head.first_row, heading.column, heading.text, label)

    def _tell_reading(self, sheet: Sheet, row: int, column: int, text: str, label: str) -> None:
        place = f"{sheet.name}!{column_letters(column)}{row}"
        self._remark("rescue.heading_as", place=place, text=text.strip().replace("\n", ""), label=label)

    def _remark(self, key: str, **details: str) -> None:
        self.remarks.append(Remark(key=key, details=details))

    def _project(self, location: RowLocation, cells: Mapping[str, Cell]) -> Project:
        def text(key: str) -> str:
            return cells[key].text if key in cells else ""

        def money(key: str) -> Money:
            return money_of(cells[key]) if key in cells else BLANK_MONEY

        return Project(
            name=text("name"),
            type=text("type"),
            budget=money("budget"),
            fiscal=money("fiscal"),
            other=money("other"),
            purpose=text("purpose"),
            goals=text("goals"),
            waiver=text("waiver"),
            indicators=(),
            location=location,
        )

    def _indicator(self, location: RowLocation, cells: Mapping[str, Cell]) -> tuple[str, Indicator]:
        values = {key: cell.text for key, cell in cells.items()}
        fields = ("level1", "level2", "name", "description", "target", "waiver")
        row = Indicator(**{field: values.get(field, "") for field in fields}, location=location)
        return values.get("project", ""), row


def _is_computed(sheet: Sheet, head: Head, inputs: set[str]) -> bool:
    """Whether formulas fill the input columns below a head: a preview shows records and holds none."""
    columns = {column for column, heading in head.columns.items() if heading.key in inputs}
    filled = [
        cell
        for (row, column), cell in sheet.cells.items()
        if row > head.last_row and column in columns and (cell.formula or cell.text.strip())
    ]
    return sum(cell.formula for cell in filled) * 2 > len(filled)


def _heading_text(sheet: Sheet, head: Head, column: int) -> str:
    texts = (sheet.at(row, column).text.strip() for row in range(head.first_row, head.last_row + 1))
    return "".join(texts)


def _gathered(projects: list[Project], indicators: list[tuple[str, Indicator]]) -> tuple[Project, ...]:
    """Projects with the indicators that name them to the letter; other names make projects of their own."""
    rows_of: dict[str, list[Indicator]] = {}
    for name, indicator in indicators:
        rows_of.setdefault(name, []).append(indicator)
    found = [replace(project, indicators=tuple(rows_of.pop(project.name, ()))) for project in projects]
    found.extend(
        Project(
            name=name,
            budget=BLANK_MONEY,
            fiscal=BLANK_MONEY,
            other=BLANK_MONEY,
            purpose="",
            goals="",
            indicators=tuple(rows),
            declared=False,
            location=rows[0].location,
        )
        for name, rows in rows_of.items()
    )
    return tuple(found)
