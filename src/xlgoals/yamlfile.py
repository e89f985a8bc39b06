"""YAML that people edit, read with the line of every value, so that a mistake can be pointed at.

An :class:`Entry` is one mapping of the file. Its methods fetch a field in the type the caller needs,
or raise :class:`~xlgoals.errors.CannotDo` with file, line, field, what stands there and what is allowed.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping
from pathlib import Path

import yaml

from xlgoals.errors import CannotDo
from xlgoals.messages import yaml_loader


class Entry:
    """A mapping in a YAML file; ``path`` leads to it from the top, e.g. ``sheets.projects.columns[3]``."""

    def __init__(self, file: Path, node: yaml.MappingNode, path: str) -> None:
        self._file = file
        self._node = node
        self._path = path
        self._fields: dict[str, yaml.Node] = {}
        for key, value in node.value:
            name = str(key.value)
            if name in self._fields:
                raise self._wrong(name, key, name, "once")
            self._fields[name] = value

    @property
    def keys(self) -> tuple[str, ...]:
        """Names of the fields, in the order of the file."""
        return tuple(self._fields)

    def only(self, allowed: Iterable[str]) -> None:
        """Refuse a field that is not in ``allowed``: most often a slip of the pen."""
        names = tuple(allowed)
        for name, node in self._fields.items():
            if name not in names:
                near = difflib.get_close_matches(name, names, n=1)
                raise self._wrong(name, node, name, near[0] if near else ", ".join(names))

    def text(self, name: str, default: str | None = None) -> str:
        """A scalar as text; numbers and dates come as they are written."""
        node = self._get(name, default is None)
        if node is None:
            return default or ""
        if not isinstance(node, yaml.ScalarNode):
            raise self._wrong(name, node, _kind(node), "text")
        return str(node.value)

    def choice(self, name: str, allowed: Iterable[str], default: str | None = None) -> str:
        """A text out of a fixed list."""
        choices = tuple(allowed)
        value = self.text(name, default)
        if value not in choices:
            raise self._wrong(name, self._fields.get(name, self._node), value, " | ".join(choices))
        return value

    def whole(self, name: str, default: int | None = None) -> int:
        """A whole number, not negative."""
        value = self.text(name, None if default is None else str(default))
        if not value.isascii() or not value.isdigit():
            raise self._wrong(name, self._fields[name], value, "0, 1, 2 …")
        return int(value)

    def decimal(self, name: str) -> float:
        """A number such as a column width or a limit."""
        value = self.text(name)
        try:
            return float(value)
        except ValueError:
            raise self._wrong(name, self._fields[name], value, "12, 12.5 …") from None

    def truth(self, name: str, default: bool = False) -> bool:
        """``true`` or ``false``."""
        return self.choice(name, ("true", "false"), str(default).lower()) == "true"

    def texts(self, name: str, default: tuple[str, ...] | None = None) -> tuple[str, ...]:
        """A list of texts."""
        node = self._get(name, default is None)
        if node is None:
            return default or ()
        if not isinstance(node, yaml.SequenceNode):
            raise self._wrong(name, node, _kind(node), "[a, b, …]")
        for item in node.value:
            if not isinstance(item, yaml.ScalarNode):
                raise self._wrong(name, item, _kind(item), "[a, b, …]")
        return tuple(str(item.value) for item in node.value)

    def entry(self, name: str) -> Entry:
        """A mapping inside this one."""
        node = self._get(name, True)
        if not isinstance(node, yaml.MappingNode):
            raise self._wrong(name, node or self._node, _kind(node), "key: value")
        return Entry(self._file, node, self._join(name))

    def entry_or_none(self, name: str) -> Entry | None:
        """A mapping inside this one, or None where it is left out."""
        return self.entry(name) if name in self._fields else None

    def entries(self, name: str) -> tuple[Entry, ...]:
        """A list of mappings."""
        node = self._get(name, True)
        if not isinstance(node, yaml.SequenceNode):
            raise self._wrong(name, node or self._node, _kind(node), "- key: value")
        found = []
        for number, item in enumerate(node.value):
            if not isinstance(item, yaml.MappingNode):
                raise self._wrong(f"{name}[{number}]", item, _kind(item), "- key: value")
            found.append(Entry(self._file, item, f"{self._join(name)}[{number}]"))
        return tuple(found)

    def table(self, name: str) -> Mapping[str, str]:
        """A mapping of text to text."""
        entry = self.entry(name)
        return {key: entry.text(key) for key in entry.keys}

    def lists(self, name: str) -> Mapping[str, tuple[str, ...]]:
        """A mapping of text to a list of texts."""
        entry = self.entry(name)
        return {key: entry.texts(key) for key in entry.keys}

    def pattern(self, name: str) -> re.Pattern[str]:
        """A regular expression."""
        text = self.text(name)
        try:
            return re.compile(text)
        except re.error as fault:
            raise self._wrong(name, self._fields[name], f"{text} ({fault})", "^…$") from None

    def refuse(self, name: str, value: str, allowed: str) -> CannotDo:
        """The error for a value that only the caller can judge; to be raised by the caller."""
        return self._wrong(name, self._fields.get(name, self._node), value, allowed)

    def _get(self, name: str, required: bool) -> yaml.Node | None:
        node = self._fields.get(name)
        if node is None and required:
            raise CannotDo(
                "yaml.missing",
                file=self._file.name,
                line=self._node.start_mark.line + 1,
                field=self._join(name),
            )
        return node

    def _join(self, name: str) -> str:
        return f"{self._path}.{name}" if self._path else name

    def _wrong(self, name: str, node: yaml.Node, value: str, allowed: str) -> CannotDo:
        return CannotDo(
            "yaml.wrong",
            file=self._file.name,
            line=node.start_mark.line + 1,
            field=self._join(name),
            value=value,
            allowed=allowed,
        )


def _kind(node: yaml.Node | None) -> str:
    if isinstance(node, yaml.MappingNode):
        return "key: value"
    return "[…]" if isinstance(node, yaml.SequenceNode) else str(getattr(node, "value", ""))


def load_yaml(file: Path) -> Entry:
    """The top mapping of a YAML file.

    Raises:
        CannotDo: no such file, not UTF-8, not YAML, or no mapping at the top; with file and line.
    """
    try:
        node = yaml.compose(file.read_text(encoding="utf-8"), Loader=yaml_loader())
    except FileNotFoundError:
        raise CannotDo("file.missing", file=file) from None
    except UnicodeDecodeError:
        raise CannotDo("yaml.encoding", file=file.name) from None
    except yaml.MarkedYAMLError as fault:
        mark = fault.problem_mark or fault.context_mark
        raise CannotDo(
            "yaml.syntax", file=file.name, line=mark.line + 1 if mark else 1, problem=fault.problem or ""
        ) from None
    if not isinstance(node, yaml.MappingNode):
        value = _kind(node)
        raise CannotDo("yaml.wrong", file=file.name, line=1, field="-", value=value, allowed="key: value")
    return Entry(file, node, "")
