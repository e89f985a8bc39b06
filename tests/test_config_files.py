"""YAML that people edit: the shipped files load; a mistake is answered with file, line, field, choices."""

from __future__ import annotations

from pathlib import Path

import pytest

from xlgoals.errors import CannotDo
from xlgoals.form import load_form, normal_label
from xlgoals.masterform import load_master_form
from xlgoals.messages import Language
from xlgoals.profile import Role, load_profile, profile_names
from xlgoals.resources import resource_path


def test_shipped_profiles() -> None:
    assert set(profile_names()) >= {"cn-2015", "cn-2021", "tianjin-2022"}
    for name in profile_names():
        profile = load_profile(name)
        assert profile.id == name
        assert all(profile.roles[role] for role in Role)
        assert profile.money_unit in load_form().official.money_units


def test_trees_differ_where_the_documents_differ() -> None:
    assert load_profile("cn-2015").allows("产出指标", "成本指标")
    assert not load_profile("cn-2021").allows("产出指标", "成本指标")
    assert load_profile("cn-2021").allows("成本指标", "经济成本指标")
    assert load_profile("tianjin-2022").allows("效果 指标", "环境效益指标")  # both by synonym


def test_labels_and_aliases_of_a_sheet_never_clash() -> None:
    form = load_form()
    for sheet in (form.projects, form.indicators):
        names = [normal_label(name) for c in sheet.columns for name in (c.label, *c.aliases)]
        assert len(names) == len(set(names))


def test_the_master_names_every_state_severity_and_opinion() -> None:
    form = load_master_form()
    assert set(form.severities) == {"error", "warning", "advice"}
    assert set(form.opinions) == {str(number) for number in range(1, 12)}


def changed(tmp_path: Path, name: str, old: str, new: str) -> Path:
    text = resource_path(*name.split("/")).read_text(encoding="utf-8")
    assert text.count(old) >= 1
    path = tmp_path / name.rpartition("/")[2]
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return path


PROFILE = "profiles/cn-2021.yaml"
FORM = "form.yaml"
MISTAKES = [
    # file, what is changed, what the sentence must tell
    (PROFILE, "money_unit:", "mony_unit:", ["cn-2021.yaml", "第 7 行", "mony_unit", "money_unit"]),
    (PROFILE, "output: [产出指标]", "output: [产出]", ["第 14 行", "roles.output", "“产出”", "产出指标"]),
    (PROFILE, "IND-03: advice", "IND-03: mild", ["severities.IND-03", "mild", "error | warning | advice"]),
    (
        PROFILE,
        "required_level2: [数量指标, 质量指标]",
        "required_level2: 数量指标",
        ["第 21 行", "required_level2"],
    ),
    (PROFILE, "效果指标: 效益指标", "效果指标: 收益指标", ["synonyms.效果指标", "收益指标"]),
    (PROFILE, "id: cn-2021", "id: [cn", ["cn-2021.yaml", "YAML"]),
    (
        FORM,
        "kind: money",
        "kind: monney",
        ["form.yaml", "columns[3].kind", "monney", "text | code | money | choice | number | check"],
    ),
    (FORM, "list: level2", "list: level3", ["list", "level3", "projects | level1 | level2"]),
    (FORM, "width: 14", "width: wide", ["columns[2].width", "wide"]),
    (FORM, "spare_rows: 60", "spare_rows: many", ["sheets.projects.spare_rows", "many"]),
    (FORM, "key: fiscal", "key: budget", ["columns[4].key", "budget", "once"]),
    (FORM, "(?P<code>", "(?P<kode>", ["official.unit_line", "(?P<code>…)"]),
    (FORM, '元: "0.0001"', "元: viel", ["official.money_units.元", "viel"]),
    (FORM, 'accepts: ["1.0"]', 'accepts: ["0.9"]', ["accepts", "0.9"]),
    (FORM, "file_name:", "file_nam:", ["file_nam", "file_name"]),
]


@pytest.mark.parametrize(("name", "old", "new", "told"), MISTAKES, ids=[row[2] for row in MISTAKES])
def test_a_mistake_is_pointed_at(tmp_path: Path, name: str, old: str, new: str, told: list[str]) -> None:
    path = changed(tmp_path, name, old, new)
    with pytest.raises(CannotDo) as refusal:
        load_form(path) if name == FORM else load_profile(path)
    sentence = refusal.value.sentence(Language.ZH)
    assert [part for part in told if part not in sentence] == [], sentence
    assert refusal.value.sentence(Language.EN) != sentence


def test_an_unknown_profile_lists_the_known_ones() -> None:
    with pytest.raises(CannotDo, match="tianjin-2022"):
        load_profile("beijing-1999")


def test_a_file_that_is_not_utf8_says_how_to_save_it(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_bytes("id: 天津".encode("gb18030"))
    with pytest.raises(CannotDo, match="UTF-8"):
        load_profile(path)
