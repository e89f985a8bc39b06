"""报送台账: every event in the order in which it happened, in one file beside the master.

Entries are only ever added. Each carries the SHA-256 of the one before, so that an entry that was changed,
removed or slipped in later is found at its place. What no chain can show is that its end was cut off, or that
all of it was computed anew: whoever wants that certain keeps the last hash elsewhere and compares.
"""

from __future__ import annotations

import datetime as dt
import getpass
import hashlib
import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from xlgoals.consolidation.events import (
    Entry,
    Event,
    FileKey,
    Kind,
    Standing,
    State,
    last_by_file,
    last_by_unit,
)
from xlgoals.errors import CannotDo

_APPLICATION = 0x786C676C  # "xlgl"
_VERSION = 1
_BEGINNING = "0" * 64
_SCHEMA = """
CREATE TABLE events (
    number INTEGER PRIMARY KEY, time TEXT NOT NULL, who TEXT NOT NULL, kind TEXT NOT NULL, state TEXT,
    unit TEXT NOT NULL, unit_name TEXT NOT NULL, year INTEGER, file TEXT NOT NULL, digest TEXT NOT NULL,
    why TEXT NOT NULL, details TEXT NOT NULL, before TEXT NOT NULL, hash TEXT NOT NULL
) STRICT;
CREATE INDEX events_by_digest ON events (digest);
CREATE TRIGGER events_stay BEFORE UPDATE ON events BEGIN SELECT RAISE(ABORT, 'append only'); END;
CREATE TRIGGER events_are_kept BEFORE DELETE ON events BEGIN SELECT RAISE(ABORT, 'append only'); END;
"""
_INSERT = "INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
_PATIENCE_SECONDS = 30.0

Clock = Callable[[], dt.datetime]


def now() -> dt.datetime:
    """This moment, with the offset of the local time."""
    return dt.datetime.now().astimezone()


def current_user() -> str:
    """Who runs the program, as the system knows them; ``?`` where it does not."""
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):
        return "?"


