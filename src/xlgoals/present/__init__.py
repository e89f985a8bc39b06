"""How findings, fixes, summaries and pages look on a terminal. Plain text when it goes to a file."""

from __future__ import annotations

from xlgoals.present.conversions import show_conversion
from xlgoals.present.department import show_consolidation
from xlgoals.present.findings import show_every_finding, show_findings
from xlgoals.present.fixes import fixing_to_json, show_fixing
from xlgoals.present.imports import show_import, show_observations
from xlgoals.present.pages import show_rule

__all__ = [
    "fixing_to_json",
    "show_consolidation",
    "show_conversion",
    "show_every_finding",
    "show_findings",
    "show_fixing",
    "show_import",
    "show_observations",
    "show_rule",
]
