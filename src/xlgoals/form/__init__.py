"""表样: the one specification of a unit's workbook, read from ``templates/form.yaml``.

The template is drawn from it, workbooks are read by it, and the guide for staff is printed from it.
Nothing else in the program knows a label, a column or a sheet name.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from xlgoals.form.official import OfficialForm, PrintedBook, read_official
from xlgoals.form.sheets import (
    PROJECT_TYPES,
    Check,
    Column,
    Field,
    GuideSheet,
    Heading,
    InputSheet,
    Kind,
    ListName,
    PreviewSheet,
    ResultsSheet,
    normal_label,
    read_guide,
    read_preview,
    read_results,
    read_sheet,
)
from xlgoals.resources import resource_path
from xlgoals.yamlfile import Entry, load_yaml

__all__ = [
    "PROJECT_TYPES",
    "Check",
    "Column",
    "Field",
    "Form",
    "GuideSheet",
    "Heading",
    "InputSheet",
    "Kind",
    "ListName",
    "OfficialForm",
    "PreviewSheet",
    "PrintedBook",
    "ResultsSheet",
    "load_form",
    "normal_label",
]


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
        guide=read_guide(sheets.entry("guide")),
        projects=read_sheet(sheets.entry("projects")),
        indicators=read_sheet(sheets.entry("indicators")),
        results=read_results(sheets.entry("results")),
        preview=read_preview(sheets.entry("preview")),
        meta=sheets.entry("meta").text("name"),
        lists=sheets.entry("lists").text("name"),
        official=read_official(top.entry("official")),
    )
