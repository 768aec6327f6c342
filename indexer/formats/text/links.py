"""Links of light Markdown: `[text](address)`."""

import re

from search.analysis.plain_text import plain_text

__all__ = ["LINK", "address_of", "link_text", "unlinked"]

LINK = re.compile(
    r"\[((?:[^\[\]]|\[[^\[\]]*\])+)\]\(\s*<?([^()\s<>]*(?:\([^()\s]*\)[^()\s<>]*)*)>?"
    r"(?:\s+\"[^\"]*\")?\s*\)"
)


def link_text(match: re.Match[str]) -> str:
    """Return a link's text."""
    return " ".join(match[1].split())


def address_of(match: re.Match[str]) -> str:
    """Return a link's address; "" for one that leads nowhere."""
    return "" if match[2].startswith("#") else match[2]


def unlinked(text: str) -> str:
    """Replace each link by its text, and drop the signs of emphasis."""
    if "](" in text:
        text = LINK.sub(r"\1", text)
    if "*" in text or "_" in text:
        text = plain_text(text)
    return text.strip(" *_\n")
