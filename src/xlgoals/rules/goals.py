"""GOAL: 绩效目标, the text that the indicators break down, and the purpose of the money."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from xlgoals.catalogue import field_label
from xlgoals.form import normal_label
from xlgoals.model import Project, TargetKind
from xlgoals.profile import Role
from xlgoals.rules.registry import Hit, Setting, hit, project_rule
from xlgoals.rules.words import rule_words
from xlgoals.target import may_hold_a_number, read_target

_QUOTED = 20
_SHORTEST_PURPOSE = 6
_SHORTEST_TERM = 2
_LENGTHS = (10, 600)
_CLAUSES = re.compile("[\\s,.;:\uff0c\u3002\uff1b\uff1a]+")
_DIGIT = re.compile(r"\d")
_LETTERS = re.compile(r"[^\W\d_]")


def _start(text: str) -> str:
    plain = normal_label(text)
    return plain if len(plain) <= _QUOTED else f"{plain[:_QUOTED]}…"


@project_rule("GOAL-01")
def rule_goals_are_given(project: Project, setting: Setting) -> Iterator[Hit]:
    """Every project has goals.

    Source: 财预〔2015〕88号 (no goal, no budget).
    Known false negatives: filler such as a dash.
    """
    if not project.goals.strip():
        yield hit(project, "goals")


@project_rule("GOAL-02")
def rule_goals_say_more_than_the_purpose(project: Project, setting: Setting) -> Iterator[Hit]:
    """The goals are not the purpose of the money once more; item numbers, spaces and end marks aside.

    Known false negatives: a goal of several items one of which is the purpose; a paraphrase.
    """
    words = rule_words()
    goals = words.bare_text(project.goals)
    if goals and goals == words.bare_text(project.purpose):
        yield hit(project, "goals", start=_start(project.goals))


@project_rule("GOAL-03")
def rule_goals_state_a_result(project: Project, setting: Setting) -> Iterator[Hit]:
    """Some part of the goals is measured: a number, a share or a date.

    Source: 财预〔2015〕88号 (goals are 具体细化, quantified as far as they can be).
    Known false negatives: a number that is no result, such as that of a session (第十七届 is known).
    """
    text = rule_words().item_number.sub("", project.goals)
    if _LETTERS.search(text) and not any(map(_is_measured, _CLAUSES.split(text))):
        yield hit(project, "goals", start=_start(project.goals))


def _is_measured(clause: str) -> bool:
    if _DIGIT.search(clause):
        return True
    return may_hold_a_number(clause) and read_target(clause).kind is not TargetKind.QUALITATIVE


@project_rule("GOAL-04")
def rule_purpose_says_what_is_paid_for(project: Project, setting: Setting) -> Iterator[Hit]:
    """The purpose of the money is more than its budget heading.

    Source: 绩效目标审核表 (规范完整性). Known false negatives: long texts that name no use.
    """
    words = rule_words()
    purpose = words.bare_text(project.purpose)
    if len(purpose) < _SHORTEST_PURPOSE or purpose in words.lists["empty_purposes"]:
        yield hit(project, "purpose")


@project_rule("GOAL-05")
def rule_goals_and_indicators_name_the_same_work(project: Project, setting: Setting) -> Iterator[Hit]:
    """Work that the goals name has an indicator, and work that is measured is named by the goals.

    Only words of the list ``activity_words`` are compared; purpose and project name count with the goals.
    Known false negatives: every other kind of work; another word for the same work.
    """
    words = rule_words()
    if not project.goals.strip() or not project.indicators:
        return
    rows = [(row, f"{row.name} {row.description} {row.target}") for row in project.indicators]
    measured = " ".join(text for _, text in rows)
    missing = [word for word in words.all("activity_words", project.goals) if word not in measured]
    if missing:
        yield hit(
            project,
            "goals",
            start=_start(project.goals),
            terms=_listed(missing),
            where=field_label("goals"),
            other=field_label("name"),
        )
    known = f"{project.goals} {project.purpose} {project.name}"
    if all(word in known for word in words.all("activity_words", measured)):
        return
    unknown = [
        (row, [word for word in words.all("activity_words", text) if word not in known])
        for row, text in rows
        if setting.profile.plays(Role.OUTPUT, row.level1)
    ]
    places = [(row, found) for row, found in unknown if found]
    if places:
        (first, _), *others = places
        yield hit(
            first,
            "name",
            also=tuple(row.location.address("name") for row, _ in others),
            start=_start(first.name),
            terms=_listed(dict.fromkeys(word for _, found in places for word in found)),
            where=field_label("name"),
            other=field_label("goals"),
        )


def _listed(words: Iterable[str]) -> str:
    return " / ".join(words)


@project_rule("GOAL-06")
def rule_purpose_is_that_of_the_project(project: Project, setting: Setting) -> Iterator[Hit]:
    """The purpose of the money speaks of what the project is named for.

    At least two characters in a row must be shared, once the words of any budget are left out.
    Known false negatives: a shared word that means something else.
    """
    words = rule_words()
    name = words.without("common_words", project.name, " ")
    purpose = words.without("common_words", project.purpose, " ")
    if not project.purpose.strip() or len(name.replace(" ", "")) < _SHORTEST_TERM:
        return
    terms = {name[at : at + _SHORTEST_TERM] for at in range(len(name) - 1)}
    if not any(term in purpose for term in terms if _LETTERS.match(term) and " " not in term):
        yield hit(project, "purpose", name=project.name.strip(), start=_start(project.purpose))


@project_rule("GOAL-07")
def rule_goals_are_neither_short_nor_long(project: Project, setting: Setting) -> Iterator[Hit]:
    """The goals have between 10 and 600 characters; item numbers and spaces are not counted.

    Known false negatives: none. Texts beyond the system's field are the matter of GOAL-08.
    """
    length = len(rule_words().bare_text(project.goals))
    if (
        project.goals.strip()
        and not _LENGTHS[0] <= length <= _LENGTHS[1]
        and not _beyond(project, "goals", setting)
    ):
        yield hit(project, "goals", start=_start(project.goals), length=length)


@project_rule("GOAL-08")
def rule_texts_fit_the_field_of_the_system(project: Project, setting: Setting) -> Iterator[Hit]:
    """Goals and purpose fit the field of the budget system, 2000 bytes at three a Chinese character.

    Known false negatives: none; the limits stand in the form.
    """
    for field in ("goals", "purpose"):
        most = _beyond(project, field, setting)
        if most:
            text = getattr(project, field)
            yield hit(
                project, field, start=_start(text), bytes=len(text.encode()), most=most, length=len(text)
            )


def _beyond(project: Project, field: str, setting: Setting) -> int:
    """The limit in bytes that a text of the project exceeds; 0 where it fits."""
    column = next(column for column in setting.form.projects.columns if column.key == field)
    most = column.max_bytes or 0
    return most if most and len(getattr(project, field).encode()) > most else 0
