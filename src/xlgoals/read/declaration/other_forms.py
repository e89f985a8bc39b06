"""Forms that look like goal tables and are none: self-evaluations, monitoring, a whole department's goals."""

from __future__ import annotations

from collections.abc import Sequence

from xlgoals.form import normal_label
from xlgoals.form.declaration import DeclarationWords
from xlgoals.read.declaration.lines import Line

_MOST_IN_TITLE = 40


def other_form(lines: Sequence[Line], above: str, words: DeclarationWords) -> str | None:
    """Which of the other forms a table is; ``above`` is the text before it, where its title stands."""
    cells = {normal_label(spot.text).rstrip("：:") for line in lines for spot in line.filled}
    first = lines[0].filled if lines else []
    title = normal_label(first[0].text) if len(first) == 1 else ""
    titles = [text for text in (title, normal_label(above)) if len(text) <= _MOST_IN_TITLE]
    for key, form in words.other_forms.items():
        marks = len(cells & form.marks)
        named = any(form.title.search(text) for text in titles)
        if marks >= 2 or (named and marks):
            return key
    return None
