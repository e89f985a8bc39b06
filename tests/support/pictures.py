"""The pictures of the documentation: pages of the examples as LibreOffice prints them, windows, web pages.

As a script it draws them anew: ``python -m tests.support.pictures``.
"""

from __future__ import annotations

import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageChops

from tests.support.browser import Browser, find_browser
from tests.support.office import Office
from tests.support.scenes import play
from xlgoals import operations

CHECKOUT = Path(__file__).parent.parent.parent
FOLDER = CHECKOUT / "docs" / "pictures"
_DOTS_PER_INCH = 110
_BORDER = 12
# Small and grey: what is compared is what stands where, not how a font is smoothed.
_COMPARED = (96, 64)


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """One page of one workbook, cut to what is printed on it."""

    name: str
    workbook: str
    page: int


PICTURES = (
    Picture(name="unit-guide", workbook="examples/units/306101_2022_绩效目标.xlsx", page=1),
    Picture(name="unit-projects", workbook="examples/units/306101_2022_绩效目标.xlsx", page=2),
    Picture(name="unit-indicators", workbook="examples/units/306101_2022_绩效目标.xlsx", page=3),
    Picture(name="official-form", workbook="examples/official/306101_2022_绩效目标表.xlsx", page=2),
    Picture(name="master-overview", workbook="examples/master.xlsx", page=1),
    Picture(name="master-findings", workbook="examples/master.xlsx", page=14),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Screenshot:
    """LibreOffice's window with a cell selected and a key pressed."""

    name: str
    workbook: str
    sheet: str
    cell: str
    key: str


SCREENSHOTS = (
    Screenshot(
        name="unit-drop-down",
        workbook="examples/units/306201_2022_绩效目标.xlsx",
        sheet="指标",
        cell="D5",
        key="alt+Down",
    ),
    Screenshot(
        name="unit-preview",
        workbook="examples/units/306201_2022_绩效目标.xlsx",
        sheet="申报表预览",
        cell="C4",
        key="-",
    ),
)


# Pages in a browser: width and height of the window.
PAGES = {"report": (1200, 900), "report-phone": (390, 844)}


def show(browser: Browser, folder: Path) -> dict[str, Path]:
    """The report about the example's master, as PNG files in ``folder``, by name."""
    made = {}
    with tempfile.TemporaryDirectory() as place:
        page = Path(place) / "report.html"
        operations.report(CHECKOUT / "examples" / "master.xlsx", page)
        for name, (width, height) in PAGES.items():
            made[name] = browser.picture(page, folder / f"{name}.png", width, height)
            Image.open(made[name]).convert("RGB").quantize(64).save(made[name], optimize=True)
    return made


def photograph(office: Office, folder: Path) -> dict[str, Path]:
    """All screenshots as PNG files in ``folder``, by name."""
    made = {}
    for shot in SCREENSHOTS:
        made[shot.name] = folder / f"{shot.name}.png"
        office.screenshot(CHECKOUT / shot.workbook, shot.sheet, shot.cell, shot.key, made[shot.name])
        Image.open(made[shot.name]).convert("RGB").quantize(128).save(made[shot.name], optimize=True)
    return made


def draw(office: Office, folder: Path) -> dict[str, Path]:
    """All pictures as PNG files in ``folder``, by name."""
    folder.mkdir(parents=True, exist_ok=True)
    made = {}
    with tempfile.TemporaryDirectory() as place:
        pages = {
            workbook: office.pictures(CHECKOUT / workbook, Path(place) / str(number), _DOTS_PER_INCH)
            for number, workbook in enumerate(dict.fromkeys(picture.workbook for picture in PICTURES))
        }
        for picture in PICTURES:
            made[picture.name] = folder / f"{picture.name}.png"
            page = Image.open(pages[picture.workbook][picture.page - 1]).convert("RGB")
            _cut(page).quantize(64).save(made[picture.name], optimize=True)
    return made


def _cut(page: Image.Image) -> Image.Image:
    """The page without its white margins."""
    white = Image.new("RGB", page.size, "white")
    box = ImageChops.difference(page, white).getbbox() or (0, 0, *page.size)
    left, top, right, bottom = box
    return page.crop(
        (
            max(0, left - _BORDER),
            max(0, top - _BORDER),
            min(page.width, right + _BORDER),
            min(page.height, bottom + _BORDER),
        )
    )


def difference(one: Path, other: Path) -> float:
    """Mean difference of two pictures, 0 (equal) to 255, as seen from some way off."""
    small = [Image.open(path).convert("L").resize(_COMPARED) for path in (one, other)]
    values = list(ImageChops.difference(*small).tobytes())
    return sum(values) / len(values)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as profile:
        program = Office(Path(profile))
        for take in (draw, photograph, play):
            for path in take(program, FOLDER).values():
                sys.stdout.write(f"{path}\n")
        if chromium := find_browser():
            for path in show(Browser(chromium), FOLDER).values():
                sys.stdout.write(f"{path}\n")
