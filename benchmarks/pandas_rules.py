"""Twelve of the rules as a user would write them with pandas: one frame of projects, one of indicators.

They find the same number of things as ours on the same submissions. What they do not have: the address of a
cell, words for people, what follows from what, levels of severity by place.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import pandas as pd

from xlgoals.model import Submission
from xlgoals.profile import Profile, Role
from xlgoals.rules.words import rule_words

CODES = (
    "BUD-02",
    "BUD-03",
    "GOAL-01",
    "IND-05",
    "IND-06",
    "IND-07",
    "IND-08",
    "IND-10",
    "IND-13",
    "LVL-01",
    "LVL-03",
    "LVL-06",
)
_REQUIRED = ["level1", "level2", "name", "description", "target"]
_LONGEST_NAME = 20
_FEWEST, _MOST = 5, 15


def frames(submissions: Sequence[Submission]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Projects and indicators, as ``read_excel`` and ``concat`` would give them."""
    numbered = [
        (file, number, project)
        for file, each in enumerate(submissions)
        for number, project in enumerate(each.projects)
    ]
    projects = pd.DataFrame(
        {
            "file": [file for file, _, _ in numbered],
            "number": [number for _, number, _ in numbered],
            "goals": [project.goals for _, _, project in numbered],
            **{
                field: pd.array([_float(getattr(project, field).amount) for _, _, project in numbered])
                for field in ("budget", "fiscal", "other")
            },
        }
    )
    rows = [(file, number, row) for file, number, project in numbered for row in project.indicators]
    indicators = pd.DataFrame(
        {
            "file": [file for file, _, _ in rows],
            "number": [number for _, number, _ in rows],
            **{field: [getattr(row, field) for _, _, row in rows] for field in _REQUIRED},
        }
    )
    return projects, indicators


def _float(amount: object) -> float | None:
    return None if amount is None else float(str(amount))


def found(projects: pd.DataFrame, indicators: pd.DataFrame, profile: Profile) -> Mapping[str, int]:
    """How many findings each of the rules has."""
    plain = {
        field: indicators[field].str.replace(r"\s+", "", regex=True) for field in ("name", "description")
    }
    words = rule_words()
    level1 = indicators["level1"].str.strip().map(profile.level)
    level2 = indicators["level2"].str.strip().map(profile.level)
    branches = {(one, two) for one, branch in profile.tree.items() for two in branch}
    outside = ~pd.Series(list(zip(level1, level2, strict=True)), index=indicators.index).isin(branches)
    told = indicators["name"] + indicators["description"]
    asks = told.str.contains(_either(words.lists["satisfaction_words"]), regex=True)
    gives = pd.concat(
        [
            indicators[field].str.contains(_either(words.lists["compliance_words"]), regex=True)
            for field in ("name", "target")
        ],
        axis=1,
    ).any(axis=1)
    named = indicators[plain["name"] != ""]
    keys = ["file", "number"]
    twice = named.assign(plain=plain["name"]).groupby([*keys, "plain"]).size()
    rows = indicators.groupby(keys).size()
    sums = projects["fiscal"].fillna(0) + projects["other"].fillna(0)
    verb = plain["name"].str.startswith(words.lists["verb_starts"])
    measure = plain["name"].str.endswith(words.lists["measure_endings"])
    return {
        "BUD-02": int((projects["budget"].notna() & ((projects["budget"] - sums).abs() > 1e-6)).sum()),
        "BUD-03": int((projects["other"].isna() & (projects["budget"] == projects["fiscal"])).sum()),
        "GOAL-01": int((projects["goals"].str.strip() == "").sum()),
        "IND-05": int(((rows < _FEWEST) | (rows > _MOST)).sum()),
        "IND-06": int(sum((indicators[field].str.strip() == "").sum() for field in _REQUIRED)),
        "IND-07": int(((plain["description"] == plain["name"]) & (plain["name"] != "")).sum()),
        "IND-08": int((twice > 1).sum()),
        "IND-10": int((verb & ~measure).sum()),
        "IND-13": int((plain["name"].str.len() > _LONGEST_NAME).sum()),
        "LVL-01": int(outside.sum()),
        "LVL-03": int((level1.isin(profile.roles[Role.SATISFACTION]) & ~asks).sum()),
        "LVL-06": int((level1.isin(profile.roles[Role.BENEFIT]) & gives).sum()),
    }


def _either(texts: Sequence[str]) -> str:
    return "|".join(map(re.escape, texts))
