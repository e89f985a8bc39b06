"""Work on untrusted bytes in a process of its own, with limits on time and memory.

A process that hangs is ended, one that dies is missed: either costs the file that it worked on and nothing
else.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import CancelledError
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from typing import TYPE_CHECKING, Any, Generic, TypeVar

if TYPE_CHECKING:
    from pebble import ProcessPool

SECONDS = 30
"""What one file may take; a real submission takes some hundredths of a second."""
MEMORY = 1 << 30
"""Bytes that one process may hold. POSIX only: elsewhere the sizes that the gate allows are the limit."""
_FILES_OF_A_PROCESS = 500
_WAITING_AT_A_PROCESS = 8
"""Tasks under way for each process: enough to keep it busy, and few enough for results not to pile up."""

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

    A window of tasks is under way at any time, so neither tasks nor results pile up, however many there are.

    Raises:
        ValueError: a new process could not import ``function``; it would be waited for in vain.
    """
    with _pool_for(function, processes) as pool:
        futures: deque[Any] = deque()
        try:
            for task in tasks:
                futures.append(pool.schedule(function, args=[task], timeout=seconds))
                if len(futures) >= processes * _WAITING_AT_A_PROCESS:
                    yield _outcome_of(futures[0])
                    futures.popleft()
            while futures:
                yield _outcome_of(futures[0])
                futures.popleft()
        finally:
            # Whoever stops listening, by Ctrl-C for one, wants nothing more to run.
            for future in futures:
                future.cancel()


@contextlib.contextmanager
def meanwhile(function: Callable[[Task], Result], task: Task) -> Iterator[Callable[[], Outcome[Result]]]:
    """Calls ``function`` in a process of its own while the caller does something else.

    What is yielded waits for the outcome. Whoever leaves without asking for it ends that process.

    Raises:
        ValueError: a new process could not import ``function``; it would be waited for in vain.
    """
    with _pool_for(function, 1) as pool:
        future: Any = pool.schedule(function, args=[task])
        try:
            yield partial(_outcome_of, future)
        finally:
            future.cancel()


def _pool_for(function: Callable[..., object], processes: int) -> ProcessPool:
    _refuse_local(function)
    from pebble import ProcessPool  # noqa: PLC0415 (only where files are read in masses)

    context = multiprocessing.get_context("spawn")
    return ProcessPool(
        max_workers=processes, max_tasks=_FILES_OF_A_PROCESS, initializer=_confine, context=context
    )


def _refuse_local(function: Callable[..., object]) -> None:
    inner = function.func if isinstance(function, partial) else function
    name = getattr(inner, "__qualname__", "")
    if inner.__module__ == "__main__" or name != getattr(inner, "__name__", None):
        raise ValueError(f"{inner.__module__}.{name} cannot be imported")


def _outcome_of(future: Any) -> Outcome[Any]:
    from pebble import ProcessExpired  # noqa: PLC0415 (as above)

    try:
        return Outcome(result=future.result())
    except TimeoutError:
        return Outcome(loss=Loss.TOO_SLOW)
    except MemoryError:
        return Outcome(loss=Loss.TOO_LARGE)
    except ProcessExpired:
        return Outcome(loss=Loss.DIED)
    except CancelledError:
        raise
    except Exception as fault:
        return Outcome(loss=Loss.FAULT, fault=fault)


def _confine() -> None:
    """Runs first in each process: what a dying library prints is not for people, and memory has an end."""
    with open(os.devnull, "w") as nowhere:  # noqa: PTH123 (a device)
        os.dup2(nowhere.fileno(), 2)
    # Ctrl-C goes to the whole group of processes: whoever listens to the outcomes ends this one.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if sys.platform == "win32":
        return
    import resource  # noqa: PLC0415 (there is none on Windows)

    with contextlib.suppress(ValueError, OSError):  # a lower limit that stands already is fine
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
