"""The same job with openpyxl alone: rows of two sheets of every workbook, copied into one."""

from __future__ import annotations

import sys
from pathlib import Path

import openpyxl

HEAD = 3


def main(folder: str, target: str) -> None:
    """Copies the filled rows below the head."""
    result = openpyxl.Workbook(write_only=True)
    sheets = {name: result.create_sheet(name) for name in ("项目", "指标")}
    for path in sorted(Path(folder).glob("*.xlsx")):
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
        for name, sheet in sheets.items():
            for number, row in enumerate(book[name].iter_rows(values_only=True), start=1):
                if number > HEAD and row[1] is not None:
                    sheet.append([*row, path.name])
        book.close()
    result.save(target)


if __name__ == "__main__":
    main(*sys.argv[1:])
