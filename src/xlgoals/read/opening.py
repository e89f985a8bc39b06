"""A path → the book in it, by whichever way its kind is read."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from xlgoals.read.book import read_book
from xlgoals.read.cells import Book
from xlgoals.read.converted import convert
from xlgoals.read.intake import read_bytes
from xlgoals.read.kinds import Kind, kind_of, listed, refuse
from xlgoals.read.package import Package


class Opened(NamedTuple):
    """A workbook that was read, and the hash of its bytes."""

    book: Book
    digest: str


def open_book(path: Path) -> Opened:
    """The workbook in ``path``; an old or foreign one is converted and says so.

    Raises:
        CannotDo: it cannot be read, or must not be; the sentence names what the file is and what to do.
    """
    data = read_bytes(path)
    package = listed(data)
    kind = kind_of(path.name, data, package)
    if kind is not Kind.OOXML and not kind.is_foreign:
        raise refuse(path.name, kind)
    if kind.is_foreign:
        book = convert(path.name, data, kind)
    else:
        book = read_book(Package(path.name, data, package=package))
    return Opened(book, sha256(data).hexdigest())
