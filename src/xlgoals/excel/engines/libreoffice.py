"""The engine for LibreOffice: a document that it has open is xlwings' book."""

from __future__ import annotations

import atexit
import contextlib
import gc
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import xlwings as xw

from xlgoals.errors import CannotDo
from xlgoals.excel.engines.adapter import as_book, dismiss
from xlgoals.excel.engines.bridge import file_path, file_url, load_bridge, properties
from xlgoals.excel.engines.grid import Area
from xlgoals.excel.engines.grid_host import GridHost
from xlgoals.excel.engines.office import desktop_of
from xlgoals.excel.engines.profile import lock_of
from xlgoals.excel.engines.uno_grid import UnoGrid

_FILTERS = {".xlsm": "Calc MS Excel 2007 VBA XML", ".xlsx": "Calc MS Excel 2007 XML"}
_MACROS_NEVER, _MACROS_ALWAYS = 0, 4  # com.sun.star.document.MacroExecMode
_QUESTION, _YES_NO, _INFORMATION, _OK = "QUERYBOX", 3, "INFOBOX", 1
_YES = 2


class UnoDocument:
    """One open workbook."""

    def __init__(self, program: LibreOffice, model: Any) -> None:
        """Over a spreadsheet that LibreOffice has open."""
        self._program = program
        self.model = model
        self._asking: threading.Thread | None = None

    @property
    def path(self) -> str:
        """Where it lies; for a new one its title."""
        return file_path(self.model.URL) if self.model.URL else str(self.model.Title)

    def grids(self) -> list[UnoGrid]:
        """Its sheets in order."""
        sheets = self.model.Sheets
        return [self._grid(sheets.getByIndex(index)) for index in range(sheets.Count)]

    def active(self) -> UnoGrid:
        """The sheet in front; the first one where it has no window."""
        controller = self.model.CurrentController
        return self._grid(self.model.Sheets.getByIndex(0) if controller is None else controller.ActiveSheet)

    def selected(self) -> tuple[UnoGrid, Area]:
        """What is selected."""
        chosen = self.model.getCurrentSelection()
        if not hasattr(chosen, "RangeAddress"):
            return self.active(), Area(1, 1, 1, 1)
        place = chosen.RangeAddress
        area = Area(place.StartRow + 1, place.StartColumn + 1, place.EndRow + 1, place.EndColumn + 1)
        return self._grid(chosen.Spreadsheet), area

    def names(self) -> Mapping[str, str]:
        """Defined names; a sheet is set off by an exclamation mark, as in Excel."""
        names = self.model.NamedRanges
        return {
            name: str(names.getByName(name).Content).replace(".", "!", 1).lstrip("$")
            for name in names.ElementNames
        }

    def properties(self) -> Mapping[str, str]:
        """The custom document properties."""
        held = self.model.DocumentProperties.UserDefinedProperties
        return {each.Name: str(held.getPropertyValue(each.Name)) for each in held.PropertySetInfo.Properties}

    def save(self, path: str | None) -> None:
        """Where it lies, or to a path in the format that its ending names."""
        if path is None:
            self.model.store()
            return
        target = Path(path)
        self.model.storeToURL(file_url(target), properties(FilterName=_FILTERS[target.suffix.lower()]))

    def close(self) -> None:
        """Closes without asking."""
        self.model.setModified(False)
        self.model.close(True)

    def ask_to_close(self) -> None:
        """As if the user closed the window; returns at once, while the user is asked about changes there."""
        manager = self._program.context.ServiceManager
        helper = manager.createInstanceWithContext("com.sun.star.frame.DispatchHelper", self._program.context)
        words = (self.model.CurrentController.Frame, ".uno:CloseWin", "", 0, ())
        self._asking = threading.Thread(target=_until_gone, args=(helper.executeDispatch, words), daemon=True)
        self._asking.start()

    def wait_for_answer(self, seconds: float) -> None:
        """Until the user was asked, or the window is gone: no call may be under way when Python ends."""
        if self._asking is not None:
            self._asking.join(seconds)

    def _grid(self, sheet: Any) -> UnoGrid:
        return UnoGrid(self.model, sheet, self._show)

    def _show(self, sheet: Any, area: Area | None) -> None:
        controller = self.model.CurrentController
        if controller is None:
            return
        controller.setActiveSheet(sheet)
        if area is not None:
            controller.select(
                sheet.getCellRangeByPosition(area.left - 1, area.top - 1, area.right - 1, area.bottom - 1)
            )


