"""Fills a new OpenSearch index, or a copy of one."""

import datetime as dt
import logging
import time
from collections import deque
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import orjson

from search.engines.opensearch.facets import OpenSearchFacets
from search.engines.opensearch.queries import OpenSearchQueries
from search.engines.opensearch.storage.client import EVERYTHING, ClusterError, OpenSearchClient
from search.engines.opensearch.storage.generation import OpenSearchRecord
from search.engines.opensearch.storage.schema import SCHEMA_VERSION, document_id
from search.engines.opensearch.storage.vocabulary import WORDS_MAPPINGS, WordCounter, word_pieces
from search.errors import ClusterUnavailable, DatelineError, WriteFailed
from search.index.document import PreparedDocument
from search.model.facets import VALUE_FACETS
from search.query.terms import IndexStemmer

__all__ = ["LOADING", "OpenSearchWriter", "Target"]

_LOG = logging.getLogger("dateline.store")

LOADING: Mapping[str, Any] = {
    "number_of_replicas": 0,
    "auto_expand_replicas": "false",
    "refresh_interval": "-1",
    "translog.durability": "async",
    "translog.flush_threshold_size": "2gb",
}
"""Settings of an index while it is filled.

A killed load is discarded, so nothing needs to be durable before the end.
"""

_BATCH_BYTES = 4_000_000
_MAX_CONCURRENT_BATCHES = 3
"""Batches in flight; further ones wait, so that memory is bounded (back-pressure)."""
_TRIES = 12
_FIRST_PAUSE, _MAX_PAUSE = 0.2, 10.0
_BATCH_TIMEOUT = 60.0
"""Long, because a slow cluster still works on a batch that would be sent twice."""
_MERGE_PAUSE = 0.2
_EXPUNGE_SECONDS = 60.0
_BUSY = 429
_STALE, _MISSING = 409, 404


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """The two indexes that a writer fills, with their numbers of shards and replicas.

    `check_lock` raises IndexLocked once another process may write; `discard` deletes the indexes.
    """

    generation: str
    index: str
    words_index: str
    replicas: int
    shards: int
    check_lock: Callable[[], None]
    discard: Callable[[], None]


