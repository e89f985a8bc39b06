"""What is told of many findings: follow-ons left out, one cause said once, counts, and the order of it."""

from __future__ import annotations

import json
import random
import re
from graphlib import TopologicalSorter
from pathlib import Path

import pytest
from click.testing import CliRunner
from msgspec.structs import replace

from tests.support.books import write_submission
from tests.support.examples import CLEAN_ROWS, findings_in, project_of, submission_of
from tests.support.mistakes import with_mistakes
from tests.support.seed import seed_submissions
from xlgoals.catalogue import Example, Scope, read_pages, rule_pages
from xlgoals.cli import cli
from xlgoals.errors import CannotDo
from xlgoals.findings import Finding, Severity, cell_order
from xlgoals.folding import fold, tally_by_project, tally_by_rule, without_follow_ons
from xlgoals.messages import Language
from xlgoals.model import Address, Submission
from xlgoals.operations import validate
from xlgoals.places import places
from xlgoals.resources import resource_path

CLEAN = submission_of(Example(unit={}, project={}, indicators=(), observations=(), found=()))


def address(cell: str, sheet: str = "指标", file: str = "a.xlsx") -> Address:
    return Address(file=file, sheet=sheet, cell=cell)


def finding(code: str, cell: str, field: str = "target", value: str = "x", **more: object) -> Finding:
    page = rule_pages()[code]
    known: dict[str, object] = {"severity": page.severity, "layer": page.layer, "address": address(cell)}
    return Finding(code=code, field=field, value=value, **{**known, **more})  # type: ignore[arg-type]


def codes(findings: list[Finding]) -> list[str]:
    return [each.code for each in findings]


# cells, as they are given | as a person reads them, Chinese | at most
PLACES = [
    ("D51 D52 D53 D54 D55 F60", "指标!D51:D55、F60", None),
    ("F15 F6 F7 F35 F8", "指标!F6:F8、F15、F35", None),
    ("B4 B5", "指标!B4、B5", None),
    ("G4 F4 F5 F6", "指标!F4:F6、G4", None),
    ("Z3 AA3", "指标!Z3、AA3", None),
    ("B4 B4", "指标!B4", None),
    ("A1 A3 A5 A7 A9", "指标!A1、A3 等，另外还有 3 处", 2),
    ("A1 A3 A5", "指标!A1、A3、A5", 2),
]


@pytest.mark.parametrize(("cells", "told", "most"), PLACES)
def test_places_in_words(cells: str, told: str, most: int | None) -> None:
    assert places([address(cell) for cell in cells.split()], Language.ZH, most) == told


def test_places_of_several_sheets_and_files() -> None:
    project = address("D4", "项目")
    assert places([project, address("G9"), address("G8")], Language.EN) == "项目!D4, 指标!G8, G9"
    other = address("G8", file="b.xlsx")
    assert places([address("G8"), other], Language.ZH) == "指标!G8、b.xlsx 指标!G8"
    lines = [Address(file="a.txt", sheet="", cell=cell) for cell in ("L7", "L8", "L9")]
    assert places(lines, Language.ZH) == "第 7 行、第 8 行、第 9 行"
    assert places([], Language.ZH) == ""


# --- follow-ons


def test_an_empty_cell_is_one_finding_the_gravest() -> None:
    blank = [
        finding("VAL-06", "G4", value=""),
        finding("IND-06", "G4", value="  "),
        finding("VAL-03", "G4", value=""),
        finding("VAL-03", "G5", value=""),
        finding("VAL-03", "G6", value="好"),
        finding("VAL-06", "G6", value="好"),
    ]
    assert codes(without_follow_ons(blank)) == ["IND-06", "VAL-03", "VAL-03", "VAL-06"]


@pytest.mark.parametrize("field", ["level1", "level2", "name", "target"])
def test_an_emptied_cell_of_a_sound_row_is_told_by_one_rule_at_that_cell(field: str) -> None:
    at = ("level1", "level2", "name", "description", "target").index(field)
    for number in range(len(CLEAN_ROWS)):
        row = tuple("" if place == at else text for place, text in enumerate(CLEAN_ROWS[number]))
        project = project_of({}, [*CLEAN_ROWS[:number], row, *CLEAN_ROWS[number + 1 :]])
        submission = replace(CLEAN, projects=(project,))
        found = findings_in(submission)
        cell = project.indicators[number].location.address(field)
        told = codes([each for each in found if each.address == cell])
        # A standard row awaits its value: that is not an error.
        assert told in (["IND-06"], ["IND-15"]), (number, told)
        assert (told == ["IND-15"]) <= (field == "target")


def test_the_second_row_of_one_name_lacks_nothing_by_itself() -> None:
    twice = submission_of(
        Example(unit={}, project={"copies": "2"}, indicators=CLEAN_ROWS, observations=(), found=())
    )
    bare = replace(twice.projects[1], indicators=())
    found = findings_in(replace(twice, projects=(twice.projects[0], bare)))
    assert codes(found) == ["STR-10"]
    # The first row is looked at as ever.
    thin = replace(twice.projects[0], indicators=twice.projects[0].indicators[:6])
    assert "IND-01" in codes(findings_in(replace(twice, projects=(thin, bare))))


def test_after_names_rules_and_never_goes_in_a_circle() -> None:
    pages = rule_pages()
    graph = {code: {after.code for after in page.after} for code, page in pages.items()}
    assert set(TopologicalSorter(graph).static_order()) == set(pages)
    assert any(after.scope is Scope.AGAIN for page in pages.values() for after in page.after)


