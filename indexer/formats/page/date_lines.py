"""Find lines of a page that hold a year, with their distance from the headline.

Parts of the page that belong to another article are excluded.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from lxml import etree
from lxml.html import HtmlElement

__all__ = [
    "ABOVE_TEXT",
    "MAX_LINE_LENGTH",
    "Line",
    "is_card",
    "is_elsewhere",
    "lines_around",
    "title_heading",
]

_INLINE = frozenset(
    "a abbr acronym b big cite em font i ins label mark q s small span strong sub sup time u bdi"
    " bdo nobr".split()
)
_NO_TEXT = frozenset(
    [
        "script",
        "style",
        "noscript",
        "template",
        "select",
        "option",
        "button",
        "textarea",
        "head",
        "svg",
        "iframe",
    ]
)
_ELSEWHERE_TAGS = frozenset(
    ["aside", "footer", "nav", "figure", "figcaption", "blockquote", "form"]
)
# Classes and ids of elements that hold dates of something else.
_ELSEWHERE = re.compile(
    r"(?:^|[\s_-])(?:comments?(?!-(?:open|closed|count|link|status))(?:-?(?:list|area|body|thread"
    r"|section|wrapper))?"
    r"|respond|related|similar|recommend(?:ed|ations?)?|teasers?|sidebar"
    r"|footer|copyright|(?:most-)?popular|trending|latest|recent|promo(?:tion)?s?|archives?-list"
    r"|calendar|(?:wp-)?caption|credit|masthead"
    r"|infobox|today|current-?date|now|topbar|ticker|breaking|upcoming|events?|newsletter"
    r"|read-?(?:more|next)|more-(?:news|stories|from)|next|prev(?:ious)?"
    r"|adjacent|pagination|navigation|nav|menu|replies|reply|siehe-auch|mehr-zum-thema)(?=$|[\s_-])",
    re.IGNORECASE,
)
_STATE_CLASS = re.compile(r"\b(?:has|with|no|hide|show|is)-[\w-]+", re.IGNORECASE)
_AUTHOR = re.compile(
    r"author|byline|profile|contributor|/(?:by|people|staff|writers?|autor(?:en)?)/", re.IGNORECASE
)
_ARTICLE_TAGS = frozenset(["article", "main", "section", "header", "hgroup", "td", "li"])
_ARTICLE = re.compile(
    r"(?:^|[\s_-])(?:posts?|article|entry|story|hentry|node|news-?item|date-outer|single"
    r"|content)(?=$|[\s_-])",
    re.IGNORECASE,
)
_YEAR = re.compile(r"\d{4}")
MAX_LINE_LENGTH = 200
ABOVE_TEXT = 300
"""Maximum characters of text between a date and the headline below it."""
_ONLY_LABELLED = 1_000_000
"""Distance of lines that count only with a label such as `Published`."""
_MAX_CARD_LENGTH = 600
_LINE_BREAK = "\x00"
_MIN_TITLE_LENGTH = 10
_HEADINGS = frozenset(["h2", "h3", "h4"])


class Line(NamedTuple):
    """A line of text, and its distance from the headline."""

    element: HtmlElement
    text: str
    before: int
    """Characters of text between the headline and the line; negative above the headline."""


def title_heading(tree: HtmlElement, titles: list[str]) -> HtmlElement | None:
    """Return the headline.

    It is the longest heading that agrees with the page's titles, or else the first `<h1>`.
    """
    headings = [
        heading
        for heading in tree.iter("h1", "h2", "h3")
        if not _is_within(heading, _ELSEWHERE_TAGS)
    ]
    folded = [" ".join(title.split()).casefold() for title in titles if title]
    texts = {
        heading: " ".join("".join(heading.itertext()).split()).casefold() for heading in headings
    }
    matching = [
        heading
        for heading, text in texts.items()
        if len(text) > 1 and any(text in title or title in text for title in folded)
    ]
    if matching:
        # The site's name may be a heading as well, and part of the page's title.
        return max(matching, key=lambda heading: min(len(texts[heading]), MAX_LINE_LENGTH))
    first = next((heading for heading in headings if heading.tag == "h1"), None)
    return _printed_title(tree, folded) if first is None else first


def _printed_title(tree: HtmlElement, titles: list[str]) -> HtmlElement | None:
    """Return the element whose text is the page's title, for pages without a matching heading."""
    body = tree.find("body")
    for element, text in _texts(body) if body is not None else ():
        folded = " ".join(text.split()).casefold()
        if len(folded) >= _MIN_TITLE_LENGTH and any(title.startswith(folded) for title in titles):
            return element
    return None


def is_elsewhere(element: HtmlElement, heading: HtmlElement | None) -> bool:
    """Return whether an element belongs to something else: comments, teasers, another article."""
    around = set(heading.iterancestors()) if heading is not None else set()
    for place in (element, *element.iterancestors()):
        if place in around or place.tag in ("body", "html"):
            return False
        if place.tag in _ELSEWHERE_TAGS or (
            place.tag == "article" and any(place.tag == "article" for place in around)
        ):
            return True
        if is_card(place):
            return True
        if place.tag != "time" and _ELSEWHERE.search(
            _STATE_CLASS.sub("", f"{place.get('class') or ''} {place.get('id') or ''}")
        ):
            return True
    return False


