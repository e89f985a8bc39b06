"""A comparison as a workbook: a line for each value that differs, coloured by what became of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from xlgoals.comparing import (
    INDICATOR_FIELDS,
    PROJECT_FIELDS,
    CellChange,
    Change,
    Comparison,
    Pair,
    ProjectChange,
    UnitChange,
    value_of,
)
from xlgoals.form import load_form
from xlgoals.masterform import load_master_form
from xlgoals.messages import Language, say
from xlgoals.model import Address, Indicator, Project
from xlgoals.write.book import height_for, new_workbook, put_text, save_plain

_WIDTHS = {
    "change": 9,
    "unit_code": 11,
    "unit_name": 26,
    "project": 28,
    "indicator": 30,
    "field": 14,
    "old": 38,
    "new": 38,
    "likeness": 9,
    "old_place": 16,
    "new_place": 16,
}
_COLOURS = {
    Change.ADDED: "E2EFDA",
    Change.REMOVED: "FFC7CE",
    Change.CHANGED: "FFEB9C",
    Change.RENAMED: "DDEBF7",
}
_COUNTED = (Change.ADDED, Change.REMOVED, Change.RENAMED, Change.CHANGED, Change.SAME)
_KINDS = ("project", "indicator")


@dataclass(frozen=True, slots=True, kw_only=True)
class DiffLine:
    """One value that differs, or a record that came or went; all as text."""

    change: Change
    unit_code: str
    unit_name: str
    project: str
    indicator: str
    """Level 1, level 2 and name; empty for what belongs to the project or the unit."""
    field: str
    """Field key; empty for a record as a whole."""
    old: str
    new: str
    likeness: float
    old_place: Address | None
    new_place: Address | None


def label_of(line: DiffLine) -> str:
    """What staff call the field of a line; empty for a record as a whole."""
    return _label(line.field, of_indicator=bool(line.indicator)) if line.field else ""


def _label(field: str, *, of_indicator: bool) -> str:
    form = load_form()
    columns = (form.indicators if of_indicator else form.projects).columns
    known = {each.key: each.label for each in form.guide.fields}
    known |= {each.key: each.label for each in columns}
    return known.get(field, field)


def lines_of(comparison: Comparison) -> Iterator[DiffLine]:
    """Everything that differs, in the order of the newer side."""
    for unit in comparison.units:
        if not unit.is_same:
            yield from _unit_lines(unit)


def write_diff(target: Path, comparison: Comparison, *, old: str, new: str, language: Language) -> None:
    """Draws the comparison of the files named ``old`` and ``new`` to ``target``."""
    workbook, buffer = new_workbook(say("diff.title", language))
    _Drawing(workbook, language).draw(comparison, old, new)
    workbook.close()
    save_plain(buffer, target)


class _Drawing:
    """One workbook in the making."""

    def __init__(self, workbook: Workbook, language: Language) -> None:
        self._workbook = workbook
        self._language = language
        form = load_master_form()
        grid = {"font_name": form.fonts["body"], "font_size": 10, "border": 1, "valign": "vcenter"}
        grid["border_color"] = f"#{form.colours['line']}"
        text = {**grid, "text_wrap": True, "num_format": "@"}
        self._text = workbook.add_format(text)
        self._count = workbook.add_format({**grid, "align": "center", "num_format": "0"})
        self._head = workbook.add_format(
            {
                **grid,
                "font_name": form.fonts["heading"],
                "font_color": f"#{form.colours['head_text']}",
                "bg_color": f"#{form.colours['head']}",
                "align": "center",
                "text_wrap": True,
            }
        )
        self._title = workbook.add_format(
            {"font_name": form.fonts["title"], "font_size": 16, "bold": True, "valign": "vcenter"}
        )
        self._by_change = {
            change: workbook.add_format({**text, "bg_color": f"#{colour}"})
            for change, colour in _COLOURS.items()
        }
        self._page = form.page

    def draw(self, comparison: Comparison, old: str, new: str) -> None:
        self._summary(comparison, old, new)
        self._changes(list(lines_of(comparison)))

    def _summary(self, comparison: Comparison, old: str, new: str) -> None:
        sheet = self._workbook.add_worksheet(self._say("diff.summary"))
        sheet.hide_gridlines(2)
        heads = [self._say("diff.column.kind"), *(self._say(f"change.{each}") for each in _COUNTED)]
        sheet.set_column(0, 0, 22)
        sheet.set_column(1, len(heads) - 1, 12)
        put_text(sheet, 0, 0, self._say("diff.title"), self._title)
        sheet.set_row(0, 34)
        sheet.merge_range(1, 0, 1, len(heads) - 1, "", self._text)
        put_text(sheet, 1, 0, say("diff.sides", self._language, old=old, new=new), self._text)
        sheet.set_row(1, height_for([(say("diff.sides", self._language, old=old, new=new), 82)]))
        self._heads(sheet, 3, heads)
        counts = comparison.counts()
        for row, kind in enumerate(_KINDS, start=4):
            put_text(sheet, row, 0, self._say(f"diff.{kind}s"), self._text)
            for column, change in enumerate(_COUNTED, start=1):
                style = self._count
                sheet.write_number(row, column, counts[kind, change], style)
            sheet.set_row(row, 22)
        told = say("diff.note", self._language)
        sheet.merge_range(7, 0, 7, len(heads) - 1, "", self._text)
        put_text(sheet, 7, 0, told, self._text)
        sheet.set_row(7, height_for([(told, 82)]))
        self._finish(sheet, 7, len(heads) - 1)

    def _changes(self, lines: list[DiffLine]) -> None:
        sheet = self._workbook.add_worksheet(self._say("diff.changes"))
        sheet.hide_gridlines(2)
        for number, width in enumerate(_WIDTHS.values()):
            sheet.set_column(number, number, width)
        self._heads(sheet, 0, [self._say(f"diff.column.{key}") for key in _WIDTHS])
        for row, line in enumerate(lines, start=1):
            texts = self._texts(line)
            ground = self._by_change[line.change]
            for number, key in enumerate(_WIDTHS):
                style = ground if key in ("change", "new" if line.new else "old") else self._text
                put_text(sheet, row, number, texts[key], style)
            sheet.set_row(row, height_for([(texts[key], _WIDTHS[key]) for key in _WIDTHS]))
        end = max(len(lines), 1)
        sheet.freeze_panes(1, 1)
        sheet.autofilter(0, 0, end, len(_WIDTHS) - 1)
        sheet.repeat_rows(0)
        self._finish(sheet, end, len(_WIDTHS) - 1)

    def _texts(self, line: DiffLine) -> dict[str, str]:
        return {
            "change": self._say(f"change.{line.change}"),
            "unit_code": line.unit_code,
            "unit_name": line.unit_name,
            "project": line.project,
            "indicator": line.indicator,
            "field": label_of(line),
            "old": line.old,
            "new": line.new,
            "likeness": f"{line.likeness:.0%}" if line.likeness < 1 else "",
            "old_place": "" if line.old_place is None else str(line.old_place),
            "new_place": "" if line.new_place is None else str(line.new_place),
        }

    def _heads(self, sheet: Worksheet, row: int, heads: list[str]) -> None:
        style: Format = self._head
        for number, head in enumerate(heads):
            put_text(sheet, row, number, head, style)
        sheet.set_row(row, 28)

    def _finish(self, sheet: Worksheet, last_row: int, last_column: int) -> None:
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.set_footer(f"&C{self._page}")
        sheet.print_area(0, 0, last_row, last_column)

    def _say(self, key: str) -> str:
        return say(key, self._language)


def _unit_lines(unit: UnitChange) -> Iterator[DiffLine]:
    for cell in unit.cells:
        yield _cell_line(unit, Change.CHANGED, "", "", cell, 1.0)
    for each in unit.projects:
        yield from _project_lines(unit, each)


def _project_lines(unit: UnitChange, changed: ProjectChange) -> Iterator[DiffLine]:
    pair, name = changed.project, changed.name
    if pair.change in (Change.ADDED, Change.REMOVED):
        yield _record_line(unit, name, "", pair, PROJECT_FIELDS)
    for cell in pair.cells:
        yield _cell_line(unit, pair.change, name, "", cell, pair.likeness)
    for row in changed.indicators:
        told = indicator_told(row)
        if row.change in (Change.ADDED, Change.REMOVED):
            yield _record_line(unit, name, told, row, INDICATOR_FIELDS)
        for cell in row.cells:
            yield _cell_line(unit, row.change, name, told, cell, row.likeness)


def indicator_told(row: Pair[Indicator]) -> str:
    """An indicator as people name it: its levels and its name, the newer one where it has two."""
    known = row.new if row.new is not None else row.old
    return (
        "" if known is None else " / ".join(part for part in (known.level1, known.level2, known.name) if part)
    )


def _cell_line(
    unit: UnitChange, change: Change, project: str, indicator: str, cell: CellChange, likeness: float
) -> DiffLine:
    return DiffLine(
        change=change,
        unit_code=unit.submission.unit.code,
        unit_name=unit.submission.unit.name,
        project=project,
        indicator=indicator,
        field=cell.field,
        old=cell.old,
        new=cell.new,
        likeness=likeness,
        old_place=cell.old_address,
        new_place=cell.new_address,
    )


def _record_line(
    unit: UnitChange,
    project: str,
    indicator: str,
    pair: Pair[Project] | Pair[Indicator],
    fields: tuple[str, ...],
) -> DiffLine:
    """A record that came or went, with all that it holds."""
    old, new = pair.old, pair.new
    record = new if new is not None else old
    assert record is not None  # noqa: S101 a record stands on one side at least
    told = "\n".join(
        f"{_label(field, of_indicator=bool(indicator))}：{value_of(record, field)}"
        for field in fields
        if value_of(record, field).strip()
    )
    place = record.location.address("name")
    return DiffLine(
        change=pair.change,
        unit_code=unit.submission.unit.code,
        unit_name=unit.submission.unit.name,
        project=project,
        indicator=indicator,
        field="",
        old=told if new is None else "",
        new=told if new is not None else "",
        likeness=1.0,
        old_place=place if new is None else None,
        new_place=place if new is not None else None,
    )
