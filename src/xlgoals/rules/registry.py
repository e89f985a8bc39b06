"""How a rule is declared and run: a decorated generator that yields :class:`Hit` values.

A rule says where it found something and fills the placeholders of its page; severity, layer and
wording come from the page and the profile. A rule never computes a row or a column.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple, TypeVar

from xlgoals.catalogue import RulePage, rule_pages
from xlgoals.findings import Edit, Finding, Severity
from xlgoals.folding import Row, without_follow_ons
from xlgoals.form import Form
from xlgoals.model import Address, Indicator, Observation, Project, Sighting, Submission
from xlgoals.owners import Record, text_of, with_owners
from xlgoals.profile import Profile
from xlgoals.rules.roster import Roster
from xlgoals.rules.shape import ShapeKey, Where, key_of, shape_of
from xlgoals.target import read_target
from xlgoals.waiving import explained, reasons_in, with_waivers

_OFF = "off"
_MOST_PLANS = 8
_MOST_SHAPES = 10_000
_UNREAD = frozenset({Sighting.ERROR_VALUE, Sighting.FORMULA_WITHOUT_VALUE})


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What a rule may look at beside its subject."""

    form: Form
    profile: Profile
    year: int | None = None
    """Budget year of the submission; ``run_rules`` fills it in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Department:
    """All submissions of a merge: those that stand, and each older one with the one that replaced it."""

    standing: tuple[Submission, ...]
    replaced: tuple[tuple[Submission, Submission], ...] = ()
    roster: Roster = field(default_factory=dict)


class Hit(NamedTuple):
    """One thing found."""

    address: Address
    field: str
    value: str
    also: tuple[Address, ...]
    details: Mapping[str, str]
    project: str
    opinion: int | None
    """The reviewer opinion where it depends on what was found; else the page's."""
    edits: tuple[Edit, ...] = ()


def hit(
    record: Record,
    field: str,
    *,
    value: str | None = None,
    also: tuple[Address, ...] = (),
    opinion: int | None = None,
    edits: tuple[Edit, ...] = (),
    **details: object,
) -> Hit:
    """A hit at ``field`` of ``record``; ``details`` fill the message's named placeholders.

    ``value`` is what the record holds in ``field`` unless it is given; ``edits`` would settle it.
    """
    return Hit(
        record.location.address(field),
        field,
        str(getattr(record, field, "")) if value is None else value,
        also,
        _in_words(details) if details else {},
        record.name if isinstance(record, Project) else "",
        opinion,
        edits,
    )


def _in_words(details: dict[str, object]) -> dict[str, str]:
    return {name: detail if type(detail) is str else str(detail) for name, detail in details.items()}


def edit(record: Record, field: str, new: str, *, safe: bool) -> Edit:
    """The proposal to write ``new`` into ``field`` of ``record`` in place of what stands there.

    A finding about the name of a project speaks of its field ``project``; what is written is its ``name``.
    """
    if isinstance(record, Project) and record.declared and field == "project":
        field = "name"
    return Edit(
        address=record.location.address(field),
        field=field,
        old=text_of(record, field),
        new=new,
        safe=safe,
    )


def hit_in(
    project: Project,
    record: Project | Indicator,
    field: str,
    *,
    value: str | None = None,
    also: tuple[Address, ...] = (),
    edits: tuple[Edit, ...] = (),
    **details: object,
) -> Hit:
    """A hit of a rule over a whole submission, at a record of ``project``."""
    return Hit(
        record.location.address(field),
        field,
        str(getattr(record, field, "")) if value is None else value,
        also,
        _in_words(details) if details else {},
        project.name,
        None,
        edits,
    )


def sighted(observation: Observation, field: str = "", **details: object) -> Hit:
    """A hit where a reader met something; the value is what stands there."""
    return Hit(
        address=observation.address,
        field=field,
        value=observation.value,
        also=(),
        details={name: str(detail) for name, detail in details.items()},
        project=observation.project,
        opinion=None,
    )


