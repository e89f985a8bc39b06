"""Makes the pages that are made from the program itself anew: those of the rules, and of the Python API.

Run it after a change of a rule's page or of a docstring: ``.venv/bin/python docs/build.py``. What commands of
the manual print is renewed by ``python -m tests.support.told``.
"""

from __future__ import annotations

import dataclasses
import enum
import inspect
import sys
from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct

import xlgoals
from xlgoals.present.rule_pages import rule_documents

FOLDER = Path(__file__).parent / "rules"
API = Path(__file__).parent / "api.md"
_HEAD = """# Python API

Made from the docstrings by `docs/build.py`; do not edit. All names are in the package `xlgoals`, which is
typed. What cannot be done raises `CannotDo`; its `sentence(Language.ZH)` or `sentence(Language.EN)` is meant
for people.
"""


def api_document() -> str:
    """The page about all public names."""
    parts = [_HEAD]
    for name in xlgoals.__all__:
        parts += [f"## {name}\n", *_about(name, getattr(xlgoals, name))]
    return "\n".join(parts).rstrip("\n") + "\n"


def _about(name: str, held: object) -> Iterator[str]:
    if inspect.isfunction(held):
        yield f"```python\n{name}{_signature(held)}\n```\n"
    yield f"{_words(held)}\n"
    if not inspect.isclass(held):
        return
    if issubclass(held, enum.Enum):
        yield "".join(f"- `{name}.{each.name}` = `{each.value}`\n" for each in held)
        return
    lines = [
        f"- `{name}: {kind}`\n"
        for name, kind in (inspect.get_annotations(held) if _is_record(held) else {}).items()
    ]
    for key, member in sorted(vars(held).items()):
        target = member.fget if isinstance(member, property) else member
        if not key.startswith("_") and inspect.isfunction(target) and target.__doc__:
            call = "" if isinstance(member, property) else _signature(target)
            first = inspect.cleandoc(target.__doc__).partition("\n")[0]
            lines.append(f"- `{key}{call}`: {first}\n")
    if lines:
        yield "".join(lines)


def _is_record(held: type) -> bool:
    return dataclasses.is_dataclass(held) or issubclass(held, Struct)


def _signature(function: object) -> str:
    """As it stands in the source, without what a value's text would tell of this machine."""
    signature = inspect.signature(function)  # type: ignore[arg-type]
    shown = [
        each.replace(default=inspect.Parameter.empty, annotation=f"{each.annotation} = …")
        if callable(each.default) and each.default is not inspect.Parameter.empty
        else each
        for each in signature.parameters.values()
        if each.name != "self"
    ]
    try:
        text = str(signature.replace(parameters=shown))
    except ValueError:  # one without a default behind one with it
        text = "(…)"
    return text.replace("'", "")


def _words(held: object) -> str:
    """The docstring; its examples as code, its sections as paragraphs."""
    lines: list[str] = []
    in_example = False
    for line in inspect.cleandoc(held.__doc__ or "").split("\n"):
        if line.startswith(">>>") and not in_example:
            lines.append("```python")
            in_example = True
        elif in_example and not line.strip():
            lines.append("```")
            in_example = False
        lines.append(line)
        if line in ("Raises:", "Returns:"):
            lines.append("")
    return "\n".join([*lines, "```"] if in_example else lines)


def build(folder: Path) -> list[Path]:
    """Writes every page and removes those of rules that are gone; returns the paths."""
    documents = rule_documents()
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.md"):
        if old.name not in documents:
            old.unlink()
    paths = []
    for name, text in documents.items():
        path = folder / name
        path.write_text(text, encoding="utf-8")
        paths.append(path)
    return paths


if __name__ == "__main__":
    for path in build(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER):
        print(path)
    API.write_text(api_document(), encoding="utf-8")
    print(API)
