"""The reader of published text, on the real tables and on texts with something missing."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.seed import SEED, seed_submissions
from xlgoals.errors import CannotDo
from xlgoals.form import load_form
from xlgoals.messages import Language
from xlgoals.model import Sighting, Submission, Unit
from xlgoals.profile import load_profile
from xlgoals.read.published import read_published

# table, project, 万元, indicator rows: counted in the text by hand
SEED_TABLES = [
    ("信息化运行维护", "117.00", 10),
    ("办机关日常运行补助专项", "208.00", 6),
    ("东西部协作和对口支援工作经费", "120.00", 23),
    ("对口支援兵团十一师工作组工作经费", "110.00", 7),
    ("对口支援甘肃前方指挥部工作经费", "610.00", 6),
    ("对口支援青海前方指挥部工作经费", "180.00", 7),
    ("对口支援西藏前方指挥部工作经费", "575.00", 7),
    ("对口支援新疆前方指挥部工作经费", "750.00", 7),
    ("国内招商引资专项经费", "110.00", 16),
    ("西部地区人才培训", "120.00", 6),
    ("招商引资专项活动", "324.00", 7),
    ("驻上海、广州工作处工作经费", "160.00", 6),
    ("市合作交流综合服务中心日常运行和离退休双补支出", "60.00", 7),
]

TABLE = """
\t306101某某局
\t单位：万元

\t项目名称
\t{name}

\t预算规模及资金用途
\t预算数
\t{budget}
\t其中：财政    资金
\t10.00
\t其他资金
\t

\t
\t用于培训

\t绩效目标
\t1.完成培训

\t一级指标
\t二级指标
\t三级指标
\t绩效指标描述
\t指标值

