"""HDR-08 and HDR-09: a unit without projects says so, and one that says so has none."""

from __future__ import annotations

from collections.abc import Iterator

from xlgoals.model import Submission
from xlgoals.rules.registry import Hit, Setting, hit, submission_rule
from xlgoals.waiving import gives_a_reason

FIELD = "nothing"
"""The field of the guide in which a unit states why it has no project."""


def declaration(submission: Submission) -> str:
    """What a unit states where it has no project; empty where it states nothing that is a reason."""
    text = submission.contact.get(FIELD, "").strip()
    return text if gives_a_reason(text) else ""


def declares_nothing(submission: Submission) -> bool:
    """Whether it holds no project, and says that there is none."""
    return not submission.projects and bool(declaration(submission))


@submission_rule("HDR-08")
def rule_no_project_is_declared(submission: Submission, setting: Setting) -> Iterator[Hit]:
    """A file without a single project states why: an empty table may as well be a forgotten one.

    Known false negatives: a declaration that is not true.
    """
    if not submission.projects and not declaration(submission):
        yield hit(submission, FIELD, value=submission.contact.get(FIELD, ""))


@submission_rule("HDR-09")
def rule_a_declaration_is_not_contradicted(submission: Submission, setting: Setting) -> Iterator[Hit]:
    """A file that declares that there is no project holds none.

    Known false negatives: none known.
    """
    if submission.projects and declaration(submission):
        yield hit(submission, FIELD, value=declaration(submission), count=len(submission.projects))
