"""VAL: 指标值, what the text says as :func:`xlgoals.target.read_target` reads it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from xlgoals.findings import Edit
from xlgoals.form import normal_label
from xlgoals.model import Comparator, Indicator, Project, Target, TargetKind, Wording
from xlgoals.profile import Profile
from xlgoals.rules.registry import Hit, Setting, edit, hit, indicator_rule, project_rule
from xlgoals.rules.satisfaction import is_satisfaction, lost_its_percent_sign
from xlgoals.rules.words import rule_words
from xlgoals.target import read_target, suggest_rewrite

_ALL = Decimal(100)
_PERCENT = "%"
_NUMBER = re.compile("[0-9\uff10-\uff19][0-9\uff10-\uff19.\uff0e,\uff0c]*")
_UNIT_IN_NAME = re.compile("[(\uff08][^()\uff08\uff09]{1,8}[)\uff09]$")
_NEW_CHARACTERS = 1
_SHORTEST = 4
_MOST_PHRASES = Decimal("0.4")
_STATED = frozenset({Wording.PLAIN, Wording.SYMBOL, Wording.WORD})


@indicator_rule("VAL-04", where=lambda row: row.is_number)
def rule_rates_carry_a_percent_sign(
    project: Project, indicator: Indicator, setting: Setting
) -> Iterator[Hit]:
    """A rate whose value is a bare number up to 1 has lost its percent sign.

    Known false negatives: bare numbers above 1 (VAL-09); rates whose name has another ending.
    """
    if lost_its_percent_sign(indicator):
        edits = _percentage(indicator, setting.profile, _ALL)
        yield hit(indicator, "target", edits=edits, name=indicator.name.strip())


def _percentage(indicator: Indicator, profile: Profile, factor: Decimal) -> tuple[Edit, ...]:
    """The value with its percent sign; nothing where the number cannot be found or the result looks odd."""
    number = _NUMBER.findall(indicator.target)
    value = read_target(indicator.target).value
    if len(number) != 1 or value is None:
        return ()
    share = Decimal(value) * factor
    # All of them, or more than all, is a finding of its own where people are asked.
    if share > _ALL or (share == _ALL and is_satisfaction(indicator, profile)):
        return ()
    written = f"{share:f}"
    written = written.rstrip("0").rstrip(".") if "." in written else written
    return (
        edit(indicator, "target", indicator.target.replace(number[0], f"{written}{_PERCENT}"), safe=False),
    )


@indicator_rule("VAL-05", where=lambda row: row.wording is Wording.PLAIN)
def rule_numbers_are_bound_by_a_sign(
    project: Project, indicator: Indicator, setting: Setting
) -> Iterator[Hit]:
    """A number or a date says how it binds: ≥, ≤ or ＝.

    Known false negatives: numbers inside a sentence (VAL-07). An exact value is legitimate, hence advice.
    """
    yield hit(indicator, "target")


@indicator_rule("VAL-06", where=lambda row: row.wording is Wording.WORD)
def rule_comparisons_are_signs(project: Project, indicator: Indicator, setting: Setting) -> Iterator[Hit]:
    """A comparison in words may be written as a sign: 不少于50次 as ≥50次.

    Known false negatives: words that the reader of values does not know.
    """
    target = read_target(indicator.target)
    # A day before which something is due has no sign in use.
    if target.kind is not TargetKind.QUANTITATIVE and not target.unit:
        return
    rewrite = suggest_rewrite(target)
    if rewrite is not None:
        # Words around the number are left out by the rewriting, so a person confirms.
        yield hit(
            indicator,
            "target",
            edits=(edit(indicator, "target", rewrite, safe=not target.text),),
            rewrite=rewrite,
        )


@indicator_rule("VAL-07", where=lambda row: row.wording is Wording.EMBEDDED)
def rule_number_stands_alone(project: Project, indicator: Indicator, setting: Setting) -> Iterator[Hit]:
    """A number or a date stands by itself and not inside a sentence.

    Source: fields of the budget system (运算符, 数值, 单位 apart).
    Known false negatives: numbers in words that the reader does not know.
    """
    rewrite = suggest_rewrite(read_target(indicator.target))
    edits = (edit(indicator, "target", rewrite, safe=False),) if rewrite else ()
    yield hit(indicator, "target", edits=edits, name=indicator.name.strip())


@indicator_rule(
    "VAL-08",
    where=lambda row: row.wording is Wording.APPROXIMATE or row.comparator is Comparator.ABOUT,
)
def rule_values_are_exact(project: Project, indicator: Indicator, setting: Setting) -> Iterator[Hit]:
    """A value is not approximate, since nobody could tell whether it was reached.

    Known false negatives: vague quantities without a number.
    """
    yield hit(indicator, "target")


@indicator_rule("VAL-09", where=lambda row: row.is_number and row.wording in _STATED)
def rule_numbers_have_a_unit(project: Project, indicator: Indicator, setting: Setting) -> Iterator[Hit]:
    """A number has a unit behind it, unless the name gives it in brackets, or is that of an index.

    Known false negatives: the wrong unit; numbers inside a sentence.
    """
    target = read_target(indicator.target)
    if target.unit:
        return
    name = normal_label(indicator.name)
    if (target.value is None and target.low is None) or _UNIT_IN_NAME.search(name):
        return
    if rule_words().ends("unitless_endings", name):
        return
    is_share = rule_words().is_rate(name) and _is_above_one(target)
    edits = _percentage(indicator, setting.profile, Decimal(1)) if is_share else ()
    if lost_its_percent_sign(indicator):
        edits = _percentage(indicator, setting.profile, _ALL)
    yield hit(indicator, "target", edits=edits, name=indicator.name.strip())


def _is_above_one(target: Target) -> bool:
    return target.value is not None and Decimal(target.value) > 1


@indicator_rule("VAL-10", where=lambda row: row.is_phrase)
def rule_value_says_more_than_the_name(
    project: Project, indicator: Indicator, setting: Setting
) -> Iterator[Hit]:
    """A value without a number says more than its name: at most one character is new in what is found.

    Source: reviewer opinion 4. Known false negatives: the name in other words; values below four characters.
    """
    value, name = normal_label(indicator.target), normal_label(indicator.name)
    if len(value) >= _SHORTEST and len(set(value).difference(name)) <= _NEW_CHARACTERS:
        yield hit(indicator, "target", name=indicator.name.strip())


@indicator_rule("VAL-11", where=lambda row: row.is_phrase)
def rule_value_is_not_vague(project: Project, indicator: Indicator, setting: Setting) -> Iterator[Hit]:
    """A value without a number does not rest on words that everybody may understand otherwise.

    Source: 财预〔2015〕88号 (graded description where numbers are not possible).
    Known false negatives: vague words that the lists ``vague_words`` and ``vague_patterns`` lack.
    """
    found = rule_words().vague.search(normal_label(indicator.target))
    if found:
        yield hit(indicator, "target", word=found[0], name=indicator.name.strip())


@project_rule("VAL-12")
def rule_most_values_are_measured(project: Project, setting: Setting) -> Iterator[Hit]:
    """At most 40% of the values of a table are without a number.

    Source: 财预〔2015〕88号 (quantitative first). Blank values are not counted.
    Known false negatives: numbers that measure nothing.
    """
    rows = [row for row in project.indicators if row.target.strip()]
    phrases = [row for row in rows if read_target(row.target).wording is Wording.QUALITATIVE]
    if len(rows) >= _SHORTEST and len(phrases) > len(rows) * _MOST_PHRASES:
        yield hit(
            project,
            "",
            value=project.name,
            also=tuple(row.location.address("target") for row in phrases),
            phrases=len(phrases),
            rows=len(rows),
        )
