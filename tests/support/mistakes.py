"""Mistakes that people make while typing, planted into submissions: what `fix` must undo or leave alone."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from typing import Any

from msgspec.structs import replace

from xlgoals.model import Indicator, Money, Project, Submission
from xlgoals.read.money import read_money

_WIDE = str.maketrans({chr(code): chr(code + 0xFEE0) for code in range(0x21, 0x7F)})
_WORDS = {"≥": "不少于", "≤": "不超过", ">": "多于", "<": "低于"}


def _somewhere(chance: random.Random, text: str, mark: str) -> str:
    at = chance.randint(0, len(text))
    return text[:at] + mark + text[at:]


def full_width(chance: random.Random, text: str) -> str:
    return text.translate(_WIDE)


def one_full_width(chance: random.Random, text: str) -> str:
    at = chance.randrange(len(text)) if text else 0
    return text[:at] + text[at : at + 1].translate(_WIDE) + text[at + 1 :]


def spaces_around(chance: random.Random, text: str) -> str:
    return chance.choice([" ", "  ", "\u3000", "\xa0"]) + text + chance.choice(["", " ", "\u3000"])


def space_inside(chance: random.Random, text: str) -> str:
    return _somewhere(chance, text, chance.choice([" ", "\u3000", "\xa0"]))


def invisible(chance: random.Random, text: str) -> str:
    return _somewhere(chance, text, chance.choice(["\u200b", "\ufeff", "\u200e"]))


def line_feed(chance: random.Random, text: str) -> str:
    return _somewhere(chance, text, chance.choice(["\n", "\r\n", "\n\n"]))


def other_signs(chance: random.Random, text: str) -> str:
    for old, new in (("≥", chance.choice(["＞＝", ">=", "≧", "≥ "])), ("≤", "<="), ("%", "％"), ("—", "-")):
        text = text.replace(old, new)
    return text


def stops_at_wan(chance: random.Random, text: str) -> str:
    return text.replace("万元", "万")


def in_words(chance: random.Random, text: str) -> str:
    for sign, word in _WORDS.items():
        text = text.replace(sign, word)
    return text


def percent_lost(chance: random.Random, text: str) -> str:
    match = re.fullmatch(r"[≥=]?(\d+)%", text)
    return str(int(match[1]) / 100) if match else text


def emptied(chance: random.Random, text: str) -> str:
    return ""


def doubled_mark(chance: random.Random, text: str) -> str:
    return text + chance.choice(["。。", "；；", "，", "、"])


def serial_date(chance: random.Random, text: str) -> str:
    return "44896" if "月" in text else text


MISTAKES: tuple[Callable[[random.Random, str], str], ...] = (
    full_width,
    one_full_width,
    spaces_around,
    space_inside,
    invisible,
    line_feed,
    other_signs,
    stops_at_wan,
    in_words,
    percent_lost,
    emptied,
    doubled_mark,
    serial_date,
)
_ROW = ("level1", "level2", "name", "description", "target", "target", "target")
_PROJECT = ("name", "type", "budget", "fiscal", "other", "purpose", "goals")


def with_mistakes(submission: Submission, chance: random.Random, count: int) -> Submission:
    """The submission with ``count`` mistakes at random places."""
    projects = list(submission.projects)
    for _ in range(count):
        number = chance.randrange(len(projects))
        projects[number] = _spoilt(projects[number], chance)
    return replace(submission, projects=tuple(projects))


def _spoilt(project: Project, chance: random.Random) -> Project:
    mistake = chance.choice(MISTAKES)
    changes: dict[str, Any]
    if not project.indicators or chance.random() < 0.3:
        field = chance.choice(_PROJECT)
        value = getattr(project, field)
        is_money = isinstance(value, Money)
        changes = {field: read_money(mistake(chance, value.raw)) if is_money else mistake(chance, value)}
        return replace(project, **changes)
    at = chance.randrange(len(project.indicators))
    rows: list[Indicator] = list(project.indicators)
    field = chance.choice(_ROW)
    changes = {field: mistake(chance, getattr(rows[at], field))}
    rows[at] = replace(rows[at], **changes)
    return replace(project, indicators=tuple(rows))
