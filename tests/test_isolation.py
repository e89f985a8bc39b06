"""A process that dies, hangs or eats memory costs the file that it worked on, and nothing else."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support import crafted, workers
from xlgoals import operations
from xlgoals.errors import CannotDo
from xlgoals.isolation import Loss, meanwhile, run_isolated
from xlgoals.operations import checking, receiving

LOSSES = {
    workers.ABORT: Loss.DIED,
    workers.SEGFAULT: Loss.DIED,
    workers.EXIT: Loss.DIED,
    workers.HANG: Loss.TOO_SLOW,
    workers.SPIN: Loss.TOO_SLOW,
    workers.EAT: Loss.TOO_LARGE,
    workers.FAULT: Loss.FAULT,
}


@pytest.mark.timeout(120)
@pytest.mark.parametrize("processes", [1, 2])
def test_each_loss_is_told_and_the_rest_is_done(processes: int) -> None:
    tasks = [word for loss in LOSSES for word in ("a", loss)] + ["z"]
    outcomes = list(run_isolated(workers.work, tasks, processes=processes, seconds=2))
    told = [outcome.loss or outcome.result for outcome in outcomes]
    assert told == [LOSSES.get(task) or task.upper() for task in tasks]
    faults = [outcome.fault for outcome in outcomes if outcome.loss is Loss.FAULT]
    assert [type(fault) for fault in faults] == [ZeroDivisionError]


@pytest.mark.timeout(60)
def test_whoever_stops_listening_stops_the_work() -> None:
    outcomes = run_isolated(workers.work, ["a", *[workers.HANG] * 3], processes=1, seconds=30)
    assert isinstance(outcomes, Iterator)
    begun = time.monotonic()
    assert next(outcomes).result == "A"
    del outcomes
    assert time.monotonic() - begun < 10


KEYS = {
    workers.ABORT: "workbook.reader_died",
    workers.HANG: "workbook.too_slow",
    workers.EAT: "workbook.too_much",
    workers.FAULT: "workbook.program_fault",
}


@pytest.mark.timeout(120)
def test_a_file_that_kills_its_reader_is_a_line_of_the_ledger(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(receiving, "receive", workers.receive)
    monkeypatch.setattr(receiving, "SECONDS", 3)
    folder = tmp_path / "in"
    folder.mkdir()
    for name in (*KEYS, "good"):
        (folder / f"{name}.xlsx").write_bytes(crafted.clean())
    (folder / "zero.xlsx").touch()
    done = operations.consolidate([folder], tmp_path / "master.xlsx", processes=2)
    keys = {
        line.arrival.path.stem: line.arrival.refusal.key
        for line in done.merged.ledger
        if line.arrival.refusal is not None
    }
    assert keys == {**KEYS, "zero": "workbook.empty"}
    assert [arrival.path.stem for arrival, _ in done.merged.submissions] == ["good"]
    assert (tmp_path / "master.xlsx").is_file()


@pytest.mark.timeout(60)
def test_with_and_without_processes_the_master_is_the_same(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    for number in range(3):
        (folder / f"{number}.xlsx").write_bytes(crafted.clean())
    masters = []
    for processes in (receiving.IN_THIS_PROCESS, 1, 2):
        done = operations.consolidate([folder], tmp_path / f"m{processes}.xlsx", processes=processes)
        masters.append(
            [(line.arrival.path, line.state, line.arrival.findings) for line in done.merged.ledger]
        )
    assert masters[0] == masters[1] == masters[2]


@pytest.mark.timeout(120)
def test_a_file_that_kills_its_reader_is_told_among_those_that_are_checked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checking, "check", workers.check)
    monkeypatch.setattr(receiving, "SECONDS", 3)
    paths = [tmp_path / f"{name}.xlsx" for name in ("a", *KEYS, "gone", "z")]
    for path in paths:
        if path.stem != "gone":
            path.write_bytes(crafted.clean())
    told = list(operations.check_all(paths))
    assert [each.path for each in told] == paths
    refused = {each.path.stem: each.refusal.key for each in told if each.refusal is not None}
    assert refused == {**KEYS, "gone": "file.missing"}
    assert [len(each.found) for each in told if each.refusal is None] == [1, 1]
    assert told[0].found[0][1] == tuple(operations.validate(told[0].found[0][0]))


def test_a_file_that_vanishes_is_told(tmp_path: Path) -> None:
    arrival = receiving.receive(receiving.Task(tmp_path / "gone.xlsx", None))
    assert isinstance(arrival.refusal, CannotDo)
    assert arrival.refusal.key == "file.missing"


def test_what_no_process_could_import_is_refused_at_once() -> None:
    def local(task: str) -> str:
        return task

    with pytest.raises(ValueError, match="cannot be imported"):
        next(run_isolated(local, ["a"], processes=1))


@pytest.mark.timeout(60)
def test_one_process_works_while_the_caller_does_something_else() -> None:
    with meanwhile(workers.work, "a") as told:
        assert told().result == "A"
    with meanwhile(workers.work, workers.ABORT) as told:
        assert told().loss is Loss.DIED
    with meanwhile(workers.work, workers.FAULT) as told:
        assert isinstance(told().fault, ZeroDivisionError)


@pytest.mark.timeout(60)
def test_whoever_leaves_without_the_outcome_ends_that_process() -> None:
    begun = time.monotonic()
    with pytest.raises(KeyError), meanwhile(workers.work, workers.HANG):
        raise KeyError
    assert time.monotonic() - begun < 10
