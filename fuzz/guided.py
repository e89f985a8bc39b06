"""Worksheets put together under the eyes of atheris, led by what they reach in our code; two minutes.

atheris changes bytes. Bytes of XML would hardly ever stay XML, so its bytes choose: each is the next piece of
a worksheet, most pieces well-formed and some not.
"""

from __future__ import annotations

import sys

from fuzz.pieces import NUMBERS, TOKENS, VALUES

SECONDS = 120
_RAW = 250
"""Bytes from here on put in a token as it is, whatever that breaks."""
_SHAPES = (
    b'<c r="%(place)s" t="%(word)s"><v>%(number)s</v></c>',
    b'<c r="%(place)s" s="%(digit)s"><v>%(number)s</v></c>',
    b'<c r="%(place)s"><f>%(word)s</f><v>%(number)s</v></c>',
    b'<c r="%(place)s"><f t="shared" si="%(digit)s"/><v>%(number)s</v></c>',
    b'<c r="%(place)s" t="inlineStr"><is><t>%(number)s</t></is></c>',
    b'<c r="%(place)s" t="inlineStr"><is><r><t>%(word)s</t></r><rPh><t>x</t></rPh></is></c>',
    b'<c r="%(place)s" s="%(digit)s"/>',
    b"<c><v>%(number)s</v></c>",
    b'</row><row r="%(digit)s" hidden="%(digit)s">',
    b'</row><row r="%(word)s">',
    b"</row><row>",
    b"</row></sheetData><sheetData><row>",
)
_AFTER = (b'<mergeCells count="1"><mergeCell ref="A1:B2"/></mergeCells>', b'<autoFilter ref="A1:B2"/>', b"")
_PLACES = (b"A1", b"B1", b"A2", b"C7", b"A1:B2", b"XFD1048576", b"a1", b"")


def worksheet(data: bytes, head: bytes) -> bytes:
    """The worksheet that these bytes choose, ``head`` being all that stands before its rows."""
    chosen = iter(data)

    def pick(pieces: tuple[bytes, ...]) -> bytes:
        return pieces[next(chosen, 0) % len(pieces)]

    made = [head, b'<row r="1">']
    for byte in chosen:
        if byte >= _RAW:
            made.append(pick(TOKENS))
            continue
        words = {b"place": pick(_PLACES), b"word": pick(VALUES), b"number": pick(NUMBERS)}
        made.append(_SHAPES[byte % len(_SHAPES)] % {**words, b"digit": b"%d" % (next(chosen, 0) % 5)})
    return b"".join([*made, b"</row></sheetData>", pick(_AFTER), b"</worksheet>"])


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
    head = members[name].partition(b"<row")[0]

    def one(data: bytes) -> None:
        package = crafted.packed({**members, name: worksheet(data, head)}, 0)
        quick, slow = judges.ours(package), judges.by_parser_alone(package)
        if quick != slow and not (isinstance(quick, str) and isinstance(slow, str)):
            raise AssertionError("two ways")

    atheris.Setup([sys.argv[0], f"-max_total_time={SECONDS}", "-max_len=512", "-timeout=10"], one)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
