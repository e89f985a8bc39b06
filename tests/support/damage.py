"""Units' workbooks damaged at random, and the truth that each of them still holds.

A damage changes the workbook and, where it destroys or adds a value, the truth with it: ``rows`` by field,
``extra`` for values that no rescue can place, ``guide`` for the identity fields.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import openpyxl
from openpyxl.styles import PatternFill

from xlgoals.form import InputSheet, load_form
from xlgoals.model import Money, Submission

FORM = load_form()
FIRST = 4
LAST_ROW = 1_048_576
Truth = dict[str, str]


@dataclass
class Page:
    """An input sheet while it is damaged: where its head and columns are now, and what its rows hold."""

    spec: InputSheet
    sheet: Any
    columns: dict[str, int]
    rows: dict[int, Truth]
    head: int = 3
    lost: set[str] = field(default_factory=set)
    """Fields whose heading can no longer be understood."""

    fixed: set[str] = field(default_factory=set)
    """Fields whose heading stands a second time and must stay as it is."""

    def whole(self) -> list[str]:
        """Fields whose heading nobody has touched."""
        head = {
            column.key: self.sheet.cell(self.head, self.columns[column.key]).value
            for column in self.spec.inputs
        }
        return [
            key for key, text in head.items() if text == self.spec.column(key).label and key not in self.fixed
        ]

    def shift(self, after: int, by: int = 1) -> None:
        """Rows below ``after`` moved down."""
        self.rows = {row + (by if row > after else 0): truth for row, truth in self.rows.items()}


@dataclass
class Patient:
    """A workbook on its way to be damaged."""

    book: Any
    pages: dict[str, Page]
    guide: Truth
    extra: Counter[str] = field(default_factory=Counter)
    told: list[str] = field(default_factory=list)

    def page(self, chance: random.Random) -> Page:
        """One of the two input sheets."""
        return chance.choice(list(self.pages.values()))


def told_money(money: Money) -> str:
    """An amount by its worth, or as written."""
    return money.raw if money.amount is None else f"{money.amount.normalize():f}"


def truth_of(submission: Submission) -> tuple[list[Truth], list[Truth]]:
    """The rows of both input sheets by field, blanks left out."""
    projects, indicators = [], []
    for project in submission.projects:
        if project.declared:
            row = {k: getattr(project, k) for k in ("name", "type", "purpose", "goals", "waiver")}
            row |= {key: told_money(getattr(project, key)) for key in ("budget", "fiscal", "other")}
            projects.append({key: value for key, value in row.items() if value.strip()})
        for each in project.indicators:
            fields = ("level1", "level2", "name", "description", "target", "waiver")
            row = {"project": project.name, **{key: getattr(each, key) for key in fields}}
            indicators.append({key: value for key, value in row.items() if value.strip()})
    return projects, indicators


def admit(path: Any, submission: Submission) -> Patient:
    """The workbook of a submission, whole."""
    book = openpyxl.load_workbook(path)
    pages = {}
    for spec, rows in zip((FORM.projects, FORM.indicators), truth_of(submission), strict=True):
        columns = {column.key: number for number, column in enumerate(spec.columns, start=1)}
        placed = {FIRST + number: dict(row) for number, row in enumerate(rows)}
        pages[spec.name] = Page(spec=spec, sheet=book[spec.name], columns=columns, rows=placed)
    unit = submission.unit
    guide = {"unit_code": unit.code, "unit_name": unit.name, "year": str(submission.year)}
    return Patient(book=book, pages=pages, guide=guide)


def unlock(patient: Patient, chance: random.Random) -> None:
    for sheet in patient.book.worksheets:
        sheet.protection.sheet = False
    patient.book.security = None


def rename_sheet(patient: Patient, chance: random.Random) -> None:
    page = patient.page(chance)
    page.sheet.title = chance.choice(["我的表", "Sheet9", f"{page.spec.name}（最终稿）"]) + str(
        chance.randint(1, 99)
    )


def reorder_sheets(patient: Patient, chance: random.Random) -> None:
    chance.shuffle(patient.book._sheets)
    patient.book.active = 0
    for sheet in patient.book.worksheets:
        sheet.sheet_state = "visible"


def move_columns(patient: Patient, chance: random.Random) -> None:
    """Two columns change places, headings and all."""
    page = patient.page(chance)
    one, two = chance.sample(sorted(page.columns), 2)
    first, second = page.columns[one], page.columns[two]
    for row in sorted({*range(page.head, page.head + 800), *page.rows}):
        a, b = page.sheet.cell(row, first), page.sheet.cell(row, second)
        if type(a).__name__ == type(b).__name__ == "Cell":
            a.value, b.value = b.value, a.value
            a.number_format, b.number_format = b.number_format, a.number_format
    page.columns[one], page.columns[two] = second, first


def _head_cell(page: Page, key: str) -> Any:
    return page.sheet.cell(page.head, page.columns[key])


def space_heading(patient: Patient, chance: random.Random) -> None:
    page = patient.page(chance)
    cell = _head_cell(page, chance.choice(page.whole()))
    text = str(cell.value)
    cell.value = chance.choice(
        [f" {text[0]}　{text[1:]} ", f"*{text}", f"{text}：", f"{text}（必填）", f"{text[:1]}\n{text[1:]}"]
    )


CLOSE = {
    "三级指标": "三级指标名",
    "绩效指标描述": "绩效指标的描述",
    "资金用途": "资金的用途",
    "项目名称": "项目的名称",
    "绩效目标": "绩效总目标",
}


def near_heading(patient: Patient, chance: random.Random) -> None:
    page = patient.page(chance)
    known = [key for key in page.whole() if page.spec.column(key).label in CLOSE]
    if known:
        cell = _head_cell(page, chance.choice(known))
        cell.value = CLOSE[cell.value]


def lose_heading(patient: Patient, chance: random.Random) -> None:
    page = patient.page(chance)
    if len(page.lost) > 1:
        return
    key = chance.choice(page.whole())
    page.lost.add(key)
    if chance.random() < 0.7:
        text = f"甲乙{chance.randint(10, 99)}"
        patient.extra[text] += 1
    elif key in ("budget", "fiscal", "other"):
        text = f"{page.spec.column(key).label}（元）"
        patient.extra[text] += 1
    else:
        text = None
    _head_cell(page, key).value = text


def split_heading(patient: Patient, chance: random.Random) -> None:
    page = patient.page(chance)
    if "split" in patient.told:
        return
    patient.told.append("split")
    page.sheet.insert_rows(page.head + 1)
    page.shift(page.head)
    for key in chance.sample(page.whole(), 2):
        cell = _head_cell(page, key)
        text = str(cell.value)
        cell.value = text[: len(text) // 2]
        page.sheet.cell(page.head + 1, page.columns[key]).value = text[len(text) // 2 :]


def add_column(patient: Patient, chance: random.Random) -> None:
    """A column of one's own between ours, or beyond them."""
    page = patient.page(chance)
    number = chance.randint(1, max(page.columns.values()) + 2)
    page.sheet.insert_cols(number)
    page.columns = {key: at + (at >= number) for key, at in page.columns.items()}
    page.sheet.cell(page.head, number).value = text = f"核对人{chance.randint(1, 99)}甲"
    patient.extra[text] += 1
    for row in page.rows:
        if chance.random() < 0.5:
            value = f"张工{row}"
            page.sheet.cell(row, number).value = value
            patient.extra[value] += 1


