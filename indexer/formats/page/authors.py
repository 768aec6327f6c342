"""Find the authors of a saved page: declared ones, or else those of a visible by-line.

People are preferred to the site's own name.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import NamedTuple

from lxml.html import HtmlElement

from indexer.formats.bylines.authors import authors_of, bare_name, without_by
from indexer.formats.bylines.roles import is_organisation, is_role
from indexer.formats.dates.printed_dates import find_date
from indexer.formats.page.date_lines import is_card
from indexer.formats.page.declared_metadata import Declared, letters_of_name, text_of

__all__ = ["Byline", "byline_in", "declared_byline", "find_byline"]


class Byline(NamedTuple):
    """A by-line as printed or declared, its authors, and its place."""

    printed: str
    authors: tuple[str, ...]
    place: str


_META = (
    "author", "article:author", "article:author_name", "og:article:author", "og:author",
    "parsely-author", "sailthru.author", "byl", "dc.creator", "dcterms.creator", "citation_author",
    "dcsext.author", "cxenseparse:author", "rbauthors", "article.author", "authors",
    "mediator_author", "shareaholic:article_author_name", "articleauthor", "article-author",
    "article_author", "article:authors", "byline", "twitter:misc:written by", "lp:author",
    "vr:author", "news_author", "bt:author", "dc.creator.personalname", "swiftype:author",
)  # fmt: skip
_BY_PREFIX = re.compile(
    r"(?:(?:posted|published|written|reported|submitted|authored|story|words|text|article"
    r"|post author)(?:\son\s.{4,25}?)?\s+)?"
    r"(?:(?:by|von|par|por|di|da|door|af|av)\b\s*:?|(?:autor(?:in)?(?:/(?:autor)?in|/autor)?|autore"
    r"|author|auteur|text|words"
    r"|verfasst von)\s*:)\s*"
    r"|autorin/autor\s+",
    re.IGNORECASE,
)
"""Beginnings of lines that are by-lines to a reader."""
# A word for "by" or "author" in any language.
_LABEL = re.compile(r"^[^\W\d_]{1,14}\s*[:：]\s*")
_NOT_A_NAME = re.compile(
    r"https?:|www\.|[@{}<>=]|^[(\[]|\.(?:com|org|net|html?)\b/|^\W*$|\d{3,}"
    r"|^(?:agenc(?:y|ies)|agenturen|facebook|twitter|instagram|share|author|comments?|admin"
    r"|administrator|guest|read more|undefined"
    r"|null|none|unknown|unbekannt|anonymous|webmaster|root|user|editor|advertisement|sponsored"
    r"|log ?in|sign (?:in|up|out)|skip to)\b"
    r"|^(?:(?:view|see|show|load|learn|find) (?:all|more|less)|(?:text|font) size|listen|search"
    r"|menu|close|sponsored content)$"
    # The text was cut off.
    r"|(?:\.\.\.|…)$",
    re.IGNORECASE,
)
_NEWSROOM = re.compile(
    r"\s+(?:staff(?:\s(?:writers?|reporters?))?|editors|newsroom|redaktion|team|editorial\steam)$",
    re.IGNORECASE,
)
_END = re.compile(
    r"\s*[|•·–—/]\s|\s-\s|\s*[(\[][^)\]]*[)\]]?$|\s+(?:@\w+|updated|published|posted|follow"
    r"|edited by|on\s+\w+\s+\d)",
    re.IGNORECASE,
)
_BEFORE_DATE = re.compile(
    r"(?:[\s,]+(?:am|on|um|at|le|el|il|den|(?:mon|tues|wednes|thurs|fri|satur|sun)day))+[\s,]*$",
    re.IGNORECASE,
)
_IN_SECTION = re.compile(r"\s*,\s*in\s.*$", re.DOTALL)
_BYLINES = (
    "//*[self::span or self::div or self::p or self::a or self::address or self::li or self::cite"
    " or self::h2 or self::h3    or self::h4 or self::strong or self::em or self::b or self::dd or"
    " self::ul or self::dl or self::section or self::header][contains(@class, 'yline') or"
    " contains(@class, 'uthor') or contains(@class, 'utor') or contains(@id, 'yline') or"
    " contains(@id, 'uthor') or @rel='author' or contains(@data-testid, 'yline') or"
    " contains(@data-qa, 'uthor')]"
)
_AUTHOR_LINK = re.compile(
    r"/(?:authors?|autor(?:en|es|in|innen)?|auteurs?|autore|autori|staff|people|profiles?|person"
    r"|redaktion|redaktor|writers?|reporters?"
    r"|journalists?|journalistes?|contributors?|columnists?|by|byline|skribent|forfatter|yazar"
    r"|yazarlar|penulis|team|ansatte|author-profile)/."
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
_BOLD = re.compile(r"\*\*(?P<text>[^*\n]{4,120})\*\*")
_FULL_NAME = re.compile(r"(?:[A-ZÀ-ÞĀ-Ž][\w’'.-]+\s+){1,3}[A-ZÀ-ÞĀ-Ž][\w’'-]+")
_FIRST_PARAGRAPHS = 4
_MAX_LENGTH = 160
_MAX_ELEMENT_LENGTH = 400
_MAX_LINES = 60
_MAX_ABOVE = 4
_MAX_DEPTH = 50
_MAX_NAME_LENGTH = 60
_MAX_ELEMENTS = 40
_MAX_NAMES = 12
_MAX_NAME_WORDS = 6
_MAX_PARTICLE_LENGTH = 3


def find_byline(tree: HtmlElement, declared: Declared) -> Byline:
    """Return the by-line of a page; an empty one if there is none."""
    only_site = partial = Byline("", (), "")
    for byline in _candidates(tree, declared):
        people = tuple(name for name in byline.authors if not _is_site(name, declared))
        if not people:
            only_site = only_site if only_site.authors else byline
        elif partial.authors:
            # A given name or an account alone gives way to the same name in full.
            if len(people) == 1 and _is_short_for(partial.authors[0], people[0]):
                return byline
        elif (
            len(people) == 1
            and people[0].isalpha()
            and people[0].isascii()
            and (people[0].istitle() or people[0].islower())
        ):
            partial = byline
        else:
            return byline
    return partial if partial.authors else only_site


def _is_short_for(short: str, name: str) -> bool:
    """Return whether a word is a person's first name or account: `anaroy`, `aroy` for `Ana Roy`."""
    words = name.casefold().split()
    return name.startswith(f"{short} ") or (
        len(words) > 1 and short in ("".join(words), words[0][:1] + words[-1], words[0], words[-1])
    )


