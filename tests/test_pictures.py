"""The pictures of the documentation show what the program draws today."""

from __future__ import annotations

from pathlib import Path

from tests.support.office import Office
from tests.support.pictures import FOLDER, PICTURES, SCREENSHOTS, difference, draw, photograph

# Another version of LibreOffice or of the fonts moves lines a little; another sheet differs by 20 and more.
MOST = 8.0


def test_pictures_are_current(office: Office, tmp_path: Path) -> None:
    drawn = draw(office, tmp_path)
    assert {path.stem for path in FOLDER.glob("*.png")} == set(drawn) | {shot.name for shot in SCREENSHOTS}
    differences = {name: difference(FOLDER / f"{name}.png", path) for name, path in drawn.items()}
    assert {name: value for name, value in differences.items() if value > MOST} == {}


def test_screenshots_are_current(screen: Office, tmp_path: Path) -> None:
    taken = photograph(screen, tmp_path)
    differences = {name: difference(FOLDER / f"{name}.png", path) for name, path in taken.items()}
    assert {name: value for name, value in differences.items() if value > MOST} == {}


def test_pictures_of_other_pages_differ() -> None:
    names = [picture.name for picture in PICTURES]
    closest = min(difference(FOLDER / f"{a}.png", FOLDER / f"{b}.png") for a in names for b in names if a < b)
    assert closest > MOST
