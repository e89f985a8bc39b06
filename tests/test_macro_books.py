"""Workbooks with buttons and the add-in: they hold what the texts say, and are otherwise unchanged."""

from __future__ import annotations

import importlib.metadata
import io
import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

import xlgoals
from tests.support.books import repacked
from tests.support.macros import modules_in, project_in, runs_by_itself
from tests.support.office import Office
from xlgoals.building import build, build_warm, make_macro_template
from xlgoals.errors import CannotDo
from xlgoals.form import load_form
from xlgoals.macro.commands import Place, load_commands
from xlgoals.macro.modules import addin_modules, warm_addin_modules, workbook_modules
from xlgoals.macro.project import Module, document_modules
from xlgoals.macro.server import CHANGES, Change, server_module, xlwings_folder, xlwings_release
from xlgoals.model import Sighting
from xlgoals.profile import load_profile, profile_names
from xlgoals.read.book import read_book
from xlgoals.read.package import read_package
from xlgoals.workbench import load_workbench
from xlgoals.write.pristine import pristine_book

CHECKOUT = Path(__file__).parent.parent
UNIT = xlgoals.Unit(code="306101", name="天津市人民政府合作交流办公室")
TABLE = load_commands()
HANDLERS = [
    *("validate", "fill", "fix", "undo", "consolidate", "missing"),
    *("return", "compare", "print", "word", "rules", "doctor"),
]
ADDIN, BENCH, BLANK = "xlgoals.xlam", "汇总工作台.xlsm", "申报表_tianjin-2022.xlsm"
SUB = re.compile(r"^Public Sub (\w+)\((.*)\)$", re.MULTILINE)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    return {path.name: path for path in build(tmp_path_factory.mktemp("built"))}


GUIDE = "xl/worksheets/sheet1.xml"


