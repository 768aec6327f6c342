"""Finds a Chromium, or installs one: `python -m tests.support.chromium`."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

__all__ = ["find"]

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def find() -> str | None:
    """Return the path of a Chromium: the variable CHROMIUM, the machine's, or Playwright's."""
    named = os.environ.get("CHROMIUM")
    if named:
        return named
    on_path = next(filter(None, map(shutil.which, _NAMES)), None)
    if on_path:
        return on_path
    cache = Path(
        os.environ.get("PLAYWRIGHT_BROWSERS_PATH", Path.home() / ".cache" / "ms-playwright")
    )
    return next((str(path) for path in cache.glob("chromium-*/chrome-linux*/chrome")), None)


def _install() -> None:
    commands = [[sys.executable, "-m", "playwright", "install", "chromium"]]
    if shutil.which("apt-get") and os.geteuid() == 0:
        commands.insert(
            0,
            [
                "sh",
                "-c",
                "apt-get update -q && apt-get install -y -q --no-install-recommends chromium",
            ],
        )
    for command in commands:
        if subprocess.run(command, check=False).returncode == 0 and find():
            return
    sys.exit("The tests drive a real browser: install Chromium (package chromium), then run again.")


if __name__ == "__main__":
    if not find():
        _install()
