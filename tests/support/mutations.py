"""Faults planted into the clean tables: is each one found, at its cell, and does anything else cry out?

``python -m tests.support.mutations`` prints the figures by rule; with a path it writes them there as a page.
What :mod:`tests.support.planting` calls a kind of fault is planted in every table, at a place that a seed
chooses. A rule without any kind is named in :data:`WITHOUT`, with the reason.
"""

from __future__ import annotations

import random
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from msgspec.structs import replace

from tests.support.examples import findings_in
from tests.support.planting import Planting, clean_submissions
from tests.support.plantings_across import across_plantings
from tests.support.plantings_merges import Merge, clean_department, merges
from tests.support.plantings_seen import seen_plantings
from tests.support.plantings_tables import table_plantings
from tests.support.plantings_texts import text_plantings
from xlgoals.findings import Finding, Severity
from xlgoals.form import load_form
from xlgoals.model import Address, Submission
from xlgoals.profile import load_profile
from xlgoals.rules import Department, run_department_rules

COMMAND = "python -m tests.support.mutations docs/mutations.md"
SEEDS = 5
WITHOUT: dict[str, str] = {}
"""Rules that no generator plants a fault for → why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What came of one fault in one place."""

    code: str
    kind: str
    project: str
    is_found: bool
    errors: tuple[str, ...]
    """Codes of new findings of severity error beside the one that was planted."""
    others: tuple[str, ...]
    """Codes of every other new finding."""


Keys = dict[tuple[str, Address], Finding]


def plantings() -> tuple[Planting, ...]:
    """Every kind of fault in one submission."""
    return (*table_plantings(), *text_plantings(), *across_plantings(), *seen_plantings())


def planted_codes() -> set[str]:
    """Rules that have a kind of fault."""
    return {each.code for each in plantings()} | {each.code for each in merges()}


def _keys(findings: Iterable[Finding]) -> Keys:
    return {(f.code, place): f for f in findings for place in (f.address, *f.also)}


def _alone(submission: Submission, project: int | None) -> Submission:
    """The submission with one of its projects only, or with all where that is None."""
    return submission if project is None else replace(submission, projects=(submission.projects[project],))


@cache
def _before(submission: int, project: int | None) -> frozenset[tuple[str, Address]]:
    return frozenset(_keys(findings_in(_alone(clean_submissions()[submission], project))))


def plant(planting: Planting, seed: int) -> Iterator[Result]:
    """The fault in every project where it is new, one at a time."""
    for number, submission in enumerate(clean_submissions()):
        for at, project in enumerate(submission.projects):
            rng = random.Random(f"{planting.code}{planting.kind}{project.name}{seed}")  # noqa: S311 — no secret
            planted = planting.change(submission, at, rng)
            beside = at if planting.is_alone else None
            if planted is None or (planting.code, planted[1]) in _before(number, beside):
                continue
            after = _keys(findings_in(_alone(planted[0], beside)))
            yield _result(planting, project.name, after, _before(number, beside), (planted[1],))


def _findings_between(department: Department) -> Keys:
    found = run_department_rules(department, load_form(), lambda each: load_profile(each.profile))
    return _keys(finding for _, finding in found)


def plant_merge(merge: Merge, seed: int) -> Iterator[Result]:
    """The fault between files, once for every project of the first unit."""
    before = frozenset(_findings_between(clean_department()))
    for at, project in enumerate(clean_submissions()[0].projects):
        rng = random.Random(f"{merge.code}{merge.kind}{at}{seed}")  # noqa: S311 — no secret
        department, places = merge.change(at, rng)
        yield _result(merge, project.name, _findings_between(department), before, places)


def _result(
    kind: Planting | Merge,
    project: str,
    after: Keys,
    before: frozenset[tuple[str, Address]],
    places: Sequence[Address],
) -> Result:
    new = {key: finding for key, finding in after.items() if key not in before}
    # One finding may name many cells: it is one thing to read.
    others = {id(finding): finding for (code, _), finding in new.items() if code != kind.code}.values()
    return Result(
        code=kind.code,
        kind=kind.kind,
        project=project,
        is_found=all((kind.code, place) in new for place in places),
        errors=tuple(f.code for f in others if f.severity is Severity.ERROR),
        others=tuple(f.code for f in others),
    )


def results(seeds: Iterable[int]) -> list[Result]:
    """Every kind of fault, in every table, for every seed."""
    found = []
    for seed in seeds:
        found += [result for planting in plantings() for result in plant(planting, seed)]
        found += [result for merge in merges() for result in plant_merge(merge, seed)]
    return found


def report(found: Sequence[Result]) -> str:
    """The figures as a page of Markdown: a line a rule, the sum last."""
    by_code: dict[str, list[Result]] = {}
    for result in found:
        by_code.setdefault(result.code, []).append(result)
    lines = [
        "# Planted faults",
        "",
        "For each rule, its fault is planted into the corrected copy of the 13 published tables",
        "([examples/corrected](../examples/corrected)), one at a time, in every table where it can stand and",
        "at places that a seed chooses. Found means: by its rule, at the cell where it was planted. Further",
        "findings are new ones of other rules; many are right, such as a goal without a number whose words",
        "no indicator takes up. Faults of the workbook itself are planted as what the reader hands on; that",
        "the readers meet them in real files is tested apart.",
        "",
        f"Made by `{COMMAND}`.",
        "",
        "| rule | kinds | planted | found | further findings each | which |",
        "|---|---:|---:|---:|---:|---|",
    ]
    lines += [_line(f"[{code}](rules/{code}.md)", own) for code, own in sorted(by_code.items())]
    lines.append(_line("**all**", found))
    lines += [f"\nNot planted: {code}: {why}." for code, why in WITHOUT.items()]
    return "\n".join(lines) + "\n"


def _line(name: str, own: Sequence[Result]) -> str:
    others = Counter(other for result in own for other in result.others)
    hits, beside = sum(result.is_found for result in own), sum(others.values())
    kinds = len({(result.code, result.kind) for result in own})
    which = " ".join(code for code, _ in others.most_common(4))
    share = f"{hits / len(own):.2%}" if hits < len(own) else "100%"
    return f"| {name} | {kinds} | {len(own):,} | {share} | {beside / len(own):.2f} | {which} |"


def main(words: Sequence[str]) -> None:
    """Prints the page, or writes it to the path that is named."""
    page = report(results(range(SEEDS)))
    if words:
        Path(words[0]).write_text(page, encoding="utf-8")
    else:
        sys.stdout.write(page)


if __name__ == "__main__":
    main(sys.argv[1:])
