"""What the form says about lists with one indicator a row: head texts by field, words with a meaning.

It stands in ``form.yaml`` beside the layouts, in the section ``flat``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from xlgoals.resources import resource_path
from xlgoals.yamlfile import load_yaml

FIELDS = (
    *("number", "unit", "unit_code", "unit_name", "year", "project", "type", "budget", "fiscal", "other"),
    *("purpose", "goals", "level1", "level2", "name", "description"),
    *("comparator", "target", "measure", "waiver"),
)
"""What a column of a list can hold."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FlatList:
    """Lists with one indicator a row, as other systems export them."""

    columns: Mapping[str, tuple[str, ...]]
    """Field → texts of its head; the first is how the field is called to people."""
    unclear: tuple[str, ...]
    kinds: tuple[str, ...]
    none: tuple[str, ...]
    totals: tuple[str, ...]
    department: re.Pattern[str]
    """A unit cell that names a whole department: a row that sums its units."""
    file_name: str
    """Where the reading of a unit's columns is remembered."""


@cache
def load_flat() -> FlatList:
    """The section of the form shipped with the package.

    Raises:
        CannotDo: the YAML is wrong; file, line, field and what is allowed are named.
    """
    entry = load_yaml(resource_path("form.yaml")).entry("flat")
    entry.only(("columns", "unclear", "kinds", "none", "totals", "department", "file_name"))
    columns = entry.entry("columns")
    columns.only(FIELDS)
    return FlatList(
        columns={key: columns.texts(key) for key in FIELDS},
        unclear=entry.texts("unclear"),
        kinds=entry.texts("kinds"),
        none=entry.texts("none"),
        totals=entry.texts("totals"),
        department=entry.pattern("department"),
        file_name=entry.text("file_name"),
    )
