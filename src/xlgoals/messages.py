"""The sentences of the program, in Chinese and English, by key (``messages.yaml`` beside this file).

What a rule says stands with the rule in ``templates/rules/``; what a command, a reader or a sheet
of ours says stands here. A missing key or placeholder is a fault of the program and raises.
"""

from __future__ import annotations

import locale
import os
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
    return _catalogue()[key][language].format_map(details)


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
