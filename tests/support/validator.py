"""Microsoft's Open XML validator over a workbook that we wrote."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

BINARY = Path(__file__).parent.parent.parent / ".tools" / "ooxml-validator"
_TIMEOUT = 120


def schema_errors(workbook: Path) -> list[str]:
    """What the validator says against the file, one line each; empty when it is clean.

    Raises:
        RuntimeError: the validator did not answer; never taken for a clean file.
    """
    env = {**os.environ, "DOTNET_SYSTEM_GLOBALIZATION_INVARIANT": "1"}
    done = subprocess.run(
        [BINARY, workbook.resolve()],
        capture_output=True,
        encoding="utf-8",
        env=env,
        check=False,
        timeout=_TIMEOUT,
    )
    try:
        answer = json.loads(done.stdout)
    except json.JSONDecodeError:
        raise RuntimeError(f"the validator said: {done.stdout} {done.stderr}") from None
    errors = [f"{error.get('part', error.get('path', ''))}: {error}" for error in answer["errors"]]
    if answer["ok"] == bool(errors):
        raise RuntimeError(f"the validator contradicts itself: {answer}")
    return errors
