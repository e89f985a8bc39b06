"""Installing the add-in for one user, on the folders of either system, and what the self-check says of it."""

from __future__ import annotations

import importlib.metadata
import os
import re
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.support.books import plain_book
from xlgoals.building import build_warm
from xlgoals.cli import addin as commands
from xlgoals.cli import cli
from xlgoals.doctor import Check, Health, excel_checks
from xlgoals.errors import CannotDo
from xlgoals.installing import Places, install, places_on, read_settings, remove, standing
from xlgoals.macro.commands import load_commands
from xlgoals.macro.server import xlwings_release
from xlgoals.resources import addin_path
from xlgoals.write.macros import write_addin

PYTHON = Path(sys.executable)
VERSION = importlib.metadata.version("xlgoals")
SYSTEMS = ("Windows", "Darwin")
WINDOWS = {"APPDATA": "AppData/Roaming", "USERPROFILE": "."}


def home_of(system: str, folder: Path) -> tuple[Places, dict[str, str]]:
    environment = {name: str(folder / path) for name, path in WINDOWS.items()}
    return places_on(system, folder, environment if system == "Windows" else {}), environment


def files_below(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


OFFICE = "Library/Group Containers/UBF8T346G9.Office"
PLACED = {
    "Windows": [".xlgoals/xlgoals.conf", "AppData/Roaming/Microsoft/Excel/XLSTART/xlgoals.xlam"],
    "Darwin": [
        "Library/Application Scripts/com.microsoft.Excel/xlgoals.applescript",
        "Library/Containers/com.microsoft.Excel/Data/xlgoals.conf",
        f"{OFFICE}/User Content.localized/Startup.localized/Excel/xlgoals.xlam",
    ],
}


@pytest.mark.parametrize("system", SYSTEMS)
def test_install_status_and_remove(system: str, tmp_path: Path) -> None:
    places, _ = home_of(system, tmp_path)
    assert standing(places).addin is None
    assert remove(places) == []
    install(places, PYTHON)
    assert files_below(tmp_path) == PLACED[system]
    assert places.addin.read_bytes() == addin_path("xlgoals.xlam").read_bytes()
    assert places.settings.read_bytes().decode("ascii") == (f'"INTERPRETER","{PYTHON}"\r\n')
    now = standing(places)
    assert (now.addin, now.version, now.xlwings) == (places.addin, VERSION, "")
    assert (now.interpreter, now.is_ready) == (PYTHON, True)
    assert sorted(remove(places)) == sorted(tmp_path / path for path in PLACED[system])
    assert files_below(tmp_path) == []


def test_an_old_office_on_a_mac_keeps_its_folder(tmp_path: Path) -> None:
    old = tmp_path / OFFICE / "User Content" / "Startup" / "Excel"
    old.mkdir(parents=True)
    assert places_on("Darwin", tmp_path, {}).addin == old / "xlgoals.xlam"


def test_installing_again_renews_and_keeps_other_settings(tmp_path: Path) -> None:
    places, _ = home_of("Windows", tmp_path)
    places.settings.parent.mkdir()
    places.settings.write_text('"OTHER","kept"\n"interpreter","C:\\old\\python.exe"\nnonsense\n', "ascii")
    install(places, PYTHON)
    install(places, PYTHON)
    assert read_settings(places) == {"OTHER": "kept", "INTERPRETER": str(PYTHON)}
    assert files_below(tmp_path) == PLACED["Windows"]  # no copy that Excel would open, too


def test_a_path_in_chinese_is_written_in_the_code_page_of_the_system(tmp_path: Path) -> None:
    python = tmp_path / "张三" / "python"
    python.parent.mkdir()
    python.symlink_to(PYTHON)
    where = {name: str(tmp_path) for name in WINDOWS}
    with pytest.raises(CannotDo) as refusal:
        install(places_on("Windows", tmp_path, where, "cp1252"), python_for(python))
    assert refusal.value.key == "addin.path_letters"
    assert files_below(tmp_path) == [path for path in files_below(tmp_path) if "xlgoals.xlam" not in path]
    places = places_on("Windows", tmp_path, where, "cp936")
    install(places, python_for(python))
    assert "张三".encode("cp936") in places.settings.read_bytes()
    assert standing(places).interpreter == python


def python_for(link: Path) -> Path:
    """An interpreter at a path of its own that finds what the running one finds."""
    link.unlink()
    link.write_text(f'#!/bin/sh\nexec "{PYTHON}" "$@"\n', encoding="utf-8")
    link.chmod(0o755)
    return link


def test_another_file_at_the_place_is_left_alone(tmp_path: Path) -> None:
    places, _ = home_of("Windows", tmp_path)
    places.addin.parent.mkdir(parents=True)
    for content in (b"not a workbook", plain_book(tmp_path / "a.xlsx", [["x"]]).read_bytes()):
        places.addin.write_bytes(content)
        for action in (lambda: install(places, PYTHON), lambda: remove(places)):
            with pytest.raises(CannotDo) as refusal:
                action()
            assert refusal.value.key == "addin.place_taken"
        assert places.addin.read_bytes() == content


def test_only_our_addin_is_installed(tmp_path: Path) -> None:
    places, _ = home_of("Windows", tmp_path)
    for name, key in (("none.xlam", "addin.not_built"), ("a.xlsx", "addin.not_ours")):
        plain_book(tmp_path / "a.xlsx", [["x"]])
        with pytest.raises(CannotDo) as refusal:
            install(places, PYTHON, addin=tmp_path / name)
        assert refusal.value.key == key
    write_addin(tmp_path / "signed.xlam", load_commands())
    install(places, PYTHON, addin=tmp_path / "signed.xlam")
    assert places.addin.is_file()


@pytest.mark.parametrize("script", ["#!/bin/sh\nexit 1\n", None])
def test_a_python_that_does_not_find_us_is_refused(script: str | None, tmp_path: Path) -> None:
    """`pip install --user` is invisible to an isolated interpreter."""
    places, _ = home_of("Windows", tmp_path)
    python = tmp_path / "python"
    if script is not None:
        python.write_text(script, encoding="ascii")
        python.chmod(0o755)
    with pytest.raises(CannotDo) as refusal:
        install(places, python)
    assert refusal.value.key == "addin.not_isolated"
    assert not places.addin.exists()


def test_elsewhere_one_sentence_says_what_works(tmp_path: Path) -> None:
    with pytest.raises(CannotDo) as refusal:
        places_on("Linux", tmp_path, {})
    assert "xlgoals live" in str(refusal.value)


def command(*words: str) -> str:
    done = CliRunner().invoke(cli, ["addin", *words, "--lang", "en"], catch_exceptions=False)
    assert done.exit_code == 0
    return done.output


def test_the_commands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    places, _ = home_of("Windows", tmp_path)
    monkeypatch.setattr(commands, "_places", lambda: places)
    assert "not installed" in command("status")
    assert str(places.addin) in command("install")
    status = command("status")
    assert str(places.addin) in status
    assert f"xlgoals {VERSION}" in status
    assert str(PYTHON) in status
    assert "stays" not in status
    command("install", "--warm")
    assert f"stays between clicks (xlwings {xlwings_release()})" in command("status")
    write_settings(places, "/gone/python")
    assert "gone" in command("status")
    assert command("remove").count("removed") == 2
    assert "not installed" in command("remove")


def write_settings(places: Places, interpreter: str) -> None:
    places.settings.write_text(f'"INTERPRETER","{interpreter}"\n', encoding="ascii")


def test_build_says_what_it_made(tmp_path: Path) -> None:
    told = command("build", "-o", str(tmp_path / "made"))
    assert [Path(line.split(" ", 1)[1]).name for line in told.splitlines()] == [
        *("xlgoals.xlam", "汇总工作台.xlsm"),
        *("申报表_cn-2015.xlsm", "申报表_cn-2021.xlsm"),
        *("申报表_sichuan-2023.xlsm", "申报表_tianjin-2022.xlsm"),
    ]


@pytest.mark.parametrize(
    ("words", "name"), [(("--macro",), "a.xlsx"), ((), "a.xlsm")], ids=["buttons in xlsx", "xlsm without"]
)
def test_a_template_bears_the_suffix_of_its_kind(words: tuple[str, ...], name: str, tmp_path: Path) -> None:
    done = CliRunner().invoke(cli, ["template", *words, "-o", str(tmp_path / name)])
    assert isinstance(done.exception, CannotDo)
    assert done.exception.key == "macro.suffix"
    assert not (tmp_path / name).exists()


def seen(checks: list[Check]) -> list[tuple[str, Health]]:
    return [(check.key, check.health) for check in checks]


GOOD = [("addin", Health.GOOD), ("addin_python", Health.GOOD)]


@pytest.mark.parametrize("system", SYSTEMS)
def test_the_self_check_finds_what_is_wrong(system: str, tmp_path: Path) -> None:
    places, environment = home_of(system, tmp_path)
    assert seen(excel_checks(system, tmp_path, environment)) == [("addin", Health.MISSING)]
    install(places, PYTHON)
    assert seen(excel_checks(system, tmp_path, environment)) == GOOD
    write_settings(places, "/gone/python")
    assert seen(excel_checks(system, tmp_path, environment)) == [
        GOOD[0],
        ("addin_python", Health.MISSING),
    ]


def test_the_self_check_knows_the_mark_of_the_web_and_onedrive(tmp_path: Path) -> None:
    places, environment = home_of("Windows", tmp_path)
    install(places, PYTHON)
    Path(f"{places.addin}:Zone.Identifier").write_text("[ZoneTransfer]\nZoneId=3\n", encoding="ascii")
    on_cloud = {**environment, "OneDrive": str(PYTHON.parent)}
    assert seen(excel_checks("Windows", tmp_path, on_cloud)) == [
        *GOOD,
        ("addin_marked", Health.MISSING),
        ("addin_cloud", Health.MISSING),
    ]


@pytest.mark.parametrize(
    ("program", "found"),
    [
        (r'"C:\Program Files\Microsoft Office\Root\Office16\EXCEL.EXE" /automation', []),
        (r'"C:\Users\a\AppData\Local\Kingsoft\WPS Office\12.1\office6\et.exe" /automation', ["wps"]),
        ("", []),
    ],
)
def test_the_self_check_knows_wps(program: str, found: list[str], tmp_path: Path) -> None:
    checks = excel_checks("Windows", tmp_path, {}, lambda: program)
    assert [check.key for check in checks][1:] == found


def test_the_self_check_compares_releases(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    places, environment = home_of("Windows", tmp_path)
    real = importlib.metadata.version
    other = {"xlgoals": "9.9", "xlwings": "0.1"}
    monkeypatch.setattr(importlib.metadata, "version", lambda name: other.get(name, real(name)))
    write_addin(tmp_path / "newer.xlam", load_commands())
    install(places, PYTHON, addin=tmp_path / "newer.xlam")
    monkeypatch.setattr(importlib.metadata, "version", real)
    checks = excel_checks("Windows", tmp_path, environment)
    assert (checks[0].key, checks[0].detail) == ("addin_version", f"9.9 ≠ {VERSION}")
    install(places, PYTHON, addin=build_warm(tmp_path))
    assert seen(excel_checks("Windows", tmp_path, environment)) == [*GOOD, ("addin_xlwings", Health.GOOD)]
    monkeypatch.setattr(
        importlib.metadata, "version", lambda name: "0.1" if name == "xlwings" else real(name)
    )
    (check,) = [c for c in excel_checks("Windows", tmp_path, environment) if c.key == "addin_xlwings"]
    assert (check.health, check.detail) == (Health.MISSING, f"{xlwings_release()} ≠ 0.1")


def test_no_check_of_excel_where_there_is_none(tmp_path: Path) -> None:
    assert excel_checks("Linux", tmp_path, dict(os.environ)) == []


@pytest.mark.parametrize("name", ["windows-checklist.md", "install-windows.md"])
def test_every_command_of_the_guides_exists(name: str) -> None:
    text = (Path(__file__).parent.parent / "docs" / name).read_text("utf-8")
    words = {match.split()[0] for match in re.findall(r"xlgoals ([a-z][a-z ]*)", text)}
    assert "addin" in words
    assert words - {"live"} <= set(cli.commands)