class OpenSearchWriter:
    """An IndexWriter over an index that is empty, or a clone of the generation with record `base`.

    `words` is the vocabulary of the clone. `meaning` names the vectors that every article has, or
    is "".
    """

    def __init__(
        self,
        client: OpenSearchClient,
        target: Target,
        base: OpenSearchRecord | None,
        *,
        words: Mapping[str, int],
        meaning: str,
    ) -> None:
        self._client = client
        self._target = target
        self._meaning = meaning
        self._is_new = base is None
        self._words = WordCounter(words)
        # External versioning: the highest version of an article wins, so batches may arrive late or
        # twice, and none waits for the one before it.
        now = int(dt.datetime.now(dt.UTC).timestamp() * 1_000_000)
        self._version = max(now, base.version if base else 0)
        self._lines: list[bytes] = []
        self._size = 0
        self._pool = ThreadPoolExecutor(_MAX_CONCURRENT_BATCHES)
        self._in_flight: deque[Future[None]] = deque()

    def add(self, document: PreparedDocument) -> None:
        """Add an article whose id is not in the generation."""
        fields = f'"fingerprint":{document.fingerprint},"record":{document.record}'
        source = f"{{{fields},{document.encoded[1:]}"
        self._words.add(document.encoded)
        self._append("index", document.id, source.encode())

    def replace(self, document: PreparedDocument) -> None:
        """Replace the article with the same id."""
        self.add(document)

    def delete(self, article_id: str) -> None:
        """Remove an article of the cloned generation."""
        self._append("delete", article_id, None)

    def commit(self, load: Mapping[str, Any], *, merge: bool = False) -> None:
        """Finish the generation: flushed, replicated, and closed to further writes."""
        target = self._target
        self.drain()
        self._pool.shutdown()
        try:
            # Replicas copy finished files, so they are identical and score alike.
            if merge:
                path = f"/{target.index}/_forcemerge"
                self._client.request_once("POST", path, max_num_segments="1")
            self._settle()
            self._client.request(
                "POST", f"/{target.index}/_flush", force="true", wait_if_ongoing="true"
            )
            record = self._record(load)
            target.check_lock()
            settings = {
                "blocks.write": True,
                "auto_expand_replicas": f"0-{target.replicas}" if target.replicas else "false",
                "translog": {"durability": "request", "flush_threshold_size": None},
            }
            self._client.request("PUT", f"/{target.index}/_settings", {"index": settings})
            self._await_copies()
            self._client.request("PUT", f"/{target.index}/_mapping", record.to_mapping())
        except (ClusterError, ClusterUnavailable) as error:
            raise self._failed(str(error)) from error

    def drain(self) -> None:
        """Wait until the cluster has indexed all added articles and finds them."""
        self._flush()
        while self._in_flight:
            self._in_flight.popleft().result()
        try:
            self._client.request("POST", f"/{self._target.index}/_refresh")
        except (ClusterError, ClusterUnavailable) as error:
            raise self._failed(str(error)) from error

    def abort(self) -> None:
        """Discard the generation; if the cluster is down, the next writer deletes it."""
        self._pool.shutdown(cancel_futures=True)
        with suppress(DatelineError):
            self._target.discard()

    def _settle(self) -> None:
        """Wait until merges are finished, and search the resulting files.

        Replaced versions count in scores until they are merged away. If one copy of a shard counted
        some that another does not, a walk by relevance, which may use any copy, would meet hits
        twice and lose others. In a new index such versions come from batches that were sent twice,
        and are expunged here.
        """
        index = self._target.index
        if self._is_new:
            self._expunge(index)
        while self._client.request("GET", f"/{index}/_stats/merge")["_all"]["primaries"]["merges"][
            "current"
        ]:
            self._target.check_lock()
            time.sleep(_MERGE_PAUSE)
        # Until a refresh, searches use the files of the last one, including merged ones.
        self._client.request("POST", f"/{index}/_refresh")

    def _expunge(self, index: str) -> None:
        """Merge replaced versions away.

        By default the cluster keeps them for lagging replicas, which do not exist yet.
        """
        client = self._client
        client.request(
            "PUT", f"/{index}/_settings", {"index": {"merge.policy.expunge_deletes_allowed": 0}}
        )
        deadline = time.monotonic() + _EXPUNGE_SECONDS
        while client.request("GET", f"/{index}/_stats/docs")["_all"]["primaries"]["docs"][
            "deleted"
        ]:
            self._target.check_lock()
            if time.monotonic() > deadline:
                _LOG.warning(
                    "%s still holds versions that were sent twice; scores are slightly inexact "
                    "until the next load",
                    index,
                )
                return
            client.request("POST", f"/{index}/_flush", force="true", wait_if_ongoing="true")
            client.request_once("POST", f"/{index}/_forcemerge", only_expunge_deletes="true")
            client.request("POST", f"/{index}/_refresh")
            time.sleep(_MERGE_PAUSE)

    def _record(self, load: Mapping[str, Any]) -> OpenSearchRecord:
        client, target = self._client, self._target
        queries = OpenSearchQueries(IndexStemmer(()))
        facets = OpenSearchFacets(client, target.index, queries)
        values = facets.all_values([facet.name for facet in VALUE_FACETS])
        languages = values["language"]
        return OpenSearchRecord(
            generation=target.generation,
            schema_version=SCHEMA_VERSION,
            built=dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
            articles=client.totals(target.index, [EVERYTHING])[0],
            languages=tuple(
                sorted(languages, key=lambda language: (-languages[language], language))
            ),
            shards=target.shards,
            distinct={name: len(counts) for name, counts in values.items()},
            words=self._write_words(),
            version=self._version,
            load=dict(load),
            meaning=self._meaning,
        )

    def _write_words(self) -> int:
        """Write the vocabulary into its index, and return the number of its documents."""
        target = self._target
        copies = f"0-{target.replicas}" if target.replicas else "false"
        settings = {"number_of_shards": 1, "number_of_replicas": 0, "auto_expand_replicas": copies}
        self._client.request_once(
            "PUT",
            f"/{target.words_index}",
            {"settings": settings, "mappings": dict(WORDS_MAPPINGS)},
        )
        number = 0
        for piece in word_pieces(self._words.frequencies()):
            self._client.request("PUT", f"/{target.words_index}/_doc/{number}", piece)
            number += 1
        return number

    def _await_copies(self) -> None:
        """Wait until every shard has its replicas, so that no lost node takes articles away."""
        names = f"{self._target.index},{self._target.words_index}"
        while True:
            self._target.check_lock()
            health = self._client.health(names, "green")
            if not health["timed_out"]:
                return
            if health["status"] == "red":
                raise self._failed("a node with one of its shards was lost")
            # A replica that failed several times is not retried by the cluster itself.
            self._client.request("POST", "/_cluster/reroute", retry_failed="true")

    def _append(self, action: str, article_id: str, source: bytes | None) -> None:
        self._version += 1
        metadata = {
            "_id": document_id(article_id),
            "version": self._version,
            "version_type": "external_gte",
        }
        line = orjson.dumps({action: metadata}) + b"\n"
        if source is not None:
            line += source + b"\n"
        self._lines.append(line)
        self._size += len(line)
        if self._size >= _BATCH_BYTES:
            self._flush()

    def _flush(self) -> None:
        if not self._lines:
            return
        self._target.check_lock()
        while len(self._in_flight) >= _MAX_CONCURRENT_BATCHES:
            self._in_flight.popleft().result()
        lines, self._lines, self._size = self._lines, [], 0
        self._in_flight.append(self._pool.submit(self._send, lines))

    def _send(self, lines: list[bytes]) -> None:
        """Send a batch; retry rejected operations of a busy cluster with growing pauses."""
        path = f"/{self._target.index}/_bulk"
        pause = _FIRST_PAUSE
        try:
            for _ in range(_TRIES):
                response = self._client.request(
                    "POST",
                    path,
                    b"".join(lines),
                    patience=_BATCH_TIMEOUT,
                    filter_path="errors,items.*.status,items.*.error",
                )
                if not response["errors"]:
                    return
                lines = self._rejected(lines, response["items"])
                if not lines:
                    return
                time.sleep(pause)
                pause = min(2 * pause, _MAX_PAUSE)
        except (ClusterError, ClusterUnavailable) as error:
            raise self._failed(str(error)) from error
        raise self._failed("the cluster is still too busy to accept articles")

    def _rejected(self, lines: list[bytes], items: list[dict[str, dict[str, Any]]]) -> list[bytes]:
        """Return the operations to send again.

        A newer version in the index, or nothing to delete, is not an error.
        """
        rejected: list[bytes] = []
        for line, item in zip(lines, items, strict=True):
            (result,) = item.values()
            if result["status"] == _BUSY:
                rejected.append(line)
            elif "error" in result and result["status"] not in (_STALE, _MISSING):
                raise self._failed(str(result["error"]))
        return rejected

    def _failed(self, why: str) -> WriteFailed:
        return WriteFailed(
            f"the index {self._target.index} could not be written: {why}; nothing changed"
        )
