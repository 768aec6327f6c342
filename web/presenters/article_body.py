"""An article's body, light Markdown, as HTML with the query's words highlighted."""

from dataclasses import dataclass, replace

from markdown_it.token import Token
from markupsafe import Markup

from search.analysis.body_markup import body_html, parse_body
from search.results.highlighting.highlighter import Highlighter, Span
from web.urls import is_web_address

__all__ = ["MAX_MARKS", "ArticleBody", "is_shown_whole", "render_body", "render_text"]

_FIRST_HEADING = 2
MAX_MARKS = 5_000
"""Highlights in one body: each adds a hundred bytes or more, and a book may have one per line."""
_MAX_SHOWN_LENGTH = 2_000_000
"""Characters of a body that a page shows, the size of several books.

Their HTML may be six times as long and takes a second to render.
"""
_MAX_LINES = 20_000
"""Lines of a body that a page shows; as many paragraphs take a second to render."""
_NO_HIGHLIGHTS = Highlighter(None, ())


@dataclass(frozen=True, slots=True)
class ArticleBody:
    """A body as HTML with `marks` highlights, whose ids are `hit-1` and so on.

    `is_all_marked` is false if more places match, `is_whole` if the end of the body is left out.
    """

    html: Markup
    marks: int
    is_all_marked: bool = True
    is_whole: bool = True


def render_text(text: str) -> Markup:
    """Render light Markdown of the site's admin, by the rules of a body."""
    return render_body(text, _NO_HIGHLIGHTS, "en").html


def render_body(body: str, highlighter: Highlighter, language: str) -> ArticleBody:
    """Render a body: raw HTML as text, images as their text, links only to http and https.

    Each highlight is followed by links to the previous and the next one, which the style sheet
    shows at the current one. The elements `hop-back` and `hop-on` of the page label these links.
    """
    shown = _shown(body)
    return replace(_rendered(shown, highlighter, language), is_whole=len(shown) == len(body))


def is_shown_whole(body: str) -> bool:
    """Return whether a page shows all of a body."""
    return len(_shown(body)) == len(body)


def _shown(body: str) -> str:
    return "\n".join(body[:_MAX_SHOWN_LENGTH].split("\n", _MAX_LINES)[:_MAX_LINES])


def _rendered(body: str, highlighter: Highlighter, language: str) -> ArticleBody:
    tokens = parse_body(body)
    highlighted: list[tuple[Token, list[Span]]] = []
    room = MAX_MARKS
    is_all_marked = True
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            # The title is the page's first heading.
            token.tag = f"h{min(6, int(token.tag[1]) + _FIRST_HEADING - 1)}"
        if token.type == "inline" and token.children:
            token.children = _safe_children(token.children)
            spans = (
                highlighter.spans("".join(map(_text_of, token.children)), language)
                if is_all_marked
                else []
            )
            is_all_marked = is_all_marked and len(spans) <= room
            if spans := spans[:room]:
                highlighted.append((token, spans))
                room -= len(spans)
    total = sum(len(spans) for _, spans in highlighted)
    number = 1
    for token, spans in highlighted:
        token.children = _marked(token.children or [], spans, number, total)
        number += len(spans)
    # The renderer escapes all text, and HTML in a body is switched off, so its output is safe.
    html = Markup(body_html(tokens))  # noqa: S704
    return ArticleBody(html, total, is_all_marked)


def _safe_children(tokens: list[Token]) -> list[Token]:
    """Drop links that are not web addresses, and replace images by their text."""
    safe: list[Token] = []
    open_links: list[bool] = []
    for token in tokens:
        if token.type == "link_open":
            is_safe = is_web_address(str(token.attrGet("href") or ""))
            open_links.append(is_safe)
            if is_safe:
                token.attrSet("rel", "noopener nofollow")
                safe.append(token)
        elif token.type == "link_close":
            if open_links.pop():
                safe.append(token)
        elif token.type == "image":
            safe.append(Token("text", "", 0, content=token.content))
        else:
            safe.append(token)
    return safe


def _marked(tokens: list[Token], spans: list[Span], first: int, total: int) -> list[Token]:
    """Highlight spans of a paragraph's text, across emphasis and links.

    The first span has the number `first` of `total`.
    """
    result: list[Token] = []
    last_named = -1
    start = 0
    in_link = False
    after_link: list[Token] = []
    for token in tokens:
        if token.type in ("link_open", "link_close"):
            in_link = token.type == "link_open"
        if not in_link and token.type == "link_close":
            # Links cannot be nested, so those of highlights follow the link.
            result += [token, *after_link]
            after_link = []
            continue
        text = _text_of(token)
        end = start + len(text)
        overlapping = [
            number for number, span in enumerate(spans) if span.start < end and span.end > start
        ]
        if not overlapping or token.type not in ("text", "code_inline"):
            result.append(token)
            start = end
            continue
        is_code = token.type == "code_inline"
        if is_code:
            result.append(Token("code_open", "code", 1))
        position = 0
        for number in overlapping:
            begin = max(spans[number].start, start) - start
            stop = min(spans[number].end, end) - start
            result.append(Token("text", "", 0, content=text[position:begin]))
            # A word partly in italics becomes two elements; only the first has the id.
            name = f"hit-{first + number}" if number > last_named else ""
            last_named = max(last_named, number)
            result.append(Token("mark_open", "mark", 1, attrs={"id": name} if name else {}))
            result.append(Token("text", "", 0, content=text[begin:stop]))
            result.append(Token("mark_close", "mark", -1))
            if name and total > 1:
                (after_link if in_link else result).append(
                    Token("html_inline", "", 0, content=_match_links(first + number, total))
                )
            position = stop
        result.append(Token("text", "", 0, content=text[position:]))
        if is_code:
            result.append(Token("code_close", "code", -1))
        start = end
    return result


def _match_links(number: int, total: int) -> str:
    """Return the links from a highlight to the previous and the next one, wrapping around."""
    before, after = number - 1 or total, number % total + 1
    return (
        f'<span class="hops"><a href="#hit-{before}" aria-labelledby="hop-back">‹</a>'
        f"{number}/{total}"
        f'<a href="#hit-{after}" aria-labelledby="hop-on">›</a></span>'
    )


def _text_of(token: Token) -> str:
    if token.type in ("softbreak", "hardbreak"):
        return " "
    return token.content if token.type in ("text", "code_inline") else ""
