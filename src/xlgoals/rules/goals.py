"""GOAL: 绩效目标, the text that the indicators break down."""

from __future__ import annotations

from collections.abc import Iterator

from xlgoals.form import normal_label
from xlgoals.model import Project
from xlgoals.rules.registry import Hit, Setting, hit, project_rule
from xlgoals.rules.words import rule_words

_QUOTED = 20


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
        start = normal_label(project.goals)
        yield hit(project, "goals", start=start if len(start) <= _QUOTED else f"{start[:_QUOTED]}…")
