"""``make fuzz``: mutated workbooks in parallel, every one judged. Prints the figures; exit 1 on any fault."""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Sequence

from fuzz import judges
from xlgoals.isolation import run_isolated

BATCH = 25
Fault = tuple[int, str]


def batches(first: int, count: int) -> list[range]:
    """The numbers in pieces."""
    return [range(at, min(at + BATCH, first + count)) for at in range(first, first + count, BATCH)]


def our_faults(pieces: Sequence[range], processes: int) -> list[Fault]:
    """Crashes, hangs, faults of the program, and differences between our two ways."""
    faults: list[Fault] = []
    for piece, outcome in zip(
        pieces, run_isolated(judges.judged, pieces, processes=processes, seconds=10 * BATCH), strict=True
    ):
        faults += (
            outcome.result if outcome.result is not None else [(piece[0], f"batch lost: {outcome.loss}")]
        )
    return faults


def silent_changes(pieces: Sequence[range], processes: int) -> tuple[list[Fault], int]:
    """The same over many; a batch that another reader did not survive is taken one by one."""
    faults: list[Fault] = []
    again: list[range] = []
    for piece, outcome in zip(
        pieces, run_isolated(judges.oracles, pieces, processes=processes, seconds=60), strict=True
    ):
        if outcome.result is None:
            again += [range(number, number + 1) for number in piece]
        else:
            faults += outcome.result
    lost = 0
    for outcome in run_isolated(judges.oracles, again, processes=processes, seconds=20) if again else ():
        lost += outcome.result is None
        faults += outcome.result or []
    return faults, lost


def main() -> int:
    """Reads the words of the command line and runs."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--first", type=int, default=0)
    words.add_argument("--count", type=int, default=20_000)
    words.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    chosen = words.parse_args()
    begun = time.perf_counter()
    pieces = batches(chosen.first, chosen.count)
    faults = our_faults(pieces, chosen.processes)
    for number, what in faults[:20]:
        print(f"  mutant {number}: {what}"[:200], flush=True)
    print(
        f"mutants {chosen.count}, faults of ours {len(faults)}, {time.perf_counter() - begun:.0f} s",
        flush=True,
    )
    changed, lost = silent_changes(pieces, chosen.processes)
    print(
        f"both others against us {len(changed)}, lost by another {lost}, {time.perf_counter() - begun:.0f} s"
    )
    for number, what in changed[:20]:
        print(f"  mutant {number}: {what}"[:200])
    return 1 if faults or changed else 0


if __name__ == "__main__":
    sys.exit(main())
