"""Sitemaps: the articles, and the pages of values and facets (sitemaps.org)."""

from collections.abc import Iterator
from typing import NamedTuple
from xml.sax.saxutils import escape

from flask import Blueprint, Response
from xxhash import xxh3_64_intdigest

from search.index.protocols import EngineProvider, SearchEngine
from search.model.facets import Facet
from search.model.query import SearchQuery
from search.results.facet_values import FacetValuePage, FacetValueQuery
from web.chronicle_urls import VALUE_PAGE_FACETS, value_page_path
from web.errors import ArticleMissing
from web.middleware.http_cache import conditional
from web.middleware.site_address import site_address, tag_with_address
from web.mount_path import mount_path, mounted
from web.urls import article_path, browse_path

__all__ = ["create_sitemap"]

_MAX_URLS = 50_000
"""URLs of one sitemap, by its specification."""
_URLS_PER_PART = 40_000
"""Fewer than the limit, since articles are assigned to parts by a hash and parts differ in size."""
_VALUES_PER_PART = 5_000
"""Values are at most 500 characters long, of which these take at most 30 MB of the 50 allowed."""
_BYTES_PER_PART = 10_000_000
_ALWAYS_SMALL = 1_000
"""Articles whose URLs fit into one part, however long their ids are."""
_ENCODED_ASCII, _ENCODED_CHARACTER = 3, 12
"""Bytes of a percent-encoded ASCII character, and of any other, at most."""
_NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
_ALL = SearchQuery()


class _ValuePart(NamedTuple):
    """A page of a facet's values, counted from 1."""

    facet: Facet
    page: int


class _Parts(NamedTuple):
    """The parts of a sitemap: first those of the articles, then those of the values."""

    articles: int
    values: tuple[_ValuePart, ...]
    is_one_file: bool


def create_sitemap(store: EngineProvider) -> Blueprint:
    """Create the routes."""
    sitemap = Blueprint("sitemap", __name__)
    kept_parts = _KeptParts()

    @sitemap.get("/sitemap.xml")
    def index() -> Response:
        engine = store.serving()
        parts = kept_parts.of(engine)
        if parts.is_one_file:
            values = [path for part in parts.values for path in _value_paths(engine, part)]
            return _sitemap(engine, [*_fixed_paths(engine), *values, *_article_paths(engine, 0, 1)])
        base = site_address() + mount_path()
        count = parts.articles + len(parts.values)
        addresses = [f"{base}/sitemap-{number}.xml" for number in range(1, count + 1)]
        entries = "".join(
            f"<sitemap><loc>{escape(address)}</loc></sitemap>" for address in addresses
        )
        return _xml(engine, f'<sitemapindex xmlns="{_NAMESPACE}">{entries}</sitemapindex>')

    @sitemap.get("/sitemap-<int:number>.xml")
    def part(number: int) -> Response:
        engine = store.serving()
        parts = kept_parts.of(engine)
        if parts.is_one_file or not 1 <= number <= parts.articles + len(parts.values):
            raise ArticleMissing(f"There is no sitemap {number}.")
        if number > parts.articles:
            return _sitemap(engine, _value_paths(engine, parts.values[number - parts.articles - 1]))
        fixed = _fixed_paths(engine) if number == 1 else ()
        return _sitemap(engine, [*fixed, *_article_paths(engine, number - 1, parts.articles)])

    return sitemap


class _KeptParts:
    """The parts of a sitemap, each within the limits of URLs and bytes; kept per generation."""

    def __init__(self) -> None:
        self._kept = ("", _Parts(1, (), is_one_file=True))

    def of(self, engine: SearchEngine) -> _Parts:
        """Return the parts for an engine's generation."""
        generation, parts = self._kept
        if generation != engine.generation:
            parts = _parts(engine)
            self._kept = (engine.generation, parts)
        return parts


def _parts(engine: SearchEngine) -> _Parts:
    """Divide the sitemap; the values of each facet are counted by one call of the engine."""
    totals = {facet: _value_page(engine, facet, 1, 1).total for facet in VALUE_PAGE_FACETS}
    values = tuple(
        _ValuePart(facet, page)
        for facet, total in totals.items()
        for page in range(1, -(-total // _VALUES_PER_PART) + 1)
    )
    value_count = sum(totals.values())
    urls = len(engine.catalog) + len(_fixed_paths(engine))
    articles = 1 if urls <= _MAX_URLS else -(-urls // _URLS_PER_PART)
    if urls > _ALWAYS_SMALL:
        size = sum(_max_encoded_size(entry.id) for entry in engine.catalog.entries())
        articles = max(articles, -(-size // _BYTES_PER_PART))
    is_small = value_count <= _VALUES_PER_PART and urls + value_count <= _MAX_URLS
    return _Parts(articles, values, is_one_file=articles == 1 and is_small)


def _max_encoded_size(text: str) -> int:
    return len(text) * (_ENCODED_ASCII if text.isascii() else _ENCODED_CHARACTER)


def _value_page(engine: SearchEngine, facet: Facet, page: int, size: int) -> FacetValuePage:
    asked = FacetValueQuery(page=page, size=size, with_initials=False)
    return engine.facet_values(_ALL, facet, asked)


def _value_paths(engine: SearchEngine, part: _ValuePart) -> list[str]:
    values = _value_page(engine, part.facet, part.page, _VALUES_PER_PART).values
    return [value_page_path(part.facet.name, each.value) for each in values]


def _fixed_paths(engine: SearchEngine) -> tuple[str, ...]:
    facets = engine.filled_facets()
    return (mounted("/"), *(browse_path(facet, _ALL) for facet in facets))


def _article_paths(engine: SearchEngine, part: int, parts: int) -> Iterator[str]:
    for entry in engine.catalog.entries():
        if (
            parts == 1
            or xxh3_64_intdigest(entry.id.encode("utf-8", "surrogatepass")) % parts == part
        ):
            yield article_path(entry.id)


def _sitemap(engine: SearchEngine, paths: list[str]) -> Response:
    base = site_address()
    entries = "".join(f"<url><loc>{escape(base + path)}</loc></url>" for path in paths)
    return _xml(engine, f'<urlset xmlns="{_NAMESPACE}">{entries}</urlset>')


def _xml(engine: SearchEngine, body: str) -> Response:
    response = Response(
        f'<?xml version="1.0" encoding="UTF-8"?>\n{body}', mimetype="application/xml"
    )
    return conditional(response, tag_with_address(f"{engine.generation}-sitemap"))
