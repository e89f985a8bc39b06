"""Excel itself as the engine: which workbook, and the host of this platform. Not run in Excel here."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import xlwings as xw

from xlgoals.errors import CannotDo

if TYPE_CHECKING:
    from xlgoals.excel.host import Host


def excel_host(app: xw.App) -> Host:
    """The host of this platform."""
    if sys.platform == "darwin":
        from xlgoals.excel.engines.excel_mac import MacHost  # noqa: PLC0415 one platform's own

        return MacHost(app)
    from xlgoals.excel.engines.excel_windows import WindowsHost  # noqa: PLC0415 one platform's own

    return WindowsHost(app)


def calling_book(name: str, window: int) -> tuple[xw.Book, Host]:
    """The workbook whose button was clicked; when warm, the one that the macro handed over.

    Raises:
        CannotDo: no workbook of that name is open.
    """
    if not name:
        book = xw.Book.caller()
        return book, excel_host(book.app)
    app = xw.apps.active
    if sys.platform == "win32" and window:
        from xlwings import _xlwindows  # noqa: PLC0415 not importable elsewhere

        app = xw.App(impl=_xlwindows.App(xl=window))
    for book in () if app is None else app.books:
        if book.name.lower() == name.lower():
            return book, excel_host(book.app)
    raise CannotDo("click.no_such_book", book=name)


def active_book() -> tuple[xw.Book, Host]:
    """The workbook in front, seen from outside Excel.

    Raises:
        CannotDo: Excel is not running, or has no workbook open.
    """
    app = xw.apps.active
    if app is None or not len(app.books):
        raise CannotDo("click.no_excel")
    book = app.books.active
    return book, excel_host(app)
