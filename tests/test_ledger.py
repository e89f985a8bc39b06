"""The ledger: states by events alone, a chain that shows every change, and a file that survives a kill."""

from __future__ import annotations

import datetime as dt
import signal
import sqlite3
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from xlgoals.consolidation.events import Event, Kind, State
from xlgoals.consolidation.ledger import Ledger, ledger_beside
from xlgoals.errors import CannotDo

START = dt.datetime(2026, 1, 10, 9, 0, tzinfo=dt.timezone(dt.timedelta(hours=8)))
ONE = Event(
    state=State.RECEIVED,
    unit="306201",
    unit_name="某中心",
    year=2026,
    file="units/306201.xlsx",
    digest="a" * 64,
    why="汇总时读取",
    details={"error": "2", "budget": "60.00"},
)


class Minutes:
    """A clock that goes on by a minute each time it is asked."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> dt.datetime:
        self.now += dt.timedelta(minutes=1)
        return self.now


def opened(path: Path) -> Ledger:
    return Ledger.open(path, clock=Minutes(), user="汇总人")


def fill(path: Path) -> None:
    with opened(path) as ledger, ledger.run():
        ledger.record(ONE)
        ledger.record(replace(ONE, state=State.RETURNED, why="缺少满意度指标", details={}))
        ledger.record(
            Event(kind=Kind.DECISION, why="会商", details={"conflict": "0123456789", "keeps": "306201"})
        )
        ledger.record(replace(ONE, state=State.REPLACED, details={}))
        ledger.record(replace(ONE, digest="b" * 64, details={}))


def test_an_entry_says_who_when_why_and_what(tmp_path: Path) -> None:
    fill(tmp_path / "m.ledger.db")
    with opened(tmp_path / "m.ledger.db") as ledger:
        entries = ledger.entries()
    assert [(each.number, each.who, each.when[:16]) for each in entries] == [
        (number, "汇总人", f"2026-01-10T09:{number:02}") for number in range(1, 6)
    ]
    assert entries[0].event == ONE
    assert [after.before for after in entries[1:]] == [before.hash for before in entries[:-1]]
    assert entries[0].before == "0" * 64


def test_states_follow_from_events(tmp_path: Path) -> None:
    fill(tmp_path / "m.ledger.db")
    with opened(tmp_path / "m.ledger.db") as ledger:
        files = {key[1][:1]: each.state for key, each in ledger.files().items()}
        units = {key: each.state for key, each in ledger.states().items()}
        seen, never = ledger.seen("a" * 64), ledger.seen("c" * 64)
    assert files == {"a": State.REPLACED, "b": State.RECEIVED}
    assert units == {("306201", 2026): State.RECEIVED}
    assert never is None
    assert seen is not None
    assert seen.number == 4


HISTORIES = """
received a                                            | received
received a, replaced a, received b                    | received
received a, returned a                                | returned
received a, returned a, replaced a, late b            | late
received a, withdrawn a                               | withdrawn
received a, replaced a, received b, withdrawn b       | withdrawn
received a, replaced a, received b, withdrawn b, received a | received
nothing -                                             | nothing
nothing -, received a                                 | received
received a, withdrawn a, nothing -                    | nothing
"""


@pytest.mark.parametrize(
    ("history", "state"),
    [[part.strip() for part in line.split("|")] for line in HISTORIES.strip().split("\n")],
)
def test_a_unit_stands_as_its_events_say(tmp_path: Path, history: str, state: str) -> None:
    with opened(tmp_path / "m.ledger.db") as ledger:
        for step in history.split(", "):
            happened, file = step.split()
            named = ("", "") if file == "-" else (file, file * 64)
            ledger.record(replace(ONE, state=State(happened), file=named[0], digest=named[1]))
        assert ledger.states()["306201", 2026].state is State(state)


COLUMNS = {
    "number": 9,
    "time": "2026-01-10T09:00:00+08:00",
    "who": "别人",
    "kind": "other",
    "state": "late",
    "unit": "306101",
    "unit_name": "某局",
    "year": 2025,
    "file": "x.xlsx",
    "digest": "f" * 64,
    "why": "",
    "details": "{}x",
    "before": "1" * 64,
    "hash": "2" * 64,
}


def tampered(path: Path, statement: str, *values: object) -> None:
    """As somebody with a tool for SQLite would."""
    connection = sqlite3.connect(path)
    connection.execute("DROP TRIGGER events_stay")
    connection.execute("DROP TRIGGER events_are_kept")
    connection.execute(statement, values)
    connection.commit()
    connection.close()


@pytest.mark.parametrize("number", range(1, 6))
@pytest.mark.parametrize("column", COLUMNS)
def test_a_changed_entry_is_found_at_its_place(tmp_path: Path, column: str, number: int) -> None:
    path = tmp_path / "m.ledger.db"
    fill(path)
    with opened(path) as ledger:
        whole = ledger.verify()
        assert (whole.holds, whole.count) == (True, 5)
        assert whole.head == ledger.entries()[-1].hash
    tampered(path, f"UPDATE events SET {column} = ? WHERE number = ?", COLUMNS[column], number)  # noqa: S608
    with opened(path) as ledger:
        verdict = ledger.verify()
    # An entry with another number stands elsewhere, and leaves a gap where it stood.
    assert verdict.broken_at == number


@pytest.mark.parametrize("number", range(1, 5))
def test_a_removed_entry_is_found_at_its_place(tmp_path: Path, number: int) -> None:
    path = tmp_path / "m.ledger.db"
    fill(path)
    tampered(path, "DELETE FROM events WHERE number = ?", number)
    with opened(path) as ledger:
        assert ledger.verify().broken_at == number


@pytest.mark.parametrize("position", range(0, 64, 7))
def test_every_digit_of_a_hash_counts(tmp_path: Path, position: int) -> None:
    path = tmp_path / "m.ledger.db"
    fill(path)
    with opened(path) as ledger:
        hashes = ledger.entries()[2].hash
    digit = "0" if hashes[position] != "0" else "1"
    changed = hashes[:position] + digit + hashes[position + 1 :]
    tampered(path, "UPDATE events SET hash = ? WHERE number = 3", changed)
    with opened(path) as ledger:
        assert ledger.verify().broken_at == 3


def test_a_cut_end_shows_only_against_a_hash_kept_elsewhere(tmp_path: Path) -> None:
    path = tmp_path / "m.ledger.db"
    fill(path)
    with opened(path) as ledger:
        head = ledger.verify().head
    tampered(path, "DELETE FROM events WHERE number = 5")
    with opened(path) as ledger:
        verdict = ledger.verify()
    assert verdict.holds
    assert verdict.head != head


@pytest.mark.parametrize("statement", ["UPDATE events SET why = ''", "DELETE FROM events"])
def test_an_entry_is_not_changed_by_accident(tmp_path: Path, statement: str) -> None:
    path = tmp_path / "m.ledger.db"
    fill(path)
    connection = sqlite3.connect(path)
    with pytest.raises(sqlite3.IntegrityError):
        connection.execute(statement)
    connection.close()


def interrupted(ledger: Ledger) -> None:
    with ledger.run():
        ledger.record(ONE)
        raise KeyboardInterrupt


def test_a_run_that_fails_leaves_no_trace(tmp_path: Path) -> None:
    path = tmp_path / "m.ledger.db"
    fill(path)
    with opened(path) as ledger:
        with pytest.raises(KeyboardInterrupt):
            interrupted(ledger)
        assert (ledger.verify().count, ledger.verify().holds) == (5, True)


def test_a_killed_run_leaves_no_trace(tmp_path: Path) -> None:
    """The process dies in the middle of its run, with hundreds of entries written but not committed."""
    path = tmp_path / "m.ledger.db"
    fill(path)
    code = f"""
