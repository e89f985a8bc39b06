"""Fixtures for the layers that need a program of their own, and a loud word when one is missing."""

from __future__ import annotations

import hashlib
import os
import shutil
import signal
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import BinaryIO

import pytest

from tests.support.browser import Browser, find_browser
from tests.support.novelty import Seen
from tests.support.office import Office, find_office, has_screen
from tests.support.session import LiveOffice
from tests.support.validator import BINARY, schema_errors
from xlgoals.errors import CannotDo
from xlgoals.write import book, wordparts

MOST_FROM_ONE_TEST = 5
LARGEST_LOOKED_AT = 20_000_000
REQUIRE_ALL = os.environ.get("XLGOALS_REQUIRE_ALL") == "1"
LAYERS = {
    "office": "LibreOffice (with Noto CJK fonts and poppler-utils) is missing: no workbook was opened",
    "screen": "a virtual screen (xvfb, xdotool, imagemagick, python3-uno) is missing: no window was seen",
    "bridge": "LibreOffice's bridge for this Python is missing: no live workbook was worked on",
    "browser": "Chromium (or poppler-utils) is missing: no page was shown in a browser",
    "validator": "the Open XML validator is missing: no workbook was held against the schema",
}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A test that uses a layer's fixture bears its marker."""
    for item in items:
        for layer in LAYERS:
            if layer in getattr(item, "fixturenames", ()):
                item.add_marker(layer)


def _missing(layer: str) -> None:
    if REQUIRE_ALL:
        pytest.fail(f"XLGOALS_REQUIRE_ALL=1, and {LAYERS[layer]}")
    pytest.skip(f"LAYER {layer}: {LAYERS[layer]}")


@pytest.fixture(scope="session")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    """A private LibreOffice for each worker."""
    if find_office() is None:
        _missing("office")
    return Office(tmp_path_factory.mktemp("office"))


@pytest.fixture(scope="session")
def _live_office(office: Office, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveOffice]:
    try:
        live = LiveOffice(tmp_path_factory.mktemp("live"), office.environment())
    except CannotDo:
        _missing("bridge")
    yield live
    live.running.stop()


@pytest.fixture
def live_office(_live_office: LiveOffice) -> Iterator[LiveOffice]:
    """A running LibreOffice without a window; what a test opens in it is closed after the test."""
    yield _live_office
    _live_office.close_all()


@pytest.fixture(scope="session")
def screen(office: Office) -> Office:
    """The same LibreOffice, where its window can be shown."""
    if not has_screen():
        _missing("screen")
    return office


@pytest.fixture(scope="session")
def browser() -> Browser:
    """A Chromium without a window."""
    program = find_browser()
    if program is None or not shutil.which("pdfinfo"):
        _missing("browser")
    return Browser(str(program))


@pytest.fixture(scope="session")
def validator() -> Callable[[Path], list[str]]:
    """``validator(path)`` → errors of Microsoft's Open XML validator."""
    if not os.access(BINARY, os.X_OK):
        _missing("validator")
    return schema_errors


@pytest.fixture(scope="session", autouse=True)
def _every_workbook_is_valid(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Every workbook that any test makes us write is held against the schema when all have run.

    What says nothing to the validator that it has not heard is left out (:mod:`tests.support.novelty`), and
    of a test that writes very many only the first few are looked at.
    """
    written: list[tuple[str, bytes]] = []
    known: set[bytes] = set()
    seen = Seen()
    from_test: Counter[str] = Counter()
    deliver, deliver_streamed = book._deliver, book._deliver_streamed

    def record(target: Path, data: bytes) -> None:
        test = os.environ.get("PYTEST_CURRENT_TEST", "").split(" ")[0]
        digest = hashlib.sha256(data).digest()
        if digest not in known and from_test[test] < MOST_FROM_ONE_TEST:
            known.add(digest)
            from_test[test] += 1
            if seen.has_news(data):
                written.append((test, data))
        deliver(target, data)

    def record_streamed(target: Path, write: Callable[[BinaryIO], None]) -> None:
        deliver_streamed(target, write)
        if target.stat().st_size <= LARGEST_LOOKED_AT:
            record(target, target.read_bytes())

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(book, "_deliver", record)
        patch.setattr(book, "_deliver_streamed", record_streamed)
        patch.setattr(wordparts, "deliver", record)
        yield
    if not os.access(BINARY, os.X_OK):
        return
    # This happens on the clock of the last test, which is too short for it; the validator has its own.
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_REAL, 0)
    folder = tmp_path_factory.mktemp("written")
    paths = []
    for number, (_, data) in enumerate(written):
        path = folder / f"{number}{'.docx' if b'word/document.xml' in data else '.xlsx'}"
        path.write_bytes(data)
        paths.append(path)
    with ThreadPoolExecutor(os.cpu_count()) as threads:
        told = list(threads.map(schema_errors, paths))
    tests = (test for test, _ in written)
    faults = {test: errors for test, errors in zip(tests, told, strict=True) if errors}
    assert faults == {}


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """A layer that did not run is told at the very end, where it cannot be overlooked."""
    skipped = terminalreporter.stats.get("skipped", [])
    for layer, reason in LAYERS.items():
        count = sum(f"LAYER {layer}:" in str(report.longrepr) for report in skipped)
        if count:
            terminalreporter.write_line(
                f"!!! SKIPPED LAYER {layer}, {count} tests: {reason}", red=True, bold=True
            )


@pytest.fixture(autouse=True)
def _no_state_of_this_user(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Snapshots and logs of clicks go to a folder of the test."""
    monkeypatch.setenv("XLGOALS_STATE", str(tmp_path / "state-of-clicks"))
