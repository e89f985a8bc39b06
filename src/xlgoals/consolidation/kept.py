"""Sequences that are made when they are looked at, and a shelf that remembers the last ones made."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from typing import Any, Generic, TypeVar, overload

MOST = 100_000
"""Rows and findings held at a time, each of some hundred bytes to a kilobyte."""

Thing = TypeVar("Thing")
Answer = TypeVar("Answer")


class Kept(Sequence[Thing], Generic[Thing]):
    """Projects or findings that are unpacked or put together when they are looked at.

    Sent to another process they are looked up from there.
    """

    __slots__ = ("_length", "_load", "_told")

    def __init__(self, load: Callable[[], tuple[Thing, ...]], length: int | None = None) -> None:
        """``length`` is None where nobody knows it yet."""
        self._load = load
        self._length = length
        self._told: dict[Callable[[Iterable[Thing]], Any], Any] = {}

    def recall(self, ask: Callable[[Iterable[Thing]], Answer]) -> Answer:
        """What ``ask`` says of all of them, asked once: to unpack them again is what costs."""
        if ask not in self._told:
            self._told[ask] = ask(self)
        return self._told[ask]  # type: ignore[no-any-return]  # of the kind that this function answers

    def __len__(self) -> int:
        if self._length is None:
            self._length = len(self._load())
        return self._length

    def __iter__(self) -> Iterator[Thing]:
        return iter(()) if self._length == 0 else iter(self._load())

    @overload
    def __getitem__(self, index: int) -> Thing: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Thing, ...]: ...
    def __getitem__(self, index: int | slice) -> Thing | tuple[Thing, ...]:
        return self._load()[index]

    def __eq__(self, other: object) -> bool:
        return tuple(self) == tuple(other) if isinstance(other, tuple | Kept) else NotImplemented

    def __hash__(self) -> int:
        return hash(tuple(self))

    def __repr__(self) -> str:
        return f"<{len(self)} kept>"


class Shelf:
    """The last sequences that were made, as far as they fit."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._entries: OrderedDict[Hashable, tuple[Any, ...]] = OrderedDict()
        self._size = 0

    def __reduce__(self) -> tuple[type[Shelf], tuple[int]]:
        """In another process it begins empty."""
        return Shelf, (self._most,)

    def get(self, key: Hashable, make: Callable[[], tuple[Thing, ...]]) -> tuple[Thing, ...]:
        """What lies under ``key``, made where it is not there (any more)."""
        found = self._entries.get(key)
        if found is not None:
            self._entries.move_to_end(key)
            return found
        made = make()
        self._entries[key] = made
        self._size += _weight(made)
        while self._size > self._most and len(self._entries) > 1:
            self._size -= _weight(self._entries.popitem(last=False)[1])
        return made

    def forget(self, key: Hashable) -> None:
        """Makes it anew the next time."""
        self._size -= _weight(self._entries.pop(key, ()))


def _weight(values: tuple[object, ...]) -> int:
    """How many records a sequence counts for: each member, and the rows of a project."""
    return sum(1 + len(getattr(each, "indicators", ())) for each in values)
