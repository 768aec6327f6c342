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
"""Settings of an index while it is filled: what a killed load leaves is thrown away, so nothing is safeguarded on the way."""

_BATCH_BYTES = 4_000_000
_SENT_AT_ONCE = 3
"""Batches under way; further articles wait, so that memory stays bounded and the cluster sets the pace."""
_TRIES = 12
_FIRST_PAUSE, _MAX_PAUSE = 0.2, 10.0
_SECONDS_A_BATCH = 60.0
"""A slow cluster is still at work then; what is sent twice is written twice."""
_MERGE_PAUSE = 0.2
_EXPUNGED_WITHIN = 60.0
_BUSY = 429
_STALE, _MISSING = 409, 404


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Where a writer writes: a generation's two indexes, of so many shards, with so many further copies of each.

    `still_ours` raises IndexLocked once another may write; `discard` deletes the indexes.
    """

    generation: str
    index: str
    words_index: str
    replicas: int
    shards: int
    still_ours: Callable[[], None]
    discard: Callable[[], None]


class OpenSearchWriter:
    """An IndexWriter over an index that is empty, or a copy of the generation of which `base` tells.

    `begun` are the words that are in it already; `meaning` names the vectors that every article in it has, if any.
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
        self._fresh = base is None
        self._words = WordCounter(words)
        # Of two versions of an article the one with the higher number stays, in whatever order they arrive and however
        # often they are sent; so nothing waits for the batch before it.
        now = int(dt.datetime.now(dt.UTC).timestamp() * 1_000_000)
        self._version = max(now, base.version if base else 0)
        self._lines: list[bytes] = []
        self._size = 0
        self._pool = ThreadPoolExecutor(_SENT_AT_ONCE)
        self._sent: deque[Future[None]] = deque()

    def add(self, document: PreparedDocument) -> None:
        """Add an article whose id is not in the generation."""
        source = f'{{"fingerprint":{document.fingerprint},"record":{document.record},{document.encoded[1:]}'
        self._words.add(document.encoded)
        self._take("index", document.id, source.encode())

    def replace(self, document: PreparedDocument) -> None:
        """Put an article in the place of the one with its id."""
        self.add(document)

    def delete(self, article_id: str) -> None:
        """Remove an article that the generation began with."""
        self._take("delete", article_id, None)

    def commit(self, load: Mapping[str, Any]) -> None:
        """Finish the generation: everything on disk, copied to other nodes, closed to further writes."""
        target = self._target
        self.drain()
        self._pool.shutdown()
        try:
            # Copies are made of finished files, so all of them are the same byte for byte and score alike.
            self._settle()
            self._client.request(
                "POST", f"/{target.index}/_flush", force="true", wait_if_ongoing="true"
            )
            record = self._record(load)
            target.still_ours()
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
        """Wait until the cluster has all that was added, and finds it."""
        self._flush()
        while self._sent:
            self._sent.popleft().result()
        try:
            self._client.request("POST", f"/{self._target.index}/_refresh")
        except (ClusterError, ClusterUnavailable) as error:
            raise self._failed(str(error)) from error

    def abort(self) -> None:
        """Give up; what was added is gone, or goes with the next writer's clearing up when the cluster is gone too."""
        self._pool.shutdown(cancel_futures=True)
        with suppress(DatelineError):
            self._target.discard()

    def _settle(self) -> None:
        """Wait until no file is written anew, and search the files that there are then.

        Versions that a later one replaced count in scores until they are merged away. Where one copy of a shard counted some
        that another does not, a walk by relevance, which asks now this copy and now that, would meet hits twice and lose
        others. In a fresh index they are those of batches that were sent again, and are taken out here.
        """
        index = self._target.index
        if self._fresh:
            self._expunge(index)
        while self._client.request("GET", f"/{index}/_stats/merge")["_all"]["primaries"]["merges"][
            "current"
        ]:
            self._target.still_ours()
            time.sleep(_MERGE_PAUSE)
        # What is searched are the files of the last refresh, those that were merged away among them.
        self._client.request("POST", f"/{index}/_refresh")

    def _expunge(self, index: str) -> None:
        """Merge replaced versions away; the cluster keeps them for a while, for copies that lag behind, though there are none yet."""
        client = self._client
        client.request(
            "PUT", f"/{index}/_settings", {"index": {"merge.policy.expunge_deletes_allowed": 0}}
        )
        deadline = time.monotonic() + _EXPUNGED_WITHIN
        while client.request("GET", f"/{index}/_stats/docs")["_all"]["primaries"]["docs"][
            "deleted"
        ]:
            self._target.still_ours()
            if time.monotonic() > deadline:
                _LOG.warning(
                    "%s still holds versions that were sent twice; scores are a little off until the next load",
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
        facets = OpenSearchFacets(client, target.index, queries, {})
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
        """Write the vocabulary beside the articles, and return the number of its pieces."""
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
        """Wait until every shard has its copies: readers must not see an index that one lost node takes away."""
        names = f"{self._target.index},{self._target.words_index}"
        while True:
            self._target.still_ours()
            health = self._client.health(names, "green")
            if not health["timed_out"]:
                return
            if health["status"] == "red":
                raise self._failed("a node with a part of it was lost")
            # A copy that could not be made several times is not tried again by itself.
            self._client.request("POST", "/_cluster/reroute", retry_failed="true")

    def _take(self, action: str, article_id: str, source: bytes | None) -> None:
        self._version += 1
        how = {
            "_id": document_id(article_id),
            "version": self._version,
            "version_type": "external_gte",
        }
        line = orjson.dumps({action: how}) + b"\n"
        if source is not None:
            line += source + b"\n"
        self._lines.append(line)
        self._size += len(line)
        if self._size >= _BATCH_BYTES:
            self._flush()

    def _flush(self) -> None:
        if not self._lines:
            return
        self._target.still_ours()
        while len(self._sent) >= _SENT_AT_ONCE:
            self._sent.popleft().result()
        lines, self._lines, self._size = self._lines, [], 0
        self._sent.append(self._pool.submit(self._send, lines))

    def _send(self, lines: list[bytes]) -> None:
        """Send a batch; what a busy cluster refuses of it is sent again, after growing pauses."""
        path = f"/{self._target.index}/_bulk"
        pause = _FIRST_PAUSE
        try:
            for _ in range(_TRIES):
                answer = self._client.request(
                    "POST",
                    path,
                    b"".join(lines),
                    patience=_SECONDS_A_BATCH,
                    filter_path="errors,items.*.status,items.*.error",
                )
                if not answer["errors"]:
                    return
                lines = self._refused(lines, answer["items"])
                if not lines:
                    return
                time.sleep(pause)
                pause = min(2 * pause, _MAX_PAUSE)
        except (ClusterError, ClusterUnavailable) as error:
            raise self._failed(str(error)) from error
        raise self._failed("the cluster stays too busy to take more")

    def _refused(self, lines: list[bytes], items: list[dict[str, dict[str, Any]]]) -> list[bytes]:
        """Return what must be sent again; a newer version that is there already, or nothing to delete, is no failure."""
        again: list[bytes] = []
        for line, item in zip(lines, items, strict=True):
            (done,) = item.values()
            if done["status"] == _BUSY:
                again.append(line)
            elif "error" in done and done["status"] not in (_STALE, _MISSING):
                raise self._failed(str(done["error"]))
        return again

    def _failed(self, why: str) -> WriteFailed:
        return WriteFailed(
            f"the index {self._target.index} could not be written: {why}; nothing changed"
        )
