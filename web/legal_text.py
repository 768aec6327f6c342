"""Text without the characters that XML, BibTeX and RIS cannot contain."""

import re

__all__ = ["legal_line", "legal_text"]

# XML 1.0 excludes all of these except the C1 controls, for which no reader has a use either.
_ILLEGAL = re.compile(
    r"[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]"
)
_LINE_END = re.compile(r"[\x0b\x0c\x1c-\x1f]")
"""Control characters that end a line or a field, so they also end a word."""


def legal_text(text: str) -> str:
    """Drop control characters, halves of surrogate pairs and noncharacters."""
    return text if text.isprintable() else _ILLEGAL.sub("", _LINE_END.sub("\n", text))


def legal_line(text: str) -> str:
    """Return a legal text as one line, with single spaces between its words."""
    return " ".join(legal_text(text).split())
