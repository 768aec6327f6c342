"""The panel of filters on narrow screens, kept open by the address where scripts do not run."""

from collections.abc import Mapping
from dataclasses import dataclass

from search.model.query import SearchQuery
from web.urls import search_path

__all__ = ["FilterPanel"]

_NAME, _OPEN = "filters", "open"
"""The parameter of pages alone; it is no part of a search."""


@dataclass(frozen=True, slots=True)
class FilterPanel:
    """The state of the panel, and the link that opens or closes it."""

    is_open: bool
    query: SearchQuery

    @classmethod
    def read(cls, parameters: Mapping[str, str], query: SearchQuery) -> "FilterPanel":
        """Return the panel of a search as the address's parameters ask for it."""
        return cls(parameters.get(_NAME) == _OPEN, query)

    @property
    def toggle_url(self) -> str:
        """The same page with the panel opened or closed."""
        path = search_path(self.query)
        return path if self.is_open else _with_open_panel(path)

    def keep(self, path: str) -> str:
        """Return a link of the panel, which leads to a page where an open panel stays open."""
        return _with_open_panel(path) if self.is_open else path


def _with_open_panel(path: str) -> str:
    return f"{path}{'&' if '?' in path else '?'}{_NAME}={_OPEN}"
