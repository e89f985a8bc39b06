"""Old and foreign kinds, made by LibreOffice from our template: read through a conversion, and told so."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from tests.support import crafted
from tests.support.office import Office
from xlgoals.errors import CannotDo
from xlgoals.operations import load, validate
from xlgoals.read.converted import convert
from xlgoals.read.kinds import Kind, kind_of


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("original") / "a.xlsx"
    path.write_bytes(crafted.clean())
    return path


@pytest.mark.parametrize(
    ("suffix", "name", "kind"),
    [
        ("xls", "a.xls", Kind.OLD),
        ("xls", "a.et", Kind.OLD),
        ("ods", "a.ods", Kind.OPEN_DOCUMENT),
        ("xls", "a.xlsx", Kind.OLD),
    ],
)
def test_values_are_read_and_the_conversion_is_told(
    office: Office, original: Path, tmp_path: Path, suffix: str, name: str, kind: Kind
) -> None:
    path = Path(shutil.copy(office._convert(original, suffix), tmp_path / name))
    assert kind_of(path.name, path.read_bytes()) is kind
    (before,), (after,) = load(original), load(path)
    assert [finding.code for finding in validate(after)] == ["STR-29"]
    assert (after.unit, after.year, after.contact) == (before.unit, before.year, before.contact)
    for one, other in zip(before.projects, after.projects, strict=True):
        assert (one.name, one.budget, one.fiscal, one.other) == (
            other.name,
            other.budget,
            other.fiscal,
            other.other,
        )
        assert [(i.name, i.target, i.location) for i in one.indicators] == [
            (i.name, i.target, replace_file(i.location, one.location)) for i in other.indicators
        ]


def replace_file(location: Any, like: Any) -> Any:
    """The same place in the other file."""
    return replace(location, file=like.file)


@pytest.mark.timeout(90)
def test_a_far_cell_that_ends_calamine_ends_nothing_else(office: Office, tmp_path: Path) -> None:
    """Calamine asks for the whole area between the first and the last cell; it is refused, or dies alone."""
    far = tmp_path / "far.xlsx"
    far.write_bytes(
        crafted.with_parts(
            {
                crafted.PROJECTS: crafted.at_end_of_rows(
                    '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
                )
            }
        )
    )
    with pytest.raises(CannotDo) as refusal:
        convert("far.xlsb", far.read_bytes(), Kind.BINARY)
    assert refusal.value.key in ("workbook.too_much", "workbook.not_converted", "workbook.too_slow")
