"""The workbook as it left us, in memory: what a received one is compared with.

It is drawn by the same code as every template, so no cell of it is written down a second time.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from xlgoals.form import Form
from xlgoals.model import Unit
from xlgoals.profile import Profile
from xlgoals.read.book import read_book
from xlgoals.read.cells import Book
from xlgoals.read.package import read_package
from xlgoals.write.template import write_template

UNIT = Unit(code="{code}", name="{name}")
"""Stands for the unit, so that one drawing serves every unit of a profile."""

# Forms and profiles hold mappings and have no hash; the entry keeps both alive, so an id is theirs alone.
_drawn: dict[tuple[int, int], tuple[Form, Profile, Book]] = {}


def pristine_book(form: Form, profile: Profile) -> Book:
    """The blank workbook of a form and a profile, its unit a placeholder; drawn once and kept."""
    key = (id(form), id(profile))
    if key not in _drawn:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "pristine.xlsx"
            write_template(path, form, profile, unit=UNIT, year=None)
            package, _ = read_package(path)
            _drawn[key] = (form, profile, read_book(package))
    return _drawn[key][2]
