"""Documents whose commands are run: blocks of ``console`` with commands after ``$`` and what they print.

Blocks of another kind whose first line is a comment with a file name, ``# 文件：NAME``, are files that the
commands read; ``# 追加到：NAME`` is put behind a file of the program, of which a copy is run then. A line
with ``…`` alone stands for any lines. As a script it writes what is printed now into the documents:
``python -m tests.support.told FILE…``; long output is shown by its beginning and its end.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
_FILE = re.compile(r"# 文件：(\S+)\n")
_ADDED = re.compile(r"# 追加到：(\S+)\n")
_CHECKOUT = Path(__file__).parent.parent.parent
_ANY = "…"
_HEAD, _TAIL, _MOST = 6, 3, 12
_TIMEOUT = 180


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One command of a document, what the document says it prints, and what it prints."""

    command: str
    expected: tuple[str, ...]
    printed: tuple[str, ...]
    stderr: str

    @property
    def holds(self) -> bool:
        """Whether the output is the one that the document shows."""
        pattern = "".join(r"(?:.*\n)*?" if each == _ANY else re.escape(each) + "\n" for each in self.expected)
        return re.fullmatch(pattern, "".join(f"{each}\n" for each in self.printed)) is not None


def play_document(text: str, folder: Path) -> Iterator[Told]:
    """Runs a document from its beginning to its end in a folder."""
    for kind, body in _BLOCK.findall(text):
        if kind == "console":
            for command, expected in _commands(body):
                yield _run(command, expected, folder)
        elif match := _FILE.match(body):
            path = folder / match[1]
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(body, encoding="utf-8")
        elif match := _ADDED.match(body):
            _copy_of_the_program(folder)
            with (folder / match[1]).open("a", encoding="utf-8") as file:
                file.write(body.partition("\n")[2])


def _copy_of_the_program(folder: Path) -> None:
    """What the blocks behind are added to; the program of this checkout stays as it is."""
    if not (folder / "src").exists():
        unneeded = shutil.ignore_patterns("__pycache__", "*.xlsx", "*.xlsm")
        for name in ("src", "templates"):
            shutil.copytree(_CHECKOUT / name, folder / name, ignore=unneeded)


def _commands(body: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    for part in re.split(r"^\$ ", body, flags=re.MULTILINE)[1:]:
        command, *lines = part.rstrip("\n").split("\n")
        yield command, tuple(lines)


def _run(command: str, expected: tuple[str, ...], folder: Path) -> Told:
    name, *words = shlex.split(command)
    assert name == "xlgoals", command
    environment = {key: value for key, value in os.environ.items() if not key.startswith("XLGOALS_")}
    if (folder / "src").exists():
        environment["PYTHONPATH"] = str(folder / "src")
    done = subprocess.run(
        [sys.executable, "-m", "xlgoals", *words],
        cwd=folder,
        env={**environment, "XLGOALS_LANG": "zh", "XLGOALS_STATE": str(folder / ".state")},
        capture_output=True,
        encoding="utf-8",
        timeout=_TIMEOUT,
        check=False,
    )
    printed = tuple(line.rstrip() for line in done.stdout.splitlines())
    return Told(command=command, expected=expected, printed=printed, stderr=done.stderr)


def fill_in(document: Path) -> None:
    """Writes what the commands print now into the document."""
    text = document.read_text(encoding="utf-8")
    with tempfile.TemporaryDirectory() as folder:
        told = iter(list(play_document(text, Path(folder))))

    def block(match: re.Match[str]) -> str:
        if match[1] != "console":
            return match[0]
        lines: list[str] = []
        for command, expected in _commands(match[2]):
            each = next(told)  # what differs from machine to machine is shown by … alone
            lines += [f"$ {command}", *(expected if expected == (_ANY,) else _shortened(each.printed))]
        return "```console\n" + "".join(f"{line}\n" for line in lines) + "```"

    document.write_text(_BLOCK.sub(block, text), encoding="utf-8")


def _shortened(lines: tuple[str, ...]) -> list[str]:
    if len(lines) <= _MOST:
        return list(lines)
    return [*lines[:_HEAD], _ANY, *lines[-_TAIL:]]


if __name__ == "__main__":
    for name in sys.argv[1:]:
        fill_in(Path(name))
