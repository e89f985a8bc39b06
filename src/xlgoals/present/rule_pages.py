"""The pages of the rules as documents: one Markdown file a rule, and an index by layer.

Made from the same pages that `xlgoals rules CODE` shows, so neither can say anything else than the other.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from xlgoals.catalogue import RulePage, rule_pages
from xlgoals.messages import Language, say
from xlgoals.present.pages import example_lines
from xlgoals.profile import load_profile, profile_names

INDEX = "README.md"
_LAYERS = range(1, 7)
_EXAMPLES = ("wrong", "right")


def rule_documents() -> Mapping[str, str]:
    """File name → its text: every rule's page, and the index."""
    pages = rule_pages()
    documents = {f"{code}.md": _joined(_page(page)) for code, page in pages.items()}
    return {**documents, INDEX: _joined(_index(list(pages.values())))}


def _joined(lines: Iterator[str]) -> str:
    return "\n".join(lines) + "\n"


def _index(pages: list[RulePage]) -> Iterator[str]:
    profiles = profile_names()
    yield f"# {_both('rulebook.title')}"
    yield ""
    yield say("rulebook.about", Language.ZH, count=len(pages))
    yield ""
    yield say("rulebook.about", Language.EN, count=len(pages))
    for layer in _LAYERS:
        own = sorted((page for page in pages if page.layer == layer), key=lambda page: page.code)
        if not own:
            continue
        yield ""
        yield f"## {layer} {_both(f'layer.{layer}')}"
        yield ""
        heads = [_both("rulebook.code"), _both("rulebook.checks"), *profiles, _both("rulebook.opinion")]
        yield _row(heads)
        yield _row(["---"] * len(heads))
        for page in own:
            titles = f"{page.words[Language.ZH].title}<br>{page.words[Language.EN].title}"
            severities = [_severity(page, profile) for profile in profiles]
            opinion = "" if page.opinion is None else f"{page.opinion} {_both(f'opinion.{page.opinion}')}"
            yield _row([f"[{page.code}]({page.code}.md)", titles, *severities, opinion])


def _severity(page: RulePage, profile: str) -> str:
    chosen = load_profile(profile).severities.get(page.code, page.severity.value)
    return "—" if chosen == "off" else _both(f"severity.{chosen}")


def _row(cells: list[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _both(key: str) -> str:
    chinese, english = say(key, Language.ZH), say(key, Language.EN)
    return chinese if chinese == english else f"{chinese} {english}"


def _page(page: RulePage) -> Iterator[str]:
    yield f"# {page.code} {page.words[Language.ZH].title}"
    yield ""
    yield page.words[Language.EN].title
    for language in Language:
        yield from _words(page, language)
    for kind in _EXAMPLES:
        example = page.wrong if kind == "wrong" else page.right
        yield ""
        yield f"## {_both(f'rules.{kind}')}"
        yield ""
        yield "```text"
        yield from example_lines(example, Language.ZH)
        yield "```"
    yield ""
    yield f"[{_both('rulebook.back')}]({INDEX})"


def _words(page: RulePage, language: Language) -> Iterator[str]:
    words = page.words[language]
    about = [say(f"severity.{page.severity}", language), say(f"layer.{page.layer}", language)]
    if page.opinion is not None:
        about.append(say(f"opinion.{page.opinion}", language))
    parts = [("rules.why", words.why), ("rules.message", words.message)]
    if words.blank:
        parts.append(("rulebook.blank", words.blank))
    parts.append(("rules.fix", words.fix))
    if page.source:
        parts.append(("rules.source", say("list.comma", language).join(page.source)))
    if words.misses:
        parts.append(("rules.misses", words.misses))
    yield ""
    yield f"## {say('rulebook.language', language)}"
    yield ""
    yield " · ".join(about)
    for key, text in parts:
        yield ""
        yield f"**{say(key, language)}** {text}"
