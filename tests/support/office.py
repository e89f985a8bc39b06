"""LibreOffice, headless: a workbook drawn to PDF, its text and its pages as pictures.

As a script it shows a developer what a person sees: ``python -m tests.support.office FILE FOLDER``.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

_TIMEOUT = 180
# Debian's own Python, the one that LibreOffice's bridge is made for.
_SYSTEM_PYTHON = "/usr/bin/python3"
# The fonts of Chinese Windows and the free ones that stand in for them: serif for serif, sans for sans.
_STAND_INS = {
    "宋体": "Noto Serif CJK SC",
    "仿宋": "Noto Serif CJK SC",
    "方正小标宋简体": "Noto Serif CJK SC",
    "黑体": "Noto Sans CJK SC",
    "等线": "Noto Sans CJK SC",
    "微软雅黑": "Noto Sans CJK SC",
}


def find_office() -> str | None:
    """Path of LibreOffice; None where it, its fonts, or a tool that reads its pages is missing."""
    tools = [shutil.which(name) for name in ("soffice", "pdftoppm", "pdftotext", "fc-list")]
    if not all(tools):
        return None
    fonts = subprocess.run([_tool("fc-list")], capture_output=True, encoding="utf-8", check=True).stdout
    return tools[0] if all(font in fonts for font in _STAND_INS.values()) else None


def has_screen() -> bool:
    """Whether a window can be shown, clicked and photographed."""
    if not all(shutil.which(name) for name in ("Xvfb", "xdotool", "import")):
        return False
    bridge = subprocess.run([_SYSTEM_PYTHON, "-c", "import uno"], capture_output=True, check=False)
    return bridge.returncode == 0


def _tool(name: str) -> str:
    return shutil.which(name) or name


class Office:
    """One private LibreOffice profile; calls are made one after another."""

    def __init__(self, folder: Path) -> None:
        """Keeps profile and font settings in ``folder``."""
        self._folder = folder
        self._fonts = folder / "fonts.conf"
        self._fonts.write_text(_font_settings(folder), encoding="utf-8")

    def to_pdf(self, workbook: Path) -> Path:
        """The workbook as LibreOffice prints it."""
        return self._convert(workbook, "pdf")

    def to_xlsx(self, workbook: Path) -> Path:
        """The workbook after LibreOffice opened, computed and saved it."""
        return self._convert(workbook, "xlsx")

    def converted(self, file: Path, kind: str) -> Path:
        """The file after LibreOffice opened it and saved it as another kind."""
        return self._convert(file, kind)

    def text(self, workbook: Path) -> str:
        """All text on the printed pages."""
        pdf = self.to_pdf(workbook)
        done = subprocess.run([_tool("pdftotext"), "-layout", pdf, "-"], capture_output=True, check=True)
        return done.stdout.decode()

    def pictures(self, workbook: Path, folder: Path, dots_per_inch: int = 80) -> list[Path]:
        """The printed pages as PNG files in ``folder``."""
        folder.mkdir(parents=True, exist_ok=True)
        stem = folder / workbook.stem
        pdf = self.to_pdf(workbook)
        subprocess.run([_tool("pdftoppm"), "-r", str(dots_per_inch), "-png", pdf, stem], check=True)
        return sorted(folder.glob(f"{workbook.stem}-*.png"))

    def screenshot(self, workbook: Path, sheet: str, cell: str, key: str, picture: Path) -> None:
        """LibreOffice's window on a virtual screen, a cell selected and a key pressed (``-`` for none)."""
        place = Path(tempfile.mkdtemp(dir=self._folder))
        copy = Path(shutil.copy(workbook, place / "workbook.xlsx"))
        profile = self._folder / "screen-profile"
        script = Path(__file__).with_name("screen_script.py")
        words = [script, copy, sheet, cell, key, picture.resolve(), profile]
        command = [_SYSTEM_PYTHON, *map(str, words)]
        subprocess.run(command, check=True, capture_output=True, timeout=_TIMEOUT, env=self.environment())

    def buttons(self, workbook: Path) -> dict[str, Any]:
        """What ``button_script.py`` tells of a workbook with macros: its buttons, modules and handlers."""
        place = Path(tempfile.mkdtemp(dir=self._folder))
        copy = Path(shutil.copy(workbook, place / "workbook.xlsm"))
        words = [Path(__file__).with_name("button_script.py"), copy, self._folder / "profile", place / "told"]
        command = [_SYSTEM_PYTHON, *map(str, words)]
        done = subprocess.run(
            command, check=True, capture_output=True, timeout=_TIMEOUT, env=self.environment()
        )
        return dict(json.loads(done.stdout))

    def environment(self) -> dict[str, str]:
        """What LibreOffice runs in: our fonts, no settings of the user."""
        return {
            "PATH": os.environ["PATH"],
            "HOME": str(self._folder),
            "LC_ALL": "C.UTF-8",
            "FONTCONFIG_FILE": str(self._fonts),
        }

    def _convert(self, workbook: Path, kind: str) -> Path:
        """Converts a copy: LibreOffice leaves lock files beside what it opens."""
        place = Path(tempfile.mkdtemp(dir=self._folder))
        copy = place / "in" / workbook.name
        copy.parent.mkdir()
        shutil.copy(workbook, copy)
        command = [
            _tool("soffice"),
            f"-env:UserInstallation={(self._folder / 'profile').as_uri()}",
            "--headless",
            "--convert-to",
            kind,
            "--outdir",
            str(place),
            str(copy),
        ]
        subprocess.run(command, check=True, capture_output=True, timeout=_TIMEOUT, env=self.environment())
        made = place / f"{workbook.stem}.{kind}"
        if not made.exists():
            raise FileNotFoundError(f"LibreOffice made no {kind} of {workbook}")
        return made


def _font_settings(folder: Path) -> str:
    rules = "".join(
        f'<match target="pattern"><test name="family" qual="any"><string>{name}</string></test>'
        f'<edit name="family" mode="assign" binding="same"><string>{stand_in}</string></edit></match>'
        for name, stand_in in _STAND_INS.items()
    )
    return (
        '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>'
        '<include ignore_missing="yes">/etc/fonts/fonts.conf</include>'
        f"<cachedir>{folder / 'fontcache'}</cachedir>{rules}</fontconfig>"
    )


def main() -> None:
    """Draws the pages of a workbook into a folder."""
    with tempfile.TemporaryDirectory() as folder:
        for page in Office(Path(folder)).pictures(Path(sys.argv[1]), Path(sys.argv[2])):
            sys.stdout.write(f"{page}\n")


if __name__ == "__main__":
    main()
