"""Where things stand in a unit's workbook: rows, columns, ranges and the names of its lists.

Formulas are written in the form with placeholders; here they meet their cells.
"""

from __future__ import annotations

import re

from xlsxwriter.utility import xl_rowcol_to_cell

from xlgoals.form import Form, InputSheet, Kind
from xlgoals.profile import Profile, Role

TITLE_ROW, UNIT_ROW, HEAD_ROW, FIRST_ROW = range(4)
LEVEL1_NAMES = "level1_names"
LEVEL2_TABLE = "level2_table"
LEVEL2_FIRST = "level2_first"
CHOOSE_LEVEL1 = "choose_level1"
PROJECT_NAMES = "project_names"
MOST_TYPES = 200
MOST_LEVEL2 = 40
_BYTES_OF_A_CHARACTER = 3  # the receiving system counts three bytes a Chinese character
_PLACEHOLDER = re.compile(r"\{([a-z0-9_.:]+)\}")


def last_row(spec: InputSheet, filled: int) -> int:
    """Last prepared row of an input sheet with ``filled`` records, from 0."""
    return FIRST_ROW + filled + spec.spare_rows - 1


def column_of(spec: InputSheet, key: str) -> int:
    """Position of a field's column, from 0."""
    return [column.key for column in spec.columns].index(key)


def range_name(sheet: str, field: str) -> str:
    """The defined name of a column: ``indicators_level1``."""
    return f"{sheet}_{field}"


def quoted(sheet: str) -> str:
    """A sheet's name as formulas write it."""
    return "'" + sheet.replace("'", "''") + "'"


def text_literal(text: str) -> str:
    """A text as formulas write it."""
    return '"' + text.replace('"', '""') + '"'


class Layout:
    """The cells of one workbook: how many records its sheets hold decides how far its ranges reach."""

    def __init__(self, form: Form, profile: Profile, filled: dict[str, int]) -> None:
        """Takes the number of records by sheet name."""
        self._form = form
        self._profile = profile
        self._sheets = {"projects": form.projects, "indicators": form.indicators}
        self._last = {key: last_row(spec, filled[spec.name]) for key, spec in self._sheets.items()}

    def last_row(self, spec: InputSheet) -> int:
        """Last prepared row of an input sheet, from 0."""
        return next(self._last[key] for key, each in self._sheets.items() if each is spec)

    def range(self, sheet: str, field: str) -> str:
        """A whole column of an input sheet, absolute: ``'项目'!$B$4:$B$63``."""
        spec = self._sheets[sheet]
        column = column_of(spec, field)
        first = xl_rowcol_to_cell(FIRST_ROW, column, True, True)
        last = xl_rowcol_to_cell(self._last[sheet], column, True, True)
        return f"{quoted(spec.name)}!{first}:{last}"

    def ranges(self) -> dict[str, str]:
        """Name → range of every column that formulas look through; a name is short and tells what it is."""
        return {
            range_name(sheet, column.key): self.range(sheet, column.key)
            for sheet, spec in self._sheets.items()
            for column in spec.columns
            if column.kind is not Kind.CHECK
        }

    def check_formula(self, spec: InputSheet) -> str:
        """The 核对 formula of the first row: nothing if it is blank, what the first true check says, or √."""
        cells = [self._cell(spec, column.key) for column in spec.inputs]
        formula = text_literal(self._form.marks["passed"])
        for check in reversed(spec.checks):
            condition = _PLACEHOLDER.sub(lambda match: self._meaning(spec, match[1]), check.when)
            formula = f"IF({condition},{text_literal(check.say)},{formula})"
        return f'IF(COUNTA({cells[0]}:{cells[-1]})=0,"",{formula})'

    def number_formula(self, spec: InputSheet) -> str:
        """The 序号 formula of the first row: its place among projects, or among its project's indicators."""
        first = self._cell(spec, spec.inputs[0].key)
        if spec is self._form.projects:
            return f'IF({first}="","",ROW()-{FIRST_ROW})'
        column = column_of(spec, spec.inputs[0].key)
        start = xl_rowcol_to_cell(FIRST_ROW, column, True, True)
        return f'IF({first}="","",SUMPRODUCT(--({start}:{first}={first})))'

    def _cell(self, spec: InputSheet, field: str) -> str:
        return xl_rowcol_to_cell(FIRST_ROW, column_of(spec, field), col_abs=True)

    def _meaning(self, spec: InputSheet, placeholder: str) -> str:
        """What a placeholder of a check stands for on the first row."""
        if placeholder == "pair":
            level1, level2 = (self._cell(spec, level) for level in ("level1", "level2"))
            branch = f"INDEX({LEVEL2_TABLE},0,MATCH({level1},{LEVEL1_NAMES},0))"
            return f"IFERROR(COUNTIF({branch},{level2})>0,FALSE)"
        if placeholder.startswith("role:"):
            return text_literal(min(self._profile.roles[Role(placeholder.removeprefix("role:"))]))
        parts = placeholder.split(".")
        if parts[-1] == "all":
            own = next(key for key, each in self._sheets.items() if each is spec)
            return range_name(own, parts[0]) if len(parts) == 2 else range_name(parts[0], parts[1])
        if parts[-1] == "most":
            return str(spec.column(parts[0]).max_bytes // _BYTES_OF_A_CHARACTER)
        return self._cell(spec, placeholder)


def most_characters(max_bytes: int) -> int:
    """How many Chinese characters a limit in bytes leaves."""
    return max_bytes // _BYTES_OF_A_CHARACTER
