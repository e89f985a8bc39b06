"""The formats by hand: compression and compound file, held against other people's readers."""

from __future__ import annotations

import hashlib
import io
import struct
import zipfile
from collections.abc import Iterator

import olefile
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.support.macros import decompressed, modules_in
from xlgoals.errors import CannotDo
from xlgoals.macro.compound import compound_file
from xlgoals.macro.compression import compress
from xlgoals.macro.project import Module, ModuleKind, document_modules, standard_module, vba_project
from xlgoals.macro.server import xlwings_folder

NONE = 0xFFFFFFFF
LINES = st.text(alphabet="abcdefg =().\"'_\t", max_size=60)
SOURCES = st.lists(LINES, max_size=400).map("\r\n".join)


@given(SOURCES)
@example("")
@example("a" * 4096)
@example("a" * 4097)
@example("ab" * 4095 + "c")
def test_sources_come_back(text: str) -> None:
    data = text.encode("ascii")
    packed = compress(data)
    assert decompressed(packed) == data if data else packed == b"\x01"


@given(st.binary(max_size=900))
def test_any_short_bytes_come_back(data: bytes) -> None:
    assert not data or decompressed(compress(data)) == data


def noise(seed: int, size: int) -> bytes:
    """Bytes that do not compress, the same every time."""
    return hashlib.shake_128(str(seed).encode()).digest(size)


def test_a_chunk_that_does_not_compress_is_stored_as_it_is() -> None:
    data = noise(1, 8192)
    packed = compress(data)
    assert len(packed) == 1 + 2 * (2 + 4096)
    assert decompressed(packed) == data


def test_a_short_chunk_is_never_padded() -> None:
    with pytest.raises(ValueError, match="4096"):
        compress(noise(1, 4095))


def directory(data: bytes) -> list[tuple[str, int, int, int, int, int]]:
    """Name, kind, colour, left, right and child of every entry, read without any library."""
    file = olefile.OleFileIO(io.BytesIO(data), raise_defects=olefile.DEFECT_POTENTIAL)
    sector, raw = struct.unpack_from("<I", data, 48)[0], b""
    while sector < 0xFFFFFFFE:
        raw += data[512 * (sector + 1) : 512 * (sector + 2)]
        sector = int(file.fat[sector])
    entries = []
    for start in range(0, len(raw), 128):
        length, kind, colour, left, right, child = struct.unpack_from("<HBBIII", raw, start + 64)
        name = raw[start : start + max(length - 2, 0)].decode("utf-16-le")
        entries.append((name, kind, colour, left, right, child))
    return entries


def black_height(entries: list[tuple[str, int, int, int, int, int]], number: int, under_red: bool) -> int:
    if number == NONE:
        return 1
    _, _, colour, left, right, _ = entries[number]
    red = colour == 0
    assert not (red and under_red)
    heights = {black_height(entries, side, red) for side in (left, right)}
    assert len(heights) == 1
    return heights.pop() + (not red)


def in_order(entries: list[tuple[str, int, int, int, int, int]], number: int) -> Iterator[tuple[int, str]]:
    if number != NONE:
        name, _, _, left, right, _ = entries[number]
        yield from in_order(entries, left)
        yield (len(name), name.upper())
        yield from in_order(entries, right)


def source(number: int, lines: int) -> Module:
    body = "".join(f'    x = "{noise(number * 1000 + line, 20).hex()}"\n' for line in range(lines))
    return standard_module(f'Attribute VB_Name = "Module{number}"\nPublic Sub Run{number}()\n{body}End Sub\n')


@pytest.mark.parametrize("count", [0, 1, 2, 3, 6, 7, 12, 29, 30, 61, 62, 63, 126, 255, 400])
def test_a_project_of_many_modules(count: int) -> None:
    """Excel 2013 called files of another writer corrupt at 65 and 99 sheets: its tree was not balanced."""
    modules = [*document_modules(2), *(source(number, number * 7 % 190) for number in range(count))]
    data = vba_project("Xlgoals", modules)
    entries = directory(data)
    for _, kind, _, _, _, child in entries:
        if kind in {1, 5}:
            assert entries[child][2] == 1
            assert black_height(entries, child, False)
            names = list(in_order(entries, child))
            assert names == sorted(names)
    (storage,) = [entry for entry in entries if entry[0] == "VBA"]
    assert len(list(in_order(entries, storage[5]))) == len(modules) + 2
    assert modules_in(data) == {module.name: module.text.splitlines() for module in modules}
    assert data == vba_project("Xlgoals", modules)


@pytest.mark.parametrize("sizes", [(0,), (1, 63, 64, 65), (4095, 4096, 4097), (511, 512, 513, 100_000)])
def test_streams_of_every_size_come_back(sizes: tuple[int, ...]) -> None:
    streams = {f"s{size}": noise(size, size) for size in sizes}
    file = olefile.OleFileIO(io.BytesIO(compound_file(streams)), raise_defects=olefile.DEFECT_POTENTIAL)
    assert {name: file.openstream(name).read() for (name,) in file.listdir()} == streams


