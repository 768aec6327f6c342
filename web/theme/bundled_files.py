"""The style sheet and the scripts that pages load, each joined from parts, and the icons."""

from importlib import resources
from importlib.resources.abc import Traversable

import js_lib_htmx

__all__ = ["STYLE_SHEET", "bundled_files"]

STYLE_SHEET = "dateline.css"
_JOINED = {
    STYLE_SHEET: (
        "css",
        (
            "colours",
            "scale",
            "elements",
            "masthead",
            "filters",
            "results",
            "timeline",
            "article",
            "browse",
            "list",
            "api",
            "footer",
            "help",
            "words",
            "media",
        ),
    ),
    "dateline.js": ("js", ("page", "updates", "suggestions", "keys", "buttons", "list", "start")),
}
"""The folder of each file, and its parts in the order in which they take effect."""


def bundled_files() -> dict[str, bytes]:
    """Return the static files that every site has, by name."""
    htmx = resources.files(js_lib_htmx) / "static/htmx/htmx.min.js"
    static = resources.files("web") / "static"
    return {
        "htmx.min.js": htmx.read_bytes(),
        **{name: (static / name).read_bytes() for name in ("icon.svg", "touch-icon.png")},
        **{
            name: _joined(static / folder, folder, parts)
            for name, (folder, parts) in _JOINED.items()
        },
    }


def _joined(folder: Traversable, suffix: str, parts: tuple[str, ...]) -> bytes:
    return b"\n".join((folder / f"{part}.{suffix}").read_bytes() for part in parts)
