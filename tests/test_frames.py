"""Submissions and findings as pandas frames."""

from __future__ import annotations

from decimal import Decimal

from msgspec.structs import replace

import xlgoals
from tests.support.seed import seed_submissions


def test_submissions_as_a_frame() -> None:
    frame = xlgoals.to_frame(seed_submissions())
    assert len(frame) == 115
    by_project = frame.drop_duplicates(["unit_code", "project"])
    assert sum(by_project["budget"], Decimal(0)) == Decimal("3444.00")
    first = frame.iloc[0]
    told = [first[key] for key in ("unit_code", "project", "name", "target", "value", "unit", "cell")]
    assert told == ["306101", "信息化运行维护", "保障信息系统正常运转", "3个", "3", "个", "L34"]


def test_findings_as_a_frame() -> None:
    (_, centre) = seed_submissions()
    frame = xlgoals.to_frame(xlgoals.validate(centre), xlgoals.Language.EN)
    assert {"BUD-03", "IND-07", "VAL-02"} <= set(frame["code"])
    assert len(frame) == len(xlgoals.validate(centre))
    assert {"severity", "cell", "message", "fix", "waived", "edits"} <= set(frame.columns)


def test_a_project_without_indicators_keeps_its_row() -> None:
    (_, centre) = seed_submissions()
    bare = replace(centre.projects[0], indicators=())
    frame = xlgoals.to_frame(replace(centre, projects=(bare,)))
    assert list(frame["project"]) == [bare.name]
