"""Where the data files lie that staff and rule keepers edit: in the wheel, or in a source checkout."""

from __future__ import annotations

from functools import cache
from pathlib import Path

_PACKAGE = Path(__file__).parent
_CHECKOUT = _PACKAGE.parent.parent


def _find(folder: str) -> Path:
    installed = _PACKAGE / folder
    return installed if installed.is_dir() else _CHECKOUT / folder


@cache
def resource_path(*parts: str) -> Path:
    """A file or folder below ``templates/``, e.g. ``resource_path("profiles", "cn-2021.yaml")``."""
    return _find("templates").joinpath(*parts)


def example_path(*parts: str) -> Path:
    """A file or folder below ``examples/``; an installed package holds its source texts only."""
    return _find("examples").joinpath(*parts)


def addin_path(*parts: str) -> Path:
    """A file or folder below ``addin/``, e.g. ``addin_path("vba", "XlgoalsMain.bas")``."""
    return _find("addin").joinpath(*parts)
