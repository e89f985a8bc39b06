"""Layout of the master book, read from ``templates/master.yaml``: sheets, columns, titles, colours."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from xlgoals.resources import resource_path
from xlgoals.yamlfile import Entry, load_yaml

SHEETS = ("projects", "indicators", "findings", "ledger", "conflicts", "orphans", "journal")
"""The sheets behind 总览, in their order."""
REVIEWED = ("projects", "indicators")
"""The sheets that reviewers write in."""
REVIEW = ("opinion", "reviewer", "review_state")
"""What reviewers write, by column key."""
TABLES = ("department", "unit", "type", "level2", "rule")
"""The tables of 总览, in their order."""


class MasterKind(StrEnum):
    """What a column of the master holds; it decides format and alignment."""

    TEXT = "text"
    COUNT = "count"
    MONEY = "money"
    SHARE = "share"
    """A part of a whole, 0 to 1, shown in percent."""
    LINK = "link"
    SEVERITY = "severity"
    REVIEW = "review"
    """For reviewers to write in."""
    CHANGED = "changed"
    """What changed in a row after a reviewer wrote in it."""
    KEY = "key"
    """Hidden: by what a row is known again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MasterColumn:
    """One column; ``width`` in characters, 0 in the tables of 总览, which has widths of its own."""

    key: str
    label: str
    width: float
    kind: MasterKind


@dataclass(frozen=True, slots=True, kw_only=True)
class MasterSheet:
    """A sheet with one record a row."""

    name: str
    columns: tuple[MasterColumn, ...]
    frozen: int
    """Columns that stay in view."""
    pages: int
    """Pages side by side on which it is printed."""

    def index(self, key: str) -> int:
        """Position of a column, from 0; ValueError for a key that the sheet does not have."""
        return [column.key for column in self.columns].index(key)

    def part(self, number: int) -> str:
        """Name of the first, second, … sheet, when the records do not fit into one."""
        return self.name if number == 1 else f"{self.name} ({number})"


@dataclass(frozen=True, slots=True, kw_only=True)
class OverviewTable:
    """One table of 总览."""

    title: str
    columns: tuple[MasterColumn, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OverviewSheet:
    """总览: figures, notes, charts, and tables below each other that share their columns' widths."""

    name: str
    figures: Mapping[str, str]
    total: str
    widths: tuple[float, ...]
    most_bars: int
    """Units that a chart shows one by one."""
    others: str
    no_type: str
    no_department: str
    notes: Mapping[str, str]
    charts: Mapping[str, str]
    tables: Mapping[str, OverviewTable]
    chart_table: OverviewTable
    """What the charts of units are drawn from, when there are more units than bars."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MasterForm:
    """The whole layout."""

    id: str
    title: str
    title_without_year: str
    money_unit: str
    page: str
    fonts: Mapping[str, str]
    colours: Mapping[str, str]
    overview: OverviewSheet
    sheets: Mapping[str, MasterSheet]
    """By key, see :data:`SHEETS`."""
    states: Mapping[str, str]
    severities: Mapping[str, str]
    opinions: Mapping[str, str]
    review_states: tuple[str, ...]
    recommendations: Mapping[str, str]
    decisions: Mapping[str, str]
    orphan_reasons: Mapping[str, str]
    changed: Mapping[str, str]
    record: Mapping[str, str]


@cache
def load_master_form() -> MasterForm:
    """The layout shipped with the package.

    Raises:
        CannotDo: the YAML is wrong; file, line, field and what is allowed are named.
    """
    top = load_yaml(resource_path("master.yaml"))
    sheets = top.entry("sheets")
    return MasterForm(
        id=top.text("id"),
        title=top.text("title"),
        title_without_year=top.text("title_without_year"),
        money_unit=top.text("money_unit"),
        page=top.text("page"),
        fonts=top.table("fonts"),
        colours=top.table("colours"),
        overview=_overview(sheets.entry("overview")),
        sheets={key: _sheet(sheets.entry(key)) for key in SHEETS},
        states=top.table("states"),
        severities=top.table("severities"),
        opinions=top.table("opinions"),
        review_states=top.texts("review_states"),
        recommendations=top.table("recommendations"),
        decisions=top.table("decisions"),
        orphan_reasons=top.table("orphan_reasons"),
        changed=top.table("changed"),
        record=top.table("record"),
    )


def _sheet(entry: Entry) -> MasterSheet:
    return MasterSheet(
        name=entry.text("name"),
        columns=_columns(entry, "columns"),
        frozen=entry.whole("freeze"),
        pages=entry.whole("pages"),
    )


def _overview(entry: Entry) -> OverviewSheet:
    tables = entry.entry("tables")
    return OverviewSheet(
        name=entry.text("name"),
        figures=entry.table("figures"),
        total=entry.text("total"),
        widths=tuple(map(float, entry.texts("widths"))),
        most_bars=entry.whole("most_bars"),
        others=entry.text("others"),
        no_type=entry.text("no_type"),
        no_department=entry.text("no_department"),
        notes=entry.table("notes"),
        charts=entry.table("charts"),
        tables={key: _table(tables.entry(key)) for key in TABLES},
        chart_table=_table(tables.entry("chart")),
    )


def _table(entry: Entry) -> OverviewTable:
    return OverviewTable(title=entry.text("title"), columns=_columns(entry, "columns"))


def _columns(entry: Entry, name: str) -> tuple[MasterColumn, ...]:
    columns = []
    for item in entry.entries(name):
        item.only(("key", "label", "width", "kind"))
        columns.append(
            MasterColumn(
                key=item.text("key"),
                label=item.text("label"),
                width=item.decimal("width") if "width" in item.keys else 0.0,
                kind=MasterKind(item.choice("kind", MasterKind)),
            )
        )
    return tuple(columns)
