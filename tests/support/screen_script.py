"""Opens a workbook in LibreOffice on a virtual screen and takes a picture.

Runs in the system's Python, which LibreOffice's bridge is made for, on the standard library and ``uno`` only.
Usage: screen_script.py WORKBOOK SHEET CELL KEY PICTURE PROFILE. The cell is selected, KEY is pressed
(``-`` for none), and the whole screen is written to PICTURE.
"""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import uno
from com.sun.star.connection import NoConnectException

WIDTH, HEIGHT = 1400, 900
PATIENCE = 60


def start_screen():
    """A virtual display; the server itself picks a free number and tells it."""
    read, write = os.pipe()
    screen = f"{WIDTH}x{HEIGHT}x24"
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(write), "-screen", "0", screen],
        pass_fds=[write],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    os.close(write)
    with os.fdopen(read) as told:
        return server, f":{told.readline().strip()}"


def start_office(workbook, profile, env):
    """LibreOffice with a window, and its desktop once it answers."""
    pipe = f"xlgoals{os.getpid()}"
    office = subprocess.Popen(
        [
            "soffice",
            f"-env:UserInstallation={Path(profile).as_uri()}",
            f"--accept=pipe,name={pipe};urp;",
            "--norestore",
            "--nologo",
            "--nofirststartwizard",
            workbook,
        ],
        env=env,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    local = uno.getComponentContext()
    resolver = local.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", local)
    address = f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext"
    end = time.monotonic() + PATIENCE
    while True:
        try:
            context = resolver.resolve(address)
            break
        except NoConnectException:
            if time.monotonic() > end:
                raise
            time.sleep(0.2)
    return office, context.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", context)


def wait_for_document(desktop):
    """The workbook, once it is shown."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        document = desktop.getCurrentComponent()
        if document is not None and hasattr(document, "Sheets"):
            time.sleep(1)
            return document
        time.sleep(0.2)
    raise TimeoutError("the workbook did not open")


def main():
    """Takes the picture and ends both programs."""
    workbook, sheet, cell, key, picture, profile = sys.argv[1:]
    server, display = start_screen()
    env = {**os.environ, "DISPLAY": display, "SAL_USE_VCLPLUGIN": "gen"}
    office = None
    try:
        office, desktop = start_office(workbook, profile, env)
        document = wait_for_document(desktop)
        controller = document.CurrentController
        page = document.Sheets.getByName(sheet)
        controller.setActiveSheet(page)
        controller.select(page.getCellRangeByName(cell))
        controller.Frame.ContainerWindow.setPosSize(0, 0, WIDTH, HEIGHT, 15)
        time.sleep(1)
        subprocess.run(["xdotool", "mousemove", str(WIDTH // 2), str(HEIGHT // 2)], env=env, check=True)
        if key != "-":
            subprocess.run(["xdotool", "key", key], env=env, check=True)
        time.sleep(1)
        subprocess.run(["import", "-window", "root", picture], env=env, check=True)
    finally:
        if office is not None:
            os.killpg(office.pid, signal.SIGKILL)
        server.kill()


if __name__ == "__main__":
    main()
