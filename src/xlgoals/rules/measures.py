"""IND: is a 三级指标 the name of one thing that can be measured?"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from xlgoals.form import normal_label
from xlgoals.model import Comparator, Confidence, Indicator, Project, TargetKind
from xlgoals.profile import Role
from xlgoals.rules.cost_words import cost_words
from xlgoals.rules.registry import Hit, Setting, hit, indicator_rule, project_rule
from xlgoals.rules.words import rule_words
from xlgoals.target import count_amounts, may_hold_a_number, read_target

_SHORTEST = 4
_LONGEST = 20
_SEVERAL = 2
_CLAUSES = re.compile("[,;\uff0c\uff1b\u3001\\n]+")


@project_rule("IND-09")
def rule_names_differ_in_more_than_filler(project: Project, setting: Setting) -> Iterator[Hit]:
    """No two names of one table are equal once words like 保障 and 及 are left out.

    Equal names are the matter of IND-08.
    Known false negatives: names of one meaning in other words; names that differ in a character.
    """
    words = rule_words()
    rows: dict[str, list[Indicator]] = {}
    for indicator in project.indicators:
        bare = words.without("name_fillers", indicator.name)
        if len(bare) >= _SHORTEST:
            rows.setdefault(bare, []).append(indicator)
    for first, *others in rows.values():
        own = normal_label(first.name)
        differing = [other for other in others if normal_label(other.name) != own]
        if differing:
            also = tuple(other.location.address("name") for other in differing)
            yield hit(first, "name", also=also, other=differing[0].name.strip())


@indicator_rule("IND-10")
def rule_name_is_a_measure(project: Project, indicator: Indicator, setting: Setting) -> Iterator[Hit]:
    """A name is a noun that can be measured, such as 培训人次, and no task that begins with a verb.

    Source: 绩效目标审核表 (指标科学性). Known false negatives: verbs that the list ``verb_starts`` lacks;
    tasks whose name ends like a measure.
    """
    words = rule_words()
    name = normal_label(indicator.name)
    if words.starts("verb_starts", name) and not words.ends("measure_endings", name):
        yield hit(indicator, "name", verb=max(words.beginnings("verb_starts", name), key=len))


@indicator_rule("IND-11")
def rule_name_leaves_the_target_out(
    project: Project, indicator: Indicator, setting: Setting
) -> Iterator[Hit]:
    """The target stands in 指标值 and not in the name.

    Looked for: a percentage, a comparison with a number, or a number and its unit at the end of the name.
    Known false negatives: numbers inside of a name, which may belong to it.
    """
    if not may_hold_a_number(indicator.name):
        return
    target = read_target(indicator.name)
    if target.kind is not TargetKind.QUANTITATIVE or target.value is None or not target.unit:
        return
    is_bound = target.comparator not in (None, Comparator.ABOUT)
    # What merely follows a number is no unit: 12345热线.
    is_known = read_target(f"{target.value}{target.unit}").confidence is Confidence.HIGH
    is_last = is_known and indicator.name.rstrip().endswith(target.unit)
    if rule_words().has_percent(target.unit) or is_bound or is_last:
        yield hit(indicator, "name", number=f"{target.value}{target.unit}")


@indicator_rule("IND-12")
def rule_row_measures_one_thing(project: Project, indicator: Indicator, setting: Setting) -> Iterator[Hit]:
    """A row has one measure: one kind of work in its name, one demand in its value, one group in its count.

    Source: 绩效目标审核表; reviewer opinion 5 (split). Known false negatives: two things joined by other
    words; a list of other kinds of work.
    """
    name = normal_label(indicator.name)
    words = rule_words()
    found = _joined_works().search(name) if words.ends("count_endings", name) else None
    if found and not _is_a_sum(indicator):
        yield hit(indicator, "name", parts=" / ".join(found.group("one", "other")))
    demands = _demands(indicator.target)
    if demands:
        yield hit(indicator, "target", parts=" / ".join(demands))
    if found or not _counts_heads(indicator, setting):
        return
    description = normal_label(indicator.description)
    groups = words.first("people_joints", description) and _joined_people().search(description)
    if groups and not _is_a_sum(indicator):
        yield hit(indicator, "description", parts=" / ".join(groups.group("one", "other")))


def _is_a_sum(indicator: Indicator) -> bool:
    return bool(rule_words().first("sum_words", f"{indicator.name}{indicator.description}"))


def _demands(text: str) -> list[str]:
    """The demands of a value that makes several: 不出现甲，不出现乙, or two amounts."""
    target = read_target(text)
    if target.value is not None or target.low is not None:
        return []
    clauses = [clause.strip() for clause in _CLAUSES.split(text) if clause.strip()]
    if len(clauses) < _SEVERAL:
        return []
    words = rule_words()
    denied = [clause for clause in clauses if words.starts("denial_words", clause)]
    if len(denied) > 1:
        return denied
    if target.kind is not TargetKind.QUANTITATIVE or count_amounts(target) < 2:
        return []
    measured = [clause for clause in clauses if read_target(clause).value is not None]
    return measured if len(measured) > 1 else []


def _counts_heads(indicator: Indicator, setting: Setting) -> bool:
    heads = cost_words().heads
    return (
        setting.profile.plays(Role.QUANTITY, indicator.level2) and read_target(indicator.target).unit in heads
    )


def _either(key: str) -> str:
    return rule_words().finders[key].pattern


@cache
def _joined_works() -> re.Pattern[str]:
    works, joint, ending = _either("joined_works"), _either("work_joints"), _either("count_endings")
    return re.compile(f"(?P<one>{works})(?:{joint})(?P<other>{works}).*(?:{ending})$")


@cache
def _joined_people() -> re.Pattern[str]:
    people, joint = _either("people_words"), _either("people_joints")
    return re.compile(f"(?P<one>\\w*(?:{people}))(?:{joint})(?P<other>\\w*?(?:{people}))")


@indicator_rule("IND-13")
def rule_name_is_short(project: Project, indicator: Indicator, setting: Setting) -> Iterator[Hit]:
    """A name has at most 20 characters; what else is to be said stands in the description."""
    if len(indicator.name) > _LONGEST:
        length = len(normal_label(indicator.name))
        if length > _LONGEST:
            yield hit(indicator, "name", length=length)


@project_rule("IND-14")
def rule_abbreviations_are_explained(project: Project, setting: Setting) -> Iterator[Hit]:
    """An abbreviation of the list ``abbreviations`` is explained somewhere in the table.

    Known false negatives: abbreviations that the list does not hold.
    """
    words = rule_words()
    places = [*_texts(project)]
    used = words.all("abbreviations", "\n".join([getattr(*place) for place in places]))
    if not used:
        return
    for word in words.lists["abbreviations"]:
        holders = [place for place in places if word in getattr(*place)]
        if holders and not any(_is_explained(word, getattr(*place)) for place in holders):
            (record, field), *others = holders
            also = tuple(other.location.address(key) for other, key in others)
            yield hit(record, field, also=also, word=word)


def _texts(project: Project) -> Iterator[tuple[Project | Indicator, str]]:
    """Every text that the public reads, as record and field."""
    yield from ((project, field) for field in ("name", "purpose", "goals"))
    for row in project.indicators:
        yield from ((row, field) for field in ("name", "description", "target"))


def _is_explained(word: str, text: str) -> bool:
    behind = text.partition(word)[2]
    return rule_words().starts("explains", behind)
