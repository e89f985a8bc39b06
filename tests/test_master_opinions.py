"""审核意见 over rebuilds: carried to the row they were written on, else listed; never lost or misplaced."""

from __future__ import annotations

import dataclasses
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from openpyxl.worksheet.worksheet import Worksheet

from tests.support.extent import tries
from tests.support.seed import seed_submissions
from xlgoals.consolidation.merge import Arrival, Merged, merge
from xlgoals.consolidation.opinions import Opinions
from xlgoals.errors import CannotDo
from xlgoals.masterform import REVIEW, load_master_form
from xlgoals.model import Indicator, Project, Submission
from xlgoals.read.master import FormerMaster, is_master, read_former_master
from xlgoals.write.master import Beside, Written, write_master

FORM = load_master_form()


def merged(submissions: Iterable[Submission]) -> Merged:
    return merge(
        Arrival(path=Path(f"/units/{each.unit.code}.xlsx"), received=1.0, submission=each)
        for each in submissions
    )


def build(target: Path, submissions: Iterable[Submission]) -> Written:
    """A master in the place of the one that stands there."""
    former = read_former_master(target, FORM) if target.exists() else None
    draft = target.with_name("draft.xlsx")
    written = write_master(draft, merged(submissions), links_from=target.parent, beside=Beside(former=former))
    draft.replace(target)
    return written


def column(sheet: Worksheet, key: str) -> int:
    (spec,) = [each for each in FORM.sheets.values() if each.name == sheet.title.partition(" (")[0]]
    label = spec.columns[spec.index(key)].label
    return next(int(cell.column) for cell in sheet[1] if cell.value == label)


def review(target: Path, write: Callable[[openpyxl.Workbook], None]) -> None:
    """A reviewer's session, saved by another program."""
    book = openpyxl.load_workbook(target)
    write(book)
    book.save(target)


def put(sheet: Worksheet, row: int, opinion: str, reviewer: str = "李", state: str = "退回修改") -> None:
    for key, text in zip(REVIEW, (opinion, reviewer, state), strict=True):
        sheet.cell(row, column(sheet, key)).value = text


def records(target: Path, key: str) -> list[dict[str, str]]:
    book = openpyxl.load_workbook(target)
    name = FORM.sheets[key].name
    if name not in book.sheetnames:
        return []
    keys = [each.key for each in FORM.sheets[key].columns]
    rows = book[name].iter_rows(min_row=2, values_only=True)
    return [dict(zip(keys, ("" if v is None else str(v) for v in row), strict=True)) for row in rows]


def reviewed(target: Path, key: str) -> dict[str, dict[str, str]]:
    """The rows with an opinion, by it."""
    return {each["opinion"]: each for each in records(target, key) if each["opinion"]}


def with_rows(submission: Submission, change: Callable[[Project], list[Indicator]]) -> Submission:
    projects = tuple(replace(each, indicators=tuple(change(each))) for each in submission.projects)
    return replace(submission, projects=projects)


OFFICE, CENTRE = seed_submissions()


@pytest.fixture
def target(tmp_path: Path) -> Path:
    """A master with three opinions: on a project, and on the first and the fifth indicator of the centre."""
    path = tmp_path / "master.xlsx"
    build(path, [CENTRE])

    def write(book: openpyxl.Workbook) -> None:
        put(book["项目"], 2, "预算依据不足")
        put(book["指标"], 2, "=不够细化\n请量化")
        put(book["指标"], 6, "同意", state="通过")

    review(path, write)
    return path


def test_opinions_stay_with_their_rows_when_rows_move(target: Path) -> None:
    turned = with_rows(CENTRE, lambda project: list(reversed(project.indicators)))
    written = build(target, [OFFICE, turned])
    assert (written.carried, written.changed, written.orphans) == (3, 0, 0)
    found = reviewed(target, "indicators")
    first, fifth = CENTRE.projects[0].indicators[0], CENTRE.projects[0].indicators[4]
    assert {text: (row["name"], row["target"]) for text, row in found.items()} == {
        "=不够细化\n请量化": (first.name, first.target),
        "同意": (fifth.name, fifth.target),
    }
    assert [row["changed"] for row in found.values()] == ["", ""]
    assert reviewed(target, "projects")["预算依据不足"]["name"] == CENTRE.projects[0].name


