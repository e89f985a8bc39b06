"""规则: one module a family; importing this package declares them all.

To add a rule: write a decorated generator in the module of its family and its page in
``templates/rules/`` under the same code. The tests refuse either without the other.
"""

from __future__ import annotations

from xlgoals.rules import budget, goals, header, indicators, levels, structure, values
from xlgoals.rules.registry import INDICATOR_RULES, PROJECT_RULES, SUBMISSION_RULES, Setting, run_rules

__all__ = [
    "INDICATOR_RULES",
    "PROJECT_RULES",
    "SUBMISSION_RULES",
    "Setting",
    "budget",
    "goals",
    "header",
    "indicators",
    "levels",
    "run_rules",
    "structure",
    "values",
]