def test_what_does_not_fit_is_refused() -> None:
    with pytest.raises(ValueError, match=r"6\.8 MB"):
        compound_file({"big": bytes(7_200_000)})
    with pytest.raises(ValueError, match="too long"):
        compound_file({"n" * 32: b""})


def records(data: bytes) -> list[int]:
    """The numbers of the records of a ``dir`` stream, in order."""
    place, found = 0, []
    while place < len(data):
        number, size = struct.unpack_from("<HI", data, place)
        found.append(number)
        place += 6 + (6 if number == 0x09 else size)
    return found


def dir_of(project: bytes) -> bytes:
    return decompressed(olefile.OleFileIO(io.BytesIO(project)).openstream("VBA/dir").read())


REFERENCES = {0x16, 0x3E, 0x33, 0x2F, 0x30, 0x0D, 0x0E}


def outline(numbers: list[int]) -> tuple[list[int], set[tuple[int, ...]], list[int]]:
    """What stands before the modules without the references, the rows of records of modules, and the end."""
    start = numbers.index(0x19)
    rows, row = set(), list[int]()
    for number in numbers[start:]:
        row.append(number)
        if number == 0x2B:
            # 0x21 is a plain module and 0x22 any other: they stand in the same place.
            rows.add(tuple(0x21 if each == 0x22 else each for each in row))
            row = []
    return [number for number in numbers[:start] if number not in REFERENCES], rows, row


@pytest.mark.parametrize(
    "name",
    [
        "quickstart_standalone.xlsm",
        "quickstart_addin.xlam",
        "quickstart_addin_ribbon.xlam",
        "addin/xlwings.xlam",
    ],
)
def test_dir_has_the_order_of_files_that_excel_opens(name: str) -> None:
    with zipfile.ZipFile(xlwings_folder() / name) as package:
        theirs = dir_of(package.read("xl/vbaProject.bin"))
    ours = dir_of(vba_project("Xlgoals", [*document_modules(2), source(1, 3)]))
    assert outline(records(ours)) == outline(records(theirs))


def test_references_have_the_order_of_xlwings_own_addin() -> None:
    with zipfile.ZipFile(xlwings_folder() / "addin" / "xlwings.xlam") as package:
        theirs = records(dir_of(package.read("xl/vbaProject.bin")))
    ours = records(dir_of(vba_project("Xlgoals", document_modules(1))))
    assert ours[: ours.index(0x19)] == theirs[: theirs.index(0x19)]


@pytest.mark.parametrize(
    ("module", "line", "character"),
    [('Attribute VB_Name = "M"\nx = "校验"\n', 2, "校"), ('Attribute VB_Name = "M"\n\n\' £\n', 3, "£")],
)
def test_sources_are_ascii(module: str, line: int, character: str) -> None:
    with pytest.raises(CannotDo) as refusal:
        vba_project("Xlgoals", [standard_module(module)])
    assert refusal.value.details == {"module": "M", "line": line, "character": character}


def test_names_are_not_given_twice() -> None:
    twin = Module(name="SHEET1", kind=ModuleKind.STANDARD, text='Attribute VB_Name = "SHEET1"\n')
    with pytest.raises(ValueError, match="two modules"):
        vba_project("Xlgoals", [*document_modules(1), twin])


def test_a_text_without_a_name_is_no_module() -> None:
    with pytest.raises(ValueError, match="VB_Name"):
        standard_module("Sub A()\nEnd Sub\n")


def decoded(hexadecimal: str) -> tuple[int, bytes]:
    """[MS-OVBA] 2.4.3.3: the project key and the data of an obscured value."""
    raw = bytes.fromhex(hexadecimal)
    seed, version, key = raw[0], raw[0] ^ raw[1], raw[0] ^ raw[2]
    assert version == 2
    plain, last, before, out = key, raw[2], raw[1], bytearray()
    for byte in raw[3:]:
        value = byte ^ ((before + plain) & 0xFF)
        out.append(value)
        before, last, plain = last, byte, value
    skip = (seed & 6) // 2
    (length,) = struct.unpack_from("<I", out, skip)
    return key, bytes(out[skip + 4 :][:length])


def test_the_state_of_protection_is_none() -> None:
    """The values say: not protected, no password, visible; the key is the one that the identity gives."""
    data = (
        olefile.OleFileIO(io.BytesIO(vba_project("Xlgoals", document_modules(1))))
        .openstream("PROJECT")
        .read()
    )
    told = dict(line.split("=", 1) for line in data.decode("ascii").splitlines() if "=" in line)
    key = sum(told["ID"].strip('"').encode("ascii")) & 0xFF
    read = {name: decoded(told[name].strip('"')) for name in ("CMG", "DPB", "GC")}
    assert read == {"CMG": (key, bytes(4)), "DPB": (key, b"\0"), "GC": (key, b"\xff")}
