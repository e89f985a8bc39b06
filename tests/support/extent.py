"""How much is tried of what takes long: a slice in ``make test``, all of it in ``make test-long``."""

from __future__ import annotations

import os

LONG = os.environ.get("XLGOALS_LONG") == "1"


def tries(long: int, *, short: int) -> int:
    """How many moments, damages or rounds a test tries."""
    return long if LONG else short
