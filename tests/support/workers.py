"""What goes wrong in a process that reads files: functions that another process can import and run."""

from __future__ import annotations

import ctypes
import os
import time
from pathlib import Path

from xlgoals.consolidation.merge import Arrival
from xlgoals.operations import checking, receiving

ABORT, SEGFAULT, EXIT, HANG, SPIN, EAT, FAULT = "abort", "segfault", "exit", "hang", "spin", "eat", "fault"


def work(task: str) -> str:
    """Does what the task says; any other task comes back in capitals."""
    if task == ABORT:
        os.abort()
    if task == SEGFAULT:
        ctypes.string_at(0)
    if task == EXIT:
        os._exit(3)
    if task == HANG:
        time.sleep(600)
    while task == SPIN:
        pass
    if task == EAT:
        return str(len(bytearray(3 << 30)))
    if task == FAULT:
        raise ZeroDivisionError
    return task.upper()


def receive(task: receiving.Task) -> Arrival:
    """Receives a file, and goes wrong over one whose name says how."""
    work(task.path.stem)
    return receiving.receive(task)


def check(path: Path, *, profile: str | Path | None = None, year: int | None = None) -> checking.Checked:
    """Checks a file, and goes wrong over one whose name says how."""
    work(path.stem)
    return checking.check(path, profile=profile, year=year)
