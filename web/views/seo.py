"""What crawlers and browsers ask a site about itself: robots.txt (RFC 9309), sitemaps (sitemaps.org), OpenSearch description."""

from collections.abc import Iterator
from xml.etree import ElementTree as ET
from xml.sax.saxutils import escape

from flask import Blueprint, Flask, Response, request
from xxhash import xxh3_64_hexdigest, xxh3_64_intdigest

from search.index.protocols import EngineProvider, SearchEngine
from search.model.facets import VALUE_FACETS
from search.model.query import SearchQuery
from search.settings.areas import Area
from web.errors import ArticleMissing
from web.middleware.authentication import readable_areas
from web.middleware.http_cache import conditional
from web.middleware.site_address import site_address, tag_with_address
from web.urls import article_path, browse_path

__all__ = ["create_seo", "register"]

_MAX_ADDRESSES = 50_000
"""Of one sitemap, by its specification."""
_ADDRESSES_A_PART = 40_000
"""Where there are several: articles are dealt out by the hash of their ids, so parts differ a little in size."""
_BYTES_A_PART = 10_000_000
_NEVER_LARGE = 1_000
"""Articles whose addresses have less than that, whatever their ids."""
_ENCODED_SIGN, _ENCODED_LETTER = 3, 12
"""Bytes in an address of one sign of ASCII, and of any other letter, at most."""
_SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
_OPENSEARCH = "http://a9.com/-/spec/opensearch/1.1/"
_MAX_NAME_LENGTH = 16

# A search is one of endlessly many; articles and the facets' pages lead to all there is.
_ROBOTS = """User-agent: *
Allow: /articles/
Allow: /browse/
Disallow: /*?
Disallow: /api/
Disallow: /export
Sitemap: {base}/sitemap.xml
"""


def register(app: Flask) -> None:
    """Tell crawlers with each answer whether it is one of the endlessly many, which they are to leave."""

    @app.after_request
    def mark(response: Response) -> Response:
        path = request.path
        endless = request.query_string and (
            path in ("/", "/feed.atom") or path.startswith("/browse/")
        )
        if endless or path.startswith(("/api/", "/export")):
            response.headers["X-Robots-Tag"] = "noindex, nofollow"
        elif path.startswith("/articles/") and request.query_string:
            # The article itself is found without the words that were searched.
            response.headers["X-Robots-Tag"] = "noindex"
        return response


def create_seo(store: EngineProvider, site: str) -> Blueprint:
    """Make the routes over a store."""
    seo = Blueprint("seo", __name__)
    counted = _Parts()

    @seo.get("/robots.txt")
    def robots() -> Response:
        return _by_content(Response(_ROBOTS.format(base=site_address()), mimetype="text/plain"))

    @seo.get("/sitemap.xml")
    def sitemap() -> Response:
        engine = store.serving()
        parts = counted.of(engine)
        if parts == 1:
            return _urls(engine, [*_fixed(), *_article_paths(engine, 0, 1)])
        addresses = [f"{site_address()}/sitemap-{number}.xml" for number in range(1, parts + 1)]
        entries = "".join(
            f"<sitemap><loc>{escape(address)}</loc></sitemap>" for address in addresses
        )
        return _xml(engine, f'<sitemapindex xmlns="{_SITEMAP}">{entries}</sitemapindex>')

    @seo.get("/sitemap-<int:number>.xml")
    def part(number: int) -> Response:
        engine = store.serving()
        parts = counted.of(engine)
        if parts == 1 or not 1 <= number <= parts:
            raise ArticleMissing(f"There is no sitemap {number}.")
        fixed = _fixed() if number == 1 else ()
        return _urls(engine, [*fixed, *_article_paths(engine, number - 1, parts)])

    @seo.get("/opensearch.xml")
    def description() -> Response:
        root = ET.Element("OpenSearchDescription", xmlns=_OPENSEARCH)
        for name, text in (
            ("ShortName", site[:_MAX_NAME_LENGTH]),
            ("Description", f"Search {site}"),
            ("InputEncoding", "UTF-8"),
        ):
            ET.SubElement(root, name).text = text
        for kind, path, area in (
            ("text/html", "/", Area.PAGES),
            ("application/atom+xml", "/feed.atom", Area.FEED),
            ("application/json", "/api/v1/search", Area.API),
        ):
            if area not in readable_areas():
                continue
            template = f"{site_address()}{path}?q={{searchTerms}}&page={{startPage?}}"
            ET.SubElement(root, "Url", type=kind, template=template)
        body = ET.tostring(root, encoding="utf-8", xml_declaration=True)
        return _by_content(Response(body, mimetype="application/opensearchdescription+xml"))

    return seo


def _by_content(response: Response) -> Response:
    return conditional(response, xxh3_64_hexdigest(response.get_data()))


class _Parts:
    """How many sitemaps there are, so that each has at most so many addresses and bytes; counted once per generation."""

    def __init__(self) -> None:
        self._known = ("", 1)

    def of(self, engine: SearchEngine) -> int:
        """Return their number."""
        generation, parts = self._known
        if generation != engine.generation:
            articles = len(engine.catalog) + len(_fixed())
            parts = 1 if articles <= _MAX_ADDRESSES else -(-articles // _ADDRESSES_A_PART)
            size = (
                sum(_encoded_size(entry.id) for entry in engine.catalog.entries())
                if articles > _NEVER_LARGE
                else 0
            )
            parts = max(parts, -(-size // _BYTES_A_PART))
            self._known = (engine.generation, parts)
        return parts


def _encoded_size(text: str) -> int:
    """Return the bytes that a text has in an address at most."""
    return len(text) * (_ENCODED_SIGN if text.isascii() else _ENCODED_LETTER)


def _fixed() -> tuple[str, ...]:
    return ("/", *(browse_path(facet, SearchQuery()) for facet in VALUE_FACETS))


def _article_paths(engine: SearchEngine, part: int, parts: int) -> Iterator[str]:
    for entry in engine.catalog.entries():
        if (
            parts == 1
            or xxh3_64_intdigest(entry.id.encode("utf-8", "surrogatepass")) % parts == part
        ):
            yield article_path(entry.id)


def _urls(engine: SearchEngine, paths: list[str]) -> Response:
    base = site_address()
    entries = "".join(f"<url><loc>{escape(base + path)}</loc></url>" for path in paths)
    return _xml(engine, f'<urlset xmlns="{_SITEMAP}">{entries}</urlset>')


def _xml(engine: SearchEngine, body: str) -> Response:
    response = Response(
        f'<?xml version="1.0" encoding="UTF-8"?>\n{body}', mimetype="application/xml"
    )
    return conditional(response, tag_with_address(f"{engine.generation}-sitemap"))
