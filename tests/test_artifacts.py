"""Every workbook we write, held against Microsoft's schema and opened in LibreOffice."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

import xlgoals
from tests.support.books import repacked, write_submission
from tests.support.novelty import Seen
from tests.support.office import Office
from tests.support.seed import seed_submissions
from xlgoals.form import load_form
from xlgoals.profile import profile_names
from xlgoals.read.template import read_template
from xlgoals.write.document import submission_to_json

Validator = Callable[[Path], list[str]]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """One of each kind of file: blank templates, units' workbooks, masters with and without content."""
    folder = tmp_path_factory.mktemp("made")
    xlgoals.demo(folder)
    for name in profile_names():
        unit = xlgoals.Unit(code="306101", name="天津市人民政府合作交流办公室")
        xlgoals.make_template(folder / f"blank-{name}.xlsx", profile=name, unit=unit, year=2026)
    xlgoals.make_template(folder / "blank.xlsx")
    (folder / "broken").mkdir()
    (folder / "broken" / "空.xlsx").write_bytes(b"")
    xlgoals.consolidate([folder / "broken"], folder / "master-of-nothing.xlsx")
    return sorted(path for path in folder.rglob("*.xlsx") if path.stat().st_size)


def test_the_validator_sees_a_fault(validator: Validator, tmp_path: Path) -> None:
    """A tool that says nothing against anything would prove nothing."""
    (_, centre) = seed_submissions()
    good = write_submission(tmp_path / "good.xlsx", centre)

    def misplace(name: str, content: bytes) -> bytes:
        return (
            content.replace(b"<bookViews>", b"<bookViews><calcPr/>") if name == "xl/workbook.xml" else content
        )

    assert validator(good) == []
    assert validator(repacked(good, tmp_path / "bad.xlsx", misplace)) != []


def test_what_a_validator_has_not_heard_is_news(tmp_path: Path) -> None:
    """The suite leaves out workbooks that say nothing new; a fault must never be among what it leaves out."""
    office, centre = (
        write_submission(tmp_path / f"{submission.unit.code}.xlsx", submission)
        for submission in seed_submissions()
    )
    seen = Seen()
    assert seen.has_news(office.read_bytes())
    assert not seen.has_news(office.read_bytes())
    seen.has_news(centre.read_bytes())
    changes = {
        "element misplaced": ("xl/workbook.xml", b"<bookViews>", b"<bookViews><calcPr/>"),
        "elements in another order": ("xl/worksheets/sheet1.xml", b"<sheetData>", b"<cols/><sheetData>"),
        "attribute added": ("xl/worksheets/sheet2.xml", b"<row ", b'<row colour="a" '),
        "value of another kind": ("xl/worksheets/sheet2.xml", b'r="A1"', b'r="1A"'),
        "word of a list": ("xl/styles.xml", b'horizontal="center"', b'horizontal="middle"'),
        "element left out": ("xl/styles.xml", b"<cellStyleXfs", b"<cellStyleXxs"),
    }
    told = {}
    for name, (part, before, after) in changes.items():

        def change(
            member: str, content: bytes, part: str = part, before: bytes = before, after: bytes = after
        ) -> bytes:
            return content.replace(before, after, 1) if member == part else content

        changed = repacked(centre, tmp_path / "changed.xlsx", change).read_bytes()
        told[name] = changed != centre.read_bytes() and seen.has_news(changed)
    assert told == dict.fromkeys(changes, True)


def test_every_workbook_is_valid(validator: Validator, made: list[Path]) -> None:
    assert len(made) == 5 + len(profile_names())
    assert {path.name: validator(path) for path in made} == {path.name: [] for path in made}


def test_libreoffice_shows_every_sheet_of_the_master(office: Office, made: list[Path]) -> None:
    (master,) = [path for path in made if path.name == "master.xlsx"]
    text = office.text(master)
    for expected in ("2022年度项目支出绩效目标汇总表", "3,444.00", "天津市合作交流综合服务中心", "指标!E51"):
        assert expected in text
    assert "###" not in text  # a number too wide for its column


def test_a_units_workbook_survives_libreoffice(office: Office, made: list[Path]) -> None:
    """Opened and saved by LibreOffice, the workbook still reads as the same submission."""
    for path in made:
        if path.name.startswith("306"):
            before = submission_to_json(read_template(path, load_form()))
            after = read_template(office.to_xlsx(path), load_form())
            assert submission_to_json(after) == before
            assert after.observations == ()


def test_lists_survive_libreoffice(office: Office, made: list[Path]) -> None:
    (blank,) = [path for path in made if path.name == "blank-tianjin-2022.xlsx"]
    saved = openpyxl.load_workbook(office.to_xlsx(blank))
    lists = [rule.formula1 for rule in saved["指标"].data_validations.dataValidation if rule.type == "list"]
    assert len(lists) == 3
    assert all("#NAME" not in formula and "#REF" not in formula for formula in lists)
