"""Hits of an OpenSearch index, in an order that every copy of a shard gives alike: what a page needs of each, and no more."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from search.engines.opensearch.storage.client import EVERYTHING, OpenSearchClient, Query
from search.engines.opensearch.storage.schema import LIKENESS_FIELDS, unpacked
from search.index.document import VECTOR_NUMBERS
from search.model.article import Article
from search.model.results import ScorePart
from search.ranking.weights import split_score

__all__ = ["BY_SCORE", "OpenSearchHits", "ShardHit"]

_TIES = [{"sort_key": "desc"}, {"id": "asc"}]
BY_SCORE: list[Any] = [{"_score": "desc"}, *_TIES]
_MEANING = "meaning"
_SKETCHES_AT_ONCE = 1_000


class ShardHit(NamedTuple):
    """A hit: `place` is what `search_after` goes on from; the article is there where it was asked for."""

    document: str
    score: float
    place: tuple[Any, ...]
    article: Article | None
    sketch: Mapping[str, int]
    vector: tuple[int, ...]
    parts: tuple[ScorePart, ...]

    @property
    def sort_key(self) -> int:
        """The key of the date orders."""
        return int(self.place[-2])


class OpenSearchHits:
    """Finds hits; also the RescoreFeatures of search/ranking/rescorer.py. `unsent` is what answers leave out of what is counted."""

    def __init__(self, client: OpenSearchClient, index: str, unsent: str) -> None:
        self._client = client
        self._index = index
        self._unsent = unsent
        self._newest: int | None = None

    def by_score(
        self, body: Mapping[str, Any], *, articles: bool, explained: bool
    ) -> tuple[list[ShardHit], Any]:
        """Find hits by relevance, and return the whole answer beside them.

        Without `articles` they have their vectors instead; `explained` ones know the parts of their scores.
        """
        # Statistics of words are gathered from all shards first: otherwise equal articles would score differently.
        parameters: dict[str, object] = {"search_type": "dfs_query_then_fetch"}
        if explained:
            parameters["include_named_queries_score"] = "true"
        return self._found(dict(body) | {"sort": BY_SCORE}, parameters, articles=articles)

    def by_date(self, body: Mapping[str, Any], *, newest: bool) -> tuple[list[ShardHit], Any]:
        """Find hits by time, and return the whole answer beside them."""
        order = [{"sort_key": "desc" if newest else "asc"}, {"id": "asc"}]
        return self._found(dict(body) | {"sort": order}, {}, articles=True)

    def articles(self, found: Iterable[ShardHit]) -> list[ShardHit]:
        """Return the hits with their articles, in their order."""
        hits = list(found)
        ids = [hit.document for hit in hits if hit.article is None]
        if not ids:
            return hits
        read = {hit.document: hit for hit in self._of({"ids": {"values": ids}}, len(ids))}
        return [
            hit._replace(article=read[hit.document].article, sketch=read[hit.document].sketch)
            for hit in hits
        ]

    def sharing(self, query: Query) -> list[ShardHit]:
        """Find the newest articles that match, without reading them."""
        body = {"query": {"bool": {"filter": [query]}}, "sort": _TIES, "size": _SKETCHES_AT_ONCE}
        lean = {"track_total_hits": False, "docvalue_fields": LIKENESS_FIELDS}
        return self._found(body | lean, {}, articles=False)[0]

    def newest(self) -> int:
        """Return the sort key of the newest article; it stays the same."""
        if self._newest is None:
            hits, _ = self.by_date({"query": EVERYTHING, "size": 1}, newest=True)
            self._newest = hits[0].sort_key if hits else 0
        return self._newest

    def sort_keys(self, hits: Sequence[ShardHit]) -> Sequence[int]:
        """Return the sort keys of hits."""
        return [hit.sort_key for hit in hits]

    def vectors(self, hits: Sequence[ShardHit]) -> Sequence[Sequence[float | None]]:
        """Return the columns of the hits' packed vectors."""
        none = (0,) * VECTOR_NUMBERS
        return list(zip(*(hit.vector or none for hit in hits), strict=True))

    def _of(self, query: Query, size: int) -> list[ShardHit]:
        body = {
            "query": {"bool": {"filter": [query]}},
            "sort": _TIES,
            "size": size,
            "track_total_hits": False,
        }
        return self._found(body, {}, articles=True)[0]

    def _found(
        self, body: dict[str, Any], parameters: Mapping[str, object], *, articles: bool
    ) -> tuple[list[ShardHit], Any]:
        body = {"stored_fields": ["article"] if articles else []} | body
        body = {
            "docvalue_fields": [*LIKENESS_FIELDS] if articles else [*LIKENESS_FIELDS, _MEANING]
        } | body
        if self._unsent and "aggs" in body:
            parameters = {"filter_path": self._unsent} | dict(parameters)
        answer = self._client.search(self._index, body, **parameters)
        return list(_read(answer["hits"]["hits"])), answer


def _read(hits: Iterable[Mapping[str, Any]]) -> Iterator[ShardHit]:
    for hit in hits:
        fields = hit.get("fields", {})
        place = tuple(hit["sort"])
        stored = fields.get("article")
        yield ShardHit(
            document=hit["_id"],
            score=float(hit["_score"] or 0.0),
            place=place,
            article=Article.from_json(stored[0]) if stored else None,
            sketch={name: fields[name][0] for name in LIKENESS_FIELDS if name in fields},
            vector=unpacked(fields[_MEANING][0]) if _MEANING in fields else (),
            parts=tuple(
                ScorePart(what, points)
                for what, points in _named(hit.get("matched_queries", {})).items()
                if points
            ),
        )


def _named(matched: Mapping[str, float] | Sequence[str]) -> Mapping[str, float]:
    return matched if isinstance(matched, Mapping) else {}


def plain(hit: ShardHit) -> float:
    """Return a hit's score without its bonuses."""
    return split_score(hit.score).base
