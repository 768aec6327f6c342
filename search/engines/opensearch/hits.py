"""Reads hits of an OpenSearch index, with the fields that a page needs and no others.

Hits have a total order, so every copy of a shard returns them alike.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from search.engines.field_names import LIKENESS_FIELDS
from search.engines.opensearch.storage.client import EVERYTHING, OpenSearchClient, QueryDsl
from search.engines.opensearch.storage.schema import unpacked
from search.index.document import VECTOR_NUMBERS
from search.model.article import Article
from search.model.results import ScorePart

__all__ = ["BY_SCORE", "OpenSearchHits", "ShardHit"]

_TIE_BREAK = [{"sort_key": "desc"}, {"id": "asc"}]
BY_SCORE: list[Any] = [{"_score": "desc"}, *_TIE_BREAK]
_MEANING = "meaning"
_MAX_SKETCHES = 1_000


class ShardHit(NamedTuple):
    """A hit of a response; `place` are its sort values, from which `search_after` continues.

    The article is None if the request did not read articles.
    """

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
    """Finds hits; also the RescoreFeatures of search/ranking/rescorer.py."""

    def __init__(self, client: OpenSearchClient, index: str) -> None:
        self._client = client
        self._index = index
        self._newest: int | None = None

    def by_score(
        self, body: Mapping[str, Any], *, with_articles: bool = True, explained: bool = False
    ) -> tuple[list[ShardHit], Any]:
        """Find hits by relevance; return them and the whole response.

        Without articles they have their vectors instead. With `explained` they have the parts of
        their scores.
        """
        # Collect term statistics from all shards first: otherwise equal articles would differ in
        # score.
        parameters: dict[str, object] = {"search_type": "dfs_query_then_fetch"}
        if explained:
            parameters["include_named_queries_score"] = "true"
        return self._search(
            dict(body) | {"sort": BY_SCORE}, parameters, with_articles=with_articles
        )

    def by_date(self, body: Mapping[str, Any], *, newest: bool) -> tuple[list[ShardHit], Any]:
        """Find hits by date; return them and the whole response."""
        order = [{"sort_key": "desc" if newest else "asc"}, {"id": "asc"}]
        return self._search(dict(body) | {"sort": order}, {}, with_articles=True)

    def with_articles(self, hits: Iterable[ShardHit]) -> list[ShardHit]:
        """Return hits with their articles, in the same order: at most one request."""
        hits = list(hits)
        ids = [hit.document for hit in hits if hit.article is None]
        if not ids:
            return hits
        body = {
            "query": {"bool": {"filter": [{"ids": {"values": ids}}]}},
            "sort": _TIE_BREAK,
            "size": len(ids),
            "track_total_hits": False,
        }
        read = {hit.document: hit for hit in self._search(body, {}, with_articles=True)[0]}
        return [hit._replace(article=read.get(hit.document, hit).article) for hit in hits]

    def articles(self, hits: Iterable[ShardHit]) -> list[Article]:
        """Read the articles of hits, in the same order: at most one request."""
        articles = [hit.article for hit in self.with_articles(hits)]
        return [article for article in articles if article is not None]

    def without_articles(self, query: QueryDsl) -> list[ShardHit]:
        """Find the newest matches with their sketches only."""
        body = {
            "query": {"bool": {"filter": [query]}},
            "sort": _TIE_BREAK,
            "size": _MAX_SKETCHES,
            "track_total_hits": False,
            "docvalue_fields": LIKENESS_FIELDS,
        }
        return self._search(body, {}, with_articles=False)[0]

    def newest(self) -> int:
        """Return the sort key of the newest article; requested once."""
        if self._newest is None:
            hits, _ = self.by_date({"query": EVERYTHING, "size": 1}, newest=True)
            self._newest = hits[0].sort_key if hits else 0
        return self._newest

    def sort_keys(self, hits: Sequence[ShardHit]) -> Sequence[int]:
        """Return the sort keys of hits."""
        return [hit.sort_key for hit in hits]

    def vectors(self, hits: Sequence[ShardHit]) -> Sequence[Sequence[float | None]]:
        """Return the columns of the hits' packed vectors."""
        no_vector = (0,) * VECTOR_NUMBERS
        return list(zip(*(hit.vector or no_vector for hit in hits), strict=True))

    def _search(
        self, body: dict[str, Any], parameters: Mapping[str, object], *, with_articles: bool
    ) -> tuple[list[ShardHit], Any]:
        fields = [*LIKENESS_FIELDS] if with_articles else [*LIKENESS_FIELDS, _MEANING]
        stored = ["article"] if with_articles else []
        body = {"stored_fields": stored, "docvalue_fields": fields} | body
        response = self._client.search(self._index, body, **parameters)
        return list(_hits(response["hits"]["hits"])), response


def _hits(hits: Iterable[Mapping[str, Any]]) -> Iterator[ShardHit]:
    for hit in hits:
        fields = hit.get("fields", {})
        stored = fields.get("article")
        yield ShardHit(
            document=hit["_id"],
            score=float(hit["_score"] or 0.0),
            place=tuple(hit["sort"]),
            article=Article.from_json(stored[0]) if stored else None,
            sketch={name: fields[name][0] for name in LIKENESS_FIELDS if name in fields},
            vector=unpacked(fields[_MEANING][0]) if _MEANING in fields else (),
            parts=tuple(
                ScorePart(name, points)
                for name, points in _named_scores(hit.get("matched_queries", {})).items()
                if points
            ),
        )


def _named_scores(matched: Mapping[str, float] | Sequence[str]) -> Mapping[str, float]:
    """Return the scores of named queries; without scores a response lists the names alone."""
    return matched if isinstance(matched, Mapping) else {}
