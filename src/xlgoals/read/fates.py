"""What becomes of a cell in a rescue, and how values are compared when the result is checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from xlgoals.form import Kind
from xlgoals.model import Address, Money
from xlgoals.read.cells import Cell, CellKind
from xlgoals.read.money import money_of_number, read_money

Row = tuple[str, tuple[tuple[str, str], ...]]
"""A sheet of the form and what one of its rows holds: field and value, sorted by field."""
Place = tuple[int, int, int]
"""Sheet by position, row, column."""


class Why(StrEnum):
    """Why a value has no place; the value is the key of the sentence that says so."""

    UNKNOWN_SHEET = "rescue.unknown_sheet"
    UNKNOWN_COLUMN = "rescue.unknown_column"
    REPEATED_COLUMN = "rescue.repeated_column"
    COMPUTED_COLUMN = "rescue.computed_column"
    OUTSIDE = "rescue.outside"
    ERROR_VALUE = "rescue.error_value"
    NO_RESULT = "rescue.no_result"
    YEAR = "rescue.year"
    NOT_WRITABLE = "rescue.not_writable"


@dataclass(frozen=True, slots=True, kw_only=True)
class Unplaced:
    """A value that has no place in the clean workbook."""

    address: Address
    value: str
    why: Why
    detail: str = ""
    """What the reason names: a heading, a field."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """Something a person should know about how the workbook was read; ``key`` names its sentence."""

    key: str
    details: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateContent:
    """What the template itself carries: nobody's values."""

    texts: frozenset[str]
    formulas: frozenset[str]
    """As :mod:`xlgoals.read.formulas` compares them."""
    choices: frozenset[str]
    """Texts of its lists: elsewhere the same text is a value that somebody chose."""


def compared(kind: Kind, cell: Cell) -> str:
    """A value as it is compared: an amount by its worth, a text as it is; empty for a blank.

    >>> compared(Kind.MONEY, Cell(CellKind.TEXT, "1,170.00", "1,170.00", False))
    '1170'
    """
    if not cell.text.strip():
        return ""
    amount = money_of(cell).amount if kind is Kind.MONEY else None
    return cell.text if amount is None else f"{amount.normalize():f}"


def money_of(cell: Cell) -> Money:
    """An amount; a percentage or a date is the text that a person sees."""
    if cell.kind is CellKind.NUMBER:
        number = money_of_number(cell.raw)
        return number if read_money(cell.text).amount == number.amount else read_money(cell.text)
    return read_money(cell.text)
