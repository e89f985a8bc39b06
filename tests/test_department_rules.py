"""SUB, HDR-06, DUP-04, DUP-05: what only the files of a department show together, down to the master."""

from __future__ import annotations

import os
from collections.abc import Sequence
from decimal import Decimal
from functools import partial
from pathlib import Path
from weakref import finalize

import openpyxl
import pytest
from msgspec import structs
from msgspec.structs import replace

import xlgoals
from tests.support.books import edited, seed_folder
from tests.support.examples import CLEAN_ROWS, project_of, submission_of
from tests.support.seed import seed_submissions
from xlgoals.catalogue import Example, cure, message
from xlgoals.consolidation.kept import Kept
from xlgoals.errors import CannotDo
from xlgoals.findings import Finding
from xlgoals.form import load_form
from xlgoals.masterform import load_master_form
from xlgoals.messages import Language
from xlgoals.model import Project, Submission, Unit
from xlgoals.profile import load_profile
from xlgoals.rules import Department, Expected, run_department_rules
from xlgoals.rules.ownfolder import DEPARTMENT_VARIABLE
from xlgoals.rules.roster import load_roster

CLEAN = submission_of(Example(unit={}, project={}, indicators=(), observations=(), found=()))
FORM = load_master_form()


def _unit(
    code: str, *projects: Project, name: str = "", file: str = "", year: int | None = 2022
) -> Submission:
    return replace(
        CLEAN,
        unit=Unit(code=code, name=name or f"单位{code}"),
        projects=projects or (project_of({}),),
        file=file or f"{code}_2022_绩效目标.xlsx",
        year=year,
    )


def _findings(department: Department) -> list[tuple[Submission, Finding]]:
    return list(run_department_rules(department, load_form(), lambda each: load_profile(each.profile)))


def _told(standing: Sequence[Submission], *replaced: tuple[Submission, Submission]) -> list[tuple[str, str]]:
    """Code and file of every finding."""
    found = _findings(Department(standing=tuple(standing), replaced=replaced))
    return sorted((finding.code, submission.file) for submission, finding in found)


def test_the_real_units_have_nothing_to_do_with_each_other() -> None:
    assert _told(seed_submissions()) == []


def test_one_file_alone_is_told_nothing() -> None:
    assert _told([CLEAN]) == []


TWINS = """
306101 306102 | 48.00 | same  | 2
306101 306102 | 47.00 | same  | 0
306101 306102 | 48.00 | other | 0
306101 306101 | 47.00 | other | 2
"""


@pytest.mark.parametrize(
    ("codes", "budget", "purpose", "count"),
    [[part.strip() for part in line.split("|")] for line in TWINS.strip().splitlines()],
)
def test_a_project_in_two_files(codes: str, budget: str, purpose: str, count: str) -> None:
    one, two = codes.split(" ")
    fields = {"budget": budget, "fiscal": budget} | ({} if purpose == "same" else {"purpose": "用于别的支出"})
    rows = [(*row[:2], f"{row[2]}乙", *row[3:]) for row in CLEAN_ROWS]
    other = _unit(two, project_of(fields, rows), file="b.xlsx")
    assert (
        _told([_unit(one, file="a.xlsx"), other])
        == [
            ("HDR-06", "a.xlsx"),
            ("HDR-06", "b.xlsx"),
        ][: int(count)]
    )


def test_a_project_of_another_year_is_another_project() -> None:
    assert _told([_unit("306101", file="a.xlsx"), _unit("306101", file="b.xlsx", year=2023)]) == []


def test_files_without_a_code_are_known_by_the_name_of_the_unit() -> None:
    one, two = _unit("306101", name="某局", file="a.xlsx"), _unit("", name="某 局", file="b.xlsx")
    assert _told([one, two]) == [("HDR-06", "a.xlsx"), ("HDR-06", "b.xlsx")]


def test_an_event_of_two_units_is_advice_to_both() -> None:
    one = _unit("306101", project_of({"purpose": "用于参加亚布力论坛的支出"}))
    two = _unit(
        "306102", project_of({"name": "会务", "purpose": "用于组织参加亚布力论坛的支出"}, CLEAN_ROWS[:3])
    )
    found = _findings(Department(standing=(one, two)))
    assert [(finding.code, submission.unit.code) for submission, finding in found] == [
        ("DUP-04", "306101"),
        ("DUP-04", "306102"),
    ]
    said = message(found[0][1], Language.ZH)
    assert (
        said
        == "“亚布力论坛”在 306102 单位306102 306102_2022_绩效目标.xlsx 的项目“会务”中也有安排（项目!G4）。"
    )


