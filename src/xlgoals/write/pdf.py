"""A document drawn as PDF by LibreOffice, where it is installed, in a profile of its own."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path

from xlgoals.errors import CannotDo

_PROGRAMS = ("soffice", "libreoffice")
_SECONDS = 180


def find_office() -> str:
    """The program that draws.

    Raises:
        CannotDo: there is none on this machine.
    """
    for name in _PROGRAMS:
        if (found := shutil.which(name)) is not None:
            return found
    raise CannotDo("publish.no_office")


def write_pdf(target: Path, office: str, build: Callable[[Path], object]) -> None:
    """Lets ``build`` write a document, and draws it to ``target``.

    Raises:
        CannotDo: LibreOffice lacks its Writer, does not answer, or draws nothing.
    """
    with tempfile.TemporaryDirectory(prefix="xlgoals-pdf-") as place:
        folder = Path(place)
        document = folder / "document.docx"
        build(document)
        command = [
            *(office, f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless"),
            *("--convert-to", "pdf", "--outdir", str(folder), str(document)),
        ]
        try:
            subprocess.run(command, check=True, capture_output=True, timeout=_SECONDS)  # noqa: S603 a found program
        except (OSError, subprocess.SubprocessError):
            raise CannotDo("publish.office_failed") from None
        drawn = document.with_suffix(".pdf")
        if not drawn.is_file():
            raise CannotDo("publish.office_failed")
        target.write_bytes(drawn.read_bytes())
