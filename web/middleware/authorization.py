"""Authorization: the area of each route, and which clients may read it.

An area is opened for everybody by the setting `open`, or for one client by a scope of its key.
"""

from enum import StrEnum

from flask import Request

from search.data_dir.api_keys import ApiKeys
from search.settings.areas import SCOPE_OF, Area
from web.chronicle_urls import VALUE_PAGE_FACETS
from web.middleware.authentication import ApiKeyRefused, Client

__all__ = [
    "AREA_OF_ROUTE",
    "UNLIMITED_AREAS",
    "ApiKeyRequired",
    "InsufficientScope",
    "PublicArea",
    "area_of",
    "authorize",
]


class PublicArea(StrEnum):
    """Routes that are open whatever the settings."""

    UNLIMITED = "unlimited"
    """Static files and health checks: keys are ignored and requests are not counted."""
    LIMITED = "limited"
    """Descriptions of the service without content of the archive; requests are counted."""


AREA_OF_ROUTE: dict[str, Area | PublicArea] = {
    "static_file": PublicArea.UNLIMITED,
    "icon": PublicArea.UNLIMITED,
    "health": PublicArea.UNLIMITED,
    "ready": PublicArea.UNLIMITED,
    "pages.search": Area.PAGES,
    "pages.suggestions": Area.SUGGESTIONS,
    "help.how_to_search": Area.PAGES,
    "article.article": Area.PAGES,
    "mentions.show": Area.PAGES,
    "mentions.table": Area.EXPORTS,
    "reprints.show": Area.PAGES,
    "facet_values.values": Area.PAGES,
    "compare.show": Area.PAGES,
    **{f"value_page.{facet.name}": Area.PAGES for facet in VALUE_PAGE_FACETS},
    **{f"value_page.{facet.name}_list": Area.PAGES for facet in VALUE_PAGE_FACETS},
    "coverage.show": Area.PAGES,
    "coverage.table": Area.EXPORTS,
    "trends.page": Area.PAGES,
    "trends.drawing": Area.PAGES,
    "overview.show": Area.PAGES,
    "keys.shortcuts": Area.PAGES,
    "preferences.choose": Area.PAGES,
    "reading_list.show": Area.PAGES,
    "reading_list.change": Area.PAGES,
    "list_file.open_file": Area.PAGES,
    "list_file.show": Area.PAGES,
    "saved_searches.change": Area.PAGES,
    "saved_searches.show": Area.PAGES,
    "saved_searches.feeds": Area.FEED,
    "api.search": Area.API,
    "api.article": Area.API,
    "api.values": Area.API,
    "api.suggest": Area.API,
    "api.coverage": Area.API,
    "api.trends": Area.API,
    "api.overview": Area.API,
    "api_docs.openapi": PublicArea.LIMITED,
    "api_docs.page": PublicArea.LIMITED,
    "exports.export": Area.EXPORTS,
    "exports.export_list": Area.EXPORTS,
    "exports.cite": Area.EXPORTS,
    "trends_table.trends": Area.EXPORTS,
    "feeds.atom": Area.FEED,
    "metrics.latest": Area.METRICS,
    "seo.robots": PublicArea.LIMITED,
    "seo.description": PublicArea.LIMITED,
    # Sitemaps name every article.
    "sitemap.index": Area.PAGES,
    "sitemap.part": Area.PAGES,
}
"""Areas by endpoint; a test fails for a route that is missing here."""
UNLIMITED_AREAS = frozenset({PublicArea.UNLIMITED, Area.METRICS})
"""Areas whose requests are not counted by the rate limit."""
_SUBJECTS = {
    Area.PAGES: "This page",
    Area.API: "The API",
    Area.EXPORTS: "An export",
    Area.FEED: "The feed",
    Area.SUGGESTIONS: "A list of suggestions",
    Area.METRICS: "/metrics",
}


class ApiKeyRequired(ApiKeyRefused):
    """A request without a key for an area that needs one."""

    def __init__(self, area: Area) -> None:
        super().__init__(
            f"{_SUBJECTS[area]} requires an API key; send it as 'Authorization: Bearer KEY'. "
            "The operator of this archive issues keys."
        )


class InsufficientScope(ApiKeyRefused):
    """A request with a valid key whose scopes do not include this area."""

    def __init__(self, area: Area) -> None:
        scope = SCOPE_OF[area]
        super().__init__(
            f"{_SUBJECTS[area]} requires a key with the scope {scope}, which this key lacks; "
            "ask the operator of this archive for one that has it."
        )
        self.challenge = f'Bearer error="insufficient_scope", scope="{scope}"'


def area_of(request: Request) -> Area | PublicArea:
    """Return the area of a request; an address without a route belongs to the API or the pages."""
    if request.endpoint in AREA_OF_ROUTE:
        return AREA_OF_ROUTE[request.endpoint]
    return Area.API if request.path.startswith("/api/") else Area.PAGES


def authorize(client: Client, area: Area, keys: ApiKeys) -> None:
    """Refuse a client that may not read an area, or whose key is invalid.

    Raises:
        ApiKeyRefused: the client needs a key, or a different one.
        KeysUnavailable: keys cannot be checked at the moment.

    """
    if client.refusal:
        raise client.refusal
    if area in client.readable:
        return
    if client.key:
        raise InsufficientScope(area)
    # Do not ask for a key while no key would work.
    keys.check()
    raise ApiKeyRequired(area)
