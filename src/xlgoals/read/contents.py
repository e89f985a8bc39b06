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


# By where office programs put them, and by what a relationship says of a part that lies elsewhere.
_PLACES = {
    Content.MACROS: re.compile(r"xl/(vbaproject\.bin|macrosheets/|dialogsheets/)"),
    Content.EXTERNAL: re.compile(r"xl/(externallinks/externallink|connections\.xml|querytables/|model/)"),
    Content.OBJECTS: re.compile(r"xl/(embeddings/|activex/)"),
}
_KINDS = {
    Content.MACROS: re.compile(r"vbaproject|xlmacrosheet|xlintlmacrosheet|dialogsheet"),
    Content.EXTERNAL: re.compile(r"externallink|connections|querytable|powerpivotdata"),
    Content.OBJECTS: re.compile(r"oleobject|package|control|activexcontrolbinary"),
}


def contents_of(members: Iterable[str], related: Iterable[tuple[str, str]] = ()) -> Mapping[Content, str]:
    """The first part of each kind that is there, by name.

    ``related`` are the kinds of relationships in the package and the parts they lead to.
    """
    found: dict[Content, str] = {}
    for name in sorted(members):
        for content, pattern in _PLACES.items():
            if content not in found and pattern.match(name.casefold()):
                found[content] = name
    for kind, target in sorted(related):
        for content, pattern in _KINDS.items():
            if content not in found and pattern.fullmatch(kind.casefold()):
                found[content] = target
    return found
