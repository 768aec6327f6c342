"""The style sheets and the scripts that pages load, each joined from parts, and the icons."""

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
            "tools",
            "browse",
            "calendar",
            "density",
            "list",
            "api",
            "footer",
            "help",
            "words",
            "media",
        ),
    ),
    "chronicle.css": (
        "css/chronicle",
        ("frame", "trends", "overview", "values", "coverage", "mentions", "reprints", "compare"),
    ),
    "dateline.js": (
        "js",
        (
            "page",
            "updates",
            "typing",
            "links",
            "suggestions",
            "keys",
            "buttons",
            "list",
            "start",
        ),
    ),
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
            name: _joined(static / folder, folder.partition("/")[0], parts)
            for name, (folder, parts) in _JOINED.items()
        },
    }


def _joined(folder: Traversable, suffix: str, parts: tuple[str, ...]) -> bytes:
    texts = [(folder / f"{part}.{suffix}").read_text("utf-8") for part in parts]
    if suffix == "js":
        texts = [_without_comments(text) for text in texts]
    return "\n".join(texts).encode()


def _without_comments(script: str) -> str:
    """Return a script without indentation and lines of comments, a third of what is transferred.

    No string of ours spans lines, so both have no meaning.
    """
    lines = (line.strip() for line in script.splitlines())
    return "\n".join(line for line in lines if line and not line.startswith("//"))