def repeat_heading(patient: Patient, chance: random.Random) -> None:
    page = patient.page(chance)
    key = chance.choice(page.whole())
    page.fixed.add(key)
    number = max(page.sheet.max_column, 20) + 1
    page.sheet.cell(page.head, number).value = page.spec.column(key).label
    value = f"重复{chance.randint(100, 999)}"
    page.sheet.cell(min(page.rows), number).value = value
    patient.extra[value] += 1


def paste_values(patient: Patient, chance: random.Random) -> None:
    """Values pasted over the formulas of 序号 and 核对."""
    page = patient.page(chance)
    for place, row in enumerate(sorted(page.rows), start=1):
        page.sheet.cell(row, page.columns["number"]).value = place
        page.sheet.cell(row, page.columns["check"]).value = FORM.marks["passed"]
    row = max(page.rows)
    page.sheet.cell(row, page.columns["check"]).value = text = f"已核{chance.randint(1, 99)}"
    patient.extra[text] += 1 - patient.extra[text]


def phantom(patient: Patient, chance: random.Random) -> None:
    page = patient.page(chance)
    fill = PatternFill("solid", start_color="FFEEEEEE")
    for column in (1, 3, 16_384):
        page.sheet.cell(LAST_ROW, column).fill = fill
        page.sheet.cell(LAST_ROW - 5000, column).fill = fill


def blank_rows(patient: Patient, chance: random.Random) -> None:
    page = patient.page(chance)
    row = chance.choice(sorted(page.rows))
    count = chance.randint(1, 3)
    page.sheet.insert_rows(row + 1, count)
    page.shift(row, count)


