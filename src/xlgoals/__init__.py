"""xlgoals: locked templates, validation and consolidation of 项目支出绩效目标表 in Excel.

The verbs of the command line as a typed API:

>>> import xlgoals
>>> (submission,) = xlgoals.load("306201_2022_绩效目标.xlsx")    # doctest: +SKIP
>>> findings = xlgoals.validate(submission)                     # doctest: +SKIP
>>> xlgoals.consolidate(["units"], "master.xlsx")               # doctest: +SKIP

A name is imported from its module when it is first used: a click in Excel pays for what it needs only.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from xlgoals.catalogue import cure, message
    from xlgoals.errors import CannotDo
    from xlgoals.findings import Finding, Severity
    from xlgoals.frames import to_frame
    from xlgoals.messages import Language
    from xlgoals.model import Address, Indicator, Money, Project, Submission, Target, Unit
    from xlgoals.operations import (
        conflicts,
        consolidate,
        convert,
        decide,
        demo,
        diff,
        fill,
        fix,
        import_published,
        load,
        make_template,
        missing,
        open_ledger,
        print_official,
        publish,
        record,
        report,
        validate,
        verify_ledger,
    )
    from xlgoals.returning import return_packages
    from xlgoals.target import read_target
    from xlgoals.write.document import submission_to_json

_HOMES = {
    "catalogue": ("cure", "message"),
    "errors": ("CannotDo",),
    "findings": ("Finding", "Severity"),
    "frames": ("to_frame",),
    "messages": ("Language",),
    "model": ("Address", "Indicator", "Money", "Project", "Submission", "Target", "Unit"),
    "operations": (
        "conflicts",
        "consolidate",
        "convert",
        "decide",
        "demo",
        "diff",
        "fill",
        "fix",
        "import_published",
        "load",
        "make_template",
        "missing",
        "open_ledger",
        "print_official",
        "publish",
        "record",
        "report",
        "validate",
        "verify_ledger",
    ),
    "returning": ("return_packages",),
    "target": ("read_target",),
    "write.document": ("submission_to_json",),
}
_HOME_OF = {name: f"xlgoals.{module}" for module, names in _HOMES.items() for name in names}

__all__ = [
    "Address",
    "CannotDo",
    "Finding",
    "Indicator",
    "Language",
    "Money",
    "Project",
    "Severity",
    "Submission",
    "Target",
    "Unit",
    "conflicts",
    "consolidate",
    "convert",
    "cure",
    "decide",
    "demo",
    "diff",
    "fill",
    "fix",
    "import_published",
    "load",
    "make_template",
    "message",
    "missing",
    "open_ledger",
    "print_official",
    "publish",
    "read_target",
    "record",
    "report",
    "return_packages",
    "submission_to_json",
    "to_frame",
    "validate",
    "verify_ledger",
]


def __getattr__(name: str) -> object:
    if name not in _HOME_OF:
        raise AttributeError(f"module 'xlgoals' has no attribute {name!r}")
    return getattr(import_module(_HOME_OF[name]), name)


def __dir__() -> list[str]:
    return __all__
