"""A VBA project as Excel stores it, [MS-OVBA]: source text only, so that Excel compiles it itself.

Only compressed sources are written, ``_VBA_PROJECT`` says that every cache is to be discarded, and the
records of ``dir`` follow the order of the files that xlwings ships, which Excel opens every day.
"""

from __future__ import annotations

import re
import struct
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from xlgoals.errors import CannotDo
from xlgoals.macro.compound import compound_file
from xlgoals.macro.compression import compress

_NAME = re.compile(r'^Attribute VB_Name = "(\w+)"$', re.MULTILINE)
_DISCARD_CACHES = b"\xcc\x61\xff\xff\x00\x01\x00"
_CODE_PAGE, _ENGLISH, _WINDOWS_64 = 1252, 0x409, 3
_REFERENCES = (
    (
        "stdole",
        r"*\G{00020430-0000-0000-C000-000000000046}#2.0#0#C:\Windows\System32\stdole2.tlb#OLE Automation",
    ),
    (
        "Office",
        r"*\G{2DF8D04C-5BFA-101B-BDE5-00AA0044DE52}#2.0#0#C:\Program Files\Common Files\Microsoft Shared"
        r"\OFFICE16\MSO.DLL#Microsoft Office 16.0 Object Library",
    ),
)
_UNKNOWN_COOKIE = b"\xff\xff"


class ModuleKind(StrEnum):
    """What a module belongs to."""

    STANDARD = "standard"
    WORKBOOK = "workbook"
    WORKSHEET = "worksheet"


