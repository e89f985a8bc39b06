"""Whatever goes wrong while a master is written: the old one or the new one stands there, whole."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

import pytest

from tests.support import crafted
from tests.support.extent import tries
from xlgoals import operations
from xlgoals.errors import CannotDo
from xlgoals.read.opening import open_book
from xlgoals.write import files
from xlgoals.write.files import MOST_BACKUPS, write_keeping_previous, write_whole
from xlgoals.write.oneatatime import only_run

posix = pytest.mark.skipif(os.name == "nt", reason="signals, mounts and rights of POSIX")
KILLS = tries(50, short=10)


def in_own_mounts(script: str) -> subprocess.CompletedProcess[str]:
    """Runs shell commands where mounts are the process's own affair; skips where the system forbids it."""
    unshare = shutil.which("unshare")
    if (
        unshare is None
        or subprocess.run([unshare, "-rm", "true"], check=False, capture_output=True).returncode
    ):
        pytest.skip("no mounts of one's own here")
    return subprocess.run(
        [unshare, "-rm", "sh", "-ec", script], check=False, capture_output=True, text=True, timeout=120
    )


def consolidating(*words: str | Path) -> str:
    """The shell command that consolidates."""
    return " ".join(
        [f"'{sys.executable}' -m xlgoals consolidate --jobs 0 --lang en", *(f"'{w}'" for w in words)]
    )


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    """A folder with one good submission."""
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "a.xlsx").write_bytes(crafted.clean())
    return folder


@posix
def test_a_full_disk_leaves_the_old_master(inbox: Path, tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    old = tmp_path / "old.xlsx"
    operations.consolidate([inbox], old)
    done = in_own_mounts(
        f"mount -t tmpfs -o size=64k tmpfs '{disk}'; cp '{old}' '{disk}/m.xlsx'; "
        f"dd if=/dev/zero of='{disk}/fill' bs=1k 2>/dev/null || true; "
        f"cp '{crafted_two(inbox)}' '{inbox}/b.xlsx'; "
        f"set +e; {consolidating(inbox, '-o', disk / 'm.xlsx')}; echo code $?; ls -A '{disk}'; "
        f"cmp '{old}' '{disk}/m.xlsx' && echo same"
    )
    assert "No space left on device" in done.stderr or "disk is full" in done.stderr
    assert "Traceback" not in done.stderr
    told = done.stdout.split()
    assert told[:2] == ["code", "2"]
    assert told[-1] == "same"
    assert [name for name in told if name.startswith(".~xlgoals-") and not name.endswith(".lock")] == []


def crafted_two(inbox: Path) -> Path:
    """A second submission outside the inbox."""
    path = inbox.parent / "second.xlsx"
    path.write_bytes(crafted.with_parts({crafted.PROJECTS: crafted.cell("D4", "<v>49</v>")}))
    return path


@posix
def test_a_read_only_folder_is_said(inbox: Path, tmp_path: Path) -> None:
    """A mount that is read-only stops even the administrator."""
    shelf = tmp_path / "shelf"
    shelf.mkdir()
    operations.consolidate([inbox], shelf / "m.xlsx")
    before = (shelf / "m.xlsx").read_bytes()
    done = in_own_mounts(
        f"mount --bind '{shelf}' '{shelf}'; mount -o remount,ro,bind '{shelf}'; set +e; "
        f"{consolidating(inbox, '-o', shelf / 'm.xlsx')}; echo code $?"
    )
    assert done.stdout.split() == ["code", "2"]
    assert "Read-only file system" in done.stderr
    assert "Traceback" not in done.stderr
    assert (shelf / "m.xlsx").read_bytes() == before


@posix
def test_a_target_that_is_held_keeps_the_new_file_beside_it(tmp_path: Path) -> None:
    """A file that something is mounted on cannot be replaced, as a file that Excel holds on Windows."""
    script = tmp_path / "write.py"
    script.write_text(
        "import sys; from pathlib import Path\n"
        "from xlgoals.errors import CannotDo\nfrom xlgoals.write.files import write_keeping_previous\n"
        "try: write_keeping_previous(Path(sys.argv[1]), lambda draft: draft.write_bytes(b'new'))\n"
        "except CannotDo as refusal: print(refusal.key, refusal.details['beside'])\n",
        encoding="utf-8",
    )
    target = tmp_path / "out" / "m.xlsx"
    target.parent.mkdir()
    target.write_bytes(b"old")
    done = in_own_mounts(f"mount --bind '{target}' '{target}'; '{sys.executable}' '{script}' '{target}'")
    key, beside = done.stdout.split()
    assert key == "output.held_open"
    assert target.read_bytes() == b"old"
    assert {each.name for each in target.parent.iterdir()} == {"m.xlsx", beside}
    assert (target.parent / beside).read_bytes() == b"new"


@pytest.mark.parametrize("code", [5, 32, 33])
@pytest.mark.parametrize("times", [2, 99])
def test_codes_of_windows_are_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int, times: int
) -> None:
    """What Windows raises while a scanner or Excel holds a file; it passes, or it does not."""
    target = tmp_path / "m.xlsx"
    target.write_bytes(b"old")
    replace, left = Path.replace, [times]

    def held(self: Path, to: Path) -> Path:
        if to == target and left[0]:
            left[0] -= 1
            fault = PermissionError(13, "held")
            fault.winerror = code  # type: ignore[attr-defined]  # an attribute of Windows alone
            raise fault
        return replace(self, to)

    monkeypatch.setattr(Path, "replace", held)
    monkeypatch.setattr(files, "_PAUSES", (0.01,) * 6)
    if times < 6:
        write_whole(target, lambda draft: draft.write_bytes(b"new"))
        assert target.read_bytes() == b"new"
        return
    with pytest.raises(CannotDo) as refusal:
        write_whole(target, lambda draft: draft.write_bytes(b"new"))
    assert refusal.value.key == "output.held_open"
    assert target.read_bytes() == b"old"
    assert target.with_name(str(refusal.value.details["beside"])).read_bytes() == b"new"


