"""A checked package → :class:`~xlgoals.read.cells.Book`: every worksheet, the properties, the names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from xlgoals.errors import CannotDo
from xlgoals.read.cells import MOST_CHARACTERS, Book, Sheet, characters, column_letters
from xlgoals.read.contents import Content, contents_of
from xlgoals.read.macros import are_ours
from xlgoals.read.package import Package, Relation
from xlgoals.read.parts import Properties, Styles, formats_in, outline_in, read_shared
from xlgoals.read.plain import LARGEST, split_plain
from xlgoals.read.rows import plain_rows, take_blocks
from xlgoals.read.thinning import Thinner
from xlgoals.read.values import Damaged, Values
from xlgoals.read.worksheet import SheetReader, surround

_RELATIONS_OF_A_SHEET = re.compile(r"(xl/worksheets/)_rels/(.+)\.rels", re.IGNORECASE)


def read_book(package: Package) -> Book:
    """Every worksheet of the package.

    Raises:
        CannotDo: no workbook inside, a part missing or damaged, or two answers for one cell.
    """
    main = [r.target for r in package.relations("").values() if r.kind == "officeDocument" and not r.external]
    if not main:
        raise CannotDo("workbook.not_one", file=package.name)
    outline = package.recall(main[0], outline_in)
    if not outline.sheets:
        raise CannotDo("workbook.not_one", file=package.name)
    relations = package.relations(main[0])
    strings, styles = (_only_part(package, relations, kind) for kind in ("sharedStrings", "styles"))
    formats = package.recall(styles, formats_in) if styles else Styles()
    values = Values(read_shared(package, strings) if strings else [], formats, outline.from_1904)
    sheets = []
    for name, state, identity in outline.sheets:
        found = relations.get(identity)
        if found is None or found.external:
            raise CannotDo("workbook.damaged_part", file=package.name, part=name)
        if found.kind == "worksheet":  # a chart or dialog sheet holds no cells
            reader = SheetReader(package.name, Sheet(name, state), values)
            _read_sheet(package, found.target, reader)
            sheets.append(reader.sheet)
    if values.may_be_long:
        _refuse_too_long(package.name, sheets)
    return Book(
        tuple(sheets),
        custom_properties(package),
        dict(outline.names),
        outline.locked,
        contents=_contents(package, relations),
    )


def _only_part(package: Package, relations: Mapping[str, Relation], kind: str) -> str:
    """The part of a kind that a workbook has once at most; empty when there is none.

    Raises:
        CannotDo: there are two, and other programs may take either.
    """
    parts = [each.target for each in relations.values() if each.kind == kind and not each.external]
    if len(parts) > 1:
        raise CannotDo("workbook.two_tables", file=package.name, part=kind)
    return parts[0] if parts else ""


def _contents(package: Package, of_book: Mapping[str, Relation]) -> Mapping[Content, str]:
    """What it carries; the macros of our own template are left out."""
    members = set(package.members)
    related = [*of_book.values()]
    for member in members:
        if (match := _RELATIONS_OF_A_SHEET.fullmatch(member)) is not None:
            related += package.relations("".join(match.groups())).values()
    ours = {each.target for each in related if each.kind == "vbaProject" and _are_ours(package, each.target)}
    known = {(each.kind, each.target) for each in related if each.target not in ours}
    return contents_of(members - ours, known)


def _are_ours(package: Package, part: str) -> bool:
    return package.has(part) and are_ours(package.content(part))


def _refuse_too_long(file: str, sheets: Iterable[Sheet]) -> None:
    """A text that no cell of Excel holds is neither cut nor passed on: the master could not hold it either.

    Raises:
        CannotDo: there is one; its cell and length are told.
    """
    for sheet in sheets:
        for (row, column), cell in sorted(sheet.cells.items()):
            if (count := characters(cell.text)) > MOST_CHARACTERS:
                address = f"{sheet.name}!{column_letters(column)}{row}"
                raise CannotDo(
                    "workbook.text_too_long", file=file, cell=address, count=count, most=MOST_CHARACTERS
                )


def _read_sheet(package: Package, part: str, reader: SheetReader) -> None:
    if package.size(part) > LARGEST:
        thinner = Thinner(package.name, part)
        parser = package.parser(part, reader)
        for chunk in package.chunks(part):
            parser.feed(thinner.take(chunk))
        parser.feed(thinner.close())
        parser.close()
        return
    data = package.content(part)
    if not _is_taken_apart(data, reader):
        parser = package.parser(part, reader)
        parser.feed(data)
        parser.close()


def _is_taken_apart(data: bytes, reader: SheetReader) -> bool:
    """Whether the part was plain throughout and is in the sheet now; else nothing of it is."""
    plain = split_plain(data, "sheetData")
    if plain is None:
        return False
    try:
        blocks = plain_rows(plain.body)
        if blocks is None or not surround(reader.sheet, plain.head, plain.tail, reader.values.open_styles):
            return False
        take_blocks(blocks, reader)
    except Damaged:
        raise reader.damaged() from None
    return True


def custom_properties(package: Package) -> Mapping[str, str]:
    """What a file says of itself, by name."""
    properties = Properties()
    for relation in package.relations("").values():
        if relation.kind == "custom-properties" and not relation.external and package.has(relation.target):
            package.parse(relation.target, properties)
    return properties.found
