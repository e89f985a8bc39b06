"""Whose workbook it is and of which version: five outcomes, each with words of its own.

The same version, an older one that is read by its headings, a newer one, one that no program of ours
issued or that cannot be read, and a workbook that is not ours.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from xlgoals.errors import CannotDo
from xlgoals.form import Form
from xlgoals.read.cells import Book

_VERSION = re.compile(r"(\d{1,4})\.(\d{1,4})(?:\.(\d{1,4}))?", re.ASCII)


class Standing(StrEnum):
    """How the version of a workbook that can be read stands to that of the form."""

    SAME = "same"
    OLDER = "older"
    """Read by its headings; fields that it does not have stay blank."""
    UNSTATED = "unstated"
    """It bears no identity: its sheets are ours, their version is taken to be the form's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """What a workbook says it is, and what that means for reading it."""

    told: Mapping[str, str]
    version: str
    standing: Standing


def identity_in(book: Book, form: Form) -> Mapping[str, str]:
    """Template id, version, profile …: from the hidden sheet, or else from the document properties."""
    sheet = book.sheet(form.meta)
    kept = (
        {row[1].text: row[2].text for row in sheet.rows().values() if {1, 2} <= row.keys()} if sheet else {}
    )
    carried = {key.removeprefix("xlgoals_"): value for key, value in book.properties.items()}
    return {**carried, **kept}


def identify(book: Book, form: Form, file: str) -> Identity:
    """The identity of a workbook that can be read as it is.

    Raises:
        CannotDo: not ours, a sheet missing, newer than the program, no longer readable, or of a version
            that nobody issued; where a rescue can help, the sentence says so.
    """
    told = identity_in(book, form)
    wanted = (form.guide.name, form.projects.name, form.indicators.name)
    missing = [name for name in wanted if book.sheet(name) is None]
    is_ours = told.get("template_id") == form.id
    if told.get("template_id", form.id) != form.id or (len(missing) == len(wanted) and not is_ours):
        raise CannotDo("workbook.not_ours", file=file)
    # Before the sheets: a workbook of another version may well have other sheets.
    version = told.get("template_version")
    if version is None:
        standing, version = Standing.UNSTATED, form.version
    else:
        standing = _standing(version.strip(), form, file)
    if missing:
        found = "、".join(sheet.name for sheet in book.sheets if sheet.state == "visible")
        raise CannotDo("workbook.sheet_missing", file=file, missing="、".join(missing), found=found)
    return Identity(told=told, version=version.strip(), standing=standing)


def _standing(version: str, form: Form, file: str) -> Standing:
    if version == form.version:
        return Standing.SAME
    if version in form.accepts:
        return Standing.OLDER
    match, own = _VERSION.fullmatch(version), _VERSION.fullmatch(form.version)
    if match is None or own is None:
        raise CannotDo("version.unknown", file=file, version=version, own=form.version)
    key = "version.newer" if _numbers(match) > _numbers(own) else "version.too_old"
    raise CannotDo(key, file=file, version=version, own=form.version)


def _numbers(match: re.Match[str]) -> tuple[int, ...]:
    return tuple(int(part or 0) for part in match.groups())
