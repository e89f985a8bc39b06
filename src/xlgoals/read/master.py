"""A former master → what reviewers wrote in it, and which rows it had.

A master may hold a million rows of which a few hundred bear an opinion. So each row's bytes are looked at
first, and only rows with something in a review column go to the strict reader; where the sheet is spelled in
a way in which that cannot be told, all of it goes there.
"""

from __future__ import annotations

import hashlib
import re
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import BufferedReader
from pathlib import Path

from xlgoals.errors import CannotDo
from xlgoals.form import normal_label
from xlgoals.masterform import REVIEW, REVIEWED, MasterForm, MasterSheet
from xlgoals.read.cells import Cell, CellKind, Sheet, column_letters
from xlgoals.read.intake import LARGEST_FILE, refuse_other_than_plain
from xlgoals.read.kinds import Kind, kind_of, listed, refuse
from xlgoals.read.package import Package
from xlgoals.read.parts import Outline, Properties, Styles, read_shared
from xlgoals.read.values import Values
from xlgoals.read.worksheet import SheetReader
from xlgoals.rowkeys import Identities, RowKey, parsed_key, row_key

_ROOM = 16
_HEAD = 1 << 12
_HEAD_ROWS = 10
_BLOCK = 1 << 20
# What an older layout may lack.
_OPTIONAL = frozenset({"year", "changed", "row_key"})
_NEEDED = {
    "projects": ("unit_code", "name", *REVIEW),
    "indicators": ("unit_code", "project", "level1", "level2", "name", *REVIEW),
    "orphans": ("sheet", "unit_code", "project", "name", "record", *REVIEW),
}
_OPENING, _ROW_END = b"<sheetData>", b"</row>"
# Comments and the like may hold anything; a row or cell without a reference only counts on.
_ODD = re.compile(rb"<!|<(?:row|c)(?: (?!r=)|/?>)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reviewed:
    """A row of a former master in which a reviewer wrote something."""

    sheet: str
    """Key of the sheet the row belongs to, of an orphan that of the sheet it once stood in."""
    values: Mapping[str, str]
    """What stood in the row, by column key."""
    others: Mapping[str, str] = field(default_factory=dict)
    """What stood in columns that are not ours, by heading."""
    key: RowKey
    is_orphan: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FormerMaster:
    """What is taken over from a master before it is replaced."""

    digest: str
    """SHA-256 of its bytes."""
    reviewed: tuple[Reviewed, ...]
    identities: Identities = field(default_factory=lambda: Identities(()))
    """Of all its rows: a row that was there before is no renamed one."""
    own_columns: tuple[str, ...] = ()
    """Headings of columns that somebody added; they stay in the file that is kept."""


def is_master(path: Path, form: MasterForm) -> bool:
    """Whether the file is a master of ours, by its properties alone."""
    try:
        with _opened(path) as stream:
            return _is_ours(_package(path.name, stream), form)
    except CannotDo:
        return False


def read_former_master(path: Path, form: MasterForm) -> FormerMaster:
    """What reviewers wrote in the master at ``path``.

    Raises:
        CannotDo: it cannot be read, is no master of ours, or a sheet or column with opinions is gone.
    """
    with _opened(path) as stream:
        package = _package(path.name, stream)
        if not _is_ours(package, form):
            raise CannotDo("consolidate.not_a_master", file=path)
        return _Reader(package, form).read(_digest(stream))


@contextmanager
def _opened(path: Path) -> Iterator[BufferedReader]:
    """The file, read piece by piece: a master may take up a gigabyte."""
    try:
        refuse_other_than_plain(path)
        with path.open("rb") as stream:
            yield stream
    except FileNotFoundError:
        raise CannotDo("file.missing", file=path) from None
    except OSError as fault:
        raise CannotDo("file.unreadable", file=path.name, reason=fault.strerror or fault) from None


def _package(name: str, stream: BufferedReader) -> Package:
    listed_package = listed(stream)
    stream.seek(0)
    # Without a list it is no workbook of ours, and what it is stands in as many bytes as one may have.
    data = stream.read(_HEAD if listed_package else LARGEST_FILE)
    kind = kind_of(name, data, listed_package)
    if kind is not Kind.OOXML:
        raise refuse(name, kind)
    return Package(name, b"", room=_ROOM, package=listed_package)


def _digest(stream: BufferedReader) -> str:
    stream.seek(0)
    return hashlib.file_digest(stream, "sha256").hexdigest()


def _is_ours(package: Package, form: MasterForm) -> bool:
    properties = Properties()
    for relation in package.relations("").values():
        if relation.kind == "custom-properties" and not relation.external and package.has(relation.target):
            package.parse(relation.target, properties)
    return properties.found.get("xlgoals_template_id") == form.id


class _Reader:
    def __init__(self, package: Package, form: MasterForm) -> None:
        self._package, self._form = package, form
        self._identities = array("Q")
        self._own_columns: dict[str, None] = {}

    def read(self, digest: str) -> FormerMaster:
        package = self._package
        main = [r.target for r in package.relations("").values() if r.kind == "officeDocument"]
        if not main:
            raise CannotDo("workbook.not_one", file=package.name)
        outline, formats = Outline(), Styles()
        package.parse(main[0], outline)
        relations = package.relations(main[0])
        self._texts: list[str] = []
        for relation in relations.values():
            if relation.kind == "sharedStrings" and not relation.external:
                self._texts += read_shared(package, relation.target)
            elif relation.kind == "styles" and not relation.external:
                package.parse(relation.target, formats)
        self._values = Values(self._texts, formats, outline.from_1904)
        parts = [(name, relations[at].target) for name, _, at in outline.sheets if at in relations]
        reviewed: list[Reviewed] = []
        for key in (*REVIEWED, "orphans"):
            spec = self._form.sheets[key]
            pattern = re.compile(rf"{re.escape(spec.name)}( \([0-9]+\))?")
            own = [(name, part) for name, part in parts if pattern.fullmatch(name)]
            if not own and key in REVIEWED:
                raise CannotDo("master.no_sheet", file=package.name, sheet=spec.name)
            for name, part in own:
                reviewed += self._sheet(key, spec, name, part)
        return FormerMaster(
            digest=digest,
            reviewed=tuple(reviewed),
            identities=Identities(self._identities),
            own_columns=tuple(self._own_columns),
        )

    def _sheet(self, key: str, spec: MasterSheet, name: str, part: str) -> Iterator[Reviewed]:
        head, blocks = _head_and_rows(self._package.chunks(part))
        is_plain = head is not None
        sheet = self._parsed(name, part, [head or b""]) if is_plain else self._parsed(name, part, blocks)
        row, columns = self._columns(key, spec, sheet)
        if is_plain:
            wanted = _cells_of([columns[each] for each in REVIEW])
            sieve = _Sieve(wanted, _keys_of(columns.get("row_key")), key in REVIEWED)
            kept = b"".join(sieve.take(blocks))
            if sieve.is_odd:
                sheet = self._parsed(name, part, self._package.chunks(part))
            else:
                sheet = self._parsed(name, part, [(head or b"").removesuffix(_END), kept, _END])
                self._add_identities(sieve.inline, sieve.shared)
        for number, cells in sheet.rows().items():
            if number > row:
                if key in REVIEWED and (
                    found := parsed_key(_text(cells, columns.get("row_key"), sheet, number))
                ):
                    self._identities.append(int(found.identity, 16))
                if any(_text(cells, columns[each], sheet, number).strip() for each in REVIEW):
                    yield self._reviewed(key, sheet, number, cells, columns, row)

    def _add_identities(self, inline: array[int], shared: array[int]) -> None:
        self._identities.extend(inline)
        for each in shared:
            found = parsed_key(self._texts[each]) if each < len(self._texts) else None
            if found:
                self._identities.append(int(found.identity, 16))

    def _parsed(self, name: str, part: str, data: Iterable[bytes]) -> Sheet:
        reader = SheetReader(self._package.name, Sheet(name, "visible"), self._values)
        parser = self._package.parser(part, reader)
        for chunk in data:
            parser.feed(chunk)
        parser.close()
        return reader.sheet

    def _columns(self, key: str, spec: MasterSheet, sheet: Sheet) -> tuple[int, Mapping[str, int]]:
        """The head row and the column of each key, found by its heading."""
        labels = {normal_label(column.label): column.key for column in spec.columns}
        best: tuple[int, Mapping[str, int]] = (0, {})
        for number, cells in sheet.rows().items():
            if number > _HEAD_ROWS:
                break
            found: dict[str, int] = {}
            for column, cell in cells.items():
                if label := labels.get(normal_label(cell.text)):
                    found.setdefault(label, column)
            if len(found) > len(best[1]):
                best = number, found
        for needed in _NEEDED[key]:
            if needed not in best[1]:
                label = spec.columns[spec.index(needed)].label
                raise CannotDo("master.no_column", file=self._package.name, sheet=sheet.name, label=label)
        for column, cell in sheet.rows().get(best[0], {}).items():
            if column not in best[1].values() and cell.text.strip():
                self._own_columns[cell.text.strip()] = None
        return best

    def _reviewed(
        self,
        key: str,
        sheet: Sheet,
        number: int,
        cells: Mapping[int, Cell],
        columns: Mapping[str, int],
        head: int,
    ) -> Reviewed:
        values = {each: _text(cells, column, sheet, number) for each, column in columns.items()}
        others = {
            sheet.at(head, column).text.strip() or column_letters(column): _text(cells, column, sheet, number)
            for column in cells
            if column not in columns.values()
        }
        of_sheet = key
        if key == "orphans":
            names = {self._form.sheets[each].name: each for each in REVIEWED}
            of_sheet = names.get(values["sheet"].strip(), "indicators")
            if of_sheet == "projects":
                values["name"] = values.pop("project", "")
        written = parsed_key(values.pop("row_key", ""))
        return Reviewed(
            sheet=of_sheet,
            values=values,
            others={label: text for label, text in others.items() if text},
            key=written or row_key(of_sheet, values),
            is_orphan=key == "orphans",
        )


_END = b"</sheetData></worksheet>"


def _text(cells: Mapping[int, Cell], column: int | None, sheet: Sheet, row: int) -> str:
    """What a person sees in a cell; of a formula that was never computed the formula."""
    cell = cells.get(column or 0)
    if cell is None or column is None:
        return ""
    if cell.kind is CellKind.BLANK and cell.formula:
        return f"={sheet.formulas.get((row, column), '')}"
    return cell.text


def _head_and_rows(chunks: Iterator[bytes]) -> tuple[bytes | None, Iterator[bytes]]:
    """The beginning of a sheet with its first rows, closed so that it can be parsed, and all its rows.

    None for a sheet that is not spelled so plainly that its rows can be cut out; then all of it follows.
    """
    data = b""
    for chunk in chunks:
        data += chunk
        if data.count(_ROW_END) >= _HEAD_ROWS or b"</sheetData>" in data:
            break
    start = data.find(_OPENING)
    if start < 0 or _ODD.search(data):
        return None, _followed_by(data, chunks)
    start += len(_OPENING)
    rows = data[start:].split(_ROW_END)
    first = [row + _ROW_END for row in rows[:-1]][:_HEAD_ROWS]
    return data[:start] + b"".join(first) + _END, _followed_by(data[start + sum(map(len, first)) :], chunks)


def _followed_by(data: bytes, chunks: Iterator[bytes]) -> Iterator[bytes]:
    yield data
    yield from chunks


def _cells_of(columns: Sequence[int]) -> re.Pattern[bytes]:
    """Finds a cell of one of the columns that is not plainly blank."""
    letters = "|".join(map(column_letters, columns))
    return re.compile(rf'<c r="(?:{letters})[0-9]+"(?:[^>/]|/(?!>))*>'.encode())


def _keys_of(column: int | None) -> re.Pattern[bytes] | None:
    if column is None:
        return None
    cell = rf'<c r="{column_letters(column)}[0-9]+"[^>]*>'
    return re.compile(rf"{cell}(?:<is><t[^>]*>([0-9a-f]{{16}})-|<v>([0-9]{{1,9}})</v>)".encode())


class _Sieve:
    """The rows that somebody wrote in, of the bytes of many."""

    def __init__(self, wanted: re.Pattern[bytes], keys: re.Pattern[bytes] | None, collects: bool) -> None:
        self._wanted = wanted
        self._keys = keys if collects else None
        self.is_odd = False
        self.inline = array("Q")
        """Identities."""
        self.shared = array("Q")
        """Numbers of the shared texts in which identities stand."""

    def take(self, blocks: Iterable[bytes]) -> Iterator[bytes]:
        """The rows to look at; stops where something odd stands."""
        for block in _by_rows(blocks):
            if _ODD.search(block):
                self.is_odd = True
                return
            if self._keys is not None:
                for inline, shared in self._keys.findall(block):
                    if inline:
                        self.inline.append(int(inline, 16))
                    else:
                        self.shared.append(int(shared))
            if self._wanted.search(block):
                yield from (row + _ROW_END for row in block.split(_ROW_END)[:-1] if self._wanted.search(row))


def _by_rows(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The same bytes in larger blocks that end with a row; what follows the last row is left out."""
    rest = b""
    for chunk in chunks:
        rest += chunk
        if len(rest) >= _BLOCK:
            end = rest.rfind(_ROW_END)
            if end >= 0:
                end += len(_ROW_END)
                yield rest[:end]
                rest = rest[end:]
    end = rest.rfind(_ROW_END)
    if end >= 0:
        yield rest[: end + len(_ROW_END)]
