"""A master as one page for people: state, money, findings and quality, each number leading to its rows.

The page needs nothing else: no network, no script, no font of ours. Every text in it was written by somebody
else and is escaped; the policy in its head allows its own style sheet and nothing more.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from xlgoals.catalogue import rule_page, rule_pages
from xlgoals.findings import Severity
from xlgoals.masterform import MasterForm
from xlgoals.messages import Language
from xlgoals.read.reported import Line, MasterLines
from xlgoals.resources import resource_path
from xlgoals.write.html import Bar, Cell, Group, bars, cell, escaped, link, number, table, trend
from xlgoals.write.tallies import MONEY, Tallies, Tally, tally
from xlgoals.yamlfile import load_yaml

_COLOURS = {Severity.ERROR: "#a4161a", Severity.WARNING: "#d08700", Severity.ADVICE: "#6f8fc0"}
_MONEY_COLOUR = "#2f5597"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """All words of the page."""

    title: str
    year_title: str
    source: str
    skip: str
    contents: str
    money_unit: str
    most_findings: int
    most_bars: int
    words: Mapping[str, str]
    sections: Mapping[str, str]
    captions: Mapping[str, str]
    charts: Mapping[str, str]
    heads: Mapping[str, str]
    empty: Mapping[str, str]


@cache
def load_wording() -> Wording:
    """The words in ``templates/report.yaml``; CannotDo where it is wrong."""
    top = load_yaml(resource_path("report.yaml"))
    return Wording(
        title=top.text("title"),
        year_title=top.text("year_title"),
        source=top.text("source"),
        skip=top.text("skip"),
        contents=top.text("contents"),
        money_unit=top.text("money_unit"),
        most_findings=top.whole("most_findings"),
        most_bars=top.whole("most_bars"),
        words=top.table("words"),
        sections=top.table("sections"),
        captions=top.table("captions"),
        charts=top.table("charts"),
        heads=top.table("heads"),
        empty=top.table("empty"),
    )


def report_page(lines: MasterLines, form: MasterForm) -> str:
    """The whole page as HTML."""
    return _Page(lines, form, load_wording()).html()


class _Page:
    def __init__(self, lines: MasterLines, form: MasterForm, wording: Wording) -> None:
        self._lines, self._form, self._wording = lines, form, wording
        words = wording.words
        self._tallies: Tallies = tally(lines, form, words["no_unit"], words["no_type"])
        self._anchors = {id(line): f"p{n}" for n, line in enumerate(lines.projects, start=1)}
        self._left = wording.most_findings
        self._cut = 0

    def html(self) -> str:
        wording = self._wording
        style = resource_path("report.css").read_text(encoding="utf-8")
        digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
        policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
        years = {line.text("year") for line in self._lines.projects} - {""}
        title = wording.year_title.format(year=years.pop()) if len(years) == 1 else wording.title
        about = wording.source.format(file=self._lines.file, digest=self._lines.digest)
        parts = [
            "<!DOCTYPE html>",
            '<html lang="zh-CN"><head><meta charset="utf-8">',
            f'<meta http-equiv="Content-Security-Policy" content="{policy}">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<title>{escaped(title)}</title>",
            f"<style>{style}</style></head><body>",
            f'<a class="skip" href="#main">{escaped(wording.skip)}</a>',
            f'<header><h1>{escaped(title)}</h1><p class="about">{escaped(about)}</p></header>',
            f'<nav aria-label="{escaped(wording.contents)}"><ul>',
            *(f"<li>{link(f's-{key}', escaped(text))}</li>" for key, text in wording.sections.items()),
            '</ul></nav><main id="main">',
        ]
        for key, text in wording.sections.items():
            parts.append(f'<section aria-labelledby="s-{key}"><h2 id="s-{key}">{escaped(text)}</h2>')
            parts.extend(getattr(self, f"_{key}")())
            parts.append("</section>")
        return "\n".join([*parts, "</main></body></html>", ""])

    # ---- what there is in all ---------------------------------------------------------------------------

    def _state(self) -> Iterator[str]:
        heads, units = self._wording.heads, self._tallies.units
        counts = {severity: sum(unit.findings[severity] for unit in units) for severity in Severity}
        figures = {
            "units": (str(sum(1 for unit in units if unit.projects)), "units"),
            "projects": (str(len(self._lines.projects)), "s-projects"),
            "indicators": (str(len(self._lines.indicators)), "s-projects"),
            "budget": (_money(sum((unit.money["budget"] for unit in units), Decimal(0))), "units"),
            **{severity.value: (str(count), "rules") for severity, count in counts.items()},
        }
        yield f'<p class="note">{escaped(self._wording.money_unit)}</p><dl class="figures">'
        for key, (text, target) in figures.items():
            yield f"<div><dt>{escaped(heads[key])}</dt><dd>{link(target, escaped(text))}</dd></div>"
        yield "</dl>"
        if not self._lines.ledger:
            yield self._note("ledger")
            return
        states: dict[str, list[tuple[str, Sequence[Cell]]]] = {}
        for line in self._lines.ledger:
            name = " ".join(filter(None, (line.text("unit_code"), line.text("unit_name"))))
            counted = [number(line.text(key)) for key in ("projects", "budget", "error", "warning")]
            cells = [_row_head(name), cell(line.text("file"), "place"), cell(line.text("received"))]
            states.setdefault(line.text("state"), []).append(
                ("", [*cells, *counted, cell(line.text("reason"), "long"), self._in_master(line)])
            )
        numbered = list(enumerate(states.items(), start=1))
        rows = [
            ("", [_row_head(state), number(str(len(rows)), f"state{n}")]) for n, (state, rows) in numbered
        ]
        yield table("states", self._captions("states"), self._heads("state", "count"), [Group(rows=rows)])
        keys = ("unit", "file", "received", "projects", "budget", "error", "warning", "reason", "master")
        yield table(
            "ledger",
            self._captions("ledger"),
            self._heads(*keys),
            [Group(id=f"state{n}", title=escaped(state), rows=rows) for n, (state, rows) in numbered],
        )

    def _money(self) -> Iterator[str]:
        units, types = self._tallies.units, self._tallies.types
        charts, captions = self._wording.charts, self._wording.captions
        yield self._money_chart(charts["units"], units, "u")
        yield self._money_table("units", captions["units"], "unit", units, "u", "f")
        yield self._money_chart(charts["types"], types, "t")
        yield self._money_table("types", captions["types"], "type", types, "t", "")
        if self._tallies.unread:
            words = self._wording.words
            names = words["comma"].join(
                link(self._anchors[id(line)], escaped(line.text("name"))) for line in self._tallies.unread
            )
            told = escaped(words["unread_amounts"].format(count=len(self._tallies.unread)))
            yield f'<p class="note">{told}{names}</p>'

    def _money_chart(self, title: str, tallies: Sequence[Tally], letter: str) -> str:
        ranked = sorted(enumerate(tallies, start=1), key=lambda item: (-item[1].money["budget"], item[0]))
        shown, rest = ranked[: self._wording.most_bars], ranked[self._wording.most_bars :]
        rows = [
            _money_bar(each.name, each.money["budget"], f"{letter}{n}" if each.projects else "")
            for n, each in shown
        ]
        if rest:
            label = self._wording.words["others"].format(count=len(rest))
            rows.append(_money_bar(label, sum((each.money["budget"] for _, each in rest), Decimal(0)), ""))
        return bars(title, rows)

    def _money_table(
        self, name: str, caption: str, head: str, tallies: Sequence[Tally], letter: str, findings: str
    ) -> str:
        keys = (head, "projects", "indicators", *MONEY, *(severity.value for severity in Severity))
        rows = []
        for n, each in enumerate(tallies, start=1):
            target = f"{letter}{n}" if each.projects else ""
            cells = [_row_head(each.name), number(str(len(each.projects)), target)]
            cells += [number(str(each.indicators), target)]
            cells += [number(_money(each.money[key]), target) for key in MONEY]
            for severity in Severity:
                count = str(each.findings[severity])
                cells.append(number(count, f"{findings}{n}-{severity.value}" if findings else target))
            rows.append(("", cells))
        foot = [
            _row_head(self._wording.words["total"]),
            number(str(sum(len(each.projects) for each in tallies))),
            number(str(sum(each.indicators for each in tallies))),
            *(number(_money(sum((each.money[key] for each in tallies), Decimal(0)))) for key in MONEY),
            *(number(str(sum(each.findings[severity] for each in tallies))) for severity in Severity),
        ]
        return table(name, caption, self._heads(*keys), [Group(rows=rows)], foot)

    # ---- findings and quality ---------------------------------------------------------------------------

    def _findings(self) -> Iterator[str]:
        if not self._tallies.rules:
            yield self._note("findings")
            return
        units = self._tallies.units
        worst = sorted(enumerate(units, start=1), key=lambda item: -sum(item[1].findings.values()))
        yield bars(
            self._wording.charts["findings"],
            [
                Bar(
                    label=unit.name,
                    shown=" / ".join(str(unit.findings[severity]) for severity in Severity),
                    parts=[(_COLOURS[severity], float(unit.findings[severity])) for severity in Severity],
                    target=f"f{n}",
                )
                for n, unit in worst[: self._wording.most_bars]
                if unit.findings
            ],
        )
        rows = []
        comma, colon = self._wording.words["comma"], self._wording.words["colon"]
        for (severity, code), counts in self._tallies.rules.items():
            by_unit = comma.join(
                f"{escaped(units[n - 1].name)}{colon}{link(f'f{n}-{escaped(code)}', str(count))}"
                for n, count in counts.items()
            )
            first = f"f{next(iter(counts))}-{code}"
            rows.append(
                (
                    f"r-{escaped(code)}-{severity.value}",
                    [
                        Cell(escaped(code), heads=True),
                        cell(_title(code)),
                        cell(self._form.severities[severity.value], severity.value),
                        number(str(sum(counts.values())), first),
                        Cell(by_unit, "long"),
                    ],
                )
            )
        keys = ("rule", "title", "severity", "count", "by_unit")
        yield table("rules", self._captions("rules"), self._heads(*keys), [Group(rows=rows)])

    def _quality(self) -> Iterator[str]:
        if not self._tallies.resubmitted:
            yield self._note("quality")
            return
        groups = []
        for lines in self._tallies.resubmitted:
            name = " ".join(filter(None, (lines[-1].text("unit_code"), lines[-1].text("unit_name"))))
            values = [line.count("error") for line in lines]
            arrow = f" {self._wording.words['to']} "
            label = self._wording.charts["errors"].format(unit=name, values=arrow.join(map(str, values)))
            title = f"{escaped(name)} {trend(label, values, _COLOURS[Severity.ERROR])}"
            rows = [
                (
                    "",
                    [
                        cell(line.text("received")),
                        cell(line.text("file"), "place"),
                        cell(line.text("state")),
                        *(number(line.text(key)) for key in ("error", "warning", "advice")),
                        self._in_master(line),
                    ],
                )
                for line in lines
            ]
            groups.append(Group(title=title, rows=rows))
        keys = ("received", "file", "state", "error", "warning", "advice", "master")
        yield table("quality", self._captions("quality"), self._heads(*keys), groups)

    # ---- the rows that numbers lead to ------------------------------------------------------------------

    def _projects(self) -> Iterator[str]:
        keys = ("project", "type", *MONEY, "indicators", "error", "warning", "advice", "source", "master")
        for n, unit in enumerate(self._tallies.units, start=1):
            if not unit.projects:
                continue
            rows = []
            for line in unit.projects:
                counts = [number(line.text(key)) for key in ("indicators", "error", "warning", "advice")]
                cells = [_row_head(line.text("name")), cell(line.text("type"))]
                cells += [number(_shown(line, key)) for key in MONEY]
                cells += [*counts, cell(_source(line, "source"), "place"), self._in_master(line)]
                rows.append((self._anchors[id(line)], cells))
            caption = self._captions("projects", unit=unit.name)
            yield table(f"u{n}", caption, self._heads(*keys), [Group(rows=rows)])

    def _types(self) -> Iterator[str]:
        groups = []
        for n, each in enumerate(self._tallies.types, start=1):
            rows = [
                (
                    "",
                    [
                        Cell(link(self._anchors[id(line)], escaped(line.text("name"))), heads=True),
                        cell(line.text("unit_name")),
                        number(_shown(line, "budget")),
                        *(number(line.text(key)) for key in ("indicators", "error", "warning", "advice")),
                        cell(_source(line, "source"), "place"),
                    ],
                )
                for line in each.projects
            ]
            groups.append(Group(id=f"t{n}", title=escaped(each.name), rows=rows))
        keys = ("project", "unit", "budget", "indicators", "error", "warning", "advice", "source")
        yield table("typed", self._captions("typed"), self._heads(*keys), groups)

    def _listed(self) -> Iterator[str]:
        keys = ("source", "project", "value", "message", "fix")
        for n, unit in enumerate(self._tallies.units, start=1):
            groups = list(self._groups(n, unit))
            if groups:
                caption = self._captions("listed", unit=unit.name)
                yield table(f"f{n}", caption, self._heads(*keys), groups)
        if self._cut:
            sheet = self._form.sheets["findings"].name
            told = self._wording.words["cut"].format(count=self._cut, sheet=sheet)
            yield f'<p class="note">{escaped(told)}</p>'

    def _groups(self, n: int, unit: Tally) -> Iterator[Group]:
        seen: set[Severity] = set()
        for (severity, code), lines in sorted(
            unit.rules.items(), key=lambda each: (each[0][0].rank, each[0][1])
        ):
            label = f"{self._form.severities[severity.value]} {code} {_title(code)}"
            title = f'<span class="{severity.value}">{escaped(label)}</span>'
            if severity not in seen:
                title = f'<span id="f{n}-{severity.value}">{title}</span>'
                seen.add(severity)
            yield Group(id=f"f{n}-{escaped(code)}", title=title, rows=self._rows(lines, "fix"))
        if unit.waived:
            title = escaped(self._wording.words["waived"])
            yield Group(id=f"f{n}-waived", title=title, rows=self._rows(unit.waived, "waived"))

    def _rows(self, lines: Sequence[Line], last: str) -> list[tuple[str, list[Cell]]]:
        kept = lines[: max(0, self._left)]
        self._left -= len(kept)
        self._cut += len(lines) - len(kept)
        return [
            (
                "",
                [
                    cell(_source(line, "place"), "place"),
                    cell(line.text("project")),
                    cell(line.text("value"), "long"),
                    cell(line.text("message"), "long"),
                    cell(line.text(last), "long"),
                ],
            )
            for line in kept
        ]

    # ---- pieces -----------------------------------------------------------------------------------------

    def _in_master(self, line: Line) -> Cell:
        return cell(f"{line.sheet}!{line.row}", "place")

    def _heads(self, *keys: str) -> list[str]:
        return [self._wording.heads[key] for key in keys]

    def _captions(self, key: str, **details: str) -> str:
        return self._wording.captions[key].format(**details)

    def _note(self, key: str) -> str:
        return f'<p class="note">{escaped(self._wording.empty[key])}</p>'


def _row_head(text: str) -> Cell:
    return Cell(escaped(text), heads=True)


def _money(amount: Decimal) -> str:
    return f"{amount:,.2f}"


def _money_bar(name: str, amount: Decimal, target: str) -> Bar:
    return Bar(label=name, shown=_money(amount), parts=[(_MONEY_COLOUR, float(amount))], target=target)


def _shown(line: Line, key: str) -> str:
    """An amount as money; what is none as it stands."""
    amount = line.money(key).amount
    return line.text(key) if amount is None else _money(amount)


def _source(line: Line, key: str) -> str:
    """File and cell that a row came from."""
    return " ".join(filter(None, (line.text("file"), line.text(key))))


def _title(code: str) -> str:
    """What a rule checks; a master of another version may name one that there is no more."""
    return rule_page(code).words[Language.ZH].title if code in rule_pages() else code
