"""Makes every workbook of this repository anew: blank templates, the add-in, units' workbooks, the master.

Run by ``make examples``. The result depends on the input alone, so an unchanged program changes no file.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import time
from pathlib import Path

import xlgoals
from xlgoals.building import build as build_macros
from xlgoals.profile import profile_names

CHECKOUT = Path(__file__).parent.parent
SOURCES = CHECKOUT / "examples" / "source"
# The ledger shows when a file was received; in the examples that is one fixed moment of one place.
RECEIVED = 1_646_355_600  # 2022-03-04 09:00 in Beijing


def build(target: Path) -> list[Path]:
    """Writes all workbooks below ``target``, laid out like the checkout; returns their paths."""
    os.environ["TZ"] = "Asia/Shanghai"
    time.tzset()
    made = []
    for name in profile_names():
        path = target / "templates" / f"申报表_{name}.xlsx"
        path.unlink(missing_ok=True)
        made.append(xlgoals.make_template(path, profile=name))
    with tempfile.TemporaryDirectory() as folder:
        for path in build_macros(Path(folder)):
            place = target / ("addin" if path.suffix == ".xlam" else "templates") / path.name
            place.parent.mkdir(parents=True, exist_ok=True)
            made.append(Path(shutil.copyfile(path, place)))
    units = target / "examples" / "units"
    for old in units.glob("*.xlsx"):
        old.unlink()
    for item in xlgoals.import_published(sorted(SOURCES.glob("*.txt")), units):
        os.utime(item.path, (RECEIVED, RECEIVED))
        made.append(item.path)
    official = target / "examples" / "official"
    for workbook in sorted(units.glob("*.xlsx")):
        book = official / f"{workbook.name.partition('_')[0]}_2022_绩效目标表.xlsx"
        book.unlink(missing_ok=True)
        made.append(xlgoals.print_official(workbook, book).path)
    master = target / "examples" / "master.xlsx"
    master.unlink(missing_ok=True)
    made.append(xlgoals.consolidate([units], master).master)
    return made


if __name__ == "__main__":
    for path in build(Path(sys.argv[1]) if len(sys.argv) > 1 else CHECKOUT):
        print(path)
