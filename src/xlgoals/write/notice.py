"""退回通知: one page in Word on what to correct, and by when, in the words of ``templates/notice.yaml``."""

from __future__ import annotations

import datetime as dt
import io
import math
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xlgoals.catalogue import cure, message, rule_page
from xlgoals.findings import Finding, Severity, count_by_severity
from xlgoals.folding import Fold, fold
from xlgoals.form import load_form
from xlgoals.messages import Language, say
from xlgoals.model import Submission
from xlgoals.places import places
from xlgoals.resources import resource_path
from xlgoals.write.book import text_width
from xlgoals.yamlfile import load_yaml

if TYPE_CHECKING:
    from docx.document import Document

_BORN = dt.datetime(2022, 1, 1)
_ZIP_BORN = (2022, 1, 1, 0, 0, 0)
_MOST_PLACES = 4
# Of the table, in centimetres: what the margins of a cell take, and a Chinese character of its size.
_CELL_MARGINS, _CHARACTER = 0.4, 0.325
_FIELDS = (
    *("file_name", "copy_name", "folder_name", "title", "to", "body", "body_without_year", "due", "no_due"),
    *("how", "redrawn", "list", "several", "more", "contact", "date"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeForm:
    """The words of the notice, and how much goes on one page."""

    words: Mapping[str, str]
    fonts: Mapping[str, str]
    columns: Mapping[str, str]
    widths: Mapping[str, float]
    """In centimetres."""
    most_lines: int
    most_characters: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """What one notice says."""

    submission: Submission
    findings: Sequence[Finding]
    copy_name: str
    """File name of the marked workbook that goes with it."""
    is_redrawn: bool
    due: dt.date | None
    today: dt.date
    contact: str = ""
    """Whom to ask at the department."""


@cache
def load_notice_form() -> NoticeForm:
    """The words shipped with the package.

    Raises:
        CannotDo: the YAML is wrong; file, line, field and what is allowed are named.
    """
    top = load_yaml(resource_path("notice.yaml"))
    top.only((*_FIELDS, "fonts", "columns", "widths", "most_lines", "most_characters"))
    widths = top.entry("widths")
    return NoticeForm(
        words={field: top.text(field) for field in _FIELDS},
        fonts=top.table("fonts"),
        columns=top.table("columns"),
        widths={key: widths.decimal(key) for key in widths.keys},
        most_lines=top.whole("most_lines"),
        most_characters=top.whole("most_characters"),
    )


def write_notice(target: Path, notice: Notice) -> None:
    """Draws the notice to ``target``; the same input gives the same bytes."""
    import docx  # noqa: PLC0415 only whoever returns something pays for it

    document = docx.Document()
    _Drawing(document, load_notice_form()).draw(notice)
    buffer = io.BytesIO()
    document.save(buffer)
    target.write_bytes(_dated(buffer.getvalue()))


class _Drawing:
    """One notice in the making."""

    def __init__(self, document: Document, form: NoticeForm) -> None:
        self._document = document
        self._form = form
        self._words = form.words

    def draw(self, notice: Notice) -> None:
        self._page()
        counts = count_by_severity(notice.findings)
        submission = notice.submission
        self._paragraph(self._words["title"], size=16, font="title", bold=True, align="center", after=8)
        self._paragraph(self._words["to"].format(name=submission.unit.name or submission.unit.code))
        told = {
            "file": submission.file,
            "errors": counts[Severity.ERROR],
            "warnings": counts[Severity.WARNING],
        }
        body = "body_without_year" if submission.year is None else "body"
        due = (
            self._words["no_due"]
            if notice.due is None
            else self._words["due"].format(due=self._day(notice.due))
        )
        self._paragraph(self._words[body].format(year=submission.year, **told) + due, indented=True)
        sheet = load_form().results.name
        how = self._words["how"].format(copy=notice.copy_name, sheet=sheet)
        self._paragraph(how + (self._words["redrawn"] if notice.is_redrawn else ""), indented=True)
        self._paragraph(self._words["list"], font="heading", before=4)
        rows = [self._row(number, each) for number, each in enumerate(_open(notice.findings), start=1)]
        shown = self._that_fit(rows)
        self._table(shown)
        if rest := len(rows) - len(shown):
            self._paragraph(self._words["more"].format(count=rest, sheet=sheet), size=10, before=3)
        if notice.contact:
            self._paragraph(self._words["contact"].format(contact=notice.contact), before=6)
        self._paragraph(self._day(notice.today), align="right", before=6)

    def _that_fit(self, rows: Sequence[dict[str, str]]) -> Sequence[dict[str, str]]:
        """The first rows, as many as the page holds; one at least."""
        lines = 0
        for number, row in enumerate(rows):
            lines += max(self._lines(text, self._form.widths[key]) for key, text in row.items())
            if lines > self._form.most_lines and number:
                return rows[:number]
        return rows

    @staticmethod
    def _lines(text: str, width: float) -> int:
        """How many lines a text takes in a column of that width in centimetres."""
        usable = 2 * (width - _CELL_MARGINS) / _CHARACTER
        return sum(max(1, math.ceil(text_width(part) / usable)) for part in text.split("\n"))

    def _table(self, found: Sequence[dict[str, str]]) -> None:
        from docx.shared import Cm  # noqa: PLC0415

        columns = self._form.columns
        table: Any = self._document.add_table(rows=1, cols=len(columns))
        table.style = self._document.styles["Table Grid"]
        table.autofit = False
        for column, key in zip(table.columns, columns, strict=True):
            column.width = Cm(self._form.widths[key])
        for number, texts in enumerate([dict(columns), *found]):
            cells = table.rows[0].cells if number == 0 else table.add_row().cells
            for cell, key in zip(cells, columns, strict=True):
                cell.width = Cm(self._form.widths[key])
                centred = number == 0 or key in ("number", "severity")
                font = "heading" if number == 0 else "body"
                align = "center" if centred else "left"
                self._write(cell.paragraphs[0], texts[key], size=9, font=font, align=align)

    def _row(self, number: int, cause: Fold) -> dict[str, str]:
        """One rule: in the words of what it found, or what it asks for where it found several things."""
        first, comma = cause.findings[0], say("list.comma", Language.ZH)
        said = message(first, Language.ZH)
        if len(cause.causes(Language.ZH)) > 1:
            title = rule_page(cause.code).words[Language.ZH].title
            said = self._words["several"].format(title=title, count=len(cause.addresses))
        texts = {
            "number": str(number),
            "severity": say(f"severity.{cause.severity}", Language.ZH),
            # With blanks between them, or a program breaks lines within an address.
            "place": places(cause.addresses, Language.ZH, _MOST_PLACES).replace(comma, f"{comma} "),
            "message": said,
            "fix": cure(first, Language.ZH),
        }
        return {key: self._short(text) for key, text in texts.items()}

    def _short(self, text: str) -> str:
        """What is too long for one page is cut where it can be seen; the whole stands in the workbook."""
        most = self._form.most_characters
        return text if len(text) <= most else f"{text[: most - 1]}…"

    def _day(self, day: dt.date) -> str:
        return self._words["date"].format(year=day.year, month=day.month, day=day.day)

    def _page(self) -> None:
        from docx.shared import Cm  # noqa: PLC0415

        section = self._document.sections[0]
        section.page_width, section.page_height = Cm(21), Cm(29.7)
        section.left_margin = section.right_margin = Cm(2)
        section.top_margin = section.bottom_margin = Cm(1.8)
        properties = self._document.core_properties
        properties.author, properties.title = "xlgoals", self._words["title"]
        properties.comments, properties.last_modified_by = "", "xlgoals"
        properties.created = properties.modified = _BORN
        properties.language = "zh-CN"

    def _paragraph(
        self,
        text: str,
        *,
        size: float = 11,
        font: str = "body",
        bold: bool = False,
        align: str = "left",
        indented: bool = False,
        before: float = 0,
        after: float = 0,
    ) -> None:
        from docx.shared import Pt  # noqa: PLC0415

        paragraph: Any = self._document.add_paragraph()
        paragraph.paragraph_format.space_before = Pt(before)
        if indented:
            paragraph.paragraph_format.first_line_indent = Pt(2 * size)
        self._write(paragraph, text, size=size, font=font, align=align, bold=bold)
        paragraph.paragraph_format.space_after = Pt(after)

    def _write(
        self, paragraph: Any, text: str, *, size: float, font: str, align: str, bold: bool = False
    ) -> None:
        from docx.enum.text import WD_ALIGN_PARAGRAPH  # noqa: PLC0415
        from docx.oxml.ns import qn  # noqa: PLC0415
        from docx.shared import Pt  # noqa: PLC0415

        paragraph.alignment = getattr(WD_ALIGN_PARAGRAPH, align.upper())
        paragraph.paragraph_format.line_spacing = 1.0 if size < 10 else 1.25
        paragraph.paragraph_format.space_after = Pt(0)
        run = paragraph.add_run(_plain(text))
        run.font.size, run.font.bold, run.font.name = Pt(size), bold, self._form.fonts[font]
        run._element.rPr.rFonts.set(qn("w:eastAsia"), self._form.fonts[font])


def _open(findings: Sequence[Finding]) -> list[Fold]:
    """What is to be corrected or explained: no advice, and nothing that the unit has explained."""
    return fold(each for each in findings if not each.waived and each.severity is not Severity.ADVICE)


def _plain(text: str) -> str:
    """Characters that XML cannot hold, shown as what they are."""
    return "".join(
        each if each in "\t\n" or each.isprintable() else "\N{REPLACEMENT CHARACTER}" for each in text
    )


def _dated(data: bytes) -> bytes:
    """The package with one date on every member."""
    result = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as source,
        zipfile.ZipFile(result, "w", zipfile.ZIP_DEFLATED) as made,
    ):
        for name in source.namelist():
            info = zipfile.ZipInfo(name, _ZIP_BORN)
            info.compress_type = zipfile.ZIP_DEFLATED
            made.writestr(info, source.read(name))
    return result.getvalue()
