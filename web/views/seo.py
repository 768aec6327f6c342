"""For crawlers and browsers: robots.txt (RFC 9309), robots headers, an OpenSearch description."""

from xml.etree import ElementTree as ET

from flask import Blueprint, Flask, Response, request
from xxhash import xxh3_64_hexdigest

from search.settings.areas import Area
from web.chronicle_urls import VALUE_PAGE_FACETS
from web.media_types import JSON, OPENSEARCH_SUGGESTIONS
from web.middleware.authentication import readable_areas
from web.middleware.http_cache import conditional
from web.middleware.site_address import site_address
from web.mount_path import mount_path, mounted
from web.urls import API, API_SEARCH

__all__ = ["create_seo", "register"]

_OPENSEARCH = "http://a9.com/-/spec/opensearch/1.1/"
_MAX_NAME_LENGTH = 16
_ENDLESS_PAGES = ("/", "/feed.atom", "/trends", "/overview", "/mentions", "/compare", "/reprints")
"""Pages that differ by the parameters of a search."""
_NOT_INDEXED = ("/export", "/list", "/trends.", "/mentions.", "/coverage.")
"""Beginnings of the paths of downloads and of a reader's own pages."""
# What is optional may be empty: the API refuses an empty page, the others ignore it.
_TEMPLATES = (
    ("text/html", "/?q={searchTerms}&page={startPage?}", Area.PAGES),
    ("application/atom+xml", "/feed.atom?q={searchTerms}&page={startPage?}", Area.FEED),
    (JSON, f"{API_SEARCH}?q={{searchTerms}}", Area.API),
    (OPENSEARCH_SUGGESTIONS, f"{API}/suggest?q={{searchTerms}}&format=opensearch", Area.API),
)

# There are endlessly many searches; the articles and the pages of values lead to everything.
# Such a page, opened from a search, names its address without the search as the canonical one.
_ROBOTS = """User-agent: *
Allow: {root}/articles/
Allow: {root}/browse/
{value_pages}Allow: {root}/api/docs
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
            path in _ENDLESS_PAGES or path.startswith("/browse/")
        )
        is_api = path.startswith("/api/") and path != "/api/docs"
        if is_endless or is_api or path.startswith(_NOT_INDEXED):
            response.headers["X-Robots-Tag"] = "noindex, nofollow"
        return response


def create_seo(site: str) -> Blueprint:
    """Create the routes; `site` is the name of the search."""
    seo = Blueprint("seo", __name__)

    @seo.get("/robots.txt")
    def robots() -> Response:
        return _by_content(Response(_robots(), mimetype="text/plain"))

    @seo.get("/opensearch.xml")
    def description() -> Response:
        body = _description(site, site_address())
        return _by_content(Response(body, mimetype="application/opensearchdescription+xml"))

    return seo


def _robots() -> str:
    root = mount_path()
    pages = "".join(f"Allow: {root}/{facet.name}/\n" for facet in VALUE_PAGE_FACETS)
    return _ROBOTS.format(host=site_address(), root=root, value_pages=pages)


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
