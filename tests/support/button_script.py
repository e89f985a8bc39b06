"""Opens a workbook with macros in LibreOffice, headless, and tells which macro each button is bound to.

Runs in the system's Python, which LibreOffice's bridge is made for, on the standard library and ``uno`` only.
Usage: button_script.py WORKBOOK PROFILE HANDLERS. Prints JSON: ``buttons`` maps a button's label to its
macro, ``modules`` lists the modules, and ``handlers`` what each macro asked for. For the last, the module
that would ask Excel's add-in is replaced by a double that writes the handler's name to the file HANDLERS.
"""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import uno
from com.sun.star.beans import PropertyValue
from com.sun.star.connection import NoConnectException

PATIENCE = 60
RUNNER = "XlgoalsRunner"
DOUBLE = """Option VBASupport 1
Public Sub RunXlgoals(ByVal handler As String)
    Dim number As Integer
    number = FreeFile
    Open "{file}" For Append As #number
    Print #number, handler
    Close #number
End Sub
"""


def start_office(profile):
    """A headless LibreOffice, and its desktop once it answers."""
    pipe = f"xlgoals{os.getpid()}"
    settings = f"-env:UserInstallation={Path(profile).as_uri()}"
    command = [
        "soffice",
        settings,
        "--headless",
        f"--accept=pipe,name={pipe};urp;",
        "--norestore",
        "--nologo",
    ]
    office = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )
    local = uno.getComponentContext()
    resolver = local.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", local)
    end = time.monotonic() + PATIENCE
    while True:
        try:
            context = resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
            break
        except NoConnectException:
            if time.monotonic() > end:
                raise
            time.sleep(0.2)
    return office, context.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", context)


def buttons_of(document):
    """Script of every button of the first sheet, by its label, in their order."""
    page = document.Sheets.getByIndex(0).DrawPage
    found = {}
    for number in range(page.Forms.Count):
        form = page.Forms.getByIndex(number)
        for position in range(form.Count):
            events = form.getScriptEvents(position)
            found[form.getByIndex(position).Label] = [event.ScriptCode for event in events]
    return found


def main():
    """Prints what was found and ends the office."""
    workbook, profile, handlers = sys.argv[1:]
    office, desktop = start_office(profile)
    try:
        options = (PropertyValue("Hidden", 0, True, 0), PropertyValue("MacroExecutionMode", 0, 4, 0))
        document = desktop.loadComponentFromURL(Path(workbook).as_uri(), "_blank", 0, options)
        library = document.BasicLibraries.getByName("VBAProject")
        told = {"buttons": buttons_of(document), "modules": list(library.ElementNames)}
        library.replaceByName(RUNNER, DOUBLE.format(file=handlers))
        scripts = document.getScriptProvider()
        for codes in told["buttons"].values():
            for code in codes:
                scripts.getScript(code).invoke((), (), ())
        told["handlers"] = Path(handlers).read_text(encoding="utf-8").split()
        sys.stdout.write(json.dumps(told, ensure_ascii=False))
        document.close(True)
    finally:
        os.killpg(office.pid, signal.SIGKILL)


if __name__ == "__main__":
    main()
