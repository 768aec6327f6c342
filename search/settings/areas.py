"""The parts of a service that need a key where they are closed, and the scopes that open them."""

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
    """A part of the service; each route is in one, or is always open."""

    PAGES = "pages"
    API = "api"
    EXPORTS = "exports"
    FEED = "feed"
    SUGGESTIONS = "suggestions"
    METRICS = "metrics"


class Scope(StrEnum):
    """The purposes that a key may have."""

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
"""The scope that a key needs where an area is closed."""
DEFAULT_SCOPES = (Scope.SEARCH, Scope.EXPORT)
"""The scopes of a new key: its holder reads the archive, and does not watch the server."""
ALL_AREAS = frozenset(Area)
OPEN_BY_DEFAULT = " ".join(Area)
_NOTHING = "none"


def read_open(words: str) -> frozenset[Area]:
    """Read the setting `open`: areas with blanks between, or "none" or "" for none of them.

    Raises:
        InvalidSettings: a word is not an area; the message names the nearest.

    """
    if words.strip() == _NOTHING:
        return frozenset()
    return frozenset(_area(word) for word in words.split())


def _area(word: str) -> Area:
    try:
        return Area(word)
    except ValueError as error:
        near = difflib.get_close_matches(word, [*Area, _NOTHING], n=1)
        hint = f"; did you mean {near[0]}?" if near else ""
        raise InvalidSettings(
            f"open names {word!r}; it takes words out of {OPEN_BY_DEFAULT!r}, or none alone{hint}"
        ) from error
