"""The cookie with the reader's choice of a light or dark theme."""

from flask import request

__all__ = ["THEMES", "THEME_COOKIE", "chosen_theme"]

THEMES = ("light", "dark")
THEME_COOKIE = "theme"


def chosen_theme() -> str:
    """Return the theme that the reader chose, "" for the browser's preference."""
    theme = request.cookies.get(THEME_COOKIE, "")
    return theme if theme in THEMES else ""
