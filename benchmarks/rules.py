"""How fast the rules are, and whether they find what is planted: ``make bench-rules``.

Every rule on a corpus of varied tables (:mod:`benchmarks.corpus`), each family alone, one submission of 2,000
rows, a dozen of the rules beside the same written with pandas, and planted faults. Processor time of one
process, the corpus in memory, garbage collection on; each finding is made, counted and dropped.
"""

from __future__ import annotations

import dataclasses
import platform
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from importlib.metadata import version

from msgspec.structs import replace

from benchmarks import pandas_rules
from benchmarks.corpus import corpus
from tests.support import mutations
from xlgoals.catalogue import rule_pages
from xlgoals.findings import Finding, in_reading_order
from xlgoals.form import load_form
from xlgoals.model import Submission
from xlgoals.profile import DEFAULT_PROFILE, Profile, load_profile
from xlgoals.rules import Setting, run_rules

SUBMISSIONS = 1000
SMALLER = 200
CLICK_ROWS = 2000


def only(profile: Profile, codes: Iterable[str]) -> Profile:
    """The profile with every rule switched off but those."""
    chosen = set(codes)
    off = {code: "off" for code in rule_pages() if code not in chosen}
    return dataclasses.replace(profile, severities={**profile.severities, **off})


def findings(submissions: Iterable[Submission], profile: Profile) -> Counter[str]:
    """How many findings each rule has; each submission's are made, counted and dropped."""
    setting = Setting(form=load_form(), profile=profile)
    return Counter(finding.code for each in submissions for finding in run_rules(each, setting))


def taken(act: Callable[[], object]) -> float:
    """Seconds of processor time."""
    begun = time.process_time()
    act()
    return time.process_time() - begun


def rows_in(submissions: Iterable[Submission]) -> int:
    """The number of indicators."""
    return sum(len(project.indicators) for each in submissions for project in each.projects)


def every_rule(submissions: Sequence[Submission], profile: Profile) -> None:
    """The whole corpus, and how much its texts repeat themselves."""
    rows = rows_in(submissions)
    indicators = [row for each in submissions for _, row in each.indicators]
    for field in ("name", "target"):
        share = len({getattr(row, field) for row in indicators}) / rows
        _say(f"different {field}s", f"{share:8.0%}")
    counts: Counter[str] = Counter()
    seconds = taken(lambda: counts.update(findings(submissions, profile)))
    _say("findings a row", f"{sum(counts.values()) / rows:8.2f}")
    _say(f"all rules, {rows} rows", f"{rows / seconds:8.0f} rows/s")


def families(submissions: Sequence[Submission], profile: Profile) -> None:
    """Each family alone, the texts read before, as they are for all families but the first."""
    rows = rows_in(submissions)
    codes = [code for code in rule_pages() if profile.severities.get(code) != "off"]
    findings(submissions, profile)
    for family in dict.fromkeys(code.partition("-")[0] for code in codes):
        own = [code for code in codes if code.startswith(f"{family}-")]
        seconds = taken(partial(findings, submissions, only(profile, own)))
        _say(f"{family}, {len(own)} rules", f"{seconds / rows * 1e6:8.2f} µs a row")


def one_click(profile: Profile) -> None:
    """One submission of 2,000 rows, its texts seen for the first and for the second time."""
    several = list(corpus(-(-CLICK_ROWS // 150), seed=1))
    large = replace(several[0], projects=tuple(p for each in several for p in each.projects))
    large = replace(large, projects=large.projects[: -(-CLICK_ROWS // 15)])
    setting = Setting(form=load_form(), profile=profile)

    def click() -> list[Finding]:
        return in_reading_order(run_rules(large, setting), ())

    for time_ in ("first", "second"):
        _say(f"one submission of {rows_in([large])} rows, {time_} time", f"{taken(click):8.2f} s")


def beside_pandas(submissions: Sequence[Submission], profile: Profile) -> None:
    """The same dozen rules, ours and with pandas."""
    rows = rows_in(submissions)
    mine: Counter[str] = Counter()
    ours = taken(lambda: mine.update(findings(submissions, only(profile, pandas_rules.CODES))))
    begun = time.process_time()
    frames = pandas_rules.frames(submissions)
    converted = time.process_time() - begun
    theirs: Counter[str] = Counter()
    checked = taken(lambda: theirs.update(pandas_rules.found(*frames, profile)))
    differing = {
        code: (mine[code], theirs[code]) for code in pandas_rules.CODES if mine[code] != theirs[code]
    }
    _say(f"{len(pandas_rules.CODES)} rules, ours, every target read as well", f"{rows / ours:8.0f} rows/s")
    pandas = f"{rows / (converted + checked):8.0f} rows/s"
    _say("the same with pandas", f"{pandas}  (of {converted + checked:.1f} s, frames {converted:.1f} s)")
    _say(
        "findings, ours and with pandas",
        f"{sum(mine.values())} {sum(theirs.values())} {differing or 'the same'}",
    )


def planted_faults() -> None:
    """One of each kind of fault in every table where it can stand; ``docs/mutations.md`` has the page."""
    results = mutations.results([0])
    beside = sum(len(result.others) for result in results)
    _say("faults planted", f"{len(results):8}")
    _say("found, at their cell", f"{sum(result.is_found for result in results) / len(results):8.2%}")
    _say("further findings of other rules for each", f"{beside / len(results):8.2f}")


def main() -> None:
    """All figures."""
    profile = load_profile(DEFAULT_PROFILE)
    _say("Python", f"{platform.python_version()}, pandas {version('pandas')}")
    one_click(profile)
    submissions = list(corpus(SUBMISSIONS))
    every_rule(submissions, profile)
    families(submissions[:SMALLER], profile)
    beside_pandas(submissions, profile)
    planted_faults()


def _say(name: str, figure: str) -> None:
    sys.stdout.write(f"{name:<52}{figure}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
