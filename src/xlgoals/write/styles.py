"""The formats that the sheets of a unit's workbook share, made from the form's fonts and colours."""

from __future__ import annotations

from dataclasses import dataclass

from xlsxwriter import Workbook
from xlsxwriter.format import Format

from xlgoals.form import Form, Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Styles:
    """One set of formats of one workbook."""

    title: Format
    line: Format
    line_right: Format
    head: Format
    label: Format
    hint: Format
    plain: Format
    plain_money: Format
    section: Format
    listed: Format
    computed: Format
    passed: Format
    attention: Format
    inputs: dict[Kind, Format]


def make_styles(workbook: Workbook, form: Form) -> Styles:
    """The formats; input cells are tinted and unlocked, all others keep Excel's lock."""
    fonts, colours = form.fonts, {name: f"#{colour}" for name, colour in form.colours.items()}
    grid = {"border": 1, "border_color": colours["line"], "valign": "vcenter"}
    body = {"font_name": fonts["body"], "font_size": 10.5}
    heading = {"font_name": fonts["heading"], "font_size": 10.5}
    entry = {**grid, **body, "bg_color": colours["input"], "locked": False}
    title = {"font_name": fonts["title"], "font_size": 16, "bold": True, "align": "center"}

    def style(**properties: object) -> Format:
        return workbook.add_format(properties)

    return Styles(
        title=style(**title, valign="vcenter"),
        line=style(**body, valign="vcenter"),
        line_right=style(**body, valign="vcenter", align="right"),
        head=style(
            **grid,
            **heading,
            font_color=colours["head_text"],
            bg_color=colours["head"],
            align="center",
            text_wrap=True,
        ),
        label=style(**grid, **heading, bg_color=colours["label"], align="center", text_wrap=True),
        hint=style(**body, font_color=colours["hint"], valign="vcenter", text_wrap=True, indent=1),
        plain=style(**grid, **body, text_wrap=True, indent=1),
        plain_money=style(**grid, **body, align="right", num_format="#,##0.00"),
        section=style(font_name=fonts["heading"], font_size=12, valign="vcenter"),
        listed=style(**body, text_wrap=True, valign="top"),
        computed=style(**grid, **body, align="center", text_wrap=True, bg_color=colours["label"]),
        passed=workbook.add_format({"font_color": colours["right"]}),
        attention=workbook.add_format({"font_color": colours["wrong_text"], "bg_color": colours["wrong"]}),
        inputs={
            Kind.TEXT: style(**entry, text_wrap=True, indent=1, num_format="@"),
            Kind.CHOICE: style(**entry, text_wrap=True, indent=1, num_format="@"),
            Kind.CODE: style(**entry, indent=1, num_format="@"),
            Kind.MONEY: style(**entry, align="right", num_format="#,##0.00"),
        },
    )
