"""HDR: who reports, for which year, in which money, about which project?"""

from __future__ import annotations

import re
from collections.abc import Iterator

from xlgoals.model import Project, Sighting, Submission
from xlgoals.rules.registry import Hit, Setting, hit, project_rule, sighted, submission_rule

_UNIT_CODE = re.compile(r"\d{6}", re.ASCII)
_YEARS = range(2000, 2100)


@submission_rule("HDR-01")
def rule_unit_code_and_name_are_given(submission: Submission, setting: Setting) -> Iterator[Hit]:
    """Unit code of six digits and unit name stand in the guide, and above every table of a published text.

    Source: 财预〔2015〕88号, declaration form (主管部门及代码、实施单位).
    Known false negatives: six digits that belong to another unit; the roster is compared elsewhere.
    """
    unit = submission.unit
    if not _UNIT_CODE.fullmatch(unit.code):
        yield hit(submission, "unit_code", value=unit.code, used=unit.name.strip() or "—")
    if not unit.name.strip():
        yield hit(submission, "unit_name", value=unit.name, used=unit.code.strip() or "—")
    for observation in submission.observations:
        if observation.sighting is Sighting.UNIT_LINE_MISSING:
            yield sighted(observation, "unit_code", used=observation.used)


@submission_rule("HDR-02")
def rule_money_unit_is_given(submission: Submission, setting: Setting) -> Iterator[Hit]:
    """The money unit of a table is written above it and is the one of the profile.

    Known false negatives: a line that names the right unit over amounts in another; see BUD-06.
    """
    kinds = (Sighting.MONEY_UNIT_LINE_MISSING, Sighting.MONEY_UNIT_OTHER)
    for observation in submission.observations:
        if observation.sighting in kinds:
            yield sighted(observation, expected=setting.profile.money_unit, used=observation.used)


@submission_rule("HDR-03")
def rule_year_is_given(submission: Submission, setting: Setting) -> Iterator[Hit]:
    """The budget year is given in four digits.

    Known false negatives: a plausible year that is not the one collected.
    """
    if submission.year is None:
        yield hit(submission, "year", value="")
    elif submission.year not in _YEARS:
        yield hit(submission, "year")


@project_rule("HDR-04")
def rule_project_name_is_given(project: Project, setting: Setting) -> Iterator[Hit]:
    """Every project has a name.

    Source: 财预〔2015〕88号, declaration form (项目名称).
    Known false negatives: a name that differs from the approved budget; only the unit can know.
    """
    if not project.name.strip():
        yield hit(project, "project", value=project.name)


@submission_rule("HDR-07")
def rule_tables_have_a_title(submission: Submission, setting: Setting) -> Iterator[Hit]:
    """Every published table has a line with its number and title above it.

    Source: the published sets, where readers and search programs find a table by its title.
    Our own workbook has no titles to lose; `xlgoals print` writes them.
    Known false negatives: a title that names another project.
    """
    for observation in submission.observations:
        if observation.sighting is Sighting.TITLE_LINE_MISSING:
            yield sighted(observation, "project")
