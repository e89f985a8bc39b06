"""The sheets of a unit's workbook: what each column takes, and how they stand in the YAML."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from xlgoals.yamlfile import Entry

_SPACES = re.compile(r"\s+")


class Kind(StrEnum):
    """What a cell takes: it decides number format, alignment, list and how the cell is read."""

    TEXT = "text"
    CODE = "code"
    MONEY = "money"
    CHOICE = "choice"
    NUMBER = "number"
    """序号, computed by the sheet itself."""
    CHECK = "check"
    """核对, computed by the sheet itself."""


class ListName(StrEnum):
    """Where the choices of a :attr:`Kind.CHOICE` column come from."""

    PROJECTS = "projects"
    LEVEL1 = "level1"
    LEVEL2 = "level2"
    TYPES = "types"
    """A proposal only: a department may have types of its own, and what it types is taken."""


PROJECT_TYPES = "project_types"
"""The defined name of the list that only proposes; its choices are no part of the structure."""


@lru_cache(maxsize=65536)
def normal_label(text: str) -> str:
    """A label as it is compared: white space of any kind is padding and ignored.

    >>> normal_label("其中：财政    资金")
    '其中：财政资金'
    """
    return _SPACES.sub("", text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """A column that is only written; ``width`` in characters."""

    key: str
    label: str
    width: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One labelled cell of the guide sheet: the unit, the year, whom to ask."""

    key: str
    label: str
    kind: Kind
    required: bool
    prompt: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column of an input sheet. ``width`` in characters, ``max_bytes`` at 3 bytes a Chinese character."""

    key: str
    label: str
    width: float
    kind: Kind
    required: bool
    max_bytes: int
    aliases: tuple[str, ...]
    prompt: str
    list: ListName | None

    @property
    def is_computed(self) -> bool:
        """Whether the sheet fills it in by a formula; it is locked and never read."""
        return self.kind in (Kind.NUMBER, Kind.CHECK)


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One condition of the 核对 column: a formula with placeholders, and what it says when it holds."""

    when: str
    say: str


@dataclass(frozen=True, slots=True, kw_only=True)
class InputSheet:
    """A sheet with one record on each row below its head row."""

    name: str
    title: str
    spare_rows: int
    checks: tuple[Check, ...]
    columns: tuple[Column, ...]

    @property
    def inputs(self) -> tuple[Column, ...]:
        """The columns that a person fills in."""
        return tuple(column for column in self.columns if not column.is_computed)

    def column(self, key: str) -> Column:
        """The column of a field; KeyError for a key that the form does not have."""
        for column in self.columns:
            if column.key == key:
                return column
        raise KeyError(key)

    def keys_by_label(self) -> dict[str, str]:
        """Field keys by label and alias, white space ignored; a label goes before the alias of another."""
        aliases = [(alias, column.key) for column in self.columns for alias in column.aliases]
        labels = [(column.label, column.key) for column in self.columns]
        # The first of two equal ones stands.
        return {normal_label(text): key for text, key in (*reversed(aliases), *reversed(labels))}

    def key_of(self, label: str) -> str | None:
        """Field key of a head-row text, by label or alias, white space ignored."""
        return self.keys_by_label().get(normal_label(label))


@dataclass(frozen=True, slots=True, kw_only=True)
class GuideSheet:
    """填报说明: identity fields on top, below them the steps and how to fill in each column."""

    name: str
    title: str
    widths: tuple[float, ...]
    fields: tuple[Field, ...]
    profile_label: str
    guide_title: str
    column_title: str
    column_heads: tuple[str, ...]
    required_mark: str
    steps: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultsSheet:
    """校验结果: where a validation writes its findings."""

    name: str
    title: str
    note: str
    columns: tuple[Heading, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewSheet:
    """申报表预览: the official form of one chosen project, filled in by formulas."""

    name: str
    title: str
    choose: str
    rows: int
    """Indicators that it has room for."""
    widths: tuple[float, ...]


def read_guide(entry: Entry) -> GuideSheet:
    """填报说明 as the YAML describes it."""
    fields = []
    for item in entry.entries("fields"):
        item.only(("key", "label", "kind", "required", "prompt"))
        fields.append(
            Field(
                key=item.text("key"),
                label=item.text("label"),
                kind=Kind(item.choice("kind", Kind)),
                required=item.truth("required"),
                prompt=item.text("prompt", ""),
            )
        )
    return GuideSheet(
        name=entry.text("name"),
        title=entry.text("title"),
        widths=tuple(float(width) for width in entry.texts("widths")),
        fields=tuple(fields),
        profile_label=entry.text("profile_label"),
        guide_title=entry.text("guide_title"),
        column_title=entry.text("column_title"),
        column_heads=entry.texts("column_heads"),
        required_mark=entry.text("required_mark"),
        steps=entry.texts("steps"),
    )


def read_sheet(entry: Entry) -> InputSheet:
    """An input sheet as the YAML describes it."""
    entry.only(("name", "title", "spare_rows", "checks", "columns"))
    columns: list[Column] = []
    for item in entry.entries("columns"):
        item.only(("key", "label", "width", "kind", "required", "max_bytes", "aliases", "prompt", "list"))
        kind = Kind(item.choice("kind", Kind))
        column = Column(
            key=item.text("key"),
            label=item.text("label"),
            width=item.decimal("width"),
            kind=kind,
            required=item.truth("required"),
            max_bytes=item.whole("max_bytes", 0),
            aliases=item.texts("aliases", ()),
            prompt=item.text("prompt", ""),
            list=ListName(item.choice("list", ListName)) if kind is Kind.CHOICE else None,
        )
        if any(column.key == other.key for other in columns):
            raise item.refuse("key", column.key, "once")
        columns.append(column)
    return InputSheet(
        name=entry.text("name"),
        title=entry.text("title"),
        spare_rows=entry.whole("spare_rows"),
        checks=tuple(Check(when=item.text("when"), say=item.text("say")) for item in entry.entries("checks")),
        columns=tuple(columns),
    )


def read_results(entry: Entry) -> ResultsSheet:
    """校验结果 as the YAML describes it."""
    entry.only(("name", "title", "note", "columns"))
    return ResultsSheet(
        name=entry.text("name"),
        title=entry.text("title"),
        note=entry.text("note"),
        columns=read_headings(entry),
    )


def read_preview(entry: Entry) -> PreviewSheet:
    """申报表预览 as the YAML describes it."""
    entry.only(("name", "title", "choose", "rows", "widths"))
    return PreviewSheet(
        name=entry.text("name"),
        title=entry.text("title"),
        choose=entry.text("choose"),
        rows=entry.whole("rows"),
        widths=tuple(float(width) for width in entry.texts("widths")),
    )


def read_headings(entry: Entry) -> tuple[Heading, ...]:
    """The columns of a sheet that is only written."""
    return tuple(
        Heading(key=item.text("key"), label=item.text("label"), width=item.decimal("width"))
        for item in entry.entries("columns")
    )
