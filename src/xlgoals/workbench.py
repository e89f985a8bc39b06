"""汇总工作台: what the department's workbook holds, read from ``templates/workbench.yaml``.

The workbook is drawn from it, and a handler finds the cells by the labels beside them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from xlgoals.form import Field, Heading, Kind, normal_label
from xlgoals.resources import resource_path
from xlgoals.yamlfile import Entry, load_yaml

_KINDS = (Kind.TEXT, Kind.CODE, Kind.CHOICE)


@dataclass(frozen=True, slots=True, kw_only=True)
class InputsSheet:
    """Labelled cells: a label, the cell to fill in on its right, and how; widths in characters."""

    name: str
    widths: tuple[float, ...]
    note: str
    fields: tuple[Field, ...]
    steps_title: str
    steps: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeSheet:
    """Where a button writes what it did, below a head row."""

    name: str
    title: str
    note: str
    columns: tuple[Heading, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Workbench:
    """The whole specification."""

    id: str
    """What the workbook says it is in its document properties, ``xlgoals_template_id``."""
    version: str
    title: str
    marks: Mapping[str, str]
    inputs: InputsSheet
    results: OutcomeSheet

    def key_of(self, label: str) -> str | None:
        """The field of a label, white space and the mark of a required field ignored; None for any other."""
        wanted = normal_label(label).removesuffix(normal_label(self.marks["required"]))
        return next((each.key for each in self.inputs.fields if normal_label(each.label) == wanted), None)

    def cells(self, rows: Sequence[Sequence[object]]) -> Mapping[str, tuple[int, int]]:
        """Where the cell of each field lies in a block of values, row and column from 0: right of its label.

        A label that stands twice counts where it stands first; a field whose label was removed is left out.
        """
        found: dict[str, tuple[int, int]] = {}
        for row, values in enumerate(rows):
            for column, value in enumerate(values[:-1]):
                key = self.key_of(value) if isinstance(value, str) else None
                if key is not None:
                    found.setdefault(key, (row, column + 1))
        return found


@cache
def load_workbench() -> Workbench:
    """The specification shipped with the package.

    Raises:
        CannotDo: the YAML is wrong; file, line, field and what is allowed are named.
    """
    return read_workbench(resource_path("workbench.yaml"))


def read_workbench(file: Path) -> Workbench:
    """The specification in ``file``; raises CannotDo as :func:`load_workbench`."""
    top = load_yaml(file)
    top.only(("id", "version", "title", "marks", "inputs", "results"))
    return Workbench(
        id=top.text("id"),
        version=top.text("version"),
        title=top.text("title"),
        marks=top.table("marks"),
        inputs=_inputs(top.entry("inputs")),
        results=_results(top.entry("results")),
    )


def _inputs(entry: Entry) -> InputsSheet:
    entry.only(("name", "widths", "note", "fields", "steps_title", "steps"))
    fields: list[Field] = []
    for item in entry.entries("fields"):
        item.only(("key", "label", "kind", "required", "prompt"))
        field = Field(
            key=item.text("key"),
            label=item.text("label"),
            kind=Kind(item.choice("kind", _KINDS)),
            required=item.truth("required"),
            prompt=item.text("prompt", ""),
        )
        if any(field.key == other.key or field.label == other.label for other in fields):
            raise item.refuse("key", field.key, "once")
        fields.append(field)
    return InputsSheet(
        name=entry.text("name"),
        widths=tuple(float(width) for width in entry.texts("widths")),
        note=entry.text("note"),
        fields=tuple(fields),
        steps_title=entry.text("steps_title"),
        steps=entry.texts("steps"),
    )


def _results(entry: Entry) -> OutcomeSheet:
    entry.only(("name", "title", "note", "columns"))
    return OutcomeSheet(
        name=entry.text("name"),
        title=entry.text("title"),
        note=entry.text("note"),
        columns=tuple(
            Heading(key=item.text("key"), label=item.text("label"), width=item.decimal("width"))
            for item in entry.entries("columns")
        ),
    )