def ledger_beside(master: Path) -> Path:
    """Where the ledger of a master lies."""
    return master.with_name(f"{master.stem}.ledger.db")


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What a look through the chain showed."""

    count: int
    """Entries looked at."""
    head: str
    """Hash of the last entry; 64 zeros for an empty ledger."""
    broken_at: int | None = None
    """Number of the first entry that is not as it was recorded; None where the chain holds."""

    @property
    def holds(self) -> bool:
        """Whether nothing was changed."""
        return self.broken_at is None


class Ledger:
    """One open ledger. Use it as a context manager; nothing of a run is kept unless the run ends well."""

    def __init__(self, connection: sqlite3.Connection, path: Path, clock: Clock, user: str) -> None:
        self._connection = connection
        self._clock = clock
        self._in_run = False
        self.path = path
        self.user = user

    @classmethod
    def open(cls, path: Path, *, clock: Clock = now, user: str | None = None, create: bool = True) -> Ledger:
        """The ledger at ``path``, made where there is none.

        Raises:
            CannotDo: it is no ledger of ours, is damaged, newer than the program, held by another run, or
                cannot be written to; with ``create`` False also where there is none.
        """
        if not path.exists() and not create:
            raise CannotDo("ledger.none", file=path)
        try:
            connection = sqlite3.connect(path, timeout=_PATIENCE_SECONDS, isolation_level=None)
        except sqlite3.Error:
            raise CannotDo("output.not_writable", file=path, reason="sqlite") from None
        ledger = cls(connection, path, clock, current_user() if user is None else user)
        try:
            with _told(path):
                ledger._prepare()
        except BaseException:
            connection.close()
            raise
        return ledger

    def __enter__(self) -> Ledger:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Lets the file go; a run that was not finished leaves no trace."""
        self._connection.close()

    @contextmanager
    def run(self) -> Iterator[None]:
        """All that is recorded inside stands, or nothing of it: also when the process is killed.

        Raises:
            CannotDo: another run holds the ledger.
        """
        if self._in_run:
            yield
            return
        with _told(self.path):
            self._connection.execute("BEGIN IMMEDIATE")
        self._in_run = True
        try:
            yield
        except BaseException:
            self._connection.execute("ROLLBACK")
            raise
        else:
            with _told(self.path):
                self._connection.execute("COMMIT")
        finally:
            self._in_run = False

    def record(self, event: Event) -> Entry:
        """Adds an event, with who and when.

        Raises:
            CannotDo: another run holds the ledger, or it cannot be written to.
        """
        with self.run(), _told(self.path):
            row = self._connection.execute(
                "SELECT number, hash FROM events ORDER BY number DESC LIMIT 1"
            ).fetchone()
            number, before = (row[0] + 1, row[1]) if row else (1, _BEGINNING)
            when = self._clock().isoformat(timespec="seconds")
            details = json.dumps(dict(sorted(event.details.items())), ensure_ascii=False)
            values = (
                *(number, when, self.user, event.kind.value, event.state and event.state.value),
                *(event.unit, event.unit_name, event.year, event.file, event.digest, event.why, details),
                before,
            )
            proof = _proof(values)
            self._connection.execute(_INSERT, (*values, proof))
        return Entry(number=number, when=when, who=self.user, event=event, before=before, hash=proof)

    def entries(self) -> list[Entry]:
        """Everything recorded, the oldest first."""
        with _told(self.path):
            rows = self._connection.execute("SELECT * FROM events ORDER BY number").fetchall()
        return [self._entry(row) for row in rows]

    def head(self) -> str:
        """Hash of the last entry; 64 zeros for an empty ledger."""
        with _told(self.path):
            row = self._connection.execute("SELECT hash FROM events ORDER BY number DESC LIMIT 1").fetchone()
        return str(row[0]) if row else _BEGINNING

    def seen(self, digest: str) -> Entry | None:
        """The last event about a file of this content; None where it never came."""
        with _told(self.path):
            row = self._connection.execute(
                "SELECT * FROM events WHERE digest = ? ORDER BY number DESC LIMIT 1", (digest,)
            ).fetchone()
        return self._entry(row) if row else None

    def files(self) -> dict[FileKey, Standing]:
        """How every file stands, by path and digest."""
        return last_by_file(self.entries())

    def states(self) -> dict[tuple[str, int | None], Standing]:
        """How every unit and year stands that an event names."""
        return last_by_unit(self.entries())

    def verify(self) -> Verdict:
        """Looks through the whole chain, as far as it holds.

        Raises:
            CannotDo: the file is damaged so that SQLite cannot read it.
        """
        before, count = _BEGINNING, 0
        with _told(self.path):
            for count, row in enumerate(
                self._connection.execute("SELECT * FROM events ORDER BY number"), start=1
            ):
                values, proof = row[:-1], row[-1]
                if row[0] != count or values[-1] != before or _proof(values) != proof:
                    return Verdict(count=count, head=before, broken_at=count)
                before = proof
        return Verdict(count=count, head=before)

    def _entry(self, row: tuple[object, ...]) -> Entry:
        try:
            return _entry(row)
        except (ValueError, TypeError):
            raise CannotDo("ledger.damaged", file=self.path) from None

    def _prepare(self) -> None:
        # A rollback journal, not a write-ahead log: that needs shared memory, which a network drive lacks.
        self._connection.execute("PRAGMA synchronous = FULL")
        (application,) = self._connection.execute("PRAGMA application_id").fetchone()
        (version,) = self._connection.execute("PRAGMA user_version").fetchone()
        (tables,) = self._connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        if tables == 0 and application in (0, _APPLICATION):
            self._connection.execute("BEGIN IMMEDIATE")
            (tables,) = self._connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
            if tables == 0:
                for statement in _SCHEMA.strip().split(";\n"):
                    self._connection.execute(statement)
                self._connection.execute(f"PRAGMA application_id = {_APPLICATION}")
                self._connection.execute(f"PRAGMA user_version = {_VERSION}")
            self._connection.execute("COMMIT")
        elif application != _APPLICATION:
            raise CannotDo("ledger.not_one", file=self.path)
        elif version != _VERSION:
            raise CannotDo("ledger.other_version", file=self.path, version=version, own=_VERSION)


def _proof(values: tuple[object, ...]) -> str:
    """SHA-256 over every column but the hash itself, told apart by JSON."""
    return hashlib.sha256(json.dumps(values, ensure_ascii=False).encode("utf-8", "surrogatepass")).hexdigest()


def _entry(row: tuple[object, ...]) -> Entry:
    number, when, who, kind, state, unit, unit_name, year, file, digest, why, details, before, proof = row
    event = Event(
        kind=Kind(str(kind)),
        state=None if state is None else State(str(state)),
        unit=str(unit),
        unit_name=str(unit_name),
        year=year if isinstance(year, int) else None,
        file=str(file),
        digest=str(digest),
        why=str(why),
        details=json.loads(str(details)),
    )
    return Entry(
        number=int(str(number)),
        when=str(when),
        who=str(who),
        event=event,
        before=str(before),
        hash=str(proof),
    )


@contextmanager
def _told(path: Path) -> Iterator[None]:
    """What SQLite cannot do, said to a person."""
    try:
        yield
    except sqlite3.OperationalError as fault:
        if "locked" in str(fault):
            raise CannotDo("ledger.held", file=path) from None
        raise CannotDo("output.not_writable", file=path, reason=fault) from None
    except sqlite3.DatabaseError:
        raise CannotDo("ledger.damaged", file=path) from None
