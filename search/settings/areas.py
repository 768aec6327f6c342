"""The areas of the service that may need an API key, and the scopes of keys that open them."""

import difflib
from enum import StrEnum

from search.errors import InvalidSettings

__all__ = [
    "ALL_AREAS",
    "DEFAULT_SCOPES",
    "OPEN_BY_DEFAULT",
    "SCOPE_OF",
    "Area",
    "Scope",
    "read_open",
]


class Area(StrEnum):
    """An area of the service. Each route is in one area, or is always open."""

    PAGES = "pages"
    API = "api"
    EXPORTS = "exports"
    FEED = "feed"
    SUGGESTIONS = "suggestions"
    METRICS = "metrics"


class Scope(StrEnum):
    """A purpose that a key may have."""

    SEARCH = "search"
    EXPORT = "export"
    METRICS = "metrics"


SCOPE_OF = {
    Area.PAGES: Scope.SEARCH,
    Area.API: Scope.SEARCH,
    Area.EXPORTS: Scope.EXPORT,
    Area.FEED: Scope.SEARCH,
    Area.SUGGESTIONS: Scope.SEARCH,
    Area.METRICS: Scope.METRICS,
}
"""The scope that a key needs for an area that is closed."""
DEFAULT_SCOPES = (Scope.SEARCH, Scope.EXPORT)
"""The scopes of a new key: its holder reads the archive, but does not monitor the server."""
ALL_AREAS = frozenset(Area)
OPEN_BY_DEFAULT = " ".join(Area)
_NO_AREA = "none"


def read_open(names: str) -> frozenset[Area]:
    """Read the setting `open`: areas separated by blanks; "none" or "" closes all.

    Raises:
        InvalidSettings: a name is not an area; the message names the nearest one.

    """
    if names.strip() == _NO_AREA:
        return frozenset()
    return frozenset(_area(name) for name in names.split())


def _area(name: str) -> Area:
    try:
        return Area(name)
    except ValueError as error:
        matches = difflib.get_close_matches(name, [*Area, _NO_AREA], n=1)
        hint = f"; did you mean {matches[0]}?" if matches else ""
        raise InvalidSettings(
            f"open names {name!r}; it takes names out of {OPEN_BY_DEFAULT!r}, or none alone{hint}"
        ) from error
