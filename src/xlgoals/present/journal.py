"""What a run met, on a terminal."""

from __future__ import annotations

from collections.abc import Iterator

from xlgoals.consolidation.journal import Run
from xlgoals.messages import Language, say

_MOST_NAMES = 10
_LISTS = ("added", "replaced", "withdrawn", "unreadable", "changed")


def told_of_run(run: Run, language: Language) -> Iterator[str]:
    """The counts in one line, then the files by what became of them."""
    names: dict[str, tuple[str, ...]] = {key: getattr(run.changes, key) for key in _LISTS}
    counts = {key: len(files) for key, files in names.items()}
    yield say(
        "consolidate.journal",
        language,
        read=run.read,
        files=run.files,
        revalidated=run.revalidated,
        unchanged=run.changes.unchanged,
        **counts,
    )
    comma = say("list.comma", language)
    for key, files in names.items():
        if not files:
            continue
        listed = comma.join(files[:_MOST_NAMES])
        if len(files) > _MOST_NAMES:
            listed = say("consolidate.journal.more", language, files=listed, count=len(files))
        yield say(f"consolidate.journal.{key}", language, files=listed)