# The class that a document's module derives from.
_BASES = {
    ModuleKind.WORKBOOK: "0{00020819-0000-0000-C000-000000000046}",
    ModuleKind.WORKSHEET: "0{00020820-0000-0000-C000-000000000046}",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Module:
    """One module; ``text`` is its source with lines ending in LF, its ``Attribute`` lines included."""

    name: str
    kind: ModuleKind
    text: str

    @property
    def stored(self) -> bytes:
        """The source as it is stored: lines end in CRLF.

        Raises:
            CannotDo: a character is not ASCII. It would depend on the code page of the reading machine.
        """
        lines = self.text.splitlines()
        for number, line in enumerate(lines, start=1):
            if not line.isascii():
                character = next(each for each in line if not each.isascii())
                raise CannotDo("macro.not_ascii", module=self.name, line=number, character=character)
        return "".join(f"{line}\r\n" for line in lines).encode("ascii")


def standard_module(text: str) -> Module:
    """A module from the text of a ``.bas`` file as the editor of VBA exports it.

    Raises:
        ValueError: it has no ``Attribute VB_Name`` line.
    """
    found = _NAME.search(text)
    if found is None:
        raise ValueError("a module without Attribute VB_Name")
    return Module(name=found[1], kind=ModuleKind.STANDARD, text=text)


def document_modules(worksheets: int) -> list[Module]:
    """The empty modules of a workbook and its worksheets, named as Excel names them."""
    workbook = _document(WORKBOOK_NAME, ModuleKind.WORKBOOK)
    return [workbook, *(_document(sheet_name(n), ModuleKind.WORKSHEET) for n in range(1, worksheets + 1))]


WORKBOOK_NAME = "ThisWorkbook"


def sheet_name(number: int) -> str:
    """The code name of a worksheet, counted from 1."""
    return f"Sheet{number}"


def _document(name: str, kind: ModuleKind) -> Module:
    attributes = {
        "Name": f'"{name}"',
        "Base": f'"{_BASES[kind]}"',
        "GlobalNameSpace": "False",
        "Creatable": "False",
        "PredeclaredId": "True",
        "Exposed": "True",
        "TemplateDerived": "False",
        "Customizable": "True",
    }
    text = "".join(f"Attribute VB_{key} = {value}\n" for key, value in attributes.items())
    return Module(name=name, kind=kind, text=text)


def vba_project(name: str, modules: Sequence[Module]) -> bytes:
    """The content of ``vbaProject.bin``.

    Raises:
        CannotDo: a source is not ASCII.
        ValueError: two modules of one name.
    """
    names = [module.name.upper() for module in modules]
    if len(set(names)) != len(names):
        raise ValueError(f"two modules of one name: {sorted(names)}")
    streams = {f"VBA/{module.name}": compress(module.stored) for module in modules}
    streams["VBA/_VBA_PROJECT"] = _DISCARD_CACHES
    streams["VBA/dir"] = compress(_dir(name, modules))
    streams["PROJECT"] = _project(name, modules)
    streams["PROJECTwm"] = b"".join(
        module.name.encode("ascii") + b"\0" + module.name.encode("utf-16-le") + b"\0\0" for module in modules
    ) + bytes(2)
    return compound_file(streams)


def _record(number: int, data: bytes = b"") -> bytes:
    return struct.pack("<HI", number, len(data)) + data


def _twice(narrow: int, wide: int, text: str) -> bytes:
    """A text in the code page and again in UTF-16."""
    return _record(narrow, text.encode("ascii")) + _record(wide, text.encode("utf-16-le"))


def _dir(name: str, modules: Sequence[Module]) -> bytes:
    """[MS-OVBA] 2.3.4.2, in the order of the files that xlwings ships."""
    whole, half = struct.Struct("<I"), struct.Struct("<H")
    parts = [
        _record(0x01, whole.pack(_WINDOWS_64)),
        _record(0x02, whole.pack(_ENGLISH)),
        _record(0x14, whole.pack(_ENGLISH)),
        _record(0x03, half.pack(_CODE_PAGE)),
        _record(0x04, name.encode("ascii")),
        _twice(0x05, 0x40, ""),  # description
        _record(0x06) + _record(0x3D),  # help files
        _record(0x07, whole.pack(0)),  # help context
        _record(0x08, whole.pack(0)),  # flags of the library
        struct.pack("<HIIH", 0x09, 4, 1, 1),  # version, whose size field is fixed
        _twice(0x0C, 0x3C, ""),  # constants
    ]
    for title, library in _REFERENCES:
        data = library.encode("ascii")
        parts += [_twice(0x16, 0x3E, title), _record(0x0D, whole.pack(len(data)) + data + bytes(6))]
    parts += [_record(0x0F, half.pack(len(modules))), _record(0x13, _UNKNOWN_COOKIE)]
    for module in modules:
        parts += [
            _twice(0x19, 0x47, module.name),
            _twice(0x1A, 0x32, module.name),  # the stream it lies in
            _twice(0x1C, 0x48, ""),  # description
            _record(0x31, whole.pack(0)),  # where the source begins: nothing compiled stands before it
            _record(0x1E, whole.pack(0)),  # help context
            _record(0x2C, _UNKNOWN_COOKIE),
            _record(0x21 if module.kind is ModuleKind.STANDARD else 0x22),
            _record(0x2B),
        ]
    return b"".join([*parts, _record(0x10)])


def _project(name: str, modules: Sequence[Module]) -> bytes:
    """[MS-OVBA] 2.3.1: modules, protection state (none), windows (closed)."""
    identity = f"{{{str(uuid.uuid5(uuid.NAMESPACE_URL, f'xlgoals:{name}')).upper()}}}"
    key = sum(identity.encode("ascii")) & 0xFF
    lines = [f'ID="{identity}"']
    for module in modules:
        standard = module.kind is ModuleKind.STANDARD
        lines.append(f"Module={module.name}" if standard else f"Document={module.name}/&H00000000")
    lines += [
        f'Name="{name}"',
        'HelpContextID="0"',
        'VersionCompatible32="393222000"',
        f'CMG="{_obscured(bytes(4), key)}"',
        f'DPB="{_obscured(bytes(1), key)}"',
        f'GC="{_obscured(bytes([0xFF]), key)}"',
        "",
        "[Host Extender Info]",
        "&H00000001={3832D640-CF90-11CF-8E43-00A0C911005A};VBE;&H00000000",
        "",
        "[Workspace]",
        *(f"{module.name}=0, 0, 0, 0, C" for module in modules),
    ]
    return "".join(f"{line}\r\n" for line in lines).encode("ascii")


def _obscured(data: bytes, key: int, seed: int = 0) -> str:
    """[MS-OVBA] 2.4.3.2 Data Encryption: a reversible disguise; ``seed`` is fixed, so bytes repeat."""
    result = bytearray([seed, seed ^ 2, seed ^ key])
    plain, last, before = key, result[2], result[1]
    for byte in bytes((seed & 6) // 2) + struct.pack("<I", len(data)) + data:
        hidden = byte ^ ((before + plain) & 0xFF)
        result.append(hidden)
        before, last, plain = last, hidden, byte
    return result.hex().upper()
