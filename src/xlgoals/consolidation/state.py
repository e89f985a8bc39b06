"""What findings depend on beside the file: two short texts that change whenever any of it does."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path

from xlgoals.library import LIBRARY_VARIABLE
from xlgoals.resources import resource_path
from xlgoals.rules.ownfolder import DEPARTMENT_VARIABLE
from xlgoals.rules.roster import FILE_NAME

_PROGRAM = Path(__file__).parent.parent
_LENGTH = 16


@dataclass(frozen=True, slots=True)
class State:
    """Where ``reading`` is another, files are read anew; where only ``rules`` is, they are checked anew."""

    reading: str
    rules: str


def state_of(profile: str | Path | None) -> State:
    """The state of the program, its forms and its rules, those of the department included.

    The roster is no part of it: it says nothing of a file, only of what stands between files.
    """
    reading = f"{_program()} {_digest([resource_path('form.yaml'), *_in(resource_path('profiles'))])}"
    own = [file for file in _named_by(DEPARTMENT_VARIABLE) if file.name != FILE_NAME]
    chosen = [Path(profile)] if profile is not None and Path(profile).is_file() else []
    data = [*sorted(resource_path().rglob("*.yaml")), *own, *_named_by(LIBRARY_VARIABLE), *chosen]
    return State(_short(reading), _short(f"{reading} {profile} {_digest(data)}"))


@cache
def _program() -> str:
    """The program as it runs, every line of it."""
    return _digest(sorted(_PROGRAM.rglob("*.py")))


def _named_by(variable: str) -> list[Path]:
    named = os.environ.get(variable, "").strip()
    return _in(Path(named)) if named else []


def _in(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.yaml"))


def _digest(files: Iterable[Path]) -> str:
    digest = sha256()
    for file in files:
        data = file.read_bytes()
        digest.update(f"{file.name} {len(data)}\n".encode())
        digest.update(data)
    return digest.hexdigest()


def _short(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:_LENGTH]
