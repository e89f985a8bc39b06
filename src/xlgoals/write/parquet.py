"""项目, 指标, 问题 and 报送台账 as Parquet files, for DuckDB, pandas or Power BI.

Column names and types stay the same from version to version; new columns come last. Amounts are decimals in
万元, with what stands in the cell beside them, so that a value that is no number is not lost. pyarrow is an
extra (``pip install "xlgoals[parquet]"``) and is imported when it is asked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xlgoals.catalogue import message
from xlgoals.consolidation.merge import Arrival, Merged
from xlgoals.errors import CannotDo
from xlgoals.messages import Language
from xlgoals.model import Money, Submission
from xlgoals.target import read_target
from xlgoals.write.files import write_whole

if TYPE_CHECKING:
    import pyarrow

TABLES = ("projects", "indicators", "findings", "ledger")
DIGITS, DECIMALS = 38, 15
"""Of an amount; Excel keeps 15 significant digits."""
_BATCH = 20_000

Record = dict[str, object]
# "money" becomes a decimal.
_WHOSE = {"unit_code": "string", "unit_name": "string", "year": "int16"}
_WHERE = {"file": "string", "sheet": "string", "cell": "string"}
_AMOUNTS = {
    f"{name}{suffix}": kind
    for name in ("budget", "fiscal", "other")
    for suffix, kind in (("", "money"), ("_raw", "string"))
}
COLUMNS: Mapping[str, Mapping[str, str]] = {
    "projects": {
        **_WHOSE,
        "project": "string",
        "type": "string",
        **_AMOUNTS,
        "purpose": "string",
        "goals": "string",
        "waiver": "string",
        "declared": "bool",
        "indicators": "int32",
        **_WHERE,
        "digest": "string",
    },
    "indicators": {
        **_WHOSE,
        "project": "string",
        "level1": "string",
        "level2": "string",
        "name": "string",
        "description": "string",
        "target": "string",
        "target_kind": "string",
        "target_comparator": "string",
        "target_value": "string",
        "target_low": "string",
        "target_high": "string",
        "target_unit": "string",
        "waiver": "string",
        **_WHERE,
        "digest": "string",
    },
    "findings": {
        **_WHOSE,
        "project": "string",
        "code": "string",
        "severity": "string",
        "layer": "int8",
        "opinion": "int8",
        "field": "string",
        "value": "string",
        "message": "string",
        "waived": "string",
        **_WHERE,
        "digest": "string",
    },
    "ledger": {
        **_WHOSE,
        "state": "string",
        "received": "time",
        "template_version": "string",
        "projects": "int32",
        "indicators": "int32",
        "budget": "money",
        "file": "string",
        "path": "string",
        "digest": "string",
        "replaced_by": "string",
        "reason": "string",
    },
}


def refuse_without_parquet() -> None:
    """Raises CannotDo where pyarrow is missing: asked before long work begins."""
    if find_spec("pyarrow") is None:
        raise CannotDo("consolidate.no_pyarrow")


def parquet_files(folder: Path) -> dict[str, Path]:
    """The file of each table."""
    return {table: folder / f"{table}.parquet" for table in TABLES}


def write_parquet(folder: Path, merged: Merged) -> dict[str, Path]:
    """Writes the four tables into ``folder``; each file appears whole or not at all.

    Raises:
        CannotDo: pyarrow is missing, or the folder cannot be written to.
    """
    refuse_without_parquet()
    targets = parquet_files(folder)
    for table, target in targets.items():
        write_whole(target, lambda draft, table=table: _write(draft, table, _RECORDS[table](merged)))  # type: ignore[misc]
    return targets


def _write(target: Path, table: str, records: Iterable[Record]) -> None:
    import pyarrow  # noqa: PLC0415 (an extra: only where it is asked for)
    from pyarrow import parquet  # noqa: PLC0415

    schema = _schema(table)
    with parquet.ParquetWriter(target, schema, compression="zstd") as writer:
        for batch in _batches(records):
            writer.write_table(pyarrow.Table.from_pylist(batch, schema=schema))


def _schema(table: str) -> pyarrow.Schema:
    import pyarrow  # noqa: PLC0415

    special: Mapping[str, Any] = {
        "money": pyarrow.decimal128(DIGITS, DECIMALS),
        "time": pyarrow.timestamp("ms", tz="UTC"),
        "bool": pyarrow.bool_(),
    }
    return pyarrow.schema(
        [
            (name, special[kind] if kind in special else getattr(pyarrow, kind)())
            for name, kind in COLUMNS[table].items()
        ]
    )


def _batches(records: Iterable[Record]) -> Iterator[list[Record]]:
    batch: list[Record] = []
    for record in records:
        batch.append(record)
        if len(batch) >= _BATCH:
            yield batch
            batch = []
    yield batch


def _whose(submission: Submission) -> Record:
    return {
        "unit_code": submission.unit.code,
        "unit_name": submission.unit.name,
        "year": submission.year,
        "file": submission.file,
        "digest": submission.digest,
    }


def _amount(amount: Decimal | None) -> Decimal | None:
    """None for one with more digits than the column holds; what stands in the cell is beside it."""
    if amount is None or not amount.is_finite():
        return None
    parts = amount.as_tuple()
    decimals = max(0, -int(parts.exponent))
    whole = max(0, amount.adjusted() + 1)
    return amount if decimals <= DECIMALS and whole <= DIGITS - DECIMALS else None


def _money(name: str, money: Money) -> Record:
    return {name: _amount(money.amount), f"{name}_raw": money.raw}


def _projects(merged: Merged) -> Iterator[Record]:
    for _, submission in merged.submissions:
        whose = _whose(submission)
        for project in submission.projects:
            address = project.location.address("name")
            yield {
                **whose,
                "project": project.name,
                "type": project.type,
                **_money("budget", project.budget),
                **_money("fiscal", project.fiscal),
                **_money("other", project.other),
                "purpose": project.purpose,
                "goals": project.goals,
                "waiver": project.waiver,
                "declared": project.declared,
                "indicators": len(project.indicators),
                "sheet": address.sheet,
                "cell": address.cell,
            }


def _indicators(merged: Merged) -> Iterator[Record]:
    for _, submission in merged.submissions:
        whose = _whose(submission)
        for project, row in submission.indicators:
            address = row.location.address("name")
            target = read_target(row.target)
            yield {
                **whose,
                "project": project.name,
                "level1": row.level1,
                "level2": row.level2,
                "name": row.name,
                "description": row.description,
                "target": row.target,
                "target_kind": target.kind.value,
                "target_comparator": target.comparator.value if target.comparator else None,
                "target_value": target.value,
                "target_low": target.low,
                "target_high": target.high,
                "target_unit": target.unit,
                "waiver": row.waiver,
                "sheet": address.sheet,
                "cell": address.cell,
            }


def _findings(merged: Merged) -> Iterator[Record]:
    for arrival, submission in merged.submissions:
        whose = _whose(submission)
        for found in arrival.findings:
            yield {
                **whose,
                "project": found.project,
                "code": found.code,
                "severity": found.severity.value,
                "layer": found.layer,
                "opinion": found.opinion,
                "field": found.field,
                "value": found.value,
                "message": message(found, Language.ZH),
                "waived": found.waived,
                "file": found.address.file,
                "sheet": found.address.sheet,
                "cell": found.address.cell,
            }


def _ledger(merged: Merged) -> Iterator[Record]:
    for line in merged.ledger:
        arrival = line.arrival
        yield {
            **_of_file(arrival),
            "state": line.state.value,
            "received": int(arrival.received * 1000),
            "path": arrival.path.as_posix().encode("utf-8", "surrogateescape").decode("utf-8", "replace"),
            "replaced_by": line.replaced_by,
            "reason": arrival.refusal.sentence(Language.ZH) if arrival.refusal else line.why,
        }


def _of_file(arrival: Arrival) -> Record:
    submission = arrival.submission
    if submission is None:
        return {"file": arrival.path.name, "digest": arrival.digest}
    return {
        **_whose(submission),
        "template_version": submission.template_version,
        "projects": len(submission.projects),
        "indicators": sum(len(project.indicators) for project in submission.projects),
        "budget": _amount(submission.budget),
    }


_RECORDS = {"projects": _projects, "indicators": _indicators, "findings": _findings, "ledger": _ledger}
