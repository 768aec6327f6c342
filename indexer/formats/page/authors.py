"""Find the authors of a saved page: declared ones, or else those of a visible by-line.

People are preferred to the site's own name.
"""

import re
from collections.abc import Iterable, Iterator

from lxml.html import HtmlElement

from indexer.formats.bylines.page_lines import (
    BY_PREFIX,
    looks_like_person,
    names_in,
    names_only,
)
from indexer.formats.page.declared_metadata import Declared, text_of
from indexer.formats.page.visible_authors import (
    Byline,
    is_outside_article,
    is_site,
    lines_with_by,
    marked_bylines,
    names_before_date,
)

__all__ = ["Byline", "byline_in", "declared_byline", "find_byline"]
_META = (
    "author", "article:author", "article:author_name", "og:article:author", "og:author",
    "parsely-author", "sailthru.author", "byl", "dc.creator", "dcterms.creator", "citation_author",
    "dcsext.author", "cxenseparse:author", "rbauthors", "article.author", "authors",
    "mediator_author", "shareaholic:article_author_name", "articleauthor", "article-author",
    "article_author", "article:authors", "byline", "twitter:misc:written by", "lp:author",
    "vr:author", "news_author", "bt:author", "dc.creator.personalname", "swiftype:author",
)  # fmt: skip
_BOLD = re.compile(r"\*\*(?P<text>[^*\n]{4,120})\*\*")
_FIRST_PARAGRAPHS = 4
_MAX_LENGTH = 160
_MAX_NAMES = 12


def find_byline(tree: HtmlElement, declared: Declared) -> Byline:
    """Return the by-line of a page; an empty one if there is none."""
    only_site = partial = Byline("", (), "")
    for byline in _candidates(tree, declared):
        people = tuple(name for name in byline.authors if not is_site(name, declared))
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
    if before and not is_site(before, declared):
        return None
    paragraphs = body.split("\n\n", _FIRST_PARAGRAPHS)
    for place, paragraph in enumerate(paragraphs[:_FIRST_PARAGRAPHS]):
        if len(paragraph) > _MAX_LENGTH:
            return None
        match = _BOLD.fullmatch(paragraph)
        if match is None or _is_sentence(match["text"]):
            continue
        printed = names_only(match["text"].replace("/", ", "))
        names = names_in(printed)
        if names and all(looks_like_person(name, has_by=False) for name in names):
            rest = [*paragraphs[:place], *paragraphs[place + 1 :]]
            return Byline(printed, tuple(names), "line of the body"), "\n\n".join(rest)
    return None


def _is_sentence(text: str) -> bool:
    return text.endswith((".", "!", "?", ":"))


def _candidates(tree: HtmlElement, declared: Declared) -> Iterator[Byline]:
    yield declared_byline(_json_ld_names(declared, "author"), "JSON-LD author")
    for name in _META:
        yield declared_byline(declared.meta.get(name, []), f"meta {name}")
    yield declared_byline(_microdata_names(declared), "microdata author")
    yield declared_byline(_labelled(declared), "meta twitter:data1")
    yield from marked_bylines(tree)
    yield from lines_with_by(tree)
    yield declared_byline(_json_ld_names(declared, "creator"), "JSON-LD creator")
    yield from names_before_date(tree, declared)


def _json_ld_names(declared: Declared, key: str) -> Iterator[str]:
    for person in declared.resolved(declared.article.get(key)):
        names = person.get("name")
        for name in names if isinstance(names, list) else [names]:
            yield text_of(name)


def declared_byline(texts: Iterable[str], place: str) -> Byline:
    """Return one by-line of texts that each name one author or several."""
    names: list[str] = []
    printed: list[str] = []
    for text in texts:
        new_names = [
            name for name in names_in(text) if not any(name.startswith(known) for known in names)
        ]
        if new_names:
            printed.append(names_only(text))
            names += new_names
    return Byline(", ".join(printed), tuple(names[:_MAX_NAMES]), place)


def _labelled(declared: Declared) -> Iterator[str]:
    """Yield the author of a Twitter card, whose label describes its text."""
    for number in ("1", "2"):
        if BY_PREFIX.match(declared.first(f"twitter:label{number}") + ": "):
            yield declared.first(f"twitter:data{number}")


def _microdata_names(declared: Declared) -> Iterator[str]:
    for element in declared.microdata("author", "creator"):
        if is_outside_article(element):
            continue
        names = element.xpath(".//*[contains(@itemprop, 'name')]")
        yield from (
            str(name.get("content") or " ".join(name.itertext())) for name in names[:1] or [element]
        )
