"""Who wrote a saved page: what it declares, else its visible by-line; people before the site that speaks of itself."""

import re
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import NamedTuple

from lxml.html import HtmlElement

from indexer.formats.authors import authors_of, bare_name
from indexer.formats.page.declared_metadata import Declared, text_of
from indexer.formats.printed_dates import find_date
from search.analysis import fold

__all__ = ["Byline", "byline_in", "byline_of", "declared_byline"]


class Byline(NamedTuple):
    """A by-line as printed or declared, the authors in it, and where it stood."""

    printed: str
    authors: tuple[str, ...]
    place: str


_META = (
    "author", "article:author", "article:author_name", "parsely-author", "sailthru.author", "byl", "dc.creator",
    "dcterms.creator", "citation_author", "dcsext.author", "cxenseparse:author", "rbauthors", "article.author",
    "authors", "mediator_author", "shareaholic:article_author_name", "articleauthor",
)  # fmt: skip
_BY = re.compile(
    r"^(?:(?:posted|published|written|reported|story|words|text|article|post author)(?:\son\s.{4,25}?)?\s+)?"
    r"(?:(?:by|von|par|por|di|da|door|af|av)\b\s*:?|(?:autor(?:in)?(?:/autor(?:in)?)?|autore|author|auteur|text|words)\s*:)\s*"
    r"|^autorin/autor\s+",
    re.IGNORECASE,
)
# Any language's word for by or author.
_LABEL = re.compile(r"^[^\W\d_]{1,14}\s*[:：]\s*")
_NOT_A_NAME = re.compile(
    r"https?:|www\.|[@{}<>=]|^[(\[]|\.(?:com|org|net|html?)\b/|^\W*$|\d{3,}"
    r"|^(?:agenc(?:y|ies)|agenturen|facebook|twitter|instagram|share|author|comments?|admin|guest|read more)\b",
    re.IGNORECASE,
)
_ROLE = re.compile(
    r",\s*(?:\w+\s+){0,3}(?:reporter|correspondent|editor|writer|author|columnist|analyst|technologist|producer"
    r"|journalist|staff|contributor|professor|fellow|director|senior\b|deputy\b|redakteur(?:in)?|korrespondent(?:in)?)\b.*$",
    re.IGNORECASE | re.DOTALL,
)
_END = re.compile(
    r"\s*[|•·–—/]\s|\s-\s|\s*[(\[][^)\]]*[)\]]?$|\s+(?:@\w+|updated|published|posted|follow|edited by|on\s+\w+\s+\d)",
    re.IGNORECASE,
)
_BEFORE_DATE = re.compile(
    r"(?:[\s,]+(?:am|on|um|at|le|el|il|den|(?:mon|tues|wednes|thurs|fri|satur|sun)day))+[\s,]*$", re.IGNORECASE
)
_NOT_LETTERS = re.compile(r"\W|(?:com|de|org|net|co|uk|fr)$")
_BYLINES = (
    "//*[self::span or self::div or self::p or self::a or self::address or self::li or self::cite or self::h2 or self::h3"
    "    or self::h4 or self::strong or self::section or self::header]"
    "[contains(@class, 'yline') or contains(@class, 'uthor') or contains(@class, 'utor') or contains(@id, 'yline')"
    " or contains(@id, 'uthor') or @rel='author' or contains(@data-testid, 'yline') or contains(@data-qa, 'uthor')]"
)
_ELSEWHERE = re.compile(
    r"comment|related|recommend|footer|sidebar|widget|teaser|promo|aside|nav|menu|popular|latest|newsletter|trending",
    re.IGNORECASE,
)
_BOLD = re.compile(r"\*\*(?P<text>[^*\n]{4,80})\*\*\n\n")
_LONGEST = 160
_LONGEST_NAME = 60
_MOST_ELEMENTS = 40
_MOST_NAMES = 12
_LONGEST_NAME_WORDS = 6
_LONGEST_PARTICLE = 3


def byline_of(tree: HtmlElement, declared: Declared) -> Byline:
    """Find who wrote a page; an empty one where nothing tells."""
    sites = _sites(declared)
    only_site = Byline("", (), "")
    for byline in _candidates(tree, declared):
        people = tuple(name for name in byline.authors if _bare_site(name) not in sites)
        if people:
            return byline
        if byline.authors and not only_site.authors:
            only_site = byline
    return only_site


def byline_in(body: str, before: str, declared: Declared) -> Byline | None:
    """Find a by-line in the first paragraph of a body, in bold and with nothing else, where nobody but the site was named `before`."""
    if before and _bare_site(before) not in _sites(declared):
        return None
    match = _BOLD.match(body)
    if match is None or _is_sentence(match["text"]):
        return None
    printed = _trimmed(match["text"].replace("/", ", "))
    names = _names(printed)
    if not names or not all(_looks_like_person(name, said=False) for name in names):
        return None
    return Byline(printed, tuple(names), "first line of the body")


def _is_sentence(text: str) -> bool:
    return text.endswith((".", "!", "?", ":"))


def _sites(declared: Declared) -> set[str]:
    return {_bare_site(name) for name in (declared.site, _host(declared.url), *_own_names(declared)) if name}


def _candidates(tree: HtmlElement, declared: Declared) -> Iterator[Byline]:
    named = [text_of(each.get("name")) for each in declared.resolved(declared.article.get("author")) if each]
    yield declared_byline(named, "JSON-LD author")
    for name in _META:
        yield declared_byline(declared.meta.get(name, []), f"meta {name}")
    yield declared_byline(_microdata_names(declared), "microdata author")
    yield declared_byline(_labelled(declared), "meta twitter:data1")
    yield from _visible(tree)
    yield from _said(tree)
    creators = [text_of(each.get("name")) for each in declared.resolved(declared.article.get("creator")) if each]
    yield declared_byline(creators, "JSON-LD creator")


