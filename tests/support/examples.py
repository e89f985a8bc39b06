"""Submissions out of the fragments on the rules' pages, on top of a table in which no rule finds anything.

A page shows only what matters; :func:`submission_of` takes the rest from :data:`CLEAN_PROJECT`. Beyond
the fields of the form, ``project`` may hold ``declared: "false"`` (only indicator rows name it) and
``copies: "2"`` (further rows of one name). An observation is ``sighting | place | value | used``. A place
is ``budget``, ``guide.year``, ``2.target``, or ``again.project`` for the second copy.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from msgspec.structs import replace

from xlgoals.catalogue import Example
from xlgoals.findings import Finding
from xlgoals.form import Form, InputSheet, load_form
from xlgoals.model import (
    Address,
    CellsLocation,
    Indicator,
    Location,
    Observation,
    Project,
    RowLocation,
    Sighting,
    Submission,
    Unit,
)
from xlgoals.profile import DEFAULT_PROFILE, Profile, load_profile
from xlgoals.read.money import read_money
from xlgoals.rules import Department, Expected, Setting, run_department_rules, run_rules

FILE = "306101_2022_绩效目标.xlsx"
CLEAN_GUIDE = {"unit_code": "306101", "unit_name": "天津市人民政府合作交流办公室", "year": "2022"}
CLEAN_PROJECT = {
    "name": "处级干部能力提升培训",
    "type": "培训类",
    "budget": "48.00",
    "fiscal": "48.00",
    "other": "0.00",
    "purpose": "用于举办处级干部能力提升培训班的师资、场地和食宿支出",
    "goals": "1.举办处级干部能力提升培训班4期，培训处级干部200人次。\n"
    "2.结业考核合格率达到95%，80%的学员在训后三个月内提交学习成果转化报告。",
}
CLEAN_ROWS = (
    ("产出指标", "数量指标", "培训班期数", "年内举办的处级干部培训班，按开班通知统计", "≥4期"),
    ("产出指标", "数量指标", "参训人次", "各期培训班实际报到的处级干部合计，按签到表统计", "≥200人次"),
    ("产出指标", "质量指标", "结业考核合格率", "考核合格的人次占参训人次的比例", "≥95%"),
    ("产出指标", "时效指标", "培训完成时间", "最后一期培训班结业的日期", "2022年11月30日前"),
    ("产出指标", "成本指标", "师资费", "授课专家的讲课费，按合同金额统计", "≤18万元"),
    ("产出指标", "成本指标", "食宿场地费", "四期培训班的食宿和场地支出，按结算单统计", "≤30万元"),
    ("效益指标", "社会效益指标", "学习成果转化率", "训后三个月内提交转化报告的学员比例", "≥80%"),
    ("效益指标", "可持续影响指标", "教学案例沉淀数量", "可供以后年度使用的教学案例", "≥10个"),
    ("满意度指标", "服务对象满意度指标", "参训干部满意度", "结业问卷中评价为满意以上的比例", "≥90%"),
)
_FIRST_ROW = 4
_ROWS_APART = 30
_ORDINALS = ("second", "third", "fourth", "fifth")
_ROW_FIELDS = ("level1", "level2", "name", "description", "target", "waiver")


def columns_of(sheet: InputSheet) -> Mapping[str, str]:
    """Column letters by field, in the order of the form."""
    letters = dict(zip((column.key for column in sheet.columns), "ABCDEFGHIJKLMNOP", strict=False))
    return {column.key: letters[column.key] for column in sheet.inputs}


def row_location(sheet: InputSheet, row: int) -> RowLocation:
    """The place of the record on a row of an input sheet."""
    return RowLocation(file=FILE, sheet=sheet.name, row=row, columns=columns_of(sheet))


def indicators_of(rows: Sequence[Sequence[str]], form: Form | None = None) -> tuple[Indicator, ...]:
    """Indicators from rows of level 1, level 2, name, description, 指标值 and, where given, 说明."""
    sheet = (form or load_form()).indicators
    return tuple(
        Indicator(
            **dict(zip(_ROW_FIELDS, row, strict=False)), location=row_location(sheet, _FIRST_ROW + number)
        )
        for number, row in enumerate(rows)
    )


def project_of(
    overrides: Mapping[str, str], rows: Sequence[Sequence[str]] = CLEAN_ROWS, row: int = _FIRST_ROW
) -> Project:
    """The clean project with fields of its own and rows of its own."""
    form = load_form()
    values = {**CLEAN_PROJECT, **overrides}
    indicators = indicators_of(rows)
    declared = values.get("declared", "true") == "true"
    return Project(
        name=values["name"],
        type=values["type"],
        budget=read_money(values["budget"]),
        fiscal=read_money(values["fiscal"]),
        other=read_money(values["other"]),
        purpose=values["purpose"],
        goals=values["goals"],
        waiver=values.get("waiver", ""),
        indicators=indicators,
        declared=declared,
        location=row_location(form.projects, row) if declared else row_location(form.indicators, _FIRST_ROW),
    )


def submission_of(example: Example) -> Submission:
    """The whole submission that an example of a page stands for."""
    guide = {**CLEAN_GUIDE, **example.unit}
    rows = example.indicators or CLEAN_ROWS
    copies = int(example.project.get("copies", "1"))
    projects = [project_of(example.project, rows, _FIRST_ROW + number) for number in range(copies)]
    if projects and not projects[0].declared:
        projects.append(project_of({}))
    year = guide["year"]
    for number, further in enumerate(example.more, start=1):
        if not further.file:
            projects.append(_further_project(further, number, example.file or FILE))
    file = example.file or FILE
    submission = Submission(
        unit=Unit(code=guide["unit_code"], name=guide["unit_name"]),
        year=int(year) if year else None,
        profile=DEFAULT_PROFILE,
        template_version="1.0",
        projects=tuple(_in_file(project, file) for project in projects),
        contact={"nothing": guide["nothing"]} if "nothing" in guide else {},
        file=file,
        location=CellsLocation(
            file=file,
            sheet=load_form().guide.name,
            cells={"unit_code": "B3", "unit_name": "B4", "year": "B5", "nothing": "B9"},
            start="A1",
        ),
    )
    return replace(
        submission, observations=tuple(_observation(text, submission) for text in example.observations)
    )


def _further_project(example: Example, number: int, file: str) -> Project:
    """A project below the first, on rows of its own."""
    first = _FIRST_ROW + _ROWS_APART * number
    rows = example.indicators or CLEAN_ROWS
    project = project_of(example.project, rows, _FIRST_ROW + number)
    sheet = load_form().indicators
    indicators = tuple(
        replace(each, location=row_location(sheet, first + place))
        for place, each in enumerate(project.indicators)
    )
    return _in_file(replace(project, indicators=indicators), file)


def _in_file(project: Project, file: str) -> Project:
    return replace(
        project,
        location=_moved(project.location, file),
        indicators=tuple(replace(each, location=_moved(each.location, file)) for each in project.indicators),
    )


def _moved(location: Location, file: str) -> Location:
    assert isinstance(location, RowLocation)
    return replace(location, file=file)


def department_of(example: Example) -> Department:
    """The submission of an example with those that its further files stand for."""
    first = submission_of(example)
    standing, replaced = [first], []
    for number, further in enumerate(example.more, start=1):
        if further.file:
            other = replace(
                submission_of(further), projects=(_further_project(further, number, further.file),)
            )
            if further.older:
                replaced.append((other, first))
            else:
                standing.append(other)
    roster = {
        code: Expected(total=Decimal(total) if total else None) for code, total in example.roster.items()
    }
    return Department(standing=tuple(standing), replaced=tuple(replaced), roster=roster)


def findings_of(example: Example) -> list[Finding]:
    """Everything that all rules find in an example, those between its files included."""
    department = department_of(example)
    between = run_department_rules(department, load_form(), lambda each: load_profile(each.profile))
    return [
        *(finding for submission in department.standing for finding in findings_in(submission)),
        *(finding for _, finding in between),
    ]


def place_in(place: str, example: Example) -> Address:
    """The address of a place that may stand in one of the further projects."""
    ordinal, _, rest = place.partition(".")
    if ordinal not in _ORDINALS:
        return place_of(place, submission_of(example))
    number = _ORDINALS.index(ordinal) + 1
    further = example.more[number - 1]
    if rest.startswith("guide."):
        return place_of(rest, submission_of(further))
    project = _further_project(further, number, further.file or FILE)
    return place_of(rest, replace(submission_of(example), projects=(project,)))


def _observation(text: str, submission: Submission) -> Observation:
    parts = [part.strip() for part in text.split("|")]
    name, place, value, used = (*parts, "", "", "")[:4]
    return Observation(
        sighting=Sighting(name),
        address=place_of(place or "name", submission),
        value=value,
        used=used,
        project=submission.projects[0].name,
    )


def place_of(place: str, submission: Submission) -> Address:
    """The address that a place on a page stands for."""
    owner, _, field = place.rpartition(".")
    if owner == "guide":
        return submission.location.address(field)
    project = submission.projects[0]
    if owner == "again":
        return submission.projects[1].location.address(field)
    if owner:
        return project.indicators[int(owner) - 1].location.address(field)
    return project.location.address(field)


def findings_in(submission: Submission, profile: Profile | None = None) -> list[Finding]:
    """Everything that all rules find."""
    setting = Setting(form=load_form(), profile=profile or load_profile(submission.profile))
    return list(run_rules(submission, setting))


def places_of(findings: Sequence[Finding], code: str) -> list[str]:
    """Every address, further ones included, at which a rule found something."""
    return sorted(
        str(address)
        for finding in findings
        if finding.code == code
        for address in (finding.address, *finding.also)
    )
