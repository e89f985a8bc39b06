"""自检: what is missing on this machine, and the cure."""

from __future__ import annotations

import contextlib
import importlib.metadata
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from xlgoals.errors import CannotDo
from xlgoals.form import load_form
from xlgoals.installing import Standing, places_on, standing
from xlgoals.masterform import load_master_form
from xlgoals.profile import load_profile, profile_names

_LIBRARIES = ("XlsxWriter", "PyYAML", "click", "rich", "pandas")
_OLDEST = (3, 11)
_OFFICES = ("soffice", "libreoffice")
_EXCELS = ("Windows", "Darwin")
# Variables that name the folders of OneDrive.
_CLOUDS = ("OneDrive", "OneDriveCommercial", "OneDriveConsumer")
# Programs of WPS that take over what Excel is registered as.
_WPS = ("\\et.exe", "\\wps.exe", "kingsoft")


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
    here = [_python(), *map(_library, _LIBRARIES), _data(), _folder(), _office(), _fonts()]
    return [*here, *excel_checks(platform.system(), Path.home(), os.environ)]


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


def excel_server() -> str:
    """The program that Windows starts for ``Excel.Application``; empty where there is none, or no Windows."""
    if sys.platform == "win32":
        import winreg  # noqa: PLC0415 exists on Windows only

        with contextlib.suppress(OSError):
            with winreg.OpenKey(winreg.HKEY_CLASSES_ROOT, r"Excel.Application\CLSID") as key:
                identity = winreg.QueryValueEx(key, "")[0]
            with winreg.OpenKey(winreg.HKEY_CLASSES_ROOT, rf"CLSID\{identity}\LocalServer32") as key:
                return str(winreg.QueryValueEx(key, "")[0])
    return ""


def excel_checks(
    system: str,
    home: Path,
    environment: Mapping[str, str],
    server: Callable[[], str] = excel_server,
) -> list[Check]:
    """The add-in and what keeps its buttons from working; none where there is no Excel."""
    if system not in _EXCELS:
        return []
    now = standing(places_on(system, home, environment))
    checks = [_addin(now)]
    if now.addin is not None:
        checks += [_addin_python(now), *_addin_xlwings(now), *_mark_of_the_web(now.addin)]
        checks += _in_the_cloud(now, environment)
    program = server()
    if any(word in program.lower() for word in _WPS):
        checks.append(Check(key="wps", health=Health.MISSING, detail=program))
    return checks


def _addin(now: Standing) -> Check:
    release = importlib.metadata.version("xlgoals")
    if now.addin is None:
        return Check(key="addin", health=Health.MISSING, detail=release)
    if now.version != release:
        detail = f"{now.version or '?'} ≠ {release}"
        return Check(key="addin_version", health=Health.MISSING, detail=detail)
    return Check(key="addin", health=Health.GOOD, detail=str(now.addin))


def _addin_python(now: Standing) -> Check:
    there = now.interpreter is not None and now.interpreter.is_file()
    detail = str(now.interpreter or "?")
    return Check(key="addin_python", health=Health.GOOD if there else Health.MISSING, detail=detail)


def _addin_xlwings(now: Standing) -> Iterator[Check]:
    """A Python that stays between clicks needs the very release of xlwings that the add-in was built for."""
    if not now.xlwings:
        return
    try:
        installed = importlib.metadata.version("xlwings")
    except importlib.metadata.PackageNotFoundError:
        installed = "-"
    if installed == now.xlwings:
        yield Check(key="addin_xlwings", health=Health.GOOD, detail=f"xlwings {installed}")
    else:
        yield Check(key="addin_xlwings", health=Health.MISSING, detail=f"{now.xlwings} ≠ {installed}")


def _mark_of_the_web(addin: Path) -> Iterator[Check]:
    """Windows keeps beside a file, as a second stream, that it came from outside."""
    if Path(f"{addin}:Zone.Identifier").is_file():
        yield Check(key="addin_marked", health=Health.MISSING, detail=str(addin))


def _in_the_cloud(now: Standing, environment: Mapping[str, str]) -> Iterator[Check]:
    clouds = [Path(environment[name]) for name in _CLOUDS if environment.get(name)]
    for path in (now.addin, now.interpreter):
        if path is not None and any(path.is_relative_to(cloud) for cloud in clouds):
            yield Check(key="addin_cloud", health=Health.MISSING, detail=str(path))
