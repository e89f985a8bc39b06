"""The words that declaration forms of other places are known by, in workbooks and in documents."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache

from xlgoals.form import Form
from xlgoals.resources import resource_path
from xlgoals.yamlfile import Entry, load_yaml


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherForm:
    """A form with indicators in it that states no goals: known by its title and the marks in its cells."""

    name: str
    """How people call it."""
    title: re.Pattern[str]
    marks: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclarationWords:
    """What ``declarations.yaml`` says."""

    labels: Mapping[str, str]
    heads: Mapping[str, str]
    names: tuple[str, ...]
    """Heads that name the indicator where a table has no third level."""
    longer: re.Pattern[str]
    annual: re.Pattern[str]
    other_forms: Mapping[str, OtherForm]
    no_goal_table: str
    """How a table that is none of these is called."""

    def widened(self, form: Form) -> Form:
        """The form with the labels of other places as further names of its own."""
        official = replace(form.official, aliases={**form.official.aliases, **self.labels})
        return replace(form, official=official)


@cache
def load_declaration_words() -> DeclarationWords:
    """``declarations.yaml``.

    Raises:
        CannotDo: the YAML is wrong; file, line, field and what is allowed are named.
    """
    entry = load_yaml(resource_path("declarations.yaml"))
    entry.only(
        (*("labels", "heads", "names_without_level3", "longer", "annual"), *("other_forms", "no_goal_table"))
    )
    forms = entry.entry("other_forms")
    return DeclarationWords(
        labels=entry.table("labels"),
        heads=entry.table("heads"),
        names=entry.texts("names_without_level3"),
        longer=entry.pattern("longer"),
        annual=entry.pattern("annual"),
        other_forms={key: _other_form(forms.entry(key)) for key in forms.keys},
        no_goal_table=entry.text("no_goal_table"),
    )


def _other_form(entry: Entry) -> OtherForm:
    entry.only(("name", "title", "marks"))
    return OtherForm(
        name=entry.text("name"), title=entry.pattern("title"), marks=frozenset(entry.texts("marks"))
    )
