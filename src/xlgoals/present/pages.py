"""The page of a rule, on a terminal."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Console

from xlgoals.catalogue import Example, RulePage
from xlgoals.form import load_form
from xlgoals.messages import Language, say
from xlgoals.rules.marks import marks


def show_rule(console: Console, page: RulePage, language: Language) -> None:
    """The page of a rule."""
    words = page.words[language]
    console.print(f"{page.code}  {words.title}", style="bold", highlight=False)
    about = [say(f"severity.{page.severity}", language), say(f"layer.{page.layer}", language)]
    if page.opinion is not None:
        about.append(say(f"opinion.{page.opinion}", language))
    console.print(" · ".join(about), highlight=False)
    parts = [("rules.why", words.why), ("rules.message", words.message), ("rules.fix", words.fix)]
    if page.source:
        parts.append(("rules.source", say("list.comma", language).join(page.source)))
    if page.after:
        told = (say(f"after.{each.scope}", language, code=each.code) for each in page.after)
        parts.append(("rules.after", say("list.comma", language).join(dict.fromkeys(told))))
    if words.misses:
        parts.append(("rules.misses", words.misses))
    for key, text in parts:
        console.print(f"\n{say(key, language)}", style="bold", highlight=False)
        console.print(f"  {text}", highlight=False)
    for key, example in (("rules.wrong", page.wrong), ("rules.right", page.right)):
        console.print(f"\n{say(key, language)}", style="bold", highlight=False)
        for line in example_lines(example, language):
            console.print(f"  {line}", highlight=False)


def example_lines(example: Example, language: Language) -> Iterator[str]:
    """An example as a person would see it in the sheet; what it leaves out is in order."""
    if example.file and not example.older:
        yield say("example.file", language, value=example.file)
    yield from _fragment(example, language)
    for further in example.more:
        kind = "older_file" if further.older else "file" if further.file else "unit"
        yield say(f"example.project_of_{kind}", language, value=further.file)
        yield from (f"  {line}" for line in _fragment(further, language))
    if example.roster:
        units = (f"{code} {total}".strip() for code, total in example.roster.items())
        yield say("example.roster", language, value=say("list.comma", language).join(units))


def _fragment(example: Example, language: Language) -> Iterator[str]:
    form = load_form()
    labels = {column.key: column.label for column in form.projects.columns}
    labels |= {field.key: field.label for field in form.guide.fields}
    for field, value in {**example.unit, **example.project}.items():
        if field in labels:
            yield f"{labels[field]}：{marks().show_stray(value)}"
        else:
            key = "none" if (field, value) == ("copies", "0") else field
            yield say(f"example.{key}", language, value=value)
    for row in example.indicators:
        yield " | ".join(marks().show_stray(cell) for cell in row)
    for observation in example.observations:
        sighting, _, value, used, *_ = [*(part.strip() for part in observation.split("|")), "", ""]
        yield say(f"seen.{sighting}", language, value=value, used=used)
    if not (example.unit or example.project or example.indicators or example.observations):
        yield say("example.plain", language)
