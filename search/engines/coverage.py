"""The coverage of an archive, from an engine's counts."""

from collections.abc import Iterator, Sequence

from search.engines.primitives import Address, EngineRecord, IndexPrimitives
from search.model.coverage import MAX_SOURCES, Coverage, SourceCoverage
from search.model.cursor import Cursor
from search.model.query import Filter, SearchQuery
from search.model.timeline import DateCounts
from search.query.clauses import split_clauses
from search.query.minimum_match import MatchSpec

__all__ = ["read_coverage"]

_SOURCE, _LANGUAGE = "source", "language"
_FACETS = ("date", _SOURCE, _LANGUAGE)
_MAX_COUNTS = 50_000
"""Months of all sources in one request; a cluster refuses 65,536."""


def read_coverage(index: IndexPrimitives[Address], record: EngineRecord) -> Coverage:
    """Count what an index holds.

    A cluster takes three requests: the archive's months, sources and languages, the months of each
    source, and the articles without a value. Where the sources have more than 50,000 months
    together, the second is several.
    """
    listing = SearchQuery(facets=_FACETS, facet_size=MAX_SOURCES)
    cursor = Cursor(record.generation, 0)
    _, counting = index.by_date(_spec(listing), cursor, 1, newest=True, with_counts=True)
    assert counting is not None
    counts = counting()
    results = {result.facet.name: result for result in counts.facets}
    articles = index.dates(_spec(SearchQuery()), "month", counts.dates)
    statistics = index.facet_statistics()
    names = [value.value for value in results[_SOURCE].values]
    queries = [
        *(SearchQuery(filters=(Filter(_SOURCE, name),)) for name in names),
        SearchQuery(filters=tuple(Filter(_SOURCE, name, excluded=True) for name in names)),
    ]
    dates = _months(index, queries, len(articles.counts))
    *sources, others = [
        SourceCoverage(*row) for row in zip([*names, ""], queries, dates, strict=True)
    ]
    return Coverage(
        generation=record.generation,
        built=record.built,
        articles=articles,
        sources=tuple(sources),
        others=others if others.total else None,
        source_number=statistics[_SOURCE].values,
        languages=results[_LANGUAGE],
        without={name: each.articles_without for name, each in statistics.items()},
    )


def _months(
    index: IndexPrimitives[Address], queries: Sequence[SearchQuery], month_number: int
) -> Iterator[DateCounts]:
    """Yield the matches of each query by month, of as many in one request as it can count."""
    at_once = max(1, _MAX_COUNTS // max(1, month_number))
    for start in range(0, len(queries), at_once):
        specs = [_spec(query) for query in queries[start : start + at_once]]
        yield from index.dates_of_each(specs, "month")


def _spec(query: SearchQuery) -> MatchSpec:
    return MatchSpec(split_clauses(None), 0, query)
