"""TXT, HDR-07 and STR-08: borders of the rules about text, their edits, and faults planted in real tables."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import openpyxl
import pytest
from msgspec.structs import replace

import xlgoals
from tests.support.books import edited, write_submission
from tests.support.examples import CLEAN_ROWS, findings_in, project_of, submission_of
from tests.support.plantings_texts import PROJECT_FAULTS, ROW_FAULTS, TIME_FAULTS
from tests.support.seed import seed_submissions
from xlgoals.applying import apply_edits
from xlgoals.catalogue import Example, message
from xlgoals.errors import CannotDo
from xlgoals.findings import Finding
from xlgoals.messages import Language
from xlgoals.model import Indicator, Money, Project, Submission
from xlgoals.rules.marks import marks, plain_symbols, tidied
from xlgoals.rules.ownfolder import DEPARTMENT_VARIABLE
from xlgoals.rules.typos import load_typos
from xlgoals.rules.words import rule_words
from xlgoals.target import comparator_sign, read_target
from xlgoals.target.vocabulary import VOCABULARY

CLEAN = submission_of(Example(unit={}, project={}, indicators=(), observations=(), found=()))
FAMILIES = ("TXT", "DUP", "HDR", "STR-08", "SUB")


def _of_target(target: str, *, time: bool = False) -> Submission:
    row = CLEAN_ROWS[3 if time else 2]
    rows = [*CLEAN_ROWS]
    rows[3 if time else 2] = (*row[:4], target)
    return replace(CLEAN, projects=(project_of({}, rows),))


def _found(submission: Submission, code: str) -> list[Finding]:
    return [finding for finding in findings_in(submission) if finding.code == code]


# 指标值 | its code | what is proposed, or - | safe
TARGETS = """
≥95%        | -      |              |
＝95%       | -      |              |
≥95％       | TXT-01 | ≥95%         | safe
≧95%        | TXT-01 | ≥95%         | safe
>=95%       | TXT-01 | ≥95%         | safe
＞＝９５％  | TXT-01 | ≥95%         | safe
=>95%       | TXT-01 | ≥95%         | safe
≤5次        | -      |              |
=<5次       | TXT-01 | ≤5次         | safe
≯5次        | TXT-01 | ≤5次         | safe
9．5次      | TXT-01 | 9.5次        | safe
》90%       | TXT-01 | >90%         | unsafe
《办法》1份 | -      |              |
90%~95%     | -      |              |
GB／T 1套   | -      |              |
"""


@pytest.mark.parametrize(
    ("target", "code", "new", "safety"),
    [[part.strip() for part in line.split("|")] for line in TARGETS.strip().splitlines()],
)
def test_symbols_of_a_target(target: str, code: str, new: str, safety: str) -> None:
    found = _found(_of_target(target), "TXT-01")
    assert len(found) == (code == "TXT-01")
    for finding in found:
        (edit,) = finding.edits
        assert (edit.old, edit.new, edit.safe) == (target, new, safety == "safe")
        before, after = read_target(target), read_target(new)
        assert (before.comparator, before.value, before.unit) == (after.comparator, after.value, after.unit)


def test_the_tables_of_symbols_agree_with_the_reader_of_values() -> None:
    known = marks()
    for wide, narrow in {**known.folds, **known.between_digits}.items():
        assert VOCABULARY.folds.get(ord(wide), wide) == narrow, wide
    for written, sign in known.operators.items():
        comparator = read_target(f"{written}5次").comparator
        assert comparator is not None, written
        assert comparator_sign(comparator) == sign, written


def test_folding_does_not_touch_what_is_no_symbol() -> None:
    for text in ("①②③", "㎡", "Ⅳ级", "，。：；（）", "～", "＝", "㈠", "ﬁ"):
        assert plain_symbols(text, operators=True) == text


def test_item_numbers_and_project_names_may_be_full_width() -> None:
    goals = "１．举办培训班4期。\n２．考核合格率达到95%。"
    clean = replace(CLEAN, projects=(project_of({"goals": goals, "name": "Ａ类人才培训"}),))
    assert _found(clean, "TXT-01") == []


def test_a_full_width_amount_is_rewritten() -> None:
    submission = replace(CLEAN, projects=(project_of({"budget": "４８.００"}),))
    (finding,) = _found(submission, "TXT-01")
    assert (finding.field, finding.value, finding.edits[0].new) == ("budget", "４８.００", "48.00")
    assert message(finding, Language.ZH) == "“预算数”中有全角或不通用的符号：４８０。"


# text | lines | what is left, or = | what is named
BLANKS: tuple[tuple[str, bool, str, tuple[str, ...]], ...] = (
    ("不高于324万元", False, "不高于324万元", ()),
    ("不高于\n324万元", False, "不高于324万元", ("换行 LINE FEED",)),
    ("不高于\r\n324万元", False, "不高于324万元", ("换行 LINE FEED",)),
    ("MBA\nEMBA", False, "MBA EMBA", ("换行 LINE FEED",)),
    ("包括：\n1.甲\n2.乙", False, "包括：\n1.甲\n2.乙", ()),
    ("甲\n乙", True, "甲\n乙", ()),
    ("甲\n\n乙", True, "甲\n\n乙", ()),
    ("甲\n", True, "甲", ("首尾空格 SPACE AT AN END",)),
    (" 根据", True, "根据", ("首尾空格 SPACE AT AN END",)),
    ("　　根据", True, "　　根据", ()),
    ("　　根据", False, "根据", ("首尾空格 SPACE AT AN END",)),
    ("甲  乙", False, "甲 乙", ("连续空格 SPACES IN A ROW",)),
    ("甲 乙", False, "甲 乙", ()),
    ("甲\u00a0乙", False, "甲 乙", ("不间断空格 NO-BREAK SPACE U+00A0",)),
    ("甲\u200b乙", False, "甲乙", ("零宽空格 ZERO WIDTH SPACE U+200B",)),
    ("\ufeff甲", False, "甲", ("字节顺序标记 BYTE ORDER MARK U+FEFF",)),
    ("甲\t乙", False, "甲 乙", ("制表符 TAB U+0009",)),
    ("甲\u2028乙", True, "甲\n乙", ("行分隔符 LINE SEPARATOR U+2028",)),
    ("甲\u202e乙", False, "甲乙", ("书写方向符 RIGHT-TO-LEFT OVERRIDE U+202E",)),
    ("甲\x0b乙", False, "甲乙", ("U+000B",)),
    ("葛\U000e0100城", False, "葛\U000e0100城", ()),
    ("\u200b", False, "", ("零宽空格 ZERO WIDTH SPACE U+200B",)),
)


@pytest.mark.parametrize(("text", "lines", "left", "named"), BLANKS)
def test_blanks_that_nobody_meant(text: str, lines: bool, left: str, named: tuple[str, ...]) -> None:
    tidy = tidied(text, lines=lines, indents=lines, item_number=rule_words().item_number)
    assert (tidy.text, tidy.found) == (left, named)
    again = tidied(tidy.text, lines=lines, indents=lines, item_number=rule_words().item_number)
    assert (again.text, again.found) == (left, ())


# text | wrong words found
SLIPS = """
完成市委市政府富裕的任务           | 富裕
过上富裕的生活                     | -
助理对口地区巩固脱贫成果           | 助理
行政助理岗位                       | -
津企垄上行活动                     | 垄上行
播出《垄上行》栏目                 | -
己完成80%                          | 己
自己完成80%                        | -
反应意见渠道                       | 反应
应急反应时间                       | -
登陆系统次数                       | 登陆
登陆海岸演练                       | -
不少与50次                         | 不少与
数量不少与质量不高                 | -
20万员                             | 万员
千万员工                           | -
报消费者协会                       | -
即使拨付资金                       | 即使
即使下雨也开展活动                 | -
"""


@pytest.mark.parametrize(
    ("text", "wrong"), [[part.strip() for part in line.split("|")] for line in SLIPS.strip().splitlines()]
)
def test_slips_are_told_by_their_context(text: str, wrong: str) -> None:
    assert [slip.typo.wrong for slip in load_typos().words.slips(text)] == ([] if wrong == "-" else [wrong])


BODIES = """
根据国家发展改革下达的任务         | 国家发展改革
服务国家发展改革大局               | -
国家发展改革委下达的任务           | -
国家发展和改革委员会               | -
国家发展与改革委员会               | 国家发展与改革委员会
区住房与城乡建设局                 | 住房与城乡建设
推进住房与城乡建设                 | -
"""


@pytest.mark.parametrize(
    ("text", "wrong"), [[part.strip() for part in line.split("|")] for line in BODIES.strip().splitlines()]
)
def test_bodies_are_told_by_their_context(text: str, wrong: str) -> None:
    assert [slip.typo.wrong for slip in load_typos().bodies.slips(text)] == ([] if wrong == "-" else [wrong])


def test_what_the_dictionary_proposes_has_no_slip_of_its_own() -> None:
    typos = load_typos()
    for words in (typos.words, typos.bodies):
        for typo in words.typos.values():
            before = (typo.before or ("",))[0].replace("#", "5")
            after = (typo.after or ("",))[0].replace("#", "5")
            context = f"{(typo.near or ('',))[0]}，{before}{typo.wrong}{after}"
            assert [slip.typo for slip in words.slips(context)] == [typo], typo.wrong
            right = context.replace(typo.wrong, typo.right)
            assert not [*typos.words.slips(right), *typos.bodies.slips(right)], typo.right


def test_a_department_adds_words_and_leaves_others_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(DEPARTMENT_VARIABLE, str(tmp_path))
    assert "布署" in load_typos().words.typos
    own = tmp_path / "typos.yaml"
    own.write_text(
        "ignore: [布署]\ntypos:\n  - {wrong: 海合中心, right: 海河中心, certain: true, why: 同音}\n", "utf-8"
    )
    words = load_typos().words
    assert "布署" not in words.typos
    assert [slip.typo.right for slip in words.slips("海合中心工作布署")] == ["海河中心"]
    own.write_text("typos:\n  - {wrong: 海合中心, right: 海合中心, why: 同}\n", "utf-8")
    with pytest.raises(CannotDo) as refusal:
        load_typos()
    assert refusal.value.key == "yaml.wrong"
    monkeypatch.setenv(DEPARTMENT_VARIABLE, str(tmp_path / "none"))
    with pytest.raises(CannotDo) as refusal:
        load_typos()
    assert refusal.value.key == "department.no_folder"


# 指标值 | the date that it is, or -
SERIALS = """
44561       | 2021年12月31日
44,561      | 2021年12月31日
44，561     | 2021年12月31日
44561.0     | 2021年12月31日
44926.75    | 2022年12月31日
36526       | 2000年1月1日
36525       | -
54788       | 2049年12月31日
54789       | -
4456        | -
445610      | -
44561天     | -
2022        | -
2022年12月  | -
"""


@pytest.mark.parametrize(
    ("target", "date"), [[part.strip() for part in line.split("|")] for line in SERIALS.strip().splitlines()]
)
def test_dates_that_lost_their_format(target: str, date: str) -> None:
    found = _found(_of_target(target, time=True), "TXT-07")
    assert [finding.edits[0].new for finding in found] == ([] if date == "-" else [date])
    assert all(not finding.edits[0].safe for finding in found)
    assert _found(_of_target(target), "TXT-07") == []  # 结业考核合格率 is no time


GOALS = """
1.甲。/2.乙。      | no
1.甲/2.乙          | no
1.甲；/2.乙。      | no
1.甲；/2.乙；      | no
1.甲。/2.乙        | yes
1.甲/2.乙。        | yes
1.甲。             | no
"""


@pytest.mark.parametrize(
    ("goals", "expected"), [[part.strip() for part in line.split("|")] for line in GOALS.strip().splitlines()]
)
def test_items_end_alike(goals: str, expected: str) -> None:
    submission = replace(CLEAN, projects=(project_of({"goals": goals.replace("/", "\n")}),))
    assert bool(_found(submission, "TXT-05")) == (expected == "yes")


@pytest.fixture(scope="module")
def workbook(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("unit") / "306201_2022_绩效目标.xlsx"
    write_submission(path, seed_submissions()[1])
    return path


# sheet | cell | value | type | code found there, or -
STORED: tuple[tuple[str, str, str | int, str], ...] = (
    ("项目", "D4", "60.00", "TXT-08"),
    ("项目", "D4", "60万", "-"),
    ("项目", "D4", 60, "-"),
    ("填报说明", "B3", 30620, "TXT-09"),
    ("填报说明", "B3", 306201, "-"),
    ("填报说明", "B5", 2022, "-"),
    ("填报说明", "B7", 2223456789, "TXT-09"),
    ("填报说明", "B7", 13800138000, "-"),
    ("填报说明", "B7", 23456789, "-"),
)


@pytest.mark.parametrize(("sheet", "cell", "value", "code"), STORED)
def test_what_a_cell_is_stored_as(
    workbook: Path, tmp_path: Path, sheet: str, cell: str, value: str | int, code: str
) -> None:
    def change(book: openpyxl.Workbook) -> None:
        book[sheet][cell] = value
        book[sheet][cell].number_format = "General"

    (submission,) = xlgoals.load(edited(workbook, tmp_path / workbook.name, change))
    found = [
        (finding.code, str(finding.address), finding.project)
        for finding in xlgoals.validate(submission)
        if finding.code in ("TXT-08", "TXT-09")
    ]
    project = submission.projects[0].name if sheet == "项目" else ""
    assert found == ([] if code == "-" else [(code, f"{sheet}!{cell}", project)])


# What is planted: a change of one record of the 13 real tables, and the field where it must be found.
Change = Callable[[str], str]
Record = TypeVar("Record", Project, Indicator)
PLANTED = [
    *((code, field, change, "project") for code, field, change in PROJECT_FAULTS),
    *((code, field, change, "row") for code, field, change in ROW_FAULTS),
    *((code, field, change, "time") for code, field, change in TIME_FAULTS),
]


def _keys(findings: list[Finding]) -> Counter[tuple[str, str]]:
    return Counter((f.code, str(f.address)) for f in findings if f.code.startswith(FAMILIES))


def _planted(number: int, kind: str, field: str, change: Change) -> tuple[Submission, Project | Indicator]:
    """A fault in the ``number``-th place that is fit for it, walking through all projects and rows."""
    submission = seed_submissions()[0]
    owner = submission.projects[number % len(submission.projects)]
    if kind == "project":
        changed = _changed(owner, "name" if field == "project" else field, change)
        return _with(submission, owner, changed), owner
    rows = [row for row in owner.indicators if kind == "row" or "时效" in row.level2]
    row = rows[(number * 7) % len(rows)]
    new = _changed(row, field, change)
    changed = replace(owner, indicators=tuple(new if each is row else each for each in owner.indicators))
    return _with(submission, owner, changed), row


def _changed(record: Record, field: str, change: Change) -> Record:
    values: dict[str, Any] = {field: change(getattr(record, field))}
    return replace(record, **values)


def _with(submission: Submission, old: Project, new: Project) -> Submission:
    projects = tuple(new if project is old else project for project in submission.projects)
    return replace(submission, projects=projects)


@pytest.mark.parametrize("number", range(len(PLANTED)))
def test_a_planted_fault_is_found_at_its_cell_and_nothing_else(number: int) -> None:
    code, field, change, kind = PLANTED[number]
    before = _keys(findings_in(seed_submissions()[0]))
    submission, record = _planted(number, kind, field, change)
    wanted = (code, str(record.location.address(field)))
    if before[wanted]:  # the table has this fault in this cell already
        pytest.skip("taken")
    found = _keys(findings_in(submission)) - before
    # A closed or opened end, or a row that is no longer its neighbour's twin, is the fault's own doing.
    assert {key for key in found if not key[0].startswith(("TXT-05", "DUP"))} == {wanted}


@pytest.mark.parametrize("number", range(len(PLANTED)))
def test_an_edit_settles_its_finding_and_makes_no_other(number: int) -> None:
    code, field, change, kind = PLANTED[number]
    submission, record = _planted(number, kind, field, change)
    place = record.location.address(field)
    before = findings_in(submission)
    (finding,) = [each for each in before if (each.code, each.address) == (code, place)]
    (edit,) = finding.edits
    assert (edit.address, edit.old) == (place, finding.value)
    done = apply_edits(submission, finding.edits)
    assert done.stale == ()
    after = findings_in(done.submission)
    assert (code, place) not in {(each.code, each.address) for each in after}
    new = Counter((f.code, str(f.address)) for f in after) - Counter((f.code, str(f.address)) for f in before)
    # What the planted text itself says is no matter of the edit: a date that is a date again has a year.
    assert {key for key in new if key[0].startswith(FAMILIES)} == set()
    errors = [each for each in after if each.severity == "error" and (each.code, str(each.address)) in new]
    assert errors == []


def test_rows_out_of_order_are_named_once() -> None:
    rows = [CLEAN_ROWS[number] for number in (4, 0, 1, 2, 3, 5, 7, 6, 8)]
    found = _found(replace(CLEAN, projects=(project_of({}, rows),)), "STR-08")
    assert [(finding.address.cell, finding.details["before"]) for finding in found] == [("D5", "成本指标")]


def test_a_level_that_the_tree_does_not_know_is_in_no_order() -> None:
    rows = [(*CLEAN_ROWS[4][:1], "别的指标", *CLEAN_ROWS[4][2:]), *CLEAN_ROWS]
    assert _found(replace(CLEAN, projects=(project_of({}, rows),)), "STR-08") == []


def test_money_is_left_alone_that_is_no_amount() -> None:
    odd = Money(raw="１１７万", amount=None)
    project = replace(project_of({}), budget=odd)
    assert _found(replace(CLEAN, projects=(project,)), "TXT-01") == []


def test_a_blank_is_shown_where_it_stands() -> None:
    purpose = f"{'用于举办培训班的师资支出，' * 4}培训\u200b班{'以及食宿场地支出，' * 4}"
    (finding,) = _found(replace(CLEAN, projects=(project_of({"purpose": purpose}),)), "TXT-02")
    said = message(finding, Language.ZH)
    assert "培训▯班以及" in said
    assert said.endswith("…” [零宽空格 ZERO WIDTH SPACE U+200B]")
    assert len(finding.details["start"]) == 42
    (finding,) = _found(_of_target("不高于\n  324万元 "), "TXT-02")
    assert finding.details == {"start": "不高于⏎␣␣324万元␣", "what": ""}
    assert "[" not in message(finding, Language.EN)
