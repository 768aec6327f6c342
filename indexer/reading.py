"""Batches of raw records to documents, in this process or in several: reading and analysis take most of the work."""

import gc
import multiprocessing
import os
from collections import Counter, deque
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from functools import partial
from itertools import islice
from multiprocessing import forkserver
from typing import Any, NamedTuple

import orjson

from indexer.formats import is_reject, read_record
from indexer.formats.record import to_article
from indexer.sources import Batch, RawRecord
from search.article import Article
from search.document import IndexDocument, index_document
from search.errors import InvalidArticle

__all__ = ["PARALLEL_FROM_BYTES", "ReadBatch", "Reader", "Reject", "read_batch", "reader"]

PARALLEL_FROM_BYTES = 3_000_000
"""Sources smaller than this are read sooner in one process than others can be started."""

_MOST_PROCESSES = 8
_READ_HERE = 2


class Reject(NamedTuple):
    """A record that could not be read, and why; it can be mended and fed back."""

    origin: str
    line: int
    reason: str
    raw: Any

    def to_json(self) -> bytes:
        """Write it as a line of a rejects file."""
        return orjson.dumps(self._asdict(), option=orjson.OPT_APPEND_NEWLINE)


class ReadBatch(NamedTuple):
    """What a batch held; `unknown` counts keys that no article has."""

    read: int
    documents: list[IndexDocument]
    rejects: list[Reject]
    unknown: Counter[str]


def read_batch(batch: Batch, language: str) -> ReadBatch:
    """Read, validate and analyse one batch; `language` is for articles that name none."""
    documents: list[IndexDocument] = []
    rejects: list[Reject] = []
    unknown: Counter[str] = Counter()
    for record in batch.records:
        try:
            article, strange = _read(batch, record, language)
        except InvalidArticle as error:
            rejects.append(_reject(batch.origin, record, str(error)))
            continue
        unknown.update(strange)
        documents.append(index_document(article))
    return ReadBatch(len(batch.records), documents, rejects, unknown)


def _read(batch: Batch, record: RawRecord, language: str) -> tuple[Article, list[str]]:
    if record.problem:
        raise InvalidArticle(record.problem)
    origin = f"{batch.origin}:{record.line}" if record.line else batch.origin
    return to_article(read_record(batch.kind, record.raw), origin, language)


def _reject(origin: str, record: RawRecord, reason: str) -> Reject:
    """Keep a raw record as JSON can hold it: the object that it is, else its text; a reject is not wrapped twice."""
    try:
        found = orjson.loads(record.raw)
    except orjson.JSONDecodeError:
        found = None
    if not isinstance(found, dict):
        return Reject(origin, record.line, reason, _text(record.raw))
    if is_reject(found):
        line = found.get("line")
        return Reject(str(found["origin"]), line if isinstance(line, int) else 0, reason, found["raw"])
    return Reject(origin, record.line, reason, found)


def _text(raw: bytes) -> str:
    try:
        return raw.decode().rstrip("\r\n")
    except UnicodeDecodeError:
        return raw.decode("cp1252", errors="replace").rstrip("\r\n")


class Reader:
    """Reads batches in order; with processes, several at once and never more than a few ahead."""

    def __init__(self, language: str, pool: ProcessPoolExecutor | None = None, ahead: int = 0) -> None:
        self._read = partial(read_batch, language=language)
        self._pool = pool
        self._ahead = ahead

    def __call__(self, batches: Iterable[Batch]) -> Iterator[ReadBatch]:
        """Read batches."""
        if self._pool is None:
            yield from map(self._read, batches)
            return
        batches = iter(batches)
        # The server that processes are forked from takes a moment to start; the first batches are read here meanwhile.
        yield from map(self._read, islice(batches, _READ_HERE))
        waiting = deque(self._pool.submit(self._read, batch) for batch in islice(batches, self._ahead))
        for batch in batches:
            waiting.append(self._pool.submit(self._read, batch))
            yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


@contextmanager
def reader(language: str, *, parallel: bool) -> Iterator[Reader]:
    """Give a reader; its processes end with the block."""
    cores = os.cpu_count() or 1
    if not parallel or cores == 1:
        yield Reader(language)
        return
    processes = min(_MOST_PROCESSES, cores)
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__])
    forkserver.ensure_running()
    # Reading makes no cycles, and looking for them costs a third of it.
    pool = ProcessPoolExecutor(processes, mp_context=context, initializer=gc.disable)
    try:
        yield Reader(language, pool, ahead=processes * 3)
    finally:
        pool.shutdown(cancel_futures=True)
