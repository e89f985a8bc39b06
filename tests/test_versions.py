"""Five outcomes of a workbook's version, and an older workbook read by its headings."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import openpyxl
import pytest
import yaml

from tests.support.books import edited, plain_book, write_submission
from tests.support.seed import seed_submissions
from xlgoals import operations
from xlgoals.errors import CannotDo
from xlgoals.form import Form, load_form
from xlgoals.messages import Language
from xlgoals.model import Sighting, Submission
from xlgoals.profile import load_profile
from xlgoals.read.template import read_template
from xlgoals.resources import resource_path
from xlgoals.write.template import write_template

FORM = load_form()
OLD = Path(__file__).parent / "data" / "form_0.9.yaml"
READS_OLD = dataclasses.replace(FORM, accepts=("0.9", FORM.version))


@pytest.fixture(scope="module")
def old_form(tmp_path_factory: pytest.TempPathFactory) -> Form:
    """The form in use with what version 0.9 had instead."""
    told = yaml.safe_load(resource_path("form.yaml").read_text(encoding="utf-8"))
    was = yaml.safe_load(OLD.read_text(encoding="utf-8"))
    told["version"], told["accepts"] = was["version"], [was["version"]]
    for name in ("projects", "indicators"):
        columns = {column["key"]: column for column in told["sheets"][name]["columns"]}
        for key, label in was["labels"][name].items():
            columns[key]["label"] = label
        told["sheets"][name]["columns"] = [columns[key] for key in was[name]]
        told["sheets"][name]["checks"] = told["sheets"][name]["checks"][:1]
    path = tmp_path_factory.mktemp("form") / "form.yaml"
    path.write_text(yaml.safe_dump(told, allow_unicode=True), encoding="utf-8")
    return load_form(path)


@pytest.fixture(scope="module")
def old_workbook(old_form: Form, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("old") / "旧版.xlsx"
    (_, centre) = seed_submissions()
    write_template(
        path, old_form, load_profile(centre.profile), unit=centre.unit, year=centre.year, submission=centre
    )
    return path


def fields_of(submission: Submission) -> list[tuple[object, ...]]:
    """What both versions have."""
    return [
        (
            *(p.name, p.goals, p.budget.amount, p.purpose, p.fiscal.amount),
            *((i.target, i.name, i.level2, i.level1) for i in p.indicators),
        )
        for p in submission.projects
    ]


def test_the_same_version_is_read_without_a_word(tmp_path: Path) -> None:
    path = write_submission(tmp_path / "a.xlsx", seed_submissions()[1])
    assert operations.load(path)[0].observations == ()


def test_an_older_workbook_is_read_by_its_headings(old_workbook: Path) -> None:
    read = read_template(old_workbook, READS_OLD)
    assert fields_of(read) == fields_of(seed_submissions()[1])
    assert (read.unit, read.year, read.template_version) == (seed_submissions()[1].unit, 2022, "0.9")
    assert [(s.sighting, s.value, s.used) for s in read.observations] == [
        (Sighting.OLDER_VERSION, "0.9", FORM.version)
    ]
    # STR-08 is about the table itself: its level 2 stand in another order than in the profile.
    found = {finding.code for finding in operations.validate(read)}
    assert {code for code in found if code.startswith("STR")} == {"STR-08", "STR-14"}


def test_an_older_workbook_that_is_not_accepted_is_rescued(old_workbook: Path, tmp_path: Path) -> None:
    with pytest.raises(CannotDo, match="rescue") as refusal:
        operations.load(old_workbook)
    assert refusal.value.key == "version.too_old"
    rescued = operations.rescue(old_workbook, tmp_path / "新.xlsx")
    assert fields_of(operations.load(rescued.path)[0]) == fields_of(seed_submissions()[1])
    assert rescued.unplaced == ()


@pytest.mark.parametrize(
    ("version", "key"),
    [
        ("9.0", "version.newer"),
        ("1.0.1", "version.newer"),
        ("0.1", "version.too_old"),
        ("终版", "version.unknown"),
        (" ", "version.unknown"),
    ],
)
def test_other_versions_are_refused_each_in_its_own_words(tmp_path: Path, version: str, key: str) -> None:
    def write(workbook: openpyxl.Workbook) -> None:
        workbook["_meta"]["B2"] = version

    path = write_submission(tmp_path / "a.xlsx", seed_submissions()[1])
    with pytest.raises(CannotDo) as refusal:
        operations.load(edited(path, tmp_path / "b.xlsx", write))
    assert refusal.value.key == key
    for language in Language:
        assert FORM.version in refusal.value.sentence(language)


def test_a_foreign_workbook_is_not_ours(tmp_path: Path) -> None:
    with pytest.raises(CannotDo) as refusal:
        operations.load(plain_book(tmp_path / "a.xlsx", [["甲", 1]], sheet="Sheet1"))
    assert refusal.value.key == "workbook.not_ours"


def test_a_workbook_without_identity_is_read_with_a_warning(tmp_path: Path) -> None:
    def strip(workbook: openpyxl.Workbook) -> None:
        workbook.remove(workbook["_meta"])
        for name in workbook.custom_doc_props.names:
            del workbook.custom_doc_props[name]

    path = write_submission(tmp_path / "a.xlsx", seed_submissions()[1])
    (read,) = operations.load(edited(path, tmp_path / "b.xlsx", strip))
    assert [s.sighting for s in read.observations] == [Sighting.IDENTITY_MISSING]
    assert fields_of(read) == fields_of(seed_submissions()[1])