class LibreOffice:
    """A running LibreOffice."""

    name = "libreoffice"

    def __init__(self, context: Any, *, macros: bool = False) -> None:
        """``context`` is what :func:`.office.attach` gives; ``macros`` lets those of a workbook run."""
        self.context = context
        self._desktop = desktop_of(context)
        self._macros = _MACROS_ALWAYS if macros else _MACROS_NEVER
        self._front: Any = None
        self._indicator: Any = None
        atexit.register(self.forget)

    def forget(self) -> None:
        """Lets go of LibreOffice: what is still held of it when Python ends may crash in its bridge."""
        dismiss(self)
        self._front = self._indicator = self._desktop = self.context = None
        gc.collect()

    def documents(self) -> list[UnoDocument]:
        """The workbooks that are open, the one in front first."""
        found = []
        components = self._desktop.Components.createEnumeration()
        while components.hasMoreElements():
            model = components.nextElement()
            if hasattr(model, "Sheets"):
                found.append(UnoDocument(self, model))
        front = self._desktop.getCurrentComponent()
        return sorted(found, key=lambda each: each.model != front)

    def open(self, path: str, *, hidden: bool = False) -> UnoDocument:
        """Opens a workbook.

        Raises:
            CannotDo: LibreOffice did not open it, most often because of a lock that an ended program left.
        """
        file = Path(path)
        if not file.is_file():
            raise CannotDo("file.missing", file=path)
        model = self._load(file, hidden=hidden)
        if model is None:
            raise CannotDo("libreoffice.not_opened", file=path, lock=lock_of(file).name)
        if hasattr(model, "Sheets"):
            return UnoDocument(self, model)
        model.close(True)
        raise CannotDo("workbook.not_one", file=path)

    def look_at(self, path: str) -> None:
        """Opens a file of any kind beside the others, if this LibreOffice can show it."""
        with contextlib.suppress(
            Exception
        ):  # a Writer that is not installed; the handler said where the file is
            self._load(Path(path), hidden=self._window() is None)

    def turn_to(self, document: UnoDocument) -> None:
        """Boxes and the status bar belong to this document's window from now on."""
        self._front = document.model

    def status(self, text: str | None) -> None:
        """In the status bar of the window, where there is one."""
        if self._indicator is not None:
            with contextlib.suppress(Exception):  # of a window that was closed
                self._indicator.end()
            self._indicator = None
        window = self._window()
        if text is not None and window is not None:
            self._indicator = self._model().CurrentController.Frame.createStatusIndicator()
            self._indicator.start(text, 0)

    def ask(self, question: str) -> bool:
        """Yes or no; False where there is no window."""
        return self._box(_QUESTION, _YES_NO, question) == _YES

    def tell(self, text: str) -> None:
        """A box with the sentence; nothing where there is no window."""
        self._box(_INFORMATION, _OK, text)

    def refresh(self, paused: bool) -> None:
        """Stops and resumes computing.

        Drawing goes on: a window whose drawing was stopped would stay frozen if we were ended meanwhile.
        """
        self._model().enableAutomaticCalculation(not paused)

    def compute(self) -> None:
        """Computes all formulas."""
        self._model().calculateAll()

    def _model(self) -> Any:
        return self._front if self._front is not None else self.documents()[0].model

    def _window(self) -> Any:
        controller = self._model().CurrentController
        window = None if controller is None else controller.Frame.ContainerWindow
        return window if window is not None and window.isVisible() else None

    def _box(self, kind: str, buttons: int, text: str) -> int:
        window = self._window()
        if window is None:
            return 0
        toolkit = window.getToolkit()
        box = toolkit.createMessageBox(
            window, load_bridge().Enum("com.sun.star.awt.MessageBoxType", kind), buttons, "xlgoals", text
        )
        try:
            return int(box.execute())
        finally:
            box.dispose()  # else it stays the window that all others wait for

    def _load(self, file: Path, *, hidden: bool) -> Any:
        return self._desktop.loadComponentFromURL(
            file_url(file), "_blank", 0, properties(Hidden=hidden, MacroExecutionMode=self._macros)
        )


def _until_gone(call: Callable[..., object], words: tuple[object, ...]) -> None:
    with contextlib.suppress(Exception):  # the bridge ends with the window, in the middle of the call
        call(*words)


def open_in(
    context: Any, path: Path, *, hidden: bool = True, macros: bool = False
) -> tuple[xw.Book, GridHost]:
    """Opens a workbook in a running LibreOffice as xlwings' active book, with its host."""
    program = LibreOffice(context, macros=macros)
    return book_and_host(program, program.open(str(path), hidden=hidden))


def book_and_host(program: LibreOffice, document: UnoDocument) -> tuple[xw.Book, GridHost]:
    """A document as xlwings' active book, with its host."""
    program.turn_to(document)
    return as_book(program, document), GridHost(program)


def book_named(program: LibreOffice, name: str) -> tuple[xw.Book, GridHost]:
    """The open workbook of that name.

    Raises:
        CannotDo: none is open.
    """
    documents: Sequence[UnoDocument] = program.documents()
    for document in documents:
        if Path(document.path).name.lower() == name.lower():
            return book_and_host(program, document)
    raise CannotDo("click.no_such_book", book=name)
