"""表样: the one specification of a unit's workbook, read from ``templates/form.yaml``.

The template is drawn from it, workbooks are read by it, and the guide for staff is printed from it.
Nothing else in the program knows a label, a column or a sheet name.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from functools import cache, lru_cache
from pathlib import Path

from xlgoals.resources import resource_path
from xlgoals.yamlfile import Entry, load_yaml

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

    def key_of(self, label: str) -> str | None:
        """Field key of a head-row text, by label or alias, white space ignored."""
        wanted = normal_label(label)
        for column in self.columns:
            if wanted == normal_label(column.label):
                return column.key
        for column in self.columns:
            if wanted in {normal_label(alias) for alias in column.aliases}:
                return column.key
        return None


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
class Heading:
    """A column that is only written; ``width`` in characters."""

    key: str
    label: str
    width: float


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewSheet:
    """申报表预览: the official form of one chosen project, filled in by formulas."""

    name: str
    title: str
    choose: str
    rows: int
    """Indicators that it has room for."""
    widths: tuple[float, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedBook:
    """The book of official tables: texts with placeholders, widths in characters, fonts by use."""

    id: str
    """What the book says it is in its document properties."""
    title: str
    unit_line: str
    sheet: str
    widths: tuple[float, ...]
    fonts: Mapping[str, str]
    contents: str
    """Name of the sheet that lists the tables when there is more than one."""
    contents_title: str
    contents_columns: tuple[Heading, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficialForm:
    """The published layout: label texts by field, and the shapes of the unit and money-unit lines."""

    title_suffix: str
    title_line: re.Pattern[str]
    """A title on a sheet made by hand."""
    unit_line: re.Pattern[str]
    money_unit: re.Pattern[str]
    year: re.Pattern[str]
    """A budget year as the text of a table names it."""
    labels: Mapping[str, str]
    aliases: Mapping[str, str]
    """Other texts of labels on sheets made by hand → their field."""
    heads: Mapping[str, str]
    money_units: Mapping[str, Decimal]
    """What one unit of money is worth in 万元."""
    printed: PrintedBook


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """The whole specification."""

    id: str
    version: str
    accepts: tuple[str, ...]
    file_name: str
    fonts: Mapping[str, str]
    colours: Mapping[str, str]
    marks: Mapping[str, str]
    guide: GuideSheet
    projects: InputSheet
    indicators: InputSheet
    results: ResultsSheet
    preview: PreviewSheet
    meta: str
    """Name of the very hidden sheet that carries the identity."""
    lists: str
    """Name of the very hidden sheet that carries the choices."""
    official: OfficialForm


def load_form(file: Path | None = None) -> Form:
    """The form in ``file``, or the one shipped with the package.

    Raises:
        CannotDo: the YAML is wrong; file, line, field and what is allowed are named.
    """
    return _shipped_form() if file is None else _read_form(load_yaml(file))


@cache
def _shipped_form() -> Form:
    return _read_form(load_yaml(resource_path("form.yaml")))


def _read_form(top: Entry) -> Form:
    top.only(
        ("id", "version", "accepts", "file_name", "fonts", "colours", "marks", "sheets", "official", "flat")
    )
    sheets = top.entry("sheets")
    sheets.only(("guide", "projects", "indicators", "results", "preview", "meta", "lists"))
    version, accepts = top.text("version"), top.texts("accepts")
    if version not in accepts:
        raise top.refuse("accepts", ", ".join(accepts), f"[…, {version}]")
    return Form(
        id=top.text("id"),
        version=version,
        accepts=accepts,
        file_name=top.text("file_name"),
        fonts=top.table("fonts"),
        colours=top.table("colours"),
        marks=top.table("marks"),
        guide=_read_guide(sheets.entry("guide")),
        projects=_read_sheet(sheets.entry("projects")),
        indicators=_read_sheet(sheets.entry("indicators")),
        results=_read_results(sheets.entry("results")),
        preview=_read_preview(sheets.entry("preview")),
        meta=sheets.entry("meta").text("name"),
        lists=sheets.entry("lists").text("name"),
        official=_read_official(top.entry("official")),
    )


def _read_guide(entry: Entry) -> GuideSheet:
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


def _read_sheet(entry: Entry) -> InputSheet:
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


def _read_results(entry: Entry) -> ResultsSheet:
    entry.only(("name", "title", "note", "columns"))
    return ResultsSheet(
        name=entry.text("name"),
        title=entry.text("title"),
        note=entry.text("note"),
        columns=tuple(
            Heading(key=item.text("key"), label=item.text("label"), width=item.decimal("width"))
            for item in entry.entries("columns")
        ),
    )


def _read_preview(entry: Entry) -> PreviewSheet:
    entry.only(("name", "title", "choose", "rows", "widths"))
    return PreviewSheet(
        name=entry.text("name"),
        title=entry.text("title"),
        choose=entry.text("choose"),
        rows=entry.whole("rows"),
        widths=tuple(float(width) for width in entry.texts("widths")),
    )


def _read_official(entry: Entry) -> OfficialForm:
    entry.only(
        (
            "title_suffix",
            "title_line",
            "unit_line",
            "money_unit",
            "year",
            "labels",
            "aliases",
            "heads",
            "money_units",
            "printed",
        )
    )
    money_units = entry.entry("money_units")
    return OfficialForm(
        title_suffix=entry.text("title_suffix"),
        title_line=_pattern(entry, "title_line", set()),
        unit_line=_pattern(entry, "unit_line", {"code", "name"}),
        money_unit=_pattern(entry, "money_unit", {"unit"}),
        year=_pattern(entry, "year", {"year"}),
        labels=entry.table("labels"),
        aliases=entry.table("aliases"),
        heads=entry.table("heads"),
        money_units={unit: _worth(money_units, unit) for unit in money_units.keys},
        printed=_read_printed(entry.entry("printed")),
    )


def _read_printed(entry: Entry) -> PrintedBook:
    entry.only(("id", "title", "unit_line", "sheet", "widths", "fonts", "contents"))
    contents = entry.entry("contents")
    contents.only(("name", "title", "columns"))
    return PrintedBook(
        id=entry.text("id"),
        title=entry.text("title"),
        unit_line=entry.text("unit_line"),
        sheet=entry.text("sheet"),
        widths=tuple(float(width) for width in entry.texts("widths")),
        fonts=entry.table("fonts"),
        contents=contents.text("name"),
        contents_title=contents.text("title"),
        contents_columns=tuple(
            Heading(key=item.text("key"), label=item.text("label"), width=item.decimal("width"))
            for item in contents.entries("columns")
        ),
    )


def _worth(entry: Entry, unit: str) -> Decimal:
    try:
        return Decimal(entry.text(unit))
    except InvalidOperation:
        raise entry.refuse(unit, entry.text(unit), "1, 0.0001, 10000 …") from None


def _pattern(entry: Entry, name: str, groups: set[str]) -> re.Pattern[str]:
    text = entry.text(name)
    needed = " ".join(f"(?P<{group}>…)" for group in sorted(groups))
    try:
        pattern = re.compile(text)
    except re.error as fault:
        raise entry.refuse(name, f"{text} ({fault})", needed) from None
    if set(pattern.groupindex) != groups:
        raise entry.refuse(name, text, needed)
    return pattern
