"""Batches of raw records to documents, in this process or in several: reading and analysis take most of the work."""

import gc
import multiprocessing
import os
import signal
import threading
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from contextlib import ExitStack, contextmanager
from functools import cache, lru_cache, partial
from itertools import chain, islice
from multiprocessing import connection, forkserver, resource_tracker
from typing import Any, NamedTuple

import orjson
from xxhash import xxh3_64_intdigest

from indexer.formats import (
    FormatOptions,
    NoArticle,
    ParsedRecord,
    is_reject,
    raw_of_reject,
    read_record,
)
from indexer.formats.record.validation import to_article
from indexer.input.batches import Batch, RawRecord
from indexer.input.streams.file_format import Format
from indexer.time_limit import TookTooLong, time_limit
from search.errors import InvalidArticle
from search.index.document import IndexDocument, PreparedDocument, index_document
from search.index.protocols import Catalog

__all__ = [
    "MAX_SECONDS_A_RECORD",
    "READER_VERSION",
    "Outcome",
    "ReadBatch",
    "Reader",
    "Reject",
    "Skipped",
    "Summary",
    "find_in",
    "origin_of",
    "read_batch",
    "reader",
    "record_digest",
]

READER_VERSION = 4
"""Raised whenever some record would be read into another article than before: `update` then reads all of them again."""

_PARALLEL_FROM_BYTES = 3_000_000
"""Sources smaller than this are read sooner in one process than others can be started."""

MAX_SECONDS_A_RECORD = 10
"""A page that takes longer is made to, or as good as."""

_MAX_PROCESSES = 8
_SIGN = 1 << 63


class Reject(NamedTuple):
    """A record that could not be read, and why; it can be mended and fed back."""

    origin: str
    line: int
    reason: str
    raw: Any

    def to_json(self) -> bytes:
        """Write it as a line of a rejects file."""
        return orjson.dumps(self._asdict(), option=orjson.OPT_APPEND_NEWLINE)


class Skipped(NamedTuple):
    """A record of something else than an article, such as a draft; `kind` names it.

    `withdraws` is the id of the article that its source no longer shows to everybody, where it is known.
    """

    kind: str
    withdraws: str = ""


class Summary(NamedTuple):
    """A document that was read from a mere summary, and the summary's text."""

    document: PreparedDocument
    text: str


Outcome = PreparedDocument | Summary | Reject | Skipped | str
"""What became of a record; text is the id of the article that the index was read from it, so that it was not read again."""


class ReadBatch(NamedTuple):
    """The outcomes of the records of a batch, in their order, with their lines; `unknown` counts keys that no article has."""

    outcomes: list[Outcome]
    unknown: Counter[str]
    lines: Sequence[int]

    @property
    def is_known(self) -> bool:
        """Whether nothing in it was new, as in most of an update."""
        return not any(type(outcome) is not str for outcome in self.outcomes)


Encode = Callable[[IndexDocument], str]


def read_batch(
    batch: Batch, options: FormatOptions, encode: Encode, catalog: Catalog | None = None
) -> ReadBatch:
    """Read, validate, analyse and encode one batch, but for the records that are known to the catalog."""
    digest = record_digest(batch.kind, batch.context, options.fingerprint)
    records = batch.records()
    digests = [digest(record.raw) for record in records]
    known = {} if catalog is None else catalog.ids_of_records(digests)
    if len(known) == len(digests):
        return ReadBatch(list(map(known.__getitem__, digests)), Counter(), _lines_of(records))
    outcomes: list[Outcome] = []
    unknown: Counter[str] = Counter()
    for record, number in zip(records, digests, strict=True):
        if number in known and not record.problem:
            outcomes.append(known[number])
            continue
        try:
            parsed = find_in(batch, record, options)
            article, strange = to_article(parsed.record, origin_of(batch, record), options.language)
        except NoArticle as other:
            outcomes.append(Skipped(str(other), other.withdraws))
            continue
        except InvalidArticle as error:
            outcomes.append(_reject(batch, record, str(error)))
            continue
        if strange:
            unknown.update(strange)
        document = index_document(article)
        made = PreparedDocument(article.id, document.fingerprint, number, encode(document))
        outcomes.append(Summary(made, article.body) if parsed.summary_only else made)
    return ReadBatch(outcomes, unknown, _lines_of(records))


def _lines_of(records: Sequence[RawRecord]) -> Sequence[int]:
    """Return the records' lines, as a range where they follow each other, which is cheaper to hand over."""
    lines = [record.line for record in records]
    following = range(lines[0], lines[-1] + 1) if lines else range(0)
    return following if len(following) == len(lines) and lines == list(following) else lines


@lru_cache(maxsize=64)
def record_digest(
    kind: Format, context: tuple[bytes, ...], options: bytes
) -> Callable[[bytes], int]:
    """Return what makes 64 bits, signed, of a raw record and of all that decides, beside it, which article it is read into.

    It is XXH3 of the xxHash specification: chance does not make two records alike, and it costs a sixth of SHA-256.
    """
    said = b"\x00".join((str(READER_VERSION).encode(), kind.name.encode(), options, *context))
    seed = xxh3_64_intdigest(said)
    return lambda raw: xxh3_64_intdigest(raw, seed) - _SIGN


