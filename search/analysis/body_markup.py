"""The paragraphs of a body of light Markdown, as a page shows them.

A page marks words and phrases in each paragraph by itself, so what counts them reads the same
paragraphs. Most have no markup: these are not parsed, which takes a hundredth of the time.
"""

import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import NamedTuple

from markdown_it import MarkdownIt
from markdown_it.token import Token

__all__ = [
    "BodyPart",
    "body_html",
    "body_parts",
    "body_parts_before",
    "paragraphs",
    "parse_body",
    "shown_text",
]

_INDENT = re.compile(r"(?m)^((?:>[ ]?)*)[ \t]{4,}(?=\S)")
# Consecutive indented lines keep their line breaks: verse, tables of figures, code.
_INDENTED_LINE = re.compile(r"(?m)^((?:>[ ]?)*)[ ]{4}([ ]*)(\S.*)\n(?=(?:>[ ]?)*[ ]{4}[ ]*\S)")
_AFTER_INDENTED_LINE = re.compile(r"(?<=  )\n((?:>[ ]?)*)[ ]{4}([ ]*)(?=\S)")
_NO_BREAK_SPACE = "\u00a0"
_BLANK_LINES = re.compile(r"\n(?:[ \t]*\n)+")
_MARKUP = re.compile(r"[\\`*_\[<&\0\r]|^[ \t#>+\-=0-9]", re.MULTILINE)
"""A sign that may be markup, inside a line or at its beginning."""
_LINE_END = re.compile(r" *\n")
_PART_LENGTH = 20_000
"""A part of a body ends with the first paragraph that ends after a multiple of these characters."""
_MAX_DELAY = 80_000
"""Characters later at which it ends in the middle of a paragraph, with a word if possible."""


class BodyPart(NamedTuple):
    """Some paragraphs of a body, and where their part begins in it, in characters."""

    start: int
    paragraphs: list[str]


def body_parts(body: str, start: int = 0) -> Iterator[BodyPart]:
    """Yield a body in parts of several paragraphs from where one of its parts begins.

    A paragraph of more than 80,000 characters is divided.
    """
    number = max(1, (start - _MAX_DELAY) // _PART_LENGTH)
    while start < len(body):
        end = _end_of_part(body, number)
        number += 1
        if end > start:
            yield BodyPart(start, paragraphs(body[start:end]))
            start = end


def body_parts_before(body: str, end: int) -> Iterator[BodyPart]:
    """Yield the parts before where one of a body's parts begins, the last one first."""
    number = end // _PART_LENGTH
    while end:
        start = _end_of_part(body, number) if number else 0
        number -= 1
        if start < end:
            yield BodyPart(start, paragraphs(body[start:end]))
            end = start


def _end_of_part(body: str, number: int) -> int:
    """Return where a part ends, by the number of parts before the next one, or the same place.

    This depends on the characters around it alone, so that parts can be read in both directions.
    """
    earliest = number * _PART_LENGTH
    latest = earliest + _MAX_DELAY
    if earliest >= len(body):
        return len(body)
    if blank := _BLANK_LINES.search(body, earliest, latest):
        return blank.end()
    if latest >= len(body):
        return len(body)
    last_space = max(body.rfind(" ", earliest, latest), body.rfind("\n", earliest, latest))
    return last_space + 1 if last_space >= 0 else latest


def paragraphs(body: str) -> list[str]:
    """Return the texts of a body's paragraphs, headings and list items, without empty ones."""
    found: list[str] = []
    for block in _BLANK_LINES.split(body):
        if _MARKUP.search(block):
            found += map(shown_text, parse_body(block))
        else:
            found.append(_LINE_END.sub(" ", block.strip()))
    return [text for text in found if text]


def parse_body(body: str) -> list[Token]:
    """Parse a body; raw HTML is text, and nothing is code."""
    return _markdown().parse(_without_indents(body))


def body_html(tokens: Sequence[Token]) -> str:
    """Render the tokens of a body as HTML, with all text escaped."""
    parser = _markdown()
    return str(parser.renderer.render(tokens, parser.options, {}))


def shown_text(token: Token) -> str:
    """Return the text of a paragraph's token, with images as their text; "" for another token."""
    if token.type != "inline" or not token.children:
        return ""
    return "".join(map(_text_of, token.children))


def _text_of(token: Token) -> str:
    if token.type in ("softbreak", "hardbreak"):
        return " "
    return token.content if token.type in ("text", "code_inline", "image") else ""


def _without_indents(body: str) -> str:
    """Remove indents, since prose has no code blocks; keep the breaks of several indented lines."""
    if "    " not in body and "\t" not in body:
        return body
    if "\n    " in body or "> " in body:
        body = _INDENTED_LINE.sub(_with_break, body)
        body = _AFTER_INDENTED_LINE.sub(
            lambda line: f"\n{line[1]}{_NO_BREAK_SPACE * len(line[2])}", body
        )
    return _INDENT.sub(r"\1", body)


def _with_break(line: re.Match[str]) -> str:
    """Return a line with a hard break; its indent relative to the others is shown as spaces."""
    return f"{line[1]}    {line[2]}{line[3]}  \n"


@cache
def _markdown() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False, "breaks": False})
    parser.disable(["code", "fence", "html_block", "html_inline", "reference"])
    # Every link is parsed as one, so that its text is shown; who renders it drops unsafe ones.
    # The library documents this assignment; its type declares a method, whose argument is not used.
    parser.validateLink = lambda url: True  # type: ignore[method-assign] # noqa: ARG005
    return parser
