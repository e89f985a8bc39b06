"""审核意见: what reviewers wrote in a master, given to the rows of the next one.

A row is known again by unit, year, project and indicator, wherever it stands. One that was renamed a little
gets its opinion where exactly one new row resembles it. What finds no row is an orphan and is listed with all
that was known; nothing is dropped, and nothing is given to a row that only might be meant.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from enum import StrEnum

from xlgoals.form import normal_label
from xlgoals.masterform import REVIEW, REVIEWED, MasterForm
from xlgoals.read.master import FormerMaster, Reviewed
from xlgoals.rowkeys import CONTENT, RowKey, plain_value, row_key

_ALIKE = 0.75
_ALIKE_NAME = 0.7
_AHEAD = 0.05
_SHORTEST_COMPARED = 2
# What the parts of an identity are worth; an equal content is worth something on top.
_WEIGHTS = {"name": 0.55, "project": 0.25, "level2": 0.2}
_SAME_CONTENT = 0.1
_SHOWN = 60


class Why(StrEnum):
    """Why an opinion has no row."""

    UNIT_GONE = "unit_gone"
    ROW_GONE = "row_gone"
    AMBIGUOUS = "ambiguous"
    TAKEN = "taken"


@dataclass(frozen=True, slots=True, kw_only=True)
class Orphan:
    """An opinion without a row."""

    reviewed: Reviewed
    why: Why


@dataclass(slots=True)
class Opinions:
    """The opinions of one former master on their way into the next; each is handed out once."""

    form: MasterForm
    former: FormerMaster | None = None
    carried: int = 0
    changed: int = 0
    """Opinions on rows that say something else than when they were written."""
    _left: dict[int, Reviewed] = field(default_factory=dict)
    _reasons: dict[int, Why] = field(default_factory=dict)
    _by_identity: dict[str, list[Reviewed]] = field(default_factory=dict)
    _by_unit: dict[str, list[Reviewed]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.former is None:
            return
        # An orphan comes last: a row that has an opinion of its own keeps it.
        ordered = sorted(self.former.reviewed, key=lambda each: each.is_orphan)
        self._left = {id(each): each for each in ordered}
        for each in ordered:
            self._by_identity.setdefault(each.key.identity, []).append(each)
            self._by_unit.setdefault(each.values.get("unit_code", "").strip(), []).append(each)

    def give(self, sheets: Mapping[str, Sequence[dict[str, object]]]) -> None:
        """Writes opinions into the rows of one submission, by sheet; each row gets its key, too.

        A row is a mapping by column key; what reviewers wrote, and what changed since, is added to it.
        """
        for sheet in REVIEWED:
            rows = sheets[sheet]
            keys = [row_key(sheet, row) for row in rows]
            for row, key in zip(rows, keys, strict=True):
                row["row_key"] = str(key)
            if self._by_unit:
                taken = self._give_same(sheet, rows, keys)
                self._give_alike(sheet, rows, keys, taken)

    def orphans(self) -> list[Orphan]:
        """What found no row, in the order of the former master; asked when every submission had its turn."""
        return [
            Orphan(reviewed=each, why=self._reasons.get(number, Why.UNIT_GONE))
            for number, each in self._left.items()
        ]

    def _give_same(self, sheet: str, rows: Sequence[dict[str, object]], keys: Sequence[RowKey]) -> set[int]:
        """Opinions on rows of the same identity; of equal rows, those of the same content first."""
        taken: set[int] = set()
        places: defaultdict[str, list[int]] = defaultdict(list)
        for number, key in enumerate(keys):
            if key.identity in self._by_identity:
                places[key.identity].append(number)
        for identity, numbers in places.items():
            waiting = [each for each in self._by_identity[identity] if each.sheet == sheet]
            for is_same in (True, False):
                for each in list(waiting):
                    free = [
                        number
                        for number in numbers
                        if number not in taken and (not is_same or keys[number].content == each.key.content)
                    ]
                    if free and not (each.is_orphan and taken.intersection(numbers)):
                        taken.add(free[0])
                        waiting.remove(each)
                        self._hand_over(each, rows[free[0]], keys[free[0]])
            self._reasons.update({id(each): Why.TAKEN for each in waiting})
        return taken

    def _give_alike(
        self, sheet: str, rows: Sequence[dict[str, object]], keys: Sequence[RowKey], taken: set[int]
    ) -> None:
        """Opinions on rows that were renamed: where one new row, and no other, resembles the former."""
        if not rows or self.former is None:
            return
        code, year = (str(rows[0].get(name, "")).strip() for name in ("unit_code", "year"))
        waiting = [
            each
            for each in self._by_unit.get(code, ())
            if each.sheet == sheet and each.values.get("year", "").strip() in ("", year)
        ]
        if not waiting:
            return
        for each in waiting:
            self._reasons.setdefault(id(each), Why.ROW_GONE)
        known = self.former.identities
        new = [
            number
            for number, key in enumerate(keys)
            if number not in taken and int(key.identity, 16) not in known
        ]
        scores = {
            (id(each), number): score
            for each in waiting
            for number in new
            if (score := _likeness(each, rows[number], keys[number])) >= _ALIKE
        }
        for each in waiting:
            best = _best([(scores.get((id(each), number), 0.0), number) for number in new])
            if best is None:
                if any((id(each), number) in scores for number in new):
                    self._reasons[id(each)] = Why.AMBIGUOUS
                continue
            back = _best([(scores.get((id(other), best), 0.0), at) for at, other in enumerate(waiting)])
            if back is None or waiting[back] is not each:
                self._reasons[id(each)] = Why.AMBIGUOUS
                continue
            self._hand_over(each, rows[best], keys[best])

    def _hand_over(self, each: Reviewed, row: dict[str, object], key: RowKey) -> None:
        row.update({name: each.values.get(name, "") for name in REVIEW})
        row["changed"] = self._told(each, row, key)
        self.changed += bool(row["changed"])
        self.carried += 1
        del self._left[id(each)]
        self._by_identity[each.key.identity].remove(each)
        self._by_unit[each.values.get("unit_code", "").strip()].remove(each)

    def _told(self, each: Reviewed, row: Mapping[str, object], key: RowKey) -> str:
        """What is told of a change: each column with what stood there when the opinion was written."""
        before = each.values.get("changed", "")
        if key == each.key:
            return before
        words = self.form.changed
        labels = {column.key: column.label for column in self.form.sheets[each.sheet].columns}
        told = []
        for name in ("project", "level1", "level2", "name", *CONTENT[each.sheet]):
            if name not in labels or name not in each.values:
                continue
            old, new = each.values[name], plain_value(row.get(name, ""))
            begins = words["field"].partition("{value}")[0].format(label=labels[name])
            if old.strip() == new.strip() or begins in before:  # the oldest value is what the opinion was on
                continue
            value = _shortened(old) or words["blank"]
            told.append(words["field"].format(label=labels[name], value=value))
        if not told:
            return before or words["unknown"]
        fields = words["separator"].join(told)
        return f"{before}{words['separator']}{fields}" if before else words["note"].format(fields=fields)


def _best(scored: Iterable[tuple[float, int]]) -> int | None:
    """The number that scores highest, where it is alike enough and no other comes near."""
    ranked = sorted(scored, reverse=True)
    if not ranked or ranked[0][0] < _ALIKE:
        return None
    if len(ranked) > 1 and ranked[0][0] - ranked[1][0] < _AHEAD:
        return None
    return ranked[0][1]


def _likeness(each: Reviewed, row: Mapping[str, object], key: RowKey) -> float:
    """How alike a former row and a new one are, 0 to 1 and a little above; 0 when the name is another."""
    ratios = {
        name: _ratio(each.values.get(name, ""), str(row.get(name, "")))
        for name in (_WEIGHTS if each.sheet == "indicators" else ("name",))
    }
    is_same = key.content == each.key.content
    if ratios["name"] < _ALIKE_NAME:
        return 0.0
    weights = _WEIGHTS if each.sheet == "indicators" else {"name": 1.0}
    return sum(weights[name] * ratio for name, ratio in ratios.items()) + (_SAME_CONTENT if is_same else 0.0)


def _ratio(one: str, other: str) -> float:
    """How much two texts have in common, spaces and widths of characters left aside."""
    one, other = normal_label(one), normal_label(other)
    if one == other:
        return 1.0
    if min(len(one), len(other)) < _SHORTEST_COMPARED:
        return 0.0
    return SequenceMatcher(None, one, other, autojunk=False).ratio()


def _shortened(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
