"""The engine for a workbook file: handlers run on it without any office program.

It is for tests, and for machines that have none. It never writes the file that it opened: a result is saved
under a new name.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import openpyxl
import xlwings as xw
from openpyxl.worksheet.worksheet import Worksheet

from xlgoals.excel.engines.adapter import as_book, dismiss
from xlgoals.excel.engines.file_grid import FileGrid
from xlgoals.excel.engines.grid import Area, area_at
from xlgoals.excel.engines.grid_host import GridHost
from xlgoals.write.files import write_new


class FileDocument:
    """A workbook in memory, as openpyxl read it."""

    def __init__(self, program: FileProgram, path: str) -> None:
        """Reads the file; it is not looked at again."""
        self._program = program
        self.path = path
        self._data = Path(path).read_bytes()
        macros = path.lower().endswith("m")
        self.book: Any = openpyxl.load_workbook(io.BytesIO(self._data), keep_vba=macros, rich_text=False)
        self._computed: Any = None
        self._grids = [FileGrid(sheet, self._values_of(sheet.title)) for sheet in self.book.worksheets]

    def grids(self) -> list[FileGrid]:
        """Its sheets in order."""
        return self._grids

    def active(self) -> FileGrid:
        """The sheet in front."""
        return next(grid for grid in self._grids if grid.sheet is self.book.active)

    def selected(self) -> tuple[FileGrid, Area]:
        """What is selected in the active sheet; of several areas the first."""
        grid = self.active()
        address = str(grid.sheet.sheet_view.selection[-1].sqref).split(" ", maxsplit=1)[0]
        return grid, area_at(address) or Area(1, 1, 1, 1)

    def names(self) -> Mapping[str, str]:
        """Defined names."""
        return {name: str(each.attr_text) for name, each in self.book.defined_names.items()}

    def properties(self) -> Mapping[str, str]:
        """The custom document properties."""
        return {each.name: str(each.value) for each in self.book.custom_doc_props.props}

    def save(self, path: str | None) -> None:
        """Under a new name.

        Raises:
            CannotDo: there is such a file already.
        """
        if path is None:
            raise NotImplementedError(
                "the engine for files does not write over what it opened: name a new file"
            )
        write_new(Path(path), self.book.save)

    def close(self) -> None:
        """Forgets it."""
        self._program.opened.remove(self)
        if not self._program.opened:
            dismiss(self._program)

    def _values_of(self, title: str) -> Any:
        def look_up() -> Worksheet | None:
            if self._computed is None:  # a second reading, and only if a formula is looked at
                self._computed = openpyxl.load_workbook(io.BytesIO(self._data), data_only=True)
            return self._computed[title]

        return look_up


class FileProgram:
    """What stands for the application: it keeps what was said, and gives the answers that it was told to."""

    name = "file"

    def __init__(self) -> None:
        """Nothing open, and every question answered with no."""
        self.opened: list[FileDocument] = []
        self.answer = False
        """What :meth:`ask` answers."""
        self.asked: list[str] = []
        self.told: list[str] = []
        self.statuses: list[str | None] = []
        self.shown: list[str] = []
        """Files that a handler opened for the user to look at, or workbooks."""

    def documents(self) -> list[FileDocument]:
        """What is open, the last first."""
        return self.opened[::-1]

    def open(self, path: str) -> FileDocument:
        """Reads a workbook."""
        document = FileDocument(self, path)
        self.opened.append(document)
        return document

    def status(self, text: str | None) -> None:
        """Keeps the line."""
        self.statuses.append(text)

    def ask(self, question: str) -> bool:
        """Keeps the question."""
        self.asked.append(question)
        return self.answer

    def tell(self, text: str) -> None:
        """Keeps the sentence."""
        self.told.append(text)

    def refresh(self, paused: bool) -> None:
        """Nothing is drawn or computed."""

    def compute(self) -> None:
        """Nothing computes here."""

    def look_at(self, path: str) -> None:
        """Nobody looks: only keeps which."""
        self.shown.append(path)


class FileHost(GridHost):
    """The host of a workbook file: whoever drives it sets the answer and looks at what was said."""

    program: FileProgram


def open_workbook(path: Path) -> tuple[xw.Book, FileHost]:
    """Opens a workbook file as xlwings' active book, with its host.

    ``host.program.answer`` is what questions are answered with; its ``told``, ``asked``, ``statuses`` and
    ``shown`` keep what the user would have seen. ``book.save(path)`` writes a new file.
    """
    program = FileProgram()
    document = program.open(str(path.resolve()))
    return as_book(program, document), FileHost(program)
