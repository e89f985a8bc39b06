"""Which files a consolidation looks at: what was named, and what lies in the folders that were named."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from xlgoals.consolidation.journal import journal_beside
from xlgoals.consolidation.ledger import ledger_beside
from xlgoals.errors import CannotDo

# A workbook of an old or foreign kind is read too: its refusal goes into the ledger with the cure.
WORKBOOK_SUFFIXES = frozenset({".xlsx", ".xlsm", ".xls", ".xlsb", ".et", ".ods"})
_OWNER_FILE = "~$"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """The workbooks to read, and files that lie beside them and are left alone."""

    workbooks: tuple[Path, ...]
    ignored: tuple[Path, ...]


def find_sources(named: Iterable[Path], master: Path) -> Sources:
    """The workbooks among ``named`` files and folders (with subfolders), sorted, each once.

    The master itself, Office's owner files ``~$…`` and hidden files are never sources.

    Raises:
        CannotDo: a name does not exist, or no workbook is found at all.
    """
    workbooks: dict[Path, None] = {}
    ignored: dict[Path, None] = {}
    paths = list(named)
    own = {each.resolve() for each in (master, ledger_beside(master), journal_beside(master))}
    for path in paths:
        if not path.exists():
            raise CannotDo("file.missing", file=path)
        if not path.is_dir():
            workbooks[path] = None
            continue
        for file in sorted(path.rglob("*")):
            if file.is_dir() or _is_aside(file, master) or file.resolve() in own:
                continue
            (workbooks if file.suffix.lower() in WORKBOOK_SUFFIXES else ignored)[file] = None
    if not workbooks:
        raise CannotDo("consolidate.nothing", folder="、".join(str(path) for path in paths))
    return Sources(workbooks=tuple(workbooks), ignored=tuple(ignored))


def _is_aside(file: Path, master: Path) -> bool:
    backup = file.name.startswith(f"{master.stem}.") and file.name.endswith(f".bak{master.suffix}")
    return file.name.startswith((_OWNER_FILE, ".")) or backup
