"""Find a Chromium, or install one: `python -m tests.support.chromium`."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

__all__ = ["find"]

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def find() -> str | None:
    """Return the program to run: the one that CHROMIUM names, the machine's, or playwright's own."""
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
    ways = [[sys.executable, "-m", "playwright", "install", "chromium"]]
    if shutil.which("apt-get") and os.geteuid() == 0:
        ways.insert(
            0,
            [
                "sh",
                "-c",
                "apt-get update -q && apt-get install -y -q --no-install-recommends chromium",
            ],
        )
    for way in ways:
        if subprocess.run(way, check=False).returncode == 0 and find():
            return
    sys.exit("The tests drive a real browser: install Chromium (package chromium), then run again.")


if __name__ == "__main__":
    if not find():
        _install()
