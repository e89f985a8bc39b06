"""自检: what is missing on this machine, and the cure."""

from __future__ import annotations

import importlib.metadata
import platform
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from enum import StrEnum

from xlgoals.errors import CannotDo
from xlgoals.form import load_form
from xlgoals.masterform import load_master_form
from xlgoals.profile import load_profile, profile_names

_LIBRARIES = ("XlsxWriter", "PyYAML", "click", "rich", "pandas")
_OLDEST = (3, 11)
_OFFICES = ("soffice", "libreoffice")


class Health(StrEnum):
    """How a check went. Only BAD keeps xlgoals from working."""

    GOOD = "good"
    MISSING = "missing"
    BAD = "bad"


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One check: ``key`` names its sentence (``doctor.<key>``), ``detail`` what was found."""

    key: str
    health: Health
    detail: str


def examine() -> list[Check]:
    """All checks of this machine, in the order a person would mend them."""
    return [_python(), *map(_library, _LIBRARIES), _data(), _folder(), _office(), _fonts()]


def _python() -> Check:
    health = Health.GOOD if sys.version_info[:2] >= _OLDEST else Health.BAD
    return Check(key="python", health=health, detail=platform.python_version())


def _library(name: str) -> Check:
    try:
        return Check(key="library", health=Health.GOOD, detail=f"{name} {importlib.metadata.version(name)}")
    except importlib.metadata.PackageNotFoundError:
        return Check(key="library", health=Health.BAD, detail=name)


def _data() -> Check:
    """Form, profiles and layout are read once, as every command will."""
    try:
        form = load_form()
        load_master_form()
        for name in profile_names():
            load_profile(name)
    except CannotDo as fault:
        return Check(key="data", health=Health.BAD, detail=str(fault))
    return Check(
        key="data", health=Health.GOOD, detail=f"{form.id} {form.version}; {', '.join(profile_names())}"
    )


def _folder() -> Check:
    try:
        with tempfile.TemporaryFile(dir="."):
            return Check(key="folder", health=Health.GOOD, detail=".")
    except OSError as fault:
        return Check(key="folder", health=Health.MISSING, detail=str(fault.strerror))


def _office() -> Check:
    """LibreOffice is not needed for the work itself; it serves PDF output and Linux desktops."""
    found = next((path for name in _OFFICES if (path := shutil.which(name))), None)
    return Check(key="office", health=Health.GOOD if found else Health.MISSING, detail=found or "LibreOffice")


def _fonts() -> Check:
    """Chinese fonts matter where pages are drawn; Windows and Mac bring their own."""
    if platform.system() in ("Windows", "Darwin"):
        return Check(key="fonts", health=Health.GOOD, detail=platform.system())
    lister = shutil.which("fc-list")
    if lister is None:
        return Check(key="fonts", health=Health.MISSING, detail="fc-list")
    listed = subprocess.run([lister, ":lang=zh", "family"], capture_output=True, text=True, check=False)  # noqa: S603 fixed arguments
    families = sorted({line.split(",")[0] for line in listed.stdout.splitlines() if line})
    return Check(
        key="fonts", health=Health.GOOD if families else Health.MISSING, detail=", ".join(families[:3])
    )
