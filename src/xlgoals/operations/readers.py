"""The three places where files are read: this process, processes of its own, a Dask cluster.

All run :func:`work`, so all answer the same bytes for the same file.
"""

from __future__ import annotations

import tempfile
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from hashlib import file_digest
from itertools import tee
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xlgoals.consolidation.cache import Parcel
from xlgoals.consolidation.merge import Arrival
from xlgoals.consolidation.packing import (
    pack,
    pack_findings,
    pack_refusal,
    unpack_head,
    unpack_projects,
)
from xlgoals.consolidation.run import Errand, Reader
from xlgoals.consolidation.state import State, state_of
from xlgoals.errors import CannotDo
from xlgoals.isolation import run_isolated
from xlgoals.masterform import load_master_form
from xlgoals.operations import receiving
from xlgoals.operations.submissions import validate
from xlgoals.read.intake import read_bytes
from xlgoals.read.master import is_master

if TYPE_CHECKING:
    from distributed import Client

_WAITING_AT_A_WORKER = 4
_SECONDS_TO_CONNECT = 10
# What lies in the moment and not in the file: it is tried again by the next run.
_OF_THE_MOMENT = ("file.", "workbook.too_slow", "workbook.reader_died", "workbook.program_fault")


Receive = Callable[[receiving.Task], Arrival]


def work(errand: Errand, receive: Receive = receiving.receive) -> Parcel:
    """One file read and checked, or what was read before checked anew; packed for the way back."""
    if errand.packed is not None:
        head, projects = errand.packed
        findings = validate(unpack_head(head, unpack_projects(projects)), profile=errand.profile)
        return Parcel(received=0.0, findings=pack_findings(findings), finding_count=len(findings))
    return parcel_of(receive(receiving.Task(errand.path, errand.profile)))


def parcel_of(arrival: Arrival) -> Parcel:
    """An arrival, packed."""
    if arrival.submission is None:
        return _refused(arrival)
    head, projects = pack(arrival.submission)
    return Parcel(
        received=arrival.received,
        digest=arrival.submission.digest,
        head=head,
        projects=projects,
        findings=pack_findings(arrival.findings),
        project_count=len(arrival.submission.projects),
        finding_count=len(arrival.findings),
    )


def _refused(arrival: Arrival) -> Parcel:
    refusal = arrival.refusal
    if refusal is None:
        raise ValueError("an arrival is a submission or has a reason")
    lasts = not refusal.key.startswith(_OF_THE_MOMENT)
    return Parcel(
        received=arrival.received,
        digest=_digest_of(arrival.path) if lasts else "",
        refusal=pack_refusal(refusal),
        is_master=lasts and is_master(arrival.path, load_master_form()),
    )


def in_this_process(errands: Iterable[Errand]) -> Iterator[Parcel]:
    """One file after another, here."""
    return map(work, errands)


def in_processes(count: int) -> Reader:
    """Files in ``count`` processes; one that hangs or dies costs its file alone."""

    def read(errands: Iterable[Errand]) -> Iterator[Parcel]:
        sent, told = tee(errands)
        outcomes = run_isolated(
            partial(work, receive=receiving.receive), sent, processes=count, seconds=receiving.SECONDS
        )
        for outcome, errand in zip(outcomes, told, strict=True):
            yield outcome.result or parcel_of(receiving.lost(errand.path, outcome))

    return read


def on_cluster(address: str) -> Reader:
    """Files on the workers of a Dask cluster that runs already.

    The bytes travel, not the path: a worker needs no folder of ours, and every file is gated where it lies.
    A worker whose program, rules or department folder are others than here would make another master; it is
    refused instead.
    """

    def read(errands: Iterable[Errand]) -> Iterator[Parcel]:
        client = _connect(address)
        try:
            yield from _on(client, address, errands)
        finally:
            client.close()  # type: ignore[no-untyped-call]

    return read


def _connect(address: str) -> Client:
    try:
        from distributed import Client  # noqa: PLC0415 (an extra: only where it is asked for)
    except ImportError:
        raise CannotDo("consolidate.no_dask") from None
    try:
        return Client(address, timeout=_SECONDS_TO_CONNECT, set_as_default=False)  # type: ignore[no-untyped-call]
    except (OSError, ValueError, TimeoutError):
        raise CannotDo("consolidate.no_cluster", address=address) from None


def _on(client: Client, address: str, errands: Iterable[Errand]) -> Iterator[Parcel]:
    threads = sum(client.nthreads().values())  # type: ignore[no-untyped-call]
    if not threads:
        raise CannotDo("consolidate.no_workers", address=address)
    under_way: deque[tuple[Errand, Any]] = deque()
    for errand in errands:
        under_way.append((errand, _send(client, errand)))
        if len(under_way) >= threads * _WAITING_AT_A_WORKER:
            yield _back(*under_way.popleft())
    while under_way:
        yield _back(*under_way.popleft())


def _send(client: Client, errand: Errand) -> Any:
    state = state_of(errand.profile)
    if errand.packed is not None:
        return client.submit(work_there, errand, b"", 0.0, state, pure=False)
    try:
        received = errand.path.stat().st_mtime
        data = read_bytes(errand.path)
    except OSError:
        received, data = 0.0, b""
    except CannotDo as refusal:
        return parcel_of(Arrival(path=errand.path, received=received, refusal=refusal))
    return client.submit(work_there, errand, data, received, state, pure=False)


def _back(errand: Errand, sent: Any) -> Parcel:
    if isinstance(sent, Parcel):
        return sent
    try:
        parcel: Parcel | None = sent.result()
    except CannotDo:
        raise
    except Exception as fault:  # whatever a cluster makes of a worker that died
        key = "workbook.reader_died" if type(fault).__name__ == "KilledWorker" else "workbook.program_fault"
        refusal = CannotDo(key, file=errand.path.name, reason=type(fault).__name__)
        return parcel_of(Arrival(path=errand.path, received=_time_of(errand.path), refusal=refusal))
    if parcel is None:
        raise CannotDo("consolidate.other_workers")
    return parcel


def work_there(errand: Errand, data: bytes, received: float, state: State) -> Parcel | None:
    """:func:`work` on a worker, on a file of the same name; None where the worker is another program."""
    if state_of(errand.profile) != state:
        return None
    if errand.packed is not None:
        return work(errand)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / errand.path.name
        path.write_bytes(data)
        return work(errand._replace(path=path))._replace(received=received)


def _digest_of(path: Path) -> str:
    try:
        if not path.is_file():
            return ""
        with path.open("rb") as stream:
            return file_digest(stream, "sha256").hexdigest()
    except OSError:
        return ""


def _time_of(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0
