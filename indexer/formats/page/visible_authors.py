"""Find the visible by-lines of a saved page, for pages that declare no author."""

import re
from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from lxml.html import HtmlElement

from indexer.formats.bylines.authors import authors_of, bare_name, without_by
from indexer.formats.bylines.page_lines import (
    BY_PREFIX,
    looks_like_person,
    names_in,
    names_only,
    without_place,
)
from indexer.formats.bylines.roles import is_organisation, is_role
from indexer.formats.dates.printed_dates import find_date
from indexer.formats.page.date_lines import is_card
from indexer.formats.page.declared_metadata import Declared, letters_of_name

__all__ = [
    "Byline",
    "is_outside_article",
    "is_site",
    "lines_with_by",
    "marked_bylines",
    "names_before_date",
]


class Byline(NamedTuple):
    """A by-line as printed or declared, its authors, and its place."""

    printed: str
    authors: tuple[str, ...]
    place: str


_NEWSROOM = re.compile(
    r"\s+(?:staff(?:\s(?:writers?|reporters?))?|editors|newsroom|redaktion|team|editorial\steam)$",
    re.IGNORECASE,
)
_IN_SECTION = re.compile(r"\s*,\s*in\s.*$", re.DOTALL)
_BYLINES = (
    "//*[self::span or self::div or self::p or self::a or self::address or self::li or self::cite"
    " or self::h2 or self::h3 or self::h4 or self::strong or self::em or self::b or self::dd"
    " or self::ul or self::dl or self::section or self::header]"
    "[contains(@class, 'yline') or contains(@class, 'uthor') or contains(@class, 'utor')"
    " or contains(@id, 'yline') or contains(@id, 'uthor') or @rel='author'"
    " or contains(@data-testid, 'yline') or contains(@data-qa, 'uthor')]"
)
_AUTHOR_LINK = re.compile(
    r"/(?:authors?|autor(?:en|es|in|innen)?|auteurs?|autore|autori|staff|people|profiles?|person"
    r"|redaktion|redaktor|writers?|reporters?|journalists?|journalistes?|contributors?|columnists?"
    r"|by|byline|skribent|forfatter|yazar|yazarlar|penulis|team|ansatte|author-profile)/."
    r"|linkedin\.com/in/.",
    re.IGNORECASE,
)
_NO_PART = re.compile(
    r"(?:^|[\s_-])(?:role|roles|job|jobtitle|position|designation|outlet|publication|affiliation"
    r"|organi[sz]ation|date|datetime|time|timestamp|published|updated|read-?time|reading-?time"
    r"|location|dateline|social|share|sharing|follow|twitter|email|mail|bio|biography|description"
    r"|avatar|image|photo|icon|comments?|count|button|btn|tooltip|hidden|sr-only|visually-hidden"
    r"|screen-reader-text)(?=$|[\s_-])",
    re.IGNORECASE,
)
"""Classes of elements in a by-line that hold no names."""
_NO_PART_TAGS = frozenset(
    "button time script style svg form select input noscript template img figure".split()
)
_LINES = frozenset("br div p li dd dt h2 h3 h4 h5 section".split())
_NEW_LINE = re.compile(r"[\r\n]+")
_CARD = re.compile(r"(?:^|\s)(?:fn|vcard|p-author|h-card)(?=\s|$)")
_ELSEWHERE = re.compile(
    r"comment|related|recommend|footer|sidebar|widget|teaser|promo|aside|nav|menu|popular|latest"
    r"|newsletter|trending",
    re.IGNORECASE,
)
_OF_ARTICLE = re.compile(
    r"(?:article|post|story|entry|author|byline)[\w-]{0,12}[_-](?:sidebar|aside|footer|nav|menu"
    r"|widget)(?!.*(?:related|recommend|comment))",
    re.IGNORECASE,
)
"""Parts of the article itself with misleading names."""
_FULL_NAME = re.compile(r"(?:[A-ZÀ-ÞĀ-Ž][\w’'.-]+\s+){1,3}[A-ZÀ-ÞĀ-Ž][\w’'-]+")
_MAX_LENGTH = 160
_MAX_ELEMENT_LENGTH = 400
_MAX_NAME_LENGTH = 60
_MAX_LINES = 60
_MAX_ABOVE = 4
_MAX_DEPTH = 50
_MAX_ELEMENTS = 40


def is_site(name: str, declared: Declared) -> bool:
    """Return whether a name is the site's own, or its initials are its host's.

    `Deutsche Welle` is the name of `dw.example`.
    """
    letters = letters_of_name(bare_name(_NEWSROOM.sub("", name)))
    if letters in declared.site_names or (letters and letters in declared.owner):
        return True
    words = name.split()
    initials = "".join(word[0] for word in words).lower()
    return len(words) > 1 and initials in re.split(r"[./]+", declared.url.lower())[1:4]


def marked_bylines(tree: HtmlElement) -> Iterator[Byline]:
    """Yield visible by-lines, those that begin with "by" first."""
    bylines: list[tuple[bool, Byline]] = []
    # Without a headline, the page's own article cannot be told from teasers of others.
    has_headline = next(tree.iter("h1"), None) is not None
    for element in tree.xpath(_BYLINES)[:_MAX_ELEMENTS]:
        if is_outside_article(element) or (has_headline and _is_in_card(element)):
            continue
        text = " ".join(" ".join(element.itertext()).split())
        if not text or len(text) > _MAX_ELEMENT_LENGTH:
            continue
        has_by = BY_PREFIX.match(text) is not None
        # A link to the author is one whatever the name.
        linked = element.get("rel") == "author" or (
            _CARD.search(element.get("class") or "") is not None and text.isalpha()
        )
        text_of_names = text if linked else _text_of_names(element)
        text_of_names = _IN_SECTION.sub("", text_of_names)
        if len(text_of_names) > _MAX_LENGTH:
            continue
        names = [
            name
            for name in names_in(text_of_names)
            if linked or looks_like_person(name, has_by=has_by)
        ]
        if names:
            bylines.append(
                (
                    has_by,
                    Byline(
                        names_only(text_of_names),
                        tuple(without_place(names)),
                        f"by-line ({_place_of(element)})",
                    ),
                )
            )
    yield from (byline for _, byline in sorted(bylines, key=lambda item: not item[0]))


