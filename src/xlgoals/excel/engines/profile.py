"""The profile of our own LibreOffice: it greets nobody, and it runs no macro of any workbook."""

from __future__ import annotations

from pathlib import Path

from xlgoals.write.files import write_whole

# Path in LibreOffice's configuration, name, value.
_SETTINGS = (
    ("Office.Common/Misc", "ShowTipOfTheDay", "false"),
    ("Office.Common/Misc", "FirstRun", "false"),
    ("Office.Common/Security/Scripting", "MacroSecurityLevel", "3"),
    ("Setup/Office", "LastCompatibilityCheckID", "xlgoals"),
)
_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<oor:items xmlns:oor="http://openoffice.org/2001/registry" '
    'xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">\n'
)


def prepare_profile(folder: Path) -> None:
    """Writes the settings of a profile that was never used; LibreOffice keeps its own there later."""
    file = folder / "user" / "registrymodifications.xcu"
    if file.exists():
        return
    items = "".join(
        f'<item oor:path="/org.openoffice.{path}"><prop oor:name="{name}" oor:op="fuse">'
        f"<value>{value}</value></prop></item>\n"
        for path, name, value in _SETTINGS
    )
    write_whole(file, lambda draft: draft.write_text(f"{_HEAD}{items}</oor:items>\n", encoding="utf-8"))


def lock_of(file: Path) -> Path:
    """What LibreOffice puts beside a file that it has open; one left behind keeps it from opening."""
    return file.with_name(f".~lock.{file.name}#")


def remove_stale_lock(file: Path, profile: Path) -> None:
    """Removes the lock that this profile left when it was ended by force; it must not be running now.

    A lock names the profile that made it; that of anybody else stays.
    """
    lock = lock_of(file)
    if lock.is_file() and profile.absolute().as_uri() in lock.read_text(encoding="utf-8", errors="replace"):
        lock.unlink()