@posix
def test_a_limit_on_file_size_in_the_middle_of_a_write(tmp_path: Path) -> None:
    """A quota stops a write half way through: the draft goes, the old file stays."""
    target = tmp_path / "m.xlsx"
    target.write_bytes(b"old")
    code = (
        "import resource, sys; from pathlib import Path\n"
        "from xlgoals.errors import CannotDo\nfrom xlgoals.write.files import write_whole\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (5000, 5000))\n"
        "try: write_whole(Path(sys.argv[1]), lambda draft: draft.write_bytes(bytes(9000)))\n"
        "except CannotDo as refusal: print(refusal.key)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(target)], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "output.not_writable"
    assert [(each.name, each.read_bytes()) for each in tmp_path.iterdir() if each.is_file()] == [
        ("m.xlsx", b"old")
    ]


def test_a_package_that_reads_back_damaged_is_not_put_in_place(tmp_path: Path) -> None:
    target = tmp_path / "m.xlsx"
    target.write_bytes(b"old")
    with pytest.raises(CannotDo) as refusal:
        write_whole(target, lambda draft: draft.write_bytes(crafted.flipped(crafted.INDICATORS)))
    assert refusal.value.key == "output.not_verified"
    assert target.read_bytes() == b"old"


def test_so_many_backups_are_kept_and_renamed_ones_for_ever(tmp_path: Path) -> None:
    target = tmp_path / "m.xlsx"
    mine = tmp_path / "m.20200101-000000.bak.第一次上报.xlsx"
    mine.write_bytes(b"mine")
    for number in range(MOST_BACKUPS + 5):
        with only_run(target):
            write_keeping_previous(target, partial(Path.write_bytes, data=b"%d" % number))
    backups = [each.read_bytes() for each in tmp_path.iterdir() if files.is_backup(each, target)]
    assert sorted(map(int, backups)) == list(range(4, MOST_BACKUPS + 4))
    assert mine.read_bytes() == b"mine"
    assert target.read_bytes() == b"%d" % (MOST_BACKUPS + 4)


def test_a_change_by_somebody_else_is_not_replaced(tmp_path: Path) -> None:
    target = tmp_path / "m.xlsx"
    target.write_bytes(b"old")
    with only_run(target) as hold:
        target.write_bytes(b"by a person in Excel")
        with pytest.raises(CannotDo) as refusal:
            write_keeping_previous(target, lambda draft: draft.write_bytes(b"new"), hold.refuse_changed)
    assert refusal.value.key == "output.changed_meanwhile"
    assert target.read_bytes() == b"by a person in Excel"
    assert [each.name for each in tmp_path.iterdir() if files.is_backup(each, target)] == []


HOLD = (
    "import sys, time; from pathlib import Path; from xlgoals.write.oneatatime import only_run\n"
    "with only_run(Path(sys.argv[1])):\n"
    "    Path(sys.argv[1]).with_name('.~xlgoals-m-left.xlsx').write_bytes(b'half')\n"
    "    print('held', flush=True); time.sleep(60)"
)


def test_a_second_run_is_refused_and_a_killed_one_lets_go(inbox: Path, tmp_path: Path) -> None:
    target = tmp_path / "out" / "m.xlsx"
    target.parent.mkdir()
    with subprocess.Popen([sys.executable, "-c", HOLD, str(target)], stdout=subprocess.PIPE) as first:
        assert first.stdout is not None
        assert first.stdout.readline() == b"held\n"
        with pytest.raises(CannotDo) as refusal:
            operations.consolidate([inbox], target)
        first.kill()
    assert refusal.value.key == "output.other_run"
    operations.consolidate([inbox], target)
    assert {each.name for each in target.parent.iterdir() if not each.name.endswith(".lock")} >= {"m.xlsx"}
    assert list(target.parent.glob(".~xlgoals-m-*")) == []


def add_one(target: Path) -> None:
    """Reads a number and writes the next one, as often as it takes to get a turn."""
    while True:
        try:
            with only_run(target):
                following = str(int(target.read_text()) + 1)
                write_whole(target, partial(Path.write_text, data=following))
                return
        except CannotDo as refusal:
            assert refusal.key == "output.other_run"  # noqa: PT017 (nothing else may be refused)
            time.sleep(random.random() / 100)  # noqa: S311 (whose turn it is)


@pytest.mark.timeout(200)
def test_no_update_is_lost_between_eight_processes(tmp_path: Path) -> None:
    target = tmp_path / "number.txt"
    target.write_text("0")
    with ProcessPoolExecutor(8) as pool:
        list(pool.map(add_one, [target] * 400, chunksize=50))
    assert target.read_text() == "400"


RUN = (
    "import sys; from pathlib import Path; from xlgoals import operations\n"
    "source, target = Path(sys.argv[1]), Path(sys.argv[2])\n"
    "print('ready', flush=True)\n"
    "while True:\n"
    "    for name in ('a', 'b'):\n"
    "        operations.consolidate([source / f'{name}.xlsx'], target)\n"
    "    print('both written', flush=True)\n"
)


@posix
@pytest.mark.timeout(tries(3600, short=280))
def test_kills_at_random_moments_leave_one_whole_master(inbox: Path, tmp_path: Path) -> None:
    """A run is killed while it writes one master after the other: what stands there is one of the two."""
    shutil.copy(crafted_two(inbox), inbox / "b.xlsx")
    target = tmp_path / "out" / "m.xlsx"
    operations.consolidate([inbox / "a.xlsx"], target)
    dice = random.Random(20221125)  # noqa: S311 (moments, and the same ones every time)
    seen: set[str] = set()
    command = [sys.executable, "-c", RUN, str(inbox), str(target)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as calm:
        assert calm.stdout is not None
        calm.stdout.readline()
        begun = time.monotonic()
        calm.stdout.readline()
        span = time.monotonic() - begun
        calm.kill()
    for _ in range(KILLS):
        with subprocess.Popen(command, stdout=subprocess.PIPE) as run:
            assert run.stdout is not None
            run.stdout.readline()
            time.sleep(dice.random() * span * 1.2)  # some are killed after both were written
            run.send_signal(signal.SIGKILL)
        standing = amounts(target)
        assert standing
        seen |= standing
    assert seen == {"48", "49"}
    operations.consolidate([inbox / "a.xlsx"], target)
    assert list(target.parent.glob(".~xlgoals-m-*")) == []


def amounts(path: Path) -> frozenset[str]:
    """Which of the two amounts stand in a master; it is whole, or this raises."""
    with zipfile.ZipFile(path) as package:
        assert package.testzip() is None
    book = open_book(path).book
    assert book.properties["xlgoals_template_id"]
    texts = {cell.text for sheet in book.sheets for cell in sheet.cells.values()}
    return frozenset(texts & {"48", "49"})
