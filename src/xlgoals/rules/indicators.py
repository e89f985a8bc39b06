"""IND: are the indicators that a table needs there, filled in, and told apart?"""

from __future__ import annotations

from collections.abc import Iterator

from xlgoals.form import normal_label
from xlgoals.library import load_library
from xlgoals.model import Indicator, Project
from xlgoals.profile import Profile, Role
from xlgoals.rules.registry import Hit, Setting, hit, indicator_rule, project_rule

_COUNTS = (5, 15)
_OPINIONS = {Role.BENEFIT: 8, Role.OUTPUT: 9, Role.SATISFACTION: 10}


def _missing(project: Project, profile: Profile) -> list[Role]:
    """The roles of level 1 that no row of the table plays.

    A row whose two levels disagree counts for both: LVL-01 reports it, and one cause is told once.
    """
    present = {profile.level(indicator.level1) for indicator in project.indicators}
    level2s = {profile.level(indicator.level2) for indicator in project.indicators}
    present |= {level1 for level1, branch in profile.tree.items() if level2s.intersection(branch)}
    return [role for role in _OPINIONS if not present & profile.roles[role]]


def _label(role: Role, profile: Profile) -> str:
    return next(level for level in profile.tree if level in profile.roles[role])


@project_rule("IND-01")
def rule_output_and_benefit_are_stated(project: Project, setting: Setting) -> Iterator[Hit]:
    """Every table has an output and a benefit indicator.

    Source: 财预〔2015〕88号 and 财预〔2021〕101号 (产出 and 效益 in principle in every project).
    Known false negatives: an indicator that stands under the level but states something else.
    """
    for role in _missing(project, setting.profile):
        if role is not Role.SATISFACTION:
            missing = _label(role, setting.profile)
            yield hit(project, "", value=project.name, opinion=_OPINIONS[role], missing=missing)


@project_rule("IND-02")
def rule_required_level2_are_stated(project: Project, setting: Setting) -> Iterator[Hit]:
    """Every 二级指标 that the profile requires has at least one row.

    Where the whole 一级指标 is missing, IND-01 or IND-03 says so instead.
    Known false negatives: a row under the right level that measures something else.
    """
    profile = setting.profile
    absent = {level for role in _missing(project, profile) for level in profile.roles[role]}
    present = {profile.level(indicator.level2) for indicator in project.indicators}
    for level2 in profile.required_level2:
        level1 = next((level for level, branch in profile.tree.items() if level2 in branch), "")
        if level2 not in present and level1 not in absent:
            opinion = next((_OPINIONS[role] for role in _OPINIONS if level1 in profile.roles[role]), None)
            yield hit(project, "", value=project.name, opinion=opinion, missing=level2, level1=level1)


@project_rule("IND-03")
def rule_satisfaction_is_stated(project: Project, setting: Setting) -> Iterator[Hit]:
    """Every table asks whom it serves; profiles of the 2021 guide make this advice.

    A table without any indicator is told once, by IND-01.
    Known false negatives: a satisfaction row that measures no satisfaction.
    """
    if project.indicators and Role.SATISFACTION in _missing(project, setting.profile):
        missing = _label(Role.SATISFACTION, setting.profile)
        yield hit(project, "", value=project.name, missing=missing)


@project_rule("IND-04")
def rule_benefit_has_several_sides(project: Project, setting: Setting) -> Iterator[Hit]:
    """The benefit of a project is looked at from more than one side.

    Legitimate where a project has one kind of benefit only, hence advice.
    Known false negatives: rows of two kinds that say the same.
    """
    profile = setting.profile
    rows = [row for row in project.indicators if profile.plays(Role.BENEFIT, row.level1)]
    kinds = dict.fromkeys(profile.level(row.level2) for row in rows if row.level2.strip())
    if len(kinds) == 1:
        yield hit(project, "", value=project.name, kind=next(iter(kinds)), rows=len(rows))


@project_rule("IND-05")
def rule_table_has_few_indicators_and_enough(project: Project, setting: Setting) -> Iterator[Hit]:
    """A table has 5 to 15 indicators: few, at the core of the project.

    No document fixes the number, hence advice. A table without any is the matter of IND-01.
    """
    count = len(project.indicators)
    if count and not _COUNTS[0] <= count <= _COUNTS[1]:
        yield hit(project, "", value=project.name, count=count)


@indicator_rule("IND-06")
def rule_required_cells_are_filled_in(
    project: Project, indicator: Indicator, setting: Setting
) -> Iterator[Hit]:
    """Every required cell of an indicator row is filled in, its project included.

    The blank 指标值 of a standard indicator is the matter of IND-15.
    Known false negatives: filler such as a dash or 无.
    """
    for column in setting.form.indicators.columns:
        if not column.required:
            continue
        if column.key == "project":
            empty = not project.declared and not project.name.strip()
        else:
            empty = not str(getattr(indicator, column.key)).strip()
        if empty and not (column.key == "target" and load_library().awaits_value(indicator)):
            yield hit(indicator, column.key, value="", name=indicator.name.strip() or "—")


@indicator_rule("IND-07")
def rule_description_says_more_than_the_name(
    project: Project, indicator: Indicator, setting: Setting
) -> Iterator[Hit]:
    """The description explains the name and is not the name once more; white space aside.

    Finance systems copy the name into an empty description, so this is never an error.
    Known false negatives: a description that differs by one filler word.
    """
    name, description = indicator.name, indicator.description
    is_copy = description == name or normal_label(description) == normal_label(name)
    if is_copy and description.strip():
        yield hit(indicator, "description")


@project_rule("IND-08")
def rule_names_differ_in_one_table(project: Project, setting: Setting) -> Iterator[Hit]:
    """No two indicators of one table have one name.

    Known false negatives: names that differ in a filler word.
    """
    rows: dict[str, list[Indicator]] = {}
    for indicator in project.indicators:
        if indicator.name.strip():
            rows.setdefault(normal_label(indicator.name), []).append(indicator)
    for first, *others in rows.values():
        if others:
            also = tuple(other.location.address("name") for other in others)
            yield hit(first, "name", also=also, rows=1 + len(others))


@indicator_rule("IND-15", where=lambda row: row.is_blank)
def rule_standard_indicators_state_their_value(
    project: Project, indicator: Indicator, setting: Setting
) -> Iterator[Hit]:
    """A standard indicator, word for word as `fill` adds it, is given its 指标值 by the unit.

    The unit did not forget a cell of its own row, so it is told what to do, and not of an error.
    Known false negatives: sets that a department keeps in a folder that XLGOALS_LIBRARY does not name;
    their rows are told by IND-06.
    """
    if load_library().awaits_value(indicator):
        yield hit(indicator, "target", value="", name=indicator.name.strip())
