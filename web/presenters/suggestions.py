"""Suggestions while typing, each with the page that it leads to from the present search."""

from collections.abc import Sequence
from typing import NamedTuple

from search.model.facets import Facet, facet_named
from search.model.query import MAX_FILTER_VALUES, Match, SearchQuery
from search.results.suggester import Suggestion
from web.urls import article_path, search_path

__all__ = [
    "SuggestedSearch",
    "SuggestionRow",
    "has_own_totals",
    "suggested_searches",
    "suggestion_rows",
]


class SuggestedSearch(NamedTuple):
    """A suggestion, and the present search with its words or value; None for an article."""

    suggestion: Suggestion
    query: SearchQuery | None


class SuggestionRow(NamedTuple):
    """An option of the list; `facet` is that of a value, `total` is 0 for an article."""

    kind: str
    facet: Facet | None
    text: str
    total: int
    url: str


def has_own_totals(query: SearchQuery) -> bool:
    """Return whether suggestions find fewer articles in a search than in the whole archive."""
    is_unfiltered = query.unfiltered() == query.on_page(1)
    return not is_unfiltered or query.match is not Match.AUTO or bool(query.without_synonyms)


def suggested_searches(
    query: SearchQuery, suggestions: Sequence[Suggestion]
) -> list[SuggestedSearch]:
    """Return the searches that suggestions lead to, which keep the filters of the present one.

    A value is left out if the search may have no further one.
    """
    searches = []
    for suggestion in suggestions:
        suggested = suggestion.query
        if suggested is None:
            searches.append(SuggestedSearch(suggestion, None))
            continue
        kept = query.with_text(suggested.text)
        added = [each for each in suggested.filters if each not in kept.filters]
        if len(added) + kept.filter_values <= MAX_FILTER_VALUES:
            for chosen in added:
                kept = kept.adding(chosen.facet, chosen.value)
            searches.append(SuggestedSearch(suggestion, kept))
    return searches


def suggestion_rows(
    searches: Sequence[SuggestedSearch], totals: Sequence[int] | None
) -> list[SuggestionRow]:
    """Return the options; `totals` are those of the searches, None if they are as suggested.

    A search that finds nothing under the filters is not offered.
    """
    rows = []
    counted = iter(totals or ())
    for suggestion, query in searches:
        if query is None:
            url, total = article_path(suggestion.article_id), 0
        else:
            url = search_path(query)
            total = suggestion.count if totals is None else next(counted)
            if not total:
                continue
        kind = suggestion.kind
        rows.append(SuggestionRow(kind, facet_named(kind), suggestion.text, total, url))
    return rows
