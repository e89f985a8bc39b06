"""单位名册: which units report, and what their projects sum up to, as the department keeps it.

``units.yaml`` in the folder that ``XLGOALS_DEPARTMENT`` names::

    units:
      "306101": {name: 天津市人民政府合作交流办公室, total: "3384.00"}

Name and control total (控制数, in 万元) may each be left out: what is not known is not compared.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from pathlib import Path

from xlgoals.rules.ownfolder import own_file, state_of
from xlgoals.yamlfile import Entry, load_yaml

FILE_NAME = "units.yaml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """What is known of a unit before it reports."""

    name: str = ""
    total: Decimal | None = None
    """Control total in 万元."""


Roster = Mapping[str, Expected]
"""By unit code."""


def load_roster() -> Roster:
    """The department's roster; empty where it keeps none.

    Raises:
        CannotDo: a mistake in the file; line, field and what is allowed are named.
    """
    own = own_file(FILE_NAME)
    return {} if own is None else _read(own, state_of(own))


@lru_cache(maxsize=8)
def _read(file: Path, state: tuple[int, int]) -> Roster:
    # ``state`` is there for the cache alone: a file that was edited is read again.
    top = load_yaml(file)
    top.only(("units",))
    units = top.entry("units")
    return {code: _expected(units.entry(code)) for code in units.keys}


def _expected(entry: Entry) -> Expected:
    entry.only(("name", "total"))
    return Expected(name=entry.text("name", ""), total=_total(entry))


def _total(entry: Entry) -> Decimal | None:
    text = entry.text("total", "")
    if not text:
        return None
    try:
        total = Decimal(text)
    except InvalidOperation:
        raise entry.refuse("total", text, "3384.00") from None
    if not total.is_finite() or total < 0:
        raise entry.refuse("total", text, "3384.00")
    return total
