"""The counts over one index that overviews and comparisons of searches are made from."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from search.model.article import Article
from search.model.query import SearchQuery
from search.model.results import FacetResult
from search.query.minimum_match import MatchSpec
from search.query.rewriter import QueryRewriter
from search.results.overview.combined_searches import WrittenSearch

__all__ = ["OverviewSource", "which_match"]


class OverviewSource(Protocol):
    """Counts over one index; in a cluster, each method that counts or reads is one request."""

    @property
    def rewriter(self) -> QueryRewriter:
        """The rewriter of texts."""

    @property
    def generation(self) -> str:
        """The generation's name."""

    @property
    def archive_total(self) -> int:
        """The number of articles of the archive."""

    def spec(self, query: SearchQuery) -> MatchSpec:
        """Return what a search matches."""

    def counts(self, queries: Sequence[SearchQuery]) -> list[int]:
        """Count all matches of each of several searches."""

    def written_counts(self, searches: Sequence[WrittenSearch]) -> list[int]:
        """Count all matches of each of several written searches."""

    def days(self, query: SearchQuery) -> Mapping[int, int]:
        """Count the matches of a search by day (`yyyymmdd`), whatever periods are selected."""

    def values(self, query: SearchQuery) -> Sequence[FacetResult]:
        """Count the first values of the facets that a search counts, without their selections."""

    def sample(self, query: SearchQuery) -> Sequence[Article]:
        """Read the best matches of a search or, without words, the newest ones."""

    def archive_counts(self, values: Sequence[tuple[str, str]]) -> Mapping[tuple[str, str], int]:
        """Count the articles of the archive with each value (facet, value)."""

    def texts_by_language(self) -> Mapping[str, int]:
        """Count the articles of the archive by primary language."""

    def stem_frequencies(self, stems: Sequence[str]) -> Mapping[str, int]:
        """Count the articles of the archive with each stem."""

    def stems(self, text: str) -> set[str]:
        """Return the stems of a text's words in every language of the archive."""


def which_match(query: SearchQuery) -> SearchQuery:
    """Return the part of a search that decides which articles match."""
    return SearchQuery(
        text=query.text,
        filters=query.filters,
        all_values=query.all_values,
        first_day=query.first_day,
        last_day=query.last_day,
        ids=query.ids,
        match=query.match,
        without_synonyms=query.without_synonyms,
        as_typed=query.as_typed,
    )
