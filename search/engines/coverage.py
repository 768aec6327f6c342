"""The coverage of an archive, from an engine's counts."""

from search.engines.primitives import Address, EngineRecord, IndexPrimitives
from search.model.coverage import MAX_SOURCES, Coverage, SourceCoverage
from search.model.cursor import Cursor
from search.model.query import Filter, SearchQuery
from search.query.clauses import split_clauses
from search.query.minimum_match import MatchSpec

__all__ = ["read_coverage"]

_SOURCE, _LANGUAGE = "source", "language"
_FACETS = ("date", _SOURCE, _LANGUAGE)


def read_coverage(index: IndexPrimitives[Address], record: EngineRecord) -> Coverage:
    """Count what an index holds.

    A cluster takes three requests: for the archive's months, sources and languages, for the months
    of each source, and for the articles without a value.
    """
    listing = SearchQuery(facets=_FACETS, facet_size=MAX_SOURCES)
    cursor = Cursor(record.generation, 0)
    _, counting = index.by_date(_spec(listing), cursor, 1, newest=True, with_counts=True)
    assert counting is not None
    counts = counting()
    results = {result.facet.name: result for result in counts.facets}
    articles = index.dates(_spec(SearchQuery()), "month", counts.dates).by("month")
    statistics = index.facet_statistics()
    names = [value.value for value in results[_SOURCE].values]
    queries = [
        *(SearchQuery(filters=(Filter(_SOURCE, name),)) for name in names),
        SearchQuery(filters=tuple(Filter(_SOURCE, name, excluded=True) for name in names)),
    ]
    dates = index.period_counts([_spec(query) for query in queries], "month")
    *sources, others = [
        SourceCoverage(name, query, counts.by("month"))
        for name, query, counts in zip([*names, ""], queries, dates, strict=True)
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


def _spec(query: SearchQuery) -> MatchSpec:
    return MatchSpec(split_clauses(None), 0, query)
