"""A whole season of a department with forty units, from the first file to the last master."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
import yaml
from msgspec.structs import replace

from tests.support.books import write_submission
from tests.support.examples import project_of, submission_of
from tests.support.season import Days, saved_on
from xlgoals import operations
from xlgoals.catalogue import Example
from xlgoals.consolidation.events import State
from xlgoals.masterform import load_master_form
from xlgoals.messages import Language, say
from xlgoals.model import Project, Submission, Unit
from xlgoals.operations import Consolidation

FORM = load_master_form()
CLEAN = submission_of(Example(unit={}, project={}, indicators=(), observations=(), found=()))
UNITS = tuple(f"4001{number:02}" for number in range(1, 41))
LATE, AGAIN, TWICE = UNITS[:5], UNITS[5:9], UNITS[9:11]
UNCHANGED = AGAIN[3]
RIVALS = (UNITS[11:13], UNITS[13:15])
NOTHING, UNREADABLE, SILENT = UNITS[15], UNITS[16:19], UNITS[37:]
SHARED = "用于两地干部交流培训的师资、场地和食宿支出"
DAMAGED = (b"", b"<html><table></table></html>", b"PK\x03\x04 cut off")


def project(name: str, budget: str) -> Project:
    return project_of({"name": name, "budget": budget, "fiscal": budget, "purpose": SHARED})


def of_unit(code: str, budget: str = "48.00", *more: Project, nothing: str = "") -> Submission:
    own = () if nothing else (project(f"能力提升培训{code}", budget), *more)
    contact = {"nothing": nothing} if nothing else {}
    return replace(CLEAN, unit=Unit(code=code, name=f"单位{code}"), projects=own, contact=contact)


class Department:
    """The folder in which files arrive, the roster, and the master."""

    def __init__(self, folder: Path) -> None:
        self.inbox, self.master = folder / "报送", folder / "汇总表.xlsx"
        self.inbox.mkdir()
        self.roster = folder / "名册.yaml"
        units = {code: {"name": f"单位{code}"} for code in UNITS}
        told = {"due": "2026-01-15", "units": units}
        self.roster.write_text(yaml.safe_dump(told, allow_unicode=True), encoding="utf-8")
        self.clock = Days()

    def send(self, submission: Submission, day: str, name: str = "") -> None:
        path = self.inbox / (name or f"{submission.unit.code}_2022_绩效目标.xlsx")
        saved_on(write_submission(path, submission), day)

    def consolidate(self) -> Consolidation:
        return operations.consolidate(
            [self.inbox], self.master, roster=self.roster, clock=self.clock, user="汇总人"
        )

    def rows(self, key: str) -> list[dict[str, str]]:
        book = openpyxl.load_workbook(self.master)
        if FORM.sheets[key].name not in book.sheetnames:
            return []
        keys = [each.key for each in FORM.sheets[key].columns]
        lines = book[FORM.sheets[key].name].iter_rows(min_row=2, values_only=True)
        return [dict(zip(keys, ("" if v is None else str(v) for v in line), strict=True)) for line in lines]

    def overview(self) -> list[object]:
        """The figures at the top: budget, units, projects, indicators."""
        sheet = openpyxl.load_workbook(self.master, data_only=True)[FORM.overview.name]
        return [cell.value for cell in sheet[4][1:5]]

    def review(self, opinions: dict[str, str]) -> None:
        """Writes opinions behind projects, by name, as a reviewer does in another program."""
        book = openpyxl.load_workbook(self.master)
        sheet = book[FORM.sheets["projects"].name]
        keys = [each.key for each in FORM.sheets["projects"].columns]
        for row in sheet.iter_rows(min_row=2):
            name = str(row[keys.index("name")].value)
            if name in opinions:
                row[keys.index("opinion")].value = opinions[name]
                row[keys.index("reviewer")].value = "李"
        book.save(self.master)

    def opinions(self) -> dict[str, str]:
        return {each["name"]: each["opinion"] for each in self.rows("projects") if each["opinion"]}


@pytest.fixture(scope="module")
def department(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Department]:
    """After three rounds, with opinions written after the first and the second."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("XLGOALS_DEPARTMENT", raising=False)
        made = Department(tmp_path_factory.mktemp("season"))
        _first_round(made)
        _second_round(made)
        made.consolidate()
        yield made


def _first_round(made: Department) -> None:
    rivals = {code: f"两地干部交流{number}" for number, pair in enumerate(RIVALS) for code in pair}
    for number, code in enumerate(UNITS):
        if code in (*LATE, *UNREADABLE, *SILENT):
            continue
        claimed = [project(rivals[code], f"{10 + number}.00")] if code in rivals else []
        nothing = "本年度没有项目支出预算" if code == NOTHING else ""
        made.send(of_unit(code, "48.00", *claimed, nothing=nothing), "2026-01-10")
    for code in TWICE:  # two files with different names, the second with another amount
        made.send(of_unit(code, "49.00"), "2026-01-12", f"{code}定稿.xlsx")
    for code, content in zip(UNREADABLE, DAMAGED, strict=True):
        path = made.inbox / f"{code}_2022_绩效目标.xlsx"
        path.write_bytes(content)
        saved_on(path, "2026-01-11")
    done = made.consolidate()
    assert (done.figures.units, done.figures.unreadable) == (40 - 3 - 5 - 3, 3)
    made.review({f"能力提升培训{AGAIN[0]}": "请细化", f"能力提升培训{UNITS[20]}": "同意"})


