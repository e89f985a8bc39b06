"""What a submission carries beside its cells, and whether it was read as it is."""

from __future__ import annotations

from collections.abc import Iterator

from xlgoals.model import Sighting, Submission
from xlgoals.rules.registry import Hit, Setting, sighted, submission_rule


def _seen(submission: Submission, sighting: Sighting) -> Iterator[Hit]:
    for observation in submission.observations:
        if observation.sighting is sighting:
            yield sighted(observation)


@submission_rule("STR-26")
def rule_no_macros_but_ours(submission: Submission, setting: Setting) -> Iterator[Hit]:
    """A submission carries no macros but those of the template with buttons.

    They are never run; whoever opens the file in Excel might run them. Known false negatives: none known.
    """
    yield from _seen(submission, Sighting.HAS_MACROS)


@submission_rule("STR-27")
def rule_no_links_to_elsewhere(submission: Submission, setting: Setting) -> Iterator[Hit]:
    """Nothing in a submission is fetched from another workbook, by DDE, or from a data connection.

    Known false negatives: formulas that name a web address, which STR-05 reports as formulas.
    """
    yield from _seen(submission, Sighting.HAS_EXTERNAL_LINKS)


@submission_rule("STR-28")
def rule_no_embedded_objects(submission: Submission, setting: Setting) -> Iterator[Hit]:
    """A submission carries no embedded files and no controls.

    Known false negatives: pictures are no objects and are left alone.
    """
    yield from _seen(submission, Sighting.HAS_OBJECTS)


@submission_rule("STR-29")
def rule_file_is_read_as_it_is(submission: Submission, setting: Setting) -> Iterator[Hit]:
    """A submission is a workbook of today (.xlsx), not one of an old or foreign kind.

    Known false negatives: none; what a conversion cannot see is why this is told.
    """
    yield from _seen(submission, Sighting.CONVERTED)
