"""The ribbon tab of the add-in, made from the table of commands."""

from __future__ import annotations

from xml.etree import ElementTree as ET

from xlgoals.macro.commands import Commands

_NAMESPACE = "http://schemas.microsoft.com/office/2009/07/customui"


def ribbon_xml(table: Commands) -> bytes:
    """The part ``customUI/customUI14.xml``: one tab, one group for each that has commands."""
    root = ET.Element("customUI", xmlns=_NAMESPACE)
    tabs = ET.SubElement(ET.SubElement(root, "ribbon"), "tabs")
    tab = ET.SubElement(tabs, "tab", id="xlgoals_tab", label=table.tab, keytip=table.tab_keytip)
    for key, label in table.groups.items():
        commands = [command for command in table.commands if command.group == key]
        if not commands:
            continue
        group = ET.SubElement(tab, "group", id=f"xlgoals_group_{key}", label=label)
        for command in commands:
            ET.SubElement(
                group,
                "button",
                id=f"xlgoals_{command.handler}",
                label=command.label,
                screentip=command.screentip,
                supertip=command.supertip,
                size="large",
                imageMso=command.icon,
                keytip=command.keytip,
                onAction=f"XlgoalsRibbon.On{command.macro}",
            )
    ET.indent(root)
    document: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return document + b"\n"
