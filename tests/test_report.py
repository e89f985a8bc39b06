"""The page about a master: every number as in the master, every link to a row, and nothing from outside."""

from __future__ import annotations

import itertools
import re
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from PIL import Image

from tests.support.browser import Browser, told_by
from xlgoals.errors import CannotDo
from xlgoals.findings import Severity
from xlgoals.masterform import load_master_form
from xlgoals.messages import Language
from xlgoals.operations import report
from xlgoals.read.cells import Cell, CellKind
from xlgoals.read.reported import Line, MasterLines, read_master_lines
from xlgoals.write import report as report_module
from xlgoals.write.html import escaped
from xlgoals.write.report import load_wording, report_page
from xlgoals.write.tallies import tally

EXAMPLES = Path(__file__).parent.parent / "examples"
MASTER = EXAMPLES / "master.xlsx"
FORM = load_master_form()
WORDS = load_wording()
VOID = {"meta", "link", "br", "img", "input", "hr"}


class Reading(HTMLParser):
    """A page taken apart: ids, links, tables, and whether every tag was closed where it had to be."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.tags: Counter[str] = Counter()
        self.attributes: list[tuple[str, str, str]] = []
        self.open: list[str] = []
        self.texts: list[str] = []
        self.feed(page)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags[tag] += 1
        for name, value in attrs:
            self.attributes.append((tag, name, value or ""))
            if name == "id":
                self.ids.append(value or "")
            if name == "href":
                self.links.append(value or "")
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] not in ("style", "title"):
            self.texts.append(data)


@pytest.fixture(scope="module")
def lines() -> MasterLines:
    return read_master_lines(MASTER, FORM)


@pytest.fixture(scope="module")
def page(lines: MasterLines) -> str:
    return report_page(lines, FORM)


def line(**texts: str) -> Line:
    cells = {key: Cell(CellKind.TEXT, text, text, False) for key, text in texts.items()}
    return Line(sheet="x", row=4, cells=cells)


def made(**sheets: list[Line]) -> MasterLines:
    empty: dict[str, list[Line]] = {"projects": [], "indicators": [], "findings": [], "ledger": []}
    parts = {key: tuple(found) for key, found in {**empty, **sheets}.items()}
    return MasterLines(file="汇总表.xlsx", digest="0" * 64, **parts)


def test_the_numbers_are_those_of_the_master(lines: MasterLines) -> None:
    found = tally(lines, FORM, "-", "-")
    assert [(unit.name, len(unit.projects), str(unit.money["budget"])) for unit in found.units] == [
        ("306101 天津市人民政府合作交流办公室", 12, "3384"),
        ("306201 天津市合作交流综合服务中心", 1, "60"),
    ]
    assert len(lines.indicators) == sum(unit.indicators for unit in found.units) == 115
    told = Counter(each.text("severity") for each in lines.findings if not each.text("waived"))
    for severity in Severity:
        counted = [sum(each.findings[severity] for each in group) for group in (found.units, found.types)]
        assert counted[0] == told[FORM.severities[severity]]
        of_projects = sum(each.count(severity.value) for each in lines.projects)
        assert counted[0] >= counted[1]
        assert of_projects >= counted[1]
    assert sum(sum(each.values()) for each in found.rules.values()) == sum(told.values())


def test_every_link_leads_to_something_on_the_page(page: str) -> None:
    read = Reading(page)
    assert [each for each, count in Counter(read.ids).items() if count > 1] == []
    assert [each for each in read.links if each.removeprefix("#") not in read.ids] == []
    assert len(read.links) > 100


def test_every_finding_and_project_stands_on_the_page_with_its_cell(page: str, lines: MasterLines) -> None:
    texts = set(Reading(page).texts)
    for each in lines.projects:
        assert f"{each.text('file')} {each.text('source')}" in texts
    for each in lines.findings:
        assert f"{each.text('file')} {each.text('place')}" in texts
        assert each.text("message") in texts


def test_nothing_comes_from_outside(page: str) -> None:
    read = Reading(page)
    assert set(read.tags) & {"script", "iframe", "object", "embed", "img", "link", "form", "base"} == set()
    assert {
        value for _, name, value in read.attributes if name in ("src", "srcset", "action", "style")
    } == set()
    assert not [name for _, name, _ in read.attributes if name.startswith("on")]
    assert not re.search(r"url\(|@import|https?:", page)
    policy = next(value for _, name, value in read.attributes if name == "content" and "default-src" in value)
    assert policy.startswith("default-src 'none'; style-src 'sha256-")


def test_tables_are_for_everybody(page: str) -> None:
    read = Reading(page)
    assert '<html lang="zh-CN">' in page
    assert read.tags["caption"] == read.tags["table"] == page.count('role="region" tabindex="0"')
    assert read.tags["th"] == sum(1 for tag, name, _ in read.attributes if (tag, name) == ("th", "scope"))
    assert (read.tags["main"], read.tags["h1"], read.tags["nav"]) == (1, 1, 1)
    assert read.links[0] == "#main"
    headings = [int(each) for each in re.findall(r"<h(\d)", page)]
    assert all(after - before <= 1 for before, after in itertools.pairwise(headings))


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize(
    ("ink", "ground"),
    [("error", "paper"), ("warning", "paper"), ("advice", "paper"), ("soft", "paper"), ("soft", "band"),
     ("error", "band"), ("warning", "band"), ("paper", "head")],
)  # fmt: skip
def test_texts_have_contrast(page: str, ink: str, ground: str) -> None:
    colours = {
        name: each if len(each) == 7 else "#" + "".join(c * 2 for c in each[1:])
        for name, each in re.findall(r"--(\w+): (#[0-9a-f]{3,6})", page)
    }
    light, dark = sorted((luminance(colours[ink]), luminance(colours[ground])), reverse=True)
    assert (light + 0.05) / (dark + 0.05) >= 4.5


EVIL = "<script>alert(1)</script>\"'&\x00\x0b</td>"


def test_texts_of_others_stay_texts() -> None:
    columns = (
        "unit_code",
        "unit_name",
        "name",
        "type",
        "budget",
        "file",
        "source",
        "project",
        "place",
        "value",
    )
    evil = line(**dict.fromkeys((*columns, "message", "fix", "code", "received", "state", "reason"), EVIL))
    page = report_page(made(projects=[evil], findings=[evil], ledger=[evil]), FORM)
    read = Reading(page)
    assert read.tags["script"] == 0
    assert EVIL.replace("\x00", "\ufffd").replace("\x0b", "\ufffd") in "".join(read.texts)
    assert "\x00" not in page
    assert "\x0b" not in page


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("甲\r\n乙", "甲\n乙"),
        ('<a href="x">', "&lt;a href=&quot;x&quot;&gt;"),
        ("'", "&#x27;"),
        ("\x7f", "\ufffd"),
    ],
)
def test_what_html_may_not_hold_is_shown_otherwise(text: str, expected: str) -> None:
    assert escaped(text) == expected


def test_an_amount_that_is_no_number_is_told_and_not_summed() -> None:
    lines = made(
        projects=[
            line(unit_name="甲", name="子", budget="117万"),
            line(unit_name="甲", name="丑", budget="3"),
        ]
    )
    page = report_page(lines, FORM)
    assert WORDS.words["unread_amounts"].format(count=1) in page
    assert ">117万<" in page
    assert ">3.00<" in page
    assert "120" not in page.split("<main")[1]


def test_quality_over_resubmissions_is_shown_in_the_order_of_arrival() -> None:
    sent = [
        ("2026-01-09 10:00", "2", "已报"),
        ("2026-01-05 09:00", "7", "替代"),
        ("2026-01-07 09:00", "4", "替代"),
    ]
    ledger = [
        line(
            unit_code="306101",
            unit_name="甲局",
            received=when,
            error=errors,
            state=state,
            file=f"{errors}.xlsx",
        )
        for when, errors, state in sent
    ]
    page = report_page(made(ledger=[*ledger, line(unit_code="306201", unit_name="乙局", error="1")]), FORM)
    assert WORDS.charts["errors"].format(unit="306101 甲局", values="7 → 4 → 2") in page
    assert WORDS.empty["quality"] in report_page(made(ledger=ledger[:1]), FORM)
    quality = page.split('id="quality"')[1].split("</table>")[0]
    assert [quality.index(f"{n}.xlsx") for n in (7, 4, 2)] == sorted(
        quality.index(f"{n}.xlsx") for n in (7, 4, 2)
    )
    assert "乙局" not in quality


def test_what_the_unit_has_explained_is_no_finding_and_stands_apart() -> None:
    texts = {"unit_name": "甲", "severity": FORM.severities["warning"], "code": "VAL-01", "message": "m"}
    page = report_page(made(findings=[line(**texts, waived="按批复"), line(**texts)]), FORM)
    assert "按批复" in page
    assert page.count('id="f1-waived"') == 1
    rules = page.split('id="rules"')[1].split("</table>")[0]
    assert '<td class="number"><a href="#f1-VAL-01">1</a></td>' in rules


def test_more_findings_than_a_page_holds_are_counted(
    monkeypatch: pytest.MonkeyPatch, lines: MasterLines
) -> None:
    few = replace(WORDS, most_findings=5)
    monkeypatch.setattr(report_module, "load_wording", lambda: few)
    told = WORDS.words["cut"].format(count=len(lines.findings) - 5, sheet=FORM.sheets["findings"].name)
    page = report_page(lines, FORM)
    assert told in page
    assert [each for each in Reading(page).links if each.removeprefix("#") not in Reading(page).ids] == []


def test_an_empty_master_makes_a_page() -> None:
    page = report_page(made(), FORM)
    assert WORDS.empty["findings"] in page
    assert WORDS.empty["ledger"] in page
    Reading(page)


# ---- the command ----------------------------------------------------------------------------------------


def command(*words: object) -> subprocess.CompletedProcess[str]:
    words = (sys.executable, "-m", "xlgoals", "report", *map(str, words))
    return subprocess.run([*map(str, words)], capture_output=True, text=True, check=False)


def test_the_command_writes_the_page_and_nothing_over_it(tmp_path: Path, page: str) -> None:
    target = tmp_path / "报告.html"
    done = command(MASTER, "-o", target)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith(f"已生成报告：{target}，共 13 个项目、")
    assert target.read_text(encoding="utf-8") == page
    again = command(MASTER, "-o", target)
    assert again.returncode == 2
    assert len(again.stderr.splitlines()) == 1
    assert target.read_text(encoding="utf-8") == page


def test_what_is_no_master_is_refused(tmp_path: Path) -> None:
    unit = next((EXAMPLES / "units").glob("*.xlsx"))
    with pytest.raises(CannotDo) as refusal:
        report(unit, tmp_path / "x.html")
    assert "不是本程序生成的汇总表" in refusal.value.sentence(Language.ZH)
    with pytest.raises(CannotDo):
        report(tmp_path / "nowhere.xlsx", tmp_path / "x.html")
    assert list(tmp_path.iterdir()) == []


# ---- in a browser ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(("width", "height"), [(1200, 900), (390, 844)], ids=["desk", "phone"])
def test_a_browser_shows_the_page(
    browser: Browser, page: str, tmp_path: Path, width: int, height: int
) -> None:
    file = tmp_path / "page.html"
    file.write_text(page, encoding="utf-8")
    picture = Image.open(browser.picture(file, tmp_path / "p.png", width, height)).convert("RGB")
    assert picture.size == (width, height)
    # The style sheet was allowed by its digest: links and heads have its colours, nothing sticks out.
    colours = {colour for _, colour in picture.getcolors(1 << 24) or []}
    assert (47, 85, 151) in colours
    right = picture.crop((width - 8, 0, width, height)).getcolors(1 << 20) or []
    assert [colour for _, colour in right] == [(255, 255, 255)]


def test_the_policy_keeps_a_planted_script_from_running(browser: Browser, page: str, tmp_path: Path) -> None:
    planted = page.replace("</main>", "<script>document.title = 'ran'</script></main>")
    file = tmp_path / "page.html"
    file.write_text(planted, encoding="utf-8")
    assert "<title>ran</title>" not in browser.shown(file)
    file.write_text(
        re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", planted), encoding="utf-8"
    )
    assert "<title>ran</title>" in browser.shown(file)  # the test can fail


def test_the_page_prints_on_a4_with_nothing_cut_off(browser: Browser, page: str, tmp_path: Path) -> None:
    file = tmp_path / "page.html"
    file.write_text(page, encoding="utf-8")
    pdf = browser.printed(file, tmp_path / "page.pdf")
    assert "(A4)" in told_by("pdfinfo", str(pdf))
    boxes = told_by("pdftotext", "-bbox", str(pdf), "-")
    width = float(re.findall(r'<page width="([\d.]+)"', boxes)[0])
    assert max(float(each) for each in re.findall(r'xMax="([\d.]+)"', boxes)) < width - 20
