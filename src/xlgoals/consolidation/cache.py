"""What was read from each file, kept beside the master, so that nothing is read twice.

A SQLite file of its own, apart from the ledger: it can be deleted at any time, and the next run reads
everything again. A record is good for one content (SHA-256), one program and one form; its findings are good
for one state of the rules. Projects and findings stay packed until they are asked for, so that ten thousand
submissions take little more memory than one hundred.
"""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
import weakref
from collections.abc import Callable, Sequence
from contextlib import closing, suppress
from functools import partial
from pathlib import Path
from typing import NamedTuple, Self, TypeVar

from xlgoals.consolidation.kept import Kept, Shelf
from xlgoals.consolidation.merge import Arrival
from xlgoals.consolidation.packing import (
    NotOurs,
    unpack_findings,
    unpack_head,
    unpack_projects,
    unpack_refusal,
)
from xlgoals.errors import CannotDo

_APPLICATION = 0x786C6763  # "xlgc"
_VERSION = 1
_SCHEMA = """
CREATE TABLE files (
    id INTEGER PRIMARY KEY AUTOINCREMENT, path TEXT NOT NULL UNIQUE, stamp TEXT NOT NULL,
    digest TEXT NOT NULL, reading TEXT NOT NULL, rules TEXT NOT NULL, received REAL NOT NULL,
    is_master INTEGER NOT NULL,
    refusal BLOB, head BLOB, projects BLOB, findings BLOB, project_count INTEGER NOT NULL,
    finding_count INTEGER NOT NULL
) STRICT;
CREATE TABLE told (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
"""
_COLUMNS = (
    "path, stamp, digest, reading, rules, received, is_master, refusal, head, projects, findings,"
    " project_count, finding_count"
)
_AT_ONCE = 64
"""Records written between two commits: what a kill costs at most."""
_PATIENCE_SECONDS = 30.0

Thing = TypeVar("Thing")


class Parcel(NamedTuple):
    """What a worker sends back of one file: values packed, or the reason why there are none."""

    received: float
    digest: str = ""
    head: bytes | None = None
    projects: bytes | None = None
    findings: bytes | None = None
    project_count: int = 0
    finding_count: int = 0
    refusal: bytes | None = None
    is_master: bool = False


class Stored(NamedTuple):
    """What the cache knows of a path without unpacking anything."""

    id: int
    stamp: str
    digest: str
    reading: str
    rules: str
    is_refused: bool


def cache_beside(master: Path) -> Path:
    """Where the cache of a master lies."""
    return master.with_name(f".{master.stem}.cache.db")