def test_a_row_that_says_something_else_is_flagged_and_stays_so(target: Path) -> None:
    first = CENTRE.projects[0].indicators[0]
    other = with_rows(CENTRE, lambda p: [replace(p.indicators[0], target="≥1个"), *p.indicators[1:]])
    assert build(target, [other]).changed == 1
    note = f"数据已变：指标值原为“{first.target}”"
    assert reviewed(target, "indicators")["=不够细化\n请量化"]["changed"] == note
    build(target, [other])
    again = with_rows(
        CENTRE, lambda p: [replace(p.indicators[0], target="≥2个", description="另"), *p.indicators[1:]]
    )
    build(target, [again])
    flag = reviewed(target, "indicators")["=不够细化\n请量化"]["changed"]
    assert flag == f"{note}；绩效指标描述原为“{first.description}”"


def test_a_row_renamed_a_little_keeps_its_opinion_and_tells_its_former_name(target: Path) -> None:
    first = CENTRE.projects[0].indicators[0]
    renamed = with_rows(
        CENTRE, lambda p: [replace(p.indicators[0], name=f"{first.name}（人）"), *p.indicators[1:]]
    )
    written = build(target, [renamed])
    assert (written.carried, written.changed, written.orphans) == (3, 1, 0)
    row = reviewed(target, "indicators")["=不够细化\n请量化"]
    assert (row["name"], row["changed"]) == (f"{first.name}（人）", f"数据已变：三级指标原为“{first.name}”")


def test_a_row_that_was_there_before_is_no_renamed_one(tmp_path: Path) -> None:
    """The second row resembles the first one that vanished; its lack of an opinion is its own."""
    twins = with_rows(
        CENTRE,
        lambda p: [
            replace(p.indicators[0], name="采购电脑数量"),
            replace(p.indicators[0], name="采购电脑质量"),
        ],
    )
    path = tmp_path / "master.xlsx"
    build(path, [twins])
    review(path, lambda book: put(book["指标"], 2, "太少"))
    written = build(path, [with_rows(twins, lambda p: [p.indicators[1]])])
    assert (written.carried, written.orphans) == (0, 1)
    (orphan,) = records(path, "orphans")
    assert orphan["name"] == "采购电脑数量"
    assert orphan["reason"] == FORM.orphan_reasons["row_gone"]


def test_two_rows_alike_get_nothing(tmp_path: Path) -> None:
    one = with_rows(CENTRE, lambda p: [replace(p.indicators[0], name="服务保障人员数量")])
    path = tmp_path / "master.xlsx"
    build(path, [one])
    review(path, lambda book: put(book["指标"], 2, "不清楚"))
    names = ("服务保障人员数量一", "服务保障人员数量二")
    two = with_rows(one, lambda p: [replace(p.indicators[0], name=name) for name in names])
    assert build(path, [two]).orphans == 1
    assert records(path, "orphans")[0]["reason"] == FORM.orphan_reasons["ambiguous"]


def test_what_vanishes_is_listed_with_all_that_was_known_and_returns_with_its_row(target: Path) -> None:
    written = build(target, [OFFICE])
    assert (written.carried, written.orphans) == (0, 3)
    orphans = {each["opinion"]: each for each in records(target, "orphans")}
    first, project = CENTRE.projects[0].indicators[0], CENTRE.projects[0]
    row = orphans["=不够细化\n请量化"]
    assert (row["sheet"], row["unit_code"], row["year"]) == ("指标", "306201", "2022")
    assert (row["project"], row["level2"], row["name"]) == (project.name, first.level2, first.name)
    assert f"指标值：{first.target}" in row["record"]
    assert "来源文件：306201.xlsx" in row["record"]
    assert (row["reviewer"], row["review_state"]) == ("李", "退回修改")
    assert row["reason"] == FORM.orphan_reasons["unit_gone"]
    assert orphans["预算依据不足"]["sheet"] == "项目"
    assert build(target, [OFFICE]).orphans == 3  # they stay, as they are
    assert {each["opinion"]: each for each in records(target, "orphans")} == orphans
    assert (back := build(target, [OFFICE, CENTRE])).orphans == 0
    assert (back.carried, back.changed) == (3, 0)
    assert records(target, "orphans") == []


