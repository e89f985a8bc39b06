"""A comparison on a terminal, and as JSON."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Console

from xlgoals.comparing import Change, Comparison
from xlgoals.messages import Language, say
from xlgoals.model import Address
from xlgoals.write.diff import DiffLine, label_of, lines_of

_STYLES = {Change.ADDED: "green", Change.REMOVED: "red", Change.CHANGED: "yellow", Change.RENAMED: "blue"}
_COUNTED = (Change.ADDED, Change.REMOVED, Change.RENAMED, Change.CHANGED)


def show_comparison(console: Console, comparison: Comparison, language: Language) -> None:
    """What differs, unit by unit and project by project, and the counts."""
    if comparison.is_same:
        console.print(say("diff.same", language), highlight=False)
        return
    unit = project = None
    for line in lines_of(comparison):
        if unit != (line.unit_code, line.unit_name):
            unit, project = (line.unit_code, line.unit_name), None
            console.print(f"{line.unit_code} {line.unit_name}".strip(), style="bold", highlight=False)
        if line.project != project:
            project = line.project
            if project:
                console.print(f"  {project}", highlight=False)
        for text in _told(line, language):
            console.print(f"    {text}", style=_STYLES[line.change], highlight=False)
    console.print()
    counts = comparison.counts()
    for kind in ("project", "indicator"):
        told = {change.value: counts[kind, change] for change in _COUNTED}
        console.print(say(f"diff.count_{kind}s", language, **told), highlight=False)


def comparison_to_json(comparison: Comparison) -> dict[str, object]:
    """One JSON document: counts, and a record for each value that differs."""
    counts = comparison.counts()
    return {
        "same": comparison.is_same,
        "counts": {
            f"{kind}s": {change.value: counts[kind, change] for change in Change}
            for kind in ("project", "indicator")
        },
        "changes": [_json(line) for line in lines_of(comparison)],
    }


def _json(line: DiffLine) -> dict[str, object]:
    def told(address: Address | None) -> dict[str, str] | None:
        return (
            None if address is None else {"file": address.file, "sheet": address.sheet, "cell": address.cell}
        )

    return {
        "change": line.change.value,
        "unit": {"code": line.unit_code, "name": line.unit_name},
        "project": line.project,
        "indicator": line.indicator or None,
        "field": line.field or None,
        "old": line.old,
        "new": line.new,
        "likeness": line.likeness,
        "old_place": told(line.old_place),
        "new_place": told(line.new_place),
    }


def _told(line: DiffLine, language: Language) -> Iterator[str]:
    change = say(f"change.{line.change}", language)
    place = line.new_place or line.old_place
    where = "" if place is None else str(place)
    name = f"{line.indicator}  " if line.indicator else ""
    if not line.field:
        held = (line.new or line.old).replace("\n", " | ")
        yield f"[{change}] {name}{where}"
        yield f"    {held}"
        return
    blank = say("fix.blank", language)
    old, new = (text.replace("\n", "⏎") or blank for text in (line.old, line.new))
    likeness = ""
    if line.likeness < 1:
        likeness = "  " + say("diff.likeness", language, likeness=f"{line.likeness:.0%}")
    yield f"[{change}] {name}{label_of(line)}：{old} → {new}  {where}{likeness}"
