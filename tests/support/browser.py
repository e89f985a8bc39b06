"""A browser without a window: what a page holds once it is shown, a picture of it, and its printed pages."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path

_NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_TIMEOUT = 120


def find_browser() -> str | None:
    """Path of a Chromium; None where there is none."""
    return next((found for name in _NAMES if (found := shutil.which(name))), None)


class Browser:
    """Each call is a process of its own, with a profile that is thrown away."""

    def __init__(self, program: str) -> None:
        self._program = program

    def picture(self, page: Path, picture: Path, width: int, height: int) -> Path:
        """The page in a window of that size."""
        self._run(page, f"--screenshot={picture}", f"--window-size={width},{height}")
        return picture

    def printed(self, page: Path, target: Path) -> Path:
        """The page as it is printed."""
        self._run(page, f"--print-to-pdf={target}", "--no-pdf-header-footer")
        return target

    def shown(self, page: Path) -> str:
        """What the page holds after it was loaded, as HTML again."""
        return self._run(page, "--dump-dom").stdout

    def _run(self, page: Path, *words: str) -> subprocess.CompletedProcess[str]:
        with tempfile.TemporaryDirectory() as profile:
            command = [self._program, "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars"]
            command += [f"--user-data-dir={profile}", "--enable-logging=stderr", *words, page.as_uri()]
            return subprocess.run(command, capture_output=True, text=True, timeout=_TIMEOUT, check=True)


def told_by(tool: str, *words: str) -> str:
    """What a tool of poppler tells of a PDF."""
    command = [shutil.which(tool) or tool, *words]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout
