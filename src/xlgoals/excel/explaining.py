"""规则说明 and 自检: what a finding means, and what is missing on this machine."""

from __future__ import annotations

from collections.abc import Iterator

from xlgoals.catalogue import RulePage, rule_page, rule_pages
from xlgoals.doctor import Health, examine
from xlgoals.excel.reading import read_sheet
from xlgoals.excel.session import Session
from xlgoals.messages import Language, say
from xlgoals.read.listing import listing_in


def rules(session: Session) -> None:
    """The page of the rule in the selected row of 校验结果; else the rules that it lists."""
    spec, sheet = session.form.results, session.sheet(session.form.results.name)
    page = None if sheet is None else read_sheet(sheet, session.host, formatted=False)
    codes = {} if page is None else listing_in(page, spec.columns).codes
    chosen = _selected_row(session) if codes else 0
    if chosen in codes:
        session.host.tell("\n".join(_told(rule_page(codes[chosen]))))
        return
    if not codes:
        session.tell("rules.pick", count=len(rule_pages()))
        return
    listed = dict.fromkeys(codes.values())
    lines = [f"{code}  {rule_page(code).words[Language.ZH].title}" for code in listed]
    session.host.tell("\n".join([say("rules.found", Language.ZH), "", *lines]))


def _selected_row(session: Session) -> int:
    """The row that is selected in 校验结果; 0 if another sheet is in front."""
    selection = session.book.app.selection
    if selection is None or selection.sheet.name != session.form.results.name:
        return 0
    return int(selection.row)


def _told(page: RulePage) -> Iterator[str]:
    zh = Language.ZH
    words = page.words[zh]
    yield f"{page.code}  {words.title}"
    about = [say(f"severity.{page.severity}", zh)]
    if page.opinion is not None:
        about.append(say(f"opinion.{page.opinion}", zh))
    yield " · ".join(about)
    parts = [("rules.why", words.why), ("rules.fix", words.fix)]
    if page.source:
        parts.append(("rules.source", say("list.comma", zh).join(page.source)))
    if words.misses:
        parts.append(("rules.misses", words.misses))
    for key, text in parts:
        yield ""
        yield say(key, zh)
        yield text


def doctor(session: Session) -> None:
    """What is missing on this machine comes first, each with its cure."""
    order = [Health.BAD, Health.MISSING, Health.GOOD]
    checks = sorted(examine(), key=lambda check: order.index(check.health))
    lines = [say(f"doctor.{each.key}.{each.health}", Language.ZH, detail=each.detail) for each in checks]
    session.host.tell("\n".join(lines))
