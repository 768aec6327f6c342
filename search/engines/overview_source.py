"""The OverviewSource of an engine: its primitives, put together for overviews."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from search.engines.primitives import EngineRecord, IndexPrimitives, RankedWindow
from search.model.article import Article
from search.model.cursor import Cursor
from search.model.overview import MAX_SAMPLED_TEXTS
from search.model.query import SearchQuery
from search.model.results import FacetResult
from search.query.minimum_match import MatchSpec, MinimumMatch
from search.query.rewriter import QueryRewriter
from search.results.overview.combined_searches import WrittenSearch
from search.results.overview.text_sample import primary_language

__all__ = ["EngineSource"]

_MAX_CACHED_VALUES = 50_000


class _ArchiveCounts:
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


class EngineSource:
    """The OverviewSource of one open index; see search/results/overview/source.py."""

    def __init__(
        self,
        index: IndexPrimitives[Any],
        rewriter: QueryRewriter,
        minimum_match: MinimumMatch,
        record: EngineRecord,
    ) -> None:
        self._index = index
        self.rewriter = rewriter
        self._minimum_match = minimum_match
        self.generation = record.generation
        self._archive = _ArchiveCounts(index)
        self._languages = record.languages

    @property
    def archive_total(self) -> int:
        """The number of articles of the archive."""
        return self._index.terms.article_count

    def texts_by_language(self) -> Mapping[str, int]:
        """Count the articles of the archive by primary language."""
        counts = self._archive.of([("language", language) for language in self._languages])
        texts: Counter[str] = Counter()
        for (_, language), count in counts.items():
            texts[primary_language(language)] += count
        return texts

    def spec(self, query: SearchQuery) -> MatchSpec:
        """Return what a search matches."""
        return self._minimum_match.spec(self.rewriter.rewrite(query).searched, query)

    def counts(self, queries: Sequence[SearchQuery]) -> list[int]:
        """Count all matches of each of several searches; one request."""
        return (
            self._index.matcher.counts([self.spec(query) for query in queries]) if queries else []
        )

    def written_counts(self, searches: Sequence[WrittenSearch]) -> list[int]:
        """Count all matches of each of several written searches; one request."""
        specs = [self._minimum_match.spec(each.searched, each.query) for each in searches]
        return self._index.matcher.counts(specs) if specs else []

    def days(self, query: SearchQuery) -> Mapping[int, int]:
        """Count the matches of a search by day, whatever periods are selected."""
        return self._index.dates(self.spec(query), "day").counts

    def values(self, query: SearchQuery) -> Sequence[FacetResult]:
        """Count the first values of the facets that a search counts."""
        start = Cursor(self.generation, 0)
        counts = self._index.by_date(
            self.spec(query), start, 1, newest=True, with_counts=True
        ).counts
        assert counts is not None
        return counts().facets

    def archive_counts(self, values: Sequence[tuple[str, str]]) -> Mapping[tuple[str, str], int]:
        """Count the articles of the archive with each value; values are counted once."""
        return self._archive.of(values)

    def stem_frequencies(self, stems: Sequence[str]) -> Mapping[str, int]:
        """Count the articles with each stem, deleted ones among them."""
        return self._index.terms.stem_frequencies(stems)

    def stems(self, text: str) -> set[str]:
        """Return the stems of a text's words in every language of the archive."""
        return {
            stem
            for word in text.split()
            for group in self._index.stemmer.alternatives(word)
            for stem in group
        }

    def sample(self, query: SearchQuery) -> Sequence[Article]:
        """Read the best matches of a search or, without words, the newest ones; one request."""
        spec = self.spec(query)
        if spec.clauses.should:
            ranked = self._index.ranked(spec, RankedWindow(0, MAX_SAMPLED_TEXTS), with_counts=False)
            hits = [hit for _, hit in ranked.hits]
        else:
            by_date = self._index.by_date(
                spec,
                Cursor(self.generation, 0),
                MAX_SAMPLED_TEXTS,
                newest=True,
                with_counts=False,
            )
            hits = [hit for _, hit in by_date.hits]
        return list(self._index.documents(hits))
