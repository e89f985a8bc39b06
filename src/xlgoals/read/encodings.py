"""The text in the bytes of a file that states no encoding."""

from __future__ import annotations

from xlgoals.errors import CannotDo

_UTF16 = (b"\xff\xfe", b"\xfe\xff")


def decoded(data: bytes, file: str) -> str:
    """UTF-8 or UTF-16 by its mark, else UTF-8, else GB 18030 as Chinese Windows saves plain text.

    Raises:
        CannotDo: it is none of these.
    """
    encodings = ("utf-16",) if data.startswith(_UTF16) else ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise CannotDo("published.not_text", file=file)
