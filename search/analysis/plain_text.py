"""Light Markdown to plain text: what is indexed, counted and shown in snippets."""

import re

__all__ = ["plain_text"]

_IMAGE_OR_LINK = re.compile(
    r"!?\[((?:[^\[\]]|\[[^\[\]]*\])*)\]\(\s*<?[^()\s<>]*(?:\([^()\s]*\)[^()\s]*)*>?(?:\s+\"[^\"]*\")?\s*\)"
)
_LINE_MARK = re.compile(
    r"^[ \t]*(?:(?:[-*_][ \t]*){3,}$|#{1,6}[ \t]+|>[ \t]?|[*+-][ \t]+(?=\S))", re.MULTILINE
)
_LINE_MARKS = "#>*+-_ \t"
_AFTER_LINE_END = re.compile(rf"\n[{re.escape(_LINE_MARKS)}]")
_STRONG = re.compile(
    r"(?<![\w*])(\*{1,3})(?=\S)([^*\n]+?)(?<=\S)\1(?![\w*])|(?<![\w_])(_{1,3})(?=\S)([^_\n]+?)(?<=\S)\3(?![\w_])"
)
_ESCAPED = re.compile(r"\\([\\`*_{}\[\]()#+.!<>&~|=:-])")
# Where escaped signs stand while marks are dropped, in a range of Unicode that no text uses.
_SHELTER = 0xF0000
_SHELTERED = re.compile(f"[{chr(_SHELTER)}-{chr(_SHELTER + 0x7F)}]")


def plain_text(body: str) -> str:
    """Drop the marks of light Markdown and the addresses of links; the words and the paragraphs stay."""
    sheltered = "\\" in body
    if sheltered:
        body = _ESCAPED.sub(lambda match: chr(_SHELTER + ord(match[1])), body)
    if "](" in body:
        # Twice, because an image may stand inside a link.
        body = _IMAGE_OR_LINK.sub(r"\1", _IMAGE_OR_LINK.sub(r"\1", body))
    if body[:1] in _LINE_MARKS or _AFTER_LINE_END.search(body):
        body = _LINE_MARK.sub("", body)
    if "*" in body or "_" in body:
        # Twice, because bold may stand inside italics.
        for _ in range(2):
            body = _STRONG.sub(lambda match: match[2] or match[4], body)
    if sheltered:
        body = _SHELTERED.sub(lambda match: chr(ord(match[0]) - _SHELTER), body)
    return body
