"""Light Markdown to plain text: what is indexed, counted and shown in snippets."""

import re

__all__ = ["plain_text"]

_IMAGE_OR_LINK = re.compile(r"!?\[((?:[^\[\]]|\[[^\[\]]*\])*)\]\(\s*<?[^()\s<>]*(?:\([^()\s]*\)[^()\s]*)*>?(?:\s+\"[^\"]*\")?\s*\)")
_LINE_MARK = re.compile(r"^[ \t]*(?:#{1,6}[ \t]+|>[ \t]?|[*+-][ \t]+(?=\S)|(?:[-*_][ \t]*){3,}$)", re.MULTILINE)
_STRONG = re.compile(r"(?<![\w*])(\*{1,3})(?=\S)([^*\n]+?)(?<=\S)\1(?![\w*])|(?<![\w_])(_{1,3})(?=\S)([^_\n]+?)(?<=\S)\3(?![\w_])")
_ESCAPED = re.compile(r"\\([\\`*_{}\[\]()#+.!>-])")


def plain_text(body: str) -> str:
    """Drop the marks of light Markdown and the addresses of links; the words and the paragraphs stay."""
    if "](" in body:
        # Twice, because an image may stand inside a link.
        body = _IMAGE_OR_LINK.sub(r"\1", _IMAGE_OR_LINK.sub(r"\1", body))
    if "\n" in body or body[:1] in "#>*+-_ \t":
        body = _LINE_MARK.sub("", body)
    if "*" in body or "_" in body:
        body = _STRONG.sub(lambda match: match[2] or match[4], body)
    if "\\" in body:
        body = _ESCAPED.sub(r"\1", body)
    return body
