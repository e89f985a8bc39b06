"""The nouns of a goal table: what every reader makes and every rule, writer and merge takes.

All values are frozen, slotted and keyword-only. Money is in 万元 (10,000 yuan). Text is kept as it was
written: nothing here trims, converts or fills in. Each record knows its :class:`Location`, so the
address of any of its values is asked for and never computed by a rule.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from enum import StrEnum
from typing import Protocol

from msgspec import Struct, field


class Address(Struct, frozen=True, kw_only=True, order=True, gc=False):
    """Where a value stands.

    ``sheet`` is empty for plain text, where ``cell`` is a line such as ``L57``.

    >>> str(Address(file="306101_2022.xlsx", sheet="指标", cell="H5"))
    '指标!H5'
    """

    file: str
    sheet: str
    cell: str

    def __str__(self) -> str:
        return f"{self.sheet}!{self.cell}" if self.sheet else self.cell


class Location(Protocol):
    """Anything that can say where the value of a field stands."""

    def address(self, field: str) -> Address:
        """The address of ``field``; of the record itself when the field has no cell of its own."""


class RowLocation(Struct, frozen=True, kw_only=True, gc=False):
    """A record on one row of a sheet; ``columns`` (field → column letters) is shared by all rows."""

    file: str
    sheet: str
    row: int
    columns: Mapping[str, str]

    def address(self, field: str) -> Address:
        """The cell of ``field``; the first column of the row for a field without a column."""
        column = self.columns.get(field) or next(iter(self.columns.values()), "")
        return Address(file=self.file, sheet=self.sheet, cell=f"{column}{self.row}")


class CellsLocation(Struct, frozen=True, kw_only=True, gc=False):
    """A record whose values are scattered: a form sheet, a Word table, a published text."""

    file: str
    sheet: str
    cells: Mapping[str, str]
    start: str

    def address(self, field: str) -> Address:
        """The cell of ``field``; where the record starts for a field without a cell."""
        return Address(file=self.file, sheet=self.sheet, cell=self.cells.get(field, self.start))


class Unit(Struct, frozen=True, kw_only=True, gc=False):
    """预算单位: six digits, three of the department and three of the unit, and the full name."""

    code: str
    name: str

    @property
    def department(self) -> str:
        """Code of the 主管部门: the first three digits."""
        return self.code[:3]


class Money(Struct, frozen=True, kw_only=True, gc=False):
    """An amount in 万元 as the cell holds it.

    ``amount`` is None when the cell is blank or holds something that is not a plain number;
    ``raw`` tells the two apart and is never lost.
    """

    raw: str
    amount: Decimal | None

    @property
    def is_blank(self) -> bool:
        """True when nothing but white space stands in the cell."""
        return not self.raw.strip()

    @property
    def is_readable(self) -> bool:
        """False when something stands in the cell that is not an amount."""
        return self.is_blank or self.amount is not None

    def __str__(self) -> str:
        """At least two decimals, every further one kept: ``117.00``, ``0.125``."""
        if self.amount is None:
            return self.raw
        exponent = self.amount.as_tuple().exponent
        keeps = isinstance(exponent, int) and exponent < -2
        return f"{self.amount:f}" if keeps else f"{self.amount:.2f}"


BLANK_MONEY = Money(raw="", amount=None)


class TargetKind(StrEnum):
    """What sort of statement a 指标值 makes."""

    QUANTITATIVE = "quantitative"
    QUALITATIVE = "qualitative"
    TIME = "time"


class Comparator(StrEnum):
    """How the value stated binds the result."""

    EQUAL = "="
    AT_LEAST = ">="
    AT_MOST = "<="
    MORE_THAN = ">"
    LESS_THAN = "<"
    ABOUT = "≈"
    BETWEEN = "between"


class Wording(StrEnum):
    """How a 指标值 is put: the shapes that reviewers ask to be rewritten are told apart here."""

    PLAIN = "plain"
    """A number and its unit, no operator: ``22人``."""
    SYMBOL = "symbol"
    """An operator sign: ``≥8次``."""
    WORD = "word"
    """An operator in words: ``不少于50次``."""
    APPROXIMATE = "approximate"
    """An approximate word: ``约6952平方米``."""
    EMBEDDED = "embedded"
    """A number inside a sentence: ``合同签署3个月内完成测评工作``."""
    QUALITATIVE = "qualitative"
    """No number or date at all: ``及时足额保障``."""


class Confidence(StrEnum):
    """How sure the reading of a 指标值 is."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class Target(Struct, frozen=True, kw_only=True, gc=False):
    """指标值: what the text of the cell says, beside the text itself.

    ``value``, ``low`` and ``high`` are canonical decimal strings in ``unit`` (``"3199.8"`` 亿元); for
    a time limit an ISO date, a year, a month-day ``12-31``, a quarter ``Q3``, or a duration in ``unit``.
    ``text`` holds the phrase of a qualitative value, or the words around an embedded number.
    """

    raw: str
    kind: TargetKind
    comparator: Comparator | None = None
    value: str | None = None
    low: str | None = None
    high: str | None = None
    unit: str = ""
    text: str = ""
    confidence: Confidence = Confidence.HIGH
    wording: Wording = Wording.QUALITATIVE


