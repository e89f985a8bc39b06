"""The verbs: what the command line, the Python API and the buttons in Excel all call.

Each takes paths and values and returns values; none prints. What cannot be done raises
:class:`~xlgoals.errors.CannotDo` and leaves every file as it was.
"""

from __future__ import annotations

from xlgoals.operations.checking import Checked, check_all
from xlgoals.operations.comparing import diff
from xlgoals.operations.converting import convert
from xlgoals.operations.department import Consolidation, consolidate, demo
from xlgoals.operations.issuing import Imported, import_published, make_template
from xlgoals.operations.ledger import (
    RECORDABLE,
    Missing,
    conflicts,
    decide,
    missing,
    open_ledger,
    record,
    verify_ledger,
)
from xlgoals.operations.publishing import Published, in_the_way, publish, publish_submissions
from xlgoals.operations.receiving import IN_THIS_PROCESS, Progress, no_progress
from xlgoals.operations.reporting import report
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
    "RECORDABLE",
    "Checked",
    "Consolidation",
    "Imported",
    "Missing",
    "Progress",
    "Published",
    "check_all",
    "conflicts",
    "consolidate",
    "convert",
    "decide",
    "demo",
    "diff",
    "fill",
    "fill_submission_in",
    "fix",
    "import_published",
    "in_the_way",
    "load",
    "make_template",
    "missing",
    "no_progress",
    "open_ledger",
    "print_official",
    "print_submission",
    "publish",
    "publish_submissions",
    "record",
    "report",
    "rescue",
    "submission_in",
    "types",
    "validate",
    "verify_ledger",
]
