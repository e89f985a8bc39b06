"""A Word document → submissions, by the same readers as workbooks made by hand.

The document is looked at as untrusted bytes, like a workbook. Its tables become sheets whose cells are called
by table, row and cell; a document that we published is read by its exact labels, any other by known words.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from hashlib import sha256
from pathlib import Path

from xlgoals.errors import CannotDo
from xlgoals.form import Form, normal_label
from xlgoals.form.declaration import load_declaration_words
from xlgoals.form.word import load_word_reading
from xlgoals.model import Address, Observation, Sighting, Unit
from xlgoals.places import place_in_document
from xlgoals.profile import Profile
from xlgoals.read.assembly import Piece, year_of
from xlgoals.read.book import custom_properties
from xlgoals.read.cells import Book
from xlgoals.read.declaration.lines import Line, Spot, sheet_of
from xlgoals.read.flat_list import read_flat
from xlgoals.read.grid import Grid
from xlgoals.read.intake import read_bytes
from xlgoals.read.kinds import Kind, kind_of, refuse
from xlgoals.read.legacy import Legacy, with_observations
from xlgoals.read.official_sheet import find_heads, read_official
from xlgoals.read.package import Package, Relation
from xlgoals.read.word.flow import Flow, Paragraph
from xlgoals.read.word.layout import Found, Layout
from xlgoals.read.word.numbering import Numbering, NumberingPart, StylesPart
from xlgoals.read.word.rows import lines_of

_ZIP = b"PK\x03\x04"
_MOST_SHOWN = 40


def is_word_document(name: str, data: bytes) -> bool:
    """Whether the bytes are a .docx, and not the older .doc."""
    return data.startswith(_ZIP) and kind_of(name, data) is Kind.WORD


def read_word(
    path: Path,
    form: Form,
    profile: Profile,
    year: int | None = None,
    unit: Unit | None = None,
    *,
    mapping: Mapping[str, str] | None = None,
) -> Legacy:
    """Every goal table of a document, as one submission a unit, in the order the units first appear.

    ``mapping`` says which column of a list holds which field, as for lists in workbooks.

    Raises:
        CannotDo: it is no .docx, damaged or hostile; it holds no goal table, only another form, or both lists
            and tables; a table has no name, no unit, or columns that stand twice; or no year can be found.
    """
    data = read_bytes(path)
    if not is_word_document(path.name, data):
        kind = kind_of(path.name, data)
        raise CannotDo("word.old", file=path.name) if kind is Kind.WORD else refuse(path.name, kind)
    package = Package(path.name, data)
    flow = _flow(package)
    properties = custom_properties(package)
    digest = sha256(data).hexdigest()
    words = load_declaration_words()
    ours = _ours(flow, form, properties)
    if ours is not None:
        book = Book(tuple(sheet_of(lines) for lines in ours), properties)
        submissions = read_official(book, path.name, digest, form, profile, year, unit)
        return Legacy(submissions=with_observations(submissions, _lost(path.name, flow, None)))
    wide = words.widened(form)
    found = Layout(wide, words, load_word_reading(), path.name).sort(flow.blocks)
    _refuse_without_goals(path.name, found)
    told = _lost(path.name, flow, found)
    if not year and properties.get("xlgoals_year", "").isdigit():
        year = int(properties["xlgoals_year"])
    said, seen = _year(found, flow, form, year)
    if seen is not None:
        told.append(_observation(path.name, Sighting.YEAR_FROM_TEXT, seen.cell, seen.text, str(said)))
    if found.lists:
        book = Book(tuple(sheet_of(lines) for lines in found.lists), {})
        read = read_flat(book, path.name, digest, form, profile, said, unit, mapping)
        return Legacy(submissions=with_observations(read.submissions, told), columns=read.columns)
    lines = [line for group in found.goals for line in group] + found.after
    book = Book((sheet_of(lines),), {})
    return Legacy(
        submissions=with_observations(read_official(book, path.name, digest, wide, profile, said, unit), told)
    )


def _flow(package: Package) -> Flow:
    main = [each.target for each in package.relations("").values() if each.kind == "officeDocument"]
    if not main or not package.has(main[0]):
        raise CannotDo("workbook.damaged_part", file=package.name, part="word/document.xml")
    relations = package.relations(main[0])
    numbering, styles = NumberingPart(), StylesPart()
    for kind, part in (("numbering", numbering), ("styles", styles)):
        if (target := _part(package, relations, kind)) is not None:
            package.parse(target, part)
    words = load_word_reading()
    flow = Flow(Numbering(numbering, styles, words.han_numbers), words.symbols)
    package.parse(main[0], flow)
    return flow


def _part(package: Package, relations: Mapping[str, Relation], kind: str) -> str | None:
    targets = [each.target for each in relations.values() if each.kind == kind and not each.external]
    return targets[0] if targets and package.has(targets[0]) else None


def _ours(flow: Flow, form: Form, properties: Mapping[str, str]) -> list[list[Line]] | None:
    """The tables of a document that we published, each with its lines above; None where it was changed.

    A table with the project's name first and one with its indicators then follow each other throughout; any
    other document is read by known words.
    """
    if properties.get("xlgoals_template_id") != form.official.printed.id:
        return None
    sheets: list[list[Line]] = []
    above: list[Line] = []
    begun = False
    for block in flow.blocks:
        if isinstance(block, Paragraph):
            if block.text.strip() and not block.is_contents:
                above.append(Line([Spot(1, 1, block.text, block.place)]))
            continue
        lines = lines_of(block)
        heads = [boxes for _, boxes in Grid(sheet_of(lines[:1])) if find_heads(boxes, form)]
        first = lines[0].filled if lines else []
        is_name = bool(first) and normal_label(first[0].text) == normal_label(form.official.labels["name"])
        has_inner = any(cell.tables for row in block.rows for cell in row.cells)
        if has_inner or begun is is_name or begun is not bool(heads) or (begun and above):
            return None
        if begun:
            sheets[-1] += lines
        else:
            sheets.append([*_own_preface(above, form), *lines])
        above, begun = [], not begun
    return sheets if sheets and not begun and not above else None


def _own_preface(above: Sequence[Line], form: Form) -> list[Line]:
    """The heading and the lines below it: the cover and what stands before are no part of the table."""
    starts = [
        n for n, line in enumerate(above) if form.official.title_line.search(line.spots[0].text.strip())
    ]
    return list(above[starts[-1] :]) if starts else []


def _refuse_without_goals(file: str, found: Found) -> None:
    if found.goals and found.lists:
        raise CannotDo("legacy.mixed", file=file)
    if found.goals or found.lists:
        return
    forms = load_declaration_words().other_forms
    named = [(kind, place, text) for kind, place, text in found.others if kind]
    if named:
        kind, place, text = named[0]
        shown = " ".join(text.split())[:_MOST_SHOWN]
        raise CannotDo(
            "word.other_form", file=file, place=place_in_document(place), title=shown, form=forms[kind].name
        )
    raise CannotDo("word.no_table", file=file)


def _year(found: Found, flow: Flow, form: Form, year: int | None) -> tuple[int | None, Piece | None]:
    """The year told; else None where the tables say it themselves, so that their reader takes it."""
    if year:
        return year, None
    groups = [*found.goals, *found.lists]
    pieces = [Piece(spot.text, spot.place) for lines in groups for line in lines for spot in line.filled]
    if year_of(pieces, form.official.year)[0] is not None:
        return None, None
    others = [Piece(block.text, block.place) for block in flow.blocks if isinstance(block, Paragraph)]
    return year_of([*pieces, *others], form.official.year)


def _lost(file: str, flow: Flow, found: Found | None) -> list[Observation]:
    """What was left out: deleted and hidden texts, other forms and tables, and prose as one line."""
    told = [_observation(file, loss.sighting, loss.place, loss.text) for loss in flow.losses]
    if found is None:
        return told
    told += [_observation(file, loss.sighting, loss.place, loss.text, loss.used) for loss in found.losses]
    words = load_declaration_words()
    for kind, place, text in found.others:
        name = words.other_forms[kind].name if kind else words.no_goal_table
        told.append(_observation(file, Sighting.OTHER_FORM, place, text, name))
    if found.prose:
        first = found.prose[0]
        count = str(len(found.prose))
        told.append(_observation(file, Sighting.OUTSIDE_TABLES, first.place, first.text, count))
    return told


def _observation(file: str, sighting: Sighting, place: str, value: str, used: str = "") -> Observation:
    return Observation(
        sighting=sighting, address=Address(file=file, sheet="", cell=place), value=value, used=used
    )