SubmissionRule = Callable[[Submission, Setting], Iterator[Hit]]
DepartmentRule = Callable[["Department", Form], Iterator[tuple[Submission, Hit]]]
ClosingRule = Callable[[Submission, Sequence[Finding], Setting], Iterator[Hit]]
ProjectRule = Callable[[Project, Setting], Iterator[Hit]]
IndicatorRule = Callable[[Project, Indicator, Setting], Iterator[Hit]]

AnyRule = TypeVar("AnyRule", SubmissionRule, ProjectRule, IndicatorRule, ClosingRule, DepartmentRule)

SUBMISSION_RULES: dict[str, SubmissionRule] = {}
PROJECT_RULES: dict[str, ProjectRule] = {}
INDICATOR_RULES: dict[str, IndicatorRule] = {}
_WHERE: dict[str, Where] = {}
CLOSING_RULES: dict[str, ClosingRule] = {}
DEPARTMENT_RULES: dict[str, DepartmentRule] = {}


def _register(code: str, rules: dict[str, AnyRule]) -> Callable[[AnyRule], AnyRule]:
    def declare(function: AnyRule) -> AnyRule:
        if code in {*SUBMISSION_RULES, *PROJECT_RULES, *INDICATOR_RULES, *CLOSING_RULES, *DEPARTMENT_RULES}:
            raise ValueError(f"two rules are declared as {code}")
        rules[code] = function
        return function

    return declare


def submission_rule(code: str) -> Callable[[SubmissionRule], SubmissionRule]:
    """Declares a rule that looks at a whole submission."""
    return _register(code, SUBMISSION_RULES)


def project_rule(code: str) -> Callable[[ProjectRule], ProjectRule]:
    """Declares a rule that looks at one project with its indicators.

    It is not run on a project that only indicator rows name: STR-09 reports that, once.
    """
    return _register(code, PROJECT_RULES)


def indicator_rule(code: str, where: Where | None = None) -> Callable[[IndicatorRule], IndicatorRule]:
    """Declares a rule that looks at one indicator and may look at its project.

    ``where`` tells the rows that it is about by their shape; for all others it is not called.
    """
    if where is not None:
        _WHERE[code] = where
    return _register(code, INDICATOR_RULES)


def closing_rule(code: str) -> Callable[[ClosingRule], ClosingRule]:
    """Declares a rule that looks at what all other rules found."""
    return _register(code, CLOSING_RULES)


def department_rule(code: str) -> Callable[[DepartmentRule], DepartmentRule]:
    """Declares a rule that looks at all submissions of a merge; each hit names the one it belongs to."""
    return _register(code, DEPARTMENT_RULES)


def run_department_rules(
    department: Department, form: Form, profile_of: Callable[[Submission], Profile]
) -> Iterator[tuple[Submission, Finding]]:
    """What the rules find between submissions, each finding with the submission that it stands in."""
    # By submission, each looked at once: there may be many findings in each of ten thousand.
    reasons: dict[int, Mapping[Row, str]] = {}
    for code, check in DEPARTMENT_RULES.items():
        for submission, found in check(department, form):
            verdict = _plan(profile_of(submission)).verdicts.get(code)
            if verdict is not None:
                if id(submission) not in reasons:
                    reasons[id(submission)] = reasons_in(submission)
                yield submission, explained(verdict.finding(found, project=""), reasons[id(submission)])


def run_rules(submission: Submission, setting: Setting) -> Iterator[Finding]:
    """All findings of all rules in one submission, in no particular order.

    What only follows from another finding is left out, and what the unit explains on its row is marked.
    """
    plan = _plan(setting.profile)
    setting = replace(setting, year=submission.year)
    found = [*_findings_of_submission(submission, setting, plan.verdicts)]
    of_records = _findings_of_records(submission, setting, plan)
    unread = {
        observation.address for observation in submission.observations if observation.sighting in _UNREAD
    }
    # A value that could not be read is told as that, and not once more as blank or wrong.
    found += [finding for finding in of_records if finding.address not in unread] if unread else of_records
    findings = with_waivers(submission, without_follow_ons(with_owners(submission, found, setting.form)))
    yield from findings
    for code, check in CLOSING_RULES.items():
        if code in plan.verdicts:
            closing = [
                plan.verdicts[code].finding(each, project="") for each in check(submission, findings, setting)
            ]
            yield from with_owners(submission, closing, setting.form)


