"""Makes the pages of the rules anew, below ``docs/rules``, from ``templates/rules``.

Run it after a change of a rule's page: ``.venv/bin/python docs/build.py``.
"""

from __future__ import annotations

import sys
from pathlib import Path

from xlgoals.present.rule_pages import rule_documents

FOLDER = Path(__file__).parent / "rules"


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
