"""What comes in a season: late, replaced, withdrawn, empty, unreadable, missing; conflicts and decisions."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner
from msgspec.structs import replace

from tests.support.books import edited, plain_book, write_submission
from tests.support.examples import CLEAN_ROWS, project_of, submission_of
from tests.support.season import Days, saved_on, settled
from tests.support.seed import seed_submissions
from xlgoals import operations
from xlgoals.catalogue import Example
from xlgoals.cli import cli
from xlgoals.consolidation.chase import chase_text, to_remind, unit_lines
from xlgoals.consolidation.conflicts import BOTH, Reason, Source, find_conflicts
from xlgoals.consolidation.events import State
from xlgoals.consolidation.ledger import Ledger, ledger_beside
from xlgoals.errors import CannotDo
from xlgoals.messages import Language
from xlgoals.model import Project, Submission, Unit
from xlgoals.rules.declaration import declares_nothing
from xlgoals.rules.roster import Expected, Roster

CLEAN = submission_of(Example(unit={}, project={}, indicators=(), observations=(), found=()))
DUE = dt.date(2026, 1, 15)


def of_unit(code: str, *projects: Project, nothing: str = "") -> Submission:
    contact = {"nothing": nothing} if nothing else {}
    return replace(CLEAN, unit=Unit(code=code, name=f"单位{code}"), projects=projects, contact=contact)


def project(name: str, budget: str = "48.00", purpose: str = "") -> Project:
    fields = {"name": name, "budget": budget, "fiscal": budget}
    return project_of(fields | ({"purpose": purpose} if purpose else {}))


class Season:
    """One folder of files and one master, day by day."""

    def __init__(self, folder: Path, roster: Roster) -> None:
        self.folder = folder / "报送"
        self.folder.mkdir()
        self.master = folder / "汇总表.xlsx"
        self.roster = roster
        self.clock = Days()

    def send(self, submission: Submission, day: str, name: str = "") -> Path:
        path = self.folder / (name or f"{submission.unit.code}_2022_绩效目标.xlsx")
        return saved_on(write_submission(path, submission), day)

    def run(self) -> dict[str, list[str]]:
        """One consolidation; what its changes list."""
        changes = settled(self.folder.iterdir(), self.master, self.roster, self.clock).changes
        names = ("added", "replaced", "withdrawn", "unreadable", "changed")
        told = {name: [Path(file).name for file in getattr(changes, name)] for name in names}
        return {name: files for name, files in told.items() if files}

    def states(self) -> dict[str, str]:
        with Ledger.open(ledger_beside(self.master), create=False) as ledger:
            assert ledger.verify().holds
            return {line.code: line.state.value for line in unit_lines(ledger.entries(), self.roster)}


@pytest.fixture
def season(tmp_path: Path) -> Season:
    codes = [f"3061{number:02}" for number in range(1, 9)]
    return Season(tmp_path, {code: Expected(name=f"单位{code}", due=DUE, contact="张某") for code in codes})


def test_a_season(season: Season) -> None:
    season.send(of_unit("306101", project("甲")), "2026-01-10")
    season.send(of_unit("306102", project("乙")), "2026-01-20")  # five days late
    season.send(of_unit("306103", project("丙")), "2026-01-11")
    season.send(of_unit("306104", nothing="本年度没有项目支出预算"), "2026-01-12")
    (season.folder / "306105_2022_绩效目标.xlsx").write_bytes(b"")
    plain_book(season.folder / "不是模板.xlsx", [["甲"]], sheet="Sheet1")
    assert season.run() == {
        "added": [f"3061{number:02}_2022_绩效目标.xlsx" for number in range(1, 5)],
        "unreadable": ["306105_2022_绩效目标.xlsx", "不是模板.xlsx"],
    }
    assert season.states() == {
        "306101": "received",
        "306102": "late",
        "306103": "received",
        "306104": "nothing",
        "306105": "unreadable",
        "306106": "missing",
        "306107": "missing",
        "306108": "missing",
    }
    assert season.run() == {}  # nothing changed, nothing is recorded
    # A resubmission under another name, one in place of the old file, a file that is gone, one read at last.
    season.send(of_unit("306101", project("甲", "50.00")), "2026-01-14", "306101_改.xlsx")
    season.send(of_unit("306103", project("丙", "60.00")), "2026-01-14")
    (season.folder / "306102_2022_绩效目标.xlsx").unlink()
    season.send(of_unit("306105", project("戊")), "2026-01-14")
    assert season.run() == {
        "added": ["306101_改.xlsx", "306103_2022_绩效目标.xlsx", "306105_2022_绩效目标.xlsx"],
        "replaced": [
            "306101_2022_绩效目标.xlsx",
            "306103_2022_绩效目标.xlsx",
            "306105_2022_绩效目标.xlsx",
        ],
        "withdrawn": ["306102_2022_绩效目标.xlsx"],
    }
    operations.record(season.master, State.WITHDRAWN, "306103", "单位来函撤回", clock=season.clock, user="甲")
    operations.record(season.master, State.NOTHING, "306106", "单位来函说明", clock=season.clock, user="甲")
    assert season.run() == {}
    assert season.states() == {
        "306101": "received",
        "306102": "withdrawn",
        "306103": "withdrawn",
        "306104": "nothing",
        "306105": "received",
        "306106": "nothing",
        "306107": "missing",
        "306108": "missing",
    }
    # The same file comes back, and a withdrawal is taken back.
    season.send(of_unit("306102", project("乙")), "2026-01-20")
    operations.record(season.master, State.RECEIVED, "306103", "误撤回", clock=season.clock, user="甲")
    assert season.run() == {"added": ["306102_2022_绩效目标.xlsx"]}
    assert (season.states()["306102"], season.states()["306103"]) == ("late", "received")


def test_the_seed_306201_resubmits_with_one_change(tmp_path: Path) -> None:
    first, second = seed_submissions()
    season = Season(tmp_path, {})
    season.send(first, "2022-02-01")
    old = season.send(second, "2022-02-01")
    assert len(season.run()["added"]) == 2

    def correct(book: openpyxl.Workbook) -> None:
        book["项目"]["D4"] = 61

    saved_on(edited(old, season.folder / "306201_改.xlsx", correct), "2022-02-03")
    assert season.run() == {"added": ["306201_改.xlsx"], "replaced": ["306201_2022_绩效目标.xlsx"]}
    with operations.open_ledger(season.master) as ledger:
        told = [(each.number, each.event.unit, each.event.state, each.event.why) for each in ledger.entries()]
    assert told == [
        (1, "306101", State.RECEIVED, "汇总时读取，内容完整"),
        (2, "306201", State.RECEIVED, "汇总时读取，内容完整"),
        (3, "306201", State.REPLACED, "同一单位有更新的文件：306201_改.xlsx"),
        (4, "306201", State.RECEIVED, "汇总时读取，内容完整"),
    ]


def test_a_copy_and_a_renamed_file_are_told_as_such(season: Season) -> None:
    first = season.send(of_unit("306101", project("甲")), "2026-01-10")
    copy = season.folder / "306101 副本.xlsx"
    copy.write_bytes(first.read_bytes())
    saved_on(copy, "2026-01-11")
    season.run()
    first.unlink()
    saved_on(copy.rename(season.folder / "306101_正式.xlsx"), "2026-01-11")
    assert season.run() == {"added": ["306101_正式.xlsx"], "replaced": ["306101 副本.xlsx"]}
    with operations.open_ledger(season.master) as ledger:
        told = [(each.event.state, each.event.file, each.event.why) for each in ledger.entries()]
    assert [each for each in told if each[0] is State.REPLACED] == [
        (State.REPLACED, "报送/306101_2022_绩效目标.xlsx", "与 306101 副本.xlsx 内容完全相同，只计一份"),
        (State.REPLACED, "报送/306101 副本.xlsx", "文件已改名或移动，现为：报送/306101_正式.xlsx"),
    ]


def test_a_due_date_that_moves_moves_the_state(season: Season) -> None:
    season.send(of_unit("306101", project("甲")), "2026-01-20")
    season.run()
    assert season.states()["306101"] == "late"
    season.roster = {
        code: dataclasses.replace(each, due=dt.date(2026, 1, 31)) for code, each in season.roster.items()
    }
    assert season.run() == {"changed": ["306101_2022_绩效目标.xlsx"]}
    assert season.states()["306101"] == "received"


def test_the_last_day_is_in_time(season: Season) -> None:
    season.send(of_unit("306101", project("甲")), "2026-01-15")
    season.run()
    assert season.states()["306101"] == "received"


DECLARED = {"本年度没有项目支出预算": True, "无": False, "——": False, "": False}


@pytest.mark.parametrize(("text", "declared"), DECLARED.items())
def test_no_data_needs_a_declaration(season: Season, text: str, declared: bool) -> None:
    """Written by the template, read by the strict reader: the field of the guide is what counts."""
    path = season.send(of_unit("306101", nothing=text), "2026-01-10")
    (submission,) = operations.load(path)
    assert declares_nothing(submission) is declared
    codes = {each.code for each in operations.validate(submission)}
    assert ("HDR-08" in codes) is not declared
    season.run()
    assert season.states()["306101"] == ("nothing" if declared else "received")


def test_the_chase_list(season: Season) -> None:
    season.send(of_unit("306101", project("甲")), "2026-01-10")
    (season.folder / "306102_2022_绩效目标.xlsx").write_bytes(b"")
    season.roster = {code: season.roster[code] for code in ("306101", "306102", "306103")}
    season.run()
    with operations.open_ledger(season.master) as ledger:
        lines = unit_lines(ledger.entries(), season.roster)
    assert [(line.code, line.state) for line in to_remind(lines)] == [
        ("306103", State.MISSING),
        ("306102", State.UNREADABLE),
    ]
    assert chase_text(lines, dt.date(2026, 1, 18), Language.ZH).splitlines() == [
        "各单位：截至 2026-01-18，下列单位的项目支出绩效目标还需要报送或处理。",
        "",
        "还没有报送（1 家），请尽快报送；确实没有项目的，也请报送并填写“无项目声明”：",
        "1. 306103 单位306103；截止 2026-01-15，已逾期 3 天；联系人：张某",
        "",
        "收到的文件无法读取（1 家），请用 Excel 打开检查后重新发送：",
        "1. 306102 单位306102；截止 2026-01-15，已逾期 3 天；联系人：张某",
        "",
        "如已发送，请与我们核对文件是否收到。",
    ]
    assert chase_text(lines[:1], dt.date(2026, 1, 18), Language.ZH) == ""


def test_the_commands_for_the_ledger(season: Season, tmp_path: Path) -> None:
    season.send(of_unit("306101", project("甲")), "2026-01-10")
    season.run()
    roster = tmp_path / "名册.yaml"
    roster.write_text('units:\n  "306101": {}\n  "306102": {name: 某局}\n', encoding="utf-8")

    def run(*words: str) -> tuple[int, str]:
        done = CliRunner().invoke(cli, [*words, "--lang", "zh"])
        return done.exit_code, done.stdout

    master = str(season.master)
    code, text = run("missing", master, "--roster", str(roster))
    assert (code, "需要催报 1 家，共 2 家" in text) == (1, True)
    code, text = run("missing", master, "--roster", str(roster), "--format", "json")
    assert [each["state"] for each in json.loads(text)["units"]] == ["received", "missing"]
    code, text = run("ledger", "record", "declare", master, "306102", "--why", "来函")
    assert (code, "306102 无数据" in text) == (0, True)
    assert run("missing", master, "--roster", str(roster))[0] == 0
    code, text = run("ledger", "list", master, "--format", "json")
    assert [(each["unit"]["code"], each["state"]) for each in json.loads(text)] == [
        ("306101", "received"),
        ("306102", "nothing"),
    ]
    head = json.loads(text)[-1]["hash"]
    assert run("ledger", "verify", master, "--head", head)[0] == 0
    assert run("ledger", "verify", master, "--head", "0" * 64)[0] == 1
    assert run("ledger", "conflicts", master)[0] == 0


RECORDS = [
    (State.LATE, "306101", "x", "ledger.not_recordable"),
    (State.WITHDRAWN, "306101", "  ", "ledger.no_reason"),
    (State.WITHDRAWN, "306199", "x", "ledger.no_file"),
    (State.RECEIVED, "306101", "x", "ledger.no_file"),
]


@pytest.mark.parametrize(("state", "subject", "why", "key"), RECORDS)
def test_what_cannot_be_put_on_record(season: Season, state: State, subject: str, why: str, key: str) -> None:
    season.send(of_unit("306101", project("甲")), "2026-01-10")
    season.run()
    with pytest.raises(CannotDo) as refusal:
        operations.record(season.master, state, subject, why)
    assert refusal.value.key == key


def test_without_a_roster_nobody_is_missing(season: Season, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("XLGOALS_DEPARTMENT", raising=False)
    season.send(of_unit("306101", project("甲")), "2026-01-10")
    season.run()
    with pytest.raises(CannotDo) as refusal:
        operations.missing(season.master)
    assert refusal.value.key == "missing.no_roster"


# --- conflicts ---

ROWS = [(*row[:2], f"{row[2]}乙", *row[3:]) for row in CLEAN_ROWS]
COMMON = "用于两地干部交流培训的师资、场地和食宿支出"


@pytest.fixture
def rivals(season: Season) -> Season:
    """Two units claim one project with other amounts; a third has one of the same name that is another."""
    season.send(of_unit("306101", project("干部交流", "48.00", COMMON), project("甲")), "2026-01-10")
    season.send(of_unit("306102", project("干部交流", "50.00", COMMON)), "2026-01-11")
    season.send(
        of_unit("306103", replace(project("干部交流", "9.00", "购置办公家具"), goals="家具到位")),
        "2026-01-12",
    )
    season.run()
    return season


def test_both_values_and_both_places_are_told(rivals: Season) -> None:
    (conflict,) = operations.conflicts(rivals.master)
    assert conflict.project == "干部交流"
    assert [claim.unit_code for claim in conflict.claims] == ["306101", "306102"]
    assert conflict.differing == ("budget", "fiscal")
    assert [claim.values["budget"] for claim in conflict.claims] == ["48.00", "50.00"]
    assert [str(claim.addresses["budget"]) for claim in conflict.claims] == ["项目!D4", "项目!D4"]
    assert [claim.addresses["budget"].file[:6] for claim in conflict.claims] == ["306101", "306102"]
    assert (conflict.recommended.claimant, conflict.reason) == ("306102", Reason.NEWEST)
    assert conflict.decision is None


def test_until_it_is_decided_every_claim_stands(rivals: Season) -> None:
    merged = settled(rivals.folder.iterdir(), rivals.master, rivals.roster).merged
    assert [str(each.budget) for _, each in merged.submissions] == ["96", "50", "9"]
    assert len(merged.conflicts) == 1


def test_a_decision_holds_for_later_runs(rivals: Season) -> None:
    (conflict,) = operations.conflicts(rivals.master)
    operations.decide(rivals.master, conflict.key, "306101", "会商", clock=rivals.clock, user="处长")
    merged = settled(rivals.folder.iterdir(), rivals.master, rivals.roster).merged
    assert [[each.name for each in submission.projects] for _, submission in merged.submissions] == [
        ["干部交流", "甲"],
        [],
        ["干部交流"],
    ]
    (decided,) = merged.conflicts
    assert [claim.unit_code for claim in decided.set_aside] == ["306102"]
    assert decided.decision is not None
    assert (decided.decision.keeps, decided.decision.entry.who) == ("306101", "处长")
    assert not decided.changed_since
    # The file of the ledger keeps what it holds: nothing of it is lost.
    assert [str(line.arrival.submission.budget) for line in merged.ledger if line.arrival.submission] == [
        "96",
        "50",
        "9",
    ]
    # Another file of the unit that was set aside: the decision still holds, and is to be seen.
    rivals.send(of_unit("306102", project("干部交流", "51.00", COMMON)), "2026-01-13")
    merged = settled(rivals.folder.iterdir(), rivals.master, rivals.roster).merged
    (again,) = merged.conflicts
    assert [claim.values["budget"] for claim in again.set_aside] == ["51.00"]
    assert again.changed_since
    # Taken back, both stand again.
    operations.decide(rivals.master, conflict.key, "", "重新会商", clock=rivals.clock)
    merged = settled(rivals.folder.iterdir(), rivals.master, rivals.roster).merged
    assert merged.conflicts[0].decision is None
    assert len(list(merged.submissions)[1][1].projects) == 1


def test_both_may_stand(rivals: Season) -> None:
    (conflict,) = operations.conflicts(rivals.master)
    operations.decide(rivals.master, conflict.key, BOTH, "两个项目", clock=rivals.clock)
    merged = settled(rivals.folder.iterdir(), rivals.master, rivals.roster).merged
    assert merged.conflicts[0].set_aside == ()


DECISIONS = [("0000000000", "306101", "x", "ledger.no_conflict"), ("", "306103", "x", "ledger.no_claimant")]


@pytest.mark.parametrize(("key", "keeps", "why", "refused"), DECISIONS)
def test_what_cannot_be_decided(rivals: Season, key: str, keeps: str, why: str, refused: str) -> None:
    (conflict,) = operations.conflicts(rivals.master)
    with pytest.raises(CannotDo) as refusal:
        operations.decide(rivals.master, key or conflict.key, keeps, why)
    assert refusal.value.key == refused


RECOMMENDED = {
    "on the roster": ({"306102": Expected()}, "306102", Reason.ROSTER),
    "meets its total": (
        {"306101": Expected(total=Decimal(48)), "306102": Expected(total=Decimal(7))},
        "306101",
        Reason.TOTAL,
    ),
    "came last": ({"306101": Expected(), "306102": Expected()}, "306102", Reason.NEWEST),
}


@pytest.mark.parametrize(("roster", "claimant", "reason"), RECOMMENDED.values(), ids=RECOMMENDED)
def test_what_is_recommended(roster: Roster, claimant: str, reason: Reason) -> None:
    one = of_unit("306101", project("干部交流", "48.00", COMMON))
    two = of_unit("306102", project("干部交流", "50.00", COMMON))
    claims = [Source(one, "a.xlsx", 1.0), Source(two, "b.xlsx", 2.0)]
    (conflict,) = find_conflicts(claims, {}, roster)
    assert (conflict.recommended.claimant, conflict.reason) == (claimant, reason)


def test_equal_claims_recommend_the_first() -> None:
    one, two = (of_unit(code, project("干部交流", "48.00", COMMON)) for code in ("306101", "306102"))
    claims = [Source(two, "b.xlsx", 2.0), Source(one, "a.xlsx", 1.0)]
    (conflict,) = find_conflicts(claims, {}, {})
    assert (conflict.recommended.claimant, conflict.reason, conflict.differing) == ("306101", Reason.SAME, ())


def test_two_files_of_a_unit_whose_code_is_missing_in_one() -> None:
    one = of_unit("306101", project("甲", "48.00", "用途一二三四五六"))
    two = replace(
        one, unit=Unit(code="", name=one.unit.name), projects=(project("甲", "9.00", "别的用途说明"),)
    )
    (conflict,) = find_conflicts([Source(one, "a.xlsx", 1.0), Source(two, "b.xlsx", 2.0)], {}, {})
    assert [claim.claimant for claim in conflict.claims] == ["b.xlsx", "306101"]