def test_a_copied_table_is_told_once_to_the_later_unit() -> None:
    two = _unit("306102", project_of({"name": "另一项目", "purpose": "用于另一支出"}))
    (found,) = _findings(Department(standing=(_unit("306101"), two)))
    assert (found[1].code, found[0].unit.code, found[1].details["rows"]) == ("DUP-05", "306102", "9")
    assert len(found[1].also) == 8
    few = _unit("306102", project_of({"name": "另一项目", "purpose": "用于另一支出"}, CLEAN_ROWS[:4]))
    assert _told([_unit("306101"), few]) == []


ROSTER = {
    "306101": Expected(name="天津市人民政府合作交流办公室", total=Decimal("3384.00")),
    "306201": Expected(name="天津市合作交流综合服务中心", total=Decimal(61)),
}


def test_the_real_units_against_a_roster() -> None:
    first, second = seed_submissions()
    stranger = replace(second, unit=Unit(code="306999", name="某中心"))
    renamed = replace(first, unit=Unit(code="306101", name="天津市合作交流办"))
    found = _findings(Department(standing=(first, second, stranger, renamed), roster=ROSTER))
    by_roster = [
        (submission.unit.code, finding.code, finding.field)
        for submission, finding in found
        if finding.code.startswith("SUB")
    ]
    assert by_roster == [
        ("306999", "SUB-01", "unit_code"),
        ("306101", "SUB-01", "unit_name"),
        ("306201", "SUB-04", "unit_code"),
    ]
    (difference,) = [finding for _, finding in found if finding.code == "SUB-04"]
    assert difference.details == {"total": "60.00", "control": "61.00", "difference": "-1.00"}


def test_a_sum_with_an_unreadable_budget_is_not_compared() -> None:
    odd = _unit("306101", project_of({"budget": "48万"}))
    assert _findings(Department(standing=(odd,), roster={"306101": Expected(total=Decimal(100))})) == []


def test_file_names_of_another_shape_are_left_alone() -> None:
    assert _told([_unit("306101", file="306201_2022_绩效目标.xlsx")]) == [
        ("SUB-05", "306201_2022_绩效目标.xlsx")
    ]
    assert _told([_unit("306101", file="306101_2021_绩效目标.xlsx")]) == [
        ("SUB-05", "306101_2021_绩效目标.xlsx")
    ]
    for name in ("306101_2022_绩效目标.xlsx", "306101_2022_改.xlsx", "报送稿202203.xlsx", "306201.xlsx"):
        assert _told([_unit("306101", file=name)]) == []


def test_older_files_are_held_against_the_newer_one() -> None:
    newer = _unit("306101", file="新.xlsx")
    assert _told([newer], (_unit("306101", file="旧.xlsx"), newer)) == [("SUB-03", "新.xlsx")]
    changed = _unit("306101", project_of({"budget": "47"}), file="旧.xlsx")
    assert _told([newer], (changed, newer)) == []
    more = _unit("306101", project_of({}), project_of({"name": "办公设备购置"}, row=5), file="旧.xlsx")
    (found,) = _findings(Department(standing=(newer,), replaced=((more, newer),)))
    assert found[1].details == {"start": "办公设备购置", "count": "1", "other": "旧.xlsx"}
    assert "办公设备购置" in message(found[1], Language.EN)
    assert cure(found[1], Language.EN)


@pytest.fixture
def units(tmp_path: Path) -> Path:
    return seed_folder(tmp_path / "units")


def _findings_sheet(master: Path) -> list[dict[str, object]]:
    sheet = openpyxl.load_workbook(master)[FORM.sheets["findings"].name]
    keys = {column.label: column.key for column in FORM.sheets["findings"].columns}
    heads = [keys[str(cell.value)] for cell in sheet[1]]
    return [dict(zip(heads, row, strict=True)) for row in sheet.iter_rows(min_row=2, values_only=True)]