def test_an_orphan_never_takes_the_place_of_a_new_opinion(target: Path) -> None:
    build(target, [OFFICE])
    orphaned = target.read_bytes()
    build(target, [CENTRE])
    review(target, lambda book: put(book["指标"], 2, "新意见"))
    former, old = read_former_master(target, FORM), target.with_name("old.xlsx")
    old.write_bytes(orphaned)
    both = dataclasses.replace(
        former, reviewed=(*(r for r in former.reviewed), *read_former_master(old, FORM).reviewed)
    )
    written = write_master(target, merged([CENTRE]), links_from=target.parent, beside=Beside(former=both))
    assert reviewed(target, "indicators").keys() == {"新意见", "同意"}
    assert (written.carried, written.orphans) == (3, 3)


def test_what_a_reviewer_cleared_is_gone(target: Path) -> None:
    def clear(book: openpyxl.Workbook) -> None:
        put(book["指标"], 6, "", "", "")

    review(target, clear)
    assert build(target, [CENTRE]).carried == 2


def test_sorted_rows_moved_columns_and_edited_texts_are_known_by_their_key(target: Path) -> None:
    def disturb(book: openpyxl.Workbook) -> None:
        sheet = book["指标"]
        rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)]
        for number, row in enumerate(reversed(rows), start=2):
            for at, value in enumerate(row, start=1):
                sheet.cell(number, at).value = value
        sheet.insert_cols(1)
        sheet.cell(1, 1).value = "我的备注"
        sheet.cell(len(rows) + 1, 1).value = "看过"
        sheet.cell(len(rows) + 1, column(sheet, "name")).value = "随手改的名称"

    review(target, disturb)
    former = read_former_master(target, FORM)
    assert former.own_columns == ("我的备注",)
    written = build(target, [CENTRE])
    assert (written.carried, written.orphans, written.own_columns) == (3, 0, ("我的备注",))
    assert (
        reviewed(target, "indicators")["=不够细化\n请量化"]["name"] == CENTRE.projects[0].indicators[0].name
    )


def test_an_opinion_below_the_rows_is_kept_as_an_orphan(target: Path) -> None:
    review(target, lambda book: put(book["指标"], 40, "总的来说可以"))
    build(target, [CENTRE])
    assert {each["opinion"] for each in records(target, "orphans")} == {"总的来说可以"}


@pytest.mark.parametrize("key", ["indicators", "projects"])
def test_a_master_without_a_reviewed_sheet_or_column_is_refused(target: Path, key: str) -> None:
    kept = target.read_bytes()

    def rename(book: openpyxl.Workbook) -> None:
        book[FORM.sheets[key].name].title = "别的"

    review(target, rename)
    with pytest.raises(CannotDo) as refusal:
        read_former_master(target, FORM)
    assert refusal.value.key == "master.no_sheet"
    target.write_bytes(kept)

    def drop(book: openpyxl.Workbook) -> None:
        sheet = book[FORM.sheets[key].name]
        sheet.cell(1, column(sheet, "opinion")).value = "x"

    review(target, drop)
    with pytest.raises(CannotDo) as refusal:
        read_former_master(target, FORM)
    assert refusal.value.key == "master.no_column"


