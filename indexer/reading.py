"""Batches of raw records to documents, in this process or in several: reading and analysis take most of the work."""

import gc
import multiprocessing
import os
import signal
import threading
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from functools import lru_cache, partial
from hashlib import sha256
from multiprocessing import connection, forkserver
from typing import Any, NamedTuple, cast

import orjson

from indexer.formats import Format, is_reject, read_record
from indexer.formats.record import to_article
from indexer.sources import Batch, RawRecord
from search.article import Article
from search.document import IndexDocument, PreparedDocument, index_document
from search.errors import InvalidArticle

__all__ = [
    "PARALLEL_FROM_BYTES",
    "KnownBatch",
    "KnownRecord",
    "Outcome",
    "ReadBatch",
    "Reader",
    "Reject",
    "read_batch",
    "reader",
    "record_digest",
]

READER_VERSION = 1
"""Raised whenever some record would be read into another article than before: `update` then reads all of them again."""

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


class KnownRecord(NamedTuple):
    """A raw record that the article `id` of the index was read from, so that it need not be read again."""

    id: str
    batch: Batch
    record: RawRecord


Outcome = PreparedDocument | Reject | KnownRecord


class ReadBatch(NamedTuple):
    """What became of the records of a batch, in their order; `unknown` counts keys that no article has."""

    outcomes: list[Outcome]
    unknown: Counter[str]


class KnownBatch(NamedTuple):
    """A batch of nothing but known records, as most of an update are: the ids of their articles, in their order."""

    batch: Batch
    ids: list[str]

    def records(self) -> Iterator[KnownRecord]:
        """Yield them one by one."""
        for article_id, record in zip(self.ids, self.batch.records, strict=True):
            yield KnownRecord(article_id, self.batch, record)


Encode = Callable[[IndexDocument], str]


def read_batch(batch: Batch, language: str, encode: Encode) -> ReadBatch:
    """Read, validate, analyse and encode one batch; `language` is for articles that name none."""
    outcomes: list[Outcome] = []
    unknown: Counter[str] = Counter()
    digest = record_digest(batch.kind, language)
    for record in batch.records:
        try:
            article, strange = _read(batch, record, language)
        except InvalidArticle as error:
            outcomes.append(_reject(batch.origin, record, str(error)))
            continue
        if strange:
            unknown.update(strange)
        document = index_document(article)
        outcomes.append(PreparedDocument(article.id, document.fingerprint, digest(record.raw), encode(document)))
    return ReadBatch(outcomes, unknown)


@lru_cache(maxsize=64)
def record_digest(kind: Format, language: str) -> Callable[[bytes], int]:
    """Return what makes 64 bits of a raw record and of all that decides, beside it, which article it is read into."""
    begun = sha256(f"{READER_VERSION}\x00{kind.name}\x00{language}\x00".encode())

    def digest(raw: bytes) -> int:
        made = begun.copy()
        made.update(raw)
        return int.from_bytes(made.digest()[:8], signed=True)

    return digest


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


KnownIds = Callable[[Sequence[int]], dict[int, str]]


class Reader:
    """Reads batches in order; with processes, several at once and never more than a few ahead.

    Records whose digest is one that `known` tells an article's id of are not read again.
    """

    def __init__(
        self,
        language: str,
        encode: Encode,
        known: KnownIds | None = None,
        pool: ProcessPoolExecutor | None = None,
        ahead: int = 0,
    ) -> None:
        self._language = language
        self._known = known
        self._pool = pool
        self._ahead = ahead
        self.read = partial(read_batch, language=language, encode=encode)

    def __call__(self, batches: Iterable[Batch]) -> Iterator[ReadBatch | KnownBatch]:
        """Read batches."""
        waiting: deque[Callable[[], ReadBatch | KnownBatch]] = deque()
        # The server that processes are forked from takes a moment to start; the first batches are read here meanwhile.
        here = _READ_HERE
        for batch in batches:
            waiting.append(self._begun(batch, here=self._pool is None or here > 0))
            here -= 1
            if here >= 0 or len(waiting) > self._ahead:
                yield waiting.popleft()()
        while waiting:
            yield waiting.popleft()()

    def _begun(self, batch: Batch, *, here: bool) -> Callable[[], ReadBatch | KnownBatch]:
        """Begin to read a batch and return what gives it read."""
        if self._known is None:
            return self._reading(batch, here=here)
        digest = record_digest(batch.kind, self._language)
        digests = [digest(record.raw) for record in batch.records]
        ids = list(map(self._known(digests).get, digests))
        if any(record.problem for record in batch.records):
            ids = [None if record.problem else known for known, record in zip(ids, batch.records, strict=True)]
        new = [record for record, known in zip(batch.records, ids, strict=True) if known is None]
        if not new:
            return partial(KnownBatch, batch, cast("list[str]", ids))
        rest = self._reading(batch._replace(records=new), here=here)
        return lambda: _joined(batch, ids, rest())

    def _reading(self, batch: Batch, *, here: bool) -> Callable[[], ReadBatch]:
        if here or self._pool is None:
            return partial(self.read, batch)
        return self._pool.submit(self.read, batch).result


def _joined(batch: Batch, ids: Sequence[str | None], rest: ReadBatch) -> ReadBatch:
    """Put what was read into the places where nothing was known."""
    read = iter(rest.outcomes)
    outcomes = [
        next(read) if known is None else KnownRecord(known, batch, record)
        for known, record in zip(ids, batch.records, strict=True)
    ]
    return ReadBatch(outcomes, rest.unknown)


@contextmanager
def reader(language: str, encode: Encode, known: KnownIds | None = None, *, parallel: bool) -> Iterator[Reader]:
    """Give a reader; its processes end with the block."""
    cores = os.cpu_count() or 1
    if not parallel or cores == 1:
        yield Reader(language, encode, known)
        return
    processes = min(_MOST_PROCESSES, cores)
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__, encode.__module__])
    forkserver.ensure_running()
    pool = ProcessPoolExecutor(processes, mp_context=context, initializer=_begin_process)
    try:
        yield Reader(language, encode, known, pool, ahead=processes * 3)
    finally:
        pool.shutdown(cancel_futures=True)


def _begin_process() -> None:
    # Ctrl-C reaches every process of a terminal; the command alone answers it, and ends the others.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # Reading makes no cycles, and looking for them costs a third of it.
    gc.disable()
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """End this process when the command that it reads for was killed, since nothing else would tell it."""
    parent = multiprocessing.parent_process()
    assert parent is not None
    connection.wait([parent.sentinel])
    os._exit(1)
