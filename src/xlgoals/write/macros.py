"""Workbooks with macros: the unit's workbook and the workbench with buttons, and the add-in.

They are drawn by the same code as the workbooks without macros; what is added is the project, the code names
it needs, the buttons, and one defined name with the sentence that is said where the add-in is missing.
"""

from __future__ import annotations

import importlib.metadata
import io
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from xlsxwriter import Workbook
from xlsxwriter.utility import xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from xlgoals.form import Form
from xlgoals.macro.commands import Command, Commands, Place
from xlgoals.macro.modules import addin_modules, addin_project, warm_addin_modules, workbook_project
from xlgoals.macro.project import WORKBOOK_NAME, Module, sheet_name
from xlgoals.macro.ribbon import ribbon_xml
from xlgoals.macro.server import xlwings_release
from xlgoals.model import Unit
from xlgoals.profile import Profile
from xlgoals.workbench import Workbench
from xlgoals.write import book
from xlgoals.write.layout import UNIT_ROW, quoted
from xlgoals.write.template import draw_template
from xlgoals.write.workbench import draw_workbench

# In pixels. A button lies within one column: one across an edge is as wide as the columns are, and they are
# not equally wide in every program.
_BUTTON = {"width": 102, "height": 26, "y_offset": 3}
_BUTTON_STEP, _FIRST_BUTTON = 108, 2
_BUTTON_ROW_POINTS = 24
_SAYINGS = "says"
_RIBBON_PART = "customUI/customUI14.xml"
_RIBBON_RELATION = (
    b'<Relationship Id="rIdRibbon" '
    b'Type="http://schemas.microsoft.com/office/2007/relationships/ui/extensibility" '
    b'Target="customUI/customUI14.xml"/></Relationships>'
)
_BOOK_TYPE = b"application/vnd.ms-excel.sheet.macroEnabled.main+xml"
_ADDIN_TYPE = b"application/vnd.ms-excel.addin.macroEnabled.main+xml"


def write_macro_template(
    target: Path, form: Form, profile: Profile, table: Commands, *, unit: Unit, year: int | None
) -> None:
    """The blank workbook of ``unit`` with buttons on its guide: the ``.xlsx`` and what macros need."""
    workbook, buffer = book.new_workbook(form.guide.title)
    draw_template(workbook, form, profile, unit=unit, year=year)
    _add_buttons(workbook, table, Place.UNIT, form.guide.widths)
    workbook.close()
    book.save_locked(buffer, target)


def write_workbench(target: Path, bench: Workbench, form: Form, table: Commands) -> None:
    """汇总工作台 with its buttons."""
    workbook, buffer = book.new_workbook(bench.title)
    draw_workbench(workbook, bench, form)
    _add_buttons(workbook, table, Place.WORKBENCH, bench.inputs.widths)
    workbook.close()
    book.save_locked(buffer, target)


def write_addin(target: Path, table: Commands) -> None:
    """``xlgoals.xlam``: the modules, the ribbon, and a sheet with what the macros say."""
    _write_addin(target, table, addin_modules(table), "")


def write_warm_addin(target: Path, table: Commands) -> None:
    """``xlgoals.xlam`` that keeps Python between clicks, with the server of the installed xlwings.

    Raises:
        CannotDo: xlwings is not installed, or its module is not one that the changes were made for.
    """
    _write_addin(target, table, warm_addin_modules(table), xlwings_release())


def _write_addin(target: Path, table: Commands, modules: Sequence[Module], xlwings: str) -> None:
    workbook, buffer = book.new_workbook(table.tab)
    sheet = workbook.add_worksheet(_SAYINGS)
    for row, (key, text) in enumerate(table.says.items()):
        sheet.write_string(row, 0, key)
        sheet.write_string(row, 1, text)
        workbook.define_name(f"say_{key}", f"={quoted(_SAYINGS)}!{xl_rowcol_to_cell(row, 1, True, True)}")
    stamps = {"addin_version": importlib.metadata.version("xlgoals"), "addin_xlwings": xlwings}
    for key, value in stamps.items():
        workbook.set_custom_property(f"xlgoals_{key}", value, "text")
    _add_project(workbook, addin_project(modules, len(workbook.worksheets())))
    workbook.close()
    book.save_plain(io.BytesIO(_as_addin(buffer.getvalue(), ribbon_xml(table))), target)


def _add_buttons(workbook: Workbook, table: Commands, place: Place, widths: Sequence[float]) -> None:
    """Buttons in the blank row between the title and the content of the first sheet."""
    workbook.define_name("xlgoals_addin_missing", f'="{table.says["addin_missing"]}"')
    sheets = workbook.worksheets()
    sheets[0].set_row(UNIT_ROW, _BUTTON_ROW_POINTS)
    places = _button_places(widths)
    for command in table.on(place):
        _add_button(sheets[0], command, *next(places))
    _add_project(workbook, workbook_project(table, place, len(sheets)))


def _button_places(widths: Sequence[float]) -> Iterator[tuple[int, int]]:
    """Column and offset of one button after another, as many in each column as it holds."""
    for column, width in enumerate(widths):
        room = _column_pixels(width) - _FIRST_BUTTON
        for number in range((room + _BUTTON_STEP - _BUTTON["width"]) // _BUTTON_STEP):
            yield column, _FIRST_BUTTON + number * _BUTTON_STEP


def _column_pixels(width: float) -> int:
    """A column's width in pixels, as Excel computes it from characters: seven each, and a margin of five."""
    return int(width * 7) + 5


def _add_button(sheet: Worksheet, command: Command, column: int, offset: int) -> None:
    look = {"macro": command.macro, "caption": command.label, "description": command.screentip}
    sheet.insert_button(UNIT_ROW, column, {**look, "x_offset": offset, **_BUTTON})


def _add_project(workbook: Workbook, project: bytes) -> None:
    workbook.set_vba_name(WORKBOOK_NAME)
    for number, sheet in enumerate(workbook.worksheets(), start=1):
        sheet.set_vba_name(sheet_name(number))
    workbook.add_vba_project(io.BytesIO(project), True)  # type: ignore[arg-type]  # a stream is what the flag says


def _as_addin(data: bytes, ribbon: bytes) -> bytes:
    """A workbook with macros as an add-in: its kind, its hidden window, and the ribbon."""
    changes = {
        "[Content_Types].xml": (_BOOK_TYPE, _ADDIN_TYPE),
        "xl/workbook.xml": (b"<workbookView ", b'<workbookView visibility="hidden" '),
        "_rels/.rels": (b"</Relationships>", _RIBBON_RELATION),
    }
    result = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(result, "w") as package:
        for info in source.infolist():
            old, new = changes.get(info.filename, (b"", b""))
            content = source.read(info)
            if old and content.count(old) != 1:
                raise ValueError(f"{info.filename} holds {old!r} {content.count(old)} times")
            package.writestr(info, content.replace(old, new) if old else content, zipfile.ZIP_DEFLATED)
        package.writestr(
            zipfile.ZipInfo(_RIBBON_PART, source.infolist()[0].date_time), ribbon, zipfile.ZIP_DEFLATED
        )
    return result.getvalue()
