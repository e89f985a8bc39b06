"""A workbook that openpyxl saved, put into the order that the schema asks for."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path

_STYLES = "xl/styles.xml"
_FONT = re.compile(rb"<font>(.*?)</font>", re.DOTALL)
_CHILD = re.compile(rb"<(\w+)[^>]*/>")
# CT_Font as Microsoft's validator reads it: a sequence, where openpyxl begins with the name.
_ORDER = (
    *(b"b", b"i", b"strike", b"condense", b"extend", b"outline", b"shadow", b"u", b"vertAlign"),
    *(b"sz", b"color", b"name", b"family", b"charset", b"scheme"),
)


def tidy(target: Path) -> None:
    """Orders what a font consists of; everything else stays to the byte."""
    result = io.BytesIO()
    with zipfile.ZipFile(target) as source, zipfile.ZipFile(result, "w") as package:
        for info in source.infolist():
            content = source.read(info)
            if info.filename == _STYLES:
                content = _FONT.sub(_ordered, content)
            package.writestr(info, content, compress_type=zipfile.ZIP_DEFLATED)
    target.write_bytes(result.getvalue())


def _ordered(font: re.Match[bytes]) -> bytes:
    children = [match for match in _CHILD.finditer(font[1]) if match[1] in _ORDER]
    if sum(len(match[0]) for match in children) != len(font[1]):
        return font[0]  # something in it that is not known here stays where it is
    parts = sorted(children, key=lambda match: _ORDER.index(match[1]))
    return b"<font>%s</font>" % b"".join(match[0] for match in parts)