def find_in(batch: Batch, record: RawRecord, options: FormatOptions) -> ParsedRecord:
    """Read a raw record into the keys of an article, not yet validated, and say where each value stood.

    Raises:
        NoArticle: it is a record of something else.
        InvalidArticle: it cannot be read; the message says why.

    """
    if record.problem:
        raise InvalidArticle(record.problem)
    if batch.kind is Format.JSON_LINES:
        # Nothing in them takes long, and there are many.
        return read_record(batch.kind, record.raw, batch.context, options)
    try:
        with time_limit(MAX_SECONDS_A_RECORD):
            return read_record(
                batch.kind, record.raw, batch.context, options, shares_id=record.shares_id
            )
    except TookTooLong as error:
        raise InvalidArticle(
            f"it takes more than {MAX_SECONDS_A_RECORD} s to read; cut it down, or write it as JSON Lines"
        ) from error
    except RecursionError as error:
        raise InvalidArticle("it is nested too deep to be read") from error


def origin_of(batch: Batch, record: RawRecord) -> str:
    """Return where a record stands: its file and line, or its file."""
    return f"{batch.origin}:{record.line}" if record.line else batch.origin


def _reject(batch: Batch, record: RawRecord, reason: str) -> Reject:
    """Keep a raw record as JSON can hold it: the object that it is, else its text; a reject is not wrapped twice."""
    raw = b"" if record.problem else raw_of_reject(batch.kind, record.raw, batch.context)
    try:
        found = orjson.loads(raw)
    except orjson.JSONDecodeError:
        found = None
    if not isinstance(found, dict):
        return Reject(batch.origin, record.line, reason, _text(raw))
    if is_reject(found):
        line = found.get("line")
        return Reject(
            str(found["origin"]), line if isinstance(line, int) else 0, reason, found["raw"]
        )
    return Reject(batch.origin, record.line, reason, found)


def _text(raw: bytes) -> str:
    try:
        return raw.decode().rstrip("\r\n")
    except UnicodeDecodeError:
        return raw.decode("cp1252", errors="replace").rstrip("\r\n")


ReadFunction = Callable[[Batch], ReadBatch]


class Reader:
    """Reads batches in order; with processes, several at once and never more than a few `ahead`."""

    def __init__(
        self, read: ReadFunction, begin: Callable[[], Executor] | None = None, ahead: int = 0
    ) -> None:
        self.read = read
        self._begin = begin
        self._ahead = ahead

    def __call__(self, batches: Iterable[Batch]) -> Iterator[tuple[Batch, ReadBatch]]:
        """Read batches and yield them with what became of them."""
        batches = iter(batches)
        first, second = list(islice(batches, 1)), list(islice(batches, 1))
        if self._begin is None or not second:
            # A single batch is read sooner than processes are begun.
            for batch in chain(first, second, batches):
                yield batch, self.read(batch)
            return
        pool = self._begin()
        # The server that they are forked from takes a moment to start; the first batch is read here meanwhile.
        for batch in first:
            yield batch, self.read(batch)
        waiting: deque[tuple[Batch, Future[ReadBatch]]] = deque()
        for batch in chain(second, batches):
            waiting.append((batch, pool.submit(_read_in_process, batch)))
            if len(waiting) > self._ahead:
                before, reading = waiting.popleft()
                yield before, reading.result()
        for batch, reading in waiting:
            yield batch, reading.result()


@contextmanager
def reader(
    options: FormatOptions, encode: Encode, catalog: Catalog | None = None, *, size: int | None
) -> Iterator[Reader]:
    """Give a reader of sources of so many bytes, or who knows how many; its processes end with the block.

    Records that the catalog knows are not read again.
    """
    read = partial(read_batch, options=options, encode=encode, catalog=catalog)
    cores = os.cpu_count() or 1
    if cores == 1 or (size is not None and size < _PARALLEL_FROM_BYTES):
        yield Reader(read)
        return
    processes = min(_MAX_PROCESSES, cores)
    with ExitStack() as pools:
        begin = cache(lambda: pools.enter_context(_processes(processes, read, encode.__module__)))
        if size is not None:
            # While the index is opened they start.
            begin()
        yield Reader(read, begin, ahead=processes * 3)


@contextmanager
def _processes(number: int, read: ReadFunction, preload: str) -> Iterator[Executor]:
    """Start processes that read, with the modules that they need; they end with the block."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__, preload])
    # Ctrl-C reaches every process of a terminal; the command alone answers it, and ends the others, which inherit this.
    # The tracker begins first, since its beginning would unblock what is blocked here.
    resource_tracker.ensure_running()
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        forkserver.ensure_running()
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
    pool = ProcessPoolExecutor(
        number, mp_context=context, initializer=_begin_process, initargs=(read,)
    )
    # A process begins when there is something for it to do; beginning waits for the server, so another thread does.
    beginning = threading.Thread(target=lambda: [pool.submit(int) for _ in range(number)])
    beginning.start()
    try:
        yield pool
    finally:
        beginning.join()
        pool.shutdown(cancel_futures=True)


class _ThisProcess:
    """What a process of the pool keeps from task to task: how it reads, set when it begins."""

    read: ReadFunction


def _begin_process(read: ReadFunction) -> None:
    _ThisProcess.read = staticmethod(read)
    # Reading makes no cycles, and looking for them costs a third of it.
    gc.disable()
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _read_in_process(batch: Batch) -> ReadBatch:
    return _ThisProcess.read(batch)


def _end_with_parent() -> None:
    """End this process when the command that it reads for was killed, since nothing else would tell it."""
    parent = multiprocessing.parent_process()
    assert parent is not None
    connection.wait([parent.sentinel])
    os._exit(1)
