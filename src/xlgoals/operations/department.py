"""What a department does with the workbooks of its units."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, field
from functools import cached_property
from hashlib import sha256
from pathlib import Path

from xlgoals.consolidation.between import with_findings_between
from xlgoals.consolidation.cache import Cache, cache_beside
from xlgoals.consolidation.chase import unit_lines
from xlgoals.consolidation.journal import Run, add_run, journal_beside
from xlgoals.consolidation.ledger import Clock, Ledger, ledger_beside, now
from xlgoals.consolidation.merge import Known, Merged, known_from, merge
from xlgoals.consolidation.run import Gathered, Reader, gather
from xlgoals.consolidation.settling import Changes, settle
from xlgoals.consolidation.sources import Sources, find_sources
from xlgoals.consolidation.state import state_of
from xlgoals.errors import CannotDo
from xlgoals.findings import Severity
from xlgoals.form import load_form
from xlgoals.library import load_library
from xlgoals.masterform import load_master_form
from xlgoals.operations.issuing import Imported, to_write, write_all
from xlgoals.operations.readers import in_processes, in_this_process, on_cluster
from xlgoals.operations.receiving import IN_THIS_PROCESS, Progress, no_progress
from xlgoals.operations.submissions import profile_of
from xlgoals.profile import DEFAULT_PROFILE, load_profile
from xlgoals.read.master import is_master, read_former_master
from xlgoals.read.published import read_published
from xlgoals.resources import example_path
from xlgoals.rules import Roster, load_roster
from xlgoals.write.files import write_keeping_previous
from xlgoals.write.master import Beside, Written, write_master
from xlgoals.write.oneatatime import Hold, only_run
from xlgoals.write.parquet import parquet_files, refuse_without_parquet, write_parquet


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What a consolidation comes to; kept, so that a run in which nothing changed need not count again."""

    units: int
    unreadable: int
    errors: int
    warnings: int
    advice: int


@dataclass(frozen=True, kw_only=True)
class Consolidation:
    """What a consolidation did."""

    master: Path
    ignored: tuple[Path, ...]
    """Files in the named folders that are no workbooks."""
    previous: Path | None
    """Where the master that stood there before was kept; None when there was none or nothing changed."""
    written: Written | None
    """What the master holds; None where nothing changed and it was left as it is."""
    run: Run
    """What this run met: what was read, added, replaced, withdrawn."""
    figures: Figures
    build: Callable[[], Merged] = field(repr=False, compare=False)

    @cached_property
    def merged(self) -> Merged:
        """All that went into the master; put together when asked for where nothing changed."""
        return self.build()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Order:
    """What was asked for."""

    target: Path
    profile: str | Path | None
    reader: Reader
    processes: int
    parquet: Path | None
    roster: Roster
    progress: Progress
    writing: Progress
    clock: Clock
    user: str | None


def consolidate(
    sources: Iterable[Path | str],
    master: Path | str,
    *,
    profile: str | Path | None = None,
    processes: int = IN_THIS_PROCESS,
    scheduler: str | None = None,
    parquet: Path | str | None = None,
    roster: Path | str | None = None,
    progress: Progress = no_progress,
    writing: Progress = no_progress,
    clock: Clock = now,
    user: str | None = None,
) -> Consolidation:
    """Units' workbooks (files, or folders of them) → one master book.

    A file that cannot be read becomes a line of the ledger and never stops the run. A master that stands
    at the target is replaced in one step and its former version kept under a dated name. With ``processes``
    the files are read in as many processes of their own: one that hangs or dies costs its file alone, and the
    longest sheet of a large master is written by another process than the rest; with
    ``scheduler``, the address of a Dask cluster, by its workers.

    ``progress`` is told after each file that is read, ``writing`` after each submission whose rows are in
    the master. What was read is kept beside the master: a file that did not change is not read again, and
    where nothing changed the master is left as it is. ``parquet`` names a folder for the same tables as
    Parquet files.

    Raises:
        CannotDo: nothing to consolidate, a named file is missing, the target cannot be written, or a
            mistake in the department's own indicator sets.
    """
    target = Path(master)
    if scheduler is not None:
        reader = on_cluster(scheduler)
    else:
        reader = in_this_process if processes == IN_THIS_PROCESS else in_processes(processes)
    if parquet is not None:
        refuse_without_parquet()
    load_library()  # a mistake in the department's own sets is told once, and not as a fault of every file
    order = _Order(
        target=target,
        profile=profile,
        reader=reader,
        processes=max(processes, 1),
        parquet=None if parquet is None else Path(parquet),
        roster=load_roster(None if roster is None else Path(roster)),
        progress=progress,
        writing=writing,
        clock=clock,
        user=user,
    )
    _refuse_other_than_master(target)
    found = find_sources([Path(source) for source in sources], target)
    with only_run(target) as hold:
        cache = Cache.open(cache_beside(target))
        try:
            return _consolidate(order, found, hold, cache)
        finally:
            cache.close()


