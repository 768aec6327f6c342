"""The engine over one finished OpenSearch index."""

from search.engines.base import PipelineEngine
from search.engines.opensearch.consistency import index_size
from search.engines.opensearch.hits import ShardHit
from search.engines.opensearch.searcher import OpenSearchSearcher
from search.engines.opensearch.storage.catalog import OpenSearchCatalog
from search.engines.opensearch.storage.client import OpenSearchClient
from search.engines.opensearch.storage.generation import OpenSearchRecord
from search.engines.opensearch.storage.schema import KEYS_SCHEMA_VERSION, SCHEMA_VERSION
from search.ranking.tuning import Tuning

__all__ = ["OpenSearchEngine"]


class OpenSearchEngine(PipelineEngine[ShardHit]):
    """A SearchEngine over an index of articles and the index of their words."""

    current_schema_version = SCHEMA_VERSION

    def __init__(
        self,
        client: OpenSearchClient,
        indexes: tuple[str, str],
        record: OpenSearchRecord,
        tuning: Tuning,
    ) -> None:
        super().__init__(record, tuning)
        self._client = client
        self.indexes = indexes
        self.record = record

    def _open_primitives(self) -> OpenSearchSearcher:
        return OpenSearchSearcher(self._client, self.indexes, self.record, self._tuning.boosts)

    @property
    def size(self) -> int:
        """Bytes on disk, of one copy of each shard."""
        return index_size(self._client, self.indexes[0])

    @property
    def catalog(self) -> OpenSearchCatalog:
        """The generation's catalog."""
        return OpenSearchCatalog(
            self._client.access,
            self.indexes[0],
            self._client,
            has_keys=self.record.schema_version >= KEYS_SCHEMA_VERSION,
        )
