"""STR: is the file laid out so that every value can be read, and read as what it is?"""

from __future__ import annotations

import difflib
from collections.abc import Iterator

from xlgoals.form import normal_label
from xlgoals.model import Observation, Project, Sighting, Submission
from xlgoals.rules.registry import Hit, Setting, hit, sighted, submission_rule


def _seen(submission: Submission, *sightings: Sighting) -> Iterator[Observation]:
    return (observation for observation in submission.observations if observation.sighting in sightings)


@submission_rule("STR-04")
def rule_input_is_neither_merged_nor_hidden(submission: Submission, setting: Setting) -> Iterator[Hit]:
    """Cells with data are not merged and not hidden.

    Known false negatives: a column of no width, white text on a white ground.
    """
    for observation in _seen(submission, Sighting.MERGED_INPUT, Sighting.HIDDEN_WITH_DATA):
        yield sighted(observation, area=observation.used or observation.address.cell)


@submission_rule("STR-05")
def rule_input_is_typed_not_computed(submission: Submission, setting: Setting) -> Iterator[Hit]:
    """Input cells hold values, because a formula may change its result on another machine.

    Known false negatives: a value computed elsewhere and pasted.
    """
    for observation in _seen(submission, Sighting.FORMULA_IN_INPUT):
        yield sighted(observation)


@submission_rule("STR-06")
def rule_rows_follow_without_gaps(submission: Submission, setting: Setting) -> Iterator[Hit]:
    """No blank row stands between filled rows.

    Known false negatives: of several blank rows in one gap only the first is named.
    """
    for observation in _seen(submission, Sighting.BLANK_ROW_INSIDE):
        yield sighted(observation)


@submission_rule("STR-09")
def rule_indicator_rows_name_a_known_project(submission: Submission, setting: Setting) -> Iterator[Hit]:
    """The project of an indicator row has a row of its own in the sheet of projects.

    Rows without any project name are reported by IND-06.
    """
    names = [project.name for project in submission.projects if project.declared and project.name.strip()]
    for project in submission.projects:
        if project.declared or not project.name.strip():
            continue
        near = difflib.get_close_matches(project.name, names, n=1, cutoff=0.0)
        yield hit(
            project,
            "project",
            value=project.name,
            also=tuple(indicator.location.address("project") for indicator in project.indicators[1:]),
            rows=len(project.indicators),
            nearest=near[0] if near else project.name,
        )


@submission_rule("STR-10")
def rule_project_names_differ(submission: Submission, setting: Setting) -> Iterator[Hit]:
    """No two rows of the sheet of projects have one name, since indicators find their project by name.

    Known false negatives: names that differ in punctuation only.
    """
    rows: dict[str, list[Project]] = {}
    for project in submission.projects:
        if project.declared and project.name.strip():
            rows.setdefault(normal_label(project.name), []).append(project)
    for first, *others in rows.values():
        if others:
            also = tuple(other.location.address("project") for other in others)
            yield hit(first, "project", value=first.name, also=also, rows=1 + len(others))


@submission_rule("STR-11")
def rule_formulas_have_values(submission: Submission, setting: Setting) -> Iterator[Hit]:
    """Every filled cell has a value that can be read: no error value, no formula that was never computed.

    Known false negatives: a stored result that is out of date.
    """
    for observation in _seen(submission, Sighting.ERROR_VALUE, Sighting.FORMULA_WITHOUT_VALUE):
        yield sighted(observation)


@submission_rule("STR-12")
def rule_content_stands_in_known_columns(submission: Submission, setting: Setting) -> Iterator[Hit]:
    """What stands outside the sheets and columns of the form is named, because it is not read.

    Known false negatives: of several cells in one unknown column only the first is named.
    """
    for observation in _seen(submission, Sighting.UNKNOWN_COLUMN, Sighting.UNKNOWN_SHEET):
        yield sighted(observation)


@submission_rule("STR-13")
def rule_text_finds_its_field(submission: Submission, setting: Setting) -> Iterator[Hit]:
    """Every text of a published table belongs to a field; what does not is named and not dropped.

    Known false negatives: text before the first table.
    """
    for observation in _seen(submission, Sighting.NOT_UNDERSTOOD):
        yield sighted(observation)
