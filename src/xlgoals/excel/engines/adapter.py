"""xlwings' side of our engines: its classes, over any :class:`Grid`.

What xlwings has and we do not use raises NotImplementedError, from its base classes or here with a sentence.
"""

from __future__ import annotations

import datetime as dt
import math
import os
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import xlwings as xw
from xlwings import base_classes as base

from xlgoals.excel.engines.grid import Area, CellError, Document, Grid, Program, Value
from xlgoals.excel.engines.ranges import WHOLE, Range, area_named

if TYPE_CHECKING:
    from xlgoals.excel.engines.ranges import Place


class Engine:
    """One of our engines, as ``xw.engines`` holds it; it has the programs that were enrolled."""

    type = "desktop"

    def __init__(self, name: str) -> None:
        """``name`` is that of the host."""
        self.name = name
        self.programs: list[App] = []

    @property
    def apps(self) -> Apps:
        """The programs, the one enrolled last first, for xlwings takes the first for the active one."""
        return Apps(self)

    @staticmethod
    def prepare_xl_data_element(element: Any, _options: object) -> object:
        """One value on its way into a cell; NaN and None clear it."""
        if element is None or (isinstance(element, float) and math.isnan(element)):
            return None
        if isinstance(element, dt.date) and not isinstance(element, dt.datetime):
            return dt.datetime(element.year, element.month, element.day)
        if isinstance(element, Decimal) or (isinstance(element, int) and not isinstance(element, bool)):
            return float(element)
        if isinstance(element, (bool, float, str, dt.datetime)):
            return element
        if hasattr(element, "item"):  # a number of numpy
            return Engine.prepare_xl_data_element(element.item(), _options)
        raise TypeError(f"no cell holds a {type(element).__name__}")

    @staticmethod
    def clean_value_data(
        data: Sequence[Sequence[Value]],
        make_date: Callable[..., object],
        empty_as: object,
        make_number: Callable[[float], object] | None,
        err_to_str: bool,
    ) -> list[list[object]]:
        """Values on their way out of cells, as the options of the range want them."""

        def clean(value: Value) -> object:
            match value:
                case None | "":
                    return empty_as
                case CellError():
                    return value.text if err_to_str else None
                case dt.datetime():
                    names = ("year", "month", "day", "hour", "minute", "second", "microsecond")
                    return make_date(**{name: getattr(value, name) for name in names}, tzinfo=None)
                case float() if make_number is not None:
                    return make_number(value)
            return value

        return [[clean(value) for value in row] for row in data]


def enroll(program: Program) -> App:
    """Makes a program known to xlwings and its engine the active one."""
    if program.name not in xw.engines.engines_by_name:
        xw.engines.add(xw.Engine(impl=Engine(program.name)))
    engine = xw.engines[program.name]
    engine.activate()
    implementation: Engine = engine.impl
    app = next((each for each in implementation.programs if each.program is program), None)
    if app is None:
        app = App(implementation, program)
    else:
        implementation.programs.remove(app)
    implementation.programs.insert(0, app)
    return app


def dismiss(program: Program) -> None:
    """Makes xlwings forget a program that has ended."""
    for engine in xw.engines:
        if isinstance(engine.impl, Engine):
            engine.impl.programs = [app for app in engine.impl.programs if app.program is not program]


def as_book(program: Program, document: Document) -> xw.Book:
    """The document as xlwings' book."""
    return xw.Book(impl=Book(enroll(program), document))


def grid_of(sheet: xw.Sheet) -> Grid:
    """The grid below a sheet of one of our engines."""
    grid: Grid = sheet.impl.grid
    return grid


