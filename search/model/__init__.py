"""Frozen values: articles, queries, facets, periods, results, cursors. Start with `SearchQuery`."""

from search.model.article import ARTICLE_KEYS, Article
from search.model.cursor import Cursor
from search.model.facets import DATE, FACETS, VALUE_FACETS, Facet, facet_named
from search.model.periods import Period
from search.model.query import Filter, Match, SearchQuery, SortOrder
from search.model.results import (
    Correction,
    FacetResult,
    FacetValue,
    Highlights,
    Hit,
    IndexStatistics,
    SearchPage,
    Synonym,
)

__all__ = [
    "ARTICLE_KEYS",
    "DATE",
    "FACETS",
    "VALUE_FACETS",
    "Article",
    "Correction",
    "Cursor",
    "Facet",
    "FacetResult",
    "FacetValue",
    "Filter",
    "Highlights",
    "Hit",
    "IndexStatistics",
    "Match",
    "Period",
    "SearchPage",
    "SearchQuery",
    "SortOrder",
    "Synonym",
    "facet_named",
]
