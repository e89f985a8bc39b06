"""Makes every workbook of this repository anew: blank templates, the add-in, units' workbooks, the master.

The corrected tables and their list in ``docs/corrections.md`` come from ``corrections.yaml``.

Run by ``make examples``. The result depends on the input alone, so an unchanged program changes no file.
"""

from __future__ import annotations

import datetime as dt
import os
import shutil
import sys
import tempfile
import time
from pathlib import Path

from corrections import corrected, document, load_corrections
from story import tell

import xlgoals
from xlgoals.building import build as build_macros
from xlgoals.form import load_form
from xlgoals.operations.issuing import to_write, write_all
from xlgoals.profile import DEFAULT_PROFILE, load_profile, profile_names
from xlgoals.write.files import write_new

CHECKOUT = Path(__file__).parent.parent
SOURCES = CHECKOUT / "examples" / "source"
# The ledger shows when a file was received; in the examples that is one fixed moment of one place.
RECEIVED = 1_646_355_600  # 2022-03-04 09:00 in Beijing
USER = "汇总人"


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
    made.append(build_master(units, target / "examples" / "master.xlsx"))
    made += build_corrected(target / "examples" / "corrected")
    page = target / "docs" / "corrections.md"
    page.parent.mkdir(parents=True, exist_ok=True)
    page.write_text(document(load_corrections()), encoding="utf-8")
    return [*made, page, *tell(target / "examples")]


def build_master(units: Path, master: Path) -> Path:
    """Merges the units' workbooks; what a merge keeps beside its master is none of the examples."""
    with tempfile.TemporaryDirectory() as folder:
        beside = Path(folder) / master.parent.name  # the links of a master are relative to it
        shutil.copytree(units, beside / units.name)
        received = dt.datetime.fromtimestamp(RECEIVED).astimezone()
        made = xlgoals.consolidate(
            [beside / units.name], beside / master.name, clock=lambda: received, user=USER
        ).master
        master.unlink(missing_ok=True)
        return Path(shutil.copyfile(made, master))


def build_corrected(folder: Path) -> list[Path]:
    """Writes the workbooks of the published tables with every correction made; returns their paths."""
    for old in folder.glob("*.xlsx"):
        old.unlink()
    form, profile = load_form(), load_profile(DEFAULT_PROFILE)
    published = [each for file in sorted(SOURCES.glob("*.txt")) for each in xlgoals.load(file)]
    items = [to_write(form, folder, each) for each in corrected(published, load_corrections())]
    return [item.path for item in write_all(items, form, profile, write_new)]


if __name__ == "__main__":
    for path in build(Path(sys.argv[1]) if len(sys.argv) > 1 else CHECKOUT):
        print(path)
