"""What a package carries beside its sheets that a submission has no need of: macros, links out, objects."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from enum import StrEnum


class Content(StrEnum):
    """Kinds of contents that are named and never opened."""

    MACROS = "macros"
    EXTERNAL = "external"
    """Links to other workbooks, DDE among them, and connections to data elsewhere."""
    OBJECTS = "objects"
    """Embedded files and controls that bring code of their own."""


_PLACES = {
    Content.MACROS: re.compile(r"xl/(vbaproject\.bin|macrosheets/|dialogsheets/)"),
    Content.EXTERNAL: re.compile(r"xl/(externallinks/externallink|connections\.xml|querytables/)"),
    Content.OBJECTS: re.compile(r"xl/(embeddings/|activex/)"),
}


def contents_of(members: Iterable[str]) -> Mapping[Content, str]:
    """The first member of each kind that is there, by name."""
    found: dict[Content, str] = {}
    for name in sorted(members):
        for content, pattern in _PLACES.items():
            if content not in found and pattern.match(name.casefold()):
                found[content] = name
    return found
