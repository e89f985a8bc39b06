"""Faults that only a reader meets, planted as what it hands on: a :class:`Sighting` at a random cell.

Whether the readers meet them in real files is the matter of test_structure, test_cells and test_published.
"""

from __future__ import annotations

import random
from collections.abc import Iterator

from msgspec.structs import replace

from tests.support.planting import Change, Planting
from xlgoals.model import Address, Observation, Sighting, Submission

BY_CODE: dict[str, tuple[Sighting, ...]] = {
    "STR-04": (Sighting.MERGED_INPUT, Sighting.HIDDEN_WITH_DATA),
    "STR-05": (Sighting.FORMULA_IN_INPUT,),
    "STR-06": (Sighting.BLANK_ROW_INSIDE,),
    "STR-11": (Sighting.ERROR_VALUE, Sighting.FORMULA_WITHOUT_VALUE),
    "STR-12": (Sighting.UNKNOWN_COLUMN, Sighting.UNKNOWN_SHEET),
    "STR-13": (Sighting.NOT_UNDERSTOOD,),
    "STR-14": (Sighting.OLDER_VERSION,),
    "STR-15": (Sighting.IDENTITY_MISSING,),
    "STR-16": (Sighting.LABEL_CHANGED,),
    "STR-17": (Sighting.TEXT_CHANGED,),
    "STR-18": (Sighting.FORMULA_CHANGED,),
    "STR-19": (Sighting.FORMULA_REMOVED,),
    "STR-20": (Sighting.LIST_CHANGED,),
    "STR-21": (Sighting.SHEET_GONE,),
    "STR-22": (Sighting.PART_HIDDEN,),
    "STR-23": (Sighting.PROTECTION_OFF,),
    "STR-24": (Sighting.LAYOUT_SHIFTED,),
    "STR-25": (Sighting.OUTSIDE_INPUT,),
    "STR-26": (Sighting.HAS_MACROS,),
    "STR-27": (Sighting.HAS_EXTERNAL_LINKS,),
    "STR-28": (Sighting.HAS_OBJECTS,),
    "STR-29": (Sighting.CONVERTED,),
    "HDR-01": (Sighting.UNIT_LINE_MISSING,),
    "HDR-02": (Sighting.MONEY_UNIT_LINE_MISSING, Sighting.MONEY_UNIT_OTHER),
    "HDR-07": (Sighting.TITLE_LINE_MISSING,),
    "TXT-08": (Sighting.NUMBER_AS_TEXT,),
    "TXT-09": (Sighting.CODE_AS_NUMBER,),
}


def _seen(sighting: Sighting) -> Change:
    def planted(submission: Submission, at: int, rng: random.Random) -> tuple[Submission, Address]:
        project = submission.projects[at]
        row = rng.choice(project.indicators)
        places = [
            project.location.address(rng.choice(["purpose", "goals"])),
            row.location.address(rng.choice(["name", "description", "target"])),
        ]
        place = rng.choice(places)
        seen = Observation(sighting=sighting, address=place, value="某值", used="原样", project=project.name)
        return replace(submission, observations=(seen,)), place

    return planted


def seen_plantings() -> Iterator[Planting]:
    """Every sighting that a rule turns into a finding."""
    for code, sightings in BY_CODE.items():
        for sighting in sightings:
            yield Planting(code=code, kind=f"seen {sighting.value}", change=_seen(sighting))
