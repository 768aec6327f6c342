"""Generations of an archive in a cluster, whose names all begin with the archive's.

    ARCHIVE.<generation>          an index of articles; whole once its mapping holds its record, and never written again
    ARCHIVE.<generation>.words    the index of its words
    ARCHIVE                       the alias of the one that readers see
    ARCHIVE.before.1, .2 …        aliases of those that they saw before, the last one first
    ARCHIVE.admin                 the index of the lock

All aliases are moved by one request that the cluster does whole or not at all.
"""

import datetime as dt
import logging
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, suppress
from functools import partial
from pathlib import Path
from typing import Any

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
from search.errors import (
    ClusterUnavailable,
    EngineUnavailable,
    IndexMissing,
    IndexOutdated,
    WriteFailed,
)
from search.index.document import VECTOR_MODEL, IndexDocument
from search.model.article import Article
from search.ranking.tuning import Tuning
from search.settings.tables import Settings

__all__ = ["OpenSearchStore"]

_LOG = logging.getLogger("dateline.store")
_NOT_FOUND = 404


class OpenSearchStore:
    """A GenerationStore in a cluster."""

    def __init__(self, addresses: str, settings: Settings, tuning: Tuning) -> None:
        self._client = OpenSearchClient(
            Access.parse(addresses, settings.user, settings.password, settings.ca)
        )
        self._archive = settings.archive
        self._shards = settings.shards
        self._replicas = settings.replicas
        self._tuning = tuning
        self._lock = ClusterLock(self._client, f"{self._archive}.admin")
        self._snapshots = Snapshots(self._client, settings.snapshots)
        self._opening = threading.Lock()
        self._engine: OpenSearchEngine | None = None
        self._told = ""

    @property
    def encode(self) -> Callable[[IndexDocument], str]:
        """What makes a document ready for a writer."""
        return encode_with_meaning if self._tuning.with_meaning else encode

    def current(self) -> OpenSearchEngine:
        """Return the live generation's engine; see GenerationStore."""
        live = self._live()
        engine = self._engine
        if engine is not None and engine.generation == live:
            return engine
        with self._opening:
            if self._engine is None or self._engine.generation != live:
                self._engine = self.open(live)
            return self._engine

    def serving(self) -> OpenSearchEngine:
        """Return the live generation's engine, or the newest one before it that can be read."""
        try:
            engine = self.current()
        except IndexMissing:
            raise
        except EngineUnavailable as problem:
            engine = self._newest_readable(problem)
        if engine.generation != self._told:
            self._told = engine.generation
            _LOG.info(
                "generation %s is served",
                self._told,
                extra={"event": "served", "generation": self._told},
            )
        return engine

    def _newest_readable(self, problem: EngineUnavailable) -> OpenSearchEngine:
        for name in self.history()[1:]:
            try:
                engine = self.open(name)
            except EngineUnavailable:
                continue
            extra = {"event": "served_in_place", "generation": name}
            _LOG.error("%s; generation %s is served in its place", problem, name, extra=extra)
            return engine
        raise problem

    def _live(self) -> str:
        history = self.history()
        if not history:
            raise IndexMissing(
                f"there is no index of the archive {self._archive!r} in the cluster; run dateline rebuild SOURCE… to make it"
            )
        return history[0]

    def live(self) -> str | None:
        """Name the live generation."""
        return next(iter(self.history()), None)

    def history(self) -> Sequence[str]:
        """Name the generations that were live, the live one first."""
        places = {self._place(alias): self._generation(index) for alias, index in self._aliases()}
        return [places[place] for place in sorted(places)] if 0 in places else []

    def _aliases(self) -> list[tuple[str, str]]:
        """Return the aliases that make the history, each with its index."""
        names = f"{self._archive},{self._archive}.before.*"
        try:
            # Any node knows the aliases, so readers are served while the cluster elects a manager.
            found: dict[str, Any] = self._client.request("GET", f"/_alias/{names}", local="true")
        except ClusterError as refusal:
            if refusal.status != _NOT_FOUND:
                raise
            return []
        return [(alias, index) for index, each in found.items() for alias in each["aliases"]]

    def generations(self) -> Sequence[str]:
        """Name all finished generations."""
        return sorted(
            name
            for index, mapping in self._mappings().items()
            if OpenSearchRecord.is_in(mapping, name := self._generation(index))
        )

    def open(self, generation: str) -> OpenSearchEngine:
        """Open a finished generation."""
        return OpenSearchEngine(
            self._client, self._indexes(generation), self._record(generation), self._tuning
        )

    def catalog(self, generation: str) -> OpenSearchCatalog:
        """Open the catalog of a finished generation."""
        return OpenSearchCatalog(self._client.access, self._indexes(generation)[0], self._client)

    def load_report(self, generation: str) -> Mapping[str, Any]:
        """Return the report of the command that made a generation."""
        return self._record(generation).load

    def salvage(self, generation: str) -> Iterator[Article]:
        """Yield the articles that a generation holds, as far as they can be read."""
        return self.open(generation).articles()

    def create(self, base: str | None = None) -> tuple[str, OpenSearchWriter]:
        """Begin a new generation."""
        self._lock.check()
        name = self._new_name()
        record = None if base is None else self._record(base)
        if record and record.schema_version < SCHEMA_VERSION:
            raise IndexOutdated(
                "the live index was written by an older version of Dateline; it is served, but before it can be changed "
                "run dateline check --repair, which writes it anew from its own articles"
            )
        index, words_index = self._indexes(name)
        target = Target(
            generation=name,
            index=index,
            words_index=words_index,
            replicas=self._replicas,
            shards=record.shards if record else self._shards,
            still_ours=self._lock.check,
            discard=partial(self._delete, name),
        )
        try:
            begun = self._copy(record, target) if record else self._begin(target)
        except (ClusterError, ClusterUnavailable) as error:
            with suppress(ClusterUnavailable):
                self._delete(name)
            raise WriteFailed(
                f"the index {target.index} could not be made: {error}; nothing changed"
            ) from error
        # One article without a vector is enough to do without: it would stand behind all others.
        keeps = self._tuning.with_meaning and (record is None or record.meaning == VECTOR_MODEL)
        meaning = VECTOR_MODEL if keeps else ""
        return name, OpenSearchWriter(self._client, target, record, begun=begun, meaning=meaning)

    def _begin(self, target: Target) -> Mapping[str, int]:
        settings = {"index": dict(SETTINGS) | dict(LOADING) | {"number_of_shards": target.shards}}
        self._client.request_once(
            "PUT", f"/{target.index}", {"settings": settings, "mappings": dict(MAPPINGS)}
        )
        return {}

    def _copy(self, record: OpenSearchRecord, target: Target) -> Mapping[str, int]:
        """Let a new index begin as a finished one, whose files it shares; return that one's words."""
        index, words = self._indexes(record.generation)
        settings = {"index": dict(LOADING) | {"blocks.write": False}}
        self._client.request_once("PUT", f"/{index}/_clone/{target.index}", {"settings": settings})
        while self._client.health(target.index, "yellow")["timed_out"]:
            self._lock.check()
        return read_words(self._client, words, record.words)

    def make_live(self, generation: str) -> None:
        """Let readers see a generation."""
        self._lock.check()
        history = [generation, *(name for name in self.history() if name != generation)]
        wanted = [
            (f"{self._archive}.before.{place}" if place else self._archive, self._indexes(name)[0])
            for place, name in enumerate(history)
        ]
        known = self._aliases()
        # When the answer to a first try was lost, what is to be removed is gone already.
        actions: list[dict[str, Any]] = [
            {"remove": {"alias": alias, "index": index, "must_exist": False}}
            for alias, index in known
            if (alias, index) not in wanted
        ]
        actions += [{"add": {"alias": alias, "index": index}} for alias, index in wanted]
        self._client.request("POST", "/_aliases", {"actions": actions})

    def clear(self, keep: int) -> None:
        """Delete what killed and refused builds left behind, and all of the history but its first `keep`."""
        self._lock.check()
        kept = set(self.history()[: max(keep, 1)])
        for name in dict.fromkeys(map(self._generation, self._mappings())):
            if name not in kept:
                self._delete(name)

    def backup(self, target: Path, on_bytes: Callable[[int], None]) -> str:
        """Take a snapshot of the live generation, and write a file that names it; return the generation's name."""
        generation = self.current().generation
        self._snapshots.take(generation, self._indexes(generation), target, on_bytes)
        return generation

    def check_backup(self, source: Path) -> int:
        """Read what a backup says of itself, and return how many bytes it holds."""
        return self._snapshots.read(source).size

    def restore(self, source: Path, on_bytes: Callable[[int], None]) -> str:
        """Make a new generation of a backup, and name it."""
        snapshot = self._snapshots.read(source)
        self._lock.check()
        name = self._new_name()
        indexes = self._indexes(name)
        try:
            self._snapshots.bring_back(snapshot, indexes)
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
        """Be the only writer while the block runs."""
        return self._lock.held(task, wait)

    def _indexes(self, generation: str) -> tuple[str, str]:
        index = f"{self._archive}.{generation}"
        return index, f"{index}.words"

    def _generation(self, index: str) -> str:
        return index.removeprefix(f"{self._archive}.").removesuffix(".words")

    def _place(self, alias: str) -> int:
        return 0 if alias == self._archive else int(alias.rpartition(".")[2])

    def _new_name(self) -> str:
        taken = set(map(self._generation, self._mappings()))
        while True:
            name = f"{dt.datetime.now(dt.UTC):%Y%m%d-%H%M%S-%f}"
            if name not in taken:
                return name

    def _record(self, generation: str) -> OpenSearchRecord:
        index, _ = self._indexes(generation)
        return OpenSearchRecord.read(self._mapping(index), index)

    def _mapping(self, index: str) -> dict[str, Any]:
        try:
            found: dict[str, Any] = self._client.request("GET", f"/{index}/_mapping", local="true")
        except ClusterError as refusal:
            if refusal.status != _NOT_FOUND:
                raise
            raise IndexMissing(
                f"there is no index {index} in the cluster any more; ask again"
            ) from refusal
        mapping: dict[str, Any] = found[index]["mappings"]
        return mapping

    def _mappings(self) -> dict[str, dict[str, Any]]:
        """Return the mapping of every index of the archive's generations, words among them, by name."""
        found: dict[str, Any] = self._client.request(
            "GET", f"/{self._archive}.*/_mapping", filter_path="*.mappings._meta,*.mappings.dynamic"
        )
        return {
            index: each["mappings"]
            for index, each in found.items()
            if index != f"{self._archive}.admin"
        }

    def _delete(self, generation: str) -> None:
        for index in self._indexes(generation):
            with suppress(ClusterError):
                self._client.request("DELETE", f"/{index}", ignore_unavailable="true")
