"""The catalog of a generation: three fields of its index, so that any machine can update it."""

from collections.abc import Iterator, Sequence
from typing import Any

from search.engines.opensearch.storage.client import EVERYTHING, Access, OpenSearchClient, QueryDsl
from search.engines.opensearch.storage.schema import document_id
from search.index.article_keys import ids_by_key
from search.index.protocols import CatalogEntry

__all__ = ["OpenSearchCatalog"]

_BATCH_SIZE = 2_000
_PAGE_SIZE = 10_000


class OpenSearchCatalog:
    """The Catalog of an index; a copy sent to another process opens its own connection.

    `has_keys` is false for an index that was written without the keys of articles.
    """

    def __init__(
        self,
        access: Access,
        index: str,
        client: OpenSearchClient | None = None,
        *,
        has_keys: bool = True,
    ) -> None:
        self._access = access
        self._index = index
        self._has_keys = has_keys
        self._client = client or OpenSearchClient(access)

    def __reduce__(self) -> "tuple[type[OpenSearchCatalog], tuple[Access, str]]":
        return OpenSearchCatalog, (self._access, self._index)

    def __len__(self) -> int:
        response = self._client.search(self._index, {"size": 0, "track_total_hits": True})
        return int(response["hits"]["total"]["value"])

    def ids_of_records(self, records: Sequence[int]) -> dict[int, str]:
        """Return the ids of the articles that were read from these raw records."""
        ids: dict[int, str] = {}
        for batch in _batches(records):
            hits = self._fields({"terms": {"record": batch}}, "record")
            ids |= {fields["record"][0]: fields["id"][0] for fields in hits}
        return ids

    def ids_of_keys(self, keys: Sequence[int]) -> dict[int, str]:
        """Return the ids of the articles with these keys; see Catalog."""
        if not self._has_keys:
            return ids_by_key((entry.id for entry in self.entries()), keys)
        ids = [
            fields["id"][0]
            for batch in _batches(keys)
            for fields in self._fields({"terms": {"article_key": batch}}, "article_key")
        ]
        return ids_by_key(ids, keys)

    def fingerprints(self, ids: Sequence[str]) -> dict[str, int]:
        """Return the fingerprints of articles; unknown ids are left out."""
        fingerprints: dict[str, int] = {}
        for batch in _batches(ids):
            query = {"ids": {"values": list(map(document_id, batch))}}
            hits = self._fields(query, "fingerprint")
            fingerprints |= {fields["id"][0]: fields["fingerprint"][0] for fields in hits}
        return fingerprints

    def entries(self) -> Iterator[CatalogEntry]:
        """Yield the entry of every article, in the order of ids."""
        after: dict[str, Any] = {}
        while True:
            hits = self._hits(
                {"query": EVERYTHING, "sort": [{"id": "asc"}]} | after, "fingerprint", "record"
            )
            for hit in hits:
                fields = hit["fields"]
                yield CatalogEntry(fields["id"][0], fields["fingerprint"][0], fields["record"][0])
            if len(hits) < _PAGE_SIZE:
                return
            after = {"search_after": hits[-1]["sort"]}

    def _fields(self, query: QueryDsl, field: str) -> list[dict[str, Any]]:
        return [
            hit["fields"] for hit in self._hits({"query": {"bool": {"filter": [query]}}}, field)
        ]

    def _hits(self, body: dict[str, Any], *fields: str) -> list[dict[str, Any]]:
        options = {
            "size": _PAGE_SIZE,
            "track_total_hits": False,
            "stored_fields": "_none_",
            "docvalue_fields": ["id", *fields],
        }
        hits: list[dict[str, Any]] = self._client.search(self._index, body | options)["hits"][
            "hits"
        ]
        return hits


def _batches(values: Sequence[Any]) -> Iterator[list[Any]]:
    for start in range(0, len(values), _BATCH_SIZE):
        yield list(values[start : start + _BATCH_SIZE])
