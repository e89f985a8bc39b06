"""缺报, 退回 and 比对 on the workbench: what its cells say is done, listed and told."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path

from xlgoals import operations
from xlgoals.comparing import Change
from xlgoals.consolidation.chase import UnitLine, to_remind
from xlgoals.excel.session import Session
from xlgoals.excel.workbench import list_outcome, master_of, needed, path_of, read_inputs
from xlgoals.findings import Severity, count_by_severity
from xlgoals.messages import Language, say
from xlgoals.workbench import load_workbench
from xlgoals.write.diff import DiffLine, label_of, lines_of
from xlgoals.write.files import write_new

_MOST_LISTED = 2_000


def missing(session: Session) -> None:
    """Lists how every unit on the roster stands, and writes the text to send beside the master.

    Raises:
        CannotDo: this is no workbench, a cell that is needed is blank, nothing was consolidated yet, or a
            mistake in the roster.
    """
    bench = load_workbench()
    values = read_inputs(session, bench)
    roster = path_of(session, needed(bench, values, "roster"))
    master = master_of(session, bench, values)
    told = operations.missing(master, roster=roster)
    owing = to_remind(told.units)
    rest = [line for line in told.units if line not in owing]
    rows = [_unit_row(number, line) for number, line in enumerate([*owing, *rest], start=1)]
    list_outcome(session, bench, rows)
    strangers = sum(not line.on_roster for line in told.units)
    lines = [say("bench.missing", Language.ZH, owing=len(owing), all=len(told.units), strangers=strangers)]
    if told.text:
        name = say("bench.chase_name", Language.ZH, stamp=_stamp())
        target = _free(master.with_name(name))
        write_new(target, lambda draft: draft.write_text(told.text, encoding="utf-8-sig"))
        lines.append(say("bench.chase", Language.ZH, file=target))
    session.host.tell("\n".join(lines))


def return_files(session: Session) -> None:
    """Makes a package for every unit with errors that was not returned yet, and lists them.

    Raises:
        CannotDo: this is no workbench, a cell that is needed is blank, or as
            :func:`xlgoals.returning.return_packages`.
    """
    from xlgoals.returning import return_packages  # noqa: PLC0415 it works through the engine for files

    bench = load_workbench()
    values = read_inputs(session, bench)
    folder = path_of(session, needed(bench, values, "returns"))
    master = master_of(session, bench, values)
    roster = path_of(session, values["roster"]) if "roster" in values else None

    def progress(done: int, total: int, name: str) -> None:
        session.status("workbench.progress", done=done, total=total, file=name)

    done = return_packages(master, folder, roster=roster, progress=progress)
    rows: list[dict[str, str | int]] = []
    for number, package in enumerate(done.packages, start=1):
        counts = count_by_severity(package.findings)
        rows.append(
            {
                "number": number,
                "code": package.unit_code,
                "unit": package.unit_name,
                "state": say("state.returned", Language.ZH),
                "file": package.workbook.name,
                "errors": counts[Severity.ERROR],
                "warnings": counts[Severity.WARNING],
                "note": str(package.folder),
            }
        )
    for number, skipped in enumerate(done.skipped, start=len(rows) + 1):
        rows.append(
            {
                "number": number,
                "code": skipped.unit_code,
                "unit": skipped.unit_name,
                "state": say("bench.skipped", Language.ZH),
                "note": skipped.reason.sentence(Language.ZH),
            }
        )
    list_outcome(session, bench, rows)
    key = "return.done" if done.packages else "return.none"
    lines = (
        [say(key, Language.ZH, count=len(done.packages), folder=folder)] if rows or not done.skipped else []
    )
    if done.skipped:
        lines.append(
            say("bench.skipped_some", Language.ZH, count=len(done.skipped), sheet=bench.results.name)
        )
    session.host.tell("\n".join(lines))


def compare(session: Session) -> None:
    """Compares the master with the former one, lists what differs, and opens it as a workbook.

    Raises:
        CannotDo: this is no workbench, a cell that is needed is blank, or as :func:`operations.diff`.
    """
    bench = load_workbench()
    values = read_inputs(session, bench)
    old = path_of(session, needed(bench, values, "baseline"))
    new = master_of(session, bench, values)
    target = _free(new.with_name(say("bench.diff_name", Language.ZH, stamp=_stamp())))
    session.status("bench.comparing")
    comparison = operations.diff(old, new, target)
    lines = list(lines_of(comparison))
    rows = [_diff_row(number, line) for number, line in enumerate(lines[:_MOST_LISTED], start=1)]
    list_outcome(session, bench, rows)
    if comparison.is_same:
        session.tell("diff.same")
    else:
        session.host.tell(
            "\n".join([*_counts(comparison.counts()), say("diff.wrote", Language.ZH, file=target)])
        )
    session.host.open_files([str(target)])


def _counts(counts: Mapping[tuple[str, Change], int]) -> list[str]:
    return [
        say(f"diff.count_{kind}s", Language.ZH, **{each.value: counts[kind, each] for each in Change})
        for kind in ("project", "indicator")
    ]


def _unit_row(number: int, line: UnitLine) -> dict[str, str | int]:
    notes = [line.why] if line.why else []
    if line.due is not None:
        notes.append(say("chase.due", Language.ZH, due=line.due.isoformat()))
    if line.contact:
        notes.append(say("chase.contact", Language.ZH, contact=line.contact))
    if not line.on_roster:
        notes.append(say("bench.stranger", Language.ZH))
    return {
        "number": number,
        "code": line.code,
        "unit": line.name,
        "state": say(f"state.{line.state}", Language.ZH),
        "file": line.file,
        "note": say("list.semicolon", Language.ZH).join(notes),
    }


def _diff_row(number: int, line: DiffLine) -> dict[str, str | int]:
    place = line.new_place or line.old_place
    parts = [line.project, line.indicator, label_of(line)]
    told = " / ".join(part for part in parts if part)
    if line.field:
        told = f"{told}：{line.old} → {line.new}"
    return {
        "number": number,
        "code": line.unit_code,
        "unit": line.unit_name,
        "state": say(f"change.{line.change}", Language.ZH),
        "file": "" if place is None else f"{place.file} {place}",
        "note": told,
    }


def _stamp() -> str:
    return dt.datetime.now().astimezone().strftime("%Y%m%d-%H%M%S")


def _free(path: Path) -> Path:
    """The path, or one with a number at which nothing stands."""
    number, free = 1, path
    while free.exists():
        number += 1
        free = path.with_name(f"{path.stem}-{number}{path.suffix}")
    return free