def _findings_of_submission(
    submission: Submission, setting: Setting, verdicts: Mapping[str, _Verdict]
) -> Iterator[Finding]:
    for code, check in SUBMISSION_RULES.items():
        if code in verdicts:
            for found in check(submission, setting):
                yield verdicts[code].finding(found, project="")


def _findings_of_records(submission: Submission, setting: Setting, plan: _Plan) -> Iterator[Finding]:
    for project in submission.projects:
        name = project.name
        if project.declared:
            for verdict, check_project in plan.project_rules:
                for found in check_project(project, setting):
                    yield verdict.finding(found, project=name)
        for indicator in project.indicators:
            for verdict, check_indicator in plan.rules_for(indicator):
                for found in check_indicator(project, indicator, setting):
                    yield verdict.finding(found, project=name)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Verdict:
    """How grave a rule is under the profile, and how its hits become findings."""

    page: RulePage
    severity: Severity

    def finding(self, found: Hit, *, project: str) -> Finding:
        return Finding(
            code=self.page.code,
            severity=self.severity,
            layer=self.page.layer,
            address=found.address,
            also=found.also,
            project=project or found.project,
            field=found.field,
            value=found.value,
            details=found.details,
            opinion=found.opinion or self.page.opinion,
            edits=found.edits,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Plan:
    """Which rules are run under a profile, and which of them on a row of what shape."""

    profile: Profile
    pages: Mapping[str, RulePage]
    verdicts: Mapping[str, _Verdict]
    """By code, without the rules that the profile switches off."""
    project_rules: tuple[tuple[_Verdict, ProjectRule], ...]
    by_shape: dict[ShapeKey, tuple[tuple[_Verdict, IndicatorRule], ...]] = field(default_factory=dict)

    def rules_for(self, indicator: Indicator) -> tuple[tuple[_Verdict, IndicatorRule], ...]:
        """The rules that are about such a row."""
        key = key_of(indicator.level1, indicator.level2, read_target(indicator.target))
        rules = self.by_shape.get(key)
        if rules is None:
            if len(self.by_shape) >= _MOST_SHAPES:
                self.by_shape.clear()
            rules = self.by_shape[key] = self._chosen(key)
        return rules

    def _chosen(self, key: ShapeKey) -> tuple[tuple[_Verdict, IndicatorRule], ...]:
        shape = shape_of(key, self.profile)
        return tuple(
            (self.verdicts[code], check)
            for code, check in INDICATOR_RULES.items()
            if code in self.verdicts and (code not in _WHERE or _WHERE[code](shape))
        )


_PLANS: dict[int, _Plan] = {}


def _plan(profile: Profile) -> _Plan:
    """The plan of a profile, made once while profile and pages stay the same."""
    pages = rule_pages()
    plan = _PLANS.get(id(profile))
    if plan is None or plan.profile is not profile or plan.pages is not pages:
        if len(_PLANS) >= _MOST_PLANS:
            _PLANS.clear()
        verdicts = _verdicts(profile)
        rules = tuple((verdicts[code], check) for code, check in PROJECT_RULES.items() if code in verdicts)
        plan = _Plan(profile=profile, pages=pages, verdicts=verdicts, project_rules=rules)
        _PLANS[id(profile)] = plan
    return plan


def _verdicts(profile: Profile) -> dict[str, _Verdict]:
    """By code, without the rules that the profile switches off."""
    chosen = {code: profile.severities.get(code, page.severity.value) for code, page in rule_pages().items()}
    return {
        code: _Verdict(page=page, severity=Severity(chosen[code]))
        for code, page in rule_pages().items()
        if chosen[code] != _OFF
    }
