"""Exact facet counts from OpenSearch's aggregations, all of a page's in one request.

A shard sends all of its values (`shard_size`), so that counts added up over shards are exact; the answer tells so itself,
and what it tells is held against that. Of a facet with many values only the first are sent on, and their number; of one
with more values than a cluster lets an answer hold, the number comes from several requests, each over a part of them.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from search.engines.opensearch.queries import OpenSearchQueries, together
from search.engines.opensearch.storage.client import EVERYTHING, Query
from search.errors import IndexDamaged
from search.model.facets import DATE, FACETS, Facet
from search.model.results import FacetResult
from search.query.minimum_match import MatchSpec
from search.results.facet_buckets import date_list, value_list

__all__ = ["OpenSearchCounts", "Summary", "unsent"]

Ask = Callable[[Mapping[str, Any]], Any]
"""Asks the index with the body of a search that wants no hits."""

_LISTED_WHOLE = 1_000
"""Values of a facet up to which all of them are sent, and counted here."""
_MAX_BUCKETS = 50_000
"""Values in one answer; a cluster refuses 65,536 (search.max_buckets)."""
_PAGE = 10_000
_OPEN, _STRICT = "open", "strict"
_ALL, _NUMBER, _CHOSEN, _DAYS = "_all", "_number", "_chosen", "_days"


@dataclass(frozen=True, slots=True)
class Summary:
    """What is counted over all matches; `full_matches` are those that hold every clause, where not all of them must."""

    total: int
    full_matches: int
    facets: tuple[FacetResult, ...]


@dataclass(frozen=True, slots=True)
class _Part:
    """Aggregations that count under one set of filters."""

    under: Query | None
    asked: dict[str, Any] = field(default_factory=dict)


class OpenSearchCounts:
    """Counts values over the matches of a query; `distinct` is how many values each facet has in the whole index."""

    def __init__(self, ask: Ask, queries: OpenSearchQueries, distinct: Mapping[str, int]) -> None:
        self._ask = ask
        self._queries = queries
        self._distinct = distinct

    def narrowing(self, matches: MatchSpec, words: Query) -> dict[str, Any]:
        """Return the query of a search, and the filters that come after it, over which facets are not counted."""
        narrowed = matches.filters
        selections = list(self._queries.selections(narrowed).values())
        bounds = self._queries.bounds(narrowed)
        query = {"bool": {"must": [words], "filter": bounds}} if bounds else words
        return {"query": query} | ({"post_filter": together(selections)} if selections else {})

    def aggregations(self, matches: MatchSpec) -> dict[str, Any]:
        """Return what counts all facets of a search: each under all filters but its own."""
        narrowed = matches.filters
        selections = self._queries.selections(narrowed)
        parts = {_OPEN: _Part(together(list(selections.values())) if selections else None)}
        for facet in FACETS:
            name = facet.name
            part = parts[_OPEN]
            if name in selections:
                others = [query for other, query in selections.items() if other != name]
                part = parts[name] = _Part(together(others))
            if facet.is_date:
                part.asked.update(self._dates(matches))
            else:
                part.asked.update(self._values(name, narrowed.facet_size, narrowed.selected(name)))
        if matches.is_relaxed:
            strict = self._queries.matching(matches.clauses, len(matches.clauses.should))
            parts[_OPEN].asked[_STRICT] = {"filter": strict}
        asked: dict[str, Any] = {}
        for name, part in parts.items():
            if part.under is None:
                asked |= part.asked
            elif part.asked:
                asked[f"{name}_part"] = {"filter": part.under, "aggs": part.asked}
        return asked

    def summary(self, matches: MatchSpec, answer: Mapping[str, Any]) -> Summary:
        """Read what `aggregations` counted, out of a search's whole answer."""
        found: dict[str, Any] = {}
        for name, part in answer["aggregations"].items():
            found |= part if name.endswith("_part") else {name: part}
        lists = {facet.name: self._list(facet, matches, found) for facet in FACETS}
        strict = found[_STRICT]["doc_count"] if matches.is_relaxed else 0
        return Summary(answer["hits"]["total"]["value"], strict, tuple(lists.values()))

    def facet(self, matches: MatchSpec, facet: Facet, size: int) -> FacetResult:
        """Count one facet's values over the matches of a search."""
        narrowed = matches.filters
        selected = narrowed.selected(facet.name)
        asked = self._dates(matches) if facet.is_date else self._values(facet.name, size, selected)
        found = self._counted(self._under(matches, facet.name), asked)
        return self._list(facet, matches, found, size)

    def everything(self, facets: Sequence[str]) -> dict[str, dict[str, int]]:
        """Count every value of facets in the whole index, page by page."""
        return {name: dict(self._pages(name)) for name in facets}

    def months(self) -> dict[int, int]:
        """Count all articles by month (`yyyymm`)."""
        return _periods(
            self._counted(EVERYTHING, {DATE.name: _histogram("month", "yyyyMM")})[DATE.name]
        )

    def without_value(self, facets: Sequence[str]) -> dict[str, int]:
        """Count the articles that have no value of each facet."""
        found = self._counted(EVERYTHING, {name: {"missing": {"field": name}} for name in facets})
        return {name: found[name]["doc_count"] for name in facets}

    def _counted(self, query: Query, aggregations: Mapping[str, Any]) -> dict[str, Any]:
        found: dict[str, Any] = self._ask({"query": query, "aggs": aggregations})["aggregations"]
        return found

    def _under(self, matches: MatchSpec, but: str) -> Query:
        """Return the query that a facet is counted under."""
        narrowed = matches.filters
        selections = [
            query for name, query in self._queries.selections(narrowed).items() if name != but
        ]
        words = self._queries.matching(matches.clauses, matches.minimum_should_match)
        return together([words, *self._queries.bounds(narrowed), *selections])

    def _is_large(self, name: str) -> bool:
        return self._distinct.get(name, 0) > _LISTED_WHOLE

    def _values(self, name: str, size: int, selected: Sequence[str]) -> dict[str, Any]:
        if not self._is_large(name):
            return {name: _terms(name, _LISTED_WHOLE, _LISTED_WHOLE)}
        distinct = self._distinct[name]
        asked = {name: _terms(name, size, distinct)}
        if selected:
            asked[name + _CHOSEN] = _terms(name, len(selected), distinct, include=list(selected))
        if distinct <= _MAX_BUCKETS:
            asked[name + _ALL] = _terms(name, distinct, distinct)
            asked[name + _NUMBER] = {"stats_bucket": {"buckets_path": f"{name}{_ALL}>_count"}}
        return asked

    def _list(
        self, facet: Facet, matches: MatchSpec, found: Mapping[str, Any], size: int | None = None
    ) -> FacetResult:
        name = facet.name
        narrowed = matches.filters
        if facet.is_date:
            days: dict[int, int] = {}
            for number, _ in _day_ranges(matches):
                days |= _periods(found[f"{name}{_DAYS}_{number}"][name])
            return date_list(_periods(found[name]), days, narrowed.periods)
        counts = _buckets(found[name])
        distinct = len(counts)
        if self._is_large(name):
            if name + _CHOSEN in found:
                counts |= _buckets(found[name + _CHOSEN])
            distinct = self._number(facet, matches, found)
        return value_list(
            facet, counts, narrowed.selected(name), size or narrowed.facet_size, distinct
        )

    def _number(self, facet: Facet, matches: MatchSpec, found: Mapping[str, Any]) -> int:
        """Return how many values of a large facet there are among the matches."""
        name = facet.name
        if name + _NUMBER in found:
            return int(found[name + _NUMBER]["count"])
        parts = self._distinct[name] // _MAX_BUCKETS + 1
        number = 0
        for part in range(parts):
            within = {"partition": part, "num_partitions": parts}
            asked = {name: _terms(name, self._distinct[name], self._distinct[name], include=within)}
            number += len(_buckets(self._counted(self._under(matches, name), asked)[name]))
        return number

    def _dates(self, matches: MatchSpec) -> dict[str, Any]:
        asked: dict[str, Any] = {DATE.name: _histogram("month", "yyyyMM")}
        for number, within in _day_ranges(matches):
            days = {DATE.name: _histogram("day", "yyyyMMdd")}
            asked[f"{DATE.name}{_DAYS}_{number}"] = {"filter": within, "aggs": days}
        return asked

    def _pages(self, name: str) -> Iterator[tuple[str, int]]:
        after: dict[str, Any] = {}
        while True:
            sources = [{name: {"terms": {"field": name}}}]
            asked = {name: {"composite": {"size": _PAGE, "sources": sources} | after}}
            page = self._counted(EVERYTHING, asked)[name]
            yield from ((bucket["key"][name], bucket["doc_count"]) for bucket in page["buckets"])
            if "after_key" not in page:
                return
            after = {"after": page["after_key"]}


