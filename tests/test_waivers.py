"""说明: what it keeps, what it cannot keep, and how far it is carried."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

import openpyxl
import pytest
from click.testing import CliRunner
from msgspec.structs import replace

import xlgoals
from tests.support.books import edited, write_submission
from tests.support.examples import CLEAN_ROWS, findings_in, project_of, submission_of
from tests.support.seed import seed_submissions
from xlgoals import operations
from xlgoals.catalogue import Example
from xlgoals.cli import cli
from xlgoals.findings import Finding, Severity
from xlgoals.model import Submission
from xlgoals.waiving import gives_a_reason

CLEAN = submission_of(Example(unit={}, project={}, indicators=(), observations=(), found=()))
REASON = "受益人仅三名，已逐一回访"
SATISFACTION = CLEAN_ROWS[8][:4]
KEPT = (*SATISFACTION, "=100%", REASON)
"""A row with one piece of advice, VAL-02, and the reason for it."""


NEAR = (("运转天数", ""), ("保障运转天数", REASON))
"""Two names that IND-09 takes for one indicator; the reason stands on the second row."""


def with_rows(rows: Sequence[Sequence[str]], project: Mapping[str, str] = MappingProxyType({})) -> Submission:
    return replace(CLEAN, projects=(project_of(project, rows),))


def told(findings: Sequence[Finding]) -> list[tuple[str, str, str]]:
    return sorted((each.code, str(each.address), each.waived) for each in findings)


def test_a_reason_keeps_what_stands_on_its_own_row_only() -> None:
    rows = [*CLEAN_ROWS[:8], KEPT, (*SATISFACTION[:2], "来宾满意度", "散会时问卷的满意比例", "=100%")]
    assert told(findings_in(with_rows(rows))) == [
        ("VAL-02", "指标!G12", REASON),
        ("VAL-02", "指标!G13", ""),
    ]


def test_a_finding_about_the_project_is_kept_on_the_row_of_the_project() -> None:
    on_project = with_rows(CLEAN_ROWS, {"other": "", "waiver": "其他资金待批复后补填"})
    assert told(findings_in(on_project)) == [("BUD-03", "项目!F4", "其他资金待批复后补填")]
    on_row = with_rows([*CLEAN_ROWS[:8], (*CLEAN_ROWS[8], "其他资金待批复后补填")], {"other": ""})
    assert told(findings_in(on_row)) == [("BUD-03", "项目!F4", ""), ("WAI-01", "指标!H12", "")]


def test_an_error_is_never_kept() -> None:
    empty = (*SATISFACTION[:2], "", *SATISFACTION[3:], "≥90%", REASON)
    assert told(findings_in(with_rows([*CLEAN_ROWS[:8], empty]))) == [
        ("IND-06", "指标!E12", ""),
        ("WAI-01", "指标!H12", ""),
    ]


# 说明 | gives a reason
REASONS = """
受益人仅三名          | yes
按合同约定            | yes
见附件三              | yes
2022年起试点          | yes
无                   | no
无。                 | no
 无                  | no
没有                  | no
-                    | no
——                   | no
.                    | no
……                   | no
/                    | no
N/A                  | no
n.a.                 | no
ＯＫ                  | no
同上                  | no
"""


@pytest.mark.parametrize("line", REASONS.strip().splitlines())
def test_what_counts_as_a_reason(line: str) -> None:
    text, expected = line.split(" | ")
    assert gives_a_reason(text) is (expected.strip() == "yes")


@pytest.mark.parametrize("text", ["无", "-", ".", "同上"])
def test_a_text_without_a_reason_keeps_nothing_and_is_told(text: str) -> None:
    found = findings_in(with_rows([*CLEAN_ROWS[:8], (*SATISFACTION, "=100%", text)]))
    assert told(found) == [("VAL-02", "指标!G12", ""), ("WAI-02", "指标!H12", "")]
    (warning,) = [each for each in found if each.code == "WAI-02"]
    assert (warning.severity, warning.value, warning.details["codes"]) == (Severity.WARNING, text, "VAL-02")


def test_a_text_without_a_reason_does_no_harm_where_nothing_is_to_explain() -> None:
    assert told(findings_in(with_rows([(*row, "无") for row in CLEAN_ROWS]))) == []


def test_a_reason_on_a_further_row_of_one_cause_is_not_idle() -> None:
    rows = [(*CLEAN_ROWS[7][:2], name, *CLEAN_ROWS[7][3:], reason) for name, reason in NEAR]
    found = findings_in(with_rows([*CLEAN_ROWS, *rows]))
    assert told([each for each in found if each.code in ("IND-09", "WAI-01")]) == [("IND-09", "指标!E13", "")]


@pytest.fixture(scope="module")
def explained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A unit's workbook with a formula, a blank row and reasons, as a person would leave it."""
    folder = tmp_path_factory.mktemp("u")
    source = write_submission(folder / "306201_2022.xlsx", seed_submissions()[1])

    def explain(workbook: openpyxl.Workbook) -> None:
        projects, rows = workbook["项目"], workbook["指标"]
        projects["E4"] = "=D4"
        projects["I4"] = "由其他程序计算"
        rows["H4"] = "预算批复即如此"
        rows["H5"] = "无"

    return edited(source, folder / "306201_2022_绩效目标.xlsx", explain)


