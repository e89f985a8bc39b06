"""The department's own files: a folder that ``XLGOALS_DEPARTMENT`` names, beside its indicator sets.

It may hold ``typos.yaml`` (further words, see :mod:`xlgoals.rules.typos`) and ``units.yaml`` (the roster, see
:mod:`xlgoals.rules.roster`). Neither is needed.
"""

from __future__ import annotations

import os
from pathlib import Path

from xlgoals.errors import CannotDo

DEPARTMENT_VARIABLE = "XLGOALS_DEPARTMENT"
"""Names the folder."""


def own_file(name: str) -> Path | None:
    """A file of the department's own; None where no folder is named or it does not hold the file.

    Raises:
        CannotDo: a folder is named that does not exist.
    """
    named = os.environ.get(DEPARTMENT_VARIABLE, "").strip()
    if not named:
        return None
    folder = Path(named)
    if not folder.is_dir():
        raise CannotDo("department.no_folder", folder=folder)
    file = folder / name
    return file if file.is_file() else None


def state_of(file: Path | None) -> tuple[int, int]:
    """What changes when a file is edited: a key for caches."""
    if file is None:
        return (0, 0)
    stat = file.stat()
    return (stat.st_mtime_ns, stat.st_size)
