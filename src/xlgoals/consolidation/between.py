"""What is found between the files of a merge, laid beside what was found in each of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from xlgoals.consolidation.kept import Kept, Shelf
from xlgoals.consolidation.merge import Arrival, Merged
from xlgoals.findings import Finding, in_reading_order
from xlgoals.folding import without_follow_ons
from xlgoals.form import Form
from xlgoals.model import Submission
from xlgoals.profile import Profile
from xlgoals.rules import Department, Roster, run_department_rules


def with_findings_between(
    merged: Merged, form: Form, profile_of: Callable[[Submission], Profile], roster: Roster
) -> Merged:
    """The merge, each standing arrival with what its submission has to do with the others.

    ``roster`` is empty where the department keeps none.
    """
    standing = {arrival.path: submission for arrival, submission in merged.submissions}
    replaced = [
        (line.arrival.submission, standing.get(line.stands.path))
        for line in merged.ledger
        if line.stands is not None and line.arrival.submission is not None
    ]
    department = Department(
        standing=tuple(standing.values()),
        replaced=tuple((older, newer) for older, newer in replaced if newer is not None),
        roster=roster,
    )
    path_of = {id(submission): arrival.path for arrival, submission in merged.submissions}
    between: defaultdict[Path | None, list[Finding]] = defaultdict(list)
    for submission, finding in run_department_rules(department, form, profile_of):
        between[path_of.get(id(submission))].append(finding)
    sheets = (form.guide.name, form.projects.name, form.indicators.name)

    # Put together when they are looked at: nearly every file may have to do with another one.
    shelf = Shelf()
    joined: dict[Path, Kept[Finding]] = {}

    def complete(arrival: Arrival) -> Arrival:
        more = between.get(arrival.path)
        if not more:
            return arrival

        join = partial(_joined, arrival.findings, more, sheets)
        # One for a file, in the ledger and in the sheets: what was counted once is counted for both.
        found = joined.setdefault(arrival.path, Kept(partial(shelf.get, arrival.path, join)))
        return replace(arrival, findings=found)

    return replace(
        merged,
        standing=tuple(complete(arrival) for arrival in merged.standing),
        ledger=tuple(replace(line, arrival=complete(line.arrival)) for line in merged.ledger),
    )


def _joined(own: Sequence[Finding], more: list[Finding], sheets: Sequence[str]) -> tuple[Finding, ...]:
    return tuple(in_reading_order(without_follow_ons([*own, *more]), sheets))
