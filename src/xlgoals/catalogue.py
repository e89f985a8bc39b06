"""The pages of the rules: one entry a rule in ``templates/rules/*.yaml``.

A page says what the rule checks, why, with which severity, which policy document and reviewer opinion
it stands on, what it is known to miss, and shows a wrong and a right example. The examples are the
rule's tests as well, so a page cannot drift away from its rule.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache, lru_cache
from pathlib import Path

from xlgoals.errors import CannotDo
from xlgoals.findings import Edit, Finding, Severity
from xlgoals.form import load_form
from xlgoals.messages import Language
from xlgoals.resources import resource_path
from xlgoals.yamlfile import Entry, load_yaml


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """A rule in one language. ``message``, ``blank`` and ``fix`` hold named placeholders."""

    title: str
    message: str
    blank: str
    """The message where nothing stands in the cell; empty for a rule that never fires there."""
    fix: str
    why: str
    misses: str
    """Known false negatives, and legitimate cases it may flag; empty when none are known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A fragment of a table. What it leaves out is taken from a table without findings.

    ``project`` overrides fields of the project, ``unit`` of the guide sheet; ``indicators`` are rows of
    level 1, level 2, name, description, 指标值. ``found`` lists where the rule must find something:
    a field of the project (``budget``), of the guide (``guide.year``), or of a row (``2.target``).
    ``project`` may also hold ``declared: "false"`` (no row of 项目 names it) and ``copies: "2"`` (several
    do; the second's fields are ``again.name``). An observation is ``sighting | place | value | used``.
    ``more`` are further projects, whose places begin with ``second.``, ``third.`` and so on; one with a
    ``file`` is another submission, one that is ``older`` was replaced by the first.
    """

    unit: Mapping[str, str]
    project: Mapping[str, str]
    indicators: tuple[tuple[str, ...], ...]
    observations: tuple[str, ...]
    """Sightings of the reader, by name, that the example starts from."""
    found: tuple[str, ...]
    file: str = ""
    older: bool = False
    roster: Mapping[str, str] = field(default_factory=dict)
    """Control total in 万元 by unit code, as the department's roster states it; may be blank."""
    more: tuple[Example, ...] = ()


class Scope(StrEnum):
    """How near a finding must stand to another one to be its follow-on."""

    CELL = "cell"
    ROW = "row"
    AGAIN = "again"
    """One of the further rows of the other: the second row of a name, but not the first."""
    PROJECT = "project"


@dataclass(frozen=True, slots=True, kw_only=True)
class After:
    """A rule whose finding says all: where it stands, this one's only follows from it."""

    code: str
    field: str
    """Field key the other finding must be about; empty for any."""
    scope: Scope


@dataclass(frozen=True, slots=True, kw_only=True)
class RulePage:
    """Everything said about one rule."""

    code: str
    layer: int
    severity: Severity
    opinion: int | None
    source: tuple[str, ...]
    """文号 and article, or the practice it comes from."""
    words: Mapping[Language, Words]
    after: tuple[After, ...]
    """After which findings it is not told."""
    wrong: Example
    right: Example


@cache
def rule_pages() -> Mapping[str, RulePage]:
    """All pages by rule code, in the order of the files."""
    return read_pages(resource_path("rules"))


def rule_page(code: str) -> RulePage:
    """The page of one rule.

    Raises:
        CannotDo: there is no such code; the known ones are listed.
    """
    pages = rule_pages()
    page = pages.get(code) or pages.get(code.upper())
    if page is None:
        raise CannotDo("rule.unknown", code=code, known=", ".join(pages))
    return page


def read_pages(folder: Path) -> Mapping[str, RulePage]:
    """The pages that stand in the files of a folder.

    Raises:
        CannotDo: a mistake in one of them, with its file, line and field.
    """
    pages: dict[str, RulePage] = {}
    entries: dict[str, Entry] = {}
    for file in sorted(folder.glob("*.yaml")):
        top = load_yaml(file)
        for code in top.keys:
            if code in pages:
                raise top.refuse(code, code, "once")
            entries[code] = top.entry(code)
            pages[code] = _read_page(code, entries[code])
    for page in pages.values():
        for after in page.after:
            if after.code not in pages:
                raise entries[page.code].refuse("after", after.code, ", ".join(pages))
    return pages


def _read_page(code: str, entry: Entry) -> RulePage:
    entry.only(("layer", "severity", "opinion", "source", "after", "zh", "en", "wrong", "right"))
    opinion = entry.whole("opinion", 0)
    return RulePage(
        code=code,
        layer=entry.whole("layer"),
        severity=Severity(entry.choice("severity", Severity)),
        opinion=opinion or None,
        source=entry.texts("source", ()),
        words={language: _read_words(entry.entry(language)) for language in Language},
        after=tuple(_read_after(entry.entry("after"))) if entry.entry_or_none("after") else (),
        wrong=_read_example(entry.entry("wrong")),
        right=_read_example(entry.entry("right")),
    )


def _read_after(entry: Entry) -> Iterator[After]:
    """``{cell: [IND-06], project: [STR-11.level1]}``: by nearness, a code and perhaps a field."""
    entry.only(Scope)
    for scope in Scope:
        for text in entry.texts(scope, ()):
            code, _, field = text.partition(".")
            yield After(code=code, field=field, scope=scope)


def _read_words(entry: Entry) -> Words:
    entry.only(("title", "message", "blank", "fix", "why", "misses"))
    return Words(
        title=entry.text("title"),
        message=entry.text("message"),
        blank=entry.text("blank", ""),
        fix=entry.text("fix"),
        why=entry.text("why"),
        misses=entry.text("misses", ""),
    )


def _read_example(entry: Entry) -> Example:
    entry.only(("unit", "project", "indicators", "observations", "found", "file", "older", "roster", "more"))
    return Example(
        unit=entry.table("unit") if entry.entry_or_none("unit") else {},
        project=entry.table("project") if entry.entry_or_none("project") else {},
        indicators=tuple(
            tuple(part.strip() for part in row.split("|")) for row in entry.texts("indicators", ())
        ),
        observations=entry.texts("observations", ()),
        found=entry.texts("found", ()),
        file=entry.text("file", ""),
        older=entry.truth("older"),
        roster=entry.table("roster") if "roster" in entry.keys else {},
        more=tuple(map(_read_example, entry.entries("more"))) if "more" in entry.keys else (),
    )


@lru_cache(maxsize=1024)
def field_label(field: str) -> str:
    """The label staff know a field by; it is Chinese in both languages, as it stands in the sheet."""
    form = load_form()
    for column in (*form.indicators.columns, *form.projects.columns):
        if column.key == field:
            return column.label
    return next((item.label for item in form.guide.fields if item.key == field), field)


def message(finding: Finding, language: Language) -> str:
    """What stands there, as one sentence."""
    words = rule_page(finding.code).words[language]
    return _fill(words.message if finding.value.strip() else words.blank or words.message, finding)


def cure(finding: Finding, language: Language) -> str:
    """What to do about it, as one sentence, with an example."""
    return _fill(rule_page(finding.code).words[language].fix, finding)


def _fill(template: str, finding: Finding) -> str:
    if "{" not in template and "}" not in template:
        return template
    known = {"project": finding.project, "value": finding.value}
    if "{field}" in template:
        known["field"] = field_label(finding.field)
    return template.format_map({**known, **finding.details})


def finding_to_json(finding: Finding, language: Language) -> dict[str, object]:
    """The JSON of a finding: the keys of the command reference, ``also`` for further cells."""
    return {
        "code": finding.code,
        "severity": finding.severity.value,
        "layer": finding.layer,
        "file": finding.address.file,
        "sheet": finding.address.sheet,
        "cell": finding.address.cell,
        "also": [str(address) for address in finding.also],
        "project": finding.project,
        "field": finding.field,
        "value": finding.value,
        "message": message(finding, language),
        "fix": cure(finding, language),
        "opinion": finding.opinion,
        "waived": finding.waived or None,
        "edits": [edit_to_json(edit) for edit in finding.edits],
    }


def edit_to_json(edit: Edit) -> dict[str, object]:
    """The JSON of a proposed edit of one cell."""
    return {
        "cell": str(edit.address),
        "field": edit.field,
        "old": edit.old,
        "new": edit.new,
        "safe": edit.safe,
    }
