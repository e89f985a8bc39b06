"""问题清单 written by another process: the same master to the byte, and nothing left of a lost process."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

import xlgoals
from tests.support.books import seed_folder
from xlgoals.errors import CannotDo
from xlgoals.isolation import Loss, Outcome, meanwhile
from xlgoals.write.master import apart
from xlgoals.write.streaming import Rows

Told = Outcome[list[Rows]]


@pytest.fixture
def units(tmp_path: Path) -> Path:
    return seed_folder(tmp_path / "units")


def master(folder: Path, units: Path, processes: int) -> bytes:
    folder.mkdir()
    xlgoals.consolidate([units], folder / "m.xlsx", processes=processes)
    drafts = [each.name for each in folder.iterdir() if each.name.startswith(".~") and each.suffix != ".lock"]
    assert drafts == []
    return (folder / "m.xlsx").read_bytes()


def listening(
    monkeypatch: pytest.MonkeyPatch, heard: Callable[[Told], Told], worth_it: int = 1
) -> list[Told]:
    """Lets ``heard`` change what the other process told; the outcomes as they were before."""
    outcomes: list[Told] = []

    @contextmanager
    def listened(
        function: Callable[[apart.Task], list[Rows]], task: apart.Task
    ) -> Iterator[Callable[[], Told]]:
        with meanwhile(function, task) as told:

            def wait() -> Told:
                outcomes.append(told())
                return heard(outcomes[-1])

            yield wait

    monkeypatch.setattr(apart, "meanwhile", listened)
    monkeypatch.setattr(apart, "WORTH_IT", worth_it)
    return outcomes


@pytest.mark.timeout(120)
def test_another_process_writes_the_same_bytes(
    tmp_path: Path, units: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = master(tmp_path / "here", units, 0)
    outcomes = listening(monkeypatch, lambda outcome: outcome)
    assert master(tmp_path / "elsewhere", units, 2) == here
    [outcome] = outcomes
    assert [rows.count for rows in outcome.result or []] == [394]


def lost(outcome: Told) -> Told:
    """As if that process had died at the end of its work."""
    for rows in outcome.result or []:
        rows.discard()
    return Outcome(loss=Loss.DIED)


@pytest.mark.timeout(120)
def test_a_lost_process_is_made_up_for(tmp_path: Path, units: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    here = master(tmp_path / "here", units, 0)
    listening(monkeypatch, lost)
    assert master(tmp_path / "elsewhere", units, 2) == here


@pytest.mark.parametrize(("processes", "worth_it"), [(0, 1), (1, 1), (2, 1_000)])
def test_one_process_or_few_findings_need_no_other(
    tmp_path: Path, units: Path, monkeypatch: pytest.MonkeyPatch, processes: int, worth_it: int
) -> None:
    outcomes = listening(monkeypatch, lambda outcome: outcome, worth_it)
    master(tmp_path / "m", units, processes)
    assert outcomes == []


@pytest.mark.timeout(120)
def test_whoever_fails_meanwhile_leaves_nothing(
    tmp_path: Path, units: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(outcome: Told) -> Told:
        lost(outcome)
        raise CannotDo("output.not_writable", file="m.xlsx", reason="full")

    listening(monkeypatch, full)
    with pytest.raises(CannotDo):
        master(tmp_path / "m", units, 2)
    left = [each.name for each in (tmp_path / "m").iterdir() if "cache" not in each.name]
    assert sorted(left) == [".~xlgoals-m.xlsx.lock", "m.ledger.db"]
