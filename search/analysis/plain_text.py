"""Light Markdown to plain text, for indexing, statistics and snippets.

Regular expressions are used because markdown-it needs ten times as long, and 200 times as long for
bodies without markup. Every body is converted when it is indexed and when it is highlighted.
"""

import re

__all__ = ["plain_text"]

_IMAGE_OR_LINK = re.compile(
    r"!?\[((?:[^\[\]]|\[[^\[\]]*\])*)\]"
    r"\(\s*<?[^()\s<>]*(?:\([^()\s]*\)[^()\s]*)*>?(?:\s+\"[^\"]*\")?\s*\)"
)
_LINE_MARKER = re.compile(
    r"^[ \t]*(?:(?:[-*_][ \t]*){3,}$|#{1,6}[ \t]+|>[ \t]?|[*+-][ \t]+(?=\S))", re.MULTILINE
)
_LINE_MARKERS = "#>*+-_ \t"
_MARKER_AFTER_LINE_END = re.compile(rf"\n[{re.escape(_LINE_MARKERS)}]")
_EMPHASIS = re.compile(
    r"(?<![\w*])(\*{1,3})(?=\S)([^*\n]+?)(?<=\S)\1(?![\w*])"
    r"|(?<![\w_])(_{1,3})(?=\S)([^_\n]+?)(?<=\S)\3(?![\w_])"
)
_ESCAPED = re.compile(r"\\([\\`*_{}\[\]()#+.!<>&~|=:-])")
# Escaped characters are moved to a private range of Unicode while markup is removed.
_PRIVATE_RANGE = 0xF0000
_ESCAPE_PLACEHOLDER = re.compile(f"[{chr(_PRIVATE_RANGE)}-{chr(_PRIVATE_RANGE + 0x7F)}]")


def plain_text(body: str) -> str:
    """Remove Markdown syntax and the addresses of links; words and paragraphs stay."""
    has_escapes = "\\" in body
    if has_escapes:
        body = _ESCAPED.sub(lambda match: chr(_PRIVATE_RANGE + ord(match[1])), body)
    if "](" in body:
        # Twice, because a link may contain an image.
        body = _IMAGE_OR_LINK.sub(r"\1", _IMAGE_OR_LINK.sub(r"\1", body))
    if body[:1] in _LINE_MARKERS or _MARKER_AFTER_LINE_END.search(body):
        body = _LINE_MARKER.sub("", body)
    if "*" in body or "_" in body:
        # Twice, because italics may contain bold.
        for _ in range(2):
            body = _EMPHASIS.sub(lambda match: match[2] or match[4], body)
    if has_escapes:
        body = _ESCAPE_PLACEHOLDER.sub(lambda match: chr(ord(match[0]) - _PRIVATE_RANGE), body)
    return body
