"""For crawlers and browsers: robots.txt (RFC 9309), sitemaps, an OpenSearch description."""

from collections.abc import Iterator
from xml.etree import ElementTree as ET
from xml.sax.saxutils import escape

from flask import Blueprint, Flask, Response, request
from xxhash import xxh3_64_hexdigest, xxh3_64_intdigest

from search.index.protocols import EngineProvider, SearchEngine
from search.model.query import SearchQuery
from search.settings.areas import Area
from web.errors import ArticleMissing
from web.media_types import JSON, OPENSEARCH_SUGGESTIONS
from web.middleware.authentication import readable_areas
from web.middleware.http_cache import conditional
from web.middleware.site_address import site_address, tag_with_address
from web.mount_path import mount_path, mounted
from web.urls import API, API_SEARCH, article_path, browse_path

__all__ = ["create_seo", "register"]

_MAX_URLS = 50_000
"""URLs of one sitemap, by its specification."""
_URLS_PER_PART = 40_000
"""Fewer than the limit, since articles are assigned to parts by a hash and parts differ in size."""
_BYTES_PER_PART = 10_000_000
_ALWAYS_SMALL = 1_000
"""Articles whose URLs fit into one part, however long their ids are."""
_ENCODED_ASCII, _ENCODED_CHARACTER = 3, 12
"""Bytes of a percent-encoded ASCII character, and of any other, at most."""
_SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
_OPENSEARCH = "http://a9.com/-/spec/opensearch/1.1/"
_MAX_NAME_LENGTH = 16
# What is optional may be empty: the API refuses an empty page, the others ignore it.
_TEMPLATES = (
    ("text/html", "/?q={searchTerms}&page={startPage?}", Area.PAGES),
    ("application/atom+xml", "/feed.atom?q={searchTerms}&page={startPage?}", Area.FEED),
    (JSON, f"{API_SEARCH}?q={{searchTerms}}", Area.API),
    (OPENSEARCH_SUGGESTIONS, f"{API}/suggest?q={{searchTerms}}&format=opensearch", Area.API),
)

# There are endlessly many searches; the articles and the pages of the facets lead to everything.
# An article opened from a search names its address without the search as the canonical one.
_ROBOTS = """User-agent: *
Allow: {root}/articles/
Allow: {root}/browse/
Allow: {root}/api/docs
Disallow: {root}/*?
Disallow: {root}/api/
Disallow: {root}/export
Disallow: {root}/list
Sitemap: {host}{root}/sitemap.xml
"""


def register(app: Flask) -> None:
    """Add a robots header to the pages that crawlers should not index."""

    @app.after_request
    def add_header(response: Response) -> Response:
        path = request.path
        is_endless = request.query_string and (
            path in ("/", "/feed.atom", "/mentions", "/reprints") or path.startswith("/browse/")
        )
        is_api = path.startswith("/api/") and path != "/api/docs"
        if is_endless or is_api or path.startswith(("/export", "/list")):
            response.headers["X-Robots-Tag"] = "noindex, nofollow"
        return response


def create_seo(store: EngineProvider, site: str) -> Blueprint:
    """Create the routes; `site` is the name of the search."""
    seo = Blueprint("seo", __name__)
    part_counts = _PartCount()

    @seo.get("/robots.txt")
    def robots() -> Response:
        text = _ROBOTS.format(host=site_address(), root=mount_path())
        return _by_content(Response(text, mimetype="text/plain"))

    @seo.get("/sitemap.xml")
    def sitemap() -> Response:
        engine = store.serving()
        parts = part_counts.of(engine)
        if parts == 1:
            return _sitemap(engine, [*_fixed_paths(engine), *_article_paths(engine, 0, 1)])
        base = site_address() + mount_path()
        addresses = [f"{base}/sitemap-{number}.xml" for number in range(1, parts + 1)]
        entries = "".join(
            f"<sitemap><loc>{escape(address)}</loc></sitemap>" for address in addresses
        )
        return _xml(engine, f'<sitemapindex xmlns="{_SITEMAP}">{entries}</sitemapindex>')

    @seo.get("/sitemap-<int:number>.xml")
    def part(number: int) -> Response:
        engine = store.serving()
        parts = part_counts.of(engine)
        if parts == 1 or not 1 <= number <= parts:
            raise ArticleMissing(f"There is no sitemap {number}.")
        fixed = _fixed_paths(engine) if number == 1 else ()
        return _sitemap(engine, [*fixed, *_article_paths(engine, number - 1, parts)])

    @seo.get("/opensearch.xml")
    def description() -> Response:
        body = _description(site, site_address())
        return _by_content(Response(body, mimetype="application/opensearchdescription+xml"))

    return seo


def _description(site: str, base: str) -> bytes:
    root = ET.Element("OpenSearchDescription", xmlns=_OPENSEARCH)
    for name, text in (
        ("ShortName", site[:_MAX_NAME_LENGTH]),
        ("Description", f"Search {site}"),
        ("InputEncoding", "UTF-8"),
    ):
        ET.SubElement(root, name).text = text
    for media_type, template, area in _TEMPLATES:
        if area in readable_areas():
            address = f"{base}{mounted(template)}"
            url = ET.SubElement(root, "Url", type=media_type, template=address)
            if media_type == OPENSEARCH_SUGGESTIONS:
                url.set("rel", "suggestions")
    body: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return body


def _by_content(response: Response) -> Response:
    return conditional(response, xxh3_64_hexdigest(response.get_data()))


class _PartCount:
    """The number of sitemaps, each within the limits of URLs and bytes; cached per generation."""

    def __init__(self) -> None:
        self._cached = ("", 1)

    def of(self, engine: SearchEngine) -> int:
        """Return the number for an engine's generation."""
        generation, parts = self._cached
        if generation != engine.generation:
            parts = _count_parts(engine)
            self._cached = (engine.generation, parts)
        return parts


def _count_parts(engine: SearchEngine) -> int:
    urls = len(engine.catalog) + len(_fixed_paths(engine))
    parts = 1 if urls <= _MAX_URLS else -(-urls // _URLS_PER_PART)
    if urls <= _ALWAYS_SMALL:
        return parts
    size = sum(_max_encoded_size(entry.id) for entry in engine.catalog.entries())
    return max(parts, -(-size // _BYTES_PER_PART))


def _max_encoded_size(text: str) -> int:
    return len(text) * (_ENCODED_ASCII if text.isascii() else _ENCODED_CHARACTER)


def _fixed_paths(engine: SearchEngine) -> tuple[str, ...]:
    facets = engine.filled_facets()
    return (mounted("/"), *(browse_path(facet, SearchQuery()) for facet in facets))


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
    return _xml(engine, f'<urlset xmlns="{_SITEMAP}">{entries}</urlset>')


def _xml(engine: SearchEngine, body: str) -> Response:
    response = Response(
        f'<?xml version="1.0" encoding="UTF-8"?>\n{body}', mimetype="application/xml"
    )
    return conditional(response, tag_with_address(f"{engine.generation}-sitemap"))
