"""The catalog of a generation in OpenSearch: three fields of its index, so that any machine's updates find them."""

from collections.abc import Iterator, Sequence
from typing import Any

from search.engines.opensearch.storage.client import EVERYTHING, Access, OpenSearchClient, QueryDsl
from search.engines.opensearch.storage.schema import document_id
from search.index.protocols import CatalogEntry

__all__ = ["OpenSearchCatalog"]

_ASKED_AT_ONCE = 2_000
_PAGE = 10_000


class OpenSearchCatalog:
    """The Catalog of an index; a copy sent to another process connects anew."""

    def __init__(self, access: Access, index: str, client: OpenSearchClient | None = None) -> None:
        self._access = access
        self._index = index
        self._client = client or OpenSearchClient(access)

    def __reduce__(self) -> "tuple[type[OpenSearchCatalog], tuple[Access, str]]":
        return OpenSearchCatalog, (self._access, self._index)

    def __len__(self) -> int:
        found = self._client.search(self._index, {"size": 0, "track_total_hits": True})
        return int(found["hits"]["total"]["value"])

    def ids_of_records(self, records: Sequence[int]) -> dict[int, str]:
        """Return the ids of those raw records that articles were read from."""
        found: dict[int, str] = {}
        for asked in _batches(records):
            hits = self._found({"terms": {"record": asked}}, "record")
            found |= {fields["record"][0]: fields["id"][0] for fields in hits}
        return found

    def fingerprints(self, ids: Sequence[str]) -> dict[str, int]:
        """Return the fingerprints of those articles that there are."""
        found: dict[str, int] = {}
        for asked in _batches(ids):
            hits = self._found({"ids": {"values": list(map(document_id, asked))}}, "fingerprint")
            found |= {fields["id"][0]: fields["fingerprint"][0] for fields in hits}
        return found

    def entries(self) -> Iterator[CatalogEntry]:
        """Yield what is known of every article, in the order of ids."""
        after: dict[str, Any] = {}
        while True:
            hits = self._hits(
                {"query": EVERYTHING, "sort": [{"id": "asc"}]} | after, "fingerprint", "record"
            )
            for hit in hits:
                fields = hit["fields"]
                yield CatalogEntry(fields["id"][0], fields["fingerprint"][0], fields["record"][0])
            if len(hits) < _PAGE:
                return
            after = {"search_after": hits[-1]["sort"]}

    def _found(self, query: QueryDsl, field: str) -> list[dict[str, Any]]:
        return [
            hit["fields"] for hit in self._hits({"query": {"bool": {"filter": [query]}}}, field)
        ]

    def _hits(self, body: dict[str, Any], *fields: str) -> list[dict[str, Any]]:
        wanted = {
            "size": _PAGE,
            "track_total_hits": False,
            "stored_fields": "_none_",
            "docvalue_fields": ["id", *fields],
        }
        hits: list[dict[str, Any]] = self._client.search(self._index, body | wanted)["hits"]["hits"]
        return hits


def _batches(values: Sequence[Any]) -> Iterator[list[Any]]:
    for start in range(0, len(values), _ASKED_AT_ONCE):
        yield list(values[start : start + _ASKED_AT_ONCE])
