"""Words that are written wrong, told from their context: ``templates/typos.yaml`` and a department's own.

A word is only ever compared; what was read stays as it is, and a correction is a proposal.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from xlgoals.resources import resource_path
from xlgoals.rules.ownfolder import own_file, state_of
from xlgoals.yamlfile import Entry, load_yaml

FILE_NAME = "typos.yaml"
_NEAR = 12
_DIGIT = "#"
_DIGITS = re.compile("[0-9０-９]")
_SIDES = ("near", "before", "after", "not_before", "not_after")


@dataclass(frozen=True, slots=True, kw_only=True)
class Typo:
    """A word, what it should be, and where it is wrong. Empty tuples put no condition."""

    wrong: str
    right: str
    near: tuple[str, ...]
    before: tuple[str, ...]
    after: tuple[str, ...]
    not_before: tuple[str, ...]
    not_after: tuple[str, ...]
    certain: bool
    """Whether it can mean nothing else there, so that the correction is safe."""
    why: str

    def stands_in(self, text: str, start: int) -> bool:
        """Whether the word that begins at ``start`` is wrong there."""
        left, right = text[:start], text[start + len(self.wrong) :]
        if self.not_before and _ends(left, self.not_before):
            return False
        if self.not_after and _begins(right, self.not_after):
            return False
        if self.before and not _ends(left, self.before):
            return False
        if self.after and not _begins(right, self.after):
            return False
        around = left[-_NEAR:] + right[:_NEAR]
        return not self.near or any(word in around for word in self.near)


@dataclass(frozen=True, slots=True, kw_only=True)
class Slip:
    """One wrong word at one place of a text."""

    typo: Typo
    start: int


class WordList:
    """All entries of one kind, looked for in one pass."""

    def __init__(self, typos: Sequence[Typo]) -> None:
        self.typos = {typo.wrong: typo for typo in typos}
        words = sorted(self.typos, key=lambda word: (-len(word), word))
        self.pattern = re.compile("|".join(map(re.escape, words)) or r"(?!)")

    def slips(self, text: str) -> Iterator[Slip]:
        """Every wrong word of a text, from left to right; of overlapping ones the first."""
        for found in self.pattern.finditer(text):
            typo = self.typos[found[0]]
            if typo.stands_in(text, found.start()):
                yield Slip(typo=typo, start=found.start())


@dataclass(frozen=True, slots=True, kw_only=True)
class Typos:
    """The dictionary: homophones and look-alikes, and names of official bodies."""

    words: WordList
    bodies: WordList


def corrected(text: str, slips: Sequence[Slip]) -> str:
    """A text with every slip put right."""
    for slip in reversed(slips):
        end = slip.start + len(slip.typo.wrong)
        text = text[: slip.start] + slip.typo.right + text[end:]
    return text


def load_typos() -> Typos:
    """The dictionary shipped with the package, and the department's own on top of it.

    Raises:
        CannotDo: a mistake in a file; file, line, field and what is allowed are named.
    """
    own = own_file(FILE_NAME)
    return _shipped() if own is None else _extended(own, state_of(own))


@cache
def _shipped() -> Typos:
    return _typos([load_yaml(resource_path(FILE_NAME))])


@lru_cache(maxsize=8)
def _extended(own: Path, state: tuple[int, int]) -> Typos:
    # ``state`` is there for the cache alone: a file that was edited is read again.
    return _typos([load_yaml(resource_path(FILE_NAME)), load_yaml(own)])


def _typos(tops: Sequence[Entry]) -> Typos:
    kinds: Mapping[str, dict[str, Typo]] = {"typos": {}, "bodies": {}}
    for top in tops:
        top.only(("ignore", *kinds))
        for kind, found in kinds.items():
            found.update(_read(top, kind))
            for word in top.texts("ignore", ()):
                found.pop(word, None)
    lists = {kind: WordList(tuple(found.values())) for kind, found in kinds.items()}
    return Typos(words=lists["typos"], bodies=lists["bodies"])


def _read(top: Entry, kind: str) -> Mapping[str, Typo]:
    typos: dict[str, Typo] = {}
    for entry in top.entries(kind) if kind in top.keys else ():
        entry.only(("wrong", "right", *_SIDES, "certain", "why"))
        typo = Typo(
            wrong=entry.text("wrong"),
            right=entry.text("right"),
            **{side: entry.texts(side, ()) for side in _SIDES},
            certain=entry.truth("certain"),
            why=entry.text("why"),
        )
        if not typo.wrong or typo.wrong == typo.right:
            raise entry.refuse("right", typo.right, f"≠ {typo.wrong}")
        if typo.wrong in typos:
            raise entry.refuse("wrong", typo.wrong, "once")
        typos[typo.wrong] = typo
    return typos


def _begins(text: str, words: Sequence[str]) -> bool:
    return any(bool(_DIGITS.match(text)) if word == _DIGIT else text.startswith(word) for word in words)


def _ends(text: str, words: Sequence[str]) -> bool:
    return any(bool(_DIGITS.match(text[-1:])) if word == _DIGIT else text.endswith(word) for word in words)