import os, signal
from pathlib import Path
from xlgoals.consolidation.events import Event, State
from xlgoals.consolidation.ledger import Ledger
ledger = Ledger.open(Path({str(path)!r}), user="x")
with ledger.run():
    for number in range(3000):
        ledger.record(Event(state=State.RECEIVED, unit="1", file=str(number), why="y" * 900))
    ledger._connection.execute("PRAGMA cache_spill = 1")
    os.kill(os.getpid(), signal.SIGKILL)
"""
    done = subprocess.run([sys.executable, "-c", code], check=False)
    assert done.returncode == -signal.SIGKILL
    with opened(path) as ledger:
        assert (ledger.verify().count, ledger.verify().holds) == (5, True)
        ledger.record(ONE)
        assert (ledger.verify().count, ledger.verify().holds) == (6, True)


def test_only_one_run_at_a_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("xlgoals.consolidation.ledger._PATIENCE_SECONDS", 0.1)
    path = tmp_path / "m.ledger.db"
    with opened(path) as first, opened(path) as second, first.run():
        first.record(ONE)
        with pytest.raises(CannotDo) as refusal, second.run():
            pass
        assert refusal.value.key == "ledger.held"


FOREIGN = {
    "text": (b"not a database at all, whatever its name says" * 30, "ledger.damaged"),
    "cut": (b"SQLite format 3\x00" + b"\xff" * 200, "ledger.damaged"),
}


@pytest.mark.parametrize(("data", "key"), FOREIGN.values(), ids=FOREIGN)
def test_what_is_no_ledger_is_left_alone(tmp_path: Path, data: bytes, key: str) -> None:
    path = tmp_path / "m.ledger.db"
    path.write_bytes(data)
    with pytest.raises(CannotDo) as refusal:
        opened(path)
    assert refusal.value.key == key
    assert path.read_bytes() == data


def test_another_database_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "m.ledger.db"
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE a (b)")
    connection.close()
    before = path.read_bytes()
    with pytest.raises(CannotDo) as refusal:
        opened(path)
    assert refusal.value.key == "ledger.not_one"
    assert path.read_bytes() == before


def test_a_newer_ledger_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "m.ledger.db"
    fill(path)
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA user_version = 2")
    connection.close()
    with pytest.raises(CannotDo) as refusal:
        opened(path)
    assert refusal.value.key == "ledger.other_version"


def test_a_ledger_that_must_be_there_is_not_made(tmp_path: Path) -> None:
    path = ledger_beside(tmp_path / "汇总表.xlsx")
    assert path.name == "汇总表.ledger.db"
    with pytest.raises(CannotDo) as refusal:
        Ledger.open(path, create=False)
    assert refusal.value.key == "ledger.none"
    assert not path.exists()