def title_rows(patient: Patient, chance: random.Random) -> None:
    page = patient.page(chance)
    if page.head > 6:
        return
    for area in list(page.sheet.merged_cells.ranges):
        page.sheet.unmerge_cells(str(area))
    page.sheet.insert_rows(1)
    page.head += 1
    page.shift(0)
    page.sheet.cell(1, 2).value = text = f"关于报送材料的说明{chance.randint(1, 99)}"
    patient.extra[text] += 1


def stray_note(patient: Patient, chance: random.Random) -> None:
    page = patient.page(chance)
    row = chance.choice([1, 2, max(page.rows) + 900])
    text = f"备忘{chance.randint(1000, 9999)}"
    page.sheet.cell(row, 40).value = text
    patient.extra[text] += 1


def _some_cell(page: Page, chance: random.Random) -> tuple[int, str] | None:
    filled = [(row, key) for row, truth in page.rows.items() for key in truth if key not in page.lost]
    return chance.choice(filled) if filled else None


def error_value(patient: Patient, chance: random.Random) -> None:
    page = patient.page(chance)
    if (at := _some_cell(page, chance)) is not None:
        page.sheet.cell(at[0], page.columns[at[1]]).value = "#REF!"
        del page.rows[at[0]][at[1]]
        patient.extra["#REF!"] += 1


def lost_formula(patient: Patient, chance: random.Random) -> None:
    page = patient.page(chance)
    if (at := _some_cell(page, chance)) is not None:
        formula = f"=1+{chance.randint(1, 99)}"
        page.sheet.cell(at[0], page.columns[at[1]]).value = formula
        del page.rows[at[0]][at[1]]
        patient.extra[formula] += 1


def other_text(patient: Patient, chance: random.Random) -> None:
    """A value that no reader likes, yet is one: kept to the letter."""
    page = patient.page(chance)
    if (at := _some_cell(page, chance)) is not None:
        row, key = at
        text = chance.choice(["117万", " 前后有空格 ", "=不是公式", "一行\n两行", "2022年底", "0012"])
        cell = page.sheet.cell(row, page.columns[key])
        cell.value, cell.data_type = text, "s"
        is_money = key in ("budget", "fiscal", "other")
        page.rows[row][key] = "12" if is_money and text == "0012" else text


def own_sheet(patient: Patient, chance: random.Random) -> None:
    sheet = patient.book.create_sheet(f"草稿{chance.randint(1, 9999)}")
    for row in range(1, 4):
        value = f"底稿{chance.randint(1000, 9999)}"
        sheet.cell(row, 2).value = value
        patient.extra[value] += 1


def drop_sheet(patient: Patient, chance: random.Random) -> None:
    names = [FORM.results.name, FORM.preview.name, FORM.lists, FORM.meta]
    present = [name for name in names if name in patient.book.sheetnames]
    if present:
        name = chance.choice(present)
        patient.book.remove(patient.book[name])


def other_version(patient: Patient, chance: random.Random) -> None:
    if FORM.meta in patient.book.sheetnames:
        patient.book[FORM.meta]["B2"] = chance.choice(["0.9", "9.0", "某版", ""])


def near_label(patient: Patient, chance: random.Random) -> None:
    sheet = patient.book[FORM.guide.name]
    label = chance.choice(FORM.guide.fields[:3]).label
    for row in range(1, 12):
        if sheet.cell(row, 1).value == label:
            sheet.cell(row, 1).value = chance.choice([f"{label}：", f"{label[:2]} {label[2:]}", f"{label}号"])


def move_last_row(patient: Patient, chance: random.Random) -> None:
    page = patient.page(chance)
    row, far = max(page.rows), chance.choice([5000, 90_000, LAST_ROW])
    if far in page.rows or row > 4000:
        return
    for key in [c.key for c in page.spec.inputs]:
        number = page.columns[key]
        page.sheet.cell(far, number).value = page.sheet.cell(row, number).value
        page.sheet.cell(row, number).value = None
    page.rows[far] = page.rows.pop(row)


def hide(patient: Patient, chance: random.Random) -> None:
    page = patient.page(chance)
    page.sheet.row_dimensions[min(page.rows)].hidden = True
    page.sheet.column_dimensions["C"].hidden = True


DAMAGES: tuple[Callable[[Patient, random.Random], None], ...] = (
    *(unlock, rename_sheet, reorder_sheets, move_columns, space_heading, near_heading, lose_heading),
    *(split_heading, add_column, repeat_heading, paste_values, phantom, blank_rows, title_rows),
    *(stray_note, error_value, lost_formula, other_text, own_sheet, drop_sheet, other_version),
    *(near_label, move_last_row, hide),
)
# These put cells far below.
FAR = (move_last_row, phantom)
