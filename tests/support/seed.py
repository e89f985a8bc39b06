"""The published tables of 2022 that every layer is tested on."""

from __future__ import annotations

from functools import cache

from xlgoals.form import load_form
from xlgoals.model import Submission
from xlgoals.profile import load_profile
from xlgoals.read.published import read_published
from xlgoals.resources import example_path

SEED = example_path("source", "306_2022_项目支出绩效目标表.txt")


@cache
def seed_submissions() -> tuple[Submission, ...]:
    """Both units' submissions, read from the text."""
    return read_published(SEED, load_form(), load_profile("tianjin-2022"))
