"""What a conversion renamed, and what it leaves to a person, on a terminal."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console

from xlgoals.catalogue import field_label
from xlgoals.converting import Conversion, Pending
from xlgoals.messages import Language, say


def show_conversion(
    console: Console, conversion: Conversion, written: Path | None, language: Language
) -> None:
    """Old → new for every level, then every cell that a person has to look at."""
    titles = {"old": conversion.source.title[language], "new": conversion.target.title[language]}
    console.print(say("convert.head", language, **titles), style="bold", highlight=False)
    for moved in conversion.moved:
        told = {"place": moved.edit.address, "name": moved.name, "project": moved.project}
        line = say("convert.moved", language, old=moved.edit.old, new=moved.edit.new, **told)
        console.print(f"    {line}", highlight=False)
    if conversion.pending:
        count = len(conversion.pending)
        console.print(say("convert.pending", language, count=count), style="bold", highlight=False)
    for pending in conversion.pending:
        console.print(f"    {_pending(pending, language)}", highlight=False)
    key = "convert.dry" if written is None else "convert.wrote"
    console.print(
        say(key, language, file=written, count=len(conversion.moved)), style="bold", highlight=False
    )


def _pending(pending: Pending, language: Language) -> str:
    about = " · ".join(filter(None, (pending.project, pending.name, field_label(pending.cell.field))))
    details = {"value": pending.cell.old, **pending.details}
    return f"{pending.cell.address}  {about}  {say(f'convert.need.{pending.need}', language, **details)}"
