"""What `fix` does: proposed edits, applied to a submission until no further one is proposed.

The rules propose (:class:`~xlgoals.findings.Edit`), the caller consents: safe edits always, unsafe ones
only when asked. Nothing is written where something else stands than the edit says, where two proposals
disagree, or where the result would have an error that was not there before.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from msgspec.structs import replace

from xlgoals.applying import apply_edits, followers
from xlgoals.findings import Edit, Finding, Severity, cell_order
from xlgoals.model import Address, Submission
from xlgoals.owners import records

Check = Callable[[Submission], Sequence[Finding]]
"""All findings of a submission, in reading order."""

_MOST_ROUNDS = 12
_Cell = tuple[Address, str]


class Reason(StrEnum):
    """Why a proposed edit was not applied."""

    UNSAFE = "unsafe"
    """It may change what the unit meant, and unsafe edits were not asked for."""
    CONFLICT = "conflict"
    """Several rules propose different texts for the cell, or would change it back and forth."""
    EXPLAINED = "explained"
    """The unit keeps the cell as it is and says why."""
    HARM = "harm"
    """The table would have an error that it does not have now."""
    STALE = "stale"
    """Something else stands in the cell than the edit was proposed for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """One edit, the rules that propose it and the project it is about."""

    edit: Edit
    codes: tuple[str, ...]
    project: str

    @property
    def cell(self) -> tuple[Address, str]:
        """Address and field: a line of a published text may hold several fields."""
        return (self.edit.address, self.edit.field)


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """What a person agreed to: safe edits, unsafe ones too, of all rules or of some."""

    unsafe: bool = False
    codes: frozenset[str] = frozenset()
    """Rule codes; empty for all rules."""

    def concerns(self, proposal: Proposal) -> bool:
        """Whether the proposal is by a rule that was asked for."""
        return not self.codes or bool(self.codes.intersection(proposal.codes))


SAFE_EDITS = Consent()


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """A proposal that was not applied, and why."""

    proposal: Proposal
    reason: Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Fixing:
    """What was done. ``edits_applied`` has one edit a cell: what stood there, what stands there now."""

    submission: Submission
    edits_applied: tuple[Proposal, ...]
    edits_left: tuple[Left, ...]
    findings_before: tuple[Finding, ...]
    findings_after: tuple[Finding, ...]


def edits_of(findings: Iterable[Finding]) -> list[Proposal]:
    """The edits that the findings propose, equal ones once; none of a finding that the unit explains.

    The gravest finding comes first, so that of several proposals for a cell its own is taken first.
    """
    found: dict[Edit, Proposal] = {}
    ordered = sorted(findings, key=lambda finding: (finding.severity.rank, finding.code))
    for finding in ordered:
        for edit in () if finding.waived else finding.edits:
            same = found.get(edit)
            codes = (*same.codes, finding.code) if same else (finding.code,)
            found[edit] = Proposal(edit=edit, codes=tuple(dict.fromkeys(codes)), project=finding.project)
    return list(found.values())


def fix(submission: Submission, check: Check, consent: Consent = SAFE_EDITS) -> Fixing:
    """Applies what the rules propose, again and again until they propose nothing more.

    ``check`` runs the rules. A second run over the result changes nothing.
    """
    before = tuple(check(submission))
    barred: dict[_Cell, Reason] = {}
    while True:
        attempt = _Attempt(submission, before, check, consent, barred)
        attempt.run()
        if not attempt.faults:
            break
        barred |= attempt.faults
    return Fixing(
        submission=attempt.submission,
        edits_applied=_in_reading_order(submission, attempt.applied.values()),
        edits_left=attempt.left(),
        findings_before=before,
        findings_after=tuple(attempt.findings),
    )


