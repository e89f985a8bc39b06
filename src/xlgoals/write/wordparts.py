"""Parts of a Word document that python-docx has no word for: fields, links, fonts, fixed metadata.

Nothing of the person or machine that writes is recorded, so the same input gives the same bytes.
"""

from __future__ import annotations

import datetime
import io
import re
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from docx.document import Document
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.oxml import serialize_part_xml
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.text.paragraph import Paragraph

_BORN = datetime.datetime(2022, 1, 1)
_EARLIEST = (1980, 1, 1, 0, 0, 0)
_CUSTOM = "http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"
_VALUES = "http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes"
_SET = "{D5CDD505-2E9C-101B-9397-08002B2CF9AE}"
_CUSTOM_TYPE = "application/vnd.openxmlformats-officedocument.custom-properties+xml"
_CUSTOM_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/custom-properties"
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_BREAKS = re.compile(r"(\t)")
NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""Characters that no document can hold."""


def element(name: str, /, **attributes: object) -> Any:
    """An element of WordprocessingML with its attributes in that name space."""
    made = OxmlElement(f"w:{name}")
    for key, value in attributes.items():
        made.set(qn(f"w:{key}"), str(value))
    return made


def run(text: str) -> Any:
    """Text as one run, every blank kept; a tab is a tab."""
    made = element("r")
    for piece in _BREAKS.split(text):
        if piece == "\t":
            made.append(element("tab"))
        elif piece:
            written = element("t")
            written.text = piece
            written.set(_SPACE, "preserve")
            made.append(written)
    return made


def put(paragraph: Paragraph, text: str) -> None:
    """Writes text behind what stands in a paragraph."""
    paragraph._p.append(run(text))


def put_field(paragraph: Paragraph, code: str, shown: str, into: Any = None) -> None:
    """A field whose result the opening program computes; ``shown`` stands until then."""
    parts = [
        element("fldChar", fldCharType="begin"),
        element("instrText"),
        element("fldChar", fldCharType="separate"),
        element("t"),
        element("fldChar", fldCharType="end"),
    ]
    parts[1].text, parts[3].text = f" {code} ", shown
    parts[1].set(_SPACE, "preserve")
    for part in parts:
        holder = element("r")
        holder.append(part)
        (paragraph._p if into is None else into).append(holder)


def bookmark(paragraph: Paragraph, number: int, name: str) -> None:
    """Puts a bookmark around what stands in a paragraph."""
    first = paragraph._p.find(qn("w:r"))
    first.addprevious(element("bookmarkStart", id=number, name=name))
    paragraph._p.append(element("bookmarkEnd", id=number))


def without_contents_field(document: Document, styles: Sequence[str]) -> None:
    """Takes the field away from around the entries of the contents; the entries stay."""
    entries = [each for each in document.paragraphs if each.style is not None and each.style.name in styles]
    for entry in entries:
        for own in entry._p.findall(qn("w:r")):  # the entries' text stands inside their links
            entry._p.remove(own)


def set_fonts(properties: Any, east_asian: str, latin: str) -> None:
    """The font of Chinese characters and that of others; the theme's fonts give way."""
    former = properties.find(qn("w:rFonts"))
    if former is not None:
        properties.remove(former)
    fonts = element("rFonts", ascii=latin, hAnsi=latin, eastAsia=east_asian, cs=latin)
    properties.insert(0, fonts)


def set_font_table(document: Document, instead: Mapping[str, str]) -> None:
    """For each font, the one that takes its place where it is missing."""
    fonts = "".join(
        f'<w:font w:name="{name}"><w:altName w:val="{other}"/><w:charset w:val="86"/></w:font>'
        for name, other in instead.items()
    )
    (part,) = [
        each.target_part
        for each in document.part.rels.values()
        if each.reltype == RELATIONSHIP_TYPE.FONT_TABLE
    ]
    head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    part._blob = f"{head}<w:fonts {nsdecls('w')}>{fonts}</w:fonts>".encode()


def set_identity(document: Document, title: str, properties: Mapping[str, str]) -> None:
    """Metadata without a person, a machine or a time; and what the document says of itself by name."""
    core = document.core_properties
    core.author = core.last_modified_by = "xlgoals"
    core.title, core.comments, core.keywords, core.subject = title, "", "", ""
    core.revision, core.language = 1, "zh-CN"
    core.created = core.modified = _BORN
    root = parse_xml(f'<Properties xmlns="{_CUSTOM}" xmlns:vt="{_VALUES}"/>')
    for number, (name, value) in enumerate(properties.items(), start=2):
        entry = root.makeelement(f"{{{_CUSTOM}}}property", {"fmtid": _SET, "pid": str(number), "name": name})
        held = root.makeelement(f"{{{_VALUES}}}lpwstr", {})
        held.text = value
        entry.append(held)
        root.append(entry)
    package = document.part.package
    part = Part(PackURI("/docProps/custom.xml"), _CUSTOM_TYPE, serialize_part_xml(root), package)
    package.relate_to(part, _CUSTOM_RELATION)
    for name, relation in list(package.rels.items()):
        if relation.reltype.endswith(("/thumbnail", "/extended-properties")):
            del package.rels[name]


def save(document: Document, target: Path) -> None:
    """Writes the document with fixed times of its members."""
    raw, result = io.BytesIO(), io.BytesIO()
    document.save(raw)
    with zipfile.ZipFile(raw) as source, zipfile.ZipFile(result, "w") as package:
        for name in source.namelist():
            info = zipfile.ZipInfo(name, _EARLIEST)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o600 << 16
            package.writestr(info, source.read(name))
    deliver(target, result.getvalue())


def deliver(target: Path, data: bytes) -> None:
    """Where every document of ours leaves the program; the tests stand here and look at each."""
    target.write_bytes(data)


__all__ = [
    "NOT_IN_XML",
    "bookmark",
    "deliver",
    "element",
    "put",
    "put_field",
    "run",
    "save",
    "set_font_table",
    "set_fonts",
    "set_identity",
    "without_contents_field",
]
