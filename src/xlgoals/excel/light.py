"""xlwings without what it would load for tables: a click is to begin at once.

xlwings and openpyxl import pandas, numpy and their kin where they find them, which takes longer than most
clicks. While they are imported here, those packages count as missing; afterwards anybody may import them.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

_HEAVY = ("pandas", "numpy", "polars", "matplotlib", "PIL", "lxml")


@contextmanager
def without_tables() -> Iterator[None]:
    """What is imported within does not find the packages for tables, unless they are loaded already."""
    modules: dict[str, Any] = sys.modules  # None in it means: not to be found
    hidden = [name for name in _HEAVY if name not in modules]
    modules.update(dict.fromkeys(hidden))
    try:
        yield
    finally:
        for name in hidden:
            if modules.get(name, ...) is None:
                del modules[name]
