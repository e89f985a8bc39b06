"""`fix`: what the rules propose is made, nothing else is touched, and no error comes of it."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

import xlgoals
from tests.support.books import write_submission
from tests.support.examples import CLEAN_ROWS, project_of, submission_of
from tests.support.mistakes import with_mistakes
from tests.support.seed import seed_submissions
from xlgoals import operations
from xlgoals.applying import apply_edits
from xlgoals.catalogue import Example
from xlgoals.findings import Edit, Finding, Severity
from xlgoals.fixing import Consent, Fixing, Reason, edits_of, fix
from xlgoals.model import Address, Money, Submission
from xlgoals.owners import Record, text_of
from xlgoals.read.book import read_book
from xlgoals.read.package import read_package
from xlgoals.rules.registry import edit

EVERYTHING = Consent(unsafe=True)
CLEAN = submission_of(Example(unit={}, project={}, indicators=(), observations=(), found=()))
ROW_FIELDS = ("level1", "level2", "name", "description", "target", "waiver")
PROJECT_FIELDS = ("name", "type", "budget", "fiscal", "other", "purpose", "goals", "waiver")
GUIDE_FIELDS = ("unit_code", "unit_name", "year")
MOST_WRITTEN = 12


def cells_of(submission: Submission) -> dict[tuple[Address, str], str]:
    """Every value by address and field, the project of each row included."""
    found: dict[tuple[Address, str], str] = {}

    def note(record: Record, fields: Sequence[str]) -> None:
        for field in fields:
            found[record.location.address(field), field] = text_of(record, field)

    note(submission, [*GUIDE_FIELDS, *submission.contact])
    for project in submission.projects:
        if project.declared:
            note(project, PROJECT_FIELDS)
        for row in project.indicators:
            note(row, ROW_FIELDS)
            found[row.location.address("project"), "project"] = project.name
    return found


# --- edits in a submission


def test_an_edit_is_made_where_the_old_text_stands_and_nowhere_else() -> None:
    project, row = CLEAN.projects[0], CLEAN.projects[0].indicators[1]
    wanted = [
        edit(row, "target", "≥210人次", safe=True),
        edit(project, "budget", "58.00", safe=True),
        edit(project, "goals", "一条", safe=True),
        edit(CLEAN, "unit_code", "306102", safe=True),
        edit(CLEAN, "unit_name", "某某局", safe=True),
        edit(CLEAN, "year", "2023", safe=True),
    ]
    odd = [
        replace(edit(row, "name", "别的", safe=True), old="不是这个"),
        replace(edit(row, "name", "别的", safe=True), address=Address(file="x", sheet="指标", cell="E5")),
        replace(edit(row, "name", "别的", safe=True), field="nothing"),
        replace(edit(row, "name", "别的", safe=True), field="location"),
    ]
    done = apply_edits(CLEAN, [*wanted, *odd])
    assert set(done.applied) == set(wanted)
    assert done.stale == tuple(odd)
    before, after = cells_of(CLEAN), cells_of(done.submission)
    assert {key: text for key, text in after.items() if before[key] != text} == {
        (each.address, each.field): each.new for each in wanted
    }
    changed = done.submission.projects[0]
    assert changed.budget == Money(raw="58.00", amount=changed.budget.amount)
    assert str(changed.budget) == "58.00"
    assert done.submission.year == 2023
    # What no edit names is the very same object.
    assert changed.indicators[0] is project.indicators[0]
    assert apply_edits(CLEAN, []).submission == CLEAN


def test_of_two_edits_of_one_cell_the_first_is_made() -> None:
    row = CLEAN.projects[0].indicators[0]
    first, second = edit(row, "target", "≥5期", safe=True), edit(row, "target", "≥6期", safe=True)
    done = apply_edits(CLEAN, [first, second])
    assert (done.applied, done.stale) == ((first,), (second,))
    assert done.submission.projects[0].indicators[0].target == "≥5期"


def test_a_row_moves_to_the_project_of_that_name() -> None:
    stray = project_of({"name": "培训", "declared": "false"}, CLEAN_ROWS[:2])
    home = project_of({}, CLEAN_ROWS[2:])
    submission = replace(CLEAN, projects=(stray, home))
    moves = [
        Edit(address=row.location.address("project"), field="project", old="培训", new=home.name, safe=False)
        for row in stray.indicators
    ]
    whole = apply_edits(submission, moves)
    assert whole.stale == ()
    assert [(p.name, len(p.indicators)) for p in whole.submission.projects] == [(home.name, 9)]
    part = apply_edits(submission, moves[:1]).submission
    assert [(p.name, p.declared, len(p.indicators)) for p in part.projects] == [
        ("培训", False, 1),
        (home.name, True, 8),
    ]
    assert part.projects[0].location is stray.indicators[1].location
    nowhere = apply_edits(submission, [replace(moves[0], new="第三个项目")]).submission
    assert [(p.name, p.declared, len(p.indicators)) for p in nowhere.projects] == [
        ("培训", False, 1),
        (home.name, True, 7),
        ("第三个项目", False, 1),
    ]


# --- choosing among proposals


def proposing(
    *rules: tuple[str, str, Callable[[str], str], bool], errors: Callable[[Submission], bool] = bool
) -> Callable[[Submission], list[Finding]]:
    """A check of made-up rules over one cell: code, severity, what it would write instead, safe."""

    def findings(submission: Submission) -> Iterator[Finding]:
        row = submission.projects[0].indicators[0]
        for code, severity, rewrite, safe in rules:
            new = rewrite(row.target)
            if new != row.target:
                yield Finding(
                    code=code,
                    severity=Severity(severity),
                    layer=2,
                    address=row.location.address("target"),
                    edits=(edit(row, "target", new, safe=safe),),
                )
        if errors is not bool and errors(submission):
            yield Finding(
                code="BAD", severity=Severity.ERROR, layer=2, address=row.location.address("target")
            )

    return lambda submission: list(findings(submission))


def outcome(fixing: Fixing) -> tuple[str, list[tuple[str, str]]]:
    return (
        fixing.submission.projects[0].indicators[0].target,
        [(left.proposal.edit.new, left.reason.value) for left in fixing.edits_left],
    )


TO_FIVE = ("A", "advice", lambda text: text.replace("4", "5"), True)
TO_TIMES = ("B", "warning", lambda text: text.replace("期", "次"), True)
GUESS = ("C", "error", lambda text: text.replace("≥", "≤"), False)
OTHER_GUESS = ("D", "warning", lambda text: text.replace("≥", "="), False)


def test_safe_edits_of_one_cell_compose_because_each_is_proposed_again() -> None:
    fixing = fix(CLEAN, proposing(TO_FIVE, TO_TIMES))
    assert outcome(fixing) == ("≥5次", [])
    (applied,) = fixing.edits_applied
    assert (applied.edit.old, applied.edit.new, applied.codes) == ("≥4期", "≥5次", ("B", "A"))


def test_the_safer_goes_first_and_the_unsafe_is_listed() -> None:
    check = proposing(GUESS, TO_FIVE)
    assert outcome(fix(CLEAN, check)) == ("≥5期", [("≤5期", "unsafe")])
    fixing = fix(CLEAN, check, EVERYTHING)
    assert outcome(fixing) == ("≤5期", [])
    assert fixing.edits_applied[0].edit.safe is False


def test_unsafe_edits_that_disagree_are_both_left() -> None:
    check = proposing(GUESS, OTHER_GUESS)
    assert outcome(fix(CLEAN, check, EVERYTHING)) == ("≥4期", [("≤4期", "conflict"), ("=4期", "conflict")])
    same = proposing(GUESS, ("D", "warning", GUESS[2], False))
    fixing = fix(CLEAN, same, EVERYTHING)
    assert outcome(fixing) == ("≤4期", [])
    assert fixing.edits_applied[0].codes == ("C", "D")


def test_only_the_rules_that_are_asked_for() -> None:
    check = proposing(TO_FIVE, TO_TIMES, GUESS)
    fixing = fix(CLEAN, check, Consent(codes=frozenset({"A"})))
    assert outcome(fixing) == ("≥5期", [])


def test_what_would_go_back_and_forth_is_left_as_it_was() -> None:
    back = ("E", "warning", lambda text: text.replace("5", "4"), True)
    assert outcome(fix(CLEAN, proposing(TO_FIVE, back)))[0] == "≥4期"
    endless = ("F", "warning", lambda text: text + "!", True)
    assert outcome(fix(CLEAN, proposing(endless))) == ("≥4期", [("≥4期!", "conflict")])


def test_an_edit_that_causes_an_error_is_left() -> None:
    def is_bad(submission: Submission) -> bool:
        return "5" in submission.projects[0].indicators[0].target

    fixing = fix(CLEAN, proposing(TO_FIVE, errors=is_bad))
    assert outcome(fixing) == ("≥4期", [("≥5期", "harm")])
    assert (fixing.edits_applied, fixing.findings_after) == ((), fixing.findings_before)


def test_what_the_unit_explains_stays() -> None:
    check = proposing(TO_FIVE)
    fixing = fix(CLEAN, lambda each: [replace(finding, waived="有据") for finding in check(each)])
    assert outcome(fixing) == ("≥4期", [("≥5期", "explained")])
    assert edits_of(fixing.findings_after) == []


def test_rows_follow_the_new_name_of_their_project() -> None:
    def check(submission: Submission) -> list[Finding]:
        project = submission.projects[0]
        if not project.name.startswith(" "):
            return []
        named = edit(project, "name", project.name.strip(), safe=True)
        return [Finding(code="A", severity=Severity.ADVICE, layer=2, address=named.address, edits=(named,))]

    spaced = replace(CLEAN, projects=(replace(CLEAN.projects[0], name=" 培训"),))
    fixing = fix(spaced, check)
    told = [(each.edit.address.sheet, each.edit.field, each.edit.new) for each in fixing.edits_applied]
    assert told == [("项目", "name", "培训"), *[("指标", "project", "培训")] * 9]
    assert [(p.name, len(p.indicators)) for p in fixing.submission.projects] == [("培训", 9)]


# --- the rules' own edits, on the published tables


@cache
def tables() -> tuple[Submission, ...]:
    """Both units and each of the 13 tables by itself, read from their workbooks."""
    whole = seed_submissions()
    single = [replace(unit, projects=(project,)) for unit in whole for project in unit.projects]
    with TemporaryDirectory() as folder:
        paths = [
            write_submission(Path(folder) / f"{number}.xlsx", each)
            for number, each in enumerate((*whole, *single))
        ]
        return tuple(operations.load(path)[0] for path in paths)


def keys(findings: Sequence[Finding]) -> set[tuple[str, Address, str]]:
    return {(finding.code, finding.address, finding.field) for finding in findings}


def assert_sound(before: Submission, consent: Consent) -> Fixing:
    """Everything that must hold of a fix, whatever the table."""
    fixing = fix(before, xlgoals.validate, consent)
    old, new = cells_of(before), cells_of(fixing.submission)
    named = {proposal.cell for proposal in fixing.edits_applied}
    assert {key for key in old | new if old.get(key) != new.get(key)} <= named
    for proposal in fixing.edits_applied:
        assert consent.unsafe or proposal.edit.safe
        if proposal.cell in old and proposal.edit.field != "project":
            assert (old[proposal.cell], new[proposal.cell]) == (proposal.edit.old, proposal.edit.new)
    # What was proposed and made is settled.
    for finding in fixing.findings_before:
        cells = {(each.address, each.field) for each in finding.edits}
        if finding.edits and not finding.waived and cells <= named:
            still = [
                (after.code, str(after.address), after.value)
                for after in fixing.findings_after
                if (after.code, after.address, after.field) == (finding.code, finding.address, finding.field)
                and not _is_left(after, fixing)
            ]
            assert still == []
    errors = [
        (finding.code, str(finding.address), finding.value)
        for finding in fixing.findings_after
        if finding.severity is Severity.ERROR
        and not any(
            finding.code == each.code and finding.address in (each.address, *each.also)
            for each in fixing.findings_before
            if each.severity is Severity.ERROR
        )
    ]
    assert errors == []
    again = fix(fixing.submission, xlgoals.validate, consent)
    assert (again.edits_applied, again.submission) == ((), fixing.submission)
    assert all(
        left.reason in (Reason.UNSAFE, Reason.EXPLAINED, Reason.HARM, Reason.CONFLICT)
        for left in fixing.edits_left
    )
    return fixing


def _is_left(finding: Finding, fixing: Fixing) -> bool:
    left = {left.proposal.edit for left in fixing.edits_left}
    return bool(finding.edits) and set(finding.edits) <= left


@pytest.mark.parametrize("consent", [Consent(), EVERYTHING], ids=["safe", "unsafe"])
@pytest.mark.parametrize("number", range(15))
def test_a_fix_of_a_published_table_is_sound(number: int, consent: Consent) -> None:
    assert_sound(tables()[number], consent)


@settings(deadline=None, max_examples=200)
@given(
    number=st.integers(0, 14),
    seed=st.integers(0, 2**32),
    count=st.integers(1, 12),
    consent=st.sampled_from([Consent(), EVERYTHING]),
)
def test_a_fix_of_a_mistyped_table_is_sound(number: int, seed: int, count: int, consent: Consent) -> None:
    chance = random.Random(seed)  # noqa: S311 no secret
    assert_sound(with_mistakes(tables()[number], chance, count), consent)


# --- through workbooks


def raw_cells(path: Path, sheets: Sequence[str]) -> dict[tuple[str, int, int], tuple[Any, ...]]:
    package, _ = read_package(path)
    return {
        (sheet.name, *place): (cell.kind, cell.raw, cell.text, cell.formula)
        for sheet in read_book(package).sheets
        if sheet.name in sheets
        for place, cell in sheet.cells.items()
    }


@settings(
    deadline=None,
    max_examples=MOST_WRITTEN,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(seed=st.integers(0, 2**32))
def test_through_workbooks_only_the_named_cells_change(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 no secret
    folder = tmp_path / str(seed)
    folder.mkdir(exist_ok=True)
    source, target = folder / "甲.xlsx", folder / f"乙{chance.random()}.xlsx"
    write_submission(source, with_mistakes(chance.choice(tables()), chance, 8))
    before = source.read_bytes()
    fixing = xlgoals.fix(source, target, unsafe=chance.random() < 0.5)
    assert source.read_bytes() == before
    sheets = ("填报说明", "项目", "指标")
    old, new = raw_cells(source, sheets), raw_cells(target, sheets)
    changed = {
        f"{sheet}!{openpyxl.utils.get_column_letter(column)}{row}"
        for sheet, row, column in old | new
        if old.get((sheet, row, column)) != new.get((sheet, row, column))
    }
    assert changed == {str(proposal.edit.address) for proposal in fixing.edits_applied}
    (read,) = operations.load(target)
    assert cells_of(read) == {
        (replace(place, file=read.file), field): text
        for (place, field), text in cells_of(_reread(fixing.submission)).items()
    }
    told = keys([replace(f, address=replace(f.address, file="")) for f in xlgoals.validate(read)])
    assert told == keys([replace(f, address=replace(f.address, file="")) for f in fixing.findings_after])


def _reread(submission: Submission) -> Submission:
    """Amounts stand as numbers in a sheet, however they were written."""

    def number(money: Money) -> Money:
        return money if money.amount is None else Money(raw=_plain(money), amount=money.amount)

    return replace(
        submission,
        projects=tuple(
            replace(each, budget=number(each.budget), fiscal=number(each.fiscal), other=number(each.other))
            for each in submission.projects
        ),
    )


def _plain(money: Money) -> str:
    assert money.amount is not None
    return f"{float(money.amount):.16g}"
