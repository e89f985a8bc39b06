"""Mutants that are led by what they reach in the code, with atheris where it is installed; two minutes."""

from __future__ import annotations

import sys

SECONDS = 120


def main() -> None:
    """Feeds worksheets to both ways of reading until one crashes or they differ."""
    try:
        import atheris  # noqa: PLC0415 (has no wheel for every system)
    except ImportError:
        print("atheris is not installed: the guided part is left out")
        return
    with atheris.instrument_imports(include=["xlgoals.read"]):
        from fuzz import judges  # noqa: PLC0415 (must be imported under its eyes)
        from fuzz.mutants import small_book  # noqa: PLC0415
        from tests.support import crafted  # noqa: PLC0415
    members = crafted.members_of(small_book())
    name = crafted.GUIDE

    def one(data: bytes) -> None:
        package = crafted.packed({**members, name: data}, 0)
        quick, slow = judges.ours(package), judges.by_parser_alone(package)
        if quick != slow and not (isinstance(quick, str) and isinstance(slow, str)):
            raise AssertionError("two ways")

    atheris.Setup([sys.argv[0], f"-max_total_time={SECONDS}", "-max_len=4096", "-timeout=10"], one)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