def declared_byline(texts: Iterable[str], place: str) -> Byline:
    """Make one by-line of texts that each name one author or several."""
    names: list[str] = []
    printed: list[str] = []
    for text in texts:
        bare = _trimmed(text)
        found = [name for name in _names(bare) if not any(name.startswith(known) for known in names)]
        if found:
            printed.append(bare)
            names += found
    return Byline(", ".join(printed), tuple(names[:_MOST_NAMES]), place)


def _names(text: str) -> list[str]:
    if ";" in text:
        return [name for part in text.split(";") for name in _names(part)]
    names = authors_of(text)
    if len(names) == 1 and len(names[0]) > _LONGEST_NAME:
        # A name, and what the person is.
        names = authors_of(text.partition(",")[0])
    return [name for name in names if len(name) <= _LONGEST and not _NOT_A_NAME.search(name)]


def _trimmed(text: str) -> str:
    """Drop "By", what follows the names, and what an author is."""
    text = _LABEL.sub("", _BY.sub("", text.strip()))
    text = _END.split(text, maxsplit=1)[0]
    date = find_date(text)
    text = _BEFORE_DATE.sub("", text[: date.start] if date else text)
    return _ROLE.sub("", text).strip(" ,;:|-–—•")


def _labelled(declared: Declared) -> Iterator[str]:
    """Yield the author of a card, whose label says what its text is."""
    for number in ("1", "2"):
        if _BY.match(declared.first(f"twitter:label{number}") + " "):
            yield declared.first(f"twitter:data{number}")


def _microdata_names(declared: Declared) -> Iterator[str]:
    for element in declared.microdata("author", "creator"):
        if _is_elsewhere(element):
            continue
        names = element.xpath(".//*[contains(@itemprop, 'name')]")
        yield from (str(name.get("content") or " ".join(name.itertext())) for name in names[:1] or [element])


def _visible(tree: HtmlElement) -> Iterator[Byline]:
    """Yield by-lines that a reader sees, those that say "by" first."""
    seen: list[tuple[bool, Byline]] = []
    for element in tree.xpath(_BYLINES)[:_MOST_ELEMENTS]:
        if _is_elsewhere(element):
            continue
        text = " ".join(" ".join(element.itertext()).split())
        if not text or len(text) > _LONGEST:
            continue
        said = _BY.match(text) is not None
        # A link that says it leads to the author does, whatever the name.
        linked = element.get("rel") == "author"
        names = [name for name in _names(_trimmed(text)) if linked or _looks_like_person(name, said=said)]
        if names:
            seen.append(
                (said, Byline(_trimmed(text), tuple(_without_place(names)), f"by-line ({_described(element)})"))
            )
    yield from (byline for _, byline in sorted(seen, key=lambda each: not each[0]))


def _said(tree: HtmlElement) -> Iterator[Byline]:
    """Yield lines that say "by" in so many words, wherever they stand above comments and teasers."""
    for element in tree.iter("p", "li", "span", "div", "h4", "h5", "strong", "em"):
        start = next((text for each in islice(element.itertext(), _MOST_ELEMENTS) if (text := each.strip())), "")
        if not start[:1].isalpha() or not _BY.match(start + " ") or _is_elsewhere(element):
            continue
        text = " ".join(" ".join(element.itertext()).split())
        names = [name for name in _names(_trimmed(text)) if _looks_like_person(name, said=False) or name.isupper()]
        if names and len(text) <= _LONGEST:
            yield Byline(_trimmed(text), tuple(_without_place(names)), f"line {text[:30]!r}")


def _is_elsewhere(element: HtmlElement) -> bool:
    """Whether an element belongs to comments, teasers or the like."""
    for place in (element, *element.iterancestors()):
        if place.tag in ("aside", "footer", "nav", "form"):
            return True
        if place.tag in ("body", "article", "main"):
            return False
        if _ELSEWHERE.search(f"{place.get('class') or ''} {place.get('id') or ''}"):
            return True
    return False


def _looks_like_person(name: str, *, said: bool) -> bool:
    words = name.split()
    if not 1 <= len(words) <= _LONGEST_NAME_WORDS or name[:1].islower():
        return False
    if len(words) == 1:
        return said or not name.isascii()
    # Particles such as van and de la are short; most scripts have no capitals.
    return not words[-1][:1].islower() and all(
        not word[:1].islower() or len(word) <= _LONGEST_PARTICLE for word in words
    )


def _without_place(names: list[str]) -> list[str]:
    """Drop the place that follows the names, as in `Ana Roy, Lima`."""
    return names[:-1] if len(names) > 1 and " " in names[0] and " " not in names[-1] else names


def _described(element: HtmlElement) -> str:
    classes = (element.get("class") or "").split()
    return f"{element.tag}.{classes[0]}" if classes else str(element.tag)


def _own_names(declared: Declared) -> Iterator[str]:
    yield from (text_of(each.get("name")) for each in declared.resolved(declared.article.get("publisher")))
    yield declared.first("twitter:site").lstrip("@")


def _host(url: str) -> str:
    match = re.match(r"https?://(?:www\.)?([^/:?#]+)", url)
    return match[1] if match else ""


def _bare_site(name: str) -> str:
    return _NOT_LETTERS.sub("", fold(bare_name(name))).removeprefix("the")
