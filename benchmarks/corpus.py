"""Submissions by the thousand, in memory: the 13 published tables of 2022, varied by a seed.

Every submission has ten projects of fifteen indicators. Amounts keep their relation to the budget, other
numbers are drawn anew, and words of the standard sets and names of places are put into names, descriptions,
phrases, goals and purpose, so that most texts occur once and no cache of texts makes the rules look fast:
at least 60 % of the names, and of the targets, differ. Real sets repeat themselves more than that. The faults
of the published tables stay in: about as many findings a row as in the tables themselves.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from functools import cache

from msgspec.structs import replace

from xlgoals.form import InputSheet, load_form
from xlgoals.library import load_library
from xlgoals.model import CellsLocation, Indicator, Location, Project, RowLocation, Submission, Unit
from xlgoals.profile import DEFAULT_PROFILE, Role, load_profile
from xlgoals.read.money import read_money
from xlgoals.read.published import read_published
from xlgoals.resources import example_path, resource_path
from xlgoals.rules.across_words import across_words
from xlgoals.rules.reconcile import reconcile
from xlgoals.target import read_target
from xlgoals.target.vocabulary import VOCABULARY, either
from xlgoals.yamlfile import load_yaml

PROJECTS = 10
ROWS = 15
"""Indicators of a project."""
YEAR = 2022
_SOURCE = example_path("source", "306_2022_项目支出绩效目标表.txt")
_FIRST_ROW = 4
_UNITS_OF_A_DEPARTMENT = 900
_LETTERS = "ABCDEFGHIJKLMNOP"
_DATES = [word for name in ("year", "month", "day") for word in VOCABULARY.dates[name]]
_NUMBER = re.compile(rf"(?<![0-9.])[0-9]++(?:\.[0-9]++)?+(?!\s*{either(_DATES)})")
_PERCENT = re.compile("\\s*[%\uff05]")
_CLAUSES = re.compile("(?<=[,;\uff0c\uff1b\u3001\u3002\n])")
_LONGEST_WORD = 4
_WHERE_A_WORD_ENDS = 2
_SHORTEST_PHRASE = 4
_WITH_PLACE = 0.2
_AS_PUBLISHED = 0.1
"""The share of texts that stay as they are, as many tables share a 项目成本."""


def corpus(submissions: int, seed: int = 0) -> Iterator[Submission]:
    """That many submissions; the same ones for the same seed."""
    for number in range(submissions):
        chance = random.Random(f"{seed} {number}")  # noqa: S311 — no secret
        department, unit = divmod(number, _UNITS_OF_A_DEPARTMENT)
        code = f"{100 + department}{100 + unit}"
        yield _submission(chance, Unit(code=code, name=f"{chance.choice(_places())}{code}"))


def _submission(chance: random.Random, unit: Unit) -> Submission:
    form = load_form()
    file = f"{unit.code}_{YEAR}.xlsx"
    projects = []
    for number, table in enumerate(chance.sample(_tables(), PROJECTS)):
        location = _place(file, form.projects, _FIRST_ROW + number)
        first = _FIRST_ROW + ROWS * number
        rows = [
            replace(row, location=_place(file, form.indicators, first + at))
            for at, row in enumerate(_rows(chance, table))
        ]
        projects.append(_varied(chance, table, rows, location))
    return Submission(
        unit=unit,
        year=YEAR,
        profile=DEFAULT_PROFILE,
        template_version=form.version,
        projects=tuple(projects),
        file=file,
        location=CellsLocation(file=file, sheet=form.guide.name, cells={}, start="A1"),
    )


@cache
def _tables() -> tuple[Project, ...]:
    """The published tables."""
    submissions = read_published(_SOURCE, load_form(), load_profile(DEFAULT_PROFILE))
    return tuple(project for submission in submissions for project in submission.projects)


@cache
def _words() -> tuple[str, ...]:
    """What the keepers of the standard sets tell a type of project by."""
    sets = load_library().sets.values()
    found = dict.fromkeys(word for each in sets for word in (*each.strong, *each.weak))
    # With the end of a name such as 论坛 every table would name an event.
    event = across_words().event
    return tuple(word for word in found if len(word) <= _LONGEST_WORD and not event.search(f"{word}{word}"))


@cache
def _places() -> tuple[str, ...]:
    return load_yaml(resource_path("across.yaml")).texts("places")


def _place(file: str, sheet: InputSheet, row: int) -> Location:
    return RowLocation(file=file, sheet=sheet.name, row=row, columns=_columns(sheet.name))


@cache
def _columns(name: str) -> Mapping[str, str]:
    """Column letters by field, one mapping for all rows of a sheet as a reader makes it."""
    form = load_form()
    sheet = form.projects if name == form.projects.name else form.indicators
    letters = dict(zip((column.key for column in sheet.columns), _LETTERS, strict=False))
    return {column.key: letters[column.key] for column in sheet.inputs}


def _rows(chance: random.Random, table: Project) -> Sequence[Indicator]:
    """Fifteen rows in the order of the tree: those of the table, and some of another that are no cost."""
    profile = load_profile(DEFAULT_PROFILE)
    rows = list(table.indicators)
    while len(rows) < ROWS:
        others = [
            row
            for row in chance.choice(_tables()).indicators
            if not profile.plays(Role.COST, row.level2) and row not in rows
        ]
        rows += others[: ROWS - len(rows)]
    if len(rows) > ROWS:
        rows = [rows[at] for at in sorted(chance.sample(range(len(rows)), ROWS))]
    order = [level2 for branch in profile.tree.values() for level2 in branch]
    return sorted(rows, key=lambda row: order.index(profile.level(row.level2)))


def _varied(chance: random.Random, table: Project, rows: Sequence[Indicator], location: Location) -> Project:
    """The table with another name, budget and texts; the budget stays what it is to the rows."""
    profile = load_profile(DEFAULT_PROFILE)
    factor = Decimal(chance.randint(21, 399)) / 20
    by_head = any(term.quantities for term in reconcile(table, profile).terms)
    scaled = Role.QUANTITY if by_head else Role.COST
    if by_head:
        factor = Decimal(int(factor) + 1)
    fixed = {id(row) for row in rows if profile.plays(Role.COST, row.level2)}
    indicators = tuple(
        _row(chance, row, factor if profile.plays(scaled, row.level2) else None, id(row) in fixed)
        for row in rows
    )
    budget, fiscal, other = (
        read_money("" if money.amount is None else f"{money.amount * factor:.2f}")
        for money in (table.budget, table.fiscal, table.other)
    )
    word = _word(chance)
    return Project(
        name=_with_word(table.name, word),
        type=table.type,
        budget=budget,
        fiscal=fiscal,
        other=other,
        purpose=_with_word(table.purpose, word),
        goals="".join(_phrase(chance, clause) for clause in _CLAUSES.split(table.goals)),
        indicators=indicators,
        location=location,
    )


def _row(chance: random.Random, row: Indicator, factor: Decimal | None, is_cost: bool) -> Indicator:
    """The row about something else; its number times ``factor``, or drawn anew unless it is a cost."""
    word = _word(chance)
    name = _with_word(row.name, word)
    is_copy = row.description == row.name
    if factor is not None:
        target = _NUMBER.sub(lambda found: _plain(Decimal(found[0]) * factor), row.target)
    elif is_cost:
        target = row.target
    else:
        target = _phrase(chance, row.target)
    return replace(
        row,
        name=name,
        description=name if is_copy else _phrase(chance, row.description),
        target=target,
    )


def _phrase(chance: random.Random, text: str) -> str:
    """A text with other numbers, or with another word where it has none."""
    if read_target(text).value is None and len(text) >= _SHORTEST_PHRASE:
        return _with_word(text, _word(chance))
    return _NUMBER.sub(lambda found: _drawn(chance, found), text)


def _drawn(chance: random.Random, found: re.Match[str]) -> str:
    if _PERCENT.match(found.string, found.end()):
        return _plain(Decimal(chance.randint(8000, 10_000)) / 100)
    return str(chance.randint(2, 99_999)) if found[0] != "1" else found[0]


def _plain(number: Decimal) -> str:
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _word(chance: random.Random) -> str:
    if chance.random() < _AS_PUBLISHED:
        return ""
    first = chance.choice(_places() if chance.random() < _WITH_PLACE else _words())
    return first + chance.choice(_words())


def _with_word(text: str, word: str) -> str:
    """The word behind the first one of the text, which mostly has two characters: beginning and end stay."""
    return text[:_WHERE_A_WORD_ENDS] + word + text[_WHERE_A_WORD_ENDS:]
