"""The same tables as Parquet: stable columns, decimals to the last digit, read back by three programs."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import duckdb
import pandas
import pyarrow
import pytest
from pyarrow import parquet

import xlgoals
from tests.support.books import edited, write_submission
from tests.support.seed import seed_submissions
from xlgoals.errors import CannotDo
from xlgoals.operations import Consolidation
from xlgoals.write.parquet import COLUMNS, parquet_files

UNITS = ("306101", "306201")


@pytest.fixture
def done(tmp_path: Path) -> Consolidation:
    units = tmp_path / "units"
    units.mkdir()
    for each in seed_submissions():
        write_submission(units / f"{each.unit.code}.xlsx", each)

    def odd(workbook: object) -> None:
        workbook["项目"]["E4"] = "六十万"  # type: ignore[index]
        workbook["项目"]["D4"] = 60.125  # type: ignore[index]

    edited(units / "306201.xlsx", units / "306201.xlsx", odd)
    (units / "坏.xlsx").write_bytes(b"PK")
    return xlgoals.consolidate([units], tmp_path / "m.xlsx", parquet=tmp_path / "tables")


def rows(folder: Path, table: str) -> list[dict[str, object]]:
    found: list[dict[str, object]] = parquet.read_table(parquet_files(folder)[table]).to_pylist()
    return found


def test_every_table_holds_what_the_master_holds(done: Consolidation, tmp_path: Path) -> None:
    folder = tmp_path / "tables"
    submissions = [submission for _, submission in done.merged.submissions]
    assert [(r["unit_code"], r["project"], r["budget"]) for r in rows(folder, "projects")] == [
        (s.unit.code, p.name, p.budget.amount) for s in submissions for p in s.projects
    ]
    assert [(r["name"], r["target"], r["sheet"], r["cell"]) for r in rows(folder, "indicators")] == [
        (i.name, i.target, "指标", i.location.address("name").cell)
        for s in submissions
        for _, i in s.indicators
    ]
    assert [(r["code"], r["file"], r["sheet"], r["cell"]) for r in rows(folder, "findings")] == [
        (f.code, f.address.file, f.address.sheet, f.address.cell) for f in done.merged.findings
    ]
    assert [(r["file"], r["state"], len(str(r["digest"]))) for r in rows(folder, "ledger")] == [
        ("306101.xlsx", "received", 64),
        ("306201.xlsx", "received", 64),
        ("坏.xlsx", "unreadable", 64),
    ]


def test_amounts_are_decimals_and_nothing_is_lost(done: Consolidation, tmp_path: Path) -> None:
    [row] = [r for r in rows(tmp_path / "tables", "projects") if r["unit_code"] == "306201"]
    assert (row["budget"], row["budget_raw"]) == (Decimal("60.125"), "60.125")
    assert (row["fiscal"], row["fiscal_raw"]) == (None, "六十万")


def test_columns_and_types_are_stable(done: Consolidation, tmp_path: Path) -> None:
    for table, file in parquet_files(tmp_path / "tables").items():
        schema = parquet.read_schema(file)
        assert schema.names == list(COLUMNS[table])
    schema = parquet.read_schema(parquet_files(tmp_path / "tables")["projects"])
    assert schema.field("budget").type == pyarrow.decimal128(38, 15)
    assert schema.field("year").type == pyarrow.int16()


def test_duckdb_and_pandas_read_the_same(done: Consolidation, tmp_path: Path) -> None:
    file = parquet_files(tmp_path / "tables")["projects"]
    total = sum(submission.budget for _, submission in done.merged.submissions)
    found = duckdb.read_parquet(str(file)).aggregate("sum(budget), count(*)").fetchall()
    assert found == [(total, 13)]
    frame = pandas.read_parquet(file)
    assert sum(frame["budget"]) == total
    assert set(frame["unit_code"]) == set(UNITS)


def test_a_rerun_writes_what_is_missing_and_nothing_else(done: Consolidation, tmp_path: Path) -> None:
    files = parquet_files(tmp_path / "tables")
    before = {table: file.stat().st_mtime_ns for table, file in files.items()}
    again = xlgoals.consolidate([tmp_path / "units"], done.master, parquet=tmp_path / "tables")
    assert again.run.master_written is False
    assert {table: file.stat().st_mtime_ns for table, file in files.items()} == before
    files["ledger"].unlink()
    xlgoals.consolidate([tmp_path / "units"], done.master, parquet=tmp_path / "tables")
    assert files["ledger"].is_file()


def test_without_pyarrow_a_sentence_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("xlgoals.write.parquet.find_spec", lambda name: None)
    with pytest.raises(CannotDo) as refusal:
        xlgoals.consolidate([tmp_path], tmp_path / "m.xlsx", parquet=tmp_path / "t")
    assert refusal.value.key == "consolidate.no_pyarrow"
