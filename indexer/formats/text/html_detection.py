"""Distinguish HTML from plain text where a source does not declare which one a text is."""

import re
from html.entities import html5

__all__ = ["looks_like_html"]

_HTML = re.compile(
    r"</(?:a|abbr|article|b|big|blockquote|body|center|cite|code|del|div|em|figure|figcaption|font"
    r"|h[1-6]|html|i|ins|li|mark|ol|p|pre|q"
    r"|s|script|section|small|span|strike|strong|style|sub|sup|table|td|th|tr|tt|u|ul)\s*>"
    r"|<(?:br|hr|p)\s*/?>|<(?:a|p|div|span|img|font|iframe|table|ul|ol|h[1-6])\s+[\w-]+\s*=|<!--",
    re.IGNORECASE,
)
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][\da-fA-F]{1,6}|[A-Za-z][A-Za-z\d]{1,31});")


def looks_like_html(text: str) -> bool:
    """Return whether a text has elements or entities of HTML.

    `3 < 5 & 7` and `the <marquee> tag` have none.
    """
    if "<" in text and _HTML.search(text):
        return True
    return "&" in text and any(
        match[0][1] == "#" or match[0][1:] in html5 for match in _ENTITY.finditer(text)
    )
