"""What we write names nobody, what we log holds no contents, and nothing calls the network."""

from __future__ import annotations

import getpass
import os
import platform
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.support import crafted
from xlgoals import operations

# Every attempt to reach a network, whoever makes it, is written down and forbidden.
GUARD = """
import sys
def refuse(event, arguments):
    if event in {"socket.connect", "socket.bind", "socket.getaddrinfo", "socket.gethostbyname",
                 "socket.sendto", "urllib.Request", "http.client.connect", "ftplib.connect"}:
        if event in ("socket.connect", "socket.bind") and isinstance(arguments[-1], (str, bytes)):
            return  # a socket of this machine alone, by which processes of one program speak
        with open(%r, "a") as log:
            log.write(f"{event} {arguments}\\n")
        raise PermissionError(event)
sys.addaudithook(refuse)
"""
COMMANDS = (
    ["template", "-o", "{out}/t.xlsx", "--unit", "306101", "--unit-name", "某局", "--year", "2022"],
    ["validate", "{in}/a.xlsx"],
    ["validate", "{in}/a.xlsx", "{in}/b.xls"],
    ["consolidate", "{in}", "-o", "{out}/m.xlsx", "--jobs", "2"],
    ["export", "{in}/a.xlsx"],
    ["print", "{in}/a.xlsx", "-o", "{out}/p.xlsx"],
    ["rules"],
    ["target", "≥4期"],
    ["demo", "-o", "{out}/demo"],
)


@pytest.mark.timeout(200)
def test_no_command_reaches_for_the_network(tmp_path: Path) -> None:
    inbox, out, hook, log = (tmp_path / name for name in ("in", "out", "hook", "calls.txt"))
    for folder in (inbox, out, hook):
        folder.mkdir()
    (inbox / "a.xlsx").write_bytes(crafted.clean())
    (inbox / "b.xls").write_bytes(crafted.compound("Workbook"))
    (hook / "sitecustomize.py").write_text(GUARD % str(log), encoding="utf-8")
    environment = {**os.environ, "PYTHONPATH": str(hook)}
    for command in COMMANDS:
        words = [word.format(**{"in": inbox, "out": out}) for word in command]
        done = subprocess.run(
            [sys.executable, "-m", "xlgoals", *words],
            capture_output=True,
            text=True,
            env=environment,
            check=False,
        )
        assert "Traceback" not in done.stderr, (words, done.stderr)
        assert done.returncode in (0, 1, 2), words
    assert (out / "m.xlsx").is_file()
    assert not log.exists(), log.read_text(encoding="utf-8")


def test_the_guard_would_see_a_call(tmp_path: Path) -> None:
    log = tmp_path / "calls.txt"
    (tmp_path / "sitecustomize.py").write_text(GUARD % str(log), encoding="utf-8")
    code = "import socket; socket.create_connection(('127.0.0.1', 9))"
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
    )
    assert done.returncode == 1
    assert "127.0.0.1" in log.read_text(encoding="utf-8")


PROPERTIES = re.compile(r"<(dc:creator|cp:lastModifiedBy|Company|Manager|HyperlinkBase|cp:keywords)>([^<]*)<")


def test_what_we_write_names_neither_person_nor_machine(tmp_path: Path) -> None:
    """Not those who sent a file, not those who run us, and no folder of theirs."""
    core = (
        b'<?xml version="1.0"?><cp:coreProperties '
        b'xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" '
        b'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:creator>Zhang Secret</dc:creator>'
        b"<cp:lastModifiedBy>Li Secret</cp:lastModifiedBy></cp:coreProperties>"
    )
    inbox = tmp_path / "secret-folder"
    inbox.mkdir()
    (inbox / "a.xlsx").write_bytes(crafted.with_parts({"docProps/core.xml": core}))
    operations.consolidate([inbox], tmp_path / "m.xlsx")
    operations.demo(tmp_path / "demo")
    files = [tmp_path / "m.xlsx", *(tmp_path / "demo").rglob("*.xlsx")]
    assert len(files) > 2
    secrets = {str(tmp_path), "Secret", platform.node()} | (
        {getpass.getuser()} if getpass.getuser() != "root" else set()
    )
    for file in files:
        with zipfile.ZipFile(file) as package:
            for name in package.namelist():
                content = package.read(name).decode("utf-8", "replace")
                assert [secret for secret in secrets if secret in content] == [], (file.name, name)
                assert "absPath" not in content
                told = dict(PROPERTIES.findall(content))
                assert {value for value in told.values() if value} <= {"xlgoals"}, (file.name, name, told)


def test_no_log_holds_what_stands_in_a_cell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A fault over a file names the kind of fault and the file; its contents stay out of the state folder."""
    state = tmp_path / "state"
    monkeypatch.setenv("XLGOALS_STATE", str(state))
    path = tmp_path / "a.xlsx"
    path.write_bytes(crafted.with_parts({crafted.INDICATORS: crafted.text("E4", "机密一二三")}))
    operations.consolidate([path], tmp_path / "m.xlsx")
    operations.validate(operations.load(path)[0])
    told = [
        file for file in state.rglob("*") if file.is_file() and "机密" in file.read_text("utf-8", "replace")
    ]
    assert told == []