def test_what_is_found_between_files_stands_in_the_master(
    units: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A stray project, an event shared by two units, a wrong sum: each row names the cell of its own file."""
    own = tmp_path / "own"
    own.mkdir()
    text = 'units:\n  "306101": {total: "3384.00"}\n  "306201": {total: "61.00"}\n'
    (own / "units.yaml").write_text(text, encoding="utf-8")
    monkeypatch.setenv(DEPARTMENT_VARIABLE, str(own))
    old = units / "306201_2022_绩效目标.xlsx"

    def add(book: openpyxl.Workbook) -> None:
        book["项目"]["G4"] = "用于参加亚布力论坛的差旅支出"

    new = edited(old, units / "306201_改.xlsx", add)
    os.utime(old, (1_600_000_000, 1_600_000_000))
    os.utime(new, (1_700_000_000, 1_700_000_000))
    sheet = openpyxl.load_workbook(units / "306101_2022_绩效目标.xlsx")["指标"]
    event = next(cell for row in sheet.iter_rows() for cell in row if "亚布力论坛" in str(cell.value))
    done = xlgoals.consolidate([units], tmp_path / "master.xlsx")
    rows = [
        (row["code"], row["file"], row["place"])
        for row in _findings_sheet(done.master)
        if str(row["code"]).startswith(("SUB", "DUP-04", "HDR-06"))
    ]
    assert sorted(rows) == [
        ("DUP-04", "306101_2022_绩效目标.xlsx", f"指标!{event.coordinate}"),
        ("DUP-04", "306201_改.xlsx", "项目!G4"),
        ("SUB-04", "306201_改.xlsx", "填报说明!B3"),
    ]
    (line,) = [line for line in done.merged.ledger if line.arrival.path == new]
    assert {finding.code for finding in line.arrival.findings} >= {"SUB-04", "DUP-04"}
    assert [line.replaced_by for line in done.merged.ledger if line.arrival.path == old] == ["306201_改.xlsx"]


ROSTERS = """
units: {"306101": {total: "3384.00"}}    | fine
units: {"306101": {}}                    | fine
units: {"306101": {total: 三千}}          | yaml.wrong
units: {"306101": {total: "-1"}}         | yaml.wrong
units: {"306101": {total: nan}}          | yaml.wrong
units: {"306101": {sum: "1"}}            | yaml.wrong
unit: {}                                 | yaml.wrong
"""


@pytest.mark.parametrize(
    ("text", "key"), [[part.strip() for part in line.split("|")] for line in ROSTERS.strip().splitlines()]
)
def test_a_roster_with_a_mistake_is_refused_with_its_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, key: str
) -> None:
    (tmp_path / "units.yaml").write_text(text, encoding="utf-8")
    monkeypatch.setenv(DEPARTMENT_VARIABLE, str(tmp_path))
    if key == "fine":
        assert list(load_roster()) == ["306101"]
        return
    with pytest.raises(CannotDo) as refusal:
        load_roster()
    assert refusal.value.key == key


def test_without_a_folder_of_its_own_there_is_no_roster(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(DEPARTMENT_VARIABLE, raising=False)
    assert load_roster() == {}


def test_a_thousand_copies_are_told_a_thousand_times_and_no_million() -> None:
    copies = [_unit(f"306{number:03}", project_of({"purpose": "按规定开展工作"})) for number in range(1000)]
    found = [each for each in _told(copies) if each[0] == "HDR-06"]
    assert found == [("HDR-06", copy.file) for copy in copies]


class _Watched(Project, frozen=True, kw_only=True, weakref=True):
    """A project that can be seen to go."""


def test_projects_are_let_go_between_two_looks() -> None:
    """Ten thousand files do not fit into memory: no rule may hold what it saw of one while it sees others."""
    alive = most = 0

    def unpacked(number: int) -> tuple[Project, ...]:
        nonlocal alive, most
        project = _Watched(**structs.asdict(project_of({"name": f"项目{number}"})))
        finalize(project, gone)
        alive += 1
        most = max(most, alive)
        return (project,)

    def gone() -> None:
        nonlocal alive
        alive -= 1

    standing = tuple(
        replace(_unit(f"306{number:03}"), projects=Kept(partial(unpacked, number), 1))
        for number in range(900)
    )
    _findings(Department(standing=standing))
    assert 0 < most < 300  # row_texts keeps the last 256
