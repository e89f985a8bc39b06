"""Units' workbooks by the thousand, as our own template makes them: :mod:`benchmarks.corpus` as files.

One workbook is drawn with a mark in the place of every text and amount. For each submission the marks are
replaced in its shared strings, its cells and its properties, texts that are equal shared as XlsxWriter shares
them: the same XML as a drawn one but for row heights, in a quarter of the time. A blank amount becomes 0.
"""

from __future__ import annotations

import hashlib
import io
import os
import re
import sys
import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

from msgspec.structs import replace

from benchmarks import corpus as made
from benchmarks.corpus import corpus
from xlgoals.form import load_form
from xlgoals.model import Money, Project, Submission
from xlgoals.profile import DEFAULT_PROFILE, load_profile
from xlgoals.read.money import read_money
from xlgoals.write.template import write_template

_TEXT = "\u27e6{}\u27e7"
_MARK = re.compile("\u27e6(\\d+)\u27e7")
_AMOUNT = 7_000_000
_AMOUNTS = re.compile(r"<v>(7\d{6})</v>")
_SHARED = re.compile(r'( t="s"><v>)(\d+)(</v>)')
_ITEM = re.compile(r"<si>.*?</si>", re.DOTALL)
_TABLE = "xl/sharedStrings.xml"
_TIME = (1980, 1, 1, 0, 0, 0)


def corpus_folder(count: int) -> Path:
    """A folder with ``count`` workbooks, made where it is not there yet; outside of the checkout."""
    told = "".join(Path(str(each.__file__)).read_text("utf-8") for each in (made, sys.modules[__name__]))
    version = hashlib.sha256(f"{told} {load_form().version}".encode()).hexdigest()[:10]
    home = Path(os.environ.get("XLGOALS_BENCH") or Path(tempfile.gettempdir()) / "xlgoals-bench")
    folder = home / f"{version}-{count}"
    if not (folder / "done").exists():
        folder.mkdir(parents=True, exist_ok=True)
        write_corpus(folder, count)
        (folder / "done").touch()
    return folder / "units"


def write_corpus(folder: Path, count: int) -> None:
    """``count`` workbooks in ``folder``/units."""
    units = folder / "units"
    units.mkdir(exist_ok=True)
    skeleton: _Skeleton | None = None
    for submission in corpus(count):
        if skeleton is None:
            skeleton = _Skeleton(submission, folder / "skeleton.xlsx")
        (units / submission.file).write_bytes(skeleton.filled(submission))


class _Skeleton:
    """The drawn workbook, its marks, and its parts."""

    def __init__(self, like: Submission, path: Path) -> None:
        form, profile = load_form(), load_profile(DEFAULT_PROFILE)
        marked = _marked(like)
        write_template(path, form, profile, unit=marked.unit, year=made.YEAR, submission=marked)
        with zipfile.ZipFile(path) as package:
            self._parts = {info.filename: package.read(info).decode() for info in package.infolist()}
        table = self._parts.pop(_TABLE)
        self._items = _ITEM.findall(table)
        self._head = table[: table.index("<sst")]
        self._count = re.search(r' count="(\d+)"', table)

    def filled(self, submission: Submission) -> bytes:
        """The workbook of one submission."""
        texts = dict(enumerate(_texts(submission)))
        amounts = dict(enumerate(_amounts(submission)))
        new: dict[str, int] = {}
        items = [_MARK.sub(lambda m: escape(texts[int(m[1])]), each) for each in self._items]
        places = [new.setdefault(each, len(new)) for each in items]
        result = io.BytesIO()
        with zipfile.ZipFile(result, "w", zipfile.ZIP_DEFLATED) as package:
            for name, part in self._parts.items():
                if name.startswith("xl/worksheets/sheet"):
                    part = _SHARED.sub(lambda m: f"{m[1]}{places[int(m[2])]}{m[3]}", part)  # noqa: PLW2901
                    part = _AMOUNTS.sub(lambda m: f"<v>{amounts[int(m[1]) - _AMOUNT]}</v>", part)  # noqa: PLW2901
                part = _MARK.sub(lambda m: quoteattr(texts[int(m[1])])[1:-1], part)  # noqa: PLW2901
                package.writestr(zipfile.ZipInfo(name, _TIME), part, zipfile.ZIP_DEFLATED)
            count = self._count[1] if self._count else "0"
            space = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
            table = f'{self._head}<sst {space} count="{count}" uniqueCount="{len(new)}">{"".join(new)}</sst>'
            package.writestr(zipfile.ZipInfo(_TABLE, _TIME), table, zipfile.ZIP_DEFLATED)
        return result.getvalue()


def _texts(submission: Submission) -> Iterator[str]:
    """Every text of a submission, in the order of the marks."""
    yield submission.unit.code
    yield submission.unit.name
    for project in submission.projects:
        yield from (project.name, project.type, project.purpose, project.goals)
        for row in project.indicators:
            yield from (row.level1, row.level2, row.name, row.description, row.target)


def _amounts(submission: Submission) -> Iterator[str]:
    for project in submission.projects:
        for money in (project.budget, project.fiscal, project.other):
            yield money.raw or "0"


def _marked(like: Submission) -> Submission:
    """A submission of the same shape whose texts and amounts are marks."""
    texts = iter(range(10**6))
    amounts = iter(range(_AMOUNT, _AMOUNT + 10**6))

    def text() -> str:
        return _TEXT.format(next(texts))

    unit = replace(like.unit, code=text(), name=text())
    projects = []
    for project in like.projects:
        own: Mapping[str, str] = {key: text() for key in ("name", "type", "purpose", "goals")}
        rows = tuple(
            replace(row, **{key: text() for key in ("level1", "level2", "name", "description", "target")})
            for row in project.indicators
        )
        money: Mapping[str, Money] = {
            key: read_money(str(next(amounts))) for key in ("budget", "fiscal", "other")
        }
        projects.append(replace(project, indicators=rows, **own, **money))
    return replace(like, unit=unit, projects=tuple[Project, ...](projects))
