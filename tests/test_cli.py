"""The command line as a person uses it: what is printed, exit codes, one sentence when it cannot be done."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.books import edited, plain_book, write_submission
from tests.support.seed import SEED, seed_submissions


def run(*words: object, cwd: Path | None = None, lang: str = "zh") -> subprocess.CompletedProcess[str]:
    """One real process, as from a shell."""
    env = {**os.environ, "XLGOALS_LANG": lang, "PYTHONUTF8": "1"}
    command = [sys.executable, "-m", "xlgoals", *map(str, words)]
    return subprocess.run(command, capture_output=True, encoding="utf-8", cwd=cwd, env=env, check=False)


@pytest.fixture(scope="module")
def centre(tmp_path_factory: pytest.TempPathFactory) -> Path:
    (_, submission) = seed_submissions()
    return write_submission(tmp_path_factory.mktemp("u") / "306201_2022_绩效目标.xlsx", submission)


def test_demo_does_the_whole_job(tmp_path: Path) -> None:
    done = run("demo", "-o", "演示", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    files = sorted(str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*.xlsx"))
    assert files == [
        "演示/master.xlsx",
        "演示/units/306101_2022_绩效目标.xlsx",
        "演示/units/306201_2022_绩效目标.xlsx",
    ]
    assert "汇总表：演示/master.xlsx" in done.stdout
    assert "3,444.00" in done.stdout
    english = run("demo", "-o", "演示", "--lang", "en", cwd=tmp_path)
    assert "Master book: 演示/master.xlsx" in english.stdout
    assert sorted(str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*.xlsx")) == files


def test_import_lists_on_stderr_what_was_inherited(tmp_path: Path) -> None:
    done = run("import", SEED, "-o", tmp_path / "出")
    assert done.returncode == 0
    assert "已写入" in done.stdout
    lines = done.stderr.splitlines()
    assert sum("没有写单位编码和名称，按" in line for line in lines) == 5
    assert sum("没有写金额单位" in line for line in lines) == 1
    assert sum("取 2022 年" in line for line in lines) == 1
    assert "合并的一级（二级）指标已逐行补全：76 行。" in lines
    again = run("import", SEED, "-o", tmp_path / "出")
    assert (again.returncode, again.stdout) == (2, "")
    assert "没有覆盖" in again.stderr


def test_export_is_one_json_document(centre: Path) -> None:
    document = json.loads(run("export", centre).stdout)
    assert document["unit"] == {"code": "306201", "name": "天津市合作交流综合服务中心"}
    (project,) = document["projects"]
    assert (project["budget"], project["other"], len(project["indicators"])) == ("60.00", None, 7)
    assert project["indicators"][0] == {
        "level1": "产出指标",
        "level2": "成本指标",
        "name": "保障成本",
        "description": "保障离退休人员双补及事业运行成本",
        "target": "60万元",
        "comparator": None,
        "value": "60",
        "unit": "万元",
        "waiver": None,
        "cell": "指标!G4",
    }
    both = json.loads(run("export", SEED).stdout)
    assert [len(each["projects"]) for each in both] == [12, 1]


def test_validate_as_text_and_as_json(centre: Path, tmp_path: Path) -> None:
    text = run("validate", centre)
    assert text.returncode == 0
    assert "306201_2022_绩效目标.xlsx" in text.stdout
    findings = json.loads(run("validate", centre, "--format", "json").stdout)
    keys = "code severity layer file sheet cell also project field value message fix opinion waived edits"
    assert {tuple(finding) for finding in findings} == {tuple(keys.split())}

    def spoil(workbook: object) -> None:
        workbook["项目"]["D4"] = "六十万"  # type: ignore[index]

    spoilt = edited(centre, tmp_path / "坏.xlsx", spoil)
    assert run("validate", spoilt).returncode == 1
    english = run("validate", spoilt, "--lang", "en")
    assert "error BUD-01" in english.stdout
    assert "    项目!D4  " in english.stdout


def test_findings_of_one_cure_are_told_once(tmp_path: Path) -> None:
    (office, _) = seed_submissions()
    told = run("validate", write_submission(tmp_path / "306101.xlsx", office)).stdout
    assert "    指标!E51:E55  这张表内有 5 行三级指标都叫“援甘前方指挥部工作经费”。\n" in told
    assert "（99 处）" in told
    assert "“总预算不高于⏎324万”" in told
    assert len(told.splitlines()) < 130  # 143 findings


def test_rules_lists_and_explains() -> None:
    listing = run("rules")
    assert listing.returncode == 0
    assert "BUD-02" in listing.stdout
    page = run("rules", "bud-02", "--lang", "en")
    assert "BUD-02" in page.stdout
    assert "How to correct it" in page.stdout
    assert run("rules", "XYZ-99").returncode == 2


def test_target_tells_how_a_value_is_read() -> None:
    document = json.loads(run("target", "不少于50次", "--format", "json").stdout)
    assert (document["comparator"], document["value"], document["unit"]) == (">=", "50", "次")
    assert "≥50次" in run("target", "不少于50次").stdout


def test_doctor_finds_this_machine_fit() -> None:
    done = run("doctor", "--lang", "en")
    assert done.returncode == 0
    assert "Python 3." in done.stdout


def test_template_for_a_unit(tmp_path: Path) -> None:
    path = tmp_path / "申报表.xlsx"
    words = ("template", "-o", path, "--unit", "306101", "--unit-name", "某某局", "--year", "2026")
    assert run(*words).returncode == 0
    document = json.loads(run("export", path).stdout)
    assert (document["unit"]["code"], document["year"], document["projects"]) == ("306101", 2026, [])


BAD = [
    ("没有这个文件", ["validate", "no-such.xlsx"], "没有找到这个文件"),
    ("不是工作簿", ["validate", "notes.xlsx"], "这是文本（或 CSV）文件，不是工作簿"),
    ("别的工作簿", ["validate", "other.xlsx"], "不是项目支出绩效目标申报模板"),
    ("文件夹", ["validate", "empty"], "这是文件夹"),
    ("空文件夹", ["consolidate", "empty", "-o", "m.xlsx"], "没有找到可以汇总的工作簿"),
    ("没有文件夹", ["consolidate", "nowhere", "-o", "m.xlsx"], "没有找到这个文件"),
    ("没有这个口径", ["template", "-o", "t.xlsx", "--profile", "beijing"], "没有名为“beijing”的口径"),
    ("导入的没有表格", ["import", "other.xlsx", "-o", "out"], "没有找到绩效目标表"),
    ("导入的没有表", ["import", "notes.txt", "-o", "out"], "没有找到项目支出绩效目标表"),
    ("覆盖别的文件", ["consolidate", "units", "-o", "other.xlsx"], "没有覆盖"),
    ("输出是文件夹", ["consolidate", "units", "-o", "empty"], "这是文件夹"),
    ("输出在文件下", ["consolidate", "units", "-o", "notes.txt/m.xlsx"], "无法保存"),
]


@pytest.mark.parametrize(("name", "words", "told"), BAD, ids=[row[0] for row in BAD])
def test_bad_input_is_one_sentence_and_leaves_nothing(
    tmp_path: Path, centre: Path, name: str, words: list[str], told: str
) -> None:
    (tmp_path / "notes.xlsx").write_text("只是文字", encoding="utf-8")
    (tmp_path / "notes.txt").write_text("只是文字", encoding="utf-8")
    (tmp_path / "empty").mkdir()
    (tmp_path / "units").mkdir()
    (tmp_path / "units" / centre.name).write_bytes(centre.read_bytes())
    plain_book(tmp_path / "other.xlsx", [["甲"]], sheet="Sheet1")
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    done = run(*words, cwd=tmp_path)
    assert done.returncode == 2
    assert told in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before
    english = run(*words, "--lang", "en", cwd=tmp_path)
    assert english.returncode == 2
    assert english.stderr.strip() != done.stderr.strip()


@pytest.mark.skipif(
    not Path("/proc/self").is_dir(), reason="needs Linux: nobody, not even root, writes there"
)
def test_a_read_only_folder_is_said(centre: Path) -> None:
    done = run("consolidate", centre, "-o", "/proc/汇总表.xlsx")
    assert done.returncode == 2
    assert "无法保存" in done.stderr
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize("command", ["", "demo", "template", "import", "export", "validate", "consolidate"])
def test_every_command_explains_itself(command: str) -> None:
    done = run(*([command] if command else []), "--help")
    assert done.returncode == 0
    assert any("\u4e00" <= character <= "\u9fff" for character in done.stdout)


def test_a_cell_cannot_steer_the_terminal(tmp_path: Path) -> None:
    """Colours and cursor moves in a cell are spelled out wherever the value is shown."""
    path = edited(
        write_submission(tmp_path / "a.xlsx", seed_submissions()[1]),
        tmp_path / "b.xlsx",
        lambda book: book["指标"].__setitem__("G6", "约\u202e50\u200f家"),
    )
    told = run("validate", str(path)).stdout
    assert "\u202e" not in told
    assert "\\u202e" in told