def test_an_unknown_code_after_which_a_rule_is_silent_is_refused(tmp_path: Path) -> None:
    text = resource_path("rules", "waivers.yaml").read_text(encoding="utf-8")
    (tmp_path / "waivers.yaml").write_text(text.replace("DUP-04", "XYZ-01"), encoding="utf-8")
    with pytest.raises(CannotDo) as refusal:
        read_pages(tmp_path)
    assert "XYZ-01" in refusal.value.sentence(Language.ZH)


# --- folding


def test_one_cause_in_fourteen_cells_is_one_line_with_fourteen_addresses() -> None:
    project = CLEAN.projects[0]
    blank = replace(project, other=replace(project.other, raw="", amount=None))
    cells = [f"F{row}" for row in range(4, 32, 2)]
    many = [finding("BUD-03", cell, "other", "", project=f"项目{cell}") for cell in cells]
    (folded,) = fold(many)
    (cause,) = folded.causes(Language.ZH)
    assert len(cause.findings) == len(cause.addresses) == 14
    assert places(cause.addresses, Language.ZH, 14) == f"指标!{'、'.join(cells)}"
    assert blank.other.is_blank


def test_folds_come_gravest_first_and_then_in_the_order_of_the_file() -> None:
    found = [
        finding("VAL-06", "G4"),
        finding("VAL-03", "G5"),
        finding("IND-06", "G9", value=""),
        finding("VAL-06", "G10"),
        finding("IND-07", "F11", "description"),
    ]
    assert [(each.code, len(each.findings)) for each in fold(found)] == [
        ("IND-06", 1),
        ("VAL-03", 1),
        ("IND-07", 1),
        ("VAL-06", 2),
    ]


def test_tallies_count_what_is_explained_apart() -> None:
    found = [
        finding("VAL-06", "G4", project="甲"),
        finding("VAL-06", "G5", project="甲", waived="有据"),
        finding("VAL-03", "G5", project="乙", waived="有据"),
        finding("HDR-03", "B5", "year", "", project=""),
    ]
    by_rule = {each.name: (each.open, each.explained) for each in tally_by_rule(found)}
    assert by_rule == {"HDR-03": (1, 0), "VAL-06": (1, 1), "VAL-03": (0, 1)}
    assert [(each.name, each.open, each.explained) for each in tally_by_project(found)] == [
        ("", 1, 0),
        ("甲", 1, 1),
        ("乙", 0, 1),
    ]


# --- three hundred findings


def crowded(at_least: int = 300) -> Submission:
    """The published tables of one unit, spoilt until they have so many findings."""
    chance = random.Random(7)  # noqa: S311 no secret
    submission = seed_submissions()[0]
    while len(validate(submission)) < at_least:
        submission = with_mistakes(submission, chance, 10)
    return submission


@pytest.fixture(scope="module")
def crowd(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_submission(tmp_path_factory.mktemp("u") / "306101_2022.xlsx", crowded())


def run(*words: object, language: str = "zh") -> str:
    done = CliRunner().invoke(cli, [*map(str, words), "--lang", language])
    assert done.exit_code in (0, 1), done.output
    return done.stdout


@pytest.mark.parametrize("language", ["zh", "en"])
def test_three_hundred_findings_are_readable_in_two_minutes(crowd: Path, language: str) -> None:
    """Some 150 lines, most of them places to skim; and every finding is still counted under its rule."""
    document = json.loads(run("validate", crowd, "--format", "json"))
    assert len(document) >= 300
    told = run("validate", crowd, language=language).splitlines()
    assert len(told) < 160
    assert max(map(len, told)) < 330
    heads = [line for line in told if re.match(r"(错误|警告|提示|error|warning|advice) [A-Z]+-", line)]
    counted = [int((re.search(r"[（(](\d+) ", head) or [0, 1])[1]) for head in heads]
    assert sum(counted) == len(document)
    order = [line.split()[0] for line in heads]
    assert order == sorted(order, key=["错误", "error", "警告", "warning", "提示", "advice"].index)


def test_all_findings_one_by_one(crowd: Path) -> None:
    document = json.loads(run("validate", crowd, "--format", "json"))
    told = run("validate", crowd, "--all")
    heads = re.findall(r"(?m)^(?:错误|警告|提示) ([A-Z]+-\d+)  ", told)
    assert sorted(heads) == sorted(each["code"] for each in document)


def test_json_is_complete_and_in_reading_order(crowd: Path) -> None:
    document = json.loads(run("validate", crowd, "--format", "json"))
    sheets = ["填报说明", "项目", "指标"]
    order = [(sheets.index(each["sheet"]), *cell_order(each["cell"])[:2]) for each in document]
    assert order == sorted(order)
    keys = "code severity layer file sheet cell also project field value message fix opinion waived edits"
    assert {tuple(each) for each in document} == {tuple(keys.split())}
    edits = [edit for each in document for edit in each["edits"]]
    assert edits
    assert {tuple(edit) for edit in edits} == {("cell", "field", "old", "new", "safe")}


def test_severities_of_a_summary_agree_with_the_findings(crowd: Path) -> None:
    found = validate(crowded())
    for tallies in (tally_by_rule(found), tally_by_project(found)):
        for severity in Severity:
            assert sum(each.counts[severity] for each in tallies) == sum(
                each.severity is severity for each in found
            )
