"""The list of findings in a workbook file, laid out so that it can be read and printed.

An office program fits rows to their text by itself; a file that none has opened has to say how high they are.
"""

from __future__ import annotations

from copy import copy
from typing import TYPE_CHECKING

from openpyxl.styles import Alignment, Border, Font, Side

from xlgoals.excel.engines.workbook import FileDocument
from xlgoals.form import Form
from xlgoals.write.book import height_for

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet


def dress_results(document: FileDocument, form: Form, head: int) -> None:
    """Wraps, frames and fits the rows below the head row of 校验结果, and prints all of them."""
    sheet: Worksheet = document.book[form.results.name]
    line = Side(style="thin", color=f"FF{form.colours['line']}")
    columns = form.results.columns
    for row in range(head + 1, sheet.max_row + 1):
        texts: list[tuple[str, float]] = []
        for number, column in enumerate(columns, start=1):
            cell = sheet.cell(row, number)
            texts.append((str(cell.value or ""), column.width))
            cell.alignment = Alignment(wrap_text=True, vertical="center")
            cell.border = Border(left=line, right=line, top=line, bottom=line)
            font = copy(cell.font)
            cell.font = Font(name=form.fonts["body"], sz=10, color=font.color, u=font.u)
        sheet.row_dimensions[row].height = height_for(texts)
    corner = sheet.cell(sheet.max_row, len(columns)).coordinate
    sheet.print_area = f"{sheet.cell(1, 1).coordinate}:{corner}"
