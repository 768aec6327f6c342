"""Generations of an archive in a cluster; all names begin with the archive's.

    ARCHIVE.<generation>          an index of articles; complete when its mapping holds its record,
                                  and never written again
    ARCHIVE.<generation>.words    the index of its words
    ARCHIVE                       the alias of the live generation
    ARCHIVE.before.1, .2 …        aliases of the generations before it, the newest first
    ARCHIVE.admin                 the index of the lock

One atomic request moves all aliases.
"""

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, suppress
from functools import partial
from pathlib import Path
from typing import Any

from search.engines.base_store import BaseStore, new_name
from search.engines.opensearch.engine import OpenSearchEngine
from search.engines.opensearch.storage.catalog import OpenSearchCatalog
from search.engines.opensearch.storage.client import Access, ClusterError, OpenSearchClient
from search.engines.opensearch.storage.generation import OpenSearchRecord
from search.engines.opensearch.storage.lock import ClusterLock
from search.engines.opensearch.storage.schema import (
    MAPPINGS,
    SCHEMA_VERSION,
    SETTINGS,
    encode,
    encode_with_meaning,
)
from search.engines.opensearch.storage.snapshots import Snapshots
from search.engines.opensearch.storage.vocabulary import read_words
from search.engines.opensearch.writer import LOADING, OpenSearchWriter, Target
from search.errors import ClusterUnavailable, EngineUnavailable, IndexMissing, WriteFailed
from search.model.article import Article
from search.ranking.tuning import Tuning
from search.settings.all_tables import Settings

__all__ = ["OpenSearchStore"]

_NOT_FOUND = 404


