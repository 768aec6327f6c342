"""Near-duplicates of the hits of a page, and of one article, in an OpenSearch index."""

from collections.abc import Sequence

from search.engines.field_names import LIKENESS_FIELDS
from search.engines.opensearch.hits import OpenSearchHits, ShardHit
from search.engines.opensearch.queries import OpenSearchQueries
from search.model.article import Article

__all__ = ["candidates_by_sketch", "duplicate_candidates"]

_MAX_CANDIDATES = 20


def duplicate_candidates(
    reader: OpenSearchHits, queries: OpenSearchQueries, hits: Sequence[ShardHit]
) -> list[list[Article]]:
    """Find articles that share a hash of each hit's sketch, newest first.

    One request finds the candidates of all hits, a second one reads them.
    """
    hashes: dict[str, set[int]] = {}
    for hit in hits:
        for field, value in hit.sketch.items():
            hashes.setdefault(field, set()).add(value)
    if not hashes:
        return [[] for _ in hits]
    sharing = reader.without_articles(queries.sharing_sketch(hashes))
    candidates = [
        [
            other
            for other in sharing
            if other.document != hit.document and hit.sketch.items() & other.sketch.items()
        ][:_MAX_CANDIDATES]
        for hit in hits
    ]
    distinct = {other.document: other for others in candidates for other in others}
    articles = {other.document: other.article for other in reader.with_articles(distinct.values())}
    return [
        [article for other in others if (article := articles[other.document])]
        for others in candidates
    ]


def candidates_by_sketch(
    reader: OpenSearchHits, queries: OpenSearchQueries, article_id: str, sketch: Sequence[int]
) -> list[Article]:
    """Find other articles that share a hash of a sketch, newest first, in one request."""
    hashes = {field: [value] for field, value in zip(LIKENESS_FIELDS, sketch, strict=False)}
    if not hashes:
        return []
    query = {
        "bool": {
            "filter": [queries.sharing_sketch(hashes)],
            "must_not": [queries.article(article_id)],
        }
    }
    request = {"query": query, "size": _MAX_CANDIDATES, "track_total_hits": False}
    hits, _ = reader.by_date(request, newest=True)
    return [hit.article for hit in hits if hit.article]
