"""An article's body, light Markdown, as HTML with the query's words marked."""

import re
from functools import cache

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

from search.highlight import Marker, Span
from web.present import is_web_address

__all__ = ["render_body"]

_HARD_BREAKS = re.compile(r"(?m)^[ \t]{4,}(?=\S)")
_FIRST_HEADING = 2


def render_body(body: str, marker: Marker, language: str) -> Markup:
    """Render a body. Raw HTML is shown as text, images as their text, links only to http and https."""
    renderer = _markdown()
    # Indented text in an archive is prose with an indent, no program code.
    tokens = renderer.parse(_HARD_BREAKS.sub("", body))
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            # The title is the page's first heading.
            token.tag = f"h{min(6, int(token.tag[1]) + _FIRST_HEADING - 1)}"
        if token.type == "inline" and token.children:
            token.children = _marked(_shown(token.children), marker, language)
    return Markup(renderer.renderer.render(tokens, renderer.options, {}))  # noqa: S704 # made by the renderer, which escapes text


@cache
def _markdown() -> MarkdownIt:
    renderer = MarkdownIt("commonmark", {"html": False, "breaks": False})
    renderer.disable(["code", "fence", "html_block", "html_inline", "reference"])
    # Every link is read as one, so that its text is shown; `_shown` drops those that lead nowhere.
    renderer.validateLink = lambda url: True  # type: ignore[method-assign] # noqa: ARG005 # the library's documented way
    return renderer


def _shown(tokens: list[Token]) -> list[Token]:
    """Drop links that are none, open others safely, show images as text."""
    kept: list[Token] = []
    open_links: list[bool] = []
    for token in tokens:
        if token.type == "link_open":
            linked = is_web_address(str(token.attrGet("href") or ""))
            open_links.append(linked)
            if linked:
                token.attrSet("rel", "noopener nofollow")
                kept.append(token)
        elif token.type == "link_close":
            if open_links.pop():
                kept.append(token)
        elif token.type == "image":
            kept.append(Token("text", "", 0, content=token.content))
        else:
            kept.append(token)
    return kept


def _marked(tokens: list[Token], marker: Marker, language: str) -> list[Token]:
    """Mark words in a paragraph's text, over the borders of emphasis and links."""
    pieces = [_text_of(token) for token in tokens]
    spans = marker.spans("".join(pieces), language)
    if not spans:
        return tokens
    made: list[Token] = []
    start = 0
    for token, piece in zip(tokens, pieces, strict=True):
        end = start + len(piece)
        inside = [
            Span(max(span.start, start), min(span.end, end)) for span in spans if span.start < end and span.end > start
        ]
        if token.type != "text" or not inside:
            made.append(token)
        else:
            made += _cut(token.content, [Span(span.start - start, span.end - start) for span in inside])
        start = end
    return made


def _text_of(token: Token) -> str:
    if token.type in ("softbreak", "hardbreak"):
        return " "
    return token.content if token.type in ("text", "code_inline") else ""


def _cut(text: str, spans: list[Span]) -> list[Token]:
    made: list[Token] = []
    place = 0
    for span in spans:
        made.append(Token("text", "", 0, content=text[place : span.start]))
        made.append(Token("mark_open", "mark", 1))
        made.append(Token("text", "", 0, content=text[span.start : span.end]))
        made.append(Token("mark_close", "mark", -1))
        place = span.end
    made.append(Token("text", "", 0, content=text[place:]))
    return made
