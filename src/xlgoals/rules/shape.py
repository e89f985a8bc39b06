"""What a row has in common with many others: where it stands, and how its 指标值 is put.

Most rules are about rows of one shape. They say so when they are declared, and are not called for others.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from xlgoals.model import Comparator, Target, TargetKind, Wording
from xlgoals.profile import Profile, Role


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """Levels as written, and the reading of the 指标值 without its numbers and words."""

    profile: Profile
    level1: str
    level2: str
    kind: TargetKind
    wording: Wording
    comparator: Comparator | None
    is_blank: bool
    """Nothing stands in 指标值."""

    @property
    def is_number(self) -> bool:
        """Whether a value states an amount and no time."""
        return self.kind is TargetKind.QUANTITATIVE

    @property
    def is_phrase(self) -> bool:
        """Whether a value is words, for certain without a number."""
        return self.kind is TargetKind.QUALITATIVE and self.wording is Wording.QUALITATIVE

    def is_below(self, role: Role) -> bool:
        """Whether level 1 stands for ``role``."""
        return self.profile.plays(role, self.level1)

    def is_of(self, *roles: Role) -> bool:
        """Whether level 2 stands for one of ``roles``."""
        return any(self.profile.plays(role, self.level2) for role in roles)


Where = Callable[[Shape], bool]
"""Which rows a rule is about."""

ShapeKey = tuple[str, str, TargetKind, Wording, Comparator | None, bool]


def key_of(level1: str, level2: str, target: Target) -> ShapeKey:
    """What a shape is told by, cheap to make for every row."""
    return (level1, level2, target.kind, target.wording, target.comparator, not target.raw.strip())


def shape_of(key: ShapeKey, profile: Profile) -> Shape:
    """The shape under a profile."""
    level1, level2, kind, wording, comparator, is_blank = key
    return Shape(
        profile=profile,
        level1=level1,
        level2=level2,
        kind=kind,
        wording=wording,
        comparator=comparator,
        is_blank=is_blank,
    )
