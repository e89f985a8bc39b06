"""One workbook with something wrong in it, by number: the same number gives the same bytes every time."""

from __future__ import annotations

import datetime
import io
import random
import re
import zipfile
from collections.abc import Callable
from functools import cache

import xlsxwriter

from fuzz.pieces import NUMBERS, TOKENS, VALUES
from tests.support import crafted

Members = dict[str, bytes]
_ELEMENT = re.compile(rb"<(\w+)(?: [^<>]*)?(?:/>|>[^<>]*</\1>)")
_ATTRIBUTE = re.compile(rb' ([\w:]+)="([^"<>]*)"')
_VALUE = re.compile(rb"<v>([^<>]*)</v>")


@cache
def small_book() -> bytes:
    """A book of one sheet with every sort of value, that any reader takes in no time."""
    buffer = io.BytesIO()
    workbook = xlsxwriter.Workbook(buffer, {"in_memory": True})
    workbook.set_properties({"created": datetime.datetime(2022, 1, 1)})
    sheet = workbook.add_worksheet("表")
    percent, day = (
        workbook.add_format({"num_format": "0%"}),
        workbook.add_format({"num_format": "yyyy-mm-dd"}),
    )
    for row in range(12):
        sheet.write_string(row, 0, f"文字 {row}")
        sheet.write_number(row, 1, row * 1.25)
        sheet.write_number(row, 2, 1000 + row)
        sheet.write_number(row, 3, row / 10, percent)
        sheet.write_number(row, 4, 44561 + row, day)
        sheet.write_formula(row, 5, f"=B{row + 1}+1", None, row * 1.25 + 1)
        sheet.write_boolean(row, 6, row % 2 == 0)
    sheet.merge_range("A14:B15", "合并")
    workbook.add_worksheet("二").write_number(0, 0, 42)
    workbook.close()
    return buffer.getvalue()


def mutant(number: int) -> bytes:
    """The damaged workbook of that number."""
    dice = random.Random(number)  # noqa: S311 (noise, and the same noise every time)
    base = crafted.clean() if number % 8 == 0 else small_book()
    kind = dice.choices(range(len(KINDS)), WEIGHTS)[0]
    for _ in range(dice.choice((1, 1, 1, 2, 4))):
        base = KINDS[kind](base, dice)
    return base


def _bytes(data: bytes, dice: random.Random) -> bytes:
    """Noise in the package itself."""
    at = dice.randrange(len(data) or 1)
    end = min(len(data), at + dice.choice((1, 1, 2, 4, 30, 400)))
    return data[:at] + dice.choice((dice.randbytes(end - at), b"", data[at:end] * 2)) + data[end:]


def _in_part(change: Callable[[bytes, random.Random], bytes]) -> Callable[[bytes, random.Random], bytes]:
    """The same damage inside one XML part."""

    def mutate(data: bytes, dice: random.Random) -> bytes:
        try:
            members = crafted.members_of(data)
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, EOFError, RuntimeError):
            return data
        names = [name for name in members if name.endswith((".xml", ".rels")) and "theme" not in name]
        sheets = [name for name in names if "worksheets/sheet" in name]
        name = dice.choice(sheets if sheets and dice.random() < 0.7 else names or list(members) or [""])
        if name in members:
            members[name] = change(members[name], dice)
        return crafted.packed(members)

    return mutate


def _noise(part: bytes, dice: random.Random) -> bytes:
    at = dice.randrange(len(part) or 1)
    end = min(len(part), at + dice.choice((0, 1, 3, 9, 60)))
    other = dice.randrange(len(part) or 1)
    return part[:at] + dice.choice((dice.choice(TOKENS), part[other : other + end - at], b"")) + part[end:]


def _element(part: bytes, dice: random.Random) -> bytes:
    """An element that is gone, stands twice, or stands elsewhere."""
    found = list(_ELEMENT.finditer(part))
    if not found:
        return part
    one, other = dice.choice(found), dice.choice(found)
    if (what := dice.randrange(4)) == 0:
        return part[: one.start()] + part[one.end() :]
    if what == 1:
        return part[: one.end()] + one[0] + part[one.end() :]
    if what == 2:
        return part[: other.start()] + one[0] + part[other.start() :]
    return part[: one.start()] + other[0] + part[one.end() :]


def _attribute(part: bytes, dice: random.Random) -> bytes:
    """An attribute that is gone, stands twice, or says something else."""
    found = list(_ATTRIBUTE.finditer(part))
    if not found:
        return part
    one, other = dice.choice(found), dice.choice(found)
    name, value = one.groups()
    told = dice.choice(
        (b"", one[0] * 2, b' %s="%s"' % (name, dice.choice(VALUES)), b' %s="%s"' % (name, other[2]))
    )
    if not dice.randrange(6):
        told = b' %s="%s"' % (
            dice.choice((b"t", b"r", b"s", b"si", b"hidden", b"x:t")),
            dice.choice((*VALUES, value)),
        )
    return part[: one.start()] + told + part[one.end() :]


def _number(part: bytes, dice: random.Random) -> bytes:
    """Another stored value."""
    found = list(_VALUE.finditer(part))
    if not found:
        return _noise(part, dice)
    one = dice.choice(found)
    return part[: one.start(1)] + dice.choice(NUMBERS) + part[one.end(1) :]


KINDS = (_bytes, _in_part(_noise), _in_part(_element), _in_part(_attribute), _in_part(_number))
WEIGHTS = (3, 4, 4, 4, 3)