def byline_in(body: str, before: str, declared: Declared) -> tuple[Byline, str] | None:
    """Find a by-line in bold, alone in one of a body's first paragraphs.

    It is returned with the rest of the body. It counts only if `before`, the by-line found so far,
    names nobody but the site.
    """
    if before and not _is_site(before, declared):
        return None
    paragraphs = body.split("\n\n", _FIRST_PARAGRAPHS)
    for place, paragraph in enumerate(paragraphs[:_FIRST_PARAGRAPHS]):
        if len(paragraph) > _MAX_LENGTH:
            return None
        match = _BOLD.fullmatch(paragraph)
        if match is None or _is_sentence(match["text"]):
            continue
        printed = _names_alone(match["text"].replace("/", ", "))
        names = _names(printed)
        if names and all(_looks_like_person(name, has_by=False) for name in names):
            rest = [*paragraphs[:place], *paragraphs[place + 1 :]]
            return Byline(printed, tuple(names), "line of the body"), "\n\n".join(rest)
    return None


def _is_sentence(text: str) -> bool:
    return text.endswith((".", "!", "?", ":"))


def _is_site(name: str, declared: Declared) -> bool:
    """Return whether a name is the site's own, or its initials are its host's.

    `Deutsche Welle` is the name of `dw.example`.
    """
    letters = letters_of_name(bare_name(_NEWSROOM.sub("", name)))
    if letters in declared.site_names or (letters and letters in declared.owner):
        return True
    words = name.split()
    initials = "".join(word[0] for word in words).lower()
    return len(words) > 1 and initials in re.split(r"[./]+", declared.url.lower())[1:4]


