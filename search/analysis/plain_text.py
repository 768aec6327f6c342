"""Light Markdown to plain text, for indexing, statistics and snippets.

Regular expressions are used because markdown-it needs ten times as long, and 200 times as long for
bodies without markup. Every body is converted when it is indexed and when it is highlighted.
"""

import re

__all__ = ["plain_text"]

# Patterns begin with literal characters, which are searched for fast.
_IMAGE_OR_LINK = re.compile(
    r"(?:!\[|\[)((?:[^\[\]]|\[[^\[\]]*\])*)\]"
    r"\(\s*<?[^()\s<>]*(?:\([^()\s]*\)[^()\s]*)*>?(?:\s+\"[^\"]*\")?\s*\)"
)
_LINE_MARKER = re.compile(
    r"\n[ \t]*(?:(?:[-*_][ \t]*){3,}$|#{1,6}[ \t]+|>[ \t]?|[*+-][ \t]+(?=\S))", re.MULTILINE
)
_LINE_MARKERS = "#>*+-_ \t"
_MARKER_AFTER_LINE_END = re.compile(rf"\n[{re.escape(_LINE_MARKERS)}]")
_EMPHASIS = re.compile(
    r"\*(?<![\w*]\*)(\*{,2})(?=\S)([^*\n]+?)(?<=\S)\*\1(?![\w*])"
    r"|_(?<![\w_]_)(_{,2})(?=\S)([^_\n]+?)(?<=\S)_\3(?![\w_])"
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
    # Two characters take a hundred times as long to find as one.
    if "]" in body and "](" in body:
        body = _IMAGE_OR_LINK.sub(r"\1", body)
        if "](" in body:
            # Again, because a link may contain an image.
            body = _IMAGE_OR_LINK.sub(r"\1", body)
    if body[:1] in _LINE_MARKERS or _MARKER_AFTER_LINE_END.search(body):
        body = _LINE_MARKER.sub("\n", f"\n{body}")[1:]
    if "*" in body or "_" in body:
        body, count = _EMPHASIS.subn(_emphasised, body)
        if count:
            # Again, because italics may contain bold.
            body = _EMPHASIS.sub(_emphasised, body)
    if has_escapes:
        body = _ESCAPE_PLACEHOLDER.sub(lambda match: chr(ord(match[0]) - _PRIVATE_RANGE), body)
    return body


def _emphasised(match: re.Match[str]) -> str:
    return match[2] or match[4]
