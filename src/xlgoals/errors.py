"""What could not be done, said to a person. A fault of the program is any other exception."""

from __future__ import annotations

from collections.abc import Callable

from xlgoals.messages import Language, Phrase, say


class CannotDo(Exception):
    """Something a person can put right: no such file, a wrong workbook, a folder that is read-only.

    ``key`` names a sentence of ``messages.yaml`` that tells what, which file, and what to do;
    ``details`` fill its placeholders.

    >>> CannotDo("file.missing", file="a.xlsx").sentence(Language.EN)
    'a.xlsx: there is no such file. Please check the name and the folder.'
    """

    def __init__(self, key: str, **details: object) -> None:
        super().__init__(key, details)
        self.key = key
        self.details = details

    def __reduce__(self) -> tuple[Callable[..., CannotDo], tuple[str, dict[str, object]]]:
        """An exception made of keywords does not travel between processes by itself."""
        return _again, (self.key, self.details)

    def sentence(self, language: Language) -> str:
        """The whole sentence in ``language``, as the command line prints it on stderr."""
        said = {
            name: detail.said(language) if isinstance(detail, Phrase) else detail
            for name, detail in self.details.items()
        }
        return say(self.key, language, **said)

    def __str__(self) -> str:
        return self.sentence(Language.ZH)


def _again(key: str, details: dict[str, object]) -> CannotDo:
    return CannotDo(key, **details)