def _consolidate(order: _Order, found: Sources, hold: Hold, cache: Cache) -> Consolidation:
    state = state_of(order.profile)
    gathered = gather(found.workbooks, cache, state, order.profile, order.reader, order.progress)
    if not gathered.arrivals:
        raise CannotDo("consolidate.nothing", folder=found.workbooks[0])
    with Ledger.open(ledger_beside(order.target), clock=order.clock, user=order.user) as ledger, ledger.run():
        known = known_from(ledger.entries(), order.roster, order.target.parent)
        key = _key(order, gathered, ledger)

        def build() -> Merged:
            return _merged(order, gathered, known)

        if cache.told("run") == key and order.target.is_file() and _has_parquet(order, cache, key):
            run = _run(order, ledger, gathered, Changes(unchanged=len(gathered.arrivals)), written=False)
            add_run(journal_beside(order.target), run)
            return Consolidation(
                master=order.target,
                ignored=found.ignored,
                previous=None,
                written=None,
                run=run,
                figures=Figures(**json.loads(cache.told("figures"))),
                build=build,
            )
        merged = build()
        run = _run(order, ledger, gathered, settle(ledger, merged, known), written=True)
        written, previous = _write(order, merged, ledger, hold)
        if order.parquet is not None:
            write_parquet(order.parquet, merged)
        # A run that is killed before its entries stand leaves a master that the next run makes again.
        key = _key(order, gathered, ledger)
    figures = _figures(merged)
    cache.tell("run", key)
    if order.parquet is not None:
        cache.tell(f"parquet {order.parquet.resolve()}", key)
    cache.tell("figures", json.dumps(asdict(figures)))
    cache.flush()
    add_run(journal_beside(order.target), run)
    return Consolidation(
        master=order.target,
        ignored=found.ignored,
        previous=previous,
        written=written,
        run=run,
        figures=figures,
        build=lambda: merged,
    )


def _has_parquet(order: _Order, cache: Cache, key: str) -> bool:
    if order.parquet is None:
        return True
    is_there = all(file.is_file() for file in parquet_files(order.parquet).values())
    return is_there and cache.told(f"parquet {order.parquet.resolve()}") == key


def _merged(order: _Order, gathered: Gathered, known: Known) -> Merged:
    return with_findings_between(
        merge(gathered.arrivals, known),
        load_form(),
        lambda submission: profile_of(submission, order.profile),
        order.roster,
    )


def _write(order: _Order, merged: Merged, ledger: Ledger, hold: Hold) -> tuple[Written, Path | None]:
    target, form = order.target, load_master_form()
    former = read_former_master(target, form) if target.is_file() else None
    entries = ledger.entries()
    beside = Beside(
        former=former,
        roster=order.roster,
        units=tuple(unit_lines(entries, order.roster)),
        journal=tuple(entries),
        processes=order.processes,
    )
    written: list[Written] = []

    def tell(done: int, total: int) -> None:
        order.writing(done, total, target.name)

    def draw(draft: Path) -> None:
        written[:] = [write_master(draft, merged, links_from=target.parent, beside=beside, tell=tell)]

    previous = write_keeping_previous(target, draw, hold.refuse_changed)
    return written[0], previous


def _run(order: _Order, ledger: Ledger, gathered: Gathered, changes: Changes, *, written: bool) -> Run:
    return Run(
        when=order.clock().isoformat(timespec="seconds"),
        who=ledger.user,
        files=len(gathered.arrivals),
        read=len(gathered.read),
        revalidated=len(gathered.revalidated),
        changes=changes,
        master_written=written,
    )


def _key(order: _Order, gathered: Gathered, ledger: Ledger) -> str:
    """Another text whenever the master would be another one."""
    told = (gathered.key, sorted(order.roster.items()), ledger.head())
    return sha256(repr(told).encode("utf-8", "surrogatepass")).hexdigest()


def _figures(merged: Merged) -> Figures:
    counts = dict.fromkeys(Severity, 0)
    for arrival in merged.standing:
        for severity, count in arrival.counts.items():
            counts[severity] += count
    return Figures(
        units=len(merged.standing),
        unreadable=sum(line.arrival.refusal is not None for line in merged.ledger),
        errors=counts[Severity.ERROR],
        warnings=counts[Severity.WARNING],
        advice=counts[Severity.ADVICE],
    )


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


def _refuse_other_than_master(target: Path) -> None:
    if target.is_dir():
        raise CannotDo("output.is_folder", file=target)
    if target.is_file() and not is_master(target, load_master_form()):
        raise CannotDo("consolidate.not_a_master", file=target)
