"""Layout of the master book, read from ``templates/master.yaml``: sheets, columns, titles, colours."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from xlgoals.resources import resource_path
from xlgoals.yamlfile import Entry, load_yaml

SHEETS = ("projects", "indicators", "findings", "ledger")


class MasterKind(StrEnum):
    """What a column of the master holds; it decides format and alignment."""

    TEXT = "text"
    COUNT = "count"
    MONEY = "money"
    LINK = "link"
    SEVERITY = "severity"
    REVIEW = "review"
    """For reviewers to write in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MasterColumn:
    """One column; ``width`` in characters."""

    key: str
    label: str
    width: float
    kind: MasterKind


@dataclass(frozen=True, slots=True, kw_only=True)
class MasterSheet:
    """A sheet with one record a row."""

    name: str
    columns: tuple[MasterColumn, ...]

    def index(self, key: str) -> int:
        """Position of a column, from 0; ValueError for a key that the sheet does not have."""
        return [column.key for column in self.columns].index(key)


@dataclass(frozen=True, slots=True, kw_only=True)
class OverviewSheet:
    """总览: figures, a table by unit, a table by rule, two charts."""

    name: str
    figures: Mapping[str, str]
    by_unit: str
    by_rule: str
    total: str
    money_chart: str
    finding_chart: str
    unit_columns: tuple[MasterColumn, ...]
    rule_columns: tuple[MasterColumn, ...]


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
    """By key: projects, indicators, findings, ledger."""
    states: Mapping[str, str]
    severities: Mapping[str, str]
    opinions: Mapping[str, str]
    review_states: tuple[str, ...]


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
    )


def _sheet(entry: Entry) -> MasterSheet:
    return MasterSheet(name=entry.text("name"), columns=_columns(entry, "columns"))


def _overview(entry: Entry) -> OverviewSheet:
    return OverviewSheet(
        name=entry.text("name"),
        figures=entry.table("figures"),
        by_unit=entry.text("by_unit"),
        by_rule=entry.text("by_rule"),
        total=entry.text("total"),
        money_chart=entry.text("money_chart"),
        finding_chart=entry.text("finding_chart"),
        unit_columns=_columns(entry, "unit_columns"),
        rule_columns=_columns(entry, "rule_columns"),
    )


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
