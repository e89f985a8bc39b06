"""Files appear whole or not at all, and nobody's file is written over."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from xlgoals.errors import CannotDo
from xlgoals.write.files import write_keeping_previous, write_new


def test_a_new_file_is_written_and_nothing_else_is_left(tmp_path: Path) -> None:
    write_new(tmp_path / "sub" / "a.xlsx", lambda draft: draft.write_bytes(b"1"))
    assert [file.name for file in (tmp_path / "sub").iterdir()] == ["a.xlsx"]


def test_an_existing_file_is_not_written_over(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(b"mine")
    with pytest.raises(CannotDo) as refusal:
        write_new(path, lambda draft: draft.write_bytes(b"yours"))
    assert refusal.value.key == "output.exists"
    assert path.read_bytes() == b"mine"


def test_a_failure_half_way_leaves_the_folder_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(b"old")

    def fail(draft: Path) -> None:
        draft.write_bytes(b"half")
        raise OSError(28, "No space left on device")

    with pytest.raises(CannotDo) as refusal:
        write_keeping_previous(path, fail)
    assert refusal.value.key == "output.not_writable"
    assert [(file.name, file.read_bytes()) for file in tmp_path.iterdir()] == [("a.xlsx", b"old")]


def test_a_fault_of_the_program_leaves_the_folder_as_it_was(tmp_path: Path) -> None:
    def fail(draft: Path) -> None:
        draft.write_bytes(b"half")
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        write_new(tmp_path / "a.xlsx", fail)
    assert list(tmp_path.iterdir()) == []


def test_the_previous_file_is_kept_when_it_differs(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    assert write_keeping_previous(path, lambda draft: draft.write_bytes(b"1")) is None
    assert write_keeping_previous(path, lambda draft: draft.write_bytes(b"1")) is None
    os.utime(path, (1_600_000_000, 1_600_000_000))
    assert write_keeping_previous(path, lambda draft: draft.write_bytes(b"1")) is None
    assert path.stat().st_mtime == 1_600_000_000  # the same content is no newer file
    kept = write_keeping_previous(path, lambda draft: draft.write_bytes(b"2"))
    assert kept is not None
    assert (path.read_bytes(), kept.read_bytes()) == (b"2", b"1")
    again = write_keeping_previous(path, lambda draft: draft.write_bytes(b"3"))
    assert again is not None
    assert again != kept


def test_a_folder_in_place_of_a_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(CannotDo) as refusal:
        write_keeping_previous(tmp_path, lambda draft: None)
    assert refusal.value.key == "output.is_folder"


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(CannotDo) as refusal:
        write_new(tmp_path / "file" / "a.xlsx", lambda draft: None)
    assert refusal.value.key == "output.not_writable"


@pytest.mark.skipif(os.name == "nt", reason="Windows has no umask")
def test_a_file_has_the_rights_a_new_file_has(tmp_path: Path) -> None:
    write_new(tmp_path / "a", lambda draft: draft.write_bytes(b"1"))
    plain = tmp_path / "b"
    plain.write_bytes(b"1")
    assert (tmp_path / "a").stat().st_mode == plain.stat().st_mode
