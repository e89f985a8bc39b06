"""The pictures of the documentation show what the program draws today."""

from __future__ import annotations

from pathlib import Path

from tests.support.browser import Browser
from tests.support.office import Office
from tests.support.pictures import (
    FOLDER,
    PAGES,
    PICTURES,
    SCREENSHOTS,
    difference,
    draw,
    photograph,
    show,
)
from tests.support.scenes import SCENES, play

# Another version of LibreOffice or of the fonts moves lines a little; another sheet differs by 20 and more.
MOST = 8.0


def test_pictures_are_current(office: Office, tmp_path: Path) -> None:
    drawn = draw(office, tmp_path)
    names = {*drawn, *(shot.name for shot in SCREENSHOTS), *SCENES, *PAGES}
    assert {path.stem for path in FOLDER.glob("*.png")} == names
    differences = {name: difference(FOLDER / f"{name}.png", path) for name, path in drawn.items()}
    assert {name: value for name, value in differences.items() if value > MOST} == {}


def test_screenshots_are_current(screen: Office, tmp_path: Path) -> None:
    taken = photograph(screen, tmp_path)
    differences = {name: difference(FOLDER / f"{name}.png", path) for name, path in taken.items()}
    assert {name: value for name, value in differences.items() if value > MOST} == {}


def test_scenes_are_current(screen: Office, tmp_path: Path) -> None:
    """The buttons are really clicked again; a note that comes up a little elsewhere is no other picture."""
    played = play(screen, tmp_path)
    differences = {name: difference(FOLDER / f"{name}.png", path) for name, path in played.items()}
    assert {name: value for name, value in differences.items() if value > MOST} == {}


def test_the_pages_are_current(browser: Browser, tmp_path: Path) -> None:
    shown = show(browser, tmp_path)
    differences = {name: difference(FOLDER / f"{name}.png", path) for name, path in shown.items()}
    assert {name: value for name, value in differences.items() if value > MOST} == {}


def test_pictures_of_other_pages_differ() -> None:
    names = [picture.name for picture in PICTURES]
    closest = min(difference(FOLDER / f"{a}.png", FOLDER / f"{b}.png") for a in names for b in names if a < b)
    assert closest > MOST
