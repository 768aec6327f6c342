"""The title of a saved page: the headline that most of what it declares and shows agrees on, without the site's name."""

import re
from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from lxml.html import HtmlElement

from indexer.formats.page.declared_metadata import Declared, text_of
from search.analysis import fold

__all__ = ["title_of", "without_site"]

_PARTED = re.compile(r"\s+[|–—·•»«:*\-]+\s+|\s*[|»_]\s*")


_MOST_HEADINGS = 30
_LONE_TITLE = 4
"""What a document's title weighs more where a page declares no other."""


class _Candidate(NamedTuple):
    text: str
    place: str
    weight: int


def title_of(tree: HtmlElement, declared: Declared) -> tuple[str, str]:
    """Return the title and where it stood; empty texts where a page has none."""
    candidates = [candidate for candidate in _candidates(tree, declared) if candidate.text]
    if not candidates:
        return "", ""
    others = {_key(each.text) for each in candidates}
    bare = [each._replace(text=_without(each.text, others, declared)) for each in candidates]
    weights: dict[str, int] = {}
    for each in bare:
        weights[_key(each.text)] = weights.get(_key(each.text), 0) + each.weight
    if _is_plain(declared):
        # Nothing but the document's own title is meant as the article's; a heading may be of anything.
        weights[_key(bare[-1].text)] += _LONE_TITLE
    best = max(bare, key=lambda each: weights[_key(each.text)])
    return best.text, best.place


def _candidates(tree: HtmlElement, declared: Declared) -> Iterator[_Candidate]:
    """Yield the places of titles, the best first."""
    yield _Candidate(text_of(declared.article.get("headline")), "JSON-LD headline", 4)
    yield _Candidate(declared.first("og:title"), "og:title", 3)
    headings = list(islice(tree.iter("h1"), _MOST_HEADINGS))
    for heading in headings:
        yield _Candidate(" ".join(" ".join(heading.itertext()).split()), "h1", 4 if len(headings) == 1 else 3)
    yield _Candidate(declared.first("twitter:title"), "twitter:title", 1)
    for element in declared.microdata("headline"):
        yield _Candidate(
            " ".join((element.get("content") or " ".join(element.itertext())).split()), "microdata headline", 2
        )
    yield _Candidate(text_of(declared.article.get("name")), "JSON-LD name", 1)
    for name in ("parsely-title", "dc.title", "dcterms.title", "sailthru.title", "title"):
        yield _Candidate(declared.first(name), f"meta {name}", 1)
    yield _Candidate(
        " ".join("".join(each.itertext()) for each in tree.iter("title") if each.getparent().tag == "head"), "title", 1
    )


def without_site(text: str, tree: HtmlElement, declared: Declared) -> str:
    """Drop the site's name from the end of a title."""
    return _without(text, {_key(each.text) for each in _candidates(tree, declared) if each.text}, declared)


def _without(text: str, others: set[str], declared: Declared) -> str:
    """Drop what is set off at a title's end where it names the site, or where the rest is a title elsewhere on the page."""
    text = " ".join(text.split())
    site = {_name(declared.site), _name(re.sub(r"^https?://(?:www\.)?|/.*$", "", declared.url))} - {""}
    for match in _PARTED.finditer(text):
        before, after = text[: match.start()].strip(), text[match.end() :]
        if before and _name(after) and (_key(before) in others or _name(after) in site):
            return before
        if "|" in match[0] and _key(after) in others:
            # What stands above the headline.
            return after
    return text


def _is_plain(declared: Declared) -> bool:
    return not declared.article and "og:title" not in declared.meta


def _name(text: str) -> str:
    return re.sub(r"\W+|\.\w+$", "", fold(text))


def _key(text: str) -> str:
    return re.sub(r"[\W_]+", " ", fold(text)).strip() or text
