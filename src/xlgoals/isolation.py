"""Work on untrusted bytes in a process of its own, with limits on time and memory.

A process that hangs is ended, one that dies is missed: either costs the file that it worked on and nothing
else.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import sys
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import CancelledError
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

SECONDS = 30
"""What one file may take; a real submission takes some hundredths of a second."""
MEMORY = 1 << 30
"""Bytes that one process may hold. POSIX only: elsewhere the sizes that the gate allows are the limit."""
_FILES_OF_A_PROCESS = 500

Task = TypeVar("Task")
Result = TypeVar("Result")


class Loss(StrEnum):
    """Why there is no result."""

    TOO_SLOW = "too_slow"
    TOO_LARGE = "too_large"
    DIED = "died"
    FAULT = "fault"
    """The program itself went wrong."""


@dataclass(frozen=True, slots=True)
class Outcome(Generic[Result]):
    """What became of one task: its result, or the loss of it and, for a fault, what was raised."""

    result: Result | None = None
    loss: Loss | None = None
    fault: BaseException | None = None


def run_isolated(
    function: Callable[[Task], Result], tasks: Iterable[Task], *, processes: int, seconds: float = SECONDS
) -> Iterator[Outcome[Result]]:
    """Calls ``function`` on each task in one of ``processes`` processes; outcomes come in the order of tasks.

    ``function`` must be one that a new process can import.
    """
    from pebble import ProcessExpired, ProcessPool  # noqa: PLC0415 (only where files are read in masses)

    context = multiprocessing.get_context("spawn")
    pool = ProcessPool(
        max_workers=processes, max_tasks=_FILES_OF_A_PROCESS, initializer=_limit_memory, context=context
    )
    with pool:
        futures = [pool.schedule(function, args=[task], timeout=seconds) for task in tasks]
        try:
            for future in futures:
                try:
                    yield Outcome(result=future.result())
                except TimeoutError:
                    yield Outcome(loss=Loss.TOO_SLOW)
                except MemoryError:
                    yield Outcome(loss=Loss.TOO_LARGE)
                except ProcessExpired:
                    yield Outcome(loss=Loss.DIED)
                except CancelledError:
                    raise
                except Exception as fault:
                    yield Outcome(loss=Loss.FAULT, fault=fault)
        finally:
            # Whoever stops listening, by Ctrl-C for one, wants nothing more to run.
            for future in futures:
                future.cancel()  # type: ignore[no-untyped-call]  # pebble annotates all but this


def _limit_memory() -> None:
    if sys.platform == "win32":
        return
    import resource  # noqa: PLC0415 (there is none on Windows)

    with contextlib.suppress(ValueError, OSError):  # a lower limit that stands already is fine
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