class Cache:
    """The cache of one master. Only one process at a time may hold it: whoever holds the master.

    What it handed out may be sent to another process, which only looks things up.
    """

    def __init__(self, path: Path) -> None:
        """Takes the cache at ``path`` as it is.

        Raises:
            OSError, sqlite3.Error: there is none, or it is damaged.
        """
        self.path = path
        self._waiting = 0
        self._shelf = Shelf()
        self._connection = _opened(path)

    @classmethod
    def open(cls, path: Path) -> Self:
        """The cache at ``path``; one that is damaged or of another version is begun anew.

        Where the folder lets nothing be kept, everything lies in a temporary file for this run.
        """
        try:
            return cls(path)
        except (sqlite3.Error, OSError):
            with suppress(OSError):
                _delete(path)
        try:
            return cls(path)
        except (sqlite3.Error, OSError):
            folder = tempfile.mkdtemp(prefix="xlgoals-")
            cache = cls(Path(folder) / "cache.db")
            weakref.finalize(cache, shutil.rmtree, folder, ignore_errors=True)
            return cache

    def __reduce__(self) -> tuple[type[Self], tuple[Path]]:
        return type(self), (self.path,)

    def close(self) -> None:
        """Keeps what was read and lets the file go; what was handed out can still be unpacked."""
        self.flush()
        self._connection.close()

    def flush(self) -> None:
        """Puts on disk what was read so far."""
        self._connection.commit()
        self._waiting = 0

    def stored(self) -> dict[str, Stored]:
        """What is known, by path."""
        rows = self._connection.execute(
            "SELECT path, id, stamp, digest, reading, rules, refusal IS NOT NULL FROM files"
        )
        return {row[0]: Stored._make((*row[1:6], bool(row[6]))) for row in rows}

    def put(self, path: str, stamp: str, reading: str, rules: str, parcel: Parcel) -> int:
        """Keeps what became of a file, in place of what was known of its path; the number of its record."""
        self._connection.execute("DELETE FROM files WHERE path = ?", (path,))
        cursor = self._connection.execute(
            f"INSERT INTO files ({_COLUMNS}) VALUES ({','.join('?' * 13)})",  # noqa: S608 — names of ours
            (
                *(path, stamp, parcel.digest, reading, rules, parcel.received, int(parcel.is_master)),
                *(parcel.refusal, parcel.head, parcel.projects, parcel.findings),
                *(parcel.project_count, parcel.finding_count),
            ),
        )
        self._count()
        return int(cursor.lastrowid or 0)

    def restamp(self, number: int, stamp: str, received: float) -> None:
        """The same content under another time of change."""
        self._connection.execute(
            "UPDATE files SET stamp = ?, received = ? WHERE id = ?", (stamp, received, number)
        )
        self._count()

    def judge(self, number: int, rules: str, findings: bytes, count: int) -> None:
        """Other findings for what was read before."""
        self._connection.execute(
            "UPDATE files SET rules = ?, findings = ?, finding_count = ? WHERE id = ?",
            (rules, findings, count, number),
        )
        self._shelf.forget((number, "findings"))
        self._count()

    def forget(self, numbers: Sequence[int]) -> None:
        """Drops records of files that are gone."""
        self._connection.executemany("DELETE FROM files WHERE id = ?", [(number,) for number in numbers])

    def packed(self, number: int) -> tuple[bytes, bytes]:
        """Head and projects as they were packed."""
        return self._connection.execute("SELECT head, projects FROM files WHERE id = ?", (number,)).fetchone()  # type: ignore[no-any-return]  # SQLite's rows have no type

    def arrival(self, number: int, path: Path) -> Arrival | None:
        """The file as it was received; None for a master, which is no submission.

        Raises:
            NotOurs: the record is damaged.
        """
        row = self._connection.execute(
            "SELECT received, digest, is_master, refusal, head, project_count, finding_count"
            " FROM files WHERE id = ?",
            (number,),
        ).fetchone()
        received, digest, is_master, refusal, head, projects, findings = row
        if is_master:
            return None
        if refusal is not None:
            return Arrival(path=path, received=received, refusal=unpack_refusal(refusal), digest=digest)
        kept = Kept(partial(self._load, number, "projects", unpack_projects, path), projects)
        return Arrival(
            path=path,
            received=received,
            submission=unpack_head(head, kept),
            findings=Kept(partial(self._load, number, "findings", unpack_findings, path), findings),
            digest=digest,
        )

    def told(self, key: str) -> str:
        """A text that an earlier run left; empty where it left none."""
        row = self._connection.execute("SELECT value FROM told WHERE key = ?", (key,)).fetchone()
        return row[0] if row else ""

    def tell(self, key: str, value: str) -> None:
        """Leaves a text for the next run."""
        self._connection.execute("INSERT OR REPLACE INTO told VALUES (?, ?)", (key, value))

    def _count(self) -> None:
        self._waiting += 1
        if self._waiting >= _AT_ONCE:
            self.flush()

    def _load(
        self, number: int, column: str, unpack: Callable[[bytes], tuple[Thing, ...]], path: Path
    ) -> tuple[Thing, ...]:
        def make() -> tuple[Thing, ...]:
            try:
                return unpack(self._blob(number, column))
            except (NotOurs, sqlite3.Error):
                raise CannotDo("consolidate.cache_lost", file=path.name, cache=self.path) from None

        return self._shelf.get((number, column), make)

    def _blob(self, number: int, column: str) -> bytes:
        question = f"SELECT {column} FROM files WHERE id = ?"  # noqa: S608 — a name of ours
        try:
            row = self._connection.execute(question, (number,)).fetchone()
        except sqlite3.ProgrammingError:  # closed, as after a run: opened for this once
            with closing(sqlite3.connect(self.path)) as connection:
                row = connection.execute(question, (number,)).fetchone()
        if row is None:
            raise NotOurs
        return bytes(row[0])


def _opened(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=_PATIENCE_SECONDS)
    try:
        # After a cut in power the file may be damaged; it is then found out and begun anew.
        connection.execute("PRAGMA synchronous = OFF")
        (application,) = connection.execute("PRAGMA application_id").fetchone()
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        (tables,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        if tables and (application, version) != (_APPLICATION, _VERSION):
            raise sqlite3.DatabaseError  # noqa: TRY301 — as one that SQLite itself cannot read
        if not tables:
            connection.executescript(
                f"BEGIN; {_SCHEMA} PRAGMA application_id = {_APPLICATION};"
                f"PRAGMA user_version = {_VERSION}; COMMIT;"
            )
        connection.execute("SELECT count(*) FROM files").fetchone()
    except BaseException:
        connection.close()
        raise
    return connection


def _delete(path: Path) -> None:
    path.unlink(missing_ok=True)
    path.with_name(f"{path.name}-journal").unlink(missing_ok=True)
