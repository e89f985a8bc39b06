"""STR: is the file laid out so that every value can be read, and read as what it is?"""

from __future__ import annotations

import difflib
from collections.abc import Iterator

from xlgoals.form import normal_label
from xlgoals.model import Observation, Project, Sighting, Submission
from xlgoals.rules.registry import Hit, Setting, hit, project_rule, sighted, submission_rule


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


@project_rule("STR-08")
def rule_rows_follow_the_order_of_the_tree(project: Project, setting: Setting) -> Iterator[Hit]:
    """The rows of a table stand in the order of the levels in the profile's tree.

    Only the first row that stands too late is named. Levels that the tree does not know, and pairs that do
    not belong together, are the matter of LVL-01.
    Known false negatives: the order of rows below one level 2, which is free.
    """
    order = [(level1, level2) for level1, branch in setting.profile.tree.items() for level2 in branch]
    last = 0
    for indicator in project.indicators:
        pair = (setting.profile.level(indicator.level1), setting.profile.level(indicator.level2))
        place = order.index(pair) if pair in order else last
        if place < last:
            yield hit(indicator, "level2", before=order[last][1])
            return
        last = place


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


@submission_rule("STR-14")
def rule_template_is_of_this_version(submission: Submission, setting: Setting) -> Iterator[Hit]:
    """The template is of the version that the program uses.

    Known false negatives: none.
    """
    for observation in _seen(submission, Sighting.OLDER_VERSION):
        yield sighted(observation, wanted=observation.used)


@submission_rule("STR-15")
def rule_template_bears_its_identity(submission: Submission, setting: Setting) -> Iterator[Hit]:
    """The workbook says which template it was made from.

    Known false negatives: an identity copied from another workbook.
    """
    for observation in _seen(submission, Sighting.IDENTITY_MISSING):
        yield sighted(observation, wanted=observation.used)


@submission_rule("STR-16")
def rule_headings_are_as_issued(submission: Submission, setting: Setting) -> Iterator[Hit]:
    """Headings and units of the input sheets are those of the template.

    Known false negatives: a heading in other words that mean the same field is STR-17.
    """
    for observation in _seen(submission, Sighting.LABEL_CHANGED):
        yield sighted(observation, wanted=observation.used)


@submission_rule("STR-17")
def rule_guiding_texts_are_as_issued(submission: Submission, setting: Setting) -> Iterator[Hit]:
    """Guide, titles and prompts are those of the template.

    Known false negatives: the prompts that appear on entering a cell.
    """
    for observation in _seen(submission, Sighting.TEXT_CHANGED):
        yield sighted(observation, wanted=observation.used)


@submission_rule("STR-18")
def rule_locked_formulas_are_as_issued(submission: Submission, setting: Setting) -> Iterator[Hit]:
    """Locked formulas are those of the template.

    Known false negatives: their colours by condition.
    """
    for observation in _seen(submission, Sighting.FORMULA_CHANGED):
        yield sighted(observation, wanted=observation.used)


@submission_rule("STR-19")
def rule_locked_formulas_are_in_place(submission: Submission, setting: Setting) -> Iterator[Hit]:
    """Locked cells hold their formulas and no pasted values.

    Known false negatives: of rows below each other only the first is named.
    """
    for observation in _seen(submission, Sighting.FORMULA_REMOVED):
        yield sighted(observation, wanted=observation.used)


@submission_rule("STR-20")
def rule_lists_and_limits_are_in_place(submission: Submission, setting: Setting) -> Iterator[Hit]:
    """Lists, limits and what they refer to are those of the template.

    Known false negatives: whether a limit is only a warning.
    """
    for observation in _seen(submission, Sighting.LIST_CHANGED):
        yield sighted(observation, wanted=observation.used)


@submission_rule("STR-21")
def rule_sheets_are_all_there(submission: Submission, setting: Setting) -> Iterator[Hit]:
    """No sheet of the template is missing.

    Known false negatives: their order, which does not matter.
    """
    for observation in _seen(submission, Sighting.SHEET_GONE):
        yield sighted(observation, wanted=observation.used)


@submission_rule("STR-22")
def rule_nothing_of_the_template_is_hidden(submission: Submission, setting: Setting) -> Iterator[Hit]:
    """Sheets, columns and head rows of the template can be seen.

    Known false negatives: a column of no width.
    """
    for observation in _seen(submission, Sighting.PART_HIDDEN):
        yield sighted(observation, wanted=observation.used)


@submission_rule("STR-23")
def rule_sheets_are_protected(submission: Submission, setting: Setting) -> Iterator[Hit]:
    """The sheets are still protected.

    Known false negatives: the lock of the sheets' order, which other programs drop by saving.
    """
    for observation in _seen(submission, Sighting.PROTECTION_OFF):
        yield sighted(observation, wanted=observation.used)


@submission_rule("STR-24")
def rule_fixed_part_stands_where_it_was(submission: Submission, setting: Setting) -> Iterator[Hit]:
    """No row or column was moved or inserted in the fixed part.

    Known false negatives: formulas on such a sheet are not compared.
    """
    for observation in _seen(submission, Sighting.LAYOUT_SHIFTED):
        yield sighted(observation, wanted=observation.used)


@submission_rule("STR-25")
def rule_locked_cells_stay_blank(submission: Submission, setting: Setting) -> Iterator[Hit]:
    """Nothing was written into locked blank cells.

    Known false negatives: what stands below the head of an input sheet is STR-12.
    """
    for observation in _seen(submission, Sighting.OUTSIDE_INPUT):
        yield sighted(observation, wanted=observation.used)
