"""Parses batches in this process or, for large sources, in a pool of worker processes."""

import gc
import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from contextlib import ExitStack, contextmanager
from functools import cache, partial
from itertools import chain, islice
from multiprocessing import connection, forkserver, resource_tracker

from indexer.formats import FormatOptions
from indexer.input.batches import Batch
from indexer.parsing.pipeline import Encode, ParsedBatch, parse_batch
from search.index.protocols import Catalog

__all__ = ["ParsePool", "parse_pool"]

_PARALLEL_FROM_BYTES = 3_000_000
"""Smaller sources are parsed in one process before others have started."""

_MAX_PROCESSES = 8
_BATCHES_PER_PROCESS = 3

ParseFunction = Callable[[Batch], ParsedBatch]


class ParsePool:
    """Parses batches in order; with processes, several in parallel, at most `ahead` in advance."""

    def __init__(
        self, parse: ParseFunction, start: Callable[[], Executor] | None = None, ahead: int = 0
    ) -> None:
        self.parse = parse
        self._start = start
        self._ahead = ahead

    def __call__(self, batches: Iterable[Batch]) -> Iterator[tuple[Batch, ParsedBatch]]:
        """Yield each batch with its outcomes."""
        batches = iter(batches)
        first, second = list(islice(batches, 1)), list(islice(batches, 1))
        if self._start is None or not second:
            # Parsing a single batch here is faster than starting processes.
            for batch in chain(first, second, batches):
                yield batch, self.parse(batch)
            return
        executor = self._start()
        # The fork server takes a moment to start; the first batch is parsed here meanwhile.
        for batch in first:
            yield batch, self.parse(batch)
        pending: deque[tuple[Batch, Future[ParsedBatch]]] = deque()
        for batch in chain(second, batches):
            pending.append((batch, executor.submit(_parse_in_process, batch)))
            if len(pending) > self._ahead:
                oldest, future = pending.popleft()
                yield oldest, future.result()
        for batch, future in pending:
            yield batch, future.result()


@contextmanager
def parse_pool(
    options: FormatOptions, encode: Encode, catalog: Catalog | None = None, *, size: int | None
) -> Iterator[ParsePool]:
    """Give a pool for sources of `size` bytes, None if unknown; its processes end with the block.

    Records that the catalog holds are not parsed again.
    """
    parse = partial(parse_batch, options=options, encode=encode, catalog=catalog)
    cores = os.cpu_count() or 1
    if cores == 1 or (size is not None and size < _PARALLEL_FROM_BYTES):
        yield ParsePool(parse)
        return
    processes = min(_MAX_PROCESSES, cores)
    with ExitStack() as stack:
        start = cache(lambda: stack.enter_context(_processes(processes, parse, encode.__module__)))
        if size is not None:
            # The processes start while the index is opened.
            start()
        yield ParsePool(parse, start, ahead=processes * _BATCHES_PER_PROCESS)


@contextmanager
def _processes(number: int, parse: ParseFunction, preload: str) -> Iterator[Executor]:
    """Start worker processes that have loaded the modules they need; they end with the block."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__, preload])
    # A terminal sends Ctrl-C to every process of the command. Workers inherit the blocked signal;
    # the command handles it and ends them. The resource tracker must start first, because
    # starting it unblocks the signal.
    resource_tracker.ensure_running()
    previous = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        forkserver.ensure_running()
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, previous)
    executor = ProcessPoolExecutor(
        number, mp_context=context, initializer=_start_process, initargs=(parse,)
    )
    # An executor starts a process per submitted task. Starting waits for the fork server, so a
    # thread does it.
    starter = threading.Thread(target=lambda: [executor.submit(int) for _ in range(number)])
    starter.start()
    try:
        yield executor
    finally:
        starter.join()
        executor.shutdown(cancel_futures=True)


class _Worker:
    """State of a worker process between tasks: its parse function, set when it starts."""

    parse: ParseFunction


def _start_process(parse: ParseFunction) -> None:
    _Worker.parse = staticmethod(parse)
    # Parsing creates no reference cycles, and collecting them would take a third of its time.
    gc.disable()
    threading.Thread(target=_exit_with_parent, daemon=True).start()


def _parse_in_process(batch: Batch) -> ParsedBatch:
    return _Worker.parse(batch)


def _exit_with_parent() -> None:
    """End this worker when its command was killed; nothing else would end it."""
    parent = multiprocessing.parent_process()
    assert parent is not None
    connection.wait([parent.sentinel])
    os._exit(1)
