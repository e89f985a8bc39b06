"""The formats that all sheets of a master share, from the colours and fonts of ``templates/master.yaml``."""

from __future__ import annotations

from xlsxwriter import Workbook
from xlsxwriter.format import Format

from xlgoals.masterform import MasterForm, MasterKind, MasterSheet


class Look:
    """One set of formats of one workbook."""

    def __init__(self, workbook: Workbook, form: MasterForm) -> None:
        fonts = form.fonts
        colours = {name: f"#{colour}" for name, colour in form.colours.items()}
        body = {"font_name": fonts["body"], "font_size": 10}
        grid = {**body, "border": 1, "border_color": colours["line"], "valign": "vcenter"}
        text = {**grid, "text_wrap": True, "num_format": "@", "indent": 1}
        shapes: dict[MasterKind, dict[str, object]] = {
            MasterKind.TEXT: text,
            MasterKind.COUNT: {**grid, "align": "center", "num_format": "0"},
            MasterKind.MONEY: {**grid, "align": "right", "num_format": "#,##0.00"},
            MasterKind.SHARE: {**grid, "align": "center", "num_format": "0%"},
            MasterKind.LINK: {**text, "font_color": colours["link"], "underline": 1},
            MasterKind.SEVERITY: {**grid, "align": "center", "num_format": "@"},
            MasterKind.REVIEW: {**text, "bg_color": colours["review"]},
            MasterKind.CHANGED: text,
            MasterKind.KEY: {**body, "font_color": colours["source"], "num_format": "@"},
        }
        bold = {"bold": True, "bg_color": colours["total"]}
        heading = {"font_name": fonts["heading"]}
        head = {**grid, **heading, "align": "center", "text_wrap": True}
        large = {**grid, "font_size": 16, "bold": True, "align": "center"}

        def style(**properties: object) -> Format:
            return workbook.add_format(properties)

        self.cells = {kind: style(**shape) for kind, shape in shapes.items()}
        self.totals = {kind: style(**{**shape, **bold}) for kind, shape in shapes.items()}
        self.head = style(**{**head, "font_color": colours["head_text"], "bg_color": colours["head"]})
        self.title = style(
            font_name=fonts["title"], font_size=18, bold=True, align="center", valign="vcenter"
        )
        self.section = style(**heading, font_size=12, valign="vcenter")
        self.note = style(**body, valign="vcenter")
        self.right = style(**body, align="right", valign="vcenter")
        self.figure_label = style(**{**head, "bg_color": colours["total"]})
        self.figure = style(**large)
        self.figure_money = style(**large, num_format="#,##0.00")
        self.changed = style(bg_color=colours["changed"])
        self.severities = {form.severities[key]: style(bg_color=colours[key]) for key in form.severities}

    def numbers(self, spec: MasterSheet) -> tuple[int, ...]:
        """The number of each column's format in the package, which XlsxWriter gives when it is first asked.

        Streamed rows need them before the workbook is closed; :func:`xlgoals.write.splicing.write_spliced`
        holds them against the numbers that XlsxWriter wrote.
        """
        return tuple(
            int(self.cells[column.kind]._get_xf_index())  # type: ignore[no-untyped-call]
            for column in spec.columns
        )
