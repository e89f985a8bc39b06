"""A checked package → :class:`~xlgoals.read.cells.Book`: every worksheet, the properties, the names."""

from __future__ import annotations

from collections.abc import Mapping

from xlgoals.errors import CannotDo
from xlgoals.read.cells import Book, Sheet
from xlgoals.read.contents import contents_of
from xlgoals.read.package import Package
from xlgoals.read.parts import Outline, Properties, Styles, read_shared
from xlgoals.read.plain import LARGEST, split_plain
from xlgoals.read.rows import are_plain, take_rows
from xlgoals.read.thinning import Thinner
from xlgoals.read.values import Values
from xlgoals.read.worksheet import SheetReader


def read_book(package: Package) -> Book:
    """Every worksheet of the package.

    Raises:
        CannotDo: no workbook inside, a part missing or damaged, or two answers for one cell.
    """
    main = [r.target for r in package.relations("").values() if r.kind == "officeDocument" and not r.external]
    if not main:
        raise CannotDo("workbook.not_one", file=package.name)
    outline = Outline()
    package.parse(main[0], outline)
    if not outline.sheets:
        raise CannotDo("workbook.not_one", file=package.name)
    relations = package.relations(main[0])
    texts: list[str] = []
    formats = Styles()
    for relation in relations.values():
        if relation.kind == "sharedStrings" and not relation.external:
            texts += read_shared(package, relation.target)
        elif relation.kind == "styles" and not relation.external:
            package.parse(relation.target, formats)
    values = Values(texts, formats, outline.from_1904)
    sheets = []
    for name, state, identity in outline.sheets:
        found = relations.get(identity)
        if found is None or found.external:
            raise CannotDo("workbook.damaged_part", file=package.name, part=name)
        if found.kind == "worksheet":  # a chart or dialog sheet holds no cells
            reader = SheetReader(package.name, Sheet(name, state), values)
            _read_sheet(package, found.target, reader)
            sheets.append(reader.sheet)
    names = {name: "".join(pieces).strip() for name, pieces in outline.names.items()}
    return Book(
        tuple(sheets),
        _custom_properties(package),
        names,
        outline.locked,
        contents=contents_of(package.members),
    )


def _read_sheet(package: Package, part: str, reader: SheetReader) -> None:
    parser = package.parser(part, reader)
    if package.size(part) > LARGEST:
        thinner = Thinner(package.name, part)
        for chunk in package.chunks(part):
            parser.feed(thinner.take(chunk))
        parser.feed(thinner.close())
        parser.close()
        return
    data = package.content(part)
    plain = split_plain(data, "sheetData")
    if plain is not None and are_plain(plain.body):
        parser.feed(plain.head)
        take_rows(plain.body, reader)
        parser.feed(plain.tail)
    else:
        parser.feed(data)
    parser.close()


def _custom_properties(package: Package) -> Mapping[str, str]:
    properties = Properties()
    for relation in package.relations("").values():
        if relation.kind == "custom-properties" and not relation.external and package.has(relation.target):
            package.parse(relation.target, properties)
    return properties.found
