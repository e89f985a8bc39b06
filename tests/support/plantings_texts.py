"""Faults of writing: symbols, blanks, slips, dates that lost their format."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator

from msgspec.structs import replace

from tests.support.planting import Planting, changed_field, in_project
from xlgoals.model import Address, Project

# code, field, change: a fault of a project, of any row, of a row under 时效指标
PROJECT_FAULTS: tuple[tuple[str, str, Callable[[str], str]], ...] = (
    ("TXT-01", "purpose", lambda text: f"{text}共２批"),
    ("TXT-01", "goals", lambda text: f"{text}达到９０％"),
    ("TXT-02", "purpose", lambda text: f" {text}"),
    ("TXT-02", "purpose", lambda text: f"{text[:3]}\u200b{text[3:]}"),
    ("TXT-02", "goals", lambda text: f"{text[:4]}\u00a0{text[4:]}"),
    ("TXT-02", "goals", lambda text: f"{text}\n"),
    ("TXT-02", "project", lambda text: f"{text}\u3000"),
    ("TXT-03", "purpose", lambda text: f"{text}，做好布署"),
    ("TXT-03", "goals", lambda text: f"{text}，及时拔付资金"),
    ("TXT-03", "purpose", lambda text: f"{text}，完成上级富裕的任务"),
    ("TXT-06", "purpose", lambda text: f"{text}，国家发展改革印发的规划"),
    ("TXT-06", "goals", lambda text: f"{text}，落实工业与信息化部要求"),
)
ROW_FAULTS: tuple[tuple[str, str, Callable[[str], str]], ...] = (
    ("TXT-01", "target", lambda text: f"{text}，≧9次"),
    ("TXT-01", "target", lambda text: f">={text}１"),
    ("TXT-01", "name", lambda text: f"{text}Ａ"),
    ("TXT-01", "description", lambda text: f"{text}（％）"),
    ("TXT-02", "target", lambda text: f"{text}\n备注"),
    ("TXT-02", "target", lambda text: f"{text}\t"),
    ("TXT-02", "name", lambda text: f"{text[:2]}  {text[2:]}"),
    ("TXT-02", "description", lambda text: f"\ufeff{text}"),
    ("TXT-02", "level2", lambda text: f"{text} "),
    ("TXT-02", "level1", lambda text: f"{text}\u00a0"),
    ("TXT-03", "target", lambda text: f"{text}，不底于前一年"),
    ("TXT-03", "name", lambda text: f"{text}完成律"),
    ("TXT-03", "description", lambda text: f"{text}，登陆系统可查"),
    ("TXT-06", "description", lambda text: f"{text}，国家卫生和健康委员会口径"),
    ("TXT-06", "name", lambda text: f"文化与旅游局{text}"),
)
TIME_FAULTS: tuple[tuple[str, str, Callable[[str], str]], ...] = (
    ("TXT-07", "target", lambda text: "44,561"),
    ("TXT-07", "target", lambda text: "44926"),
)


def _one_item_closed(project: Project, rng: random.Random) -> tuple[Project, Address] | None:
    items = project.goals.splitlines()
    ends = {item[-1:] in "。；！" for item in items}
    if len(items) < 2 or len(ends) > 1:
        return None
    at = rng.randrange(len(items))
    items[at] = items[at].rstrip("。；！") if True in ends else f"{items[at]}。"
    return replace(project, goals="\n".join(items)), project.location.address("goals")


def text_plantings() -> Iterator[Planting]:
    """Every kind of fault in one text."""
    for of, faults in (("project", PROJECT_FAULTS), ("row", ROW_FAULTS), ("time", TIME_FAULTS)):
        for number, (code, field, change) in enumerate(faults):
            planted = in_project(changed_field(field, change, of=of))
            yield Planting(code=code, kind=f"{of} {number:02} {field}", change=planted, is_alone=True)
    yield Planting(code="TXT-05", kind="one item", change=in_project(_one_item_closed), is_alone=True)
