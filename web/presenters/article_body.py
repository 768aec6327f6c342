"""An article's body, light Markdown, as HTML with the query's words marked."""

import re
from dataclasses import dataclass, replace
from functools import cache

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

from search.results.highlighter import Highlighter, Span
from web.urls import is_web_address

__all__ = ["ArticleBody", "render_body", "render_text"]

_INDENT = re.compile(r"(?m)^((?:>[ ]?)*)[ \t]{4,}(?=\S)")
# Lines one after the other that are all indented are set as they are: verse, tables of figures, code.
_SET_LINE = re.compile(r"(?m)^((?:>[ ]?)*)[ ]{4}([ ]*)(\S.*)\n(?=(?:>[ ]?)*[ ]{4}[ ]*\S)")
_AFTER_SET_LINE = re.compile(r"(?<=  )\n((?:>[ ]?)*)[ ]{4}([ ]*)(?=\S)")
_NO_BREAK_SPACE = "\u00a0"
_FIRST_HEADING = 2
_MAX_MARKS = 5_000
"""Places that are marked: each costs a page a hundred bytes and more, and a book may hold a word in every line."""
_MAX_SHOWN_LENGTH = 2_000_000
"""Characters of a body that a page shows, several books' worth: as HTML they may be six times as many, and take a second."""


_MAX_LINES = 20_000
"""Lines of a body that a page shows: a paragraph each, they take a second, too."""
_NOTHING_MARKED = Highlighter(None, ())


@dataclass(frozen=True, slots=True)
class ArticleBody:
    """A body as HTML; `marks` are how many places in it are marked, `#hit-1` and so on.

    `is_all_marked` is false where more places match than are marked, `is_whole` where the end of the body is left out.
    """

    html: Markup
    marks: int
    is_all_marked: bool = True
    is_whole: bool = True


def render_text(text: str) -> Markup:
    """Render light Markdown of an admin's, under the same rules as a body."""
    return render_body(text, _NOTHING_MARKED, "en").html


def render_body(body: str, marker: Highlighter, language: str) -> ArticleBody:
    """Render a body. Raw HTML is shown as text, images as their text, links only to http and https.

    Each mark can be gone to by its number, and is followed by links to the one before and the one after, which a style
    sheet shows where the reader went to it. Elements with the ids `hop-back` and `hop-on` in the page name those links.
    """
    shown = "\n".join(body[:_MAX_SHOWN_LENGTH].split("\n", _MAX_LINES)[:_MAX_LINES])
    return replace(_rendered(shown, marker, language), is_whole=len(shown) == len(body))


def _rendered(body: str, marker: Highlighter, language: str) -> ArticleBody:
    renderer = _markdown()
    tokens = renderer.parse(_without_indents(body))
    marked: list[tuple[Token, list[Span]]] = []
    room = _MAX_MARKS
    is_all_marked = True
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            # The title is the page's first heading.
            token.tag = f"h{min(6, int(token.tag[1]) + _FIRST_HEADING - 1)}"
        if token.type == "inline" and token.children:
            token.children = _shown(token.children)
            spans = (
                marker.spans("".join(map(_text_of, token.children)), language)
                if is_all_marked
                else []
            )
            is_all_marked = is_all_marked and len(spans) <= room
            if spans := spans[:room]:
                marked.append((token, spans))
                room -= len(spans)
    total = sum(len(spans) for _, spans in marked)
    number = 1
    for token, spans in marked:
        token.children = _marked(token.children or [], spans, number, total)
        number += len(spans)
    html = Markup(renderer.renderer.render(tokens, renderer.options, {}))  # noqa: S704 # made by the renderer, which escapes text
    return ArticleBody(html, total, is_all_marked)


def _without_indents(body: str) -> str:
    """Take off the indents, which make no program code of an archive's prose; several indented lines stay lines."""
    if "    " not in body and "\t" not in body:
        return body
    if "\n    " in body or "> " in body:
        body = _SET_LINE.sub(_with_break, body)
        body = _AFTER_SET_LINE.sub(
            lambda line: f"\n{line[1]}{_NO_BREAK_SPACE * len(line[2])}", body
        )
    return _INDENT.sub(r"\1", body)


def _with_break(line: re.Match[str]) -> str:
    """Return a line with a hard break at its end, and its indent within the others as spaces that are shown."""
    return f"{line[1]}    {line[2]}{line[3]}  \n"


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


def _marked(tokens: list[Token], spans: list[Span], first: int, total: int) -> list[Token]:
    """Mark words in a paragraph's text, over the borders of emphasis and links; the first of them has the number `first` of `total`."""
    made: list[Token] = []
    named = -1
    start = 0
    linked = False
    waiting: list[Token] = []
    for token in tokens:
        if token.type in ("link_open", "link_close"):
            linked = token.type == "link_open"
        if not linked and token.type == "link_close":
            # A link cannot stand in a link.
            made += [token, *waiting]
            waiting = []
            continue
        piece = _text_of(token)
        end = start + len(piece)
        inside = [
            number for number, span in enumerate(spans) if span.start < end and span.end > start
        ]
        if token.type != "text" or not inside:
            made.append(token)
            start = end
            continue
        place = 0
        for number in inside:
            begin, stop = (
                max(spans[number].start, start) - start,
                min(spans[number].end, end) - start,
            )
            made.append(Token("text", "", 0, content=piece[place:begin]))
            # A word half in italics is marked in two pieces; the first of them is gone to.
            name = f"hit-{first + number}" if number > named else ""
            named = max(named, number)
            made.append(Token("mark_open", "mark", 1, attrs={"id": name} if name else {}))
            made.append(Token("text", "", 0, content=piece[begin:stop]))
            made.append(Token("mark_close", "mark", -1))
            if name and total > 1:
                (waiting if linked else made).append(
                    Token("html_inline", "", 0, content=_match_links(first + number, total))
                )
            place = stop
        made.append(Token("text", "", 0, content=piece[place:]))
        start = end
    return made


def _match_links(number: int, total: int) -> str:
    """Return the links from a mark to those beside it, round and round."""
    before, after = number - 1 or total, number % total + 1
    return (
        f'<span class="hops"><a href="#hit-{before}" aria-labelledby="hop-back">‹</a>{number}/{total}'
        f'<a href="#hit-{after}" aria-labelledby="hop-on">›</a></span>'
    )


def _text_of(token: Token) -> str:
    if token.type in ("softbreak", "hardbreak"):
        return " "
    return token.content if token.type in ("text", "code_inline") else ""
