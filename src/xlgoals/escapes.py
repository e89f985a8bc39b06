"""Characters that XML cannot hold, as Excel writes them into texts: ``_x0001_``.

An underscore that would be taken for the beginning of such a group is written as ``_x005F_``.
"""

from __future__ import annotations

import re

_UNWRITABLE = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")
# Half of a surrogate pair is no character: it stays the text it is.
_WRITTEN = re.compile(r"_x((?![Dd][89A-Fa-f])[0-9A-Fa-f]{4})_")


def escaped(text: str) -> str:
    """The text as it may stand in a workbook.

    >>> escaped("a" + chr(1) + "_x0041_")
    'a_x0001__x005F_x0041_'
    """
    if text.isprintable() and "_x" not in text:
        return text
    return _UNWRITABLE.sub(lambda match: f"_x{ord(match[0]):04X}_", text)


def unescaped(text: str) -> str:
    """What a text says that stands in a workbook.

    >>> unescaped("a_x0001__x005F_x0041_") == "a" + chr(1) + "_x0041_"
    True
    """
    return _WRITTEN.sub(lambda match: chr(int(match[1], 16)), text) if "_x" in text else text
