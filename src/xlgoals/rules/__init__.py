"""规则: one module a family; importing this package declares them all.

To add a rule: write a decorated generator in the module of its family and its page in
``templates/rules/`` under the same code. The tests refuse either without the other.
"""

from __future__ import annotations

from xlgoals.rules import (
    across,
    between,
    budget,
    contents,
    declaration,
    department,
    goals,
    header,
    indicators,
    levels,
    logic,
    measures,
    placement,
    prices,
    satisfaction,
    structure,
    text,
    times,
    values,
    waivers,
)
from xlgoals.rules.registry import (
    CLOSING_RULES,
    DEPARTMENT_RULES,
    INDICATOR_RULES,
    PROJECT_RULES,
    SUBMISSION_RULES,
    Department,
    Setting,
    run_department_rules,
    run_rules,
)
from xlgoals.rules.roster import Expected, Roster, load_roster

__all__ = [
    "CLOSING_RULES",
    "DEPARTMENT_RULES",
    "INDICATOR_RULES",
    "PROJECT_RULES",
    "SUBMISSION_RULES",
    "Department",
    "Expected",
    "Roster",
    "Setting",
    "across",
    "between",
    "budget",
    "contents",
    "declaration",
    "department",
    "goals",
    "header",
    "indicators",
    "levels",
    "load_roster",
    "logic",
    "measures",
    "placement",
    "prices",
    "run_department_rules",
    "run_rules",
    "satisfaction",
    "structure",
    "text",
    "times",
    "values",
    "waivers",
]
