"""The verbs: what the command line, the Python API and the buttons in Excel all call.

Each takes paths and values and returns values; none prints. What cannot be done raises
:class:`~xlgoals.errors.CannotDo` and leaves every file as it was.
"""

from __future__ import annotations

from xlgoals.operations.department import Consolidation, consolidate, demo
from xlgoals.operations.issuing import Imported, import_published, make_template
from xlgoals.operations.receiving import IN_THIS_PROCESS, Progress, no_progress
from xlgoals.operations.rewriting import (
    fill,
    fill_submission_in,
    fix,
    print_official,
    print_submission,
    rescue,
    types,
)
from xlgoals.operations.submissions import load, submission_in, validate

__all__ = [
    "IN_THIS_PROCESS",
    "Consolidation",
    "Imported",
    "Progress",
    "consolidate",
    "demo",
    "fill",
    "fill_submission_in",
    "fix",
    "import_published",
    "load",
    "make_template",
    "no_progress",
    "print_official",
    "print_submission",
    "rescue",
    "submission_in",
    "types",
    "validate",
]
