"""What a department does with the workbooks of its units."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from xlgoals.consolidation.between import with_findings_between
from xlgoals.consolidation.merge import Merged, merge
from xlgoals.consolidation.sources import find_sources
from xlgoals.errors import CannotDo
from xlgoals.form import load_form
from xlgoals.library import load_library
from xlgoals.masterform import load_master_form
from xlgoals.operations.issuing import Imported, to_write, write_all
from xlgoals.operations.receiving import IN_THIS_PROCESS, Progress, no_progress, receive_all
from xlgoals.operations.submissions import profile_of
from xlgoals.profile import DEFAULT_PROFILE, load_profile
from xlgoals.read.book import read_book
from xlgoals.read.package import read_package
from xlgoals.read.published import read_published
from xlgoals.resources import example_path
from xlgoals.rules import load_roster
from xlgoals.write.files import write_keeping_previous
from xlgoals.write.master import write_master


@dataclass(frozen=True, slots=True, kw_only=True)
class Consolidation:
    """What a consolidation did."""

    master: Path
    merged: Merged
    ignored: tuple[Path, ...]
    """Files in the named folders that are no workbooks."""
    previous: Path | None
    """Where the master that stood there before was kept; None when there was none or nothing changed."""


def consolidate(
    sources: Iterable[Path | str],
    master: Path | str,
    *,
    profile: str | Path | None = None,
    processes: int = IN_THIS_PROCESS,
    progress: Progress = no_progress,
) -> Consolidation:
    """Units' workbooks (files, or folders of them) → one master book.

    A file that cannot be read becomes a line of the ledger and never stops the run. A master that stands
    at the target is replaced in one step and its former version kept under a dated name. With ``processes``
    the files are read in as many processes of their own: one that hangs or dies costs its file alone.

    Raises:
        CannotDo: nothing to consolidate, a named file is missing, the target cannot be written, or a
            mistake in the department's own indicator sets.
    """
    target = Path(master)
    load_library()  # a mistake in the department's own sets is told once, and not as a fault of every file
    _refuse_other_than_master(target)
    found = find_sources([Path(source) for source in sources], target)
    received = receive_all(found.workbooks, profile, processes, progress)
    arrivals = [each for each in received if each.submission is not None or not _is_master(each.path)]
    if not arrivals:
        raise CannotDo("consolidate.nothing", folder=found.workbooks[0])
    merged = with_findings_between(
        merge(arrivals), load_form(), lambda submission: profile_of(submission, profile), load_roster()
    )
    folder = target.parent
    previous = write_keeping_previous(target, lambda draft: write_master(draft, merged, links_from=folder))
    return Consolidation(master=target, merged=merged, ignored=found.ignored, previous=previous)


def demo(folder: Path | str) -> tuple[list[Imported], Consolidation]:
    """The whole job on the published tables that come with the package, into ``folder``.

    Running it again rebuilds the same files; a file changed in between is kept under a dated name.
    """
    place = Path(folder)
    texts = sorted(example_path("source").glob("*.txt"))
    form, profile = load_form(), load_profile(DEFAULT_PROFILE)
    items = [
        to_write(form, place / "units", each)
        for text in texts
        for each in read_published(text, form, profile)
    ]
    imported = write_all(items, form, profile, write_keeping_previous)
    return imported, consolidate([place / "units"], place / "master.xlsx")


def _is_master(path: Path) -> bool:
    try:
        package, _ = read_package(path)
        return read_book(package).properties.get("xlgoals_template_id") == load_master_form().id
    except CannotDo:
        return False


def _refuse_other_than_master(target: Path) -> None:
    if target.is_file() and not _is_master(target):
        raise CannotDo("consolidate.not_a_master", file=target)