class Indicator(Struct, frozen=True, kw_only=True, gc=False):
    """绩效指标: one row of a goal table. ``target`` is the 指标值 as written."""

    level1: str
    level2: str
    name: str
    description: str
    target: str
    waiver: str = ""
    """说明: why the unit keeps a warning on this row."""
    location: Location


class Project(Struct, frozen=True, kw_only=True):
    """项目: one 项目支出绩效目标表."""

    name: str
    type: str = ""
    budget: Money
    fiscal: Money
    other: Money
    purpose: str
    goals: str
    """绩效目标: one text, its items on lines of their own."""
    indicators: tuple[Indicator, ...]
    waiver: str = ""
    declared: bool = True
    """False when only indicator rows name the project and no row of 项目 does: nothing is dropped."""
    location: Location


class Sighting(StrEnum):
    """Something a reader met that the values alone do not show; a rule turns it into a finding."""

    UNIT_LINE_MISSING = "unit_line_missing"
    MONEY_UNIT_LINE_MISSING = "money_unit_line_missing"
    MONEY_UNIT_OTHER = "money_unit_other"
    TITLE_LINE_MISSING = "title_line_missing"
    YEAR_FROM_TEXT = "year_from_text"
    LEVEL_FILLED_DOWN = "level_filled_down"
    NOT_UNDERSTOOD = "not_understood"
    ERROR_VALUE = "error_value"
    FORMULA_IN_INPUT = "formula_in_input"
    FORMULA_WITHOUT_VALUE = "formula_without_value"
    HIDDEN_WITH_DATA = "hidden_with_data"
    MERGED_INPUT = "merged_input"
    BLANK_ROW_INSIDE = "blank_row_inside"
    UNKNOWN_COLUMN = "unknown_column"
    UNKNOWN_SHEET = "unknown_sheet"
    OLDER_VERSION = "older_version"
    IDENTITY_MISSING = "identity_missing"
    LABEL_CHANGED = "label_changed"
    TEXT_CHANGED = "text_changed"
    FORMULA_CHANGED = "formula_changed"
    FORMULA_REMOVED = "formula_removed"
    LIST_CHANGED = "list_changed"
    SHEET_GONE = "sheet_gone"
    PART_HIDDEN = "part_hidden"
    PROTECTION_OFF = "protection_off"
    LAYOUT_SHIFTED = "layout_shifted"
    OUTSIDE_INPUT = "outside_input"
    TARGET_JOINED = "target_joined"
    SUBTOTAL_ROW = "subtotal_row"
    PROJECT_FILLED_DOWN = "project_filled_down"
    NUMBER_AS_TEXT = "number_as_text"
    CODE_AS_NUMBER = "code_as_number"
    HAS_MACROS = "has_macros"
    HAS_EXTERNAL_LINKS = "has_external_links"
    HAS_OBJECTS = "has_objects"
    CONVERTED = "converted"
    DELETED_TEXT = "deleted_text"
    HIDDEN_TEXT = "hidden_text"
    LONGER_TERM = "longer_term"
    OTHER_FORM = "other_form"
    OUTSIDE_TABLES = "outside_tables"


class Observation(Struct, frozen=True, kw_only=True, gc=False):
    """One :class:`Sighting` at one place. ``project`` is empty when it concerns the whole file."""

    sighting: Sighting
    address: Address
    value: str = ""
    """What stands there, as written."""
    used: str = ""
    """What was taken instead, where something was: an inherited unit, a filled-down level."""
    project: str = ""


class Submission(Struct, frozen=True, kw_only=True):
    """报送文件: one unit's tables at one version, from whatever source they were read."""

    unit: Unit
    year: int | None
    profile: str
    template_version: str
    projects: Sequence[Project]
    """A tuple, or what unpacks them when they are looked at."""
    contact: Mapping[str, str] = field(default_factory=dict)
    """填报人, 联系电话, 填报日期 by field key."""
    observations: tuple[Observation, ...] = ()
    file: str = ""
    """Name of the file it was read from, as shown to people."""
    digest: str = ""
    """SHA-256 of that file's bytes."""
    location: Location

    @property
    def indicators(self) -> Iterator[tuple[Project, Indicator]]:
        """Every indicator with its project, in the order of the file."""
        return ((project, indicator) for project in self.projects for indicator in project.indicators)

    @property
    def budget(self) -> Decimal:
        """Sum of all readable 预算数, in 万元; unreadable ones are findings, not zeros in disguise."""
        return sum((p.budget.amount for p in self.projects if p.budget.amount is not None), Decimal(0))
