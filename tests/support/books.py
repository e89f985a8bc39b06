"""Workbooks built by code: a submission in memory, and raw packages with one thing changed."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path

import openpyxl

from tests.support.seed import seed_submissions
from xlgoals.form import load_form
from xlgoals.model import Submission
from xlgoals.profile import load_profile
from xlgoals.write.template import write_template


def write_submission(path: Path, submission: Submission) -> Path:
    """The submission as a unit's workbook at ``path``."""
    form, profile = load_form(), load_profile(submission.profile)
    write_template(path, form, profile, unit=submission.unit, year=submission.year, submission=submission)
    return path


def seed_folder(folder: Path) -> Path:
    """A new folder with the workbooks of the units that published."""
    folder.mkdir()
    for each in seed_submissions():
        write_submission(folder / f"{each.unit.code}_2022_绩效目标.xlsx", each)
    return folder


def edited(source: Path, target: Path, edit: Callable[[openpyxl.Workbook], None]) -> Path:
    """A copy of a workbook after ``edit``, saved by openpyxl as some other program would."""
    workbook = openpyxl.load_workbook(source)
    edit(workbook)
    workbook.save(target)
    return target


def repacked(source: Path, target: Path, change: Callable[[str, bytes], bytes | None]) -> Path:
    """A copy of a package with members changed, or left out where ``change`` returns None."""
    result = io.BytesIO()
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(result, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            content = change(info.filename, old.read(info))
            if content is not None:
                new.writestr(info.filename, content)
    target.write_bytes(result.getvalue())
    return target


def plain_book(path: Path, rows: Sequence[Sequence[object]], sheet: str = "项目") -> Path:
    """A workbook that is not ours."""
    workbook = openpyxl.Workbook()
    page = workbook.active
    assert page is not None
    page.title = sheet
    for row in rows:
        page.append(list(row))
    workbook.save(path)
    return path
