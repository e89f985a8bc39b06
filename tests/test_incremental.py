"""A run reads what changed and nothing else, and says so; a cache is never trusted beyond its content."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Iterable, Mapping
from pathlib import Path

import pytest
from msgspec.structs import replace

import xlgoals
from tests.support.books import edited, write_submission
from tests.support.seed import seed_submissions
from xlgoals.consolidation.cache import Cache, Parcel, cache_beside
from xlgoals.consolidation.journal import journal_beside, runs
from xlgoals.consolidation.kept import Kept
from xlgoals.consolidation.packing import (
    NotOurs,
    pack,
    pack_findings,
    pack_refusal,
    unpack_findings,
    unpack_head,
    unpack_projects,
    unpack_refusal,
)
from xlgoals.errors import CannotDo
from xlgoals.findings import Finding, Severity, count_by_severity
from xlgoals.messages import Language, Phrase
from xlgoals.model import Address, Unit
from xlgoals.operations import Consolidation

SEED = "306201_2022_绩效目标.xlsx"


@pytest.fixture
def units(tmp_path: Path) -> Path:
    folder = tmp_path / "units"
    folder.mkdir()
    for each in seed_submissions():
        written = write_submission(folder / f"{each.unit.code}_2022_绩效目标.xlsx", each)
        settle(written, 1_700_000_000)
    return folder


def settle(path: Path, when: int) -> None:
    """Gives a file an age at which its time can be trusted; a real one has it a moment later."""
    os.utime(path, (when, when))


def run(units: Path, **more: object) -> Consolidation:
    return xlgoals.consolidate([units], units.parent / "master.xlsx", **more)  # type: ignore[arg-type]


def refuse_to_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "xlgoals.operations.receiving.load_unit_workbook", lambda path: pytest.fail(f"read again: {path}")
    )


def budget(value: object) -> object:
    def change(workbook: object) -> None:
        workbook["项目"]["D4"] = value  # type: ignore[index]

    return change


def test_a_rerun_reads_nothing_and_leaves_the_master(units: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = run(units)
    before = first.master.stat()
    monkeypatch.setattr(
        "xlgoals.operations.receiving.load_unit_workbook", lambda path: pytest.fail(str(path))
    )
    second = run(units)
    after = second.master.stat()
    assert (first.run.read, first.run.master_written) == (2, True)
    assert (second.run.read, second.run.master_written) == (0, False)
    assert (before.st_mtime_ns, before.st_ino) == (after.st_mtime_ns, after.st_ino)
    assert second.figures == first.figures
    assert list(second.merged.submissions) == list(first.merged.submissions)
    assert list(second.merged.findings) == list(first.merged.findings)


def test_one_changed_file_costs_one_file(units: Path) -> None:
    run(units)
    edited(units / SEED, units / SEED, budget(61))  # type: ignore[arg-type]
    done = run(units)
    assert (done.run.read, done.run.files) == (1, 2)
    assert [str(submission.budget) for _, submission in done.merged.submissions] == ["3384", "61"]
    assert done.previous is not None


def test_a_touched_file_is_not_read_again(units: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run(units)
    settle(units / SEED, 1_710_000_000)
    monkeypatch.setattr(
        "xlgoals.operations.receiving.load_unit_workbook", lambda path: pytest.fail(str(path))
    )
    done = run(units)
    assert done.run.read == 0
    assert [arrival.received for arrival in done.merged.standing] == [1_700_000_000, 1_710_000_000]


def test_a_change_that_keeps_size_and_time_is_seen(units: Path) -> None:
    """Only where the system keeps the time of the change itself, which nobody can set: not on Windows."""
    done = run(units)
    file = units / SEED
    data = bytearray(file.read_bytes())
    data[-1] ^= 1  # the comment of the archive is longer than it says
    stat = file.stat()
    file.write_bytes(bytes(data))
    os.utime(file, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    again = run(units)
    assert (done.run.read, again.run.read) == (2, 1)


def test_changed_rules_check_again_without_reading(
    units: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = tmp_path / "department"
    own.mkdir()
    monkeypatch.setenv("XLGOALS_DEPARTMENT", str(own))
    first = run(units)
    word = seed_submissions()[1].projects[0].name[:4]
    (own / "typos.yaml").write_text(
        f"typos:\n  - {{wrong: {word}, right: 别的字, why: 试验}}\n", encoding="utf-8"
    )
    monkeypatch.setattr(
        "xlgoals.operations.receiving.load_unit_workbook", lambda path: pytest.fail(str(path))
    )
    second = run(units)
    assert (second.run.read, second.run.revalidated) == (0, 2)
    told = [
        [each.value for each in done.merged.findings if each.code == "TXT-03"] for done in (first, second)
    ]
    assert len(told[1]) > len(told[0])
    assert any(word in value for value in told[1])
    assert run(units).run.revalidated == 0


def test_a_new_program_reads_everything_again(units: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run(units)
    monkeypatch.setattr("xlgoals.consolidation.state._program", lambda: "another")
    assert run(units).run.read == 2


def test_the_journal_keeps_what_every_run_met(units: Path) -> None:
    run(units)
    shutil.copy2(units / SEED, units.parent / SEED)
    (units / SEED).unlink()
    run(units)
    shutil.copy2(units.parent / SEED, units / SEED)
    run(units)
    new = edited(units / SEED, units / "306201_补报.xlsx", budget(62))  # type: ignore[arg-type]
    settle(new, 1_720_000_000)
    (units / "坏.xlsx").write_bytes(b"PK")
    run(units)
    run(units)
    told = runs(journal_beside(units.parent / "master.xlsx"))
    seed = f"units/{SEED}"
    assert [(each.files, each.read, each.master_written) for each in told] == [
        (2, 2, True),
        (1, 0, True),
        (2, 1, True),
        (4, 2, True),
        (4, 0, False),
    ]
    assert told[0].changes.added == ("units/306101_2022_绩效目标.xlsx", seed)
    assert told[1].changes.withdrawn == (seed,)
    assert told[2].changes.added == (seed,)
    assert told[3].changes.added == ("units/306201_补报.xlsx",)
    assert told[3].changes.replaced == (seed,)
    assert told[3].changes.unreadable == ("units/坏.xlsx",)
    assert told[4].changes.is_empty


def test_half_a_line_of_a_killed_run_does_no_harm(units: Path) -> None:
    run(units)
    journal = journal_beside(units.parent / "master.xlsx")
    with journal.open("ab") as stream:
        stream.write(b'{"when": "20')
    run(units)
    assert len(runs(journal)) == 2


def test_master_and_reviewers_are_left_alone_when_nothing_changed(units: Path) -> None:
    done = run(units)

    def opine(workbook: object) -> None:
        sheet = workbook["项目"]  # type: ignore[index]
        [column] = [cell.column for cell in sheet[1] if cell.value == "审核意见"]
        sheet.cell(2, column).value = "同意"

    edited(done.master, done.master, opine)
    written = done.master.read_bytes()
    assert run(units).run.master_written is False
    assert done.master.read_bytes() == written


def test_a_lost_master_is_made_again(units: Path) -> None:
    done = run(units)
    done.master.unlink()
    again = run(units)
    assert (again.run.read, again.run.master_written) == (0, True)
    assert again.master.is_file()


@pytest.mark.parametrize("damage", ["garbage", "other program", "record", "gone"])
def test_a_spoilt_cache_costs_time_and_nothing_else(units: Path, damage: str) -> None:
    first = run(units)
    first_findings = list(first.merged.findings)
    cache = cache_beside(first.master)
    match damage:
        case "garbage":
            cache.write_bytes(b"SQLite format 3\0" + b"\xff" * 4000)
        case "other program":
            cache.unlink()
            with sqlite3.connect(cache) as connection:
                connection.execute("CREATE TABLE t (x)")
            connection.close()
        case "record":
            with sqlite3.connect(cache) as connection:
                connection.execute("UPDATE files SET head = x'00', projects = x'00'")
            connection.close()
        case "gone":
            cache.unlink()
    again = run(units)
    assert again.run.read == 2
    assert list(again.merged.findings) == first_findings


def test_what_is_packed_comes_back_equal() -> None:
    for submission in seed_submissions():
        odd = replace(submission, unit=Unit(code="\ud800", name='"\\\0'), contact={"phone": "022"})
        findings = tuple(xlgoals.validate(odd))
        head, projects = pack(odd)
        assert unpack_head(head, unpack_projects(projects)) == odd
        assert unpack_findings(pack_findings(findings)) == findings
    refusal = CannotDo("workbook.too_large", file=Path("a.xlsx"), size=30, limit=Phrase("list.comma"))
    again = unpack_refusal(pack_refusal(refusal))
    assert [again.sentence(each) for each in Language] == [refusal.sentence(each) for each in Language]


def test_half_a_surrogate_pair_is_packed_as_well() -> None:
    """The name of a file may hold one where its bytes are no UTF-8."""
    address = Address(file="\udcff.xlsx", sheet="指标", cell="D4")
    finding = Finding(
        code="IND-06", severity=Severity.ERROR, layer=2, address=address, details={"a": "\ud800"}
    )
    assert unpack_findings(pack_findings([finding])) == (finding,)


@pytest.mark.parametrize("data", [b"", b"x", b"\x80\x04N.", pack(seed_submissions()[0])[0][:-9]])
def test_bytes_of_somebody_else_are_refused(data: bytes) -> None:
    for unpack in (unpack_projects, unpack_findings, unpack_refusal):
        with pytest.raises(NotOurs):
            unpack(data)


def test_a_folder_that_keeps_nothing_is_no_obstacle(tmp_path: Path) -> None:
    (tmp_path / ".m.cache.db").mkdir()
    cache = Cache.open(cache_beside(tmp_path / "m.xlsx"))
    number = cache.put(
        "a", "1", "r", "u", Parcel(received=1.0, refusal=pack_refusal(CannotDo("file.missing")))
    )
    arrival = cache.arrival(number, Path("a"))
    cache.close()
    assert cache.path.parent != tmp_path
    assert arrival is not None
    assert arrival.received == 1.0


def test_what_was_asked_once_is_not_unpacked_again() -> None:
    unpacked = []

    def load() -> tuple[int, ...]:
        unpacked.append(1)
        return (3, 4)

    kept = Kept(load)
    assert [kept.recall(sum), kept.recall(sum), kept.recall(max)] == [7, 7, 4]
    assert len(unpacked) == 2


def test_a_second_run_counts_findings_without_unpacking_them_for_each_sheet(
    units: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Counting, the ledger's sheet and the figures share one look; the sheets of rows need another."""
    counted: list[int] = []

    def counting(findings: Iterable[Finding]) -> Mapping[Severity, int]:
        counted.append(1)
        return count_by_severity(findings)

    monkeypatch.setattr("xlgoals.consolidation.merge.count_by_severity", counting)
    done = run(units)
    assert len(counted) == len(done.merged.standing)
