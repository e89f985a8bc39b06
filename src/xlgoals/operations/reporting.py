"""A master as one page to read, print and send on."""

from __future__ import annotations

from pathlib import Path

from xlgoals.masterform import load_master_form
from xlgoals.read.reported import MasterLines, read_master_lines
from xlgoals.write.files import refuse_existing, write_new
from xlgoals.write.report import report_page


def report(master: Path | str, target: Path | str) -> MasterLines:
    """Writes the page about the master to ``target``, and returns the rows that it was made of.

    Raises:
        CannotDo: the master cannot be read or is none of ours, or something stands at ``target``.
    """
    page = Path(target)
    refuse_existing(page)
    form = load_master_form()
    lines = read_master_lines(Path(master), form)
    text = report_page(lines, form)
    write_new(page, lambda draft: draft.write_text(text, encoding="utf-8", newline="\n"))
    return lines
