"""The unit's workbook, drawn from the form: blank, or filled with a submission.

Input cells are unlocked and tinted; all else is locked, the structure too. Text is written as text,
amounts as numbers, and every list of choices lies on a very hidden sheet.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path

from xlsxwriter import Workbook
from xlsxwriter.utility import xl_rowcol_to_cell

from xlgoals.form import PROJECT_TYPES, Form
from xlgoals.library import load_library
from xlgoals.model import Indicator, Project, Submission, Unit
from xlgoals.profile import Profile
from xlgoals.write import layout as place
from xlgoals.write.book import new_workbook, save_locked
from xlgoals.write.layout import Layout
from xlgoals.write.preview import draw_preview
from xlgoals.write.sheets import Record, draw_guide, draw_input, draw_notes, draw_results
from xlgoals.write.styles import make_styles

Notes = Mapping[tuple[str, int], str]
"""Notes on 指标值 cells, by project name and position of the indicator in it, from 0."""
NO_NOTES: Notes = {}


def fingerprint(form: Form, profile: Profile) -> str:
    """Twelve hex digits that change whenever the structure of the workbook or its lists do."""
    sheets = [
        (s.name, [(c.key, c.label, c.kind.value) for c in s.columns], [(c.when, c.say) for c in s.checks])
        for s in (form.projects, form.indicators)
    ]
    fields = [(field.key, field.label) for field in form.guide.fields]
    told = repr((form.id, form.version, fields, sheets, sorted(profile.tree.items())))
    return hashlib.sha256(told.encode()).hexdigest()[:12]


def write_template(
    target: Path,
    form: Form,
    profile: Profile,
    *,
    unit: Unit,
    year: int | None,
    submission: Submission | None = None,
    notes: Notes = NO_NOTES,
) -> None:
    """Draws the workbook of ``unit`` to ``target``, filled with ``submission`` if there is one.

    Raises:
        CannotDo: a mistake in the department's own indicator sets, whose names the list of types offers.
    """
    workbook, buffer = new_workbook(form.guide.title)
    draw_template(workbook, form, profile, unit=unit, year=year, submission=submission, notes=notes)
    workbook.close()
    save_locked(buffer, target)


def draw_template(
    workbook: Workbook,
    form: Form,
    profile: Profile,
    *,
    unit: Unit,
    year: int | None,
    submission: Submission | None = None,
    notes: Notes = NO_NOTES,
) -> None:
    """All sheets, into a workbook that the caller closes; a build with macros adds its buttons to it."""
    projects = submission.projects if submission else ()
    project_records = [_project_record(project) for project in projects if project.declared]
    indicator_records = [
        _indicator_record(project, each) for project in projects for each in project.indicators
    ]
    records = {form.projects.name: project_records, form.indicators.name: indicator_records}
    layout = Layout(form, profile, {name: len(rows) for name, rows in records.items()})
    styles = make_styles(workbook, form)
    values = _guide_values(unit, year, submission)
    draw_guide(workbook.add_worksheet(form.guide.name), form, profile, styles, values)
    for spec in (form.projects, form.indicators):
        sheet = workbook.add_worksheet(spec.name)
        draw_input(sheet, spec, form, profile, styles, layout, unit, records[spec.name])
        if spec is form.indicators:
            draw_notes(sheet, spec, form, _notes_by_record(projects, notes))
    draw_results(workbook.add_worksheet(form.results.name), form.results, form, styles)
    chosen = str(project_records[0]["name"]) if project_records else ""
    draw_preview(workbook.add_worksheet(form.preview.name), form, profile, styles, chosen)
    types = [each.name for each in load_library().sets.values()]
    _draw_lists(workbook, form, profile, layout, types[: place.MOST_TYPES])
    identity = {
        "template_id": form.id,
        "template_version": form.version,
        "profile": profile.id,
        "unit_code": unit.code,
        "year": "" if year is None else str(year),
        "fingerprint": fingerprint(form, profile),
    }
    _draw_meta(workbook, form, identity)


def _notes_by_record(projects: Sequence[Project], notes: Notes) -> Mapping[int, str]:
    keys = [(project.name, position) for project in projects for position in range(len(project.indicators))]
    return {number: notes[key] for number, key in enumerate(keys) if key in notes}


def _guide_values(unit: Unit, year: int | None, submission: Submission | None) -> Mapping[str, str]:
    contact = submission.contact if submission else {}
    year_text = "" if year is None else str(year)
    return {**contact, "unit_code": unit.code, "unit_name": unit.name, "year": year_text}


def _project_record(project: Project) -> Record:
    return {
        "name": project.name,
        "type": project.type,
        "budget": project.budget,
        "fiscal": project.fiscal,
        "other": project.other,
        "purpose": project.purpose,
        "goals": project.goals,
        "waiver": project.waiver,
    }


def _indicator_record(project: Project, indicator: Indicator) -> Record:
    return {
        "project": project.name,
        "level1": indicator.level1,
        "level2": indicator.level2,
        "name": indicator.name,
        "description": indicator.description,
        "target": indicator.target,
        "waiver": indicator.waiver,
    }


def _draw_lists(
    workbook: Workbook, form: Form, profile: Profile, layout: Layout, types: Sequence[str]
) -> None:
    """The choices, on a very hidden sheet: level 1 across, the level 2 of each below it, project types."""
    sheet = workbook.add_worksheet(form.lists)
    for column, (level1, branch) in enumerate(profile.tree.items()):
        sheet.write_string(0, column, level1)
        for row, level2 in enumerate(branch, start=1):
            sheet.write_string(row, column, level2)
    last = len(profile.tree) - 1
    # Offered while no level 1 is chosen, instead of an error.
    sheet.write_string(0, last + 2, form.marks["choose_level1"])
    for row, name in enumerate(types):
        sheet.write_string(row, last + 4, name)
    sheet.very_hidden()
    sheet.protect()
    areas: dict[str, Sequence[int]] = {
        place.LEVEL1_NAMES: (0, 0, 0, last),
        place.LEVEL2_FIRST: (1, 0, 1, 0),
        place.CHOOSE_LEVEL1: (0, last + 2, 0, last + 2),
        place.LEVEL2_TABLE: (1, 0, place.MOST_LEVEL2, last),
    }
    for name, (top, left, bottom, right) in areas.items():
        corners = {xl_rowcol_to_cell(*corner, True, True): None for corner in ((top, left), (bottom, right))}
        workbook.define_name(name, f"={place.quoted(form.lists)}!{':'.join(corners)}")
    for name, area in layout.ranges().items():
        workbook.define_name(name, f"={area}")
    ends = [xl_rowcol_to_cell(row, last + 4, True, True) for row in (0, place.MOST_TYPES - 1)]
    growing = {
        place.PROJECT_NAMES: layout.range("projects", "name"),
        PROJECT_TYPES: f"{place.quoted(form.lists)}!{':'.join(ends)}",
    }
    for name, area in growing.items():
        first = area.partition(":")[0]
        workbook.define_name(name, f"=OFFSET({first},0,0,MAX(1,COUNTA({area})),1)")


def _draw_meta(workbook: Workbook, form: Form, identity: Mapping[str, str]) -> None:
    """The identity, on a very hidden sheet and in the document properties."""
    sheet = workbook.add_worksheet(form.meta)
    for row, (key, value) in enumerate(identity.items()):
        sheet.write_string(row, 0, key)
        sheet.write_string(row, 1, value)
        workbook.set_custom_property(f"xlgoals_{key}", value, "text")
    sheet.very_hidden()
    sheet.protect()
