"""The area of each route: which setting of `open` and which scope of a key it needs."""

from enum import StrEnum

from flask import Request

from search.settings.areas import Area

__all__ = ["AREA_OF_ROUTE", "UNLIMITED_AREAS", "Free", "area_of"]


class Free(StrEnum):
    """Routes that are never closed."""

    UNLIMITED = "unlimited"
    """No key is looked at and no request is counted: files of pages, and probes of the server."""
    LIMITED = "limited"
    """Descriptions of the service without content of the archive; their requests are counted."""


AREA_OF_ROUTE: dict[str, Area | Free] = {
    "static_file": Free.UNLIMITED,
    "icon": Free.UNLIMITED,
    "health": Free.UNLIMITED,
    "ready": Free.UNLIMITED,
    "pages.search": Area.PAGES,
    "pages.suggestions": Area.SUGGESTIONS,
    "pages.how_to_search": Area.PAGES,
    "article.article": Area.PAGES,
    "facet_values.values": Area.PAGES,
    "preferences.choose": Area.PAGES,
    "api.search": Area.API,
    "api.article": Area.API,
    "api.values": Area.API,
    "api.suggest": Area.API,
    "api_docs.openapi": Free.LIMITED,
    "api_docs.page": Free.LIMITED,
    "exports.export": Area.EXPORTS,
    "exports.cite": Area.EXPORTS,
    "feeds.atom": Area.FEED,
    "metrics.latest": Area.METRICS,
    "seo.robots": Free.LIMITED,
    "seo.description": Free.LIMITED,
    # Sitemaps name every article.
    "seo.sitemap": Area.PAGES,
    "seo.part": Area.PAGES,
}
"""By endpoint; a test fails on a route that is missing here."""
UNLIMITED_AREAS = frozenset({Free.UNLIMITED, Area.METRICS})
"""Requests that no limit counts."""


def area_of(request: Request) -> Area | Free:
    """Return the area of a request; an address without a route is in that of its neighbours."""
    if request.endpoint in AREA_OF_ROUTE:
        return AREA_OF_ROUTE[request.endpoint]
    return Area.API if request.path.startswith("/api/") else Area.PAGES
