"""TXT: is every text written in plain characters, without slips, and stored as what it is?"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from operator import attrgetter
from typing import NamedTuple

from xlgoals.findings import Edit
from xlgoals.form import normal_label
from xlgoals.model import Indicator, Money, Project, Sighting, Submission
from xlgoals.owners import text_of
from xlgoals.profile import Role
from xlgoals.rules.marks import item_length, marks, plain_symbols, suspicious, tidied
from xlgoals.rules.registry import Hit, Setting, edit, hit_in, indicator_rule, sighted, submission_rule
from xlgoals.rules.row_texts import rows_with
from xlgoals.rules.typos import Slip, WordList, corrected, load_typos
from xlgoals.rules.words import rule_words
from xlgoals.target import read_target
from xlgoals.target.dates import Period, write
from xlgoals.target.vocabulary import VOCABULARY

_ROW_FIELDS = ("level1", "level2", "name", "description", "target")
_PROJECT_FIELDS = ("project", "type", "purpose", "goals")
_MONEY_FIELDS = ("budget", "fiscal", "other")
_LONG_FIELDS = frozenset({"purpose", "goals"})
# Names are compared with an approved budget that may write them just so.
_SYMBOL_FIELDS = frozenset({"purpose", "goals", "name", "description", "target"})
_SERIAL = re.compile(r"(?:[0-9]{2}[,，]?[0-9]{3})(?:\.[0-9]+)?", re.ASCII)
_EPOCH = datetime.date(1899, 12, 30)
_FIRST_YEAR, _LAST_YEAR = 2000, 2049
_NEAR_YEARS = 10
_MANY = 2
_END_MARKS = tuple(marks().end_marks)


class _Text(NamedTuple):
    """One text of a submission and where it belongs."""

    project: Project
    record: Project | Indicator
    field: str
    text: str


def _texts(submission: Submission, wanted: re.Pattern[str]) -> Iterator[_Text]:
    """Every text in which ``wanted`` is found; whole tables are searched at once, since most have nothing."""
    for project in submission.projects:
        if project.declared:
            yield from _texts_of(project, project, _PROJECT_FIELDS, wanted)
        for row in rows_with(project, wanted):
            yield from _texts_of(project, row, _ROW_FIELDS, wanted)


def _texts_of(
    project: Project, record: Project | Indicator, fields: Sequence[str], wanted: re.Pattern[str]
) -> Iterator[_Text]:
    for field in fields:
        text = text_of(record, field)
        if text.strip() and wanted.search(text):
            yield _Text(project, record, field, text)


def _reads_alike(old: str, new: str) -> bool:
    """Whether a 指标值 says the same in both writings."""
    before, after = read_target(old), read_target(new)
    return (before.kind, before.comparator, before.value, before.low, before.high, before.unit) == (
        after.kind,
        after.comparator,
        after.value,
        after.low,
        after.high,
        after.unit,
    )


def _rewrite(each: _Text, new: str) -> tuple[Edit, ...]:
    """The proposal to write ``new``: safe unless a 指标值 would be read otherwise."""
    if not new.strip() or new == each.text:
        return ()
    is_safe = each.field != "target" or _reads_alike(each.text, new)
    return (edit(each.record, each.field, new, safe=is_safe),)


@submission_rule("TXT-01")
def rule_symbols_are_the_usual_ones(submission: Submission, setting: Setting) -> Iterator[Hit]:
    """Digits, letters, percent signs and comparisons are half-width and of one kind: ≥ and not ≧ or >=.

    Full-width numbers of items at the beginning of a line, and names of projects, are left alone.
    Source: finance systems match operators and numbers by character.
    Known false negatives: Roman numerals, letters of other alphabets, full-width colons and commas.
    """
    for each in _texts(submission, suspicious()):
        if each.field not in _SYMBOL_FIELDS:
            continue
        new = _plain(each)
        if new != each.text:
            is_stray = each.field == "target" and _without_stray_signs(each.text) != each.text
            edits = _rewrite(each, new)
            if is_stray:
                edits = tuple(edit(each.record, each.field, one.new, safe=False) for one in edits)
            yield _found(each, edits, start=_differences(each.text, new), new=new)
    yield from _wide_amounts(submission)


def _wide_amounts(submission: Submission) -> Iterator[Hit]:
    for project in submission.projects:
        for field in _MONEY_FIELDS:
            money: Money = getattr(project, field)
            new = plain_symbols(money.raw, operators=False)
            if money.amount is not None and new != money.raw:
                edits = (edit(project, field, new.strip(), safe=True),)
                start = _differences(money.raw, new)
                shown = new.strip()
                yield hit_in(project, project, field, value=money.raw, edits=edits, start=start, new=shown)


def _plain(each: _Text) -> str:
    text = _without_stray_signs(each.text) if each.field == "target" else each.text
    rows = []
    for row in text.split("\n"):
        place = item_length(row, rule_words().item_number)
        rows.append(row[:place] + plain_symbols(row[place:], operators=each.field == "target"))
    return "\n".join(rows)


def _without_stray_signs(text: str) -> str:
    """A single book-title mark before a number, which was meant as a comparison, as the reader takes it."""
    strays = [sign for sign in VOCABULARY.stray_signs if sign in text]
    if len(strays) != 1:
        return text
    return re.sub(f"{strays[0]}(?=\\s*[0-9０-９])", VOCABULARY.stray_signs[strays[0]], text, count=1)


def _differences(old: str, new: str) -> str:
    """The characters that were replaced, each once; the whole text where their number differs."""
    if len(old) != len(new):
        return old.replace("\n", marks().shown["line_feed"])
    return "".join(dict.fromkeys(a for a, b in zip(old, new, strict=True) if a != b))


@submission_rule("TXT-02")
def rule_no_blanks_stand_where_none_are_meant(submission: Submission, setting: Setting) -> Iterator[Hit]:
    """No line feed, tab, invisible character, double blank or blank at an end stands in a cell.

    Line feeds in purpose and goals, and before numbered items anywhere, are meant; so are full-width blanks
    that begin a paragraph.
    Known false negatives: single blanks inside a text; blanks in money cells and in the guide sheet.
    """
    numbers = rule_words().item_number
    for each in _texts(submission, suspicious()):
        is_long = each.field in _LONG_FIELDS
        tidy = tidied(each.text, lines=is_long, indents=is_long, item_number=numbers)
        if tidy.found:
            edits = _rewrite(each, tidy.text)
            what = "".join(f" [{name}]" for name in tidy.found if name not in marks().names.values())
            yield _found(each, edits, start=marks().excerpt(each.text), what=what)


def _ends(text: str) -> str:
    """Beginning and end of a text, on one line."""
    shown = marks().show_stray(text)
    return shown if len(shown) <= 40 else f"{shown[:20]}…{shown[-19:]}"


def _found(each: _Text, edits: tuple[Edit, ...], **details: str) -> Hit:
    return hit_in(each.project, each.record, each.field, value=each.text, also=(), edits=edits, **details)


def _slips(submission: Submission, words: WordList) -> Iterator[tuple[_Text, list[Slip]]]:
    for each in _texts(submission, words.pattern):
        slips = list(words.slips(each.text))
        if slips:
            yield each, slips


def _slip_hits(submission: Submission, words: WordList) -> Iterator[Hit]:
    for each, slips in _slips(submission, words):
        first = slips[0].typo
        is_certain = all(slip.typo.certain for slip in slips)
        edits = (edit(each.record, each.field, corrected(each.text, slips), safe=is_certain),)
        pairs = dict.fromkeys(f"{slip.typo.wrong}→{slip.typo.right}" for slip in slips)
        yield _found(each, edits, pairs="、".join(pairs), right=first.right, why=first.why)


@submission_rule("TXT-03")
def rule_words_are_spelt_right(submission: Submission, setting: Setting) -> Iterator[Hit]:
    """No word of the dictionary of slips stands in a context in which it is wrong.

    Source: `templates/typos.yaml`; each entry says why.
    Known false negatives: every slip that is not in the dictionary.
    """
    yield from _slip_hits(submission, load_typos().words)


@submission_rule("TXT-06")
def rule_bodies_are_named_in_full(submission: Submission, setting: Setting) -> Iterator[Hit]:
    """The names of official bodies lack no character and have none too many.

    Source: `templates/typos.yaml`, under ``bodies``.
    Known false negatives: bodies that are not in the dictionary.
    """
    yield from _slip_hits(submission, load_typos().bodies)


@submission_rule("TXT-05")
def rule_texts_end_alike(submission: Submission, setting: Setting) -> Iterator[Hit]:
    """The items of one goal text, and the phrases of one column of a table, end with a mark or without.

    A list whose items end with semicolons and whose last ends with a full stop is in order.
    Known false negatives: marks of two kinds; columns whose texts are all short.
    """
    for project in submission.projects:
        if project.declared:
            yield from _uneven_items(project)
        for field in ("description", "target"):
            yield from _uneven_column(project, field)


def _ended(text: str) -> bool:
    return text.rstrip().endswith(_END_MARKS)


def _uneven_items(project: Project) -> Iterator[Hit]:
    items = [row for row in project.goals.splitlines() if row.strip()]
    open_items = [number for number, row in enumerate(items, start=1) if not _ended(row)]
    if len(items) >= _MANY and open_items and len(open_items) < len(items):
        numbers = "、".join(map(str, open_items))
        start = _ends(project.goals)
        yield hit_in(project, project, "goals", start=start, ended=len(items) - len(open_items), rest=numbers)


def _uneven_column(project: Project, field: str) -> Iterator[Hit]:
    """Sentences that are closed, where others of at least the same kind are not."""
    take = attrgetter(field)
    closed = [each for each in project.indicators if _ended(take(each))]
    if not closed:
        return
    phrases = [each for each in project.indicators if _is_phrase(getattr(each, field)) and each not in closed]
    if phrases:
        odd = min(closed, phrases, key=len)
        also = tuple(each.location.address(field) for each in odd[1:])
        start = _ends(getattr(odd[0], field))
        yield hit_in(project, odd[0], field, also=also, start=start, ended=len(closed), rest=len(phrases))


def _is_phrase(text: str) -> bool:
    """Whether a text is words, which could be closed, and not a number with its unit."""
    return bool(text.strip()) and read_target(text).value is None and len(normal_label(text)) >= 4


@indicator_rule("TXT-07")
def rule_dates_are_shown_as_dates(project: Project, indicator: Indicator, setting: Setting) -> Iterator[Hit]:
    """A 时效 value is not the day number that a spreadsheet keeps for a date: 44561 for 2021-12-31.

    Known false negatives: days before 2000 and after 2049; numbers with a unit.
    """
    text = indicator.target.strip()
    if not text[:1].isdigit() or not _SERIAL.fullmatch(text) or not _is_time(indicator, setting):
        return
    day = _EPOCH + datetime.timedelta(days=int(Decimal(text.replace(",", "").replace("，", ""))))
    if _FIRST_YEAR <= day.year <= _LAST_YEAR:
        value = Period(year=day.year, month=day.month, day=day.day).value()
        new = write(value or "")
        yield hit_in(
            project, indicator, "target", edits=(edit(indicator, "target", new, safe=False),), date=new
        )


def _is_time(indicator: Indicator, setting: Setting) -> bool:
    name = normal_label(indicator.name)
    return setting.profile.plays(Role.TIME, indicator.level2) or name.endswith(marks().date_names)


@submission_rule("TXT-08")
def rule_amounts_are_stored_as_numbers(submission: Submission, setting: Setting) -> Iterator[Hit]:
    """An amount is a number in its cell and not digits as text, which sums of a spreadsheet pass over.

    Known false negatives: none in our own workbook; a published text has no kinds of cells.
    """
    for observation in submission.observations:
        if observation.sighting is Sighting.NUMBER_AS_TEXT:
            yield sighted(observation, observation.used)


@submission_rule("TXT-09")
def rule_codes_are_stored_as_text(submission: Submission, setting: Setting) -> Iterator[Hit]:
    """A code or telephone number is text in its cell, since a number loses its leading zeros.

    A number of full length that cannot have begun with a zero is left alone.
    Known false negatives: a code that lost a zero and was retyped as text.
    """
    for observation in submission.observations:
        if observation.sighting is Sighting.CODE_AS_NUMBER:
            yield sighted(observation, observation.used)
