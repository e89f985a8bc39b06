"""Where the program keeps what is its own on this machine, for this user: snapshots and the log."""

from __future__ import annotations

import hashlib
import os
import sys
from pathlib import Path

VARIABLE = "XLGOALS_STATE"
"""Names another folder, e.g. on a machine whose profile is emptied at night."""
_NAME = "xlgoals"


def state_folder() -> Path:
    """The folder of this user; nothing of it lies beside a workbook."""
    if chosen := os.environ.get(VARIABLE):
        return Path(chosen)
    home = Path.home()
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or home / "AppData" / "Local") / _NAME
    if sys.platform == "darwin":
        return home / "Library" / "Application Support" / _NAME
    return Path(os.environ.get("XDG_STATE_HOME") or home / ".local" / "state") / _NAME


def private_folder(*names: str) -> Path:
    """A folder in it, made if need be, that other users cannot look into."""
    folder = state_folder().joinpath(*names)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


def file_of(kind: str, book: str) -> Path:
    """The file of one kind for the workbook at ``book``; its name does not tell which one that is."""
    digest = hashlib.sha256(os.path.normcase(book).encode()).hexdigest()[:24]
    return private_folder(kind) / f"{digest}.json"


def log_file() -> Path:
    """Where faults of the program are written down."""
    return private_folder("logs") / "excel.log"
