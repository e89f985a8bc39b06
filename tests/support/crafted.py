"""Files as the world sends them: our template with one thing wrong, and what is no workbook at all.

Every file is made here from a workbook that our own template gave, filled in so that no rule finds anything.
:mod:`tests.test_crafted` says what the answer to each must be.
"""

from __future__ import annotations

import io
import os
import re
import stat
import struct
import zipfile
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path

from tests.support.books import write_submission
from tests.support.examples import submission_of
from xlgoals.catalogue import Example
from xlgoals.macro.commands import Place, load_commands
from xlgoals.macro.compound import compound_file
from xlgoals.macro.modules import workbook_modules, workbook_project
from xlgoals.macro.project import document_modules, standard_module, vba_project

TYPES, WORKBOOK, STRINGS, STYLES = (
    "[Content_Types].xml",
    "xl/workbook.xml",
    "xl/sharedStrings.xml",
    "xl/styles.xml",
)
RELATIONS, GUIDE, PROJECTS, INDICATORS = (
    "xl/_rels/workbook.xml.rels",
    "xl/worksheets/sheet1.xml",
    "xl/worksheets/sheet2.xml",
    "xl/worksheets/sheet3.xml",
)
BUDGET, TARGET, CODE = "D4", "G4", "B3"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
Members = dict[str, bytes]
Change = Callable[[bytes], bytes]


@cache
def clean() -> bytes:
    """A submission in which no rule finds anything, as the template writes it."""
    import tempfile  # noqa: PLC0415 (once a run)

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "clean.xlsx"
        return write_submission(
            path, submission_of(Example(unit={}, project={}, indicators=(), observations=(), found=()))
        ).read_bytes()