def _text_of_names(element: HtmlElement) -> str:
    """Return the author links of a by-line, or else its text without roles, dates and buttons."""
    links = [
        link
        for link in element.iter("a")
        if link.get("rel") == "author" or _AUTHOR_LINK.search(link.get("href") or "")
    ]
    # In a box on an author, the heading is the name.
    for marked in (links, element.iter("h2", "h3", "h4", "h5", "strong", "b")):
        texts = [without_by(" ".join("".join(inner.itertext()).split())) for inner in marked]
        people = [
            text
            for text in dict.fromkeys(texts)
            if looks_like_person(text, has_by=False) and not is_organisation(text)
        ]
        if people:
            return ", ".join(people)
    parts: list[str] = []
    _collect(element, parts)
    first, *others = [
        line for part in "".join(parts).split("\n") if (line := " ".join(part.split()))
    ] or [""]
    if not all(looks_like_person(name, has_by=False) for name in names_in(first)):
        return " ".join([first, *others])
    # Further lines name more people, or describe them.
    return ", ".join([first, *(other for other in others if _is_further_name(other))])


def _is_further_name(line: str) -> bool:
    names = authors_of(line)
    return len(line) <= _MAX_NAME_LENGTH and all(
        " " in name
        and looks_like_person(name, has_by=False)
        and not (is_organisation(name) or is_role(name))
        for name in names
    )


def _collect(element: HtmlElement, parts: list[str], depth: int = 0) -> None:
    """Collect text that may be part of names; lines and blocks begin with a line feed."""
    parts.append(_NEW_LINE.sub(" ", element.text or ""))
    for child in element:
        if depth < _MAX_DEPTH and _may_hold_names(child):
            parts.append("\n" if child.tag in _LINES else " ")
            _collect(child, parts, depth + 1)
            parts.append("\n" if child.tag in _LINES else " ")
        parts.append(_NEW_LINE.sub(" ", child.tail or ""))


def _may_hold_names(element: HtmlElement) -> bool:
    return (
        isinstance(element.tag, str)
        and element.tag not in _NO_PART_TAGS
        and not _NO_PART.search(str(element.get("class") or ""))
    )


def lines_with_by(tree: HtmlElement) -> Iterator[Byline]:
    """Yield lines that begin with "by", outside comments and teasers."""
    for element in tree.iter("p", "li", "dd", "span", "div", "h4", "h5", "strong", "em"):
        start = next(
            (
                text
                for piece in islice(element.itertext(), _MAX_ELEMENTS)
                if (text := piece.strip())
            ),
            "",
        )
        if (
            not start[:1].isalpha()
            or not BY_PREFIX.match(start + " ")
            or is_outside_article(element)
        ):
            continue
        text = _IN_SECTION.sub("", " ".join(" ".join(element.itertext()).split()))
        names = [
            name
            for name in names_in(text)
            if looks_like_person(name, has_by=False) or name.isupper()
        ]
        if names and len(text) <= _MAX_LENGTH:
            yield Byline(names_only(text), tuple(without_place(names)), f"line {text[:30]!r}")


def names_before_date(tree: HtmlElement, declared: Declared) -> Iterator[Byline]:
    """Yield the name of a person before a date, on a line with nothing else and no link."""
    heading = next(tree.iter("h1"), None)
    parent = None if heading is None else heading.getparent()
    for element in (
        () if parent is None else islice(parent.iter("div", "p", "span", "li"), _MAX_LINES)
    ):
        text = " ".join(" ".join(islice(element.itertext(), _MAX_ELEMENTS)).split())
        date = find_date(text) if len(text) <= _MAX_LENGTH else None
        if date is None or is_outside_article(element) or next(element.iter("a"), None) is not None:
            continue
        name = text[: date.start].strip(" ,|·•–—-")
        if _FULL_NAME.fullmatch(name) and not is_organisation(name) and not is_site(name, declared):
            yield Byline(name, (name,), "line of the date")


def is_outside_article(element: HtmlElement) -> bool:
    """Return whether an element belongs to comments, teasers or the like."""
    for place in (element, *element.iterancestors()):
        if place.tag in ("aside", "footer", "nav", "form") and not (
            place.tag == "aside"
            and element.get("rel") == "author"
            and next(place.iterancestors("article", "main"), None) is not None
        ):
            return True
        if place.tag in ("body", "article", "main"):
            return False
        name = f"{place.get('class') or ''} {place.get('id') or ''}"
        if (
            _ELSEWHERE.search(name)
            and not _OF_ARTICLE.search(name)
            and next(place.iter("h1"), None) is None
        ):
            return True
    return False


def _is_in_card(element: HtmlElement) -> bool:
    """Return whether an element belongs to the teaser of another article."""
    for place in islice(element.iterancestors("div", "article", "li", "section"), _MAX_ABOVE):
        if next(place.iter("h1"), None) is not None:
            return False
        if is_card(place):
            return True
    return False


def _place_of(element: HtmlElement) -> str:
    classes = (element.get("class") or "").split()
    return f"{element.tag}.{classes[0]}" if classes else str(element.tag)
