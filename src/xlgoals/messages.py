"""The sentences of the program, in Chinese and English, by key (``messages.yaml`` beside this file).

What a rule says stands with the rule in ``templates/rules/``; what a command, a reader or a sheet
of ours says stands here. A missing key or placeholder is a fault of the program and raises.
"""

from __future__ import annotations

import locale
import os
import re
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path

import yaml


class Language(StrEnum):
    """Languages that every sentence exists in; Chinese comes first."""

    ZH = "zh"
    EN = "en"


def yaml_loader() -> type[yaml.SafeLoader] | type[yaml.CSafeLoader]:
    """The fast loader where PyYAML was built with it."""
    return getattr(yaml, "CSafeLoader", yaml.SafeLoader)


# Controls but tab and line feed, marks that turn the direction of writing, and halves of pairs.
_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


@cache
def _catalogue() -> dict[str, dict[str, str]]:
    text = Path(__file__).with_name("messages.yaml").read_text(encoding="utf-8")
    catalogue: dict[str, dict[str, str]] = yaml.load(text, Loader=yaml_loader())  # noqa: S506 a safe loader
    return catalogue


def say(key: str, language: Language, **details: object) -> str:
    """The sentence ``key`` in ``language`` with its named placeholders filled.

    Raises:
        KeyError: for an unknown key or a placeholder without a value; a fault of the program.
    """
    return _catalogue()[key][language].format_map({name: shown(value) for name, value in details.items()})


@dataclass(frozen=True, slots=True)
class Phrase:
    """A part of a sentence whose language is not known yet, such as a place in a Word document."""

    key: str
    details: tuple[tuple[str, object], ...] = ()

    def said(self, language: Language) -> str:
        """The phrase in ``language``."""
        return say(self.key, language, **dict(self.details))


def shown(value: object) -> object:
    r"""``value`` as a terminal may show it: what would move its cursor or turn its text is spelled out.

    File names and cells come from others: an escape sequence in them must not paint over what we say.

    >>> shown("a\x1b[2J")
    'a\\x1b[2J'
    """
    if isinstance(value, int | float):
        return value
    return _UNSEEN.sub(lambda match: ascii(match[0])[1:-1], str(value))


def keys() -> frozenset[str]:
    """All keys of the catalogue."""
    return frozenset(_catalogue())


def wording(key: str) -> dict[str, str]:
    """The raw templates of ``key`` by language, for tests and documentation."""
    return dict(_catalogue()[key])


def user_language() -> Language:
    """XLGOALS_LANG, else English on an English desktop, else Chinese."""
    chosen = os.environ.get("XLGOALS_LANG", "").lower()
    if chosen in tuple(Language):
        return Language(chosen)
    spoken = os.environ.get("LC_ALL") or os.environ.get("LANG") or locale.getlocale()[0] or ""
    return Language.EN if spoken.lower().startswith(("en_", "en-", "english")) else Language.ZH
