"""What the add-in runs: ``python -I -B -m xlgoals.excel HANDLER --wb=NAME``; warm, ``main([HANDLER])``."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from xlgoals.excel.start import start


def main(words: Sequence[str]) -> int:
    """One click; see :func:`xlgoals.excel.start.start`."""
    return start(words)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
