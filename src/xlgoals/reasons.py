"""Why a project was taken to be of its type, in words."""

from __future__ import annotations

from xlgoals.filling import Basis, ProjectFilling
from xlgoals.library import Guess
from xlgoals.messages import Language, say


def reason(filling: ProjectFilling, language: Language, runner_up: str = "fill.runner_up") -> str:
    """Who named the type, or the words it was guessed by and what else is likely.

    ``runner_up`` is the key of the sentence that names the next likely type and says where to state another.
    """
    if filling.basis is Basis.ASKED:
        return say("fill.asked", language)
    if filling.basis is Basis.STATED or filling.guess is None:
        return say("fill.stated", language)
    return _guess_in_words(filling.guess, language, runner_up)


def _guess_in_words(guess: Guess, language: Language, runner_up: str) -> str:
    comma = say("list.comma", language)
    told = []
    for field, key in (("name", "fill.in_name"), ("purpose", "fill.in_purpose")):
        words = [word.text for word in guess.words if word.field == field]
        if words:
            told.append(say(key, language, words=comma.join(words)))
    reason = say("fill.guessed", language, words=comma.join(told))
    if guess.runner_up is None:
        return reason
    return reason + say(runner_up, language, type=guess.runner_up.name)