def _candidates(tree: HtmlElement, declared: Declared) -> Iterator[Byline]:
    yield declared_byline(_json_ld_names(declared, "author"), "JSON-LD author")
    for name in _META:
        yield declared_byline(declared.meta.get(name, []), f"meta {name}")
    yield declared_byline(_microdata_names(declared), "microdata author")
    yield declared_byline(_labelled(declared), "meta twitter:data1")
    yield from _visible(tree)
    yield from _lines_with_by(tree)
    yield declared_byline(_json_ld_names(declared, "creator"), "JSON-LD creator")
    yield from _above_date(tree, declared)


def _json_ld_names(declared: Declared, key: str) -> Iterator[str]:
    for each in declared.resolved(declared.article.get(key)):
        names = each.get("name")
        for name in names if isinstance(names, list) else [names]:
            yield text_of(name)


def declared_byline(texts: Iterable[str], place: str) -> Byline:
    """Return one by-line of texts that each name one author or several."""
    names: list[str] = []
    printed: list[str] = []
    for text in texts:
        found = [
            name for name in _names(text) if not any(name.startswith(known) for known in names)
        ]
        if found:
            printed.append(_names_alone(text))
            names += found
    return Byline(", ".join(printed), tuple(names[:_MAX_NAMES]), place)


def _names(text: str) -> list[str]:
    text = _LABEL.sub("", without_by(text.strip()))
    names = authors_of(text)
    if len(names) == 1 and len(names[0]) > _MAX_NAME_LENGTH:
        # A name and a description of the person.
        names = authors_of(text.partition(",")[0])
    return [
        name
        for name in names
        if len(name) <= _MAX_LENGTH
        and not _NOT_A_NAME.search(name)
        and not _BY_PREFIX.fullmatch(name)
    ]


def _names_alone(text: str) -> str:
    """Drop "By" and the text after the names."""
    text = _LABEL.sub("", without_by(text.strip()))
    text = _END.split(text, maxsplit=1)[0]
    date = find_date(text)
    text = _BEFORE_DATE.sub("", text[: date.start] if date else text)
    return text.strip(" ,;:|-–—•")


def _labelled(declared: Declared) -> Iterator[str]:
    """Yield the author of a Twitter card, whose label describes its text."""
    for number in ("1", "2"):
        if _BY_PREFIX.match(declared.first(f"twitter:label{number}") + ": "):
            yield declared.first(f"twitter:data{number}")


def _microdata_names(declared: Declared) -> Iterator[str]:
    for element in declared.microdata("author", "creator"):
        if _is_elsewhere(element):
            continue
        names = element.xpath(".//*[contains(@itemprop, 'name')]")
        yield from (
            str(name.get("content") or " ".join(name.itertext())) for name in names[:1] or [element]
        )


def _visible(tree: HtmlElement) -> Iterator[Byline]:
    """Yield visible by-lines, those that begin with "by" first."""
    bylines: list[tuple[bool, Byline]] = []
    # Without a headline, the page's own article cannot be told from teasers of others.
    has_headline = next(tree.iter("h1"), None) is not None
    for element in tree.xpath(_BYLINES)[:_MAX_ELEMENTS]:
        if _is_elsewhere(element) or (has_headline and _is_in_card(element)):
            continue
        text = " ".join(" ".join(element.itertext()).split())
        if not text or len(text) > _MAX_ELEMENT_LENGTH:
            continue
        has_by = _BY_PREFIX.match(text) is not None
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
            for name in _names(text_of_names)
            if linked or _looks_like_person(name, has_by=has_by)
        ]
        if names:
            bylines.append(
                (
                    has_by,
                    Byline(
                        _names_alone(text_of_names),
                        tuple(_without_place(names)),
                        f"by-line ({_place_of(element)})",
                    ),
                )
            )
    yield from (byline for _, byline in sorted(bylines, key=lambda each: not each[0]))


