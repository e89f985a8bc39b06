"""`fix` as staff call it: what is listed, what is written, and what is refused."""

from __future__ import annotations

import json
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner

import xlgoals
from tests.support.books import edited, write_submission
from tests.support.seed import SEED, seed_submissions
from xlgoals.cli import cli
from xlgoals.errors import CannotDo
from xlgoals.fixing import Reason


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_submission(tmp_path_factory.mktemp("u") / "306101.xlsx", seed_submissions()[0])


def test_nothing_is_written_over_and_a_dry_run_writes_nothing(office: Path, tmp_path: Path) -> None:
    taken = tmp_path / "在.xlsx"
    taken.write_bytes(b"mine")
    with pytest.raises(CannotDo):
        xlgoals.fix(office, taken)
    with pytest.raises(CannotDo):
        xlgoals.fix(office, office)
    assert taken.read_bytes() == b"mine"
    assert xlgoals.fix(office).edits_applied
    assert sorted(path.name for path in tmp_path.iterdir()) == ["在.xlsx"]
    with pytest.raises(CannotDo):
        xlgoals.fix(SEED, tmp_path / "两个单位.xlsx")
    with pytest.raises(CannotDo):
        xlgoals.fix(office, rules=["XYZ-99"])


def test_seed_edits(office: Path) -> None:
    """What the published tables of one unit propose, reviewed by hand."""
    fixing = xlgoals.fix(office, rules=["VAL-06", "bud-07"])
    told = {str(each.edit.address): (each.edit.new, each.codes) for each in fixing.edits_applied}
    assert told["指标!G78"] == ("≥50次", ("VAL-06",))
    assert told["指标!G88"] == ("≤110万元", ("VAL-06",))
    assert told["指标!G103"] == ("总预算不高于\n324万元", ("BUD-07",))
    left = {str(each.proposal.edit.address): each.proposal.edit.new for each in fixing.edits_left}
    assert left["指标!G103"] == "≤324万元"
    assert {each.reason for each in fixing.edits_left} == {Reason.UNSAFE}
    both = xlgoals.fix(office, rules=["VAL-06", "BUD-07"], unsafe=True)
    (cost,) = [each for each in both.edits_applied if str(each.edit.address) == "指标!G103"]
    assert (cost.edit.old, cost.edit.new) == ("总预算不高于\n324万", "≤324万元")
    assert (cost.codes, cost.edit.safe) == (("BUD-07", "VAL-06"), False)


def run(*words: object) -> tuple[int, str]:
    done = CliRunner().invoke(cli, [*map(str, words), "--lang", "zh"])
    return done.exit_code, done.stdout


def test_the_command_lists_old_and_new(office: Path, tmp_path: Path) -> None:
    code, told = run("fix", office, "--dry-run", "--rule", "VAL-06")
    assert code == 1  # IND-08 is left
    assert "指标!G78  “不少于50次” → “≥50次”  VAL-06  只是写法\n" in told
    assert (
        "指标!G26  “考察对象不少于三个地区” → “≥3个地区”  VAL-06  可能改变原意，确认后请加 --unsafe\n" in told
    )
    assert "试运行，没有写文件。" in told
    target = tmp_path / "改.xlsx"
    code, told = run("fix", office, "-o", target, "--format", "json")
    document = json.loads(told)
    assert tuple(document) == ("file", "wrote", "applied", "left", "before", "after")
    assert document["wrote"] == str(target)
    assert target.exists()
    first = next(each for each in document["applied"] if each["cell"] == "指标!G78")
    assert first == {
        "cell": "指标!G78",
        "field": "target",
        "old": "不少于50次",
        "new": "≥50次",
        "safe": True,
        "codes": ["VAL-06"],
        "project": "国内招商引资专项经费",
    }
    assert {each["reason"] for each in document["left"]} == {"unsafe"}
    assert document["after"]["error"] == document["before"]["error"] == 1
    assert document["after"]["advice"] < document["before"]["advice"]


def test_the_command_needs_a_place_or_a_dry_run(office: Path) -> None:
    done = CliRunner().invoke(cli, ["fix", str(office)])
    assert done.exit_code == 2


def test_what_a_copy_does_not_hold_is_told(office: Path, tmp_path: Path) -> None:
    def spoil(workbook: openpyxl.Workbook) -> None:
        workbook["指标"]["M5"] = "随手一记"

    spoilt = edited(office, tmp_path / "有批注.xlsx", spoil)
    done = CliRunner().invoke(cli, ["fix", str(spoilt), "-o", str(tmp_path / "出.xlsx"), "--lang", "zh"])
    assert "随手一记" in done.stderr
