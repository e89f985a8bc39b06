"""What an import wrote, and what its reader met, on a terminal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from rich.console import Console

from xlgoals.findings import cell_order
from xlgoals.messages import Language, say
from xlgoals.model import Observation, Sighting, Submission
from xlgoals.operations import Imported
from xlgoals.places import place

# What a reader fills down row by row is told as one number, not as seventy lines.
_COUNTED = (Sighting.LEVEL_FILLED_DOWN, Sighting.TITLE_LINE_MISSING)
# What may fill half a form is told row by row.
_TOGETHER = {
    Sighting.NOT_UNDERSTOOD: ("import.not_understood", "import.not_understood_anywhere"),
    Sighting.LONGER_TERM: ("import.longer_term", "import.longer_term_anywhere"),
}
_LONGEST = 60
"""Characters of a text in a list of several."""


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
    """What a reader took from elsewhere or did not understand, a line each; frequent ones as a number.

    What of one table was left out for one reason is told together, row by row.
    """
    told: set[Observation] = set()
    counts: Counter[Sighting] = Counter()
    left: dict[tuple[Sighting, str, str], list[Observation]] = {}
    for submission in submissions:
        for seen in submission.observations:
            if seen.sighting in _COUNTED:
                counts[seen.sighting] += 1
            elif seen not in told:
                told.add(seen)
                if seen.sighting in _TOGETHER:
                    left.setdefault((seen.sighting, seen.address.file, seen.project), []).append(seen)
                else:
                    _show(console, seen, language)
    for (sighting, file, project), several in left.items():
        if len(several) == 1 and (project or sighting is not Sighting.NOT_UNDERSTOOD):
            _show(console, several[0], language)
            continue
        of_table, anywhere = _TOGETHER[sighting]
        key = of_table if project else anywhere
        heading = say(key, language, file=file, project=project, count=len(several))
        console.print(heading, highlight=False, markup=False)
        for line in _by_row(several, language):
            console.print(f"    {line}", highlight=False, markup=False, soft_wrap=True)
    for sighting, count in counts.items():
        console.print(say(f"sighting.{sighting}", language, count=count), highlight=False)


def _show(console: Console, seen: Observation, language: Language) -> None:
    details = {"value": seen.value, "used": seen.used, "project": seen.project}
    sentence = say(f"sighting.{seen.sighting}", language, **details)
    console.print(
        f"{seen.address.file} {place(seen.address, language)}：{sentence}", highlight=False, markup=False
    )


def _by_row(several: Iterable[Observation], language: Language) -> Iterator[str]:
    """Places and texts; those of one row in one line, and those of a column that stand below each other."""
    lines: list[list[Observation]] = []
    for seen in sorted(several, key=lambda each: (each.address.sheet, cell_order(each.address.cell))):
        last = lines[-1] if lines else []
        if last and (_row(last[-1]) == _row(seen) or _is_below(last, seen)):
            last.append(seen)
        else:
            lines.append([seen])
    for line in lines:
        yield say("import.item_separator", language).join(
            f"{place(each.address, language) if each is line[0] else each.address.cell} {_shown(each.value)}"
            if each.address.sheet
            else f"{place(each.address, language)} {_shown(each.value)}"
            for each in line
        )


def _row(seen: Observation) -> tuple[str, int]:
    return seen.address.sheet, cell_order(seen.address.cell)[0]


def _is_below(line: Sequence[Observation], seen: Observation) -> bool:
    """Whether a cell stands right below the last of a line that is one column."""
    row, column, _ = cell_order(seen.address.cell)
    columns = {cell_order(each.address.cell)[1] for each in line}
    sheet, last = _row(line[-1])
    return columns == {column} and (sheet, last + 1) == (seen.address.sheet, row)


def _shown(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