class Apps(base.Apps):
    """The programs of an engine."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def keys(self) -> list[int]:
        return [app.pid for app in self.engine.programs]

    def add(
        self, spec: object = None, add_book: object = None, xl: object = None, visible: object = None
    ) -> App:
        raise NotImplementedError("open a workbook through xlgoals.excel.engines instead of starting an app")

    def __iter__(self) -> Iterator[App]:
        return iter(self.engine.programs)

    def __len__(self) -> int:
        return len(self.engine.programs)

    def __getitem__(self, pid: int) -> App:
        return next(app for app in self.engine.programs if app.pid == pid)


class App(base.App):
    """A program."""

    # As plain attributes: the properties of the base class take no assignment.
    screen_updating = display_alerts = enable_events = interactive = visible = True
    calculation = "automatic"
    version = "16.0"
    path = ""
    pid = 0

    def __init__(self, engine: Engine, program: Program) -> None:
        self.engine = engine
        self.program = program
        self.pid = 1 + max((app.pid for app in engine.programs), default=0)
        self._status: str | bool = False

    @property
    def api(self) -> Program:
        return self.program

    @property
    def books(self) -> Books:
        return Books(self)

    @property
    def selection(self) -> Range:
        document = self.program.documents()[0]
        grid, area = document.selected()
        return Range(Sheet(Book(self, document), grid), area)

    @property
    def status_bar(self) -> str | bool:
        return self._status

    @status_bar.setter
    def status_bar(self, text: str | bool | None) -> None:
        self._status = text or False
        self.program.status(text if isinstance(text, str) and text else None)

    def calculate(self) -> None:
        self.program.compute()

    def activate(self, steal_focus: bool = False) -> None:
        """The one window is in front already."""

    def alert(self, prompt: str, title: object, buttons: str | None, mode: object, callback: object) -> str:
        if buttons in (None, "ok"):
            self.program.tell(prompt)
            return "ok"
        if buttons == "yes_no":
            return "yes" if self.program.ask(prompt) else "no"
        raise NotImplementedError("ask with yes_no or tell with ok: nothing else is offered on this engine")


class Books(base.Books):
    """What is open in a program."""

    def __init__(self, app: App) -> None:
        self.app = app

    def __iter__(self) -> Iterator[Book]:
        return (Book(self.app, each) for each in self.app.program.documents())

    def __len__(self) -> int:
        return len(self.app.program.documents())

    @property
    def active(self) -> Book:
        return next(iter(self))

    def __call__(self, key: int | str) -> Book:
        for number, book in enumerate(self, start=1):
            if key == number or (isinstance(key, str) and book.name.lower() == key.lower()):
                return book
        raise KeyError(key)

    def __contains__(self, key: object) -> bool:
        return any(book.name.lower() == str(key).lower() for book in self)

    def open(self, path: str, *_details: object) -> Book:
        return Book(self.app, self.app.program.open(path))


class Book(base.Book):
    """One open workbook."""

    def __init__(self, app: App, document: Document) -> None:
        self._app = app
        self.document = document

    @property
    def api(self) -> Document:
        return self.document

    @property
    def app(self) -> App:
        return self._app

    @property
    def fullname(self) -> str:
        return self.document.path

    @property
    def name(self) -> str:
        return os.path.basename(self.fullname)  # noqa: PTH119 a path of another machine may be no Path here

    @property
    def sheets(self) -> Sheets:
        return Sheets(self)

    @property
    def names(self) -> Names:
        return Names(self)

    def save(self, path: str | None = None, password: str | None = None) -> None:
        if password is not None:
            raise NotImplementedError("no engine of ours saves with a password")
        self.document.save(path)

    def close(self) -> None:
        self.document.close()

    def activate(self) -> None:
        self.document.active().show()


class Sheets(base.Sheets):
    """The sheets of a book, in order."""

    def __init__(self, book: Book) -> None:
        self.book = book

    @property
    def api(self) -> Document:
        return self.book.document

    @property
    def active(self) -> Sheet:
        return Sheet(self.book, self.book.document.active())

    def __iter__(self) -> Iterator[Sheet]:
        return (Sheet(self.book, grid) for grid in self.book.document.grids())

    def __len__(self) -> int:
        return len(self.book.document.grids())

    def __contains__(self, key: object) -> bool:
        return any(sheet.name.lower() == str(key).lower() for sheet in self)

    def __call__(self, key: int | str) -> Sheet:
        for number, sheet in enumerate(self, start=1):
            if key == number or (isinstance(key, str) and sheet.name.lower() == key.lower()):
                return sheet
        raise KeyError(key)

    def add(self, before: object = None, after: object = None, name: object = None) -> Sheet:
        raise NotImplementedError("handlers add no sheets: the structure of our workbooks is locked")


class Sheet(base.Sheet):
    """One sheet."""

    def __init__(self, book: Book, grid: Grid) -> None:
        self._book = book
        self.grid = grid

    @property
    def api(self) -> Grid:
        return self.grid

    @property
    def book(self) -> Book:
        return self._book

    @property
    def name(self) -> str:
        return self.grid.name

    @name.setter
    def name(self, _name: str) -> None:
        raise NotImplementedError("handlers rename no sheets: the structure of our workbooks is locked")

    @property
    def index(self) -> int:
        return [each.name for each in self._book.document.grids()].index(self.name) + 1

    @property
    def visible(self) -> bool:
        return self.grid.visible

    @visible.setter
    def visible(self, _visible: bool) -> None:
        raise NotImplementedError("handlers hide no sheets: the structure of our workbooks is locked")

    @property
    def cells(self) -> Range:
        return Range(self, WHOLE)

    @property
    def used_range(self) -> Range:
        return Range(self, self.grid.used())

    @property
    def names(self) -> Names:
        return Names(self._book)

    def range(self, first: Place, last: Place | None = None) -> Range:
        by_name = isinstance(first, str) or isinstance(last, str)
        names = self._book.document.names() if by_name else {}  # reading them takes LibreOffice a while
        one = area_named(first, names)
        other = one if last is None else area_named(last, names)
        return Range(
            self,
            Area(
                min(one.top, other.top),
                min(one.left, other.left),
                max(one.bottom, other.bottom),
                max(one.right, other.right),
            ),
        )

    def activate(self) -> None:
        self.grid.show()

    select = activate

    @property
    def notes(self) -> list[Any]:
        return [note for cell in self.grid.notes() if (note := Range(self, Area(*cell, *cell)).note)]


class Names(base.Names):
    """Defined names of a book."""

    def __init__(self, book: Book) -> None:
        self.book = book

    def __len__(self) -> int:
        return len(self.book.document.names())

    def __iter__(self) -> Iterator[Name]:
        return (Name(self.book, key, text) for key, text in self.book.document.names().items())

    def __call__(self, key: int | str) -> Name:
        for number, name in enumerate(self, start=1):
            if key == number or (isinstance(key, str) and name.name.lower() == key.lower()):
                return name
        raise KeyError(key)

    def contains(self, key: int | str) -> bool:
        return any(key in (number, name.name) for number, name in enumerate(self, start=1))


class Name(base.Name):
    """A defined name; it can be looked at only."""

    def __init__(self, book: Book, name: str, text: str) -> None:
        self.book = book
        self._name = name
        self._text = text

    @property
    def name(self) -> str:
        return self._name

    @name.setter
    def name(self, _name: str) -> None:
        raise NotImplementedError("handlers rename no names: formulas of the workbook go by them")

    @property
    def refers_to(self) -> str:
        return f"={self._text}"

    @refers_to.setter
    def refers_to(self, _text: str) -> None:
        raise NotImplementedError("handlers move no names: formulas of the workbook go by them")

    @property
    def refers_to_range(self) -> Range:
        sheet, _, address = self._text.rpartition("!")
        return self.book.sheets(sheet.strip("'$").replace("''", "'")).range(address)
