"""A real Firefox, driven by Mozilla's own client, which needs no geckodriver: Debian has none."""

import base64
import json
import os
import shutil
import subprocess
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from tests.support.wait_until import until

__all__ = ["Firefox", "running", "why_missing"]

_NAMES = ("firefox-esr", "firefox")
_PREFERENCES = {
    "browser.cache.disk.enable": False,
    "intl.accept_languages": "en",
    "marionette.port": 0,
    "ui.systemUsesDarkTheme": 0,
    # As on a phone, bars lie on the page and take no width from it.
    "ui.useOverlayScrollbars": 1,
}
_DRIVEN = ("--marionette", "--remote-allow-system-access", "--no-remote")
_SIZE = "const {style} = gBrowser.selectedBrowser; [style.width, style.height] = arguments;"
"""The narrowest window of Firefox has 450 pixels, so the page in it is given a width of its own."""
_TEXTS = "return [...document.querySelectorAll(arguments[0])].map(each => each.innerText);"
_ERRORS = """
return Services.console.getMessageArray()
  .filter(each => each instanceof Ci.nsIScriptError && !(each.flags & Ci.nsIScriptError.warningFlag))
  .filter(each => each.sourceName.startsWith(arguments[0])).map(each => each.errorMessage);
"""


def _program() -> str | None:
    return os.environ.get("FIREFOX") or next(filter(None, map(shutil.which, _NAMES)), None)


def why_missing() -> str:
    """Return why Firefox cannot be driven here, or nothing."""
    if not _program():
        return "no Firefox; install it (package firefox-esr) or name it in the variable FIREFOX"
    if not find_spec("marionette_driver"):
        return "no marionette-driver; make test installs it"
    return ""


def _has_port(path: Path) -> bool:
    return path.exists() and path.read_text("utf-8").strip().isdigit()


class Firefox:
    """One window of a running Firefox."""

    def __init__(self, session: Any, address: str) -> None:
        self._session = session
        self._address = address.rstrip("/")

    def start(self, *, scripts: bool, width: int) -> None:
        """Forget the reader before, and set what the next one has."""
        self._session.navigate("about:blank")
        self._session.set_pref("javascript.enabled", scripts)
        self.resize(width)
        self._session.navigate(f"{self._address}/healthz")
        self._session.delete_all_cookies()

    def resize(self, width: int, height: int = 740) -> None:
        """Give the page a size in pixels."""
        self._chrome(_SIZE, f"{width}px", f"{height}px")

    def prefer_dark(self, *, dark: bool) -> None:
        """Set the colours that the device prefers."""
        self._session.set_pref("ui.systemUsesDarkTheme", int(dark))

    def open(self, path: str) -> None:
        """Follow an address."""
        self._session.navigate(self._address + path)

    def back(self) -> None:
        """Press the browser's button that leads back."""
        self._session.go_back()

    @property
    def path(self) -> str:
        """The address of the page after the host."""
        return str(self._session.get_url()).removeprefix(self._address)

    def value(self, expression: str) -> Any:
        """Return the value of an expression in the page, which may have its scripts off."""
        return self._session.execute_script(f"return {expression};")

    def texts(self, selector: str) -> list[str]:
        """Return the text of each such element, on one line; none while a page is left."""
        found = self._session.execute_script(_TEXTS, script_args=(selector,))
        return [" ".join(each.split()) for each in found or ()]

    def click(self, selector: str) -> None:
        """Click the first such element that is shown; it is scrolled into view."""
        found = self._session.find_elements("css selector", selector)
        next(each for each in found if each.is_displayed()).click()

    def type(self, selector: str, keys: str) -> None:
        """Type into an element, letter by letter."""
        self._session.find_element("css selector", selector).send_keys(keys)

    def press(self, keys: str) -> None:
        """Press keys where the focus is."""
        self._session.actions.sequence("key", "keyboard").send_keys(keys).perform()

    def wait(self, selector: str, text: str) -> None:
        """Wait until one such element has this text."""
        with suppress(AssertionError):
            until(lambda: any(text in each for each in self.texts(selector)), seconds=20)
        found = self.texts(selector)
        assert any(text in each for each in found), f"no {text!r} in {found}"

    def picture(self, path: Path, *, whole: bool = False) -> None:
        """Write a picture of what is in sight, or of the whole page."""
        path.write_bytes(base64.b64decode(self._session.screenshot(full=whole)))

    def errors(self) -> list[str]:
        """Return the errors of scripts and policies on the archive's pages so far."""
        return list(self._chrome(_ERRORS, self._address))

    def _chrome(self, script: str, *arguments: str) -> Any:
        with self._session.using_context("chrome"):
            return self._session.execute_script(script, script_args=arguments)


@contextmanager
def running(address: str, folder: Path) -> Iterator[Firefox]:
    """Start a Firefox without a window for the archive at an address, and end it afterwards."""
    with warnings.catch_warnings():
        # Its dependencies use a function of theirs that is deprecated.
        warnings.simplefilter("ignore", DeprecationWarning)
        # Imported here, since a machine without the client skips the tests that need it.
        from marionette_driver.marionette import Marionette  # noqa: PLC0415
    preferences = (
        f"user_pref({json.dumps(name)}, {json.dumps(_PREFERENCES[name])});\n"
        for name in _PREFERENCES
    )
    (folder / "user.js").write_text("".join(preferences), "utf-8")
    with (folder / "firefox.log").open("w", encoding="utf-8") as log:
        process = subprocess.Popen(
            [str(_program()), "--headless", *_DRIVEN, "--profile", folder],
            stdout=log,
            stderr=log,
        )
        try:
            port = folder / "MarionetteActivePort"
            until(lambda: _has_port(port) or process.poll() is not None)
            said = (folder / "firefox.log").read_text("utf-8")
            assert process.poll() is None, f"Firefox ended with {process.poll()}: {said}"
            session = Marionette(port=int(port.read_text("utf-8")))
            session.start_session()
            yield Firefox(session, address)
            session.delete_session()
        finally:
            process.terminate()
            process.wait()
