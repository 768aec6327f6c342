"""The parts of an engine that overviews and comparisons of searches are made from."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from search.engines.primitives import EngineRecord, IndexPrimitives, RankedWindow
from search.model.article import Article
from search.model.cursor import Cursor
from search.model.overview import MAX_SAMPLED_TEXTS
from search.model.query import SearchQuery
from search.query.minimum_match import MatchSpec, MinimumMatch
from search.query.rewriter import QueryRewriter
from search.results.overview.combined_searches import WrittenSearch
from search.results.overview.text_sample import primary_language

__all__ = ["ArchiveCounts", "OverviewSource", "which_match"]

_MAX_CACHED_VALUES = 50_000


class ArchiveCounts:
    """Counts the articles of the archive with a value; each value is counted once."""

    def __init__(self, index: IndexPrimitives[Any]) -> None:
        self._index = index
        self._known: dict[tuple[str, str], int] = {}

    def of(self, values: Sequence[tuple[str, str]]) -> Mapping[tuple[str, str], int]:
        """Return the articles with each value (facet, value): one request for unknown ones."""
        known = self._known
        unknown = [value for value in dict.fromkeys(values) if value not in known]
        if unknown:
            if len(known) > _MAX_CACHED_VALUES:
                # A new dictionary, since another thread may still read the full one.
                known = self._known = {value: known[value] for value in values if value in known}
            known.update(zip(unknown, self._index.index_counts.hits(unknown), strict=True))
        return {value: known[value] for value in values}


class OverviewSource:
    """The parts of one engine that overviews are made from, and counts over its archive."""

    def __init__(
        self,
        index: IndexPrimitives[Any],
        rewriter: QueryRewriter,
        minimum_match: MinimumMatch,
        record: EngineRecord,
    ) -> None:
        self.index = index
        self.rewriter = rewriter
        self.minimum_match = minimum_match
        self.generation = record.generation
        self.archive = ArchiveCounts(index)
        self._languages = record.languages

    @property
    def archive_total(self) -> int:
        """The number of articles of the archive."""
        return self.index.terms.article_count

    def texts_by_language(self) -> Mapping[str, int]:
        """Count the articles of the archive by primary language."""
        counts = self.archive.of([("language", language) for language in self._languages])
        texts: Counter[str] = Counter()
        for (_, language), count in counts.items():
            texts[primary_language(language)] += count
        return texts

    def spec(self, query: SearchQuery) -> MatchSpec:
        """Return what a search matches."""
        return self.minimum_match.spec(self.rewriter.rewrite(query).searched, query)

    def counts(self, queries: Sequence[SearchQuery]) -> list[int]:
        """Count all matches of each of several searches; one request."""
        return self.index.matcher.counts([self.spec(query) for query in queries]) if queries else []

    def written_counts(self, searches: Sequence[WrittenSearch]) -> list[int]:
        """Count all matches of each of several written searches; one request."""
        specs = [self.minimum_match.spec(each.searched, each.query) for each in searches]
        return self.index.matcher.counts(specs) if specs else []

    def sample(self, query: SearchQuery) -> Sequence[Article]:
        """Read the best matches of a search or, without words, the newest ones; one request."""
        spec = self.spec(query)
        if spec.clauses.should:
            ranked = self.index.ranked(spec, RankedWindow(0, MAX_SAMPLED_TEXTS), with_counts=False)
            hits = [hit for _, hit in ranked.hits]
        else:
            by_date = self.index.by_date(
                spec,
                Cursor(self.generation, 0),
                MAX_SAMPLED_TEXTS,
                newest=True,
                with_counts=False,
            )
            hits = [hit for _, hit in by_date.hits]
        return list(self.index.documents(hits))


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
