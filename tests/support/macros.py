"""What oletools says about the macros in a file: an independent reader of what we wrote."""

from __future__ import annotations

import warnings
import zipfile
from pathlib import Path

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # its parser library renames its functions
    from oletools.mraptor import MacroRaptor
    from oletools.olevba import VBA_Parser, decompress_stream


def decompressed(data: bytes) -> bytes:
    """A compressed container, opened by oletools."""
    return bytes(decompress_stream(bytearray(data)))


def modules_in(data: bytes) -> dict[str, list[str]]:
    """Lines of every module in a ``vbaProject.bin``, by its name."""
    found = VBA_Parser("vbaProject.bin", data=data).extract_macros()
    return {name.rpartition(".")[0]: code.splitlines() for _, _, name, code in found}


def project_in(workbook: Path) -> bytes:
    """The ``vbaProject.bin`` of a workbook."""
    with zipfile.ZipFile(workbook) as package:
        return package.read("xl/vbaProject.bin")


def runs_by_itself(lines: list[str]) -> bool:
    """Whether mraptor finds a macro that runs without a click."""
    raptor = MacroRaptor("\n".join(lines))
    raptor.scan()
    return bool(raptor.autoexec)
