"""The same run on a Dask cluster: the same master, to the byte."""

from __future__ import annotations

import datetime as dt
import hashlib
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest
from distributed import LocalCluster

import xlgoals
from tests.support.books import write_submission
from tests.support.seed import seed_submissions
from xlgoals.errors import CannotDo
from xlgoals.operations import readers

MOMENT = dt.datetime(2026, 1, 10, 9, 0, tzinfo=dt.timezone(dt.timedelta(hours=8)))


@pytest.fixture(scope="module")
def cluster() -> Iterator[str]:
    with (
        warnings.catch_warnings(),
        LocalCluster(  # type: ignore[no-untyped-call]
            n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None
        ) as running,
    ):
        warnings.simplefilter("ignore")
        yield running.scheduler_address


@pytest.fixture
def units(tmp_path: Path) -> Path:
    folder = tmp_path / "units"
    folder.mkdir()
    for each in seed_submissions():
        for number in range(4):
            write_submission(folder / f"{each.unit.code}_{number}.xlsx", each)
    (folder / "坏.xlsx").write_bytes(b"PK")
    (folder / "空.xlsx").write_bytes(b"")
    return folder


@pytest.mark.filterwarnings("ignore")
def test_two_workers_make_the_same_master_to_the_byte(cluster: str, units: Path, tmp_path: Path) -> None:
    digests = {}
    for name, scheduler in (("here", None), ("there", cluster)):
        done = xlgoals.consolidate(
            [units],
            tmp_path / name / "master.xlsx",
            scheduler=scheduler,
            clock=lambda: MOMENT,
            user="汇总人",
        )
        assert (done.run.read, done.figures.unreadable) == (10, 2)
        digests[name] = hashlib.sha256(done.master.read_bytes()).hexdigest()
    assert digests["here"] == digests["there"]
    again = xlgoals.consolidate([units], tmp_path / "there" / "master.xlsx", scheduler=cluster)
    assert (again.run.read, again.run.master_written) == (0, False)


@pytest.mark.filterwarnings("ignore")
def test_workers_with_other_rules_are_refused(
    cluster: str, units: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = tmp_path / "department"
    own.mkdir()
    (own / "typos.yaml").write_text("typos:\n  - {wrong: 甲乙, right: 丙丁, why: 试验}\n", encoding="utf-8")
    monkeypatch.setenv("XLGOALS_DEPARTMENT", str(own))
    with pytest.raises(CannotDo) as refusal:
        xlgoals.consolidate([units], tmp_path / "master.xlsx", scheduler=cluster)
    assert refusal.value.key == "consolidate.other_workers"
    assert not (tmp_path / "master.xlsx").exists()


@pytest.mark.filterwarnings("ignore")
def test_a_cluster_that_is_not_there_is_told(
    units: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(readers, "_SECONDS_TO_CONNECT", 1)
    with pytest.raises(CannotDo) as refusal:
        xlgoals.consolidate([units], tmp_path / "master.xlsx", scheduler="tcp://127.0.0.1:9")
    assert refusal.value.key == "consolidate.no_cluster"
