"""A submission or its findings ↔ bytes, for the way between processes and for the cache.

A submission is JSON in positions, every text once, for its rows share their columns; findings share little
and are packed as they are. Both are deflated. They hold values and nothing that could run, so a cache in a
shared folder can spoil a run at worst and never start anything. What does not fit is refused, not guessed.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

import msgspec

from xlgoals.errors import CannotDo
from xlgoals.findings import Finding
from xlgoals.messages import Phrase
from xlgoals.model import (
    Address,
    CellsLocation,
    Indicator,
    Location,
    Money,
    Observation,
    Project,
    RowLocation,
    Sighting,
    Submission,
    Unit,
)

_LEVEL = 1
_LARGEST = 1 << 28
"""Bytes that a record may inflate to: more than the gate lets any workbook hold."""

_FINDINGS_OUT = msgspec.msgpack.Encoder()
_FINDINGS_IN = msgspec.msgpack.Decoder(tuple[Finding, ...])

Json = Any


class NotOurs(ValueError):
    """Bytes that no program of this version has packed."""


def pack(submission: Submission) -> tuple[bytes, bytes]:
    """A submission as its head, which is small, and its projects."""
    head = _Texts()
    told = [
        *(head.add(submission.unit.code), head.add(submission.unit.name), submission.year),
        *(head.add(submission.profile), head.add(submission.template_version)),
        head.add_pairs(submission.contact),
        [_from_observation(head, each) for each in submission.observations],
        *(head.add(submission.file), head.add(submission.digest), head.add_location(submission.location)),
    ]
    body = _Texts()
    projects = [_from_project(body, each) for each in submission.projects]
    return head.to_bytes(told), body.to_bytes(projects)


def unpack_head(data: bytes, projects: Sequence[Project]) -> Submission:
    """The submission, with ``projects`` as its projects.

    Raises:
        NotOurs: the bytes are damaged, or of another version.
    """
    try:
        texts, told = _read(data)
        t = texts.text
        code, name, year, profile, version, contact, observations, file, digest, location = told
        return Submission(
            unit=Unit(code=t[code], name=t[name]),
            year=year,
            profile=t[profile],
            template_version=t[version],
            projects=projects,
            contact=texts.pairs(contact),
            observations=tuple(_to_observation(texts, each) for each in observations),
            file=t[file],
            digest=t[digest],
            location=texts.location(location),
        )
    except _FAULTS:
        raise NotOurs from None


def unpack_projects(data: bytes) -> tuple[Project, ...]:
    """The projects of a submission; raises :class:`NotOurs`."""
    try:
        texts, told = _read(data)
        return tuple([_to_project(texts, each) for each in told])
    except _FAULTS:
        raise NotOurs from None


def pack_findings(findings: Iterable[Finding]) -> bytes:
    """Findings in their order."""
    held = list(findings)
    try:
        plain = _FINDINGS_OUT.encode(held)
    except UnicodeEncodeError:  # half a surrogate pair, as the name of a file may hold: only JSON can
        plain = _to_json(msgspec.to_builtins(held))
    return zlib.compress(plain, _LEVEL)


def unpack_findings(data: bytes) -> tuple[Finding, ...]:
    """The findings; raises :class:`NotOurs`."""
    try:
        plain = _inflated(data)
        if plain.startswith(b"["):
            return msgspec.convert(json.loads(plain.decode("utf-8", "surrogatepass")), tuple[Finding, ...])
        return _FINDINGS_IN.decode(plain)
    except _FAULTS:
        raise NotOurs from None


def pack_refusal(refusal: CannotDo) -> bytes:
    """Why a file was refused; what is no text or number is kept as the text that it is shown as."""
    return _to_json([refusal.key, {name: _from_detail(each) for name, each in refusal.details.items()}])


def unpack_refusal(data: bytes) -> CannotDo:
    """The refusal; raises :class:`NotOurs`."""
    try:
        key, details = json.loads(data.decode("utf-8", "surrogatepass"))
        return CannotDo(key, **{name: _to_detail(each) for name, each in details.items()})
    except _FAULTS:
        raise NotOurs from None


_FAULTS = (ValueError, TypeError, KeyError, IndexError, AttributeError, zlib.error, InvalidOperation)


def _to_json(told: Json) -> bytes:
    return json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")


def _inflated(data: bytes) -> bytes:
    inflate = zlib.decompressobj()
    plain = inflate.decompress(data, _LARGEST)
    if not inflate.eof:
        raise NotOurs
    return plain


def _read(data: bytes) -> tuple[_Known, Json]:
    texts, addresses, columns, told = json.loads(_inflated(data).decode("utf-8", "surrogatepass"))
    return _Known(texts, addresses, columns), told


class _Texts:
    """Texts, addresses and column maps on their way out, each given a number once."""

    def __init__(self) -> None:
        self._texts: dict[str, int] = {}
        self._addresses: dict[Address, int] = {}
        self._columns: dict[int, tuple[int, Mapping[str, str]]] = {}

    def add(self, text: str) -> int:
        return self._texts.setdefault(text, len(self._texts))

    def add_pairs(self, pairs: Mapping[str, str]) -> list[int]:
        return [self.add(text) for pair in pairs.items() for text in pair]

    def add_address(self, address: Address) -> int:
        return self._addresses.setdefault(address, len(self._addresses))

    def add_location(self, location: Location) -> list[Json]:
        if isinstance(location, RowLocation):
            number, _ = self._columns.setdefault(id(location.columns), (len(self._columns), location.columns))
            return [self.add(location.file), self.add(location.sheet), location.row, number]
        if isinstance(location, CellsLocation):
            told = self.add_pairs(location.cells)
            return [self.add(location.file), self.add(location.sheet), told, self.add(location.start)]
        raise TypeError(f"no way to keep a {type(location).__name__}")

    def to_bytes(self, told: Json) -> bytes:
        addresses = [[self.add(a.file), self.add(a.sheet), self.add(a.cell)] for a in self._addresses]
        columns = [self.add_pairs(each) for _, each in self._columns.values()]
        return zlib.compress(_to_json([list(self._texts), addresses, columns, told]), _LEVEL)


class _Known:
    """The same on their way in."""

    def __init__(self, texts: list[str], addresses: list[list[int]], columns: list[list[int]]) -> None:
        if not all(type(text) is str for text in texts):
            raise NotOurs
        self.text = texts
        self.address = [Address(file=texts[f], sheet=texts[s], cell=texts[c]) for f, s, c in addresses]
        self._columns = [self.pairs(each) for each in columns]

    def pairs(self, numbers: list[int]) -> dict[str, str]:
        texts = [self.text[number] for number in numbers]
        return dict(zip(texts[::2], texts[1::2], strict=True))

    def location(self, told: list[Json]) -> Location:
        file, sheet, where, last = told
        if isinstance(where, list):
            cells = self.pairs(where)
            start = self.text[last]
            return CellsLocation(file=self.text[file], sheet=self.text[sheet], cells=cells, start=start)
        columns = self._columns[last]
        return RowLocation(file=self.text[file], sheet=self.text[sheet], row=where, columns=columns)


def _from_money(texts: _Texts, money: Money) -> list[Json]:
    return [texts.add(money.raw), None if money.amount is None else str(money.amount)]


def _to_money(texts: _Known, told: Json) -> Money:
    raw, amount = told
    return Money(raw=texts.text[raw], amount=None if amount is None else Decimal(amount))


def _from_project(texts: _Texts, project: Project) -> list[Json]:
    add = texts.add
    return [
        *(
            add(project.name),
            add(project.type),
            add(project.purpose),
            add(project.goals),
            add(project.waiver),
        ),
        *(_from_money(texts, each) for each in (project.budget, project.fiscal, project.other)),
        int(project.declared),
        texts.add_location(project.location),
        [
            [
                *(add(row.level1), add(row.level2), add(row.name), add(row.description)),
                *(add(row.target), add(row.waiver)),
                texts.add_location(row.location),
            ]
            for row in project.indicators
        ],
    ]


def _to_project(texts: _Known, told: Json) -> Project:
    t, at = texts.text, texts.location
    name, kind, purpose, goals, waiver, budget, fiscal, other, declared, location, rows = told
    return Project(
        name=t[name],
        type=t[kind],
        purpose=t[purpose],
        goals=t[goals],
        waiver=t[waiver],
        budget=_to_money(texts, budget),
        fiscal=_to_money(texts, fiscal),
        other=_to_money(texts, other),
        declared=bool(declared),
        location=at(location),
        indicators=tuple(
            [
                Indicator(
                    level1=t[level1],
                    level2=t[level2],
                    name=t[own],
                    description=t[description],
                    target=t[target],
                    waiver=t[why],
                    location=at(place),
                )
                for level1, level2, own, description, target, why, place in rows
            ]
        ),
    )


def _from_observation(texts: _Texts, seen: Observation) -> list[Json]:
    told = [texts.add(seen.value), texts.add(seen.used), texts.add(seen.project)]
    return [seen.sighting.value, texts.add_address(seen.address), *told]


def _to_observation(texts: _Known, told: Json) -> Observation:
    sighting, address, value, used, project = told
    return Observation(
        sighting=Sighting(sighting),
        address=texts.address[address],
        value=texts.text[value],
        used=texts.text[used],
        project=texts.text[project],
    )


def _from_detail(detail: object) -> Json:
    if isinstance(detail, Phrase):
        return [detail.key, [[name, _from_detail(each)] for name, each in detail.details]]
    return detail if isinstance(detail, int | float) else str(detail)


def _to_detail(told: Json) -> object:
    if isinstance(told, list):
        key, details = told
        return Phrase(key, tuple((name, _to_detail(each)) for name, each in details))
    return told