def lines_around(tree: HtmlElement, heading: HtmlElement | None) -> list[Line]:
    """Return the article's lines that hold a year: those below the headline, then those above."""
    body = tree if tree.tag == "body" else tree.find("body")
    texts = list(_texts(body)) if body is not None else []
    title = next((place for place, (element, _) in enumerate(texts) if _is_in(element, heading)), 0)
    below = list(_lines_below(texts[title:], heading))
    above: list[Line] = []
    inline: dict[HtmlElement, bool] = {}
    length = 0
    for element, text in reversed(texts[:title]):
        if heading is None or length > ABOVE_TEXT:
            break
        length += len(text)
        block = _block(element, inline)
        if _YEAR.search(text) and not is_elsewhere(element, heading):
            place = -length if _share_container(block, heading) else -_ONLY_LABELLED
            above.append(Line(block, _text_of_line(block, text), place))
    return below + above


def _lines_below(
    texts: list[tuple[HtmlElement, str]], heading: HtmlElement | None
) -> Iterator[Line]:
    article = next(heading.iterancestors("article"), None) if heading is not None else None
    seen: set[HtmlElement] = set()
    inline: dict[HtmlElement, bool] = {}
    passed = 0
    ended = False
    for element, text in texts:
        ended = ended or _begins_another(element, heading)
        if (
            _YEAR.search(text)
            and (block := _block(element, inline)) not in seen
            and not is_elsewhere(element, heading)
        ):
            seen.add(block)
            outside = article is not None and article not in block.iterancestors()
            yield Line(
                block, _text_of_line(block, text), _ONLY_LABELLED if ended or outside else passed
            )
        passed += len(text)


def _is_in(element: HtmlElement, heading: HtmlElement | None) -> bool:
    return heading is not None and (element is heading or heading in element.iterancestors())


def _texts(body: HtmlElement) -> Iterator[tuple[HtmlElement, str]]:
    """Yield every text with its element, in the page's order."""
    stack: list[tuple[HtmlElement, bool]] = [(body, False)]
    while stack:
        element, is_tail = stack.pop()
        if is_tail:
            if (tail := (element.tail or "").strip()) and (
                parent := element.getparent()
            ) is not None:
                yield parent, tail
            continue
        if element is not body:
            stack.append((element, True))
        if not isinstance(element.tag, str) or element.tag in _NO_TEXT:
            continue
        if text := (element.text or "").strip():
            yield element, text
        stack += [(child, False) for child in reversed(element)]


def _block(element: HtmlElement, lines: dict[HtmlElement, bool]) -> HtmlElement:
    """Return the element of a line: the inline element and all inline elements around it.

    `lines` caches which elements hold only inline elements.
    """
    while element.tag in _INLINE and (parent := element.getparent()) is not None:
        if parent not in lines:
            lines[parent] = parent.tag not in ("body", "html") and all(
                child.tag in _INLINE for child in parent
            )
        if not lines[parent]:
            break
        element = parent
    return element


def _text_of_line(block: HtmlElement, text: str) -> str:
    """Return the text of a block's line, with a label from the cell before it."""
    text = " ".join(text.split())
    line = next((line for line in _text(block).split("\n") if text in line), text)
    if len(line) > MAX_LINE_LENGTH and any(child.tag not in _INLINE for child in block):
        line = text
    if (
        block.tag in ("dd", "td")
        and (label := block.getprevious()) is not None
        and label.tag in ("dt", "th", "td")
    ):
        return f"{_text(label)} {line}"
    return line


def _text(element: HtmlElement) -> str:
    """Return an element's text, with a line feed for each of its line breaks."""
    pieces: list[str] = []
    for event, node in etree.iterwalk(element, events=("start", "end")):
        if event == "end":
            pieces.append((node.tail or "") if node is not element else "")
        elif node.tag == "br":
            pieces.append(_LINE_BREAK)
        elif node.tag not in _NO_TEXT:
            pieces.append(node.text or "")
    return "\n".join(" ".join(line.split()) for line in "".join(pieces).split(_LINE_BREAK))


def _begins_another(element: HtmlElement, heading: HtmlElement | None) -> bool:
    """Return whether an element is in a heading that links to another article."""
    places = (element, *element.iterancestors())
    other = next((place for place in places if place.tag in _HEADINGS), None)
    if (
        other is None
        or other is heading
        or (heading is not None and other in heading.iterancestors())
    ):
        return False
    return _is_linked(other)


def is_card(place: HtmlElement) -> bool:
    """Return whether an element announces another article: little text and a linked heading."""
    left = _MAX_CARD_LENGTH
    for text in place.itertext():
        left -= len(text.strip())
        if left < 0:
            return False
    return any(_is_linked(heading) for heading in place.iter(*_HEADINGS, "h5", "h6"))


def _is_linked(heading: HtmlElement) -> bool:
    if any(
        _AUTHOR.search(place.get("class") or "")
        for place in (heading, *list(heading.iterancestors())[:3])
    ):
        return False
    links = [*heading.iter("a"), *heading.iterancestors("a")]
    addresses = [
        link.get("href") or "#" for link in links if "author" not in (link.get("rel") or "")
    ]
    return any(not address.startswith("#") and not _AUTHOR.search(address) for address in addresses)


def _share_container(element: HtmlElement, heading: HtmlElement) -> bool:
    """Return whether an element above the headline shares an article's container with it.

    Otherwise it belongs to the site's own head.
    """
    around = set(heading.iterancestors())
    common = next((place for place in element.iterancestors() if place in around), None)
    return common is not None and (
        common.tag in _ARTICLE_TAGS
        or _ARTICLE.search(f"{common.get('class') or ''} {common.get('id') or ''}") is not None
    )


def _is_within(element: HtmlElement, tags: frozenset[str]) -> bool:
    return any(place.tag in tags for place in element.iterancestors())