def _second_round(made: Department) -> None:
    for code in AGAIN[:3]:
        made.send(of_unit(code, "50.00"), "2026-01-14")
    old = made.inbox / f"{UNCHANGED}_2022_绩效目标.xlsx"
    shutil.copyfile(old, made.inbox / f"{UNCHANGED}_再报.xlsx")
    saved_on(made.inbox / f"{UNCHANGED}_再报.xlsx", "2026-01-14")
    for code in LATE:
        made.send(of_unit(code), "2026-01-20")
    made.consolidate()
    assert made.opinions() == {f"能力提升培训{AGAIN[0]}": "请细化", f"能力提升培训{UNITS[20]}": "同意"}
    made.review({f"能力提升培训{LATE[0]}": "迟报，请说明"})


STANDING = [code for code in UNITS if code not in (*UNREADABLE, *SILENT)]


def test_the_overview_counts_what_stands(department: Department) -> None:
    projects = len(STANDING) - 1 + 4  # one unit declares that it has none, four claim two more
    rows = len(project("甲", "1.00").indicators)
    budget = 48 * (33 - 3 - 2) + 49 * 2 + 50 * 3 + sum(10 + UNITS.index(c) for pair in RIVALS for c in pair)
    assert department.overview() == [budget, len(STANDING), projects, projects * rows]


def test_the_ledger_has_every_file_in_its_state(department: Department) -> None:
    word = {state: say(f"state.{state}", Language.ZH) for state in State}
    states = Counter(each["state"] for each in department.rows("ledger"))
    assert states == {
        word[State.RECEIVED]: 34 - 5 - 1,
        word[State.LATE]: 5,
        word[State.NOTHING]: 1,
        # Two that sent two files at once, one that sent a copy; a file in place of another leaves no line.
        word[State.REPLACED]: 3,
        word[State.UNREADABLE]: 3,
        word[State.MISSING]: 3,
    }
    found = {each["unit_code"] for each in department.rows("ledger") if each["state"] == word[State.LATE]}
    assert found == set(LATE)


def test_who_is_missing(department: Department) -> None:
    missing = operations.missing(department.master, roster=department.roster)
    owing = {State.MISSING: set(SILENT), State.UNREADABLE: set(UNREADABLE)}
    assert {state: {each.code for each in missing.units if each.state is state} for state in owing} == owing
    assert all(code in missing.text for code in (*SILENT, *UNREADABLE))


def test_both_conflicts_stand_with_both_values(department: Department) -> None:
    found: dict[str, set[tuple[str, int]]] = {}
    for each in department.rows("conflicts"):
        found.setdefault(each["project"], set()).add((each["unit_code"], int(Decimal(each["budget"]))))
    assert found == {
        f"两地干部交流{number}": {(code, 10 + UNITS.index(code)) for code in pair}
        for number, pair in enumerate(RIVALS)
    }


def test_opinions_of_both_rounds_are_there(department: Department) -> None:
    assert department.opinions() == {
        f"能力提升培训{AGAIN[0]}": "请细化",
        f"能力提升培训{UNITS[20]}": "同意",
        f"能力提升培训{LATE[0]}": "迟报，请说明",
    }
    changed = {each["name"] for each in department.rows("projects") if each["opinion"] and each["changed"]}
    assert changed == {f"能力提升培训{AGAIN[0]}"}  # its budget is another one since
    assert department.rows("orphans") == []


def test_nothing_of_any_file_that_stands_is_missing(department: Department) -> None:
    newest = {
        f"{code}定稿.xlsx" if code in TWICE else f"{code}_再报.xlsx" if code == UNCHANGED else "": code
        for code in STANDING
    }
    expected: Counter[tuple[str, ...]] = Counter()
    for code in STANDING:
        names = [name for name, each in newest.items() if each == code and name]
        path = department.inbox / (names[0] if names else f"{code}_2022_绩效目标.xlsx")
        (submission,) = operations.load(path)
        for each in submission.projects:
            for row in each.indicators:
                texts = (row.level1, row.level2, row.name, row.description, row.target)
                expected[code, each.name, *texts] += 1
    keys = ("unit_code", "project", "level1", "level2", "name", "description", "target")
    assert Counter(tuple(each[key] for key in keys) for each in department.rows("indicators")) == expected


def test_the_ledger_proves_itself(department: Department) -> None:
    with operations.open_ledger(department.master) as ledger:
        assert ledger.verify().holds


def test_one_more_run_changes_nothing(department: Department) -> None:
    before = department.master.read_bytes()
    done = department.consolidate()
    assert (done.written, done.previous) == (None, None)
    assert department.master.read_bytes() == before