def test_what_a_reader_met_can_be_explained_on_its_row(explained: Path) -> None:
    (submission,) = operations.load(explained)
    found = {each.code: each for each in xlgoals.validate(submission) if str(each.address) == "项目!E4"}
    # A formula that was never computed is an error, and stays one.
    assert {code: each.waived for code, each in found.items() if code == "STR-11"} == {"STR-11": ""}
    assert found["STR-11"].project == submission.projects[0].name
    assert found["STR-11"].field == "fiscal"


def test_a_sighting_that_is_no_error_is_explained_with_its_row() -> None:
    rows = [*CLEAN_ROWS[:8], (*CLEAN_ROWS[8], "跨行合并便于阅读")]
    example = Example(
        unit={},
        project={},
        indicators=tuple(rows),
        observations=("merged_input|9.level1|…|B12:B13",),
        found=(),
    )
    assert told(findings_in(submission_of(example))) == [("STR-04", "指标!C12", "跨行合并便于阅读")]


def test_reasons_reach_the_terminal_the_json_and_the_master(explained: Path, tmp_path: Path) -> None:
    shown = CliRunner().invoke(cli, ["validate", str(explained), "--lang", "zh"]).stdout
    assert "单位已说明，保留原填法" in shown
    assert "单位说明：预算批复即如此" in shown
    assert "WAI-02" in shown
    document = json.loads(CliRunner().invoke(cli, ["validate", str(explained), "--format", "json"]).stdout)
    kept = [each for each in document if each["waived"]]
    assert kept
    assert all(each["severity"] != "error" for each in kept)
    assert {each["waived"] for each in kept} <= {"预算批复即如此", "由其他程序计算"}
    master = tmp_path / "汇总.xlsx"
    done = operations.consolidate([explained], master)
    sheet = openpyxl.load_workbook(master)["问题清单"]
    head = next(row for row in sheet.iter_rows(values_only=True) if row[0] == "严重程度")
    rows = [
        dict(zip(head, row, strict=True))
        for row in sheet.iter_rows(values_only=True)
        if row[0] in ("错误", "警告", "提示")
    ]
    assert len(rows) == len(list(done.merged.findings))
    assert sorted((row["规则"], row["单位说明"]) for row in rows if row["单位说明"]) == sorted(
        (each["code"], each["waived"]) for each in kept
    )
    # Explained ones come last, as on the terminal.
    explained_at = [bool(row["单位说明"]) for row in rows]
    assert explained_at == sorted(explained_at)


def test_all_cells_of_one_cause_stand_in_the_master(tmp_path: Path) -> None:
    source = write_submission(tmp_path / "306101_2022_绩效目标.xlsx", seed_submissions()[0])
    operations.consolidate([source], tmp_path / "汇总.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "汇总.xlsx")["问题清单"]
    places = [str(cell.value) for row in sheet.iter_rows() for cell in row if cell.hyperlink]
    assert "指标!E51:E55" in places
    link = next(c.hyperlink for row in sheet.iter_rows() for c in row if c.value == "指标!E51:E55")
    assert "E51" in f"{link.target}{link.location}"