class OpenSearchStore(BaseStore[OpenSearchEngine, OpenSearchRecord]):
    """A GenerationStore in a cluster."""

    _encoders = encode, encode_with_meaning
    _schema_version = SCHEMA_VERSION

    def __init__(self, addresses: str, settings: Settings, tuning: Tuning) -> None:
        super().__init__(tuning)
        cluster = settings.cluster
        self._client = OpenSearchClient(
            Access.parse(addresses, cluster.user, cluster.password, cluster.ca)
        )
        self._archive = cluster.archive
        self._shards = cluster.shards
        self._replicas = cluster.replicas
        self._lock = ClusterLock(self._client, f"{self._archive}.admin")
        self._snapshots = Snapshots(self._client, cluster.snapshots)
        self._opening = threading.Lock()
        self._engine: OpenSearchEngine | None = None
        self._logged_generation = ""

    def current(self) -> OpenSearchEngine:
        """Return the engine of the live alias; see GenerationStore."""
        live = self._require_live()
        engine = self._engine
        if engine is not None and engine.generation == live:
            return engine
        with self._opening:
            if self._engine is None or self._engine.generation != live:
                self._engine = self.open(live)
            return self._engine

    def serving(self) -> OpenSearchEngine:
        """Return the live alias's engine, or the newest one before it that can be read."""
        try:
            engine = self.current()
        except IndexMissing:
            raise
        except EngineUnavailable as problem:
            engine = self._newest_readable(problem)
            self._log_served(engine, problem)
        if engine.generation != self._logged_generation:
            self._logged_generation = engine.generation
            self._log_served(engine, None)
        return engine

    def _require_live(self) -> str:
        live = self.live()
        if live is None:
            raise IndexMissing(
                f"there is no index of the archive {self._archive!r} in the cluster; "
                "run dateline rebuild SOURCE… to make it"
            )
        return live

    def history(self) -> Sequence[str]:
        """Read from the aliases the generations that were live, the live one first."""
        names = {self._position(alias): self._generation(index) for alias, index in self._aliases()}
        return [names[position] for position in sorted(names)] if 0 in names else []

    def _aliases(self) -> list[tuple[str, str]]:
        """Return the aliases of the history, each with its index."""
        names = f"{self._archive},{self._archive}.before.*"
        try:
            # Every node has the aliases, so searches go on while the cluster elects a manager.
            aliases: dict[str, Any] = self._client.request("GET", f"/_alias/{names}", local="true")
        except ClusterError as error:
            if error.status != _NOT_FOUND:
                raise
            return []
        return [(alias, index) for index, body in aliases.items() for alias in body["aliases"]]

    def generations(self) -> Sequence[str]:
        """Return the names of generations whose index has a record."""
        return sorted(
            name
            for index, mapping in self._mappings().items()
            if OpenSearchRecord.is_in(mapping, name := self._generation(index))
        )

    def open(self, generation: str) -> OpenSearchEngine:
        """Open the generation of a finished index."""
        record = self._read_record(generation)
        return OpenSearchEngine(self._client, self._indexes(generation), record, self._tuning)

    def catalog(self, generation: str) -> OpenSearchCatalog:
        """Open the catalog fields of a finished generation."""
        return OpenSearchCatalog(self._client.access, self._indexes(generation)[0], self._client)

    def salvage(self, generation: str) -> Iterator[Article]:
        """Yield all articles of a generation."""
        return self.open(generation).articles()

    def create(self, base: str | None = None) -> tuple[str, OpenSearchWriter]:
        """Begin a generation in indexes of its own."""
        self._lock.check()
        name = self._new_name()
        record = None if base is None else self._base_record(base)
        index, words_index = self._indexes(name)
        target = Target(
            generation=name,
            index=index,
            words_index=words_index,
            replicas=self._replicas,
            shards=record.shards if record else self._shards,
            check_lock=self._lock.check,
            discard=partial(self._delete, name),
        )
        try:
            words = self._clone(record, target) if record else self._make_index(target)
        except (ClusterError, ClusterUnavailable) as error:
            with suppress(ClusterUnavailable):
                self._delete(name)
            raise WriteFailed(
                f"the index {target.index} could not be made: {error}; nothing changed"
            ) from error
        return name, OpenSearchWriter(
            self._client, target, record, words=words, meaning=self._vector_model(record)
        )

    def _make_index(self, target: Target) -> Mapping[str, int]:
        settings = {"index": dict(SETTINGS) | dict(LOADING) | {"number_of_shards": target.shards}}
        self._client.request_once(
            "PUT", f"/{target.index}", {"settings": settings, "mappings": dict(MAPPINGS)}
        )
        return {}

    def _clone(self, record: OpenSearchRecord, target: Target) -> Mapping[str, int]:
        """Clone a finished index, whose files the new one shares; return its words."""
        index, words_index = self._indexes(record.generation)
        settings = {"index": dict(LOADING) | {"blocks.write": False}}
        self._client.request_once("PUT", f"/{index}/_clone/{target.index}", {"settings": settings})
        while self._client.health(target.index, "yellow")["timed_out"]:
            self._lock.check()
        return read_words(self._client, words_index, record.words)

    def make_live(self, generation: str) -> None:
        """Move the aliases."""
        self._lock.check()
        history = [generation, *(name for name in self.history() if name != generation)]
        new_aliases = [
            (self._alias(position), self._indexes(name)[0]) for position, name in enumerate(history)
        ]
        # If the response to a first try was lost, the old aliases are gone already.
        actions: list[dict[str, Any]] = [
            {"remove": {"alias": alias, "index": index, "must_exist": False}}
            for alias, index in self._aliases()
            if (alias, index) not in new_aliases
        ]
        actions += [{"add": {"alias": alias, "index": index}} for alias, index in new_aliases]
        self._client.request("POST", "/_aliases", {"actions": actions})

    def clear(self, keep: int) -> None:
        """Delete unfinished indexes, and the history past its first `keep` generations."""
        self._lock.check()
        kept = set(self.history()[: max(keep, 1)])
        for name in dict.fromkeys(map(self._generation, self._mappings())):
            if name not in kept:
                self._delete(name)

    def backup(self, target: Path, on_bytes: Callable[[int], None]) -> str:
        """Take a snapshot of the live generation and write a file that names it.

        Returns the generation's name.
        """
        generation = self.current().generation
        self._snapshots.take(generation, self._indexes(generation), target, on_bytes)
        return generation

    def check_backup(self, source: Path) -> int:
        """Read the file of a snapshot, and return the bytes of the snapshot."""
        return self._snapshots.read(source).size

    def restore(self, source: Path, on_bytes: Callable[[int], None]) -> str:
        """Restore a snapshot as a new generation, and return its name."""
        snapshot = self._snapshots.read(source)
        self._lock.check()
        name = self._new_name()
        indexes = self._indexes(name)
        try:
            self._snapshots.restore(snapshot, indexes)
            while self._client.health(",".join(indexes), "green")["timed_out"]:
                self._lock.check()
            record = OpenSearchRecord.read(self._mapping(indexes[0]), indexes[0])
            self._client.request(
                "PUT", f"/{indexes[0]}/_mapping", record.renamed(name).to_mapping()
            )
        except BaseException:
            self._delete(name)
            raise
        on_bytes(snapshot.size)
        return name

    def exclusive(self, task: str, wait: float) -> AbstractContextManager[None]:
        """Hold the cluster's lock while the block runs."""
        return self._lock.held(task, wait)

    def _indexes(self, generation: str) -> tuple[str, str]:
        index = f"{self._archive}.{generation}"
        return index, f"{index}.words"

    def _generation(self, index: str) -> str:
        return index.removeprefix(f"{self._archive}.").removesuffix(".words")

    def _alias(self, position: int) -> str:
        return f"{self._archive}.before.{position}" if position else self._archive

    def _position(self, alias: str) -> int:
        return 0 if alias == self._archive else int(alias.rpartition(".")[2])

    def _new_name(self) -> str:
        taken = set(map(self._generation, self._mappings()))
        while True:
            name = new_name()
            if name not in taken:
                return name

    def _read_record(self, generation: str) -> OpenSearchRecord:
        index, _ = self._indexes(generation)
        return OpenSearchRecord.read(self._mapping(index), index)

    def _mapping(self, index: str) -> dict[str, Any]:
        try:
            mappings: dict[str, Any] = self._client.request(
                "GET", f"/{index}/_mapping", local="true"
            )
        except ClusterError as error:
            if error.status != _NOT_FOUND:
                raise
            raise IndexMissing(
                f"the index {index} is not in the cluster any more; try again"
            ) from error
        mapping: dict[str, Any] = mappings[index]["mappings"]
        return mapping

    def _mappings(self) -> dict[str, dict[str, Any]]:
        """Return the mappings of all indexes of the archive's generations, by index."""
        fields = "*.mappings._meta,*.mappings.dynamic"
        mappings: dict[str, Any] = self._client.request(
            "GET", f"/{self._archive}.*/_mapping", filter_path=fields
        )
        return {
            index: body["mappings"]
            for index, body in mappings.items()
            if index != f"{self._archive}.admin"
        }

    def _delete(self, generation: str) -> None:
        for index in self._indexes(generation):
            with suppress(ClusterError):
                self._client.request("DELETE", f"/{index}", ignore_unavailable="true")