def unsent(distinct: Mapping[str, int]) -> str:
    """Return what is left out of answers: the values that are only numbered."""
    large = [name for name, number in distinct.items() if number > _LISTED_WHOLE]
    return ",".join(f"-aggregations.{place}{name}{_ALL}" for name in large for place in ("", "*."))


def _day_ranges(matches: MatchSpec) -> Iterator[tuple[int, Query]]:
    for number, period in enumerate(matches.filters.periods):
        if period.level != "year":
            yield number, OpenSearchQueries.days(period.first, period.last)


def _terms(name: str, size: int, shard_size: int, **options: object) -> dict[str, Any]:
    return {"terms": {"field": name, "size": size, "shard_size": max(size, shard_size), **options}}


def _histogram(interval: str, written: str) -> dict[str, Any]:
    how = {"field": "day", "calendar_interval": interval, "format": written, "min_doc_count": 1}
    return {"date_histogram": how}


def _buckets(found: Mapping[str, Any]) -> dict[str, int]:
    if found["doc_count_error_upper_bound"]:
        raise IndexDamaged(
            "the counts of the cluster are not exact; run dateline check, then dateline rebuild"
        )
    return {bucket["key"]: bucket["doc_count"] for bucket in found["buckets"]}


def _periods(found: Mapping[str, Any]) -> dict[int, int]:
    return {int(bucket["key_as_string"]): bucket["doc_count"] for bucket in found["buckets"]}
