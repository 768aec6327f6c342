"""Find the title of a saved page, without the site's name.

It is the headline on which most of the declared and visible titles agree.
"""

import re
from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from lxml.html import HtmlElement

from indexer.formats.page.declared_metadata import Declared, letters_of_name, text_of
from search.analysis.folding import fold

__all__ = ["find_title", "headlines", "without_site"]

_SITE_SEPARATOR = re.compile(
    r"\s+[|–—·•»«:*\-]+\s+|\s*[|»_｜－]\s*|\s*(?P<only_site>："
    r"|(?<=[\u3040-\u9fff\uac00-\ud7af])-(?=[\u3040-\u9fff\uac00-\ud7af]))\s*"
)
"""Separators before or after a site's name; `only_site` are signs that titles hold as well."""
_SET_OFF = re.compile(r"\s+[|–—·•»«›]+\s+")
_BARS = re.compile(r"(?:\s*[|｜]\s*(?:[^\s|｜]+\s*){1,4})+$")
_MIN_SPACES = 2
_PLACEHOLDERS = frozenset(
    "home|homepage|untitled|untitled document|null|undefined|document|loading|index|article|news"
    "|blog|title".split("|")
)
_MAX_HEADINGS = 30
_MAX_HEADLINES = 3
_MAX_TITLE_LENGTH = 1_000
_LONE_TITLE_WEIGHT = 4
"""Additional weight of a document's title if the page declares no other."""


class _Candidate(NamedTuple):
    text: str
    place: str
    weight: int


def find_title(tree: HtmlElement, declared: Declared) -> tuple[str, str]:
    """Return the title and its place; empty texts if a page has none."""
    candidates = [candidate for candidate in _candidates(tree, declared) if candidate.text]
    # A front page may have no title except the site's name.
    candidates = [
        candidate for candidate in candidates if not _is_no_title(candidate.text, declared)
    ] or candidates
    if not candidates:
        return "", ""
    others = {_key(candidate.text) for candidate in candidates}
    shortened = [
        candidate._replace(text=_without(candidate.text, others, declared))
        for candidate in candidates
    ]
    if not declared.article and "og:title" not in declared.meta and shortened[-1].place != "h1":
        # Only the document's own title is surely the article's; a heading may belong to anything.
        shortened[-1] = shortened[-1]._replace(
            text=_headline_in(shortened[-1].text, tree),
            weight=shortened[-1].weight + _LONE_TITLE_WEIGHT,
        )
    weights: dict[str, int] = {}
    for candidate in shortened:
        weights[_key(candidate.text)] = weights.get(_key(candidate.text), 0) + candidate.weight
    best = max(shortened, key=lambda candidate: weights[_key(candidate.text)])
    return best.text, best.place


def _candidates(tree: HtmlElement, declared: Declared) -> Iterator[_Candidate]:
    """Yield the titles and their places, the best first."""
    yield _Candidate(text_of(declared.article.get("headline")), "JSON-LD headline", 4)
    yield _Candidate(declared.first("og:title"), "og:title", 3)
    headings = list(islice(tree.iter("h1"), _MAX_HEADINGS))
    for heading in headings:
        text = " ".join(" ".join(heading.itertext()).split()).rstrip(" ¶🔗")
        yield _Candidate(text, "h1", 4 if len(headings) == 1 else 3)
    yield _Candidate(declared.first("twitter:title"), "twitter:title", 1)
    for element in declared.microdata("headline"):
        yield _Candidate(
            " ".join((element.get("content") or " ".join(element.itertext())).split()),
            "microdata headline",
            2,
        )
    yield _Candidate(text_of(declared.article.get("name")), "JSON-LD name", 1)
    for name in ("parsely-title", "dc.title", "dcterms.title", "sailthru.title", "title"):
        yield _Candidate(declared.first(name), f"meta {name}", 1)
    yield _Candidate(
        " ".join(
            "".join(element.itertext())
            for element in tree.iter("title")
            if element.getparent().tag == "head"
        ),
        "title",
        1,
    )


def headlines(tree: HtmlElement, declared: Declared) -> list[str]:
    """Return the declared and visible headlines, which the body may repeat."""
    visible = (
        " ".join(" ".join(heading.itertext()).split())
        for heading in islice(tree.iter("h1"), _MAX_HEADLINES)
    )
    return [text_of(declared.article.get("headline")), declared.first("og:title"), *visible]


def without_site(text: str, tree: HtmlElement, declared: Declared) -> str:
    """Drop the site's name from the end of a title."""
    return _without(
        text,
        {_key(candidate.text) for candidate in _candidates(tree, declared) if candidate.text},
        declared,
    )


def _without(text: str, others: set[str], declared: Declared) -> str:
    """Drop the end of a title if it names the site, or if the rest is a title of the page."""
    text = " ".join(text.split())
    if len(text) > _MAX_TITLE_LENGTH:
        # An element that a truncated page never closes.
        return text
    for match in _SITE_SEPARATOR.finditer(text):
        before, after = text[: match.start()].strip(), text[match.end() :]
        if not before or not letters_of_name(after):
            continue
        if letters_of_name(after) in declared.site_names:
            return before
        if match["only_site"]:
            continue
        if _key(before) in others:
            return before
        if _key(after) in others and (
            "|" in match[0] or letters_of_name(before) in declared.site_names
        ):
            # A label above the headline.
            return after
        if letters_of_name(before) in declared.site_names and len(after.split()) > 1:
            return after
    return text


def _headline_in(title: str, tree: HtmlElement) -> str:
    """Return the part of a document's title that is a heading of the page.

    Without one, the text before the bars at its end is returned.
    """
    if len(title) > _MAX_TITLE_LENGTH:
        return title
    parts = [part.strip() for part in _SET_OFF.split(title) if part.strip()]
    if len(parts) > 1:
        headings = {
            _key(" ".join("".join(heading.itertext()).split()))
            for heading in islice(tree.iter("h1", "h2", "h3"), _MAX_HEADINGS)
        }
        if heading := next((part for part in parts if _key(part) in headings and " " in part), ""):
            return heading
    shortened = _BARS.sub("", title)
    return shortened if shortened.count(" ") >= _MIN_SPACES else title


def _is_no_title(text: str, declared: Declared) -> bool:
    return letters_of_name(text) in declared.site_names or _key(text) in _PLACEHOLDERS


def _key(text: str) -> str:
    return re.sub(r"[\W_]+", " ", fold(text)).strip() or text