def _text_of_names(element: HtmlElement) -> str:
    """Return the author links of a by-line, or else its text without roles, dates and buttons."""
    links = [
        link
        for link in element.iter("a")
        if link.get("rel") == "author" or _AUTHOR_LINK.search(link.get("href") or "")
    ]
    # In a box on an author, the heading is the name.
    for marked in (links, element.iter("h2", "h3", "h4", "h5", "strong", "b")):
        texts = [without_by(" ".join("".join(each.itertext()).split())) for each in marked]
        people = [
            text
            for text in dict.fromkeys(texts)
            if _looks_like_person(text, has_by=False) and not is_organisation(text)
        ]
        if people:
            return ", ".join(people)
    parts: list[str] = []
    _collect(element, parts)
    first, *others = [
        line for each in "".join(parts).split("\n") if (line := " ".join(each.split()))
    ] or [""]
    if not all(_looks_like_person(name, has_by=False) for name in _names(first)):
        return " ".join([first, *others])
    # Further lines name more people, or describe them.
    return ", ".join([first, *(each for each in others if _is_further_name(each))])


def _is_further_name(line: str) -> bool:
    names = authors_of(line)
    return len(line) <= _MAX_NAME_LENGTH and all(
        " " in name
        and _looks_like_person(name, has_by=False)
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


def _lines_with_by(tree: HtmlElement) -> Iterator[Byline]:
    """Yield lines that begin with "by", outside comments and teasers."""
    for element in tree.iter("p", "li", "dd", "span", "div", "h4", "h5", "strong", "em"):
        start = next(
            (text for each in islice(element.itertext(), _MAX_ELEMENTS) if (text := each.strip())),
            "",
        )
        if not start[:1].isalpha() or not _BY_PREFIX.match(start + " ") or _is_elsewhere(element):
            continue
        text = _IN_SECTION.sub("", " ".join(" ".join(element.itertext()).split()))
        names = [
            name
            for name in _names(text)
            if _looks_like_person(name, has_by=False) or name.isupper()
        ]
        if names and len(text) <= _MAX_LENGTH:
            yield Byline(_names_alone(text), tuple(_without_place(names)), f"line {text[:30]!r}")


def _above_date(tree: HtmlElement, declared: Declared) -> Iterator[Byline]:
    """Yield the name of a person before a date, on a line with nothing else and no link."""
    heading = next(tree.iter("h1"), None)
    parent = None if heading is None else heading.getparent()
    for element in (
        () if parent is None else islice(parent.iter("div", "p", "span", "li"), _MAX_LINES)
    ):
        text = " ".join(" ".join(islice(element.itertext(), _MAX_ELEMENTS)).split())
        date = find_date(text) if len(text) <= _MAX_LENGTH else None
        if date is None or _is_elsewhere(element) or next(element.iter("a"), None) is not None:
            continue
        name = text[: date.start].strip(" ,|·•–—-")
        if (
            _FULL_NAME.fullmatch(name)
            and not is_organisation(name)
            and not _is_site(name, declared)
        ):
            yield Byline(name, (name,), "line of the date")


def _is_elsewhere(element: HtmlElement) -> bool:
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


def _looks_like_person(name: str, *, has_by: bool) -> bool:
    words = name.split()
    if not 1 <= len(words) <= _MAX_NAME_WORDS or name[:1].islower():
        return False
    if len(words) == 1:
        return has_by or not name.isascii()
    # Particles such as van and de la are short; most scripts have no capitals.
    return not words[-1][:1].islower() and all(
        not word[:1].islower() or len(word) <= _MAX_PARTICLE_LENGTH for word in words
    )


def _without_place(names: list[str]) -> list[str]:
    """Drop the place that follows the names, as in `Ana Roy, Lima`."""
    return names[:-1] if len(names) > 1 and " " in names[0] and " " not in names[-1] else names


def _place_of(element: HtmlElement) -> str:
    classes = (element.get("class") or "").split()
    return f"{element.tag}.{classes[0]}" if classes else str(element.tag)
