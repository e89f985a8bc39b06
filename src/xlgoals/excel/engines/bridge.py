"""LibreOffice's bridge to Python (``uno``): where it lies, and whether it is made for this Python.

Distributions put it beside their own Python's packages. That folder is appended to ``sys.path``, never put in
front: it holds other releases of packages that we use.
"""

from __future__ import annotations

import importlib
import re
import sys
from functools import cache
from pathlib import Path
from typing import Any

from xlgoals.errors import CannotDo

_MADE_FOR = re.compile(rb"libpython(3\.\d+)")
_LIBRARIES = ("libpyuno.so", "pyuno.so", "libpyuno.dylib", "pyuno.pyd")


def _folders() -> list[Path]:
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    return [
        Path("/usr/lib/python3/dist-packages"),  # Debian and what comes from it, UOS and Kylin too
        Path(f"/usr/lib64/{version}/site-packages"),  # Fedora, openEuler
        Path(f"/usr/lib/{version}/site-packages"),  # Arch, openSUSE
        *sorted(Path("/opt").glob("libreoffice*/program"), reverse=True),
        Path("/Applications/LibreOffice.app/Contents/Resources"),
    ]


def _libraries() -> list[Path]:
    places = [*_folders(), *(Path(p) / "libreoffice" / "program" for p in ("/usr/lib", "/usr/lib64"))]
    return [place / name for place in places for name in _LIBRARIES if (place / name).is_file()]


@cache
def load_bridge() -> Any:
    """The module ``uno``.

    Raises:
        CannotDo: there is none on this machine, or it is made for another Python.
    """
    own = f"{sys.version_info.major}.{sys.version_info.minor}"
    made_for = {match[1].decode() for file in _libraries() for match in _MADE_FOR.finditer(file.read_bytes())}
    if made_for and own not in made_for:
        # It may load all the same, and then fail somewhere: a process mixed from two Pythons is no base.
        raise CannotDo("libreoffice.other_python", made_for=", ".join(sorted(made_for)), own=own)
    for folder in _folders():
        if (folder / "uno.py").is_file():
            sys.path.append(str(folder))
            try:
                return importlib.import_module("uno")
            except ImportError:
                sys.path.remove(str(folder))
    try:
        return importlib.import_module("uno")
    except ImportError:
        raise CannotDo("libreoffice.no_bridge") from None


def struct(name: str, **values: object) -> Any:
    """A structure of LibreOffice's, e.g. ``struct("beans.PropertyValue", Name="Hidden", Value=True)``."""
    made = load_bridge().createUnoStruct(f"com.sun.star.{name}")
    for key, value in values.items():
        setattr(made, key, value)
    return made


def properties(**values: object) -> tuple[Any, ...]:
    """Named arguments, as LibreOffice's calls take them."""
    return tuple(struct("beans.PropertyValue", Name=name, Value=value) for name, value in values.items())


def file_url(path: Path) -> str:
    """The URL of a file for LibreOffice."""
    return str(load_bridge().systemPathToFileUrl(str(path.absolute())))


def file_path(url: str) -> str:
    """The path of a file's URL; another URL is given back."""
    return str(load_bridge().fileUrlToSystemPath(url)) if url.startswith("file:") else url