class _Attempt:
    """One try from the start, leaving alone the cells that did harm in the tries before."""

    def __init__(
        self,
        submission: Submission,
        findings: Sequence[Finding],
        check: Check,
        consent: Consent,
        barred: Mapping[_Cell, Reason],
    ) -> None:
        self.submission = submission
        self.findings = findings
        self.applied: dict[_Cell, Proposal] = {}
        self.faults: dict[_Cell, Reason] = {}
        """Cells that must be left alone, found in this try; it is then of no use."""
        self._check = check
        self._consent = consent
        self._barred = barred
        self._left: dict[Edit, Left] = {}
        self._known = _errors(findings)
        self._texts: dict[_Cell, set[str]] = {}

    def run(self) -> None:
        for _ in range(_MOST_ROUNDS):
            chosen = self._choose()
            if not chosen:
                return
            self._apply(chosen)
            if self.faults:
                return
        # Proposals that never come to an end: none of these cells can be trusted to them.
        self.faults = {proposal.cell: Reason.CONFLICT for proposal in self._choose()}

    def left(self) -> tuple[Left, ...]:
        return tuple(self._left.values())

    def _choose(self) -> list[Proposal]:
        """At most one proposal a cell; what is not chosen is noted with its reason."""
        self._left = {}
        by_cell: dict[_Cell, list[Proposal]] = {}
        for proposal in self._proposed():
            by_cell.setdefault(proposal.cell, []).append(proposal)
        chosen = []
        for cell, proposals in by_cell.items():
            safe = [proposal for proposal in proposals if proposal.edit.safe]
            texts = {proposal.edit.new for proposal in proposals}
            if cell in self._barred:
                self._leave(proposals, self._barred[cell])
            elif safe:
                # The others are proposed again on what then stands there, or are settled.
                chosen.append(safe[0])
            elif not self._consent.unsafe:
                self._leave(proposals, Reason.UNSAFE)
            elif len(texts) > 1:
                self._leave(proposals, Reason.CONFLICT)
            else:
                chosen.append(proposals[0])
        for proposal in chosen:
            self._left.pop(proposal.edit, None)
        return chosen

    def _proposed(self) -> list[Proposal]:
        explained = [replace(finding, waived="") for finding in self.findings if finding.waived]
        self._leave(self._wanted(edits_of(explained)), Reason.EXPLAINED)
        return self._wanted(edits_of(self.findings))

    def _wanted(self, proposals: Iterable[Proposal]) -> list[Proposal]:
        return [proposal for proposal in proposals if self._consent.concerns(proposal)]

    def _leave(self, proposals: Iterable[Proposal], reason: Reason) -> None:
        for proposal in proposals:
            self._left.setdefault(proposal.edit, Left(proposal=proposal, reason=reason))

    def _apply(self, chosen: Sequence[Proposal]) -> None:
        done = apply_edits(self.submission, [proposal.edit for proposal in chosen])
        of_edit = {proposal.edit: proposal for proposal in chosen}
        self.faults |= {of_edit[edit].cell: Reason.STALE for edit in done.stale}
        for edit in done.applied:
            for each in (edit, *followers(self.submission, edit)):
                self._note(dataclasses.replace(of_edit[edit], edit=each))
        self.submission = done.submission
        self.findings = self._check(self.submission)
        self._look_for_harm({of_edit[edit].cell for edit in done.applied})

    def _note(self, proposal: Proposal) -> None:
        """One edit a cell, however many rounds it took."""
        before = self.applied.get(proposal.cell)
        if before is not None:
            edit = replace(proposal.edit, old=before.edit.old, safe=before.edit.safe and proposal.edit.safe)
            codes = tuple(dict.fromkeys((*before.codes, *proposal.codes)))
            proposal = dataclasses.replace(proposal, edit=edit, codes=codes)
        self.applied[proposal.cell] = proposal
        texts = self._texts.setdefault(proposal.cell, {proposal.edit.old})
        if proposal.edit.new in texts:
            self.faults[proposal.cell] = Reason.CONFLICT
        texts.add(proposal.edit.new)

    def _look_for_harm(self, changed: set[_Cell]) -> None:
        """The cells behind each error that was not there: its own, else those of its project, else all."""
        for finding in self.findings:
            if finding.severity is not Severity.ERROR or (finding.code, finding.address) in self._known:
                continue
            named = {finding.address, *finding.also}
            own = {cell for cell in changed if cell[0] in named}
            project = {
                cell for cell in changed if finding.project and self.applied[cell].project == finding.project
            }
            self.faults |= dict.fromkeys(own or project or changed, Reason.HARM)


def _errors(findings: Iterable[Finding]) -> set[tuple[str, Address]]:
    return {
        (finding.code, address)
        for finding in findings
        if finding.severity is Severity.ERROR
        for address in (finding.address, *finding.also)
    }


def _in_reading_order(submission: Submission, proposals: Iterable[Proposal]) -> tuple[Proposal, ...]:
    places = [submission.location, *(record.location for _, record in records(submission))]
    sheets = list(dict.fromkeys(place.address("").sheet for place in places))

    def key(proposal: Proposal) -> tuple[object, ...]:
        place = proposal.edit.address
        number = sheets.index(place.sheet) if place.sheet in sheets else len(sheets)
        return (number, *cell_order(place.cell), proposal.edit.field)

    return tuple(sorted(proposals, key=key))