\t产出指标
\t数量指标
\t培训人数
\t参训人数
\t{target}
"""


def read_text(folder: Path, text: str, year: int | None = 2022, unit: Unit | None = None) -> Submission:
    path = folder / "表.txt"
    path.write_text(text, encoding="utf-8")
    (submission,) = read_published(path, load_form(), load_profile("tianjin-2022"), year, unit)
    return submission


def one_table(name: str = "培训", budget: str = "10.00", target: str = "400人") -> str:
    return TABLE.format(name=name, budget=budget, target=target)


def test_seed_holds_thirteen_tables_of_two_units() -> None:
    submissions = seed_submissions()
    projects = [project for submission in submissions for project in submission.projects]
    assert [(p.name, str(p.budget), len(p.indicators)) for p in projects] == SEED_TABLES
    assert [(s.unit.code, s.unit.name, s.year, len(s.projects), s.budget) for s in submissions] == [
        ("306101", "天津市人民政府合作交流办公室", 2022, 12, Decimal("3384.00")),
        ("306201", "天津市合作交流综合服务中心", 2022, 1, Decimal("60.00")),
    ]


def test_seed_texts_are_all_accounted_for() -> None:
    """Every line of the source is a label, a value of a submission, or a heading: nothing falls between."""
    form = load_form()
    known: Counter[str] = Counter()
    for submission in seed_submissions():
        for project in submission.projects:
            known.update([project.name, project.purpose, *project.goals.split("\n")])
            known.update([project.budget.raw, project.fiscal.raw, project.other.raw])
            for i in project.indicators:
                known.update([i.level1, i.level2, i.name, i.description, *i.target.split("\n")])
    labels = {*form.official.labels.values(), *form.official.heads.values()}
    lost = []
    for line in SEED.read_text(encoding="utf-8").split("\n"):
        text = line.partition("\t")[2] if "\t" in line else line
        squeezed = "".join(text.split())
        heading = squeezed.endswith(form.official.title_suffix)
        if not squeezed or squeezed in labels or heading or squeezed == "单位：万元":
            continue
        if squeezed.startswith(("306101", "306201")):
            continue
        if known[text] <= 0:
            lost.append(text)
        known[text] -= 1
    assert lost == []


def test_seed_observations() -> None:
    (office, centre) = seed_submissions()
    counts = Counter(seen.sighting for seen in (*office.observations, *centre.observations))
    assert counts == {
        Sighting.YEAR_FROM_TEXT: 2,  # said once for each unit
        Sighting.UNIT_LINE_MISSING: 5,
        Sighting.MONEY_UNIT_LINE_MISSING: 1,
        Sighting.TITLE_LINE_MISSING: 8,
        Sighting.LEVEL_FILLED_DOWN: 76,
    }
    missing = [seen for seen in office.observations if seen.sighting is Sighting.UNIT_LINE_MISSING]
    assert [seen.project for seen in missing] == [name for name, _, _ in SEED_TABLES[4:9]]
    assert {seen.used for seen in missing} == {"306101天津市人民政府合作交流办公室"}


def test_seed_keeps_the_line_feed_and_the_leading_space() -> None:
    projects = {project.name: project for project in seed_submissions()[0].projects}
    assert projects["招商引资专项活动"].indicators[4].target == "总预算不高于\n324万"
    assert projects["西部地区人才培训"].purpose.startswith(" 根据国家发展改革下达")
    assert projects["办机关日常运行补助专项"].goals == "1.保障机关正常运转\n2.维护好工作人员工作环境"


def test_every_address_of_the_seed_is_the_line_of_its_value() -> None:
    lines = SEED.read_text(encoding="utf-8").split("\n")
    for submission in seed_submissions():
        for project, indicator in submission.indicators:
            for field in ("level2", "name", "description", "target"):
                line = int(indicator.location.address(field).cell[1:])
                first = str(getattr(indicator, field)).split("\n")[0]
                assert lines[line - 1] == f"\t{first}"
            line = int(project.location.address("budget").cell[1:])
            assert lines[line - 1].strip() == project.budget.raw


@pytest.mark.parametrize(
    ("text", "year", "key"),
    [
        ("没有表", 2022, "published.no_table"),
        ("", 2022, "published.no_table"),
        (one_table(target="400人"), None, "published.no_year"),
        (one_table(name="2021年培训", target="2022年"), None, "published.no_year"),
        (one_table().replace("\t306101某某局\n", ""), 2022, "published.no_unit"),
        (one_table().replace("万元", "美元"), 2022, "published.money_unit"),
    ],
)
def test_text_that_cannot_be_read_is_refused_with_the_reason(
    tmp_path: Path, text: str, year: int | None, key: str
) -> None:
    with pytest.raises(CannotDo) as refusal:
        read_text(tmp_path, text, year)
    assert refusal.value.key == key
    assert "表.txt" in refusal.value.sentence(Language.ZH)


def test_unit_can_be_stated_for_a_text_without_one(tmp_path: Path) -> None:
    unit = Unit(code="306101", name="某某局")
    submission = read_text(tmp_path, one_table().replace("\t306101某某局\n", ""), unit=unit)
    assert submission.unit == unit
    assert Sighting.UNIT_LINE_MISSING in {seen.sighting for seen in submission.observations}


def test_amounts_in_yuan_are_converted_and_told(tmp_path: Path) -> None:
    submission = read_text(tmp_path, one_table(budget="1,170,000.00").replace("万元", "元"))
    assert submission.projects[0].budget.amount == Decimal(117)
    told = [seen for seen in submission.observations if seen.sighting is Sighting.MONEY_UNIT_OTHER]
    assert [(seen.value, seen.used) for seen in told] == [("元", "万元")]


@pytest.mark.parametrize("budget", ["117万", "一百", "1_000", "¥10", "10.00.00", "nan", "１１７万"])
def test_an_amount_that_is_none_stays_text(tmp_path: Path, budget: str) -> None:
    money = read_text(tmp_path, one_table(budget=budget)).projects[0].budget
    assert (money.raw, money.amount, money.is_readable) == (budget, None, False)


def test_full_width_digits_are_read_and_kept(tmp_path: Path) -> None:
    money = read_text(tmp_path, one_table(budget="１１７．００")).projects[0].budget
    assert (money.raw, money.amount) == ("１１７．００", Decimal("117.00"))


def test_a_row_that_is_too_short_is_listed_and_not_shifted(tmp_path: Path) -> None:
    submission = read_text(tmp_path, one_table() + "\n\t数量指标\n\t期数\n\t8期\n")
    assert len(submission.projects[0].indicators) == 1
    odd = [s.value for s in submission.observations if s.sighting is Sighting.NOT_UNDERSTOOD]
    assert odd == ["数量指标", "期数", "8期"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_encodings_and_line_ends_of_windows(tmp_path: Path, encoding: str, newline: str) -> None:
    path = tmp_path / "表.txt"
    path.write_bytes(one_table().replace("\n", newline).encode(encoding))
    (submission,) = read_published(path, load_form(), load_profile("tianjin-2022"), 2022)
    assert submission.projects[0].indicators[0].target == "400人"


VALUE = st.text(
    alphabet=st.characters(exclude_categories=["Cc", "Cs", "Z"], exclude_characters="\t\n\r"), min_size=1
).filter(lambda text: "bookmark" not in text)


@given(targets=st.lists(VALUE, min_size=1, max_size=6))
def test_any_cell_text_comes_through_as_it_is(
    tmp_path_factory: pytest.TempPathFactory, targets: list[str]
) -> None:
    rows = "".join(f"\n\t\n\t数量指标\n\t名称{n}\n\t描述\n\t{text}\n" for n, text in enumerate(targets))
    submission = read_text(tmp_path_factory.mktemp("t"), one_table() + rows)
    assert [indicator.target for indicator in submission.projects[0].indicators[1:]] == targets
