"""Clicks in LibreOffice's window, told to Python: buttons that lie on a sheet, and a toolbar of our own.

No macro is needed for it, and none runs. LibreOffice calls on a thread of its bridge; what it tells is only
put into a queue there, so that the window stays alive while a handler works.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from xlgoals.excel.engines.bridge import load_bridge, properties, struct

_TOOLBAR = "private:resource/toolbar/custom_toolbar_xlgoals"
_PROTOCOL = "xlgoals:"

Clicked = Callable[[str], None]
"""Told the name of a handler."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tool:
    """One handler as a user sees it."""

    handler: str
    macro: str
    label: str
    tip: str


class Window:
    """The window of a document, with its buttons and our toolbar."""

    def __init__(self, model: Any, tools: Sequence[Tool], clicked: Clicked) -> None:
        """Listens to the buttons and shows the toolbar with all ``tools``."""
        self._model = model
        self._controller = model.CurrentController
        self._by_word: Mapping[str, str] = {
            word: tool.handler for tool in tools for word in (tool.macro, tool.label)
        }
        self._clicked = clicked
        self._heard: list[Any] = []
        listeners = _listener_classes()
        self._on_click = listeners["click"](clicked)
        self._controller.addActivationEventListener(listeners["sheet"](self.listen))
        self._controller.setFormDesignMode(False)
        self.listen()
        _show_toolbar(model, tools, clicked, listeners)

    def listen(self) -> None:
        """To the buttons of the sheet in front: LibreOffice makes them when the sheet is shown."""
        for model, handler in self.buttons():
            control = self._controller.getControl(model)
            if control is not None and control not in self._heard:
                self._heard.append(control)
                control.setActionCommand(handler)
                control.addActionListener(self._on_click)

    def buttons(self) -> Iterator[tuple[Any, str]]:
        """The buttons of the sheet in front that belong to a handler, by their macro or their label."""
        forms = self._controller.ActiveSheet.DrawPage.Forms
        for form in (forms.getByIndex(index) for index in range(forms.Count)):
            for index in range(form.Count):
                model = form.getByIndex(index)
                macros = [event.ScriptCode for event in form.getScriptEvents(index)]
                words = [*map(_macro_name, macros), getattr(model, "Label", ""), model.Name]
                handler = next((self._by_word[word] for word in words if word in self._by_word), None)
                if handler is not None:
                    yield model, handler

    def place_of(self, model: Any) -> tuple[int, int]:
        """The middle of a button on the screen."""
        shown = self._controller.getControl(model).getAccessibleContext()
        corner, size = shown.getLocationOnScreen(), shown.getSize()
        return corner.X + size.Width // 2, corner.Y + size.Height // 2


def _macro_name(code: str) -> str:
    """``vnd.sun.star.script:VBAProject.Module.Macro?language=Basic`` → ``Macro``."""
    return code.partition("?")[0].rpartition(".")[2]


def _show_toolbar(model: Any, tools: Sequence[Tool], clicked: Clicked, listeners: Mapping[str, Any]) -> None:
    frame = model.CurrentController.Frame
    frame.registerDispatchProviderInterceptor(listeners["dispatch"](clicked))
    manager = model.getUIConfigurationManager()
    settings = manager.createSettings()
    settings.UIName = "xlgoals"
    for index, tool in enumerate(tools):
        item = properties(
            CommandURL=f"{_PROTOCOL}{tool.handler}",
            Label=tool.label,
            Tooltip=tool.tip,
            Type=0,
            IsVisible=True,
        )
        # An Any of this very type, or the container refuses it.
        load_bridge().invoke(
            settings,
            "insertByIndex",
            (index, load_bridge().Any("[]com.sun.star.beans.PropertyValue", item)),
        )
    manager.insertSettings(_TOOLBAR, settings)
    frame.LayoutManager.createElement(_TOOLBAR)
    frame.LayoutManager.showElement(_TOOLBAR)


def _listener_classes() -> dict[str, Any]:
    """The classes that LibreOffice calls; they can be made only once its bridge is there."""
    load_bridge()
    import unohelper  # noqa: PLC0415 lies beside the bridge
    from com.sun.star.awt import XActionListener  # noqa: PLC0415 made by the bridge
    from com.sun.star.frame import (  # noqa: PLC0415
        XDispatch,
        XDispatchProviderInterceptor,
        XInterceptorInfo,
    )
    from com.sun.star.sheet import XActivationEventListener  # noqa: PLC0415

    class OnClick(unohelper.Base, XActionListener):  # type: ignore[misc]
        def __init__(self, clicked: Clicked) -> None:
            self._clicked = clicked

        def actionPerformed(self, event: Any) -> None:  # noqa: N802 LibreOffice's name
            self._clicked(event.ActionCommand)

        def disposing(self, _source: Any) -> None:
            """The window is gone; nothing to do."""

    class OnSheet(unohelper.Base, XActivationEventListener):  # type: ignore[misc]
        def __init__(self, changed: Callable[[], None]) -> None:
            self._changed = changed

        def activeSpreadsheetChanged(self, _event: Any) -> None:  # noqa: N802 LibreOffice's name
            self._changed()

        def disposing(self, _source: Any) -> None:
            """The window is gone; nothing to do."""

    interfaces = (unohelper.Base, XDispatchProviderInterceptor, XInterceptorInfo, XDispatch)

    class Interceptor(*interfaces):  # type: ignore[misc]
        """Takes the commands of our toolbar out of all those of the window."""

        def __init__(self, clicked: Clicked) -> None:
            self._clicked = clicked
            self._master: Any = None
            self._slave: Any = None

        def getInterceptedURLs(self) -> tuple[str, ...]:  # noqa: N802 LibreOffice's name
            return (f"{_PROTOCOL}*",)

        def queryDispatch(self, url: Any, target: str, flags: int) -> Any:  # noqa: N802
            if url.Complete.startswith(_PROTOCOL):
                return self
            return None if self._slave is None else self._slave.queryDispatch(url, target, flags)

        def queryDispatches(self, requests: Any) -> tuple[Any, ...]:  # noqa: N802
            return tuple(self.queryDispatch(r.FeatureURL, r.FrameName, r.SearchFlags) for r in requests)

        def getSlaveDispatchProvider(self) -> Any:  # noqa: N802
            return self._slave

        def setSlaveDispatchProvider(self, slave: Any) -> None:  # noqa: N802
            self._slave = slave

        def getMasterDispatchProvider(self) -> Any:  # noqa: N802
            return self._master

        def setMasterDispatchProvider(self, master: Any) -> None:  # noqa: N802
            self._master = master

        def dispatch(self, url: Any, _arguments: Any) -> None:
            self._clicked(url.Complete.removeprefix(_PROTOCOL))

        def addStatusListener(self, listener: Any, url: Any) -> None:  # noqa: N802
            event = struct("frame.FeatureStateEvent", FeatureURL=url, IsEnabled=True, Requery=False)
            listener.statusChanged(event)

        def removeStatusListener(self, _listener: Any, _url: Any) -> None:  # noqa: N802
            """None is kept."""

    return {"click": OnClick, "sheet": OnSheet, "dispatch": Interceptor}