def members_of(data: bytes) -> Members:
    """The members of a package by name, in their order."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return {info.filename: package.read(info) for info in package.infolist()}


def packed(members: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A package of ``members``, the same bytes whenever it is made."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as package:
        for name, content in members.items():
            package.writestr(zipfile.ZipInfo(name), content, method)
    return buffer.getvalue()


def with_parts(changes: Mapping[str, Change | bytes | None]) -> bytes:
    """The clean workbook with parts changed, added, or left out (None)."""
    members = members_of(clean())
    for name, change in changes.items():
        if change is None:
            del members[name]
        else:
            members[name] = change if isinstance(change, bytes) else change(members[name])
    return packed(members)


def swap(old: str, new: str) -> Change:
    """Replaces what must be there once."""

    def change(content: bytes) -> bytes:
        assert content.count(old.encode()) == 1, (old, content.count(old.encode()))
        return content.replace(old.encode(), new.encode("utf-8", "surrogatepass"))

    return change


def cell(reference: str, content: str, attributes: str = "") -> Change:
    """Puts another cell in the place of one; its style stays."""
    pattern = re.compile(rf'<c r="{reference}"( s="\d+")?[^>]*?(?:/>|>.*?</c>)'.encode())

    def change(sheet: bytes) -> bytes:
        def new(match: re.Match[bytes]) -> bytes:
            style = (match[1] or b"").decode()
            return f'<c r="{reference}"{style}{attributes}>{content}</c>'.encode()

        changed, count = pattern.subn(new, sheet, count=1)
        assert count == 1, reference
        return changed

    return change


def text(reference: str, value: str) -> Change:
    """Puts a text into a cell, in the cell itself; ``value`` is XML."""
    return cell(reference, f'<is><t xml:space="preserve">{value}</t></is>', ' t="inlineStr"')


def both(*changes: Change) -> Change:
    """One change after the other."""

    def change(content: bytes) -> bytes:
        for each in changes:
            content = each(content)
        return content

    return change


def at_end_of_rows(rows: str) -> Change:
    """Further rows behind the last one."""
    return swap("</sheetData>", rows + "</sheetData>")


def related(kind: str, target: str, part: bytes, *, root: str = OFFICE) -> Mapping[str, Change | bytes]:
    """A part that the workbook is related to."""
    relation = f'<Relationship Id="rIdX" Type="{root}/{kind}" Target="{target}"/></Relationships>'
    return {RELATIONS: swap("</Relationships>", relation), f"xl/{target}": part}


# ---- containers -------------------------------------------------------------------------------------


def zeros(name: str, size: int) -> bytes:
    """A member that inflates to ``size`` zeros, beside a clean workbook."""
    buffer = io.BytesIO(clean())
    with zipfile.ZipFile(buffer, "a", zipfile.ZIP_DEFLATED) as package, package.open(name, "w") as member:
        for _ in range(size >> 20):
            member.write(bytes(1 << 20))
    return buffer.getvalue()


def filled_part(name: str, size: int) -> bytes:
    """The clean workbook whose part ``name`` is blanks of ``size`` bytes before its end."""
    members = members_of(clean())
    content = members.pop(name)
    buffer = io.BytesIO(packed(members))
    at = content.rindex(b"</")
    with zipfile.ZipFile(buffer, "a", zipfile.ZIP_DEFLATED) as package, package.open(name, "w") as member:
        member.write(content[:at])
        for _ in range(size >> 20):
            member.write(b" " * (1 << 20))
        member.write(content[at:])
    return buffer.getvalue()


def directory_entry(data: bytes, name: str) -> int:
    """Where the entry of a member begins in the directory of a package."""
    at = data.find(b"PK\x01\x02")
    while at >= 0:
        length = struct.unpack_from("<H", data, at + 28)[0]
        if data[at + 46 : at + 46 + length] == name.encode():
            return at
        at = data.find(b"PK\x01\x02", at + 4)
    raise KeyError(name)


def lying(name: str, offset: int, value: bytes) -> bytes:
    """The clean workbook with one field of a directory entry overwritten."""
    data = bytearray(clean())
    at = directory_entry(bytes(data), name) + offset
    data[at : at + len(value)] = value
    return bytes(data)


def overlapping() -> bytes:
    """Two entries of the directory that point to the same bytes."""
    data = bytearray(clean())
    first, second = (directory_entry(bytes(data), name) for name in (INDICATORS, PROJECTS))
    data[second + 42 : second + 46] = data[first + 42 : first + 46]
    return bytes(data)


def twins(first: str, second: str, content: bytes) -> bytes:
    """The clean workbook with a further member whose name is nearly or exactly that of another."""
    import warnings  # noqa: PLC0415

    buffer = io.BytesIO(clean())
    with warnings.catch_warnings(), zipfile.ZipFile(buffer, "a", zipfile.ZIP_DEFLATED) as package:
        warnings.simplefilter("ignore")  # zipfile says that the name is there already
        assert first in package.namelist()
        package.writestr(second, content)
    return buffer.getvalue()


def linked(name: str, target: str) -> bytes:
    """The clean workbook with a member that is a symbolic link."""
    buffer = io.BytesIO(clean())
    with zipfile.ZipFile(buffer, "a", zipfile.ZIP_DEFLATED) as package:
        info = zipfile.ZipInfo(name)
        info.create_system, info.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
        package.writestr(info, target)
    return buffer.getvalue()


def renamed_locally(name: str) -> bytes:
    """The clean workbook with another name in front of the bytes of a member than in the directory."""
    data = bytearray(clean())
    start = struct.unpack_from("<I", data, directory_entry(bytes(data), name) + 42)[0] + 30
    data[start : start + len(name)] = b"x" * len(name)
    return bytes(data)


def cut(data: bytes, part: float) -> bytes:
    """The first part of the bytes."""
    return data[: int(len(data) * part)]


def flipped(name: str) -> bytes:
    """A bit of the packed bytes of a member turned over."""
    data = bytearray(clean())
    entry = directory_entry(bytes(data), name)
    start = struct.unpack_from("<I", data, entry + 42)[0] + 30 + len(name)
    size = struct.unpack_from("<I", data, entry + 20)[0]
    data[start + size // 2] ^= 0x10
    return bytes(data)


def dimension(area: str) -> Change:
    """What the sheet says of its own size."""
    return lambda sheet: re.sub(rb'<dimension ref="[^"]*"/>', f'<dimension ref="{area}"/>'.encode(), sheet)


# ---- worksheets -------------------------------------------------------------------------------------


def phantom_rows(cells: bool) -> str:
    """Styled rows down to the last one of the sheet."""
    one = '<row r="{0}" spans="1:9" ht="15"><c r="A{0}" s="1"/><c r="B{0}" s="1"/></row>'
    bare = '<row r="{0}" spans="1:9" ht="15"/>'
    return "".join((one if cells else bare).format(number) for number in range(2000, 1_048_577))


def names(count: int) -> str:
    """Defined names by the thousand."""
    return "".join(f'<definedName name="n{number}">1</definedName>' for number in range(count))


def styles(count: int) -> Change:
    """A workbook with very many cell formats."""

    def change(content: bytes) -> bytes:
        more = b'<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>' * count
        return content.replace(b"</cellXfs>", more + b"</cellXfs>")

    return change


def strict(content: bytes) -> bytes:
    """The namespaces and relationship types of strict OOXML."""
    content = content.replace(
        b"http://schemas.openxmlformats.org/spreadsheetml/2006/main",
        b"http://purl.oclc.org/ooxml/spreadsheetml/main",
    )
    return content.replace(
        b"http://schemas.openxmlformats.org/officeDocument/2006/relationships",
        b"http://purl.oclc.org/ooxml/officeDocument/relationships",
    )


def everywhere(change: Change) -> bytes:
    """The clean workbook with every XML part changed."""
    return packed({name: change(content) for name, content in members_of(clean()).items()})


def in_utf16(content: bytes) -> bytes:
    """The same part in UTF-16, which XML allows as well as UTF-8."""
    return content.decode().replace('encoding="UTF-8"', 'encoding="UTF-16"').encode("utf-16")


def declared_as(encoding: str, codec: str) -> Change:
    """The same part in another encoding."""

    def change(content: bytes) -> bytes:
        told = content.decode().replace('encoding="UTF-8"', f'encoding="{encoding}"')
        return told.encode(codec, "xmlcharrefreplace")

    return change


def doctype(declarations: str, use: str = "") -> Change:
    """A document type in front of the root, and a use of its entity at the first text."""

    def change(content: bytes) -> bytes:
        head, _, rest = content.partition(b"?>")
        return head + b"?>" + f"<!DOCTYPE a [{declarations}]>".encode() + use.encode() + rest

    return change


# ---- what else a package may carry ------------------------------------------------------------------

LINK = (
    b'<?xml version="1.0"?><externalLink xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    b'<ddeLink ddeService="cmd" ddeTopic="/c calc"/></externalLink>'
)
CONNECTIONS = (
    b'<?xml version="1.0"?><connections xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    b'<connection id="1" name="c" type="4"/></connections>'
)
VBA = "http://schemas.microsoft.com/office/2006/relationships"


def worksheets() -> int:
    """How many sheets the template has."""
    return clean_outline().count(b"<sheet ")


def clean_outline() -> bytes:
    """The workbook part of the clean workbook."""
    return members_of(clean())[WORKBOOK]


def our_project() -> bytes:
    """The macros of the template with buttons."""
    return workbook_project(load_commands(), Place.UNIT, worksheets())


def foreign_project() -> bytes:
    """Macros that are not ours."""
    return vba_project(
        "VBAProject", [standard_module('Attribute VB_Name = "Evil"\nSub Auto_Open()\nEnd Sub\n')]
    )


def ours_and_more() -> bytes:
    """Our macros, with one module more."""
    table = load_commands()
    evil = standard_module('Attribute VB_Name = "Evil"\nSub Auto_Open()\nEnd Sub\n')
    modules = [*document_modules(worksheets()), *workbook_modules(table, Place.UNIT), evil]
    return vba_project("VBAProject", modules)


def sheet_relation(kind: str, target: str) -> bytes:
    """The relationships of a sheet with one in them."""
    return (
        '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="rId1" Type="{OFFICE}/{kind}" Target="{target}"/></Relationships>'
    ).encode()


def with_sheet(name: str, value: str) -> bytes:
    """The clean workbook with a further sheet that holds one text."""
    part = (
        '<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        f'<sheetData><row r="1"><c r="A1" t="str"><v>{value}</v></c></row></sheetData></worksheet>'
    ).encode()
    entry = f'<sheet name="{name}" sheetId="99" r:id="rIdX"/></sheets>'
    changes = related("worksheet", "worksheets/sheet99.xml", part)
    return with_parts({**changes, WORKBOOK: swap("</sheets>", entry)})


# ---- dates ------------------------------------------------------------------------------------------


def date_style(content: bytes) -> bytes:
    """The styles with one more, the last, that shows a date."""
    return content.replace(
        b"</cellXfs>", b'<xf numFmtId="14" fontId="0" fillId="0" borderId="0" xfId="0"/></cellXfs>'
    )


def dated(reference: str, serial: int) -> Change:
    """A day by its number in a cell that shows dates."""
    last = re.findall(
        rb"<xf ", members_of(clean())[STYLES].partition(b"<cellXfs")[2].partition(b"</cellXfs>")[0]
    )
    return both(
        cell(reference, f"<v>{serial}</v>"),
        lambda sheet: re.sub(
            rf'<c r="{reference}"( s="\d+")?>'.encode(),
            f'<c r="{reference}" s="{len(last)}">'.encode(),
            sheet,
        ),
    )


# ---- other kinds ------------------------------------------------------------------------------------


def compound(*streams: str) -> bytes:
    """A compound file with streams of those names."""
    return compound_file({name: bytes(5000) for name in streams})


def encrypted(data: bytes) -> bytes:
    """The same workbook with a password to open, as Excel encrypts it today."""
    import msoffcrypto.format.ooxml  # noqa: PLC0415 (comes with oletools)

    buffer = io.BytesIO()
    msoffcrypto.format.ooxml.OOXMLFile(io.BytesIO(data)).encrypt("geheim", buffer)
    return buffer.getvalue()


# ---- things that are no plain files -----------------------------------------------------------------


def pipe(path: Path) -> None:
    """A pipe that nobody writes to."""
    os.mkfifo(path)


def dangling(path: Path) -> None:
    """A link to nothing."""
    path.symlink_to(path.with_name("nowhere.xlsx"))


def folder(path: Path) -> None:
    """A folder under the name of a workbook."""
    path.mkdir()


def huge(path: Path) -> None:
    """A file beyond the limit that takes no place on the disk."""
    with path.open("wb") as stream:
        stream.write(b"PK\x03\x04")
        stream.truncate(21 << 20)
