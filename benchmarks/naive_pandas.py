"""The script a department would write: every sheet of every workbook, put together in one.

It checks nothing, keeps no address beyond the file's name, and turns what it does not understand into blanks.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pandas as pd

PROJECTS, INDICATORS = "项目", "指标"
HEAD = 2


def main(folder: str, target: str) -> None:
    """Globs, reads, concatenates, writes."""
    projects, indicators = [], []
    for path in sorted(Path(folder).glob("*.xlsx")):
        project = pd.read_excel(path, sheet_name=PROJECTS, header=HEAD)
        project["来源文件"] = path.name
        projects.append(project.dropna(subset=["项目名称"]))
        indicator = pd.read_excel(path, sheet_name=INDICATORS, header=HEAD)
        indicator["来源文件"] = path.name
        indicators.append(indicator.dropna(subset=["项目名称"]))
    with pd.ExcelWriter(target) as writer:
        pd.concat(projects).to_excel(writer, sheet_name=PROJECTS, index=False)
        pd.concat(indicators).to_excel(writer, sheet_name=INDICATORS, index=False)


if __name__ == "__main__":
    main(*sys.argv[1:])
