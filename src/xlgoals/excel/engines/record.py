"""Which LibreOffice of ours is running, so that another process of the same user finds it."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from xlgoals.errors import CannotDo
from xlgoals.excel.engines.office import attach
from xlgoals.excel.folders import private_folder
from xlgoals.write.files import write_whole

_KIND = "live"


@contextlib.contextmanager
def recorded(pipe: str) -> Iterator[None]:
    """While within, others of the same user find the LibreOffice that answers on this pipe."""
    file = private_folder(_KIND) / f"{pipe}.json"
    told = json.dumps({"pipe": pipe, "process": os.getpid()})
    write_whole(file, lambda draft: draft.write_text(told, encoding="utf-8"))
    try:
        yield
    finally:
        file.unlink(missing_ok=True)


def running_office() -> Any:
    """The context of the one that was recorded last and answers; records of those that do not are dropped.

    Raises:
        CannotDo: none runs.
    """
    files = sorted(private_folder(_KIND).glob("*.json"), key=_age, reverse=True)
    for file in files:
        with contextlib.suppress(ValueError, KeyError, OSError):
            context = attach(json.loads(file.read_text(encoding="utf-8"))["pipe"])
            if context is not None:
                return context
        file.unlink(missing_ok=True)
    raise CannotDo("click.no_live")


def _age(file: Path) -> float:
    try:
        return file.stat().st_mtime
    except OSError:
        return 0.0
