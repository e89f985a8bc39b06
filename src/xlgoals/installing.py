"""Where the add-in goes on Windows and Mac, and how it gets there and away again, for one user.

Excel opens what lies in its start-up folder. Beside the add-in, the settings of the user name the Python that
it starts; Excel for Mac also needs a script. Nothing else is touched, and no administrator is needed.
"""

from __future__ import annotations

import importlib.metadata
import locale
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from xlgoals.errors import CannotDo
from xlgoals.read.book import read_book
from xlgoals.read.package import read_package
from xlgoals.resources import addin_path
from xlgoals.write.files import write_whole

ADDIN = "xlgoals.xlam"
_SCRIPT = "xlgoals.applescript"
_SETTINGS = "xlgoals.conf"
_VERSION, _XLWINGS = "xlgoals_addin_version", "xlgoals_addin_xlwings"
INTERPRETER = "INTERPRETER"
# What a handler needs and what an isolated interpreter finds only where it is installed for all its users.
_FINDS_ALL = "import importlib.util as u; raise SystemExit(not all(map(u.find_spec, ('xlgoals', 'xlwings'))))"
_PROBE_SECONDS = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """The files of one user."""

    addin: Path
    settings: Path
    script: Path | None
    """The script that starts programs; Mac only."""
    encoding: str
    """In which VBA reads the settings: the code page of the system."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What is installed; None for what is missing."""

    addin: Path | None
    version: str | None
    """The release of xlgoals that the installed add-in was built from."""
    xlwings: str | None
    """The release of xlwings whose server is in it; empty where each click starts a Python."""
    interpreter: Path | None

    @property
    def is_ready(self) -> bool:
        """The add-in of this release is there, and so is the Python that it starts."""
        same = self.version == importlib.metadata.version("xlgoals")
        return same and self.interpreter is not None and self.interpreter.is_file()


def places_on(system: str, home: Path, environment: Mapping[str, str], encoding: str | None = None) -> Places:
    """The places on a system as ``platform.system()`` names it.

    Raises:
        CannotDo: there is no Excel on it.
    """
    if system == "Windows":
        data = Path(environment.get("APPDATA") or home / "AppData" / "Roaming")
        return Places(
            addin=data / "Microsoft" / "Excel" / "XLSTART" / ADDIN,
            settings=Path(environment.get("USERPROFILE") or home) / ".xlgoals" / _SETTINGS,
            script=None,
            encoding=encoding or locale.getencoding(),
        )
    if system == "Darwin":
        library = home / "Library"
        return Places(
            addin=_start_up_on_mac(library) / ADDIN,
            settings=library / "Containers" / "com.microsoft.Excel" / "Data" / _SETTINGS,
            script=library / "Application Scripts" / "com.microsoft.Excel" / _SCRIPT,
            encoding=encoding or "ascii",
        )
    raise CannotDo("addin.no_excel_here", system=system)


def _start_up_on_mac(library: Path) -> Path:
    """Finder shows one name; on disk the folders bear a suffix unless an old Office made them."""
    content = library / "Group Containers" / "UBF8T346G9.Office"
    plain = content / "User Content" / "Startup" / "Excel"
    return plain if plain.is_dir() else content / "User Content.localized" / "Startup.localized" / "Excel"


def install(places: Places, interpreter: Path, *, addin: Path | None = None) -> None:
    """Puts add-in, settings and, on a Mac, the script in place; an earlier add-in of ours is replaced.

    Raises:
        CannotDo: ``addin`` or the shipped one is missing or not ours, another file stands at its place, the
            interpreter does not find xlgoals when isolated, its path cannot be written in the system's code
            page, or a folder cannot be written to.
    """
    source = addin or addin_path(ADDIN)
    if not source.is_file():
        raise CannotDo("addin.not_built", file=source)
    if _stamp(source) is None:
        raise CannotDo("addin.not_ours", file=source)
    if places.addin.exists() and _stamp(places.addin) is None:
        raise CannotDo("addin.place_taken", file=places.addin)
    _refuse_unfit(interpreter)
    settings = {**read_settings(places), INTERPRETER: str(interpreter)}
    content = _encoded(settings, places)
    write_whole(places.addin, lambda draft: shutil.copyfile(source, draft))
    write_whole(places.settings, lambda draft: draft.write_bytes(content))
    if places.script is not None:
        write_whole(places.script, lambda draft: shutil.copyfile(addin_path(_SCRIPT), draft))


def standing(places: Places) -> Standing:
    """What is installed now."""
    stamp = _stamp(places.addin) if places.addin.is_file() else None
    named = read_settings(places).get(INTERPRETER)
    return Standing(
        addin=places.addin if places.addin.is_file() else None,
        version=stamp and stamp[0],
        xlwings=stamp and stamp[1],
        interpreter=Path(named) if named else None,
    )


def remove(places: Places) -> list[Path]:
    """Takes away what :func:`install` put there, and says what it was.

    Raises:
        CannotDo: the file at the add-in's place is not ours, or Excel holds it open.
    """
    if places.addin.exists() and _stamp(places.addin) is None:
        raise CannotDo("addin.place_taken", file=places.addin)
    gone = []
    for path in (places.addin, places.settings, places.script):
        if path is not None and path.is_file():
            try:
                path.unlink()
            except OSError as fault:
                raise CannotDo("addin.not_removed", file=path, reason=fault.strerror) from None
            gone.append(path)
    return gone


def read_settings(places: Places) -> dict[str, str]:
    """The settings by key; lines of another shape are passed over, as VBA would."""
    try:
        text = places.settings.read_text(encoding=places.encoding, errors="replace")
    except OSError:
        return {}
    pairs = (line.strip().strip('"').split('","', 1) for line in text.splitlines())
    return {pair[0].upper(): pair[1] for pair in pairs if len(pair) > 1}


def _encoded(settings: Mapping[str, str], places: Places) -> bytes:
    """As VBA's ``Write #`` writes them."""
    text = "".join(f'"{key}","{value}"\r\n' for key, value in settings.items())
    try:
        return text.encode(places.encoding)
    except UnicodeEncodeError:
        raise CannotDo("addin.path_letters", python=settings[INTERPRETER], encoding=places.encoding) from None


def _stamp(addin: Path) -> tuple[str, str] | None:
    """The releases of xlgoals and xlwings that an add-in was built from; None when it is none of ours."""
    try:
        package, _ = read_package(addin)
        told = read_book(package).properties
    except CannotDo:
        return None
    return (told[_VERSION], told.get(_XLWINGS, "")) if _VERSION in told else None


def _refuse_unfit(interpreter: Path) -> None:
    """Asks the interpreter itself, started the way the add-in starts it."""
    command = [str(interpreter), "-I", "-c", _FINDS_ALL]
    try:
        done = subprocess.run(command, check=False, capture_output=True, timeout=_PROBE_SECONDS)  # noqa: S603 our own interpreter
    except (OSError, subprocess.TimeoutExpired):
        raise CannotDo("addin.not_isolated", python=interpreter) from None
    if done.returncode != 0:
        raise CannotDo("addin.not_isolated", python=interpreter)