def members(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return {info.filename: package.read(info) for info in package.infolist()}


def subs(lines: Mapping[str, list[str]]) -> dict[str, str]:
    """Public macros of a project as ``Module.Sub``, with their arguments."""
    return {
        f"{module}.{name}": arguments
        for module, text in lines.items()
        for name, arguments in SUB.findall("\n".join(text))
    }


def buttons(workbook: Path) -> dict[str, str]:
    """Macro of each form button on the first sheet, by its label."""
    text = members(workbook.read_bytes())["xl/drawings/vmlDrawing1.vml"].decode("utf-8")
    labels = re.findall(r"<font[^>]*>([^<]*)</font>", text)
    macros = re.findall(r"<x:FmlaMacro>\[0\]!([^<]*)</x:FmlaMacro>", text)
    return dict(zip(labels, macros, strict=True))


def test_the_table_lists_every_handler() -> None:
    assert [command.handler for command in TABLE.commands] == HANDLERS
    assert {group: [c.label for c in TABLE.commands if c.group == group] for group in TABLE.groups} == {
        "entry": ["校验", "填充标准指标", "修正", "撤销"],
        "department": ["汇总", "缺报", "退回", "比对"],
        "output": ["打印目标表", "导出 Word"],
        "help": ["规则说明", "自检"],
    }


def test_all_are_built(built: Mapping[str, Path]) -> None:
    assert sorted(built) == sorted([ADDIN, BENCH, *(f"申报表_{name}.xlsm" for name in profile_names())])


def test_what_is_kept_is_what_the_program_makes(built: Mapping[str, Path]) -> None:
    kept = {path.name: path for path in (*CHECKOUT.glob("templates/*.xlsm"), *CHECKOUT.glob("addin/*.xlam"))}
    assert sorted(kept) == sorted(built)
    changed = [name for name in kept if members(kept[name].read_bytes()) != members(built[name].read_bytes())]
    assert changed == []


@pytest.mark.parametrize("zone", ["Asia/Shanghai", "America/Los_Angeles"])
def test_two_builds_are_equal_to_the_byte(built: Mapping[str, Path], tmp_path: Path, zone: str) -> None:
    settings = {**os.environ, "TZ": zone, "PYTHONHASHSEED": str(len(zone)), "LC_ALL": "C.UTF-8"}
    command = [sys.executable, "-m", "xlgoals", "addin", "build", "-o", str(tmp_path)]
    subprocess.run(command, check=True, capture_output=True, env=settings)
    again = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert again == {name: path.read_bytes() for name, path in built.items()}


@pytest.mark.parametrize(
    ("name", "modules", "sheets"),
    [
        (ADDIN, addin_modules(TABLE), 1),
        (BENCH, workbook_modules(TABLE, Place.WORKBENCH), 2),
        (BLANK, workbook_modules(TABLE, Place.UNIT), 7),
    ],
    ids=["add-in", "workbench", "unit"],
)
def test_every_module_reads_back(
    built: Mapping[str, Path], name: str, modules: list[Module], sheets: int
) -> None:
    expected = {m.name: m.text.splitlines() for m in [*document_modules(sheets), *modules]}
    assert modules_in(project_in(built[name])) == expected


@pytest.mark.parametrize("name", [ADDIN, BENCH, BLANK])
def test_no_macro_runs_by_itself(built: Mapping[str, Path], name: str) -> None:
    found = modules_in(project_in(built[name]))
    assert [module for module, lines in found.items() if runs_by_itself(lines)] == []
    assert runs_by_itself(["Sub Workbook_Open()", "End Sub"])


@pytest.mark.parametrize(
    ("name", "labels"),
    [
        (BLANK, ["校验", "填充标准指标", "修正", "撤销", "打印目标表"]),
        (BENCH, ["汇总", "缺报", "退回", "比对"]),
    ],
)
def test_every_button_has_its_macro(built: Mapping[str, Path], name: str, labels: list[str]) -> None:
    found = subs(modules_in(project_in(built[name])))
    bound = buttons(built[name])
    assert list(bound) == labels
    assert {f"XlgoalsMacros.{macro}": "" for macro in bound.values()} == {
        each: arguments for each, arguments in found.items() if each.startswith("XlgoalsMacros.")
    }
    assert found["XlgoalsRunner.RunXlgoals"] == "ByVal handler As String"


def test_every_control_of_the_ribbon_has_its_macro(built: Mapping[str, Path]) -> None:
    found = subs(modules_in(project_in(built[ADDIN])))
    tab = ET.fromstring(members(built[ADDIN].read_bytes())["customUI/customUI14.xml"])  # noqa: S314 our own
    space = "{http://schemas.microsoft.com/office/2009/07/customui}"
    assert [group.get("label") for group in tab.iter(f"{space}group")] == ["填报", "汇总", "输出", "帮助"]
    controls = list(tab.iter(f"{space}button"))
    assert [control.get("id") for control in controls] == [f"xlgoals_{handler}" for handler in HANDLERS]
    assert {found[str(control.get("onAction"))] for control in controls} == {"control As IRibbonControl"}
    for control in controls:
        assert all(control.get(name) for name in ("label", "screentip", "supertip", "imageMso", "keytip"))
    keytips = [str(control.get("keytip")) for control in controls]
    assert len(set(keytips)) == len(keytips)


def test_each_macro_asks_for_its_handler(built: Mapping[str, Path]) -> None:
    code = "\n".join(modules_in(project_in(built[ADDIN]))["XlgoalsRibbon"])
    assert re.findall(r'XlgoalsRun "(\w+)"', code) == HANDLERS
    allowed = "\n".join(modules_in(project_in(built[ADDIN]))["XlgoalsMain"])
    assert re.findall(r'Case "(\w+)": IsCommand = True', allowed) == HANDLERS


def test_every_name_that_macros_say_exists(built: Mapping[str, Path]) -> None:
    code = "\n".join(line for lines in modules_in(project_in(built[ADDIN])).values() for line in lines)
    said = set(re.findall(r'Tell "(\w+)"', code))
    names = read_book(read_package(built[ADDIN])[0]).names
    assert {f"say_{key}" for key in said} <= set(names)
    assert said | {"addin_missing"} == set(TABLE.says)
    for name in (BENCH, BLANK):
        told = read_book(read_package(built[name])[0]).names["xlgoals_addin_missing"]
        assert told == f'"{TABLE.says["addin_missing"]}"'


def test_the_addin_is_hidden_and_says_what_it_was_built_from(built: Mapping[str, Path]) -> None:
    content = members(built[ADDIN].read_bytes())
    assert b"application/vnd.ms-excel.addin.macroEnabled.main+xml" in content["[Content_Types].xml"]
    assert b'<workbookView visibility="hidden" ' in content["xl/workbook.xml"]
    assert read_book(read_package(built[ADDIN])[0]).properties == {
        "xlgoals_addin_version": importlib.metadata.version("xlgoals"),
        "xlgoals_addin_xlwings": "",
    }


@pytest.mark.parametrize("profile", profile_names())
def test_the_unit_s_workbook_is_the_one_without_macros_and_its_buttons(tmp_path: Path, profile: str) -> None:
    plain = members(xlgoals.make_template(tmp_path / "a.xlsx", profile=profile, unit=UNIT).read_bytes())
    macro = members(make_macro_template(tmp_path / "a.xlsm", profile=profile, unit=UNIT).read_bytes())
    added = {"xl/vbaProject.bin", "xl/drawings/vmlDrawing1.vml", "xl/worksheets/_rels/sheet1.xml.rels"}
    assert set(macro) - set(plain) == added
    assert set(plain) <= set(macro)
    assert b'<workbookProtection lockStructure="1"/>' in macro["xl/workbook.xml"]
    for name, content in plain.items():
        text = re.sub(rb"<sheetPr codeName=\"\w+\"/>|(?<=<sheetPr) codeName=\"\w+\"", b"", macro[name])
        text = re.sub(rb"<legacyDrawing [^>]*/>", b"", text)
        text = re.sub(rb'<row r="2" [^>]*/>', b"", text) if name == GUIDE else text  # room for the buttons
        text = re.sub(rb"(?<=<workbookPr) codeName=\"ThisWorkbook\"", b"", text)
        text = re.sub(rb' codeName="{[-0-9A-F]*}"', b"", text)
        text = re.sub(rb"<definedName name=\"xlgoals_addin_missing\">[^<]*</definedName>", b"", text)
        text = text.replace(
            b'<Default Extension="bin" ContentType="application/vnd.ms-office.vbaProject"/>', b""
        )
        text = re.sub(rb'<Default Extension="vml" [^>]*/>', b"", text)
        text = text.replace(
            b"vnd.ms-excel.sheet.macroEnabled.main",
            b"vnd.openxmlformats-officedocument.spreadsheetml.sheet.main",
        )
        text = re.sub(
            rb'<Relationship Id="rId\d+" Type="[^"]*/vbaProject" Target="vbaProject.bin"/>', b"", text
        )
        assert text == content, name


def test_our_reader_sees_no_difference(tmp_path: Path) -> None:
    for profile in profile_names():
        path = make_macro_template(tmp_path / f"{profile}.xlsm", profile=profile, unit=UNIT, year=2026)
        (submission,) = xlgoals.load(path)
        # That there are macros at all is told; in structure and content nothing else differs.
        others = [each for each in submission.observations if each.sighting is not Sighting.HAS_MACROS]
        assert others == []
        assert (submission.unit, submission.year, submission.profile) == (UNIT, 2026, profile)
        book = read_book(read_package(path)[0])
        assert [sheet.name for sheet in book.sheets] == [
            sheet.name for sheet in pristine_book(load_form(), load_profile(profile)).sheets
        ]


def test_the_validator_has_nothing_to_say(
    built: Mapping[str, Path], validator: Callable[[Path], list[str]], tmp_path: Path
) -> None:
    assert {name: validator(path) for name, path in built.items()} == {name: [] for name in built}

    def misplace(name: str, content: bytes) -> bytes:
        wrong = content.replace(b"<bookViews>", b"<bookViews><calcPr/>")
        return wrong if name == "xl/workbook.xml" else content

    assert validator(repacked(built[ADDIN], tmp_path / ADDIN, misplace)) != []


@pytest.mark.parametrize(
    ("name", "place"), [(BLANK, Place.UNIT), (BENCH, Place.WORKBENCH)], ids=["unit", "workbench"]
)
def test_libreoffice_binds_and_runs_every_button(
    office: Office, built: Mapping[str, Path], name: str, place: Place
) -> None:
    """The add-in is Excel's; a double of the runner writes down what it is asked for."""
    told = office.buttons(built[name])
    script = "vnd.sun.star.script:VBAProject.XlgoalsMacros.{}?language=Basic&location=document"
    commands = TABLE.on(place)
    assert told["buttons"] == {command.label: [script.format(command.macro)] for command in commands}
    assert told["handlers"] == [command.handler for command in commands]
    assert {"XlgoalsMacros", "XlgoalsRunner", "ThisWorkbook", "Sheet1"} <= set(told["modules"])


def test_a_submission_carries_no_setting_and_starts_nothing(built: Mapping[str, Path]) -> None:
    for name in (BENCH, BLANK):
        code = "\n".join(line for lines in modules_in(project_in(built[name])).values() for line in lines)
        for word in ("Shell", "CreateObject", "Declare", "Environ", "Open ", "xlgoals.conf", "#If"):
            assert word not in code, (name, word)


def test_the_addin_takes_nothing_from_the_active_workbook(built: Mapping[str, Path]) -> None:
    """Only its name goes to Python; no sheet, folder or file beside it is looked at."""
    found = modules_in(project_in(built[ADDIN]))
    code = "\n".join(line.strip() for lines in found.values() for line in lines)
    assert re.findall(r"^.*ActiveWorkbook.*$", code, re.MULTILINE) == [
        "If ActiveWorkbook Is Nothing Then",
        "RunPython python, handler, ActiveWorkbook.Name",
    ]
    for word in ("Declare ", "cmd.exe", "ComSpec", ".FullName", "PYTHONPATH", 'CreateObject("Scripting'):
        assert word not in code
    assert code.count('" -I -B -m xlgoals.excel "') == 1


def test_the_warm_addin_takes_nothing_but_the_workbook_itself(tmp_path: Path) -> None:
    """Xlwings' server gets the workbook as an object; its settings, paths and imports are gone."""
    found = modules_in(project_in(build_warm(tmp_path)))
    expected = [*document_modules(1), *warm_addin_modules(TABLE)]
    assert found == {module.name: module.text.splitlines() for module in expected}
    assert not any(runs_by_itself(lines) for lines in found.values())
    code = "\n".join(line.strip() for lines in found.values() for line in lines)
    assert re.findall(r"^.*ActiveWorkbook.*$", code, re.MULTILINE) == [
        "If ActiveWorkbook Is Nothing Then",
        'server.SetAttr server.Module("xlwings._xlwindows"), "BOOK_CALLER", ActiveWorkbook',
        "RunPython python, handler, ActiveWorkbook.Name",
    ]
    # The library's functions are declared whole, though the one for arrays is never called.
    calls = "\n".join(line for line in code.splitlines() if "Declare" not in line)
    gone = (
        *("prepare_sys_path", "GetConfig", "PYTHONPATH", "Conda", ".FullName", "ADD_WORKBOOK", ".zip"),
        *("ActiveDocument", "LICENSE_KEY", "ImportPythonUDFs", "myaddin", "libc.dylib", "NDims("),
    )
    assert [word for word in gone if word in calls] == []
    assert calls.count(" -I -B ") == 2
    assert re.findall(r"\S*cmd\.exe", calls) == ['"\\System32\\cmd.exe']


def test_python_is_started_without_a_shell() -> None:
    """A shell reads the name of a workbook as its own language: %CMDCMDLINE% brings quotes, & a command."""
    process = (CHECKOUT / "addin" / "vba" / "XlgoalsProcess.bas").read_text("ascii")
    assert "cmd" not in process.lower().replace("command", "")
    script = (CHECKOUT / "addin" / "xlgoals.applescript").read_text("ascii")
    for given in ("interpreter", "handlerName", '("--wb=" & bookName)', '("--app=" & applicationPath)'):
        assert f"quoted form of {given}" in script


SOURCE = (xlwings_folder() / "xlwings_custom_addin.bas").read_text("ascii")


@pytest.mark.parametrize("change", CHANGES, ids=[change.name for change in CHANGES])
def test_every_change_must_find_its_place(change: Change) -> None:
    """A release of xlwings in which the place moved, or stands twice, stops the build with its name."""
    text = "\n".join(SOURCE.splitlines()) + "\n"
    for earlier in CHANGES:
        if earlier is change:
            break
        ((start, end),) = earlier.places(text)
        text = text[:start] + earlier.text + text[end:]
    ((start, end),) = change.places(text)
    broken = SOURCE.replace(text[start:end].splitlines()[0], "' moved")
    with pytest.raises(CannotDo) as refusal:
        server_module(broken)
    assert refusal.value.key == "macro.xlwings_changed"
    assert refusal.value.details["version"] == xlwings_release()


def test_the_notice_of_xlwings_is_kept() -> None:
    text = server_module().text
    assert "Copyright (C) 2014-present, Zoomer Analytics LLC." in text
    assert "Redistributions in binary form must reproduce the above copyright notice" in text
    notice = (CHECKOUT / "addin" / "NOTICE").read_text("utf-8")
    assert "Zoomer Analytics" in notice
    assert "Redistributions in binary form must reproduce" in notice


def test_the_workbench_is_found_by_its_labels(built: Mapping[str, Path]) -> None:
    bench = load_workbench()
    book = read_book(read_package(built[BENCH])[0])
    assert [sheet.name for sheet in book.sheets] == ["汇总工作台", "处理结果"]
    assert book.properties == {"xlgoals_template_id": bench.id, "xlgoals_template_version": bench.version}
    inputs = book.sheets[0]
    rows = [[inputs.at(row, column).text for column in (1, 2, 3)] for row in range(1, 12)]
    assert bench.cells(rows) == {
        "folder": (3, 1),
        "year": (4, 1),
        "roster": (5, 1),
        "master": (6, 1),
        "returns": (7, 1),
        "baseline": (8, 1),
        "profile": (9, 1),
    }
    assert bench.cells([["x", "报送 文件夹", "D:\\"], ["报送文件夹（必填）", "E:\\"]]) == {"folder": (0, 2)}
