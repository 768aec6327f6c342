"""Write plain text as light Markdown: white space, and backslashes before signs of markup."""

import re

__all__ = [
    "BLANK_LINES",
    "collapse_spaces",
    "escape_line",
    "escape_line_start",
    "escape_markup",
    "text_to_markdown",
]

_RUNS = ("  ", "\n", "\t", "\r", "\f", "\u200b")
_MARK_SIGNS = ("*", "`", "\\", "_", "](", "<", "&")
_SPACES = re.compile(r"[ \t\r\n\f\u200b]+")
_SOFT_HYPHEN = "\u00ad"
_MARKS = re.compile(r"[\\`*]|(?<!\w)_|_(?!\w)|\](?=\()|<(?=[A-Za-z])|&(?=#?\w{1,31};)")
_AT_START = re.compile(
    r"\d{1,9}(?=[.)](?:\s|$))|(?=(?:#{1,6}|[-+])(?:\s|$)|>|(?:-[ ]?){3,}$|[-=]+$)"
)
BLANK_LINES = re.compile(r"\r?\n[ \t]*\r?\n\s*|\r\r+|\u2029")
"""Separates the paragraphs of a plain text."""


def text_to_markdown(text: str) -> str:
    """Convert plain text to light Markdown, with backslashes before signs of markup."""
    paragraphs = (escape_line(part).strip() for part in BLANK_LINES.split(text))
    return "\n\n".join(escape_line_start(part) for part in paragraphs if part)


def escape_line(text: str | None) -> str:
    """Collapse white space to single spaces, and put backslashes before signs of markup."""
    if not text:
        return ""
    if text.isspace():
        return " "
    return escape_markup(collapse_spaces(text))


def escape_markup(text: str | None) -> str:
    """Put a backslash before each sign that Markdown would read as markup; white space stays."""
    if not text:
        return ""
    if _SOFT_HYPHEN in text:
        text = text.replace(_SOFT_HYPHEN, "")
    for mark in _MARK_SIGNS:
        if mark in text:
            return _MARKS.sub(r"\\\g<0>", text)
    return text


def collapse_spaces(text: str) -> str:
    """Collapse each run of white space to one space."""
    for run in _RUNS:
        if run in text:
            return _SPACES.sub(" ", text)
    return text


def escape_line_start(line: str) -> str:
    """Put a backslash before signs that would begin a heading, an item, a quote or a rule."""
    if line[0].isalpha():
        return line
    start = _AT_START.match(line)
    return f"{start[0]}\\{line[start.end() :]}" if start else line
