"""The words by which projects and units are compared, read from ``templates/across.yaml``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from xlgoals.form import normal_label
from xlgoals.resources import resource_path
from xlgoals.yamlfile import load_yaml

_PLACE = "\n"
_HAN = r"\u4e00-\u9fff"
_LONGEST_NAME = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class AcrossWords:
    """Places, events and names that any project may have; each is explained in the YAML file."""

    place: re.Pattern[str]
    joined_places: re.Pattern[str]
    """Two places in a row, with or without 、 between them."""
    ordinal_body: re.Pattern[str]
    """A body with an ordinal: what stands before it, 第 or nothing, the number, its kind."""
    event: re.Pattern[str]
    event_ending: re.Pattern[str]
    """Found wherever ``event`` is: a first look over a whole table."""
    numbered_body: re.Pattern[str]
    """Found wherever ``ordinal_body`` is, and sooner: a first look over a whole table."""
    event_lead: re.Pattern[str]
    event_kinds: tuple[str, ...]
    event_shortest: int
    common_names: frozenset[str]

    def without_places(self, text: str) -> str:
        """A name with every place replaced by one sign, for comparison.

        >>> across_words().without_places("驻上海办事处") == across_words().without_places("驻广州办事处")
        True
        """
        return self.place.sub(_PLACE, normal_label(text))

    def events(self, text: str) -> Iterator[str]:
        """The names of events in a text.

        >>> list(across_words().events("二季度完成亚布力论坛等大型论坛"))
        ['亚布力论坛']
        """
        for found in self.event.finditer(text):
            stem = self.event_lead.split(found["stem"])[-1]
            is_kind = any(kind in stem for kind in self.event_kinds)
            if len(stem) >= self.event_shortest and not is_kind:
                yield stem + found["ending"]


@cache
def across_words() -> AcrossWords:
    """The words shipped with the package.

    Raises:
        CannotDo: the YAML is wrong; file, line and field are named.
    """
    top = load_yaml(resource_path("across.yaml"))
    lists = ("places", "ordinal_bodies", "event_endings", "event_leads", "event_kinds", "common_names")
    top.only((*lists, "ordinal", "numerals", "event_shortest"))
    places, bodies, endings, leads = (_either(top.texts(name)) for name in lists[:4])
    return AcrossWords(
        place=re.compile(places),
        joined_places=re.compile(f"(?P<first>{places})(?P<mark>[、，,]?)(?P<second>{places})"),
        ordinal_body=re.compile(
            f"(?P<owner>[{_HAN}]{{2}})(?P<ordinal>{top.text('ordinal')}?)"
            f"(?P<number>[{top.text('numerals')}]{{1,3}})(?P<kind>{bodies})"
        ),
        event=re.compile(f"(?P<stem>[{_HAN}A-Za-z0-9]{{1,{_LONGEST_NAME}}}?)(?P<ending>{endings})"),
        event_ending=re.compile(_either(_shortest(top.texts("event_endings")))),
        numbered_body=re.compile(f"[{top.text('numerals')}]{bodies}"),
        event_lead=re.compile(leads),
        event_kinds=top.texts("event_kinds"),
        event_shortest=top.whole("event_shortest"),
        common_names=frozenset(normal_label(name) for name in top.texts("common_names")),
    )


def _shortest(words: tuple[str, ...]) -> tuple[str, ...]:
    """Without those that end with another one: where they stand, that one does, too."""
    return tuple(word for word in words if not any(word != other and other in word for other in words))


def _either(words: tuple[str, ...]) -> str:
    ordered = sorted(set(words), key=lambda word: (-len(word), word))
    return "(?:" + "|".join(map(re.escape, ordered)) + ")"