def test_a_lost_opinion_stops_the_build(target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    former = read_former_master(target, FORM)
    monkeypatch.setattr(Opinions, "orphans", lambda self: [])
    with pytest.raises(CannotDo) as refusal:
        write_master(
            target.with_name("draft.xlsx"),
            merged([OFFICE]),
            links_from=target.parent,
            beside=Beside(former=former),
        )
    assert refusal.value.key == "master.opinions_lost"
    assert refusal.value.details["lost"] == 3


def test_what_is_no_master_is_told_apart(target: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.xlsx"
    openpyxl.Workbook().save(other)
    assert (is_master(target, FORM), is_master(other, FORM), is_master(tmp_path / "none.xlsx", FORM)) == (
        True,
        False,
        False,
    )


def test_an_opinion_in_any_part_of_a_split_sheet_is_read(tmp_path: Path) -> None:
    path = tmp_path / "master.xlsx"
    write_master(path, merged([OFFICE]), links_from=tmp_path, beside=Beside(most_rows=31))
    review(path, lambda book: put(book["指标 (3)"], 9, "第三张"))
    written = build(path, [OFFICE])
    assert (written.carried, written.orphans) == (1, 0)
    (row,) = [each for each in records(path, "indicators") if each["opinion"]]
    assert row["number"] == str(30 + 30 + 8)


def test_rows_are_sieved_as_the_strict_reader_reads_them(
    target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The quick way and the whole parse give the same, for our own file and for one that openpyxl saved."""
    ours = target.with_name("ours.xlsx")
    write_master(
        ours, merged([CENTRE]), links_from=ours.parent, beside=Beside(former=read_former_master(target, FORM))
    )
    quick = [read_former_master(path, FORM) for path in (target, ours)]
    monkeypatch.setattr("xlgoals.read.master._OPENING", b"<no such element>")
    assert [read_former_master(path, FORM) for path in (target, ours)] == quick
    assert len(quick[0].identities) == len(quick[1].identities) == 1 + 7


def words(former: FormerMaster) -> Counter[tuple[str, ...]]:
    return Counter(tuple(each.values[key] for key in REVIEW) for each in former.reviewed)


ROWS = CENTRE.projects[0].indicators
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["move", "drop", "rename", "change", "double", "unit", "back", "project", "none"]),
        st.integers(0, 9),
        st.booleans(),
    ),
    min_size=1,
    max_size=6,
)


def stepped(submission: Submission, step: str, at: int) -> Submission:
    """One thing that a unit may do between two builds."""

    def rows(project: Project) -> list[Indicator]:
        own = list(project.indicators)
        if not own:
            return list(ROWS[:2])
        place = at % len(own)
        row = own[place]
        if step == "move":
            own.append(own.pop(place))
        elif step == "drop":
            own.pop(place)
        elif step == "rename":
            own[place] = replace(row, name=f"{row.name}（{at}）")
        elif step == "change":
            own[place] = replace(row, target=f"≥{at}个")
        elif step == "double":
            own.append(row)
        return own

    if step == "project":
        projects = tuple(replace(each, name=f"{each.name}{at}") for each in submission.projects)
        return replace(submission, projects=projects)
    return with_rows(submission, rows)


@settings(max_examples=tries(300, short=25), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(STEPS)
def test_no_sequence_of_rebuilds_loses_or_doubles_an_opinion(steps: list[tuple[str, int, bool]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "master.xlsx"
        here, is_here, written = CENTRE, True, 0
        build(path, [CENTRE])
        expected: Counter[tuple[str, ...]] = Counter()
        for step, at, reviews in steps:
            if reviews:
                sheet = "指标" if at % 3 else "项目"
                book = openpyxl.load_workbook(path)
                row = 2 + at % max(1, book[sheet].max_row - 1)
                place = column(book[sheet], "opinion")
                if book[sheet].cell(row, 1).value is not None and not book[sheet].cell(row, place).value:
                    written += 1
                    put(book[sheet], row, f"意见{written}", f"人{at}", "待定")
                    expected[f"意见{written}", f"人{at}", "待定"] += 1
                    book.save(path)
            is_here = step == "back" or (is_here and step != "unit")
            here = stepped(here, step, at)
            done = build(path, [here] if is_here else [replace(CENTRE, projects=())])
            assert words(read_former_master(path, FORM)) == expected
            assert done.carried + done.orphans == sum(expected.values())
