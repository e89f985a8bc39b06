"""What an import wrote, and what its reader met, on a terminal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from rich.console import Console

from xlgoals.messages import Language, say
from xlgoals.model import Observation, Sighting, Submission
from xlgoals.operations import Imported
from xlgoals.places import place

# What a reader fills down row by row is told as one number, not as seventy lines.
_COUNTED = (Sighting.LEVEL_FILLED_DOWN, Sighting.TITLE_LINE_MISSING)


def show_import(console: Console, imported: Sequence[Imported], language: Language) -> None:
    """What an import wrote."""
    for item in imported:
        submission = item.submission
        count = sum(len(project.indicators) for project in submission.projects)
        console.print(
            say(
                "import.wrote",
                language,
                file=item.path,
                projects=len(submission.projects),
                indicators=count,
                budget=f"{submission.budget:.2f}",
            ),
            highlight=False,
        )


def show_observations(console: Console, submissions: Iterable[Submission], language: Language) -> None:
    """What a reader took from elsewhere or did not understand, a line each; frequent ones as a number."""
    told: set[Observation] = set()
    counts: Counter[Sighting] = Counter()
    for submission in submissions:
        for seen in submission.observations:
            if seen.sighting in _COUNTED:
                counts[seen.sighting] += 1
            elif seen not in told:
                told.add(seen)
                details = {"value": seen.value, "used": seen.used, "project": seen.project}
                sentence = say(f"sighting.{seen.sighting}", language, **details)
                console.print(
                    f"{seen.address.file} {place(seen.address, language)}：{sentence}", highlight=False
                )
    for sighting, count in counts.items():
        console.print(say(f"sighting.{sighting}", language, count=count), highlight=False)
