"""Finds LibreOffice, starts one of our own, attaches to it, ends it.

Ours has a profile of its own, so that it neither meets nor changes the user's, and answers on a pipe that
only processes of the same user can open. It runs in a process group that ends as a whole.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from xlgoals.errors import CannotDo
from xlgoals.excel.engines.bridge import load_bridge

_PATIENCE = 90.0
_PLACES = (
    "/Applications/LibreOffice.app/Contents/MacOS/soffice",
    "C:/Program Files/LibreOffice/program/soffice.exe",
    "/usr/lib/libreoffice/program/soffice",
)


def find_office() -> str:
    """The program.

    Raises:
        CannotDo: there is no LibreOffice here.
    """
    names = (shutil.which("soffice"), shutil.which("libreoffice"), *_PLACES)
    for name in names:
        if name is not None and Path(name).is_file():
            return name
    raise CannotDo("libreoffice.missing")


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """A LibreOffice that we started."""

    pipe: str
    process: subprocess.Popen[bytes]
    context: Any
    headless: bool

    def stop(self) -> None:
        """Asks it to end, discarding what is open; one that will not, or not in time, is ended."""
        ends = True
        with contextlib.suppress(Exception):  # it may be gone, or gone in the middle of the call
            ends = bool(desktop_of(self.context).terminate())
        if not ends:  # a question in a window is in the way
            self.kill()
            return
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.kill()

    def kill(self) -> None:
        """Ends the whole group: the program is a script that starts another."""
        if sys.platform == "win32":
            self.process.kill()
        else:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


def start_office(
    profile: Path, *, headless: bool, environment: Mapping[str, str] | None = None, pipe: str = ""
) -> Running:
    """A LibreOffice of our own, once it answers.

    Raises:
        CannotDo: there is none, its bridge is missing, or it does not answer within a minute and a half.
    """
    load_bridge()
    pipe = pipe or f"xlgoals{secrets.token_hex(8)}"
    command = [
        find_office(),
        f"-env:UserInstallation={profile.absolute().as_uri()}",
        f"--accept=pipe,name={pipe};urp;",
        "--norestore",
        "--nologo",
        "--nodefault",
        "--nofirststartwizard",
        *(["--headless"] if headless else []),
    ]
    quiet = subprocess.DEVNULL
    process = subprocess.Popen(  # noqa: S603 the program that was found, with arguments made here
        command, env=environment, stdin=quiet, stdout=quiet, stderr=quiet, start_new_session=True
    )
    end = time.monotonic() + _PATIENCE
    while True:
        context = attach(pipe)
        if context is not None:
            return Running(pipe=pipe, process=process, context=context, headless=headless)
        if time.monotonic() > end or process.poll() not in (None, 0):
            Running(pipe=pipe, process=process, context=None, headless=headless).kill()
            raise CannotDo("libreoffice.no_answer", seconds=int(_PATIENCE))
        time.sleep(0.05)


def attach(pipe: str) -> Any:
    """The context of the LibreOffice that answers on a pipe; None where none does."""
    uno = load_bridge()
    local = uno.getComponentContext()
    resolver = local.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", local)
    no_answer = uno.getClass("com.sun.star.connection.NoConnectException")
    try:
        return resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
    except no_answer:
        return None


def end_if_empty(context: Any) -> None:
    """Ends a LibreOffice in which nothing is open any more: whoever started it is gone."""
    with contextlib.suppress(Exception):  # it may have ended with its last window
        desktop = desktop_of(context)
        if not desktop.Components.createEnumeration().hasMoreElements():
            desktop.terminate()


def desktop_of(context: Any) -> Any:
    """What holds the open documents."""
    return context.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", context)
